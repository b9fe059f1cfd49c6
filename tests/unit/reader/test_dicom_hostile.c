/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damaged and malicious files: an answer always comes, and soon. */
#include "dicom_builder.h"

#include <string.h>
#include <zlib.h>

#define EXPLICIT "1.2.840.10008.1.2.1"
#define DEFLATED "1.2.840.10008.1.2.1.99"
#define RLE "1.2.840.10008.1.2.5"

static void
test_nesting (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const ReaderVerb verbs[] = { reader_verb_inspect, reader_verb_frame, reader_verb_hash,
                               reader_verb_attributes };
  g_autoptr (GBytes) file = NULL;

  build_patient (build, NULL, "A");
  for (guint i = 0; i < 20000; i++)
    {
      build_head (build, 0x0040a730, "SQ", G_MAXUINT32);
      build_item (build, 0xfffee000, G_MAXUINT32);
    }
  file = build_file (build, EXPLICIT);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (Called) called = call_verb (verbs[i], file, NULL);

      g_assert_cmpstr (called->answer.error, ==, "unreadable");
    }
}

static GBytes *
deflate_dataset (const guint8 *data, gsize n, gsize zeros)
{
  g_autofree guint8 *out = g_malloc (n + zeros / 100 + 4096);
  g_autofree guint8 *block = g_malloc0 (1024 * 1024);
  z_stream z = { 0 };

  g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==, Z_OK);
  z.next_out = out;
  z.avail_out = (uInt) (n + zeros / 100 + 4096);
  z.next_in = (guint8 *) data;
  z.avail_in = (uInt) n;
  deflate (&z, Z_NO_FLUSH);
  for (gsize left = zeros; left > 0; left -= MIN (left, 1024 * 1024))
    {
      z.next_in = block;
      z.avail_in = (uInt) MIN (left, 1024 * 1024);
      deflate (&z, Z_NO_FLUSH);
    }
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  deflateEnd (&z);
  return g_bytes_new (out, z.total_out);
}

static GBytes *
deflated_file (const Build *build, gsize zeros)
{
  g_autoptr (Build) packed = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) deflated = deflate_dataset (build->bytes->data, build->bytes->len, zeros);
  gsize n;
  const guint8 *data = g_bytes_get_data (deflated, &n);

  g_byte_array_append (packed->bytes, data, (guint) n);
  return build_file (packed, DEFLATED);
}

static void
test_deflated (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) inspected = NULL;
  g_autoptr (Called) frame = NULL;

  build_patient (build, NULL, "A");
  build_image (build, &image);
  build_bytes (build, 0x7fe00010, "OB", "\7\10", 2);
  file = deflated_file (build, 0);
  inspected = call_verb (reader_verb_inspect, file, NULL);
  frame = call_frame (file, 0);
  g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, DEFLATED);
  g_assert_true (called_boolean (inspected, "renderable"));
  g_assert_null (frame->answer.error);
  g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\7\10", 2);
}

static void
test_deflate_bomb (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const gsize zeros = (gsize) 600 * 1024 * 1024;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;

  build_patient (build, NULL, "A");
  build_head (build, 0x00291010, "OB", (guint32) zeros);
  file = deflated_file (build, zeros);
  g_assert_cmpuint (g_bytes_get_size (file), <, 1024 * 1024);
  called = call_verb (reader_verb_inspect, file, NULL);
  g_assert_cmpstr (called->answer.error, ==, "unreadable");
}

