/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files a vault is made of, by their names. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "files.h"
#include "open.h"
#include "parity_group.h"
#include "replaced.h"

#define FOLDER_DEPTH 2

typedef struct
{
  CopyList list;
  int root;
  bool failed;
} CopyWalk;

static bool
is_hex (const char *text, size_t n)
{
  return strlen (text) == n && strspn (text, "0123456789abcdef") == n;
}

/* The stage of a file of the vault's own patterns, or -1. */
static int
stage_of (const char *path)
{
  uint8_t name[32];
  JournalFile record;
  uint8_t slot[VAULT_SLOT_ID_SIZE];

  if (vault_bundle_path_parse (path, name))
    return STAGE_BUNDLES;
  if (strncmp (path, "p/", 2) == 0 && is_hex (path + 2, 64))
    return STAGE_BUNDLES;
  if (vault_record_path_parse (path, &record))
    return STAGE_JOURNAL;
  if (vault_slot_path_parse (path, slot))
    return STAGE_KEYS;
  if (strcmp (path, "README.txt") == 0)
    return STAGE_KEYS;
  return strcmp (path, "vault.id") == 0 || strcmp (path, "vault.id.2") == 0 ? STAGE_ID : -1;
}

static void
add_file (CopyWalk *walk, const char *path, uint64_t size)
{
  int stage = stage_of (path);
  CopyFile *file;

  if (stage < 0)
    return;
  if (walk->list.n >= UINT32_MAX ||
      !vault_array_grow (&walk->list.files, (uint32_t) walk->list.n, sizeof *file))
    {
      walk->failed = true;
      return;
    }
  file = &walk->list.files[walk->list.n++];
  memset (file, 0, sizeof *file);
  snprintf (file->path, sizeof file->path, "%s", path);
  file->stage = (CopyStage) stage;
  file->size = size;
}

static void
list_folder (CopyWalk *walk, const char *folder, unsigned depth)
{
  int fd = openat (walk->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && !walk->failed && (entry = readdir (dir)) != NULL)
    {
      char path[VAULT_PATH_MAX];
      struct stat info;
      int n = snprintf (path, sizeof path, "%s%s%s", strcmp (folder, ".") == 0 ? "" : folder,
                        strcmp (folder, ".") == 0 ? "" : "/", entry->d_name);

      if (entry->d_name[0] == '.' || n < 0 || (size_t) n >= sizeof path ||
          strcmp (path, "tmp") == 0 || fstatat (walk->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
        continue;
      if (S_ISDIR (info.st_mode) && depth < FOLDER_DEPTH)
        list_folder (walk, path, depth + 1);
      else if (S_ISREG (info.st_mode))
        add_file (walk, path, (uint64_t) info.st_size);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
}

static int
compare_files (const void *a, const void *b)
{
  const CopyFile *left = a, *right = b;

  if (left->stage != right->stage)
    return left->stage < right->stage ? -1 : 1;
  return strcmp (left->path, right->path);
}

VaultError
vault_copy_list (int root, CopyList *ret_list)
{
  CopyWalk walk = { .root = root };

  list_folder (&walk, ".", 0);
  if (walk.failed)
    {
      vault_copy_list_clear (&walk.list);
      return VAULT_ERROR_NO_MEMORY;
    }
  if (walk.list.n > 0)
    qsort (walk.list.files, walk.list.n, sizeof *walk.list.files, compare_files);
  *ret_list = walk.list;
  return VAULT_OK;
}

void
vault_copy_list_clear (CopyList *list)
{
  free (list->files);
  memset (list, 0, sizeof *list);
}

/* Parity that the vault still counts on; its own file may have been lost. */
static bool
is_parity_of (const ParityGroups *groups, const char *path)
{
  for (uint32_t i = 0; i < groups->n; i++)
    {
      char counted[VAULT_PATH_MAX];

      vault_parity_path (groups->rows[i].name, counted);
      if (groups->rows[i].counts && strcmp (counted, path) == 0)
        return true;
    }
  return false;
}

/* A slot that the vault has lost is all the more wanted in the copy; what was removed is not, but
 * the copy is never left with fewer passphrases than the vault. */
static bool
is_wanted_slot (Copy *copy, const CopyFile *file)
{
  uint8_t id[VAULT_SLOT_ID_SIZE];

  return !vault_slot_path_parse (file->path, id) || !vault_slot_removed (copy->vault, id) ||
         copy->slots_left == 0;
}

/* Dropped by the vault for good; what a bundle of the copy holds must stand in the copy elsewhere.
 */
static bool
is_obsolete (Copy *copy, PlaceProofs *proofs, const char *path)
{
  Vault *vault = copy->vault;
  uint8_t name[32];
  int64_t bundle;
  bool obsolete = vault_file_obsolete (vault, path);

  if (!obsolete || !vault_bundle_path_parse (path, name))
    return obsolete;
  pthread_rwlock_rdlock (&vault->tables);
  bundle = vault_fold_find_bundle (&vault->fold, name);
  obsolete = bundle >= 0 && vault_bundle_replaced (proofs, (uint32_t) bundle);
  if (obsolete)
    vault_places_forget (proofs, (uint32_t) bundle);
  pthread_rwlock_unlock (&vault->tables);
  return obsolete;
}

static bool
is_wanted (Copy *copy, const CopyList *list, const ParityGroups *groups, PlaceProofs *proofs,
           const CopyFile *file)
{
  if (bsearch (file, list->files, list->n, sizeof *file, compare_files) != NULL)
    return true;
  if (strncmp (file->path, "p/", 2) == 0)
    return is_parity_of (groups, file->path);
  if (file->stage == STAGE_KEYS)
    return is_wanted_slot (copy, file);
  return file->stage == STAGE_ID || !is_obsolete (copy, proofs, file->path);
}

void
vault_copy_prune (Copy *copy, const CopyList *list)
{
  CopyList theirs = { 0 };
  ParityGroups groups = { 0 };
  PlaceProofs proofs;

  if (vault_places_begin (copy->vault, copy->target, &proofs) &&
      vault_parity_list (copy->vault, &groups) == VAULT_OK &&
      vault_copy_list (copy->target, &theirs) == VAULT_OK)
    for (size_t i = 0; i < theirs.n; i++)
      if (!is_wanted (copy, list, &groups, &proofs, &theirs.files[i]) &&
          unlinkat (copy->target, theirs.files[i].path, 0) == 0)
        copy->result.removed++;
  vault_copy_list_clear (&theirs);
  vault_parity_list_clear (&groups);
  vault_places_end (&proofs);
}
