/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture out of the vault as a file that everybody can open: whether a name may stand in it,
 * and the file. */
#pragma once

#include "library.h"

typedef struct
{
  gboolean found;    /* the reader proposes places that may be writing, in this frame */
  gboolean expected; /* writing is to be expected in pictures of this kind, found or not */
} ScanFrameText;

/* [any thread] Searches one frame (from 0) for writing inside the picture (burned_text.h); what is
 * not found proves nothing. Errors: those of scan_library_frame. */
gboolean scan_library_frame_text (ScanLibrary *library, const ScanInstance *instance, guint frame,
                                  GCancellable *cancellable, ScanFrameText *ret_text,
                                  GError **error);

/* [any thread] Writes the picture as PNG into that file alone, without a file beside it, readable
 * by its owner, and without any text or date in it. What stood there is replaced once there is room
 * for all of the new; a new file that cannot be written whole is not left. Errors: NO_MEMORY, FULL,
 * PERMISSION, NOT_FOUND, IO. */
gboolean scan_picture_save (const ScanPicture *picture, const char *path, GError **error);
