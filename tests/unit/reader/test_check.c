/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check finds every leak that is put into a clean copy, and raises no false alarm over common
 * words. */
#include <string.h>

#include "check.h"
#include "check_kept.h"
#include "check_rle.h"
#include "check_search.h"
#include "deid_fixture.h"

typedef struct
{
  GByteArray *source;
  Outcome outcome;
} Pair;

static void
pair_clear (Pair *pair)
{
  g_clear_pointer (&pair->source, g_byte_array_unref);
  outcome_clear (&pair->outcome);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static Pair
make_pair_from (Dicom *d)
{
  Pair pair = { 0 };

  fixture_ct_tail (d);
  pair.source = fixture_file (d);
  pair.outcome = fixture_deidentify (pair.source, NULL);
  g_assert_true (pair.outcome.done);
  return pair;
}

static GByteArray *
copy_of (const Pair *pair)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (pair->outcome.copy, &n);

  return g_byte_array_append (g_byte_array_new (), data, (guint) n);
}

static gint
findings (const Pair *pair, GByteArray *copy)
{
  return fixture_verify (pair->source, copy->data, copy->len, NULL);
}

/* Overwrites what stands in the copy at a text. */
static void
overwrite (GByteArray *copy, const char *at_text, gsize skip, const void *with, gsize n)
{
  guint8 *at = memmem (copy->data, copy->len, at_text, strlen (at_text));

  g_assert_nonnull (at);
  memcpy (at + skip, with, n);
}

/* Of the search for removed values alone. */
static guint
values_found (const Pair *pair, GByteArray *copy)
{
  CheckFile source_file, copy_file;
  CheckPlan plan = { .name = "", .date_shift = FIXTURE_SHIFT };
  CheckReport report = { .check = "removed-values" };

  g_assert_true (check_walk (pair->source->data, pair->source->len, &source_file));
  g_assert_true (check_walk (copy->data, copy->len, &copy_file));
  g_variant_builder_init (&report.findings, G_VARIANT_TYPE ("a(ss)"));
  check_values (&source_file, &copy_file, &plan, &report);
  g_variant_builder_clear (&report.findings);
  check_file_clear (&source_file);
  check_file_clear (&copy_file);
  return report.n_findings;
}

static void
test_clean (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  g_assert_cmpint (findings (&pair, copy), ==, 0);
}

static void
test_name_in_pixels (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  memcpy (copy->data + copy->len - 60, "cRimsonBerry", 12);
  g_assert_cmpuint (values_found (&pair, copy), >, 0);
}

static void
test_name_in_utf16 (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);
  static const char wide[] = "C\0r\0i\0m\0s\0o\0n\0b\0e\0r\0r\0y";

  memcpy (copy->data + copy->len - 60, wide, sizeof wide);
  g_assert_cmpuint (values_found (&pair, copy), >, 0);
}

/* Names, places and numbers where a description stood, and any other text. */
static void
test_text_left (void)
{
  static const char *const leaks[] = { "Philomena", "Oakenshad", "CB-447190", "CB447190 " };

  for (gsize i = 0; i < G_N_ELEMENTS (leaks); i++)
    {
      Dicom *d = fixture_ct_head ();
      g_auto (Pair) pair = { 0 };
      g_autoptr (GByteArray) copy = NULL;

      dicom_text (d, 0x0018, 0x1030, "LO", "KNEE LEFT ROUTINE ");
      pair = make_pair_from (d);
      copy = copy_of (&pair);
      overwrite (copy, "KNEE LEFT", 0, leaks[i], strlen (leaks[i]));
      g_assert_cmpint (findings (&pair, copy), >, 0);
    }
}

