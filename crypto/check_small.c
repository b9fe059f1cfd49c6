/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking what is kept twice: vault.id, slots, records and snapshots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "files.h"
#include "gaps.h"

static void
check_ids (Check *check)
{
  static const char *const names[N_COPIES] = { "vault.id", "vault.id.2" };
  IdFiles ids;

  vault_id_files_read (check->vault->root, &ids);
  for (size_t i = 0; i < N_COPIES; i++)
    {
      bool good = ids.readable[i] && vault_id_authentic (ids.bytes[i], check->vault->keys);

      vault_check_tell (check, good ? VAULT_CHECK_OBJECT : VAULT_CHECK_DAMAGED, names[i], NULL,
                        UINT64_MAX, good ? VAULT_ID_FILE_SIZE : 0);
    }
}

static void
check_slots (Check *check)
{
  SlotFiles *files;
  size_t known = 0;

  if (vault_slot_files_read (check->vault->root, &files) != VAULT_OK)
    return;
  for (size_t i = 0; i < files->n; i++)
    for (size_t copy = 0; copy < N_COPIES; copy++)
      {
        const SlotFile *file = &files->slot[i];
        bool good = vault_slot_own (file, copy, check->vault->uuid) != NULL;
        char path[SLOT_PATH_SIZE];

        /* What is left of a removed one need not be whole. */
        if (vault_slot_removed (check->vault, file->id))
          continue;
        known++;
        vault_slot_path (copy, file->id, path);
        vault_check_tell (check, good ? VAULT_CHECK_OBJECT : VAULT_CHECK_DAMAGED, path, NULL,
                          UINT64_MAX, good ? SLOT_SIZE : 0);
      }
  if (known == 0)
    vault_check_tell (check, VAULT_CHECK_MISSING, "keys", NULL, UINT64_MAX, 0);
  free (files);
}

/* A second copy that is missing is no loss yet, but damage. What the opening met in vain is told
 * already. */
static void
on_record (const char *path, VaultError error, uint64_t size, void *data)
{
  Check *check = data;
  JournalFile record;
  bool known = vault_record_path_parse (path, &record) &&
               vault_record_given_up (check->vault, record.writer, record.seq);

  for (size_t i = 0; i < check->vault->n_damages; i++)
    known = known || strcmp (check->vault->damages[i].file, path) == 0;
  if (error == VAULT_OK)
    vault_check_tell (check, VAULT_CHECK_OBJECT, path, NULL, UINT64_MAX, size);
  else if (!known)
    vault_check_tell (check, VAULT_CHECK_DAMAGED, path, NULL, UINT64_MAX, 0);
}

void
vault_check_small (Check *check)
{
  check_ids (check);
  check_slots (check);
  for (size_t i = 0; i < check->vault->n_damages; i++)
    vault_check_tell (check, VAULT_CHECK_LOST, check->vault->damages[i].file, NULL,
                      check->vault->damages[i].chunk, 0);
  vault_journal_check (check->vault, on_record, check);
}
