/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of what this computer remembers of a vault. */
#pragma once

#include "vault_private.h"

/* Opens (and makes) $XDG_STATE_HOME/scanvault; -1 if that cannot be. */
int vault_local_folder (void);
/* Reads what is remembered of the vault in state_fd, in this layout or the first. Free with
 * vault_local_clear. */
bool vault_local_read (const Vault *vault, LocalState *ret_state);
bool vault_local_parse (const uint8_t *bytes, uint64_t size, LocalState *ret_state);
/* The text of the file, at most 1 MiB; free with free. NULL: there is no room for it. */
uint8_t *vault_local_text (const LocalState *state, size_t *ret_n);
/* Puts a text in the place of the former. Not synced: losing it costs only the memory. */
void vault_local_write (const Vault *vault, const uint8_t *plain, size_t n);
void vault_local_clear (LocalState *state);
