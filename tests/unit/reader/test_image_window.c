/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From stored values to gray, against the formulas of PS3.3 C.11 written down once more, one pixel
 * at a time. */
#include "image.h"

#include <math.h>
#include <string.h>

static ScanFrame *
make_frame (guint rows, guint columns, guint samples, guint bits, gboolean is_signed,
            gconstpointer pixels, const char *more)
{
  GVariantDict dict;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GVariant) extra =
      more != NULL ? g_variant_ref_sink (g_variant_new_parsed (more)) : NULL;
  g_autoptr (GBytes) bulk = g_bytes_new (pixels, (gsize) rows * columns * samples * (bits / 8));

  g_variant_dict_init (&dict, extra);
  g_variant_dict_insert (&dict, "rows", "u", rows);
  g_variant_dict_insert (&dict, "columns", "u", columns);
  g_variant_dict_insert (&dict, "samples", "u", samples);
  g_variant_dict_insert (&dict, "bits", "u", bits);
  g_variant_dict_insert (&dict, "signed", "b", is_signed);
  if (!g_variant_dict_contains (&dict, "frames"))
    g_variant_dict_insert (&dict, "frames", "u", 1);
  result = g_variant_ref_sink (g_variant_dict_end (&dict));
  return scan_frame_new (result, bulk);
}

/* PS3.3 C.11.2.1.2.1, C.11.2.1.3.2, C.11.2.1.3.1 for an output of 0 to 255. */
static double
formula (ScanVoiFunction function, double x, double c, double w)
{
  switch (function)
    {
    case SCAN_VOI_LINEAR_EXACT:
      if (x <= c - w / 2)
        return 0;
      if (x > c + w / 2)
        return 255;
      return ((x - c) / w + 0.5) * 255;
    case SCAN_VOI_SIGMOID:
      return 255 / (1 + exp (-4 * (x - c) / w));
    default:
      if (x <= c - 0.5 - (w - 1) / 2)
        return 0;
      if (x > c - 0.5 + (w - 1) / 2)
        return 255;
      return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255;
    }
}

static void
test_formulas (void)
{
  static const char *const functions[] = { "LINEAR", "LINEAR_EXACT", "SIGMOID" };
  static const ScanBrightness windows[] = {
    { 40, 400, FALSE, FALSE },     { -600, 1500, FALSE, FALSE }, { 100.5, 1, FALSE, FALSE },
    { 30000, 2, TRUE, FALSE },     { 0, 100000, FALSE, FALSE },  { 1e9, 0.25, FALSE, FALSE },
    { -1023.5, 3.5, TRUE, FALSE },
  };
  const guint n = 65536;
  g_autofree guint16 *words = g_new (guint16, n);
  g_autofree guint8 *gray = g_malloc (n);

  for (guint i = 0; i < n; i++)
    words[i] = (guint16) i;
  for (guint f = 0; f < 3; f++)
    for (guint k = 0; k < G_N_ELEMENTS (windows) * 8; k++)
      {
        const ScanBrightness *window = &windows[k / 8];
        const gboolean is_signed = k & 1, inverse = (k & 2) != 0;
        const double slope = k & 4 ? -0.5 : 1, intercept = k & 4 ? 12.25 : -1024;
        g_autofree char *more = g_strdup_printf (
            "{'voi-function': <'%s'>, 'photometric': <'%s'>, 'slope': <%.2f>, 'intercept': <%.2f>}",
            functions[f], inverse ? "MONOCHROME1" : "MONOCHROME2", slope, intercept);
        g_autoptr (ScanFrame) frame = make_frame (256, 256, 1, 16, is_signed, words, more);

        g_assert_nonnull (frame);
        scan_frame_to_gray (frame, window, gray);
        for (guint i = 0; i < n; i++)
          {
            double x = (is_signed ? (double) (gint16) words[i] : words[i]) * slope + intercept;
            double level = formula ((ScanVoiFunction) f, x, window->center, window->width);

            if (inverse != window->negative)
              level = 255 - level;
            /* A jump between neighbours may fall on either side of what a float can tell apart. */
            if (!(fabs (gray[i] - level) <= 1))
              g_error ("%s centre %g width %g value %g: %d, not %g", functions[f], window->center,
                       window->width, x, gray[i], level);
          }
      }
}

