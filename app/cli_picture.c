/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs render and inspect. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "burned_text.h"
#include "cli.h"
#include "error.h"
#include "json_text.h"

#define SIZE_MAX_PIXELS 16384

/* The picture that an item stands for; frame from 0, or -1 for the item's own choice. */
static ScanInstance *
instance_of (const ScanItem *item, gint64 *frame, GError **error)
{
  ScanInstance *instance = NULL;
  guint middle = 0;
  ScanSeries *series = NULL;

  if (item->kind == SCAN_ITEM_STUDY)
    series = scan_study_key_series (item->study);
  else if (item->kind == SCAN_ITEM_SERIES)
    series = item->series;
  else if (item->kind == SCAN_ITEM_INSTANCE)
    instance = item->instance;
  if (series != NULL)
    instance = scan_series_middle (series, &middle);
  if (*frame < 0)
    *frame = middle;
  if (instance == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                         "This item holds no picture that can be drawn.");
  return instance;
}

static gboolean
parse_window (const char *text, ScanBrightness *brightness, GError **error)
{
  char *end;
  double center = g_ascii_strtod (text, &end), width;

  if (end != text && *end == ',')
    {
      const char *second = end + 1;

      width = g_ascii_strtod (second, &end);
      if (end != second && *end == '\0' && width > 0)
        {
          brightness->center = center;
          brightness->width = width;
          brightness->use_voi_lut = FALSE;
          return TRUE;
        }
    }
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                       "--window takes CENTER,WIDTH with a width above 0.");
  return FALSE;
}

static gboolean
write_file (const char *path, GBytes *bytes, GError **error)
{
  gsize n, at = 0;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gboolean done = fd >= 0;

  while (done && at < n)
    {
      gssize written = write (fd, data + at, n - at);

      if (written > 0)
        at += (gsize) written;
      else if (written < 0 && errno != EINTR)
        done = FALSE;
    }
  if (fd >= 0 && close (fd) != 0)
    done = FALSE;
  if (!done)
    {
      int saved = errno;

      if (fd >= 0)
        unlink (path);
      scan_error_set_errno (error, saved, "The picture could not be written");
    }
  return done;
}

static const char part_missing[] = "Part of the picture is missing.";

static void
put_rendered (Cli *cli, const ScanPicture *picture, gint64 frame, const ScanBrightness *brightness)
{
  cli_put_int (cli, "rows", picture->rows);
  cli_put_int (cli, "columns", picture->columns);
  cli_put_int (cli, "frame", frame + 1);
  cli_begin_array (cli, "window");
  scan_json_add_number (cli->out, brightness->center);
  scan_json_add_number (cli->out, brightness->width);
  json_builder_end_array (cli->out);
  cli_say (cli, "%u × %u pixels, frame %" G_GINT64_FORMAT ".", picture->columns, picture->rows,
           frame + 1);
}

/* One page of a document. */
static int
render_page (Cli *cli, ScanLibrary *library, const ScanDocumentPlace *place, gint64 page, int size,
             const char *out, GError **error)
{
  g_autoptr (ScanPicture) picture =
      cli_document_picture (cli, library, place, page, (guint) size, error);
  g_autoptr (GBytes) png = NULL;
  const ScanBrightness as_it_is = { .center = 128, .width = 256 };

  if (picture == NULL)
    return -1;
  png = scan_picture_to_png (picture);
  if (png == NULL)
    {
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return -1;
    }
  if (!write_file (out, png, error))
    return -1;
  put_rendered (cli, picture, page, &as_it_is);
  return 0;
}

