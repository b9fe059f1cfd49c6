/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles and members: what was added, relied on and deleted, and which of it is there now. The
 * members are a set in which a deletion takes away only what it has seen (an observed-remove set:
 * Shapiro et al., "A comprehensive study of convergent and commutative replicated data types",
 * INRIA RR-7506, 2011, 3.3.5), so that the order of arrival does not matter. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "vault_private.h"

EntryRow *
vault_fold_entry (const Fold *fold, uint32_t i)
{
  return &fold->slabs[i / ENTRY_SLAB][i % ENTRY_SLAB];
}

static uint32_t
hash_id (const uint8_t id[32])
{
  return (uint32_t) get_le (id, 4);
}

static uint32_t
hash_bundle (const Fold *fold, uint32_t index)
{
  return hash_id (fold->bundles[index].name);
}

static uint32_t
hash_entry (const Fold *fold, uint32_t index)
{
  return hash_id (vault_fold_entry (fold, index)->entry.id);
}

static uint32_t
hash_tomb (const Fold *fold, uint32_t index)
{
  return hash_id (fold->tombs[index].id);
}

int64_t
vault_fold_find_bundle (const Fold *fold, const uint8_t name[32])
{
  uint32_t slot;

  for (uint32_t i = 0; (slot = vault_table_at (&fold->by_name, hash_id (name), i)) != 0; i++)
    if (memcmp (fold->bundles[slot - 1].name, name, 32) == 0)
      return slot - 1;
  return -1;
}

EntryRow *
vault_fold_find (const Fold *fold, const uint8_t id[32])
{
  uint32_t slot;

  for (uint32_t i = 0; (slot = vault_table_at (&fold->by_id, hash_id (id), i)) != 0; i++)
    {
      EntryRow *row = vault_fold_entry (fold, slot - 1);

      if (memcmp (row->entry.id, id, 32) == 0)
        return row;
    }
  return NULL;
}

const TombRow *
vault_fold_tomb (const Fold *fold, const uint8_t id[32])
{
  uint32_t slot;
  const TombRow *newest = NULL;

  /* Those of one id stand behind one another in the table; the latest links to the others. */
  for (uint32_t i = 0; (slot = vault_table_at (&fold->tomb_by_id, hash_id (id), i)) != 0; i++)
    if (memcmp (fold->tombs[slot - 1].id, id, 32) == 0)
      newest = &fold->tombs[slot - 1];
  return newest;
}

const TombRow *
vault_fold_next_tomb (const Fold *fold, const TombRow *tomb)
{
  return tomb->next == 0 ? NULL : &fold->tombs[tomb->next - 1];
}

void
vault_fold_adds (const Fold *fold, const EntryRow *row, AddFunc func, void *data)
{
  if (row->adds == 0 && row->entry.bundle == PLACE_NONE)
    return;
  if (row->adds == 0)
    {
      const BundleRow *bundle = &fold->bundles[row->entry.bundle];
      AddStamp stamp = { bundle->writer,    bundle->seq,      bundle->clock,
                         row->entry.bundle, row->entry.index, false };

      func (&stamp, data);
      return;
    }
  for (uint32_t at = row->adds; at != 0; at = fold->adds[at].next)
    if (!func (&fold->adds[at].stamp, data))
      return;
}

static bool
sees (const TombRow *tomb, uint64_t writer, uint64_t seq)
{
  if (tomb->writer == writer)
    return seq < tomb->seq;
  return vault_heads_seq (tomb->heads, tomb->n_heads, writer) >= seq;
}

bool
vault_tombs_see (const Fold *fold, const TombRow *tombs, uint64_t writer, uint64_t seq)
{
  for (const TombRow *tomb = tombs; tomb != NULL; tomb = vault_fold_next_tomb (fold, tomb))
    if (sees (tomb, writer, seq))
      return true;
  return false;
}

typedef struct
{
  const Fold *fold;
  const TombRow *tombs;
  AddStamp *places; /* best first */
  size_t n, max;
  bool *deleted; /* of each place */
  bool living;
} Judgement;

/* What no deletion has seen comes first, then the latest. */
static bool
is_better (const AddStamp *a, bool a_deleted, const AddStamp *b, bool b_deleted)
{
  if (a_deleted != b_deleted)
    return !a_deleted;
  return a->clock > b->clock || (a->clock == b->clock && a->writer > b->writer);
}

static bool
judge_add (const AddStamp *stamp, void *data)
{
  Judgement *judgement = data;
  bool deleted = vault_tombs_see (judgement->fold, judgement->tombs, stamp->writer, stamp->seq);
  size_t at = judgement->n;

  /* Who writes a bundle anew does not say that its members are wanted, but where nobody deleted one
   * the copy is witness enough. */
  judgement->living =
      judgement->living || (!deleted && (!stamp->moved || judgement->tombs == NULL));
  if (stamp->bundle == PLACE_NONE)
    return true;
  while (at > 0 &&
         is_better (stamp, deleted, &judgement->places[at - 1], judgement->deleted[at - 1]))
    {
      if (at < judgement->max)
        {
          judgement->places[at] = judgement->places[at - 1];
          judgement->deleted[at] = judgement->deleted[at - 1];
        }
      at--;
    }
  if (at < judgement->max)
    {
      judgement->places[at] = *stamp;
      judgement->deleted[at] = deleted;
      if (judgement->n < judgement->max)
        judgement->n++;
    }
  return true;
}

