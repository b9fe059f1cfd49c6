/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner writes on a scan or document: a title of their own, a note, tags, a favourite's
 * star. Sealed like everything else; of two computers the last writer wins, each field for itself.
 *
 * The owner's title is for the owner's eyes: nothing that is handed out may hold it. */
#pragma once

#include "library.h"

typedef struct
{
  const char *title;       /* "": none */
  const char *note;        /* "": none; may have several lines */
  const char *const *tags; /* NULL-terminated, in the order in which they were given */
  gboolean favourite;
} ScanAnnotation;

#define SCAN_TITLE_MAX 200  /* characters; what is longer is cut */
#define SCAN_TAG_MAX 60     /* characters */
#define SCAN_TAGS_MAX 50    /* tags of one item */
#define SCAN_NOTE_MAX 10000 /* characters */

/* Of a study or document; empty for anything else, and where nothing was written. Never NULL; valid
 * until the item is annotated again or the library is closed. [owning thread] */
const ScanAnnotation *scan_catalog_annotation (ScanCatalog *catalog, const ScanItem *item);

/* The owner's title, or else scan_item_title. Free with g_free. [owning thread] */
char *scan_catalog_item_name (ScanCatalog *catalog, const ScanItem *item);

/* The item itself, or something below or above it, stands in the ledger of shares. [owning thread]
 */
gboolean scan_catalog_is_shared (ScanCatalog *catalog, const ScanItem *item);
/* The catalog alone: after scan_share, whose row is in the ledger. [owning thread] */
void scan_catalog_set_shared (ScanCatalog *catalog, const ScanItem *items, guint n_items);

/* What to change; NULL, and -1 for the favourite, leave a field as it is. Texts are UTF-8; they are
 * brought to form C, freed of control characters and of spaces around them, and cut to the lengths
 * above. Empty texts and tags take the field away. A tag that is there already in other case is one
 * tag. */
typedef struct
{
  ScanItem item; /* a study or document */
  const char *title, *note;
  const char *const *tags;
  gint favourite;
} ScanAnnotationChange;

/* In three steps, as the trash: new and apply on the owning thread, run on [any thread]. One commit
 * for all changes, or none of them; what is as it should be already is not written. Errors of new:
 * SCAN_ERROR_USAGE for an item that is neither study nor document, or a text that is no UTF-8; of
 * run: FULL, IO, cancelled. apply frees the job. */
typedef struct ScanAnnotateJob ScanAnnotateJob;
ScanAnnotateJob *scan_annotate_new (ScanLibrary *library, const ScanAnnotationChange *changes,
                                    guint n_changes, GError **error);
gboolean scan_annotate_run (ScanAnnotateJob *job, GCancellable *cancellable, GError **error);
void scan_annotate_apply (ScanAnnotateJob *job);

/* The three steps at once. [owning thread] */
gboolean scan_library_annotate (ScanLibrary *library, const ScanAnnotationChange *changes,
                                guint n_changes, GError **error);

/* Every tag that some item outside the trash has, sorted. Free with g_strfreev. [owning thread] */
GStrv scan_catalog_tags (ScanCatalog *catalog);
