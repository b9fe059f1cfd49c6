/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 3: the risks of this share, before anything is made. What is grave has to be decided, or
 * left out; what is not has to be looked at. */
#include <glib/gi18n.h>

#include "add_bar.h"
#include "risk.h"
#include "share_parts.h"
#include "share_steps.h"
#include "share_words.h"
#include "task.h"
#include "words.h"

typedef struct
{
  UiShareDraft *draft;
  GtkWidget *page, *table_box;
  GtkLabel *state;       /* what is being done, or why not */
  GtkListBox *findings;  /* to be decided or looked at */
  GtkWidget *know;       /* expander with what is good to know */
  GtkListBox *know_list; /* in it */
  GtkWidget *looked_row; /* how many pictures were looked at, or NULL */
  char *key;             /* of the draft for which the findings are; NULL: none are */
  guint open;            /* findings that are not decided */
  GHashTable *decided;   /* codes, while the key is the same */
  GCancellable *cancellable;
} Check;

typedef struct
{
  ScanLibrary *library;
  GArray *items;
  ScanProfile profile;
  gboolean keep_dates;
  char *key;
  GPtrArray *risks;
  GPtrArray *proposals; /* NULL: with the name nothing is covered */
} RiskJob;

static void
risk_job_free (gpointer data)
{
  RiskJob *job = data;

  g_array_unref (job->items);
  g_clear_pointer (&job->risks, g_ptr_array_unref);
  g_clear_pointer (&job->proposals, g_ptr_array_unref);
  g_free (job->key);
  g_free (job);
}

static void
check_free (gpointer data)
{
  Check *self = data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->decided);
  g_object_unref (self->draft);
  g_free (self->key);
  g_free (self);
}

static Check *
check_of (gpointer page)
{
  return g_object_get_data (page, "check");
}

static const char *
code_of (gpointer widget)
{
  return g_object_get_data (widget, "code");
}

static void
on_decided (GtkCheckButton *button, Check *self)
{
  const char *code = code_of (button);

  if (gtk_check_button_get_active (button) && g_hash_table_add (self->decided, g_strdup (code)))
    self->open--;
  else if (!gtk_check_button_get_active (button) && g_hash_table_remove (self->decided, code))
    self->open++;
  ui_share_draft_changed (self->draft);
}

static void look_anew (Check *self);

static void
on_leave_out (GtkButton *button, Check *self)
{
  g_auto (GStrv) ids = g_strdupv (g_object_get_data (G_OBJECT (button), "items"));

  for (char **id = ids; *id != NULL; id++)
    {
      UiSharePart *part = ui_share_draft_find (self->draft, *id);

      if (part != NULL)
        part->include = FALSE;
    }
  ui_share_draft_changed (self->draft);
  /* What was decided of more holds for less. */
  look_anew (self);
}

static char *
names_of (Check *self, const ScanRisk *risk)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  for (guint i = 0; i < risk->items->len; i++)
    {
      const UiSharePart *part =
          ui_share_draft_find (self->draft, g_ptr_array_index (risk->items, i));

      if (part != NULL)
        g_strv_builder_add (names, part->title);
    }
  all = g_strv_builder_end (names);
  return g_strjoinv (", ", all);
}

static GtkWidget *
icon_new (ScanRiskLevel level)
{
  GtkWidget *icon = gtk_image_new_from_icon_name (ui_words_risk_icon (level));

  gtk_widget_add_css_class (icon, level == SCAN_RISK_HIGH     ? "error"
                                  : level == SCAN_RISK_MEDIUM ? "warning"
                                                              : "accent");
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ui_words_risk_level (level), -1);
  return icon;
}

static GtkWidget *
finding_row (GtkListBox *list, const ScanRisk *risk)
{
  g_autofree char *title = risk->level == SCAN_RISK_LOW
                               ? g_strdup (ui_words_risk_title (risk->code))
                               : g_strdup_printf ("%s: %s", ui_words_risk_level (risk->level),
                                                  ui_words_risk_title (risk->code));
  g_autofree char *source = g_strdup_printf (_ ("Source: %s"), _ (risk->source));
  g_autofree char *words = g_strjoin ("\n", _ (risk->message), _ (risk->advice), source, NULL);
  GtkWidget *row = ui_share_row_new (list, title, words);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon_new (risk->level));
  return row;
}

