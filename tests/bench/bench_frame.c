/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of 512 KiB out of one large object in an open vault, in random order: reading, opening and
 * decompressing what holds them, with the files in the page cache. Prints JSON.
 * bench-frame [MB] */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vault.h"

#define FRAME ((guint64) 512 * 1024)
#define COLUMNS 512
#define HEADER 1638 /* as of a DICOM file: frames do not begin where blocks do */
#define ROUNDS 400

static void
must (VaultError error)
{
  if (error != VAULT_OK)
    {
      g_printerr ("%s\n", vault_error_text (error));
      exit (1);
    }
}

/* Slopes with noise in the low bits, like tissue; the same at each call. */
static guint16
pixel_at (guint64 word)
{
  guint64 noise = word * 0x9E3779B97F4A7C15u;
  guint column = (guint) (word % COLUMNS), row = (guint) (word / COLUMNS % 512);

  return (guint16) (1000 + (column * row >> 8) + (noise >> 60));
}

static int64_t
read_object (void *data, uint64_t offset, void *buf, size_t n)
{
  guint8 *out = buf;

  for (size_t i = 0; i < n; i++)
    {
      guint64 at = offset + i;
      guint16 pixel = at < HEADER ? 0 : pixel_at ((at - HEADER) / 2);

      out[i] = at < HEADER ? (guint8) at : (guint8) (pixel >> 8 * ((at - HEADER) % 2));
    }
  return (int64_t) n;
}

static void
store (Vault *vault, guint64 size, guint8 id[VAULT_ID_SIZE])
{
  VaultMemberInfo info = {
    .codec = VAULT_CODEC_PIXELS16, .size = size, .columns = COLUMNS, .pixels_at = HEADER, .name = ""
  };
  VaultBundle *bundle;
  VaultTxn *txn;

  must (vault_hash_source (vault, read_object, NULL, size, info.id));
  must (vault_bundle_begin (vault, &bundle, NULL));
  must (vault_bundle_append_source (bundle, &info, read_object, NULL, NULL));
  must (vault_bundle_finish (bundle, NULL));
  must (vault_txn_begin (vault, &txn));
  must (vault_txn_add_bundle (txn, bundle, NULL));
  must (vault_txn_commit (txn, NULL, NULL, NULL));
  memcpy (id, info.id, VAULT_ID_SIZE);
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

int
main (int argc, char **argv)
{
  const VaultKdf cheap = { 1, 8192 };
  guint64 frames = (argc > 1 ? (guint64) atoi (argv[1]) : 500) * 1000000 / FRAME;
  g_autofree char *folder = g_dir_make_tmp ("scanvault-frame-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (folder, "v", NULL);
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", folder);
  g_autofree guint8 *frame = g_malloc (FRAME), *expected = g_malloc (FRAME);
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  char sheet[VAULT_SHEET_SIZE];
  guint8 id[VAULT_ID_SIZE];
  double times[ROUNDS];
  VaultMember *member;
  Vault *vault;

  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  must (vault_init ());
  must (vault_create (dir, "bench", 5, &cheap, sheet, &vault, NULL));
  store (vault, HEADER + frames * FRAME, id);
  must (vault_member_open (vault, id, &member, NULL));
  for (guint64 i = 0; i < frames; i++)
    must (vault_member_pread (member, HEADER + i * FRAME, frame, FRAME, NULL));
  for (guint i = 0; i < ROUNDS; i++)
    {
      guint64 at = HEADER + (guint64) g_rand_int_range (random, 0, (gint) frames) * FRAME;
      gint64 begun = g_get_monotonic_time ();

      must (vault_member_pread (member, at, frame, FRAME, NULL));
      times[i] = (double) (g_get_monotonic_time () - begun) / 1000;
      read_object (NULL, at, expected, FRAME);
      if (memcmp (frame, expected, FRAME) != 0)
        return 1;
    }
  vault_member_close (member);
  vault_close (vault);
  qsort (times, ROUNDS, sizeof *times, compare);
  printf ("{\"object_mb\": %.0f, \"median_ms\": %.3f, \"p99_ms\": %.3f, \"min_ms\": %.3f}\n",
          (double) (HEADER + frames * FRAME) / 1e6, times[ROUNDS / 2], times[ROUNDS * 99 / 100],
          times[0]);
  return g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL) ? 0 : 1;
}
