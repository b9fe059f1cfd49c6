/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is handed out holds nothing of what was to be removed, is the same every time, and is
 * refused where that cannot be promised. */
#include <string.h>

#include "deid_fixture.h"
#include "deid_keys.h"
#include "deid_rules.h"
#include "deid_text.h"

static void
test_row_counts (void)
{
  guint standard, beyond;

  reader_deid_row_counts (&standard, &beyond);
  g_assert_cmpuint (standard, ==, 657);
  g_assert_cmpuint (beyond, ==, 356);
}

static void
test_plain (void)
{
  g_autoptr (GByteArray) file = NULL;
  Dicom *d = fixture_ct_head ();
  g_auto (Outcome) outcome = { 0 };
  static const char *const gone[] = { "Crimsonberry", "Philomena", "CB-447190", "Marblewood",
                                      "Oakenshade",   "20240303",  "19510504",  "ACC5520771",
                                      "3680043.99",   "101533" };
  const char *date = NULL;

  fixture_ct_tail (d);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  for (gsize i = 0; i < G_N_ELEMENTS (gone); i++)
    g_assert_false (fixture_contains (outcome.copy, gone[i]));
  g_assert_true (fixture_contains (outcome.copy, "CT CHEST"));
  g_assert_true (fixture_contains (outcome.copy, "072Y"));
  g_assert_true (g_variant_lookup (outcome.result, "StudyDate", "&s", &date));
  g_assert_cmpstr (date, ==, "20230108");
  g_assert_cmpint (fixture_verify (file, g_bytes_get_data (outcome.copy, NULL),
                                   g_bytes_get_size (outcome.copy), NULL),
                   ==, 0);
}

static void
test_same_bytes_again (void)
{
  g_autoptr (GByteArray) file = NULL;
  Dicom *d = fixture_ct_head ();
  g_auto (Outcome) one = { 0 };
  g_auto (Outcome) two = { 0 };

  fixture_ct_tail (d);
  file = fixture_file (d);
  one = fixture_deidentify (file, NULL);
  two = fixture_deidentify (file, NULL);
  g_assert_true (g_bytes_equal (one.copy, two.copy));
}

/* Every attribute of the table, with a marker in it, at the root and one and three levels down. */
static void
add_marked (Dicom *d, GPtrArray *markers, guint16 group, guint16 element)
{
  static const char *const vrs[] = { "LO", "PN", "UT", "SH" };
  const char *vr = vrs[element % G_N_ELEMENTS (vrs)];
  char *marker = g_strdup_printf ("MRK%05uX", markers->len);

  g_ptr_array_add (markers, marker);
  dicom_text (d, group, element, vr, marker);
}

/* What the image itself needs, and (0028,7FE0), which alone makes a refusal. */
static gboolean
is_needed (guint16 group, guint16 element)
{
  return group < 8 || (group == 0x0028 && element == 0x7FE0) || group == 0x7FE0 ||
         (group == 0x0028 && element <= 0x0103) ||
         (group == 0x0008 && (element == 0x0016 || element == 0x0018 || element == 0x0060));
}

static Dicom *
marked_item (GPtrArray *markers, guint levels)
{
  Dicom *item = dicom_new ();

  for (guint32 tag = 0x00080000; tag < 0x00420000; tag++)
    if (reader_deid_row ((guint16) (tag >> 16), (guint16) tag) != NULL &&
        !is_needed ((guint16) (tag >> 16), (guint16) tag))
      add_marked (item, markers, (guint16) (tag >> 16), (guint16) tag);
  if (levels > 1)
    dicom_sequence (item, 0x0054, 0x0016, marked_item (markers, levels - 1));
  return item;
}

