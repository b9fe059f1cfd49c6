/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An import whose files are members that the vault holds already: rows alone are new. */
#include "adopt.h"

#include <string.h>

#include "error.h"
#include "import_private.h"

/* One journal record for so many. */
#define BATCH_ORIGINALS 500

typedef struct
{
  guint8 member[VAULT_ID_SIZE];
} Unlisted;

static gboolean
is_original (const VaultEntry *entry)
{
  return entry->role == VAULT_ROLE_ORIGINAL && !entry->deleted;
}

guint
scan_library_unlisted (ScanLibrary *library)
{
  const Vault *vault = scan_library_vault (library);
  guint listed = scan_catalog_leaves (scan_library_catalog (library)), originals = 0;
  gsize n = vault_entry_count (vault);

  for (gsize i = 0; i < n; i++)
    originals += is_original (vault_entry_at (vault, i));
  return originals > listed ? originals - listed : 0;
}

static void
note_listed (const ScanItem *item, gpointer user_data)
{
  if (item->kind == SCAN_ITEM_INSTANCE)
    g_hash_table_add (user_data, (gpointer) item->instance->member);
  else if (item->kind == SCAN_ITEM_DOCUMENT)
    g_hash_table_add (user_data, (gpointer) item->document->member);
}

static void
note_uid (const ScanItem *item, gpointer user_data)
{
  if (item->kind == SCAN_ITEM_INSTANCE && *item->instance->uid != '\0')
    g_hash_table_add (user_data, g_strdup (item->instance->uid));
}

static void
visit_everything (ScanLibrary *library, ScanItemFunc func, gpointer user_data)
{
  scan_catalog_visit (scan_library_catalog (library), func, user_data);
  scan_catalog_visit_trash (scan_library_catalog (library), func, user_data);
}

static GPtrArray *
list_unlisted (ScanLibrary *library)
{
  const Vault *vault = scan_library_vault (library);
  g_autoptr (GHashTable) listed = g_hash_table_new (scan_key_hash, scan_key_equal);
  GPtrArray *unlisted = g_ptr_array_new_with_free_func (g_free);
  gsize n = vault_entry_count (vault);

  visit_everything (library, note_listed, listed);
  for (gsize i = 0; i < n; i++)
    {
      const VaultEntry *entry = vault_entry_at (vault, i);

      if (is_original (entry) && !g_hash_table_contains (listed, entry->id))
        g_ptr_array_add (unlisted, g_memdup2 (entry->id, VAULT_ID_SIZE));
    }
  return unlisted;
}

ScanImport *
scan_adopt_new (ScanLibrary *library)
{
  char *no_paths[] = { NULL };

  return scan_import_new (library, no_paths, NULL);
}

static void
fail (ScanImport *adoption, const Unlisted *unlisted, GError *error)
{
  char id[SCAN_ID_LENGTH + 1];

  if (scan_import_stopped (adoption))
    {
      g_error_free (error);
      return;
    }
  scan_key_to_id (unlisted->member, id);
  g_mutex_lock (&adoption->lock);
  scan_failure_add (adoption->result.failed, id, error);
  g_mutex_unlock (&adoption->lock);
  g_error_free (error);
}

/* What an import knew of the file, as far as the member tells. */
static ScanFound *
found_of (ScanImport *adoption, const ScanMemberSource *source)
{
  ScanFound *found = g_new0 (ScanFound, 1);
  const char *name;
  gsize n;

  name = vault_member_name (source->member, &n);
  found->name = g_strndup (name, n);
  /* A study without an UID is known by its folder, of which the end alone is kept. */
  found->path = g_strconcat ("/", found->name, NULL);
  found->size = source->source.size;
  found->mtime = (gint64) vault_member_mtime (source->member);
  found->batch = adoption->filling;
  g_mutex_lock (&adoption->lock);
  g_ptr_array_add (adoption->found, found);
  g_mutex_unlock (&adoption->lock);
  return found;
}

static gboolean
has_dicom_prefix (const ScanMemberSource *source)
{
  guint8 prefix[4];

  return source->source.size >= 132 &&
         vault_member_pread (source->member, 128, prefix, sizeof prefix, NULL) == VAULT_OK &&
         memcmp (prefix, "DICM", sizeof prefix) == 0;
}

static void
list_instance (ScanImport *adoption, const Unlisted *unlisted, const ScanFound *found,
               GVariantDict *inspected)
{
  ScanPlace place;
  char id[SCAN_ID_LENGTH + 1];

  scan_import_place (adoption, inspected, found, &place);
  scan_import_add_instance (adoption, inspected, found, unlisted->member, &place);
  scan_key_to_id (place.series, id);
  g_mutex_lock (&adoption->lock);
  g_hash_table_add (adoption->touched, g_strdup (id));
  found->batch->stored++;
  g_mutex_unlock (&adoption->lock);
}

