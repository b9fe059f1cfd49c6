/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool of readers as its callers see it. */
#include <string.h>
#include <unistd.h>

#include "pool.h"

/* A source of any size whose bytes follow from their place. */
static guint8
byte_at (guint64 offset)
{
  return (guint8) ((offset * 2654435761u) >> 13);
}

static gint64
read_computed (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  guint *calls = user_data;
  guint8 *to = buf;
  gsize i;

  if (calls != NULL)
    ++*calls;
  for (i = 0; i < n; i++)
    to[i] = byte_at (offset + i);
  return (gint64) n;
}

static gint64
read_broken (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  if (offset + n > 100000)
    return -1;
  return read_computed (NULL, offset, buf, n);
}

static char *
expected_sum (guint64 offset, guint64 size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 buf[4096];

  while (offset < size)
    {
      gsize n = MIN (sizeof buf, size - offset);

      read_computed (NULL, offset, buf, n);
      g_checksum_update (checksum, buf, (gssize) n);
      offset += n;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static GVariant *
sum_arguments (guint64 offset, guint64 piece)
{
  return g_variant_new_parsed ("{'what': <'sum'>, 'offset': <%t>, 'piece': <%t>}", offset, piece);
}

static void
check_sum (ScanReaderPool *pool, const ScanSource *source, guint64 offset, guint64 piece,
           gboolean ranged)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = expected_sum (offset, source->size);
  const char *sum = NULL;
  gboolean was_ranged;

  scan_reader_call (pool, "probe", sum_arguments (offset, piece), source, NULL, 0, 0, NULL, &reply,
                    &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (reply.result, "sha256", "&s", &sum));
  g_assert_cmpstr (sum, ==, expected);
  g_assert_true (g_variant_lookup (reply.result, "ranged", "b", &was_ranged));
  g_assert_true (was_ranged == ranged);
}

static void
test_sources (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  ScanSource small = { .size = 3 * 1024 * 1024 + 17, .read = read_computed };
  ScanSource large = { .size = SCAN_RANGED_FROM + 12345, .read = read_computed };
  ScanSource empty = { .size = 0, .data = "" };
  guint calls = 0;

  check_sum (pool, &empty, 0, 100, FALSE);
  check_sum (pool, &small, 0, 65536, FALSE);
  check_sum (pool, &large, 0, 1000000, TRUE);
  check_sum (pool, &large, large.size - 300000, 7, TRUE);

  /* The end of a large source costs what was asked for, and no more. */
  large.user_data = &calls;
  check_sum (pool, &large, large.size - 1000, 100, TRUE);
  g_assert_cmpuint (calls, ==, 1);
}

static void
test_two_sources (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  ScanSource source = { .size = 3, .data = "abc" }, copy = { .size = 4, .data = "defg" };
  const char *sum = NULL;
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "abcdefg", -1);

  scan_reader_call (pool, "probe", sum_arguments (0, 100), &source, &copy, SCAN_CALL_FRESH, 0, NULL,
                    &reply, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (reply.result, "sha256", "&s", &sum));
  g_assert_cmpstr (sum, ==, expected);
}

static void
test_broken_sources (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  guint64 sizes[] = { 200000, SCAN_RANGED_FROM + 1 };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      ScanSource source = { .size = sizes[i], .read = read_broken };

      g_assert_false (scan_reader_call (pool, "probe", sum_arguments (0, 65536), &source, NULL, 0,
                                        0, NULL, &reply, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_IO);
    }
  /* That was the disk's fault, not the reader's: it is the same one. */
  g_assert_cmpuint (probe_served (pool), ==, 2);
}

static void
check_echo (ScanReaderPool *pool, guint64 n)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  const guint8 *bytes;
  gsize size, i;

  scan_reader_call (pool, "probe", g_variant_new_parsed ("{'what': <'echo'>, 'n': <%t>}", n), NULL,
                    NULL, 0, 0, NULL, &reply, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply.bulk);
  bytes = g_bytes_get_data (reply.bulk, &size);
  g_assert_cmpuint (size, ==, n);
  for (i = 0; i < size; i++)
    if (bytes[i] != (guint8) (i * 31 >> 3))
      g_error ("byte %" G_GSIZE_FORMAT " is wrong", i);
}

static void
test_bulk (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  check_echo (pool, 1);
  check_echo (pool, 512 * 1024);
  check_echo (pool, SCAN_ARENA_DEFAULT);
}

/* A result that does not fit is had from a reader with more room, which does not stay. */
static void
test_larger_arena (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  guint before = probe_served (pool);

  check_echo (pool, SCAN_ARENA_DEFAULT + 1);
  check_echo (pool, 2 * SCAN_ARENA_DEFAULT);
  g_assert_cmpuint (probe_served (pool), ==, before + 3);
}

static void
test_no_arena_is_enough (void)
{
  static const char *const deeds[] = { "huge-need", "small-need" };
  static const int codes[] = { SCAN_ERROR_UNSUPPORTED, SCAN_ERROR_READER };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  ScanSource endless = { .size = G_MAXUINT64, .read = read_computed };
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_assert_false (scan_reader_call (pool, "probe", probe_what (deeds[i]), NULL, NULL, 0, 0,
                                        NULL, &reply, &error));
      g_assert_error (error, SCAN_ERROR, codes[i]);
      g_clear_error (&error);
    }
  g_assert_false (
      scan_reader_call (pool, "deidentify", NULL, &endless, NULL, 0, 0, NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED);
}

