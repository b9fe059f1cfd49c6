/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery key on the screen: nine numbered groups of four characters. */
#pragma once

#include <gtk/gtk.h>

#define UI_SHEET_GROUPS 9
#define UI_SHEET_GROUP_LENGTH 4

/* The first character of a group, from 0, in the key's text of nine groups with dashes between. */
const char *ui_sheet_group (const char *sheet, guint group);

/* Fills an empty grid. */
void ui_sheet_grid_show (GtkGrid *grid, const char *sheet);
void ui_sheet_grid_clear (GtkGrid *grid);
