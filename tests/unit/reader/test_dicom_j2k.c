/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG 2000 in all the ways in which a file can hold it, and lie about it. */
#include "codec_j2k.h"
#include "dicom_builder.h"
#include "j2k_writer.h"

#include <string.h>

#define LOSSLESS "1.2.840.10008.1.2.4.90"
#define LOSSY "1.2.840.10008.1.2.4.91"
#define HIGH_THROUGHPUT "1.2.840.10008.1.2.4.201"
#define PIXELS 0x7fe00010
#define ITEM 0xfffee000
#define SIDE 32

static const BuildImage gray = { SIDE, SIDE, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };

static void
put_item (Build *build, const guint8 *data, gsize n)
{
  build_item (build, ITEM, (guint32) (n + n % 2));
  g_byte_array_append (build->bytes, data, (guint) n);
  if (n % 2 != 0)
    g_byte_array_append (build->bytes, (const guint8 *) "", 1);
}

static GBytes *
file_of (const BuildImage *image, const char *syntax, const GBytes *const *fragments, guint n)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "A");
  build_image (build, image);
  build_fragments (build, fragments, n);
  return build_file (build, syntax);
}

/* A diagonal that is different for each seed, within 12 bits. */
static GBytes *
diagonal (guint seed, gboolean jp2, guint16 *ret_words)
{
  const J2kSpec spec = { SIDE, SIDE, 1, 12, FALSE, jp2, 0, FALSE };
  gint32 samples[SIDE * SIDE];

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      samples[i] = (gint32) ((i % SIDE) * 60 + (i / SIDE) * 50 + seed * 100) & 0xfff;
      ret_words[i] = (guint16) samples[i];
    }
  return j2k_write (&spec, samples);
}

static void
assert_words (const Called *called, const guint16 *expected)
{
  g_assert_null (called->answer.error);
  g_assert_cmpstr (called_string (called, "problem"), ==, "");
  g_assert_cmpmem (called->answer.bulk, called->answer.bulk_size, expected, SIDE * SIDE * 2);
}

static void
test_lossless (void)
{
  const char *const syntaxes[] = { LOSSLESS, LOSSY, "1.2.840.10008.1.2.4.92", HIGH_THROUGHPUT,
                                   "1.2.840.10008.1.2.4.203" };
  guint16 words[SIDE * SIDE];

  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    for (int jp2 = 0; jp2 < 2; jp2++)
      {
        g_autoptr (GBytes) stream = diagonal (1, jp2, words);
        const GBytes *fragments[] = { stream };
        g_autoptr (GBytes) file = file_of (&gray, syntaxes[i], fragments, 1);
        g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
        g_autoptr (Called) frame = call_frame (file, 0);
        g_autoptr (Called) hash = call_verb (reader_verb_hash, file, NULL);
        g_autofree char *sum =
            g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *) words, sizeof words);

        /* DCMTK does not know all of them, people do. */
        g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, syntaxes[i]);
        g_assert_true (called_boolean (inspected, "renderable"));
        assert_words (frame, words);
        g_assert_cmpstr (called_string (hash, "sha256"), ==, sum);
      }
}

/* The attributes are those of the file, not of what DCMTK was shown. */
static void
test_alias_is_undone (void)
{
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (1, FALSE, words);
  const GBytes *fragments[] = { stream };
  g_autoptr (GBytes) file = file_of (&gray, HIGH_THROUGHPUT, fragments, 1);
  g_autoptr (Called) called = call_verb (reader_verb_attributes, file, NULL);

  g_assert_null (called->answer.error);
  g_assert_null (
      memmem (called->answer.bulk, called->answer.bulk_size, LOSSLESS, sizeof LOSSLESS - 1));
}

