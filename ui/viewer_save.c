/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_save.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ask.h"
#include "error.h"
#include "file_chooser.h"
#include "image_memory.h"
#include "picture_save.h"
#include "plainname.h"
#include "task.h"
#include "words.h"

#define SIDE_MAX 4096.0 /* pixels of the file: a picture of a few bits must not become a poster */

/* A question and what follows from it; owned by the dialog, then by the work. */
typedef struct
{
  UiSession *session;
  AdwToastOverlay *toasts;
  UiCanvasSeen seen; /* rendered is held */
  GdkTexture *screen;
  GtkWidget *stage;
  const ScanInstance *instance;
  guint frame, number;
  gboolean tells_person, with_labels;

  AdwMessageDialog *dialog; /* NULL once it is closed */
  GtkLabel *notice;
  GCancellable *cancellable;
  gboolean searched, search_failed;
  ScanFrameText text;
  char *path;
  gatomicrefcount refs;
} Save;

static void
save_unref (gpointer data)
{
  Save *save = data;

  if (!g_atomic_ref_count_dec (&save->refs))
    return;
  g_object_unref (save->session);
  g_object_unref (save->toasts);
  g_object_unref (save->stage);
  ui_rendered_unref (save->seen.rendered);
  g_clear_object (&save->screen);
  g_clear_object (&save->cancellable);
  g_free (save->path);
  g_free (save);
}

static Save *
save_ref (Save *save)
{
  g_atomic_ref_count_inc (&save->refs);
  return save;
}

/* ---- the picture ---- */

/* bgra: native GDK_MEMORY_DEFAULT, no pixel of it transparent. */
static ScanPicture *
picture_of (const guint8 *bgra, guint columns, guint rows, guint channels)
{
  ScanPicture *picture = scan_picture_new (rows, columns, channels);

  if (picture == NULL)
    return NULL;
  for (gsize i = 0; i < (gsize) rows * columns; i++)
    {
      guint32 pixel;

      memcpy (&pixel, bgra + 4 * i, 4);
      for (guint k = 0; k < channels; k++)
        picture->pixels[i * channels + k] = (guint8) (pixel >> (8 * (2 - k)));
    }
  return picture;
}

/* The part that is seen, at the resolution of the screen or of the picture, whichever is finer. */
static ScanPicture *
draw_seen (const UiCanvasSeen *seen)
{
  const double width = (seen->right - seen->left) * seen->rendered->aspect_x,
               height = (seen->bottom - seen->top) * seen->rendered->aspect_y;
  const double scale = MIN (MAX (seen->scale, 1), SIDE_MAX / MAX (width, height));
  const guint columns = (guint) MAX (lround (width * scale), 1),
              rows = (guint) MAX (lround (height * scale), 1);
  const ScanPicture *full = seen->rendered->levels[0];
  const gsize stride = (gsize) columns * 4;
  guint8 *bgra = scan_image_alloc (stride * rows);
  ScanPicture *picture;

  if (bgra == NULL)
    return NULL;
  scan_picture_draw (full, (seen->left + seen->right) / 2, (seen->top + seen->bottom) / 2,
                     columns / (seen->right - seen->left), rows / (seen->bottom - seen->top), bgra,
                     columns, rows, stride);
  picture = picture_of (bgra, columns, rows, full->channels);
  scan_image_free (bgra);
  return picture;
}

static ScanPicture *
draw_screen (GdkTexture *screen)
{
  const guint columns = (guint) gdk_texture_get_width (screen),
              rows = (guint) gdk_texture_get_height (screen);
  guint8 *bgra = scan_image_alloc ((gsize) columns * rows * 4);
  ScanPicture *picture;

  if (bgra == NULL)
    return NULL;
  gdk_texture_download (screen, bgra, (gsize) columns * 4);
  picture = picture_of (bgra, columns, rows, 3);
  scan_image_free (bgra);
  return picture;
}

/* What lies over the picture exists as widgets alone. */
static GdkTexture *
take_screen (GtkWidget *stage)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (stage);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  const int width = gtk_widget_get_width (stage), height = gtk_widget_get_height (stage),
            factor = gtk_widget_get_scale_factor (stage);
  GskRenderNode *node;
  GdkTexture *texture;

  gtk_snapshot_scale (snapshot, (float) factor, (float) factor);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return NULL;
  texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (gtk_widget_get_native (stage)), node,
      &GRAPHENE_RECT_INIT (0, 0, (float) (width * factor), (float) (height * factor)));
  gsk_render_node_unref (node);
  return texture;
}

static gboolean
write_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Save *save = data;
  g_autoptr (ScanPicture) picture =
      save->screen != NULL ? draw_screen (save->screen) : draw_seen (&save->seen);

  if (picture == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_MEMORY,
                           "There is not enough memory for the picture.");
      return FALSE;
    }
  return scan_picture_save (picture, save->path, error);
}

static void
write_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  adw_toast_overlay_add_toast (owner,
                               adw_toast_new (ok ? _ ("The picture was saved. It is not locked.")
                                                 : ui_words_error (error, UI_TOPIC_SAVE)));
}

/* ---- the question ---- */

