/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_proof.h"

#include <glib/gi18n.h>

#include "secret.h"
#include "sheet_grid.h"
#include "task.h"

#define ASKED 2

struct _UiSheetProof
{
  AdwBin parent_instance;
  GtkWidget *title, *first, *second, *alert;
  UiSecret *key;
  guint asked[ASKED]; /* groups to be typed, from 0 */
};

G_DEFINE_FINAL_TYPE (UiSheetProof, ui_sheet_proof, ADW_TYPE_BIN)

static guint signal_proved;

static void
name_group_entry (GtkWidget *entry, guint group)
{
  g_autofree char *name = g_strdup_printf (_ ("Group %u"), group + 1);

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

/* As forgiving as the sheet's own reader (Crockford base32): case, blanks, O for 0, I and L for 1.
 */
static gboolean
group_matches (const char *typed, const char *group)
{
  guint n = 0;

  for (; *typed != '\0'; typed++)
    {
      char c = g_ascii_toupper (*typed);

      if (c == ' ' || c == '-')
        continue;
      c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
      if (n == UI_SHEET_GROUP_LENGTH || group[n++] != c)
        return FALSE;
    }
  return n == UI_SHEET_GROUP_LENGTH;
}

static void
on_check (UiSheetProof *self)
{
  GtkWidget *entries[ASKED] = { self->first, self->second };

  for (guint i = 0; i < ASKED && self->key != NULL; i++)
    if (!group_matches (gtk_editable_get_text (GTK_EDITABLE (entries[i])),
                        ui_sheet_group (self->key->text, self->asked[i])))
      {
        g_autofree char *words =
            g_strdup_printf (_ ("Group %u is not right yet. Please compare it with your paper."),
                             self->asked[i] + 1);

        gtk_label_set_label (GTK_LABEL (self->alert), words);
        gtk_widget_set_visible (self->alert, TRUE);
        gtk_widget_grab_focus (entries[i]);
        return;
      }
  if (self->key == NULL)
    return;
  ui_sheet_proof_clear (self);
  g_signal_emit (self, signal_proved, 0);
}

static void
ui_sheet_proof_dispose (GObject *object)
{
  UiSheetProof *self = UI_SHEET_PROOF (object);

  g_clear_pointer (&self->key, ui_secret_free);
  G_OBJECT_CLASS (ui_sheet_proof_parent_class)->dispose (object);
}

static void
ui_sheet_proof_class_init (UiSheetProofClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_sheet_proof_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/sheet_proof.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSheetProof, title);
  gtk_widget_class_bind_template_child (widget_class, UiSheetProof, first);
  gtk_widget_class_bind_template_child (widget_class, UiSheetProof, second);
  gtk_widget_class_bind_template_child (widget_class, UiSheetProof, alert);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  signal_proved = g_signal_new ("proved", UI_TYPE_SHEET_PROOF, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
ui_sheet_proof_init (UiSheetProof *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_sheet_proof_start (UiSheetProof *self, const char *key)
{
  g_autofree char *title = NULL;

  ui_sheet_proof_clear (self);
  self->key = ui_secret_new (key);
  self->asked[0] = (guint) g_random_int_range (0, UI_SHEET_GROUPS - 1);
  self->asked[1] = (guint) g_random_int_range ((gint32) self->asked[0] + 1, UI_SHEET_GROUPS);
  title = g_strdup_printf (_ ("Type groups %u and %u"), self->asked[0] + 1, self->asked[1] + 1);
  gtk_label_set_label (GTK_LABEL (self->title), title);
  name_group_entry (self->first, self->asked[0]);
  name_group_entry (self->second, self->asked[1]);
  gtk_widget_grab_focus (self->first);
}

void
ui_sheet_proof_clear (UiSheetProof *self)
{
  g_clear_pointer (&self->key, ui_secret_free);
  gtk_editable_set_text (GTK_EDITABLE (self->first), "");
  gtk_editable_set_text (GTK_EDITABLE (self->second), "");
  gtk_widget_set_visible (self->alert, FALSE);
}

typedef struct
{
  UiSession *session;
  void (*done) (gpointer owner);
} ProvedJob;

static void
proved_job_free (gpointer data)
{
  ProvedJob *job = data;

  g_object_unref (job->session);
  g_free (job);
}

static gboolean
proved_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ProvedJob *job = data;

  return scan_library_set_sheet_proved (ui_session_library (job->session), TRUE, error);
}

static void
proved_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  ProvedJob *job = data;

  if (ui_session_is_closing (job->session))
    return;
  ui_session_notices_changed (job->session);
  job->done (owner);
}

void
ui_sheet_set_proved (gpointer owner, UiSession *session, void (*done) (gpointer owner))
{
  ProvedJob *job = g_new (ProvedJob, 1);

  *job = (ProvedJob){ g_object_ref (session), done };
  ui_task_run (owner, session, TRUE, proved_work, proved_done, NULL, job, proved_job_free, NULL);
}
