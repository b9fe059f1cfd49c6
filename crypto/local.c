/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this computer keeps of a vault outside it: which writer it is, and the lock. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "sealed.h"
#include "vault_private.h"

#define STATE_SIZE 24 /* writer, device and inode of vault.id */

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
read_state (const Vault *vault, int folder, const char *name, uint8_t state[STATE_SIZE])
{
  uint8_t *file = NULL;
  size_t size;
  SealedReader sealed;
  uint64_t chunk;
  bool good;

  if (vault_file_read (folder, name, 65536, &file, &size, NULL) != VAULT_OK)
    return false;
  good = vault_sealed_open (&sealed, -1, file, size, SEALED_LOCAL, vault->keys, vault->uuid) ==
             VAULT_OK &&
         sealed.plain_size == STATE_SIZE &&
         vault_sealed_pread (&sealed, 0, state, STATE_SIZE, &chunk) == VAULT_OK;
  vault_sealed_close (&sealed);
  free (file);
  return good;
}

/* A copied or restored vault has another vault.id in the file system, and must not write as the one
 * that it was copied from: two records of one number would stand against each other. */
VaultError
vault_local_writer (Vault *vault)
{
  struct stat info;
  uint8_t state[STATE_SIZE], here[16];
  char name[2 * UUID_SIZE + 1];
  int folder;

  if (fstatat (vault->root, "vault.id", &info, 0) != 0 &&
      fstatat (vault->root, "vault.id.2", &info, 0) != 0)
    return VAULT_ERROR_NOT_A_VAULT;
  put_le (here, (uint64_t) info.st_dev, 8);
  put_le (here + 8, (uint64_t) info.st_ino, 8);
  vault_to_hex (vault->uuid, UUID_SIZE, name);
  folder = state_folder ();
  if (folder >= 0 && read_state (vault, folder, name, state) &&
      memcmp (state + 8, here, sizeof here) == 0)
    vault->writer = get_le (state, 8);
  else
    {
      size_t size;
      uint8_t *file;

      vault_random (&vault->writer, sizeof vault->writer);
      put_le (state, vault->writer, 8);
      memcpy (state + 8, here, sizeof here);
      file = vault_sealed_pack (SEALED_LOCAL, vault->keys, vault->uuid, vault->writer, state,
                                sizeof state, &size);
      /* Where nothing can be remembered, each session is a writer of its own. */
      if (file != NULL && folder >= 0)
        vault_file_write (folder, name, file, size, NULL);
      free (file);
    }
  if (folder >= 0)
    close (folder);
  return VAULT_OK;
}

VaultError
vault_lock (Vault *vault)
{
  const char *runtime = getenv ("XDG_RUNTIME_DIR");
  char path[4096], name[2 * UUID_SIZE + 1];

  vault->lock_fd = -1;
  if (flock (vault->root, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return VAULT_ERROR_BUSY;
  if (runtime == NULL || runtime[0] != '/')
    return VAULT_OK;
  vault_to_hex (vault->uuid, UUID_SIZE, name);
  if (snprintf (path, sizeof path, "%s/scanvault-%s.lock", runtime, name) >= (int) sizeof path)
    return VAULT_OK;
  vault->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (vault->lock_fd >= 0 && flock (vault->lock_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      close (vault->lock_fd);
      vault->lock_fd = -1;
      return VAULT_ERROR_BUSY;
    }
  return VAULT_OK;
}