static const char *
notice_words (const Save *save)
{
  if (save->text.found)
    return _ ("There seems to be writing in this picture. Please look whether it is your name.");
  if (save->with_labels && save->tells_person)
    return _ ("What is written over the picture goes into the file too, and your name with it.");
  if (!save->searched)
    return _ ("Looking for writing in the picture…");
  if (save->search_failed)
    return _ ("It could not be checked whether your name is written in this picture. Please look.");
  if (save->text.expected)
    return _ ("Pictures of this kind often have a name written in them. Please look.");
  return _ ("No writing was found in this picture. A look does no harm.");
}

static void
show_notice (Save *save)
{
  const gboolean warns = save->text.found || save->text.expected || save->search_failed ||
                         (save->with_labels && save->tells_person);

  gtk_label_set_label (save->notice, notice_words (save));
  if (warns)
    gtk_widget_add_css_class (GTK_WIDGET (save->notice), "question");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (save->notice), "question");
}

static gboolean
search_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Save *save = data;

  return scan_library_frame_text (ui_session_library (save->session), save->instance, save->frame,
                                  cancellable, &save->text, error);
}

static void
search_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Save *save = data;

  save->searched = TRUE;
  save->search_failed = !ok;
  if (save->dialog == NULL)
    return;
  show_notice (save);
  adw_message_dialog_set_response_enabled (save->dialog, "save", TRUE);
}

static void
file_chosen (gpointer owner, char **paths)
{
  Save *save = g_object_get_data (G_OBJECT (owner), "ui-save");

  if (ui_session_is_closing (save->session))
    return;
  save->path = g_strdup (paths[0]);
  ui_task_run (save->toasts, save->session, FALSE, write_work, write_done, NULL, save_ref (save),
               save_unref, NULL);
}

static char *
file_name (const Save *save)
{
  const ScanStudy *study = save->instance->series->study;
  g_autofree char *date = scan_plain_date (study->date);
  char *name = g_strdup_printf (_ ("%s %s picture %u.png"), study->title, date, save->number);

  return g_strdelimit (name, "/\\:\n", '-');
}

static void
on_response (AdwMessageDialog *dialog, const char *response, GtkWindow *parent)
{
  Save *save = g_object_get_data (G_OBJECT (dialog), "ui-save");
  g_autofree char *name = NULL;

  save->dialog = NULL;
  g_cancellable_cancel (save->cancellable);
  if (!g_str_equal (response, "save") || ui_session_is_closing (save->session))
    return;
  name = file_name (save);
  if (save->with_labels)
    save->screen = take_screen (save->stage);
  ui_choose_new_file (parent, _ ("Save This Picture"), name, G_OBJECT (save->session), file_chosen,
                      dialog);
}

static void
on_labels (GtkCheckButton *button, Save *save)
{
  save->with_labels = gtk_check_button_get_active (button);
  if (save->dialog != NULL)
    show_notice (save);
}

/* The session may close the dialog without a response. */
static void
on_dialog_gone (GtkWidget *dialog, Save *save)
{
  save->dialog = NULL;
  g_cancellable_cancel (save->cancellable);
}

static GtkWidget *
question_box (Save *save)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *labels = g_object_new (GTK_TYPE_CHECK_BUTTON, NULL);
  GtkWidget *words = g_object_new (GTK_TYPE_LABEL, "label",
                                   _ ("With letters, scale, notes and lengths, as on the screen"),
                                   "wrap", TRUE, "xalign", 0.0, NULL);

  save->notice = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "max-width-chars", 40,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (labels), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (labels), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_label (GTK_LABEL (words)), -1);
  gtk_widget_add_css_class (labels, "touch");
  g_signal_connect (labels, "toggled", G_CALLBACK (on_labels), save);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (save->notice));
  gtk_box_append (GTK_BOX (box), labels);
  return box;
}

void
ui_viewer_save (GtkWindow *parent, const UiSaveWhat *what)
{
  UiCanvasSeen seen;
  Save *save;

  if (!ui_canvas_get_seen (what->canvas, &seen))
    return;
  save = g_new0 (Save, 1);
  g_atomic_ref_count_init (&save->refs);
  save->session = g_object_ref (what->session);
  save->toasts = g_object_ref (what->toasts);
  save->stage = g_object_ref (what->stage);
  save->seen = seen;
  ui_rendered_ref (seen.rendered);
  save->instance = what->instance;
  save->frame = what->frame;
  save->number = what->number;
  save->tells_person = what->tells_person;
  save->cancellable = g_cancellable_new ();
  save->dialog = ui_ask_new (parent, what->session, _ ("Save this picture?"),
                             _ ("It is saved as you see it, as a file that anybody who finds it "
                                "can open. The scan in your vault stays locked."),
                             _ ("Cancel"));
  g_object_set_data_full (G_OBJECT (save->dialog), "ui-save", save, save_unref);
  adw_message_dialog_set_extra_child (save->dialog, question_box (save));
  adw_message_dialog_add_response (save->dialog, "save", _ ("Save…"));
  adw_message_dialog_set_response_enabled (save->dialog, "save", FALSE);
  show_notice (save);
  g_signal_connect_object (save->dialog, "response", G_CALLBACK (on_response), parent, 0);
  g_signal_connect (save->dialog, "destroy", G_CALLBACK (on_dialog_gone), save);
  gtk_window_present (GTK_WINDOW (save->dialog));
  ui_task_run (save->toasts, save->session, FALSE, search_work, search_done, NULL, save_ref (save),
               save_unref, save->cancellable);
}
