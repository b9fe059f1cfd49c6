/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report_strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Millimetres of paper. */
#define HEAD 12.0
#define FOOT 4.0
#define LEFT 14.0
#define RIGHT 4.0
#define SPEED 25.0     /* a second */
#define MILLIVOLT 10.0 /* a millivolt */
#define SECONDS_MIN 2.4
#define PULSE_WIDTH 5.0

#define GLYPH_COLUMNS 5
#define GLYPH_ROWS 7

static const guint8 paper[3] = { 255, 252, 250 }, thin[3] = { 250, 222, 216 },
                    thick[3] = { 240, 178, 168 }, ink[3] = { 24, 24, 40 };

typedef struct
{
  guint8 *rgb;
  guint8 *mask; /* what the curves cover */
  guint columns, rows;
  double scale; /* pixels a millimetre */
} Paper;

/* Many traces stand closer and smaller, so that the strip stays of a size that fits a screen. */
static double
row_height (guint n_traces)
{
  return n_traces <= 16 ? 20 : 12;
}

static double
scale_of (guint n_traces)
{
  return n_traces <= 16 ? 6 : 4;
}

void
report_strip_size (guint n_traces, double seconds, guint *ret_columns, guint *ret_rows)
{
  const double scale = scale_of (n_traces);
  const double width = CLAMP (seconds, SECONDS_MIN, REPORT_STRIP_SECONDS);

  *ret_columns = (guint) ceil ((LEFT + width * SPEED + RIGHT) * scale);
  *ret_rows = (guint) ceil ((HEAD + n_traces * row_height (n_traces) + FOOT) * scale);
}

static void
put (Paper *sheet, int x, int y, const guint8 colour[3], double cover)
{
  guint8 *to;

  if (x < 0 || y < 0 || x >= (int) sheet->columns || y >= (int) sheet->rows || !(cover > 0))
    return;
  to = sheet->rgb + 3 * ((gsize) y * sheet->columns + (gsize) x);
  cover = MIN (cover, 1);
  for (guint c = 0; c < 3; c++)
    to[c] = (guint8) (to[c] + (colour[c] - to[c]) * cover);
}

static void
draw_grid (Paper *sheet)
{
  const int step = (int) sheet->scale;

  for (guint i = 0; i < sheet->columns * sheet->rows; i++)
    memcpy (sheet->rgb + 3 * (gsize) i, paper, 3);
  for (int pass = 0; pass < 2; pass++)
    {
      const int every = pass == 0 ? step : 5 * step;
      const guint8 *colour = pass == 0 ? thin : thick;

      for (int y = 0; y < (int) sheet->rows; y++)
        for (int x = 0; x < (int) sheet->columns; x++)
          if (x % every == 0 || y % every == 0)
            put (sheet, x, y, colour, 1);
    }
}

/* Letters of 5 × 7 dots; each row is a digit of base 32 whose highest bit is on the left. */
static const struct
{
  char letter;
  char rows[GLYPH_ROWS + 1];
} glyphs[] = {
  { '0', "EHJLPHE" }, { '1', "4C4444E" }, { '2', "EH168GV" }, { '3', "U11E11U" },
  { '4', "26AIV22" }, { '5', "VGU11HE" }, { '6', "68GUHHE" }, { '7', "V124888" },
  { '8', "EHHEHHE" }, { '9', "EHHF12C" }, { 'A', "4AHHVHH" }, { 'B', "UHHUHHU" },
  { 'C', "EHGGGHE" }, { 'D', "SIHHHIS" }, { 'E', "VGGUGGV" }, { 'F', "VGGUGGG" },
  { 'G', "EHGNHHF" }, { 'H', "HHHVHHH" }, { 'I', "E44444E" }, { 'J', "72222IC" },
  { 'K', "HIKOKIH" }, { 'L', "GGGGGGV" }, { 'M', "HRLLHHH" }, { 'N', "HPLJHHH" },
  { 'O', "EHHHHHE" }, { 'P', "UHHUGGG" }, { 'Q', "EHHHLID" }, { 'R', "UHHUKIH" },
  { 'S', "FGGE11U" }, { 'T', "V444444" }, { 'U', "HHHHHHE" }, { 'V', "HHHHAA4" },
  { 'W', "HHHLLRH" }, { 'X', "HAA4AAH" }, { 'Y', "HHA4444" }, { 'Z', "V1248GV" },
  { 'a', "00E1FHF" }, { 'b', "GGUHHHU" }, { 'c', "00EGGGE" }, { 'd', "11FHHHF" },
  { 'e', "00EHVGE" }, { 'f', "68U8888" }, { 'g', "0FHHF1E" }, { 'h', "GGUHHHH" },
  { 'i', "40C444E" }, { 'j', "20622IC" }, { 'k', "GGIKOKI" }, { 'l', "C44444E" },
  { 'm', "00QLLLL" }, { 'n', "00UHHHH" }, { 'o', "00EHHHE" }, { 'p', "00UHUGG" },
  { 'q', "00FHF11" }, { 'r', "00MOGGG" }, { 's', "00FGE1U" }, { 't', "88U8886" },
  { 'u', "00HHHHF" }, { 'v', "00HHAA4" }, { 'w', "00HHLLA" }, { 'x', "00HA4AH" },
  { 'y', "00HHF1E" }, { 'z', "00V248V" }, { '.', "00000CC" }, { ',', "0000C48" },
  { ':', "0CC0CC0" }, { '-', "000V000" }, { '+', "044V440" }, { '/', "11248GG" },
  { '(', "2488842" }, { ')', "8422248" }, { '%', "OP248J3" }, { '_', "000000V" },
  { '=', "00V0V00" }, { '?', "EH16404" }, { '*', "0LEVEL0" }, { '\'', "4480000" },
};