static void
test_markers (void)
{
  g_autoptr (GPtrArray) markers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GByteArray) file = NULL;
  g_auto (Outcome) outcome = { 0 };
  Dicom *d = fixture_ct_head ();

  add_marked (d, markers, 0x0009, 0x0010);
  add_marked (d, markers, 0x0009, 0x1001);
  add_marked (d, markers, 0x0011, 0x0010);
  dicom_text (d, 0x0018, 0x0015, "CS", "CHEST");
  dicom_bytes (d, 0x0018, 0x9345, "UN", "MRKUNKNOWN", 10);
  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - (12 + 128));
  dicom_sequence (d, 0x0054, 0x0016, marked_item (markers, 3));
  add_marked (d, markers, 0x5000, 0x0022);
  add_marked (d, markers, 0x6000, 0x0022);
  dicom_bytes (d, 0x6000, 0x3000, "OW", "MRKOVERLAYBITS!!", 16);
  {
    guint16 pixels[64] = { 0 };

    dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, sizeof pixels);
  }
  dicom_bytes (d, 0xFFFC, 0xFFFC, "OB", "MRKPADDING", 10);
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  g_assert_cmpuint (markers->len, >, 1000);
  g_assert_false (fixture_contains (outcome.copy, "MRK"));
  g_assert_cmpint (fixture_verify (file, g_bytes_get_data (outcome.copy, NULL),
                                   g_bytes_get_size (outcome.copy), NULL),
                   ==, 0);
}

static void
test_high_bits (void)
{
  g_autoptr (GByteArray) file = NULL;
  Dicom *d = fixture_ct_head ();
  g_auto (Outcome) outcome = { 0 };
  gsize n;
  const guint8 *copy;

  fixture_ct_tail (d);
  for (guint i = 1; i < 128; i += 2)
    d->data[d->len - 128 + i] |= 0xA0;
  file = fixture_file (d);
  outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  copy = g_bytes_get_data (outcome.copy, &n);
  for (guint i = 1; i < 128; i += 2)
    g_assert_cmpuint (copy[n - 128 + i] & 0xF0, ==, 0);
}

static void
test_boxes (void)
{
  g_autoptr (GByteArray) file = NULL;
  Dicom *d = fixture_ct_head ();
  g_auto (Outcome) outcome = { 0 };
  GVariantBuilder boxes;
  GVariantDict extra;
  g_autoptr (GVariant) arguments = NULL;
  gsize n;
  const guint8 *copy;

  fixture_ct_tail (d);
  file = fixture_file (d);
  g_variant_builder_init (&boxes, G_VARIANT_TYPE ("a(iuuuu)"));
  g_variant_builder_add (&boxes, "(iuuuu)", -1, 1, 1, 3, 2);
  g_variant_dict_init (&extra, NULL);
  g_variant_dict_insert_value (&extra, "boxes", g_variant_builder_end (&boxes));
  g_variant_dict_insert (&extra, "reviewed", "b", TRUE);
  arguments = g_variant_ref_sink (g_variant_dict_end (&extra));
  outcome = fixture_deidentify (file, arguments);
  g_assert_true (outcome.done);
  copy = g_bytes_get_data (outcome.copy, &n);
  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 8; x++)
      {
        const guint8 *at = copy + n - 128 + (y * 8 + x) * 2;
        gboolean covered = x >= 1 && x < 4 && y >= 1 && y < 3;

        g_assert_cmpuint (at[0] | at[1] << 8, ==, covered ? 0 : (y * 8 + x) * 37 % 4096);
      }
  g_assert_true (fixture_contains (outcome.copy, "113101"));
  g_assert_cmpint (fixture_verify (file, copy, n, arguments), ==, 0);
}

static void
assert_refused (Dicom *d, const char *code)
{
  g_autoptr (GByteArray) file = fixture_file (d);
  g_auto (Outcome) outcome = fixture_deidentify (file, NULL);

  g_assert_false (outcome.done);
  g_assert_cmpstr (outcome.error, ==, "refused");
  g_assert_cmpstr (outcome.code, ==, code);
}

/* Overwrites the value of a text that stands exactly once. */
static Dicom *
replaced (Dicom *d, const char *from, const char *to)
{
  guint8 *at = memmem (d->data, d->len, from, strlen (from));

  g_assert_nonnull (at);
  g_assert_cmpuint (strlen (from), ==, strlen (to));
  memcpy (at, to, strlen (to));
  return d;
}

