/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Into the trash, back, and out of the vault for good. */
#include <stdlib.h>
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "library_private.h"

/* A field to set with the job; value NULL takes it away. */
typedef struct
{
  guint8 entity[VAULT_ID_SIZE];
  gsize entity_len;
  ScanField field;
  GByteArray *value;
} Change;

struct ScanTrashJob
{
  ScanLibrary *library;
  ScanTrashAction action;
  gint64 now;
  guint8 *seen; /* of vault_seen, with the C library's free */
  gsize seen_size;
  GArray *items;       /* ScanItem whose place in the catalog changes */
  GArray *changes;     /* Change */
  GHashTable *members; /* ids to delete, as they stand in the catalog or the vault */
  gboolean done;
  VaultCollected collected;
  ScanTrashResult result;
};

void
scan_trash_result_clear (ScanTrashResult *result)
{
  g_clear_pointer (&result->waiting_for, g_strfreev);
  g_clear_error (&result->unfinished);
}

static void
change_clear (gpointer data)
{
  g_clear_pointer (&((Change *) data)->value, g_byte_array_unref);
}

static void
add_change (ScanTrashJob *job, const ScanItem *item, ScanField field, GByteArray *value)
{
  Change change = { .field = field, .value = value };

  change.entity_len = scan_item_entity (item, change.entity);
  g_array_append_val (job->changes, change);
}

static void
add_bytes (const ScanItem *item, gpointer user_data)
{
  ScanTrashJob *job = user_data;

  if (item->kind == SCAN_ITEM_INSTANCE)
    job->result.bytes += item->instance->bytes;
  else if (item->kind == SCAN_ITEM_DOCUMENT)
    job->result.bytes += item->document->bytes;
}

static void
plan_put (ScanTrashJob *job, const ScanItem *item)
{
  const ScanTrashRow row = { job->now, (guint) (job->seen_size / SCAN_SEEN_SIZE), job->seen };

  if (scan_item_in_trash (scan_library_catalog (job->library), item))
    return;
  job->result.items++;
  scan_catalog_visit_item (scan_library_catalog (job->library), item, FALSE, add_bytes, job);
  add_change (job, item, SCAN_FIELD_TRASH, scan_row_from_trash (&row));
  g_array_append_vals (job->items, item, 1);
}

/* The item's own mark goes, and those of what holds it. */
static void
plan_restore (ScanTrashJob *job, const ScanItem *item)
{
  ScanCatalog *catalog = scan_library_catalog (job->library);
  ScanItem above = *item;

  if (!scan_item_in_trash (catalog, item))
    return;
  job->result.items++;
  scan_catalog_visit_item (catalog, item, FALSE, add_bytes, job);
  do
    if (scan_catalog_is_trashed (catalog, &above))
      {
        add_change (job, &above, SCAN_FIELD_TRASH, NULL);
        g_array_append_val (job->items, above);
      }
  while (scan_item_parent (&above, &above));
}

typedef struct
{
  GHashTable *leaves;  /* members that go */
  GHashTable *touched; /* ScanSeries and ScanStudy that lose something → the kind */
  guint staying;
  ScanTrashJob *job;
} Purge;

static gpointer
leaf_member (const ScanItem *item)
{
  if (item->kind == SCAN_ITEM_INSTANCE)
    return (gpointer) item->instance->member;
  return item->kind == SCAN_ITEM_DOCUMENT ? (gpointer) item->document->member : NULL;
}

static void
touch (const ScanItem *item, gpointer user_data)
{
  Purge *purge = user_data;
  ScanItem above = *item;

  if (leaf_member (item) != NULL)
    {
      if (g_hash_table_add (purge->leaves, leaf_member (item)))
        add_bytes (item, purge->job);
      if (!scan_item_parent (item, &above))
        return;
    }
  do
    g_hash_table_insert (purge->touched, above.study, GUINT_TO_POINTER (above.kind));
  while (scan_item_parent (&above, &above));
}

static void
count_staying (const ScanItem *item, gpointer user_data)
{
  Purge *purge = user_data;

  if (leaf_member (item) != NULL && !g_hash_table_contains (purge->leaves, leaf_member (item)))
    purge->staying++;
}

