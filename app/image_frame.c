/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes over what a reader says about a frame, and believes none of it unchecked. */
#include "image.h"
#include "image_private.h"

#include <math.h>
#include <string.h>

#define SIDE_MAX 65535
#define WINDOWS_MAX 64
#define NUMBER_MAX \
  1e15 /* any physical quantity in any unit is far below; keeps sums of doubles exact enough */

static gboolean
sane (double number)
{
  return isfinite (number) && fabs (number) <= NUMBER_MAX;
}

static gboolean
take_lut (GVariant *value, ScanLut *lut)
{
  g_autoptr (GVariant) bytes = NULL;
  const guint8 *data;
  guint32 bits;
  gint32 first;
  gsize n;

  g_variant_get (value, "(iu@ay)", &first, &bits, &bytes);
  data = g_variant_get_fixed_array (bytes, &n, 1);
  if (bits < 8 || bits > 16 || n == 0 || n % 2 != 0 || n / 2 > 65536)
    return FALSE;
  lut->first = first;
  lut->bits = bits;
  lut->n = (guint) (n / 2);
  lut->entries = g_new (guint16, lut->n);
  for (guint i = 0; i < lut->n; i++)
    {
      lut->entries[i] = (guint16) (data[2 * i] | data[2 * i + 1] << 8);
      if (lut->entries[i] >> bits != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_luts (GVariant *result, ScanFrame *frame)
{
  g_autoptr (GVariant) modality =
      g_variant_lookup_value (result, "modality-lut", G_VARIANT_TYPE ("(iuay)"));
  g_autoptr (GVariant) voi =
      g_variant_lookup_value (result, "voi-luts", G_VARIANT_TYPE ("a(iuay)"));

  if (modality != NULL && !take_lut (modality, &frame->modality_lut))
    return FALSE;
  if (voi != NULL && g_variant_n_children (voi) > 0)
    {
      g_autoptr (GVariant) first = g_variant_get_child_value (voi, 0);

      return take_lut (first, &frame->voi_lut);
    }
  return TRUE;
}

static void
clear_window (gpointer window)
{
  g_free (((ScanWindow *) window)->explanation);
}

static gboolean
take_windows (GVariant *result, ScanFrame *frame)
{
  g_autoptr (GVariant) windows =
      g_variant_lookup_value (result, "windows", G_VARIANT_TYPE ("a(dds)"));
  const char *function = "LINEAR";

  frame->windows = g_array_new (FALSE, TRUE, sizeof (ScanWindow));
  g_array_set_clear_func (frame->windows, clear_window);
  g_variant_lookup (result, "voi-function", "&s", &function);
  frame->voi_function = strcmp (function, "SIGMOID") == 0        ? SCAN_VOI_SIGMOID
                        : strcmp (function, "LINEAR_EXACT") == 0 ? SCAN_VOI_LINEAR_EXACT
                                                                 : SCAN_VOI_LINEAR;
  if (windows == NULL)
    return TRUE;
  if (g_variant_n_children (windows) > WINDOWS_MAX)
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (windows); i++)
    {
      ScanWindow window;
      const char *explanation;

      g_variant_get_child (windows, i, "(dd&s)", &window.center, &window.width, &explanation);
      if (!sane (window.center) || !sane (window.width) || window.width <= 0)
        return FALSE;
      window.explanation = *explanation != '\0' ? g_strdup (explanation) : NULL;
      g_array_append_val (frame->windows, window);
    }
  return TRUE;
}

/* FALSE if it is none of the known places. */
static gboolean
take_spacing_place (GVariant *result, ScanFrame *frame)
{
  static const char *const places[] = { [SCAN_SPACING_UNKNOWN] = "",
                                        [SCAN_SPACING_BODY] = "body",
                                        [SCAN_SPACING_DETECTOR] = "detector",
                                        [SCAN_SPACING_FILM] = "film" };
  const char *place = "";

  g_variant_lookup (result, "spacing-at", "&s", &place);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (strcmp (place, places[i]) == 0)
      {
        frame->spacing = (ScanSpacing) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take_shape (GVariant *result, ScanFrame *frame)
{
  g_autoptr (GVariant) spacing = g_variant_lookup_value (result, "spacing", G_VARIANT_TYPE ("ad"));
  guint32 vertical, horizontal;

  frame->aspect_vertical = frame->aspect_horizontal = 1;
  if (spacing != NULL)
    {
      gsize n;
      const double *mm = g_variant_get_fixed_array (spacing, &n, sizeof (double));

      if (n != 2 || !sane (mm[0]) || !sane (mm[1]) || mm[0] <= 0 || mm[1] <= 0 ||
          !take_spacing_place (result, frame))
        return FALSE;
      frame->row_spacing = mm[0];
      frame->column_spacing = mm[1];
    }
  if (g_variant_lookup (result, "aspect", "(uu)", &vertical, &horizontal))
    {
      if (vertical == 0 || horizontal == 0 || vertical > SIDE_MAX || horizontal > SIDE_MAX)
        return FALSE;
      frame->aspect_vertical = vertical;
      frame->aspect_horizontal = horizontal;
    }
  return TRUE;
}

/* Both directions of length 1, and a right angle between them, as far as files keep to that. */
static gboolean
take_orientation (GVariant *result, ScanFrame *frame)
{
  g_autoptr (GVariant) value =
      g_variant_lookup_value (result, "orientation", G_VARIANT_TYPE ("ad"));
  gsize n;
  const double *o = value != NULL ? g_variant_get_fixed_array (value, &n, sizeof (double)) : NULL;

  if (value == NULL)
    return TRUE;
  if (n != 6)
    return FALSE;
  for (guint i = 0; i < 6; i++)
    if (!isfinite (o[i]) || fabs (o[i]) > 1.01)
      return FALSE;
  if (fabs (o[0] * o[3] + o[1] * o[4] + o[2] * o[5]) > 0.1 ||
      fabs (o[0] * o[0] + o[1] * o[1] + o[2] * o[2] - 1) > 0.1 ||
      fabs (o[3] * o[3] + o[4] * o[4] + o[5] * o[5] - 1) > 0.1)
    return FALSE;
  memcpy (frame->orientation, o, sizeof frame->orientation);
  frame->oriented = TRUE;
  return TRUE;
}

static gboolean
take_origin (GVariant *result, ScanFrame *frame)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (result, "origin", G_VARIANT_TYPE ("ad"));
  gsize n;
  const double *place =
      value != NULL ? g_variant_get_fixed_array (value, &n, sizeof (double)) : NULL;

  if (value == NULL)
    return TRUE;
  if (n != 3 || !sane (place[0]) || !sane (place[1]) || !sane (place[2]))
    return FALSE;
  memcpy (frame->origin, place, sizeof frame->origin);
  frame->has_origin = TRUE;
  return TRUE;
}

static gboolean
take_frame_of_reference (GVariant *result, ScanFrame *frame)
{
  const char *uid;
  gsize n;

  if (!g_variant_lookup (result, "frame-of-reference", "&s", &uid))
    return TRUE;
  n = strlen (uid);
  if (n == 0 || n > 64 || strspn (uid, "0123456789.") != n)
    return FALSE;
  frame->frame_of_reference = g_strdup (uid);
  return TRUE;
}

static gboolean
take_letters (GVariant *result, ScanFrame *frame)
{
  const char *row = "", *column = "";

  if (!g_variant_lookup (result, "letters", "(&s&s)", &row, &column))
    return TRUE;
  if (strlen (row) > 3 || strlen (column) > 3 || strspn (row, "RLAPHF") != strlen (row) ||
      strspn (column, "RLAPHF") != strlen (column))
    return FALSE;
  g_strlcpy (frame->row_letters, row, sizeof frame->row_letters);
  g_strlcpy (frame->column_letters, column, sizeof frame->column_letters);
  return TRUE;
}

/* The next n bytes of bulk. */
static GBytes *
take_bytes (GBytes *bulk, gsize *at, gsize n)
{
  *at += n;
  return g_bytes_new_from_bytes (bulk, *at - n, n);
}

/* Planes of a bit a pixel and a palette follow the pixels, which end at `at`. */
static gboolean
take_planes (GVariant *result, GBytes *bulk, gsize at, ScanFrame *frame)
{
  const gsize plane = ((gsize) frame->rows * frame->columns + 7) / 8;
  gboolean overlay = FALSE, shutter = FALSE;
  guint32 level = 0, colours = 0;

  g_variant_lookup (result, "overlay", "b", &overlay);
  g_variant_lookup (result, "shutter", "b", &shutter);
  g_variant_lookup (result, "shutter-level", "u", &level);
  if (g_variant_lookup (result, "palette", "(iu)", &frame->palette_first, &colours) &&
      (colours == 0 || colours > 65536 || frame->samples != 1 || frame->is_float))
    return FALSE;
  if (level > 65535 || g_bytes_get_size (bulk) !=
                           at + (overlay ? plane : 0) + (shutter ? plane : 0) + (gsize) colours * 3)
    return FALSE;
  if (overlay)
    frame->overlay = take_bytes (bulk, &at, plane);
  if (shutter)
    frame->shutter = take_bytes (bulk, &at, plane);
  if (colours > 0)
    frame->palette = take_bytes (bulk, &at, (gsize) colours * 3);
  frame->shutter_level = (guint8) (level / 257);
  return TRUE;
}

static gboolean
take_pixels (GVariant *result, GBytes *bulk, ScanFrame *frame)
{
  gsize size;

  if (!g_variant_lookup (result, "rows", "u", &frame->rows) ||
      !g_variant_lookup (result, "columns", "u", &frame->columns) ||
      !g_variant_lookup (result, "samples", "u", &frame->samples) ||
      !g_variant_lookup (result, "bits", "u", &frame->bits) ||
      !g_variant_lookup (result, "frames", "u", &frame->frames) || frame->rows == 0 ||
      frame->columns == 0 || frame->rows > SIDE_MAX || frame->columns > SIDE_MAX ||
      frame->frames == 0 || frame->frames > G_MAXINT32)
    return FALSE;
  g_variant_lookup (result, "signed", "b", &frame->is_signed);
  g_variant_lookup (result, "float", "b", &frame->is_float);
  if (frame->samples == 3)
    {
      if ((frame->bits != 8 && frame->bits != 16) || frame->is_float || frame->is_signed)
        return FALSE;
    }
  else if (frame->samples != 1)
    return FALSE;
  else if (frame->is_float ? frame->bits != 32 && frame->bits != 64
                           : frame->bits != 8 && frame->bits != 16 && frame->bits != 32)
    return FALSE;

  size = (gsize) frame->rows *
         frame->columns; /* both below 65536: no overflow, nor with the factors below */
  size *= frame->samples * (frame->bits / 8);
  if (!take_planes (result, bulk, size, frame))
    return FALSE;
  frame->pixels = g_bytes_new_from_bytes (bulk, 0, size);
  return TRUE;
}

static gboolean
take_values (GVariant *result, ScanFrame *frame)
{
  const char *photometric = "";
  gboolean inverse = FALSE;
  guint32 stored = frame->bits;
  gint32 first, last;

  g_variant_lookup (result, "frame-time", "d", &frame->frame_time);
  if (!(frame->frame_time >= 1 && frame->frame_time <= 60000) && frame->frame_time != 0)
    return FALSE;
  frame->slope = 1;
  g_variant_lookup (result, "slope", "d", &frame->slope);
  g_variant_lookup (result, "intercept", "d", &frame->intercept);
  if (!sane (frame->slope) || !sane (frame->intercept) || fabs (frame->slope) < 1 / NUMBER_MAX)
    return FALSE;

  g_variant_lookup (result, "stored", "u", &stored);
  if (stored == 0 || stored > frame->bits)
    return FALSE;
  frame->stored = stored;

  g_variant_lookup (result, "photometric", "&s", &photometric);
  g_variant_lookup (result, "inverse", "b", &inverse);
  frame->inverse = frame->samples == 1 && (inverse || strcmp (photometric, "MONOCHROME1") == 0);

  if (g_variant_lookup (result, "padding", "(ii)", &first, &last))
    {
      frame->has_padding = TRUE;
      frame->padding_first = MIN (first, last);
      frame->padding_last = MAX (first, last);
    }
  return TRUE;
}

ScanFrame *
scan_frame_new (GVariant *result, GBytes *bulk)
{
  g_autoptr (ScanFrame) frame = g_new0 (ScanFrame, 1);
  const char *problem = "";

  if (!g_variant_is_of_type (result, G_VARIANT_TYPE_VARDICT) ||
      !take_pixels (result, bulk, frame) || !take_values (result, frame) ||
      !take_luts (result, frame) || !take_windows (result, frame) || !take_shape (result, frame) ||
      !take_orientation (result, frame) || !take_origin (result, frame) ||
      !take_letters (result, frame) || !take_frame_of_reference (result, frame))
    return NULL;
  frame->incomplete = g_variant_lookup (result, "problem", "&s", &problem) && *problem != '\0';
  return g_steal_pointer (&frame);
}

void
scan_frame_free (ScanFrame *frame)
{
  if (frame == NULL)
    return;
  g_clear_pointer (&frame->pixels, g_bytes_unref);
  g_clear_pointer (&frame->overlay, g_bytes_unref);
  g_clear_pointer (&frame->shutter, g_bytes_unref);
  g_clear_pointer (&frame->palette, g_bytes_unref);
  g_clear_pointer (&frame->windows, g_array_unref);
  g_clear_pointer (&frame->modality_lut.entries, g_free);
  g_clear_pointer (&frame->voi_lut.entries, g_free);
  g_clear_pointer (&frame->frame_of_reference, g_free);
  g_free (frame);
}

void
scan_frame_display_size (const ScanFrame *frame, guint side, guint *ret_columns, guint *ret_rows)
{
  double height = frame->rows, width = frame->columns, scale;

  if (frame->row_spacing > 0 && frame->column_spacing > 0)
    height *= frame->row_spacing / frame->column_spacing;
  else
    height *= (double) frame->aspect_vertical / frame->aspect_horizontal;
  scale = (double) side / MAX (height, width);
  *ret_columns = (guint) MAX (1, lround (CLAMP (width * scale, 1, side)));
  *ret_rows = (guint) MAX (1, lround (CLAMP (height * scale, 1, side)));
}
