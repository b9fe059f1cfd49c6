/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places in which a name hides beside the attributes that are made for it, and what must stay
 * usable. */
#include <string.h>

#include "deid_fixture.h"
#include "deid_text.h"

#define CT_CLASS "1.2.840.10008.5.1.4.1.1.2"
#define US_CLASS "1.2.840.10008.5.1.4.1.1.3.1"
#define PIXELS (12 + 128) /* what fixture_ct_tail ends with */

/* A CT of a class, an instance that it shows and one that it refers to. */
static Dicom *
object (const char *sop_class, const char *modality, const char *instance, const char *reference)
{
  Dicom *d = dicom_new (), *item = dicom_new ();

  dicom_text (d, 0x0008, 0x0016, "UI", sop_class);
  dicom_text (d, 0x0008, 0x0018, "UI", instance);
  dicom_text (d, 0x0008, 0x0020, "DA", "20240303");
  dicom_text (d, 0x0008, 0x0060, "CS", modality);
  dicom_text (item, 0x0008, 0x1150, "UI", CT_CLASS);
  dicom_text (item, 0x0008, 0x1155, "UI", reference);
  dicom_sequence (d, 0x0008, 0x1140, item);
  dicom_text (d, 0x0010, 0x0010, "PN", "Crimsonberry^Philomena");
  dicom_text (d, 0x0010, 0x0020, "LO", "CB-447190");
  return d;
}

static GVariant *
extra_of (const char *text)
{
  return g_variant_ref_sink (g_variant_new_parsed (text));
}

static gint
verify (GByteArray *file, const Outcome *outcome, GVariant *extra)
{
  gsize n;
  gconstpointer bytes = g_bytes_get_data (outcome->copy, &n);

  return fixture_verify (file, bytes, n, extra);
}

static void
test_references_between_files (void)
{
  static const char one[] = "1.2.826.0.1.3680043.99.7.1", two[] = "1.2.826.0.1.3680043.99.7.2";
  Dicom *a = object (CT_CLASS, "CT", one, two), *b = object (CT_CLASS, "CT", two, one);
  g_autoptr (GByteArray) file_a = NULL, file_b = NULL;
  g_auto (Outcome) copy_a = { 0 };
  g_auto (Outcome) copy_b = { 0 };
  const char *uid_a, *uid_b;

  fixture_ct_tail (a);
  fixture_ct_tail (b);
  file_a = fixture_file (a);
  file_b = fixture_file (b);
  copy_a = fixture_deidentify (file_a, NULL);
  copy_b = fixture_deidentify (file_b, NULL);
  g_assert_true (copy_a.done);
  g_assert_true (copy_b.done);
  g_assert_true (g_variant_lookup (copy_a.result, "SOPInstanceUID", "&s", &uid_a));
  g_assert_true (g_variant_lookup (copy_b.result, "SOPInstanceUID", "&s", &uid_b));
  g_assert_cmpstr (uid_a, !=, uid_b);
  g_assert_true (fixture_contains (copy_a.copy, uid_b));
  g_assert_true (fixture_contains (copy_b.copy, uid_a));
  g_assert_false (fixture_contains (copy_a.copy, "3680043"));
  g_assert_cmpint (verify (file_a, &copy_a, NULL), ==, 0);
}

static void
test_own_name_is_a_known_word (void)
{
  Dicom *d = dicom_new ();
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };

  dicom_text (d, 0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\PERFUSION");
  dicom_text (d, 0x0008, 0x0016, "UI", CT_CLASS);
  dicom_text (d, 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.7.1");
  dicom_text (d, 0x0008, 0x0060, "CS", "CT");
  dicom_text (d, 0x0008, 0x1030, "LO", "CT of the LEFT SHOULDER");
  dicom_text (d, 0x0008, 0x103E, "LO", "CT AXIAL");
  dicom_text (d, 0x0010, 0x0010, "PN", "Shoulder^Perfusion");
  dicom_text (d, 0x0010, 0x0020, "LO", "447190");
  dicom_text (d, 0x0018, 0x0015, "CS", "SHOULDER");
  dicom_text (d, 0x0020, 0x0011, "IS", "447190");
  fixture_ct_tail (d);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "SHOULDER"));
  g_assert_false (fixture_contains (outcome.copy, "447190"));
  g_assert_true (fixture_contains (outcome.copy, "ORIGINAL\\PRIMARY\\OTHER"));
  g_assert_true (fixture_contains (outcome.copy, "CT AXIAL"));
  g_assert_cmpint (verify (file, &outcome, NULL), ==, 0);
}

