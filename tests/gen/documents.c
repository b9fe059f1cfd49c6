/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "documents.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include <jpeglib.h>

static cairo_status_t
append_cairo (void *closure, const unsigned char *data, unsigned int n)
{
  g_byte_array_append (closure, data, n);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
doc_pdf (guint pages)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append_cairo, bytes, 300, 400);
  cairo_t *cairo = cairo_create (surface);

  for (guint i = 0; i < pages; i++)
    {
      g_autofree char *words = g_strdup_printf ("Page %u", i + 1);

      if (i > 0 && i == pages - 1)
        cairo_pdf_surface_set_size (surface, 400, 300);
      cairo_select_font_face (cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                              CAIRO_FONT_WEIGHT_NORMAL);
      cairo_set_font_size (cairo, 40);
      cairo_move_to (cairo, 40, 120);
      cairo_show_text (cairo, words);
      cairo_show_page (cairo);
    }
  cairo_destroy (cairo);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
by_hand (const char *content, const char *font, const char *catalog, const char *trailer)
{
  g_autoptr (GString) pdf = g_string_new ("%PDF-1.4\n");
  gsize at[6];
  gsize xref;

  at[1] = pdf->len;
  g_string_append_printf (pdf, "1 0 obj<</Type/Catalog/Pages 2 0 R %s>>endobj\n", catalog);
  at[2] = pdf->len;
  g_string_append (pdf, "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n");
  at[3] = pdf->len;
  g_string_append (pdf, "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
                        "/Resources<</Font<</F 5 0 R>>>>>>endobj\n");
  at[4] = pdf->len;
  g_string_append_printf (pdf, "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n",
                          strlen (content) + 1, content);
  at[5] = pdf->len;
  g_string_append_printf (pdf, "5 0 obj<</Type/Font%s>>endobj\n", font);
  xref = pdf->len;
  g_string_append (pdf, "xref\n0 6\n0000000000 65535 f \n");
  for (guint i = 1; i < 6; i++)
    g_string_append_printf (pdf, "%010zu 00000 n \n", at[i]);
  g_string_append_printf (pdf, "trailer<</Size 6/Root 1 0 R %s>>\nstartxref\n%zu\n%%%%EOF\n",
                          trailer, xref);
  return g_bytes_new (pdf->str, pdf->len);
}

GBytes *
doc_pdf_by_hand (const char *content, const char *catalog, const char *trailer)
{
  return by_hand (content, "/Subtype/Type1/BaseFont/Helvetica", catalog, trailer);
}

GBytes *
doc_pdf_japanese (void)
{
  return by_hand ("BT /F 30 Tf 10 40 Td <82a082a2> Tj ET",
                  "/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H/DescendantFonts[<<"
                  "/Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<<"
                  "/Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor<<"
                  "/Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox[0 -200 1000 900]"
                  "/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>>>]",
                  "", "");
}

/* One pixel of the four quarters. */
static void
quarter (guint x, guint y, guint columns, guint rows, guint8 rgb[3])
{
  static const guint8 colours[4][3] = {
    { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 255, 255, 255 }
  };

  memcpy (rgb, colours[(x >= columns / 2) + 2 * (y >= rows / 2)], 3);
}

/* Exif with nothing but an orientation, little endian. */
static void
write_exif (struct jpeg_compress_struct *out, guint orientation)
{
  guint8 exif[] = "Exif\0\0II*\0\10\0\0\0\1\0\22\1\3\0\1\0\0\0?\0\0\0\0\0\0\0";

  exif[6 + 8 + 2 + 8] = (guint8) orientation;
  jpeg_write_marker (out, JPEG_APP0 + 1, exif, sizeof exif - 1);
}

GBytes *
doc_jpeg (const DocJpeg *jpeg)
{
  struct jpeg_compress_struct out;
  struct jpeg_error_mgr errors;
  const guint samples = jpeg->inks ? 4 : 3;
  g_autofree guint8 *row = g_malloc ((gsize) jpeg->columns * samples);
  unsigned char *data = NULL;
  unsigned long n = 0;
  GBytes *bytes;

  out.err = jpeg_std_error (&errors);
  jpeg_create_compress (&out);
  jpeg_mem_dest (&out, &data, &n);
  out.image_width = jpeg->columns;
  out.image_height = jpeg->rows;
  out.input_components = (int) samples;
  out.in_color_space = jpeg->inks ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults (&out);
  jpeg_set_quality (&out, 95, TRUE);
  if (jpeg->inks)
    jpeg_set_colorspace (&out, JCS_YCCK);
  if (jpeg->progressive)
    jpeg_simple_progression (&out);
  jpeg_start_compress (&out, TRUE);
  if (jpeg->orientation > 0)
    write_exif (&out, jpeg->orientation);
  for (guint y = 0; y < jpeg->rows; y++)
    {
      for (guint x = 0; x < jpeg->columns; x++)
        {
          guint8 *pixel = row + (gsize) x * samples;

          quarter (x, y, jpeg->columns, jpeg->rows, pixel);
          /* Adobe stores inks inverted: then red, green and blue are the first three as they are.
           */
          if (jpeg->inks)
            pixel[3] = 255;
        }
      jpeg_write_scanlines (&out, &row, 1);
    }
  jpeg_finish_compress (&out);
  jpeg_destroy_compress (&out);
  bytes = g_bytes_new (data, n);
  free (data);
  return bytes;
}

