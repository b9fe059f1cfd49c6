/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 2: who gets the copy, in words for what is removed. */
#include <glib/gi18n.h>

#include "share_parts.h"
#include "share_steps.h"

typedef struct
{
  UiShareDraft *draft;
  GtkCheckButton *profiles[3]; /* by ScanProfile */
  GtkWidget *dates, *dates_row;
} Whom;

static void
whom_free (gpointer data)
{
  Whom *self = data;

  g_object_unref (self->draft);
  g_free (self);
}

static const struct
{
  ScanProfile profile;
  const char *title, *subtitle;
} choices[] = {
  { SCAN_PROFILE_SECOND_OPINION, N_ ("A second opinion, without my name"),
    N_ ("Name, birthday, numbers and places are removed. Dates are moved. Age and everything "
        "medical stay.") },
  { SCAN_PROFILE_NAMED, N_ ("My doctor or hospital"),
    N_ ("Your name and date of birth stay. Nothing is removed or changed.") },
  { SCAN_PROFILE_PUBLIC, N_ ("Research or the public"),
    N_ ("The strictest copy: also dates, age, sex and all free text are removed. Scans of the head "
        "cannot go along, since a face could be drawn from them.") },
};

static void
on_toggled (GtkCheckButton *check, Whom *self)
{
  if (!gtk_check_button_get_active (check))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->profiles); i++)
    if (self->profiles[i] == check)
      self->draft->profile = (ScanProfile) i;
  gtk_widget_set_sensitive (self->dates_row, self->draft->profile == SCAN_PROFILE_SECOND_OPINION);
  self->draft->keep_dates = self->draft->profile == SCAN_PROFILE_SECOND_OPINION &&
                            gtk_switch_get_active (GTK_SWITCH (self->dates));
  ui_share_draft_changed (self->draft);
}

static void
on_dates (Whom *self)
{
  self->draft->keep_dates = self->draft->profile == SCAN_PROFILE_SECOND_OPINION &&
                            gtk_switch_get_active (GTK_SWITCH (self->dates));
  ui_share_draft_changed (self->draft);
}

static void
add_dates (Whom *self, GtkWidget *box)
{
  GtkListBox *list = ui_share_list_new (box);

  self->dates_row =
      ui_share_row_new (list, _ ("Keep the real dates"),
                        _ ("Otherwise all dates are moved by the same number of weeks, so that the "
                           "time between examinations stays true."));
  self->dates = gtk_switch_new ();
  gtk_widget_set_valign (self->dates, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->dates_row), self->dates);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self->dates_row), self->dates);
  g_signal_connect_swapped (self->dates, "notify::active", G_CALLBACK (on_dates), self);
}

GtkWidget *
ui_share_whom_new (UiShareDraft *draft)
{
  Whom *self = g_new0 (Whom, 1);
  GtkWidget *box, *page = ui_share_page_new (_ ("For whom is it?"), &box);
  GtkListBox *list = ui_share_list_new (box);
  GtkCheckButton *first = NULL;

  self->draft = g_object_ref (draft);
  g_object_set_data_full (G_OBJECT (page), "whom", self, whom_free);
  add_dates (self, box);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      GtkCheckButton *check =
          ui_share_tick_new (list, _ (choices[i].title), _ (choices[i].subtitle), first);

      if (first == NULL)
        first = check;
      self->profiles[choices[i].profile] = check;
      gtk_check_button_set_active (check, choices[i].profile == draft->profile);
      g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), self);
    }
  return page;
}