int
cli_render (Cli *cli, GError **error)
{
  g_autofree char *out = NULL, *window = NULL;
  gint64 frame_number = -1, frame; /* -1: not given */
  int size = 0;
  gboolean plain = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "The PNG file", "FILE" },
    { "frame", 0, 0, G_OPTION_ARG_INT64, &frame_number, "Which frame or page, from 1", "N" },
    { "window", 0, 0, G_OPTION_ARG_STRING, &window, "Brightness", "CENTER,WIDTH" },
    { "size", 0, 0, G_OPTION_ARG_INT, &size, "Longer side in pixels", "PIXELS" },
    { "no-overlays", 0, 0, G_OPTION_ARG_NONE, &plain, "Leave out what is drawn over it", NULL },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (ScanFrame) decoded = NULL;
  g_autoptr (ScanPicture) picture = NULL;
  g_autoptr (GBytes) png = NULL;
  ScanBrightness brightness;
  ScanDocumentPlace place;
  ScanInstance *instance;
  ScanItem item;

  if (!cli_options (cli, entries, "VAULT ITEM -o FILE.png", 2, 2, error))
    return -1;
  if (out == NULL || frame_number == 0 || frame_number < -1 || size < 0 || size > SIZE_MAX_PIXELS)
    {
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_USAGE,
          "render needs -o FILE.png; frames count from 1, and the size is at most 16384.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL ||
      !scan_catalog_find (scan_library_catalog (library), cli->argv[1], &item, error))
    return -1;
  if (cli_document_item (&item, &place))
    return render_page (cli, library, &place, MAX (frame_number - 1, 0), size, out, error);
  frame = frame_number > 0 ? frame_number - 1 : -1;
  instance = instance_of (&item, &frame, error);
  if (instance == NULL)
    return -1;
  if (frame >= (gint64) MAX (instance->frames, 1))
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_USAGE, "This item has %u frames.",
                   instance->frames);
      return -1;
    }
  decoded = scan_library_frame (library, instance, (guint) frame, cli_cancellable (), error);
  if (decoded == NULL)
    return -1;
  scan_frame_default_brightness (decoded, &brightness);
  brightness.hide_overlay = brightness.hide_shutter = plain;
  if (window != NULL && !parse_window (window, &brightness, error))
    return -1;
  picture = scan_frame_render (decoded, &brightness);
  if (picture != NULL && size > 0)
    {
      guint columns, rows;
      ScanPicture *scaled;

      scan_frame_display_size (decoded, (guint) size, &columns, &rows);
      scaled = scan_picture_scale (picture, columns, rows);
      scan_picture_free (picture);
      picture = scaled;
    }
  png = picture != NULL ? scan_picture_to_png (picture) : NULL;
  if (png == NULL)
    {
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return -1;
    }
  if (!write_file (out, png, error))
    return -1;
  put_rendered (cli, picture, frame, &brightness);
  if (decoded->incomplete)
    {
      cli_put_string (cli, "problem", part_missing);
      cli_say (cli, "%s", part_missing);
    }
  return 0;
}

static gint64
read_file (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  gssize got;

  do
    got = pread (GPOINTER_TO_INT (user_data), buf, n, (off_t) offset);
  while (got < 0 && errno == EINTR);
  return got;
}

static gboolean
open_source (const char *path, ScanSource *ret_source, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      scan_error_set_errno (error, errno, "The file could not be opened");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  if (!S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NOT_FOUND, "This is not a file.");
      return FALSE;
    }
  memset (ret_source, 0, sizeof *ret_source);
  ret_source->size = (guint64) info.st_size;
  ret_source->read = read_file;
  ret_source->user_data = GINT_TO_POINTER (fd);
  return TRUE;
}

static void
put_looked_up (Cli *cli, GVariant *result, const char *key, const char *name, gboolean number)
{
  const char *text = "";
  guint count = 0;

  if (number)
    {
      g_variant_lookup (result, key, "u", &count);
      cli_put_int (cli, name, count);
    }
  else
    {
      g_variant_lookup (result, key, "&s", &text);
      cli_put_string (cli, name, text);
    }
}

