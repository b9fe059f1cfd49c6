/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this computer keeps of a vault outside it: which writer it is in which folder, and what it
 * saw of all. */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "gaps.h"

/* Folders of one vault that are told apart: the vault, its copies, and media whose numbers change
 * with every mount. */
#define PLACES_MAX 16

static LocalHead *
local_head (const Vault *vault, uint64_t writer)
{
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    if (vault->local.heads[i].writer == writer)
      return &vault->local.heads[i];
  return NULL;
}

/* What was seen of a writer in the folder that is open. */
static PlaceHead *
place_head (const Vault *vault, uint64_t writer)
{
  LocalPlace *place = vault->local.places;

  for (uint32_t i = 0; vault->local.n_places > 0 && i < place->n_heads; i++)
    if (place->heads[i].writer == writer)
      return &place->heads[i];
  return NULL;
}

uint64_t
vault_local_had (const Vault *vault, uint64_t writer)
{
  const LocalHead *head = local_head (vault, writer);
  const PlaceHead *here = place_head (vault, writer);

  if (head == NULL)
    return 0;
  return here != NULL && here->accepted >= head->seq ? here->seq : head->seq;
}

uint64_t
vault_local_complete (const Vault *vault, uint64_t writer)
{
  const LocalHead *head = local_head (vault, writer);

  return head != NULL ? head->complete : 0;
}

bool
vault_local_wrote (const Vault *vault, uint64_t writer)
{
  const LocalHead *head = local_head (vault, writer);

  return writer == vault->writer || (head != NULL && head->own);
}

bool
vault_local_older (Vault *vault)
{
  bool older = false;

  pthread_rwlock_rdlock (&vault->tables);
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    {
      uint64_t writer = vault->local.heads[i].writer;
      const WriterRow *row = vault_writer_row (vault, writer);

      older = older || (row != NULL ? row->seq : 0) < vault_local_had (vault, writer);
    }
  pthread_rwlock_unlock (&vault->tables);
  return older;
}

static bool
add_head (LocalState *local, uint64_t writer)
{
  LocalHead *grown = realloc (local->heads, sizeof *grown * ((size_t) local->n_heads + 1));

  if (grown == NULL)
    return false;
  local->heads = grown;
  grown[local->n_heads++] = (LocalHead){ writer, 0, 0, false };
  return true;
}

static bool
add_place_head (LocalPlace *place, uint64_t writer)
{
  PlaceHead *grown = realloc (place->heads, sizeof *grown * ((size_t) place->n_heads + 1));

  if (grown == NULL)
    return false;
  place->heads = grown;
  grown[place->n_heads++] = (PlaceHead){ writer, 0, 0 };
  return true;
}

/* Heads for every writer that is known now; those that only the memory knows stay. */
static bool
extend_heads (Vault *vault)
{
  LocalState *local = &vault->local;
  bool good = local->n_places > 0;

  for (size_t i = 0; i < vault->n_writers && good; i++)
    good = local_head (vault, vault->writers[i].writer) != NULL ||
           add_head (local, vault->writers[i].writer);
  for (uint32_t i = 0; i < local->n_heads && good; i++)
    good = place_head (vault, local->heads[i].writer) != NULL ||
           add_place_head (local->places, local->heads[i].writer);
  return good;
}

/* The folder that was not looked into for the longest time goes, those first in which this computer
 * wrote nothing. */
static void
forget_place (Vault *vault)
{
  LocalState *local = &vault->local;
  uint32_t victim = local->n_places - 1;

  for (uint32_t i = victim; i > 0; i--)
    {
      const LocalHead *head = local_head (vault, local->places[i].writer);

      if (head == NULL || !head->own)
        {
          victim = i;
          break;
        }
    }
  free (local->places[victim].heads);
  memmove (&local->places[victim], &local->places[victim + 1],
           sizeof *local->places * (local->n_places - 1 - victim));
  local->n_places--;
}

/* Puts the folder of these numbers to the front, or a new one. */
static VaultError
enter_place (Vault *vault, uint64_t device, uint64_t inode)
{
  LocalState *local = &vault->local;
  LocalPlace *grown, here = { .device = device, .inode = inode };
  uint32_t at = 0;

  while (at < local->n_places &&
         (local->places[at].device != device || local->places[at].inode != inode))
    at++;
  if (at < local->n_places)
    here = local->places[at];
  else
    {
      /* A copied or restored vault has another vault.id in the file system, and must not write as
       * the one that it was copied from: two records of one number would stand against each
       * other. */
      vault_random (&here.writer, sizeof here.writer);
      grown = realloc (local->places, sizeof *grown * ((size_t) local->n_places + 1));
      if (grown == NULL)
        return VAULT_ERROR_NO_MEMORY;
      local->places = grown;
      local->n_places++;
    }
  memmove (&local->places[1], &local->places[0], sizeof here * at);
  local->places[0] = here;
  while (local->n_places > PLACES_MAX)
    forget_place (vault);
  return VAULT_OK;
}

VaultError
vault_local_writer (Vault *vault)
{
  struct stat info;
  LocalState state;
  VaultError error;

  /* On a medium that cannot be written a lost vault.id is not written anew. */
  if (fstatat (vault->root, "vault.id", &info, 0) != 0 &&
      fstatat (vault->root, "vault.id.2", &info, 0) != 0 && fstat (vault->root, &info) != 0)
    return VAULT_ERROR_NOT_A_VAULT;
  if (vault->state_fd < 0)
    vault->state_fd = vault_local_folder ();
  if (vault->state_fd >= 0 && vault_local_read (vault, &state))
    vault->local = state;
  error = enter_place (vault, (uint64_t) info.st_dev, (uint64_t) info.st_ino);
  if (error == VAULT_OK)
    vault->writer = vault->local.places[0].writer;
  return error;
}

