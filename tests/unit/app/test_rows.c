/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalog's rows: what goes in comes out, and nothing that is no row is taken for one. */
#include <math.h>
#include <string.h>

#include "rows.h"

static void
test_study (void)
{
  ScanStudyRow in = { "1.2.3",  "M\xc3\xbcller^Anna", "4711", "19510504", "F", "20240303", "101500",
                      "CT THX", "St. Mary",           "Adams" };
  ScanStudyRow out;
  g_autoptr (GByteArray) row = scan_row_from_study (&in);

  g_assert_true (scan_row_to_study (row->data, row->len, &out));
  g_assert_cmpstr (out.uid, ==, in.uid);
  g_assert_cmpstr (out.patient_name, ==, in.patient_name);
  g_assert_cmpstr (out.patient_id, ==, in.patient_id);
  g_assert_cmpstr (out.birth_date, ==, in.birth_date);
  g_assert_cmpstr (out.sex, ==, in.sex);
  g_assert_cmpstr (out.date, ==, in.date);
  g_assert_cmpstr (out.time, ==, in.time);
  g_assert_cmpstr (out.description, ==, in.description);
  g_assert_cmpstr (out.institution, ==, in.institution);
  g_assert_cmpstr (out.referrer, ==, in.referrer);
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_study (row->data, n, &out));
}

static void
test_instance (void)
{
  ScanInstanceRow in = { .renderable = TRUE,
                         .conflict = TRUE,
                         .rows = 512,
                         .columns = 65535,
                         .frames = 4000000000u,
                         .number = -1,
                         .bytes = G_GUINT64_CONSTANT (5000000000),
                         .position = -123.25,
                         .uid = "1.2.840.99.7",
                         .sop_class = scan_row_uid_short ("1.2.840.10008.5.1.4.1.1.2"),
                         .transfer_syntax = scan_row_uid_short ("1.2.840.10008.1.2.1") };
  ScanInstanceRow out;
  g_autoptr (GByteArray) row = NULL;

  memset (in.series, 0xA5, sizeof in.series);
  row = scan_row_from_instance (&in);
  g_assert_true (scan_row_to_instance (row->data, row->len, &out));
  g_assert_cmpmem (out.series, sizeof out.series, in.series, sizeof in.series);
  g_assert_true (out.renderable);
  g_assert_true (out.conflict);
  g_assert_cmpuint (out.rows, ==, 512);
  g_assert_cmpuint (out.columns, ==, 65535);
  g_assert_cmpuint (out.frames, ==, 4000000000u);
  g_assert_cmpint (out.number, ==, -1);
  g_assert_cmpuint (out.bytes, ==, G_GUINT64_CONSTANT (5000000000));
  g_assert_cmpfloat (out.position, ==, -123.25);
  g_assert_cmpstr (scan_row_uid_text (out.sop_class), ==, "1.2.840.10008.5.1.4.1.1.2");
  g_assert_cmpstr (scan_row_uid_text (out.transfer_syntax), ==, "1.2.840.10008.1.2.1");
  g_assert_null (out.arrangement);
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_instance (row->data, n, &out));
}

/* The arrangement is the part that earlier rows lack; cut off, it is not there. */
static void
test_arrangement (void)
{
  static const guint8 arrangement[] = { 3, 1, 0, 7 };
  ScanInstanceRow in = { .uid = "1.2", .arrangement = arrangement }, out;
  g_autoptr (GByteArray) row = scan_row_from_instance (&in);

  g_assert_true (scan_row_to_instance (row->data, row->len, &out));
  g_assert_cmpmem (out.arrangement, 4, arrangement, 4);
  for (guint n = 1; n <= 4; n++)
    {
      g_assert_true (scan_row_to_instance (row->data, row->len - n, &out));
      g_assert_null (out.arrangement);
    }
  g_byte_array_append (row, (const guint8 *) "more", 4);
  g_assert_true (scan_row_to_instance (row->data, row->len, &out));
  g_assert_nonnull (out.arrangement);
}

static void
test_layout (void)
{
  /* The bytes that app/ROWS.md describes, written by hand. */
  static const guint8 expected[] = { 1,  1,   2,   3,   4, 5, 6, 7,   8,   9,   10,  11,  12,
                                     13, 14,  15,  16,  7, 0, 0, 0,   0,   0,   0,   0,   3,
                                     0,  'p', 'd', 'f', 0, 5, 0, 'a', '.', 'p', 'd', 'f', 0 };
  ScanDocumentRow row = { .bytes = 7, .type = "pdf", .name = "a.pdf" };
  g_autoptr (GByteArray) bytes = NULL;

  for (guint8 i = 0; i < SCAN_KEY_SIZE; i++)
    row.study[i] = (guint8) (i + 1);
  bytes = scan_row_from_document (&row);
  g_assert_cmpmem (bytes->data, bytes->len, expected, sizeof expected);
}

static void
test_share (void)
{
  guint8 items[2 * SCAN_KEY_SIZE], hashes[32];
  ScanShareRow in = { 1700000000, 1, TRUE, -364, -1, 48, "Dr Adams", 2, items, 1, hashes }, out;
  g_autoptr (GByteArray) row = NULL;

  memset (items, 1, sizeof items);
  memset (hashes, 2, sizeof hashes);
  row = scan_row_from_share (&in);
  g_assert_true (scan_row_to_share (row->data, row->len, &out));
  g_assert_cmpint (out.date, ==, in.date);
  g_assert_cmpint (out.date_shift, ==, -364);
  g_assert_cmpint (out.time_shift, ==, -1);
  g_assert_true (out.keep_dates);
  g_assert_cmpstr (out.to, ==, "Dr Adams");
  g_assert_cmpmem (out.items, out.n_items * SCAN_KEY_SIZE, items, sizeof items);
  g_assert_cmpmem (out.hashes, out.n_hashes * 32, hashes, sizeof hashes);
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_share (row->data, n, &out));
}

