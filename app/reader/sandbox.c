/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reader_protocol.h"

/* From the kernel's <linux/landlock.h>, which in Debian 12 is older than the rights that newer
 * kernels know. */
typedef struct
{
  uint64_t handled_access_fs;
  uint64_t handled_access_net; /* from version 4 */
  uint64_t scoped;             /* from version 6 */
} LandlockRules;

typedef struct
{
  uint64_t allowed_access;
  int32_t parent;
} __attribute__ ((packed)) LandlockFolder;

#define FONT_FILES_MAX 64 /* descriptors of a reader that may open fonts */

#define LANDLOCK_VERSION_FLAG 1u
#define LANDLOCK_FOLDER_RULE 1
#define LANDLOCK_READ_FILE (1u << 2)
#define LANDLOCK_READ_FOLDER (1u << 3)

/* What drawing a page with fonts that are not part of it takes: the fonts, what fontconfig knows of
 * them, and Poppler's tables of Asian character sets. /etc/fonts/conf.d holds links into
 * /usr/share/fontconfig. */
static const char *const font_folders[] = { "/usr/share/fonts", "/usr/share/fontconfig",
                                            "/etc/fonts", "/var/cache/fontconfig",
                                            "/usr/share/poppler" };

static gboolean
allow_fonts (int ruleset)
{
  for (gsize i = 0; i < G_N_ELEMENTS (font_folders); i++)
    {
      LandlockFolder rule = { LANDLOCK_READ_FILE | LANDLOCK_READ_FOLDER, 0 };
      long failed;

      rule.parent = open (font_folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (rule.parent < 0)
        continue;
      failed = syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_FOLDER_RULE, &rule, 0);
      close (rule.parent);
      if (failed != 0)
        return FALSE;
    }
  return TRUE;
}

/* Denies every access to files, TCP ports and other processes' abstract sockets and signals that
 * this kernel's Landlock knows. A kernel without Landlock is no failure: the system call filter has
 * no open at all. */
