/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `presentation`. Whatever is believed can be drawn: its points
 * are finite and its words clean. */
#include "presentation.h"
#include "reader_protocol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
use (const ScanPresentation *state, const char *uid)
{
  g_autoptr (GPtrArray) marks = scan_presentation_marks (state, uid, 0, 64, 48);
  guint8 level = 0;
  g_autoptr (GBytes) plane = scan_presentation_shutter (state, 64, 48, &level);
  ScanFrame frame = { .rows = 64, .columns = 48, .samples = 1, .slope = 1 };
  ScanBrightness brightness = { .center = 1, .width = 1 };

  scan_presentation_brighten (state, uid, 0, &frame, &brightness);
  if (plane != NULL && g_bytes_get_size (plane) != 64 * 48 / 8)
    abort ();
  if (!isfinite (brightness.center) || !(brightness.width > 0) ||
      scan_presentation_turn (state).quarters > 3)
    abort ();
  for (guint i = 0; i < marks->len; i++)
    {
      const ScanMark *mark = g_ptr_array_index (marks, i);

      if (mark->n == 0 || (mark->kind == SCAN_MARK_TEXT && mark->text == NULL))
        abort ();
      for (guint k = 0; k < 2 * mark->n; k++)
        if (!isfinite (mark->points[k]))
          abort ();
      for (const char *p = mark->text; p != NULL && *p != '\0'; p++)
        if (*p > 0 && *p < ' ' && *p != '\n')
          abort ();
    }
}

/* Few bytes are such a variant: numbers of the input take the places of those of a sound one. */
static GVariant *
build (const guint8 *data, gsize size)
{
  static const char *const types[] = {
    "POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE", "X"
  };
  GVariantBuilder drawn, texts;
  gsize at = 4;
  const double *numbers = (const double *) (gconstpointer) data;
  const guint8 a = data[0], b = data[1], c = data[2];

  g_variant_builder_init (&drawn, G_VARIANT_TYPE ("a(ausbbad)"));
  g_variant_builder_init (&texts, G_VARIANT_TYPE ("a(ausbadbadb)"));
  while (at + 2 < size)
    {
      const gsize n = MIN (data[at + 1] % 16, (size - at - 2) / 8);
      g_autofree double *copy = g_new0 (double, n + 1);
      GVariant *points;

      memcpy (copy, data + at + 2, n * 8);
      points = g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, copy, n, 8);

      g_variant_builder_add (&drawn, "(@ausbb@ad)", g_variant_new ("au", NULL),
                             types[data[at] % G_N_ELEMENTS (types)], data[at] > 100, data[at] > 50,
                             points);
      at += 2 + n * 8;
    }
  if (size >= 72)
    {
      g_autofree double *copy = g_memdup2 (numbers, 64);

      g_variant_builder_add (
          &texts, "(@ausb@adb@adb)", g_variant_new ("au", NULL), "a\nb\x1b", a > 9,
          g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, copy, b % 2 * 4, 8), b > 9,
          g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, copy + 4, c % 2 * 2, 8), c > 9);
    }
  {
    GVariant *const fields[] = {
      g_variant_new_string ("x"),
      g_variant_new_string ("20240101"),
      g_variant_new_uint32 (a % 5),
      g_variant_new_boolean (a > 99),
      g_variant_new_int32 (b % 4 - 1),
      g_variant_new_boolean (FALSE),
      g_variant_new_parsed ("[@d 1, 0]"),
      g_variant_new_parsed ("[('1.2', @au [1])]"),
      g_variant_new_parsed ("[@u 0]"),
      g_variant_new_parsed ("@a(audd) [([], 40, 400)]"),
      g_variant_new_parsed ("@a(auad) [([], [1, 1, 9, 9])]"),
      g_variant_new_parsed ("([@d 1, 9, 1, 9], [@d 1, 2, 3], @ad [], @u 0)"),
      g_variant_builder_end (&drawn),
      g_variant_builder_end (&texts),
    };

    return g_variant_ref_sink (g_variant_new_tuple (fields, G_N_ELEMENTS (fields)));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ScanPresentation) raw = scan_presentation_new (bytes);

  if (raw != NULL)
    use (raw, "1.2");
  if (size >= 4)
    {
      g_autoptr (GVariant) built = build (data, size);
      g_autoptr (GBytes) stored =
          g_bytes_new (g_variant_get_data (built), g_variant_get_size (built));
      g_autoptr (ScanPresentation) state = scan_presentation_new (stored);

      if (state != NULL)
        use (state, "1.2");
    }
  return 0;
}
