/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of carrying a vault into one with another seed:
 *
 *   rekey.c       the new vault, its place, and the proof that it holds everything
 *   rekey_copy.c  members
 *   rekey_rows.c  keys and rows (app/ROWS.md, "A vault with a new key")
 */
#pragma once

#include "credentials.h"
#include "rows.h"

/* Old key or id → new one. */
typedef struct
{
  const Vault *from, *to;
  GHashTable *keys; /* first SCAN_KEY_SIZE bytes → all bytes of the new one */
  GArray *fields;   /* ScanRekeyField: every field of the old vault */
} ScanRekeyMap;

typedef struct
{
  const guint8 *entity, *value; /* live as long as the old vault */
  gsize entity_len, value_len;
  guint16 field;
} ScanRekeyField;

ScanRekeyMap *scan_rekey_map_new (const Vault *from, const Vault *to);
void scan_rekey_map_free (ScanRekeyMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanRekeyMap, scan_rekey_map_free)

void scan_rekey_map_add_member (ScanRekeyMap *map, const guint8 old_id[VAULT_ID_SIZE],
                                const guint8 new_id[VAULT_ID_SIZE]);
/* The new id of a member that was added, or NULL. */
const guint8 *scan_rekey_map_member (ScanRekeyMap *map, const guint8 old_id[VAULT_ID_SIZE]);

/* Makes the new keys of all studies and series, after the members were added. */
void scan_rekey_map_keys (ScanRekeyMap *map);

/* What a field becomes. FALSE: it is not carried over (of a member that is deleted; of a slot).
 * ret_entity: room for 64 bytes. */
gboolean scan_rekey_map_field (ScanRekeyMap *map, const ScanRekeyField *field,
                               guint8 ret_entity[64], GByteArray **ret_value);

typedef struct
{
  Vault *from, *to;
  ScanRekeyMap *map;
  GPtrArray *entries; /* VaultEntry of the old vault that are there, by place */
  VaultBundle *bundle;
  GPtrArray *finished; /* VaultBundle, not yet committed */
  guint64 batch_bytes;
  guint8 *buffer;
  gsize buffer_size;
  ScanProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  ScanProgress state;
  ScanRekeyResult result;
} ScanRekey;

void scan_rekey_tell (ScanRekey *rekey);
/* Lists what is there in the old vault. */
void scan_rekey_collect (ScanRekey *rekey);
/* Copies and commits all that was listed, and fills the map. Free what is left with
 * scan_rekey_clear_copy. */
gboolean scan_rekey_copy (ScanRekey *rekey, GError **error);
void scan_rekey_clear_copy (ScanRekey *rekey);
