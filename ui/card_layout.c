/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card_layout.h"

#define GAP 6 /* between cards */
#define MARGIN 18

static const UiGallerySection *
section_at (const UiCardLayout *layout, guint i)
{
  return &g_array_index (layout->sections, UiGallerySection, i);
}

static guint
n_sections (const UiCardLayout *layout)
{
  return layout->sections != NULL ? layout->sections->len : 0;
}

static int
heading_height (const UiCardLayout *layout, guint section)
{
  return section_at (layout, section)->heading != NULL ? layout->heading_height : 0;
}

static int
rows_of (const UiCardLayout *layout, guint section)
{
  return ((int) section_at (layout, section)->n + layout->columns - 1) / layout->columns;
}

void
ui_card_layout_clear (UiCardLayout *layout)
{
  g_clear_pointer (&layout->tops, g_array_unref);
  layout->sections = NULL;
}

void
ui_card_layout_update (UiCardLayout *layout, const GArray *sections, int width)
{
  int room = MAX (width - 2 * MARGIN, layout->card_width), y = MARGIN / 2;

  layout->sections = sections;
  layout->columns = MAX ((room + GAP) / MAX (layout->card_width + GAP, 1), 1);
  layout->pitch = (room + GAP) / layout->columns;
  if (layout->tops == NULL)
    layout->tops = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_size (layout->tops, 0);
  for (guint i = 0; i < n_sections (layout); i++)
    {
      g_array_append_val (layout->tops, y);
      y += heading_height (layout, i) + rows_of (layout, i) * (layout->card_height + GAP) + GAP;
    }
  layout->height = y + MARGIN / 2;
}

int
ui_card_layout_heading (const UiCardLayout *layout, guint section)
{
  return g_array_index (layout->tops, int, section);
}

/* The section that holds a card. */
static guint
section_of (const UiCardLayout *layout, guint index)
{
  guint low = 0, high = n_sections (layout);

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (section_at (layout, middle)->first <= index)
        low = middle;
      else
        high = middle;
    }
  return low;
}

void
ui_card_layout_card (const UiCardLayout *layout, guint index, int *ret_x, int *ret_y)
{
  guint section = section_of (layout, index), at = index - section_at (layout, section)->first;
  int row = (int) at / layout->columns, column = (int) at % layout->columns;

  *ret_x = MARGIN + column * layout->pitch + (layout->pitch - GAP - layout->card_width) / 2;
  *ret_y = ui_card_layout_heading (layout, section) + heading_height (layout, section) +
           row * (layout->card_height + GAP);
}

void
ui_card_layout_range (const UiCardLayout *layout, int top, int bottom, guint *ret_first,
                      guint *ret_end)
{
  guint first = 0, end = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < n_sections (layout); i++)
    {
      const UiGallerySection *section = section_at (layout, i);
      int y = ui_card_layout_heading (layout, i) + heading_height (layout, i);
      int from = (top - y) / (layout->card_height + GAP), to;

      if (y > bottom)
        break;
      if (top > y + rows_of (layout, i) * (layout->card_height + GAP))
        continue;
      from = CLAMP (from, 0, rows_of (layout, i) - 1);
      to = CLAMP ((bottom - y) / (layout->card_height + GAP) + 1, 0, rows_of (layout, i));
      if (!any)
        first = section->first + MIN ((guint) (from * layout->columns), section->n);
      any = TRUE;
      end = section->first + MIN ((guint) (to * layout->columns), section->n);
    }
  *ret_first = first;
  *ret_end = MAX (first, end);
}

guint
ui_card_layout_count (const UiCardLayout *layout)
{
  const UiGallerySection *last;

  if (n_sections (layout) == 0)
    return 0;
  last = section_at (layout, n_sections (layout) - 1);
  return last->first + last->n;
}

guint
ui_card_layout_move (const UiCardLayout *layout, guint index, int rows)
{
  for (; rows != 0; rows += rows < 0 ? 1 : -1)
    {
      guint i = section_of (layout, index);
      const UiGallerySection *section = section_at (layout, i);
      const guint columns = (guint) layout->columns, at = index - section->first,
                  column = at % columns;

      if (rows < 0 && at >= columns)
        index -= columns;
      else if (rows < 0 && i > 0)
        {
          const UiGallerySection *above = section_at (layout, i - 1);
          guint last_row = (above->n - 1) / columns * columns;

          index = above->first + MIN (last_row + column, above->n - 1);
        }
      else if (rows < 0)
        return 0;
      else if (at / columns < (section->n - 1) / columns)
        index = section->first + MIN (at + columns, section->n - 1);
      else if (i + 1 < n_sections (layout))
        index = section_at (layout, i + 1)->first + MIN (column, section_at (layout, i + 1)->n - 1);
      else
        return ui_card_layout_count (layout) - 1;
    }
  return index;
}

gboolean
ui_card_layout_key (const UiCardLayout *layout, guint keyval, guint index, int height, gboolean rtl,
                    guint *ret_target)
{
  const guint last = ui_card_layout_count (layout) - 1;
  const int page = MAX (height / layout->card_height, 1);

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      if ((keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right) != rtl)
        *ret_target = MIN (index + 1, last);
      else
        *ret_target = index > 0 ? index - 1 : 0;
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      /* From the first row on to what stands above the cards. */
      *ret_target = ui_card_layout_move (layout, index, -1);
      return index >= (guint) layout->columns || *ret_target != 0;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      *ret_target = ui_card_layout_move (layout, index, 1);
      return TRUE;
    case GDK_KEY_Page_Up:
      *ret_target = ui_card_layout_move (layout, index, -page);
      return TRUE;
    case GDK_KEY_Page_Down:
      *ret_target = ui_card_layout_move (layout, index, page);
      return TRUE;
    case GDK_KEY_Home:
      *ret_target = 0;
      return TRUE;
    case GDK_KEY_End:
      *ret_target = last;
      return TRUE;
    default:
      return FALSE;
    }
}