static void
test_refusals (void)
{
  Dicom *d = fixture_ct_head ();

  fixture_ct_tail (d);
  assert_refused (replaced (d, "1.2.840.10008.5.1.4.1.1.2\0", "1.2.840.10008.5.1.4.1.1.9"),
                  "kind-not-supported");

  d = fixture_ct_head ();
  assert_refused (d, "no-picture");

  d = fixture_ct_head ();
  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - 12 - 128);
  dicom_text (d, 0x0028, 0x0301, "CS", "YES");
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", "0123456789abcdef", 16);
  assert_refused (d, "needs-review");

  d = fixture_ct_head ();
  fixture_ct_tail (d);
  g_byte_array_set_size (d, d->len - 12 - 128);
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", "0123456789abcdef", 16);
  assert_refused (d, "pixels-not-decodable");
}

static void
test_keys (void)
{
  guint8 key[32] = { 0 }, other[32] = { 1 };
  char uid[65], again[65], different[65], patient[17];

  reader_deid_uid (key, "1.2.3.4", uid);
  reader_deid_uid (key, "1.2.3.4 ", again);
  reader_deid_uid (other, "1.2.3.4", different);
  g_assert_cmpstr (uid, ==, again);
  g_assert_cmpstr (uid, !=, different);
  g_assert_true (g_str_has_prefix (uid, "2.25."));
  g_assert_cmpuint (strlen (uid), <=, 44);
  /* Computed with Python's hmac and int.from_bytes from the rule in DEID.md. */
  g_assert_cmpstr (uid, ==, "2.25.168611914658894634236966853065185067859");
  reader_deid_patient (key, "4711", "", patient);
  g_assert_cmpstr (patient, ==, "JM7V2LPDXGRJUVGL");
}

static void
test_dates (void)
{
  char date[9], time[17], datetime[27];

  g_assert_true (reader_deid_shift_date ("20240303", -7, date));
  g_assert_cmpstr (date, ==, "20240225");
  g_assert_false (reader_deid_shift_date ("20240230", -7, date));
  g_assert_false (reader_deid_shift_date ("2024", -7, date));
  g_assert_false (reader_deid_shift_date ("2024.03.03", -7, date));
  g_assert_true (reader_deid_shift_time ("101533.25", 60, time));
  g_assert_cmpstr (time, ==, "101633.25");
  g_assert_false (reader_deid_shift_time ("235959", 60, time));
  g_assert_false (reader_deid_shift_time ("14:04:38", 0, time));
  g_assert_true (reader_deid_shift_datetime ("20240303101533.5+0100", -7, -1, datetime));
  g_assert_cmpstr (datetime, ==, "20240225");
}

static void
test_words (void)
{
  char age[5];

  g_assert_true (reader_deid_words_known ("CT CHEST with contrast"));
  g_assert_false (reader_deid_words_known ("CT CHEST Crimsonberry"));
  g_assert_false (reader_deid_words_known ("CT 447190"));
  g_assert_true (reader_deid_codes_known ("ORIGINAL\\PRIMARY\\AXIAL"));
  g_assert_false (reader_deid_codes_known ("CRIMSONBERRY"));
  g_assert_false (reader_deid_codes_known ("lower"));
  g_assert_true (reader_deid_is_numbers ("1.5\\-2E3"));
  g_assert_false (reader_deid_is_numbers ("12 Oak Lane"));
  g_assert_true (reader_deid_age ("095Y", age));
  g_assert_cmpstr (age, ==, "090Y");
  g_assert_false (reader_deid_age ("72", age));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deid/row-counts", test_row_counts);
  g_test_add_func ("/deid/plain", test_plain);
  g_test_add_func ("/deid/same-bytes-again", test_same_bytes_again);
  g_test_add_func ("/deid/markers", test_markers);
  g_test_add_func ("/deid/high-bits", test_high_bits);
  g_test_add_func ("/deid/boxes", test_boxes);
  g_test_add_func ("/deid/refusals", test_refusals);
  g_test_add_func ("/deid/keys", test_keys);
  g_test_add_func ("/deid/dates", test_dates);
  g_test_add_func ("/deid/words", test_words);
  return g_test_run ();
}
