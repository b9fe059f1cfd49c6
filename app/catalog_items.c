/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding items by ID, and the pictures that stand for series and studies. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "plainname.h"
#include "translate.h"

#define PREFIX_MIN 6
#define WAVEFORMS "1.2.840.10008.5.1.4.1.1.9."

void
scan_instance_id (const ScanInstance *instance, char ret_id[SCAN_ID_LENGTH + 1])
{
  scan_key_to_id (instance->member, ret_id);
}

void
scan_item_id (const ScanItem *item, char ret_id[SCAN_ID_LENGTH + 1])
{
  guint8 key[SCAN_KEY_SIZE];

  scan_item_key (item, key);
  scan_key_to_id (key, ret_id);
}

char *
scan_item_title (const ScanItem *item)
{
  const ScanStudy *study = scan_item_study (item);

  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      return g_strdup (study->title);
    case SCAN_ITEM_SERIES:
      if (*item->series->description != '\0')
        return g_strdup_printf (scan_plain_words (N_ ("%s of %s")), item->series->description,
                                study->title);
      return g_strdup_printf (scan_plain_words (N_ ("A series of %s")), study->title);
    case SCAN_ITEM_INSTANCE:
      if (item->instance->number >= 0)
        return g_strdup_printf (scan_plain_words (N_ ("Picture %d of %s")), item->instance->number,
                                study->title);
      return g_strdup_printf (scan_plain_words (N_ ("A picture of %s")), study->title);
    case SCAN_ITEM_DOCUMENT:
      return g_strdup (item->document->name);
    }
  g_assert_not_reached ();
}

/* A prefix as bytes: whole bytes, and one more nibble if the number of digits is odd. */
typedef struct
{
  guint8 bytes[SCAN_KEY_SIZE];
  guint digits;
  guint hits;
  ScanItem item;
} Search;

static gboolean
search_init (Search *search, const char *id)
{
  gsize n = strlen (id);

  memset (search, 0, sizeof *search);
  if (n < PREFIX_MIN || n > SCAN_ID_LENGTH)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      gint digit = g_ascii_xdigit_value (id[i]);

      if (digit < 0)
        return FALSE;
      search->bytes[i / 2] |= (guint8) (i % 2 == 0 ? digit << 4 : digit);
    }
  search->digits = (guint) n;
  return TRUE;
}

static gboolean
search_fits (const Search *search, const guint8 *key)
{
  guint whole = search->digits / 2;

  return memcmp (search->bytes, key, whole) == 0 &&
         (search->digits % 2 == 0 || search->bytes[whole] == (key[whole] & 0xF0));
}

static void
search_item (const ScanItem *item, gpointer user_data)
{
  Search *search = user_data;
  guint8 key[SCAN_KEY_SIZE];

  scan_item_key (item, key);
  if (!search_fits (search, key))
    return;
  search->hits++;
  search->item = *item;
}

static gboolean
find (ScanCatalog *catalog, const char *id, gboolean anywhere, ScanItem *ret_item, GError **error)
{
  Search search;
  guint shown = 0;

  if (strlen (id) < PREFIX_MIN)
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_AMBIGUOUS, "An ID needs at least %d characters.",
                   PREFIX_MIN);
      return FALSE;
    }
  if (search_init (&search, id))
    {
      scan_catalog_visit (catalog, search_item, &search);
      shown = search.hits;
      if (anywhere || shown == 0)
        scan_catalog_visit_trash (catalog, search_item, &search);
    }
  if (search.hits == 0)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                         "There is no item with that ID in the vault.");
  else if (shown == 0 && !anywhere)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                         "The item with that ID is in the trash.");
  else if (search.hits > 1)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_AMBIGUOUS,
                         "That ID fits several items; give more of its characters.");
  else
    {
      *ret_item = search.item;
      return TRUE;
    }
  return FALSE;
}

gboolean
scan_catalog_find (ScanCatalog *catalog, const char *id, ScanItem *ret_item, GError **error)
{
  return find (catalog, id, FALSE, ret_item, error);
}

gboolean
scan_catalog_find_anywhere (ScanCatalog *catalog, const char *id, ScanItem *ret_item,
                            GError **error)
{
  return find (catalog, id, TRUE, ret_item, error);
}

guint
scan_series_frames (const ScanSeries *series)
{
  guint frames = 0;

  for (guint i = 0; i < series->instances->len; i++)
    frames += ((const ScanInstance *) g_ptr_array_index (series->instances, i))->frames;
  return frames;
}

gboolean
scan_series_renderable (const ScanSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    if (!((const ScanInstance *) g_ptr_array_index (series->instances, i))->renderable)
      return FALSE;
  return series->instances->len > 0;
}

ScanInstance *
scan_series_middle (const ScanSeries *series, guint *ret_frame)
{
  guint middle = series->instances->len / 2;

  /* Outwards from the middle to the nearest one that can be drawn. */
  for (guint step = 0; step <= series->instances->len; step++)
    for (gint side = -1; side <= 1; side += 2)
      {
        gint64 at = (gint64) middle + side * (gint64) step;
        ScanInstance *instance;

        if (at < 0 || at >= (gint64) series->instances->len)
          continue;
        instance = g_ptr_array_index (series->instances, (guint) at);
        if (!instance->renderable)
          continue;
        /* A recording begins with the curves themselves. */
        if (ret_frame != NULL)
          *ret_frame = g_str_has_prefix (instance->sop_class, WAVEFORMS) ? 0 : instance->frames / 2;
        return instance;
      }
  return NULL;
}

ScanSeries *
scan_study_key_series (const ScanStudy *study)
{
  ScanSeries *best = NULL;
  guint most = 0;

  for (guint i = 0; i < study->series->len; i++)
    {
      ScanSeries *series = g_ptr_array_index (study->series, i);
      guint frames = scan_series_frames (series);

      /* A document has a picture of its first page, and no frames. */
      if ((frames > most || best == NULL) && scan_series_middle (series, NULL) != NULL)
        {
          best = series;
          most = frames;
        }
    }
  return best;
}
