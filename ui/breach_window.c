/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "breach_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "file_chooser.h"
#include "name_match.h"
#include "providers.h"
#include "share_parts.h"
#include "task.h"

#define LIST_MOST (1 << 20) /* bytes: some ten thousand names */
#define SHOWN_MOST 100

#define UI_TYPE_BREACH_WINDOW (ui_breach_window_get_type ())
G_DECLARE_FINAL_TYPE (UiBreachWindow, ui_breach_window, UI, BREACH_WINDOW, AdwWindow)

struct _UiBreachWindow
{
  AdwWindow parent_instance;
  UiSession *session;
  GtkTextView *view;
  GtkEditable *date;
  GtkLabel *said;
  GtkListBox *found;
  GtkWidget *check;
};

G_DEFINE_FINAL_TYPE (UiBreachWindow, ui_breach_window, ADW_TYPE_WINDOW)

typedef struct
{
  char *listed, *provider;
  ScanAlike alike;
  guint percent;
} Match;

typedef struct
{
  char *text, *path; /* one of them */
  GPtrArray *providers, *matches;
  guint lines;
} Job;

static void
match_free (gpointer data)
{
  Match *match = data;

  g_free (match->listed);
  g_free (match->provider);
  g_free (match);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->providers, g_ptr_array_unref);
  g_clear_pointer (&job->matches, g_ptr_array_unref);
  g_free (job->text);
  g_free (job->path);
  g_free (job);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return (int) (*(Match *const *) b)->percent - (int) (*(Match *const *) a)->percent;
}

static gboolean
compare_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  g_auto (GStrv) lines = g_strsplit (job->text, "\n", -1);

  job->matches = g_ptr_array_new_with_free_func (match_free);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *listed = scan_name_of_line (lines[i]);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      job->lines += *listed != '\0' ? 1 : 0;
      for (guint j = 0; *listed != '\0' && j < job->providers->len; j++)
        {
          const UiProvider *provider = g_ptr_array_index (job->providers, j);
          guint percent;
          const ScanAlike alike = scan_name_alike (provider->name, listed, &percent);
          Match match = { NULL, NULL, alike, percent };

          if (alike == SCAN_ALIKE_NOT)
            continue;
          match.listed = g_strdup (listed);
          match.provider = g_strdup (provider->name);
          g_ptr_array_add (job->matches, g_memdup2 (&match, sizeof match));
        }
    }
  g_ptr_array_sort (job->matches, compare);
  return TRUE;
}

static const char *
why (ScanAlike alike)
{
  switch (alike)
    {
    case SCAN_ALIKE_SAME:
      return _ ("the same words");
    case SCAN_ALIKE_ORDER:
      return _ ("the same words in another order");
    case SCAN_ALIKE_PART:
      return _ ("one name is a part of the other");
    case SCAN_ALIKE_CLOSE:
    case SCAN_ALIKE_NOT:
      break;
    }
  return _ ("the names look alike");
}

static void
compare_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiBreachWindow *self = owner;
  const Job *job = data;
  const char *date;
  g_autofree char *count = NULL, *said = NULL;

  if (self->session == NULL || !ok || ui_session_is_closing (self->session))
    return;
  date = gtk_editable_get_text (self->date);
  ui_share_list_clear (self->found);
  for (guint i = 0; i < MIN (job->matches->len, SHOWN_MOST); i++)
    {
      const Match *match = g_ptr_array_index (job->matches, i);
      g_autofree char *title =
          g_strdup_printf (_ ("On the list: %s. Yours: %s"), match->listed, match->provider);
      g_autofree char *words =
          g_strdup_printf (_ ("%u %% alike: %s"), match->percent, why (match->alike));

      ui_share_row_new (self->found, title, words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->found), job->matches->len > 0);
  count = g_strdup_printf (g_dngettext (NULL, "%u possible match among %u names.",
                                        "%u possible matches among %u names.", job->matches->len),
                           job->matches->len, job->lines);
  said =
      g_strdup_printf ("%s %s\n%s", count,
                       _ ("No match is no proof: the name may be spelled otherwise, or missing."),
                       *date != '\0' ? date : _ ("You did not note of which day the list is."));
  gtk_label_set_label (self->said, said);
}

