/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Overlays and shutters: what is drawn over a picture, and what is covered of it. */
#include "dicom_builder.h"

#include <string.h>

#define EXPLICIT "1.2.840.10008.1.2.1"
#define PIXELS 0x7fe00010

static const BuildImage four = { 4, 4, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };

static void
put_pair (Build *build, guint32 tag, gint16 first, gint16 second)
{
  build_words (build, tag, "SS", (const guint16[]){ (guint16) first, (guint16) second }, 2);
}

/* An overlay of 2 x 3 pixels, all set but the last. */
static void
put_overlay (Build *build, guint32 group, gint16 row, gint16 column)
{
  build_us (build, group << 16 | 0x10, 2);
  build_us (build, group << 16 | 0x11, 3);
  put_pair (build, group << 16 | 0x50, row, column);
  build_us (build, group << 16 | 0x100, 1);
  build_us (build, group << 16 | 0x102, 0);
  build_words (build, group << 16 | 0x3000, "OW", (const guint16[]){ 0x1f }, 1);
}

static GBytes *
finish (Build *build, const BuildImage *image, const guint16 *words)
{
  const guint n = image->rows * image->columns * MAX (image->frames, 1);

  build_words (build, PIXELS, "OW", words, n);
  return build_file (build, EXPLICIT);
}

static Build *
begin (void)
{
  Build *build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "A");
  return build;
}

/* The plane of a 4 x 4 frame, as four rows of dots and crosses. */
static void
assert_plane (const Called *called, gsize at, const char *expected)
{
  char drawn[17] = "";

  g_assert_null (called->answer.error);
  g_assert_cmpuint (called->answer.bulk_size, >=, at + 2);
  for (guint i = 0; i < 16; i++)
    drawn[i] = called->answer.bulk[at + i / 8] >> i % 8 & 1 ? 'x' : '.';
  g_assert_cmpstr (drawn, ==, expected);
}

static void
test_overlay_clipped (void)
{
  static const struct
  {
    gint16 row, column;
    const char *expected;
  } places[] = {
    { 1, 1, "xxx.xx.........." },
    { 3, 2, ".........xxx.xx." },
    { 2, 4, ".......x...x...." },
    { 0, 0, "x..............." },
    { 4, 4, "...............x" },
    { -1, 1, NULL },
    { 5, 1, NULL },
    { 32767, -32768, NULL },
    { 0, 1, "xx.............." },
  };
  const guint16 words[16] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (Build) build = begin ();
      build_image (build, &four);
      put_overlay (build, 0x6000, places[i].row, places[i].column);
      g_autoptr (GBytes) file = finish (build, &four, words);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpint (called_boolean (frame, "overlay"), ==, places[i].expected != NULL);
      g_assert_cmpuint (frame->answer.bulk_size, ==, places[i].expected != NULL ? 34 : 32);
      if (places[i].expected != NULL)
        assert_plane (frame, 32, places[i].expected);
    }
}

static void
test_overlays_together_or_not_at_all (void)
{
  const guint16 words[16] = { 0 };
  g_autoptr (Build) build = begin ();
  build_image (build, &four);
  put_overlay (build, 0x6000, 1, 1);
  put_overlay (build, 0x601e, 3, 1);
  put_overlay (build, 0x6020, 1, 2); /* no such group */
  g_autoptr (GBytes) file = finish (build, &four, words);
  g_autoptr (Called) frame = call_frame (file, 0);
  g_autoptr (Called) plain =
      call_verb (reader_verb_frame, file, g_variant_new_parsed ("{'planes': <false>}"));

  assert_plane (frame, 32, "xxx.xx..xxx.xx..");
  g_assert_false (called_boolean (plain, "overlay"));
  g_assert_cmpuint (plain->answer.bulk_size, ==, 32);
}

