/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files in which this computer remembers a vault (FORMAT.md, Writing). */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "sealed.h"

/* zero, layout, number of heads, number of folders, zero */
#define HEAD 24
#define HEAD_ROW 28
/* device and inode of vault.id, writer, scrub position, number of heads */
#define PLACE_HEAD 36
#define PLACE_ROW 24
#define LAYOUT 2
/* The first layout: writer, device, inode, scrub position, flags, number of heads. */
#define FIRST_HEAD 40
#define FIRST_ROW 24
#define FIRST_ELSEWHERE 1
#define OWN 1
#define STATE_MAX ((size_t) 1024 * 1024)
#define SLOT_ID_SIZE 8

int
vault_local_folder (void)
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

void
vault_local_clear (LocalState *state)
{
  for (uint32_t i = 0; i < state->n_places; i++)
    free (state->places[i].heads);
  free (state->places);
  free (state->heads);
  memset (state, 0, sizeof *state);
}

/* A vault has one folder there, and how much was seen in it is known only if it is not an older
 * copy. */
static bool
parse_first (const uint8_t *bytes, uint64_t size, LocalState *state)
{
  uint32_t n = (uint32_t) get_le (bytes + 36, 4);
  bool elsewhere = (bytes[32] & FIRST_ELSEWHERE) != 0;
  LocalPlace *place;

  if (size - FIRST_HEAD != (uint64_t) n * FIRST_ROW)
    return false;
  state->heads = calloc ((size_t) n + 1, sizeof *state->heads);
  state->places = place = calloc (1, sizeof *state->places);
  if (state->heads == NULL || place == NULL)
    return false;
  state->n_places = 1;
  place->heads = calloc ((size_t) n + 1, sizeof *place->heads);
  if (place->heads == NULL)
    return false;
  place->writer = get_le (bytes, 8);
  place->device = get_le (bytes + 8, 8);
  place->inode = get_le (bytes + 16, 8);
  place->scrub = get_le (bytes + 24, 8);
  for (state->n_heads = 0; state->n_heads < n; state->n_heads++)
    {
      const uint8_t *row = bytes + FIRST_HEAD + FIRST_ROW * (size_t) state->n_heads;
      LocalHead *head = &state->heads[state->n_heads];

      *head = (LocalHead){ get_le (row, 8), get_le (row + 8, 8), get_le (row + 16, 8), false };
      head->own = head->writer == place->writer;
      place->heads[place->n_heads++] = (PlaceHead){ head->writer, elsewhere ? 0 : head->seq, 0 };
    }
  return true;
}

static bool
parse_place (const uint8_t **at, uint64_t *left, LocalPlace *place)
{
  uint32_t n;

  if (*left < PLACE_HEAD)
    return false;
  place->device = get_le (*at, 8);
  place->inode = get_le (*at + 8, 8);
  place->writer = get_le (*at + 16, 8);
  place->scrub = get_le (*at + 24, 8);
  n = (uint32_t) get_le (*at + 32, 4);
  *at += PLACE_HEAD;
  *left -= PLACE_HEAD;
  if (*left / PLACE_ROW < n)
    return false;
  place->heads = calloc ((size_t) n + 1, sizeof *place->heads);
  if (place->heads == NULL)
    return false;
  for (; place->n_heads < n; place->n_heads++, *at += PLACE_ROW, *left -= PLACE_ROW)
    place->heads[place->n_heads] =
        (PlaceHead){ get_le (*at, 8), get_le (*at + 8, 8), get_le (*at + 16, 8) };
  return true;
}

static bool
parse_second (const uint8_t *bytes, uint64_t size, LocalState *state)
{
  uint32_t n_heads = (uint32_t) get_le (bytes + 12, 4);
  uint32_t n_places = (uint32_t) get_le (bytes + 16, 4);
  const uint8_t *at = bytes + HEAD;
  uint64_t left = size - HEAD;
  bool good = true;

  if (get_le (bytes + 8, 4) != LAYOUT || left / HEAD_ROW < n_heads ||
      (left - (uint64_t) n_heads * HEAD_ROW) / PLACE_HEAD < n_places)
    return false;
  state->heads = calloc ((size_t) n_heads + 1, sizeof *state->heads);
  state->places = calloc ((size_t) n_places + 1, sizeof *state->places);
  if (state->heads == NULL || state->places == NULL)
    return false;
  for (; state->n_heads < n_heads; state->n_heads++, at += HEAD_ROW, left -= HEAD_ROW)
    state->heads[state->n_heads] =
        (LocalHead){ get_le (at, 8), get_le (at + 8, 8), get_le (at + 16, 8),
                     (get_le (at + 24, 4) & OWN) != 0 };
  for (; state->n_places < n_places && good; state->n_places++)
    good = parse_place (&at, &left, &state->places[state->n_places]);
  return good && left == 0;
}

