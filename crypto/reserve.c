/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room in tmp/ that is given up piece by piece when the disk is full. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

#define PIECES 16
#define PIECE_SIZE 65536
/* The first pieces are for what frees space. */
#define PIECES_TO_DELETE 8
#define STEP 4096

static void
piece_path (unsigned i, char ret_path[32])
{
  snprintf (ret_path, 32, "tmp/reserve-%02u", i);
}

/* Makes a piece as large as there is room. Random bytes, since a file system that compresses would
 * keep no room for zeros. */
static bool
fill_piece (int root, unsigned i)
{
  char path[32];
  uint8_t bytes[STEP];
  struct stat info;
  int fd;
  bool whole;

  piece_path (i, path);
  if (fstatat (root, path, &info, AT_SYMLINK_NOFOLLOW) == 0 && info.st_size >= PIECE_SIZE)
    return true;
  fd = openat (root, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
               0600);
  if (fd < 0)
    return false;
  whole = fstat (fd, &info) == 0 && S_ISREG (info.st_mode) &&
          ftruncate (fd, info.st_size - info.st_size % STEP) == 0;
  for (off_t n = info.st_size - info.st_size % STEP; whole && n < PIECE_SIZE; n += STEP)
    {
      vault_random (bytes, sizeof bytes);
      whole = vault_write_all (fd, bytes, sizeof bytes) == 0;
    }
  /* Not synced: whoever gives out room at writing keeps it from here on, and where it comes out at
   * the closing that there is none, nothing is kept. */
  if (fstat (fd, &info) != 0 || close (fd) != 0 || info.st_size == 0)
    {
      unlinkat (root, path, 0);
      whole = false;
    }
  return whole;
}

void
vault_reserve_fill (int root)
{
  bool room = vault_folder_make (root, "tmp", NULL) == VAULT_OK;

  /* Vaults of a former version have a reserve in one piece. */
  unlinkat (root, "tmp/reserve", 0);
  for (unsigned i = 0; i < PIECES && room; i++)
    room = fill_piece (root, i);
}

bool
vault_reserve_spend (int root, uint64_t bytes, bool to_the_end)
{
  /* Both copies, with what a file system rounds up and a folder takes. */
  uint64_t needed = 2 * (bytes + bytes / 8 + 4 * STEP), freed = 0;

  for (unsigned i = PIECES; i > (to_the_end ? 0 : PIECES_TO_DELETE) && freed < needed; i--)
    {
      char path[32];
      struct stat info;

      piece_path (i - 1, path);
      if (fstatat (root, path, &info, AT_SYMLINK_NOFOLLOW) == 0 && unlinkat (root, path, 0) == 0)
        freed += (uint64_t) info.st_size;
    }
  return freed > 0;
}
