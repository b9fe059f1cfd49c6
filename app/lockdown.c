/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lockdown.h"

#include <errno.h>
#include <linux/magic.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error.h"

void
scan_lockdown_memory (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static gboolean
is_memory (const char *folder)
{
  struct statfs info;

  return statfs (folder, &info) == 0 && info.f_type == TMPFS_MAGIC && access (folder, W_OK) == 0;
}

void
scan_lockdown_temp (void)
{
  const char *const folders[] = { g_getenv ("XDG_RUNTIME_DIR"), "/dev/shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (folders[i] != NULL && is_memory (folders[i]))
      {
        g_setenv ("TMPDIR", folders[i], TRUE);
        return;
      }
}

gboolean
scan_temp_is_memory (void)
{
  return is_memory (g_get_tmp_dir ());
}

/* A question that our own filter alone answers in this way. */
#define MARK_QUESTION 0x53564c4b
#define MARK_ANSWER EOWNERDEAD

/* A process that replaced its own image has its filter already, and each further one would cost
 * every system call a little. */
static gboolean
is_locked_down (void)
{
  return prctl (MARK_QUESTION, 0, 0, 0, 0) == -1 && errno == MARK_ANSWER;
}

gboolean
scan_lockdown_network (GError **error)
{
  scmp_filter_ctx filter;
  int result;

  if (is_locked_down ())
    return TRUE;
  filter = seccomp_init (SCMP_ACT_ALLOW);
  result = filter != NULL ? 0 : -ENOMEM;
  /* Whatever is no socket of this computer's own; the comparison is of all 64 bits. */
  for (int family = 0; family <= AF_NETLINK && result == 0; family++)
    if (family != AF_UNIX && family != AF_NETLINK)
      result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                                 SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) family));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                               SCMP_A0 (SCMP_CMP_GT, AF_NETLINK));
  /* io_uring could make sockets without the call above. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (io_uring_setup), 0);
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (MARK_ANSWER), SCMP_SYS (prctl), 1,
                               SCMP_A0 (SCMP_CMP_EQ, MARK_QUESTION));
  if (result == 0)
    result = seccomp_load (filter);
  seccomp_release (filter);
  if (result == 0)
    return TRUE;
  g_set_error_literal (
      error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX,
      "This system does not allow the program to give up the network, so it does not start.");
  return FALSE;
}
