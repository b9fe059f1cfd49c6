/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames in JPEG XL, deflated, or merely wrapped; and what is named without being shown. */
#include "codec_jxl.h"
#include "dicom_builder.h"

#include <fcntl.h>
#include <jxl/encode.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define WRAPPED "1.2.840.10008.1.2.1.98"
#define DEFLATED "1.2.840.10008.1.2.8.1"
#define JXL "1.2.840.10008.1.2.4.110"
#define JXL_LOSSY "1.2.840.10008.1.2.4.112"
#define SIDE 24
#define N (SIDE * SIDE)

static const BuildImage gray = { SIDE, SIDE, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
static const BuildImage rgb = { SIDE, SIDE, 3, 8, 8, 7, 0, FALSE, 0, "RGB" };

static GBytes *
file_of (const BuildImage *image, const char *syntax, const GBytes *const *fragments, guint n)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "A");
  build_image (build, image);
  build_fragments (build, fragments, n);
  return build_file (build, syntax);
}

static void
fill_words (guint16 *words, guint seed)
{
  for (guint i = 0; i < N; i++)
    words[i] = (guint16) ((i % SIDE * 97 + i / SIDE * 55 + seed * 1000) & 0xfff);
}

static void
assert_pixels (const Called *called, gconstpointer expected, gsize n)
{
  g_assert_null (called->answer.error);
  g_assert_cmpstr (called_string (called, "problem"), ==, "");
  g_assert_cmpmem (called->answer.bulk, called->answer.bulk_size, expected, n);
}

static GBytes *
deflate_bytes (gconstpointer data, gsize n)
{
  g_autofree guint8 *out = g_malloc (n + 1024);
  z_stream z = { 0 };

  g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==, Z_OK);
  z.next_in = (guint8 *) data;
  z.avail_in = (uInt) n;
  z.next_out = out;
  z.avail_out = (uInt) (n + 1024);
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  deflateEnd (&z);
  return g_bytes_new (out, z.total_out);
}

static void
test_deflated (void)
{
  guint16 words[2][N];
  BuildImage image = gray;

  image.frames = 2;
  fill_words (words[0], 1);
  fill_words (words[1], 2);
  g_autoptr (GBytes) first = deflate_bytes (words[0], sizeof words[0]);
  g_autoptr (GBytes) second = deflate_bytes (words[1], sizeof words[1]);
  g_autoptr (GBytes) file = file_of (&image, DEFLATED, (const GBytes *[]){ first, second }, 2);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);

  g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, DEFLATED);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Called) frame = call_frame (file, i);

      assert_pixels (frame, words[i], sizeof words[i]);
    }
}

