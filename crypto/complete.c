/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what is open is all of the vault. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "gaps.h"
#include "heal.h"
#include "member.h"

#define ARRIVAL_MAX_AGE (24 * 3600)

typedef struct
{
  Vault *vault;
  VaultIncompleteFunc func;
  void *data;
  bool shared;
} Examination;

static void
tell (const Examination *examination, VaultError why, const char *file)
{
  VaultFault fault;

  vault_fail (&fault, file, why);
  examination->func (why, &fault, examination->data);
}

static bool
is_read (const Vault *vault, const JournalFile *found)
{
  for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    if (payload->writer == found->writer && payload->seq == found->seq &&
        payload->is_snapshot == found->is_snapshot &&
        memcmp (payload->hash, found->hash, sizeof payload->hash) == 0)
      return true;
  return vault_record_given_up (vault, found->writer, found->seq);
}

/* What a program that synchronises folders brought since the vault was opened. */
static void
examine_journal (const Examination *examination)
{
  Vault *vault = examination->vault;
  Listing listing;

  vault_journal_list (vault->root, &listing);
  for (uint32_t i = 0; i < listing.n; i++)
    {
      const JournalFile *found = &listing.rows[i];
      char path[VAULT_PATH_MAX];
      bool read;

      if (found->stray != NULL)
        continue;
      pthread_rwlock_rdlock (&vault->tables);
      read = is_read (vault, found);
      pthread_rwlock_unlock (&vault->tables);
      vault_record_path ("j", found->writer, found->is_snapshot, found->seq, found->hash, path);
      if (!read)
        tell (examination, VAULT_ERROR_ARRIVING, path);
    }
  vault_listing_clear (&listing);
}

/* An original that is not there, and of which nobody can tell that it was deleted later. */
static bool
is_wanted (Vault *vault, const FooterMember *member)
{
  const EntryRow *row;
  const TombRow *tombs;
  bool wanted;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault_fold_find (&vault->fold, member->id);
  tombs = vault_fold_tomb (&vault->fold, member->id);
  wanted = member->role == VAULT_ROLE_ORIGINAL && (row == NULL || row->entry.deleted) &&
           (tombs == NULL || !vault_losses_seen (vault, tombs));
  pthread_rwlock_unlock (&vault->tables);
  return wanted;
}

/* A bundle that cannot be read may hold anything. */
static bool
holds_wanted (Vault *vault, const char *path, uint64_t size)
{
  SealedReader sealed;
  Footer footer = { 0 };
  uint64_t chunk;
  int fd = openat (vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  VaultError error =
      fd < 0 ? VAULT_ERROR_IO
             : vault_sealed_open (&sealed, fd, NULL, size, SEALED_BUNDLE, vault->keys, vault->uuid);
  bool wanted;

  if (error == VAULT_OK)
    error = vault_footer_read (&sealed, &footer, &chunk);
  wanted = error != VAULT_OK;
  for (uint32_t i = 0; i < footer.n && !wanted; i++)
    wanted = is_wanted (vault, &footer.members[i]);
  vault_footer_clear (&footer);
  if (fd >= 0)
    {
      vault_sealed_close (&sealed);
      close (fd);
    }
  return wanted;
}

static bool
examine_bundle (const char *path, uint64_t size, void *data)
{
  const Examination *examination = data;
  Vault *vault = examination->vault;
  uint8_t name[32];
  struct stat info;
  bool known;

  if (!vault_bundle_path_parse (path, name) ||
      fstatat (vault->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return true;
  pthread_rwlock_rdlock (&vault->tables);
  known = vault_fold_find_bundle (&vault->fold, name) >= 0;
  pthread_rwlock_unlock (&vault->tables);
  if (!known && holds_wanted (vault, path, size))
    tell (examination,
          examination->shared && time (NULL) - info.st_ctime < ARRIVAL_MAX_AGE
              ? VAULT_ERROR_ARRIVING
              : VAULT_ERROR_DAMAGED,
          path);
  return true;
}

void
vault_incomplete (Vault *vault, VaultIncompleteFunc func, void *data)
{
  Examination examination = { vault, func, data, false };

  for (size_t i = 0; i < vault->n_writers; i++)
    examination.shared =
        examination.shared || !vault_writer_is_own (vault, vault->writers[i].writer);
  if (vault->read_only)
    tell (&examination, VAULT_ERROR_NEWER, "");
  for (size_t i = 0; i < vault->n_damages; i++)
    tell (&examination, VAULT_ERROR_DAMAGED, vault->damages[i].file);
  if (vault_local_older (vault))
    tell (&examination, VAULT_ERROR_MISSING, "");
  for (size_t i = 0; i < vault->n_notices; i++)
    if (vault->notices[i].kind == VAULT_NOTICE_ARRIVING)
      tell (&examination, VAULT_ERROR_ARRIVING, vault->notices[i].file);
  examine_journal (&examination);
  vault_walk_objects (vault->root, examine_bundle, &examination);
}
