/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz_seeds.h"

#include "enhanced_builder.h"
#include "j2k_writer.h"
#include "report_builder.h"
#include "state_builder.h"

#define SIDE 12

static const char implicit[] = "1.2.840.10008.1.2", explicit_little[] = "1.2.840.10008.1.2.1",
                  explicit_big[] = "1.2.840.10008.1.2.2", rle[] = "1.2.840.10008.1.2.5",
                  jpeg_2000[] = "1.2.840.10008.1.2.4.90",
                  jpeg_baseline[] = "1.2.840.10008.1.2.4.50", jpeg_ls[] = "1.2.840.10008.1.2.4.80",
                  jpeg_xl[] = "1.2.840.10008.1.2.4.110";

static Build *
begin (BuildEncoding encoding, const char *charset, const BuildImage *image)
{
  Build *build = build_new (encoding);

  build_patient (build, charset, "M\xfcller^Anna=Miller^Anna");
  build_image (build, image);
  build_text (build, 0x00281050, "DS", "40\\200");
  build_text (build, 0x00281051, "DS", "80\\400");
  build_text (build, 0x00281052, "DS", "-1024");
  build_text (build, 0x00281053, "DS", "1.5");
  return build;
}

static void
add_overlay (Build *build)
{
  guint16 bits[SIDE * SIDE / 16] = { 0x5555, 0xaaaa };

  build_us (build, 0x60000010, SIDE);
  build_us (build, 0x60000011, SIDE);
  build_text (build, 0x60000040, "CS", "G");
  build_words (build, 0x60000050, "SS", (guint16[]){ 1, 1 }, 2);
  build_us (build, 0x60000100, 1);
  build_us (build, 0x60000102, 0);
  build_words (build, 0x60003000, "OW", bits, G_N_ELEMENTS (bits));
}

static GBytes *
native (BuildEncoding encoding, const char *syntax, const BuildImage *image)
{
  g_autoptr (Build) build = begin (encoding, "ISO_IR 100", image);
  guint16 words[SIDE * SIDE * 3];
  gsize n = (gsize) SIDE * SIDE * image->samples * MAX (image->frames, 1) * image->allocated / 16;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = (guint16) (i * 77);
  if (g_str_equal (image->photometric, "PALETTE COLOR"))
    for (guint32 i = 0; i < 3; i++)
      {
        build_words (build, 0x00281101 + i, "US", (guint16[]){ 16, 0, 16 }, 3);
        build_words (build, 0x00281201 + i, "OW", words, 16);
      }
  add_overlay (build);
  build_words (build, 0x7fe00010, "OW", words, MIN (n, G_N_ELEMENTS (words)));
  return build_file (build, syntax);
}

static GBytes *
compressed (const char *syntax, const BuildImage *image, const void *stream, gsize n)
{
  g_autoptr (Build) build = begin (BUILD_EXPLICIT, "ISO_IR 192", image);
  g_autoptr (GBytes) fragment = g_bytes_new (stream, n);

  build_fragments (build, (const GBytes *[]){ fragment }, 1);
  return build_file (build, syntax);
}

static GBytes *
in_jpeg_2000 (const BuildImage *image)
{
  const J2kSpec spec = { SIDE,  SIDE, image->samples, image->stored, image->is_signed,
                         FALSE, 0,    FALSE };
  gint32 samples[SIDE * SIDE * 3];
  g_autoptr (GBytes) stream = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    samples[i] = (gint32) (i * 7 & ((1 << (image->stored - 1)) - 1));
  stream = j2k_write (&spec, samples);
  return compressed (jpeg_2000, image, g_bytes_get_data (stream, NULL), g_bytes_get_size (stream));
}

/* Heads of streams, for the fuzzer to go on with. */
static GBytes *
in_rle (void)
{
  static const BuildImage image = { SIDE, SIDE, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };
  guint8 stream[64 + 24] = { 1, 0, 0, 0, 64 };

  for (guint i = 0; i < SIDE; i++)
    {
      stream[64 + 2 * i] = (guint8) (257 - SIDE);
      stream[64 + 2 * i + 1] = (guint8) (i * 20);
    }
  return compressed (rle, &image, stream, sizeof stream);
}

static GBytes *
in_other (const char *syntax, const char *head, gsize n)
{
  static const BuildImage image = { SIDE, SIDE, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };

  return compressed (syntax, &image, head, n);
}

static GBytes *
report (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_object (build, "1.2.840.10008.5.1.4.1.1.88.33", "SR", "ISO 2022 IR 87");
  build_text (build, 0x0040a040, "CS", "CONTAINER");
  build_code (build, 0x0040a043, "126000", "DCM", "Imaging Measurement Report");
  build_sequence (build, 0x0040a730);
  build_content (build, "TEXT", "Finding");
  build_text (build, 0x0040a160, "UT", "Nothing of note.");
  build_item_end (build);
  build_content (build, "NUM", "Diameter");
  build_sequence (build, 0x0040a300);
  build_item_begin (build);
  build_code (build, 0x004008ea, "mm", "UCUM", "millimetre");
  build_text (build, 0x0040a30a, "DS", "12.5");
  build_item_end (build);
  build_sequence_end (build);
  build_item_end (build);
  build_sequence_end (build);
  return build_object_file (build);
}

