/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back and checking. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "member.h"
#include "vault_private.h"

#define HASH_STEP ((size_t) 512 * 1024)

VaultError
vault_verify_member (Vault *vault, const OpenBundle *bundle, const FooterMember *row,
                     uint64_t *ret_chunk)
{
  uint8_t *memory = malloc (3 * VAULT_BLOCK_SIZE), id[VAULT_ID_SIZE];
  crypto_generichash_state hash;
  uint64_t offset = row->offset;
  VaultError error = memory != NULL ? VAULT_OK : VAULT_ERROR_NO_MEMORY;

  crypto_generichash_init (&hash, vault->keys->key[KEY_MEMBER_ID], VAULT_KEY_SIZE, VAULT_ID_SIZE);
  for (uint32_t i = 0; i < row->n_blocks && error == VAULT_OK; i++)
    {
      uint64_t at = (uint64_t) i * VAULT_BLOCK_SIZE;
      size_t n = row->size - at < VAULT_BLOCK_SIZE ? (size_t) (row->size - at) : VAULT_BLOCK_SIZE;

      error =
          vault_read_block (bundle, row, i, offset, memory, memory + VAULT_BLOCK_SIZE, ret_chunk);
      if (error == VAULT_OK)
        crypto_generichash_update (&hash, memory, n);
      offset += row->lengths[i] & ~BLOCK_RAW_BIT;
    }
  crypto_generichash_final (&hash, id, sizeof id);
  if (error == VAULT_OK && memcmp (id, row->id, sizeof id) != 0)
    error = VAULT_ERROR_DAMAGED;
  if (memory != NULL)
    sodium_memzero (memory, 3 * VAULT_BLOCK_SIZE);
  free (memory);
  return error;
}

