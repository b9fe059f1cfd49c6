/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image.h"

#include <png.h>
#include <setjmp.h>

static void
append (png_structp png, png_bytep data, gsize length)
{
  g_byte_array_append (png_get_io_ptr (png), data, (guint) length);
}

static void
flush (png_structp png)
{
}

static void
quiet (png_structp png, png_const_charp message)
{
}

static void
fail (png_structp png, png_const_charp message)
{
  png_longjmp (png, 1);
}

GBytes *
scan_picture_to_png (const ScanPicture *picture)
{
  GByteArray *bytes;
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, fail, quiet);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;

  if (info == NULL)
    {
      png_destroy_write_struct (&png, NULL);
      return NULL;
    }
  bytes = g_byte_array_new ();
  if (setjmp (png_jmpbuf (png)) != 0)
    {
      png_destroy_write_struct (&png, &info);
      g_byte_array_unref (bytes);
      return NULL;
    }
  png_set_write_fn (png, bytes, append, flush);
  png_set_IHDR (png, info, picture->columns, picture->rows, 8,
                picture->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level (png, 3);
  png_write_info (png, info);
  for (guint row = 0; row < picture->rows; row++)
    png_write_row (png, picture->pixels + (gsize) row * picture->columns * picture->channels);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (bytes);
}
