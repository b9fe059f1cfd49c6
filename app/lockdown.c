/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lockdown.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"

void
scan_lockdown_memory (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static const int families[] = { AF_INET, AF_INET6, AF_PACKET };

/* A process that replaced its own image has its filter already, and each further one would cost
 * every system call a little. */
static gboolean
is_locked_down (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      int fd = socket (families[i], SOCK_STREAM | SOCK_CLOEXEC, 0);

      if (fd >= 0)
        close (fd);
      if (fd >= 0 || errno != EAFNOSUPPORT)
        return FALSE;
    }
  return prctl (PR_GET_SECCOMP, 0, 0, 0, 0) == 2 && syscall (SYS_io_uring_setup, 0, NULL) == -1 &&
         errno == ENOSYS;
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
  for (gsize i = 0; i < G_N_ELEMENTS (families) && result == 0; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                               SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) families[i]));
  /* io_uring could make sockets without the call above. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (io_uring_setup), 0);
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