/* Whatever came before the end is told, and no cut is fatal. */
static void
test_cut_anywhere (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const BuildImage image = { 64, 64, 1, 16, 16, 15, 0, FALSE, 0, "MONOCHROME2" };
  g_autofree guint16 *words = g_new (guint16, 4096);
  g_autoptr (GBytes) file = NULL;
  guint partial = 0;
  gsize pixels_at, name_end, name_seen = 0;

  for (guint i = 0; i < 4096; i++)
    words[i] = 0x5555;
  build_patient (build, NULL, "Doe");
  name_end = build->bytes->len - (8 + 6) - (8 + 8); /* two UIDs follow it */
  build_image (build, &image);
  build_words (build, 0x7fe00010, "OW", words, 4096);
  file = build_file (build, EXPLICIT);
  name_end += g_bytes_get_size (file) - build->bytes->len;
  pixels_at = g_bytes_get_size (file) - 8192;
  for (gsize n = 0; n < g_bytes_get_size (file); n += n < pixels_at ? 1 : 511)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (file, 0, n);
      g_autoptr (Called) called = call_verb (reader_verb_inspect, part, NULL);
      g_autoptr (Called) attributes = call_verb (reader_verb_attributes, part, NULL);
      g_autoptr (Called) frame = call_frame (part, 0);

      if (called->answer.error == NULL && *called_string (called, "PatientName") != '\0')
        {
          g_assert_cmpstr (called_string (called, "PatientName"), ==, "Doe");
          name_seen = name_seen == 0 ? n : name_seen;
        }
      if (frame->answer.error == NULL)
        {
          gsize known = (n - pixels_at) & ~(gsize) 1;

          g_assert_cmpuint (frame->answer.bulk_size, ==, 8192);
          g_assert_cmpstr (called_string (frame, "problem"), !=, "");
          for (gsize i = 0; i < 8192; i++)
            g_assert_cmphex (frame->answer.bulk[i], ==, i < known ? 0x55 : 0);
          partial++;
        }
    }
  g_assert_cmpuint (name_seen, ==, name_end);
  g_assert_cmpuint (partial, >=, 15);
}

static void
test_wrong_vr (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  const guint16 rows = 1;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;
  g_autoptr (Called) frame = NULL;

  build_text (build, 0x00080018, "LO", "1.2.3.4");
  build_text (build, 0x00100010, "OB", "Doe ");
  build_us (build, 0x00280002, 1);
  build_text (build, 0x00280004, "LO", "MONOCHROME2 ");
  build_words (build, 0x00280010, "SS", &rows, 1);
  build_text (build, 0x00280011, "IS", "2");
  build_us (build, 0x00280100, 8);
  build_us (build, 0x00280101, 8);
  build_us (build, 0x00280102, 7);
  build_us (build, 0x00280103, 0);
  build_bytes (build, 0x7fe00010, "UN", "\5\6", 2);
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_inspect, file, NULL);
  g_assert_null (called->answer.error);
  g_assert_cmpstr (called_string (called, "SOPInstanceUID"), ==, "1.2.3.4");
  g_assert_cmpstr (called_string (called, "PatientName"), ==, "Doe");
  frame = call_frame (file, 0);
  g_assert_null (frame->answer.error);
  g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\5\6", 2);
}

static void
test_monstrous_sizes (void)
{
  const BuildImage large = { 65535, 65535, 3, 16, 16, 15, 0, FALSE, 2000000000, "RGB" };
  const BuildImage medium = { 4000, 4000, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  const BuildImage *images[] = { &large, &medium };
  const char *errors[] = { "unsupported", "arena-too-small" };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (Called) frame = NULL;

      build_patient (build, NULL, "A");
      build_image (build, images[i]);
      build_bytes (build, 0x7fe00010, "OB", "\1\2", 2);
      file = build_file (build, EXPLICIT);
      frame = call_frame (file, 0);
      g_assert_cmpstr (frame->answer.error, ==, errors[i]);
    }
}

/* An item whose sequence lost its own header: what comes behind it is read. An item that reaches
 * beyond the end helps nobody. */
static void
test_stray_item (void)
{
  const BuildImage image = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };

  for (int lies = 0; lies < 2; lies++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      build_patient (build, NULL, "Doe");
      build_item (build, 0xfffee000, lies ? 0x7ffffff0 : 10 + 10);
      build_us (build, 0x00186012, 1);
      build_us (build, 0x00186014, 1);
      build_image (build, &image);
      build_bytes (build, 0x7fe00010, "OB", "\5\6", 2);
      g_autoptr (GBytes) file = build_file (build, EXPLICIT);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpstr (called_string (inspected, "PatientName"), ==, "Doe");
      if (lies)
        g_assert_nonnull (frame->answer.error);
      else
        {
          g_assert_null (frame->answer.error);
          g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\5\6", 2);
        }
    }
}

