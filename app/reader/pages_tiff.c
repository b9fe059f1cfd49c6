/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TIFF through libtiff, band by band, on white. */
#include <stdio.h>
#include <string.h>

#include <tiffio.h>

#include "pages.h"

#define BAND_MAX ((gsize) 64 * 1024 * 1024) /* bytes of RGBA at a time */
#define PIECE_MAX ((tmsize_t) 256 * 1024 * 1024)

typedef struct
{
  const ReaderPagesFile *file;
  guint64 at;
  guint errors;
} Input;

static tmsize_t
read_some (thandle_t handle, void *to, tmsize_t n)
{
  Input *input = (Input *) handle;
  tmsize_t left = input->at < input->file->size ? (tmsize_t) (input->file->size - input->at) : 0;

  n = CLAMP (n, 0, left);
  memcpy (to, input->file->data + MIN (input->at, input->file->size), (gsize) n);
  input->at += (guint64) n;
  return n;
}

static tmsize_t
write_nothing (thandle_t handle, void *from, tmsize_t n)
{
  return 0;
}

static toff_t
seek (thandle_t handle, toff_t offset, int whence)
{
  Input *input = (Input *) handle;

  if (whence == SEEK_CUR)
    offset += input->at;
  else if (whence == SEEK_END)
    offset += input->file->size;
  input->at = offset;
  return offset;
}

static int
close_nothing (thandle_t handle)
{
  return 0;
}

static toff_t
size_of (thandle_t handle)
{
  return ((Input *) handle)->file->size;
}

static int
map_all (thandle_t handle, void **ret_data, toff_t *ret_size)
{
  Input *input = (Input *) handle;

  *ret_data = (void *) input->file->data;
  *ret_size = input->file->size;
  return 1;
}

static void
unmap_nothing (thandle_t handle, void *data, toff_t size)
{
}

static int
count_error (TIFF *tiff, void *user_data, const char *module, const char *format, va_list values)
{
  ((Input *) user_data)->errors++;
  return 1;
}

static int
quiet (TIFF *tiff, void *user_data, const char *module, const char *format, va_list values)
{
  return 1;
}

static TIFF *
open_file (Input *input)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();
  TIFF *tiff;

  TIFFOpenOptionsSetMaxSingleMemAlloc (options, PIECE_MAX);
  TIFFOpenOptionsSetErrorHandlerExtR (options, count_error, input);
  TIFFOpenOptionsSetWarningHandlerExtR (options, quiet, input);
  tiff = TIFFClientOpenExt ("document", "r", input, read_some, write_nothing, seek, close_nothing,
                            size_of, map_all, unmap_nothing, options);
  TIFFOpenOptionsFree (options);
  return tiff;
}

/* A small copy of another page, made for file managers (TIFF 6.0, tag NewSubfileType). */
static gboolean
is_reduced (TIFF *tiff)
{
  guint32 kind = 0;

  return TIFFGetField (tiff, TIFFTAG_SUBFILETYPE, &kind) != 0 &&
         (kind & FILETYPE_REDUCEDIMAGE) != 0;
}

static guint
orientation_of (TIFF *tiff)
{
  guint16 orientation = ORIENTATION_TOPLEFT;

  TIFFGetFieldDefaulted (tiff, TIFFTAG_ORIENTATION, &orientation);
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

static void
pixels_of (TIFF *tiff, guint32 *ret_columns, guint32 *ret_rows)
{
  *ret_columns = *ret_rows = 0;
  TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, ret_columns);
  TIFFGetField (tiff, TIFFTAG_IMAGELENGTH, ret_rows);
}

static gboolean
list (const ReaderPagesFile *file, GArray *ret_sizes, const char **ret_problem,
      ReaderAnswer *answer)
{
  Input input = { .file = file };
  TIFF *tiff = open_file (&input);
  gboolean sound = TRUE;

  if (tiff == NULL)
    return reader_answer_fail (answer, "unreadable", NULL);
  do
    {
      ReaderPageSize size;
      guint32 columns, rows;

      if (is_reduced (tiff))
        continue;
      pixels_of (tiff, &columns, &rows);
      size = reader_pages_turned (columns, rows, orientation_of (tiff));
      sound = ret_sizes->len > 0 || reader_pages_check_size (columns, rows, answer);
      if (sound)
        g_array_append_val (ret_sizes, size);
    }
  while (sound && ret_sizes->len < READER_PAGES_MAX && TIFFReadDirectory (tiff));
  if (sound && ret_sizes->len == READER_PAGES_MAX && !TIFFLastDirectory (tiff))
    *ret_problem = reader_pages_many;
  else if (sound && input.errors > 0)
    *ret_problem = reader_pages_cut_off;
  TIFFClose (tiff);
  return sound && (ret_sizes->len > 0 || reader_answer_fail (answer, "unreadable", NULL));
}

