/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_filter.h"

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
#define NOBODY 65534

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

/* Errors of a kernel that was built or started without Landlock (ENOSYS, EOPNOTSUPP) and of a
 * container that keeps it back (EPERM). */
static gboolean
means_no_landlock (int error)
{
  return error == ENOSYS || error == EOPNOTSUPP || error == EPERM;
}

/* Denies every access to files, TCP ports and other processes' abstract sockets and signals that
 * this kernel's Landlock knows. A system without Landlock is no failure: the system call filter has
 * no open at all. One that says that it is there and then fails is. */
static gboolean
restrict_by_landlock (ReaderSandbox *sandbox)
{
  static const uint64_t fs_rights[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
  LandlockRules rules = { 0 };
  gsize size = sizeof rules.handled_access_fs;
  gboolean fonts;
  long version, ruleset;
  int failed;

  version = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
  if (version < 1)
    return version == 0 || means_no_landlock (errno);

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
  fonts = sandbox->fonts && allow_fonts ((int) ruleset);
  failed = syscall (SYS_landlock_restrict_self, (int) ruleset, 0) == 0 ? 0 : errno;
  close ((int) ruleset);
  /* Sixteen layers of it, by others, leave no room for one more. */
  if (failed != 0)
    return failed == E2BIG;
  sandbox->landlock = (guint) version;
  sandbox->fonts_open = fonts;
  return TRUE;
}

static gboolean
set_limit (int resource, rlim_t value)
{
  struct rlimit limit = { value, value };

  return setrlimit (resource, &limit) == 0;
}

/* A keeper that runs as root (a container, sudo) has readers that do not: they become nobody, and
 * in every case give up each capability and all ways back. Where nobody does not exist (a user
 * namespace with one user) the capabilities alone go. */
static gboolean
drop_rights (void)
{
  struct __user_cap_header_struct version = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[2] = { 0 }, left[2] = { 0 };

  for (unsigned long capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
       capability++)
    prctl (PR_CAPBSET_DROP, capability, 0, 0, 0);
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (geteuid () == 0)
    {
      /* What fails here, in a namespace, fails again below if it mattered. */
      int ignored = setgroups (0, NULL) | setresgid (NOBODY, NOBODY, NOBODY) |
                    setresuid (NOBODY, NOBODY, NOBODY);

      (void) ignored;
    }
  if (syscall (SYS_capset, &version, none) != 0 || syscall (SYS_capget, &version, left) != 0 ||
      memcmp (left, none, sizeof left) != 0)
    return FALSE;
  /* The kernel forgets it when the user changes. */
  return prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
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

  if (!drop_rights () || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return "The system does not let the reader give up its rights.";
  if (!sandbox->skip_landlock && !restrict_by_landlock (sandbox))
    return "The reader could not close off the file system.";
  if (!reader_filter_load (sandbox->fonts_open, sandbox->left_out))
    return "The reader could not filter its system calls.";
  return NULL;
}
