/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An unlocked vault with its catalog and its readers: what the window, the command line and the
 * tests open.
 *
 * Threads: open, create and close from any thread; the catalog is read by the owning thread; the
 * functions marked [any thread] may run beside it. One import or share at a time. */
#pragma once

#include <gio/gio.h>

#include "catalog.h"
#include "image.h"
#include "progress.h"
#include "reader_client.h"
#include "vault.h"

typedef struct ScanLibrary ScanLibrary;

/* passphrase: UTF-8 in any normal form, len bytes, in secure memory of the caller; it is brought to
 * form C inside secure memory. kdf: NULL for the default. ret_sheet: see vault.h; may be NULL. Slow
 * (key derivation): not for the main thread. Errors: see error.h. */
ScanLibrary *scan_library_create (const char *folder, const char *passphrase, gsize len,
                                  const VaultKdf *kdf, char ret_sheet[VAULT_SHEET_SIZE],
                                  GError **error);
ScanLibrary *scan_library_open (const char *folder, const char *passphrase, gsize len,
                                GError **error);
ScanLibrary *scan_library_open_sheet (const char *folder, const char *sheet, gsize len,
                                      GError **error);

/* Wipes keys and catalog, ends the readers, releases the lock. Nothing of the library may be in
 * use. */
void scan_library_close (ScanLibrary *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanLibrary, scan_library_close)

const char *scan_library_folder (ScanLibrary *library);
ScanCatalog *scan_library_catalog (ScanLibrary *library);
Vault *scan_library_vault (ScanLibrary *library);            /* for app/ alone */
ScanReaderPool *scan_library_readers (ScanLibrary *library); /* for app/ alone */

/* Records of the journal that could not be read when it was opened. */
guint scan_library_damage (ScanLibrary *library);

/* [any thread] One frame (from 0) of an instance, decoded. Errors: MISSING, DAMAGED, UNREADABLE,
 * UNSUPPORTED, READER, G_IO_ERROR_CANCELLED. */
ScanFrame *scan_library_frame (ScanLibrary *library, const ScanInstance *instance, guint frame,
                               GCancellable *cancellable, GError **error);

/* [any thread] The sealed thumbnail of a series, RGB, longest side at most SCAN_THUMB_SIDE. NULL
 * with SCAN_ERROR_NO_ITEM if the series has none. */
#define SCAN_THUMB_SIDE 256
ScanPicture *scan_library_thumbnail (ScanLibrary *library, const ScanSeries *series,
                                     GError **error);

/* [any thread] Every attribute of an instance as DICOM JSON (PS3.18 F), pretty-printed UTF-8. */
char *scan_library_attributes_json (ScanLibrary *library, const ScanInstance *instance,
                                    GCancellable *cancellable, GError **error);

/* [any thread] The relative name under which an original was imported: raw bytes, may be no UTF-8.
 */
char *scan_library_member_name (ScanLibrary *library, const guint8 member[32], GError **error);

/* Writes originals, bit for bit, below out_dir (made if absent), under their imported relative
 * names, never above out_dir; a second file of one name gets " (2)". items: ScanItem *. A file that
 * cannot be read whole is not left. ret_failed: array of char * "ID: sentence", may be empty. */
typedef struct
{
  guint64 files, bytes;
  GPtrArray *failed; /* ScanFailure */
} ScanExportResult;
typedef struct
{
  char *path;    /* or ID; as found, raw bytes */
  char *code;    /* kebab-case */
  char *message; /* plain sentence */
  GQuark domain; /* of the error */
  gint error_code;
} ScanFailure;
void scan_failure_free (ScanFailure *failure);
void scan_export_result_clear (ScanExportResult *result);

gboolean scan_library_export (ScanLibrary *library, const ScanItem *items, guint n_items,
                              const char *out_dir, ScanProgressFunc progress, gpointer user_data,
                              GCancellable *cancellable, ScanExportResult *ret_result,
                              GError **error);