static void
test_text_that_poses_as_numbers (void)
{
  Dicom *d = fixture_ct_head (), *lut = dicom_new ();
  const guint16 descriptor[] = { 4, 0, 16 };
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };

  dicom_bytes (d, 0x0018, 0x1310, "US", "MRKMATRIXOFTWELVE!", 18);
  dicom_bytes (d, 0x0018, 0x9345, "FD", "MRKDOSEOF1", 10);
  dicom_bytes (d, 0x0018, 0x9346, "UN", "MRKUNKNO", 8);
  dicom_bytes (d, 0x0018, 0xFFF0, "DS", "31415926", 8);
  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - PIXELS);
  dicom_bytes (lut, 0x0028, 0x3002, "US", descriptor, sizeof descriptor);
  dicom_bytes (lut, 0x0028, 0x3006, "OW", "MRKTABLEOFTWENTYBYTES", 20);
  dicom_sequence (d, 0x0028, 0x3010, lut);
  {
    guint16 pixels[64] = { 0 };

    dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, sizeof pixels);
  }
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "MRK"));
  g_assert_false (fixture_contains (outcome.copy, "31415926"));
}

static void
test_lookup_table_stays (void)
{
  Dicom *d = fixture_ct_head (), *lut = dicom_new ();
  const guint16 descriptor[] = { 4, 0, 16 }, table[] = { 0x4142, 0x4344, 0x4546, 0x4748 },
                pixels[64] = { 0 };
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };

  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - PIXELS);
  dicom_bytes (lut, 0x0028, 0x3002, "US", descriptor, sizeof descriptor);
  dicom_bytes (lut, 0x0028, 0x3006, "OW", table, sizeof table);
  dicom_sequence (d, 0x0028, 0x3010, lut);
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, sizeof pixels);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  g_assert_true (fixture_contains (outcome.copy, "BADCFEHG"));
}

static void
test_character_sets (void)
{
  static const char *const sets[] = { "ISO_IR 100", "ISO_IR 192", "\\ISO 2022 IR 87", "GB18030" };
  static const char *const names[] = { "M\xFCllerstein^J\xF6rg", "M\xC3\xBCllerstein^J\xC3\xB6rg",
                                       "Yamada=\x1B$B;3ED\x1B(B", "Wang=\xCD\xF5" };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      Dicom *d = dicom_new ();
      g_autoptr (GByteArray) file = NULL;
      g_auto (Outcome) outcome = { 0 };

      dicom_text (d, 0x0008, 0x0005, "CS", sets[i]);
      dicom_text (d, 0x0008, 0x0016, "UI", CT_CLASS);
      dicom_text (d, 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.7.1");
      dicom_text (d, 0x0008, 0x0060, "CS", "CT");
      dicom_text (d, 0x0008, 0x1030, "LO", names[i]);
      dicom_text (d, 0x0010, 0x0010, "PN", names[i]);
      dicom_text (d, 0x0010, 0x0020, "LO", "CB-447190");
      dicom_text (d, 0x0018, 0x1030, "LO", names[i]);
      fixture_ct_tail (d);
      file = fixture_file (d);
      outcome = fixture_deidentify (file, NULL);
      g_assert_true (outcome.done);
      g_assert_false (fixture_contains (outcome.copy, names[i]));
      g_assert_false (fixture_contains (outcome.copy, "llerstein"));
      g_assert_false (fixture_contains (outcome.copy, "Yamada"));
      g_assert_false (fixture_contains (outcome.copy, sets[i]));
      g_assert_cmpint (verify (file, &outcome, NULL), ==, 0);
    }
}

