/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phantom.h"

#include <math.h>
#include <string.h>

typedef struct
{
  double x, y, rx, ry;
  double value;
} Ellipse;

static double
inside (const Ellipse *e, double x, double y)
{
  double dx = (x - e->x) / e->rx, dy = (y - e->y) / e->ry;

  return dx * dx + dy * dy;
}

/* A small congruential generator (Numerical Recipes' constants): the same noise everywhere. */
static gint
noise (guint32 *state, gint amplitude)
{
  *state = *state * 1664525u + 1013904223u;
  return (gint) (*state >> 16) % (2 * amplitude + 1) - amplitude;
}

static double
paint (const Ellipse *ellipses, guint n, double x, double y, double background)
{
  double value = background;

  for (guint i = 0; i < n; i++)
    if (inside (&ellipses[i], x, y) < 1)
      value = ellipses[i].value;
  return value;
}

void
phantom_chest (guint16 *pixels, guint size, double z, guint32 seed)
{
  const double lung = 0.30 * (1 - 0.35 * z * z);
  const Ellipse parts[] = {
    { 0, 0, 0.92, 0.68, 924 },         /* fat under the skin */
    { 0, 0, 0.86, 0.62, 1074 },        /* muscle */
    { -0.42, -0.02, lung, 0.46, 190 }, /* lungs */
    { 0.42, -0.02, lung, 0.46, 190 },
    { 0.08, -0.10 + 0.05 * z, 0.26, 0.24 * (1 - z * z / 2), 1084 }, /* heart */
    { -0.02, 0.30, 0.07, 0.07, 1174 },                              /* aorta */
    { 0, 0.46, 0.12, 0.11, 1624 },                                  /* spine */
    { 0, 0.46, 0.05, 0.05, 1074 },                                  /* its canal */
    { 0, -0.56, 0.08, 0.04, 1524 },                                 /* breastbone */
    { 0.36 + 0.1 * z, 0.12, 0.05, 0.05, 1064 },                     /* something to find */
  };
  guint32 state = seed * 2654435761u + 12345;

  for (guint row = 0; row < size; row++)
    for (guint column = 0; column < size; column++)
      {
        double x = 2.0 * column / size - 1, y = 2.0 * row / size - 1;
        double value = paint (parts, G_N_ELEMENTS (parts), x, y, 24);

        value += noise (&state, value > 100 ? 14 : 6);
        pixels[row * size + column] = (guint16) CLAMP (value, 0, 4095);
      }
}

void
phantom_knee (guint16 *pixels, guint size, double z, guint32 seed)
{
  const Ellipse parts[] = {
    { 0, 0, 0.62, 0.95, 420 },         { 0, -0.55, 0.34, 0.50, 900 },
    { 0, 0.60, 0.32, 0.48, 880 },      { 0, 0.02, 0.36, 0.06 + 0.02 * z, 180 },
    { -0.46, -0.05, 0.10, 0.20, 760 }, { 0.30 * z, 0.02, 0.06, 0.30, 120 },
  };
  guint32 state = seed * 2246822519u + 777;

  for (guint row = 0; row < size; row++)
    for (guint column = 0; column < size; column++)
      {
        double value =
            paint (parts, G_N_ELEMENTS (parts), 2.0 * column / size - 1, 2.0 * row / size - 1, 12);

        value += noise (&state, 18);
        pixels[row * size + column] = (guint16) CLAMP (value, 0, 4095);
      }
}

void
phantom_xray (guint16 *pixels, guint columns, guint rows, guint32 seed)
{
  guint32 state = seed;

  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      {
        double x = 2.0 * column / columns - 1, y = 2.0 * row / rows - 1;
        const Ellipse left = { -0.42, 0.05, 0.32, 0.62, 0 }, right = { 0.42, 0.05, 0.32, 0.62, 0 };
        double value = 1500 + 600 * x * x;

        if (inside (&left, x, y) < 1 || inside (&right, x, y) < 1)
          value = 2900 + 220 * sin (y * 30 + fabs (x) * 6);
        if (fabs (x) < 0.10)
          value = 900 + 120 * sin (y * 45);
        value += noise (&state, 20);
        pixels[row * columns + column] = (guint16) CLAMP (value, 0, 4095);
      }
}

