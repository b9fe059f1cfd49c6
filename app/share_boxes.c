/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person marked on pictures and what was found in them, as it is kept with a share. */
#include <string.h>

#include "error.h"
#include "share_private.h"

/* The last of it: 0 marked, 1 marked to be kept, 2 proposed, 3 proposed and kept. */
#define BOXES_TYPE "a(siuuuuy)"
#define ID_PREFIX_MIN 6 /* as for the items of a command line */

void
scan_box_free (ScanBox *box)
{
  g_free (box->item);
  g_free (box);
}

static void
add_copy (GPtrArray *boxes, const ScanBox *box, const char *id)
{
  ScanBox *copy = g_memdup2 (box, sizeof *box);

  copy->item = g_strdup (id);
  g_ptr_array_add (boxes, copy);
}

const char *
scan_share_box_target (const ScanBox *box, const ScanShareItem *item)
{
  const char *const ids[] = { item->item, item->series, item->study };

  /* A path is no ID: only the whole of it means a file. */
  if (item->member == NULL)
    return g_str_equal (item->item, box->item) ? item->item : NULL;
  if (strlen (box->item) < ID_PREFIX_MIN)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    if (ids[i] != NULL && g_str_has_prefix (ids[i], box->item))
      return ids[i];
  return NULL;
}

gboolean
scan_share_boxes_fit (GPtrArray *boxes, GPtrArray *items, GError **error)
{
  for (guint b = 0; boxes != NULL && b < boxes->len; b++)
    {
      const ScanBox *box = g_ptr_array_index (boxes, b);
      gboolean fits = FALSE;

      for (guint i = 0; i < items->len && !fits; i++)
        fits = scan_share_box_target (box, g_ptr_array_index (items, i)) != NULL;
      if (!fits)
        {
          g_set_error (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                       "A box is for “%s”, which is not in this share.", box->item);
          return FALSE;
        }
    }
  return TRUE;
}

GPtrArray *
scan_share_boxes_resolve (GPtrArray *boxes, GPtrArray *items)
{
  GPtrArray *resolved = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_box_free);

  for (guint b = 0; boxes != NULL && b < boxes->len; b++)
    {
      const ScanBox *box = g_ptr_array_index (boxes, b);
      g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < items->len; i++)
        {
          const char *id = scan_share_box_target (box, g_ptr_array_index (items, i));

          if (id != NULL && g_hash_table_add (known, (gpointer) id))
            add_copy (resolved, box, id);
        }
    }
  return resolved;
}

GBytes *
scan_share_boxes_pack (GPtrArray *boxes)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) packed = NULL, little = NULL;

  if (boxes == NULL || boxes->len == 0)
    return g_bytes_new (NULL, 0);
  g_variant_builder_init (&builder, G_VARIANT_TYPE (BOXES_TYPE));
  for (guint i = 0; i < boxes->len; i++)
    {
      const ScanBox *box = g_ptr_array_index (boxes, i);

      g_variant_builder_add (&builder, "(siuuuuy)", box->item, box->frame, box->x, box->y,
                             box->width, box->height,
                             box->origin != SCAN_BOX_MARKED ? 1 + box->origin : box->keep != FALSE);
    }
  packed = g_variant_ref_sink (g_variant_builder_end (&builder));
  little = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (packed) : g_variant_ref (packed);
  return g_variant_get_data_as_bytes (little);
}

GPtrArray *
scan_share_boxes_unpack (const guint8 *data, gsize size)
{
  GPtrArray *boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_box_free);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) packed = NULL, normal = NULL;
  GVariantIter iter;
  ScanBox box = { 0 };
  guint8 last;

  if (size == 0)
    return boxes;
  packed =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (BOXES_TYPE), bytes, FALSE));
  normal = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (packed)
                                        : g_variant_get_normal_form (packed);
  g_variant_iter_init (&iter, normal);
  while (g_variant_iter_next (&iter, "(siuuuuy)", &box.item, &box.frame, &box.x, &box.y, &box.width,
                              &box.height, &last))
    {
      box.keep = last == 1;
      box.origin = last == 2 ? SCAN_BOX_PROPOSED : last == 3 ? SCAN_BOX_KEPT : SCAN_BOX_MARKED;
      g_ptr_array_add (boxes, g_memdup2 (&box, sizeof box));
    }
  return boxes;
}
