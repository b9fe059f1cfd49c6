/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader that was taken over can do nothing, and one that fails costs one request. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "forbidden.h"
#include "pool.h"

static void
test_forbidden (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  check_all_forbidden (pool);
}

/* Old kernels, and kernels built without Landlock: the filter of system calls alone must do. */
static void
test_forbidden_without_landlock (void)
{
  const char *const switches[] = { "no-landlock", NULL };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (switches, 1);

  check_all_forbidden (pool);
}

/* The probes must be able to find something: without the lock-in the same attempts succeed. */
static void
test_probes_work_unlocked (void)
{
  static const char *const attempts[] = {
    "socket-inet",   "socket-unix", "socketpair", "fork",      "kill", "mmap-exec",    "mmap-arena",
    "mprotect-exec", "memfd",       "setrlimit",  "read-file", "stat", "write-stderr",
  };
  const char *const switches[] = { "unlocked", NULL };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (switches, 1);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      gint32 answer = -1;

      scan_reader_call (pool, "probe", probe_what (attempts[i]), NULL, NULL, 0, 0, NULL, &reply,
                        &error);
      g_assert_no_error (error);
      g_assert_true (g_variant_lookup (reply.result, "errno", "i", &answer));
      g_test_message ("%s: %s", attempts[i], g_strerror (answer));
      g_assert_cmpint (answer, ==, 0);
    }
}

/* The list of what is allowed: each call on it works, and without it a reader that makes it ends.
 */
static void
test_allowed (void)
{
  static const char *const calls[] = { "brk",   "mmap",          "munmap",       "mremap",
                                       "futex", "clock_gettime", "gettimeofday", "getrandom" };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *what = g_strconcat ("use-", calls[i], NULL);
      g_autofree char *without = g_strconcat ("without-", calls[i], NULL);
      const char *const switches[] = { without, NULL };
      g_autoptr (ScanReaderPool) lesser = probe_pool_new (switches, 1);
      g_auto (ScanReaderReply) reply = { 0 }, none = { 0 };
      g_autoptr (GError) error = NULL;
      gint32 answer = -1;

      g_test_message ("%s", calls[i]);
      scan_reader_call (pool, "probe", probe_what (what), NULL, NULL, 0, 0, NULL, &reply, &error);
      g_assert_no_error (error);
      g_assert_true (g_variant_lookup (reply.result, "errno", "i", &answer));
      g_assert_cmpint (answer, ==, 0);
#ifndef SCANVAULT_SANITIZED
      g_assert_false (scan_reader_call (lesser, "probe", probe_what (what), NULL, NULL, 0, 0, NULL,
                                        &none, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
#endif
    }
}

static void
test_descriptors (void)
{
  int lock = open ("/etc/passwd", O_RDONLY); /* not close-on-exec, as some library might do it */
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 descriptors = 0;
  ScanReader *reader;

  g_assert_cmpint (lock, >=, 0);
  scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, 0, 0, NULL, &reply, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (reply.result, "descriptors", "t", &descriptors));
  g_assert_cmphex (descriptors, ==, 0x1f);

  /* The kernel's own list, where it may be read: the reader is not dumpable. */
  reader = scan_reader_pool_borrow (pool, SCAN_ARENA_DEFAULT, 0, NULL, &error);
  g_assert_no_error (error);
  {
    g_autofree char *path = g_strdup_printf ("/proc/%d/fd", reader->pid);
    g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
    guint64 seen = 0;
    const char *name;

    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
      seen |= (guint64) 1 << MIN (atoi (name), 63);
    if (geteuid () == 0)
      g_assert_cmphex (seen, ==, 0x1f);
    else
      g_assert_cmphex (seen, ==, 0);
  }
  scan_reader_pool_return (pool, reader, SCAN_READER_SOUND);
  close (lock);
}

static void
test_environment (void)
{
  g_autoptr (ScanReaderPool) pool = NULL;
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) environment = NULL;
  g_autofree char *text = NULL;

  g_setenv ("DCMDICTPATH", "/nowhere", TRUE);
  pool = probe_pool_new (NULL, 1);
  scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, 0, 0, NULL, &reply, &error);
  g_assert_no_error (error);
  environment = g_variant_lookup_value (reply.result, "environment", G_VARIANT_TYPE_STRING_ARRAY);
  g_assert_nonnull (environment);
  text = g_variant_print (environment, FALSE);
  g_assert_cmpstr (text, ==, "['TZ=UTC']");
  g_unsetenv ("DCMDICTPATH");
}

static void
expect_failure (ScanReaderPool *pool, const char *what, guint timeout_ms, int code)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", what);
  g_assert_false (scan_reader_call (pool, "probe", probe_what (what), NULL, NULL, 0, timeout_ms,
                                    NULL, &reply, &error));
  g_assert_error (error, SCAN_ERROR, code);
  g_assert_null (reply.result);
  g_assert_null (reply.bulk);
}

/* Each misbehaviour ends the reader that did it, and nothing else. */
static void
test_one_request_each (void)
{
  static const char *const deeds[] = {
    "segv",         "abort",        "exit",        "wrong-id",   "gibberish",
    "empty-packet", "wrong-kind",   "descriptor",  "lying-bulk", "overflowing-bulk",
    "huge-range",   "range-beyond", "range-flood",
  };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      expect_failure (pool, deeds[i], 0, SCAN_ERROR_READER);
      g_assert_cmpuint (probe_served (pool), ==, 1);
    }
}

