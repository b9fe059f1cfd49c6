/* SPDX-License-Identifier: GPL-3.0-or-later */
/* To be preloaded: the n-th write, sync or name given below one folder fails, as on a disk that is
 * full or dying. FAULT_ROOT: the folder; FAULT_AT: n; FAULT_ERRNO: the number of the error, 0: a
 * write puts down something else than it was given, below 0: the program is killed by that signal;
 * FAULT_LOG: a file that is made when it happened. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long count;

static int
is_below (int fd)
{
  char link[64], path[PATH_MAX];
  const char *root = getenv ("FAULT_ROOT");
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (root == NULL || n <= 0)
    return 0;
  path[n] = '\0';
  return strncmp (path, root, strlen (root)) == 0;
}

static int
is_turn (void)
{
  const char *at = getenv ("FAULT_AT"), *number = getenv ("FAULT_ERRNO"),
             *log = getenv ("FAULT_LOG");
  int made;

  if (at == NULL || number == NULL || atomic_fetch_add (&count, 1) + 1 != atol (at))
    return 0;
  made = log != NULL ? open (log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (made >= 0)
    close (made);
  errno = atoi (number);
  if (errno < 0)
    raise (-errno);
  return 1;
}

static int
fails (int fd)
{
  return is_below (fd) && is_turn ();
}

static int
fails_at (int folder, const char *path)
{
  const char *root = getenv ("FAULT_ROOT");

  if (root == NULL ||
      (*path == '/' ? strncmp (path, root, strlen (root)) != 0 : !is_below (folder)))
    return 0;
  return is_turn ();
}

ssize_t
write (int fd, const void *data, size_t n)
{
  static ssize_t (*real) (int, const void *, size_t);

  if (real == NULL)
    real = (ssize_t (*) (int, const void *, size_t)) dlsym (RTLD_NEXT, "write");
  if (!fails (fd))
    return real (fd, data, n);
  if (errno == 0 && n > 0)
    {
      const char other = (char) ~*(const char *) data;

      return real (fd, &other, 1);
    }
  return -1;
}

int
fsync (int fd)
{
  static int (*real) (int);

  if (real == NULL)
    real = (int (*) (int)) dlsym (RTLD_NEXT, "fsync");
  return fails (fd) ? -1 : real (fd);
}

int
renameat (int old_folder, const char *old_name, int new_folder, const char *new_name)
{
  static int (*real) (int, const char *, int, const char *);

  if (real == NULL)
    real = (int (*) (int, const char *, int, const char *)) dlsym (RTLD_NEXT, "renameat");
  return fails_at (new_folder, new_name) ? -1 : real (old_folder, old_name, new_folder, new_name);
}

int
rename (const char *old_name, const char *new_name)
{
  static int (*real) (const char *, const char *);

  if (real == NULL)
    real = (int (*) (const char *, const char *)) dlsym (RTLD_NEXT, "rename");
  return fails_at (AT_FDCWD, new_name) ? -1 : real (old_name, new_name);
}

int
linkat (int old_folder, const char *old_name, int new_folder, const char *new_name, int flags)
{
  static int (*real) (int, const char *, int, const char *, int);

  if (real == NULL)
    real = (int (*) (int, const char *, int, const char *, int)) dlsym (RTLD_NEXT, "linkat");
  return fails_at (new_folder, new_name) ? -1
                                         : real (old_folder, old_name, new_folder, new_name, flags);
}

int
mkdir (const char *path, mode_t mode)
{
  static int (*real) (const char *, mode_t);

  if (real == NULL)
    real = (int (*) (const char *, mode_t)) dlsym (RTLD_NEXT, "mkdir");
  return fails_at (AT_FDCWD, path) ? -1 : real (path, mode);
}
