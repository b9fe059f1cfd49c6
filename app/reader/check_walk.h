/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small reader of DICOM Part 10 files for the independent check: no DCMTK, no dictionary, nothing
 * of the code that writes copies. Works on bytes in memory; every length is checked; what it cannot
 * follow is an error. */
#pragma once

#include <glib.h>

typedef struct
{
  guint16 group, element;
  char vr[3];         /* "??" where the file does not say */
  guint16 depth;      /* 0 = root */
  gboolean is_parent; /* a sequence; its items follow */
  gboolean in_meta;
  guint64 place;       /* hash of the way to it: same place in source and copy, same number */
  guint64 item;        /* likewise of the data set or item that it stands in */
  guint n_items;       /* of a sequence */
  const guint8 *value; /* inside the walked bytes */
  gsize size;
} CheckElement;

typedef struct
{
  const guint8 *bytes; /* inside the walked bytes */
  gsize size;
} CheckFragment;

typedef struct
{
  const guint8 *bytes;
  gsize size;
  guint8 *inflated;      /* owned; what follows the meta group of a deflated file */
  GArray *elements;      /* CheckElement, in order */
  GHashTable *by_place;  /* place → CheckElement, the first if it stands twice; borrowed */
  char syntax[65];       /* TransferSyntaxUID, "" if there is no meta group */
  gboolean has_preamble; /* 128 bytes and DICM */
  gboolean big_endian, encapsulated;
  gboolean is_loose; /* could be written otherwise: undefined lengths, tags that do not ascend,
                        bytes that are reserved */
  GArray *fragments; /* CheckFragment: of the pixel data, if encapsulated; the offset table first */
} CheckFile;

#define CHECK_DEPTH_MAX 64

/* FALSE: the bytes cannot be followed to their end. Always to be cleared. */
gboolean check_walk (const guint8 *bytes, gsize size, CheckFile *ret_file);
void check_file_clear (CheckFile *file);

/* Places, as numbers: of the data set, of an element in a data set or item, of the n-th item of the
 * sequence at a place. */
#define CHECK_PLACE_ROOT G_GUINT64_CONSTANT (0xcbf29ce484222325)
guint64 check_place (guint64 item, guint16 group, guint16 element);
guint64 check_place_of_item (guint64 sequence, guint n);

/* Group and element in one number. */
guint32 check_tag (const CheckElement *element);
/* Whether the VR is one of a list such as "US SS ". */
gboolean check_vr_is (const CheckElement *element, const char *list);

/* The element at the root, or NULL. */
const CheckElement *check_find (const CheckFile *file, guint16 group, guint16 element);

/* The element at a place of another file, or NULL. */
const CheckElement *check_at (const CheckFile *file, guint64 place);

/* The element of an item or data set, or NULL. */
const CheckElement *check_in (const CheckFile *file, guint64 item, guint16 group, guint16 element);

/* The value as text without padding; free with g_free. Raw bytes, NULs become spaces. */
char *check_text (const CheckElement *element);
/* The same, NULs left out. */
char *check_dense_text (const CheckElement *element);

/* Whether nothing stands behind a text but the one byte that makes its length even (PS3.5 6.2). */
gboolean check_is_padded_once (const CheckElement *element);

/* The first 16-bit number of a value; fallback if it has none. */
guint check_number (const CheckFile *file, const CheckElement *element, guint fallback);
