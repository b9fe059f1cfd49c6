/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored values out of every pixel form that can be written by hand. */
#include "dicom_builder.h"
#include "dicom_jpeg.h"

#include <string.h>

#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"
#define BIG "1.2.840.10008.1.2.2"
#define RLE "1.2.840.10008.1.2.5"
#define PIXELS 0x7fe00010

static GBytes *
image_of_words (BuildEncoding encoding, const char *syntax, const BuildImage *image,
                const guint16 *words, gsize n)
{
  g_autoptr (Build) build = build_new (encoding);

  build_patient (build, NULL, "A");
  build_image (build, image);
  build_words (build, PIXELS, "OW", words, n);
  return build_file (build, syntax);
}

static GBytes *
image_of_bytes (const BuildImage *image, const void *bytes, gsize n)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "A");
  build_image (build, image);
  build_bytes (build, PIXELS, "OB", bytes, n);
  return build_file (build, EXPLICIT);
}

static void
assert_words (const Called *called, const guint16 *expected, gsize n)
{
  g_assert_null (called->answer.error);
  g_assert_cmpmem (called->answer.bulk, called->answer.bulk_size, expected, n * 2);
}

static void
assert_bytes (const Called *called, const guint8 *expected, gsize n)
{
  g_assert_null (called->answer.error);
  g_assert_cmpmem (called->answer.bulk, called->answer.bulk_size, expected, n);
}

static void
test_encodings (void)
{
  const BuildImage image = { 2, 2, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  const guint16 words[] = { 0, 1, 0x0fff, 0x0123 };
  g_autoptr (GBytes) implicit = image_of_words (BUILD_IMPLICIT, IMPLICIT, &image, words, 4);
  g_autoptr (GBytes) little = image_of_words (BUILD_EXPLICIT, EXPLICIT, &image, words, 4);
  g_autoptr (GBytes) big = image_of_words (BUILD_BIG, BIG, &image, words, 4);
  GBytes *files[] = { implicit, little, big };
  g_autofree char *sum = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (Called) frame = call_frame (files[i], 0);
      g_autoptr (Called) hash = call_verb (reader_verb_hash, files[i], NULL);

      assert_words (frame, words, 4);
      g_assert_cmpuint (called_uint (frame, "bits"), ==, 16);
      g_assert_cmpuint (called_uint (frame, "stored"), ==, 12);
      g_assert_false (called_boolean (frame, "signed"));
      g_assert_cmpstr (called_string (frame, "photometric"), ==, "MONOCHROME2");
      if (sum == NULL)
        sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) words, sizeof words);
      g_assert_cmpstr (called_string (hash, "sha256"), ==, sum);
    }
}