/* Nothing is left out that has no name on the first page: a risk of all parts cannot be avoided so.
 */
static void
add_leave_out (Check *self, const ScanRisk *risk)
{
  g_autofree char *names = names_of (self, risk);
  g_autofree char *spoken = NULL;
  GtkWidget *row, *button;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  if (*names == '\0' || g_str_equal (risk->code, "name-stays"))
    return;
  for (guint i = 0; i < risk->items->len; i++)
    g_strv_builder_add (ids, g_ptr_array_index (risk->items, i));
  row = ui_share_row_new (self->findings, _ ("Or leave these out of the copy"), names);
  button = gtk_button_new_with_label (_ ("Leave out"));
  spoken = g_strdup_printf (_ ("Leave out: %s"), ui_words_risk_title (risk->code));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "touch");
  gtk_widget_set_margin_top (button, 6);
  gtk_widget_set_margin_bottom (button, 6);
  g_object_set_data_full (G_OBJECT (button), "items", g_strv_builder_end (ids),
                          (GDestroyNotify) g_strfreev);
  g_signal_connect (button, "clicked", G_CALLBACK (on_leave_out), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* How far the looking is, and the way to it; appended to the row's list. */
static void
add_pictures (Check *self)
{
  GtkWidget *row, *button;

  row = ui_share_row_new (self->findings, _ ("Look at the pictures and cover what you find"), NULL);
  button = gtk_button_new_with_label (_ ("Look at the pictures"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (button, 6);
  gtk_widget_set_margin_bottom (button, 6);
  gtk_widget_add_css_class (button, "touch");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "share.look");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  self->looked_row = row;
}

static gboolean
is_looked (Check *self)
{
  return ui_share_pictures_looked (self->draft->pictures) == self->draft->pictures->len;
}

static void
show_looked (Check *self)
{
  g_autofree char *words =
      g_strdup_printf (_ ("Looked at %u of %u"), ui_share_pictures_looked (self->draft->pictures),
                       self->draft->pictures->len);

  if (self->looked_row != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->looked_row), words);
}

static void
add_finding (Check *self, const ScanRisk *risk)
{
  const gboolean of_pictures =
      g_str_equal (risk->code, "burned-in-text") && self->draft->pictures->len > 0;
  const char *tick = ui_words_risk_tick (risk, self->draft->profile);

  finding_row (self->findings, risk);
  if (of_pictures)
    add_pictures (self);
  else if (tick != NULL)
    {
      GtkCheckButton *button = ui_share_tick_new (self->findings, tick, NULL, NULL);

      g_object_set_data (G_OBJECT (button), "code", (gpointer) risk->code);
      gtk_check_button_set_active (button, g_hash_table_contains (self->decided, risk->code));
      g_signal_connect (button, "toggled", G_CALLBACK (on_decided), self);
    }
  if (!of_pictures && (tick == NULL || !g_hash_table_contains (self->decided, risk->code)))
    self->open++;
  if (risk->level == SCAN_RISK_HIGH)
    add_leave_out (self, risk);
}

static void
show_table (Check *self)
{
  GtkWidget *old = gtk_widget_get_first_child (self->table_box);

  if (old != NULL)
    gtk_box_remove (GTK_BOX (self->table_box), old);
  gtk_box_append (GTK_BOX (self->table_box), ui_share_table_new (self->draft));
}

static void
clear (Check *self)
{
  ui_share_list_clear (self->findings);
  ui_share_list_clear (self->know_list);
  gtk_widget_set_visible (self->know, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->findings), FALSE);
  self->looked_row = NULL;
  self->open = 0;
}

static void
show_risks (Check *self, GPtrArray *risks)
{
  guint known = 0;
  g_autofree char *words = NULL;

  for (guint i = 0; i < risks->len; i++)
    {
      const ScanRisk *risk = g_ptr_array_index (risks, i);

      if (risk->level != SCAN_RISK_LOW)
        add_finding (self, risk);
      else
        {
          finding_row (self->know_list, risk);
          known++;
        }
    }
  /* Something may have been found in pictures of a kind that holds no writing as a rule. */
  if (self->looked_row == NULL && self->draft->pictures->len > 0)
    add_pictures (self);
  show_looked (self);
  words = g_strdup_printf (
      g_dngettext (NULL, "Good to know: %u point", "Good to know: %u points", known), known);
  gtk_expander_set_label (GTK_EXPANDER (self->know), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->know), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_widget_set_visible (self->know, known > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->findings),
                          risks->len > known || self->looked_row != NULL);
  gtk_label_set_label (self->state,
                       risks->len > known || self->looked_row != NULL
                           ? _ ("Please decide or look at each of these. Then you can go on.")
                           : _ ("Nothing was found that you have to decide."));
}

