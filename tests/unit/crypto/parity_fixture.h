/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vaults whose files are known byte for byte, so that healing can be held against them. */
#pragma once

#include "heal.h"
#include "vault_fixture.h"

/* One member of n random bytes in a bundle of its own. */
void store_noise (Vault *vault, gsize n, const char *name, guint8 ret_id[VAULT_ID_SIZE]);

void protect (Vault *vault);
VaultRepaired repair (Vault *vault);
guint count_files (const char *dir, const char *below);

/* The files below o/ and p/: path to bytes. Free with g_hash_table_unref. */
GHashTable *remember (const char *dir);
/* All of them are there as they were. */
gboolean is_as_remembered (GHashTable *files);
/* Writes them as they were. */
void restore (GHashTable *files);

/* The only group that counts. */
const ParityGroup *only_group (const ParityGroups *groups);
/* Path of the file and offset of a chunk: columns 0 to 59 are data, 60 to 62 parity. NULL: there is
 * no such chunk. Free with g_free. */
char *chunk_at (const char *dir, const ParityGroup *group, guint column, guint row,
                goffset *ret_offset, gsize *ret_size);
/* Overwrites a part of a file with other bytes. */
void spoil (const char *path, goffset at, gsize n);
