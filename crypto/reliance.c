/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others think of a member: whether somebody wants it, and whether nobody is about to remove
 * it. */
#include <stdlib.h>

#include "bytes.h"
#include "heal.h"

bool
vault_member_wanted (const Vault *vault, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *locked = (Vault *) vault;
  const EntryRow *row;
  bool wanted;

  pthread_rwlock_rdlock (&locked->tables);
  row = vault_fold_find (&vault->fold, id);
  wanted = row != NULL && row->wanted;
  pthread_rwlock_unlock (&locked->tables);
  return wanted;
}

typedef struct
{
  const Vault *vault;
  const TombRow *tombs;
  bool own;
} OwnReason;

static bool
find_own (const AddStamp *stamp, void *data)
{
  OwnReason *reason = data;

  reason->own = !stamp->moved && vault_writer_is_own (reason->vault, stamp->writer) &&
                !vault_tombs_see (&reason->vault->fold, reason->tombs, stamp->writer, stamp->seq);
  return !reason->own;
}

bool
vault_member_reliable (const Vault *vault, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *locked = (Vault *) vault;
  OwnReason reason = { vault, NULL, false };
  const EntryRow *row;

  pthread_rwlock_rdlock (&locked->tables);
  row = vault_fold_find (&vault->fold, id);
  reason.tombs = vault_fold_tomb (&vault->fold, id);
  if (row != NULL)
    vault_fold_adds (&vault->fold, row, find_own, &reason);
  /* Whoever has seen this computer's first record waits for its word before removing anything. */
  if (!reason.own)
    reason.own = vault_writers_covered (vault, vault->writer, 1, NULL);
  pthread_rwlock_unlock (&locked->tables);
  return row != NULL && reason.own;
}

uint8_t *
vault_seen (const Vault *vault, size_t *ret_size)
{
  Vault *locked = (Vault *) vault;
  const WriterRow *own;
  uint8_t *seen, *grown;
  uint32_t n;

  pthread_rwlock_rdlock (&locked->tables);
  seen = vault_writer_heads (vault, &n);
  grown = seen != NULL ? realloc (seen, VAULT_SEEN_SIZE * ((size_t) n + 1)) : NULL;
  own = vault_writer_row (vault, vault->writer);
  if (grown == NULL)
    free (seen);
  else if (own != NULL)
    {
      put_le (grown + VAULT_SEEN_SIZE * (size_t) n, own->writer, 8);
      put_le (grown + VAULT_SEEN_SIZE * (size_t) n + 8, own->seq, 8);
      n++;
    }
  pthread_rwlock_unlock (&locked->tables);
  *ret_size = VAULT_SEEN_SIZE * (size_t) n;
  return grown;
}

typedef struct
{
  const Vault *vault;
  const TombRow *tombs;
  const uint8_t *seen;
  uint32_t n;
  bool all;
} Seen;

static bool
look_whether_seen (const AddStamp *stamp, void *data)
{
  Seen *seen = data;

  seen->all = stamp->moved || vault_heads_seq (seen->seen, seen->n, stamp->writer) >= stamp->seq ||
              vault_tombs_see (&seen->vault->fold, seen->tombs, stamp->writer, stamp->seq);
  return seen->all;
}

bool
vault_member_seen (const Vault *vault, const uint8_t id[VAULT_ID_SIZE], const uint8_t *seen,
                   size_t size)
{
  Vault *locked = (Vault *) vault;
  Seen look = { vault, NULL, seen, (uint32_t) (size / VAULT_SEEN_SIZE), true };
  const EntryRow *row;

  pthread_rwlock_rdlock (&locked->tables);
  row = vault_fold_find (&vault->fold, id);
  look.tombs = vault_fold_tomb (&vault->fold, id);
  if (row != NULL)
    vault_fold_adds (&vault->fold, row, look_whether_seen, &look);
  pthread_rwlock_unlock (&locked->tables);
  return look.all;
}
