/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Healing what is kept twice: vault.id, slots, records and snapshots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "files.h"

static void
heal_ids (Repair *repair)
{
  static const char *const names[N_COPIES] = { "vault.id", "vault.id.2" };
  Vault *vault = repair->vault;
  IdFiles before, after;
  uint8_t right[VAULT_ID_FILE_SIZE], uuid[UUID_SIZE];
  const uint8_t *authentic;

  vault_id_files_read (vault->root, &before);
  authentic = vault_id_files_authentic (&before, vault->keys, vault->uuid, uuid);
  if (authentic != NULL)
    memcpy (right, authentic, sizeof right);
  else
    vault_id_make (vault->keys, vault->uuid, right);
  vault_id_files_heal (vault, &before, right);
  vault_id_files_read (vault->root, &after);
  for (size_t i = 0; i < N_COPIES && !repair->stopped; i++)
    {
      bool was = before.readable[i] && memcmp (before.bytes[i], right, sizeof right) == 0;
      bool is = after.readable[i] && memcmp (after.bytes[i], right, sizeof right) == 0;

      vault_repair_tell (repair,
                         was  ? VAULT_REPAIR_PROGRESS
                         : is ? VAULT_REPAIR_HEALED
                              : VAULT_REPAIR_FAILED,
                         names[i]);
    }
}

static bool
slot_copy_stands (const SlotFiles *files, const uint8_t id[VAULT_SLOT_ID_SIZE], size_t copy,
                  const uint8_t uuid[UUID_SIZE])
{
  for (size_t i = 0; i < files->n; i++)
    if (memcmp (files->slot[i].id, id, VAULT_SLOT_ID_SIZE) == 0)
      return vault_slot_own (&files->slot[i], copy, uuid) != NULL;
  return false;
}

static void
heal_slots (Repair *repair)
{
  Vault *vault = repair->vault;
  SlotFiles *before, *after = NULL;

  if (vault_slot_files_read (vault->root, &before) != VAULT_OK)
    return;
  vault_slot_files_settle (vault, before);
  if (vault_slot_files_read (vault->root, &after) == VAULT_OK)
    for (size_t i = 0; i < before->n; i++)
      for (size_t copy = 0; copy < N_COPIES && !repair->stopped; copy++)
        {
          const uint8_t *id = before->slot[i].id;
          bool was = slot_copy_stands (before, id, copy, vault->uuid);
          bool is = slot_copy_stands (after, id, copy, vault->uuid);
          char path[SLOT_PATH_SIZE];

          /* Of a removed one nothing is to stand. */
          if (vault_slot_removed (vault, id))
            continue;
          vault_slot_path (copy, id, path);
          vault_repair_tell (repair,
                             was  ? VAULT_REPAIR_PROGRESS
                             : is ? VAULT_REPAIR_HEALED
                                  : VAULT_REPAIR_FAILED,
                             path);
        }
  free (before);
  free (after);
}

typedef struct
{
  char path[VAULT_PATH_MAX];
  bool good;
} RecordCopy;

typedef struct
{
  RecordCopy *rows; /* both copies of one record behind one another */
  uint32_t n;
} RecordCopies;

static void
note_copy (const char *path, VaultError error, uint64_t size, void *data)
{
  RecordCopies *copies = data;

  if (!vault_array_grow (&copies->rows, copies->n, sizeof *copies->rows))
    return;
  snprintf (copies->rows[copies->n].path, VAULT_PATH_MAX, "%s", path);
  copies->rows[copies->n++].good = error == VAULT_OK;
}

/* A copy that a sync tool put aside may be the last whole one. */
static VaultError
heal_from_stray (Repair *repair, const Listing *listing, const JournalFile *record,
                 const char *path, VaultFault *fault)
{
  VaultError error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);

  for (uint32_t i = 0; i < listing->n && error == VAULT_ERROR_DAMAGED; i++)
    if (listing->rows[i].stray != NULL)
      error = vault_heal_from (repair->vault, listing->rows[i].stray, path, record->hash,
                               sizeof record->hash, fault);
  return error;
}

static void
heal_copy (Repair *repair, const Listing *listing, const RecordCopy *copy, const RecordCopy *other)
{
  JournalFile record;
  VaultFault fault;
  VaultError error;

  if (copy->good)
    {
      vault_repair_tell (repair, VAULT_REPAIR_PROGRESS, copy->path);
      return;
    }
  if (!vault_record_path_parse (copy->path, &record))
    return;
  error = other->good ? vault_heal_from (repair->vault, other->path, copy->path, record.hash,
                                         sizeof record.hash, &fault)
                      : heal_from_stray (repair, listing, &record, copy->path, &fault);
  vault_repair_settle (repair, copy->path, error, &fault);
}

static void
heal_journal (Repair *repair)
{
  RecordCopies copies = { 0 };
  Listing listing;

  vault_journal_check (repair->vault, note_copy, &copies);
  vault_journal_list (repair->vault->root, &listing);
  for (uint32_t i = 0; i + 1 < copies.n && !repair->stopped; i += 2)
    {
      heal_copy (repair, &listing, &copies.rows[i], &copies.rows[i + 1]);
      if (!repair->stopped)
        heal_copy (repair, &listing, &copies.rows[i + 1], &copies.rows[i]);
    }
  vault_listing_clear (&listing);
  free (copies.rows);
}

void
vault_repair_small (Repair *repair)
{
  heal_ids (repair);
  if (!repair->stopped)
    heal_slots (repair);
  if (!repair->stopped)
    heal_journal (repair);
}
