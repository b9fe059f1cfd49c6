/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes that are not new: because another file of this import has them, or because the vault does.
 */
#include <string.h>

#include "error.h"
#include "import_private.h"

typedef enum
{
  CLAIM_OPEN,
  CLAIM_STORED,
  CLAIM_FAILED
} ClaimState;

typedef struct
{
  ClaimState state;
  guint batch; /* that has the member */
} Claim;

gboolean
scan_member_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, VAULT_ID_SIZE) == 0;
}

/* A duplicate is durable with the batch that has its bytes, which may be a later one than its own,
 * but never one beyond that which is being filled. */
static ScanBatch *
covering_batch (ScanImport *import, const ScanFound *found, const Claim *claim)
{
  return claim->batch > found->batch->number ? import->filling : found->batch;
}

gboolean
scan_import_claim (ScanImport *import, ScanFound *found, const guint8 member[VAULT_ID_SIZE])
{
  Claim *claim;
  gboolean mine;

  g_mutex_lock (&import->lock);
  while ((claim = g_hash_table_lookup (import->claims, member)) != NULL &&
         claim->state == CLAIM_OPEN)
    g_cond_wait (&import->changed, &import->lock);
  if (claim == NULL)
    {
      claim = g_new0 (Claim, 1);
      claim->state = CLAIM_FAILED;
      g_hash_table_insert (import->claims, g_memdup2 (member, VAULT_ID_SIZE), claim);
    }
  mine = claim->state == CLAIM_FAILED;
  if (mine)
    {
      claim->state = CLAIM_OPEN;
      claim->batch = found->batch->number;
    }
  else
    {
      ScanBatch *batch = covering_batch (import, found, claim);

      batch->duplicates++;
      g_ptr_array_add (batch->covered, found);
    }
  g_mutex_unlock (&import->lock);
  return mine;
}

void
scan_import_settle (ScanImport *import, const guint8 member[VAULT_ID_SIZE], gboolean stored)
{
  Claim *claim;

  g_mutex_lock (&import->lock);
  claim = g_hash_table_lookup (import->claims, member);
  claim->state = stored ? CLAIM_STORED : CLAIM_FAILED;
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
}

static gboolean
has_row (ScanImport *import, const guint8 *entity, guint entity_len, ScanField field)
{
  const void *value;
  gsize size;

  return vault_get (import->vault, entity, entity_len, (guint16) field, &value, &size) ==
             VAULT_OK &&
         size > 0;
}

gboolean
scan_import_look_up (ScanImport *import, const guint8 member[VAULT_ID_SIZE],
                     ScanStanding *ret_standing)
{
  ScanStanding standing = { .known = vault_entry_find (import->vault, member) != NULL };
  VaultFault fault = { 0 };

  if (standing.known)
    {
      VaultError result = vault_member_verify (import->vault, member, &fault);

      if (result == VAULT_ERROR_NO_MEMORY)
        {
          GError *error = NULL;

          scan_error_set_vault (&error, result, &fault);
          scan_import_stop (import, error);
          return FALSE;
        }
      /* Whatever else keeps it from being read is no reason to do without it. */
      standing.theirs = result == VAULT_OK && !vault_member_reliable (import->vault, member);
      standing.sound = result == VAULT_OK && !standing.theirs;
      standing.rows = has_row (import, member, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE) ||
                      has_row (import, member, VAULT_ID_SIZE, SCAN_FIELD_DOCUMENT);
    }
  *ret_standing = standing;
  return TRUE;
}

void
scan_import_restore (ScanImport *import, ScanBatch *batch, const guint8 *entity, guint entity_len)
{
  g_autoptr (GBytes) key = NULL;

  if (!has_row (import, entity, entity_len, SCAN_FIELD_TRASH))
    return;
  key = g_bytes_new (entity, entity_len);
  g_mutex_lock (&import->lock);
  if (g_hash_table_add (import->restored, g_bytes_ref (key)))
    scan_batch_add_row (batch, entity, entity_len, SCAN_FIELD_TRASH, g_byte_array_new ());
  g_mutex_unlock (&import->lock);
}

void
scan_import_restore_member (ScanImport *import, ScanBatch *batch,
                            const guint8 member[VAULT_ID_SIZE])
{
  const void *value;
  gsize size;
  ScanInstanceRow instance;
  ScanDocumentRow document;
  ScanSeriesRow series;

  scan_import_restore (import, batch, member, VAULT_ID_SIZE);
  if (vault_get (import->vault, member, VAULT_ID_SIZE, SCAN_FIELD_DOCUMENT, &value, &size) ==
          VAULT_OK &&
      scan_row_to_document (value, size, &document))
    scan_import_restore (import, batch, document.study, SCAN_KEY_SIZE);
  if (vault_get (import->vault, member, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE, &value, &size) !=
          VAULT_OK ||
      !scan_row_to_instance (value, size, &instance))
    return;
  scan_import_restore (import, batch, instance.series, SCAN_KEY_SIZE);
  if (vault_get (import->vault, instance.series, SCAN_KEY_SIZE, SCAN_FIELD_SERIES, &value, &size) ==
          VAULT_OK &&
      scan_row_to_series (value, size, &series))
    scan_import_restore (import, batch, series.study, SCAN_KEY_SIZE);
}
