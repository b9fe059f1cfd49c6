/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles that no record names: their record was lost, or a crash came before it. Their footers
 * tell what the record said. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "gaps.h"
#include "heal.h"
#include "member.h"

#define ARRIVAL_MAX_AGE (24 * 3600)

typedef struct
{
  Repair *repair;
  bool shared; /* other computers write here: what is new may be ahead of its record */
  char (*paths)[VAULT_PATH_MAX];
  uint32_t n;
  VaultTxn *txn;
  uint32_t n_adopted;
} Adoption;

static bool
note_unnamed (const char *path, uint64_t size, void *data)
{
  Adoption *adoption = data;
  Vault *vault = adoption->repair->vault;
  uint8_t name[32];
  struct stat info;
  bool known;

  if (!vault_bundle_path_parse (path, name) ||
      fstatat (vault->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return true;
  pthread_rwlock_rdlock (&vault->tables);
  known = vault_fold_find_bundle (&vault->fold, name) >= 0;
  pthread_rwlock_unlock (&vault->tables);
  if (known || (adoption->shared && time (NULL) - info.st_ctime < ARRIVAL_MAX_AGE) ||
      !vault_array_grow (&adoption->paths, adoption->n, sizeof *adoption->paths))
    return true;
  memcpy (adoption->paths[adoption->n++], path, strlen (path) + 1);
  return true;
}

static bool
is_shared (const Vault *vault)
{
  bool shared = false;

  /* With damage in the journal it is plain where their records went. */
  for (size_t i = 0; i < vault->n_writers && vault->n_damages == 0; i++)
    shared = shared || !vault_writer_is_own (vault, vault->writers[i].writer);
  return shared;
}

/* Opens a bundle by what it says of itself, and proves every byte of it. */
static VaultError
open_proven (Vault *vault, const char *path, OpenBundle *ret_bundle, uint8_t ret_salt[32])
{
  OpenBundle bundle = { .fd = openat (vault->root, path,
                                      O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) };
  uint8_t header[SEALED_HEADER], name[32];
  uint64_t chunk;
  struct stat info;
  VaultError error = VAULT_ERROR_DAMAGED;

  if (bundle.fd >= 0 && fstat (bundle.fd, &info) == 0 && vault_bundle_path_parse (path, name) &&
      vault_read_all (bundle.fd, header, sizeof header, 0) == 0)
    error = vault_sealed_open (&bundle.sealed, bundle.fd, NULL, (uint64_t) info.st_size,
                               SEALED_BUNDLE, vault->keys, vault->uuid);
  if (error == VAULT_OK)
    error = vault_file_proves (vault->root, path, name);
  if (error == VAULT_OK)
    error = vault_footer_read (&bundle.sealed, &bundle.footer, &chunk);
  for (uint32_t i = 0; i < bundle.footer.n && error == VAULT_OK; i++)
    error = vault_verify_member (vault, &bundle, &bundle.footer.members[i], &chunk);
  if (error == VAULT_OK)
    {
      memcpy (bundle.path, path, strlen (path) + 1);
      memcpy (ret_salt, header + 32, 32);
      *ret_bundle = bundle;
      return VAULT_OK;
    }
  vault_footer_clear (&bundle.footer);
  vault_sealed_close (&bundle.sealed);
  if (bundle.fd >= 0)
    close (bundle.fd);
  return error;
}

typedef enum
{
  WISH_KNOWN,   /* what else is known says whether it is there */
  WISH_DELETED, /* deleted after any record that was lost */
  WISH_OPEN     /* deleted once, and a lost record may have added it again */
} Wish;

static Wish
wish_for (Vault *vault, const uint8_t id[VAULT_ID_SIZE])
{
  const EntryRow *row;
  const TombRow *tombs;
  Wish wish = WISH_KNOWN;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault_fold_find (&vault->fold, id);
  tombs = vault_fold_tomb (&vault->fold, id);
  if (tombs != NULL && (row == NULL || row->entry.deleted))
    wish = vault_losses_seen (vault, tombs) ? WISH_DELETED : WISH_OPEN;
  pthread_rwlock_unlock (&vault->tables);
  return wish;
}

static bool
is_worth_it (Vault *vault, const Footer *footer)
{
  for (uint32_t i = 0; i < footer->n; i++)
    if (wish_for (vault, footer->members[i].id) != WISH_DELETED &&
        vault_member_verify (vault, footer->members[i].id, NULL) != VAULT_OK)
      return true;
  return false;
}

/* The members get their place back, and no more: what was or will be deleted stays deleted. Where
 * nobody can tell whether a deletion or the lost record came last, the scan is what must not be
 * lost. */
static bool
describe (Adoption *adoption, const OpenBundle *bundle, const uint8_t salt[32])
{
  const Footer *footer = &bundle->footer;
  uint8_t name[32], *body = vault_txn_op (adoption->txn, OP_ADD_BUNDLE, 76);

  if (body == NULL || !vault_bundle_path_parse (bundle->path, name))
    return false;
  memcpy (body, name, 32);
  memcpy (body + 32, salt, 32);
  put_le (body + 64, bundle->sealed.file_size, 8);
  put_le (body + 72, footer->n, 4);
  body = vault_txn_op (adoption->txn, OP_MEMBERS, 32 + MEMBER_ROW * (size_t) footer->n);
  if (body == NULL)
    return false;
  memcpy (body, name, 32);
  for (uint32_t i = 0; i < footer->n; i++)
    {
      uint8_t *row = body + 32 + MEMBER_ROW * (size_t) i;

      memcpy (row, footer->members[i].id, 32);
      put_le (row + 32, footer->members[i].size, 8);
      row[40] = (uint8_t) footer->members[i].role;
      if (wish_for (adoption->repair->vault, footer->members[i].id) != WISH_OPEN)
        row[40] |= MEMBER_MOVED;
    }
  return true;
}

/* A bundle that is not whole stays where it is: other copies of it may come. */
static void
adopt (Adoption *adoption, const char *path)
{
  Repair *repair = adoption->repair;
  OpenBundle bundle;
  uint8_t salt[32];
  char folder[VAULT_PATH_MAX];
  VaultError error = open_proven (repair->vault, path, &bundle, salt);

  if (error != VAULT_OK)
    {
      vault_repair_tell (repair, VAULT_REPAIR_FAILED, path);
      return;
    }
  repair->repaired.bytes += bundle.sealed.file_size;
  if (is_worth_it (repair->vault, &bundle.footer))
    {
      memcpy (folder, path, 5);
      folder[4] = '\0';
      error = vault_fd_sync (bundle.fd, path, &repair->fault);
      if (error == VAULT_OK)
        error = vault_folder_sync (repair->vault->root, folder, &repair->fault);
      if (error == VAULT_OK && !describe (adoption, &bundle, salt))
        error = vault_fail (&repair->fault, "", VAULT_ERROR_NO_MEMORY);
      if (error == VAULT_OK)
        adoption->n_adopted++;
    }
  vault_close_bundle (&bundle);
  if (error != VAULT_OK)
    {
      repair->stopped = true;
      repair->error = error;
    }
}

static void
adopt_all (Adoption *adoption)
{
  Repair *repair = adoption->repair;
  uint32_t *adopted = calloc ((size_t) adoption->n + 1, sizeof *adopted);
  VaultError error =
      adopted != NULL ? vault_txn_begin (repair->vault, &adoption->txn) : VAULT_ERROR_NO_MEMORY;

  for (uint32_t i = 0; i < adoption->n && error == VAULT_OK && !repair->stopped; i++)
    {
      uint32_t before = adoption->n_adopted;

      adopt (adoption, adoption->paths[i]);
      if (adoption->n_adopted > before)
        adopted[before] = i;
    }
  if (error != VAULT_OK)
    vault_fail (&repair->fault, "", error);
  else if (adoption->n_adopted == 0 || repair->stopped)
    vault_txn_abort (adoption->txn);
  else
    {
      error = vault_txn_commit (adoption->txn, NULL, NULL, &repair->fault);
      for (uint32_t i = 0; i < adoption->n_adopted && error == VAULT_OK; i++)
        vault_repair_tell (repair, VAULT_REPAIR_ADOPTED, adoption->paths[adopted[i]]);
    }
  if (error != VAULT_OK)
    {
      repair->stopped = true;
      repair->error = error;
    }
  free (adopted);
}

void
vault_repair_adopt (Repair *repair)
{
  Adoption adoption = { .repair = repair, .shared = is_shared (repair->vault) };

  vault_walk_objects (repair->vault->root, note_unnamed, &adoption);
  if (adoption.n > 0)
    adopt_all (&adoption);
  free (adoption.paths);
}
