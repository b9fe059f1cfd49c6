/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of step 3: one picture of each layout, with the boxes that will cover what may be writing.
 * A person takes boxes away, adds some, and says of each picture that it is all right. */
#include <glib/gi18n.h>

#include "box_view.h"
#include "share_parts.h"
#include "share_steps.h"
#include "task.h"
#include "words.h"
#include "wrap_box.h"

#define SIDE 1024    /* of the picture that is shown */
#define FRAME_MS 150 /* that a frame is shown while they play: long enough to notice writing */

typedef struct
{
  UiShareDraft *draft;
  GtkWidget *page, *view, *remove, *next_box, *before, *good;
  GtkWidget *frames, *scale, *play; /* of a picture of which every frame has to be seen */
  GtkLabel *unseen;
  guint next; /* timeout until the next frame, or 0 */
  GtkLabel *counter, *state;
  GPtrArray *pictures; /* those of the draft that are shown */
  guint at;            /* of them */
  GCancellable *cancellable;
} Look;

typedef struct
{
  ScanLibrary *library;
  const ScanInstance *instance;
  guint frame;
  GPtrArray *pictures; /* that hold the picture */
  UiSharePicture *picture;
  GdkTexture *texture;
} FrameJob;

static void
frame_job_free (gpointer data)
{
  FrameJob *job = data;

  g_clear_object (&job->texture);
  g_ptr_array_unref (job->pictures);
  g_free (job);
}

static void
look_free (gpointer data)
{
  Look *self = data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->next, g_source_remove);
  g_ptr_array_unref (self->pictures);
  g_object_unref (self->draft);
  g_free (self);
}

static UiSharePicture *
picture_of (Look *self)
{
  return self->at < self->pictures->len ? g_ptr_array_index (self->pictures, self->at) : NULL;
}

static GdkTexture *
texture_of (const ScanPicture *picture)
{
  const gsize n = (gsize) picture->rows * picture->columns;
  guint8 *rgb = g_try_malloc (n * 3);
  g_autoptr (GBytes) bytes = NULL;

  if (rgb == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      rgb[i * 3 + c] = picture->pixels[i * picture->channels + (picture->channels == 3 ? c : 0)];
  bytes = g_bytes_new_take (rgb, n * 3);
  return gdk_memory_texture_new ((int) picture->columns, (int) picture->rows, GDK_MEMORY_R8G8B8,
                                 bytes, (gsize) picture->columns * 3);
}

static gboolean
frame_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  FrameJob *job = data;
  g_autoptr (ScanFrame) frame =
      scan_library_frame (job->library, job->instance, job->frame, cancellable, error);
  g_autoptr (ScanPicture) whole = NULL, shown = NULL;
  ScanBrightness brightness;
  guint columns, rows;

  if (frame == NULL)
    return FALSE;
  scan_frame_default_brightness (frame, &brightness);
  whole = scan_frame_render (frame, &brightness);
  scan_frame_display_size (frame, SIDE, &columns, &rows);
  if (whole != NULL)
    shown = scan_picture_scale (whole, columns, rows);
  if (shown != NULL)
    job->texture = texture_of (shown);
  return job->texture != NULL;
}

static void
update (Look *self)
{
  UiBoxView *view = UI_BOX_VIEW (self->view);
  const guint n = self->pictures->len;
  g_autofree char *words =
      g_strdup_printf (_ ("Picture %u of %u. Looked at %u of %u."), MIN (self->at + 1, n), n,
                       ui_share_pictures_looked (self->pictures), n);

  gtk_label_set_label (self->counter, words);
  gtk_widget_set_sensitive (self->remove, ui_box_view_has_chosen (view));
  gtk_widget_set_sensitive (self->next_box, ui_box_view_count (view) > 0);
  gtk_widget_set_sensitive (self->before, self->at > 0);
}

/* The frames of a picture of which one look does not serve all. */
static void
update_frames (Look *self)
{
  const UiSharePicture *picture = picture_of (self);
  const gboolean needed = picture != NULL && picture->seen != NULL;
  g_autofree char *words = NULL;
  guint unseen;

  gtk_widget_set_visible (self->frames, needed);
  if (!needed)
    return;
  unseen = ui_share_picture_unseen (picture);
  words = unseen > 0
              ? g_strdup_printf (g_dngettext (NULL, "Every frame has to be seen: %u is left.",
                                              "Every frame has to be seen: %u are left.", unseen),
                                 unseen)
              : g_strdup_printf (_ ("Frame %u of %u"), picture->frame + 1, picture->frames);
  gtk_label_set_label (self->unseen, words);
  gtk_range_set_range (GTK_RANGE (self->scale), 1, picture->frames);
  gtk_range_set_value (GTK_RANGE (self->scale), picture->frame + 1);
}