static Dicom *
dated (void)
{
  Dicom *d = dicom_new ();

  dicom_text (d, 0x0008, 0x0016, "UI", CT_CLASS);
  dicom_text (d, 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.7.1");
  dicom_text (d, 0x0008, 0x0020, "DA", "20240229");
  dicom_text (d, 0x0008, 0x0021, "DA", "202403");
  dicom_text (d, 0x0008, 0x0022, "DA", "20240310");
  dicom_text (d, 0x0008, 0x002A, "DT", "20240310101533.5+0100");
  dicom_text (d, 0x0008, 0x0030, "TM", "101533.25");
  dicom_text (d, 0x0008, 0x0032, "TM", "235959");
  dicom_text (d, 0x0008, 0x0060, "CS", "CT");
  dicom_text (d, 0x0008, 0x0201, "SH", "+0100");
  dicom_text (d, 0x0010, 0x0010, "PN", "Crimsonberry^Philomena");
  dicom_text (d, 0x0010, 0x0020, "LO", "CB-447190");
  dicom_text (d, 0x0010, 0x0030, "DA", "19510504");
  fixture_ct_tail (d);
  return d;
}

static void
test_dates_move_together (void)
{
  g_autoptr (GByteArray) file = fixture_file (dated ());
  g_autoptr (GVariant) timed = extra_of ("{'time-shift': <600>}"),
                       kept = extra_of ("{'keep-dates': <true>}");
  g_auto (Outcome) moved = fixture_deidentify (file, NULL);
  g_auto (Outcome) with_times = fixture_deidentify (file, timed);
  g_auto (Outcome) with_dates = fixture_deidentify (file, kept);

  g_assert_true (moved.done);
  /* 420 days back; ten days lie between the two as before. */
  g_assert_true (fixture_contains (moved.copy, "20230105"));
  g_assert_true (fixture_contains (moved.copy, "20230115"));
  g_assert_false (fixture_contains (moved.copy, "2024"));
  g_assert_false (fixture_contains (moved.copy, "1015"));
  g_assert_false (fixture_contains (moved.copy, "+0100"));
  g_assert_cmpint (verify (file, &moved, NULL), ==, 0);

  g_assert_true (with_times.done);
  g_assert_true (fixture_contains (with_times.copy, "102533.25"));
  g_assert_true (fixture_contains (with_times.copy, "20230115102533.5"));
  g_assert_false (fixture_contains (with_times.copy, "235959"));
  g_assert_cmpint (verify (file, &with_times, timed), ==, 0);

  g_assert_true (with_dates.done);
  g_assert_true (fixture_contains (with_dates.copy, "20240229"));
  g_assert_true (fixture_contains (with_dates.copy, "101533.25"));
  g_assert_false (fixture_contains (with_dates.copy, "19510504"));
  g_assert_true (fixture_contains (with_dates.copy, "113106"));
  g_assert_false (fixture_contains (with_dates.copy, "113107"));
  g_assert_cmpint (verify (file, &with_dates, kept), ==, 0);
}

#define US_SIDE 8

#define ABSENT G_MAXUINT

/* Left, top, right, bottom; ABSENT: not told. */
typedef struct
{
  guint corners[4];
} Region;

static void
add_regions (Dicom *d, const Region *regions, gsize n)
{
  g_autoptr (GByteArray) items = g_byte_array_new ();

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) item = dicom_new ();
      guint8 head[] = { 0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0 };

      for (guint k = 0; k < 4; k++)
        if (regions[i].corners[k] != ABSENT)
          dicom_ul (item, 0x0018, (guint16) (0x6018 + 2 * k), regions[i].corners[k]);
      head[4] = (guint8) item->len;
      g_byte_array_append (items, head, sizeof head);
      g_byte_array_append (items, item->data, item->len);
    }
  if (n > 0)
    dicom_bytes (d, 0x0018, 0x6011, "SQ", items->data, items->len);
}