/* Returns a constant problem, or NULL. */
static void
put_decoded (Cli *cli, ScanReaderPool *readers, const ScanSource *source, GError **error)
{
  g_auto (ScanReaderReply) reply = { 0 };

  if (!scan_reader_call (readers, "hash", NULL, source, NULL, SCAN_CALL_DEFAULT, 0,
                         cli_cancellable (), &reply, error))
    return;
  put_looked_up (cli, reply.result, "frames", "frames_decoded", TRUE);
  put_looked_up (cli, reply.result, "sha256", "pixels_sha256", FALSE);
}

static void
put_unopened (Cli *cli, const char *path, const GError *error)
{
  json_builder_begin_object (cli->out);
  cli_put_path (cli, "path", path);
  cli_put_string (cli, "kind", "unknown");
  cli_put_bool (cli, "renderable", FALSE);
  cli_put_string (cli, "problem", error->message);
  json_builder_end_object (cli->out);
  cli_say (cli, "%s: %s", path, error->message);
}

/* Whether the first picture can be shown, if only in part. */
static gboolean
shows_something (ScanReaderPool *readers, const ScanSource *source)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (ScanFrame) frame = NULL;

  if (!scan_reader_call (readers, "frame", g_variant_new_parsed ("{'frame': <@u 0>}"), source, NULL,
                         SCAN_CALL_DEFAULT, 0, cli_cancellable (), &reply, NULL))
    return FALSE;
  frame = scan_frame_new (reply.result, reply.bulk);
  return frame != NULL;
}

/* How it is shown, of what a reader may say. */
static void
put_form (Cli *cli, const char *form)
{
  static const char *const forms[] = { "pictures", "strip", "pages", "text", "none" };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (g_str_equal (forms[i], form))
      cli_put_string (cli, "shown_as", forms[i]);
}

/* What may be writing inside the pictures: what a share would cover. */
static void
put_text (Cli *cli, ScanReaderPool *readers, const ScanSource *source, GError **error)
{
  g_autoptr (ScanBurnedText) text =
      scan_burned_text_search (readers, source, cli_cancellable (), error);

  if (text == NULL)
    return;
  cli_put_bool (cli, "text_expected", text->expected);
  cli_begin_array (cli, "text_boxes");
  for (guint i = 0; i < text->boxes->len; i++)
    {
      const ScanTextBox *box = &g_array_index (text->boxes, ScanTextBox, i);

      json_builder_begin_object (cli->out);
      /* Frames count from 1 for people. */
      if (box->frame < 0)
        cli_put_string (cli, "frame", "all");
      else
        cli_put_int (cli, "frame", box->frame + 1);
      cli_put_int (cli, "x", box->x);
      cli_put_int (cli, "y", box->y);
      cli_put_int (cli, "width", box->width);
      cli_put_int (cli, "height", box->height);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

typedef struct
{
  gboolean decode, text;
} InspectOptions;

static gboolean
inspect_file (Cli *cli, ScanReaderPool *readers, const char *path, const InspectOptions *options,
              GError **error)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) decode_error = NULL;
  ScanSource source;
  const char *kind = "unknown", *form = "none", *problem = NULL;
  gboolean renderable = FALSE, done;
  double frame_time;

  if (!open_source (path, &source, error))
    {
      put_unopened (cli, path, *error);
      return FALSE;
    }
  done = scan_reader_call (readers, "inspect", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                           cli_cancellable (), &reply, error);
  json_builder_begin_object (cli->out);
  cli_put_path (cli, "path", path);
  if (done)
    {
      g_variant_lookup (reply.result, "kind", "&s", &kind);
      g_variant_lookup (reply.result, "renderable", "b", &renderable);
      g_variant_lookup (reply.result, "problem", "&s", &problem);
      cli_put_string (cli, "kind", g_str_equal (kind, "program") ? "unknown" : kind);
      put_looked_up (cli, reply.result, "SOPClassUID", "sop_class", FALSE);
      put_looked_up (cli, reply.result, "TransferSyntaxUID", "transfer_syntax", FALSE);
      put_looked_up (cli, reply.result, "Modality", "modality", FALSE);
      put_looked_up (cli, reply.result, "Rows", "rows", TRUE);
      put_looked_up (cli, reply.result, "Columns", "columns", TRUE);
      put_looked_up (cli, reply.result, "NumberOfFrames", "frames", TRUE);
      put_looked_up (cli, reply.result, "BitsAllocated", "bits", TRUE);
      put_looked_up (cli, reply.result, "PhotometricInterpretation", "photometric", FALSE);
      if (g_variant_lookup (reply.result, "frame-time", "d", &frame_time))
        {
          json_builder_set_member_name (cli->out, "frame_time_ms");
          json_builder_add_double_value (cli->out, isfinite (frame_time) ? frame_time : 0);
        }
      g_variant_lookup (reply.result, "form", "&s", &form);
      put_form (cli, form);
      if (options->decode && renderable && g_str_equal (form, "pictures"))
        put_decoded (cli, readers, &source, &decode_error);
      if (options->text && renderable && decode_error == NULL && g_str_equal (form, "pictures"))
        put_text (cli, readers, &source, &decode_error);
      if (decode_error != NULL)
        renderable = g_error_matches (decode_error, SCAN_ERROR, SCAN_ERROR_UNREADABLE) &&
                     shows_something (readers, &source);
      cli_put_bool (cli, "renderable", renderable);
      if (decode_error != NULL)
        problem = decode_error->message;
    }
  else
    {
      cli_put_string (cli, "kind", kind);
      cli_put_bool (cli, "renderable", FALSE);
      problem = (*error)->message;
    }
  if (problem != NULL)
    cli_put_string (cli, "problem", problem);
  json_builder_end_object (cli->out);
  cli_say (cli, "%s: %s%s%s", path, kind, problem != NULL ? ": " : "",
           problem != NULL ? problem : "");
  close (GPOINTER_TO_INT (source.user_data));
  return done;
}