static GBytes *
letter (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_object (build, "1.2.840.10008.5.1.4.1.1.104.1", "DOC", "ISO_IR 192");
  build_text (build, 0x00420010, "ST", "A letter");
  build_bytes (build, 0x00420011, "OB", "%PDF-1.4\n%%EOF\n", 15);
  build_text (build, 0x00420012, "LO", "application/pdf");
  return build_object_file (build);
}

static GBytes *
presentation_state (void)
{
  static const char *const uids[] = { "1.2.3.10", "1.2.3.11" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_state (build, "state", uids, G_N_ELEMENTS (uids));
  build_state_shutter (build, (const guint[]){ 2, 9, 3, 8 });
  build_state_window (build, "40", "400");
  build_marks_begin (build);
  build_mark_texts (build);
  build_mark_text (build, "Compare", "PIXEL", (const float[]){ 1, 2, 8, 9 },
                   (const float[]){ 4, 5 });
  build_mark_drawings (build);
  build_mark_drawing (build, "ELLIPSE", "DISPLAY",
                      (const float[]){ 0.1f, 0.5f, 0.9f, 0.5f, 0.5f, 0.2f, 0.5f, 0.8f }, 4, TRUE);
  build_marks_end (build);
  build_state_end (build, 270, TRUE, "Dr Adams");
  return build_object_file (build);
}

static GBytes *
enhanced (void)
{
  static const EnhancedFrame frames[] = {
    { "1\\0\\0\\0\\1\\0", "0\\0\\0", "1", "0", "1", 1, 1, 0 },
    { "1\\0\\0\\0\\1\\0", "0\\0\\5", "2", "-3", "1", 2, 1, 800 },
  };
  static const guint16 words[2 * SIDE * SIDE] = { 3, 5 };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "Miller^Anna");
  build_enhanced (build, SIDE, "2\\3", frames, G_N_ELEMENTS (frames), words);
  return build_object_file (build);
}

static GPtrArray *
make_all (void)
{
  static const BuildImage grey = { SIDE, SIDE, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" },
                          inverse = { SIDE, SIDE, 1, 16, 16, 15, 0, TRUE, 0, "MONOCHROME1" },
                          clip = { SIDE, SIDE, 1, 8, 8, 7, 0, FALSE, 2, "MONOCHROME2" },
                          colour = { SIDE, SIDE, 3, 8, 8, 7, 1, FALSE, 0, "RGB" },
                          video = { SIDE, SIDE, 3, 8, 8, 7, 0, FALSE, 0, "YBR_FULL_422" },
                          palette = { SIDE, SIDE, 1, 8, 8, 7, 0, FALSE, 0, "PALETTE COLOR" },
                          bits = { SIDE, SIDE, 1, 1, 1, 0, 0, FALSE, 0, "MONOCHROME2" },
                          deep = { SIDE, SIDE, 1, 32, 32, 31, 0, FALSE, 0, "MONOCHROME2" };
  static const BuildWave wave = { 2, 40, 16, 100, "SS", "uV", "RHYTHM" };
  static const char
      baseline[] = "\xff\xd8\xff\xc0\0\x0b\x08\0\x0c\0\x0c\x01\x01\x11\0\xff\xda",
      loco[] = "\xff\xd8\xff\xf7\0\x0b\x08\0\x0c\0\x0c\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\0\0",
      extra[] = "\xff\x0a\x30\x54\x10\x09\x08\x06\x01\0\x78\0";
  GPtrArray *all = g_ptr_array_new ();

  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &grey));
  g_ptr_array_add (all, native (BUILD_IMPLICIT, implicit, &inverse));
  g_ptr_array_add (all, native (BUILD_BIG, explicit_big, &grey));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &clip));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &colour));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &video));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &palette));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &bits));
  g_ptr_array_add (all, native (BUILD_EXPLICIT, explicit_little, &deep));
  g_ptr_array_add (all, native (BUILD_IMPLICIT, NULL, &grey));
  g_ptr_array_add (all, in_jpeg_2000 (&grey));
  g_ptr_array_add (all, in_jpeg_2000 (&colour));
  g_ptr_array_add (all, in_rle ());
  g_ptr_array_add (all, in_other (jpeg_baseline, baseline, sizeof baseline - 1));
  g_ptr_array_add (all, in_other (jpeg_ls, loco, sizeof loco - 1));
  g_ptr_array_add (all, in_other (jpeg_xl, extra, sizeof extra - 1));
  g_ptr_array_add (all, report ());
  g_ptr_array_add (all, letter ());
  g_ptr_array_add (all, build_ecg (&wave, 1));
  g_ptr_array_add (all, presentation_state ());
  g_ptr_array_add (all, enhanced ());
  return all;
}

static GPtrArray *
seeds (void)
{
  static GPtrArray *all;

  if (all == NULL)
    all = make_all ();
  return all;
}

guint
fuzz_seed_count (void)
{
  return seeds ()->len;
}

GBytes *
fuzz_seed (guint i)
{
  return g_ptr_array_index (seeds (), i);
}
