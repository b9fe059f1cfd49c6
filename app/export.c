/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Originals back out of the vault, bit for bit. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "library_private.h"

#define COPY_SIZE ((gsize) 1024 * 1024)

typedef struct
{
  ScanItem item; /* an instance or a document */
  const guint8 *member;
} Original;

void
scan_failure_free (ScanFailure *failure)
{
  g_free (failure->path);
  g_free (failure->code);
  g_free (failure->message);
  g_free (failure);
}

void
scan_failure_add (GPtrArray *failures, const char *path, const GError *error)
{
  ScanFailure *failure = g_new0 (ScanFailure, 1);

  failure->path = g_strdup (path);
  failure->code = g_strdup (scan_error_name (error));
  failure->message = g_strdup (error->message);
  failure->domain = error->domain;
  failure->error_code = error->code;
  g_ptr_array_add (failures, failure);
}

void
scan_export_result_clear (ScanExportResult *result)
{
  g_clear_pointer (&result->failed, g_ptr_array_unref);
}

static void
collect (const ScanItem *item, gpointer user_data)
{
  Original original = { *item, NULL };

  if (item->kind == SCAN_ITEM_INSTANCE)
    original.member = item->instance->member;
  else if (item->kind == SCAN_ITEM_DOCUMENT)
    original.member = item->document->member;
  if (original.member != NULL)
    g_array_append_val ((GArray *) user_data, original);
}

/* Opens the folder of a relative name below root, making what is missing; nothing above root can be
 * reached and links are not followed. ret_base: the last component, to be freed. */
static int
open_folder_of (int root, const char *name, char **ret_base, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  int folder = dup (root);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && !g_str_equal (*part, ".") && !g_str_equal (*part, ".."))
      g_ptr_array_add (kept, *part);
  for (guint i = 0; i + 1 < kept->len && folder >= 0; i++)
    {
      const char *part = g_ptr_array_index (kept, i);
      int next;

      if (mkdirat (folder, part, 0700) != 0 && errno != EEXIST)
        {
          close (folder);
          folder = -1;
          break;
        }
      next = openat (folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      close (folder);
      folder = next;
    }
  if (folder < 0)
    {
      scan_error_set_errno (error, errno, "A folder for the copies could not be made");
      return -1;
    }
  *ret_base = g_strdup (kept->len > 0 ? g_ptr_array_index (kept, kept->len - 1) : "file");
  return folder;
}

/* "name", then "name (2)", "name (3)" …; an extension stays at the end. */
static int
create_unused (int folder, const char *base, char **ret_name, GError **error)
{
  const char *dot = strrchr (base, '.');

  if (dot == base)
    dot = NULL;
  for (guint n = 1; n < 1000000; n++)
    {
      char *name = n == 1        ? g_strdup (base)
                   : dot != NULL ? g_strdup_printf ("%.*s (%u)%s", (int) (dot - base), base, n, dot)
                                 : g_strdup_printf ("%s (%u)", base, n);
      int fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

      if (fd >= 0)
        {
          *ret_name = name;
          return fd;
        }
      g_free (name);
      if (errno != EEXIST)
        break;
    }
  scan_error_set_errno (error, errno, "A copy could not be made");
  return -1;
}

static gboolean
write_whole (int fd, const guint8 *data, gsize n, GError **error)
{
  while (n > 0)
    {
      gssize written = write (fd, data, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return scan_error_set_errno (error, errno, "A copy could not be written");
      data += written;
      n -= (gsize) written;
    }
  return TRUE;
}

static gboolean
copy_member (const ScanMemberSource *source, int fd, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (COPY_SIZE);

  for (guint64 at = 0; at < source->source.size;)
    {
      gsize n = MIN (COPY_SIZE, source->source.size - at);
      VaultFault fault = { 0 };
      VaultError result;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      result = vault_member_pread (source->member, at, buffer, n, &fault);
      if (result != VAULT_OK)
        return scan_error_set_vault (error, result, &fault);
      if (!write_whole (fd, buffer, n, error))
        return FALSE;
      at += n;
    }
  return TRUE;
}

static gboolean
export_one (ScanLibrary *library, const Original *original, int root, guint64 *ret_bytes,
            GCancellable *cancellable, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_autofree char *name = NULL, *base = NULL, *used = NULL;
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { 0 } };
  int folder, fd;
  gboolean done;

  if (!scan_library_source_open (library, original->member, &source, error))
    return FALSE;
  name = g_strndup (source.name, source.name_size);
  folder = open_folder_of (root, name, &base, error);
  if (folder < 0)
    return FALSE;
  fd = create_unused (folder, base, &used, error);
  if (fd < 0)
    {
      close (folder);
      return FALSE;
    }
  done = copy_member (&source, fd, cancellable, error);
  times[1].tv_sec = (time_t) source.mtime;
  if (done)
    futimens (fd, times);
  if (close (fd) != 0 && done)
    done = scan_error_set_errno (error, errno, "A copy could not be written");
  if (!done)
    unlinkat (folder, used, 0);
  close (folder);
  *ret_bytes = source.source.size;
  return done;
}

gboolean
scan_library_export (ScanLibrary *library, const ScanItem *items, guint n_items,
                     const char *out_dir, ScanProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, ScanExportResult *ret_result, GError **error)
{
  g_autoptr (GArray) originals = g_array_new (FALSE, FALSE, sizeof (Original));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  gboolean going = TRUE;
  int root;

  ret_result->files = ret_result->bytes = 0;
  ret_result->failed = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  for (guint i = 0; i < n_items; i++)
    scan_catalog_visit_item (scan_library_catalog (library), &items[i], FALSE, collect, originals);
  if (g_mkdir_with_parents (out_dir, 0700) != 0 ||
      (root = open (out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    return scan_error_set_errno (error, errno, "The folder for the copies could not be opened");

  for (guint i = 0; i < originals->len && going; i++)
    {
      const Original *original = &g_array_index (originals, Original, i);
      g_autoptr (GError) failure = NULL;
      guint64 bytes = 0;

      if (!g_hash_table_add (seen, (gpointer) original->member))
        continue;
      if (progress != NULL)
        {
          ScanProgress now = { SCAN_PHASE_WORKING, i, originals->len, ret_result->bytes, 0, NULL };

          progress (&now, user_data);
        }
      if (export_one (library, original, root, &bytes, cancellable, &failure))
        {
          ret_result->files++;
          ret_result->bytes += bytes;
        }
      else if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
               g_error_matches (failure, SCAN_ERROR, SCAN_ERROR_FULL))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          going = FALSE;
        }
      else
        {
          char id[SCAN_ID_LENGTH + 1];

          scan_item_id (&original->item, id);
          scan_failure_add (ret_result->failed, id, failure);
        }
    }
  if (going && fsync (root) != 0 && errno != EINVAL && errno != ENOSYS)
    going = scan_error_set_errno (error, errno, "The copies could not be made durable");
  close (root);
  return going;
}
