/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader_protocol.h"

#define ALLOW(name)                                    \
  {                                                    \
    SCMP_SYS (name), #name, READER_CALL_ALLOWED, FALSE \
  }
#define ALLOW_RARE(name)                              \
  {                                                   \
    SCMP_SYS (name), #name, READER_CALL_ALLOWED, TRUE \
  }
#define BY_ARGUMENT(name)                                  \
  {                                                        \
    SCMP_SYS (name), #name, READER_CALL_BY_ARGUMENT, FALSE \
  }
#define REFUSE(name)                                   \
  {                                                    \
    SCMP_SYS (name), #name, READER_CALL_REFUSED, FALSE \
  }

#ifdef SCANVAULT_SANITIZED
/* A sanitizer's run time asks for more, and differs from version to version: what is not allowed is
 * refused, and its report may be written. */
#define OTHER_CALLS SCMP_ACT_ERRNO (EPERM)
#define REFUSED_IN_ANY_CASE TRUE
#else
#define OTHER_CALLS SCMP_ACT_KILL_PROCESS
#define REFUSED_IN_ANY_CASE FALSE
#endif

/* Why each is here stands in SANDBOX.md, and a test compares the two. */
static const ReaderCallEntry calls[] = {
  ALLOW (brk),
  ALLOW (munmap),
  ALLOW_RARE (mremap),
  ALLOW (exit_group),
  ALLOW_RARE (futex),
  ALLOW_RARE (clock_gettime),
  ALLOW_RARE (gettimeofday),
  ALLOW_RARE (getrandom),

  BY_ARGUMENT (recvmsg),
  BY_ARGUMENT (sendmsg),
  BY_ARGUMENT (mmap),

  REFUSE (open),
  REFUSE (openat),
  REFUSE (openat2),
  REFUSE (creat),
  REFUSE (access),
  REFUSE (faccessat),
  REFUSE (faccessat2),
  REFUSE (stat),
  REFUSE (lstat),
  REFUSE (fstat),
  REFUSE (newfstatat),
  REFUSE (statx),
  REFUSE (statfs),
  REFUSE (fstatfs),
  REFUSE (readlink),
  REFUSE (readlinkat),
  REFUSE (getdents64),
  REFUSE (getcwd),
  REFUSE (mkdir),
  REFUSE (mkdirat),
  REFUSE (unlink),
  REFUSE (unlinkat),
  REFUSE (read),
  REFUSE (pread64),
  REFUSE (write),
  REFUSE (writev),
  REFUSE (lseek),
  REFUSE (close),
  REFUSE (fcntl),
  REFUSE (ioctl),
  REFUSE (fadvise64),
  REFUSE (dup),
  REFUSE (poll),
  REFUSE (ppoll),
  REFUSE (getpeername),
  REFUSE (socket),
  REFUSE (connect),
  REFUSE (uname),
  REFUSE (sysinfo),
  REFUSE (getuid),
  REFUSE (geteuid),
  REFUSE (getgid),
  REFUSE (getegid),
  REFUSE (getppid),
  REFUSE (prlimit64),
  REFUSE (getrlimit),
  REFUSE (setrlimit),
  REFUSE (getrusage),
  REFUSE (clone),
  REFUSE (clone3),
  REFUSE (fork),
  REFUSE (vfork),
  REFUSE (prctl),
  REFUSE (nanosleep),
  REFUSE (clock_nanosleep),
  REFUSE (madvise),
  REFUSE (mprotect),
  REFUSE (restart_syscall),
  REFUSE (getpid),
  REFUSE (gettid),
  REFUSE (rt_sigprocmask),
  REFUSE (rt_sigaction),
  REFUSE (tgkill),
  REFUSE (sched_getaffinity),
  REFUSE (sched_yield),
};

/* Reading the files that Landlock leaves: it alone decides which. */
static const ReaderCallEntry font_calls[] = {
  ALLOW (read),         ALLOW (lseek),
  ALLOW_RARE (fstat), /* the C library of other systems asks in this way */
  BY_ARGUMENT (openat), BY_ARGUMENT (newfstatat),
  BY_ARGUMENT (close),  BY_ARGUMENT (fcntl),
};

const ReaderCallEntry *
reader_filter_calls (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (calls);
  return calls;
}

const ReaderCallEntry *
reader_filter_font_calls (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (font_calls);
  return font_calls;
}