/* Two frames of 8 by 8 bytes, none of them 0. */
static GByteArray *
ultrasound_of (const Region *regions, gsize n)
{
  Dicom *d = object (US_CLASS, "US", "1.2.826.0.1.3680043.99.7.1", "1.2.826.0.1.3680043.99.7.2");
  guint8 pixels[2 * US_SIDE * US_SIDE];
  GByteArray *file;

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8) (100 + i);
  add_regions (d, regions, n);
  dicom_us (d, 0x0028, 0x0002, 1);
  dicom_text (d, 0x0028, 0x0004, "CS", "MONOCHROME2");
  dicom_text (d, 0x0028, 0x0008, "IS", "2");
  dicom_us (d, 0x0028, 0x0010, US_SIDE);
  dicom_us (d, 0x0028, 0x0011, US_SIDE);
  dicom_us (d, 0x0028, 0x0100, 8);
  dicom_us (d, 0x0028, 0x0101, 8);
  dicom_us (d, 0x0028, 0x0102, 7);
  dicom_us (d, 0x0028, 0x0103, 0);
  dicom_bytes (d, 0x7FE0, 0x0010, "OB", pixels, sizeof pixels);
  file = dicom_file (d, NULL, US_CLASS, "1.2.826.0.1.3680043.99.7.1");
  g_byte_array_unref (d);
  return file;
}

/* With the region 2..5 in both directions. */
static GByteArray *
ultrasound (gboolean regions)
{
  static const Region region = { { 2, 2, 5, 5 } };

  return ultrasound_of (&region, regions ? 1 : 0);
}

static void
assert_only_the_region_is_seen (GByteArray *file)
{
  g_autoptr (GVariant) reviewed = extra_of ("{'reviewed': <true>}");
  g_auto (Outcome) outcome = fixture_deidentify (file, reviewed);
  const guint8 *pixels;
  gsize n;

  g_assert_true (outcome.done);
  pixels = g_bytes_get_data (outcome.copy, &n);
  pixels += n - 2 * US_SIDE * US_SIDE;
  for (guint i = 0; i < 2 * US_SIDE * US_SIDE; i++)
    {
      guint x = i % US_SIDE, y = i / US_SIDE % US_SIDE;
      gboolean inside = x >= 2 && x <= 5 && y >= 2 && y <= 5;

      g_assert_cmpuint (pixels[i], ==, inside ? (guint8) (100 + i) : 0);
    }
  g_assert_true (fixture_contains (outcome.copy, "113101"));
  g_assert_cmpint (verify (file, &outcome, reviewed), ==, 0);
}

static void
test_ultrasound_regions (void)
{
  g_autoptr (GByteArray) file = ultrasound (TRUE);

  assert_only_the_region_is_seen (file);
}

/* A line, one that is the wrong way round, and one of which a corner is not told show nothing. */
static void
test_regions_that_are_none (void)
{
  static const Region regions[] = {
    { { 0, 0, 0, 7 } },      { { 0, 0, 7, 0 } },      { { 7, 0, 6, 7 } },
    { { ABSENT, 0, 7, 7 } }, { { 0, ABSENT, 7, 7 } }, { { 0, 0, ABSENT, 7 } },
    { { 0, 0, 7, ABSENT } }, { { 2, 2, 5, 5 } },
  };
  g_autoptr (GByteArray) file = ultrasound_of (regions, G_N_ELEMENTS (regions)),
                         none = ultrasound_of (regions, G_N_ELEMENTS (regions) - 1);
  g_autoptr (GVariant) reviewed = extra_of ("{'reviewed': <true>}");
  g_auto (Outcome) outcome = fixture_deidentify (none, reviewed);

  assert_only_the_region_is_seen (file);
  g_assert_cmpstr (outcome.code, ==, "needs-boxes");
}