/* A stream that is cut off, one that is none, and one that inflates to a hundred frames. */
static void
test_deflated_wrong (void)
{
  g_autofree guint16 *words = g_new0 (guint16, N * 100);

  fill_words (words, 1);
  g_autoptr (GBytes) whole = deflate_bytes (words, N * 2);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  g_autoptr (GBytes) none = g_bytes_new_static ("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  g_autoptr (GBytes) bomb = deflate_bytes (words, N * 200);
  g_autoptr (GBytes) f1 = file_of (&gray, DEFLATED, (const GBytes *[]){ cut }, 1);
  g_autoptr (GBytes) f2 = file_of (&gray, DEFLATED, (const GBytes *[]){ none }, 1);
  g_autoptr (GBytes) f3 = file_of (&gray, DEFLATED, (const GBytes *[]){ bomb }, 1);
  g_autoptr (Called) partial = call_frame (f1, 0);
  g_autoptr (Called) damaged = call_frame (f2, 0);
  g_autoptr (Called) first = call_frame (f3, 0);

  g_assert_null (partial->answer.error);
  g_assert_cmpstr (called_string (partial, "problem"), !=, "");
  g_assert_cmpmem (partial->answer.bulk, 64, words, 64);
  g_assert_cmpstr (damaged->answer.error, ==, "unreadable");
  assert_pixels (first, words, N * 2);
}

/* One frame in two items; colour by plane and halved chroma as they may stand uncompressed. */
static void
test_wrapped (void)
{
  const BuildImage planes = { 1, 2, 3, 8, 8, 7, 1, FALSE, 0, "RGB" };
  const BuildImage halved = { 1, 2, 3, 8, 8, 7, 0, FALSE, 0, "YBR_FULL_422" };
  guint16 words[N];

  fill_words (words, 3);
  g_autoptr (GBytes) first = g_bytes_new (words, 100);
  g_autoptr (GBytes) second = g_bytes_new ((guint8 *) words + 100, sizeof words - 100);
  g_autoptr (GBytes) colours = g_bytes_new_static ("\1\4\2\5\3\6", 6);
  g_autoptr (GBytes) pair = g_bytes_new_static ("\144\62\200\200", 4);
  g_autoptr (GBytes) f1 = file_of (&gray, WRAPPED, (const GBytes *[]){ first, second }, 2);
  g_autoptr (GBytes) f2 = file_of (&planes, WRAPPED, (const GBytes *[]){ colours }, 1);
  g_autoptr (GBytes) f3 = file_of (&halved, WRAPPED, (const GBytes *[]){ pair }, 1);
  g_autoptr (GBytes) f4 = file_of (&gray, WRAPPED, (const GBytes *[]){ first }, 1);
  g_autoptr (Called) c1 = call_frame (f1, 0);
  g_autoptr (Called) c2 = call_frame (f2, 0);
  g_autoptr (Called) c3 = call_frame (f3, 0);
  g_autoptr (Called) c4 = call_frame (f4, 0);

  assert_pixels (c1, words, sizeof words);
  assert_pixels (c2, "\1\2\3\4\5\6", 6);
  assert_pixels (c3, "\144\144\144\62\62\62", 6);
  g_assert_null (c4->answer.error);
  g_assert_cmpstr (called_string (c4, "problem"), !=, "");
  g_assert_cmpmem (c4->answer.bulk, 100, words, 100);
}

/* distance 0: without loss. */
static GBytes *
jxl_write (guint samples, guint bits, gconstpointer pixels, gsize n, float distance)
{
  JxlEncoder *encoder = JxlEncoderCreate (NULL);
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate (encoder, NULL);
  const JxlPixelFormat format = { samples, bits > 8 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
                                  JXL_LITTLE_ENDIAN, 0 };
  JxlBasicInfo info;
  JxlColorEncoding colour;
  g_autofree guint8 *out = g_malloc (64 * 1024);
  guint8 *next = out;
  gsize left = 64 * 1024;

  JxlEncoderInitBasicInfo (&info);
  info.xsize = info.ysize = SIDE;
  info.bits_per_sample = bits;
  info.num_color_channels = samples;
  info.uses_original_profile = distance <= 0;
  g_assert_cmpint (JxlEncoderSetBasicInfo (encoder, &info), ==, JXL_ENC_SUCCESS);
  JxlColorEncodingSetToSRGB (&colour, samples == 1);
  g_assert_cmpint (JxlEncoderSetColorEncoding (encoder, &colour), ==, JXL_ENC_SUCCESS);
  JxlEncoderSetFrameLossless (settings, distance <= 0);
  if (distance > 0)
    JxlEncoderSetFrameDistance (settings, distance);
  g_assert_cmpint (JxlEncoderAddImageFrame (settings, &format, pixels, n), ==, JXL_ENC_SUCCESS);
  JxlEncoderCloseInput (encoder);
  g_assert_cmpint (JxlEncoderProcessOutput (encoder, &next, &left), ==, JXL_ENC_SUCCESS);
  JxlEncoderDestroy (encoder);
  return g_bytes_new (out, (gsize) (next - out));
}

/* Twelve bits, as libjxl wants them: stretched to sixteen. */
static GBytes *
jxl_of_words (const guint16 *words)
{
  guint16 stretched[N];

  for (guint i = 0; i < N; i++)
    stretched[i] = (guint16) ((words[i] * 65535u + 2047) / 4095);
  return jxl_write (1, 12, stretched, sizeof stretched, 0);
}

static void
test_jxl (void)
{
  guint16 words[N];
  guint8 bytes[N * 3];

  fill_words (words, 4);
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i % 3 == 0 ? i / 3 : i * 5);
  g_autoptr (GBytes) stream = jxl_of_words (words);
  g_autoptr (GBytes) colour = jxl_write (3, 8, bytes, sizeof bytes, 0);
  g_autoptr (GBytes) f1 = file_of (&gray, JXL, (const GBytes *[]){ stream }, 1);
  g_autoptr (GBytes) f2 = file_of (&rgb, JXL, (const GBytes *[]){ colour }, 1);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, f1, NULL);
  g_autoptr (Called) c1 = call_frame (f1, 0);
  g_autoptr (Called) c2 = call_frame (f2, 0);

  g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, JXL);
  assert_pixels (c1, words, sizeof words);
  assert_pixels (c2, bytes, sizeof bytes);
}

/* Coded by libjxl's own colours: what comes out is RGB, whatever the dataset calls it. */
static void
test_jxl_lossy (void)
{
  BuildImage image = rgb;
  guint8 bytes[N * 3];

  image.photometric = "YBR_FULL";
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i % 3 == 0 ? 200 : i % 3 == 1 ? 40 : 90);
  g_autoptr (GBytes) colour = jxl_write (3, 8, bytes, sizeof bytes, 1);
  g_autoptr (GBytes) file = file_of (&image, JXL_LOSSY, (const GBytes *[]){ colour }, 1);
  g_autoptr (Called) frame = call_frame (file, 0);

  g_assert_null (frame->answer.error);
  g_assert_cmpuint (frame->answer.bulk_size, ==, sizeof bytes);
  for (guint i = 0; i < sizeof bytes; i++)
    g_assert_cmpint (ABS (frame->answer.bulk[i] - bytes[i]), <=, 6);
}

