/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pixel data that ends too soon, in every form in which it can stand in a file: the part that is
 * there is shown, and it is said that there is no more. */
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmjpeg/djrplol.h"
#include "dcmtk/dcmjpeg/djrploss.h"
#include "dcmtk/dcmjpls/djrparam.h"

#include <glib.h> /* brings C++ headers, which may not stand inside the next block */
#include <jxl/encode.h>
#include <string.h>
#include <vector>
#include <zlib.h>

extern "C"
{
#include "dicom_builder.h"
#include "j2k_writer.h"
}

static const guint frame_count = 4;

typedef std::vector<guint8> Bytes;

#define NATIVE "1.2.840.10008.1.2.1"

/* The samples of high_throughput_sample, 32 times 32 of 8 bits, as a codestream of T.814. OpenJPEG
 * writes none; OpenJPH did. */
static const guint high_throughput_side = 32;
static const char high_throughput[] =
    "ff4fff510029400000000020000000200000000000000000000000200000002000000000000000000001070101ff"
    "500008000200000004ff52000c00020001000304044001ff5c000d2050585860585858505058ff90000a00000000"
    "023a0001ff93c016a8f9c7d3fd3a01f9122e460c3e30e601654c10073700c00ad801550015200282322a8afe40b2"
    "68053597000280add9724bae4f3600fb3ff042f30eccb600c00ba2801749002e884854058c613b8a083260b45c01"
    "55a028c0f8675bcb738624be77dc8be4187a3a9001c280c12179f3d4306921c4850444404444c060248416405198"
    "1fd6eb25e07e2554959201200ad1e9950119346a4b83122b2ecb95e309f16001ad2d3a2ba8555359875809bf00c0"
    "17ba4017bd400be830d504da220082846d00893d40d2f009049f20a011e1090079018020906780742e0091c4233d"
    "481330b60d085c1b0030a03201501a0100fa4327e8b2ebcbfbdc1df7dfd1b0a1daf367db8fdedf27d9f07bee492e"
    "3eb1db9e566da176612ad17f42abe7a6857f8ecdb315c4d7d1d2857a77bd7ded03112308141308968dcbca72598a"
    "85495a982401d01a0000db0600649890c83049a464cda9a49a590510888912808922401a062010a4c1000482fe7b"
    "5cbefec27753a97d5d4362e4e0b3bfb4cdda7e7a7e4d083d38b341e8dec917fb53bc749d87505cf91a8c3c596e99"
    "075b8f5be542af2637573e69969b8f50049be6a8c8eb8c44698d1ca5244369a4a22c5ad22b4a93d91153da3649da"
    "36c97466242c37990aa569858a93890a97114b2c3ae999c4a2c9ce24ae9d85d6358bda200927d7513eac4fe53baf"
    "bbdefbcfb03e9fdd9bf569da9badc92b8f24655b3d2e48fddd335b0dde7914923b7a265ea53a86dbba9eefb94fd5"
    "dfeb265d124bfba45304ffd9";

static guint8
high_throughput_sample (guint x, guint y)
{
  return (guint8) (x * 5 + y * 3 + x * y % 7);
}

/* What a form can hold, and how its beginning is known again. */
struct Form
{
  const char *name, *uid;
  E_TransferSyntax syntax; /* DCMTK makes it; EXS_Unknown: somebody else */
  guint side, bits, samples;
  bool lossy;
  guint whole; /* so many hundredths of the lines are right when half of the bytes are there; 0:
                  it comes blurred before it comes sharp */
};

