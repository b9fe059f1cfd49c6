/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making parity: which bundles need it, and groups for them. */
#pragma once

#include "heal.h"

typedef struct
{
  Vault *vault;
  VaultProgressFunc progress;
  void *data;
  BundleState *bundles;
  uint32_t n_bundles;
  ParityGroups groups;
  ParityPart *parts; /* that get a new group */
  uint32_t n_parts;
  ParityGroup *fresh; /* groups that were written */
  uint32_t n_fresh;
  uint64_t done, total; /* chunks */
} Protection;

/* protect_plan.c: fills bundles, groups and parts. Heals what is to get new parity where that is
 * needed. Errors: NO_MEMORY. */
VaultError vault_protect_plan (Protection *protection);