static void
append_png (png_structp png, png_bytep data, png_size_t n)
{
  g_byte_array_append (png_get_io_ptr (png), data, (guint) n);
}

static void
flush_nothing (png_structp png)
{
}

/* A row as the header says. */
static void
fill_row (const DocPng *png, guint y, guint8 *row)
{
  for (guint x = 0; x < png->columns; x++)
    {
      guint8 rgb[3];
      const guint8 alpha = x >= png->columns / 2 ? 0 : 255;

      quarter (x, y, png->columns, png->rows, rgb);
      if (png->palette)
        {
          *row++ = (guint8) ((x >= png->columns / 2) + 2 * (y >= png->rows / 2));
          continue;
        }
      for (guint c = 0; c < 3; c++)
        for (guint byte = 0; byte < png->bits / 8; byte++)
          *row++ = rgb[c];
      for (guint byte = 0; png->alpha && byte < png->bits / 8; byte++)
        *row++ = alpha;
    }
}

GBytes *
doc_png (const DocPng *png)
{
  static const png_color colours[4] = {
    { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 255, 255, 255 }
  };
  GByteArray *bytes = g_byte_array_new ();
  png_structp out = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (out);
  g_autofree guint8 *row = g_malloc ((gsize) png->columns * 8);
  const int kind = png->palette ? PNG_COLOR_TYPE_PALETTE
                   : png->alpha ? PNG_COLOR_TYPE_RGB_ALPHA
                                : PNG_COLOR_TYPE_RGB;
  int passes;

  png_set_write_fn (out, bytes, append_png, flush_nothing);
  png_set_IHDR (out, info, png->columns, png->rows, png->palette ? 8 : (int) png->bits, kind,
                png->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (png->palette)
    png_set_PLTE (out, info, colours, 4);
  png_write_info (out, info);
  passes = png_set_interlace_handling (out);
  for (int pass = 0; pass < passes; pass++)
    for (guint y = 0; y < png->rows; y++)
      {
        fill_row (png, y, row);
        png_write_row (out, row);
      }
  png_write_end (out, info);
  png_destroy_write_struct (&out, &info);
  return g_byte_array_free_to_bytes (bytes);
}

/* libtiff writes into an array. */
typedef struct
{
  GByteArray *bytes;
  gsize at;
} Output;

static tmsize_t
read_tiff (thandle_t handle, void *to, tmsize_t n)
{
  Output *out = (Output *) handle;

  n = (tmsize_t) MIN ((gsize) n, out->bytes->len - MIN (out->at, out->bytes->len));
  memcpy (to, out->bytes->data + out->at, (gsize) n);
  out->at += (gsize) n;
  return n;
}

static tmsize_t
write_tiff (thandle_t handle, void *from, tmsize_t n)
{
  Output *out = (Output *) handle;

  if (out->bytes->len < out->at + (gsize) n)
    g_byte_array_set_size (out->bytes, (guint) (out->at + (gsize) n));
  memcpy (out->bytes->data + out->at, from, (gsize) n);
  out->at += (gsize) n;
  return n;
}

static toff_t
seek_tiff (thandle_t handle, toff_t offset, int whence)
{
  Output *out = (Output *) handle;

  out->at = (gsize) offset + (whence == SEEK_CUR   ? out->at
                              : whence == SEEK_END ? out->bytes->len
                                                   : 0);
  return out->at;
}

static int
close_tiff (thandle_t handle)
{
  return 0;
}

static toff_t
size_tiff (thandle_t handle)
{
  return ((Output *) handle)->bytes->len;
}

static void
write_page (TIFF *tiff, guint columns, guint rows, gboolean tiled)
{
  const guint side = 64;
  g_autofree guint8 *row = g_malloc0 (MAX ((gsize) columns, side * side) * 3);

  if (!tiled)
    {
      for (guint y = 0; y < rows; y++)
        {
          for (guint x = 0; x < columns; x++)
            quarter (x, y, columns, rows, row + 3 * (gsize) x);
          TIFFWriteScanline (tiff, row, y, 0);
        }
      return;
    }
  for (guint top = 0; top < rows; top += side)
    for (guint left = 0; left < columns; left += side)
      {
        for (guint y = 0; y < side; y++)
          for (guint x = 0; x < side; x++)
            quarter (MIN (left + x, columns - 1), MIN (top + y, rows - 1), columns, rows,
                     row + 3 * (gsize) (y * side + x));
        TIFFWriteTile (tiff, row, left, top, 0, 0);
      }
}

GBytes *
doc_tiff (guint pages, guint columns, guint rows, guint orientation, gboolean tiled)
{
  Output out = { .bytes = g_byte_array_new () };
  TIFF *tiff = TIFFClientOpen ("document", "w", &out, read_tiff, write_tiff, seek_tiff, close_tiff,
                               size_tiff, NULL, NULL);

  for (guint i = 0; i < pages; i++)
    {
      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, columns + i);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, rows);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 8);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
      TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
      TIFFSetField (tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
      TIFFSetField (tiff, TIFFTAG_ORIENTATION, orientation);
      if (tiled)
        {
          TIFFSetField (tiff, TIFFTAG_TILEWIDTH, 64);
          TIFFSetField (tiff, TIFFTAG_TILELENGTH, 64);
        }
      else
        TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 16);
      write_page (tiff, columns + i, rows, tiled);
      TIFFWriteDirectory (tiff);
    }
  TIFFClose (tiff);
  return g_byte_array_free_to_bytes (out.bytes);
}