static void
test_eight_bits (void)
{
  guint8 bytes[256], gray[256];
  const ScanBrightness window = { 0, 256, FALSE, FALSE };

  for (guint i = 0; i < 256; i++)
    bytes[i] = (guint8) i;
  for (int is_signed = 0; is_signed < 2; is_signed++)
    {
      g_autoptr (ScanFrame) frame = make_frame (16, 16, 1, 8, is_signed, bytes, NULL);

      scan_frame_to_gray (frame, &window, gray);
      for (guint i = 0; i < 256; i++)
        {
          double x = is_signed ? (double) (gint8) i : i;

          g_assert_cmpfloat_with_epsilon (gray[i], formula (SCAN_VOI_LINEAR, x, 0, 256), 1);
        }
    }
}

static void
test_wide (void)
{
  const float values[] = { -1e9f, -1, 0, 1, NAN, INFINITY };
  const gint32 words[] = { -2000000000, -1, 0, 1, 2000000000, 0 };
  const ScanBrightness window = { 0, 2, FALSE, FALSE };
  guint8 gray[6];
  g_autoptr (ScanFrame) real = make_frame (1, 6, 1, 32, FALSE, values,
                                           "{'float': <true>, 'voi-function': <'LINEAR_EXACT'>}");
  g_autoptr (ScanFrame) whole =
      make_frame (1, 6, 1, 32, TRUE, words, "{'voi-function': <'LINEAR_EXACT'>}");

  scan_frame_to_gray (real, &window, gray);
  g_assert_cmpint (gray[0], ==, 0);
  g_assert_cmpint (gray[2], ==, 128);
  g_assert_cmpint (gray[3], ==, 255);
  scan_frame_to_gray (whole, &window, gray);
  g_assert_cmpint (gray[0], ==, 0);
  g_assert_cmpint (gray[1], ==, 0);
  g_assert_cmpint (gray[2], ==, 128);
  g_assert_cmpint (gray[4], ==, 255);
}

static GVariant *
lut_result (guint bits)
{
  const guint16 modality[] = { 100, 300, 200 }, voi[] = { 0, 1023, 512 };
  GVariantBuilder luts;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "rows", "u", 1);
  g_variant_dict_insert (&dict, "columns", "u", 5);
  g_variant_dict_insert (&dict, "samples", "u", 1);
  g_variant_dict_insert (&dict, "bits", "u", 8);
  g_variant_dict_insert (&dict, "frames", "u", 1);
  g_variant_dict_insert_value (
      &dict, "modality-lut",
      g_variant_new ("(iu@ay)", 10, 16,
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, modality, 6, 1)));
  g_variant_builder_init (&luts, G_VARIANT_TYPE ("a(iuay)"));
  g_variant_builder_add (&luts, "(iu@ay)", 199, bits,
                         g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, voi, 6, 1));
  g_variant_dict_insert (&dict, "voi-luts", "a(iuay)", &luts);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
test_tables (void)
{
  const guint8 values[] = { 0, 10, 11, 12, 200 };
  /* Through the modality LUT 100 100 300 200 200, then from 199 on: 0, 1023, 512. */
  const guint8 expected[] = { 0, 0, 128, 255, 255 };
  guint8 gray[5];
  ScanBrightness brightness;
  g_autoptr (GVariant) good = lut_result (10);
  g_autoptr (GVariant) bad = lut_result (9); /* 1023 does not fit */
  g_autoptr (GBytes) bulk = g_bytes_new (values, 5);
  g_autoptr (ScanFrame) frame = scan_frame_new (good, bulk);
  double low, high;

  g_assert_nonnull (frame);
  g_assert_null (scan_frame_new (bad, bulk));
  scan_frame_default_brightness (frame, &brightness);
  g_assert_true (brightness.use_voi_lut);
  scan_frame_to_gray (frame, &brightness, gray);
  g_assert_cmpmem (gray, 5, expected, 5);
  g_assert_cmpfloat (scan_frame_value (frame, 0, 2), ==, 300);
  g_assert_cmpfloat (scan_frame_value (frame, 1, 0), ==, 0);
  scan_frame_range (frame, &low, &high);
  g_assert_cmpfloat (low, ==, 100);
  g_assert_cmpfloat (high, ==, 300);
}

