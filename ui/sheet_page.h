/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet as a page of paper. */
#pragma once

#include <gtk/gtk.h>

typedef struct
{
  const char *key;   /* VAULT_SHEET_SIZE - 1 characters: nine groups with dashes between */
  const char *vault; /* its folder's name */
  const char *date;  /* of today, as people write it */
} UiSheet;

/* Draws the page into width × height points from the origin: the groups, the same key as a QR code
 * (ISO/IEC 18004, error correction Q), what it is for and where to keep it. Returns FALSE without
 * memory for the code.
 *
 * What is drawn passes through Pango, Cairo and libqrencode, which free their copies without wiping
 * them; the process image is replaced when the vault is locked. */
gboolean ui_sheet_draw (cairo_t *cr, double width, double height, const UiSheet *sheet);
