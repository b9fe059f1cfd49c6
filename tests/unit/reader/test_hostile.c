/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader that was taken over says what it likes. The keeper neither falls over it, nor waits for
 * it longer than its time, nor believes it, and the next file has its own answer. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"

static gboolean
call (ScanReaderPool *pool, const char *what, guint timeout_ms, ScanReaderReply *ret_reply,
      GError **error)
{
  return scan_reader_call (pool, "probe", probe_what (what), NULL, NULL, 0, timeout_ms, NULL,
                           ret_reply, error);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

/* Readers that nothing locks in: what is tested is the keeper alone. */
static ScanReaderPool *
free_pool (void)
{
  const char *const switches[] = { "unlocked", NULL };

  return probe_pool_new (switches, 1);
}

/* None of these is an answer. */
static void
test_not_believed (void)
{
  static const char *const deeds[] = {
    "wrong-id",    "gibberish",    "empty-packet", "wrong-kind", "lying-bulk",  "overflowing-bulk",
    "huge-range",  "range-beyond", "range-flood",  "descriptor", "descriptors", "device",
    "memory-file", "ready-again",  "member",       "no-kind",    "not-utf8",    "no-end",
    "no-type",     "half",         "half-bulk",    "huge-bulk",  NULL,
  };
  const guint before = count_descriptors ();
  ScanReaderPool *pool = free_pool ();

  g_assert_cmpuint (probe_served (pool), ==, 1);
  for (const char *const *deed = deeds; *deed != NULL; deed++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", *deed);
      g_assert_false (call (pool, *deed, 0, &reply, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
      g_assert_null (reply.result);
      g_assert_null (reply.bulk);
      g_assert_cmpuint (probe_served (pool), ==, 1);
    }
  /* Whatever was sent along was not taken in. */
  scan_reader_pool_free (pool);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* Numbers of the wrong type are no numbers: there is no bulk then. */
static void
test_negative_bulk (void)
{
  g_autoptr (ScanReaderPool) pool = free_pool ();
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (call (pool, "negative-bulk", 0, &reply, &error));
  g_assert_no_error (error);
  g_assert_null (reply.bulk);
}

/* The arena is sealed: what would raise SIGBUS in the keeper cannot be done, and what can be done
 * raises none. */
static void
test_arena_stays (void)
{
  static const char *const deeds[] = { "shrink-arena", "punch-arena" };
  static const gint32 errors[] = { EPERM, 0 };
  g_autoptr (ScanReaderPool) pool = free_pool ();

  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      gint32 answer = -1;

      g_assert_true (call (pool, deeds[i], 0, &reply, &error));
      g_assert_no_error (error);
      g_assert_true (g_variant_lookup (reply.result, "errno", "i", &answer));
      g_assert_cmpint (answer, ==, errors[i]);
      g_assert_cmpuint (g_bytes_get_size (reply.bulk), ==, SCAN_ARENA_DEFAULT);
    }
  g_assert_cmpuint (probe_served (pool), ==, 3);
}

/* Harm that shows after the answer is not the next file's: it is asked again of a clean reader. */
static void
test_next_is_not_blamed (void)
{
  static const char *const deeds[] = { "twice", "ahead", "dies-after", "dies-later" };
  g_autoptr (ScanReaderPool) pool = free_pool ();

  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", deeds[i]);
      g_assert_true (call (pool, deeds[i], 0, &reply, &error));
      g_assert_no_error (error);
      /* Not 99, as one that answers ahead would have it. */
      g_assert_cmpuint (probe_served (pool), ==, 1);
    }
}

/* One that says nothing costs the time of its request, in a clean reader once more, and no more. */
static void
test_silence (void)
{
  g_autoptr (ScanReaderPool) pool = free_pool ();
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 begun;

  g_assert_cmpuint (probe_served (pool), ==, 1);
  begun = g_get_monotonic_time ();
  g_assert_false (call (pool, "silence", 100, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 200 * 1000);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (probe_served (pool), ==, 1);
}

/* The processor's time is what is counted first; who uses none has the clock. */
static void
test_processor_time (void)
{
  const char *deeds[] = { "loop", "silence" };
  g_autoptr (ScanReaderPool) pool = free_pool ();

  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autoptr (GVariant) what = g_variant_ref_sink (probe_what (deeds[i]));
      g_autoptr (GError) error = NULL;
      ScanRequest request = {
        .verb = "probe", .arguments = what, .timeout_ms = i == 0 ? 600000 : 200, .cpu_ms = 100
      };
      ScanReader *reader = scan_reader_pool_borrow (pool, SCAN_ARENA_DEFAULT, 0, NULL, &error);
      const gint64 begun = g_get_monotonic_time ();
      const guint8 *bulk;
      gsize size;
      gboolean reusable;

      g_assert_no_error (error);
      g_assert_cmpint (scan_reader_exchange (reader, &request, &bulk, &size, &reusable), ==,
                       SCAN_EXCHANGE_TIMEOUT);
      g_assert_cmpint (g_get_monotonic_time () - begun, >=, 100 * 1000);
      g_assert_false (reusable);
      scan_reader_pool_return (pool, reader, SCAN_READER_BROKEN);
    }
}

/* A source of 25 MiB whose bytes nobody has to keep. */
static gint64
read_zeros (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  guint64 *total = user_data;

  *total += n;
  memset (buf, 0, n);
  return (gint64) n;
}

/* One that reads its source for ever is stopped by how much that was. */
static void
test_endless_reading (void)
{
  g_autoptr (ScanReaderPool) pool = free_pool ();
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 total = 0;
  ScanSource source = { .size = SCAN_RANGED_FROM + 1, .read = read_zeros, .user_data = &total };

  g_assert_false (scan_reader_call (pool, "probe", probe_what ("range-again"), &source, NULL, 0, 0,
                                    NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  g_test_message ("%" G_GUINT64_FORMAT " MiB were read", total >> 20);
  g_assert_cmpuint (total, <=, 16 * source.size + 64 * 1024 * 1024);
  g_assert_cmpuint (total, >, source.size);
}

/* Every request crashes its reader: starts keep to a number and a pace, callers are told each time,
 * and the first sound request is answered as ever. */
static void
test_every_request_crashes (void)
{
  enum
  {
    REQUESTS = 24
  };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  gint64 begun, quick = 0, all;

  g_assert_cmpuint (probe_served (pool), ==, 1);
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < REQUESTS; i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (call (pool, "segv", 0, &reply, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
      if (i == 6)
        quick = g_get_monotonic_time () - begun;
    }
  all = g_get_monotonic_time () - begun;
  g_test_message ("a crash and a new reader: %.1f ms; after many: %.1f ms", quick / 7000.0,
                  (all - quick) / 1000.0 / (REQUESTS - 7));
  /* One a request, the one that was tried twice, and the spare. */
  g_assert_cmpuint (scan_reader_pool_starts (pool), <=, REQUESTS + 3);
  /* The pauses: 25, 50, 100 and then 200 ms. Some of the first lie under what went before. */
  g_assert_cmpint (all, >=, (REQUESTS - 13) * 200 * 1000);

  g_assert_cmpuint (probe_served (pool), ==, 1);
  begun = g_get_monotonic_time ();
  g_assert_cmpuint (probe_served (pool), ==, 2);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_USEC_PER_SEC);
}

/* Ending the pool does not wait for a pause. */
static void
test_no_starts_unasked (void)
{
  const char *const switches[] = { "dies-at-start", NULL };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (switches, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (call (pool, "nothing", 0, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  /* Three attempts for the caller and the one that was made when the pool was. */
  g_assert_cmpuint (scan_reader_pool_starts (pool), <=, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/hostile/not-believed", test_not_believed);
  g_test_add_func ("/reader/hostile/negative-bulk", test_negative_bulk);
  g_test_add_func ("/reader/hostile/arena-stays", test_arena_stays);
  g_test_add_func ("/reader/hostile/next-is-not-blamed", test_next_is_not_blamed);
  g_test_add_func ("/reader/hostile/silence", test_silence);
  g_test_add_func ("/reader/hostile/processor-time", test_processor_time);
  g_test_add_func ("/reader/hostile/endless-reading", test_endless_reading);
  g_test_add_func ("/reader/hostile/every-request-crashes", test_every_request_crashes);
  g_test_add_func ("/reader/hostile/no-starts-unasked", test_no_starts_unasked);
  return g_test_run ();
}
