/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unlocking a vault of many instances, without the key derivation: a vault with N members, as many
 * instance rows, and a series for every hundred is written through the vault's interface and opened
 * by its sheet, and its catalog is loaded. Prints JSON. bench-unlock [N] */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrangement.h"
#include "catalog_private.h"
#include "vault.h"

#define PER_SERIES 100
#define PER_RECORD 1000
#define COMMITS 21

static guint64
resident_kib (void)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ||
      (at = strstr (text, "VmRSS:")) == NULL)
    return 0;
  return g_ascii_strtoull (at + 6, NULL, 10);
}

static void
must (VaultError error)
{
  if (error != VAULT_OK)
    {
      g_printerr ("%s\n", vault_error_text (error));
      exit (1);
    }
}

static void
set_row (VaultTxn *txn, const guint8 *entity, gsize n, ScanField field, GByteArray *row)
{
  must (vault_txn_set (txn, entity, n, (guint16) field, row->data, row->len));
  g_byte_array_unref (row);
}

/* Keys are pieces of keyed hashes. */
static void
make_key (Vault *vault, guint kind, guint number, guint8 key[SCAN_KEY_SIZE])
{
  const guint named[] = { kind, number };
  guint8 id[VAULT_ID_SIZE];

  vault_hash (vault, named, sizeof named, id);
  memcpy (key, id, SCAN_KEY_SIZE);
}

static void
set_series (Vault *vault, VaultTxn *txn, guint number, guint8 key[SCAN_KEY_SIZE])
{
  ScanStudyRow study = { .uid = "1.2.826.0.1.3680043.99.1",
                         .patient_name = "Quillfeather^Ottoline",
                         .date = "20240303" };
  ScanSeriesRow series = { .number = (gint) number,
                           .uid = "1.2.826.0.1.3680043.99.1.2",
                           .modality = "CT" };
  guint8 study_key[SCAN_KEY_SIZE];

  make_key (vault, 1, number, study_key);
  make_key (vault, 2, number, key);
  memcpy (series.study, study_key, sizeof study_key);
  set_row (txn, study_key, sizeof study_key, SCAN_FIELD_STUDY, scan_row_from_study (&study));
  set_row (txn, key, SCAN_KEY_SIZE, SCAN_FIELD_SERIES, scan_row_from_series (&series));
}

static void
write_record (Vault *vault, guint from, guint n)
{
  VaultBundle *bundle;
  VaultTxn *txn;
  VaultEncoded *encoded;
  guint8 series[SCAN_KEY_SIZE];
  ScanArrangement place;
  guint8 arrangement[SCAN_ARRANGEMENT_MAX];

  scan_arrangement_init (&place);
  place.oriented = TRUE;
  place.orientation[0] = place.orientation[4] = 1;
  place.time = 1709460933.25;
  place.acquisition = 1;
  place.type = 0x1234;
  scan_arrangement_pack (&place, arrangement);

  must (vault_bundle_begin (vault, &bundle, NULL));
  must (vault_txn_begin (vault, &txn));
  for (guint i = from; i < from + n; i++)
    {
      VaultMemberInfo info = {
        .codec = VAULT_CODEC_RAW, .size = sizeof i, .name = "scans/IM000001", .name_len = 14
      };
      ScanInstanceRow row = { .renderable = TRUE,
                              .rows = 512,
                              .columns = 512,
                              .frames = 1,
                              .bytes = 526000,
                              .number = (gint) i,
                              .position = i,
                              .sop_class = ".5.1.4.1.1.2",
                              .transfer_syntax = ".1.2.1",
                              .arrangement = arrangement };
      char uid[65];

      if (i % PER_SERIES == 0)
        set_series (vault, txn, i / PER_SERIES, series);
      g_snprintf (uid, sizeof uid, "1.2.826.0.1.3680043.99.7731904.20240303.101533.%u", i);
      row.uid = uid;
      memcpy (row.series, series, sizeof series);
      vault_hash (vault, &i, sizeof i, info.id);
      must (vault_encode (&i, sizeof i, &info, &encoded));
      must (vault_bundle_append (bundle, &info, encoded, NULL));
      vault_encoded_free (encoded);
      set_row (txn, info.id, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE, scan_row_from_instance (&row));
    }
  must (vault_bundle_finish (bundle, NULL));
  must (vault_txn_add_bundle (txn, bundle, NULL));
  must (vault_txn_commit (txn, NULL, NULL, NULL));
}

static double
ms_since (gint64 begun)
{
  return (double) (g_get_monotonic_time () - begun) / 1000;
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static double
median_commit (Vault *vault)
{
  double times[COMMITS];

  for (guint i = 0; i < COMMITS; i++)
    {
      gint64 begun = g_get_monotonic_time ();
      VaultTxn *txn;

      must (vault_txn_begin (vault, &txn));
      must (vault_txn_set (txn, "entity", 6, 99, &i, sizeof i));
      must (vault_txn_commit (txn, NULL, NULL, NULL));
      times[i] = ms_since (begun);
    }
  qsort (times, COMMITS, sizeof *times, compare);
  return times[COMMITS / 2];
}

int
main (int argc, char **argv)
{
  const VaultKdf cheap = { 1, 8192 };
  guint n = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  g_autofree char *folder = g_dir_make_tmp ("scanvault-unlock-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (folder, "v", NULL);
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", folder);
  char sheet[VAULT_SHEET_SIZE];
  double best_open = 1e9, best_load = 1e9, commit;
  guint64 grown = 0;
  gint64 begun;
  Vault *vault;

  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  must (vault_init ());
  must (vault_create (dir, "bench", 5, &cheap, sheet, &vault, NULL));
  for (guint i = 0; i < n; i += PER_RECORD)
    write_record (vault, i, MIN (PER_RECORD, n - i));
  /* As the program does after a large import. */
  must (vault_compact (vault, FALSE, NULL));
  commit = median_commit (vault);
  vault_close (vault);
  for (guint round = 0; round < 5; round++)
    {
      guint64 before = resident_kib ();
      ScanCatalog *catalog;
      double opened;

      begun = g_get_monotonic_time ();
      must (vault_open_sheet (dir, sheet, strlen (sheet), &vault, NULL));
      opened = ms_since (begun);
      catalog = scan_catalog_new ();
      scan_catalog_load (catalog, vault);
      best_load = MIN (best_load, ms_since (begun));
      best_open = MIN (best_open, opened);
      if (round == 0)
        grown = resident_kib () - before;
      if (vault_entry_count (vault) != n)
        return 1;
      scan_catalog_free (catalog);
      vault_close (vault);
    }
  printf ("{\"instances\": %u, \"open_ms\": %.1f, \"open_and_catalog_ms\": %.1f, \"grown_mb\": "
          "%.1f, \"commit_ms\": %.1f}\n",
          n, best_open, best_load, (double) grown / 1024, commit);
  return g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL) ? 0 : 1;
}