/* The file's bytes make its name. */
static VaultError
verify_name (int fd, const uint8_t name[32])
{
  uint8_t *buffer = malloc (HASH_STEP), hash[32];
  crypto_generichash_state state;
  ssize_t got = 1;
  off_t at = 0;

  if (buffer == NULL)
    return VAULT_ERROR_NO_MEMORY;
  crypto_generichash_init (&state, NULL, 0, 32);
  while (got != 0)
    {
      got = pread (fd, buffer, HASH_STEP, at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        break;
      crypto_generichash_update (&state, buffer, (size_t) got);
      at += got;
    }
  crypto_generichash_final (&state, hash, sizeof hash);
  free (buffer);
  if (got < 0)
    return VAULT_ERROR_IO;
  return memcmp (hash, name, 32) == 0 ? VAULT_OK : VAULT_ERROR_DAMAGED;
}

VaultError
vault_read_back (Vault *vault, uint32_t number, VaultFault *fault)
{
  OpenBundle bundle;
  BundleRow row;
  char path[VAULT_PATH_MAX];
  uint64_t chunk = UINT64_MAX;
  VaultError error;
  int fd;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault->fold.bundles[number];
  pthread_rwlock_unlock (&vault->tables);
  vault_bundle_path (row.name, path);
  fd = openat (vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0)
    {
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      close (fd);
    }
  error = vault_open_bundle (vault, number, &bundle, fault);
  if (error != VAULT_OK)
    return error;
  error = verify_name (bundle.fd, row.name);
  if (error == VAULT_OK && bundle.footer.n != row.n_members)
    error = VAULT_ERROR_DAMAGED;
  for (uint32_t i = 0; i < bundle.footer.n && error == VAULT_OK; i++)
    error = vault_verify_member (vault, &bundle, &bundle.footer.members[i], &chunk);
  if (error != VAULT_OK)
    {
      vault_fail (fault, bundle.path, error);
      if (fault != NULL)
        fault->chunk = chunk;
    }
  vault_close_bundle (&bundle);
  return error;
}

typedef struct
{
  Vault *vault;
  VaultCheckFunc func;
  void *data;
  uint64_t done, total;
  bool stopped;
} Check;

static void
report (Check *check, VaultCheckKind kind, const char *file, const uint8_t *member, uint64_t chunk,
        uint64_t bytes)
{
  VaultFault fault;

  vault_fail (&fault, file, VAULT_OK);
  fault.chunk = chunk;
  if (member != NULL)
    {
      fault.has_member = true;
      memcpy (fault.member, member, VAULT_ID_SIZE);
    }
  if (!check->stopped && !check->func (kind, &fault, bytes, check->done, check->total, check->data))
    check->stopped = true;
}

/* A whole bundle is gone or unreadable: its members are named, or the file when none is known. */
static void
report_bundle (Check *check, VaultCheckKind kind, uint32_t number, const char *path)
{
  bool any = false;

  for (size_t i = 0; i < vault_entry_count (check->vault) && !check->stopped; i++)
    {
      const VaultEntry *entry = vault_entry_at (check->vault, i);

      if (entry->bundle == number && entry->role == VAULT_ROLE_ORIGINAL)
        {
          report (check, kind, path, entry->id, UINT64_MAX, 0);
          any = true;
        }
    }
  if (!any)
    report (check, kind, path, NULL, UINT64_MAX, 0);
}

static void
check_content (Check *check, uint32_t number, const BundleRow *row, const char *path)
{
  OpenBundle bundle;
  uint64_t chunk = UINT64_MAX;
  bool damaged = false;

  if (vault_open_bundle (check->vault, number, &bundle, NULL) != VAULT_OK)
    {
      report_bundle (check, VAULT_CHECK_DAMAGED, number, path);
      return;
    }
  for (uint32_t i = 0; i < bundle.footer.n; i++)
    if (vault_verify_member (check->vault, &bundle, &bundle.footer.members[i], &chunk) != VAULT_OK)
      {
        report (check, VAULT_CHECK_DAMAGED, path, bundle.footer.members[i].id, chunk, 0);
        damaged = true;
      }
  /* Damage where no member is, in the padding for example, is still damage. */
  if (!damaged && verify_name (bundle.fd, row->name) != VAULT_OK)
    report (check, VAULT_CHECK_DAMAGED, path, NULL, UINT64_MAX, 0);
  vault_close_bundle (&bundle);
}

static void
check_bundle (Check *check, uint32_t number, VaultCheckLevel level)
{
  BundleRow row = check->vault->fold.bundles[number];
  char path[VAULT_PATH_MAX];
  struct stat info;

  vault_bundle_path (row.name, path);
  if (!vault_bundle_alive (check->vault, number))
    check->done++;
  if (!vault_bundle_alive (check->vault, number))
    return;
  if (fstatat (check->vault->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
    report_bundle (check, VAULT_CHECK_MISSING, number, path);
  else if ((uint64_t) info.st_size != row.file_size)
    report_bundle (check, VAULT_CHECK_DAMAGED, number, path);
  else
    {
      if (level == VAULT_CHECK_FULL)
        check_content (check, number, &row, path);
      report (check, VAULT_CHECK_OBJECT, path, NULL, UINT64_MAX, row.file_size);
    }
  check->done++;
}

static bool
is_named (const Fold *fold, const char *file)
{
  char path[VAULT_PATH_MAX];

  for (uint32_t i = 0; i < fold->n_bundles; i++)
    {
      vault_bundle_path (fold->bundles[i].name, path);
      if (strcmp (path + 5, file) == 0)
        return true;
    }
  return false;
}

static void
check_orphans (Check *check)
{
  for (unsigned i = 0; i < 256; i++)
    {
      char folder[8], path[VAULT_PATH_MAX];
      DIR *dir;
      struct dirent *entry;
      int fd;

      snprintf (folder, sizeof folder, "o/%02x", i);
      fd = openat (check->vault->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      dir = fd >= 0 ? fdopendir (fd) : NULL;
      while (dir != NULL && (entry = readdir (dir)) != NULL)
        if (strlen (entry->d_name) == 64 && !is_named (&check->vault->fold, entry->d_name))
          {
            snprintf (path, sizeof path, "%s/%.64s", folder, entry->d_name);
            report (check, VAULT_CHECK_ORPHAN, path, NULL, UINT64_MAX, 0);
          }
      if (dir != NULL)
        closedir (dir);
    }
}

static void
check_small (Check *check, const char *file)
{
  uint8_t *bytes = NULL, uuid[UUID_SIZE];
  size_t size;
  VaultError error =
      vault_file_read (check->vault->root, file, VAULT_ID_FILE_SIZE, &bytes, &size, NULL);

  if (error == VAULT_ERROR_NOT_FOUND)
    report (check, VAULT_CHECK_MISSING, file, NULL, UINT64_MAX, 0);
  else if (error != VAULT_OK || vault_id_parse (bytes, size, uuid) != VAULT_OK ||
           !vault_id_authentic (bytes, check->vault->keys))
    report (check, VAULT_CHECK_DAMAGED, file, NULL, UINT64_MAX, 0);
  else
    report (check, VAULT_CHECK_OBJECT, file, NULL, UINT64_MAX, size);
  free (bytes);
}

static void
check_slots (Check *check)
{
  int fd = openat (check->vault->root, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && !check->stopped && (entry = readdir (dir)) != NULL)
    {
      char path[VAULT_PATH_MAX];
      uint8_t *slot = NULL;
      size_t size;
      bool good;

      if (strlen (entry->d_name) != 21 || strcmp (entry->d_name + 16, ".slot") != 0)
        continue;
      snprintf (path, sizeof path, "keys/%.21s", entry->d_name);
      good =
          vault_file_read (check->vault->root, path, SLOT_SIZE, &slot, &size, NULL) == VAULT_OK &&
          size == SLOT_SIZE && vault_slot_intact (slot, check->vault->uuid);
      free (slot);
      report (check, good ? VAULT_CHECK_OBJECT : VAULT_CHECK_DAMAGED, path, NULL, UINT64_MAX,
              good ? SLOT_SIZE : 0);
    }
  if (dir != NULL)
    closedir (dir);
}

/* Damage that the opening met is told already. */
static void
on_record (const char *path, VaultError error, uint64_t size, void *data)
{
  Check *check = data;
  bool known = false;

  for (size_t i = 0; i < check->vault->n_damages; i++)
    known = known || strcmp (check->vault->damages[i].file, path) == 0;
  if (error == VAULT_OK)
    report (check, VAULT_CHECK_OBJECT, path, NULL, UINT64_MAX, size);
  else if (!known && error != VAULT_ERROR_MISSING)
    report (check, VAULT_CHECK_DAMAGED, path, NULL, UINT64_MAX, 0);
}

VaultError
vault_check (Vault *vault, VaultCheckLevel level, VaultCheckFunc func, void *data,
             VaultFault *fault)
{
  Check check = { vault, func, data, 0, vault->fold.n_bundles, false };

  check_small (&check, "vault.id");
  check_small (&check, "vault.id.2");
  check_slots (&check);
  for (size_t i = 0; i < vault->n_damages; i++)
    report (&check, VAULT_CHECK_DAMAGED, vault->damages[i].file, NULL, vault->damages[i].chunk, 0);
  vault_journal_check (vault, on_record, &check);
  for (uint32_t i = 0; i < vault->fold.n_bundles && !check.stopped; i++)
    check_bundle (&check, i, level);
  if (!check.stopped)
    check_orphans (&check);
  return check.stopped ? vault_fail (fault, "", VAULT_ERROR_CANCELLED) : VAULT_OK;
}
