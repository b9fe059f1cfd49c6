/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rooms of app/ share about a library. */
#pragma once

#include "library.h"

/* A member of the vault as the source of a reader's request. */
typedef struct
{
  VaultMember *member;
  ScanSource source;
} ScanMemberSource;

gboolean scan_library_source_open (ScanLibrary *library, const guint8 member[32],
                                   ScanMemberSource *ret_source, GError **error);
void scan_member_source_clear (ScanMemberSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanMemberSource, scan_member_source_clear)

/* Asks the reader for a small picture of one frame; RGB. */
ScanPicture *scan_library_small_picture (ScanLibrary *library, const guint8 member[32], guint frame,
                                         guint side, GCancellable *cancellable, GError **error);

/* The bytes of a sealed thumbnail (app/ROWS.md), and back; the second returns NULL if they make no
 * sense. */
GByteArray *scan_thumb_pack (const ScanPicture *picture);
ScanPicture *scan_thumb_unpack (const guint8 *data, gsize size);

/* Appends a failure with copies of everything; path may be raw bytes. */
void scan_failure_add (GPtrArray *failures, const char *path, const GError *error);