static void
on_check (UiBreachWindow *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;
  Job *job;

  if (self->session == NULL || ui_session_is_closing (self->session))
    return;
  job = g_new0 (Job, 1);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  job->text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  job->providers = ui_providers (self->session);
  ui_task_run (self, self->session, FALSE, compare_work, compare_done, NULL, job, job_free, NULL);
}

/* Text is taken as it is or not at all; nothing in it is believed. */
static gboolean
load_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  g_autoptr (GFile) file = g_file_new_for_path (job->path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  gsize length = 0;

  if (stream == NULL)
    return FALSE;
  job->text = g_malloc (LIST_MOST + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), job->text, LIST_MOST + 1, &length,
                                cancellable, error))
    return FALSE;
  if (length > LIST_MOST || !g_utf8_validate_len (job->text, length, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no list");
      return FALSE;
    }
  job->text[length] = '\0';
  return TRUE;
}

static void
load_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiBreachWindow *self = owner;
  const Job *job = data;

  if (self->session == NULL || ui_session_is_closing (self->session))
    return;
  if (ok)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), job->text, -1);
  gtk_label_set_label (self->said,
                       ok ? ""
                          : _ ("This is no list of names: please take a text file with one "
                               "name a line, or a table (CSV)."));
}

static void
list_chosen (gpointer owner, char **paths)
{
  UiBreachWindow *self = owner;
  Job *job;

  if (self->session == NULL || ui_session_is_closing (self->session))
    return;
  job = g_new0 (Job, 1);
  job->path = g_strdup (paths[0]);
  ui_task_run (self, self->session, FALSE, load_work, load_done, NULL, job, job_free, NULL);
}

static void
on_load (UiBreachWindow *self)
{
  ui_choose_files (GTK_WINDOW (self), _ ("Which List Do You Have?"), GTK_FILE_CHOOSER_ACTION_OPEN,
                   FALSE, G_OBJECT (self->session), list_chosen, self);
}

static void
ui_breach_window_dispose (GObject *object)
{
  g_clear_object (&UI_BREACH_WINDOW (object)->session);
  G_OBJECT_CLASS (ui_breach_window_parent_class)->dispose (object);
}

static void
ui_breach_window_class_init (UiBreachWindowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_breach_window_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_WINDOW);
}

static GtkWidget *
add_button (UiBreachWindow *self, GtkWidget *box, const char *words, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_list (UiBreachWindow *self, GtkWidget *box)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *view = gtk_text_view_new ();
  GtkListBox *rows;
  GtkWidget *date = adw_entry_row_new ();

  add_button (self, box, _ ("Load a list…"), G_CALLBACK (on_load));
  rows = ui_share_list_new (box);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (date),
                                 _ ("Where the list is from, and of which day"));
  gtk_list_box_append (rows, date);
  self->date = GTK_EDITABLE (date);
  self->view = GTK_TEXT_VIEW (view);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_widget_add_css_class (view, "letter");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Names of the list, one a line"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 160);
  gtk_widget_add_css_class (scrolled, "card");
  gtk_box_append (GTK_BOX (box), scrolled);
}

static void
ui_breach_window_init (UiBreachWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *inner;
  GtkWidget *page = ui_share_page_new (_ ("Is my clinic on a list of breaches?"), &inner);

  gtk_window_set_title (GTK_WINDOW (self), _ ("Lists of Breaches"));
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), 640, 720);
  gtk_widget_set_vexpand (page, TRUE);
  ui_share_label_new (
      inner, _ ("Some authorities publish lists of clinics that lost data. Paste the names "
                "here, one a line, or load a list that you saved. It is compared with the "
                "places of your scans on this computer alone."));
  add_list (self, inner);
  self->check = add_button (self, inner, _ ("Compare"), G_CALLBACK (on_check));
  gtk_widget_add_css_class (self->check, "suggested-action");
  self->said = GTK_LABEL (ui_share_label_new (inner, ""));
  self->found = ui_share_list_new (inner);
  gtk_widget_set_visible (GTK_WIDGET (self->found), FALSE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self), box);
}

void
ui_breach_window_show (GtkWindow *parent, UiSession *session)
{
  UiBreachWindow *self = g_object_new (UI_TYPE_BREACH_WINDOW, NULL);

  self->session = g_object_ref (session);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
}
