/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a vault looked at from outside: their hashes, and which there are. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "heal.h"

#define HASH_STEP ((size_t) 512 * 1024)

VaultError
vault_file_hash (int fd, uint8_t ret_hash[32])
{
  uint8_t *buffer = malloc (HASH_STEP);
  crypto_generichash_state state;
  ssize_t got = 1;
  off_t at = 0;

  if (buffer == NULL)
    return VAULT_ERROR_NO_MEMORY;
  crypto_generichash_init (&state, NULL, 0, 32);
  while (got != 0)
    {
      got = pread (fd, buffer, HASH_STEP, at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        break;
      crypto_generichash_update (&state, buffer, (size_t) got);
      at += got;
    }
  free (buffer);
  if (got < 0)
    return VAULT_ERROR_IO;
  crypto_generichash_final (&state, ret_hash, 32);
  return VAULT_OK;
}

VaultError
vault_file_proves (int root, const char *path, const uint8_t name[32])
{
  int fd = openat (root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  uint8_t hash[32];
  VaultError error;

  if (fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? VAULT_ERROR_MISSING : VAULT_ERROR_DAMAGED;
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  error = vault_file_hash (fd, hash);
  close (fd);
  if (error == VAULT_ERROR_NO_MEMORY)
    return error;
  return error == VAULT_OK && memcmp (hash, name, 32) == 0 ? VAULT_OK : VAULT_ERROR_DAMAGED;
}

typedef struct
{
  int root;
  VaultWalkFunc func;
  void *data;
  bool stopped;
} Walk;

static void
walk_folder (Walk *walk, const char *folder, bool deeper)
{
  int fd = openat (walk->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && !walk->stopped && (entry = readdir (dir)) != NULL)
    {
      char path[512];
      struct stat info;
      int n = snprintf (path, sizeof path, "%s/%s", folder, entry->d_name);

      if (entry->d_name[0] == '.' || n < 0 || (size_t) n >= sizeof path ||
          fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        continue;
      if (S_ISREG (info.st_mode))
        walk->stopped = !walk->func (path, (uint64_t) info.st_size, walk->data);
      else if (S_ISDIR (info.st_mode) && deeper)
        walk_folder (walk, path, false);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
}

void
vault_walk_objects (int root, VaultWalkFunc func, void *data)
{
  Walk walk = { root, func, data, false };

  walk_folder (&walk, "o", true);
}

VaultError
vault_bundle_states (Vault *vault, BundleState **ret_states, uint32_t *ret_n)
{
  BundleState *states;
  uint32_t n;

  pthread_rwlock_rdlock (&vault->tables);
  n = vault->fold.n_bundles;
  states = malloc (sizeof *states * ((size_t) n + 1));
  for (uint32_t i = 0; states != NULL && i < n; i++)
    states[i] = (BundleState){ vault->fold.bundles[i], vault_bundle_alive (vault, i),
                               vault_bundle_arriving (vault, i) };
  pthread_rwlock_unlock (&vault->tables);
  if (states == NULL)
    return VAULT_ERROR_NO_MEMORY;
  *ret_states = states;
  *ret_n = n;
  return VAULT_OK;
}

/* Somebody who is own continues the writer, or continues one who does. */
static bool
leads_here (const Vault *vault, uint64_t writer)
{
  const Fold *fold = &vault->fold;
  uint64_t *line = malloc (sizeof *line * ((size_t) fold->n_devices + 1));
  uint32_t n = 1;
  bool own = false;

  if (line == NULL)
    return false;
  line[0] = writer;
  for (uint32_t at = 0; at < n && !own; at++)
    {
      own = vault_local_wrote (vault, line[at]);
      for (uint32_t i = 0; i < fold->n_devices && !own; i++)
        {
          uint32_t k = 0;

          if (get_le (fold->devices[i].body, 8) != line[at])
            continue;
          while (k < n && line[k] != fold->devices[i].writer)
            k++;
          if (k == n)
            line[n++] = fold->devices[i].writer;
        }
    }
  free (line);
  return own;
}

bool
vault_writer_is_own (const Vault *vault, uint64_t writer)
{
  Vault *locked = (Vault *) vault;
  bool own;

  pthread_rwlock_rdlock (&locked->tables);
  own = vault_local_wrote (vault, writer) || leads_here (vault, writer);
  pthread_rwlock_unlock (&locked->tables);
  return own;
}
