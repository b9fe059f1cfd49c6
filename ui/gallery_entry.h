/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one card of the gallery shows, made from the catalog once for all uses: the card, the
 * search, the order. */
#pragma once

#include "annotation.h"
#include "session.h"

/* What a card holds; one may be of several kinds. */
typedef enum
{
  UI_KIND_CT = 1 << 0,
  UI_KIND_MRI = 1 << 1,
  UI_KIND_XRAY = 1 << 2,
  UI_KIND_ULTRASOUND = 1 << 3,
  UI_KIND_NUCLEAR = 1 << 4,
  UI_KIND_REPORT = 1 << 5,
  UI_KIND_OTHER = 1 << 6
} UiKind;
#define UI_N_KINDS 7

typedef struct
{
  ScanItem item;               /* a study or a document, of the session's catalog */
  char *title;                 /* the owner's, or the plain name */
  char *date_words;            /* made when it is first asked for */
  const char *place;           /* "" */
  char *person;                /* plain name; "" where none is recorded */
  char *person_key;            /* the same for the same person, whatever the spelling's case */
  const ScanAnnotation *notes; /* of the catalog */
  guint kinds;                 /* UiKind */
  guint pictures;
  gint64 added;           /* seconds since 1970 */
  gboolean has_report;    /* beside its pictures */
  gboolean shared, fresh; /* fresh: came lately, and was not opened yet */
  char *haystack;         /* folded text to search in; made when it is first asked for */
} UiGalleryEntry;

/* now: seconds since 1970. The entry points into the catalog and lives no longer than the session;
 * it is made anew when the catalog changes. */
UiGalleryEntry *ui_gallery_entry_new (UiSession *session, const ScanItem *item, gint64 now);
void ui_gallery_entry_free (UiGalleryEntry *entry);

/* What a screen reader says of the card: the whole of it in one sentence. Free with g_free. */
char *ui_gallery_entry_sentence (UiGalleryEntry *entry);

/* "3 March 2024", or ""; owned by the entry. */
const char *ui_gallery_entry_date (UiGalleryEntry *entry);

/* YYYYMMDD of the scan, or "" for a document of no study. */
const char *ui_gallery_entry_day (const UiGalleryEntry *entry);

/* Everything that a search looks in, folded; owned by the entry. */
const char *ui_gallery_entry_haystack (UiGalleryEntry *entry);

/* Text as it is compared in a search: without case and accents. Free with g_free. */
char *ui_gallery_fold (const char *text);

/* "CT", "X-ray": translated. */
const char *ui_kind_name (UiKind kind);

/* From now on its card is not fresh; until the vault is locked. */
void ui_gallery_mark_opened (UiSession *session, const ScanItem *item);
