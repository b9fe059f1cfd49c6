/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CT that holds something to search for wherever a name may hide. */
#pragma once

#include <glib.h>

/* Writes FOLDER/markers.dcm and FOLDER/markers.txt. The file holds a text, date or identifier of
 * its own in each attribute that the table lists (columns tag, keyword, vr, …), at the root and one
 * and three sequences down, and in each sequence of the table; in private groups, elements of
 * unknown VR, a sequence hidden in one, curves, overlays, the preamble, the meta group and the
 * trailing padding. markers.txt has a line for each: what to search for, the VR, the place, with
 * tabs between. Values of two or four bytes, which chance may repeat in pixels, are not listed. */
gboolean markers_write (const char *table, const char *folder, GError **error);
