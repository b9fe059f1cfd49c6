/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loaded with LD_PRELOAD: writes down, in the order of completion, everything that a process does to
 * the files below one folder, so that every state that a power loss can leave is rebuilt from it.
 * Can also let one of these operations fail.
 *
 *   SWEEP_ROOT  the folder, as realpath prints it
 *   SWEEP_LOG   where the log is appended
 *   SWEEP_ACK   a file whose writes are logged as acknowledgements
 *   SWEEP_FAIL  "N,ERRNO[,on]": the N-th operation (from 1) fails with that errno; "on": after that
 *               every write, creation and mkdir fails too, and the N-th, if a write, is cut short
 *
 * A log entry: kind u8 · failed u8 · length of path u16 · of second path u16 · zero u16 · of data
 * u32 · zero u32 · handle u64 · value u64 · path · second path · data. kind and value:
 *   O open for writing (1 created, 2 truncated, 3 both) · W write (offset) · T truncate (length) ·
 *   S sync of a file · D sync of a folder · R rename · U unlink · M mkdir · N rmdir · A acknowledged
 * Paths stand below SWEEP_ROOT; "" is the folder itself. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 4096
#define ACK_HANDLE UINT64_MAX
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

typedef struct
{
  uint8_t kind, failed;
  uint16_t path_len, second_len, zero;
  uint32_t data_len, zero_too;
  uint64_t handle, value;
} Entry;

typedef struct
{
  char text[PATH_MAX];
  bool inside; /* text is the path below the root */
} Place;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t handles[MAX_FDS], next_handle;
static int log_fd = -1;
static unsigned long operations, fail_at;
static int fail_errno;
static bool fail_on, failing;

