/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lockdown.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "error.h"

void
scan_lockdown_memory (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
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
  static const int families[] = { AF_INET, AF_INET6, AF_PACKET };
  scmp_filter_ctx filter;
  int result;

  if (is_locked_down ())
    return TRUE;
  filter = seccomp_init (SCMP_ACT_ALLOW);
  result = filter != NULL ? 0 : -ENOMEM;
  for (gsize i = 0; i < G_N_ELEMENTS (families) && result == 0; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                               SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) families[i]));
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