/* What the reader that looked at the files was locked in by. */
static void
put_sandbox (Cli *cli, ScanReaderPool *readers)
{
  const int landlock = scan_reader_pool_landlock (readers);

  if (landlock < 0)
    return;
  json_builder_set_member_name (cli->out, "sandbox");
  json_builder_begin_object (cli->out);
  /* No reader starts without. */
  cli_put_bool (cli, "seccomp", TRUE);
  json_builder_set_member_name (cli->out, "landlock");
  json_builder_add_int_value (cli->out, landlock);
  json_builder_end_object (cli->out);
}

int
cli_inspect (Cli *cli, GError **error)
{
  InspectOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "decode", 0, 0, G_OPTION_ARG_NONE, &options.decode, "Decode every frame", NULL },
    { "text", 0, 0, G_OPTION_ARG_NONE, &options.text, "Find writing inside the pictures", NULL },
    { NULL },
  };
  g_autoptr (ScanReaderPool) readers = NULL;
  g_autoptr (GError) first = NULL;
  int failed = 0;

  if (!cli_options (cli, entries, "FILE…", 1, -1, error))
    return -1;
  readers = scan_reader_pool_new (1, error);
  if (readers == NULL)
    return -1;
  cli_begin_array (cli, "files");
  for (int i = 0; i < cli->argc; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (inspect_file (cli, readers, cli->argv[i], &options, &failure))
        continue;
      failed++;
      if (first == NULL)
        first = g_steal_pointer (&failure);
    }
  json_builder_end_array (cli->out);
  put_sandbox (cli, readers);
  if (failed == cli->argc && first->code != SCAN_ERROR_READER &&
      first->code != SCAN_ERROR_UNREADABLE)
    {
      g_propagate_error (error, g_steal_pointer (&first));
      return -1;
    }
  return failed > 0 ? 1 : 0;
}
