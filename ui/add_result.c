/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "add_result.h"

#include <glib/gi18n.h>

#include "add_person.h"
#include "add_source.h"
#include "ask.h"
#include "clinic_window.h"
#include "error.h"
#include "open_item.h"
#include "plainname.h"
#include "words.h"

#define ROWS_MAX 100 /* of single files in a list; nobody reads more */

struct _UiAddResult
{
  AdwWindow parent_instance;
  GtkLabel *headline;
  AdwBin *person, *source;
  GtkListBox *rows;
  GtkWidget *finished;
  UiSession *session;
};

G_DEFINE_FINAL_TYPE (UiAddResult, ui_add_result, ADW_TYPE_WINDOW)

static void
ui_add_result_dispose (GObject *object)
{
  UiAddResult *self = UI_ADD_RESULT (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_add_result_parent_class)->dispose (object);
}

static void
ui_add_result_class_init (UiAddResultClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_add_result_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/add_result.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_bind_template_child (widget_class, UiAddResult, headline);
  gtk_widget_class_bind_template_child (widget_class, UiAddResult, person);
  gtk_widget_class_bind_template_child (widget_class, UiAddResult, source);
  gtk_widget_class_bind_template_child (widget_class, UiAddResult, rows);
  gtk_widget_class_bind_template_child (widget_class, UiAddResult, finished);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_add_result_init (UiAddResult *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
add_row (UiAddResult *self, const char *words)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
  gtk_list_box_append (self->rows, row);
  return row;
}

/* This window goes first: what is opened shall lie on top. */
static void
on_open (UiAddResult *self, GtkButton *button)
{
  ScanItem item = { SCAN_ITEM_STUDY, { .study = g_object_get_data (G_OBJECT (button), "study") } };
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autoptr (UiSession) session = g_object_ref (self->session);

  gtk_window_close (GTK_WINDOW (self));
  if (!ui_session_is_closing (session))
    ui_open_item (application, session, &item);
}

static void
on_what_can_i_do (UiAddResult *self, GtkButton *button)
{
  if (!ui_session_is_closing (self->session))
    ui_clinic_window_show (GTK_WINDOW (self), self->session,
                           GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "files")));
}

static GtkWidget *
row_button (UiAddResult *self, const char *words, const char *spoken, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static void
add_study (UiAddResult *self, ScanStudy *study)
{
  g_autofree char *name = scan_plain_name (study->title, study->date);
  g_autofree char *spoken = g_strdup_printf ("%s: %s", _ ("Open"), name);
  GtkWidget *button = row_button (self, _ ("Open"), spoken, G_CALLBACK (on_open));

  g_object_set_data (G_OBJECT (button), "study", study);
  adw_action_row_add_suffix (ADW_ACTION_ROW (add_row (self, name)), button);
}

/* What is told of a single file under its name, or NULL. */
typedef const char *(*WhyFunc) (const ScanFailure *file);

static const char *
why_failed (const ScanFailure *file)
{
  const GError why = { file->domain, file->error_code, NULL };

  return ui_words_error (&why, UI_TOPIC_ADD);
}

static const char *
why_kept (const ScanFailure *file)
{
  return ui_words_kept_whole (file->code);
}

static GtkWidget *
add_files (UiAddResult *self, const char *words, GPtrArray *files, WhyFunc why)
{
  GtkWidget *expander = adw_expander_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (expander), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), words);
  for (guint i = 0; i < MIN (files->len, ROWS_MAX); i++)
    {
      const ScanFailure *file = g_ptr_array_index (files, i);
      g_autofree char *name = g_filename_display_basename (file->path);
      GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);

      g_object_set (row, "title", name, NULL);
      if (why != NULL)
        g_object_set (row, "subtitle", why (file), NULL);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
    }
  gtk_list_box_append (self->rows, expander);
  return expander;
}

static void
fill_left_out (UiAddResult *self, const ScanImportResult *result)
{
  g_autoptr (GPtrArray) programs = g_ptr_array_new (), others = g_ptr_array_new ();

  for (guint i = 0; result->ignored_files != NULL && i < result->ignored_files->len; i++)
    {
      ScanFailure *file = g_ptr_array_index (result->ignored_files, i);

      g_ptr_array_add (g_str_equal (file->code, "program") ? programs : others, file);
    }
  if (programs->len > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u file of a program left out",
                                        "%u files of programs left out", programs->len),
                           programs->len);
      add_files (self, words, programs, NULL);
    }
  if (others->len > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u file left out: no scan or document",
                                        "%u files left out: no scans or documents", others->len),
                           others->len);
      add_files (self, words, others, NULL);
    }
}