/* Directions that are one at most are told; letters where there are none. */
static void
test_orientation (void)
{
  const BuildImage image = { 1, 1, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  static const struct
  {
    const char *orientation, *letters;
    gboolean told;
    const char *row, *column;
  } cases[] = {
    { "1\\0\\0\\0\\1\\0", NULL, TRUE, "", "" },  { "1\\0\\0\\1\\0\\0", NULL, FALSE, "", "" },
    { "2\\0\\0\\0\\1\\0", NULL, FALSE, "", "" }, { NULL, "L\\FP", FALSE, "L", "FP" },
    { NULL, "L\\SIDE", FALSE, "", "" },          { NULL, "L", FALSE, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (Called) frame = NULL;
      g_autoptr (GVariant) told = NULL;
      const char *row = "", *column = "";

      build_patient (build, NULL, "A");
      if (cases[i].letters != NULL)
        build_text (build, 0x00200020, "CS", cases[i].letters);
      if (cases[i].orientation != NULL)
        build_text (build, 0x00200037, "DS", cases[i].orientation);
      build_image (build, &image);
      build_words (build, PIXELS, "OW", (const guint16[]){ 1 }, 1);
      file = build_file (build, EXPLICIT);
      frame = call_frame (file, 0);
      g_assert_null (frame->answer.error);
      told = g_variant_lookup_value (frame->result, "orientation", G_VARIANT_TYPE ("ad"));
      g_variant_lookup (frame->result, "letters", "(&s&s)", &row, &column);
      g_assert_cmpint (told != NULL, ==, cases[i].told);
      g_assert_cmpstr (row, ==, cases[i].row);
      g_assert_cmpstr (column, ==, cases[i].column);
    }
}

/* Where the first pixel lies: three sane numbers or nothing. */
static void
test_origin (void)
{
  const BuildImage image = { 1, 1, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  static const char *const places[] = { "-12.5\\0\\1e3", NULL, "1\\2", "1\\2\\1e7", "1\\2\\x" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (Called) frame = NULL;
      g_autoptr (GVariant) told = NULL;

      build_patient (build, NULL, "A");
      if (places[i] != NULL)
        build_text (build, 0x00200032, "DS", places[i]);
      build_image (build, &image);
      build_words (build, PIXELS, "OW", (const guint16[]){ 1 }, 1);
      file = build_file (build, EXPLICIT);
      frame = call_frame (file, 0);
      g_assert_null (frame->answer.error);
      told = g_variant_lookup_value (frame->result, "origin", G_VARIANT_TYPE ("ad"));
      g_assert_cmpint (told != NULL, ==, i == 0);
      if (told != NULL)
        {
          gsize n;
          const double *place = g_variant_get_fixed_array (told, &n, sizeof (double));

          g_assert_cmpuint (n, ==, 3);
          g_assert_cmpfloat (place[0], ==, -12.5);
          g_assert_cmpfloat (place[1], ==, 0);
          g_assert_cmpfloat (place[2], ==, 1000);
        }
    }
}

/* Millimetres are told with the place where they hold. */
static void
test_spacing (void)
{
  const BuildImage image = { 1, 1, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  const struct
  {
    const char *modality, *pixel, *calibration, *imager, *scanned, *place;
    double row;
  } cases[] = {
    { "CT", "0.5\\0.25", NULL, NULL, NULL, "body", 0.5 },
    { "CT", "0.5\\0", NULL, NULL, NULL, NULL, 0 },
    { "CT", NULL, NULL, NULL, NULL, NULL, 0 },
    { "DX", NULL, NULL, "0.2\\0.2", NULL, "detector", 0.2 },
    { "DX", "0.2\\0.2", NULL, "0.2\\0.2", NULL, "detector", 0.2 },
    { "DX", "0.1\\0.1", NULL, "0.2\\0.2", NULL, "body", 0.1 },
    { "DX", "0.2\\0.2", "GEOMETRY", "0.2\\0.2", NULL, "body", 0.2 },
    { "CR", "0.2\\0.2", NULL, NULL, NULL, "detector", 0.2 },
    { "OT", NULL, NULL, NULL, "0.1\\0.1", "film", 0.1 },
    { "OT", "0.1\\0.1", NULL, NULL, "0.1\\0.1", "film", 0.1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (Called) frame = NULL;
      g_autoptr (GVariant) told = NULL;
      const char *place = NULL;

      build_text (build, 0x00080060, "CS", cases[i].modality);
      build_patient (build, NULL, "A");
      if (cases[i].imager != NULL)
        build_text (build, 0x00181164, "DS", cases[i].imager);
      if (cases[i].scanned != NULL)
        build_text (build, 0x00182010, "DS", cases[i].scanned);
      build_image (build, &image);
      if (cases[i].pixel != NULL)
        build_text (build, 0x00280030, "DS", cases[i].pixel);
      if (cases[i].calibration != NULL)
        build_text (build, 0x00280a02, "CS", cases[i].calibration);
      build_words (build, PIXELS, "OW", (const guint16[]){ 1 }, 1);
      file = build_file (build, EXPLICIT);
      frame = call_frame (file, 0);
      g_assert_null (frame->answer.error);
      told = g_variant_lookup_value (frame->result, "spacing", G_VARIANT_TYPE ("ad"));
      g_variant_lookup (frame->result, "spacing-at", "&s", &place);
      g_assert_cmpstr (place, ==, cases[i].place);
      g_assert_cmpint (told != NULL, ==, place != NULL);
      if (told != NULL)
        {
          gsize n;
          const double *mm = g_variant_get_fixed_array (told, &n, sizeof (double));

          g_assert_cmpuint (n, ==, 2);
          g_assert_cmpfloat (mm[0], ==, cases[i].row);
        }
    }
}

static void
test_no_header (void)
{
  const BuildImage image = { 1, 2, 1, 16, 16, 15, 0, FALSE, 0, "MONOCHROME2" };
  const guint16 words[] = { 7, 8 };
  const BuildEncoding encodings[] = { BUILD_IMPLICIT, BUILD_EXPLICIT, BUILD_BIG };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autoptr (GBytes) file = image_of_words (encodings[i], NULL, &image, words, 2);
      g_autoptr (Called) frame = call_frame (file, 0);

      assert_words (frame, words, 2);
    }
}

static void
test_sign_and_high_bits (void)
{
  /* Twelve bits with noise above them. */
  const BuildImage low = { 1, 4, 1, 16, 12, 11, 0, TRUE, 0, "MONOCHROME2" };
  const guint16 words[] = { 0xf7ff, 0x0800, 0x5fff, 0x0001 };
  const guint16 expected[] = { 0x07ff, 0xf800, 0xffff, 0x0001 };
  /* The same number of bits at the upper end. */
  const BuildImage high = { 1, 2, 1, 16, 12, 15, 0, FALSE, 0, "MONOCHROME1" };
  const guint16 shifted[] = { 0xabcf, 0x0010 }, expected_high[] = { 0x0abc, 0x0001 };
  g_autoptr (GBytes) first = image_of_words (BUILD_EXPLICIT, EXPLICIT, &low, words, 4);
  g_autoptr (GBytes) second = image_of_words (BUILD_EXPLICIT, EXPLICIT, &high, shifted, 2);
  g_autoptr (Called) frame_low = call_frame (first, 0);
  g_autoptr (Called) frame_high = call_frame (second, 0);

  assert_words (frame_low, expected, 4);
  g_assert_true (called_boolean (frame_low, "signed"));
  assert_words (frame_high, expected_high, 2);
  g_assert_cmpstr (called_string (frame_high, "photometric"), ==, "MONOCHROME1");
}

static void
test_one_bit (void)
{
  /* Two frames of 3 x 3 bits: the second begins inside a byte. */
  const BuildImage image = { 3, 3, 1, 1, 1, 0, 0, FALSE, 2, "MONOCHROME2" };
  const guint8 bits[] = { 0x55, 0xfe, 0x01 };
  const guint8 first[] = { 1, 0, 1, 0, 1, 0, 1, 0, 0 }, second[] = { 1, 1, 1, 1, 1, 1, 1, 1, 0 };
  g_autoptr (GBytes) file = image_of_bytes (&image, bits, sizeof bits);
  g_autoptr (Called) one = call_frame (file, 0);
  g_autoptr (Called) two = call_frame (file, 1);
  g_autoptr (Called) three = call_frame (file, 2);

  assert_bytes (one, first, sizeof first);
  assert_bytes (two, second, sizeof second);
  g_assert_cmpuint (called_uint (one, "bits"), ==, 8);
  g_assert_cmpstr (three->answer.error, ==, "bad-request");
}

static void
test_twelve_bits_packed (void)
{
  const BuildImage image = { 1, 4, 1, 12, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  const guint8 packed[] = { 0xbc, 0x3a, 0x12, 0xff, 0x0f, 0x00 };
  const guint16 expected[] = { 0xabc, 0x123, 0xfff, 0x000 };
  g_autoptr (GBytes) file = image_of_bytes (&image, packed, sizeof packed);
  g_autoptr (Called) frame = call_frame (file, 0);

  assert_words (frame, expected, 4);
}

static void
test_thirty_two_bits (void)
{
  const BuildImage image = { 1, 2, 1, 32, 32, 31, 0, FALSE, 0, "MONOCHROME2" };
  const guint16 little[] = { 0x3344, 0x1122, 0x0001, 0x0000 },
                big[] = { 0x1122, 0x3344, 0x0000, 0x0001 };
  const guint32 expected[] = { 0x11223344, 1 };
  g_autoptr (GBytes) first = image_of_words (BUILD_EXPLICIT, EXPLICIT, &image, little, 4);
  g_autoptr (GBytes) second = image_of_words (BUILD_BIG, BIG, &image, big, 4);
  g_autoptr (Called) frame_little = call_frame (first, 0);
  g_autoptr (Called) frame_big = call_frame (second, 0);

  assert_bytes (frame_little, (const guint8 *) expected, sizeof expected);
  assert_bytes (frame_big, (const guint8 *) expected, sizeof expected);
}

static void
test_float (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  BuildImage image = { 1, 2, 1, 32, 32, 31, 0, FALSE, 0, "MONOCHROME2" };
  const float values[] = { -1.5f, 1e6f };
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) frame = NULL;

  build_patient (build, NULL, "A");
  build_image (build, &image);
  build_bytes (build, 0x7fe00008, "OF", values, sizeof values);
  file = build_file (build, EXPLICIT);
  frame = call_frame (file, 0);
  assert_bytes (frame, (const guint8 *) values, sizeof values);
  g_assert_true (called_boolean (frame, "float"));
}

static void
test_colour (void)
{
  const BuildImage pixel = { 1, 2, 3, 8, 8, 7, 0, FALSE, 0, "RGB" };
  const BuildImage plane = { 1, 2, 3, 8, 8, 7, 1, FALSE, 0, "RGB" };
  const BuildImage full = { 1, 2, 3, 8, 8, 7, 0, FALSE, 0, "YBR_FULL" };
  const BuildImage halved = { 1, 2, 3, 8, 8, 7, 0, FALSE, 0, "YBR_FULL_422" };
  const guint8 by_pixel[] = { 1, 2, 3, 4, 5, 6 }, by_plane[] = { 1, 4, 2, 5, 3, 6 };
  const guint8 ybr[] = { 76, 85, 255, 128, 128, 128 }, rgb[] = { 254, 0, 0, 128, 128, 128 };
  const guint8 pair[] = { 100, 50, 128, 128 }, gray[] = { 100, 100, 100, 50, 50, 50 };
  g_autoptr (GBytes) f1 = image_of_bytes (&pixel, by_pixel, 6);
  g_autoptr (GBytes) f2 = image_of_bytes (&plane, by_plane, 6);
  g_autoptr (GBytes) f3 = image_of_bytes (&full, ybr, 6);
  g_autoptr (GBytes) f4 = image_of_bytes (&halved, pair, 4);
  g_autoptr (Called) c1 = call_frame (f1, 0);
  g_autoptr (Called) c2 = call_frame (f2, 0);
  g_autoptr (Called) c3 = call_frame (f3, 0);
  g_autoptr (Called) c4 = call_frame (f4, 0);
  g_autoptr (Called) as_coded = call_verb (reader_verb_hash, f3, NULL);
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, ybr, sizeof ybr);

  assert_bytes (c1, by_pixel, 6);
  assert_bytes (c2, by_pixel, 6);
  assert_bytes (c3, rgb, 6);
  assert_bytes (c4, gray, 6);
  g_assert_cmpstr (called_string (c3, "photometric"), ==, "RGB");
  g_assert_cmpstr (called_string (as_coded, "sha256"), ==, sum);
}

static GBytes *
palette_file (gboolean segmented)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = { 1, 4, 1, 8, 8, 7, 0, FALSE, 0, "PALETTE COLOR" };
  const guint16 descriptor[] = { 4, 10, 16 };
  const guint16 red[] = { 0xff00, 0x0000, 0x8000, 0x1000 };
  const guint16 green[] = { 0x0000, 0x0000, 0x0000, 0x0000 };
  /* 0x1000, then in three steps to 0x4000. */
  const guint16 ramp[] = { 0, 1, 0x1000, 1, 3, 0x4000 };
  const guint16 blue[] = { 0x1000, 0x2000, 0x3000, 0x4000 };
  const guint8 indices[] = { 9, 10, 12, 200 };

  build_patient (build, NULL, "A");
  build_image (build, &image);
  for (guint32 tag = 0x00281101; tag <= 0x00281103; tag++)
    build_words (build, tag, "US", descriptor, 3);
  build_words (build, 0x00281201, "OW", red, 4);
  build_words (build, 0x00281202, "OW", green, 4);
  if (segmented)
    build_words (build, 0x00281223, "OW", ramp, 6);
  else
    build_words (build, 0x00281203, "OW", blue, 4);
  build_bytes (build, PIXELS, "OB", indices, 4);
  return build_file (build, EXPLICIT);
}

static void
test_palette (void)
{
  const guint8 expected[] = { 0xff, 0, 0x10, 0xff, 0, 0x10, 0x80, 0, 0x30, 0x10, 0, 0x40 };

  for (int segmented = 0; segmented < 2; segmented++)
    {
      g_autoptr (GBytes) file = palette_file (segmented);
      g_autoptr (Called) frame = call_frame (file, 0);

      assert_bytes (frame, expected, sizeof expected);
      g_assert_cmpuint (called_uint (frame, "samples"), ==, 3);
    }
}

/* A header of one segment for each offset. */
static GByteArray *
rle_start (guint n, const guint32 *offsets)
{
  GByteArray *bytes = g_byte_array_new ();
  guint32 header[16] = { GUINT32_TO_LE (n) };

  for (guint i = 0; i < n; i++)
    header[i + 1] = GUINT32_TO_LE (offsets[i]);
  g_byte_array_append (bytes, (const guint8 *) header, sizeof header);
  return bytes;
}

static void
test_rle (void)
{
  const BuildImage image = { 2, 2, 1, 16, 16, 15, 0, FALSE, 0, "MONOCHROME2" };
  const guint32 offsets[] = { 64, 66 };
  /* High bytes: four times 1. Low bytes: 2, 3, then twice 4. */
  const guint8 data[] = { 0xfd, 1, 1, 2, 3, 0xff, 4, 0x80 };
  const guint16 expected[] = { 0x0102, 0x0103, 0x0104, 0x0104 };

  for (int cut = 0; cut < 2; cut++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GByteArray) frame = rle_start (2, offsets);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (GBytes) first = NULL;
      g_autoptr (GBytes) second = NULL;
      g_autoptr (Called) called = NULL;
      const GBytes *fragments[2];

      g_byte_array_append (frame, data, sizeof data);
      first = g_bytes_new (frame->data, cut ? 66 : frame->len);
      second = g_bytes_new (frame->data + 66, frame->len - 66);
      fragments[0] = first;
      fragments[1] = second;
      build_patient (build, NULL, "A");
      build_image (build, &image);
      build_fragments (build, fragments, cut ? 2 : 1);
      file = build_file (build, RLE);
      called = call_frame (file, 0);
      assert_words (called, expected, 4);
      g_assert_cmpstr (called_string (called, "problem"), ==, "");
    }
}

static void
test_jpeg_colour (void)
{
  static const guint8 jfif[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 7, 'J', 'F', 'I', 'F', 0, 0xff, 0xda };
  static const guint8 adobe[] = { 0xff, 0xd8, 0xff, 0xee, 0, 14, 'A', 'd', 'o',
                                  'b',  'e',  0,    0,    0, 0,  0,   0,   0 };
  guint8 transformed[sizeof adobe];

  memcpy (transformed, adobe, sizeof adobe);
  transformed[17] = 1;
  g_assert_cmpint (reader_jpeg_colour (jfif, sizeof jfif), ==, READER_JPEG_YBR);
  g_assert_cmpint (reader_jpeg_colour (adobe, sizeof adobe), ==, READER_JPEG_RGB);
  g_assert_cmpint (reader_jpeg_colour (transformed, sizeof transformed), ==, READER_JPEG_YBR);
  /* Cut off, or nothing at all. */
  g_assert_cmpint (reader_jpeg_colour (adobe, sizeof adobe - 1), ==, READER_JPEG_SILENT);
  g_assert_cmpint (reader_jpeg_colour (jfif, 2), ==, READER_JPEG_SILENT);
}

static void
assert_dropped (const guint8 *stream, gsize n, const guint8 *expected, gsize n_expected)
{
  g_autofree guint8 *data = g_memdup2 (stream, n);

  g_assert_cmpmem (data, reader_jpeg_drop_tem (data, n), expected, n_expected);
}

static void
test_jpeg_tem (void)
{
  static const guint8 stream[] = { 0xff, 0xd8, 0xff, 0x01, 0xff, 0xff, 0xe1, 0,    4,    0xff,
                                   0x01, 0xff, 0x01, 0xff, 0xc0, 0,    0,    0xff, 0x01, 9 };
  static const guint8 left[] = { 0xff, 0xd8, 0xff, 0xff, 0xe1, 0,    4, 0xff,
                                 0x01, 0xff, 0xc0, 0,    0,    0xff, 1, 9 };
  static const guint8 lies[] = { 0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0xff, 0x01 };

  assert_dropped (stream, sizeof stream, left, sizeof left);
  assert_dropped (lies, sizeof lies, lies, sizeof lies);
  assert_dropped (stream, 3, stream, 3);
}

static void
test_truncated (void)
{
  const BuildImage image = { 2, 2, 1, 8, 8, 7, 0, FALSE, 3, "MONOCHROME2" };
  const guint8 bytes[] = { 1, 2, 3, 4, 5, 6 }, expected[] = { 5, 6, 0, 0 };
  g_autoptr (GBytes) file = image_of_bytes (&image, bytes, sizeof bytes);
  g_autoptr (Called) first = call_frame (file, 0);
  g_autoptr (Called) second = call_frame (file, 1);
  g_autoptr (Called) third = call_frame (file, 2);
  g_autoptr (Called) hash = call_verb (reader_verb_hash, file, NULL);

  assert_bytes (first, bytes, 4);
  g_assert_cmpstr (called_string (first, "problem"), ==, "");
  assert_bytes (second, expected, 4);
  g_assert_cmpstr (called_string (second, "problem"), !=, "");
  g_assert_cmpstr (third->answer.error, ==, "unreadable");
  /* A fingerprint of what is not there would be a lie. */
  g_assert_cmpstr (hash->answer.error, ==, "unreadable");
}

static void
test_looks (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = { 1, 1, 1, 16, 16, 15, 0, TRUE, 0, "MONOCHROME2" };
  const guint16 pixel = 5;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) frame = NULL;
  g_autoptr (GVariant) windows = NULL;
  double slope, intercept, center, width;
  const char *explanation;
  gint32 first, last;

  build_patient (build, NULL, "A");
  build_image (build, &image);
  build_words (build, 0x00280120, "SS", (const guint16[]){ (guint16) -2000 }, 1);
  build_text (build, 0x00281050, "DS", "40\\-600\\7");
  build_text (build, 0x00281051, "DS", "400\\1500\\0");
  build_text (build, 0x00281052, "DS", "-1024");
  build_text (build, 0x00281053, "DS", "2");
  build_text (build, 0x00281054, "LO", "HU");
  build_text (build, 0x00281055, "LO", "soft\\lung");
  build_text (build, 0x00281056, "CS", "SIGMOID");
  build_words (build, PIXELS, "OW", &pixel, 1);
  file = build_file (build, EXPLICIT);
  frame = call_frame (file, 0);
  g_assert_null (frame->answer.error);
  g_assert_true (g_variant_lookup (frame->result, "slope", "d", &slope));
  g_assert_true (g_variant_lookup (frame->result, "intercept", "d", &intercept));
  g_assert_cmpfloat (slope, ==, 2);
  g_assert_cmpfloat (intercept, ==, -1024);
  g_assert_cmpstr (called_string (frame, "units"), ==, "HU");
  g_assert_cmpstr (called_string (frame, "voi-function"), ==, "SIGMOID");
  g_assert_true (g_variant_lookup (frame->result, "padding", "(ii)", &first, &last));
  g_assert_cmpint (first, ==, -2000);
  g_assert_cmpint (last, ==, -2000);
  windows = g_variant_lookup_value (frame->result, "windows", G_VARIANT_TYPE ("a(dds)"));
  /* The third has no width. */
  g_assert_cmpuint (g_variant_n_children (windows), ==, 2);
  g_variant_get_child (windows, 1, "(dd&s)", &center, &width, &explanation);
  g_assert_cmpfloat (center, ==, -600);
  g_assert_cmpfloat (width, ==, 1500);
  g_assert_cmpstr (explanation, ==, "lung");
}