/* In the bit above the stored ones, which the values do not show. */
static void
test_overlay_in_pixels (void)
{
  guint16 words[16];
  g_autoptr (Build) build = begin ();
  build_image (build, &four);
  build_us (build, 0x60000010, 4);
  build_us (build, 0x60000011, 4);
  put_pair (build, 0x60000050, 1, 1);
  build_us (build, 0x60000100, 16);
  build_us (build, 0x60000102, 13);
  for (guint i = 0; i < 16; i++)
    words[i] = (guint16) (i | (i % 5 == 0 ? 0x2000 : 0xd000));
  g_autoptr (GBytes) file = finish (build, &four, words);
  g_autoptr (Called) frame = call_frame (file, 0);

  assert_plane (frame, 32, "x....x....x....x");
  for (guint i = 0; i < 16; i++)
    g_assert_cmpuint (((guint16 *) frame->answer.bulk)[i], ==, i);
}

/* Two frames of an overlay, the first of them for the second of three pictures. */
static void
test_overlay_frames (void)
{
  const guint16 words[48] = { 0 };
  static const char *const expected[] = { NULL, "xxx.............", "....xxx........." };
  BuildImage image = four;
  g_autoptr (Build) build = begin ();

  image.frames = 3;
  build_image (build, &image);
  build_us (build, 0x60000010, 2);
  build_us (build, 0x60000011, 3);
  build_text (build, 0x60000015, "IS", "2");
  put_pair (build, 0x60000050, 1, 1);
  build_us (build, 0x60000051, 2);
  build_us (build, 0x60000100, 1);
  build_us (build, 0x60000102, 0);
  build_words (build, 0x60003000, "OW", (const guint16[]){ 0x0e07 }, 1);
  g_autoptr (GBytes) file = finish (build, &image, words);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Called) frame = call_frame (file, i);

      g_assert_cmpint (called_boolean (frame, "overlay"), ==, expected[i] != NULL);
      if (expected[i] != NULL)
        assert_plane (frame, 32, expected[i]);
    }
}

/* Sizes that promise what is not there, and none at all. */
static void
test_overlay_lies (void)
{
  const guint16 words[16] = { 0 };
  const guint16 sizes[] = { 65535, 0, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (Build) build = begin ();
      build_image (build, &four);
      build_us (build, 0x60000010, sizes[i]);
      build_us (build, 0x60000011, sizes[i]);
      build_text (build, 0x60000015, "IS", "2147483647");
      build_us (build, 0x60000102, i == 2 ? 40000 : 0);
      if (i < 2)
        build_words (build, 0x60003000, "OW", (const guint16[]){ 0xffff }, 1);
      g_autoptr (GBytes) file = finish (build, &four, words);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_null (frame->answer.error);
      g_assert_cmpuint (frame->answer.bulk_size, >=, 32);
    }
}

static void
test_shutters (void)
{
  static const struct
  {
    const char *shape;
    const char *edges[4]; /* left, right, upper, lower */
    const char *center, *radius, *vertices, *expected;
  } shutters[] = {
    { "RECTANGULAR", { "2", "3", "2", "4" }, NULL, NULL, NULL, "xxxxx..xx..xx..x" },
    { "CIRCULAR", { NULL }, "2\\2", "1", NULL, "x.xx...xx.xxxxxx" },
    { "POLYGONAL", { NULL }, NULL, NULL, "1\\1\\1\\4\\4\\4\\4\\1", "...x...x...xxxxx" },
    { "RECTANGULAR\\CIRCULAR", { "1", "4", "1", "2" }, "2\\2", "1", NULL, "x.xx...xxxxxxxxx" },
    /* Nothing covered, everything covered, nonsense. */
    { "RECTANGULAR", { "0", "9", "0", "9" }, NULL, NULL, NULL, NULL },
    { "RECTANGULAR", { "9", "0", "9", "0" }, NULL, NULL, NULL, NULL },
    { "CIRCULAR", { NULL }, "2", "1", NULL, NULL },
    { "POLYGONAL", { NULL }, NULL, NULL, "1\\1\\2\\2", NULL },
    { "STARS", { NULL }, NULL, NULL, NULL, NULL },
  };
  static const guint32 tags[] = { 0x00181602, 0x00181604, 0x00181606, 0x00181608 };
  const guint16 words[16] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (shutters); i++)
    {
      g_autoptr (Build) build = begin ();
      build_text (build, 0x00181600, "CS", shutters[i].shape);
      for (guint k = 0; k < 4; k++)
        if (shutters[i].edges[k] != NULL)
          build_text (build, tags[k], "IS", shutters[i].edges[k]);
      if (shutters[i].center != NULL)
        build_text (build, 0x00181610, "IS", shutters[i].center);
      if (shutters[i].radius != NULL)
        build_text (build, 0x00181612, "IS", shutters[i].radius);
      if (shutters[i].vertices != NULL)
        build_text (build, 0x00181620, "IS", shutters[i].vertices);
      build_us (build, 0x00181622, 0x8080);
      build_image (build, &four);
      g_autoptr (GBytes) file = finish (build, &four, words);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpint (called_boolean (frame, "shutter"), ==, shutters[i].expected != NULL);
      if (shutters[i].expected != NULL)
        {
          assert_plane (frame, 32, shutters[i].expected);
          g_assert_cmpuint (called_uint (frame, "shutter-level"), ==, 0x8080);
        }
    }
}