/* Noise on a slope, so that no part of it is compressed to nothing. */
static Bytes
picture (const Form &form, guint seed)
{
  const gsize n = (gsize) form.side * form.side * form.samples;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed + 1);
  Bytes bytes (n * form.bits / 8);

  for (gsize i = 0; i < n; i++)
    {
      if (g_str_equal (form.name, "high-throughput"))
        {
          bytes[i] = high_throughput_sample ((guint) i % form.side, (guint) i / form.side);
          continue;
        }
      const guint slope =
          (guint) (i % (form.side * form.samples) + i / form.side / form.samples) % 200 / 2 + 20;

      if (form.bits == 16)
        ((guint16 *) bytes.data ())[i] =
            (guint16) (slope * 12 + (guint) g_rand_int_range (rand, 0, 60));
      else
        bytes[i] = (guint8) (slope + (guint) g_rand_int_range (rand, 0, 30));
    }
  return bytes;
}

static GBytes *
by_openjpeg (const Form &form, const Bytes &pixels)
{
  const J2kSpec spec = { form.side, form.side, form.samples, 12, FALSE, FALSE, 0, FALSE };
  std::vector<gint32> samples ((gsize) form.side * form.side * form.samples);

  for (gsize i = 0; i < samples.size (); i++)
    samples[i] = ((const guint16 *) pixels.data ())[i];
  return j2k_write (&spec, samples.data ());
}

static GBytes *
by_jxl (const Form &form, const Bytes &pixels)
{
  JxlEncoder *encoder = JxlEncoderCreate (NULL);
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate (encoder, NULL);
  const JxlPixelFormat format = { form.samples, JXL_TYPE_UINT8, JXL_LITTLE_ENDIAN, 0 };
  JxlBasicInfo info;
  JxlColorEncoding colour;
  Bytes out (pixels.size () * 2);
  guint8 *next = out.data ();
  gsize left = out.size ();

  JxlEncoderInitBasicInfo (&info);
  info.xsize = info.ysize = form.side;
  info.bits_per_sample = 8;
  info.num_color_channels = form.samples;
  info.uses_original_profile = JXL_TRUE;
  JxlColorEncodingSetToSRGB (&colour, form.samples == 1);
  g_assert_cmpint (JxlEncoderSetBasicInfo (encoder, &info), ==, JXL_ENC_SUCCESS);
  g_assert_cmpint (JxlEncoderSetColorEncoding (encoder, &colour), ==, JXL_ENC_SUCCESS);
  JxlEncoderSetFrameLossless (settings, JXL_TRUE);
  /* In passes, as a picture that is to be seen early is written. */
  JxlEncoderFrameSettingsSetOption (settings, JXL_ENC_FRAME_SETTING_RESPONSIVE, 1);
  JxlEncoderFrameSettingsSetOption (settings, JXL_ENC_FRAME_SETTING_EFFORT, 3);
  g_assert_cmpint (JxlEncoderAddImageFrame (settings, &format, pixels.data (), pixels.size ()), ==,
                   JXL_ENC_SUCCESS);
  JxlEncoderCloseInput (encoder);
  g_assert_cmpint (JxlEncoderProcessOutput (encoder, &next, &left), ==, JXL_ENC_SUCCESS);
  JxlEncoderDestroy (encoder);
  return g_bytes_new (out.data (), out.size () - left);
}

static GBytes *
by_zlib (const Bytes &pixels)
{
  Bytes out (pixels.size () * 2);
  z_stream z = {};

  g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==, Z_OK);
  z.next_in = (Bytef *) pixels.data ();
  z.avail_in = (uInt) pixels.size ();
  z.next_out = out.data ();
  z.avail_out = (uInt) out.size ();
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  deflateEnd (&z);
  return g_bytes_new (out.data (), z.total_out);
}

static GBytes *
by_openjph (void)
{
  Bytes out;

  for (const char *p = high_throughput; *p != '\0'; p += 2)
    out.push_back ((guint8) (g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1])));
  return g_bytes_new (out.data (), out.size ());
}

static BuildImage
image_of (const Form &form, guint frames)
{
  const guint stored = form.bits == 16 ? 12 : 8;

  return {
    form.side,  form.side, form.samples, form.bits, stored,
    stored - 1, 0,         FALSE,        frames,    form.samples == 3 ? "RGB" : "MONOCHROME2"
  };
}

