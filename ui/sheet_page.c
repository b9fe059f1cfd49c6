/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_page.h"

#include <glib/gi18n.h>
#include <qrencode.h>
#include <string.h>

#include "sheet_grid.h"

#define COLUMNS 3
#define QUIET 4 /* modules of white around the code: ISO/IEC 18004, 5.3.8 */
#define CODE_SIDE 150.0
#define GAP 16.0
/* Points that the layout takes; made smaller on paper that has less. */
#define LAYOUT_WIDTH 511.0
#define LAYOUT_HEIGHT 700.0

typedef struct
{
  cairo_t *cr;
  double width, y;
} Page;

/* One paragraph at the pen, which moves below it. */
static void
paragraph (Page *page, const char *font, const char *text, double after)
{
  PangoLayout *layout = pango_cairo_create_layout (page->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height;

  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, (int) (page->width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (page->cr, 0, page->y);
  pango_cairo_show_layout (page->cr, layout);
  page->y += (double) height / PANGO_SCALE + after;
  pango_font_description_free (description);
  g_object_unref (layout);
}

static double
text_at (Page *page, const char *font, const char *text, double x, double y)
{
  PangoLayout *layout = pango_cairo_create_layout (page->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int width;

  pango_layout_set_font_description (layout, description);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, &width, NULL);
  cairo_move_to (page->cr, x, y);
  pango_cairo_show_layout (page->cr, layout);
  pango_font_description_free (description);
  g_object_unref (layout);
  return (double) width / PANGO_SCALE;
}

static void
draw_groups (Page *page, const char *key)
{
  const double cell = page->width / COLUMNS, row = 44;

  for (guint i = 0; i < UI_SHEET_GROUPS; i++)
    {
      char group[UI_SHEET_GROUP_LENGTH + 1], number[16];
      double x = (i % COLUMNS) * cell, y = page->y + i / COLUMNS * (row + 8);

      memcpy (group, ui_sheet_group (key, i), UI_SHEET_GROUP_LENGTH);
      group[UI_SHEET_GROUP_LENGTH] = '\0';
      g_snprintf (number, sizeof number, "%u", i + 1);
      cairo_rectangle (page->cr, x + 0.5, y + 0.5, cell - 8, row);
      cairo_set_source_rgb (page->cr, 0.5, 0.5, 0.5);
      cairo_set_line_width (page->cr, 0.75);
      cairo_stroke (page->cr);
      text_at (page, "Sans 10", number, x + 8, y + 15);
      cairo_set_source_rgb (page->cr, 0, 0, 0);
      text_at (page, "Monospace Bold 22", group, x + 34, y + 6);
      explicit_bzero (group, sizeof group);
    }
  page->y += UI_SHEET_GROUPS / COLUMNS * (row + 8) + GAP;
}

static gboolean
draw_code (Page *page, const char *key)
{
  QRcode *code = QRcode_encodeString (key, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
  double module;

  if (code == NULL)
    return FALSE;
  module = CODE_SIDE / (code->width + 2 * QUIET);
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if (code->data[row * code->width + column] & 1)
        cairo_rectangle (page->cr, (QUIET + column) * module, page->y + (QUIET + row) * module,
                         module, module);
  /* Neighbours must touch without a seam of grey between them. */
  cairo_set_antialias (page->cr, CAIRO_ANTIALIAS_NONE);
  cairo_fill (page->cr);
  cairo_set_antialias (page->cr, CAIRO_ANTIALIAS_DEFAULT);
  explicit_bzero (code->data, (gsize) code->width * (gsize) code->width);
  QRcode_free (code);
  return TRUE;
}

gboolean
ui_sheet_draw (cairo_t *cr, double width, double height, const UiSheet *sheet)
{
  const double scale = MIN (MIN (width / LAYOUT_WIDTH, height / LAYOUT_HEIGHT), 1);
  Page page = { cr, LAYOUT_WIDTH, 0 };
  g_autofree char *what = g_strdup_printf (_ ("Vault: %s    Date: %s"), sheet->vault, sheet->date);
  gboolean drawn;

  cairo_save (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  cairo_translate (cr, (width - scale * LAYOUT_WIDTH) / 2, 0);
  cairo_scale (cr, scale, scale);
  cairo_set_source_rgb (cr, 0, 0, 0);
  paragraph (&page, "Sans Bold 26", _ ("Recovery sheet"), 6);
  paragraph (&page, "Sans 11", what, GAP);
  paragraph (&page, "Sans 12",
             _ ("With these nine groups your vault opens when the passphrase is forgotten. Nobody "
                "else can help you then: keep this sheet where you keep important papers."),
             GAP);
  draw_groups (&page, sheet->key);
  drawn = draw_code (&page, sheet->key);
  page.width = LAYOUT_WIDTH - CODE_SIDE - GAP;
  cairo_translate (cr, CODE_SIDE + GAP, 0);
  page.y += 14;
  paragraph (&page, "Sans 12", _ ("The same nine groups for a camera."), GAP);
  paragraph (&page, "Sans 12",
             _ ("Whoever has this sheet can open the vault. Keep no photo of it, and do not keep "
                "it beside the computer."),
             0);
  cairo_translate (cr, -CODE_SIDE - GAP, 0);
  page.width = LAYOUT_WIDTH;
  page.y = MAX (page.y, 0);
  page.y += CODE_SIDE - 60;
  paragraph (&page, "Sans Bold 14", _ ("How to use it"), 6);
  paragraph (&page, "Sans 12", _ ("1. Start Scan Vault and press “I forgot my passphrase…”."), 4);
  paragraph (
      &page, "Sans 12",
      _ ("2. Type the nine groups. Small or capital letters, blanks and dashes do not matter, "
         "and one wrong character is found."),
      4);
  paragraph (&page, "Sans 12", _ ("3. Choose a new passphrase."), 2 * GAP);
  paragraph (&page, "Sans 12", _ ("Kept at:"), 0);
  cairo_move_to (cr, 70, page.y - 2);
  cairo_line_to (cr, LAYOUT_WIDTH, page.y - 2);
  cairo_set_line_width (cr, 0.75);
  cairo_stroke (cr);
  cairo_restore (cr);
  return drawn;
}
