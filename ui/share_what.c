/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 1: the sets of pictures and documents of what was chosen, each with a check. */
#include <glib/gi18n.h>

#include "share_parts.h"
#include "share_steps.h"
#include "words.h"

typedef struct
{
  UiShareDraft *draft;
  UiSharePart *part;
} Choice;

static void
choice_free (gpointer choice, GClosure *closure)
{
  g_object_unref (((Choice *) choice)->draft);
  g_free (choice);
}

static void
on_toggled (GtkCheckButton *check, Choice *choice)
{
  choice->part->include = gtk_check_button_get_active (check);
  ui_share_draft_changed (choice->draft);
}

/* Another page may have left a part out. */
static void
on_changed (UiShareDraft *draft, GtkCheckButton *check)
{
  const UiSharePart *part = g_object_get_data (G_OBJECT (check), "part");

  if (gtk_check_button_get_active (check) != part->include)
    gtk_check_button_set_active (check, part->include);
}

static void
add_part (UiShareDraft *draft, UiSharePart *part, GtkListBox *list)
{
  GtkCheckButton *check = ui_share_tick_new (list, part->title, part->count, NULL);
  Choice *choice = g_new (Choice, 1);

  *choice = (Choice){ g_object_ref (draft), part };
  gtk_check_button_set_active (check, part->include);
  g_object_set_data (G_OBJECT (check), "part", part);
  g_signal_connect_data (check, "toggled", G_CALLBACK (on_toggled), choice, choice_free, 0);
  g_signal_connect_object (draft, "changed", G_CALLBACK (on_changed), check, 0);
}

GtkWidget *
ui_share_what_new (UiShareDraft *draft)
{
  const ScanStudy *last = NULL;
  GtkListBox *list = NULL;
  GtkWidget *box, *page = ui_share_page_new (_ ("What do you want to share?"), &box);

  for (guint i = 0; i < draft->parts->len; i++)
    {
      UiSharePart *part = g_ptr_array_index (draft->parts, i);
      ScanStudy *study = scan_item_study (&part->item);

      if (list == NULL || study != last)
        {
          const ScanItem item = { SCAN_ITEM_STUDY, { .study = study } };
          g_autofree char *name =
              study != NULL ? ui_words_item (&item) : g_strdup (_ ("Documents"));

          ui_share_heading_new (box, name);
          list = ui_share_list_new (box);
          last = study;
        }
      add_part (draft, part, list);
    }
  ui_share_label_new (box, _ ("Nothing leaves this computer and nothing is written before the last "
                              "step. You can go back at any time."));
  return page;
}