/* A refusal leaves nothing where the copy would have been. */
static void
assert_nothing_left (GByteArray *file, const char *extra_text, const char *error, const char *code)
{
  g_autoptr (GVariant) extra = extra_of (extra_text), arguments = fixture_arguments (extra);
  g_autofree guint8 *arena = g_malloc0 (65536);
  ReaderSource source = { .size = file->len, .data = file->data };
  ReaderCall call = { arguments, &source, NULL };
  ReaderAnswer answer = { .arena = arena, .arena_size = 65536 };

  g_assert_null (reader_dicom_preload ());
  g_variant_dict_init (&answer.result, NULL);
  g_assert_false (reader_verb_deidentify (&call, &answer));
  g_assert_cmpstr (answer.error, ==, error);
  g_assert_cmpstr (answer.code, ==, code);
  g_assert_null (answer.bulk);
  for (guint i = 0; i < 65536; i++)
    g_assert_cmpuint (arena[i], ==, 0);
  g_variant_dict_clear (&answer.result);
}

static Dicom *
nested (guint levels)
{
  Dicom *item = dicom_new ();

  dicom_text (item, 0x0018, 0x0050, "DS", "1");
  if (levels > 1)
    dicom_sequence (item, 0x0040, 0xA170, nested (levels - 1));
  return item;
}

static GByteArray *
deep (guint levels)
{
  Dicom *d = fixture_ct_head ();

  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - PIXELS);
  dicom_sequence (d, 0x0040, 0xA170, nested (levels));
  {
    guint16 pixels[64] = { 0 };

    dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, sizeof pixels);
  }
  return fixture_file (d);
}

static void
test_refusals_leave_nothing (void)
{
  static const guint8 zeros[16] = { 0 };
  Dicom *d = fixture_ct_head ();
  g_autoptr (GByteArray) plain = NULL, tail = NULL, cut = NULL, two = NULL, us = ultrasound (FALSE);
  g_autoptr (GByteArray) shallow = deep (16), too_deep = deep (17);
  g_auto (Outcome) deep_enough = fixture_deidentify (shallow, NULL);

  g_assert_true (deep_enough.done);
  assert_nothing_left (too_deep, "@a{sv} {}", "refused", "damaged");

  fixture_ct_tail (d);
  plain = fixture_file (d);
  tail = g_byte_array_append (g_byte_array_new (), plain->data, plain->len);
  g_byte_array_append (tail, zeros, sizeof zeros);
  assert_nothing_left (tail, "@a{sv} {}", "refused", "damaged");
  cut = g_byte_array_append (g_byte_array_new (), plain->data, plain->len - 10);
  assert_nothing_left (cut, "@a{sv} {}", "refused", "damaged");

  two = fixture_file (object (CT_CLASS, "CT", "1.2.3.4\\1.2.3.5", "1.2.3.6"));
  assert_nothing_left (two, "@a{sv} {}", "refused", "no-picture");

  assert_nothing_left (us, "@a{sv} {}", "refused", "needs-review");
  assert_nothing_left (us, "{'reviewed': <true>}", "refused", "needs-boxes");

  assert_nothing_left (plain, "{'profile': <'open'>}", "bad-request", NULL);
  assert_nothing_left (plain, "{'profile': <'public'>, 'keep-dates': <true>}", "bad-request", NULL);
  assert_nothing_left (plain, "{'date-shift': <0>}", "bad-request", NULL);
  assert_nothing_left (plain, "{'software': <'a\\\\b'>}", "bad-request", NULL);
  assert_nothing_left (plain, "{'boxes': <[(-1, uint32 8, uint32 0, uint32 2, uint32 2)]>}",
                       "bad-request", NULL);
  assert_nothing_left (plain, "{'boxes': <[(1, uint32 0, uint32 0, uint32 2, uint32 2)]>}",
                       "bad-request", NULL);
  assert_nothing_left (plain, "{'boxes': <[(0, uint32 0, uint32 0, uint32 0, uint32 2)]>}",
                       "bad-request", NULL);
}

