/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One process of a computer at a time. Never a file inside the vault: sync tools would carry it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "vault_private.h"

/* A process that was killed while it started another one leaves its locks with that one for a
 * moment: until it closes what it does not need. */
#define PATIENCE_MS 1000
#define STEP_MS 20

static bool
is_held_elsewhere (int fd)
{
  const struct timespec step = { 0, STEP_MS * 1000000L };

  for (int waited = 0;; waited += STEP_MS)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return false;
      if (waited >= PATIENCE_MS)
        return true;
      nanosleep (&step, NULL);
    }
}

VaultError
vault_lock (Vault *vault)
{
  const char *runtime = getenv ("XDG_RUNTIME_DIR");
  char path[4096], name[2 * UUID_SIZE + 1];

  vault->lock_fd = -1;
  if (is_held_elsewhere (vault->root))
    return VAULT_ERROR_BUSY;
  if (runtime == NULL || runtime[0] != '/')
    return VAULT_OK;
  vault_to_hex (vault->uuid, UUID_SIZE, name);
  if (snprintf (path, sizeof path, "%s/scanvault-%s.lock", runtime, name) >= (int) sizeof path)
    return VAULT_OK;
  vault->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (vault->lock_fd >= 0 && is_held_elsewhere (vault->lock_fd))
    {
      close (vault->lock_fd);
      vault->lock_fd = -1;
      return VAULT_ERROR_BUSY;
    }
  return VAULT_OK;
}
