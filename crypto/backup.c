/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of the vault in another folder, made or brought up to date. Since every file of a vault is
 * written once, a file that is there need not be copied again, and a copy that was interrupted goes
 * on where it stopped. Bundles go first and vault.id last, so that the copy is at every moment
 * nothing yet, the vault as it was, or the vault as it is. */
#include "backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "files.h"
#include "sealed.h"

#define PASSES_MAX 4 /* for what was committed while copying */

static bool
same_place (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether the folder inner is outer or lies below it. */
static bool
lies_in (int inner, int outer)
{
  struct stat wanted, here, above;
  int at = openat (inner, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool found = false, top = at < 0 || fstat (outer, &wanted) != 0 || fstat (at, &here) != 0;

  while (!top && !found)
    {
      int parent = openat (at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      found = same_place (&here, &wanted);
      top = parent < 0 || fstat (parent, &above) != 0 || same_place (&above, &here);
      close (at);
      at = parent;
      here = above;
    }
  if (at >= 0)
    close (at);
  return found;
}

/* Nothing, or the beginning of a copy whose vault.id is not there yet. */
static bool
holds_only_ours (int folder)
{
  static const char *const ours[] = { ".", "..", "tmp", "keys", "keys2",
                                      "o", "p",  "j",   "j2",   "README.txt" };
  int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;
  bool good = dir != NULL;

  while (good && (entry = readdir (dir)) != NULL)
    {
      bool known = false;

      for (size_t i = 0; i < sizeof ours / sizeof *ours && !known; i++)
        known = strcmp (entry->d_name, ours[i]) == 0;
      good = known;
    }
  if (dir != NULL)
    closedir (dir);
  else if (copy >= 0)
    close (copy);
  return good;
}

static VaultError
judge_target (const Vault *vault, int target, VaultFault *fault)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  bool any = false;

  if (lies_in (target, vault->root) || lies_in (vault->root, target))
    return vault_fail (fault, "", VAULT_ERROR_EXISTS);
  for (size_t i = 0; i < 2; i++)
    {
      uint8_t *bytes = NULL, uuid[UUID_SIZE];
      size_t size;
      VaultError error = vault_file_read (target, names[i], 4096, &bytes, &size, NULL);

      any = any || error == VAULT_OK;
      if (error == VAULT_OK)
        error = vault_id_parse (bytes, size, uuid);
      free (bytes);
      if (error == VAULT_OK)
        return memcmp (uuid, vault->uuid, UUID_SIZE) == 0
                   ? VAULT_OK
                   : vault_fail (fault, names[i], VAULT_ERROR_FOREIGN);
    }
  return any || holds_only_ours (target) ? VAULT_OK : vault_fail (fault, "", VAULT_ERROR_EXISTS);
}

/* What copying would write must fit, with a little to spare. */
static VaultError
judge_room (const Copy *copy, VaultFault *fault)
{
  struct statvfs space;

  if (fstatvfs (copy->target, &space) != 0)
    return VAULT_OK;
  if (copy->total > (uint64_t) space.f_bavail * space.f_frsize)
    return vault_fail (fault, "", VAULT_ERROR_FULL);
  return VAULT_OK;
}

/* Files of removed slots that could not be taken away yet are no part of the vault. */
static VaultError
leave_out_removed (Copy *copy, CopyList *list)
{
  SlotFiles *slots;
  VaultError error = vault_slot_files_read (copy->vault->root, &slots);
  size_t kept = 0;

  if (error != VAULT_OK)
    return error;
  copy->slots_left = vault_slot_files_left (copy->vault, slots);
  free (slots);
  for (size_t i = 0; i < list->n; i++)
    {
      uint8_t id[VAULT_SLOT_ID_SIZE];

      if (!vault_slot_path_parse (list->files[i].path, id) || !vault_slot_removed (copy->vault, id))
        list->files[kept++] = list->files[i];
    }
  list->n = kept;
  return VAULT_OK;
}

/* Which files this vault is made of now, and how many bytes of them the copy lacks. */
static VaultError
list_source (Copy *copy, CopyList *ret_list)
{
  VaultError error;

  pthread_mutex_lock (&copy->vault->writing);
  error = vault_copy_list (copy->vault->root, ret_list);
  if (error == VAULT_OK)
    error = leave_out_removed (copy, ret_list);
  pthread_mutex_unlock (&copy->vault->writing);
  for (size_t i = 0; error == VAULT_OK && i < ret_list->n; i++)
    {
      CopyFile *file = &ret_list->files[i];
      struct stat info;

      file->there = fstatat (copy->target, file->path, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
                    (uint64_t) info.st_size == file->size;
      if (!file->there)
        copy->total += file->size;
    }
  return error;
}

static VaultError
copy_all (Copy *copy, const CopyList *list, VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (size_t i = 0; i < list->n && error == VAULT_OK; i++)
    {
      /* What stands in the journal may be said only when what it speaks of is durable. */
      if (i > 0 && list->files[i].stage != list->files[i - 1].stage)
        error = vault_copy_sync (copy, fault);
      if (error == VAULT_OK)
        error = vault_copy_file (copy, &list->files[i], fault);
    }
  return error == VAULT_OK ? vault_copy_sync (copy, fault) : error;
}

static VaultError
run (Copy *copy, VaultFault *fault)
{
  VaultError error = VAULT_OK;
  bool settled = false;

  for (unsigned pass = 0; pass < PASSES_MAX && error == VAULT_OK && !settled; pass++)
    {
      CopyList list = { 0 };
      uint64_t before = copy->result.files, skipped = copy->result.skipped;

      copy->result.damaged = 0;
      error = list_source (copy, &list);
      if (error == VAULT_OK)
        error = judge_room (copy, fault);
      if (error == VAULT_OK)
        error = copy_all (copy, &list, fault);
      settled = copy->result.files == before;
      if (pass > 0)
        copy->result.skipped = skipped;
      if (error == VAULT_OK && settled)
        vault_copy_prune (copy, &list);
      vault_copy_list_clear (&list);
      /* Looking through again what was verified is enough once. */
      copy->verify_all = false;
    }
  return error;
}

VaultError
vault_copy_to (Vault *vault, const char *dest_dir, bool verify_all, VaultCopyFunc progress,
               void *data, VaultCopyResult *ret_result, VaultFault *fault)
{
  Copy copy = { .vault = vault, .progress = progress, .data = data, .verify_all = verify_all };
  bool made = mkdir (dest_dir, 0700) == 0;
  VaultError error;

  copy.target = open (dest_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy.target < 0)
    return vault_fail_errno (fault, "", errno);
  copy.buffer = malloc (COPY_STEP);
  error = copy.buffer != NULL ? judge_target (vault, copy.target, fault)
                              : vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  if (error != VAULT_OK && made)
    rmdir (dest_dir);
  if (error == VAULT_OK)
    error = run (&copy, fault);
  if (error == VAULT_OK && made)
    vault_folder_sync (copy.target, "..", NULL);
  free (copy.buffer);
  close (copy.target);
  *ret_result = copy.result;
  return error;
}