static const char *
glyph_of (gunichar letter)
{
  const char *unknown = "VHHHHHV";

  if (letter == ' ')
    return "0000000";
  if (letter == 0xb5 || letter == 0x3bc)
    letter = 'u';
  for (guint i = 0; i < G_N_ELEMENTS (glyphs); i++)
    if ((gunichar) glyphs[i].letter == letter)
      return glyphs[i].rows;
  return unknown;
}

static void
write_text (Paper *sheet, double x_mm, double y_mm, const char *text, guint letters_max)
{
  const int dot = sheet->scale >= 6 ? 2 : 1;
  int x = (int) (x_mm * sheet->scale);
  const int y = (int) (y_mm * sheet->scale);

  for (guint i = 0; *text != '\0' && i < letters_max; i++, text = g_utf8_next_char (text))
    {
      const char *rows = glyph_of (g_utf8_get_char (text));

      for (int row = 0; row < GLYPH_ROWS * dot; row++)
        for (int column = 0; column < GLYPH_COLUMNS * dot; column++)
          if ((g_ascii_isdigit (rows[row / dot]) ? rows[row / dot] - '0'
                                                 : rows[row / dot] - 'A' + 10) >>
                  (GLYPH_COLUMNS - 1 - column / dot) &
              1)
            put (sheet, x + column, y + row, ink, 1);
      x += (GLYPH_COLUMNS + 1) * dot;
    }
}

/* How far a point is from a piece of a line. */
static double
distance (double x, double y, double x0, double y0, double x1, double y1)
{
  const double dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy;
  const double along = length > 0 ? CLAMP (((x - x0) * dx + (y - y0) * dy) / length, 0, 1) : 0;

  return hypot (x - x0 - along * dx, y - y0 - along * dy);
}

/* A piece of a curve, into the mask: pieces that overlap are no darker for it. */
static void
draw_line (Paper *sheet, double x0, double y0, double x1, double y1)
{
  const double half = sheet->scale >= 6 ? 1.0 : 0.7, edge = 1e5, reach = half + 0.5;
  int left, right, top, bottom;

  /* From values so large that their spread is no number: there is nothing to draw. */
  if (isnan (y0) || isnan (y1))
    return;
  y0 = CLAMP (y0, -edge, edge);
  y1 = CLAMP (y1, -edge, edge);
  left = (int) floor (MAX (MIN (x0, x1) - reach, 0));
  right = (int) floor (MIN (MAX (x0, x1) + reach, sheet->columns - 1.0));
  top = (int) floor (MAX (MIN (y0, y1) - reach, 0));
  bottom = (int) floor (MIN (MAX (y0, y1) + reach, sheet->rows - 1.0));
  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++)
      {
        const double cover = reach - distance (x + 0.5, y + 0.5, x0, y0, x1, y1);
        guint8 *mask = sheet->mask + (gsize) y * sheet->columns + (gsize) x;

        *mask = MAX (*mask, (guint8) (255 * CLAMP (cover, 0, 1)));
      }
}

static void
ink_lines (Paper *sheet)
{
  for (guint y = 0; y < sheet->rows; y++)
    for (guint x = 0; x < sheet->columns; x++)
      put (sheet, (int) x, (int) y, ink, sheet->mask[(gsize) y * sheet->columns + x] / 255.0);
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *) a, y = *(const float *) b;

  return x < y ? -1 : x > y;
}

