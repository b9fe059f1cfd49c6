/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "library.h"

#include <string.h>
#include <unistd.h>

#include "catalog_private.h"
#include "error.h"
#include "import_private.h"
#include "library_private.h"
#include "look.h"
#include "passphrase.h"
#include "rekey_private.h"

struct ScanLibrary
{
  char *folder;
  Vault *vault;          /* NULL: files are only looked at */
  GHashTable *looked_at; /* of those: member id → path */
  ScanCatalog *catalog;
  ScanReaderPool *readers;
  GMutex pages_lock;
  ScanReaderPool *pages; /* made when the first document is opened */
  GMutex held;
  gint healed, failed; /* files, by upkeep; atomic */
  gint locked_out;     /* no passphrase is left; atomic */
};

/* Takes vault, which may be NULL. */
static ScanLibrary *
library_over (const char *folder, Vault *vault, GError **error)
{
  ScanReaderPool *readers = scan_reader_pool_new (0, error);
  ScanLibrary *library;

  if (readers == NULL)
    {
      vault_close (vault);
      return NULL;
    }
  library = g_new0 (ScanLibrary, 1);
  library->folder = g_strdup (folder);
  library->vault = vault;
  library->readers = readers;
  g_mutex_init (&library->held);
  g_mutex_init (&library->pages_lock);
  library->catalog = scan_catalog_new ();
  return library;
}

static ScanLibrary *
library_new (const char *folder, Vault *vault, GError **error)
{
  ScanLibrary *library = library_over (folder, vault, error);

  if (library == NULL)
    return NULL;
  scan_catalog_load (library->catalog, vault);
  vault_set_parity (vault, scan_library_parity (library));
  scan_library_tend_slots (library);
  return library;
}

ScanLibrary *
scan_library_new_look (GError **error)
{
  ScanLibrary *library = library_over ("", NULL, error);

  if (library != NULL)
    library->looked_at = g_hash_table_new_full (scan_key_hash, scan_member_equal, g_free, g_free);
  return library;
}

void
scan_library_add_looked_at (ScanLibrary *library, const guint8 member[32], const char *path)
{
  g_hash_table_replace (library->looked_at, g_memdup2 (member, VAULT_ID_SIZE), g_strdup (path));
}

/* Opens with a secret in normal form; by_sheet: it is a recovery key. */
static ScanLibrary *
open_with (const char *folder, const char *secret, gsize len, gboolean by_sheet, GError **error)
{
  VaultFault fault = { 0 };
  Vault *vault = NULL;
  VaultError result = by_sheet ? vault_open_sheet (folder, secret, len, &vault, &fault)
                               : vault_open (folder, secret, len, &vault, &fault);

  if (result == VAULT_OK)
    {
      /* Whatever it was before, now it has an owner. */
      scan_rekey_unmark (folder);
      return library_new (folder, vault, error);
    }
  scan_error_set_unlock (error, result, &fault, by_sheet);
  return NULL;
}

static gboolean
prepare (GError **error)
{
  VaultError result = vault_init ();

  return result == VAULT_OK || scan_error_set_vault (error, result, NULL);
}

ScanLibrary *
scan_library_create (const char *folder, const char *passphrase, gsize len, const VaultKdf *kdf,
                     char ret_sheet[VAULT_SHEET_SIZE], GError **error)
{
  char *sheet, *secret;
  Vault *vault = NULL;
  VaultFault fault = { 0 };
  VaultError result;
  gsize n;

  if (!prepare (error) || (secret = scan_passphrase_normal (passphrase, len, &n, error)) == NULL)
    return NULL;
  sheet = vault_secure_alloc (VAULT_SHEET_SIZE);
  result = sheet != NULL ? vault_create (folder, secret, n, kdf, sheet, &vault, &fault)
                         : VAULT_ERROR_NO_MEMORY;
  if (result == VAULT_OK && ret_sheet != NULL)
    memcpy (ret_sheet, sheet, VAULT_SHEET_SIZE);
  vault_secure_free (secret);
  vault_secure_free (sheet);
  if (result == VAULT_OK)
    return library_new (folder, vault, error);
  scan_error_set_vault (error, result, &fault);
  return NULL;
}

ScanLibrary *
scan_library_open (const char *folder, const char *passphrase, gsize len, GError **error)
{
  ScanLibrary *library;
  char *secret;
  gsize n;

  if (!prepare (error) || (secret = scan_passphrase_normal (passphrase, len, &n, error)) == NULL)
    return NULL;
  library = open_with (folder, secret, n, FALSE, error);
  vault_secure_free (secret);
  return library;
}

ScanLibrary *
scan_library_open_sheet (const char *folder, const char *sheet, gsize len, GError **error)
{
  return prepare (error) ? open_with (folder, sheet, len, TRUE, error) : NULL;
}

void
scan_library_close (ScanLibrary *library)
{
  if (library == NULL)
    return;
  scan_reader_pool_free (library->pages);
  scan_reader_pool_free (library->readers);
  scan_catalog_free (library->catalog);
  vault_close (library->vault);
  g_clear_pointer (&library->looked_at, g_hash_table_unref);
  g_mutex_clear (&library->pages_lock);
  g_mutex_clear (&library->held);
  g_free (library->folder);
  g_free (library);
}