static void
test_default_brightness (void)
{
  gint16 values[200];
  ScanBrightness brightness;
  g_autoptr (ScanFrame) recorded = NULL;
  g_autoptr (ScanFrame) bare = NULL;
  g_autoptr (ScanFrame) flat = NULL;
  double low, high;

  for (int i = 0; i < 200; i++)
    values[i] = (gint16) (i < 100 ? -2000 : i - 100);
  recorded = make_frame (10, 20, 1, 16, TRUE, values,
                         "{'windows': <[(40.0, 400.0, 'soft'), (1.0, 2.0, '')]>}");
  scan_frame_default_brightness (recorded, &brightness);
  g_assert_cmpfloat (brightness.center, ==, 40);
  g_assert_cmpfloat (brightness.width, ==, 400);

  /* Without the padding: 0 to 99. */
  bare = make_frame (10, 20, 1, 16, TRUE, values, "{'padding': <(-2000, -2000)>}");
  scan_frame_range (bare, &low, &high);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat (high, ==, 99);
  scan_frame_default_brightness (bare, &brightness);
  g_assert_cmpfloat_with_epsilon (brightness.center, 50, 1);
  g_assert_cmpfloat_with_epsilon (brightness.width, 98, 2);

  memset (values, 0, sizeof values);
  flat = make_frame (10, 20, 1, 16, TRUE, values, NULL);
  scan_frame_range (flat, &low, &high);
  g_assert_cmpfloat (low, <, high);
}

static void
test_colour_identity (void)
{
  guint8 bytes[256 * 3], rgb[256 * 3];
  guint16 words[3] = { 0, 2048, 4095 };
  ScanBrightness brightness;
  g_autoptr (ScanFrame) frame = NULL;
  g_autoptr (ScanFrame) deep = NULL;

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 7);
  frame = make_frame (16, 16, 3, 8, FALSE, bytes, NULL);
  scan_frame_default_brightness (frame, &brightness);
  scan_frame_to_rgb (frame, &brightness, rgb);
  g_assert_cmpmem (rgb, sizeof rgb, bytes, sizeof bytes);
  brightness.negative = TRUE;
  scan_frame_to_rgb (frame, &brightness, rgb);
  g_assert_cmpint (rgb[1], ==, 255 - bytes[1]);

  deep = make_frame (1, 1, 3, 16, FALSE, words, "{'stored': <@u 12>}");
  scan_frame_default_brightness (deep, &brightness);
  scan_frame_to_rgb (deep, &brightness, rgb);
  g_assert_cmpint (rgb[0], ==, 0);
  g_assert_cmpint (rgb[1], ==, 128);
  g_assert_cmpint (rgb[2], ==, 255);
}

static void
test_lies (void)
{
  static const char *const lies[] = {
    "{'slope': <0.0>}",
    "{'origin': <[1.0, 2.0]>}",
    "{'origin': <[1.0, 2.0, nan]>}",
    "{'slope': <inf>}",
    "{'intercept': <nan>}",
    "{'intercept': <1e300>}",
    "{'frames': <@u 0>}",
    "{'stored': <@u 0>}",
    "{'stored': <@u 17>}",
    "{'windows': <[(1.0, 0.0, '')]>}",
    "{'windows': <[(nan, 1.0, '')]>}",
    "{'spacing': <[1.0]>}",
    "{'spacing': <[1.0, -1.0]>}",
    "{'spacing': <[1.0, 1.0]>, 'spacing-at': <'moon'>}",
    "{'aspect': <(@u 0, @u 1)>}",
    "{'modality-lut': <(0, @u 16, @ay [])>}",
    "{'modality-lut': <(0, @u 17, [byte 1, 0])>}",
    "{'modality-lut': <(0, @u 16, [byte 1, 0, 0])>}",
    "{'float': <true>}",
  };
  const guint16 pixel = 0;
  g_autoptr (GBytes) three = g_bytes_new ("abc", 3);
  g_autoptr (GVariant) whole = g_variant_ref_sink (
      g_variant_new_parsed ("{'rows': <@u 1>, 'columns': <@u 4>, 'samples': <@u 1>, "
                            "'bits': <@u 8>, 'frames': <@u 1>}"));
  g_autoptr (GVariant) vast = g_variant_ref_sink (
      g_variant_new_parsed ("{'rows': <@u 4294967295>, 'columns': <@u 4294967295>, "
                            "'samples': <@u 3>, 'bits': <@u 8>, 'frames': <@u 1>}"));

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    g_assert_null (make_frame (1, 1, 1, 16, FALSE, &pixel, lies[i]));
  g_assert_null (make_frame (1, 1, 2, 8, FALSE, &pixel, NULL));
  g_assert_null (scan_frame_new (whole, three));
  g_assert_null (scan_frame_new (vast, three));
}

