/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "thumbs.h"

#include <string.h>

#include "document.h"
#include "error.h"
#include "image_memory.h"
#include "task.h"

#define CACHE_KEY "ui-thumbs"
#define CACHE_ORDER "ui-thumbs-order"
#define CACHE_MOST 400 /* textures of about 0.2 MB */
#define WANTED "ui-thumb-wanted"

typedef struct
{
  ScanLibrary *library;
  const ScanSeries *series;     /* or */
  const ScanDocument *document; /* or */
  const ScanInstance *instance; /* the others are NULL */
  guint frame;
  char *id;
  void (*done) (gpointer data); /* may be NULL */
  gpointer data;
  UiSession *session;
  GWeakRef placeholder;
  GdkTexture *texture;
} ThumbJob;

static void
thumb_job_free (gpointer data)
{
  ThumbJob *job = data;

  g_clear_object (&job->texture);
  g_clear_object (&job->session);
  g_clear_object (&job->data);
  g_free (job->id);
  g_weak_ref_clear (&job->placeholder);
  g_free (job);
}

GdkTexture *
ui_texture_new (const ScanPicture *picture)
{
  gsize n = (gsize) picture->rows * picture->columns;
  guint8 *rgb = scan_image_alloc (n * 3);
  g_autoptr (GBytes) bytes = rgb != NULL ? scan_image_take (rgb, n * 3) : NULL;

  if (rgb == NULL)
    return NULL;
  if (picture->channels == 3)
    memcpy (rgb, picture->pixels, n * 3);
  else
    for (gsize i = 0; i < n; i++)
      rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = picture->pixels[i];
  return gdk_memory_texture_new ((int) picture->columns, (int) picture->rows, GDK_MEMORY_R8G8B8,
                                 bytes, (gsize) picture->columns * 3);
}

static gboolean
thumb_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ThumbJob *job = data;
  g_autoptr (ScanPicture) picture =
      job->series != NULL ? scan_library_thumbnail (job->library, job->series, error)
      : job->instance != NULL
          ? scan_library_frame_thumbnail (job->library, job->instance, job->frame, cancellable,
                                          error)
          : scan_library_document_thumbnail (job->library, job->document, cancellable, error);

  if (picture == NULL)
    return FALSE;
  job->texture = ui_texture_new (picture);
  return job->texture != NULL || scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
}

static void
show (GtkPicture *picture, GtkWidget *placeholder, GdkTexture *texture)
{
  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
  if (placeholder != NULL)
    gtk_widget_set_visible (placeholder, FALSE);
}

static GHashTable *
cache_of (UiSession *session)
{
  GHashTable *cache = g_object_get_data (G_OBJECT (session), CACHE_KEY);

  if (cache == NULL)
    {
      cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
      g_object_set_data_full (G_OBJECT (session), CACHE_KEY, cache,
                              (GDestroyNotify) g_hash_table_unref);
    }
  return cache;
}

static void
free_order (gpointer order)
{
  g_queue_free_full (order, g_free);
}

/* The ones that were loaded first go first. */
static void
keep (UiSession *session, const char *id, GdkTexture *texture)
{
  GHashTable *cache = cache_of (session);
  GQueue *order = g_object_get_data (G_OBJECT (session), CACHE_ORDER);

  if (order == NULL)
    g_object_set_data_full (G_OBJECT (session), CACHE_ORDER, order = g_queue_new (), free_order);
  if (g_hash_table_replace (cache, g_strdup (id), g_object_ref (texture)))
    g_queue_push_tail (order, g_strdup (id));
  while (g_queue_get_length (order) > CACHE_MOST)
    {
      g_autofree char *oldest = g_queue_pop_head (order);

      g_hash_table_remove (cache, oldest);
    }
}

void
ui_thumb_clear (GtkPicture *picture, GtkWidget *placeholder)
{
  g_object_set_data (G_OBJECT (picture), WANTED, NULL);
  gtk_picture_set_paintable (picture, NULL);
  gtk_widget_set_visible (placeholder, TRUE);
}

static void
thumb_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  ThumbJob *job = data;
  g_autoptr (GtkWidget) placeholder = g_weak_ref_get (&job->placeholder);

  if (ok && !ui_session_is_closing (job->session))
    {
      keep (job->session, job->id, job->texture);
      /* The picture may stand for something else by now. */
      if (g_strcmp0 (g_object_get_data (owner, WANTED), job->id) == 0)
        show (owner, placeholder, job->texture);
    }
  if (job->done != NULL)
    job->done (job->data);
}

/* TRUE: it was there. */
static gboolean
show_kept (UiSession *session, const char *id, GtkPicture *picture, GtkWidget *placeholder)
{
  GdkTexture *texture = g_hash_table_lookup (cache_of (session), id);

  if (texture != NULL)
    show (picture, placeholder, texture);
  return texture != NULL;
}

/* Takes id. */
static ThumbJob *
job_new (UiSession *session, char *id, GtkWidget *placeholder)
{
  ThumbJob *job = g_new0 (ThumbJob, 1);

  job->session = g_object_ref (session);
  job->library = ui_session_library (session);
  job->id = id;
  g_weak_ref_init (&job->placeholder, placeholder);
  return job;
}

static void
start (ThumbJob *job, GtkPicture *picture)
{
  g_object_set_data_full (G_OBJECT (picture), WANTED, g_strdup (job->id), g_free);
  ui_task_run (picture, job->session, FALSE, thumb_work, thumb_done, NULL, job, thumb_job_free,
               NULL);
}

void
ui_thumb_load (UiSession *session, const ScanSeries *series, GtkPicture *picture,
               GtkWidget *placeholder)
{
  ThumbJob *job;

  if (show_kept (session, series->id, picture, placeholder))
    return;
  job = job_new (session, g_strdup (series->id), placeholder);
  job->series = series;
  start (job, picture);
}

void
ui_document_thumb_load (UiSession *session, const ScanDocument *document, GtkPicture *picture,
                        GtkWidget *placeholder)
{
  ThumbJob *job;

  if (scan_document_form (document) != SCAN_FORM_PAGES ||
      show_kept (session, document->id, picture, placeholder))
    return;
  job = job_new (session, g_strdup (document->id), placeholder);
  job->document = document;
  start (job, picture);
}

void
ui_instance_thumb_load (UiSession *session, const ScanInstance *instance, guint frame,
                        GtkPicture *picture, void (*done) (gpointer data), gpointer data)
{
  char id[SCAN_ID_LENGTH + 1];
  g_autofree char *key = NULL;
  ThumbJob *job;

  scan_instance_id (instance, id);
  key = g_strdup_printf ("%s/%u", id, frame);
  if (show_kept (session, key, picture, NULL))
    {
      done (data);
      return;
    }
  job = job_new (session, g_steal_pointer (&key), NULL);
  job->instance = instance;
  job->frame = frame;
  job->done = done;
  job->data = g_object_ref (data);
  start (job, picture);
}