static gboolean
is_font_call (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (font_calls); i++)
    if (strcmp (font_calls[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

/* The filter while it is made. */
typedef struct
{
  scmp_filter_ctx rules;
  const char *left_out;
  gboolean failed;
} Making;

static void
rule (Making *making, uint32_t action, const char *name, int number, unsigned n,
      const struct scmp_arg_cmp *arguments)
{
  if (making->left_out != NULL && strcmp (making->left_out, name) == 0)
    return;
  if (seccomp_rule_add_array (making->rules, action, number, n, arguments) != 0)
    making->failed = TRUE;
}

#define RULE(making, action, name, ...)                                                 \
  rule (making, action, #name, SCMP_SYS (name),                                         \
        sizeof ((struct scmp_arg_cmp[]){ __VA_ARGS__ }) / sizeof (struct scmp_arg_cmp), \
        (struct scmp_arg_cmp[]){ __VA_ARGS__ })

static void
add_font_rules (Making *making)
{
  RULE (making, SCMP_ACT_ALLOW, openat,
        SCMP_A2 (SCMP_CMP_MASKED_EQ,
                 O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY) | O_PATH,
                 O_RDONLY));
  /* The C library asks for an open file's size in this way. */
  RULE (making, SCMP_ACT_ALLOW, newfstatat, SCMP_A3 (SCMP_CMP_EQ, AT_EMPTY_PATH));
  if (!REFUSED_IN_ANY_CASE)
    RULE (making, SCMP_ACT_ERRNO (EPERM), newfstatat, SCMP_A3 (SCMP_CMP_NE, AT_EMPTY_PATH));
  RULE (making, SCMP_ACT_ALLOW, close, SCMP_A0 (SCMP_CMP_GT, SCAN_ARENA_FD));
  RULE (making, SCMP_ACT_ALLOW, fcntl, SCMP_A1 (SCMP_CMP_EQ, F_SETFD));
  RULE (making, SCMP_ACT_ALLOW, fcntl, SCMP_A1 (SCMP_CMP_EQ, F_GETFL));
  RULE (making, SCMP_ACT_ALLOW, mmap, SCMP_A2 (SCMP_CMP_EQ, PROT_READ),
        SCMP_A3 (SCMP_CMP_EQ, MAP_PRIVATE), SCMP_A4 (SCMP_CMP_GT, SCAN_ARENA_FD));
}

static void
add_rules (Making *making)
{
  RULE (making, SCMP_ACT_ALLOW, recvmsg, SCMP_A0 (SCMP_CMP_EQ, SCAN_SOCKET_FD));
  RULE (making, SCMP_ACT_ALLOW, sendmsg, SCMP_A0 (SCMP_CMP_EQ, SCAN_SOCKET_FD));
  RULE (making, SCMP_ACT_ALLOW, mmap, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
        SCMP_A3 (SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
}

/* Those of a table that do not depend on their arguments. A rule without arguments would win over
 * those with, so what is refused by the one table and allowed by the other is left out of the
 * first.
 */
static void
add_table (Making *making, const ReaderCallEntry *entries, gsize n, gboolean fonts)
{
  for (gsize i = 0; i < n; i++)
    {
      if (entries[i].rule == READER_CALL_ALLOWED)
        rule (making, SCMP_ACT_ALLOW, entries[i].name, entries[i].number, 0, NULL);
      else if (entries[i].rule == READER_CALL_REFUSED && !REFUSED_IN_ANY_CASE &&
               !(fonts && is_font_call (entries[i].name)))
        rule (making, SCMP_ACT_ERRNO (EPERM), entries[i].name, entries[i].number, 0, NULL);
    }
}

#ifdef SCANVAULT_SANITIZED
static void
add_sanitizer_rules (Making *making)
{
  static const char *const names[] = { "madvise",      "sched_yield",    "sigaltstack",
                                       "rt_sigreturn", "rt_sigprocmask", "rt_sigaction",
                                       "getpid",       "gettid" };

  RULE (making, SCMP_ACT_ALLOW, write, SCMP_A0 (SCMP_CMP_EQ, STDERR_FILENO));
  RULE (making, SCMP_ACT_ALLOW, mprotect, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  RULE (making, SCMP_ACT_ALLOW, tgkill, SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) getpid ()));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    rule (making, SCMP_ACT_ALLOW, names[i], seccomp_syscall_resolve_name (names[i]), 0, NULL);
}
#endif

gboolean
reader_filter_load (gboolean fonts, const char *left_out)
{
  Making making = { .rules = seccomp_init (OTHER_CALLS), .left_out = left_out };
  gboolean loaded;

  if (making.rules == NULL)
    return FALSE;
  add_table (&making, calls, G_N_ELEMENTS (calls), fonts);
  add_rules (&making);
  if (fonts)
    {
      add_table (&making, font_calls, G_N_ELEMENTS (font_calls), fonts);
      add_font_rules (&making);
    }
#ifdef SCANVAULT_SANITIZED
  add_sanitizer_rules (&making);
#endif
  /* Calls through the 32-bit and x32 entries have other numbers: none of them is ever right. */
  if (seccomp_attr_set (making.rules, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
      /* A tree instead of a list: this filter is asked at each system call. */
      seccomp_attr_set (making.rules, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0)
    making.failed = TRUE;
  loaded = !making.failed && seccomp_load (making.rules) == 0;
  seccomp_release (making.rules);
  return loaded;
}
