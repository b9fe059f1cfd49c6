/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that are spoken of and cannot be read (FORMAT.md, LOST). Callers hold the tables. */
#pragma once

#include "vault_private.h"

/* The record of this clock is young enough for things of its time to be on their way still. */
bool vault_is_recent (uint64_t clock);
/* Up to where all records of a writer were read or given up, when they are so up to from. */
uint64_t vault_writer_reach (const Vault *vault, uint64_t writer, uint64_t from);
/* Notes the writer's gaps as damage, or as arriving. */
void vault_gaps_judge (Vault *vault, const WriterRow *row);
/* What keeps this computer from saying that it has seen the writer's records up to seq: nothing
 * (OK), or a gap before it: ARRIVING or DAMAGED. */
VaultError vault_gap_error (const Vault *vault, uint64_t writer, uint64_t seq);
bool vault_record_given_up (const Vault *vault, uint64_t writer, uint64_t seq);
/* Some deletion (tombs: of one member) has seen every record that is lost, and some is: what a lost
 * record said of the member is void. */
bool vault_losses_seen (const Vault *vault, const TombRow *tombs);
/* Drops what is given up from the vault's damages. */
void vault_gaps_forgive (Vault *vault);
