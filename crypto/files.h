/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders of a vault: reading small ones, publishing new ones durably, errors. All paths
 * are relative to the vault's folder. */
#pragma once

#include "vault.h"

/* Fills fault (may be NULL) and turns errno into a VaultError. */
VaultError vault_fail_errno (VaultFault *fault, const char *file, int saved_errno);
/* The same for an error of our own. Returns error. */
VaultError vault_fail (VaultFault *fault, const char *file, VaultError error);

/* Reads a whole file of at most max bytes; free with free. */
VaultError vault_file_read (int root, const char *file, size_t max, uint8_t **ret_data,
                            size_t *ret_size, VaultFault *fault);

/* pwrite of everything, EINTR-proof; returns 0 or errno. */
int vault_write_all (int fd, const void *data, size_t n);
/* pread of everything; returns 0, errno, or -1 when the file is shorter. */
int vault_read_all (int fd, void *data, size_t n, uint64_t offset);

/* Makes tmp/<random> for writing, mode 0600. ret_name: at least 32 bytes. */
VaultError vault_temp_create (int root, char ret_name[32], int *ret_fd, VaultFault *fault);

/* Makes a folder, and those above it, if it is missing; a new one's parent is fsynced. */
VaultError vault_folder_make (int root, const char *folder, VaultFault *fault);

/* fsync that is never tried again; EINVAL and ENOSYS of folders are let pass (FUSE). */
VaultError vault_folder_sync (int root, const char *folder, VaultFault *fault);
VaultError vault_fd_sync (int fd, const char *file, VaultFault *fault);

/* temp → final name, both relative to root. */
VaultError vault_publish (int root, const char *temp, const char *final, VaultFault *fault);

/* Writes a small file durably: temp, write, fsync, rename; the folder is not synced. */
VaultError vault_file_write (int root, const char *file, const void *data, size_t n,
                             VaultFault *fault);

/* reserve.c: 1 MiB of room in tmp/. Fill makes the pieces that are missing, as far as there is room;
 * spend gives up what a record of so many bytes of operations needs, or what is left of that. The
 * second half only when to_the_end. Returns whether any room came free. */
void vault_reserve_fill (int root);
bool vault_reserve_spend (int root, uint64_t bytes, bool to_the_end);

/* The other way, lower case alone; text need not end behind it. */
bool vault_from_hex (const char *text, size_t n, uint8_t *ret_bytes);
void vault_to_hex (const uint8_t *bytes, size_t n, char *ret_text); /* 2n + 1 bytes */
