/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what a bundle holds stands in other bundles too, whole and on this disk. The journal may
 * name a later place whose file is damaged or has not arrived; then the earlier one is all there
 * is. */
#include <stdlib.h>
#include <string.h>

#include "heal.h"
#include "replaced.h"

#define PLACES_MAX 8

enum
{
  PROOF_NOT_ASKED,
  PROOF_WHOLE,
  PROOF_NOT_WHOLE
};

bool
vault_places_begin (Vault *vault, int root, PlaceProofs *ret_proofs)
{
  *ret_proofs = (PlaceProofs){ .vault = vault, .root = root, .n = vault->fold.n_bundles };
  ret_proofs->known = calloc ((size_t) ret_proofs->n + 1, 1);
  return ret_proofs->known != NULL;
}

void
vault_places_end (PlaceProofs *proofs)
{
  free (proofs->known);
  proofs->known = NULL;
}

static bool
is_whole (PlaceProofs *proofs, uint32_t bundle)
{
  char path[VAULT_PATH_MAX];
  const uint8_t *name = proofs->vault->fold.bundles[bundle].name;
  bool asked = bundle < proofs->n && proofs->known[bundle] != PROOF_NOT_ASKED, whole;

  if (asked)
    return proofs->known[bundle] == PROOF_WHOLE;
  vault_bundle_path (name, path);
  whole = vault_file_proves (proofs->root, path, name) == VAULT_OK;
  if (bundle < proofs->n)
    proofs->known[bundle] = whole ? PROOF_WHOLE : PROOF_NOT_WHOLE;
  return whole;
}

void
vault_places_forget (PlaceProofs *proofs, uint32_t bundle)
{
  if (bundle < proofs->n)
    proofs->known[bundle] = PROOF_NOT_WHOLE;
}

bool
vault_member_stands_elsewhere (PlaceProofs *proofs, const EntryRow *row, uint32_t bundle)
{
  AddStamp places[PLACES_MAX];
  size_t n = vault_fold_places (&proofs->vault->fold, row, places, PLACES_MAX);

  for (size_t i = 0; i < n; i++)
    if (places[i].bundle != bundle && is_whole (proofs, places[i].bundle))
      return true;
  return false;
}

typedef struct
{
  uint32_t bundle;
  bool here;
} Sought;

static bool
seek (const AddStamp *stamp, void *data)
{
  Sought *sought = data;

  sought->here = stamp->bundle == sought->bundle;
  return !sought->here;
}

bool
vault_bundle_replaced (PlaceProofs *proofs, uint32_t bundle)
{
  const Fold *fold = &proofs->vault->fold;

  for (uint32_t i = 0; i < fold->n_entries; i++)
    {
      const EntryRow *row = vault_fold_entry (fold, i);
      Sought sought = { bundle, false };

      /* A single place that is elsewhere needs no look at the list. */
      if (row->entry.deleted || (row->adds == 0 && row->entry.bundle != bundle))
        continue;
      vault_fold_adds (fold, row, seek, &sought);
      if (sought.here && !vault_member_stands_elsewhere (proofs, row, bundle))
        return false;
    }
  return true;
}