static GBytes *
file_of (const Form &form, guint frames, const std::vector<GBytes *> &fragments)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = image_of (form, frames);

  build_patient (build, NULL, "Doe");
  build_image (build, &image);
  if (g_str_equal (form.uid, NATIVE))
    {
      gsize n = 0;

      for (GBytes *fragment : fragments)
        n += g_bytes_get_size (fragment);
      build_head (build, 0x7fe00010, form.bits == 16 ? "OW" : "OB", (guint32) n);
      for (GBytes *fragment : fragments)
        g_byte_array_append (build->bytes, (const guint8 *) g_bytes_get_data (fragment, NULL),
                             (guint) g_bytes_get_size (fragment));
    }
  else
    build_fragments (build, (const GBytes *const *) fragments.data (), (guint) fragments.size ());
  return build_file (build, form.uid);
}

static GBytes *
by_dcmtk (const Form &form, const Bytes &pixels)
{
  const DJ_RPLossless lossless;
  const DJ_RPLossy lossy (95);
  const DJLSRepresentationParameter loco (0, OFTrue);
  const DcmRepresentationParameter *parameter = NULL;
  E_TransferSyntax syntax = EXS_Unknown;
  DcmElement *element = NULL;
  DcmPixelSequence *sequence = NULL;
  DcmPixelItem *item = NULL;
  Uint8 *data = NULL;
  DcmDataset dataset;

  if (form.syntax == EXS_JPEGProcess14SV1)
    parameter = &lossless;
  else if (form.syntax == EXS_JPEGLSLossless)
    parameter = &loco;
  else if (form.syntax != EXS_RLELossless)
    parameter = &lossy;
  dataset.putAndInsertString (DCM_SOPClassUID, UID_CTImageStorage);
  dataset.putAndInsertString (DCM_PhotometricInterpretation,
                              form.samples == 3 ? "RGB" : "MONOCHROME2");
  dataset.putAndInsertUint16 (DCM_SamplesPerPixel, (Uint16) form.samples);
  if (form.samples == 3)
    dataset.putAndInsertUint16 (DCM_PlanarConfiguration, 0);
  dataset.putAndInsertUint16 (DCM_Rows, (Uint16) form.side);
  dataset.putAndInsertUint16 (DCM_Columns, (Uint16) form.side);
  dataset.putAndInsertUint16 (DCM_BitsAllocated, (Uint16) form.bits);
  dataset.putAndInsertUint16 (DCM_BitsStored, form.bits == 16 ? 12 : 8);
  dataset.putAndInsertUint16 (DCM_HighBit, form.bits == 16 ? 11 : 7);
  dataset.putAndInsertUint16 (DCM_PixelRepresentation, 0);
  if (form.bits == 16)
    dataset.putAndInsertUint16Array (DCM_PixelData, (const Uint16 *) pixels.data (),
                                     pixels.size () / 2);
  else
    dataset.putAndInsertUint8Array (DCM_PixelData, pixels.data (), pixels.size ());
  g_assert_true (dataset.chooseRepresentation (form.syntax, parameter).good ());
  dataset.removeAllButCurrentRepresentations ();
  g_assert_true (dataset.findAndGetElement (DCM_PixelData, element).good ());
  OFstatic_cast (DcmPixelData *, element)->getOriginalRepresentationKey (syntax, parameter);
  g_assert_true (OFstatic_cast (DcmPixelData *, element)
                     ->getEncapsulatedRepresentation (form.syntax, parameter, sequence)
                     .good ());
  g_assert_cmpuint (sequence->card (), ==, 2);
  g_assert_true (sequence->getItem (item, 1).good ());
  g_assert_true (item->getUint8Array (data).good ());
  return g_bytes_new (data, item->getLength ());
}

