/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives for tests, made in memory by libarchive's writer. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *name;
  const char *bytes; /* NULL: no regular file */
  gsize size;        /* 0 with bytes: strlen */
  const char *link;  /* target of a symbolic link; after "=" of a hard link */
  guint type;        /* AE_IF… of something else, 0 = a file */
} MadeMember;

/* format: "zip" "7z" "tar" "iso"; filter: NULL "gzip" "bzip2" "xz" "zstd" "lz4"; options as
 * archive_write_set_options wants them, or NULL; password: for ZIP. members end with a NULL name.
 */
GBytes *archive_make (const char *format, const char *filter, const char *options,
                      const char *password, const MadeMember *members);

/* A ZIP file of stored members by hand, the same local header named `times` times: members that lie
 * over each other. */
GBytes *archive_make_overlapping (guint times);
