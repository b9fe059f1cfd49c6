/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check while it runs. */
#pragma once

#include "heal.h"
#include "open.h"

typedef enum
{
  HEALTH_WHOLE,
  HEALTH_PART, /* some members are damaged, or none: Check.damaged */
  HEALTH_DAMAGED,
  HEALTH_MISSING,
  HEALTH_ARRIVING,
  HEALTH_DEAD /* was not looked at */
} BundleHealth;

typedef struct
{
  uint32_t bundle;
  uint8_t id[VAULT_ID_SIZE];
  uint64_t chunk;
} DamagedMember;

typedef struct
{
  Vault *vault;
  VaultCheckLevel level;
  VaultCheckFunc func;
  void *data;
  uint64_t done, total;
  bool stopped;
  BundleState *bundles;
  BundleHealth *health;
  bool *told; /* the bundle was named in a finding */
  uint32_t n_bundles;
  DamagedMember *damaged; /* by bundle */
  uint32_t n_damaged;
  ParityGroups groups;
} Check;

void vault_check_tell (Check *check, VaultCheckKind kind, const char *file, const uint8_t *member,
                       uint64_t chunk, uint64_t bytes);

/* check_small.c */
void vault_check_small (Check *check);
/* One copy of a slot is this vault's and stands under its own name. */

/* check_members.c */
/* Names what cannot be read from any place, and then every bundle that is not whole and was not
 * named with it. */
void vault_check_members (Check *check);
