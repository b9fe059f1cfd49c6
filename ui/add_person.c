/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "add_person.h"

#include <glib/gi18n.h>

#include "newcomer.h"
#include "trash_task.h"
#include "words.h"

#define STUDIES "ui-newcomer-studies"
#define SESSION "ui-newcomer-session"

static GtkLabel *
label_of (GtkWidget *box)
{
  return GTK_LABEL (gtk_widget_get_first_child (box));
}

/* The question has been answered: the box goes on as a sentence. */
static void
say (GtkWidget *box, const char *words)
{
  gtk_label_set_label (label_of (box), words);
  gtk_widget_set_visible (gtk_widget_get_last_child (box), FALSE);
}

static void
on_yes (GtkWidget *box)
{
  say (box, _ ("Good. They are kept."));
}

static void
on_other (GtkWidget *box)
{
  say (box, _ ("They are kept beside yours, under that person's name."));
}

static void
on_trashed (gpointer box, UiSession *session, const ScanItem *items, guint n_items, gboolean ok,
            const ScanTrashResult *result, const GError *error)
{
  if (!ok)
    say (box, ui_words_error (error, UI_TOPIC_PICTURE));
}

static void
on_no (GtkWidget *box)
{
  const GPtrArray *studies = g_object_get_data (G_OBJECT (box), STUDIES);
  UiSession *session = g_object_get_data (G_OBJECT (box), SESSION);
  g_autofree ScanItem *items = NULL;

  if (ui_session_is_closing (session))
    return;
  say (box, _ ("They are in the trash. You can restore them there, or delete them for ever."));
  items = g_new0 (ScanItem, studies->len);
  for (guint i = 0; i < studies->len; i++)
    items[i] = (ScanItem){ SCAN_ITEM_STUDY, { .study = g_ptr_array_index (studies, i) } };
  ui_trash_run_many (box, session, SCAN_TRASH_PUT, items, studies->len, on_trashed);
}

static void
add_answer (GtkWidget *box, GtkWidget *answers, const char *words, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  g_signal_connect_object (button, "clicked", callback, box, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (answers), button);
}

GtkWidget *
ui_add_person_new (UiSession *session, const GPtrArray *added)
{
  GPtrArray *studies =
      added != NULL ? scan_newcomer_studies (ui_session_catalog (session), added) : NULL;
  GtkWidget *box, *answers;
  g_autofree char *name = NULL, *words = NULL;

  if (studies == NULL)
    return NULL;
  name = scan_short_person (((ScanStudy *) g_ptr_array_index (studies, 0))->patient_name);
  /* Translators: %s is a name such as "Maria L". */
  words = g_strdup_printf (g_dngettext (NULL, "This belongs to %s. Is that you?",
                                        "These belong to %s. Is that you?", studies->len),
                           name);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  answers = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (box, "question");
  /* The role first: it cannot be set any more once the label is known to have words. */
  gtk_box_append (GTK_BOX (box),
                  g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                "label", words, "wrap", TRUE, "justify", GTK_JUSTIFY_CENTER, NULL));
  gtk_box_append (GTK_BOX (box), answers);
  add_answer (box, answers, _ ("Yes, that is me"), G_CALLBACK (on_yes));
  add_answer (box, answers, _ ("No, but I keep them for that person"), G_CALLBACK (on_other));
  add_answer (box, answers, _ ("No, move them to the trash"), G_CALLBACK (on_no));
  g_object_set_data_full (G_OBJECT (box), STUDIES, studies, (GDestroyNotify) g_ptr_array_unref);
  g_object_set_data_full (G_OBJECT (box), SESSION, g_object_ref (session), g_object_unref);
  return box;
}