/* What a file looks like from outside is wrong; what is in it is not. */
static void
test_displaced (void)
{
  const BuildImage image = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) whole = NULL;
  const guint8 *bytes;
  gsize n;

  build_patient (build, NULL, "Doe");
  build_image (build, &image);
  build_bytes (build, 0x7fe00010, "OB", "\5\6", 2);
  whole = build_file (build, EXPLICIT);
  bytes = g_bytes_get_data (whole, &n);
  for (int i = 0; i < 8; i++)
    {
      g_autoptr (GByteArray) array = g_byte_array_new ();
      static const guint8 zeros[256];

      if (i == 0) /* a preamble too short, too long, none but the word, no word */
        g_byte_array_append (array, bytes + 1, (guint) n - 1);
      else if (i == 1)
        g_byte_array_append (g_byte_array_append (array, zeros, 100), bytes, (guint) n);
      else if (i == 2)
        g_byte_array_append (array, bytes + 128, (guint) n - 128);
      else if (i == 3)
        g_byte_array_append (g_byte_array_append (array, zeros, 132), bytes + 132, (guint) n - 132);
      else if (i == 4)
        g_byte_array_append (g_byte_array_append (array, zeros, 128), bytes + 132, (guint) n - 132);
      else if (i == 7) /* the word at the beginning */
        {
          g_byte_array_append (array, (const guint8 *) "DICM", 4);
          g_byte_array_append (g_byte_array_append (array, zeros, 256), bytes + 132,
                               (guint) n - 132);
        }
      else if (i == 5) /* a byte before the dataset */
        g_byte_array_append (g_byte_array_append (array, (const guint8 *) " ", 1),
                             build->bytes->data, build->bytes->len);
      else /* a meta that nobody can read */
        {
          g_byte_array_append (array, bytes, (guint) n);
          memcpy (array->data + 132 + 4, "\xff\xff\xff\xff", 4);
        }
      g_autoptr (GBytes) file = g_bytes_new (array->data, array->len);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpstr (called_string (inspected, "kind"), ==, "dicom");
      g_assert_cmpstr (called_string (inspected, "PatientName"), ==, "Doe");
      g_assert_cmpstr (called_string (inspected, "problem"), !=, "");
      g_assert_null (frame->answer.error);
      g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\5\6", 2);
    }
}

/* An attribute that stands there twice counts once; one of an odd length costs nobody the picture;
 * private elements of an unknown creator are passed over, whatever is in them. */
static void
test_untidy (void)
{
  const BuildImage image = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) inspected = NULL;
  g_autoptr (Called) frame = NULL;

  build_patient (build, NULL, "Doe");
  build_text (build, 0x00100010, "PN", "Roe");
  build_head (build, 0x00104000, "LT", 3);
  g_byte_array_append (build->bytes, (const guint8 *) "odd", 3);
  build_bytes (build, 0x00210110, "UN", "\1\2\3\4", 4);
  build_head (build, 0x00211101, "SQ", G_MAXUINT32);
  build_item (build, 0xfffee000, G_MAXUINT32);
  build_text (build, 0x00210010, "LO", "NOBODY");
  build_item (build, 0xfffee00d, 0);
  build_item (build, 0xfffee0dd, 0);
  build_image (build, &image);
  build_bytes (build, 0x7fe00010, "OB", "\5\6", 2);
  file = build_file (build, EXPLICIT);
  inspected = call_verb (reader_verb_inspect, file, NULL);
  frame = call_frame (file, 0);
  g_assert_null (inspected->answer.error);
  g_assert_true (g_strv_contains ((const char *[]){ "Doe", "Roe", NULL },
                                  called_string (inspected, "PatientName")));
  g_assert_null (frame->answer.error);
  g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\5\6", 2);
}

