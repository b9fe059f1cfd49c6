/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rooms of app/ share about a library. */
#pragma once

#include "library.h"
#include "rows.h"

/* Held by whatever writes to the vault for a while (purge, upkeep, adoption), so that two of them
 * never do each other's work. Imports and small commits need not hold it. */
void scan_library_hold (ScanLibrary *library);
void scan_library_release (ScanLibrary *library);

/* Sets one field of a thing whose key is given, durably; value NULL: empties it. [one thread at a
 * time]. Errors: as of the vault (full disk, damage, …). */
gboolean scan_library_set_field (ScanLibrary *library, const guint8 entity[SCAN_KEY_SIZE],
                                 guint16 field, const GByteArray *value, GError **error);

/* Files that upkeep healed, and could not heal, since the vault was opened. [any thread] */
void scan_library_note_scrub (ScanLibrary *library, guint healed, guint failed);
void scan_library_scrubbed (ScanLibrary *library, guint *ret_healed, guint *ret_failed);

/* Finishes removals of passphrases, and looks whether any is left: none when two computers removed
 * each other's. The second says what the first found last. [any thread] */
void scan_library_tend_slots (ScanLibrary *library);
gboolean scan_library_locked_out (ScanLibrary *library);

/* Progress of the vault's long functions, as the person sees it; data: a ScanVaultWatch. */
typedef struct
{
  ScanProgressFunc progress; /* may be NULL */
  gpointer user_data;
  GCancellable *cancellable;
  ScanPhase phase;
} ScanVaultWatch;
bool scan_vault_progress (uint64_t done, uint64_t total, void *data);

/* The names of computers, or numbers where they have none. */
GStrv scan_library_computers (ScanLibrary *library, const guint64 *writers, gsize n);

/* A library without a vault, over files that are only looked at (look.h); the second gives a file
 * an id. NULL with error. */
ScanLibrary *scan_library_new_look (GError **error);
void scan_library_add_looked_at (ScanLibrary *library, const guint8 member[32], const char *path);
/* Opens such a file as a source, whose user_data is the descriptor that is returned; -1 with error.
 */
int scan_look_source (const char *path, ScanSource *ret_source, gint64 *ret_mtime, GError **error);

/* The readers for documents; NULL with error. [any thread] */
ScanReaderPool *scan_library_page_readers (ScanLibrary *library, GError **error);

/* A member of the vault as the source of a reader's request. */
typedef struct
{
  VaultMember *member; /* NULL: a file that is only looked at */
  ScanSource source;
  const char *name; /* raw bytes: the relative name under which it was imported */
  gsize name_size;
  gint64 mtime;
} ScanMemberSource;

gboolean scan_library_source_open (ScanLibrary *library, const guint8 member[32],
                                   ScanMemberSource *ret_source, GError **error);
void scan_member_source_clear (ScanMemberSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanMemberSource, scan_member_source_clear)

/* Asks the reader for a small picture of one frame, or of the first page of a document that the
 * object holds; RGB. */
ScanPicture *scan_library_small_picture (ScanLibrary *library, const guint8 member[32], guint frame,
                                         guint side, GCancellable *cancellable, GError **error);

/* The picture in an answer of `picture` or `page`, checked against the longest side that was asked
 * for. NULL with SCAN_ERROR_READER. */
ScanPicture *scan_picture_from_reply (const ScanReaderReply *reply, guint side, GError **error);

/* The bytes of a sealed thumbnail (app/ROWS.md), and back; the second returns NULL if they make no
 * sense. */
GByteArray *scan_thumb_pack (const ScanPicture *picture);
ScanPicture *scan_thumb_unpack (const guint8 *data, gsize size);

/* Appends a failure with copies of everything; path may be raw bytes. */
void scan_failure_add (GPtrArray *failures, const char *path, const GError *error);