static void
fill_absent (UiAddResult *self, const ScanImportResult *result)
{
  for (guint i = 0; result->media != NULL && i < result->media->len; i++)
    {
      const ScanMediumResult *medium = g_ptr_array_index (result->media, i);
      g_autofree char *words = g_strdup_printf (
          g_dngettext (NULL, "The disc's list names %u picture that is not there",
                       "The disc's list names %u pictures that are not there", medium->absent),
          (guint) medium->absent);

      if (medium->absent > 0)
        add_row (self, words);
    }
}

static void
fill (UiAddResult *self, const ScanImportResult *result)
{
  guint studies = result->studies != NULL ? result->studies->len : 0;

  for (guint i = 0; i < MIN (studies, ROWS_MAX); i++)
    {
      add_study (self, g_ptr_array_index (result->studies, i));
    }
  if (result->healed > 0)
    {
      g_autofree char *words = g_strdup_printf (
          g_dngettext (NULL, "%u file that was damaged or missing is whole again",
                       "%u files that were damaged or missing are whole again", result->healed),
          (guint) result->healed);

      add_row (self, words);
    }
  if (result->duplicates > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u file was in your vault already",
                                        "%u files were in your vault already", result->duplicates),
                           (guint) result->duplicates);
      add_row (self, words);
    }
  if (result->documents > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u file kept as a document",
                                        "%u files kept as documents", result->documents),
                           (guint) result->documents);
      add_row (self, words);
    }
  if (result->kept_whole != NULL && result->kept_whole->len > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u archive kept as it is, not opened or not wholly",
                                        "%u archives kept as they are, not opened or not wholly",
                                        result->kept_whole->len),
                           result->kept_whole->len);
      add_files (self, words, result->kept_whole, why_kept);
    }
  if (result->failed != NULL && result->failed->len > 0)
    {
      g_autofree char *words =
          g_strdup_printf (g_dngettext (NULL, "%u file could not be read",
                                        "%u files could not be read", result->failed->len),
                           result->failed->len);
      GtkWidget *button = row_button (self, _ ("What can I do?"), _ ("What can I do?"),
                                      G_CALLBACK (on_what_can_i_do));

      g_object_set_data (G_OBJECT (button), "files", GUINT_TO_POINTER (result->failed->len));
      adw_expander_row_add_action (
          ADW_EXPANDER_ROW (add_files (self, words, result->failed, why_failed)), button);
    }
  fill_left_out (self, result);
  fill_absent (self, result);
  gtk_widget_set_visible (GTK_WIDGET (self->rows),
                          gtk_widget_get_first_child (GTK_WIDGET (self->rows)) != NULL);
}

static char *
headline (const ScanImportResult *result, const GError *error)
{
  guint studies = result->studies != NULL ? result->studies->len : 0;
  g_autofree char *scans =
      g_strdup_printf (g_dngettext (NULL, "%u scan", "%u scans", studies), studies);
  g_autofree char *files = g_strdup_printf (
      g_dngettext (NULL, "%u file", "%u files", result->stored), (guint) result->stored);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && result->stored == 0)
    return g_strdup (_ ("Stopped. Nothing was added."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup_printf (_ ("Stopped. %s were added before."), files);
  if (error != NULL)
    return g_strdup (ui_words_error (error, UI_TOPIC_ADD));
  if (result->stored == 0 && result->documents == 0)
    return g_strdup (_ ("Nothing new was found"));
  if (result->stored == 0)
    return g_strdup (_ ("Added, with no new scan"));
  /* Translators: "Added 2 scans (641 files)". */
  return g_strdup_printf (_ ("Added %s (%s)"), scans, files);
}

void
ui_add_result_show (GtkWindow *parent, UiSession *session, char **paths,
                    const ScanImportResult *result, const GError *error)
{
  UiAddResult *self =
      g_object_new (UI_TYPE_ADD_RESULT, "application", gtk_window_get_application (parent),
                    "transient-for", parent, NULL);
  g_autofree char *words = headline (result, error);

  gtk_label_set_label (self->headline, words);
  self->session = g_object_ref (session);
  adw_bin_set_child (self->person, ui_add_person_new (session, result->studies));
  gtk_widget_set_visible (GTK_WIDGET (self->person), adw_bin_get_child (self->person) != NULL);
  if (result->stored + result->documents + result->duplicates > 0)
    adw_bin_set_child (self->source, ui_add_source_new (paths));
  gtk_widget_set_visible (GTK_WIDGET (self->source), adw_bin_get_child (self->source) != NULL);
  fill (self, result);
  ui_close_with_session (GTK_WINDOW (self), session);
  gtk_window_set_focus (GTK_WINDOW (self), self->finished);
  gtk_window_present (GTK_WINDOW (self));
}