static GBytes *
compress (const Form &form, const Bytes &pixels)
{
  if (form.syntax != EXS_Unknown)
    return by_dcmtk (form, pixels);
  if (g_str_equal (form.name, "jpeg-2000"))
    return by_openjpeg (form, pixels);
  if (g_str_has_prefix (form.name, "jpeg-xl"))
    return by_jxl (form, pixels);
  if (g_str_equal (form.name, "high-throughput"))
    return by_openjph ();
  if (g_str_equal (form.name, "deflated"))
    return by_zlib (pixels);
  return g_bytes_new (pixels.data (), pixels.size ());
}

/* Lines from above on that are what they were. */
static guint
lines_right (const Form &form, const Called *called, const Bytes &pixels)
{
  const gsize line = (gsize) form.side * form.samples * form.bits / 8;
  guint right = 0;

  g_assert_cmpuint (called->answer.bulk_size, ==, pixels.size ());
  for (; right < form.side; right++)
    if (memcmp (called->answer.bulk + right * line, pixels.data () + right * line, line) != 0)
      break;
  return right;
}

/* Lossy forms are right when they are what they were when they were whole. */
static Bytes
as_shown (const Form &form, GBytes *file, guint frame, const Bytes &pixels)
{
  g_autoptr (Called) called = call_frame (file, frame);

  g_assert_cmpstr (called->answer.error, ==, NULL);
  if (!form.lossy)
    return pixels;
  return Bytes (called->answer.bulk, called->answer.bulk + called->answer.bulk_size);
}

static void
assert_whole (const Form &form, GBytes *file, guint frame, const Bytes &pixels)
{
  g_autoptr (Called) called = call_frame (file, frame);

  g_assert_cmpstr (called->answer.error, ==, NULL);
  g_assert_cmpstr (called_string (called, "problem"), ==, "");
  g_assert_cmpuint (lines_right (form, called, pixels), ==, form.side);
}

/* How far samples are from what they should be, on average, and how far nothing is. */
static void
assert_likeness (const Form &form, const Called *called, const Bytes &pixels)
{
  double off = 0, nothing = 0;

  for (gsize i = 0; i < pixels.size () * 8 / form.bits; i++)
    {
      const int is =
          form.bits == 16 ? ((const guint16 *) called->answer.bulk)[i] : called->answer.bulk[i];
      const int was = form.bits == 16 ? ((const guint16 *) pixels.data ())[i] : pixels[i];

      off += ABS (is - was);
      nothing += was;
    }
  g_test_message ("%s: %.2f of nothing", form.name, off / nothing);
  g_assert_cmpfloat (off, <, nothing * 0.75);
}

static void
assert_part (const Form &form, GBytes *file, guint frame, const Bytes &pixels, guint hundredths)
{
  g_autoptr (Called) called = call_frame (file, frame);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
  g_autoptr (Called) hash = call_verb (reader_verb_hash, file, NULL);

  g_assert_cmpstr (called->answer.error, ==, NULL);
  g_assert_cmpstr (called_string (called, "problem"), ==, "Part of the picture is missing.");
  const guint right = lines_right (form, called, pixels);
  g_test_message ("%s: %u of %u lines", form.name, right, form.side);
  g_assert_cmpuint (right, >=, form.side * hundredths / 100);
  g_assert_cmpuint (right, <, form.side);
  if (hundredths == 0)
    assert_likeness (form, called, pixels);
  g_assert_true (called_boolean (inspected, "renderable"));
  if (g_str_equal (form.uid, NATIVE))
    g_assert_cmpstr (called_string (inspected, "problem"), !=, "");
  /* A fingerprint of what is not there would be a lie. */
  g_assert_nonnull (hash->answer.error);
}