static void
test_date_spelled_otherwise (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  memcpy (copy->data + copy->len - 40, "04.05.1951", 10);
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_uid_not_of_the_key (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);
  guint8 *at = copy->data;

  /* The first two stand in the file's head: the instance and our own. */
  for (guint i = 0; i < 3; i++)
    {
      at = memmem (at + 1, copy->len - (gsize) (at + 1 - copy->data), "2.25.", 5);
      g_assert_nonnull (at);
    }
  at[8] = at[8] == '1' ? '2' : '1';
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_date_moved_otherwise (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  overwrite (copy, "20230108", 0, "20230109", 8);
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_preamble (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  copy->data[5] = 'x';
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_trailing_bytes (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  g_byte_array_append (copy, (const guint8 *) "xxxx", 4);
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_element_that_may_not_stand (void)
{
  static const guint16 tags[][2] = { { 0x0009, 0x1001 }, { 0x6000, 0x0022 }, { 0x5000, 0x0022 },
                                     { 0x0400, 0x0100 }, { 0x0032, 0x4000 }, { 0xFFFC, 0xFFFC } };

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
      g_autoptr (GByteArray) copy = copy_of (&pair);

      dicom_text (copy, tags[i][0], tags[i][1], "LO", "harmless");
      g_assert_cmpint (findings (&pair, copy), >, 0);
    }
}

static void
test_pixel_changed (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  copy->data[copy->len - 64] ^= 1;
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static gsize
pixels_at (const GByteArray *copy)
{
  const guint8 head[] = { 0xE0, 0x7F, 0x10, 0x00, 'O', 'W' };
  const guint8 *at = memmem (copy->data, copy->len, head, sizeof head);

  g_assert_nonnull (at);
  return (gsize) (at - copy->data);
}

static GByteArray *
with_bytes_at (const GByteArray *copy, gsize at, const guint8 *bytes, gsize n)
{
  GByteArray *longer = g_byte_array_append (g_byte_array_new (), copy->data, (guint) at);

  g_byte_array_append (longer, bytes, (guint) n);
  return g_byte_array_append (longer, copy->data + at, copy->len - (guint) at);
}

/* A second set of pictures before the one that is compared, and one in floating point beside it. */
static void
test_pixels_beside_the_pixels (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair), twice = NULL, floating = NULL;
  const gsize at = pixels_at (copy);
  const guint8 of[] = { 0xE0, 0x7F, 0x08, 0x00, 'O', 'F', 0, 0, 4, 0, 0, 0, 1, 2, 3, 4 };

  twice = with_bytes_at (copy, at, copy->data + at, copy->len - at);
  twice->data[at + 20] ^= 0x55;
  g_assert_cmpint (findings (&pair, twice), >, 0);
  floating = with_bytes_at (copy, at, of, sizeof of);
  g_assert_cmpint (findings (&pair, floating), >, 0);
}

/* Bytes in the file's head that are none of its version. */
static void
test_bytes_in_the_head (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair), longer = NULL;
  static const guint8 picture[200] = { 1, 2, 3 };
  guint8 *version = memmem (copy->data, copy->len, "\2\0\1\0OB\0\0\2\0\0\0\0\1", 14);

  g_assert_nonnull (version);
  version[8] = 2 + sizeof picture;
  longer = with_bytes_at (copy, (gsize) (version + 14 - copy->data), picture, sizeof picture);
  g_assert_cmpint (findings (&pair, longer), >, 0);
}

static void
test_statement_missing (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  overwrite (copy, "113107", 0, "113106", 6);
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

static void
test_truncated (void)
{
  g_auto (Pair) pair = make_pair_from (fixture_ct_head ());
  g_autoptr (GByteArray) copy = copy_of (&pair);

  for (guint n = copy->len - 1; n > 0; n -= MIN (n, 13))
    g_assert_cmpint (fixture_verify (pair.source, copy->data, n, NULL), >, 0);
}

/* The digits of the patient's number, where a series has its number. */
static void
test_number_left (void)
{
  Dicom *d = fixture_ct_head ();
  g_auto (Pair) pair = { 0 };
  g_autoptr (GByteArray) copy = NULL;

  dicom_text (d, 0x0020, 0x0011, "IS", "447191");
  pair = make_pair_from (d);
  copy = copy_of (&pair);
  g_assert_cmpint (findings (&pair, copy), ==, 0);
  overwrite (copy, "447191", 0, "447190", 6);
  g_assert_cmpint (findings (&pair, copy), >, 0);
}

/* What is common between a removed text and one that rightly stays is no leak. */
static void
test_common_words (void)
{
  Dicom *d = fixture_ct_head ();
  g_auto (Pair) pair = { 0 };
  g_autoptr (GByteArray) copy = NULL;

  dicom_text (d, 0x0018, 0x0015, "CS", "CHEST");
  dicom_text (d, 0x0018, 0x1000, "LO", "1");
  dicom_text (d, 0x0018, 0x1030, "LO", "CHEST^ROUTINE (Adult)");
  dicom_text (d, 0x0020, 0x0010, "SH", "1");
  dicom_text (d, 0x0020, 0x0011, "IS", "1");
  dicom_text (d, 0x0020, 0x0013, "IS", "1");
  dicom_text (d, 0x0020, 0x4000, "LT", "AXIAL");
  pair = make_pair_from (d);
  copy = copy_of (&pair);
  g_assert_cmpint (findings (&pair, copy), ==, 0);
}

/* Words of two letters and at most eight bytes, all alike. */
static void
make_word (GRand *rand, char word[9])
{
  const gint n = g_rand_int_range (rand, 4, 9);

  for (gint i = 0; i < n; i++)
    word[i] = "ab"[g_rand_int_range (rand, 0, 2)];
  word[n] = '\0';
}

/* Against the plain way: however many there are, and however alike. */
static void
test_many_at_once (void)
{
  GRand *rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 200; round++)
    {
      CheckSearch *search = check_search_new ();
      CheckKept *kept = check_kept_new ();
      char words[6][9], text[65], part[9];
      gsize expected = G_MAXSIZE, hit = G_MAXSIZE;
      gboolean is_part = FALSE;

      for (guint i = 0; i < 64; i++)
        text[i] = "aAbB"[g_rand_int_range (rand, 0, 4)];
      text[64] = '\0';
      make_word (rand, part);
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        {
          make_word (rand, words[i]);
          check_search_add (search, (const guint8 *) words[i], strlen (words[i]));
          check_kept_add (kept, words[i]);
          is_part = is_part || strstr (words[i], part) != NULL;
          for (gsize at = 0; at < 64; at++)
            if (g_ascii_strncasecmp (text + at, words[i], strlen (words[i])) == 0)
              expected = MIN (expected, at);
        }
      g_assert_cmpint (check_search_run (search, (const guint8 *) text, 64, 0, &hit), ==,
                       expected != G_MAXSIZE);
      g_assert_cmpuint (hit, ==, expected);
      g_assert_cmpint (check_kept_has (kept, part), ==, is_part);
      check_search_free (search);
      check_kept_free (kept);
    }
  g_rand_free (rand);
}

/* What rightly stands in a copy is never more than one text of it. */
static void
test_kept_texts (void)
{
  CheckKept *kept = check_kept_new ();
  g_autofree char *page = g_strnfill (1000, 'x'), *most = g_strnfill (CHECK_KEPT_PART, 'x');

  g_assert_false (check_kept_has (kept, "chest"));
  check_kept_add (kept, "CT Chest");
  check_kept_add (kept, "Routine");
  check_kept_add (kept, page);
  g_assert_true (check_kept_has (kept, "t chest"));
  g_assert_true (check_kept_has (kept, "routine"));
  g_assert_true (check_kept_has (kept, most));
  g_assert_false (check_kept_has (kept, "chestroutine"));
  g_assert_false (check_kept_has (kept, "chest\nroutine"));
  g_assert_false (check_kept_has (kept, page));
  check_kept_add (kept, "chest\nroutine");
  g_assert_true (check_kept_has (kept, "chest\nroutine"));
  check_kept_free (kept);
}

/* What a reader that leaves out NULs, or stops at them, makes of a value. */
static void
test_nuls_hide_nothing (void)
{
  static const char *const leaks[] = { "oldwood lane", "marbleway", "marblewayoldwood",
                                       "thistledown lane" };
  Dicom *d = fixture_ct_head ();
  g_auto (Pair) pair = { 0 };

  /* As in a file that names no VRs. */
  dicom_bytes (d, 0x0009, 0x1001, "UN", "Thistledown Lane\0\0\0\0", 20);
  dicom_bytes (d, 0x0010, 0x1040, "LO", "MarbleWay\0Oldwood Lane", 22);
  pair = make_pair_from (d);
  for (gsize i = 0; i < G_N_ELEMENTS (leaks); i++)
    {
      g_autoptr (GByteArray) copy = copy_of (&pair);

      g_assert_cmpuint (values_found (&pair, copy), ==, 0);
      memcpy (copy->data + copy->len - 60, leaks[i], strlen (leaks[i]));
      g_assert_cmpuint (values_found (&pair, copy), >, 0);
    }
}

/* PS3.5 G.3: runs, literals and what stands for nothing; two segments of a 16-bit sample, high byte
 * first. Whatever is short or too much for the picture is no frame. */
static void
test_rle (void)
{
  const guint8 segments[] = { 0x01, 0x12, 0x34, 0xFF, 0x56, 0x80, 0x80, 0xFD, 0x07, 0x00 };
  const guint8 expected[] = { 0x07, 0x12, 0x07, 0x34, 0x07, 0x56, 0x07, 0x56 };
  guint8 frame[64 + sizeof segments] = { 2, 0, 0, 0, 64, 0, 0, 0, 70, 0, 0, 0 };
  guint8 out[sizeof expected];

  memcpy (frame + 64, segments, sizeof segments);
  g_assert_true (check_rle_decode (frame, sizeof frame, 4, 1, 2, out));
  g_assert_cmpmem (out, sizeof out, expected, sizeof expected);
  /* Without the byte that pads it. */
  g_assert_true (check_rle_decode (frame, sizeof frame - 1, 4, 1, 2, out));
  g_assert_false (check_rle_decode (frame, sizeof frame - 2, 4, 1, 2, out));
  g_assert_false (check_rle_decode (frame, sizeof frame, 5, 1, 2, out));
  g_assert_false (check_rle_decode (frame, sizeof frame, 3, 1, 2, out));
  g_assert_false (check_rle_decode (frame, sizeof frame, 4, 2, 2, out));
  g_assert_false (check_rle_decode (frame, 63, 4, 1, 2, out));
  frame[8] = 80; /* beyond the end */
  g_assert_false (check_rle_decode (frame, sizeof frame, 4, 1, 2, out));
  frame[8] = 68; /* the first is cut short */
  g_assert_false (check_rle_decode (frame, sizeof frame, 4, 1, 2, out));
  frame[8] = 70;
  frame[4] = 65; /* it begins inside a run */
  g_assert_false (check_rle_decode (frame, sizeof frame, 4, 1, 2, out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/clean", test_clean);
  g_test_add_func ("/check/rle", test_rle);
  g_test_add_func ("/check/name-in-pixels", test_name_in_pixels);
  g_test_add_func ("/check/name-in-utf16", test_name_in_utf16);
  g_test_add_func ("/check/text-left", test_text_left);
  g_test_add_func ("/check/date-spelled-otherwise", test_date_spelled_otherwise);
  g_test_add_func ("/check/uid-not-of-the-key", test_uid_not_of_the_key);
  g_test_add_func ("/check/date-moved-otherwise", test_date_moved_otherwise);
  g_test_add_func ("/check/preamble", test_preamble);
  g_test_add_func ("/check/trailing-bytes", test_trailing_bytes);
  g_test_add_func ("/check/element-that-may-not-stand", test_element_that_may_not_stand);
  g_test_add_func ("/check/pixel-changed", test_pixel_changed);
  g_test_add_func ("/check/pixels-beside-the-pixels", test_pixels_beside_the_pixels);
  g_test_add_func ("/check/bytes-in-the-head", test_bytes_in_the_head);
  g_test_add_func ("/check/statement-missing", test_statement_missing);
  g_test_add_func ("/check/truncated", test_truncated);
  g_test_add_func ("/check/number-left", test_number_left);
  g_test_add_func ("/check/common-words", test_common_words);
  g_test_add_func ("/check/many-at-once", test_many_at_once);
  g_test_add_func ("/check/kept-texts", test_kept_texts);
  g_test_add_func ("/check/nuls-hide-nothing", test_nuls_hide_nothing);
  return g_test_run ();
}