const char *
scan_library_folder (ScanLibrary *library)
{
  return library->folder;
}

ScanCatalog *
scan_library_catalog (ScanLibrary *library)
{
  return library->catalog;
}

Vault *
scan_library_vault (ScanLibrary *library)
{
  return library->vault;
}

gboolean
scan_library_set_field (ScanLibrary *library, const guint8 entity[SCAN_KEY_SIZE], guint16 field,
                        const GByteArray *value, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_txn_begin (library->vault, &txn);

  if (result == VAULT_OK)
    result = vault_txn_set (txn, entity, SCAN_KEY_SIZE, field, value != NULL ? value->data : NULL,
                            value != NULL ? value->len : 0);
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

ScanReaderPool *
scan_library_readers (ScanLibrary *library)
{
  return library->readers;
}

ScanReaderPool *
scan_library_page_readers (ScanLibrary *library, GError **error)
{
  ScanReaderPool *pages;

  g_mutex_lock (&library->pages_lock);
  if (library->pages == NULL)
    library->pages = scan_reader_pool_new_pages (0, error);
  pages = library->pages;
  g_mutex_unlock (&library->pages_lock);
  return pages;
}

void
scan_library_hold (ScanLibrary *library)
{
  g_mutex_lock (&library->held);
}

void
scan_library_release (ScanLibrary *library)
{
  g_mutex_unlock (&library->held);
}

void
scan_library_note_scrub (ScanLibrary *library, guint healed, guint failed)
{
  g_atomic_int_add (&library->healed, (gint) healed);
  g_atomic_int_set (&library->failed, MAX (g_atomic_int_get (&library->failed), (gint) failed));
}

void
scan_library_scrubbed (ScanLibrary *library, guint *ret_healed, guint *ret_failed)
{
  *ret_healed = (guint) g_atomic_int_get (&library->healed);
  *ret_failed = (guint) g_atomic_int_get (&library->failed);
}

void
scan_library_tend_slots (ScanLibrary *library)
{
  size_t left = 0;

  if (vault_slots_tend (library->vault, &left, NULL) == VAULT_OK)
    g_atomic_int_set (&library->locked_out, left == 0);
}

gboolean
scan_library_locked_out (ScanLibrary *library)
{
  return g_atomic_int_get (&library->locked_out) != 0;
}

guint
scan_library_damage (ScanLibrary *library)
{
  return (guint) vault_damage_count (library->vault);
}

static gint64
read_member (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  VaultMember *member = user_data;
  guint64 size = vault_member_size (member);

  if (offset >= size)
    return 0;
  n = MIN (n, size - offset);
  return vault_member_pread (member, offset, buf, n, NULL) == VAULT_OK ? (gint64) n : -1;
}

static gboolean
open_looked_at (ScanLibrary *library, const guint8 member[32], ScanMemberSource *ret_source,
                GError **error)
{
  const char *path = g_hash_table_lookup (library->looked_at, member);
  ScanMemberSource opened = { 0 };

  if (path == NULL)
    return scan_error_set_vault (error, VAULT_ERROR_MISSING, NULL);
  if (scan_look_source (path, &opened.source, &opened.mtime, error) < 0)
    return FALSE;
  opened.name = strrchr (path, '/') != NULL ? strrchr (path, '/') + 1 : path;
  opened.name_size = strlen (opened.name);
  *ret_source = opened;
  return TRUE;
}

gboolean
scan_library_source_open (ScanLibrary *library, const guint8 member[32],
                          ScanMemberSource *ret_source, GError **error)
{
  ScanMemberSource opened = { 0 };
  VaultFault fault = { 0 };
  VaultError result;

  if (library->vault == NULL)
    return open_looked_at (library, member, ret_source, error);
  result = vault_member_open (library->vault, member, &opened.member, &fault);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  opened.source.size = vault_member_size (opened.member);
  opened.source.read = read_member;
  opened.source.user_data = opened.member;
  opened.name = vault_member_name (opened.member, &opened.name_size);
  opened.mtime = vault_member_mtime (opened.member);
  *ret_source = opened;
  return TRUE;
}

void
scan_member_source_clear (ScanMemberSource *source)
{
  if (source->member == NULL && source->source.read != NULL)
    close (GPOINTER_TO_INT (source->source.user_data));
  source->source.read = NULL;
  vault_member_close (g_steal_pointer (&source->member));
}

ScanFrame *
scan_library_frame (ScanLibrary *library, const ScanInstance *instance, guint frame,
                    GCancellable *cancellable, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  GVariantDict arguments;
  ScanFrame *decoded = NULL;

  if (!scan_library_source_open (library, instance->member, &source, error))
    return NULL;
  g_variant_dict_init (&arguments, NULL);
  g_variant_dict_insert (&arguments, "frame", "u", frame);
  if (!scan_reader_call (library->readers, "frame", g_variant_dict_end (&arguments), &source.source,
                         NULL, SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
    return NULL;
  if (reply.bulk != NULL)
    decoded = scan_frame_new (reply.result, reply.bulk);
  if (decoded == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return decoded;
}

char *
scan_library_member_name (ScanLibrary *library, const guint8 member[32], GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };

  if (!scan_library_source_open (library, member, &source, error))
    return NULL;
  return g_strndup (source.name, source.name_size);
}
