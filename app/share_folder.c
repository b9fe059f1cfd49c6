/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that is filled out of sight and published whole, or not at all. Files have no name until
 * all of them are there, so a program that is killed before leaves none. One that is killed while
 * they get their names leaves a hidden folder of checked copies beside the output, never in it; the
 * next share to that place removes it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "share_private.h"

/* One file. Without a name (fd), or where the file system has no such files, under a number in the
 * work folder. */
typedef struct
{
  int fd;
  char *relative;
} Staged;

static void
staged_free (gpointer data)
{
  Staged *staged = data;

  if (staged->fd >= 0)
    close (staged->fd);
  g_free (staged->relative);
  g_free (staged);
}

static gboolean
folder_is_empty (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  gboolean empty = dir != NULL && g_dir_read_name (dir) == NULL;

  if (dir != NULL)
    g_dir_close (dir);
  return empty;
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      struct stat info;

      if (lstat (inner, &info) == 0 && S_ISDIR (info.st_mode))
        remove_tree (inner);
      else
        unlink (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  rmdir (path);
}

void
scan_share_remove_leftovers (const char *place)
{
  GDir *dir = g_dir_open (place, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (place, name, NULL);
      int fd;

      if (!g_str_has_prefix (name, SCAN_SHARE_PART_PREFIX))
        continue;
      fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && unlink (path) != 0)
        remove_tree (path);
      if (fd >= 0)
        close (fd);
    }
  if (dir != NULL)
    g_dir_close (dir);
}

/* Files without a name are held open, all of them. */
static void
allow_many_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

char *
scan_share_bare_path (const char *path)
{
  gsize n = strlen (path);

  while (n > 1 && path[n - 1] == '/')
    n--;
  return g_strndup (path, n);
}

gboolean
scan_share_folder_open (ScanShareFolder *folder, const char *named, GError **error)
{
  g_autofree char *out = scan_share_bare_path (named);
  struct stat info;

  memset (folder, 0, sizeof *folder);
  folder->lock_fd = -1;
  folder->inside = lstat (out, &info) == 0;
  if (!folder->inside && errno != ENOENT)
    return scan_error_set_errno (error, errno, "The folder for the copies could not be made");
  folder->place = folder->inside ? g_strdup (out) : g_path_get_dirname (out);
  if (access (folder->place, W_OK | X_OK) != 0 && errno != ENOTDIR)
    {
      g_clear_pointer (&folder->place, g_free);
      return scan_error_set_errno (error, errno, "The folder for the copies cannot be written to");
    }
  scan_share_remove_leftovers (folder->place);
  if (folder->inside && !folder_is_empty (out))
    {
      g_clear_pointer (&folder->place, g_free);
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_EXISTS,
          "The folder for the copies is not empty, or is no folder. Please choose another.");
      return FALSE;
    }
  allow_many_files ();
  folder->out = g_steal_pointer (&out);
  folder->staged = g_ptr_array_new_with_free_func (staged_free);
  g_mutex_init (&folder->lock);
  return TRUE;
}

/* The lock is held. */
static gboolean
make_work (ScanShareFolder *folder, GError **error)
{
  char *work;

  if (folder->work != NULL)
    return TRUE;
  work = g_build_filename (folder->place, SCAN_SHARE_PART_PREFIX "XXXXXX", NULL);
  if (mkdtemp (work) == NULL)
    {
      scan_error_set_errno (error, errno, "The folder for the copies cannot be written to");
      g_free (work);
      return FALSE;
    }
  folder->work = work;
  folder->lock_fd = open (work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->lock_fd >= 0)
    flock (folder->lock_fd, LOCK_EX | LOCK_NB);
  return TRUE;
}

static char *
number_path (const ScanShareFolder *folder, guint slot)
{
  return g_strdup_printf ("%s/.%u", folder->work, slot);
}

/* A file of its own; *ret_named: under its number, since it cannot be without a name. */
static int
make_file (ScanShareFolder *folder, guint slot, gboolean *ret_named, GError **error)
{
  g_autofree char *path = NULL;
  gboolean made;
  int fd = open (folder->place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  *ret_named = fd < 0;
  if (fd >= 0)
    return fd;
  if (errno == ENOSPC || errno == EDQUOT || errno == EROFS || errno == EACCES)
    {
      scan_error_set_errno (error, errno, "A copy could not be made");
      return -1;
    }
  g_mutex_lock (&folder->lock);
  made = make_work (folder, error);
  g_mutex_unlock (&folder->lock);
  if (!made)
    return -1;
  path = number_path (folder, slot);
  fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    scan_error_set_errno (error, errno, "A copy could not be made");
  return fd;
}

static gboolean
write_file (int fd, const guint8 *data, gsize n)
{
  while (n > 0)
    {
      gssize written = write (fd, data, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      data += written;
      n -= (gsize) written;
    }
  return fsync (fd) == 0 || errno == EINVAL || errno == ENOSYS;
}

/* What stands on the disk is what was checked. */
static gboolean
read_back (int fd, const guint8 *data, gsize n, GError **error)
{
  guint8 piece[64 * 1024];
  gsize at = 0;
  struct stat info;
  gboolean same = fstat (fd, &info) == 0 && (guint64) info.st_size == n;

  while (same && at < n)
    {
      gssize got = pread (fd, piece, MIN (sizeof piece, n - at), (off_t) at);

      if (got < 0 && errno == EINTR)
        continue;
      same = got > 0 && memcmp (piece, data + at, (gsize) got) == 0;
      at += same ? (gsize) got : 0;
    }
  if (!same)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_IO,
                         "A copy did not come back from the disk as it was written.");
  return same;
}

gboolean
scan_share_folder_stage (ScanShareFolder *folder, const guint8 *data, gsize n, guint *ret_slot,
                         GError **error)
{
  Staged *staged = g_new0 (Staged, 1);
  gboolean named, done;
  int fd;

  staged->fd = -1;
  g_mutex_lock (&folder->lock);
  *ret_slot = folder->staged->len;
  g_ptr_array_add (folder->staged, staged);
  g_mutex_unlock (&folder->lock);
  fd = make_file (folder, *ret_slot, &named, error);
  if (fd < 0)
    return FALSE;
  done = write_file (fd, data, n) ||
         scan_error_set_errno (error, errno, "A copy could not be written");
  done = done && read_back (fd, data, n, error);
  if (!named)
    staged->fd = fd;
  else if (close (fd) != 0 && done)
    done = scan_error_set_errno (error, errno, "A copy could not be written");
  return done;
}

void
scan_share_folder_name (ScanShareFolder *folder, guint slot, const char *relative)
{
  Staged *staged = g_ptr_array_index (folder->staged, slot);

  g_free (staged->relative);
  staged->relative = g_strdup (relative);
}

static gboolean
sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL || errno == ENOSYS);

  if (!done)
    scan_error_set_errno (error, errno, "The copies could not be made durable");
  if (fd >= 0)
    close (fd);
  return done;
}

