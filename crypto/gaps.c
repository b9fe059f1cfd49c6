/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that are spoken of and cannot be read: on their way from another computer, or lost; and
 * giving up what is lost, so that nobody waits for it for ever. */
#include "gaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "files.h"
#include "heal.h"

#define ARRIVING_SECONDS ((uint64_t) 14 * 86400)
#define LOST_ROW 24

bool
vault_is_recent (uint64_t clock)
{
  return (uint64_t) time (NULL) < (clock >> 16) / 1000 + ARRIVING_SECONDS;
}

static void
extend (uint64_t first, uint64_t last, uint64_t *reach, bool *ret_grew)
{
  if (first <= *reach + 1 && last > *reach)
    {
      *reach = last;
      *ret_grew = true;
    }
}

uint64_t
vault_writer_reach (const Vault *vault, uint64_t writer, uint64_t from)
{
  uint64_t reach = from;
  bool grew = true;

  while (grew)
    {
      grew = false;
      for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
        if (payload->writer == writer)
          extend (payload->first, payload->seq, &reach, &grew);
      for (uint32_t i = 0; i < vault->fold.n_losses; i++)
        if (vault->fold.losses[i].writer == writer)
          extend (vault->fold.losses[i].first, vault->fold.losses[i].last, &reach, &grew);
    }
  return reach;
}

/* The highest record of a writer that another one says it saw. ret_clock: of the record that says
 * so. */
static uint64_t
named_by_others (const Vault *vault, uint64_t writer, uint64_t *ret_clock)
{
  uint64_t highest = 0;

  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *row = &vault->writers[i];
      uint64_t seq = vault_heads_seq (row->heads, row->n_heads, writer);

      if (seq > highest)
        {
          highest = seq;
          *ret_clock = row->clock;
        }
    }
  return highest;
}

typedef struct
{
  uint64_t first, last; /* records that nobody has here; none when first > last */
  uint64_t clock;       /* of a record that shows there is a gap */
} Gap;

/* The first gap behind reach. */
static Gap
next_gap (const Vault *vault, const WriterRow *row, uint64_t reach)
{
  uint64_t clock = row->clock, named = named_by_others (vault, row->writer, &clock);
  Gap gap = { vault_writer_reach (vault, row->writer, reach) + 1,
              row->seq > named ? row->seq : named, clock };

  for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    if (payload->writer == row->writer && payload->first > gap.first && payload->first <= gap.last)
      {
        Record record;

        gap.last = payload->first - 1;
        if (vault_record_parse (payload->bytes, payload->size, payload->is_snapshot, &record) ==
            VAULT_OK)
          gap.clock = record.clock;
      }
  for (uint32_t i = 0; i < vault->fold.n_losses; i++)
    {
      const LossRow *loss = &vault->fold.losses[i];

      if (loss->writer == row->writer && loss->first > gap.first && loss->first <= gap.last)
        gap.last = loss->first - 1;
    }
  return gap;
}

/* What this computer wrote itself, or has had once, does not come any more, and only a computer
 * that remembers can tell what it never had. */
static bool
may_come (const Vault *vault, uint64_t writer, uint64_t seq, uint64_t clock)
{
  return vault->local.known && writer != vault->writer &&
         seq > vault_local_complete (vault, writer) && vault_is_recent (clock);
}

/* The end of the writer's records is gone here, and the owner is asked about that as a whole. */
static bool
is_older (const Vault *vault, const WriterRow *row, const Gap *gap)
{
  return gap->first > row->seq && row->seq < vault_local_had (vault, row->writer);
}

void
vault_gaps_judge (Vault *vault, const WriterRow *row)
{
  for (Gap gap = next_gap (vault, row, row->whole); gap.first <= gap.last;
       gap = next_gap (vault, row, gap.last))
    {
      char path[VAULT_PATH_MAX];
      VaultFault fault;

      if (is_older (vault, row, &gap))
        return;
      if (may_come (vault, row->writer, gap.first, gap.clock))
        {
          vault_note (vault, VAULT_NOTICE_ARRIVING, "", row->writer, gap.first);
          continue;
        }
      snprintf (path, sizeof path, "j/%016llx/%010llu", (unsigned long long) row->writer,
                (unsigned long long) gap.first);
      vault_fail (&fault, path, VAULT_ERROR_MISSING);
      vault_note_damage (vault, &fault);
    }
}

VaultError
vault_gap_error (const Vault *vault, uint64_t writer, uint64_t seq)
{
  const WriterRow *row = vault_writer_row (vault, writer);
  Gap gap;

  if (row == NULL || writer == vault->writer || seq <= row->whole)
    return VAULT_OK;
  gap = next_gap (vault, row, row->whole);
  return may_come (vault, writer, gap.first, gap.clock) ? VAULT_ERROR_ARRIVING
                                                        : VAULT_ERROR_DAMAGED;
}

bool
vault_record_given_up (const Vault *vault, uint64_t writer, uint64_t seq)
{
  for (uint32_t i = 0; i < vault->fold.n_losses; i++)
    if (vault->fold.losses[i].writer == writer && vault->fold.losses[i].first <= seq &&
        seq <= vault->fold.losses[i].last)
      return true;
  return false;
}

bool
vault_losses_seen (const Vault *vault, const TombRow *tombs)
{
  size_t losses = 0;
  bool seen = true;

  for (uint32_t i = 0; i < vault->fold.n_losses && seen; i++, losses++)
    seen = vault_tombs_see (&vault->fold, tombs, vault->fold.losses[i].writer,
                            vault->fold.losses[i].last);
  for (size_t i = 0; i < vault->n_writers && seen; i++)
    {
      const WriterRow *row = &vault->writers[i];

      for (Gap gap = next_gap (vault, row, row->whole); gap.first <= gap.last && seen;
           gap = next_gap (vault, row, gap.last), losses++)
        seen = vault_tombs_see (&vault->fold, tombs, row->writer, gap.last);
    }
  for (size_t i = 0; i < vault->n_damages && seen; i++)
    {
      JournalFile found;

      if (!vault_record_path_parse (vault->damages[i].file, &found))
        continue;
      seen = vault_tombs_see (&vault->fold, tombs, found.writer, found.seq);
      losses++;
    }
  return seen && losses > 0;
}