static void show_frame (Look *self);

static gboolean
on_next_frame (gpointer data)
{
  Look *self = data;
  UiSharePicture *picture = picture_of (self);

  self->next = 0;
  if (picture == NULL || picture->seen == NULL)
    return G_SOURCE_REMOVE;
  if (ui_share_picture_unseen (picture) == 0)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->play), FALSE);
  else
    {
      picture->frame = ui_share_picture_next (picture, picture->frame);
      show_frame (self);
    }
  return G_SOURCE_REMOVE;
}

static void
play_on (Look *self)
{
  g_clear_handle_id (&self->next, g_source_remove);
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->play)))
    self->next = g_timeout_add (FRAME_MS, on_next_frame, self);
}

static void
frame_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Look *self = g_object_get_data (owner, "look");
  FrameJob *job = data;

  if (self == NULL || gtk_widget_get_root (owner) == NULL || job->picture != picture_of (self) ||
      job->frame != job->picture->frame ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_label_set_label (self->state, ok ? _ ("Cover every name, number and date: drag over it. What "
                                            "is yellow will be black in the copy.")
                                       : ui_words_error (error, UI_TOPIC_PICTURE));
  ui_box_view_set (UI_BOX_VIEW (self->view), job->picture, job->texture);
  if (ok)
    ui_share_picture_see (job->picture);
  /* What cannot be seen cannot be said to be covered. */
  gtk_widget_set_sensitive (self->good, ok && ui_share_picture_unseen (job->picture) == 0);
  update (self);
  update_frames (self);
  if (ok)
    play_on (self);
}

/* What was shown before stays until the frame is there. */
static void
show_frame (Look *self)
{
  UiSharePicture *picture = picture_of (self);
  FrameJob *job;
  ScanItem item;

  g_clear_handle_id (&self->next, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (picture == NULL || ui_session_is_closing (self->draft->session) ||
      !scan_catalog_find (ui_session_catalog (self->draft->session),
                          g_ptr_array_index (picture->items, 0), &item, NULL) ||
      item.kind != SCAN_ITEM_INSTANCE)
    return;
  job = g_new0 (FrameJob, 1);
  job->library = ui_session_library (self->draft->session);
  job->instance = item.instance;
  job->frame = picture->frame;
  job->pictures = g_ptr_array_ref (self->pictures);
  job->picture = picture;
  self->cancellable = g_cancellable_new ();
  ui_task_run (self->page, self->draft->session, FALSE, frame_work, frame_done, NULL, job,
               frame_job_free, self->cancellable);
}

static void
show (Look *self)
{
  gtk_widget_set_sensitive (self->good, FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->play), FALSE);
  ui_box_view_set (UI_BOX_VIEW (self->view), picture_of (self), NULL);
  gtk_label_set_label (self->state, _ ("Loading…"));
  update (self);
  update_frames (self);
  show_frame (self);
}

static void
on_frame (GtkRange *range, Look *self)
{
  UiSharePicture *picture = picture_of (self);
  const guint frame = (guint) gtk_range_get_value (range) - 1;

  if (picture == NULL || picture->seen == NULL || frame == picture->frame ||
      frame >= picture->frames)
    return;
  picture->frame = frame;
  show_frame (self);
}

static void
add_frames (Look *self, GtkWidget *box)
{
  self->frames = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->play = gtk_toggle_button_new_with_label (_ ("Play"));
  gtk_widget_add_css_class (self->play, "touch");
  g_signal_connect_swapped (self->play, "toggled", G_CALLBACK (play_on), self);
  gtk_box_append (GTK_BOX (self->frames), self->play);
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 1, 2, 1);
  gtk_range_set_round_digits (GTK_RANGE (self->scale), 0);
  gtk_widget_set_hexpand (self->scale, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Frame"), -1);
  g_signal_connect (self->scale, "value-changed", G_CALLBACK (on_frame), self);
  gtk_box_append (GTK_BOX (self->frames), self->scale);
  self->unseen = GTK_LABEL (gtk_label_new (""));
  gtk_box_append (GTK_BOX (self->frames), GTK_WIDGET (self->unseen));
  gtk_widget_set_visible (self->frames, FALSE);
  gtk_box_append (GTK_BOX (box), self->frames);
}

