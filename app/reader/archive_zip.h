/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A look at the directory of a ZIP file before anything is unpacked: what libarchive does not ask.
 */
#pragma once

#include "reader_verbs.h"

G_BEGIN_DECLS

/* Whether members of a ZIP file share bytes, as they do in bombs that are small and unpack to a
 * lot. Reads the central directory (APPNOTE.TXT 4.3.12, 4.3.14 to 4.3.16, 4.5.3). FALSE also for
 * what is no ZIP file or has a directory that makes no sense: the unpacking will tell. */
gboolean reader_zip_overlaps (ReaderSource *source);

G_END_DECLS