static void
test_errors (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (scan_reader_call (pool, "probe", probe_what ("refuse"), NULL, NULL, 0, 0, NULL,
                                    &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "The probe refuses.");
  g_assert_cmpstr (scan_reader_refusal_code (), ==, "probe-refusal");
  g_clear_error (&error);

  /* Words that are not ours do not get through. */
  g_assert_false (scan_reader_call (pool, "probe", probe_what ("odd-words"), NULL, NULL, 0, 0, NULL,
                                    &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  g_assert_null (strchr (error->message, '\033'));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpstr (scan_reader_refusal_code (), ==, "refused");
  g_clear_error (&error);

  g_assert_false (scan_reader_call (pool, "probe", probe_what ("unknown-error"), NULL, NULL, 0, 0,
                                    NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  g_clear_error (&error);
  g_assert_false (
      scan_reader_call (pool, "no-such-verb", NULL, NULL, NULL, 0, 0, NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_BUG);

  /* None of these ended the reader. */
  g_assert_cmpuint (probe_served (pool), ==, 4);
}

static void
test_fresh (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 2);
  int i;

  g_assert_cmpuint (probe_served (pool), ==, 1);
  g_assert_cmpuint (probe_served (pool), ==, 2);
  for (i = 0; i < 4; i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      guint served = 0;

      scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, SCAN_CALL_FRESH, 0, NULL,
                        &reply, &error);
      g_assert_no_error (error);
      g_assert_true (g_variant_lookup (reply.result, "served", "u", &served));
      g_assert_cmpuint (served, ==, 1);
    }
  g_assert_cmpuint (probe_served (pool), ==, 3);
}

typedef struct
{
  ScanReaderPool *pool;
  guint seed;
  guint crashed;
} Worker;

static gpointer
work (gpointer data)
{
  Worker *worker = data;
  guint i;

  for (i = 0; i < 40; i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      ScanSource source = { .size = 10000 * (worker->seed + 1) + i, .read = read_computed };

      if (i % 10 == worker->seed)
        {
          g_assert_false (scan_reader_call (worker->pool, "probe", probe_what ("segv"), &source,
                                            NULL, 0, 0, NULL, &reply, &error));
          g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
          worker->crashed++;
        }
      else if (i % 10 == worker->seed + 4)
        {
          scan_reader_call (worker->pool, "probe", sum_arguments (0, 999), &source, NULL,
                            SCAN_CALL_FRESH, 0, NULL, &reply, &error);
          g_assert_no_error (error);
        }
      else
        check_sum (worker->pool, &source, 0, 999, FALSE);
    }
  return NULL;
}

/* More threads than readers, and readers that crash under them: everybody gets their own answer. */
static void
test_threads (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 2);
  Worker workers[4];
  GThread *threads[4];
  guint i;

  for (i = 0; i < 4; i++)
    {
      workers[i] = (Worker){ pool, i, 0 };
      threads[i] = g_thread_new ("worker", work, &workers[i]);
    }
  for (i = 0; i < 4; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (workers[i].crashed, ==, 4);
    }
}

typedef struct
{
  ScanReaderPool *pool;
  GCancellable *cancellable;
  const char *what;
} Doomed;

static gpointer
call_until_cancelled (gpointer data)
{
  Doomed *doomed = data;
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  /* The time-out of 10 minutes is what would end this otherwise. */
  g_assert_false (scan_reader_call (doomed->pool, "probe", probe_what (doomed->what), NULL, NULL, 0,
                                    600000, doomed->cancellable, &reply, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

/* Cancelling ends a reader that loops, and a caller that waits for it. */
static void
test_cancel (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GCancellable) first = g_cancellable_new (), second = g_cancellable_new ();
  Doomed looping = { .pool = pool, .cancellable = first, .what = "loop" };
  Doomed waiting = { .pool = pool, .cancellable = second, .what = "nothing" };
  GThread *loop, *wait;

  g_assert_cmpuint (probe_served (pool), ==, 1);
  loop = g_thread_new ("looping", call_until_cancelled, &looping);
  /* Until the only reader is taken, the second caller could get it. */
  while (scan_reader_pool_busy (pool) == 0)
    g_thread_yield ();
  wait = g_thread_new ("waiting", call_until_cancelled, &waiting);

  g_cancellable_cancel (second);
  g_thread_join (wait);
  g_cancellable_cancel (first);
  g_thread_join (loop);
  g_assert_cmpuint (probe_served (pool), ==, 1);
}

static void
test_cancelled_before (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancelled);
  g_assert_false (scan_reader_call (pool, "probe", probe_what ("loop"), NULL, NULL, 0, 0, cancelled,
                                    &reply, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The product's own reader is found from a test's place in the build tree, and knows no probe. */
static void
test_product (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanReaderPool) pool = scan_reader_pool_new (1, &error);
  g_auto (ScanReaderReply) reply = { 0 };

  g_assert_no_error (error);
  g_assert_false (scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, 0, 0, NULL,
                                    &reply, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_BUG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/client/sources", test_sources);
  g_test_add_func ("/reader/client/two-sources", test_two_sources);
  g_test_add_func ("/reader/client/broken-sources", test_broken_sources);
  g_test_add_func ("/reader/client/bulk", test_bulk);
  g_test_add_func ("/reader/client/larger-arena", test_larger_arena);
  g_test_add_func ("/reader/client/no-arena-is-enough", test_no_arena_is_enough);
  g_test_add_func ("/reader/client/errors", test_errors);
  g_test_add_func ("/reader/client/fresh", test_fresh);
  g_test_add_func ("/reader/client/threads", test_threads);
  g_test_add_func ("/reader/client/cancel", test_cancel);
  g_test_add_func ("/reader/client/cancelled-before", test_cancelled_before);
  g_test_add_func ("/reader/client/product", test_product);
  return g_test_run ();
}
