/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the new vault is made, and where it stands when it is finished. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "error.h"
#include "library_private.h"
#include "rekey_private.h"

#define SPARE_BYTES ((guint64) 16 * 1024 * 1024)

static GDir *
open_below (int parent, const char *name, int *ret_fd)
{
  g_autofree char *path = NULL;

  *ret_fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  path = g_strdup_printf ("/proc/self/fd/%d", *ret_fd);
  return *ret_fd >= 0 ? g_dir_open (path, 0, NULL) : NULL;
}

static void
remove_tree (int parent, const char *name)
{
  int fd;
  g_autoptr (GDir) dir = open_below (parent, name, &fd);
  const char *inner;

  while (dir != NULL && (inner = g_dir_read_name (dir)) != NULL)
    if (unlinkat (fd, inner, 0) != 0)
      remove_tree (fd, inner);
  if (fd >= 0)
    close (fd);
  unlinkat (parent, name, AT_REMOVEDIR);
}

/* Whatever links lead there. */
static gboolean
is_inside (const char *folder, const char *outer)
{
  g_autofree char *path = realpath (folder, NULL);
  struct stat wanted, info;

  if (path == NULL || stat (outer, &wanted) != 0)
    return FALSE;
  for (;;)
    {
      char *slash = strrchr (path, '/');

      if (stat (path, &info) == 0 && info.st_dev == wanted.st_dev && info.st_ino == wanted.st_ino)
        return TRUE;
      if (slash == NULL || path[1] == '\0')
        return FALSE;
      slash[slash == path] = '\0';
    }
}

gboolean
scan_rekey_check_place (ScanRekey *rekey, const char *old_folder, const char *new_folder,
                        GError **error)
{
  g_autofree char *parent = g_path_get_dirname (new_folder);
  g_autoptr (GDir) dir = g_dir_open (new_folder, 0, NULL);
  struct statvfs room;
  struct stat info, above;
  guint64 needed = vault_stored_bytes (rekey->from) / 20 * 21 + SPARE_BYTES;

  if (is_inside (new_folder, old_folder) || is_inside (parent, old_folder))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The new vault cannot stand inside the old one.");
      return FALSE;
    }
  if ((dir != NULL && g_dir_read_name (dir) != NULL) ||
      (dir == NULL && lstat (new_folder, &info) == 0))
    return scan_error_set_errno (error, EEXIST, "The new folder is not empty");
  /* It is made beside its place and moved there. */
  if (dir != NULL && stat (new_folder, &info) == 0 && stat (parent, &above) == 0 &&
      info.st_dev != above.st_dev)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The new vault cannot be a whole disk; name a folder on it.");
      return FALSE;
    }
  if (statvfs (parent, &room) != 0)
    return scan_error_set_errno (error, errno, "The place for the new vault cannot be used");
  if ((guint64) room.f_bavail * room.f_frsize < needed)
    return scan_error_set_errno (error, ENOSPC, "There is not enough room for the new vault");
  return TRUE;
}

/* What a vault holds. */
static const char *const contents[] = { "o", "p", "j", "j2" };

void
scan_rekey_remove_work (const char *work)
{
  int fd = open (work, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  gboolean empty = TRUE;

  /* The mark goes after these: whoever is killed or held up meanwhile can go on. */
  for (guint i = 0; fd >= 0 && i < G_N_ELEMENTS (contents); i++)
    {
      remove_tree (fd, contents[i]);
      empty = empty && faccessat (fd, contents[i], F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    }
  if (fd >= 0)
    close (fd);
  if (empty)
    remove_tree (AT_FDCWD, work);
}

gboolean
scan_rekey_mark_work (const char *work, GError **error)
{
  g_autofree char *mark = g_build_filename (work, SCAN_REKEY_MARK, NULL);
  int fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return scan_error_set_errno (error, errno, "The new vault could not be begun");
  close (fd);
  return TRUE;
}

void
scan_rekey_unmark (const char *folder)
{
  g_autofree char *mark = g_build_filename (folder, SCAN_REKEY_MARK, NULL);

  unlink (mark);
}

static gboolean
holds_a_file (int parent, const char *name)
{
  int fd;
  g_autoptr (GDir) dir = open_below (parent, name, &fd);
  const char *inner;
  gboolean found = FALSE;

  while (dir != NULL && !found && (inner = g_dir_read_name (dir)) != NULL)
    {
      struct stat info;

      found = fstatat (fd, inner, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR (info.st_mode) ||
              holds_a_file (fd, inner);
    }
  if (fd >= 0)
    close (fd);
  return found;
}

/* A vault that was begun here and never opened by its owner, or one in which nothing is yet. */
static gboolean
may_be_removed (int fd)
{
  static const char *const names[] = { "README.txt", "vault.id", "vault.id.2", "keys", "keys2", "o",
                                       "p",          "j",        "j2",         "tmp",  NULL };
  int again;
  g_autoptr (GDir) dir = open_below (fd, ".", &again);
  const char *name;
  gboolean ours = dir != NULL, marked = faccessat (fd, SCAN_REKEY_MARK, F_OK, 0) == 0;

  while (ours && (name = g_dir_read_name (dir)) != NULL)
    ours = g_strv_contains (names, name);
  for (guint i = 0; i < G_N_ELEMENTS (contents) && ours && !marked; i++)
    ours = !holds_a_file (fd, contents[i]);
  if (again >= 0)
    close (again);
  return ours;
}

gboolean
scan_rekey_clear_work (const char *work, GError **error)
{
  int fd = open (work, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  gboolean cleared = TRUE;

  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 || !may_be_removed (fd))
    cleared = scan_error_set_errno (error, EEXIST,
                                    "Beside the new vault stands something that ends in "
                                    ".unfinished and is in use, or was not made by an attempt");
  /* An attempt that still runs holds its vault. */
  else if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    cleared = scan_error_set_vault (error, VAULT_ERROR_BUSY, NULL);
  else
    scan_rekey_remove_work (work);
  if (fd >= 0)
    close (fd);
  if (cleared && access (work, F_OK) == 0)
    cleared = scan_error_set_errno (error, EEXIST,
                                    "What an earlier attempt left in the folder that ends in "
                                    ".unfinished could not be removed");
  return cleared;
}

/* 0, or the errno of a folder's sync. Not every place can sync folders, or lets this user. */
static int
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int failed = fd < 0 ? errno : fsync (fd) != 0 ? errno : 0;

  if (fd >= 0)
    close (fd);
  return failed == EINVAL || failed == ENOSYS || failed == EACCES || failed == EPERM ? 0 : failed;
}

gboolean
scan_rekey_give_name (const char *work, const char *new_folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (new_folder);
  int failed;

  if (rename (work, new_folder) != 0)
    return scan_error_set_errno (error, errno, "The new vault could not be put in its place");
  failed = sync_folder (parent);
  if (failed == 0)
    {
      scan_rekey_unmark (new_folder);
      return TRUE;
    }
  /* A power cut could take it away again while the old one is removed. */
  scan_error_set_errno (error, failed, "The new vault could not be put in its place for good");
  if (rename (new_folder, work) != 0)
    scan_rekey_remove_work (new_folder);
  return FALSE;
}