/* Two frames with a rescale and a window of their own (PS3.3 C.7.6.16). */
static void
test_functional_groups (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = { 1, 1, 1, 16, 16, 15, 0, FALSE, 2, "MONOCHROME2" };
  const guint16 words[] = { 5, 6 };
  const char *const slopes[] = { "3", "4 " };
  g_autoptr (GBytes) file = NULL;

  build_patient (build, NULL, "A");
  build_image (build, &image);
  build_head (build, 0x52009230, "SQ", G_MAXUINT32);
  for (guint i = 0; i < 2; i++)
    {
      build_item (build, 0xfffee000, G_MAXUINT32);
      build_head (build, 0x00289145, "SQ", G_MAXUINT32);
      build_item (build, 0xfffee000, G_MAXUINT32);
      build_text (build, 0x00281052, "DS", "1");
      build_text (build, 0x00281053, "DS", slopes[i]);
      build_item (build, 0xfffee00d, 0);
      build_item (build, 0xfffee0dd, 0);
      build_item (build, 0xfffee00d, 0);
    }
  build_item (build, 0xfffee0dd, 0);
  build_words (build, PIXELS, "OW", words, 2);
  file = build_file (build, EXPLICIT);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Called) frame = call_frame (file, i);
      double slope = 0;

      assert_words (frame, words + i, 1);
      g_assert_true (g_variant_lookup (frame->result, "slope", "d", &slope));
      g_assert_cmpfloat (slope, ==, 3 + i);
    }
}

