/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of records and snapshots in j/ and j2/. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "vault_private.h"

#define NAME_SIZE 27 /* seq10 - hash16 */
#define WRITER_SIZE 16
#define STRAY_MAX 200 /* longest name of a copy that a sync tool made */

static bool
parse_writer (const char *name, uint64_t *ret_writer)
{
  uint8_t id[8];

  if (strlen (name) != WRITER_SIZE || !vault_from_hex (name, sizeof id, id))
    return false;
  *ret_writer = 0;
  for (size_t i = 0; i < sizeof id; i++)
    *ret_writer = *ret_writer << 8 | id[i];
  return true;
}

static bool
parse_name (const char *name, JournalFile *found)
{
  found->is_snapshot = name[0] == 's';
  name += found->is_snapshot ? 1 : 0;
  found->seq = 0;
  for (size_t i = 0; i < 10; i++)
    {
      if (name[i] < '0' || name[i] > '9')
        return false;
      found->seq = found->seq * 10 + (uint64_t) (name[i] - '0');
    }
  return strlen (name) == NAME_SIZE && name[10] == '-' &&
         vault_from_hex (name + 11, sizeof found->hash, found->hash);
}

static DIR *
open_folder (int root, const char *folder)
{
  int fd = openat (root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    close (fd);
  return dir;
}

/* A file of another name may be what a sync tool put aside; only its content tells. Hidden and
 * unfinished files are the tools' own. */
static char *
stray_path (const char *folder, const char *name)
{
  size_t n = strlen (name);
  char *path;

  if (name[0] == '.' || n > STRAY_MAX || (n > 4 && strcmp (name + n - 4, ".tmp") == 0) ||
      (n > 8 && strcmp (name + n - 8, ".partial") == 0))
    return NULL;
  if (asprintf (&path, "%s/%s", folder, name) < 0)
    return NULL;
  return path;
}

static void
list_writer (int root, const char *journal, const char *name, uint8_t copy, Listing *listing)
{
  char folder[32];
  DIR *dir;
  struct dirent *entry;
  JournalFile found = { 0 };

  if (!parse_writer (name, &found.writer))
    return;
  snprintf (folder, sizeof folder, "%s/%.16s", journal, name);
  dir = open_folder (root, folder);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      found.copies = copy;
      found.stray = NULL;
      if (!parse_name (entry->d_name, &found) &&
          (found.stray = stray_path (folder, entry->d_name)) == NULL)
        continue;
      if (vault_array_grow (&listing->rows, listing->n, sizeof found))
        listing->rows[listing->n++] = found;
      else
        free (found.stray);
    }
  if (dir != NULL)
    closedir (dir);
}

static void
list_journal (int root, const char *journal, uint8_t copy, Listing *listing)
{
  DIR *dir = open_folder (root, journal);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    list_writer (root, journal, entry->d_name, copy, listing);
  if (dir != NULL)
    closedir (dir);
}

/* Strays come last: by then it is known what is missing. */
static int
compare_found (const void *a, const void *b)
{
  const JournalFile *left = a, *right = b;

  if ((left->stray != NULL) != (right->stray != NULL))
    return left->stray != NULL ? 1 : -1;
  if (left->stray != NULL)
    return strcmp (left->stray, right->stray);
  if (left->writer != right->writer)
    return left->writer < right->writer ? -1 : 1;
  if (left->is_snapshot != right->is_snapshot)
    return left->is_snapshot ? -1 : 1;
  if (left->seq != right->seq)
    return left->seq < right->seq ? -1 : 1;
  return memcmp (left->hash, right->hash, sizeof left->hash);
}

void
vault_journal_list (int root, Listing *ret_listing)
{
  Listing listing = { 0 };
  uint32_t kept = 0;

  list_journal (root, "j", 1, &listing);
  list_journal (root, "j2", 2, &listing);
  if (listing.n > 0)
    qsort (listing.rows, listing.n, sizeof *listing.rows, compare_found);
  for (uint32_t i = 0; i < listing.n; i++)
    if (kept > 0 && listing.rows[i].stray == NULL &&
        compare_found (&listing.rows[kept - 1], &listing.rows[i]) == 0)
      listing.rows[kept - 1].copies |= listing.rows[i].copies;
    else
      listing.rows[kept++] = listing.rows[i];
  listing.n = kept;
  *ret_listing = listing;
}

void
vault_listing_clear (Listing *listing)
{
  for (uint32_t i = 0; i < listing->n; i++)
    free (listing->rows[i].stray);
  free (listing->rows);
  memset (listing, 0, sizeof *listing);
}

bool
vault_record_path_parse (const char *path, JournalFile *ret_found)
{
  JournalFile found = { 0 };
  char writer[WRITER_SIZE + 1];
  const char *rest = strncmp (path, "j/", 2) == 0    ? path + 2
                     : strncmp (path, "j2/", 3) == 0 ? path + 3
                                                     : NULL;

  if (rest == NULL || strlen (rest) < WRITER_SIZE + 1 || rest[WRITER_SIZE] != '/')
    return false;
  memcpy (writer, rest, WRITER_SIZE);
  writer[WRITER_SIZE] = '\0';
  if (!parse_writer (writer, &found.writer) || !parse_name (rest + WRITER_SIZE + 1, &found))
    return false;
  *ret_found = found;
  return true;
}
