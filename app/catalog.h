/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an unlocked vault holds, as a tree: studies → series → instances, and documents. Folded from
 * the journal when the vault is opened and kept up to date by imports.
 *
 * What lies in the trash is hidden: it stands in no array of the tree, with all below it. The item
 * itself, with what was not in the trash on its own, is whole and can be read.
 *
 * Threads: everything here belongs to the thread that owns the library (the window's main thread,
 * or the command line). Objects live until the library is closed; a pointer to a study, series,
 * instance or document stays valid when others are added. */
#pragma once

#include <glib.h>

#define SCAN_ID_LENGTH 32 /* hexadecimal digits of an ID */

typedef struct ScanCatalog ScanCatalog;
typedef struct ScanStudy ScanStudy;
typedef struct ScanSeries ScanSeries;
typedef struct ScanInstance ScanInstance;
typedef struct ScanDocument ScanDocument;

/* Strings are UTF-8 and "" where nothing is recorded; uid alone may be NULL. */
struct ScanStudy
{
  char id[SCAN_ID_LENGTH + 1];
  char *uid;          /* StudyInstanceUID, NULL if the files had none */
  char *patient_name; /* as recorded, with ^ */
  char *patient_id;
  char *birth_date; /* YYYYMMDD */
  char *sex;
  char *date; /* YYYYMMDD: study date, else the first series', else "" */
  char *time;
  char *description; /* StudyDescription as recorded */
  char *institution;
  char *referrer;
  char *title;          /* plain name without the date: "CT of the chest" */
  gint64 added;         /* seconds since 1970: when it came into the vault */
  GPtrArray *series;    /* ScanSeries, by number then uid */
  GPtrArray *documents; /* ScanDocument that belong to the study */
};

struct ScanSeries
{
  char id[SCAN_ID_LENGTH + 1];
  ScanStudy *study;
  char *uid;
  char *modality;
  char *description;
  char *body_part;
  gint number;          /* SeriesNumber, -1 if absent */
  GPtrArray *instances; /* ScanInstance, in viewing order */
};

struct ScanInstance
{
  ScanSeries *series;
  const guint8 *member; /* 32 bytes: the id of the original in the vault */
  const char *uid;      /* SOPInstanceUID, "" if absent */
  const char *sop_class;
  const char *transfer_syntax;
  const guint8 *arrangement; /* what tells its stack (order.h); NULL: nothing */
  guint64 bytes;   /* of the original */
  double position; /* mm along the normal of the series; NAN if unknown */
  gint number;     /* InstanceNumber, -1 if absent */
  guint frames;    /* 1 for a single picture, 0 if it holds none */
  guint16 rows, columns;
  guint8 renderable; /* the reader can draw it */
  guint8 conflict;   /* another instance has the same uid and other bytes */
};

struct ScanDocument
{
  char id[SCAN_ID_LENGTH + 1];
  ScanStudy *study;     /* NULL: belongs to no study */
  const guint8 *member; /* 32 bytes */
  char *name;           /* file name as found, valid UTF-8 */
  char *type;           /* "pdf" "jpeg" "png" "tiff" "text" "dicomdir" */
  guint64 bytes;
  gint64 added; /* seconds since 1970 */
};

/* All studies that are not in the trash, newest first; those without a date last. Valid until the
 * next import. */
GPtrArray *scan_catalog_studies (ScanCatalog *catalog);
/* Documents that belong to no study and are not in the trash. */
GPtrArray *scan_catalog_documents (ScanCatalog *catalog);

typedef struct
{
  guint studies, series, instances, documents;
  guint64 bytes_original, bytes_stored;
} ScanTotals;
void scan_catalog_totals (ScanCatalog *catalog, ScanTotals *ret_totals);

typedef enum
{
  SCAN_ITEM_STUDY,
  SCAN_ITEM_SERIES,
  SCAN_ITEM_INSTANCE,
  SCAN_ITEM_DOCUMENT
} ScanItemKind;

typedef struct
{
  ScanItemKind kind;
  union
  {
    ScanStudy *study;
    ScanSeries *series;
    ScanInstance *instance;
    ScanDocument *document;
  };
} ScanItem;

/* Looks an item up by ID or by an unambiguous prefix of 6 characters or more, upper or lower case.
 * The first knows nothing of the trash; the second looks everywhere.
 * Errors: SCAN_ERROR_NO_ITEM, SCAN_ERROR_AMBIGUOUS (also: prefix too short). */
gboolean scan_catalog_find (ScanCatalog *catalog, const char *id, ScanItem *ret_item,
                            GError **error);
gboolean scan_catalog_find_anywhere (ScanCatalog *catalog, const char *id, ScanItem *ret_item,
                                     GError **error);

/* Something in the trash. A series may lie there on its own account while its study does too. */
typedef struct
{
  ScanItem item;
  gint64 date; /* seconds since 1970: when it was put there */
} ScanTrashed;

/* What was put into the trash (not each thing below it), last first: ScanTrashed. Valid until the
 * trash or the catalog changes. */
GPtrArray *scan_catalog_trash (ScanCatalog *catalog);

/* It, its series or its study lies in the trash. */
gboolean scan_item_in_trash (ScanCatalog *catalog, const ScanItem *item);

/* Calls func for the item and everything below it, parents first; hidden: also for what lies in the
 * trash on its own account. func must not change the catalog. */
typedef void (*ScanItemFunc) (const ScanItem *item, gpointer user_data);
void scan_catalog_visit_item (ScanCatalog *catalog, const ScanItem *item, gboolean hidden,
                              ScanItemFunc func, gpointer user_data);
/* The same for everything that is not in the trash, and for everything that is. */
void scan_catalog_visit (ScanCatalog *catalog, ScanItemFunc func, gpointer user_data);
void scan_catalog_visit_trash (ScanCatalog *catalog, ScanItemFunc func, gpointer user_data);

/* The item's ID (SCAN_ID_LENGTH digits and NUL). */
void scan_item_id (const ScanItem *item, char ret_id[SCAN_ID_LENGTH + 1]);
/* What to call it in plain words, without the patient: "CT of the chest", "Picture 12 of CT of the
 * chest", a document's name. Free with g_free. */
char *scan_item_title (const ScanItem *item);
/* The study of an item, NULL for a document of none. */
ScanStudy *scan_item_study (const ScanItem *item);

/* The instance's ID (SCAN_ID_LENGTH digits and NUL). */
void scan_instance_id (const ScanInstance *instance, char ret_id[SCAN_ID_LENGTH + 1]);

/* Frames of all instances of a series. */
guint scan_series_frames (const ScanSeries *series);
/* All its instances can be drawn. */
gboolean scan_series_renderable (const ScanSeries *series);
/* The picture that stands for a series: the middle instance that can be drawn and its middle frame;
 * NULL if none. */
ScanInstance *scan_series_middle (const ScanSeries *series, guint *ret_frame);
/* The series that stands for a study: the first with the most pictures that can be drawn; NULL if
 * none. */
ScanSeries *scan_study_key_series (const ScanStudy *study);
