/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file may cost, and files that lie about what they are worth. */
#include <string.h>
#include <zlib.h>

#include "../../gen/dicom_writer.h"
#include "pool.h"
#include "reader_budget.h"

#define MIB ((guint64) 1024 * 1024)

static void
test_grows_with_size (void)
{
  static const char *const verbs[] = { "inspect", "frame",        "picture",      "hash",
                                       "samples", "attributes",   "deidentify",   "verify",
                                       "text",    "enclosed",     "medium",       "pages",
                                       "page",    "presentation", "no-such-verb", "burned-in",
                                       "pack",    "places" };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      const ScanBudget none = scan_budget (verbs[i], 0), some = scan_budget (verbs[i], 100 * MIB),
                       all = scan_budget (verbs[i], G_MAXUINT64);

      g_assert_cmpuint (none.cpu_ms, >=, 10 * 1000);
      g_assert_cmpuint (some.cpu_ms, >, none.cpu_ms);
      g_assert_cmpuint (all.cpu_ms, >=, some.cpu_ms);
      g_assert_cmpuint (all.cpu_ms, <=, 900 * 1000);
      g_assert_cmpuint (all.wall_ms, ==, 2 * all.cpu_ms);
      g_assert_cmpuint (none.arena_max, ==, 256 * MIB);
      g_assert_cmpuint (all.arena_max, ==, SCAN_ARENA_MAX);
    }
  g_assert_cmpuint (scan_budget ("inspect", 0).cpu_ms, <, scan_budget ("hash", 0).cpu_ms);
  g_assert_cmpuint (scan_budget ("frame", 64 * MIB).cpu_ms, ==, 36 * 1000);
  g_assert_cmpuint (scan_budget ("burned-in", 64 * MIB).cpu_ms, ==, 56 * 1000);
  g_assert_cmpuint (scan_budget ("pack", 64 * MIB).cpu_ms, ==, 74 * 1000);
  g_assert_cmpuint (scan_budget ("frame", 10 * MIB).arena_max, ==, 640 * MIB);
}

static void
test_memory (void)
{
  g_assert_cmpuint (scan_budget_address_space (SCAN_ARENA_DEFAULT), ==, 464 * MIB);
  g_assert_cmpuint (scan_budget_address_space (100 * MIB), ==, 700 * MIB);
  g_assert_cmpuint (scan_budget_address_space (SCAN_ARENA_MAX), <, 5120 * MIB);
}

static void
test_ranges (void)
{
  g_assert_cmpuint (scan_budget_ranges (0), ==, 10000);
  g_assert_cmpuint (scan_budget_range_bytes (MIB), ==, 80 * MIB);
  g_assert_cmpuint (scan_budget_ranges (G_MAXUINT64), >, scan_budget_ranges (MIB));
  g_assert_cmpuint (scan_budget_range_bytes (G_MAXUINT64), ==, G_MAXUINT64);
}