/* libjxl tells everybody about damage, thousands of times here. */
static int
hush (void)
{
  int standard_error = dup (2), nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  dup2 (nowhere, 2);
  close (nowhere);
  return standard_error;
}

/* Cut off anywhere, every byte once wrong, and other sizes than the dataset's: a whole frame or an
 * error. */
static void
test_jxl_wrong (void)
{
  BuildImage other = gray;
  guint16 words[N];

  fill_words (words, 5);
  g_autoptr (GBytes) stream = jxl_of_words (words);
  const gsize n = g_bytes_get_size (stream);
  guint wrong = 0, shown = 0;
  int standard_error;

  other.rows = SIDE - 1;
  g_autoptr (GBytes) file = file_of (&other, JXL, (const GBytes *[]){ stream }, 1);
  g_autoptr (Called) wrong_size = call_frame (file, 0);
  g_assert_cmpstr (wrong_size->answer.error, ==, "unreadable");
  standard_error = hush ();
  for (gsize i = 0; i < 2 * n; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (stream, NULL), n);

      copy[i % n] ^= 0x55;
      g_autoptr (GBytes) bad =
          i < n ? g_bytes_new (copy, n) : g_bytes_new_from_bytes (stream, 0, i - n);
      g_autoptr (GBytes) lying = file_of (&gray, JXL, (const GBytes *[]){ bad }, 1);
      g_autoptr (Called) frame = call_frame (lying, 0);

      shown += frame->answer.error == NULL;
      wrong += frame->answer.error == NULL && frame->answer.bulk_size != sizeof words;
    }
  dup2 (standard_error, 2);
  close (standard_error);
  g_assert_cmpuint (wrong, ==, 0);
  g_assert_cmpuint (shown, <, 2 * n);
}

/* The file itself ends inside of a frame: what there is of it is shown. */
static void
test_file_cut_off (void)
{
  guint16 words[N];

  fill_words (words, 6);
  g_autoptr (GBytes) stream = g_bytes_new (words, sizeof words);
  g_autoptr (GBytes) file = file_of (&gray, WRAPPED, (const GBytes *[]){ stream }, 1);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (file, 0, g_bytes_get_size (file) - 508);
  g_autoptr (Called) frame = call_frame (cut, 0);

  g_assert_null (frame->answer.error);
  g_assert_cmpstr (called_string (frame, "problem"), !=, "");
  g_assert_cmpmem (frame->answer.bulk, sizeof words - 500, words, sizeof words - 500);
  g_assert_cmpuint (frame->answer.bulk[sizeof words - 1], ==, 0);
}

static void
test_named_not_shown (void)
{
  static const struct
  {
    const char *uid, *word;
  } syntaxes[] = {
    { "1.2.840.10008.1.2.4.94", "server" },    { "1.2.840.10008.1.2.4.100", "MPEG-2" },
    { "1.2.840.10008.1.2.4.101.1", "MPEG-2" }, { "1.2.840.10008.1.2.4.102", "H.264" },
    { "1.2.840.10008.1.2.4.106", "H.264" },    { "1.2.840.10008.1.2.4.107", "HEVC" },
    { "1.2.840.10008.1.2.4.108", "HEVC" },     { "1.2.840.10008.1.2.4.204", "server" },
  };
  g_autoptr (GBytes) stream = g_bytes_new_static ("\0\0\1\263\24\0\360\23", 8);

  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    {
      g_autoptr (GBytes) file = file_of (&rgb, syntaxes[i].uid, (const GBytes *[]){ stream }, 1);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_null (inspected->answer.error);
      g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, syntaxes[i].uid);
      g_assert_false (called_boolean (inspected, "renderable"));
      g_assert_nonnull (strstr (called_string (inspected, "problem"), syntaxes[i].word));
      g_assert_cmpstr (frame->answer.error, ==, "unsupported");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/encapsulated/deflated", test_deflated);
  g_test_add_func ("/dicom/encapsulated/deflated-wrong", test_deflated_wrong);
  g_test_add_func ("/dicom/encapsulated/wrapped", test_wrapped);
  g_test_add_func ("/dicom/encapsulated/jxl", test_jxl);
  g_test_add_func ("/dicom/encapsulated/jxl-lossy", test_jxl_lossy);
  g_test_add_func ("/dicom/encapsulated/jxl-wrong", test_jxl_wrong);
  g_test_add_func ("/dicom/encapsulated/file-cut-off", test_file_cut_off);
  g_test_add_func ("/dicom/encapsulated/named-not-shown", test_named_not_shown);
  return g_test_run ();
}
