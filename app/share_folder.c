/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that is filled out of sight and published whole, or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "share_private.h"

static gboolean
folder_is_empty (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  gboolean empty = dir != NULL && g_dir_read_name (dir) == NULL;

  if (dir != NULL)
    g_dir_close (dir);
  return empty;
}

gboolean
scan_share_folder_open (ScanShareFolder *folder, const char *out, GError **error)
{
  char *work;

  memset (folder, 0, sizeof *folder);
  if (mkdir (out, 0700) == 0)
    folder->made = TRUE;
  else if (errno != EEXIST)
    return scan_error_set_errno (error, errno, "The folder for the copies could not be made");
  else if (!folder_is_empty (out))
    {
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_EXISTS,
          "The folder for the copies is not empty, or is no folder. Please choose another.");
      return FALSE;
    }
  work = g_build_filename (out, ".part-XXXXXX", NULL);
  if (mkdtemp (work) == NULL)
    {
      scan_error_set_errno (error, errno, "The folder for the copies cannot be written to");
      if (folder->made)
        rmdir (out);
      g_free (work);
      return FALSE;
    }
  folder->out = g_strdup (out);
  folder->work = work;
  return TRUE;
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
read_back (const char *path, const guint8 *data, gsize n, GError **error)
{
  g_autofree char *found = NULL;
  gsize length;

  if (g_file_get_contents (path, &found, &length, NULL) && length == n &&
      memcmp (found, data, n) == 0)
    return TRUE;
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_IO,
                       "A copy did not come back from the disk as it was written.");
  return FALSE;
}

gboolean
scan_share_folder_write (ScanShareFolder *folder, const char *relative, const guint8 *data, gsize n,
                         GError **error)
{
  g_autofree char *path = g_build_filename (folder->work, relative, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  gboolean done;
  int fd;

  if (g_mkdir_with_parents (parent, 0700) != 0)
    return scan_error_set_errno (error, errno, "A folder for the copies could not be made");
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return scan_error_set_errno (error, errno, "A copy could not be made");
  done = write_file (fd, data, n);
  if (!done)
    scan_error_set_errno (error, errno, "A copy could not be written");
  if (close (fd) != 0 && done)
    done = scan_error_set_errno (error, errno, "A copy could not be written");
  return done && read_back (path, data, n, error);
}

gboolean
scan_share_folder_publish (ScanShareFolder *folder, GError **error)
{
  GDir *dir = g_dir_open (folder->work, 0, error);
  const char *name;
  gboolean done = dir != NULL;

  while (done && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (folder->work, name, NULL);
      g_autofree char *to = g_build_filename (folder->out, name, NULL);

      if (rename (from, to) != 0)
        done = scan_error_set_errno (error, errno, "The copies could not be put in place");
    }
  if (dir != NULL)
    g_dir_close (dir);
  if (!done || !sync_folder (folder->out, error))
    return FALSE;
  rmdir (folder->work);
  g_clear_pointer (&folder->work, g_free);
  return TRUE;
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

/* The folder was empty when it was opened, so everything in it came from here. */
static void
remove_content (const char *path)
{
  static const char *const ours[] = { "DICOM", "DOCS", "README.TXT", "REPORT.TXT", "DICOMDIR" };

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
  if (folder->work != NULL)
    {
      remove_tree (folder->work);
      remove_content (folder->out);
      if (folder->made)
        rmdir (folder->out);
    }
  g_clear_pointer (&folder->work, g_free);
  g_clear_pointer (&folder->out, g_free);
}
