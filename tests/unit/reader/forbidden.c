/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forbidden.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"

gboolean
is_forbidden (ScanReaderPool *pool, const char *what, const char *path)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  GVariant *arguments = g_variant_new_parsed ("{'what': <%s>, 'path': <%s>}", what, path);
  int status;
  gint32 answer = 0;

  if (scan_reader_call (pool, "probe", arguments, NULL, NULL, SCAN_CALL_DEFAULT, 0, NULL, &reply,
                        &error))
    {
      g_assert_true (g_variant_lookup (reply.result, "errno", "i", &answer));
      g_test_message ("%s: %s", what, g_strerror (answer));
      return answer == EPERM || answer == EACCES;
    }

  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  status = scan_reader_pool_last_status (pool);
  g_test_message ("%s: ended by signal %d", what, WIFSIGNALED (status) ? WTERMSIG (status) : 0);
  return WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS;
}

void
check_all_forbidden (ScanReaderPool *pool)
{
  static const char *const attempts[] = {
    "socket-inet",  "socket-unix", "socketpair",  "execve",     "fork",          "ptrace",
    "vm-read",      "kill",        "tgkill",      "mmap-exec",  "mmap-arena",    "mprotect-exec",
    "io-uring",     "memfd",       "setrlimit",   "send-other", "sendmsg-other",
#ifndef SCANVAULT_SANITIZED
    "write-stderr",
#endif
    "bpf",          "unshare",     "userfaultfd",
#ifdef __x86_64__
    "x32-entry",
#endif
  };
  g_autofree char *folder = g_dir_make_tmp ("scanvault-test-XXXXXX", NULL);
  g_autofree char *mine = g_build_filename (folder, "mine", NULL);
  g_autofree char *made = g_build_filename (folder, "made", NULL);
  g_autofree char *in_memory = g_strdup_printf ("/dev/shm/scanvault-test-%d", getpid ());
  const char *not_written[] = { made, in_memory, "/tmp/scanvault-test-made" };
  gsize i;

  g_assert_true (g_file_set_contents (mine, "a person's file", -1, NULL));

  for (i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (!is_forbidden (pool, attempts[i], mine))
      g_error ("a reader may do this: %s", attempts[i]);

  g_assert_true (is_forbidden (pool, "read-file", mine));
  g_assert_true (is_forbidden (pool, "read-file", "/etc/passwd"));
  g_assert_true (is_forbidden (pool, "read-file", "/proc/self/maps"));
  g_assert_true (is_forbidden (pool, "read-file", "/dev/null"));
  g_assert_true (is_forbidden (pool, "stat", mine));
  g_assert_true (is_forbidden (pool, "write-file", mine));
  g_assert_true (is_forbidden (pool, "unlink", mine));
  g_assert_true (is_forbidden (pool, "mkdir", made));
  for (i = 0; i < G_N_ELEMENTS (not_written); i++)
    {
      g_assert_true (is_forbidden (pool, "write-file", not_written[i]));
      g_assert_false (g_file_test (not_written[i], G_FILE_TEST_EXISTS));
    }
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));

  g_remove (mine);
  g_rmdir (folder);
}
