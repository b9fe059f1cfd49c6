/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cards of the gallery stand: sections, each with a heading and rows of cards of one
 * size. Plain numbers in pixels. */
#pragma once

#include <gdk/gdk.h>

#include "gallery_model.h"

typedef struct
{
  int card_width, card_height, heading_height;
  int columns, pitch; /* from one column to the next */
  int height;         /* of everything */
  GArray *tops;       /* int, of each section */
  const GArray *sections;
} UiCardLayout;

void ui_card_layout_clear (UiCardLayout *layout);
/* sections: UiGallerySection, must live until the next call. */
void ui_card_layout_update (UiCardLayout *layout, const GArray *sections, int width);
/* Upper edge of a heading; and of the card at index, with its left edge. */
int ui_card_layout_heading (const UiCardLayout *layout, guint section);
void ui_card_layout_card (const UiCardLayout *layout, guint index, int *ret_x, int *ret_y);
/* The cards whose rows touch top to bottom: the first, and the one behind the last. */
void ui_card_layout_range (const UiCardLayout *layout, int top, int bottom, guint *ret_first,
                           guint *ret_end);
/* The card above or below (rows < 0 or > 0) in the same column, over headings; the first or last
 * one if there are not so many. */
guint ui_card_layout_move (const UiCardLayout *layout, guint index, int rows);
guint ui_card_layout_count (const UiCardLayout *layout);

/* Where a key leads from the card at index, in a window of that height; FALSE: nowhere, as upwards
 * from the first row. There must be cards. */
gboolean ui_card_layout_key (const UiCardLayout *layout, guint keyval, guint index, int height,
                             gboolean rtl, guint *ret_target);