gboolean
scan_share_link (int fd, const char *path)
{
  char self[64];

  g_snprintf (self, sizeof self, "/proc/self/fd/%d", fd);
  return linkat (AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

static gboolean
name_staged (ScanShareFolder *folder, guint slot, GHashTable *parents, GError **error)
{
  Staged *staged = g_ptr_array_index (folder->staged, slot);
  g_autofree char *path = g_build_filename (folder->work, staged->relative, NULL);
  g_autofree char *number = number_path (folder, slot);
  char *parent = g_path_get_dirname (path);
  gboolean done;

  if (!g_hash_table_contains (parents, parent) && g_mkdir_with_parents (parent, 0700) != 0)
    {
      g_free (parent);
      return scan_error_set_errno (error, errno, "A folder for the copies could not be made");
    }
  g_hash_table_add (parents, parent);
  done = staged->fd >= 0 ? scan_share_link (staged->fd, path) : rename (number, path) == 0;
  if (!done)
    return scan_error_set_errno (error, errno, "A copy could not be named");
  if (staged->fd >= 0)
    close (staged->fd);
  staged->fd = -1;
  return TRUE;
}

gboolean
scan_share_folder_prepare (ScanShareFolder *folder, GError **error)
{
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer parent;

  if (!make_work (folder, error))
    return FALSE;
  for (guint i = 0; i < folder->staged->len; i++)
    if (((Staged *) g_ptr_array_index (folder->staged, i))->relative != NULL &&
        !name_staged (folder, i, parents, error))
      return FALSE;
  g_hash_table_iter_init (&iter, parents);
  while (g_hash_table_iter_next (&iter, &parent, NULL))
    if (!sync_folder (parent, error))
      return FALSE;
  return sync_folder (folder->work, error);
}

/* A folder that was there before, perhaps the root of a stick, cannot be replaced: what stands at
 * the top goes over name by name. */
static gboolean
move_over (ScanShareFolder *folder, GError **error)
{
  GDir *dir = g_dir_open (folder->work, 0, NULL);
  const char *name;
  gboolean done = dir != NULL || scan_error_set_errno (error, errno, "The copies are gone");

  while (done && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (folder->work, name, NULL);
      g_autofree char *to = g_build_filename (folder->out, name, NULL);

      if (rename (from, to) != 0)
        done = scan_error_set_errno (error, errno, "The copies could not be put in place");
    }
  if (dir != NULL)
    g_dir_close (dir);
  return done;
}

gboolean
scan_share_folder_publish (ScanShareFolder *folder, GError **error)
{
  gboolean done;

  if (folder->inside)
    done = move_over (folder, error);
  else
    done = rename (folder->work, folder->out) == 0 ||
           scan_error_set_errno (error, errno, "The copies could not be put in place");
  if (!done)
    return FALSE;
  folder->published = TRUE;
  if (folder->inside)
    rmdir (folder->work);
  /* They are in place and were durable before: what is left is that the name is. */
  sync_folder (folder->place, NULL);
  return TRUE;
}

/* The folder was empty when it was opened, so everything in it came from here. */
static void
remove_content (const char *path)
{
  static const char *const ours[] = { "DICOM",       "DOCS",      "README.TXT", "REPORT.TXT",
                                      "PATIENT.TXT", "INDEX.HTM", "DICOMDIR" };

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    {
      g_autofree char *inner = g_build_filename (path, ours[i], NULL);

      if (unlink (inner) != 0 && errno != ENOENT)
        remove_tree (inner);
    }
}

void
scan_share_folder_close (ScanShareFolder *folder)
{
  if (folder->out == NULL)
    return;
  if (!folder->published)
    {
      if (folder->work != NULL)
        remove_tree (folder->work);
      if (folder->inside)
        remove_content (folder->out);
    }
  if (folder->lock_fd >= 0)
    close (folder->lock_fd);
  g_ptr_array_unref (folder->staged);
  g_free (folder->work);
  g_free (folder->place);
  g_clear_pointer (&folder->out, g_free);
  g_mutex_clear (&folder->lock);
}