/* A gray picture some of whose values are colours: behind the pixels, for who draws. */
static void
test_supplemental_palette (void)
{
  const guint16 words[16] = { 0 }, descriptor[] = { 2, 100, 16 };
  static const guint16 tables[3][2] = { { 0x0100, 0x0400 },
                                        { 0x0200, 0x0500 },
                                        { 0x0300, 0xff00 } };

  for (int mixed = 0; mixed < 2; mixed++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      if (mixed)
        build_text (build, 0x00089205, "CS", "MIXED");
      build_patient (build, NULL, "A");
      build_image (build, &four);
      for (guint i = 0; i < 3; i++)
        build_words (build, 0x00281101 + i, "US", descriptor, 3);
      for (guint i = 0; i < 3; i++)
        build_words (build, 0x00281201 + i, "OW", tables[i], 2);
      g_autoptr (GBytes) file = finish (build, &four, words);
      g_autoptr (Called) frame = call_frame (file, 0);
      gint32 first = 0;
      guint32 n = 0;

      g_assert_null (frame->answer.error);
      g_assert_cmpuint (called_uint (frame, "samples"), ==, 1);
      g_assert_cmpint (g_variant_lookup (frame->result, "palette", "(iu)", &first, &n), ==, mixed);
      g_assert_cmpint (first, ==, mixed ? 100 : 0);
      g_assert_cmpuint (n, ==, mixed ? 2 : 0);
      if (mixed)
        g_assert_cmpmem (frame->answer.bulk + 32, frame->answer.bulk_size - 32, "\1\2\3\4\5\377",
                         6);
    }
}

static void
test_picture (void)
{
  const BuildImage image = { 4, 4, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  g_autoptr (Build) build = begin ();
  build_image (build, &image);
  build_text (build, 0x00281050, "DS", "128");
  build_text (build, 0x00281051, "DS", "256");
  put_overlay (build, 0x6000, 1, 1);
  build_bytes (build, PIXELS, "OB", (const guint8[16]){ 0 }, 16);
  g_autoptr (GBytes) file = build_file (build, EXPLICIT);

  for (int shown = 0; shown < 2; shown++)
    {
      g_autoptr (Called) picture = call_verb (
          reader_verb_picture, file,
          g_variant_new_parsed ("{'frame': <@u 0>, 'size': <@u 4>, 'overlays': <%b>}", shown));

      g_assert_null (picture->answer.error);
      g_assert_cmpuint (picture->answer.bulk[0], ==, shown ? 255 : 0);
      g_assert_cmpuint (picture->answer.bulk[9], ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/planes/overlay-clipped", test_overlay_clipped);
  g_test_add_func ("/dicom/planes/overlays-together-or-not-at-all",
                   test_overlays_together_or_not_at_all);
  g_test_add_func ("/dicom/planes/overlay-in-pixels", test_overlay_in_pixels);
  g_test_add_func ("/dicom/planes/overlay-frames", test_overlay_frames);
  g_test_add_func ("/dicom/planes/overlay-lies", test_overlay_lies);
  g_test_add_func ("/dicom/planes/shutters", test_shutters);
  g_test_add_func ("/dicom/planes/picture", test_picture);
  g_test_add_func ("/dicom/planes/supplemental-palette", test_supplemental_palette);
  return g_test_run ();
}