/* Moves to a page as `list` counts them. */
static gboolean
go_to (TIFF *tiff, guint page)
{
  guint seen = 0, directories = 0;

  do
    if (!is_reduced (tiff) && seen++ == page)
      return TRUE;
  while (++directories < 2 * READER_PAGES_MAX && TIFFReadDirectory (tiff));
  return FALSE;
}

/* Rows that are decoded at a time: whole strips or tiles, or as much as fits. */
static guint32
band_rows (TIFF *tiff, guint32 columns, guint32 rows)
{
  const guint64 most = MAX (1, BAND_MAX / ((guint64) columns * 4));
  guint32 unit = 0;

  if (TIFFIsTiled (tiff))
    TIFFGetField (tiff, TIFFTAG_TILELENGTH, &unit);
  else
    TIFFGetFieldDefaulted (tiff, TIFFTAG_ROWSPERSTRIP, &unit);
  unit = CLAMP (unit, 1, rows);
  if (unit < most)
    unit *= (guint32) MAX (1, most / unit / 8);
  return (guint32) MIN ((guint64) unit, MIN (most, rows));
}

/* ABGR with the colour already multiplied by alpha. */
static void
put_rows (ReaderCanvas *canvas, const guint32 *raster, guint32 columns, guint32 rows, guint8 *rgb)
{
  for (guint32 y = 0; y < rows; y++)
    {
      const guint32 *row = raster + (gsize) y * columns;

      for (guint32 x = 0; x < columns; x++)
        {
          const guint white = 255u - TIFFGetA (row[x]);

          rgb[3 * (gsize) x] = (guint8) MIN (255u, TIFFGetR (row[x]) + white);
          rgb[3 * (gsize) x + 1] = (guint8) MIN (255u, TIFFGetG (row[x]) + white);
          rgb[3 * (gsize) x + 2] = (guint8) MIN (255u, TIFFGetB (row[x]) + white);
        }
      reader_canvas_row (canvas, rgb);
    }
}

static gboolean
draw_bands (TIFF *tiff, TIFFRGBAImage *image, ReaderPageJob *job)
{
  const guint32 columns = image->width, rows = image->height;
  const guint32 band = band_rows (tiff, columns, rows);
  g_autoptr (ReaderCanvas) canvas = reader_canvas_new (job, columns, rows, orientation_of (tiff));
  g_autofree guint32 *raster = NULL;
  g_autofree guint8 *rgb = NULL;

  if (canvas == NULL)
    return FALSE;
  raster = g_try_malloc0_n ((gsize) columns * band, sizeof (guint32));
  rgb = g_try_malloc0 ((gsize) columns * 3);
  if (raster == NULL || rgb == NULL)
    return reader_answer_fail (job->answer, "no-memory", NULL);
  /* As it is stored: the canvas turns it. */
  image->req_orientation = image->orientation;
  for (guint32 y = 0; y < rows; y += band)
    {
      const guint32 n = MIN (band, rows - y);

      memset (raster, 0, (gsize) columns * n * sizeof (guint32));
      image->row_offset = (int) y;
      image->col_offset = 0;
      if (!TIFFRGBAImageGet (image, raster, columns, n))
        {
          if (y == 0)
            return reader_answer_fail (job->answer, "unreadable", NULL);
          job->problem = reader_pages_cut_off;
          break;
        }
      put_rows (canvas, raster, columns, n, rgb);
    }
  reader_canvas_finish (canvas);
  return TRUE;
}

static gboolean
draw (const ReaderPagesFile *file, ReaderPageJob *job)
{
  Input input = { .file = file };
  TIFF *tiff = open_file (&input);
  TIFFRGBAImage image;
  char words[1024] = "";
  guint32 columns, rows;
  gboolean done;

  if (tiff == NULL)
    return reader_answer_fail (job->answer, "unreadable", NULL);
  if (!go_to (tiff, job->page))
    {
      TIFFClose (tiff);
      return reader_answer_fail (job->answer, "bad-request", NULL);
    }
  pixels_of (tiff, &columns, &rows);
  done = reader_pages_check_size (columns, rows, job->answer);
  if (done && (!TIFFRGBAImageOK (tiff, words) || !TIFFRGBAImageBegin (&image, tiff, 0, words)))
    done = reader_answer_fail (job->answer, "unsupported",
                               "The picture is stored in a form that cannot be shown.");
  else if (done)
    {
      input.errors = 0;
      done = draw_bands (tiff, &image, job);
      TIFFRGBAImageEnd (&image);
      if (done && input.errors > 0)
        job->problem = reader_pages_cut_off;
    }
  TIFFClose (tiff);
  return done;
}

const ReaderPagesFormat reader_pages_tiff = { "tiff", list, draw };
