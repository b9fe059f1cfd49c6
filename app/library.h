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

/* [any thread] A small picture of one frame (from 0), made anew; RGB, sides as above. Errors as
 * those of scan_library_frame. */
ScanPicture *scan_library_frame_thumbnail (ScanLibrary *library, const ScanInstance *instance,
                                           guint frame, GCancellable *cancellable, GError **error);

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

/* ---- the trash: put there, back, and out of the vault for good ---- */

typedef enum
{
  SCAN_TRASH_PUT,
  SCAN_TRASH_RESTORE, /* also what holds the item, or it would stay hidden */
  SCAN_TRASH_PURGE    /* out of the vault; items need not lie in the trash */
} ScanTrashAction;

typedef struct
{
  guint items;        /* that were given and are handled */
  guint64 bytes;      /* of the originals below them */
  guint64 freed;      /* purge: bytes on disk that are free now */
  GStrv waiting_for;  /* purge: names of computers that have not seen it; the space comes later */
  GError *unfinished; /* purge: the items are gone, but giving the space back failed; or NULL */
} ScanTrashResult;
void scan_trash_result_clear (ScanTrashResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanTrashResult, scan_trash_result_clear)

/* One action in three steps, so that the window can do the middle one in a thread: new and apply on
 * the owning thread, run on [any thread]. Items that need nothing are passed over. A failed run
 * changed nothing. apply brings the catalog up to date if the run went well, and frees the job. */
typedef struct ScanTrashJob ScanTrashJob;
ScanTrashJob *scan_trash_new (ScanLibrary *library, ScanTrashAction action, const ScanItem *items,
                              guint n_items);
/* only_here: give the space back without waiting for other computers. */
gboolean scan_trash_run (ScanTrashJob *job, gboolean only_here, ScanProgressFunc progress,
                         gpointer user_data, GCancellable *cancellable, GError **error);
void scan_trash_apply (ScanTrashJob *job, ScanTrashResult *ret_result);

/* The three steps at once, on the owning thread. Putting and restoring take one small commit, also
 * on a full disk. ret_result: filled on success; may be NULL. */
gboolean scan_library_trash (ScanLibrary *library, const ScanItem *items, guint n_items,
                             ScanTrashResult *ret_result, GError **error);
gboolean scan_library_restore (ScanLibrary *library, const ScanItem *items, guint n_items,
                               ScanTrashResult *ret_result, GError **error);
gboolean scan_library_purge (ScanLibrary *library, const ScanItem *items, guint n_items,
                             gboolean only_here, ScanProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, ScanTrashResult *ret_result,
                             GError **error);

/* What has lain in the trash for SCAN_TRASH_DAYS or more at the time now (seconds since 1970):
 * ScanItem, to be freed with g_array_unref. Nothing is purged unless the owner says so. */
#define SCAN_TRASH_DAYS 30
GArray *scan_library_trash_expired (ScanLibrary *library, gint64 now);

/* ---- upkeep ---- */

/* [any thread] What keeps the vault quick and safe: old records are folded into snapshots, parity
 * is made, a little is checked, and the space of what was purged is given back once the other
 * computers know. To be called after an import and some time after opening; does little when there
 * is little to do. Errors: FULL, IO, cancelled; nothing is lost by them. */
gboolean scan_library_maintain (ScanLibrary *library, GCancellable *cancellable, GError **error);

/* Whether a twentieth more is stored, by which damage can be repaired; on unless its owner turned
 * it off. What was stored before stays. Errors of the second: FULL, IO. */
gboolean scan_library_parity (ScanLibrary *library);
gboolean scan_library_set_parity (ScanLibrary *library, gboolean on, GError **error);

/* The name by which the owner wants to sign letters; "": as the scans say. Free with g_free. Errors
 * of the second: FULL, IO. [any thread, but no other transaction beside] */
char *scan_library_letter_name (ScanLibrary *library);
gboolean scan_library_set_letter_name (ScanLibrary *library, const char *name, GError **error);

/* Whether the owner has shown to have the recovery sheet on paper, or nobody wants to know: FALSE
 * from when a new vault's window says so until it is proved, and a notice with it. Errors of the
 * second: FULL, IO. */
gboolean scan_library_sheet_proved (ScanLibrary *library);
gboolean scan_library_set_sheet_proved (ScanLibrary *library, gboolean proved, GError **error);

/* Something about the vault that the owner should know. */
typedef enum
{
  SCAN_NOTICE_NO_PASSPHRASE, /* once it is locked, only the recovery sheet opens the vault */
  SCAN_NOTICE_DAMAGED,     /* something cannot be read and could not be repaired: check names it */
  SCAN_NOTICE_OLDER,       /* newer parts of the vault are gone from its folder */
  SCAN_NOTICE_COPY,        /* this is a copy that was made earlier */
  SCAN_NOTICE_ARRIVING,    /* files of another computer are still on their way */
  SCAN_NOTICE_FORK,        /* two copies of the vault went on under one name; both count */
  SCAN_NOTICE_CONFLICT,    /* a sync tool left copies of files; they count */
  SCAN_NOTICE_HEALED,      /* damage was repaired */
  SCAN_NOTICE_UNLISTED,    /* originals that no row leads to: scan_library_adopt brings them back */
  SCAN_NOTICE_NOT_DURABLE, /* this disk cannot promise that what was written survives a power cut */
  SCAN_NOTICE_SHEET        /* the recovery sheet was not shown to be on paper */
} ScanNoticeKind;
typedef struct
{
  ScanNoticeKind kind;
  guint count;    /* of files, or of originals */
  char *sentence; /* plain words */
} ScanNotice;
void scan_notice_free (ScanNotice *notice);
/* What was noticed at opening and by upkeep since: ScanNotice, one a kind, the gravest first. */
GPtrArray *scan_library_notices (ScanLibrary *library);
/* The owner goes on with the older copy: that notice is not raised again for it. */
gboolean scan_library_accept_older (ScanLibrary *library, GError **error);