#define PLACES_MAX 8

size_t
vault_fold_places (const Fold *fold, const EntryRow *row, AddStamp *ret_places, size_t max)
{
  bool deleted[PLACES_MAX];
  Judgement judgement = { fold, vault_fold_tomb (fold, row->entry.id), ret_places,
                          0,    max < PLACES_MAX ? max : PLACES_MAX,   deleted,
                          false };

  vault_fold_adds (fold, row, judge_add, &judgement);
  return judgement.n;
}

/* Whether the member is there, and where, by all that is known of it now. */
static void
judge (Fold *fold, EntryRow *row)
{
  AddStamp place;
  bool deleted;
  Judgement judgement = {
    fold, vault_fold_tomb (fold, row->entry.id), &place, 0, 1, &deleted, false
  };

  if (!row->entry.deleted)
    fold->bundles[row->entry.bundle].living--;
  vault_fold_adds (fold, row, judge_add, &judgement);
  row->wanted = judgement.living;
  row->entry.deleted = !judgement.living || judgement.n == 0;
  if (judgement.n > 0)
    {
      row->entry.bundle = place.bundle;
      row->entry.index = place.index;
    }
  if (!row->entry.deleted)
    fold->bundles[row->entry.bundle].living++;
}

VaultError
vault_fold_bundle (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  BundleRow *row;

  if (n != 76)
    return VAULT_ERROR_DAMAGED;
  if (vault_fold_find_bundle (fold, body) >= 0)
    return VAULT_OK;
  if (!vault_array_grow (&fold->bundles, fold->n_bundles, sizeof *row) ||
      !vault_table_grow (&fold->by_name, fold->n_bundles, 1, hash_bundle, fold))
    return VAULT_ERROR_NO_MEMORY;
  row = &fold->bundles[fold->n_bundles];
  memset (row, 0, sizeof *row);
  memcpy (row->name, body, 32);
  memcpy (row->salt, body + 32, 32);
  row->file_size = get_le (body + 64, 8);
  row->n_members = (uint32_t) get_le (body + 72, 4);
  row->writer = stamp->writer;
  row->seq = stamp->seq;
  row->clock = stamp->clock;
  vault_table_insert (&fold->by_name, hash_id (row->name), fold->n_bundles++);
  return VAULT_OK;
}

static bool
room_for_entries (Fold *fold, uint32_t n)
{
  uint64_t want = ((uint64_t) fold->n_entries + n + ENTRY_SLAB - 1) / ENTRY_SLAB;

  if (want > fold->n_slabs)
    {
      EntryRow **grown = realloc (fold->slabs, sizeof *grown * want);

      if (grown == NULL)
        return false;
      fold->slabs = grown;
      for (; fold->n_slabs < want; fold->n_slabs++)
        if ((grown[fold->n_slabs] = malloc (sizeof (EntryRow) * ENTRY_SLAB)) == NULL)
          return false;
    }
  return vault_table_grow (&fold->by_id, fold->n_entries, n, hash_entry, fold);
}

static EntryRow *
new_entry (Fold *fold, const uint8_t id[32])
{
  EntryRow *row = vault_fold_entry (fold, fold->n_entries);

  memset (row, 0, sizeof *row);
  memcpy (row->entry.id, id, 32);
  row->entry.bundle = PLACE_NONE;
  row->entry.deleted = true;
  vault_table_insert (&fold->by_id, hash_id (id), fold->n_entries++);
  return row;
}

static bool
append_add (Fold *fold, EntryRow *row, const AddStamp *stamp)
{
  if (fold->n_adds == 0)
    {
      /* Index 0 means none. */
      if (!vault_array_grow (&fold->adds, 0, sizeof *fold->adds))
        return false;
      fold->n_adds = 1;
    }
  if (!vault_array_grow (&fold->adds, fold->n_adds, sizeof *fold->adds))
    return false;
  fold->adds[fold->n_adds] = (AddRow){ *stamp, row->adds };
  row->adds = fold->n_adds++;
  return true;
}

typedef struct
{
  const AddStamp *wanted;
  bool found;
} Sought;

static bool
compare_add (const AddStamp *stamp, void *data)
{
  Sought *sought = data;
  const AddStamp *wanted = sought->wanted;

  sought->found = stamp->writer == wanted->writer && stamp->seq == wanted->seq &&
                  stamp->bundle == wanted->bundle && stamp->index == wanted->index;
  return !sought->found;
}