static gboolean
restrict_by_landlock (ReaderSandbox *sandbox)
{
  static const uint64_t fs_rights[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
  LandlockRules rules = { 0 };
  gsize size = sizeof rules.handled_access_fs;
  long version, ruleset, failed;

  version = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
  if (version < 1)
    return TRUE;

  rules.handled_access_fs = fs_rights[MIN (version, (long) G_N_ELEMENTS (fs_rights) - 1)];
  if (version >= 4)
    {
      rules.handled_access_net = 0x3;
      size = 2 * sizeof (uint64_t);
    }
  if (version >= 6)
    {
      rules.scoped = 0x3;
      size = sizeof rules;
    }

  ruleset = syscall (SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0)
    return FALSE;
  sandbox->fonts_open = sandbox->fonts && allow_fonts ((int) ruleset);
  failed = syscall (SYS_landlock_restrict_self, (int) ruleset, 0);
  close ((int) ruleset);
  return failed == 0;
}

static gboolean
set_limit (int resource, rlim_t value)
{
  struct rlimit limit = { value, value };

  return setrlimit (resource, &limit) == 0;
}

/* Needed while serving, whatever the arguments; SANDBOX.md says by what. */
static const int allowed_calls[] = {
  SCMP_SYS (brk),
  SCMP_SYS (munmap),
  SCMP_SYS (mremap),
  SCMP_SYS (futex),
  SCMP_SYS (exit_group),
  SCMP_SYS (clock_gettime),
  SCMP_SYS (gettimeofday),
  SCMP_SYS (getrandom),
#ifdef SCANVAULT_SANITIZED
  SCMP_SYS (madvise),
  SCMP_SYS (sched_yield),
  SCMP_SYS (sigaltstack),
  SCMP_SYS (rt_sigreturn), /* this and the rest: the report of a crash */
  SCMP_SYS (rt_sigprocmask),
  SCMP_SYS (rt_sigaction),
  SCMP_SYS (getpid),
  SCMP_SYS (gettid),
#endif
};

#ifdef SCANVAULT_SANITIZED
/* A sanitizer's run time asks for more, and differs from version to version: what is not allowed is
 * refused, and its report may be written. */
#define OTHER_CALLS SCMP_ACT_ERRNO (EPERM)
#else
#define OTHER_CALLS SCMP_ACT_KILL_PROCESS

/* Questions that libraries ask in passing (message catalogues, time zones, terminals, journald,
 * processor counts). They are refused without harm, so they must not end the process. */
static const int refused_calls[] = {
  SCMP_SYS (open),
  SCMP_SYS (openat),
  SCMP_SYS (openat2),
  SCMP_SYS (creat),
  SCMP_SYS (access),
  SCMP_SYS (faccessat),
  SCMP_SYS (faccessat2),
  SCMP_SYS (stat),
  SCMP_SYS (lstat),
  SCMP_SYS (fstat),
  SCMP_SYS (newfstatat),
  SCMP_SYS (statx),
  SCMP_SYS (statfs),
  SCMP_SYS (fstatfs),
  SCMP_SYS (readlink),
  SCMP_SYS (readlinkat),
  SCMP_SYS (getdents64),
  SCMP_SYS (getcwd),
  SCMP_SYS (mkdir),
  SCMP_SYS (mkdirat),
  SCMP_SYS (unlink),
  SCMP_SYS (unlinkat),
  SCMP_SYS (read),
  SCMP_SYS (pread64),
  SCMP_SYS (write),
  SCMP_SYS (writev),
  SCMP_SYS (lseek),
  SCMP_SYS (close),
  SCMP_SYS (fcntl),
  SCMP_SYS (ioctl),
  SCMP_SYS (fadvise64),
  SCMP_SYS (dup),
  SCMP_SYS (poll),
  SCMP_SYS (ppoll),
  SCMP_SYS (getpeername),
  SCMP_SYS (socket),
  SCMP_SYS (connect),
  SCMP_SYS (uname),
  SCMP_SYS (sysinfo),
  SCMP_SYS (getuid),
  SCMP_SYS (geteuid),
  SCMP_SYS (getgid),
  SCMP_SYS (getegid),
  SCMP_SYS (getppid),
  SCMP_SYS (prlimit64),
  SCMP_SYS (getrlimit),
  SCMP_SYS (setrlimit),
  SCMP_SYS (getrusage),
  SCMP_SYS (clone),
  SCMP_SYS (clone3),
  SCMP_SYS (fork),
  SCMP_SYS (vfork),
  SCMP_SYS (prctl),
  SCMP_SYS (nanosleep),
  SCMP_SYS (clock_nanosleep),
  SCMP_SYS (sched_getaffinity),
  SCMP_SYS (sched_yield),
  SCMP_SYS (madvise),
  SCMP_SYS (mprotect),
  SCMP_SYS (restart_syscall),
  SCMP_SYS (getpid),
  SCMP_SYS (gettid),
  SCMP_SYS (rt_sigprocmask), /* abort () ends all the same without this and the next two */
  SCMP_SYS (rt_sigaction),
  SCMP_SYS (tgkill),
};
#endif

/* Reading the files that Landlock leaves: it alone decides which. */
static const int file_calls[] = {
  SCMP_SYS (read),
  SCMP_SYS (lseek),
  SCMP_SYS (fstat),
};

#ifndef SCANVAULT_SANITIZED
/* The same, with certain arguments alone. */
static const int file_calls_by_argument[] = {
  SCMP_SYS (openat),
  SCMP_SYS (newfstatat),
  SCMP_SYS (close),
  SCMP_SYS (fcntl),
};

/* A rule without arguments would win over those with. */
static gboolean
is_file_call (int call)
{
  for (gsize i = 0; i < G_N_ELEMENTS (file_calls); i++)
    if (file_calls[i] == call)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (file_calls_by_argument); i++)
    if (file_calls_by_argument[i] == call)
      return TRUE;
  return FALSE;
}
#endif

