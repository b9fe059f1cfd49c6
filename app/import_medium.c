/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list that a disc has of itself (DICOMDIR, PS3.3 annex F). Files are found by looking, never
 * by the list; but what it names and is not there, a person wants to know. */
#include <string.h>

#include "import_private.h"

#define NAMES_MAX ((gsize) 16 * 1024 * 1024)

typedef struct
{
  const ScanFound *found;
  GBytes *names; /* each ended by NUL */
} ScanMedium;

void
scan_medium_free (gpointer medium)
{
  g_bytes_unref (((ScanMedium *) medium)->names);
  g_free (medium);
}

void
scan_import_read_medium (ScanImport *import, ScanFound *found, const ScanSource *source)
{
  g_auto (ScanReaderReply) reply = { 0 };
  ScanMedium *medium;

  /* A list that somebody named alone says nothing of what they did not want. */
  if (found->named ||
      !scan_reader_call (scan_library_readers (import->library), "medium", NULL, source, NULL,
                         SCAN_CALL_DEFAULT, 0, import->cancellable, &reply, NULL) ||
      reply.bulk == NULL || g_bytes_get_size (reply.bulk) > NAMES_MAX)
    return;
  medium = g_new0 (ScanMedium, 1);
  medium->found = found;
  medium->names = g_bytes_ref (reply.bulk);
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->media, medium);
  g_mutex_unlock (&import->lock);
}

/* Names on discs come in capitals or not, by who mounts them, and with a version behind. */
static char *
plain_form (const char *name, gsize n)
{
  char *plain = g_ascii_strdown (name, (gssize) n);
  gsize end = strlen (plain);

  if (end > 2 && plain[end - 2] == ';' && g_ascii_isdigit (plain[end - 1]))
    end -= 2;
  if (end > 0 && plain[end - 1] == '.')
    end--;
  plain[end] = '\0';
  return plain;
}

static void
compare (ScanImport *import, const ScanMedium *medium, GHashTable *there)
{
  g_autofree char *folder = g_path_get_dirname (medium->found->name);
  ScanMediumResult *result = g_new0 (ScanMediumResult, 1);
  gsize size;
  const char *name = g_bytes_get_data (medium->names, &size), *end = name + size;

  result->path = g_strdup (medium->found->path);
  while (name < end)
    {
      gsize n = strnlen (name, (gsize) (end - name));
      g_autofree char *part = g_strndup (name, n);
      g_autofree char *whole =
          g_str_equal (folder, ".") ? g_strdup (part) : g_build_filename (folder, part, NULL);
      g_autofree char *plain = plain_form (whole, strlen (whole));

      result->listed++;
      if (!g_hash_table_contains (there, plain))
        result->absent++;
      name += n + 1;
    }
  g_ptr_array_add (import->result.media, result);
}

void
scan_import_compare_media (ScanImport *import)
{
  g_autoptr (GHashTable) there = NULL;

  if (import->media->len == 0)
    return;
  there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < import->found->len; i++)
    {
      const ScanFound *found = g_ptr_array_index (import->found, i);

      g_hash_table_add (there, plain_form (found->name, strlen (found->name)));
    }
  for (guint i = 0; i < import->media->len; i++)
    compare (import, g_ptr_array_index (import->media, i), there);
}