/* Five columns a letter, lowest bit on top. */
static const struct
{
  char letter;
  guint8 columns[5];
} font[] = {
  { 'A', { 0x7E, 0x11, 0x11, 0x11, 0x7E } }, { 'B', { 0x7F, 0x49, 0x49, 0x49, 0x36 } },
  { 'C', { 0x3E, 0x41, 0x41, 0x41, 0x22 } }, { 'D', { 0x7F, 0x41, 0x41, 0x22, 0x1C } },
  { 'E', { 0x7F, 0x49, 0x49, 0x49, 0x41 } }, { 'F', { 0x7F, 0x09, 0x09, 0x09, 0x01 } },
  { 'G', { 0x3E, 0x41, 0x49, 0x49, 0x7A } }, { 'H', { 0x7F, 0x08, 0x08, 0x08, 0x7F } },
  { 'I', { 0x00, 0x41, 0x7F, 0x41, 0x00 } }, { 'J', { 0x20, 0x40, 0x41, 0x3F, 0x01 } },
  { 'K', { 0x7F, 0x08, 0x14, 0x22, 0x41 } }, { 'L', { 0x7F, 0x40, 0x40, 0x40, 0x40 } },
  { 'M', { 0x7F, 0x02, 0x0C, 0x02, 0x7F } }, { 'N', { 0x7F, 0x02, 0x0C, 0x10, 0x7F } },
  { 'O', { 0x3E, 0x41, 0x41, 0x41, 0x3E } }, { 'P', { 0x7F, 0x09, 0x09, 0x09, 0x06 } },
  { 'Q', { 0x3E, 0x41, 0x51, 0x21, 0x5E } }, { 'R', { 0x7F, 0x09, 0x19, 0x29, 0x46 } },
  { 'S', { 0x46, 0x49, 0x49, 0x49, 0x31 } }, { 'T', { 0x01, 0x01, 0x7F, 0x01, 0x01 } },
  { 'U', { 0x3F, 0x40, 0x40, 0x40, 0x3F } }, { 'V', { 0x1F, 0x20, 0x40, 0x20, 0x1F } },
  { 'W', { 0x3F, 0x40, 0x38, 0x40, 0x3F } }, { 'X', { 0x63, 0x14, 0x08, 0x14, 0x63 } },
  { 'Y', { 0x07, 0x08, 0x70, 0x08, 0x07 } }, { 'Z', { 0x61, 0x51, 0x49, 0x45, 0x43 } },
};

static void
write_banner (guint8 *rgb, guint columns, guint rows, const char *text)
{
  for (guint at = 0; text[at] != '\0'; at++)
    for (gsize i = 0; i < G_N_ELEMENTS (font); i++)
      if (font[i].letter == g_ascii_toupper (text[at]))
        for (guint x = 0; x < 5; x++)
          for (guint y = 0; y < 7; y++)
            if ((font[i].columns[x] >> y & 1) != 0 && 4 + at * 6 + x < columns && 4 + y < rows)
              memset (rgb + ((4 + y) * columns + 4 + at * 6 + x) * 3, 255, 3);
}

void
phantom_ultrasound (guint8 *rgb, guint columns, guint rows, guint banner, guint frame,
                    const char *text)
{
  guint32 state = 99 + frame * 31;

  memset (rgb, 0, (gsize) columns * rows * 3);
  for (guint row = banner; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      {
        double x = 2.0 * column / columns - 1, y = (double) (row - banner) / (rows - banner);
        double beat = 0.25 + 0.06 * sin (frame * 0.52);
        const Ellipse chamber = { 0.1, 0.55, beat, beat * 0.8, 0 };
        gint value = fabs (x) < 0.25 + 0.75 * y ? 90 + noise (&state, 60) : 0;

        if (value != 0 && inside (&chamber, x, y) < 1)
          value = 15 + noise (&state, 10);
        memset (rgb + (row * columns + column) * 3, CLAMP (value, 0, 255), 3);
      }
  write_banner (rgb, columns, banner, text);
}
