/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cards the gallery shows, in which order, under which headings. No widgets in here. */
#pragma once

#include "gallery_entry.h"

typedef enum
{
  UI_SORT_DATE, /* newest first */
  UI_SORT_ADDED,
  UI_SORT_NAME
} UiSort;

typedef struct
{
  const char *words;   /* each of them must be found; NULL or "": all */
  guint kind;          /* UiKind, 0: all */
  gboolean favourites; /* alone */
  const char *person;  /* person_key, NULL: everyone */
  UiSort sort;
} UiGalleryFilter;

typedef struct
{
  char *heading; /* NULL: none */
  guint first, n;
} UiGallerySection;

typedef struct
{
  char *key, *name;
} UiGalleryPerson;

typedef struct
{
  GPtrArray *all;      /* UiGalleryEntry, owned, in the catalog's order */
  GPtrArray *shown;    /* some of them, in the order of the filter */
  GArray *sections;    /* UiGallerySection over shown */
  guint kinds;         /* UiKind that exist */
  gboolean favourites; /* there are some */
  GPtrArray *people;   /* UiGalleryPerson, by name */
  guint prepared;      /* so many of all can be searched at once */
} UiGalleryModel;

UiGalleryModel *ui_gallery_model_new (void);
void ui_gallery_model_free (UiGalleryModel *model);

/* Reads the catalog anew; nothing is shown until the next filter. session: NULL forgets all. */
void ui_gallery_model_load (UiGalleryModel *model, UiSession *session);
/* Makes ready what a search looks in, until that time (g_get_monotonic_time), so that the first
 * letter typed need not wait for all of it. FALSE once there is nothing more to make. */
gboolean ui_gallery_model_prepare (UiGalleryModel *model, gint64 until);
void ui_gallery_model_filter (UiGalleryModel *model, const UiGalleryFilter *filter);

/* A year that holds more is told in months. */
#define UI_GALLERY_YEAR_MOST 24
