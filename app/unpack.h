/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of an archive, one after the other, from a reader that unpacks it. Nothing is written to
 * a disk, and no more than a packet is held: who reads slowly makes the reader wait. What the
 * reader says is checked here (order, kinds, sizes, names, sums); what libarchive believed is not.
 *
 * A session serves one thread at a time. It has a process of its own, which ends with it. */
#pragma once

#include "reader_client.h"

/* Limits of one session, whatever the archive says. */
#define SCAN_UNPACK_MEMBERS_MAX 500000
#define SCAN_UNPACK_NAMES_MAX ((guint64) 64 * 1024 * 1024) /* bytes of all names together */
#define SCAN_UNPACK_RATIO_MAX 200 /* deflated scans come to 2 to 20; bombs to 1,000 and more */
#define SCAN_UNPACK_BYTES_FREE ((guint64) 512 * 1024 * 1024) /* no ratio is asked below this */

typedef enum
{
  SCAN_MEMBER_FILE,
  SCAN_MEMBER_FOLDER,
  SCAN_MEMBER_LINK,   /* symbolic or hard */
  SCAN_MEMBER_SPECIAL /* a device, pipe or socket */
} ScanMemberKind;

typedef struct
{
  guint64 index;
  ScanMemberKind kind;
  const char *name; /* as it stands in the archive: any bytes, but for the NUL that ends it;
                       valid until the next member */
  gsize name_len;
  gboolean sized; /* size is what the archive says; bytes that differ from it are damage */
  guint64 size;
  gint64 mtime;
  gboolean encrypted;
  gboolean unnamed;  /* the archive is a single compressed file */
  gboolean withheld; /* larger than skip_above: its bytes do not come */
} ScanMember;

typedef struct
{
  const char *password; /* password_len bytes, or NULL; copied to the reader alone */
  gsize password_len;
  guint64 skip_above; /* 0 = nothing is withheld */
  guint64 from;       /* index of the first member that is of interest */
  guint64 bytes_max;  /* all bytes that may come; 0 = scan_unpack_bytes_max of the source */
  gboolean one;       /* only the member `from` */
} ScanUnpackOptions;

/* How many bytes an archive of that size may come to. */
guint64 scan_unpack_bytes_max (guint64 size);
/* The error of one that would come to more: LIMIT. */
void scan_unpack_set_too_much (GError **error);

typedef struct ScanUnpack ScanUnpack;

/* Begins; the source is borrowed until scan_unpack_free. Errors: as scan_reader_call. */
ScanUnpack *scan_unpack_new (ScanReaderPool *pool, const ScanSource *source,
                             const ScanUnpackOptions *options, GCancellable *cancellable,
                             GError **error);
void scan_unpack_free (ScanUnpack *unpack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanUnpack, scan_unpack_free)

typedef enum
{
  SCAN_UNPACK_MEMBER, /* ret_member is filled */
  SCAN_UNPACK_END,    /* the archive was read to its end */
  SCAN_UNPACK_FAILED  /* it cannot be read on, see error */
} ScanUnpackStep;

/* The next member; what is left of the one before is passed over. Errors: UNREADABLE (damaged),
 * UNSUPPORTED, PASSWORD, LIMIT, NO_MEMORY, READER, IO, NO_SANDBOX, G_IO_ERROR_CANCELLED. After
 * FAILED every call fails. */
ScanUnpackStep scan_unpack_next (ScanUnpack *unpack, ScanMember *ret_member, GError **error);

/* Up to n bytes of the member. 0: it is over, and was whole. -1: see error; UNREADABLE, UNSUPPORTED
 * and PASSWORD are failures of this member, and scan_unpack_next may go on. */
gssize scan_unpack_read (ScanUnpack *unpack, void *buf, gsize n, GError **error);
