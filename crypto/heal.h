/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What checking, healing and scrubbing share. */
#pragma once

#include "parity_group.h"

/* check_file.c */
/* Reads a file from the disk (page cache dropped first) and compares b2 of it with name. Errors:
 * MISSING, DAMAGED (unreadable sectors too), NO_MEMORY. */
VaultError vault_file_proves (int root, const char *path, const uint8_t name[32]);
/* b2 of an open file. Errors: IO, NO_MEMORY. */
VaultError vault_file_hash (int fd, uint8_t ret_hash[32]);
/* Calls func for every regular file in o/ and the folders in it; false from func stops. */
typedef bool (*VaultWalkFunc) (const char *path, uint64_t size, void *data);
void vault_walk_objects (int root, VaultWalkFunc func, void *data);

/* A copy of what the journal says of a bundle, and what may be asked of it. */
typedef struct
{
  BundleRow row;
  bool alive, arriving;
} BundleState;
/* All bundles by number; free with free. */
VaultError vault_bundle_states (Vault *vault, BundleState **ret_states, uint32_t *ret_n);
/* The writer is this computer, or one whose work it continues. */
bool vault_writer_is_own (const Vault *vault, uint64_t writer);

/* rebuild.c */
/* Makes a damaged or missing bundle anew from its own undamaged chunks and parity, under its name
 * and durably. Nothing changes unless b2 of the new file is its name. Errors: DAMAGED (beyond
 * parity), NOT_FOUND (no such bundle in the journal), FULL, IO. */
VaultError vault_rebuild_bundle (Vault *vault, const ParityGroups *groups, const uint8_t name[32],
                                 VaultFault *fault);
/* The same for a parity file, from its bundles. */
VaultError vault_rebuild_parity (Vault *vault, const ParityGroup *group, VaultFault *fault);
/* Gives a finished temporary file its name: syncs it (fd -1: that is done), makes missing folders,
 * renames, syncs. */
VaultError vault_publish_durably (int root, const char *temp, int fd, const char *path,
                                  VaultFault *fault);
/* Copies source to a temporary file, if b2 of it is name (its first name_size bytes), and syncs it.
 * Errors: DAMAGED, MISSING, FULL, IO. */
VaultError vault_copy_proven (Vault *vault, const char *source, const uint8_t *name,
                              size_t name_size, char ret_temp[32], VaultFault *fault);
/* The same, to path and durably. */
VaultError vault_heal_from (Vault *vault, const char *source, const char *path, const uint8_t *name,
                            size_t name_size, VaultFault *fault);

/* heal_small.c: vault.id, slots and journal */
typedef struct Repair Repair;
struct Repair
{
  Vault *vault;
  VaultRepairFunc func; /* may be NULL */
  void *data;
  uint64_t done, total;
  VaultRepaired repaired;
  ParityGroups groups;
  bool stopped;
  VaultError error; /* of the system: the repair ends */
  VaultFault fault;
};
/* Counts and reports; false: stop. */
bool vault_repair_tell (Repair *repair, VaultRepairKind kind, const char *file);
/* One attempt ended: healed, in vain, or the system failed. */
void vault_repair_settle (Repair *repair, const char *file, VaultError error,
                          const VaultFault *fault);
void vault_repair_small (Repair *repair);

/* heal_adopt.c */
void vault_repair_adopt (Repair *repair);

/* gaps.c */
/* Gives up records that are lost for good. */
void vault_repair_gaps (Repair *repair);
