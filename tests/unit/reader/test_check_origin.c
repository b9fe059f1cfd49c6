/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A writer that wants to smuggle something out has no place for it: whatever a value of a copy is,
 * it is the source's or what is made of it, and a cover is one colour. */
#include <string.h>

#include "deid_fixture.h"
#include "dicom_builder.h"

typedef struct
{
  GByteArray *source, *copy;
  GVariant *extra;
} Pair;

static void
pair_clear (Pair *pair)
{
  g_clear_pointer (&pair->source, g_byte_array_unref);
  g_clear_pointer (&pair->copy, g_byte_array_unref);
  g_clear_pointer (&pair->extra, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static gint
findings (const Pair *pair)
{
  return fixture_verify (pair->source, pair->copy->data, pair->copy->len, pair->extra);
}

/* Takes file; the copy is clean. */
static Pair
make_pair (GByteArray *file, const char *extra)
{
  Pair pair = { .source = file };
  g_auto (Outcome) outcome = { 0 };
  gconstpointer data;
  gsize n;

  if (extra != NULL)
    pair.extra = g_variant_ref_sink (g_variant_new_parsed (extra));
  outcome = fixture_deidentify (file, pair.extra);
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  data = g_bytes_get_data (outcome.copy, &n);
  pair.copy = g_byte_array_append (g_byte_array_new (), data, (guint) n);
  g_assert_cmpint (findings (&pair), ==, 0);
  return pair;
}

/* Where an element begins in the copy. */
static guint8 *
element_at (const Pair *pair, guint16 group, guint16 element, const char *vr)
{
  const guint8 head[] = { (guint8) group,          (guint8) (group >> 8), (guint8) element,
                          (guint8) (element >> 8), (guint8) vr[0],        (guint8) vr[1] };
  guint8 *at = memmem (pair->copy->data, pair->copy->len, head, sizeof head);

  g_assert_nonnull (at);
  return at;
}

static guint8 *
value_at (const Pair *pair, guint16 group, guint16 element, const char *vr)
{
  return element_at (pair, group, element, vr) + (strstr ("OB OW SQ", vr) != NULL ? 12 : 8);
}

/* A bit in any of n bytes is found. */
static void
assert_held (const Pair *pair, guint8 *at, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      at[i] ^= 1;
      g_test_message ("byte %u", (guint) i);
      g_assert_cmpint (findings (pair), >, 0);
      at[i] ^= 1;
    }
  g_assert_cmpint (findings (pair), ==, 0);
}

/* The copy with bytes put in at a place that lies at the root. */
static void
assert_refused_with (Pair *pair, const guint8 *before, const void *bytes, gsize n)
{
  const guint at = (guint) (before - pair->copy->data);
  GByteArray *whole = pair->copy;
  g_autoptr (GByteArray) longer = g_byte_array_append (g_byte_array_new (), whole->data, at);

  g_byte_array_append (longer, bytes, (guint) n);
  g_byte_array_append (longer, whole->data + at, whole->len - at);
  pair->copy = longer;
  g_assert_cmpint (findings (pair), >, 0);
  pair->copy = whole;
}

static Dicom *
code_item (const char *value, const char *meaning)
{
  Dicom *item = dicom_new ();

  dicom_text (item, 0x0008, 0x0100, "SH", value);
  dicom_text (item, 0x0008, 0x0102, "SH", "SCT");
  dicom_text (item, 0x0008, 0x0104, "LO", meaning);
  return item;
}

static const guint16 entries[] = { 900, 800, 7, 600, 500, 0x0400, 300, 200 };

static Dicom *
table_item (void)
{
  static const guint16 descriptor[] = { G_N_ELEMENTS (entries), 0, 16 };
  Dicom *item = dicom_new ();

  dicom_bytes (item, 0x0028, 0x3002, "US", descriptor, sizeof descriptor);
  dicom_text (item, 0x0028, 0x3004, "LO", "HU");
  dicom_bytes (item, 0x0028, 0x3006, "OW", entries, sizeof entries);
  return item;
}

/* One of each kind of value. */
static Pair
make_rich_pair (void)
{
  const double centre[] = { 0.5, -2.25, 1e9 };
  const float spacing = 1.5f;
  const guint16 pointer[] = { 0x0018, 0x1063 };
  Dicom *d = fixture_ct_head ();

  g_byte_array_set_size (d, 0);
  dicom_text (d, 0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL");
  dicom_text (d, 0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.2");
  dicom_text (d, 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.5.1.1");
  dicom_text (d, 0x0008, 0x0020, "DA", "20240303");
  dicom_text (d, 0x0008, 0x002A, "DT", "20240303111533.123456");
  dicom_text (d, 0x0008, 0x0030, "TM", "101533.250000");
  dicom_text (d, 0x0008, 0x0060, "CS", "CT");
  dicom_text (d, 0x0008, 0x1030, "LO", "CT CHEST");
  dicom_sequence (d, 0x0008, 0x2218, code_item ("39607008", "Lung of somebody"));
  dicom_text (d, 0x0010, 0x0010, "PN", "Crimsonberry^Philomena");
  dicom_text (d, 0x0010, 0x0020, "LO", "CB-447190");
  dicom_text (d, 0x0018, 0x0050, "DS", "1.25");
  dicom_text (d, 0x0018, 0x1152, "IS", "120");
  dicom_text (d, 0x0018, 0x5100, "CS", "HFS");
  dicom_bytes (d, 0x0018, 0x9313, "FD", centre, sizeof centre);
  dicom_bytes (d, 0x0018, 0x9404, "FL", &spacing, sizeof spacing);
  dicom_text (d, 0x0020, 0x000D, "UI", "1.2.3");
  dicom_text (d, 0x0020, 0x000E, "UI", "1.2.3.4");
  dicom_bytes (d, 0x0028, 0x0009, "AT", pointer, sizeof pointer);
  fixture_ct_tail (d);
  {
    const guint pixels = 12 + 128;
    g_autoptr (GByteArray) tail =
        g_byte_array_append (g_byte_array_new (), d->data + d->len - pixels, pixels);

    g_byte_array_set_size (d, d->len - pixels);
    dicom_sequence (d, 0x0028, 0x3000, table_item ());
    g_byte_array_append (d, tail->data, tail->len);
  }
  return make_pair (fixture_file (d), "{'time-shift': <600>}");
}

static void
test_every_kind_of_value (void)
{
  static const struct
  {
    guint16 group, element;
    const char *vr;
    gsize n;
  } values[] = {
    { 0x0008, 0x0008, "CS", 8 },  { 0x0008, 0x0020, "DA", 8 },  { 0x0008, 0x002A, "DT", 21 },
    { 0x0008, 0x0030, "TM", 13 }, { 0x0008, 0x1030, "LO", 8 },  { 0x0008, 0x0100, "SH", 8 },
    { 0x0008, 0x0104, "LO", 4 },  { 0x0010, 0x0020, "LO", 16 }, { 0x0018, 0x0050, "DS", 4 },
    { 0x0018, 0x1152, "IS", 4 },  { 0x0018, 0x5100, "CS", 4 },  { 0x0018, 0x9313, "FD", 24 },
    { 0x0018, 0x9404, "FL", 4 },  { 0x0028, 0x0009, "AT", 4 },  { 0x0028, 0x3002, "US", 6 },
    { 0x0028, 0x3004, "LO", 2 },  { 0x0028, 0x3006, "OW", 16 }, { 0x0002, 0x0000, "UL", 4 },
    { 0x0002, 0x0012, "UI", 40 }, { 0x0002, 0x0013, "SH", 10 },
  };
  g_auto (Pair) pair = make_rich_pair ();

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_test_message ("(%04x,%04x)", values[i].group, values[i].element);
      assert_held (&pair, value_at (&pair, values[i].group, values[i].element, values[i].vr),
                   values[i].n);
    }
}

/* No byte of a copy is free, whatever it belongs to. */
static void
test_every_byte (void)
{
  static const guint8 masks[] = { 0x02, 0x20 };
  g_auto (Pair) pair = make_rich_pair ();

  for (gsize i = 0; i < pair.copy->len * G_N_ELEMENTS (masks); i++)
    {
      guint8 *at = pair.copy->data + i / G_N_ELEMENTS (masks);
      const guint8 mask = masks[i % G_N_ELEMENTS (masks)];

      *at ^= mask;
      if (findings (&pair) == 0)
        g_error ("bit %02x at %u is free", mask, (guint) (i / G_N_ELEMENTS (masks)));
      *at ^= mask;
    }
}

/* The name itself, where nobody looks for text. */
static void
test_name_in_a_table (void)
{
  g_auto (Pair) pair = make_rich_pair ();
  const guint8 name[] = { 'C' ^ 0x55, 'r' ^ 0x55, 'i' ^ 0x55, 'm' ^ 0x55 };

  memcpy (value_at (&pair, 0x0028, 0x3006, "OW") + 4, name, sizeof name);
  g_assert_cmpint (findings (&pair), >, 0);
}

/* What the source does not have, in places where such a thing may stand. */
static void
test_value_added (void)
{
  static const guint8 number[] = { 0x18, 0, 0x45, 0x93, 'F', 'D', 8, 0, 1, 2, 3, 4, 5, 6, 7, 8 },
                      text[] = { 0x18, 0, 0x81, 0x11, 'C', 'S', 2, 0, 'N', 'O' },
                      items[] = { 0x18, 0, 0x25, 0x93, 'S', 'Q',  0, 0, 8, 0,
                                  0,    0, 0xFE, 0xFF, 0,   0xE0, 0, 0, 0, 0 };
  g_auto (Pair) pair = make_rich_pair ();

  assert_refused_with (&pair, element_at (&pair, 0x0018, 0x9404, "FL"), number, sizeof number);
  assert_refused_with (&pair, element_at (&pair, 0x0018, 0x5100, "CS"), text, sizeof text);
  assert_refused_with (&pair, element_at (&pair, 0x0018, 0x9404, "FL"), items, sizeof items);
}

/* The same values written otherwise: the way tells something as well. */
static void
test_written_otherwise (void)
{
  g_auto (Pair) pair = make_rich_pair ();
  guint8 *at = element_at (&pair, 0x0028, 0x3006, "OW"),
         *last = element_at (&pair, 0x0018, 0x9404, "FL"), first[24 + 8];

  assert_held (&pair, at + 6, 2); /* reserved bytes */
  /* An item more than the source has, and two elements in another order. */
  at = element_at (&pair, 0x0008, 0x2218, "SQ");
  at[8] = (guint8) (at[8] + 8);
  assert_refused_with (&pair, at + 12, "\xFE\xFF\0\xE0\0\0\0\0", 8);
  at[8] = (guint8) (at[8] - 8);
  memcpy (first, last - sizeof first, sizeof first);
  memmove (last - sizeof first, last, 12);
  memcpy (last - sizeof first + 12, first, sizeof first);
  g_assert_cmpint (findings (&pair), >, 0);
}

/* Sources that are written in other ways have the same values. */
static void
test_other_encodings (void)
{
  static const char *const syntaxes[] = { "1.2.840.10008.1.2", "1.2.840.10008.1.2.1",
                                          "1.2.840.10008.1.2.2" };
  static const guint16 descriptor[] = { G_N_ELEMENTS (entries), 0, 16 };
  const BuildImage image = { 4, 4, 1, 8, 8, 7, 0, FALSE, 0, "PALETTE COLOR" };
  static const guint8 picture[16] = { 7, 6, 5, 4, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    {
      g_autoptr (Build) build = build_new ((BuildEncoding) i);
      g_autoptr (GBytes) file = NULL;
      g_auto (Pair) pair = { 0 };

      build_patient (build, NULL, "Crimsonberry^Philomena");
      build_image (build, &image);
      for (guint k = 0; k < 3; k++)
        build_words (build, 0x00281101 + k, "US", descriptor, 3);
      for (guint k = 0; k < 3; k++)
        build_words (build, 0x00281201 + k, "OW", entries, G_N_ELEMENTS (entries));
      build_bytes (build, 0x7FE00010, i == 2 ? "OB" : "OW", picture, sizeof picture);
      file = build_file (build, syntaxes[i]);
      pair = make_pair (g_bytes_unref_to_array (g_steal_pointer (&file)),
                        "{'reviewed': <true>, 'boxes': <[(-1, uint32 1, uint32 1, uint32 2, "
                        "uint32 2)]>}");
      g_assert_cmpuint (value_at (&pair, 0x0028, 0x1202, "OW")[1], ==, entries[0] >> 8);
      /* The darkest entry covers. */
      g_assert_cmpuint (value_at (&pair, 0x7FE0, 0x0010, "OB")[5], ==, 2);
      assert_held (&pair, value_at (&pair, 0x0028, 0x1102, "US"), 6);
      assert_held (&pair, value_at (&pair, 0x0028, 0x1202, "OW"), sizeof entries);
      assert_held (&pair, value_at (&pair, 0x7FE0, 0x0010, "OB"), sizeof picture);
    }
}

/* Lengths of 32 bits, as only files that name no VRs have them everywhere: tables may be so long in
 * a copy, numbers and texts may not, and are left out. */
static void
test_long_values (void)
{
  static const guint16 descriptor[] = { 0, 0, 16 };
  const BuildImage image = { 4, 4, 1, 8, 8, 7, 0, FALSE, 0, "PALETTE COLOR" };
  static const guint8 picture[16] = { 7, 6, 5, 4, 3 };
  const gsize n_words = 65536;
  g_autofree guint16 *words = g_new (guint16, n_words);
  g_autoptr (Build) build = build_new (BUILD_IMPLICIT);
  g_autoptr (GString) times = g_string_new (NULL);
  g_autoptr (GBytes) file = NULL;
  g_auto (Pair) pair = { 0 };
  static const guint8 left_out[][4] = { { 0x18, 0, 0x65, 0x10 }, { 0x28, 0, 0x09, 0 } };

  for (gsize i = 0; i < n_words; i++)
    words[i] = (guint16) (i * 40503);
  build_patient (build, NULL, "Crimsonberry^Philomena");
  for (gsize i = 0; i < n_words; i++)
    g_string_append (times, i == 0 ? "33" : "\\33");
  build_text (build, 0x00181065, "DS", times->str);
  build_image (build, &image);
  build_words (build, 0x00280009, "AT", words, n_words / 2);
  for (guint k = 0; k < 3; k++)
    build_words (build, 0x00281101 + k, "US", descriptor, 3);
  for (guint k = 0; k < 3; k++)
    build_words (build, 0x00281201 + k, "OW", words, n_words);
  build_head (build, 0x00283000, "SQ", 8 + 8 + 6 + 8 + (guint32) n_words * 2);
  build_item (build, 0xFFFEE000, 8 + 6 + 8 + (guint32) n_words * 2);
  build_words (build, 0x00283002, "US", descriptor, 3);
  build_words (build, 0x00283006, "US", words, n_words);
  build_bytes (build, 0x7FE00010, "OW", picture, sizeof picture);
  file = build_file (build, "1.2.840.10008.1.2");
  pair = make_pair (g_bytes_unref_to_array (g_steal_pointer (&file)), "{'reviewed': <true>}");
  g_assert_cmpmem (value_at (&pair, 0x0028, 0x1202, "OW"), 2 * n_words, words, 2 * n_words);
  g_assert_cmpmem (value_at (&pair, 0x0028, 0x3006, "OW"), 2 * n_words, words, 2 * n_words);
  for (gsize i = 0; i < G_N_ELEMENTS (left_out); i++)
    g_assert_null (memmem (pair.copy->data, pair.copy->len, left_out[i], sizeof left_out[i]));
}

/* A cover of another colour, in one pixel, in one frame, and in all of them. */
static void
test_cover (void)
{
  const BuildImage image = { 4, 4, 1, 16, 12, 11, 0, FALSE, 2, "MONOCHROME2" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  guint16 words[32];
  g_auto (Pair) pair = { 0 };
  g_autoptr (GBytes) file = NULL;
  guint8 *pixels;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = (guint16) (i * 97 % 4096);
  build_patient (build, NULL, "Crimsonberry^Philomena");
  build_image (build, &image);
  build_words (build, 0x7FE00010, "OW", words, G_N_ELEMENTS (words));
  file = build_file (build, "1.2.840.10008.1.2.1");
  pair =
      make_pair (g_bytes_unref_to_array (g_steal_pointer (&file)),
                 "{'reviewed': <true>, 'boxes': <[(-1, uint32 0, uint32 0, uint32 4, uint32 2)]>}");
  pixels = value_at (&pair, 0x7FE0, 0x0010, "OW");
  assert_held (&pair, pixels, sizeof words);
  for (guint frame = 0; frame < 2; frame++)
    {
      for (guint i = 0; i < 8; i++)
        pixels[32 * frame + 2 * i] = 1;
      g_assert_cmpint (findings (&pair), >, 0);
    }
}

/* PS3.5 G: each colour of a frame is one segment of literal bytes. */
static GByteArray *
packed_colour (const guint8 *planes)
{
  const BuildImage image = { 4, 4, 3, 8, 8, 7, 0, FALSE, 0, "YBR_FULL" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  guint8 frame[64 + 3 * 18] = { 3, 0, 0, 0, 64, 0, 0, 0, 82, 0, 0, 0, 100 };
  g_autoptr (GBytes) fragment = NULL, file = NULL;

  for (guint k = 0; k < 3; k++)
    {
      frame[64 + 18 * k] = 15;
      memcpy (frame + 65 + 18 * k, planes + 16 * k, 16);
      frame[81 + 18 * k] = 0x80;
    }
  fragment = g_bytes_new (frame, sizeof frame);
  build_patient (build, NULL, "Crimsonberry^Philomena");
  build_image (build, &image);
  build_fragments (build, (const GBytes *const[]){ fragment }, 1);
  file = build_file (build, "1.2.840.10008.1.2.5");
  return g_bytes_unref_to_array (g_steal_pointer (&file));
}

/* One less or more than the nearest value is no rounding. */
static void
test_converted_colour (void)
{
  guint8 planes[48];
  g_auto (Pair) pair = { 0 };

  for (guint i = 0; i < sizeof planes; i++)
    planes[i] = (guint8) (100 + i * 7 % 50);
  pair = make_pair (packed_colour (planes), "{'reviewed': <true>, 'text-hits': <0>}");
  assert_held (&pair, value_at (&pair, 0x7FE0, 0x0010, "OB"), sizeof planes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check-origin/every-kind-of-value", test_every_kind_of_value);
  g_test_add_func ("/check-origin/every-byte", test_every_byte);
  g_test_add_func ("/check-origin/name-in-a-table", test_name_in_a_table);
  g_test_add_func ("/check-origin/value-added", test_value_added);
  g_test_add_func ("/check-origin/written-otherwise", test_written_otherwise);
  g_test_add_func ("/check-origin/other-encodings", test_other_encodings);
  g_test_add_func ("/check-origin/long-values", test_long_values);
  g_test_add_func ("/check-origin/cover", test_cover);
  g_test_add_func ("/check-origin/converted-colour", test_converted_colour);
  return g_test_run ();
}
