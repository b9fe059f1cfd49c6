/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How app/ itself fills the catalog. */
#pragma once

#include "catalog.h"
#include "rows.h"
#include "vault.h"

ScanCatalog *scan_catalog_new (void);
void scan_catalog_free (ScanCatalog *catalog);

/* Reads every field of the vault. */
void scan_catalog_load (ScanCatalog *catalog, const Vault *vault);

/* Takes up one field that became durable; entity and value must live as long as the catalog. Rows
 * may come in any order: an instance waits for its series, a series for its study, until
 * scan_catalog_settle. */
void scan_catalog_add_field (ScanCatalog *catalog, const guint8 *entity, gsize entity_len,
                             guint16 field, const guint8 *value, gsize value_len);

/* Joins what was added, sorts what was touched. Rows whose parent is not there stay waiting. */
void scan_catalog_settle (ScanCatalog *catalog);

/* Drops the rows that still wait: they are about to be added anew, with their parents. */
void scan_catalog_forget_waiting (ScanCatalog *catalog);

/* Instances and documents that stand in the tree, hidden or not. */
guint scan_catalog_leaves (ScanCatalog *catalog);

/* Hides an item with all below it (date: seconds since 1970), or shows it again (date 0). The
 * catalog alone: the vault's field is the caller's business. */
void scan_catalog_set_trashed (ScanCatalog *catalog, const ScanItem *item, gint64 date);

/* Takes just these items out for good, and out of the trash. What stands below a study or series
 * must be among them. Their memory stays until the catalog goes. */
void scan_catalog_remove (ScanCatalog *catalog, const ScanItem *items, guint n_items);

/* The item itself lies in the trash. */
gboolean scan_catalog_is_trashed (ScanCatalog *catalog, const ScanItem *item);

/* The series of an instance, the study of a series or document; FALSE if there is none. ret_parent
 * may be item. */
gboolean scan_item_parent (const ScanItem *item, ScanItem *ret_parent);

/* The item's key: the entity of a study or series; the first bytes of a member's id. */
void scan_item_key (const ScanItem *item, guint8 ret_key[SCAN_KEY_SIZE]);
/* The entity of its fields: the key, or the whole id of the member. Returns its length. */
gsize scan_item_entity (const ScanItem *item, guint8 ret_entity[32]);

/* A copy of an entity that lives as long as the catalog. */
const guint8 *scan_catalog_keep (ScanCatalog *catalog, const guint8 *entity, gsize size);

void scan_catalog_set_stored_bytes (ScanCatalog *catalog, guint64 bytes);

/* NULL if there is none of that key. */
ScanStudy *scan_catalog_study_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE]);
ScanSeries *scan_catalog_series_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE]);

/* For hash tables over keys, and over whatever begins with one, such as ids of members. */
guint scan_key_hash (gconstpointer key);
gboolean scan_key_equal (gconstpointer a, gconstpointer b);

/* Hexadecimal ID of a key, and back; the second returns FALSE if id is no whole ID. */
void scan_key_to_id (const guint8 key[SCAN_KEY_SIZE], char ret_id[SCAN_ID_LENGTH + 1]);
gboolean scan_key_from_id (const char *id, guint8 ret_key[SCAN_KEY_SIZE]);
