/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalog from inside. One file each: catalog.c (making, keys, loading, totals), catalog_join.c
 * (rows become the tree), catalog_visit.c (walks), catalog_trash.c (hiding and removing),
 * catalog_items.c (finding), catalog_annotations.c (what the owner wrote, what was shared). */
#pragma once

#include "catalog_private.h"

#define SCAN_MEMBER_SIZE 32
#define SCAN_CATALOG_SLAB 1024 /* instances a block */

struct ScanCatalog
{
  const Vault *vault;         /* NULL in tests of rows alone */
  gboolean stray_rows;        /* some rows may lead to no member */
  GHashTable *studies_by_key; /* 16 bytes inside the journal → ScanStudy, owned */
  GHashTable *series_by_key;  /* → ScanSeries, owned */
  GPtrArray *studies;         /* in order, without those in the trash */
  GPtrArray *documents;       /* all of them, owned */
  GPtrArray *loose_documents; /* those of no study, without those in the trash */
  GPtrArray *slabs;           /* instances stand in blocks: one allocation for many */
  guint slab_used;
  GPtrArray *waiting_series;    /* ScanWaiting */
  GArray *waiting_instances;    /* ScanPending by value: there may be very many */
  GPtrArray *waiting_documents; /* ScanWaiting */
  GStringChunk *kept;           /* entities whose own memory is not the journal's */
  GHashTable *marks;            /* the first 16 bytes of an entity → ScanTrashMark, owned */
  GPtrArray *trash;             /* ScanTrashed inside marks whose item was found, newest first */
  GPtrArray *gone_studies, *gone_series; /* purged: pointers to them stay good until the end */
  GHashTable *annotations;      /* the first 16 bytes of an entity → notes, owned */
  GHashTable *shared;           /* keys of items that were shared, owned */
  guint64 clock_ms;             /* of the row that is read; 0: it is written now */
  guint64 bytes_stored;
  guint n_leaves; /* instances and documents, hidden or not */
};

/* A row that has not found its parent yet. */
typedef struct
{
  const guint8 *entity;
  const guint8 *value;
  gsize size;
} ScanPending;

/* Something that lies in the trash, or will when its row turns up. */
typedef struct
{
  ScanTrashed shown; /* the first member: what scan_catalog_trash hands out */
  const guint8 *entity;
  gsize entity_len;
  gboolean found;
  guint n_seen;
  const guint8 *seen; /* as in ScanTrashRow */
} ScanTrashMark;

/* catalog_join.c */
void scan_catalog_sort_studies (ScanCatalog *catalog);
void scan_study_settle (ScanStudy *study); /* order of its series, its title */

/* A row that waits and whose time counts. */
typedef struct
{
  ScanPending row;
  gint64 added; /* seconds since 1970 */
} ScanWaiting;

/* catalog_annotations.c: takes up one of the owner's fields, and the items of a share. */
void scan_catalog_annotate (ScanCatalog *catalog, const guint8 *entity, guint16 field,
                            const guint8 *value, gsize size);
void scan_catalog_note_share (ScanCatalog *catalog, const guint8 *value, gsize size);
void scan_catalog_annotations_init (ScanCatalog *catalog);

/* catalog_trash.c: the value of a trash field, empty or no row for none. */
void scan_catalog_mark (ScanCatalog *catalog, const guint8 *entity, gsize entity_len,
                        const guint8 *value, gsize size);
/* Hides what the marks name. */
void scan_catalog_resolve_marks (ScanCatalog *catalog);