/* A file that the reader does not know was a document when it was imported. */
static void
list_document (ScanImport *adoption, const Unlisted *unlisted, const ScanFound *found,
               GVariantDict *inspected)
{
  scan_import_add_document (adoption, inspected, found, unlisted->member);
  g_mutex_lock (&adoption->lock);
  found->batch->documents++;
  g_mutex_unlock (&adoption->lock);
}

static void
adopt_one (gpointer item, gpointer user_data)
{
  ScanImport *adoption = user_data;
  const Unlisted *unlisted = item;
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GVariantDict) inspected = NULL;
  const ScanFound *found;
  const char *kind = "";
  GError *error = NULL;

  if (scan_import_stopped (adoption))
    return;
  if (!scan_library_source_open (adoption->library, unlisted->member, &source, &error))
    {
      fail (adoption, unlisted, error);
      return;
    }
  found = found_of (adoption, &source);
  if (!scan_reader_call (scan_library_readers (adoption->library), "inspect", NULL, &source.source,
                         NULL, SCAN_CALL_DEFAULT, 0, adoption->cancellable, &reply, &error))
    {
      /* A member that cannot be read back whole is another thing than a file that no reader can
       * make sense of. */
      if (!g_error_matches (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE) &&
          !g_error_matches (error, SCAN_ERROR, SCAN_ERROR_READER))
        {
          fail (adoption, unlisted, error);
          return;
        }
      g_error_free (error);
    }
  if (reply.result != NULL)
    {
      inspected = g_variant_dict_new (reply.result);
      g_variant_dict_lookup (inspected, "kind", "&s", &kind);
    }
  if (g_str_equal (kind, "dicom") || (reply.result == NULL && has_dicom_prefix (&source)))
    list_instance (adoption, unlisted, found, inspected);
  else
    list_document (adoption, unlisted, found, inspected);
  g_mutex_lock (&adoption->lock);
  adoption->files_done++;
  adoption->bytes_done += found->size;
  g_mutex_unlock (&adoption->lock);
  scan_import_tell (adoption, SCAN_PHASE_WORKING, NULL, FALSE);
}

static void
adopt_all (ScanImport *adoption, GPtrArray *unlisted)
{
  for (guint at = 0; at < unlisted->len && !scan_import_stopped (adoption); at += BATCH_ORIGINALS)
    {
      g_autoptr (GPtrArray) some = g_ptr_array_new ();
      GError *error = NULL;
      guint32 first, n;

      for (guint i = at; i < MIN (unlisted->len, at + BATCH_ORIGINALS); i++)
        g_ptr_array_add (some, g_ptr_array_index (unlisted, i));
      adoption->filling = scan_batch_new (adoption);
      scan_import_parallel (adoption->n_workers, some, adopt_one, adoption);
      if (!scan_import_commit (adoption, adoption->filling, &first, &n, &error))
        scan_import_stop (adoption, error);
      g_clear_pointer (&adoption->filling, scan_batch_free);
    }
  if (unlisted->len > 0 && !scan_import_stopped (adoption))
    scan_import_thumbs (adoption);
}

gboolean
scan_adopt_run (ScanImport *adoption, ScanProgressFunc progress, gpointer user_data,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) unlisted = NULL;

  adoption->progress = progress;
  adoption->progress_data = user_data;
  adoption->cancellable = cancellable;
  scan_library_hold (adoption->library);
  unlisted = list_unlisted (adoption->library);
  visit_everything (adoption->library, note_uid, adoption->known_uids);
  adoption->result.files = unlisted->len;
  scan_import_open_pipeline (adoption);
  adopt_all (adoption, unlisted);
  scan_import_close_pipeline (adoption);
  scan_library_release (adoption->library);
  if (adoption->fatal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&adoption->fatal));
      return FALSE;
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

void
scan_adopt_apply (ScanImport *adoption, ScanImportResult *ret_result)
{
  /* Rows that waited in vain for a series or study come anew with it. */
  if (adoption->applied->len > 0)
    scan_catalog_forget_waiting (scan_library_catalog (adoption->library));
  scan_import_apply (adoption, ret_result);
}

gboolean
scan_library_adopt (ScanLibrary *library, ScanProgressFunc progress, gpointer user_data,
                    GCancellable *cancellable, ScanImportResult *ret_result, GError **error)
{
  ScanImport *adoption = scan_adopt_new (library);
  gboolean ran = scan_adopt_run (adoption, progress, user_data, cancellable, error);

  scan_adopt_apply (adoption, ret_result);
  return ran;
}