static void
set_up (void)
{
  static bool done;
  const char *fail = getenv ("SWEEP_FAIL"), *path = getenv ("SWEEP_LOG");

  if (done)
    return;
  done = true;
  next_handle = (uint64_t) getpid () << 32;
  if (fail != NULL)
    {
      char *rest;

      fail_at = strtoul (fail, &rest, 10);
      if (*rest == ',')
        fail_errno = (int) strtol (rest + 1, &rest, 10);
      fail_on = strcmp (rest, ",on") == 0;
    }
  if (path != NULL)
    log_fd = NEXT (open) (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* A log with a hole in it would prove nothing. */
static void
note (uint8_t kind, bool failed, const char *path, const char *second, uint64_t handle,
      uint64_t value, const void *data, size_t n)
{
  Entry entry = { .kind = kind, .failed = failed, .handle = handle, .value = value };
  struct iovec parts[4];
  ssize_t all = 0;

  if (log_fd < 0)
    return;
  entry.path_len = (uint16_t) (path != NULL ? strlen (path) : 0);
  entry.second_len = (uint16_t) (second != NULL ? strlen (second) : 0);
  entry.data_len = (uint32_t) n;
  parts[0] = (struct iovec){ &entry, sizeof entry };
  parts[1] = (struct iovec){ (void *) path, entry.path_len };
  parts[2] = (struct iovec){ (void *) second, entry.second_len };
  parts[3] = (struct iovec){ (void *) data, n };
  for (size_t i = 0; i < 4; i++)
    all += (ssize_t) parts[i].iov_len;
  if (NEXT (writev) (log_fd, parts, 4) != all)
    abort ();
}

/* The path without its last part is resolved by the kernel, so that names through a folder's
 * descriptor, "." and ".." all come out the same. */
static void
place_at (int folder, const char *path, Place *place)
{
  const char *root = getenv ("SWEEP_ROOT");
  char parent[PATH_MAX], link[64], real[PATH_MAX + NAME_MAX];
  const char *slash = strrchr (path, '/'), *name = slash != NULL ? slash + 1 : path;
  size_t n = slash != NULL ? (size_t) (slash - path) + 1 : 1;
  size_t root_len = root != NULL ? strlen (root) : 0;
  ssize_t got;
  int fd;

  place->inside = false;
  if (root == NULL || n >= sizeof parent)
    return;
  memcpy (parent, slash != NULL ? path : ".", n);
  parent[n] = '\0';
  fd = NEXT (openat) (folder, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  got = readlink (link, real, PATH_MAX - 1);
  NEXT (close) (fd);
  if (got <= 0)
    return;
  real[got] = '\0';
  if (strncmp (real, root, root_len) != 0 || (real[root_len] != '\0' && real[root_len] != '/'))
    {
      /* The folder itself, seen from above. */
      snprintf (real + got, NAME_MAX, "/%s", name);
      place->inside = strcmp (real, root) == 0;
      place->text[0] = '\0';
      return;
    }
  place->inside = true;
  snprintf (place->text, sizeof place->text, "%s%s%s",
            real[root_len] == '/' ? real + root_len + 1 : "", real[root_len] == '/' ? "/" : "",
            name);
}

static bool
is_ack (const char *path)
{
  const char *ack = getenv ("SWEEP_ACK");

  return ack != NULL && strcmp (path, ack) == 0;
}

/* Whether the operation that is about to happen is the one to fail. */
static bool
fails (bool takes_space)
{
  operations++;
  if (fail_at == 0 || (operations != fail_at && !(failing && takes_space)))
    return false;
  failing = fail_on;
  errno = fail_errno;
  return true;
}

static uint64_t
handle_of (int fd)
{
  return fd >= 0 && fd < MAX_FDS ? handles[fd] : 0;
}

static int
do_open (int folder, const char *path, int flags, mode_t mode)
{
  Place place = { .inside = false };
  bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0, there;
  int fd;

  if (!writes || (flags & O_TMPFILE) == O_TMPFILE)
    return NEXT (openat) (folder, path, flags, mode);
  pthread_mutex_lock (&lock);
  set_up ();
  place_at (folder, path, &place);
  there = faccessat (folder, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (place.inside && !there && fails (true))
    {
      note ('O', true, place.text, NULL, 0, 1, NULL, 0);
      fd = -1;
    }
  else
    {
      fd = NEXT (openat) (folder, path, flags, mode);
      if (fd >= MAX_FDS)
        abort ();
      if (fd >= 0 && is_ack (path))
        handles[fd] = ACK_HANDLE;
      else if (fd >= 0 && place.inside)
        {
          int saved = errno;

          handles[fd] = ++next_handle;
          note ('O', false, place.text, NULL, next_handle,
                (there ? 0 : 1) | ((flags & O_TRUNC) != 0 ? 2 : 0), NULL, 0);
          errno = saved;
        }
      else if (fd >= 0)
        handles[fd] = 0;
    }
  pthread_mutex_unlock (&lock);
  return fd;
}

#define OPEN_AT(name, folder, ...)                                           \
  int name (__VA_ARGS__, int flags, ...);                                    \
  int name (__VA_ARGS__, int flags, ...)                                     \
  {                                                                          \
    mode_t mode = 0;                                                         \
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE)          \
      {                                                                      \
        va_list rest;                                                        \
        va_start (rest, flags);                                              \
        mode = va_arg (rest, mode_t);                                        \
        va_end (rest);                                                       \
      }                                                                      \
    return do_open (folder, path, flags, mode);                              \
  }
OPEN_AT (open, AT_FDCWD, const char *path)
OPEN_AT (open64, AT_FDCWD, const char *path)
OPEN_AT (openat, folder, int folder, const char *path)
OPEN_AT (openat64, folder, int folder, const char *path)

/* What the C library's fortified headers call instead. */
#define OPEN_CHECKED(name, folder, ...)             \
  int name (__VA_ARGS__, int flags);                \
  int name (__VA_ARGS__, int flags)                 \
  {                                                 \
    return do_open (folder, path, flags, 0);        \
  }
OPEN_CHECKED (__open_2, AT_FDCWD, const char *path)
OPEN_CHECKED (__open64_2, AT_FDCWD, const char *path)
OPEN_CHECKED (__openat_2, folder, int folder, const char *path)
OPEN_CHECKED (__openat64_2, folder, int folder, const char *path)

int
creat (const char *path, mode_t mode)
{
  return do_open (AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int
close (int fd)
{
  int result;

  pthread_mutex_lock (&lock);
  if (fd >= 0 && fd < MAX_FDS)
    handles[fd] = 0;
  result = NEXT (close) (fd);
  pthread_mutex_unlock (&lock);
  return result;
}

static ssize_t
do_write (int fd, const void *data, size_t n, bool has_offset, off_t offset)
{
  uint64_t handle;
  ssize_t done;

  pthread_mutex_lock (&lock);
  handle = handle_of (fd);
  if (handle != 0 && handle != ACK_HANDLE && fails (true))
    {
      bool cut = fail_on && operations == fail_at && n > 1;

      if (!cut)
        {
          note ('W', true, NULL, NULL, handle, 0, NULL, 0);
          errno = fail_errno;
          pthread_mutex_unlock (&lock);
          return -1;
        }
      n /= 2;
    }
  done = has_offset ? NEXT (pwrite) (fd, data, n, offset) : NEXT (write) (fd, data, n);
  if (done > 0 && handle != 0)
    {
      off_t at = has_offset ? offset : NEXT (lseek) (fd, 0, SEEK_CUR) - done;

      note (handle == ACK_HANDLE ? 'A' : 'W', false, NULL, NULL, handle, (uint64_t) at, data,
            (size_t) done);
    }
  pthread_mutex_unlock (&lock);
  return done;
}

ssize_t
write (int fd, const void *data, size_t n)
{
  return do_write (fd, data, n, false, 0);
}

ssize_t
pwrite (int fd, const void *data, size_t n, off_t offset)
{
  return do_write (fd, data, n, true, offset);
}

ssize_t
pwrite64 (int fd, const void *data, size_t n, off64_t offset)
{
  return do_write (fd, data, n, true, offset);
}

ssize_t
writev (int fd, const struct iovec *parts, int count)
{
  ssize_t all = 0;

  if (handle_of (fd) == 0)
    return NEXT (writev) (fd, parts, count);
  for (int i = 0; i < count; i++)
    {
      ssize_t done = do_write (fd, parts[i].iov_base, parts[i].iov_len, false, 0);

      if (done < 0)
        return all > 0 ? all : -1;
      all += done;
      if ((size_t) done < parts[i].iov_len)
        break;
    }
  return all;
}

/* Ways to write that the log cannot tell: whoever begins to use one must teach it here first. */
#define REFUSE(type, name, ...)          \
  type name (__VA_ARGS__);               \
  type name (__VA_ARGS__)                \
  {                                      \
    if (handle_of (fd) == 0)             \
      return NEXT (name) ARGUMENTS;      \
    abort ();                            \
  }
#define ARGUMENTS (fd, parts, count, offset)
REFUSE (ssize_t, pwritev, int fd, const struct iovec *parts, int count, off_t offset)
#undef ARGUMENTS
#define ARGUMENTS (fd, offset, n)
REFUSE (int, posix_fallocate, int fd, off_t offset, off_t n)
#undef ARGUMENTS
#define ARGUMENTS (fd, mode, offset, n)
REFUSE (int, fallocate, int fd, int mode, off_t offset, off_t n)
#undef ARGUMENTS
#define ARGUMENTS (in, from, fd, to, n, flags)
REFUSE (ssize_t, copy_file_range, int in, off64_t *from, int fd, off64_t *to, size_t n,
        unsigned flags)
#undef ARGUMENTS

static int
do_truncate (int fd, off_t length)
{
  uint64_t handle;
  int result;

  pthread_mutex_lock (&lock);
  handle = handle_of (fd);
  if (handle != 0 && handle != ACK_HANDLE && fails (false))
    {
      note ('T', true, NULL, NULL, handle, 0, NULL, 0);
      errno = fail_errno;
      result = -1;
    }
  else
    {
      result = NEXT (ftruncate) (fd, length);
      if (result == 0 && handle != 0)
        note ('T', false, NULL, NULL, handle, (uint64_t) length, NULL, 0);
    }
  pthread_mutex_unlock (&lock);
  return result;
}

int
ftruncate (int fd, off_t length)
{
  return do_truncate (fd, length);
}

int
ftruncate64 (int fd, off64_t length)
{
  return do_truncate (fd, length);
}

static int
do_sync (int fd, int (*sync_it) (int))
{
  uint64_t handle;
  Place place = { .inside = false };
  bool failed;
  int result = -1;

  pthread_mutex_lock (&lock);
  set_up ();
  handle = handle_of (fd);
  if (handle == 0 && fd >= 0)
    place_at (fd, ".", &place);
  if (place.inside && strcmp (place.text, ".") == 0)
    place.text[0] = '\0';
  else if (place.inside && place.text[0] != '\0')
    place.text[strlen (place.text) - 2] = '\0';
  failed = (place.inside || (handle != 0 && handle != ACK_HANDLE)) && fails (false);
  if (!failed)
    result = sync_it (fd);
  if (place.inside && (failed || result == 0))
    note ('D', failed, place.text, NULL, 0, 0, NULL, 0);
  else if (handle != 0 && handle != ACK_HANDLE && (failed || result == 0))
    note ('S', failed, NULL, NULL, handle, 0, NULL, 0);
  if (failed)
    errno = fail_errno;
  pthread_mutex_unlock (&lock);
  return result;
}

int
fsync (int fd)
{
  return do_sync (fd, NEXT (fsync));
}

int
fdatasync (int fd)
{
  return do_sync (fd, NEXT (fdatasync));
}

static int
do_rename (int from, const char *old, int to, const char *new, unsigned flags)
{
  Place source, target;
  int result = -1;

  pthread_mutex_lock (&lock);
  set_up ();
  place_at (from, old, &source);
  place_at (to, new, &target);
  if (source.inside != target.inside)
    abort ();
  if (source.inside && fails (false))
    {
      note ('R', true, source.text, target.text, 0, flags, NULL, 0);
      errno = fail_errno;
    }
  else
    {
      result = flags == 0 ? NEXT (renameat) (from, old, to, new)
                          : NEXT (renameat2) (from, old, to, new, flags);
      if (result == 0 && source.inside)
        note ('R', false, source.text, target.text, 0, flags, NULL, 0);
    }
  pthread_mutex_unlock (&lock);
  return result;
}

int
rename (const char *old, const char *new)
{
  return do_rename (AT_FDCWD, old, AT_FDCWD, new, 0);
}

int
renameat (int from, const char *old, int to, const char *new)
{
  return do_rename (from, old, to, new, 0);
}

int
renameat2 (int from, const char *old, int to, const char *new, unsigned flags)
{
  return do_rename (from, old, to, new, flags);
}

static int
do_name (uint8_t kind, int folder, const char *path, int flags, mode_t mode)
{
  Place place;
  int result = -1;

  pthread_mutex_lock (&lock);
  set_up ();
  place_at (folder, path, &place);
  if (place.inside && fails (kind == 'M'))
    {
      note (kind, true, place.text, NULL, 0, 0, NULL, 0);
      errno = fail_errno;
    }
  else
    {
      result = kind == 'M' ? NEXT (mkdirat) (folder, path, mode)
                           : NEXT (unlinkat) (folder, path, flags);
      if (result == 0 && place.inside)
        note (kind, false, place.text, NULL, 0, 0, NULL, 0);
    }
  pthread_mutex_unlock (&lock);
  return result;
}

int
unlink (const char *path)
{
  return do_name ('U', AT_FDCWD, path, 0, 0);
}

int
rmdir (const char *path)
{
  return do_name ('N', AT_FDCWD, path, AT_REMOVEDIR, 0);
}

int
unlinkat (int folder, const char *path, int flags)
{
  return do_name (flags == AT_REMOVEDIR ? 'N' : 'U', folder, path, flags, 0);
}

int
mkdir (const char *path, mode_t mode)
{
  return do_name ('M', AT_FDCWD, path, 0, mode);
}

int
mkdirat (int folder, const char *path, mode_t mode)
{
  return do_name ('M', folder, path, 0, mode);
}