/* A few bytes cannot have a reader made that takes all memory. */
static void
test_small_source_large_result (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  ScanSource source = { .size = 4, .data = "abcd" };
  guint starts;

  g_assert_cmpuint (probe_served (pool), ==, 1);
  starts = scan_reader_pool_starts (pool);
  g_assert_false (scan_reader_call (
      pool, "probe", g_variant_new_parsed ("{'what': <'echo'>, 'n': <%t>}", 257 * MIB), &source,
      NULL, 0, 0, NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED);
  g_assert_cmpuint (scan_reader_pool_starts (pool), <=, starts + 1); /* the spare may come late */
}

static GBytes *
picture_file (guint rows, guint columns, const char *frames, gsize pixels)
{
  g_autoptr (GByteArray) dicom = dicom_new ();
  g_autofree guint8 *bytes = g_malloc0 (pixels);

  dicom_us (dicom, 0x0028, 0x0002, 1);
  dicom_text (dicom, 0x0028, 0x0004, "CS", "MONOCHROME2");
  if (frames != NULL)
    dicom_text (dicom, 0x0028, 0x0008, "IS", frames);
  dicom_us (dicom, 0x0028, 0x0010, (guint16) rows);
  dicom_us (dicom, 0x0028, 0x0011, (guint16) columns);
  dicom_us (dicom, 0x0028, 0x0100, 16);
  dicom_us (dicom, 0x0028, 0x0101, 16);
  dicom_us (dicom, 0x0028, 0x0102, 15);
  dicom_us (dicom, 0x0028, 0x0103, 0);
  dicom_bytes (dicom, 0x7fe0, 0x0010, "OW", bytes, pixels);
  return g_byte_array_free_to_bytes (
      dicom_file (dicom, NULL, "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"));
}

/* Deflated explicit little endian: so many MiB of zeros as pixels, behind what makes a picture. */
static GBytes *
bomb_file (guint mib)
{
  g_autoptr (GBytes) plain = picture_file (65535, 65535, NULL, 2);
  const char *uid = "1.2.840.10008.1.2.1.99";
  const guint8 *bytes;
  gsize n, head;
  GByteArray *file = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (MIB), *out = g_malloc (MIB);
  z_stream stream = { 0 };
  guint32 length = mib * (guint32) MIB;
  guint8 pixels[12] = { 0xe0, 0x7f, 0x10, 0x00, 'O', 'W', 0, 0 };
  GString *meta = g_string_new (NULL);

  bytes = g_bytes_get_data (plain, &n);
  /* Where the data set begins: behind the group length's count. */
  head = 132 + 12 + (bytes[140] | (gsize) bytes[141] << 8);
  g_string_append_len (meta,
                       "\x02\0\x02\0UI\x1a\0"
                       "1.2.840.10008.5.1.4.1.1.2\0",
                       34);
  g_string_append_len (meta,
                       "\x02\0\x03\0UI\x08\0"
                       "1.2.3.4\0",
                       16);
  g_string_append_len (meta, "\x02\0\x10\0UI\x16\0", 8);
  g_string_append_len (meta, uid, 22);
  g_byte_array_append (file, zeros, 128);
  g_byte_array_append (file, (const guint8 *) "DICM\x02\0\0\0UL\x04\0", 12);
  g_byte_array_append (file, (const guint8[]){ (guint8) meta->len, 0, 0, 0 }, 4);
  g_byte_array_append (file, (const guint8 *) meta->str, (guint) meta->len);
  g_string_free (meta, TRUE);
  memcpy (pixels + 8, &length, sizeof length);

  g_assert_cmpint (deflateInit2 (&stream, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  for (guint i = 0; i < mib + 2; i++)
    {
      const gboolean last = i == mib + 1;

      stream.next_in = i == 0 ? (guint8 *) bytes + head : i == 1 ? pixels : zeros;
      stream.avail_in = (guint) (i == 0 ? n - head - 14 : i == 1 ? sizeof pixels : MIB);
      do
        {
          stream.next_out = out;
          stream.avail_out = (guint) MIB;
          g_assert_cmpint (deflate (&stream, last ? Z_FINISH : Z_NO_FLUSH), !=, Z_STREAM_ERROR);
          g_byte_array_append (file, out, (guint) (MIB - stream.avail_out));
        }
      while (stream.avail_out == 0);
    }
  deflateEnd (&stream);
  return g_byte_array_free_to_bytes (file);
}

/* Asks verb of the file, then a picture of an honest one; says how long each took. */
static void
check_liar (ScanReaderPool *pool, const char *name, const char *verb, GBytes *file,
            gboolean may_succeed)
{
  g_autoptr (GBytes) honest = picture_file (64, 64, NULL, 64 * 64 * 2);
  g_auto (ScanReaderReply) reply = { 0 }, next = { 0 };
  g_autoptr (GError) error = NULL;
  ScanSource source = { 0 }, after = { 0 };
  const ScanBudget budget = scan_budget (verb, g_bytes_get_size (file));
  gint64 begun = g_get_monotonic_time (), lie, answer;
  gsize n;
  gboolean done;

  source.data = g_bytes_get_data (file, &n);
  source.size = n;
  done = scan_reader_call (pool, verb, g_variant_new_parsed ("{'size': <uint32 64>}"), &source,
                           NULL, 0, 0, NULL, &reply, &error);
  lie = g_get_monotonic_time () - begun;
  if (!may_succeed)
    g_assert_false (done);
  g_assert_cmpint (lie, <, (gint64) budget.wall_ms * 1000);

  after.data = g_bytes_get_data (honest, &n);
  after.size = n;
  begun = g_get_monotonic_time ();
  g_clear_error (&error);
  scan_reader_call (pool, "picture", g_variant_new_parsed ("{'size': <uint32 64>}"), &after, NULL,
                    0, 0, NULL, &next, &error);
  answer = g_get_monotonic_time () - begun;
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (next.bulk), ==, 64 * 64 * 3);
  g_test_message ("%s, %s: %s after %.1f ms; the next file is answered in %.1f ms", name, verb,
                  done ? "an answer" : "no answer", lie / 1000.0, answer / 1000.0);
  /* A tenth of what it may take: it did not stand in anybody's line. */
  g_assert_cmpint (answer, <, (gint64) scan_budget ("picture", 0).wall_ms * 100);
}

static void
test_liars (void)
{
  static const char *const verbs[] = {
    "inspect", "picture", "frame", "hash", "attributes", "text"
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanReaderPool) pool = scan_reader_pool_new (1, &error);
  g_autoptr (GBytes) wide = picture_file (65535, 65535, "65535", 16);
  g_autoptr (GBytes) endless = picture_file (64, 64, "2147483647", 64 * 64 * 2);
  g_autoptr (GBytes) bomb = bomb_file (1000);

  g_assert_no_error (error);
  g_test_message ("the bomb has %" G_GSIZE_FORMAT " bytes", g_bytes_get_size (bomb));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      const gboolean pixels = i >= 1 && i <= 3;

      check_liar (pool, "65535 × 65535, 65535 frames", verbs[i], wide, !pixels);
      check_liar (pool, "2147483647 frames", verbs[i], endless, TRUE);
      check_liar (pool, "a deflate bomb", verbs[i], bomb, !pixels);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/budget/grows-with-size", test_grows_with_size);
  g_test_add_func ("/reader/budget/memory", test_memory);
  g_test_add_func ("/reader/budget/ranges", test_ranges);
  g_test_add_func ("/reader/budget/small-source-large-result", test_small_source_large_result);
  g_test_add_func ("/reader/budget/liars", test_liars);
  return g_test_run ();
}