/* Taken away in place, or only a copy that was made earlier? */
static void
note_older (Vault *vault, uint64_t writer, uint64_t seq)
{
  const PlaceHead *here = place_head (vault, writer);

  vault_note (vault, here != NULL && here->seq > seq ? VAULT_NOTICE_OLDER : VAULT_NOTICE_OLDER_COPY,
              "", writer, vault_local_had (vault, writer));
}

/* Only a computer that remembers can tell what it never had, and only for a while. */
static bool
is_on_its_way (const Vault *vault, const BundleRow *bundle)
{
  return vault->local.known && bundle->writer != vault->writer && vault_is_recent (bundle->clock);
}

/* Bundles of other computers that were never complete here: are they now? */
static void
judge_arrivals (Vault *vault)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *row = &vault->writers[i];
      LocalHead *head = local_head (vault, row->writer);
      uint64_t complete = row->whole;

      if (head == NULL)
        continue;
      for (uint32_t b = 0; b < vault->fold.n_bundles && row->writer != vault->writer; b++)
        {
          const BundleRow *bundle = &vault->fold.bundles[b];
          char path[VAULT_PATH_MAX];

          if (bundle->writer != row->writer || bundle->seq <= head->complete || bundle->living == 0)
            continue;
          vault_bundle_path (bundle->name, path);
          if (faccessat (vault->root, path, F_OK, 0) == 0)
            continue;
          if (bundle->seq <= complete)
            complete = bundle->seq - 1;
          if (is_on_its_way (vault, bundle))
            vault_note (vault, VAULT_NOTICE_ARRIVING, path, row->writer, bundle->seq);
        }
      if (complete > head->complete)
        head->complete = complete;
    }
}

static void
change_writer (Vault *vault)
{
  vault_random (&vault->writer, sizeof vault->writer);
  vault->local.places[0].writer = vault->writer;
}

void
vault_local_judge (Vault *vault)
{
  const LocalHead *own = local_head (vault, vault->writer);
  const WriterRow *row = vault_writer_row (vault, vault->writer);

  /* This computer wrote more than is there, or something wrote in its name: its numbers must not be
   * used again. */
  if ((own != NULL && own->seq > (row != NULL ? row->seq : 0)) || (row != NULL && row->forked))
    change_writer (vault);
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    {
      uint64_t writer = vault->local.heads[i].writer;

      row = vault_writer_row (vault, writer);
      if ((row != NULL ? row->seq : 0) < vault_local_had (vault, writer))
        note_older (vault, writer, row != NULL ? row->seq : 0);
    }
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      if (vault->writers[i].forked)
        vault_note (vault, VAULT_NOTICE_FORK, "", vault->writers[i].writer, vault->writers[i].seq);
      vault_gaps_judge (vault, &vault->writers[i]);
    }
  if (extend_heads (vault))
    judge_arrivals (vault);
  if (fsync (vault->root) != 0 && (errno == EINVAL || errno == ENOSYS))
    vault_note (vault, VAULT_NOTICE_NOT_DURABLE, "", 0, 0);
  vault_local_save (vault);
}

/* Takes in what is there now. */
static bool
update (Vault *vault)
{
  if (!extend_heads (vault))
    return false;
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *row = &vault->writers[i];
      LocalHead *head = local_head (vault, row->writer);
      PlaceHead *here = place_head (vault, row->writer);

      if (row->seq > head->seq)
        head->seq = row->seq;
      if (row->seq > here->seq)
        here->seq = row->seq;
      if (row->writer == vault->writer && row->seq > 0)
        {
          head->own = true;
          head->complete = head->seq;
        }
    }
  return true;
}

/* Where nothing can be remembered, each session is a writer of its own. */
void
vault_local_save (Vault *vault)
{
  uint8_t *text = NULL;
  size_t n;

  pthread_rwlock_wrlock (&vault->tables);
  if (update (vault))
    text = vault_local_text (&vault->local, &n);
  pthread_rwlock_unlock (&vault->tables);
  if (text != NULL)
    vault_local_write (vault, text, n);
  free (text);
}

VaultError
vault_accept_older (Vault *vault)
{
  pthread_mutex_lock (&vault->writing);
  pthread_rwlock_wrlock (&vault->tables);
  if (extend_heads (vault))
    for (uint32_t i = 0; i < vault->local.n_heads; i++)
      {
        LocalHead *head = &vault->local.heads[i];
        const WriterRow *row = vault_writer_row (vault, head->writer);
        uint64_t seq = row != NULL ? row->seq : 0;

        if (seq >= head->seq)
          continue;
        *place_head (vault, head->writer) = (PlaceHead){ head->writer, seq, head->seq };
        if (head->complete > seq)
          head->complete = seq;
      }
  pthread_rwlock_unlock (&vault->tables);
  vault_local_save (vault);
  pthread_mutex_unlock (&vault->writing);
  return VAULT_OK;
}

bool
vault_bundle_arriving (const Vault *vault, uint32_t bundle)
{
  const BundleRow *row = &vault->fold.bundles[bundle];
  const LocalHead *head = local_head (vault, row->writer);

  return is_on_its_way (vault, row) && head != NULL && row->seq > head->complete;
}

uint64_t
vault_local_scrub_get (const Vault *vault)
{
  return vault->local.n_places > 0 ? vault->local.places[0].scrub : 0;
}

void
vault_local_scrub_set (Vault *vault, uint64_t position)
{
  if (vault->local.n_places > 0)
    vault->local.places[0].scrub = position;
  vault_local_save (vault);
}
