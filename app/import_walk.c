/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds files: folders are searched to the bottom, links inside them are not followed. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "import_private.h"
#include "place.h"

#define DEPTH_MAX 64

void
scan_found_free (ScanFound *found)
{
  g_free (found->path);
  g_free (found->name);
  g_free (found->data);
  g_free (found->keep);
  g_free (found);
}

static void
ignore_path (ScanImport *import, const char *path, const char *reason)
{
  ScanFailure *ignored = g_new0 (ScanFailure, 1);

  ignored->path = g_strdup (path);
  ignored->code = g_strdup ("ignored");
  ignored->message = g_strdup (reason);
  g_ptr_array_add (import->result.ignored_files, ignored);
  import->result.files++;
  import->result.ignored++;
}

static void
fail_path (ScanImport *import, const char *path, int saved_errno, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  scan_error_set_errno (&error, saved_errno, sentence);
  scan_failure_add (import->result.failed, path, error);
  import->result.files++;
}

static void
find_file (ScanImport *import, const char *path, const char *name, const struct stat *info,
           gboolean named)
{
  ScanFound *found = g_new0 (ScanFound, 1);

  found->path = g_strdup (path);
  found->name = g_strdup (name);
  found->size = (guint64) info->st_size;
  found->mtime = info->st_mtime;
  found->named = named;
  import->bytes_total += found->size;
  import->result.files++;
  g_ptr_array_add (import->found, found);
  scan_import_tell (import, SCAN_PHASE_LOOKING, NULL, FALSE);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void find_path (ScanImport *import, const char *path, const char *name, guint depth);

static void
find_folder (ScanImport *import, const char *path, const char *name, guint depth)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  GDir *folder;
  const char *entry;

  if (depth > DEPTH_MAX)
    {
      ignore_path (import, path, "The folders are nested too deeply.");
      return;
    }
  if (scan_folder_is_vault (path))
    {
      ignore_path (import, path, "This folder is a vault.");
      return;
    }
  errno = 0;
  folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    {
      fail_path (import, path, errno, "The folder could not be opened");
      return;
    }
  while ((entry = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (entries, g_strdup (entry));
  g_dir_close (folder);
  g_ptr_array_sort (entries, compare_names);
  for (guint i = 0; i < entries->len && !g_cancellable_is_cancelled (import->cancellable); i++)
    {
      g_autofree char *inner = g_build_filename (path, g_ptr_array_index (entries, i), NULL);
      g_autofree char *inner_name =
          *name != '\0' ? g_build_filename (name, g_ptr_array_index (entries, i), NULL)
                        : g_strdup (g_ptr_array_index (entries, i));

      find_path (import, inner, inner_name, depth + 1);
    }
}

/* depth 0 is what the person named: there a link means what it points to. */
static void
find_path (ScanImport *import, const char *path, const char *name, guint depth)
{
  struct stat info;

  if ((depth == 0 ? stat (path, &info) : lstat (path, &info)) != 0)
    fail_path (import, path, errno, "The file could not be found");
  else if (S_ISDIR (info.st_mode))
    find_folder (import, path, name, depth);
  else if (S_ISREG (info.st_mode))
    find_file (import, path, name, &info, depth == 0);
  else if (S_ISLNK (info.st_mode))
    ignore_path (import, path, "This is a link to somewhere else.");
  else
    ignore_path (import, path, "This is not a file but a device, pipe or socket.");
}

gboolean
scan_import_walk (ScanImport *import, GError **error)
{
  for (char **path = import->paths; *path != NULL; path++)
    {
      g_autofree char *whole = g_canonicalize_filename (*path, NULL);
      g_autofree char *base = g_path_get_basename (whole);

      find_path (import, *path, g_str_equal (base, "/") ? "" : base, 0);
    }
  return !g_cancellable_set_error_if_cancelled (import->cancellable, error);
}
