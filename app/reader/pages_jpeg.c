/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG through libjpeg, row by row. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "pages.h"

#define SCANS_MAX \
  500 /* a progressive picture has ten or so; one with thousands is there to burn time */

typedef struct
{
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  gboolean no_memory;
} Guard;

typedef struct
{
  struct jpeg_decompress_struct jpeg;
  Guard guard;
  ReaderCanvas *canvas;
  guint8 *row, *rgb;
} Decoder;

static void
fail (j_common_ptr jpeg)
{
  Guard *guard = (Guard *) (gpointer) jpeg->err;

  guard->no_memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY;
  longjmp (guard->failed, 1);
}

static void
quiet (j_common_ptr jpeg)
{
}

static void
watch_scans (j_common_ptr jpeg)
{
  if (jpeg->is_decompressor && ((j_decompress_ptr) jpeg)->input_scan_number > SCANS_MAX)
    fail (jpeg);
}

/* After this a failure inside libjpeg comes back to the setjmp of the caller. */
static void
begin (Decoder *decoder, const ReaderPagesFile *file)
{
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;

  jpeg_create_decompress (jpeg);
  decoder->guard.progress.progress_monitor = watch_scans;
  jpeg->progress = &decoder->guard.progress;
  jpeg_save_markers (jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_mem_src (jpeg, file->data, file->size);
  jpeg_read_header (jpeg, TRUE);
}

/* On the heap: a longjmp would leave a variable of the function with setjmp in doubt. */
static Decoder *
decoder_new (void)
{
  Decoder *decoder = g_new0 (Decoder, 1);

  decoder->jpeg.err = jpeg_std_error (&decoder->guard.errors);
  decoder->guard.errors.error_exit = fail;
  decoder->guard.errors.output_message = quiet;
  return decoder;
}

static void
end (Decoder *decoder)
{
  jpeg_destroy_decompress (&decoder->jpeg);
  reader_canvas_free (decoder->canvas);
  g_free (decoder->row);
  g_free (decoder->rgb);
  g_free (decoder);
}

static gboolean
fail_answer (Decoder *decoder, ReaderAnswer *answer)
{
  const gboolean no_memory = decoder->guard.no_memory;

  end (decoder);
  return no_memory ? reader_answer_fail (answer, "no-memory", NULL)
                   : reader_answer_fail (answer, "unreadable", NULL);
}

static guint
orientation_of (const struct jpeg_decompress_struct *jpeg)
{
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker != NULL; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length >= 6 &&
        memcmp (marker->data, "Exif\0\0", 6) == 0)
      return reader_exif_orientation (marker->data, marker->data_length);
  return 1;
}

static gboolean
list (const ReaderPagesFile *file, GArray *ret_sizes, const char **ret_problem,
      ReaderAnswer *answer)
{
  Decoder *decoder = decoder_new ();
  ReaderPageSize size;

  if (setjmp (decoder->guard.failed) != 0)
    return fail_answer (decoder, answer);
  begin (decoder, file);
  size = reader_pages_turned (decoder->jpeg.image_width, decoder->jpeg.image_height,
                              orientation_of (&decoder->jpeg));
  end (decoder);
  if (!reader_pages_check_size (size.columns, size.rows, answer))
    return FALSE;
  g_array_append_val (ret_sizes, size);
  return TRUE;
}

/* Inks to light. Adobe's programs store them inverted, and say so by their marker. */
static void
inks_to_rgb (const guint8 *inks, guint columns, gboolean inverted, guint8 *rgb)
{
  for (guint x = 0; x < columns; x++)
    {
      const guint8 *ink = inks + 4 * (gsize) x;
      const guint key = inverted ? ink[3] : 255u - ink[3];

      for (guint c = 0; c < 3; c++)
        rgb[3 * (gsize) x + c] = (guint8) ((inverted ? ink[c] : 255u - ink[c]) * key / 255);
    }
}

/* libjpeg itself halves a picture up to three times, for nearly nothing. */
static void
choose_scale (struct jpeg_decompress_struct *jpeg, guint side)
{
  const guint longest = MAX (jpeg->image_width, jpeg->image_height);

  jpeg->scale_num = 8;
  jpeg->scale_denom = 8;
  while (jpeg->scale_num > 1 && longest * (guint64) jpeg->scale_num / 2 >= (guint64) side * 8)
    jpeg->scale_num /= 2;
}

/* Between setjmp and longjmp nothing of the caller's is changed but through the decoder-> */
static gboolean
decode (Decoder *decoder, ReaderPageJob *job)
{
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const gboolean inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;

  if (!reader_pages_check_size (jpeg->image_width, jpeg->image_height, job->answer))
    return FALSE;
  jpeg->out_color_space = inks ? JCS_CMYK : JCS_RGB;
  choose_scale (jpeg, job->side > 0 ? job->side : READER_PAGE_SIDE_MAX);
  jpeg_start_decompress (jpeg);
  decoder->canvas =
      reader_canvas_new (job, jpeg->output_width, jpeg->output_height, orientation_of (jpeg));
  if (decoder->canvas == NULL)
    return FALSE;
  decoder->row = g_try_malloc0 ((gsize) jpeg->output_width * 4);
  decoder->rgb = g_try_malloc0 ((gsize) jpeg->output_width * 3);
  if (decoder->row == NULL || decoder->rgb == NULL)
    return reader_answer_fail (job->answer, "no-memory", NULL);
  while (jpeg->output_scanline < jpeg->output_height)
    {
      jpeg_read_scanlines (jpeg, &decoder->row, 1);
      if (inks)
        inks_to_rgb (decoder->row, jpeg->output_width, jpeg->saw_Adobe_marker, decoder->rgb);
      reader_canvas_row (decoder->canvas, inks ? decoder->rgb : decoder->row);
    }
  reader_canvas_finish (decoder->canvas);
  /* What is missing libjpeg has filled in, with a warning. */
  if (jpeg->err->num_warnings > 0)
    job->problem = reader_pages_cut_off;
  return TRUE;
}

static gboolean
draw (const ReaderPagesFile *file, ReaderPageJob *job)
{
  Decoder *decoder = decoder_new ();
  gboolean done;

  if (setjmp (decoder->guard.failed) != 0)
    {
      /* What was decoded up to here is worth showing. */
      if (decoder->canvas == NULL || decoder->jpeg.output_scanline == 0)
        return fail_answer (decoder, job->answer);
      reader_canvas_finish (decoder->canvas);
      job->problem = reader_pages_cut_off;
      end (decoder);
      return TRUE;
    }
  begin (decoder, file);
  done = decode (decoder, job);
  end (decoder);
  return done;
}

const ReaderPagesFormat reader_pages_jpeg = { "jpeg", list, draw };