static const Form forms[] = {
  { "rle", "1.2.840.10008.1.2.5", EXS_RLELossless, 96, 8, 1, false, 45 },
  { "rle-16", "1.2.840.10008.1.2.5", EXS_RLELossless, 96, 16, 1, false, 0 },
  { "jpeg-baseline", "1.2.840.10008.1.2.4.50", EXS_JPEGProcess1, 96, 8, 1, true, 25 },
  { "jpeg-extended", "1.2.840.10008.1.2.4.51", EXS_JPEGProcess2_4, 96, 16, 1, true, 25 },
  { "jpeg-lossless", "1.2.840.10008.1.2.4.70", EXS_JPEGProcess14SV1, 96, 16, 1, false, 35 },
  { "jpeg-lossless-colour", "1.2.840.10008.1.2.4.70", EXS_JPEGProcess14SV1, 96, 8, 3, false, 35 },
  { "jpeg-ls", "1.2.840.10008.1.2.4.80", EXS_JPEGLSLossless, 96, 16, 1, false, 35 },
  { "jpeg-ls-8", "1.2.840.10008.1.2.4.80", EXS_JPEGLSLossless, 96, 8, 1, false, 35 },
  { "jpeg-ls-colour", "1.2.840.10008.1.2.4.80", EXS_JPEGLSLossless, 96, 8, 3, false, 35 },
  { "jpeg-2000", "1.2.840.10008.1.2.4.90", EXS_Unknown, 96, 16, 1, false, 0 },
  { "jpeg-xl", "1.2.840.10008.1.2.4.110", EXS_Unknown, 600, 8, 1, false, 0 },
  { "jpeg-xl-colour", "1.2.840.10008.1.2.4.110", EXS_Unknown, 600, 8, 3, false, 0 },
  { "deflated", "1.2.840.10008.1.2.8.1", EXS_Unknown, 96, 16, 1, false, 35 },
  { "high-throughput", "1.2.840.10008.1.2.4.201", EXS_Unknown, high_throughput_side, 8, 1, false,
    0 },
  { "native", NATIVE, EXS_Unknown, 96, 16, 1, false, 45 },
  { "native-colour", NATIVE, EXS_Unknown, 96, 8, 3, false, 45 },
  { "rle-colour", "1.2.840.10008.1.2.5", EXS_RLELossless, 96, 8, 3, false, 0 },
  { "wrapped", "1.2.840.10008.1.2.1.98", EXS_Unknown, 96, 16, 1, false, 45 },
};

/* One picture: a fragment that is too short in a file that is in order, and a file that ends. */
static void
test_single (gconstpointer data)
{
  const Form &form = *(const Form *) data;
  Bytes pixels = picture (form, 0);
  g_autoptr (GBytes) stream = compress (form, pixels);
  const gsize n = g_bytes_get_size (stream);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (stream, 0, n / 2);
  g_autoptr (GBytes) whole_file = file_of (form, 0, { stream });
  g_autoptr (GBytes) half_file = file_of (form, 0, { half });
  g_autoptr (GBytes) cut_file =
      g_bytes_new_from_bytes (whole_file, 0, g_bytes_get_size (whole_file) - 8 - n / 2);

  pixels = as_shown (form, whole_file, 0, pixels);
  assert_whole (form, whole_file, 0, pixels);
  assert_part (form, half_file, 0, pixels, form.whole);
  assert_part (form, cut_file, 0, pixels, form.whole);
}