static void
test_signed_and_colour (void)
{
  const BuildImage image = { SIDE, SIDE, 1, 16, 16, 15, 0, TRUE, 0, "MONOCHROME2" };
  const BuildImage colour = { SIDE, SIDE, 3, 8, 8, 7, 0, FALSE, 0, "YBR_RCT" };
  const J2kSpec spec = { SIDE, SIDE, 1, 16, TRUE, FALSE, 0, FALSE };
  const J2kSpec rgb = { SIDE, SIDE, 3, 8, FALSE, FALSE, 0, TRUE };
  gint32 samples[SIDE * SIDE * 3];
  guint16 words[SIDE * SIDE];
  guint8 bytes[SIDE * SIDE * 3];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = (guint16) (samples[i] = (gint32) i * 31 - 16000);
  g_autoptr (GBytes) first = j2k_write (&spec, samples);
  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = (guint8) (samples[i] = (gint32) (i * 7) & 0xff);
  g_autoptr (GBytes) second = j2k_write (&rgb, samples);
  g_autoptr (GBytes) file = file_of (&image, LOSSLESS, (const GBytes *[]){ first }, 1);
  g_autoptr (GBytes) other = file_of (&colour, LOSSLESS, (const GBytes *[]){ second }, 1);
  g_autoptr (Called) frame = call_frame (file, 0);
  g_autoptr (Called) coloured = call_frame (other, 0);

  assert_words (frame, words);
  g_assert_true (called_boolean (frame, "signed"));
  g_assert_null (coloured->answer.error);
  g_assert_cmpmem (coloured->answer.bulk, coloured->answer.bulk_size, bytes, sizeof bytes);
  g_assert_cmpstr (called_string (coloured, "photometric"), ==, "RGB");
}

/* How a frame's items are found. */
typedef enum
{
  BY_BEGINNINGS,
  BY_TABLE,
  BY_EXTENDED_TABLE,
  BY_LYING_TABLE, /* points outside: the beginnings decide */
  N_WAYS
} Way;

/* Two frames, the first in three items, the second in two. */
static GBytes *
two_frames (Way way, GBytes *const streams[2])
{
  BuildImage image = gray;
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  gsize sizes[2];
  const guint8 *data[2];
  guint64 second;

  image.frames = 2;
  for (guint i = 0; i < 2; i++)
    data[i] = g_bytes_get_data (streams[i], &sizes[i]);
  second = sizes[0] + sizes[0] % 2 + 3 * 8;
  build_patient (build, NULL, "A");
  build_image (build, &image);
  if (way == BY_EXTENDED_TABLE)
    {
      guint64 offsets[2] = { 0, second };

      build_bytes (build, 0x7fe00001, "OV", offsets, sizeof offsets);
    }
  build_head (build, PIXELS, "OB", G_MAXUINT32);
  if (way == BY_TABLE || way == BY_LYING_TABLE)
    {
      guint32 offsets[2] = { 0, way == BY_TABLE ? (guint32) second : 0xfffffff0u };

      put_item (build, (const guint8 *) offsets, sizeof offsets);
    }
  else
    build_item (build, ITEM, 0);
  put_item (build, data[0], 100);
  put_item (build, data[0] + 100, 50);
  put_item (build, data[0] + 150, sizes[0] - 150);
  put_item (build, data[1], 60);
  put_item (build, data[1] + 60, sizes[1] - 60);
  build_item (build, 0xfffee0dd, 0);
  return build_file (build, LOSSLESS);
}

static void
test_fragments (void)
{
  guint16 words[2][SIDE * SIDE];
  g_autoptr (GBytes) first = diagonal (1, FALSE, words[0]);
  g_autoptr (GBytes) second = diagonal (2, FALSE, words[1]);
  GBytes *const streams[] = { first, second };

  for (Way way = 0; way < N_WAYS; way++)
    {
      g_autoptr (GBytes) file = two_frames (way, streams);
      g_autoptr (Called) zero = call_frame (file, 0);
      g_autoptr (Called) one = call_frame (file, 1);

      assert_words (zero, words[0]);
      assert_words (one, words[1]);
    }
}

/* Fewer items than frames: those that are there are shown. */
static void
test_missing_frames (void)
{
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (3, FALSE, words);
  BuildImage image = gray;

  image.frames = 3;
  g_autoptr (GBytes) file = file_of (&image, LOSSLESS, (const GBytes *[]){ stream, stream }, 2);
  g_autoptr (Called) second = call_frame (file, 1);
  g_autoptr (Called) third = call_frame (file, 2);

  assert_words (second, words);
  g_assert_cmpstr (third->answer.error, ==, "unreadable");
}