static void
take_field (ScanTrashJob *job, const ScanItem *item, ScanField field)
{
  guint8 entity[VAULT_ID_SIZE];
  gsize n = scan_item_entity (item, entity), size;
  const void *value;

  if (vault_get (scan_library_vault (job->library), entity, n, (guint16) field, &value, &size) ==
          VAULT_OK &&
      size > 0)
    add_change (job, item, field, NULL);
}

/* What the owner wrote on it goes with it. */
static void
take_annotation (ScanTrashJob *job, const ScanItem *item)
{
  for (ScanField field = SCAN_FIELD_TITLE; field <= SCAN_FIELD_FAVOURITE; field++)
    take_field (job, item, field);
}

static void
take_leaf (const ScanItem *item, gpointer user_data)
{
  Purge *purge = user_data;

  if (leaf_member (item) == NULL || !g_hash_table_remove (purge->leaves, leaf_member (item)))
    return;
  take_field (purge->job, item,
              item->kind == SCAN_ITEM_INSTANCE ? SCAN_FIELD_INSTANCE : SCAN_FIELD_DOCUMENT);
  take_field (purge->job, item, SCAN_FIELD_TRASH);
  if (item->kind == SCAN_ITEM_DOCUMENT)
    take_annotation (purge->job, item);
  g_array_append_vals (purge->job->items, item, 1);
}

/* A series or study whose last picture goes, goes too. A small picture may show what is deleted, so
 * it goes even where the series stays. */
static void
plan_parents (Purge *purge)
{
  GHashTableIter iter;
  gpointer pointer, kind;

  g_hash_table_iter_init (&iter, purge->touched);
  while (g_hash_table_iter_next (&iter, &pointer, &kind))
    {
      ScanItem item = { .kind = (ScanItemKind) GPOINTER_TO_UINT (kind), .study = pointer };

      if (item.kind == SCAN_ITEM_SERIES)
        take_field (purge->job, &item, SCAN_FIELD_THUMBNAIL);
      purge->staying = 0;
      scan_catalog_visit_item (scan_library_catalog (purge->job->library), &item, TRUE,
                               count_staying, purge);
      if (purge->staying > 0)
        continue;
      take_field (purge->job, &item,
                  item.kind == SCAN_ITEM_SERIES ? SCAN_FIELD_SERIES : SCAN_FIELD_STUDY);
      take_field (purge->job, &item, SCAN_FIELD_TRASH);
      if (item.kind == SCAN_ITEM_STUDY)
        take_annotation (purge->job, &item);
      g_array_append_val (purge->job->items, item);
    }
}

typedef struct
{
  GHashTable *losing; /* entities of series whose thumbnail goes */
  GHashTable *used;   /* ids of thumbnails that stay */
} Thumbnails;

static bool
note_thumbnail (const void *entity, size_t entity_len, uint16_t field, const void *value,
                size_t value_len, uint64_t clock_ms, void *data)
{
  Thumbnails *thumbnails = data;

  if (field == SCAN_FIELD_THUMBNAIL && entity_len == SCAN_KEY_SIZE && value_len == VAULT_ID_SIZE &&
      !g_hash_table_contains (thumbnails->losing, entity))
    g_hash_table_add (thumbnails->used, (gpointer) value);
  return true;
}

/* Every small picture that no series will name any more, older ones of the same series among them.
 */
static void
plan_thumbnails (ScanTrashJob *job)
{
  const Vault *vault = scan_library_vault (job->library);
  g_autoptr (GHashTable) losing = g_hash_table_new (scan_key_hash, scan_key_equal);
  g_autoptr (GHashTable) used = g_hash_table_new (scan_key_hash, scan_key_equal);
  Thumbnails thumbnails = { losing, used };
  gsize n = vault_entry_count (vault);

  for (guint i = 0; i < job->changes->len; i++)
    {
      Change *change = &g_array_index (job->changes, Change, i);

      if (change->field == SCAN_FIELD_THUMBNAIL)
        g_hash_table_add (losing, change->entity);
    }
  vault_fold (vault, note_thumbnail, &thumbnails);
  for (gsize i = 0; i < n; i++)
    {
      const VaultEntry *entry = vault_entry_at (vault, i);

      if (entry->role == VAULT_ROLE_THUMBNAIL && !entry->deleted &&
          !g_hash_table_contains (used, entry->id))
        g_hash_table_add (job->members, (gpointer) entry->id);
    }
}

