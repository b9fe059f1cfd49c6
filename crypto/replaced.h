/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a bundle may go, by what really stands on a disk and not by the journal's word alone. */
#pragma once

#include "vault_private.h"

/* Which bundles were found whole below root (the vault's folder, or that of a copy). The tables
 * must not change meanwhile; bundles that are added later are looked at each time. */
typedef struct
{
  Vault *vault;
  int root;       /* borrowed */
  uint8_t *known; /* by bundle */
  uint32_t n;
} PlaceProofs;

/* false: no memory. To be ended in any case. */
bool vault_places_begin (Vault *vault, int root, PlaceProofs *ret_proofs);
void vault_places_end (PlaceProofs *proofs);
/* The bundle was removed. */
void vault_places_forget (PlaceProofs *proofs, uint32_t bundle);

/* Some other place of the member is a whole bundle, by the hash of the file. */
bool vault_member_stands_elsewhere (PlaceProofs *proofs, const EntryRow *row, uint32_t bundle);
/* That is so for every member with a place in this bundle that is not deleted. */
bool vault_bundle_replaced (PlaceProofs *proofs, uint32_t bundle);