/* Planes follow the pixels; a length that does not fit them is not believed. */
static void
test_planes (void)
{
  static const guint8 bytes[] = { 10, 20, 30, 40, 0x03, 0x05 };
  g_autoptr (GBytes) bulk = g_bytes_new_static (bytes, sizeof bytes);
  const char *const header =
      "{'rows': <@u 2>, 'columns': <@u 2>, 'samples': <@u 1>, 'bits': <@u 8>, 'frames': <@u 1>, "
      "'overlay': <true>, 'shutter': <%b>, 'shutter-level': <@u 25700>}";
  g_autoptr (GVariant) both = g_variant_ref_sink (g_variant_new_parsed (header, TRUE));
  g_autoptr (GVariant) one = g_variant_ref_sink (g_variant_new_parsed (header, FALSE));
  g_autoptr (ScanFrame) frame = scan_frame_new (both, bulk);
  g_autoptr (ScanFrame) wrong = scan_frame_new (one, bulk);
  static const struct
  {
    gboolean no_overlay, no_shutter;
    guint8 expected[4];
  } shown[] = {
    { FALSE, FALSE, { 255, 255, 100, 40 } },
    { TRUE, FALSE, { 100, 20, 100, 40 } },
    { FALSE, TRUE, { 255, 255, 30, 40 } },
    { TRUE, TRUE, { 10, 20, 30, 40 } },
  };

  g_assert_nonnull (frame);
  g_assert_null (wrong);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      const ScanBrightness brightness = { .center = 128,
                                          .width = 256,
                                          .hide_overlay = shown[i].no_overlay,
                                          .hide_shutter = shown[i].no_shutter };
      g_autoptr (ScanPicture) picture = scan_frame_render (frame, &brightness);

      g_assert_cmpmem (picture->pixels, 4, shown[i].expected, 4);
    }
}

/* Stored values from 100 on have colours, the rest is gray. */
static void
test_supplemental_palette (void)
{
  static const guint8 bytes[] = { 0, 100, 101, 200, 1, 2, 3, 4, 5, 6 };
  static const guint8 expected[] = { 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5, 6 };
  g_autoptr (GBytes) bulk = g_bytes_new_static (bytes, sizeof bytes);
  const char *const header = "{'rows': <@u 2>, 'columns': <@u 2>, 'samples': <@u 1>, 'bits': <@u "
                             "8>, 'frames': <@u 1>, 'palette': <(@i 100, %u)>}";
  g_autoptr (GVariant) right = g_variant_ref_sink (g_variant_new_parsed (header, 2));
  g_autoptr (GVariant) wrong = g_variant_ref_sink (g_variant_new_parsed (header, 1431655768));
  g_autoptr (ScanFrame) frame = scan_frame_new (right, bulk);
  g_autoptr (ScanFrame) none = scan_frame_new (wrong, bulk);
  const ScanBrightness brightness = { .center = 128, .width = 256 };
  g_autoptr (ScanPicture) picture = NULL;

  g_assert_null (none);
  g_assert_nonnull (frame);
  picture = scan_frame_render (frame, &brightness);
  g_assert_cmpuint (picture->channels, ==, 3);
  g_assert_cmpmem (picture->pixels, 12, expected, 12);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/window/formulas", test_formulas);
  g_test_add_func ("/image/window/eight-bits", test_eight_bits);
  g_test_add_func ("/image/window/wide", test_wide);
  g_test_add_func ("/image/window/tables", test_tables);
  g_test_add_func ("/image/window/default-brightness", test_default_brightness);
  g_test_add_func ("/image/window/colour-identity", test_colour_identity);
  g_test_add_func ("/image/window/lies", test_lies);
  g_test_add_func ("/image/window/planes", test_planes);
  g_test_add_func ("/image/window/supplemental-palette", test_supplemental_palette);
  return g_test_run ();
}
