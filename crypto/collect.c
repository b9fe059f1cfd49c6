/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Giving back the space of deleted members. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "member.h"
#include "replaced.h"

typedef struct
{
  Vault *vault;
  VaultProgressFunc progress;
  void *data;
  uint64_t done, total;
  bool stopped;
  PlaceProofs proofs;
} Walk;

static bool
go_on (Walk *walk)
{
  if (!walk->stopped && walk->progress != NULL &&
      !walk->progress (walk->done, walk->total, walk->data))
    walk->stopped = true;
  return !walk->stopped;
}

typedef struct
{
  const Vault *vault;
  uint64_t missing; /* a computer that has not seen it */
  bool here, covered;
  uint32_t bundle;
} Events;

static bool
note_event (const AddStamp *stamp, void *data)
{
  Events *events = data;

  events->here = events->here || stamp->bundle == events->bundle;
  events->covered = events->covered && vault_writers_covered (events->vault, stamp->writer,
                                                              stamp->seq, &events->missing);
  return true;
}

bool
vault_bundle_dead_everywhere (const Vault *vault, uint32_t bundle, uint64_t *ret_missing)
{
  const Fold *fold = &vault->fold;

  for (uint32_t i = 0; i < fold->n_entries; i++)
    {
      const EntryRow *row = vault_fold_entry (fold, i);
      Events events = { vault, 0, false, true, bundle };

      if (row->adds == 0 && row->entry.bundle != bundle)
        continue;
      vault_fold_adds (fold, row, note_event, &events);
      if (!events.here)
        continue;
      for (const TombRow *tomb = vault_fold_tomb (fold, row->entry.id); tomb != NULL;
           tomb = vault_fold_next_tomb (fold, tomb))
        events.covered = events.covered &&
                         vault_writers_covered (vault, tomb->writer, tomb->seq, &events.missing);
      if (!events.covered)
        {
          if (ret_missing != NULL)
            *ret_missing = events.missing;
          return false;
        }
    }
  return true;
}

static void
note_waiting (VaultCollected *collected, uint64_t writer)
{
  collected->waiting++;
  for (size_t i = 0; i < collected->n_waiting_for; i++)
    if (collected->waiting_for[i] == writer)
      return;
  if (collected->n_waiting_for < VAULT_WAITING_MAX)
    collected->waiting_for[collected->n_waiting_for++] = writer;
}

