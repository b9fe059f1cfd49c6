/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the grid of cards share: the widget itself (card_grid.c), its cards and
 * headings as widgets (card_grid_cards.c), and what clicks and keys do (card_grid_input.c). */
#pragma once

#include "card_grid.h"
#include "card_layout.h"
#include "card_select.h"

struct _UiCardGrid
{
  GtkWidget parent_instance;
  UiSession *session;
  UiGalleryModel *model; /* not owned; NULL: nothing is shown */
  UiCardLayout layout;
  UiCardSelect select;
  GtkWidget *measure, *measure_heading; /* never seen */
  GHashTable *cards;                    /* index → card */
  GHashTable *headings;                 /* section → label */
  GPtrArray *spare_cards, *spare_headings;
  int side;
  gboolean select_mode;
  guint later;                   /* tick callback that makes more cards */
  GtkAdjustment *adjustments[2]; /* horizontal, vertical */
  GtkScrollablePolicy policies[2];
};

enum
{
  SIGNAL_ACTIVATED,
  SIGNAL_SELECTION_CHANGED,
  SIGNAL_MENU_WANTED,
  N_SIGNALS
};
extern guint ui_card_grid_signals[N_SIGNALS];

UiGalleryEntry *ui_card_grid_entry (UiCardGrid *self, guint index);
guint ui_card_grid_count (UiCardGrid *self);
int ui_card_grid_scroll_y (UiCardGrid *self);

/* ---- cards and headings ---- */

/* Which card of the model it shows. */
guint ui_card_grid_index (GtkWidget *card);
GtkWidget *ui_card_grid_new_heading (UiCardGrid *self);
/* FALSE: it was there already. */
gboolean ui_card_grid_bind_card (UiCardGrid *self, guint index);
/* Those from top to bottom, in pixels of the list. */
void ui_card_grid_bind_headings (UiCardGrid *self, int top, int bottom);
/* Cards out of sight are put aside; the one with the focus stays, or the focus would be lost. */
void ui_card_grid_drop_cards (UiCardGrid *self, guint first, guint end);
/* Most of what goes out of sight is used again at once; what is not is hidden by this. */
void ui_card_grid_hide_spares (UiCardGrid *self);
void ui_card_grid_show_selection (UiCardGrid *self);

/* ---- clicks and keys ---- */

void ui_card_grid_selection_changed (UiCardGrid *self);
void ui_card_grid_pressed (GtkGestureClick *gesture, int n_press, double x, double y,
                           UiCardGrid *self);
gboolean ui_card_grid_key (GtkEventControllerKey *controller, guint keyval, guint keycode,
                           GdkModifierType state, UiCardGrid *self);
/* Scrolls until the card is in sight, and gives it the focus. */
void ui_card_grid_focus_card (UiCardGrid *self, guint index);
/* The card with the focus, or NULL. */
GtkWidget *ui_card_grid_focused (UiCardGrid *self);