void
vault_gaps_forgive (Vault *vault)
{
  size_t kept = 0;

  for (size_t i = 0; i < vault->n_damages; i++)
    {
      JournalFile found;

      if (!vault_record_path_parse (vault->damages[i].file, &found) ||
          !vault_record_given_up (vault, found.writer, found.seq))
        vault->damages[kept++] = vault->damages[i];
    }
  vault->n_damages = kept;
}

static bool
put_loss (VaultTxn *txn, uint64_t writer, uint64_t first, uint64_t last)
{
  uint8_t *body = vault_txn_op (txn, OP_LOST, LOST_ROW);

  if (body == NULL)
    return false;
  put_le (body, writer, 8);
  put_le (body + 8, first, 8);
  put_le (body + 16, last, 8);
  return true;
}

typedef struct
{
  VaultTxn *txn;
  uint32_t n_ops;
  char (*paths)[VAULT_PATH_MAX]; /* to be told */
  uint32_t n;
  bool good;
} Losses;

static void
tell_later (Losses *losses, const char *path)
{
  losses->good =
      losses->good && vault_array_grow (&losses->paths, losses->n, sizeof *losses->paths);
  if (losses->good)
    snprintf (losses->paths[losses->n++], VAULT_PATH_MAX, "%s", path);
}

static void
give_up (Losses *losses, uint64_t writer, uint64_t first, uint64_t last)
{
  char path[VAULT_PATH_MAX];

  losses->good = losses->good && put_loss (losses->txn, writer, first, last);
  losses->n_ops++;
  snprintf (path, sizeof path, "j/%016llx/%010llu", (unsigned long long) writer,
            (unsigned long long) first);
  tell_later (losses, path);
}

static void
give_up_gaps (const Vault *vault, Losses *losses)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *row = &vault->writers[i];

      for (Gap gap = next_gap (vault, row, row->whole); gap.first <= gap.last;
           gap = next_gap (vault, row, gap.last))
        if (!is_older (vault, row, &gap) && !may_come (vault, row->writer, gap.first, gap.clock))
          give_up (losses, row->writer, gap.first, gap.last);
    }
}

/* Read all the same, from a copy that a sync tool put aside. */
static bool
is_read (const Vault *vault, const JournalFile *found)
{
  for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    if (payload->writer == found->writer && payload->seq == found->seq &&
        memcmp (payload->hash, found->hash, sizeof payload->hash) == 0)
      return true;
  return false;
}

/* A record behind all that are known of its writer: its file is there, and neither copy is whole.
 */
static bool
is_lost_end (const Vault *vault, const WriterRow *row, uint64_t writer, uint64_t seq)
{
  uint64_t clock = row != NULL ? row->clock : 0;

  return (row == NULL || (seq > row->seq && seq > named_by_others (vault, writer, &clock))) &&
         !may_come (vault, writer, seq, clock);
}

/* What was damaged when the vault was opened and leaves no gap: a record that a snapshot holds too,
 * or the last ones of a writer, or the whole journal, of which nothing is known. */
static void
give_up_damaged (const Vault *vault, Losses *losses)
{
  for (size_t i = 0; i < vault->n_damages; i++)
    {
      JournalFile found;
      const WriterRow *row;

      if (!vault_record_path_parse (vault->damages[i].file, &found))
        {
          if (strcmp (vault->damages[i].file, "j") == 0)
            tell_later (losses, "j");
          continue;
        }
      row = vault_writer_row (vault, found.writer);
      if (!is_read (vault, &found) && ((row != NULL && found.seq <= row->whole) ||
                                       is_lost_end (vault, row, found.writer, found.seq)))
        give_up (losses, found.writer, found.seq, found.seq);
    }
}

static VaultError
commit_losses (Repair *repair, Losses *losses)
{
  Vault *vault = repair->vault;
  VaultError error = vault_txn_begin (vault, &losses->txn);

  if (error != VAULT_OK)
    return vault_fail (&repair->fault, "", error);
  pthread_rwlock_rdlock (&vault->tables);
  give_up_damaged (vault, losses);
  give_up_gaps (vault, losses);
  pthread_rwlock_unlock (&vault->tables);
  if (losses->good && losses->n_ops > 0)
    return vault_txn_commit (losses->txn, NULL, NULL, &repair->fault);
  vault_txn_abort (losses->txn);
  return losses->good ? VAULT_OK : vault_fail (&repair->fault, "", VAULT_ERROR_NO_MEMORY);
}

void
vault_repair_gaps (Repair *repair)
{
  Vault *vault = repair->vault;
  Losses losses = { .good = true };
  VaultError error = commit_losses (repair, &losses);

  if (error == VAULT_OK)
    {
      pthread_rwlock_wrlock (&vault->tables);
      vault_writers_measure (vault);
      /* What was met at the opening is healed, told as given up, or met by the next check. */
      vault->n_damages = 0;
      pthread_rwlock_unlock (&vault->tables);
    }
  for (uint32_t i = 0; i < losses.n && error == VAULT_OK; i++)
    vault_repair_tell (repair, VAULT_REPAIR_LOST, losses.paths[i]);
  if (error != VAULT_OK)
    {
      repair->stopped = true;
      repair->error = error;
    }
  free (losses.paths);
}