static void
test_share_agreed (void)
{
  /* The bytes that app/ROWS.md describes, written by hand. */
  static const guint8 expected[] = { 1, 5, 1, 0, 0, 0, 0, 0, 0, 4, 0, 'k', 'n', 'e', 'e', 0 };
  const ScanShareAgreedRow in = { 261, "knee" };
  ScanShareAgreedRow out;
  g_autoptr (GByteArray) row = scan_row_from_share_agreed (&in);

  g_assert_cmpmem (row->data, row->len, expected, sizeof expected);
  g_assert_true (scan_row_to_share_agreed (row->data, row->len, &out));
  g_assert_cmpint (out.delete_by, ==, 261);
  g_assert_cmpstr (out.purpose, ==, "knee");
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_share_agreed (row->data, n, &out));
}

static void
test_share_event (void)
{
  /* The bytes that app/ROWS.md describes, written by hand. */
  static const guint8 expected[] = { 1, 5, 1, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9,
                                     9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 2 };
  ScanShareEventRow in = { .date = 261, .status = 2 }, out;
  g_autoptr (GByteArray) row = NULL;

  memset (in.share, 9, sizeof in.share);
  row = scan_row_from_share_event (&in);
  g_assert_cmpmem (row->data, row->len, expected, sizeof expected);
  g_assert_true (scan_row_to_share_event (row->data, row->len, &out));
  g_assert_cmpint (out.date, ==, 261);
  g_assert_cmpmem (out.share, sizeof out.share, in.share, sizeof in.share);
  g_assert_cmpuint (out.status, ==, 2);
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_share_event (row->data, n, &out));
}

static void
test_reminder (void)
{
  /* The bytes that app/ROWS.md describes, written by hand. */
  static const guint8 expected[] = { 1, 5, 1, 0, 0, 0, 0, 0, 0, 2, 3, 0, 'S', 't', '.', 0 };
  const ScanReminderRow in = { 261, 2, "St." };
  ScanReminderRow out;
  g_autoptr (GByteArray) row = scan_row_from_reminder (&in);

  g_assert_cmpmem (row->data, row->len, expected, sizeof expected);
  g_assert_true (scan_row_to_reminder (row->data, row->len, &out));
  g_assert_cmpint (out.due, ==, 261);
  g_assert_cmpuint (out.of, ==, 2);
  g_assert_cmpstr (out.to, ==, "St.");
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_reminder (row->data, n, &out));
}

/* The key is the one part that may be absent. */
static void
test_share_key (void)
{
  guint8 key[SCAN_SHARE_KEY_SIZE];
  ScanShareRow in = { .to = "x" }, out;
  g_autoptr (GByteArray) without = scan_row_from_share (&in), with = NULL;

  memset (key, 7, sizeof key);
  in.key = key;
  with = scan_row_from_share (&in);
  g_assert_cmpuint (with->len, ==, without->len + sizeof key);
  g_assert_true (scan_row_to_share (without->data, without->len, &out));
  g_assert_null (out.key);
  g_assert_true (scan_row_to_share (with->data, with->len, &out));
  g_assert_cmpmem (out.key, sizeof key, key, sizeof key);
  g_assert_true (scan_row_to_share (with->data, with->len - 1, &out));
  g_assert_null (out.key);
}

static void
test_slot (void)
{
  ScanSlotRow in = { .date = 1700000000, .label = "at the clinic" }, out;
  g_autoptr (GByteArray) row = scan_row_from_slot (&in);

  g_assert_true (scan_row_to_slot (row->data, row->len, &out));
  g_assert_cmpint (out.date, ==, in.date);
  g_assert_cmpstr (out.label, ==, in.label);
  for (guint n = 0; n < row->len; n++)
    g_assert_false (scan_row_to_slot (row->data, n, &out));
}

/* A number of items that would overflow must not be believed. */
static void
test_share_lies (void)
{
  ScanShareRow in = { .to = "x" }, out;
  g_autoptr (GByteArray) row = scan_row_from_share (&in);
  gsize n_items_at = 1 + 8 + 1 + 1 + 4 + 4 + 8 + 2 + 1 + 1;

  memset (row->data + n_items_at, 0xFF, 4);
  g_assert_false (scan_row_to_share (row->data, row->len, &out));
}

static void
test_newer (void)
{
  ScanSeriesRow in = { .number = 3,
                       .uid = "1.2",
                       .modality = "CT",
                       .description = "",
                       .body_part = "" },
                out;
  g_autoptr (GByteArray) row = scan_row_from_series (&in);

  row->data[0] = 2;
  g_byte_array_append (row, (const guint8 *) "more", 4);
  g_assert_true (scan_row_to_series (row->data, row->len, &out));
  g_assert_cmpstr (out.modality, ==, "CT");
  row->data[0] = 0;
  g_assert_false (scan_row_to_series (row->data, row->len, &out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rows/study", test_study);
  g_test_add_func ("/rows/instance", test_instance);
  g_test_add_func ("/rows/arrangement", test_arrangement);
  g_test_add_func ("/rows/layout", test_layout);
  g_test_add_func ("/rows/share", test_share);
  g_test_add_func ("/rows/share-agreed", test_share_agreed);
  g_test_add_func ("/rows/share-event", test_share_event);
  g_test_add_func ("/rows/reminder", test_reminder);
  g_test_add_func ("/rows/share-lies", test_share_lies);
  g_test_add_func ("/rows/share-key", test_share_key);
  g_test_add_func ("/rows/slot", test_slot);
  g_test_add_func ("/rows/newer", test_newer);
  return g_test_run ();
}
