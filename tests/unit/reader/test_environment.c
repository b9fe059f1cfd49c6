/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader is where people run the program: as root, as nobody, in a user namespace, without
 * Landlock or with one that is broken. The systems are made by filters of the test's own, which its
 * readers inherit; each case is a process of its own. The whole program in these and more is
 * tests/cli/test_environments.py. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "forbidden.h"
#include "pool.h"

#define NOBODY 65534

/* Runs this test's path again, with nothing else in that process, and passes its reason to skip on.
 * TRUE in the process that is to do the work. */
static gboolean
in_process_of_its_own (void)
{
  if (g_test_subprocess ())
    return TRUE;
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return FALSE;
}

/* A system that answers these calls with that error. */
static void
keep_back (const char *const *names, int error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);

  g_assert_nonnull (filter);
  for (; *names != NULL; names++)
    {
      const int number = seccomp_syscall_resolve_name (*names);

      if (number >= 0)
        g_assert_cmpint (seccomp_rule_add (filter, SCMP_ACT_ERRNO ((uint32_t) error), number, 0),
                         ==, 0);
    }
  g_assert_cmpint (seccomp_load (filter), ==, 0);
  seccomp_release (filter);
}

/* Whether this can be done here, found out in a child that ends with it. */
static gboolean
is_possible (gboolean (*attempt) (void))
{
  int status = 0;
  const pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (attempt () ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static gboolean
pages_open_fonts (void)
{
  g_autoptr (ScanReaderPool) pool =
      scan_reader_pool_new_for_program (g_getenv ("PAGES_PROBE"), NULL, 1);
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (scan_reader_call (pool, "probe", probe_what ("open-fonts"), NULL, NULL, 0, 0, NULL, &reply,
                        &error))
    return TRUE;
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  return FALSE;
}

/* One line of what the kernel says of a process. */
static char *
status_line (const char *status, const char *key)
{
  const char *line = strstr (status, key);

  g_assert_nonnull (line);
  line += strlen (key);
  return g_strstrip (g_strndup (line, strcspn (line, "\n")));
}

static void
check_line (const char *status, const char *key, const char *expected)
{
  g_autofree char *line = status_line (status, key);

  if (strcmp (line, expected) != 0)
    g_error ("%s of the reader is '%s', not '%s'", key, line, expected);
}

/* What the kernel says of a reader of the pool. */
static char *
status_of_reader (ScanReaderPool *pool)
{
  g_autoptr (GError) error = NULL;
  ScanReader *reader = scan_reader_pool_borrow (pool, SCAN_ARENA_DEFAULT, 0, NULL, &error);
  g_autofree char *path = NULL, *adjusted = NULL, *score = NULL;
  char *status = NULL;

  g_assert_no_error (error);
  path = g_strdup_printf ("/proc/%d/status", reader->pid);
  adjusted = g_strdup_printf ("/proc/%d/oom_score_adj", reader->pid);
  g_file_get_contents (path, &status, NULL, &error);
  g_assert_no_error (error);
  g_file_get_contents (adjusted, &score, NULL, &error);
  g_assert_no_error (error);
  scan_reader_pool_return (pool, reader, SCAN_READER_SOUND);
  /* The first to go when memory runs out. */
  g_assert_cmpstr (score, ==, "1000\n");
  return status;
}

/* What every reader is, whoever started it: without capabilities, and filtered. */
static void
check_reader (ScanReaderPool *pool, uid_t uid)
{
  static const char *const sets[] = { "\nCapInh:", "\nCapPrm:", "\nCapEff:", "\nCapAmb:" };
  g_autofree char *status = status_of_reader (pool);
  g_autofree char *ids = g_strdup_printf ("%u\t%u\t%u\t%u", uid, uid, uid, uid);

  check_line (status, "\nUid:", ids);
  check_line (status, "\nGid:", ids);
  check_line (status, "\nNoNewPrivs:", "1");
  check_line (status, "\nSeccomp:", "2");
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    check_line (status, sets[i], "0000000000000000");
  if (uid == NOBODY && getuid () == 0)
    {
      check_line (status, "\nGroups:", "");
      check_line (status, "\nCapBnd:", "0000000000000000");
    }
}

static void
check_everything (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  g_assert_cmpuint (probe_served (pool), ==, 1);
  check_all_forbidden (pool);
}

static void
test_root (void)
{
  g_autoptr (ScanReaderPool) pool = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("this is not root");
      return;
    }
  if (!in_process_of_its_own ())
    return;
  pool = probe_pool_new (NULL, 1);
  check_reader (pool, NOBODY);
  check_everything ();
}

/* To be somebody without rights who can still come to the build tree. */
static gboolean
become_nobody (void)
{
  return setgroups (0, NULL) == 0 && setresgid (NOBODY, NOBODY, NOBODY) == 0 &&
         setresuid (NOBODY, NOBODY, NOBODY) == 0 && prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 &&
         access (g_getenv ("READER_PROBE"), X_OK) == 0;
}

static void
test_nobody (void)
{
  g_autoptr (ScanReaderPool) pool = NULL;

  if (geteuid () != 0 || !is_possible (become_nobody))
    {
      g_test_skip ("only root can become somebody else, who must be able to read the build tree");
      return;
    }
  if (!in_process_of_its_own ())
    return;
  g_assert_true (become_nobody ());
  pool = probe_pool_new (NULL, 1);
  check_reader (pool, NOBODY);
  check_everything ();
}

static gboolean
write_file (const char *path, const char *text)
{
  const int file = open (path, O_WRONLY | O_CLOEXEC);
  const gboolean written =
      file >= 0 && write (file, text, strlen (text)) == (ssize_t) strlen (text);

  if (file >= 0)
    close (file);
  return written;
}

static gboolean
become_root_of_a_namespace (void)
{
  char map[32];

  g_snprintf (map, sizeof map, "0 %u 1", geteuid ());
  return unshare (CLONE_NEWUSER) == 0 && write_file ("/proc/self/setgroups", "deny") &&
         write_file ("/proc/self/uid_map", map) && geteuid () == 0;
}

/* Root of a namespace in which there is nobody else, as containers without root are. */
static void
test_user_namespace (void)
{
  static const char *const sets[] = { "\nCapPrm:", "\nCapEff:", "\nCapBnd:", "\nCapAmb:" };
  g_autoptr (ScanReaderPool) pool = NULL;
  g_autofree char *status = NULL;

  if (!is_possible (become_root_of_a_namespace))
    {
      g_test_skip ("no user namespaces here");
      return;
    }
  if (!in_process_of_its_own ())
    return;
  g_assert_true (become_root_of_a_namespace ());
  pool = probe_pool_new (NULL, 1);
  status = status_of_reader (pool);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    check_line (status, sets[i], "0000000000000000");
  check_line (status, "\nSeccomp:", "2");
  check_everything ();
}

static const char *const landlock_calls[] = { "landlock_create_ruleset", "landlock_add_rule",
                                              "landlock_restrict_self", NULL };

/* Scans are opened all the same, locked in by the filter; documents are, without the system's
 * fonts.
 */
static void
test_no_landlock (gconstpointer error)
{
  g_autoptr (ScanReaderPool) pool = NULL;

  if (!in_process_of_its_own ())
    return;
  keep_back (landlock_calls, GPOINTER_TO_INT (error));
  pool = probe_pool_new (NULL, 1);
  g_assert_cmpint (scan_reader_pool_landlock (pool), <=, 0);
  g_assert_cmpuint (probe_served (pool), ==, 1);
  g_assert_cmpint (scan_reader_pool_landlock (pool), ==, 0);
  check_all_forbidden (pool);
  g_assert_false (pages_open_fonts ());
}

/* It answers as no known system does: nothing is opened. */
static void
test_landlock_broken (void)
{
  g_autoptr (ScanReaderPool) pool = NULL;
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) failed = NULL;

  if (syscall (SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  if (!in_process_of_its_own ())
    return;
  keep_back (landlock_calls, EIO);
  pool = probe_pool_new (NULL, 1);
  g_assert_false (scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, 0, 0, NULL,
                                    &reply, &failed));
  g_assert_error (failed, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/environment/root", test_root);
  g_test_add_func ("/reader/environment/nobody", test_nobody);
  g_test_add_func ("/reader/environment/user-namespace", test_user_namespace);
  g_test_add_data_func ("/reader/environment/landlock-not-built", GINT_TO_POINTER (ENOSYS),
                        test_no_landlock);
  g_test_add_data_func ("/reader/environment/landlock-off", GINT_TO_POINTER (EOPNOTSUPP),
                        test_no_landlock);
  g_test_add_data_func ("/reader/environment/landlock-denied", GINT_TO_POINTER (EPERM),
                        test_no_landlock);
  g_test_add_func ("/reader/environment/landlock-broken", test_landlock_broken);
  return g_test_run ();
}
