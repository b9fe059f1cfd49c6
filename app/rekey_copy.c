/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members into a vault with another seed. Those of one old bundle go into one new bundle, so that
 * what belongs together stays together. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "rekey_private.h"

#define WHOLE_MAX ((guint64) 64 * 1024 * 1024) /* larger members are streamed */
#define BATCH_BYTES ((guint64) 256 * 1024 * 1024)
#define BATCH_BUNDLES 64

void
scan_rekey_tell (ScanRekey *rekey)
{
  if (rekey->progress != NULL)
    rekey->progress (&rekey->state, rekey->user_data);
}

static gint
by_place (gconstpointer a, gconstpointer b)
{
  const VaultEntry *left = *(const VaultEntry *const *) a, *right = *(const VaultEntry *const *) b;

  if (left->bundle != right->bundle)
    return left->bundle < right->bundle ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

void
scan_rekey_collect (ScanRekey *rekey)
{
  size_t n = vault_entry_count (rekey->from);

  rekey->entries = g_ptr_array_new ();
  rekey->finished = g_ptr_array_new_with_free_func ((GDestroyNotify) vault_bundle_discard);
  for (size_t i = 0; i < n; i++)
    {
      const VaultEntry *entry = vault_entry_at (rekey->from, i);

      if (entry->deleted)
        continue;
      g_ptr_array_add (rekey->entries, (gpointer) entry);
      rekey->state.bytes_total += entry->size;
    }
  g_ptr_array_sort (rekey->entries, by_place);
  rekey->state.total = rekey->entries->len;
}

static gboolean
commit_bundles (ScanRekey *rekey, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result;

  if (rekey->finished->len == 0)
    return TRUE;
  result = vault_txn_begin (rekey->to, &txn);
  for (guint i = 0; i < rekey->finished->len && result == VAULT_OK; i++)
    result = vault_txn_add_bundle (txn, g_steal_pointer (&rekey->finished->pdata[i]), &fault);
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  g_ptr_array_set_size (rekey->finished, 0);
  rekey->batch_bytes = 0;
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

static gboolean
finish_bundle (ScanRekey *rekey, GError **error)
{
  VaultFault fault = { 0 };
  VaultError result;

  if (rekey->bundle == NULL)
    return TRUE;
  if (rekey->in_bundle == 0)
    {
      vault_bundle_discard (g_steal_pointer (&rekey->bundle));
      return TRUE;
    }
  rekey->in_bundle = 0;
  result = vault_bundle_finish (rekey->bundle, &fault);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  g_ptr_array_add (rekey->finished, g_steal_pointer (&rekey->bundle));
  if (rekey->finished->len >= BATCH_BUNDLES || rekey->batch_bytes >= BATCH_BYTES)
    return commit_bundles (rekey, error);
  return TRUE;
}

typedef struct
{
  VaultMember *member;
  GCancellable *cancellable;
  VaultError error;
} Source;

static int64_t
read_source (void *data, uint64_t offset, void *buf, size_t n)
{
  Source *source = data;
  uint64_t size = vault_member_size (source->member);

  if (offset >= size)
    return 0;
  n = MIN (n, size - offset);
  source->error = g_cancellable_is_cancelled (source->cancellable)
                      ? VAULT_ERROR_CANCELLED
                      : vault_member_pread (source->member, offset, buf, n, NULL);
  return source->error == VAULT_OK ? (int64_t) n : -1;
}

/* The bytes are those that the old id was made of. */
static VaultError
compare_id (const guint8 computed[VAULT_ID_SIZE], const VaultEntry *entry)
{
  return memcmp (computed, entry->id, VAULT_ID_SIZE) == 0 ? VAULT_OK : VAULT_ERROR_DAMAGED;
}

static VaultError
copy_whole (ScanRekey *rekey, VaultMember *member, const VaultEntry *entry, VaultMemberInfo *info,
            VaultFault *fault)
{
  VaultEncoded *encoded = NULL;
  guint8 id[VAULT_ID_SIZE];
  gsize size = (gsize) entry->size;
  VaultError result;

  if (rekey->buffer_size < size)
    {
      if (rekey->buffer != NULL)
        explicit_bzero (rekey->buffer, rekey->buffer_size);
      g_free (rekey->buffer);
      rekey->buffer_size = 0;
      rekey->buffer = g_try_malloc (size);
      if (rekey->buffer == NULL)
        return VAULT_ERROR_NO_MEMORY;
      rekey->buffer_size = size;
    }
  result = size > 0 ? vault_member_pread (member, 0, rekey->buffer, size, fault) : VAULT_OK;
  if (result != VAULT_OK)
    return result;
  vault_hash (rekey->from, rekey->buffer, size, id);
  result = compare_id (id, entry);
  if (result != VAULT_OK)
    return result;
  vault_hash (rekey->to, rekey->buffer, size, info->id);
  result = vault_encode (rekey->buffer, size, info, &encoded);
  if (result == VAULT_OK)
    result = vault_bundle_append (rekey->bundle, info, encoded, fault);
  vault_encoded_free (encoded);
  return result;
}

static VaultError
copy_streamed (ScanRekey *rekey, VaultMember *member, const VaultEntry *entry,
               VaultMemberInfo *info, VaultFault *fault)
{
  Source source = { member, rekey->cancellable, VAULT_OK };
  guint8 id[VAULT_ID_SIZE];
  VaultError result = vault_hash_source (rekey->from, read_source, &source, entry->size, id);

  if (result == VAULT_OK)
    result = compare_id (id, entry);
  if (result == VAULT_OK)
    result = vault_hash_source (rekey->to, read_source, &source, entry->size, info->id);
  if (result != VAULT_OK)
    return source.error != VAULT_OK ? source.error : result;
  /* From here on the bundle holds a part of it. */
  result = vault_bundle_append_source (rekey->bundle, info, read_source, &source, fault);
  if (source.error != VAULT_OK)
    result = source.error == VAULT_ERROR_CANCELLED ? source.error : VAULT_ERROR_CHANGED;
  return result;
}

static gboolean
cannot_be_read (VaultError error)
{
  return error == VAULT_ERROR_DAMAGED || error == VAULT_ERROR_MISSING ||
         error == VAULT_ERROR_ARRIVING;
}

static void
leave (ScanRekey *rekey, const VaultEntry *entry, VaultError why)
{
  char id[SCAN_ID_LENGTH + 1];
  GError *error = NULL;

  rekey->skipped++;
  scan_key_to_id (entry->id, id);
  scan_error_set_vault (&error, why, NULL);
  if (entry->role == VAULT_ROLE_ORIGINAL)
    scan_failure_add (rekey->result.left, id, error);
  g_error_free (error);
}

static gboolean
copy_member (ScanRekey *rekey, const VaultEntry *entry, GError **error)
{
  VaultMember *member = NULL;
  VaultMemberInfo info = { .role = (VaultRole) entry->role, .size = entry->size };
  VaultFault fault = { 0 };
  VaultError result = vault_member_open (rekey->from, entry->id, &member, &fault);

  if (result == VAULT_OK && rekey->bundle == NULL)
    result = vault_bundle_begin (rekey->to, &rekey->bundle, &fault);
  if (result == VAULT_OK)
    {
      vault_member_storage (member, &info);
      info.mtime = vault_member_mtime (member);
      info.name = vault_member_name (member, &info.name_len);
      result = entry->size <= WHOLE_MAX ? copy_whole (rekey, member, entry, &info, &fault)
                                        : copy_streamed (rekey, member, entry, &info, &fault);
    }
  vault_member_close (member);
  if (rekey->leave_behind && cannot_be_read (result))
    {
      leave (rekey, entry, result);
      return TRUE;
    }
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  rekey->in_bundle++;
  scan_rekey_map_add_member (rekey->map, entry->id, info.id);
  rekey->batch_bytes += entry->size;
  rekey->result.members++;
  rekey->result.bytes += entry->size;
  return TRUE;
}

gboolean
scan_rekey_copy (ScanRekey *rekey, GError **error)
{
  rekey->state.phase = SCAN_PHASE_WORKING;
  for (guint i = 0; i < rekey->entries->len; i++)
    {
      const VaultEntry *entry = g_ptr_array_index (rekey->entries, i);
      gboolean last_of_bundle =
          i + 1 == rekey->entries->len ||
          ((const VaultEntry *) g_ptr_array_index (rekey->entries, i + 1))->bundle != entry->bundle;

      if (g_cancellable_set_error_if_cancelled (rekey->cancellable, error) ||
          !copy_member (rekey, entry, error))
        return FALSE;
      if (rekey->bundle != NULL &&
          (last_of_bundle || vault_bundle_size (rekey->bundle) >= VAULT_BUNDLE_TARGET) &&
          !finish_bundle (rekey, error))
        return FALSE;
      rekey->state.done = i + 1;
      rekey->state.bytes_done = rekey->result.bytes;
      scan_rekey_tell (rekey);
    }
  return commit_bundles (rekey, error);
}

void
scan_rekey_clear_copy (ScanRekey *rekey)
{
  vault_bundle_discard (g_steal_pointer (&rekey->bundle));
  g_clear_pointer (&rekey->finished, g_ptr_array_unref);
  g_clear_pointer (&rekey->entries, g_ptr_array_unref);
  if (rekey->buffer != NULL)
    explicit_bzero (rekey->buffer, rekey->buffer_size);
  g_clear_pointer (&rekey->buffer, g_free);
}