/* Several, of which the third ends in its middle. */
static void
test_many (gconstpointer data)
{
  const Form &form = *(const Form *) data;
  std::vector<Bytes> pixels;
  std::vector<GBytes *> streams;

  for (guint i = 0; i < frame_count; i++)
    {
      pixels.push_back (picture (form, i));
      streams.push_back (compress (form, pixels[i]));
    }
  g_autoptr (GBytes) whole = file_of (form, frame_count, streams);
  for (guint i = 0; i < frame_count; i++)
    pixels[i] = as_shown (form, whole, i, pixels[i]);
  gsize after = 8 + 8 + g_bytes_get_size (streams[3]) + g_bytes_get_size (streams[3]) % 2;

  assert_whole (form, whole, 3, pixels[3]);
  after += g_bytes_get_size (streams[2]) / 2;
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) - after);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, cut, NULL);
  g_autoptr (Called) last = call_frame (cut, 3);

  g_assert_cmpuint (called_uint (inspected, "NumberOfFrames"), ==, frame_count);
  g_assert_cmpstr (called_string (inspected, "problem"), !=, "");
  assert_whole (form, cut, 0, pixels[0]);
  assert_whole (form, cut, 1, pixels[1]);
  assert_part (form, cut, 2, pixels[2], form.whole);
  g_assert_cmpstr (last->answer.error, ==, "unreadable");
  g_assert_nonnull (strstr (last->answer.message, "missing"));
  for (GBytes *stream : streams)
    g_bytes_unref (stream);
}

/* Markers without a meaning in front of the frame header, at which DCMTK would search for ever. */
static void
test_temporary_markers (gconstpointer data)
{
  static const guint8 markers[] = { 0xff, 0x01, 0xff, 0x01 };
  const Form &form = *(const Form *) data;
  std::vector<GBytes *> plain, marked;

  for (guint i = 0; i < 2; i++)
    {
      gsize n;

      plain.push_back (compress (form, picture (form, i)));
      const guint8 *stream = (const guint8 *) g_bytes_get_data (plain[i], &n);
      Bytes bytes (stream, stream + n);
      bytes.insert (bytes.begin () + 2, markers, markers + sizeof markers);
      marked.push_back (g_bytes_new (bytes.data (), bytes.size ()));
    }
  g_autoptr (GBytes) plain_file = file_of (form, 2, plain);
  g_autoptr (GBytes) marked_file = file_of (form, 2, marked);
  for (guint i = 0; i < 2; i++)
    {
      assert_whole (form, marked_file, i, as_shown (form, plain_file, i, picture (form, i)));
      g_bytes_unref (plain[i]);
      g_bytes_unref (marked[i]);
    }
}

/* Fewer pictures than the object says, in a file that is in order otherwise. */
static void
test_fewer (gconstpointer data)
{
  const Form &form = *(const Form *) data;
  const Bytes first = picture (form, 0), second = picture (form, 1);
  g_autoptr (GBytes) one = compress (form, first);
  g_autoptr (GBytes) two = compress (form, second);
  g_autoptr (GBytes) file = file_of (form, frame_count, { one, two });
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);

  assert_whole (form, file, 1, as_shown (form, file, 1, second));
  g_assert_true (called_boolean (inspected, "renderable"));
  g_assert_cmpstr (called_string (inspected, "problem"), ==, "Part of the picture is missing.");
  for (guint i = 2; i < frame_count; i++)
    {
      g_autoptr (Called) called = call_frame (file, i);

      g_assert_cmpstr (called->answer.error, ==, "unreadable");
      g_assert_nonnull (strstr (called->answer.message, "missing"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  for (const Form &form : forms)
    {
      g_autofree char *single = g_strconcat ("/dicom/cut/", form.name, "/single", NULL);
      g_autofree char *fewer = g_strconcat ("/dicom/cut/", form.name, "/fewer", NULL);
      g_autofree char *many = g_strconcat ("/dicom/cut/", form.name, "/many", NULL);

      g_test_add_data_func (single, &form, test_single);
      g_test_add_data_func (many, &form, test_many);
      g_test_add_data_func (fewer, &form, test_fewer);
      if (g_str_has_prefix (form.name, "jpeg-baseline") ||
          g_str_has_prefix (form.name, "jpeg-extended") ||
          g_str_has_prefix (form.name, "jpeg-lossless"))
        {
          g_autofree char *markers = g_strconcat ("/dicom/cut/markers/", form.name, NULL);

          g_test_add_data_func (markers, &form, test_temporary_markers);
        }
    }
  return g_test_run ();
}
