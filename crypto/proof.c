/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose vault a folder is, told by the headers of its sealed files (FORMAT.md, Sealed files). */
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "sealed.h"

#define MAGIC "SVSEAL1\n"
#define AT_TYPE 8
#define AT_UUID 16
#define AT_COMMITMENT 64
#define FILES_MAX 100000 /* more prove no more */

typedef struct
{
  const VaultKeys *keys;
  const uint8_t *uuid;
  uint8_t found[UUID_SIZE];
  Proof proof;
  unsigned looked_at;
} Search;

static bool
commitment_fits (const uint8_t header[SEALED_HEADER], const VaultKeys *keys)
{
  KeyPurpose purpose = header[AT_TYPE] == SEALED_BUNDLE ? KEY_BUNDLE : KEY_JOURNAL;
  uint8_t both[VAULT_KEY_SIZE + 32];
  bool fits;

  vault_b2 (both, sizeof both, header, AT_COMMITMENT, keys->key[purpose]);
  fits = sodium_memcmp (both + VAULT_KEY_SIZE, header + AT_COMMITMENT, 32) == 0;
  sodium_memzero (both, sizeof both);
  return fits;
}

static void
look_at (int folder, const char *name, Search *search)
{
  int fd = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  uint8_t header[SEALED_HEADER];

  if (fd < 0)
    return;
  search->looked_at++;
  if (vault_read_all (fd, header, sizeof header, 0) == 0 && memcmp (header, MAGIC, 8) == 0 &&
      (header[AT_TYPE] == SEALED_BUNDLE || header[AT_TYPE] == SEALED_RECORD ||
       header[AT_TYPE] == SEALED_SNAPSHOT))
    {
      bool fits =
          (search->uuid == NULL || memcmp (header + AT_UUID, search->uuid, UUID_SIZE) == 0) &&
          (search->keys == NULL || commitment_fits (header, search->keys));

      search->proof = fits ? PROOF_FITS : PROOF_OTHER;
      memcpy (search->found, header + AT_UUID, UUID_SIZE);
    }
  close (fd);
}

/* Folders of folders of files: o/, j/ and j2/. */
static void
look_below (int parent, const char *name, unsigned depth, Search *search)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && search->proof != PROOF_FITS && search->looked_at < FILES_MAX &&
         (entry = readdir (dir)) != NULL)
    {
      if (entry->d_name[0] == '.')
        continue;
      if (depth > 0)
        look_below (dirfd (dir), entry->d_name, depth - 1, search);
      else
        look_at (dirfd (dir), entry->d_name, search);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
}

Proof
vault_prove (int root, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
             uint8_t ret_uuid[UUID_SIZE])
{
  static const char *const folders[] = { "j", "j2", "o" };
  Search search = { .keys = keys, .uuid = uuid, .proof = PROOF_NONE };

  for (size_t i = 0; i < sizeof folders / sizeof *folders && search.proof != PROOF_FITS; i++)
    look_below (root, folders[i], 1, &search);
  if (search.proof == PROOF_FITS && ret_uuid != NULL)
    memcpy (ret_uuid, search.found, UUID_SIZE);
  return search.proof;
}