void
ui_share_look_show (GtkWidget *look)
{
  Look *self = g_object_get_data (G_OBJECT (look), "look");

  ui_box_view_set (UI_BOX_VIEW (self->view), NULL, NULL);
  g_ptr_array_unref (self->pictures);
  self->pictures = g_ptr_array_ref (self->draft->pictures);
  self->at = 0;
  while (picture_of (self) != NULL && picture_of (self)->looked)
    self->at++;
  if (picture_of (self) == NULL)
    self->at = 0;
  show (self);
}

/* On to the next that nobody has looked at; back to the report after the last. */
static void
on_good (Look *self)
{
  UiSharePicture *picture = picture_of (self);

  if (picture == NULL)
    return;
  picture->looked = TRUE;
  ui_share_draft_changed (self->draft);
  if (self->at + 1 < self->pictures->len)
    {
      self->at++;
      show (self);
    }
  else if (ui_share_pictures_looked (self->pictures) < self->pictures->len)
    ui_share_look_show (self->page);
  else
    gtk_widget_activate_action (self->page, "share.looked", NULL);
}

static void
on_before (Look *self)
{
  if (self->at > 0)
    self->at--;
  show (self);
}

static void
on_covered (GtkToggleButton *button, Look *self)
{
  ui_box_view_set_covered (UI_BOX_VIEW (self->view), gtk_toggle_button_get_active (button));
}

static void
on_next_box (Look *self)
{
  ui_box_view_choose (UI_BOX_VIEW (self->view), 1);
}

static void
on_add (Look *self)
{
  ui_box_view_add (UI_BOX_VIEW (self->view));
  gtk_widget_grab_focus (self->view);
}

static void
on_remove (Look *self)
{
  ui_box_view_remove (UI_BOX_VIEW (self->view));
  gtk_widget_grab_focus (self->view);
}

static GtkWidget *
add_button (Look *self, GtkWidget *bar, GtkWidget *button, GCallback clicked)
{
  gtk_widget_add_css_class (button, "touch");
  if (clicked != NULL)
    g_signal_connect_swapped (button, "clicked", clicked, self);
  ui_wrap_box_append (UI_WRAP_BOX (bar), button);
  return button;
}

GtkWidget *
ui_share_look_new (UiShareDraft *draft)
{
  Look *self = g_new0 (Look, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *edit = ui_wrap_box_new (),
            *walk = ui_wrap_box_new (), *covered;

  self->draft = g_object_ref (draft);
  self->pictures = g_ptr_array_ref (draft->pictures);
  self->page = box;
  g_object_set_data_full (G_OBJECT (box), "look", self, look_free);
  gtk_widget_add_css_class (box, "page-content");
  self->counter = GTK_LABEL (ui_share_heading_new (box, ""));
  self->state = GTK_LABEL (ui_share_label_new (box, ""));
  self->view = ui_box_view_new ();
  gtk_widget_set_vexpand (self->view, TRUE);
  gtk_widget_add_css_class (self->view, "stage");
  gtk_box_append (GTK_BOX (box), self->view);
  add_frames (self, box);
  add_button (self, edit, gtk_button_new_with_label (_ ("Add a box")), G_CALLBACK (on_add));
  self->next_box =
      add_button (self, edit, gtk_button_new_with_label (_ ("Next box")), G_CALLBACK (on_next_box));
  self->remove = add_button (self, edit, gtk_button_new_with_label (_ ("Take the box away")),
                             G_CALLBACK (on_remove));
  covered = add_button (self, edit, gtk_toggle_button_new_with_label (_ ("As in the copy")), NULL);
  g_signal_connect (covered, "toggled", G_CALLBACK (on_covered), self);
  self->before = add_button (self, walk, gtk_button_new_with_label (_ ("Picture before")),
                             G_CALLBACK (on_before));
  self->good =
      add_button (self, walk, gtk_button_new_with_label (_ ("All names are covered: go on")),
                  G_CALLBACK (on_good));
  gtk_widget_add_css_class (self->good, "suggested-action");
  gtk_box_append (GTK_BOX (box), edit);
  gtk_box_append (GTK_BOX (box), walk);
  g_signal_connect_swapped (self->view, "changed", G_CALLBACK (update), self);
  return box;
}
