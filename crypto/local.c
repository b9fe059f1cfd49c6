/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this computer keeps of a vault outside it: which writer it is, and what it saw of all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "gaps.h"
#include "sealed.h"

#define STATE_HEAD \
  40 /* writer, device and inode of vault.id, scrub position, flags, number of heads */
#define FLAG_ELSEWHERE 1
#define STATE_ROW 24
#define STATE_MAX 65536
#define SLOT_ID_SIZE 8

/* Opens (and makes) $XDG_STATE_HOME/scanvault; -1 if that cannot be. */
static int
state_folder (void)
{
  const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME");
  char path[4096];
  int n;

  if (state != NULL && state[0] == '/')
    n = snprintf (path, sizeof path, "%s", state);
  else if (home != NULL && home[0] == '/')
    {
      snprintf (path, sizeof path, "%s/.local", home);
      mkdir (path, 0700);
      n = snprintf (path, sizeof path, "%s/.local/state", home);
    }
  else
    return -1;
  if (n < 0 || (size_t) n + sizeof "/scanvault/tmp" > sizeof path)
    return -1;
  mkdir (path, 0700);
  strcat (path, "/scanvault");
  mkdir (path, 0700);
  n = (int) strlen (path);
  strcat (path, "/tmp");
  mkdir (path, 0700);
  path[n] = '\0';
  return open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
parse_state (const uint8_t *bytes, uint64_t size, LocalState *ret_state)
{
  LocalState state = { .known = true };

  if (size < STATE_HEAD)
    return false;
  state.writer = get_le (bytes, 8);
  state.device = get_le (bytes + 8, 8);
  state.inode = get_le (bytes + 16, 8);
  state.scrub = get_le (bytes + 24, 8);
  state.elsewhere = (bytes[32] & FLAG_ELSEWHERE) != 0;
  state.n_heads = (uint32_t) get_le (bytes + 36, 4);
  if (size - STATE_HEAD != (uint64_t) state.n_heads * STATE_ROW)
    return false;
  state.heads = calloc ((size_t) state.n_heads + 1, sizeof *state.heads);
  if (state.heads == NULL)
    return false;
  for (uint32_t i = 0; i < state.n_heads; i++)
    {
      const uint8_t *row = bytes + STATE_HEAD + STATE_ROW * (size_t) i;

      state.heads[i] = (LocalHead){ get_le (row, 8), get_le (row + 8, 8), get_le (row + 16, 8) };
    }
  *ret_state = state;
  return true;
}

static bool
read_state (const Vault *vault, int folder, const char *name, LocalState *ret_state)
{
  uint8_t *file = NULL, *plain = NULL;
  size_t size;
  SealedReader sealed;
  uint64_t chunk;
  bool good;

  if (vault_file_read (folder, name, STATE_MAX, &file, &size, NULL) != VAULT_OK)
    return false;
  good = vault_sealed_open (&sealed, -1, file, size, SEALED_LOCAL, vault->keys, vault->uuid) ==
             VAULT_OK &&
         (plain = malloc (sealed.plain_size + 1)) != NULL &&
         vault_sealed_pread (&sealed, 0, plain, sealed.plain_size, &chunk) == VAULT_OK &&
         parse_state (plain, sealed.plain_size, ret_state);
  vault_sealed_close (&sealed);
  free (plain);
  free (file);
  return good;
}

static LocalHead *
local_head (const Vault *vault, uint64_t writer)
{
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    if (vault->local.heads[i].writer == writer)
      return &vault->local.heads[i];
  return NULL;
}

uint64_t
vault_local_had (const Vault *vault, uint64_t writer)
{
  const LocalHead *head = local_head (vault, writer);

  return head != NULL ? head->seq : 0;
}

uint64_t
vault_local_complete (const Vault *vault, uint64_t writer)
{
  const LocalHead *head = local_head (vault, writer);

  return head != NULL ? head->complete : 0;
}

/* A head for every writer that is known now; those that only the memory knows stay. */
static bool
extend_heads (Vault *vault)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    if (local_head (vault, vault->writers[i].writer) == NULL)
      {
        LocalState *local = &vault->local;
        LocalHead *grown = realloc (local->heads, sizeof *grown * ((size_t) local->n_heads + 1));

        if (grown == NULL)
          return false;
        local->heads = grown;
        grown[local->n_heads++] = (LocalHead){ vault->writers[i].writer, 0, 0 };
      }
  return true;
}