static void
remove_dead (Walk *walk, bool only_here, VaultCollected *collected)
{
  Vault *vault = walk->vault;
  uint32_t n = vault->fold.n_bundles;

  for (uint32_t i = 0; i < n && go_on (walk); i++)
    {
      char path[VAULT_PATH_MAX];
      struct stat info;
      uint64_t missing = 0;
      bool removable;

      /* A bundle that nobody has a use for can come to life only by a commit, and commits wait. */
      pthread_mutex_lock (&vault->writing);
      vault_bundle_path (vault->fold.bundles[i].name, path);
      removable = vault->fold.bundles[i].living == 0 &&
                  fstatat (vault->root, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
      if (removable && !only_here && !vault_bundle_dead_everywhere (vault, i, &missing))
        {
          note_waiting (collected, missing);
          removable = false;
        }
      /* The journal's word that a member stands elsewhere now is no reason to remove its only whole
       * copy. */
      if (removable && vault_bundle_replaced (&walk->proofs, i) &&
          unlinkat (vault->root, path, 0) == 0)
        {
          vault_places_forget (&walk->proofs, i);
          collected->bundles++;
          collected->bytes += (uint64_t) info.st_size;
        }
      pthread_mutex_unlock (&vault->writing);
    }
}

/* How many members of each bundle are deleted, or have their place in another bundle now. */
static uint32_t *
count_departed (const Vault *vault)
{
  const Fold *fold = &vault->fold;
  uint32_t *departed = calloc ((size_t) fold->n_bundles + 1, sizeof *departed);

  for (uint32_t i = 0; departed != NULL && i < fold->n_entries; i++)
    {
      const EntryRow *row = vault_fold_entry (fold, i);
      AddStamp places[8];
      size_t n =
          row->entry.deleted || row->adds != 0 ? vault_fold_places (fold, row, places, 8) : 0;

      for (size_t k = 0; k < n; k++)
        departed[places[k].bundle] +=
            row->entry.deleted || places[k].bundle != row->entry.bundle ? 1 : 0;
    }
  return departed;
}

static bool
must_stay (Walk *walk, uint32_t number, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *vault = walk->vault;
  const EntryRow *row;
  bool stays;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault_fold_find (&vault->fold, id);
  stays =
      row != NULL && !row->entry.deleted &&
      (row->entry.bundle == number || !vault_member_stands_elsewhere (&walk->proofs, row, number));
  pthread_rwlock_unlock (&vault->tables);
  return stays;
}

static VaultError
copy_living (Walk *walk, uint32_t number, VaultTxn *txn, uint64_t *ret_written, VaultFault *fault)
{
  Vault *vault = walk->vault;
  OpenBundle old;
  VaultBundle *fresh = NULL;
  VaultError error = vault_open_bundle (vault, number, &old, fault);
  uint32_t copied = 0;

  if (error != VAULT_OK)
    return error;
  error = vault_bundle_begin (vault, &fresh, fault);
  if (error == VAULT_OK)
    fresh->moved = true;
  for (uint32_t i = 0; i < old.footer.n && error == VAULT_OK; i++)
    if (must_stay (walk, number, old.footer.members[i].id))
      {
        error = vault_bundle_append_stored (fresh, &old.sealed, &old.footer.members[i], fault);
        copied++;
      }
  /* Nothing in it can go yet. */
  if (error == VAULT_OK && copied == old.footer.n)
    error = VAULT_ERROR_ARRIVING;
  vault_close_bundle (&old);
  if (error == VAULT_OK)
    error = vault_bundle_finish (fresh, fault);
  if (error != VAULT_OK)
    {
      vault_bundle_discard (fresh);
      return error;
    }
  *ret_written = fresh->file_size;
  return vault_txn_add_bundle (txn, fresh, fault);
}

static VaultError
renew_bundle (Walk *walk, uint32_t number, VaultCollected *collected, VaultFault *fault)
{
  Vault *vault = walk->vault;
  VaultTxn *txn;
  uint64_t written = 0;
  VaultError error = vault_txn_begin (vault, &txn);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  error = copy_living (walk, number, txn, &written, fault);
  if (error != VAULT_OK)
    {
      vault_txn_abort (txn);
      return error;
    }
  error = vault_txn_commit (txn, NULL, NULL, fault);
  if (error == VAULT_OK)
    collected->bytes -= written < collected->bytes ? written : collected->bytes;
  return error;
}

static VaultError
renew_mixed (Walk *walk, VaultCollected *collected, VaultFault *fault)
{
  Vault *vault = walk->vault;
  VaultError error = VAULT_OK;
  uint32_t n, *departed;

  pthread_rwlock_rdlock (&vault->tables);
  n = vault->fold.n_bundles;
  departed = count_departed (vault);
  pthread_rwlock_unlock (&vault->tables);
  if (departed == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  for (uint32_t i = 0; i < n; i++)
    walk->total +=
        departed[i] > 0 && vault->fold.bundles[i].living > 0 ? vault->fold.bundles[i].file_size : 0;
  for (uint32_t i = 0; i < n && error == VAULT_OK && go_on (walk); i++)
    {
      uint64_t size = vault->fold.bundles[i].file_size;

      if (departed[i] == 0 || vault->fold.bundles[i].living == 0)
        continue;
      error = renew_bundle (walk, i, collected, fault);
      /* A damaged neighbour must not keep others from going. */
      if (error == VAULT_ERROR_DAMAGED || error == VAULT_ERROR_MISSING ||
          error == VAULT_ERROR_ARRIVING)
        error = VAULT_OK;
      walk->done += size;
    }
  free (departed);
  return error;
}

/* The neighbours of what goes get new parity while the old can still heal them. On a full disk that
 * has to wait. */
static void
shield_neighbours (Walk *walk)
{
  if (walk->vault->fold.n_parities > 0 && go_on (walk) &&
      vault_protect (walk->vault, walk->progress, walk->data, NULL) == VAULT_ERROR_CANCELLED)
    walk->stopped = true;
}

VaultError
vault_collect (Vault *vault, bool only_here, VaultProgressFunc progress, void *data,
               VaultCollected *ret_collected, VaultFault *fault)
{
  Walk walk = { .vault = vault, .progress = progress, .data = data };
  VaultCollected collected = { 0 };
  VaultError error;

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  if (!vault_places_begin (vault, vault->root, &walk.proofs))
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  shield_neighbours (&walk);
  /* What is dead altogether goes first: on a full disk that makes the room for the rest. */
  remove_dead (&walk, only_here, &collected);
  collected.waiting = 0;
  collected.n_waiting_for = 0;
  error = renew_mixed (&walk, &collected, fault);
  shield_neighbours (&walk);
  if (!walk.stopped)
    remove_dead (&walk, only_here, &collected);
  vault_places_end (&walk.proofs);
  *ret_collected = collected;
  if (error == VAULT_OK && walk.stopped)
    error = vault_fail (fault, "", VAULT_ERROR_CANCELLED);
  return error;
}