/* Lengths that are odd where the standard has none: of pixel data, and of its fragments. */
static void
test_odd_pixel_data (void)
{
  const BuildImage image = { 1, 3, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  guint8 stream[64 + 4] = { 1, 0, 0, 0, 64, [64] = 2, 5, 6, 7 };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      build_patient (build, NULL, "Doe");
      build_image (build, &image);
      if (i == 0)
        {
          build_head (build, 0x7fe00010, "OB", 3);
          g_byte_array_append (build->bytes, (const guint8 *) "\5\6\7", 3);
        }
      else
        {
          build_head (build, 0x7fe00010, "OB", G_MAXUINT32);
          build_item (build, 0xfffee000, 0);
          build_item (build, 0xfffee000, 67);
          g_byte_array_append (build->bytes, stream, 67);
          build_item (build, 0xfffee0dd, 0);
        }
      g_autoptr (GBytes) file = build_file (build, i == 0 ? EXPLICIT : RLE);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpstr (called_string (inspected, "PatientName"), ==, "Doe");
      g_assert_cmpstr (frame->answer.error, ==, NULL);
      g_assert_cmpmem (frame->answer.bulk, 2, "\5\6", 2);
      g_assert_cmpuint (frame->answer.bulk_size, ==, 3);
      /* A last byte that was cut off with its fragment is told. */
      if (frame->answer.bulk[2] != 7)
        g_assert_cmpstr (called_string (frame, "problem"), !=, "");
    }
}

/* General Electric's own transfer syntax: everything is little endian but the pixels. */
static void
test_private_syntax (void)
{
  const BuildImage image = { 2, 2, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" };
  const guint16 words[] = { 0x0102, 0x0304, 0x0506, 0x0708 };
  g_autoptr (Build) build = build_new (BUILD_IMPLICIT);

  build_patient (build, NULL, "Doe");
  build_image (build, &image);
  build_head (build, 0x7fe00010, "OW", sizeof words);
  g_byte_array_append (build->bytes, (const guint8 *) "\1\2\3\4\5\6\7\10", 8);
  g_autoptr (GBytes) file = build_file (build, "1.2.840.113619.5.2");
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (file, 0, g_bytes_get_size (file) - 4);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
  g_autoptr (Called) frame = call_frame (file, 0);
  g_autoptr (Called) part = call_verb (reader_verb_inspect, cut, NULL);

  g_assert_true (called_boolean (inspected, "renderable"));
  g_assert_cmpstr (called_string (inspected, "TransferSyntaxUID"), ==, "1.2.840.113619.5.2");
  g_assert_cmpstr (frame->answer.error, ==, NULL);
  g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, words, sizeof words);
  g_assert_cmpstr (called_string (part, "problem"), !=, "");
}

/* Somebody else's: as it stands if it is not compressed; named and not guessed if it is. */
static void
test_unknown_syntax (void)
{
  const BuildImage image = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };

  for (int compressed = 0; compressed < 2; compressed++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) stream = g_bytes_new_static ("\5\6\7\10", 4);

      build_patient (build, NULL, "Doe");
      build_image (build, &image);
      if (compressed)
        build_fragments (build, (const GBytes *[]){ stream }, 1);
      else
        build_bytes (build, 0x7fe00010, "OB", "\5\6", 2);
      g_autoptr (GBytes) file = build_file (build, "1.3.46.670589.33.1.4.1");
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpstr (called_string (inspected, "PatientName"), ==, "Doe");
      g_assert_cmpint (called_boolean (inspected, "renderable"), ==, !compressed);
      g_assert_cmpint (*called_string (inspected, "problem") != '\0', ==, compressed);
      if (compressed)
        g_assert_cmpstr (frame->answer.error, ==, "unsupported");
      else
        g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size, "\5\6", 2);
    }
}

/* What steers stands there twice, and differs: one of them is taken everywhere, and no picture is
 * larger than what was made room for. */
