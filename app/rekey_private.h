/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of carrying a vault into one with another seed:
 *
 *   rekey.c       the new vault, and the proof that it holds everything
 *   rekey_place.c where it is made and where it stands when it is finished
 *   rekey_whole.c whether the old vault is all there
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
  GHashTable *keys;    /* first SCAN_KEY_SIZE bytes → all bytes of the new one */
  GArray *fields;      /* ScanRekeyField: every field of the old vault */
  GHashTable *studies; /* old series key → old study key, in the fields */
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
  guint in_bundle;     /* members of it */
  GPtrArray *finished; /* VaultBundle, not yet committed */
  guint skipped;       /* entries that cannot be read and are left behind */
  guint64 batch_bytes;
  guint8 *buffer;
  gsize buffer_size;
  ScanProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  ScanProgress state;
  ScanRekeyResult result;
  gboolean leave_behind;
  GBytes *seen; /* how far the journal was when the copying began */
} ScanRekey;

/* Fails if something would be left behind; with leave_behind it is put into the result instead. In
 * the second call what came while the vault was copied. */
gboolean scan_rekey_examine (ScanRekey *rekey, ScanLibrary *library, GError **error);
gboolean scan_rekey_examine_again (ScanRekey *rekey, GError **error);
void scan_rekey_clear_examination (ScanRekey *rekey);

/* The new folder is free, is not inside the old vault, and there is room. */
gboolean scan_rekey_check_place (ScanRekey *rekey, const char *old_folder, const char *new_folder,
                                 GError **error);
/* A file in the new vault until it is finished, or until somebody opens it. */
#define SCAN_REKEY_MARK "tmp/rekey"
gboolean scan_rekey_mark_work (const char *work, GError **error);
void scan_rekey_unmark (const char *folder);
/* Removes what an interrupted attempt left in work; nothing that is anything else. */
gboolean scan_rekey_clear_work (const char *work, GError **error);
void scan_rekey_remove_work (const char *work);
/* The finished vault gets its name, durably, or stays in work. */
gboolean scan_rekey_give_name (const char *work, const char *new_folder, GError **error);

void scan_rekey_tell (ScanRekey *rekey);
/* Lists what is there in the old vault. */
void scan_rekey_collect (ScanRekey *rekey);
/* Copies and commits all that was listed, and fills the map. With leave_behind, what cannot be read
 * is noted and passed over. Free what is left with scan_rekey_clear_copy. */
gboolean scan_rekey_copy (ScanRekey *rekey, GError **error);
void scan_rekey_clear_copy (ScanRekey *rekey);