VaultError
vault_local_writer (Vault *vault)
{
  struct stat info;
  char name[2 * UUID_SIZE + 1];
  LocalState state;

  /* On a medium that cannot be written a lost vault.id is not written anew. */
  if (fstatat (vault->root, "vault.id", &info, 0) != 0 &&
      fstatat (vault->root, "vault.id.2", &info, 0) != 0 && fstat (vault->root, &info) != 0)
    return VAULT_ERROR_NOT_A_VAULT;
  vault_to_hex (vault->uuid, UUID_SIZE, name);
  if (vault->state_fd < 0)
    vault->state_fd = state_folder ();
  if (vault->state_fd >= 0 && read_state (vault, vault->state_fd, name, &state))
    vault->local = state;
  if (!vault->local.known || vault->local.device != (uint64_t) info.st_dev ||
      vault->local.inode != (uint64_t) info.st_ino)
    {
      /* A copied or restored vault has another vault.id in the file system, and must not write as
       * the one that it was copied from: two records of one number would stand against each other.
       */
      vault->moved = vault->local.known;
      vault->continues = vault->local.known ? vault->local.writer : 0;
      vault_random (&vault->writer, sizeof vault->writer);
    }
  else
    vault->writer = vault->local.writer;
  vault->local.device = (uint64_t) info.st_dev;
  vault->local.inode = (uint64_t) info.st_ino;
  return VAULT_OK;
}

/* Taken away in place, or only a copy that was made earlier? */
static void
note_older (Vault *vault, uint64_t writer, uint64_t had)
{
  vault_note (vault,
              vault->moved || vault->local.elsewhere ? VAULT_NOTICE_OLDER_COPY : VAULT_NOTICE_OLDER,
              "", writer, had);
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

void
vault_local_judge (Vault *vault)
{
  const LocalHead *own = local_head (vault, vault->writer);
  const WriterRow *row = vault_writer_row (vault, vault->writer);

  /* This computer wrote more than is there, or something wrote in its name: its numbers must not be
   * used again. */
  if ((own != NULL && own->seq > (row != NULL ? row->seq : 0)) || (row != NULL && row->forked))
    {
      vault->continues = vault->writer;
      vault_random (&vault->writer, sizeof vault->writer);
    }
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    if (vault_writer_row (vault, vault->local.heads[i].writer) == NULL &&
        vault->local.heads[i].seq > 0)
      note_older (vault, vault->local.heads[i].writer, vault->local.heads[i].seq);
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *writer = &vault->writers[i];

      if (writer->forked)
        vault_note (vault, VAULT_NOTICE_FORK, "", writer->writer, writer->seq);
      if (writer->seq < vault_local_had (vault, writer->writer))
        note_older (vault, writer->writer, vault_local_had (vault, writer->writer));
      vault_gaps_judge (vault, writer);
    }
  vault->local.elsewhere = false;
  for (size_t i = 0; i < vault->n_notices; i++)
    vault->local.elsewhere =
        vault->local.elsewhere || vault->notices[i].kind == VAULT_NOTICE_OLDER_COPY;
  if (extend_heads (vault))
    judge_arrivals (vault);
  if (fsync (vault->root) != 0 && (errno == EINVAL || errno == ENOSYS))
    vault_note (vault, VAULT_NOTICE_NOT_DURABLE, "", 0, 0);
  vault_local_save (vault);
}