/* One more operation that names a member; the same one again, from a snapshot, changes nothing. */
static VaultError
add_stamp (Fold *fold, EntryRow *row, const AddStamp *stamp)
{
  bool fresh = row->adds == 0 && row->entry.bundle == PLACE_NONE;
  Sought sought = { stamp, false };

  if (fresh && stamp->bundle != PLACE_NONE && !stamp->moved &&
      fold->bundles[stamp->bundle].writer == stamp->writer &&
      fold->bundles[stamp->bundle].seq == stamp->seq)
    {
      row->entry.bundle = stamp->bundle;
      row->entry.index = stamp->index;
    }
  else
    {
      if (!fresh)
        vault_fold_adds (fold, row, compare_add, &sought);
      if (sought.found)
        return VAULT_OK;
      /* The single place that stood in the row itself joins the list. */
      if (!fresh && row->adds == 0)
        {
          const BundleRow *bundle = &fold->bundles[row->entry.bundle];
          AddStamp first = { bundle->writer,    bundle->seq,      bundle->clock,
                             row->entry.bundle, row->entry.index, false };

          if (!append_add (fold, row, &first))
            return VAULT_ERROR_NO_MEMORY;
        }
      if (!append_add (fold, row, stamp))
        return VAULT_ERROR_NO_MEMORY;
    }
  judge (fold, row);
  return VAULT_OK;
}

VaultError
vault_fold_members (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  AddStamp add = { stamp->writer, stamp->seq, stamp->clock, 0, 0, false };
  VaultError error = VAULT_OK;
  int64_t bundle;
  uint32_t members;

  if (n < 32 || (n - 32) % MEMBER_ROW != 0)
    return VAULT_ERROR_DAMAGED;
  members = (uint32_t) ((n - 32) / MEMBER_ROW);
  bundle = vault_fold_find_bundle (fold, body);
  if (bundle < 0)
    return VAULT_ERROR_DAMAGED;
  if (!room_for_entries (fold, members))
    return VAULT_ERROR_NO_MEMORY;
  add.bundle = (uint32_t) bundle;
  for (uint32_t i = 0; i < members && error == VAULT_OK; i++)
    {
      const uint8_t *member = body + 32 + (size_t) i * MEMBER_ROW;
      EntryRow *row = vault_fold_find (fold, member);

      if (row == NULL)
        row = new_entry (fold, member);
      row->entry.size = get_le (member + 32, 8);
      row->entry.role = member[40] & (uint8_t) ~MEMBER_MOVED;
      add.index = i;
      add.moved = (member[40] & MEMBER_MOVED) != 0;
      error = add_stamp (fold, row, &add);
    }
  return error;
}

VaultError
vault_fold_keep (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  AddStamp add = { stamp->writer, stamp->seq, stamp->clock, PLACE_NONE, 0, false };
  VaultError error = VAULT_OK;

  if (n % 32 != 0)
    return VAULT_ERROR_DAMAGED;
  if (n / 32 > UINT32_MAX || !room_for_entries (fold, (uint32_t) (n / 32)))
    return VAULT_ERROR_NO_MEMORY;
  for (size_t at = 0; at < n && error == VAULT_OK; at += 32)
    {
      EntryRow *row = vault_fold_find (fold, body + at);

      error = add_stamp (fold, row != NULL ? row : new_entry (fold, body + at), &add);
    }
  return error;
}

static VaultError
add_tomb (Fold *fold, const Record *stamp, const uint8_t id[32])
{
  const TombRow *old = vault_fold_tomb (fold, id);
  EntryRow *row = vault_fold_find (fold, id);
  /* An index, because the array may move. */
  uint32_t next = old != NULL ? (uint32_t) (old - fold->tombs) + 1 : 0;
  TombRow *tomb;

  for (const TombRow *at = old; at != NULL; at = vault_fold_next_tomb (fold, at))
    if (at->writer == stamp->writer && at->seq == stamp->seq)
      return VAULT_OK;
  if (!vault_array_grow (&fold->tombs, fold->n_tombs, sizeof *tomb) ||
      !vault_table_grow (&fold->tomb_by_id, fold->n_tombs, 1, hash_tomb, fold))
    return VAULT_ERROR_NO_MEMORY;
  tomb = &fold->tombs[fold->n_tombs];
  memcpy (tomb->id, id, 32);
  tomb->writer = stamp->writer;
  tomb->seq = stamp->seq;
  tomb->heads = stamp->heads;
  tomb->n_heads = stamp->n_heads;
  tomb->next = next;
  vault_table_insert (&fold->tomb_by_id, hash_id (id), fold->n_tombs++);
  if (row != NULL)
    judge (fold, row);
  return VAULT_OK;
}

VaultError
vault_fold_tombstone (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  VaultError error = VAULT_OK;

  if (n % 32 != 0)
    return VAULT_ERROR_DAMAGED;
  for (size_t at = 0; at < n && error == VAULT_OK; at += 32)
    error = add_tomb (fold, stamp, body + at);
  return error;
}

bool
vault_bundle_alive (const Vault *vault, uint32_t bundle)
{
  return vault->fold.bundles[bundle].living > 0;
}