/* The middle and the extent of what was recorded. FALSE: nothing was. */
static gboolean
survey (const ReportTrace *trace, gsize n, double *ret_middle, double *ret_range)
{
  g_autofree float *sorted = g_new (float, n + 1);
  gsize found = 0;

  for (gsize i = 0; i < n; i++)
    if (isfinite (trace->values[i]))
      sorted[found++] = trace->values[i];
  if (found == 0)
    return FALSE;
  qsort (sorted, found, sizeof (float), compare_values);
  *ret_middle = sorted[found / 2];
  *ret_range = (double) sorted[found - 1] - sorted[0];
  return TRUE;
}

/* Millimetres for a unit of a trace: as on paper, halved until it does not run over its neighbours'
 * neighbours; without a voltage, what fills most of the row. */
static double
height_of_unit (const ReportTrace *trace, double range, double row, double *ret_standard)
{
  double standard = MILLIVOLT, unit;

  if (!(trace->millivolts > 0))
    {
      *ret_standard = 0;
      return range > 0 ? 0.8 * row / range : 0;
    }
  unit = trace->millivolts * standard;
  while (range * unit > 2 * row && standard > 1e-6)
    {
      standard /= 2;
      unit /= 2;
    }
  *ret_standard = standard;
  return unit;
}

static void
draw_pulse (Paper *sheet, double y_mm, double height)
{
  const double s = sheet->scale, left = 4 * s, right = left + PULSE_WIDTH * s, base = y_mm * s,
               top = base - height * s;

  draw_line (sheet, left - 1.5 * s, base, left, base);
  draw_line (sheet, left, base, left, top);
  draw_line (sheet, left, top, right, top);
  draw_line (sheet, right, top, right, base);
  draw_line (sheet, right, base, right + 1.5 * s, base);
}

static void
draw_trace (Paper *sheet, const ReportStrip *strip, const ReportTrace *trace, double top)
{
  const double row = row_height (strip->n_traces), y_mm = top + row / 2;
  const double step = SPEED * sheet->scale / strip->rate;
  double middle, range, standard = 0, unit;
  g_autoptr (GString) label = g_string_new (trace->name);

  if (survey (trace, strip->n, &middle, &range))
    {
      unit = height_of_unit (trace, range, row, &standard);
      if (standard > 0)
        draw_pulse (sheet, y_mm, standard);
      for (gsize i = 0; i + 1 < strip->n; i++)
        {
          const double x = LEFT * sheet->scale + (double) i * step;

          if (x > sheet->columns)
            break;
          if (!isfinite (trace->values[i]) || !isfinite (trace->values[i + 1]))
            continue;
          draw_line (sheet, x, (y_mm - (trace->values[i] - middle) * unit) * sheet->scale, x + step,
                     (y_mm - (trace->values[i + 1] - middle) * unit) * sheet->scale);
        }
      if (standard == 0 && range > 0)
        g_string_append_printf (label, "  (range %.4g %s)", range, trace->unit);
      else if (standard > 0 && standard != MILLIVOLT)
        g_string_append_printf (label, "  %.3g mm/mV", standard);
    }
  else
    g_string_append (label, "  (nothing recorded)");
  write_text (sheet, LEFT + 1, top + 1.5, label->str, 60);
}

void
report_strip_draw (const ReportStrip *strip, guint8 *rgb)
{
  Paper sheet = { .rgb = rgb, .scale = scale_of (strip->n_traces) };
  const double row = row_height (strip->n_traces);
  gboolean voltage = FALSE;
  g_autofree char *words = NULL;
  g_autofree guint8 *mask = NULL;

  report_strip_size (strip->n_traces, strip->width, &sheet.columns, &sheet.rows);
  mask = sheet.mask = g_malloc0 ((gsize) sheet.columns * sheet.rows);
  draw_grid (&sheet);
  for (guint i = 0; i < strip->n_traces; i++)
    {
      voltage |= strip->traces[i].millivolts > 0;
      draw_trace (&sheet, strip, &strip->traces[i], HEAD + i * row);
    }
  ink_lines (&sheet);
  words = g_strdup_printf ("25 mm/s%s   %.4g s to %.4g s", voltage ? "  10 mm/mV" : "",
                           strip->start, strip->start + (double) strip->n / strip->rate);
  write_text (&sheet, 2, 2, strip->title, 60);
  write_text (&sheet, 2, 6.5, words, 60);
}
