/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of members of archives, which strangers wrote. */
#pragma once

#include <glib.h>

#define SCAN_MEMBER_PATH_MAX 4096 /* bytes; longer names are refused */

/* A relative name below the archive from what stands in it (raw, n bytes): parts joined by "/",
 * never empty, absolute, or upward. Backslashes part as slashes do; a drive ("C:"), empty parts,
 * "." and ".." are dropped; control characters become "_"; parts that name a device of Windows
 * (CON, COM1.txt, …) get "_" in front; parts are cut at 255 bytes. All other bytes stay as they
 * are, whatever their encoding. NULL: the name is too long. Free with g_free. */
char *scan_member_name (const char *raw, gsize n);

/* The name of the file in a compressed file that is no archive: the last part of name without its
 * last extension, if that is one of a compressor. Free with g_free. */
char *scan_member_name_inside (const char *name);
