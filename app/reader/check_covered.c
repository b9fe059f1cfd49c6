/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_covered.h"

#include <string.h>

/* A corner of a region, of the item at that place; G_MAXUINT if it is not told. */
static guint
corner_of (const CheckFile *file, guint64 item, guint16 element)
{
  const CheckElement *at = check_in (file, item, 0x0018, element);

  if (at == NULL || at->size != 4 || !check_vr_is (at, "UL ?? "))
    return G_MAXUINT;
  return file->big_endian ? (guint) at->value[0] << 24 | (guint) at->value[1] << 16 |
                                (guint) at->value[2] << 8 | at->value[3]
                          : (guint) at->value[3] << 24 | (guint) at->value[2] << 16 |
                                (guint) at->value[1] << 8 | at->value[0];
}

gboolean
check_outside_regions (const CheckFile *source, guint rows, guint columns, guint8 *covered)
{
  gboolean any = FALSE;
  const CheckElement *regions = check_find (source, 0x0018, 0x6011), *end;

  if (regions == NULL)
    return FALSE;
  end = &g_array_index (source->elements, CheckElement, source->elements->len);
  memset (covered, 1, (gsize) rows * columns);
  /* PS3.3 C.8.5.5: two corners an item. */
  for (const CheckElement *at = regions + 1; at < end && at->depth > 0; at++)
    if (at->depth == 1 && at->group == 0x0018 && at->element == 0x6018)
      {
        guint left = corner_of (source, at->item, 0x6018),
              top = corner_of (source, at->item, 0x601A),
              right = corner_of (source, at->item, 0x601C),
              bottom = corner_of (source, at->item, 0x601E);

        /* left and top that are not told are larger than any right and bottom. */
        if (right == G_MAXUINT || bottom == G_MAXUINT || left >= right || top >= bottom)
          continue;
        any = TRUE;
        for (guint y = top; y <= bottom && y < rows; y++)
          for (guint x = left; x <= right && x < columns; x++)
            covered[(gsize) y * columns + x] = 0;
      }
  if (!any)
    memset (covered, 0, (gsize) rows * columns);
  return any;
}

void
check_add_boxes (const CheckPlan *plan, guint rows, guint columns, guint frame, guint8 *covered)
{
  for (guint i = 0; i < plan->boxes->len; i++)
    {
      const CheckBox *box = &g_array_index (plan->boxes, CheckBox, i);

      if (box->frame >= 0 && (guint) box->frame != frame)
        continue;
      for (guint64 y = box->y; y < (guint64) box->y + box->height && y < rows; y++)
        for (guint64 x = box->x; x < (guint64) box->x + box->width && x < columns; x++)
          covered[y * columns + x] = 1;
    }
}

static guint
word_of (const CheckElement *table, gsize i)
{
  return (guint) table->value[2 * i] | (guint) table->value[2 * i + 1] << 8;
}

/* The stored value of the darkest entry of the palette (PS3.3 C.7.6.3.1.5), which is the source's.
 */
static guint
darkest_entry (const CheckFile *copy)
{
  const CheckElement *descriptor = check_find (copy, 0x0028, 0x1101), *tables[3];
  gsize n = G_MAXSIZE, darkest = 0;
  guint least = G_MAXUINT, first = 0;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      tables[i] = check_find (copy, 0x0028, (guint16) (0x1201 + i));
      n = MIN (n, tables[i] != NULL ? tables[i]->size / 2 : 0);
    }
  for (gsize i = 0; i < n; i++)
    {
      guint sum = 0;

      for (guint k = 0; k < G_N_ELEMENTS (tables); k++)
        sum += word_of (tables[k], i);
      if (sum < least)
        {
          least = sum;
          darkest = i;
        }
    }
  if (descriptor != NULL && descriptor->size >= 4)
    first = word_of (descriptor, 1);
  if (descriptor != NULL && g_str_equal (descriptor->vr, "SS") && first > G_MAXINT16)
    first = 0;
  return (guint) darkest + first;
}

guint
check_fill (const CheckFile *copy, guint allocated, guint stored, gboolean is_signed, guint sample)
{
  const CheckElement *colour = check_find (copy, 0x0028, 0x0004);
  g_autofree char *model = colour != NULL ? check_text (colour) : g_strdup ("");
  guint fill = is_signed ? 0u - (1u << (stored - 1)) : 0;

  if (g_str_equal (model, "MONOCHROME1"))
    fill = G_MAXUINT32 >> (32 - stored) >> (is_signed ? 1 : 0);
  else if (g_str_equal (model, "YBR_FULL"))
    fill = sample == 0 ? 0 : 128;
  else if (g_str_equal (model, "PALETTE COLOR"))
    fill = darkest_entry (copy);
  return fill & (G_MAXUINT32 >> (32 - allocated));
}