static void
plan_purge (ScanTrashJob *job, const ScanItem *items, guint n_items)
{
  ScanCatalog *catalog = scan_library_catalog (job->library);
  g_autoptr (GHashTable) leaves = g_hash_table_new (scan_key_hash, scan_key_equal);
  g_autoptr (GHashTable) touched = g_hash_table_new (NULL, NULL);
  Purge purge = { leaves, touched, 0, job };
  GHashTableIter iter;
  gpointer member;

  for (guint i = 0; i < n_items; i++)
    {
      job->result.items++;
      scan_catalog_visit_item (catalog, &items[i], TRUE, touch, &purge);
    }
  g_hash_table_iter_init (&iter, leaves);
  while (g_hash_table_iter_next (&iter, &member, NULL))
    g_hash_table_add (job->members, member);
  plan_parents (&purge);
  for (guint i = 0; i < n_items; i++)
    scan_catalog_visit_item (catalog, &items[i], TRUE, take_leaf, &purge);
  plan_thumbnails (job);
}

ScanTrashJob *
scan_trash_new (ScanLibrary *library, ScanTrashAction action, const ScanItem *items, guint n_items)
{
  ScanTrashJob *job = g_new0 (ScanTrashJob, 1);

  job->library = library;
  job->action = action;
  job->now = g_get_real_time () / G_USEC_PER_SEC;
  job->items = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  job->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (job->changes, change_clear);
  job->members = g_hash_table_new (scan_key_hash, scan_key_equal);
  if (action == SCAN_TRASH_PURGE)
    plan_purge (job, items, n_items);
  else if (action == SCAN_TRASH_PUT)
    job->seen = vault_seen (scan_library_vault (library), &job->seen_size);
  for (guint i = 0; i < n_items && action != SCAN_TRASH_PURGE; i++)
    {
      if (action == SCAN_TRASH_PUT)
        plan_put (job, &items[i]);
      else
        plan_restore (job, &items[i]);
    }
  return job;
}

/* Something that nobody has seen may still want the scan. */
static gboolean
set_gap_error (GError **error, VaultError result)
{
  if (result == VAULT_ERROR_ARRIVING)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_ARRIVING,
                         "What another computer added has not arrived in full. Let the program "
                         "that synchronises the vault finish its work, then delete.");
  else
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_DAMAGED,
                         "A part of the vault's list is lost. Check and repair the vault first, "
                         "then delete.");
  return FALSE;
}

