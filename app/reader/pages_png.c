/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG through libpng, on white. */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "pages.h"

#define CHUNK_MAX (8 * 1024 * 1024)             /* of chunks other than the picture's */
#define WHOLE_MAX ((guint64) 256 * 1024 * 1024) /* an interlaced picture is decoded as a whole */

typedef struct
{
  const ReaderPagesFile *file;
  gsize at;
  png_structp png;
  png_infop info;
  ReaderCanvas *canvas;
  guint8 *pixels; /* RGBA: a row, or all of them */
  guint8 *rgb;    /* a row */
  guint columns, rows;
  gboolean interlaced;
} Decoder;

static void
read_some (png_structp png, png_bytep to, png_size_t n)
{
  Decoder *decoder = png_get_io_ptr (png);

  if (n > decoder->file->size - decoder->at)
    png_error (png, "end");
  memcpy (to, decoder->file->data + decoder->at, n);
  decoder->at += n;
}

static void
fail (png_structp png, png_const_charp message)
{
  png_longjmp (png, 1);
}

static void
quiet (png_structp png, png_const_charp message)
{
}

static void
decoder_free (Decoder *decoder)
{
  png_destroy_read_struct (&decoder->png, &decoder->info, NULL);
  reader_canvas_free (decoder->canvas);
  g_free (decoder->pixels);
  g_free (decoder->rgb);
  g_free (decoder);
}

/* On the heap: a longjmp would leave a variable of the function with setjmp in doubt. */
static Decoder *
decoder_new (const ReaderPagesFile *file, ReaderAnswer *answer)
{
  Decoder *decoder = g_new0 (Decoder, 1);

  decoder->file = file;
  decoder->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, fail, quiet);
  decoder->info = decoder->png != NULL ? png_create_info_struct (decoder->png) : NULL;
  if (decoder->info == NULL)
    {
      decoder_free (decoder);
      reader_answer_fail (answer, "no-memory", NULL);
      return NULL;
    }
  png_set_read_fn (decoder->png, decoder, read_some);
  png_set_user_limits (decoder->png, G_MAXINT32, G_MAXINT32);
  png_set_chunk_malloc_max (decoder->png, CHUNK_MAX);
  png_set_chunk_cache_max (decoder->png, 100);
  return decoder;
}

static void
begin (Decoder *decoder)
{
  png_read_info (decoder->png, decoder->info);
  decoder->columns = png_get_image_width (decoder->png, decoder->info);
  decoder->rows = png_get_image_height (decoder->png, decoder->info);
}

static gboolean
list (const ReaderPagesFile *file, GArray *ret_sizes, const char **ret_problem,
      ReaderAnswer *answer)
{
  Decoder *decoder = decoder_new (file, answer);
  ReaderPageSize size;

  if (decoder == NULL)
    return FALSE;
  if (setjmp (png_jmpbuf (decoder->png)) != 0)
    {
      decoder_free (decoder);
      return reader_answer_fail (answer, "unreadable", NULL);
    }
  begin (decoder);
  size = (ReaderPageSize){ decoder->columns, decoder->rows };
  decoder_free (decoder);
  if (!reader_pages_check_size (size.columns, size.rows, answer))
    return FALSE;
  g_array_append_val (ret_sizes, size);
  return TRUE;
}

/* Whatever it is, as RGBA of 8 bits. */
static void
ask_for_rgba (Decoder *decoder)
{
  png_set_expand (decoder->png);
  png_set_scale_16 (decoder->png);
  png_set_gray_to_rgb (decoder->png);
  png_set_add_alpha (decoder->png, 255, PNG_FILLER_AFTER);
  decoder->interlaced = png_set_interlace_handling (decoder->png) > 1;
  png_read_update_info (decoder->png, decoder->info);
}

static void
put_row (Decoder *decoder, const guint8 *rgba)
{
  for (guint x = 0; x < decoder->columns; x++)
    {
      const guint8 *from = rgba + 4 * (gsize) x;
      const guint alpha = from[3];

      for (guint c = 0; c < 3; c++)
        decoder->rgb[3 * (gsize) x + c] =
            (guint8) ((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  reader_canvas_row (decoder->canvas, decoder->rgb);
}

static gboolean
take_memory (Decoder *decoder, ReaderPageJob *job)
{
  const guint64 row = (guint64) decoder->columns * 4;
  const guint64 n = decoder->interlaced ? row * decoder->rows : row;

  if (n > WHOLE_MAX)
    return reader_answer_fail (job->answer, "unsupported", "The picture is too large to be shown.");
  decoder->canvas = reader_canvas_new (job, decoder->columns, decoder->rows, 1);
  if (decoder->canvas == NULL)
    return FALSE;
  decoder->pixels = g_try_malloc0 (n);
  decoder->rgb = g_try_malloc0 ((gsize) decoder->columns * 3);
  return (decoder->pixels != NULL && decoder->rgb != NULL) ||
         reader_answer_fail (job->answer, "no-memory", NULL);
}

static void
decode (Decoder *decoder)
{
  if (decoder->interlaced)
    {
      for (int pass = 0; pass < 7; pass++)
        for (guint y = 0; y < decoder->rows; y++)
          png_read_row (decoder->png, decoder->pixels + (gsize) y * decoder->columns * 4, NULL);
      for (guint y = 0; y < decoder->rows; y++)
        put_row (decoder, decoder->pixels + (gsize) y * decoder->columns * 4);
      return;
    }
  for (guint y = 0; y < decoder->rows; y++)
    {
      png_read_row (decoder->png, decoder->pixels, NULL);
      put_row (decoder, decoder->pixels);
    }
}

static gboolean
draw (const ReaderPagesFile *file, ReaderPageJob *job)
{
  Decoder *decoder = decoder_new (file, job->answer);
  gboolean done;

  if (decoder == NULL)
    return FALSE;
  if (setjmp (png_jmpbuf (decoder->png)) != 0)
    {
      /* What was decoded up to here is worth showing. */
      done = decoder->rgb != NULL;
      if (done)
        {
          for (guint y = 0; decoder->interlaced && y < decoder->rows; y++)
            put_row (decoder, decoder->pixels + (gsize) y * decoder->columns * 4);
          reader_canvas_finish (decoder->canvas);
          job->problem = reader_pages_cut_off;
        }
      else
        reader_answer_fail (job->answer, "unreadable", NULL);
      decoder_free (decoder);
      return done;
    }
  begin (decoder);
  done = reader_pages_check_size (decoder->columns, decoder->rows, job->answer);
  if (done)
    {
      ask_for_rgba (decoder);
      done = take_memory (decoder, job);
    }
  if (done)
    {
      decode (decoder);
      reader_canvas_finish (decoder->canvas);
    }
  decoder_free (decoder);
  return done;
}

const ReaderPagesFormat reader_pages_png = { "png", list, draw };