static void
test_pictures_to_look_at (void)
{
  static const char *const types[] = { "DERIVED\\SECONDARY\\AXIAL",
                                       "ORIGINAL\\PRIMARY\\DOSE_INFO" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      Dicom *d = dicom_new ();
      g_autoptr (GByteArray) file = NULL;

      dicom_text (d, 0x0008, 0x0008, "CS", types[i]);
      dicom_text (d, 0x0008, 0x0016, "UI", CT_CLASS);
      dicom_text (d, 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.7.1");
      dicom_text (d, 0x0008, 0x0060, "CS", "CT");
      fixture_ct_tail (d);
      file = fixture_file (d);
      assert_nothing_left (file, "@a{sv} {}", "refused", "needs-review");
    }
}

/* What others say of it proves nothing. */
static void
test_already_marked (void)
{
  Dicom *d = fixture_ct_head ();
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };

  dicom_text (d, 0x0012, 0x0062, "CS", "YES");
  dicom_text (d, 0x0012, 0x0063, "LO", "Marblewood Cleaner");
  fixture_ct_tail (d);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "Crimsonberry"));
  g_assert_false (fixture_contains (outcome.copy, "Marblewood"));
  g_assert_true (fixture_contains (outcome.copy, "Test 1; PS3.15 2026d; profile B"));
}