static void
write_state (const Vault *vault, const uint8_t *plain, size_t n)
{
  char name[2 * UUID_SIZE + 1], temp[32];
  size_t size;
  uint8_t *file =
      vault_sealed_pack (SEALED_LOCAL, vault->keys, vault->uuid, vault->writer, plain, n, &size);
  int folder = vault->state_fd, fd;

  vault_to_hex (vault->uuid, UUID_SIZE, name);
  if (file != NULL && folder >= 0 && vault_temp_create (folder, temp, &fd, NULL) == VAULT_OK)
    {
      bool written = vault_write_all (fd, file, size) == 0;

      if (close (fd) != 0 || !written || vault_publish (folder, temp, name, NULL) != VAULT_OK)
        unlinkat (folder, temp, 0);
    }
  free (file);
}

/* Where nothing can be remembered, each session is a writer of its own. */
void
vault_local_save (Vault *vault)
{
  LocalState *local = &vault->local;
  size_t n;
  uint8_t *plain;

  if (!extend_heads (vault))
    return;
  n = STATE_HEAD + STATE_ROW * (size_t) local->n_heads;
  plain = n <= STATE_MAX ? calloc (1, n) : NULL;
  if (plain == NULL)
    return;
  put_le (plain, vault->writer, 8);
  put_le (plain + 8, local->device, 8);
  put_le (plain + 16, local->inode, 8);
  put_le (plain + 24, local->scrub, 8);
  put_le (plain + 32, local->elsewhere ? FLAG_ELSEWHERE : 0, 4);
  put_le (plain + 36, local->n_heads, 4);
  for (uint32_t i = 0; i < local->n_heads; i++)
    {
      LocalHead *head = &local->heads[i];
      const WriterRow *row = vault_writer_row (vault, head->writer);
      uint8_t *out = plain + STATE_HEAD + STATE_ROW * (size_t) i;

      if (row != NULL && row->seq > head->seq)
        head->seq = row->seq;
      if (head->writer == vault->writer)
        head->complete = head->seq;
      put_le (out, head->writer, 8);
      put_le (out + 8, head->seq, 8);
      put_le (out + 16, head->complete, 8);
    }
  write_state (vault, plain, n);
  free (plain);
}

VaultError
vault_accept_older (Vault *vault)
{
  pthread_mutex_lock (&vault->writing);
  for (uint32_t i = 0; i < vault->local.n_heads; i++)
    {
      LocalHead *head = &vault->local.heads[i];
      const WriterRow *row = vault_writer_row (vault, head->writer);

      head->seq = row != NULL ? row->seq : 0;
      head->complete = head->complete < head->seq ? head->complete : head->seq;
    }
  vault->local.elsewhere = false;
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
  return vault->local.scrub;
}

void
vault_local_scrub_set (Vault *vault, uint64_t position)
{
  vault->local.scrub = position;
  vault_local_save (vault);
}

static void
slot_name (const Vault *vault, char name[2 * UUID_SIZE + 8])
{
  vault_to_hex (vault->uuid, UUID_SIZE, name);
  strcat (name, ".slot");
}

bool
vault_local_slot_get (const Vault *vault, uint8_t ret_id[8])
{
  char name[2 * UUID_SIZE + 8];
  uint8_t *file = NULL;
  size_t size = 0;
  int folder = state_folder ();
  bool found;

  slot_name (vault, name);
  found = folder >= 0 &&
          vault_file_read (folder, name, SLOT_ID_SIZE, &file, &size, NULL) == VAULT_OK &&
          size == SLOT_ID_SIZE;
  if (found)
    memcpy (ret_id, file, SLOT_ID_SIZE);
  free (file);
  if (folder >= 0)
    close (folder);
  return found;
}

void
vault_local_slot_set (const Vault *vault, const uint8_t id[8])
{
  char name[2 * UUID_SIZE + 8];
  uint8_t known[SLOT_ID_SIZE];
  int folder;

  if (vault_local_slot_get (vault, known) && memcmp (known, id, sizeof known) == 0)
    return;
  slot_name (vault, name);
  folder = state_folder ();
  if (folder >= 0)
    {
      vault_file_write (folder, name, id, SLOT_ID_SIZE, NULL);
      close (folder);
    }
}
