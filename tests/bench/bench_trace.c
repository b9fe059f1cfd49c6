/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A long ledger: every instance of a vault in each of N shares, as the program records a share,
 * with sums that no file has. Nothing is printed. bench-trace VAULT PASSPHRASE-FILE N */
#include <stdlib.h>
#include <string.h>

#include "catalog_private.h"
#include "share_private.h"

static void
take_instance (const ScanItem *item, gpointer data)
{
  if (item->kind == SCAN_ITEM_INSTANCE)
    g_byte_array_append (data, item->instance->member, SCAN_MEMBER_SIZE);
}

static gboolean
add_share (ScanLibrary *library, const GByteArray *sources, GError **error)
{
  const guint n = sources->len / SCAN_MEMBER_SIZE;
  g_autofree guint8 *hashes = g_malloc ((gsize) n * SCAN_SHARE_HASH);
  g_autofree guint8 *frames = g_malloc ((gsize) n * SCAN_FRAME_SUM_SIZE);
  guint8 id[SCAN_KEY_SIZE];
  ScanShareRow row = { .date = g_get_real_time () / G_USEC_PER_SEC,
                       .profile = SCAN_PROFILE_SECOND_OPINION,
                       .date_shift = -364,
                       .time_shift = 100,
                       .files = n,
                       .to = "Dr. Brightwater",
                       .n_hashes = n,
                       .hashes = hashes };
  ScanShareMadeRow made = { .software = "Scan Vault",
                            .password = "",
                            .pseudonym = "AAAAAAAAAAAAAAAA",
                            .n_sources = n,
                            .sources = sources->data,
                            .n_frames = n,
                            .frames = frames };

  vault_random (id, sizeof id);
  vault_random (hashes, (gsize) n * SCAN_SHARE_HASH);
  vault_random (frames, (gsize) n * SCAN_FRAME_SUM_SIZE);
  return scan_ledger_add (library, id, &row, &made, NULL, error);
}

int
main (int argc, char **argv)
{
  g_autofree char *passphrase = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GByteArray) sources = g_byte_array_new ();

  if (argc != 4 || !g_file_get_contents (argv[2], &passphrase, NULL, &error))
    return 2;
  g_strchomp (passphrase);
  library = scan_library_open (argv[1], passphrase, strlen (passphrase), &error);
  if (library != NULL)
    scan_catalog_visit (scan_library_catalog (library), take_instance, sources);
  for (int i = 0; library != NULL && error == NULL && i < atoi (argv[3]); i++)
    add_share (library, sources, &error);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return error != NULL;
}