static void
test_lossy (void)
{
  const J2kSpec spec = { SIDE, SIDE, 1, 12, FALSE, FALSE, 4, FALSE };
  gint32 samples[SIDE * SIDE];

  for (guint i = 0; i < SIDE * SIDE; i++)
    samples[i] = (gint32) ((i % SIDE) * 60 + (i / SIDE) * 50);
  g_autoptr (GBytes) stream = j2k_write (&spec, samples);
  g_autoptr (GBytes) file = file_of (&gray, LOSSY, (const GBytes *[]){ stream }, 1);
  g_autoptr (Called) frame = call_frame (file, 0);

  g_assert_null (frame->answer.error);
  g_assert_cmpuint (frame->answer.bulk_size, ==, SIDE * SIDE * 2);
  for (guint i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpint (ABS ((int) ((guint16 *) frame->answer.bulk)[i] - samples[i]), <, 40);
}

/* A small picture of a slope is the slope again, to half a pixel, whether or not it was decoded
 * small. */
static void
test_reduced (void)
{
  const BuildImage image = { 64, 64, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  const J2kSpec spec = { 64, 64, 1, 8, FALSE, FALSE, 0, FALSE };
  gint32 samples[64 * 64];

  for (guint i = 0; i < 64 * 64; i++)
    samples[i] = (gint32) (i % 64) * 4;
  g_autoptr (GBytes) stream = j2k_write (&spec, samples);
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  build_patient (build, NULL, "A");
  build_image (build, &image);
  build_text (build, 0x00281050, "DS", "128");
  build_text (build, 0x00281051, "DS", "256");
  build_fragments (build, (const GBytes *[]){ stream }, 1);
  g_autoptr (GBytes) file = build_file (build, LOSSLESS);
  ReaderJ2kInfo info;

  g_assert_true (
      reader_j2k_probe (g_bytes_get_data (stream, NULL), g_bytes_get_size (stream), &info));
  g_assert_cmpuint (info.halvings, ==, 3);
  for (guint side = 64; side >= 4; side /= 2)
    {
      g_autoptr (Called) picture =
          call_verb (reader_verb_picture, file,
                     g_variant_new_parsed ("{'frame': <@u 0>, 'size': <%u>}", side));

      g_assert_null (picture->answer.error);
      g_assert_cmpuint (called_uint (picture, "columns"), ==, side);
      for (guint x = 0; x < side; x++)
        g_assert_cmpint (
            ABS ((int) picture->answer.bulk[x * 3] - (int) ((x * 2 + 1) * 64 / side - 1) * 2), <=,
            (int) (64 / side * 2 + 2));
    }
}

static void
test_cut_off (void)
{
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (1, FALSE, words);
  const gsize n = g_bytes_get_size (stream);
  guint partial = 0;

  for (gsize cut = 0; cut < n - 2; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (stream, 0, cut);
      g_autoptr (GBytes) file = file_of (&gray, LOSSLESS, (const GBytes *[]){ part }, 1);
      g_autoptr (Called) frame = call_frame (file, 0);

      if (frame->answer.error != NULL)
        continue;
      g_assert_cmpuint (frame->answer.bulk_size, ==, sizeof words);
      if (memcmp (frame->answer.bulk, words, sizeof words) != 0)
        {
          g_assert_cmpstr (called_string (frame, "problem"), !=, "");
          partial++;
        }
    }
  g_assert_cmpuint (partial, >, n / 4);
}

static void
put_u32 (guint8 *p, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (p, &value, 4);
}

/* What stands in SIZ is not believed: its sizes are those of the dataset, or nothing is allocated.
 */
static void
test_lying_sizes (void)
{
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (1, FALSE, words);
  const gsize n = g_bytes_get_size (stream);
  static const struct
  {
    guint at;
    guint32 value;
  } lies[] = {
    { 8, 0xffffffffu }, { 8, 65535 },        { 12, 33 },         { 8, 0 },
    { 16, SIDE },       { 16, 0xffffffffu }, { 20, 1 },          { 24, 0 },
    { 24, 0xffffffff }, { 24, 1 },           { 28, 0 },          { 32, 31 },
    { 32, 0xfffffff0 }, { 40, 0x00000b01 },  { 40, 0x40000b01 }, { 40, 0x00050b01 },
    { 40, 0x00010b00 }, { 40, 0x00012501 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (stream, NULL), n);

      put_u32 (copy + lies[i].at, lies[i].value);
      g_autoptr (GBytes) lying = g_bytes_new (copy, n);
      g_autoptr (GBytes) file = file_of (&gray, LOSSLESS, (const GBytes *[]){ lying }, 1);
      g_autoptr (Called) frame = call_frame (file, 0);

      if (lies[i].at == 24 && lies[i].value == 0xffffffff)
        continue; /* one tile, larger than the picture: allowed */
      /* Smaller tiles than there are leave some of the picture out, which is told. */
      g_assert_true (frame->answer.error != NULL || *called_string (frame, "problem") != '\0');
    }
}

static void
test_monstrous (void)
{
  const BuildImage image = { 65535, 65535, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  const BuildImage large = { 20000, 20000, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  const BuildImage *const images[] = { &image, &large };
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (1, FALSE, words);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree guint8 *copy =
          g_memdup2 (g_bytes_get_data (stream, NULL), g_bytes_get_size (stream));

      for (guint at = 8; at <= 28; at += at == 12 ? 12 : 4)
        put_u32 (copy + at, images[i]->rows);
      g_autoptr (GBytes) lying = g_bytes_new (copy, g_bytes_get_size (stream));
      g_autoptr (GBytes) file = file_of (images[i], LOSSLESS, (const GBytes *[]){ lying }, 1);
      g_autoptr (Called) picture = call_verb (
          reader_verb_picture, file, g_variant_new_parsed ("{'frame': <@u 0>, 'size': <@u 8>}"));
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_nonnull (picture->answer.error);
      g_assert_nonnull (frame->answer.error);
    }
}

/* Every byte of a small codestream once wrong: no crash, and a whole frame or an error. */
static void
test_every_byte_wrong (void)
{
  guint16 words[SIDE * SIDE];
  g_autoptr (GBytes) stream = diagonal (1, TRUE, words);
  const gsize n = g_bytes_get_size (stream);

  for (gsize i = 0; i < n; i++)
    for (guint k = 0; k < 2; k++)
      {
        g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (stream, NULL), n);

        copy[i] ^= k == 0 ? 0xff : 0x01;
        g_autoptr (GBytes) wrong = g_bytes_new (copy, n);
        g_autoptr (GBytes) file = file_of (&gray, LOSSLESS, (const GBytes *[]){ wrong }, 1);
        g_autoptr (Called) frame = call_frame (file, 0);

        if (frame->answer.error == NULL)
          g_assert_cmpuint (frame->answer.bulk_size, ==, sizeof words);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/j2k/lossless", test_lossless);
  g_test_add_func ("/dicom/j2k/alias-is-undone", test_alias_is_undone);
  g_test_add_func ("/dicom/j2k/signed-and-colour", test_signed_and_colour);
  g_test_add_func ("/dicom/j2k/fragments", test_fragments);
  g_test_add_func ("/dicom/j2k/missing-frames", test_missing_frames);
  g_test_add_func ("/dicom/j2k/lossy", test_lossy);
  g_test_add_func ("/dicom/j2k/reduced", test_reduced);
  g_test_add_func ("/dicom/j2k/cut-off", test_cut_off);
  g_test_add_func ("/dicom/j2k/lying-sizes", test_lying_sizes);
  g_test_add_func ("/dicom/j2k/monstrous", test_monstrous);
  g_test_add_func ("/dicom/j2k/every-byte-wrong", test_every_byte_wrong);
  return g_test_run ();
}