static void
test_picture (void)
{
  const BuildImage image = { 2, 4, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME1" };
  const guint8 bytes[] = { 0, 0, 255, 255, 0, 0, 255, 255 };
  const guint8 expected[] = { 255, 255, 255, 0, 0, 0 };
  g_autoptr (GBytes) file = image_of_bytes (&image, bytes, sizeof bytes);
  g_autoptr (Called) picture = call_verb (
      reader_verb_picture, file, g_variant_new_parsed ("{'frame': <@u 0>, 'size': <@u 2>}"));

  assert_bytes (picture, expected, sizeof expected);
  g_assert_cmpuint (called_uint (picture, "rows"), ==, 1);
  g_assert_cmpuint (called_uint (picture, "columns"), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/frame/encodings", test_encodings);
  g_test_add_func ("/dicom/frame/orientation", test_orientation);
  g_test_add_func ("/dicom/frame/origin", test_origin);
  g_test_add_func ("/dicom/frame/spacing", test_spacing);
  g_test_add_func ("/dicom/frame/no-header", test_no_header);
  g_test_add_func ("/dicom/frame/sign-and-high-bits", test_sign_and_high_bits);
  g_test_add_func ("/dicom/frame/one-bit", test_one_bit);
  g_test_add_func ("/dicom/frame/twelve-bits-packed", test_twelve_bits_packed);
  g_test_add_func ("/dicom/frame/thirty-two-bits", test_thirty_two_bits);
  g_test_add_func ("/dicom/frame/float", test_float);
  g_test_add_func ("/dicom/frame/colour", test_colour);
  g_test_add_func ("/dicom/frame/palette", test_palette);
  g_test_add_func ("/dicom/frame/rle", test_rle);
  g_test_add_func ("/dicom/frame/jpeg-colour", test_jpeg_colour);
  g_test_add_func ("/dicom/frame/jpeg-tem", test_jpeg_tem);
  g_test_add_func ("/dicom/frame/truncated", test_truncated);
  g_test_add_func ("/dicom/frame/looks", test_looks);
  g_test_add_func ("/dicom/frame/functional-groups", test_functional_groups);
  g_test_add_func ("/dicom/frame/picture", test_picture);
  return g_test_run ();
}
