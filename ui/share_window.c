/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_window.h"

#include <glib/gi18n.h>

#include "add_bar.h"
#include "ask.h"
#include "risk.h"
#include "share_steps.h"
#include "share_task.h"

struct _UiShareWindow
{
  AdwWindow parent_instance;
  AdwWindowTitle *title;
  GtkStack *steps;
  GtkWidget *back, *next;
  GtkProgressBar *bar;
  GtkLabel *progress_words;
  GtkWidget *cancel;

  UiShareDraft *draft;
  GtkWidget *check, *look, *how, *done;
  GCancellable *cancellable; /* while a copy is made */
  gboolean made;
};

G_DEFINE_FINAL_TYPE (UiShareWindow, ui_share_window, ADW_TYPE_WINDOW)

enum
{
  STEP_WHAT,
  STEP_WHOM,
  STEP_CHECK,
  STEP_HOW,
  STEP_DONE,
  N_STEPS
};

static const struct
{
  const char *name, *title;
} steps[N_STEPS] = {
  { "what", N_ ("What") }, { "whom", N_ ("For whom") }, { "check", N_ ("Check") },
  { "how", N_ ("How") },   { "done", N_ ("Done") },
};

/* The step that is shown; making the copy belongs to the last. */
static guint
step_of (UiShareWindow *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->steps);

  for (guint i = 0; i < N_STEPS; i++)
    if (g_strcmp0 (steps[i].name, name) == 0)
      return i;
  if (g_strcmp0 (name, "look") == 0)
    return STEP_CHECK;
  return STEP_DONE;
}

/* The pictures are a part of the check. */
static gboolean
is_looking (UiShareWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->steps), "look") == 0;
}

static gboolean
has_any (UiShareWindow *self)
{
  for (guint i = 0; i < self->draft->parts->len; i++)
    if (ui_share_draft_has (self->draft, g_ptr_array_index (self->draft->parts, i)))
      return TRUE;
  return FALSE;
}

static gboolean
can_go_on (UiShareWindow *self, guint step)
{
  const gboolean any = has_any (self);

  if (step == STEP_CHECK)
    return any && ui_share_check_is_done (self->check);
  if (step == STEP_HOW)
    return any && self->draft->place != NULL && g_path_is_absolute (self->draft->place);
  return step == STEP_DONE || any;
}

static void
update (UiShareWindow *self)
{
  const guint step = step_of (self);
  const gboolean working = self->cancellable != NULL;
  g_autofree char *where = NULL;

  if (self->draft == NULL)
    return;
  where = g_strdup_printf (_ ("Step %u of %u: %s"), step + 1, N_STEPS, _ (steps[step].title));
  adw_window_title_set_subtitle (self->title, where);
  gtk_widget_set_visible (self->back, !working && step > STEP_WHAT && !self->made);
  gtk_widget_set_visible (self->next,
                          !working && !is_looking (self) && (step < STEP_DONE || self->made));
  gtk_button_set_label (GTK_BUTTON (self->next), step == STEP_DONE  ? _ ("Close")
                                                 : step == STEP_HOW ? _ ("Make the copy")
                                                                    : _ ("Next"));
  gtk_widget_set_sensitive (self->next, can_go_on (self, step));
}

static void
show_step (UiShareWindow *self, guint step)
{
  gtk_stack_set_visible_child_name (self->steps, steps[step].name);
  if (step == STEP_CHECK)
    ui_share_check_show (self->check);
  if (step == STEP_HOW)
    ui_share_how_show (self->how);
  update (self);
}

static void
on_back (UiShareWindow *self)
{
  const guint step = step_of (self);

  self->draft->leave_out = FALSE;
  if (is_looking (self))
    show_step (self, STEP_CHECK);
  else if (step > STEP_WHAT)
    show_step (self, step - 1);
}

static void
look_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiShareWindow *self = UI_SHARE_WINDOW (widget);

  gtk_stack_set_visible_child_name (self->steps, "look");
  ui_share_look_show (self->look);
  update (self);
}

static void
looked_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_step (UI_SHARE_WINDOW (widget), STEP_CHECK);
}

static void
share_done (gpointer owner, const ScanShareResult *result, const char *place, const GError *error)
{
  UiShareWindow *self = owner;

  if (self->steps == NULL || self->draft == NULL)
    return;
  g_clear_object (&self->cancellable);
  self->made = place != NULL;
  ui_share_done_show (self->done, result, place, error);
  show_step (self, STEP_DONE);
}

static void
share_progress (gpointer owner, const ScanProgress *progress)
{
  UiShareWindow *self = owner;
  g_autofree char *words = NULL;

  if (self->steps == NULL)
    return;
  words = ui_progress_words (progress);
  gtk_label_set_label (self->progress_words, words);
  ui_progress_show (progress, self->bar);
}

static void
make_copy (UiShareWindow *self)
{
  if (self->cancellable != NULL || ui_session_is_closing (self->draft->session))
    return;
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->cancel, TRUE);
  gtk_label_set_label (self->progress_words, _ ("Starting…"));
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_stack_set_visible_child_name (self->steps, "progress");
  update (self);
  ui_share_run (self, self->draft, share_done, share_progress, self->cancellable);
}

static void
make_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  make_copy (UI_SHARE_WINDOW (widget));
}

static void
on_next (UiShareWindow *self)
{
  const guint step = step_of (self);

  if (step == STEP_DONE)
    gtk_window_close (GTK_WINDOW (self));
  else if (step == STEP_HOW)
    make_copy (self);
  else
    show_step (self, step + 1);
}

static void
on_cancel (UiShareWindow *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  gtk_widget_set_sensitive (self->cancel, FALSE);
  gtk_label_set_label (self->progress_words, _ ("Stopping…"));
}

static void
ui_share_window_dispose (GObject *object)
{
  UiShareWindow *self = UI_SHARE_WINDOW (object);

  self->steps = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (ui_share_window_parent_class)->dispose (object);
}

static void
ui_share_window_class_init (UiShareWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_share_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/share_window.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, back);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, next);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, progress_words);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_install_action (widget_class, "share.make", NULL, make_action);
  gtk_widget_class_install_action (widget_class, "share.look", NULL, look_action);
  gtk_widget_class_install_action (widget_class, "share.looked", NULL, looked_action);
}

static void
ui_share_window_init (UiShareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_share_window_show (GtkWindow *parent, UiSession *session, const ScanItem *items, guint n_items)
{
  UiShareWindow *self = g_object_new (UI_TYPE_SHARE_WINDOW, NULL);

  self->draft = ui_share_draft_new (session, items, n_items);
  self->check = ui_share_check_new (self->draft);
  self->look = ui_share_look_new (self->draft);
  self->how = ui_share_how_new (self->draft);
  self->done = ui_share_done_new (self->draft);
  gtk_stack_add_named (self->steps, ui_share_what_new (self->draft), "what");
  gtk_stack_add_named (self->steps, ui_share_whom_new (self->draft), "whom");
  gtk_stack_add_named (self->steps, self->check, "check");
  gtk_stack_add_named (self->steps, self->look, "look");
  gtk_stack_add_named (self->steps, self->how, "how");
  gtk_stack_add_named (self->steps, self->done, "done");
  g_signal_connect_object (self->draft, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  show_step (self, STEP_WHAT);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
}