static void
test_words_at_the_ends (void)
{
  static const char *const words[] = { "2D", "AX", "CHEST", "THORAX", "XRAY", "YBR", "YES" };
  static const char *const terms[] = {
    "10918", "BQML", "HELIX", "PROPCPS", "ZERO", "ZONE", "ZYGOMA"
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_true (reader_deid_word_known (words[i]));
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    {
      g_assert_true (reader_deid_term_known (terms[i]));
      g_assert_false (reader_deid_word_known (terms[i]));
    }
  g_assert_false (reader_deid_words_known ("CT 03.12.24"));
  g_assert_true (reader_deid_words_known ("CT CHEST 3 MM 120 KV"));
  g_assert_false (reader_deid_codes_known ("DOE_JIM"));
}

/* What the check lets no copy say is left out, not kept for it to refuse. */
static void
test_descriptions_that_are_none (void)
{
  static const char *const texts[] = {
    "CT = CHEST",
    "CT CHEST CT CHEST CT CHEST CT CHEST CT CHEST CT CHEST CT CHEST CT CHEST CT",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      Dicom *d = fixture_ct_head ();
      g_autoptr (GByteArray) file = NULL;
      g_auto (Outcome) outcome = { 0 };

      dicom_text (d, 0x0018, 0x1030, "LO", texts[i]);
      dicom_text (d, 0x0018, 0x1152, "IS", "120\t");
      dicom_text (d, 0x0028, 0x1055, "LO", texts[i]);
      fixture_ct_tail (d);
      file = fixture_file (d);
      outcome = fixture_deidentify (file, NULL);
      g_assert_true (outcome.done);
      g_assert_true (fixture_contains (outcome.copy, "CT CHEST"));
      g_assert_false (fixture_contains (outcome.copy, texts[i]));
      g_assert_cmpint (verify (file, &outcome, NULL), ==, 0);
    }
}

/* Values of a CT with NULs inside them, or what they then say. */
static void
add_nuls (Dicom *d, gboolean nuls)
{
  static const struct
  {
    guint16 group, element;
    const char *vr;
    const char *with; /* | stands for a NUL */
    const char *without;
  } values[] = {
    { 0x0008, 0x0008, "CS", "ORIGINAL|\\PRIMARY ||\\AXIAL|X", "ORIGINAL\\PRIMARY\\AXIAL" },
    { 0x0008, 0x0016, "UI", CT_CLASS "|", CT_CLASS },
    { 0x0008, 0x0018, "UI", "1.2.826.0.1.3680043.99.7.1||9", "1.2.826.0.1.3680043.99.7.1" },
    { 0x0008, 0x0020, "DA", "20240303|1", "20240303" },
    { 0x0008, 0x0030, "TM", "101533||", "101533" },
    { 0x0008, 0x0060, "CS", "CT|", "CT" },
    { 0x0008, 0x103E, "LO", "CT CHEST||447", "CT CHEST" },
    { 0x0010, 0x0010, "PN", "Crimson|berry^Philomena", "Crimsonberry^Philomena" },
    { 0x0010, 0x0020, "LO", "CB-44||7190|", "CB-447190" },
    { 0x0010, 0x0021, "LO", "|Marble|wood", "Marblewood" },
    { 0x0010, 0x0040, "CS", "F|", "F" },
    { 0x0010, 0x1010, "AS", "072Y||", "072Y" },
    { 0x0018, 0x0050, "DS", "1.5|7", "1.5" },
    { 0x0018, 0x1151, "IS", "12|", "12" },
    { 0x0018, 0x5100, "CS", "HFS|", "HFS" },
    { 0x0020, 0x000D, "UI", "1.2.826.0.1.3680043.99.7.2||", "1.2.826.0.1.3680043.99.7.2" },
    { 0x0020, 0x000E, "UI", " 1.2.826.0.1.3680043.99.7.3|", "1.2.826.0.1.3680043.99.7.3" },
    { 0x0020, 0x0032, "DS", "1||\\ 2 |\\3|4", "1\\2\\3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = g_strdup (nuls ? values[i].with : values[i].without);
      const gsize n = strlen (text);

      if (!nuls)
        dicom_text (d, values[i].group, values[i].element, values[i].vr, text);
      else
        dicom_bytes (d, values[i].group, values[i].element, values[i].vr,
                     g_strdelimit (text, "|", '\0'), n);
    }
}

/* A copy is the same whether there are NULs inside the texts of its source or not: a value ends
 * with the first, and of what numbers the patient they are left out, as they are in the vault. */
static void
test_nuls_in_texts (void)
{
  GByteArray *files[2];
  Outcome copies[2];

  for (guint i = 0; i < 2; i++)
    {
      Dicom *d = dicom_new ();

      add_nuls (d, i == 1);
      fixture_ct_tail (d);
      files[i] = fixture_file (d);
      copies[i] = fixture_deidentify (files[i], NULL);
      g_assert_true (copies[i].done);
      g_assert_cmpint (verify (files[i], &copies[i], NULL), ==, 0);
    }
  g_assert_true (g_bytes_equal (copies[0].copy, copies[1].copy));
  for (guint i = 0; i < 2; i++)
    {
      g_byte_array_unref (files[i]);
      outcome_clear (&copies[i]);
    }
}

/* PS3.3 C.7.6.1: Type 2 attributes that the source leaves empty stand in the copy. */
static void
test_empty_stays_empty (void)
{
  static const guint8 orientation[] = { 0x20, 0, 0x20, 0, 'C', 'S', 0, 0 };
  Dicom *d = fixture_ct_head ();
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };
  gconstpointer copy;
  gsize n;

  dicom_text (d, 0x0020, 0x0020, "CS", "");
  fixture_ct_tail (d);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  copy = g_bytes_get_data (outcome.copy, &n);
  g_assert_nonnull (memmem (copy, n, orientation, sizeof orientation));
  g_assert_cmpint (verify (file, &outcome, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deid/references-between-files", test_references_between_files);
  g_test_add_func ("/deid/own-name-is-a-known-word", test_own_name_is_a_known_word);
  g_test_add_func ("/deid/text-that-poses-as-numbers", test_text_that_poses_as_numbers);
  g_test_add_func ("/deid/lookup-table-stays", test_lookup_table_stays);
  g_test_add_func ("/deid/character-sets", test_character_sets);
  g_test_add_func ("/deid/dates-move-together", test_dates_move_together);
  g_test_add_func ("/deid/ultrasound-regions", test_ultrasound_regions);
  g_test_add_func ("/deid/regions-that-are-none", test_regions_that_are_none);
  g_test_add_func ("/deid/refusals-leave-nothing", test_refusals_leave_nothing);
  g_test_add_func ("/deid/pictures-to-look-at", test_pictures_to_look_at);
  g_test_add_func ("/deid/already-marked", test_already_marked);
  g_test_add_func ("/deid/words-at-the-ends", test_words_at_the_ends);
  g_test_add_func ("/deid/descriptions-that-are-none", test_descriptions_that_are_none);
  g_test_add_func ("/deid/nuls-in-texts", test_nuls_in_texts);
  g_test_add_func ("/deid/empty-stays-empty", test_empty_stays_empty);
  return g_test_run ();
}