static gboolean
commit_changes (ScanTrashJob *job, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_txn_begin (scan_library_vault (job->library), &txn);
  GHashTableIter iter;
  gpointer member;

  for (guint i = 0; i < job->changes->len && result == VAULT_OK; i++)
    {
      const Change *change = &g_array_index (job->changes, Change, i);

      result = vault_txn_set (txn, change->entity, change->entity_len, (guint16) change->field,
                              change->value != NULL ? change->value->data : NULL,
                              change->value != NULL ? change->value->len : 0);
    }
  g_hash_table_iter_init (&iter, job->members);
  while (result == VAULT_OK && g_hash_table_iter_next (&iter, &member, NULL))
    {
      result = vault_txn_tombstone (txn, member);
      /* A row may outlive its member. */
      if (result == VAULT_ERROR_NOT_FOUND)
        result = VAULT_OK;
    }
  if (result == VAULT_ERROR_DAMAGED || result == VAULT_ERROR_ARRIVING)
    {
      vault_txn_abort (txn);
      return set_gap_error (error, result);
    }
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

/* The names leave this computer's journal with its snapshot, the bytes with their bundles. */
static void
give_back (ScanTrashJob *job, gboolean only_here, const ScanVaultWatch *watch)
{
  Vault *vault = scan_library_vault (job->library);
  VaultFault fault = { 0 };
  VaultError collected, compacted, protected;

  /* Space first: on a full disk the snapshot needs it. */
  collected = vault_collect (vault, only_here, scan_vault_progress, (void *) watch, &job->collected,
                             &fault);
  compacted = vault_compact (vault, TRUE, collected == VAULT_OK ? &fault : NULL);
  protected = collected == VAULT_OK && compacted == VAULT_OK
                  ? vault_protect (vault, scan_vault_progress, (void *) watch, &fault)
                  : VAULT_OK;
  if (collected == VAULT_OK)
    collected = compacted != VAULT_OK ? compacted : protected;
  if (collected != VAULT_OK)
    scan_error_set_vault (&job->result.unfinished, collected, &fault);
}

gboolean
scan_trash_run (ScanTrashJob *job, gboolean only_here, ScanProgressFunc progress,
                gpointer user_data, GCancellable *cancellable, GError **error)
{
  const ScanVaultWatch watch = { progress, user_data, cancellable, SCAN_PHASE_WORKING };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (job->action != SCAN_TRASH_PURGE)
    {
      job->done = commit_changes (job, error);
      return job->done;
    }
  scan_library_hold (job->library);
  job->done = commit_changes (job, error);
  if (job->done)
    give_back (job, only_here, &watch);
  scan_library_release (job->library);
  return job->done;
}

GStrv
scan_library_computers (ScanLibrary *library, const guint64 *writers, gsize n)
{
  GStrv names = g_new0 (char *, n + 1);

  for (gsize i = 0; i < n; i++)
    {
      char label[VAULT_LABEL_SIZE];

      if (vault_writer_label (scan_library_vault (library), writers[i], label, sizeof label) > 0)
        names[i] = g_strdup (label);
      else
        names[i] = g_strdup_printf ("computer %08x", (guint) (writers[i] >> 32));
    }
  return names;
}

static void
apply (ScanTrashJob *job)
{
  ScanCatalog *catalog = scan_library_catalog (job->library);

  if (job->action == SCAN_TRASH_PURGE)
    {
      scan_catalog_remove (catalog, (const ScanItem *) (gpointer) job->items->data,
                           job->items->len);
      scan_catalog_set_stored_bytes (catalog,
                                     vault_stored_bytes (scan_library_vault (job->library)));
      job->result.freed = job->collected.bytes;
      job->result.waiting_for = scan_library_computers (job->library, job->collected.waiting_for,
                                                        job->collected.n_waiting_for);
      return;
    }
  for (guint i = 0; i < job->items->len; i++)
    scan_catalog_set_trashed (catalog, &g_array_index (job->items, ScanItem, i),
                              job->action == SCAN_TRASH_PUT ? job->now : 0);
}

void
scan_trash_apply (ScanTrashJob *job, ScanTrashResult *ret_result)
{
  if (job->done)
    apply (job);
  if (ret_result != NULL && job->done)
    *ret_result = job->result;
  else
    scan_trash_result_clear (&job->result);
  g_array_unref (job->items);
  g_array_unref (job->changes);
  g_hash_table_unref (job->members);
  free (job->seen);
  g_free (job);
}

static gboolean
run_at_once (ScanTrashJob *job, gboolean only_here, ScanProgressFunc progress, gpointer user_data,
             GCancellable *cancellable, ScanTrashResult *ret_result, GError **error)
{
  gboolean done = scan_trash_run (job, only_here, progress, user_data, cancellable, error);

  scan_trash_apply (job, ret_result);
  return done;
}

gboolean
scan_library_trash (ScanLibrary *library, const ScanItem *items, guint n_items,
                    ScanTrashResult *ret_result, GError **error)
{
  return run_at_once (scan_trash_new (library, SCAN_TRASH_PUT, items, n_items), FALSE, NULL, NULL,
                      NULL, ret_result, error);
}

gboolean
scan_library_restore (ScanLibrary *library, const ScanItem *items, guint n_items,
                      ScanTrashResult *ret_result, GError **error)
{
  return run_at_once (scan_trash_new (library, SCAN_TRASH_RESTORE, items, n_items), FALSE, NULL,
                      NULL, NULL, ret_result, error);
}

gboolean
scan_library_purge (ScanLibrary *library, const ScanItem *items, guint n_items, gboolean only_here,
                    ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                    ScanTrashResult *ret_result, GError **error)
{
  return run_at_once (scan_trash_new (library, SCAN_TRASH_PURGE, items, n_items), only_here,
                      progress, user_data, cancellable, ret_result, error);
}

GArray *
scan_library_trash_expired (ScanLibrary *library, gint64 now)
{
  GArray *expired = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  GPtrArray *trash = scan_catalog_trash (scan_library_catalog (library));

  for (guint i = 0; i < trash->len; i++)
    {
      const ScanTrashed *trashed = g_ptr_array_index (trash, i);

      if (now - trashed->date >= (gint64) SCAN_TRASH_DAYS * 24 * 60 * 60)
        g_array_append_val (expired, trashed->item);
    }
  return expired;
}