static int
add_font_rules (scmp_filter_ctx filter)
{
  int failed = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (file_calls); i++)
    failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, file_calls[i], 0);
  failed |= seccomp_rule_add (
      filter, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
      SCMP_A2 (SCMP_CMP_MASKED_EQ,
               O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY) | O_PATH,
               O_RDONLY));
  /* The C library asks for an open file's size in this way. */
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (newfstatat), 1,
                              SCMP_A3 (SCMP_CMP_EQ, AT_EMPTY_PATH));
#ifndef SCANVAULT_SANITIZED
  failed |= seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (newfstatat), 1,
                              SCMP_A3 (SCMP_CMP_NE, AT_EMPTY_PATH));
#endif
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (close), 1,
                              SCMP_A0 (SCMP_CMP_GT, SCAN_ARENA_FD));
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1,
                              SCMP_A1 (SCMP_CMP_EQ, F_SETFD));
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1,
                              SCMP_A1 (SCMP_CMP_EQ, F_GETFL));
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 3,
                              SCMP_A2 (SCMP_CMP_EQ, PROT_READ), SCMP_A3 (SCMP_CMP_EQ, MAP_PRIVATE),
                              SCMP_A4 (SCMP_CMP_GT, SCAN_ARENA_FD));
  return failed;
}

static int
add_rules (scmp_filter_ctx filter, const ReaderSandbox *sandbox)
{
  const gboolean fonts = sandbox->fonts_open;
  const int left_out = sandbox->left_out != NULL ? seccomp_syscall_resolve_name (sandbox->left_out)
                                                 : __NR_SCMP_ERROR;
  int failed = 0;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (allowed_calls); i++)
    if (allowed_calls[i] != left_out)
      failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);

  if (left_out != SCMP_SYS (recvmsg))
    failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (recvmsg), 1,
                                SCMP_A0 (SCMP_CMP_EQ, SCAN_SOCKET_FD));
  if (left_out != SCMP_SYS (sendmsg))
    failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (sendmsg), 1,
                                SCMP_A0 (SCMP_CMP_EQ, SCAN_SOCKET_FD));
  if (left_out != SCMP_SYS (mmap))
    failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 2,
                                SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                SCMP_A3 (SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));

#ifdef SCANVAULT_SANITIZED
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (write), 1,
                              SCMP_A0 (SCMP_CMP_EQ, STDERR_FILENO));
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                              SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  failed |= seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1,
                              SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) getpid ()));
#else
  for (i = 0; i < G_N_ELEMENTS (refused_calls); i++)
    if (!(fonts && is_file_call (refused_calls[i])))
      failed |= seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), refused_calls[i], 0);
#endif
  if (fonts)
    failed |= add_font_rules (filter);

  /* Calls through the 32-bit and x32 entries have other numbers: none of them is ever right. */
  failed |= seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  /* A tree instead of a list: this filter is asked at each system call. */
  failed |= seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  return failed;
}

static gboolean
load_filter (const ReaderSandbox *sandbox)
{
  scmp_filter_ctx filter = seccomp_init (OTHER_CALLS);
  gboolean loaded;

  if (filter == NULL)
    return FALSE;
  loaded = add_rules (filter, sandbox) == 0 && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return loaded;
}

const char *
reader_sandbox_enter (ReaderSandbox *sandbox)
{
  /* Descriptor 5 is Landlock's, for a moment. */
  if (!set_limit (RLIMIT_CORE, 0) || !set_limit (RLIMIT_FSIZE, 0) ||
      !set_limit (RLIMIT_NOFILE, sandbox->fonts ? FONT_FILES_MAX : 6))
    return "The system does not let the reader limit itself.";
#ifndef SCANVAULT_SANITIZED
  if (!set_limit (RLIMIT_AS, sandbox->address_space))
    return "The system does not let the reader limit its memory.";
#endif

  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return "The system does not let the reader give up its rights.";
  if (!sandbox->skip_landlock && !restrict_by_landlock (sandbox))
    return "The reader could not close off the file system.";
  if (!load_filter (sandbox))
    return "The reader could not filter its system calls.";
  return NULL;
}