bool
vault_local_parse (const uint8_t *bytes, uint64_t size, LocalState *ret_state)
{
  LocalState state = { .known = true };
  /* No writer is 0, and the first layout began with one. */
  bool good = size >= FIRST_HEAD && get_le (bytes, 8) != 0 ? parse_first (bytes, size, &state)
              : size >= HEAD                               ? parse_second (bytes, size, &state)
                                                           : false;

  if (good)
    *ret_state = state;
  else
    vault_local_clear (&state);
  return good;
}

bool
vault_local_read (const Vault *vault, LocalState *ret_state)
{
  char name[2 * UUID_SIZE + 1];
  uint8_t *file = NULL, *plain = NULL;
  size_t size;
  SealedReader sealed;
  uint64_t chunk;
  bool good;

  vault_to_hex (vault->uuid, UUID_SIZE, name);
  if (vault_file_read (vault->state_fd, name, 2 * STATE_MAX, &file, &size, NULL) != VAULT_OK)
    return false;
  good = vault_sealed_open (&sealed, -1, file, size, SEALED_LOCAL, vault->keys, vault->uuid) ==
             VAULT_OK &&
         (plain = malloc (sealed.plain_size + 1)) != NULL &&
         vault_sealed_pread (&sealed, 0, plain, sealed.plain_size, &chunk) == VAULT_OK &&
         vault_local_parse (plain, sealed.plain_size, ret_state);
  vault_sealed_close (&sealed);
  free (plain);
  free (file);
  return good;
}

uint8_t *
vault_local_text (const LocalState *state, size_t *ret_n)
{
  size_t n = HEAD + HEAD_ROW * (size_t) state->n_heads;
  uint32_t n_places = 0;
  uint8_t *bytes, *at;

  /* Folders that were not looked into for long are forgotten before the rest is. */
  while (n_places < state->n_places &&
         n + PLACE_HEAD + PLACE_ROW * (size_t) state->places[n_places].n_heads <= STATE_MAX)
    n += PLACE_HEAD + PLACE_ROW * (size_t) state->places[n_places++].n_heads;
  bytes = n <= STATE_MAX ? calloc (1, n) : NULL;
  if (bytes == NULL)
    return NULL;
  put_le (bytes + 8, LAYOUT, 4);
  put_le (bytes + 12, state->n_heads, 4);
  put_le (bytes + 16, n_places, 4);
  at = bytes + HEAD;
  for (uint32_t i = 0; i < state->n_heads; i++, at += HEAD_ROW)
    {
      put_le (at, state->heads[i].writer, 8);
      put_le (at + 8, state->heads[i].seq, 8);
      put_le (at + 16, state->heads[i].complete, 8);
      put_le (at + 24, state->heads[i].own ? OWN : 0, 4);
    }
  for (uint32_t i = 0; i < n_places; i++)
    {
      const LocalPlace *place = &state->places[i];

      put_le (at, place->device, 8);
      put_le (at + 8, place->inode, 8);
      put_le (at + 16, place->writer, 8);
      put_le (at + 24, place->scrub, 8);
      put_le (at + 32, place->n_heads, 4);
      at += PLACE_HEAD;
      for (uint32_t k = 0; k < place->n_heads; k++, at += PLACE_ROW)
        {
          put_le (at, place->heads[k].writer, 8);
          put_le (at + 8, place->heads[k].seq, 8);
          put_le (at + 16, place->heads[k].accepted, 8);
        }
    }
  *ret_n = n;
  return bytes;
}

void
vault_local_write (const Vault *vault, const uint8_t *plain, size_t n)
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
  int folder = vault_local_folder ();
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
  folder = vault_local_folder ();
  if (folder >= 0)
    {
      vault_file_write (folder, name, id, SLOT_ID_SIZE, NULL);
      close (folder);
    }
}