static void
risks_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Check *self = check_of (owner);
  RiskJob *job = data;

  if (self == NULL || gtk_widget_get_root (owner) == NULL ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  clear (self);
  if (ok)
    {
      self->key = g_strdup (job->key);
      if (job->proposals != NULL)
        {
          g_ptr_array_unref (self->draft->pictures);
          self->draft->pictures = ui_share_pictures_new (job->proposals);
          g_clear_pointer (&self->draft->proposals, g_ptr_array_unref);
          self->draft->proposals = g_steal_pointer (&job->proposals);
        }
      show_risks (self, job->risks);
    }
  else
    gtk_label_set_label (self->state, ui_words_error (error, UI_TOPIC_SHARE));
  ui_share_draft_changed (self->draft);
}

static void
risks_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  Check *self = check_of (owner);
  g_autofree char *words = ui_progress_words (progress);
  g_autofree char *all = g_strdup_printf (_ ("Looking for writing in the pictures: %s"), words);

  if (self != NULL && self->key == NULL)
    gtk_label_set_label (self->state, all);
}

static gboolean
risks_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  RiskJob *job = data;

  job->risks =
      scan_library_risks (job->library, (const ScanItem *) (gpointer) job->items->data,
                          job->items->len, job->profile, job->keep_dates, cancellable, error);
  if (job->risks == NULL || job->profile == SCAN_PROFILE_NAMED)
    return job->risks != NULL;
  job->proposals =
      scan_share_proposals (job->library, (const ScanItem *) (gpointer) job->items->data,
                            job->items->len, ui_task_progress, progress, cancellable, error);
  return job->proposals != NULL;
}

static void
look_anew (Check *self)
{
  RiskJob *job = g_new0 (RiskJob, 1);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->key, g_free);
  g_ptr_array_unref (self->draft->pictures);
  self->draft->pictures = g_ptr_array_new ();
  g_clear_pointer (&self->draft->proposals, g_ptr_array_unref);
  clear (self);
  show_table (self);
  gtk_label_set_label (self->state, _ ("Looking for what could tell who you are…"));
  job->library = ui_session_library (self->draft->session);
  job->items = ui_share_draft_items (self->draft);
  job->profile = self->draft->profile;
  job->keep_dates = self->draft->keep_dates;
  job->key = ui_share_draft_key (self->draft);
  self->cancellable = g_cancellable_new ();
  ui_task_run (self->page, self->draft->session, TRUE, risks_work, risks_done, risks_progress, job,
               risk_job_free, self->cancellable);
}

void
ui_share_check_show (GtkWidget *check)
{
  Check *self = check_of (check);
  g_autofree char *key = ui_share_draft_key (self->draft);

  show_looked (self);
  if (g_strcmp0 (key, self->key) == 0 || ui_session_is_closing (self->draft->session))
    return;
  g_hash_table_remove_all (self->decided);
  look_anew (self);
}

gboolean
ui_share_check_is_done (GtkWidget *check)
{
  Check *self = check_of (check);

  return self->key != NULL && self->open == 0 && is_looked (self);
}

GtkWidget *
ui_share_check_new (UiShareDraft *draft)
{
  Check *self = g_new0 (Check, 1);
  GtkWidget *box, *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->draft = g_object_ref (draft);
  self->decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->page = ui_share_page_new (_ ("Check what goes out"), &box);
  g_object_set_data_full (G_OBJECT (self->page), "check", self, check_free);
  self->state = GTK_LABEL (ui_share_label_new (box, ""));
  self->findings = ui_share_list_new (box);
  self->know = gtk_expander_new ("");
  self->know_list = ui_share_list_new (inner);
  gtk_expander_set_child (GTK_EXPANDER (self->know), inner);
  gtk_box_append (GTK_BOX (box), self->know);
  ui_share_heading_new (box, _ ("Before and after"));
  self->table_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), self->table_box);
  clear (self);
  return self->page;
}