/* A source that is served by range, so that the bounds of the ranges are what is tested. */
static void
test_ranges_of_a_liar (void)
{
  static const char *const deeds[] = { "huge-range", "range-beyond", "range-flood" };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autofree guint8 *bytes = g_malloc0 (SCAN_RANGED_FROM + 1);
  ScanSource source = { .size = SCAN_RANGED_FROM + 1, .data = bytes };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", deeds[i]);
      g_assert_false (scan_reader_call (pool, "probe", probe_what (deeds[i]), &source, NULL, 0, 0,
                                        NULL, &reply, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
      g_assert_cmpuint (probe_served (pool), ==, 1);
    }
}

static void
test_memory_is_bounded (void)
{
#ifdef SCANVAULT_SANITIZED
  g_test_skip ("no limit of the address space with sanitizers");
#else
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  expect_failure (pool, "malloc-bomb", 0, SCAN_ERROR_NO_MEMORY);
  g_assert_cmpuint (probe_served (pool), >=, 1);
#endif
}

static void
test_time_is_bounded (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  int status;

  expect_failure (pool, "loop", 50, SCAN_ERROR_READER);
  status = scan_reader_pool_last_status (pool);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  g_assert_cmpuint (probe_served (pool), ==, 1);
}

static gpointer
loop_for_ever (gpointer pool)
{
  g_auto (ScanReaderReply) reply = { 0 };

  scan_reader_call (pool, "probe", probe_what ("loop"), NULL, NULL, 0, 600000, NULL, &reply, NULL);
  return NULL;
}

/* Time that a process has computed so far, in microseconds. */
static gint64
computed_us (pid_t pid)
{
  struct timespec time = { 0 };
  clockid_t clock = 0;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &time) != 0)
    _exit (1);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* The keeper of the next test: has a reader loop, says which process that is, and is killed. A
 * reader that was not yet told to loop would see its keeper go, and end by itself. */
static void
keep_and_be_killed (int pipe_end)
{
  ScanReaderPool *pool = probe_pool_new (NULL, 1);
  ScanReader *reader = scan_reader_pool_borrow (pool, SCAN_ARENA_DEFAULT, 0, NULL, NULL);
  pid_t pid = reader != NULL ? reader->pid : -1;
  gint64 idle, latest;

  if (reader == NULL)
    _exit (1);
  idle = computed_us (pid);
  latest = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  scan_reader_pool_return (pool, reader, SCAN_READER_SOUND);
  g_thread_new ("looping", loop_for_ever, pool);
  while (computed_us (pid) < idle + 250000)
    if (g_get_monotonic_time () > latest)
      _exit (1);
    else
      g_usleep (1000);
  if (write (pipe_end, &pid, sizeof pid) != sizeof pid)
    _exit (1);
  kill (getpid (), SIGKILL);
}

/* A keeper that is killed leaves no reader behind, not even one that does not listen. */
static void
test_dies_with_keeper (void)
{
  int ends[2], status = 0;
  pid_t keeper, reader = -1;

  g_assert_no_errno (prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  g_assert_no_errno (pipe (ends));
  keeper = fork ();
  if (keeper == 0)
    keep_and_be_killed (ends[1]);
  close (ends[1]);
  g_assert_cmpint (read (ends[0], &reader, sizeof reader), ==, sizeof reader);
  close (ends[0]);
  g_assert_cmpint (reader, >, 0);

  g_assert_cmpint (waitpid (keeper, NULL, 0), ==, keeper);
  g_assert_cmpint (waitpid (reader, &status, 0), ==, reader);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
test_no_sandbox (void)
{
  const char *const switches[] = { "sandbox-fails", NULL };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (switches, 1);

  expect_failure (pool, "nothing", 0, SCAN_ERROR_NO_SANDBOX);
  expect_failure (pool, "nothing", 0, SCAN_ERROR_NO_SANDBOX);
}

static void
test_cannot_start (void)
{
  const char *const switches[] = { "dies-at-start", NULL };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (switches, 1);
  g_autoptr (ScanReaderPool) missing =
      scan_reader_pool_new_for_program ("/nowhere/reader", NULL, 1);

  expect_failure (pool, "nothing", 0, SCAN_ERROR_READER);
  expect_failure (missing, "nothing", 0, SCAN_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/sandbox/probes-work-unlocked", test_probes_work_unlocked);
  g_test_add_func ("/reader/sandbox/forbidden", test_forbidden);
  g_test_add_func ("/reader/sandbox/forbidden-without-landlock", test_forbidden_without_landlock);
  g_test_add_func ("/reader/sandbox/allowed", test_allowed);
  g_test_add_func ("/reader/sandbox/descriptors", test_descriptors);
  g_test_add_func ("/reader/sandbox/environment", test_environment);
  g_test_add_func ("/reader/sandbox/one-request-each", test_one_request_each);
  g_test_add_func ("/reader/sandbox/ranges-of-a-liar", test_ranges_of_a_liar);
  g_test_add_func ("/reader/sandbox/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/reader/sandbox/time-is-bounded", test_time_is_bounded);
  g_test_add_func ("/reader/sandbox/dies-with-keeper", test_dies_with_keeper);
  g_test_add_func ("/reader/sandbox/no-sandbox", test_no_sandbox);
  g_test_add_func ("/reader/sandbox/cannot-start", test_cannot_start);
  return g_test_run ();
}