static void
test_twice (void)
{
  const BuildImage images[] = { { 2, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" },
                                { 60000, 60000, 3, 16, 16, 15, 0, FALSE, 1000, "RGB" } };

  for (guint first = 0; first < 2; first++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      build_patient (build, NULL, "Doe");
      build_image (build, &images[first]);
      build_image (build, &images[1 - first]);
      build_bytes (build, 0x7fe00010, "OB", "\1\2\3\4", 4);
      build_bytes (build, 0x7fe00010, "OB", "\5\6", 2);
      g_autoptr (GBytes) file = build_file (build, EXPLICIT);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpstr (called_string (inspected, "PatientName"), ==, "Doe");
      if (called_boolean (inspected, "renderable"))
        {
          g_assert_cmpstr (frame->answer.error, ==, NULL);
          g_assert_cmpuint (frame->answer.bulk_size, ==,
                            called_uint (inspected, "Rows") * called_uint (inspected, "Columns"));
        }
      else
        {
          g_assert_cmpstr (called_string (inspected, "problem"), !=, "");
          g_assert_cmpstr (frame->answer.error, ==, "unsupported");
        }
    }
}

/* Chroma for every second line alone is how films are coded, and has no form that is not
 * compressed. */
static void
test_partial_420 (void)
{
  const BuildImage image = { 2, 2, 3, 8, 8, 7, 0, FALSE, 0, "YBR_PARTIAL_420" };

  for (int full = 0; full < 2; full++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      build_patient (build, NULL, "Doe");
      build_image (build, &image);
      build_bytes (build, 0x7fe00010, "OB", "\20\200\200\20\200\200\353\200\200\353\200\200",
                   full ? 12 : 6);
      g_autoptr (GBytes) file = build_file (build, EXPLICIT);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) frame = call_frame (file, 0);

      g_assert_cmpint (called_boolean (inspected, "renderable"), ==, full);
      if (full)
        g_assert_cmpmem (frame->answer.bulk, frame->answer.bulk_size,
                         "\0\0\0\0\0\0\377\377\377\377\377\377", 12);
      else
        g_assert_nonnull (strstr (called_string (inspected, "problem"), "colours"));
    }
}

/* A last value that promises gigabytes: what stands before it is told, and no verb waits for it. */
static void
test_promises (void)
{
  static const struct
  {
    guint32 tag;
    const char *vr;
  } lies[] = {
    { 0x00204000, "UT" }, { 0x00281201, "OW" }, { 0x00283006, "OW" }, { 0x00291010, "OB" }
  };
  const ReaderVerb verbs[] = { reader_verb_inspect, reader_verb_attributes };

  for (guint i = 0; i < G_N_ELEMENTS (lies) * 2; i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

      build_patient (build, NULL, "Doe");
      build_head (build, lies[i / 2].tag, lies[i / 2].vr, 0xd8000000);
      g_byte_array_append (build->bytes, (const guint8 *) "abcdefgh", 8);
      g_autoptr (GBytes) file = build_file (build, EXPLICIT);
      const gint64 from = g_get_monotonic_time ();
      g_autoptr (Called) called = call_verb (verbs[i % 2], file, NULL);

      g_assert_cmpstr (called->answer.error, ==, NULL);
      if (i % 2 == 0)
        g_assert_cmpstr (called_string (called, "PatientName"), ==, "Doe");
      g_assert_cmpint (g_get_monotonic_time () - from, <, 5 * G_USEC_PER_SEC);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/hostile/nesting", test_nesting);
  g_test_add_func ("/dicom/hostile/deflated", test_deflated);
  g_test_add_func ("/dicom/hostile/deflate-bomb", test_deflate_bomb);
  g_test_add_func ("/dicom/hostile/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/dicom/hostile/wrong-vr", test_wrong_vr);
  g_test_add_func ("/dicom/hostile/monstrous-sizes", test_monstrous_sizes);
  g_test_add_func ("/dicom/hostile/stray-item", test_stray_item);
  g_test_add_func ("/dicom/hostile/displaced", test_displaced);
  g_test_add_func ("/dicom/hostile/untidy", test_untidy);
  g_test_add_func ("/dicom/hostile/odd-pixel-data", test_odd_pixel_data);
  g_test_add_func ("/dicom/hostile/private-syntax", test_private_syntax);
  g_test_add_func ("/dicom/hostile/unknown-syntax", test_unknown_syntax);
  g_test_add_func ("/dicom/hostile/twice", test_twice);
  g_test_add_func ("/dicom/hostile/partial-420", test_partial_420);
  g_test_add_func ("/dicom/hostile/promises", test_promises);
  return g_test_run ();
}
