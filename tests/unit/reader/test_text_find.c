/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stroke detector on planes that the test draws. */
#include <string.h>

#include "text_find.h"

typedef struct
{
  guint rows, columns;
  guint8 *levels;
} Plane;

static Plane
plane_new (guint rows, guint columns, guint8 level)
{
  Plane plane = { rows, columns, g_malloc ((gsize) rows * columns) };

  memset (plane.levels, level, (gsize) rows * columns);
  return plane;
}

static void
add_noise (Plane *plane, guint spread, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < (gsize) plane->rows * plane->columns; i++)
    {
      const gint level =
          plane->levels[i] + g_rand_int_range (random, -(gint) spread, (gint) spread + 1);

      plane->levels[i] = (guint8) CLAMP (level, 0, 255);
    }
}

/* Capitals of five by seven pixels. */
static const struct
{
  char letter;
  guint8 rows[7];
} glyphs[] = {
  { 'A', { 14, 17, 17, 31, 17, 17, 17 } }, { 'E', { 31, 16, 16, 30, 16, 16, 31 } },
  { 'H', { 17, 17, 17, 31, 17, 17, 17 } }, { 'I', { 14, 4, 4, 4, 4, 4, 14 } },
  { 'L', { 16, 16, 16, 16, 16, 16, 31 } }, { 'M', { 17, 27, 21, 21, 17, 17, 17 } },
  { 'N', { 17, 25, 21, 19, 17, 17, 17 } }, { 'O', { 14, 17, 17, 17, 17, 17, 14 } },
  { 'P', { 30, 17, 17, 30, 16, 16, 16 } },
};

static void
draw (Plane *plane, const char *text, guint x, guint y, guint size, guint8 level)
{
  for (; *text != '\0'; text++, x += 6 * size)
    for (gsize g = 0; g < G_N_ELEMENTS (glyphs); g++)
      for (guint row = 0; glyphs[g].letter == *text && row < 7 * size; row++)
        for (guint column = 0; column < 5 * size; column++)
          if ((glyphs[g].rows[row / size] >> (4 - column / size) & 1) != 0)
            plane->levels[(gsize) (y + row) * plane->columns + x + column] = level;
}

static GArray *
find (const Plane *plane)
{
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (ReaderTextBox));

  g_assert_true (reader_text_find (plane->levels, plane->rows, plane->columns, boxes));
  reader_text_settle (boxes, plane->rows, plane->columns);
  for (guint i = 0; i < boxes->len; i++)
    {
      const ReaderTextBox *box = &g_array_index (boxes, ReaderTextBox, i);

      g_assert_cmpint (box->x0, >=, 0);
      g_assert_cmpint (box->y0, >=, 0);
      g_assert_cmpint (box->x0, <, box->x1);
      g_assert_cmpint (box->y0, <, box->y1);
      g_assert_cmpint (box->x1, <=, (gint) plane->columns);
      g_assert_cmpint (box->y1, <=, (gint) plane->rows);
    }
  return boxes;
}

static gboolean
one_covers (const GArray *boxes, gint x0, gint y0, gint x1, gint y1)
{
  for (guint i = 0; i < boxes->len; i++)
    {
      const ReaderTextBox *box = &g_array_index (boxes, ReaderTextBox, i);

      if (box->x0 <= x0 && box->y0 <= y0 && box->x1 >= x1 && box->y1 >= y1)
        return TRUE;
    }
  return FALSE;
}

#define TEXT "PHILOMENA"
#define LETTERS 9

static void
test_finds_writing (void)
{
  static const guint8 grounds[] = { 0, 60, 128, 200, 255 };

  for (guint size = 1; size <= 5; size++)
    for (gsize g = 0; g < G_N_ELEMENTS (grounds); g++)
      for (guint corner = 0; corner < 4; corner++)
        {
          Plane plane = plane_new (300, 400, grounds[g]);
          const guint width = LETTERS * 6 * size, height = 7 * size;
          const guint x = corner % 2 == 0 ? 2 : 398 - width, y = corner / 2 == 0 ? 2 : 298 - height;
          g_autoptr (GArray) boxes = NULL;

          add_noise (&plane, 6, size);
          draw (&plane, TEXT, x, y, size, grounds[g] < 128 ? 200 : 30);
          boxes = find (&plane);
          if (!one_covers (boxes, (gint) x, (gint) y, (gint) (x + width - size),
                           (gint) (y + height)))
            {
              g_test_message ("size %u, ground %u, corner %u: not covered", size, grounds[g],
                              corner);
              g_test_fail ();
            }
          g_assert_cmpuint (boxes->len, <=, 2);
          g_free (plane.levels);
        }
}

/* Twelve levels more than a flat ground, which no fixed threshold would dare. */
static void
test_finds_faint_writing (void)
{
  Plane plane = plane_new (256, 256, 40);
  g_autoptr (GArray) boxes = NULL;

  draw (&plane, TEXT, 20, 30, 2, 52);
  boxes = find (&plane);
  g_assert_true (one_covers (boxes, 20, 30, 20 + 2 * 6 * LETTERS - 2, 44));
  g_free (plane.levels);
}

/* Over noise that is stronger than they are, by being all of one level. */
static void
test_finds_large_writing_of_one_level_in_noise (void)
{
  Plane plane = plane_new (300, 400, 128);
  g_autoptr (GArray) boxes = NULL;

  add_noise (&plane, 100, 5);
  draw (&plane, TEXT, 30, 100, 4, 128);
  boxes = find (&plane);
  g_assert_true (one_covers (boxes, 30, 100, 30 + 4 * 6 * LETTERS - 4, 128));
  g_free (plane.levels);
}

/* And small, on stripes that are stronger than they are. */
static void
test_finds_small_writing_of_one_level_on_stripes (void)
{
  /* White on stripes that are cut off at black, and black on such that are cut off at white. */
  static const struct
  {
    guint8 level, dark, bright;
  } cases[] = {
    { 60, 80, 176 }, { 128, 80, 176 }, { 200, 80, 176 }, { 255, 0, 190 }, { 0, 65, 255 }
  };

  for (guint size = 1; size <= 3; size++)
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        Plane plane = plane_new (300, 400, 128);
        g_autoptr (GArray) boxes = NULL;

        for (gsize at = 0; at < 300 * 400; at++)
          plane.levels[at] = at % 400 % 4 < 2 ? cases[i].dark : cases[i].bright;
        add_noise (&plane, 60, size);
        draw (&plane, TEXT, 30, 100, size, cases[i].level);
        boxes = find (&plane);
        if (!one_covers (boxes, 30, 100, (gint) (30 + size * (6 * LETTERS - 1)),
                         (gint) (100 + 7 * size)))
          {
            g_test_message ("size %u, level %u: not covered", size, cases[i].level);
            g_test_fail ();
          }
        g_free (plane.levels);
      }
}

/* A line that begins on black and goes on, hardly to be seen, on what is nearly as bright as it is.
 */
static void
test_finds_the_rest_of_a_line (void)
{
  for (guint size = 2; size <= 5; size++)
    {
      const guint width = LETTERS * 6 * size, half = width / 2;
      Plane plane = plane_new (300, 400, 240);
      g_autoptr (GArray) boxes = NULL;

      add_noise (&plane, 3, size);
      for (guint y = 0; y < 300; y++)
        memset (plane.levels + y * 400, 0, 20 + half);
      draw (&plane, TEXT, 20, 80, size, 255);
      boxes = find (&plane);
      if (!one_covers (boxes, 20, 80, (gint) (20 + width - size), (gint) (80 + 7 * size)))
        {
          g_test_message ("size %u: not covered to its end", size);
          g_test_fail ();
        }
      g_free (plane.levels);
    }
}

/* Where two bands of a tall picture meet. */
static void
test_finds_writing_everywhere_in_a_tall_picture (void)
{
  for (guint y = 370; y < 530; y += 13)
    {
      Plane plane = plane_new (1500, 200, 90);
      g_autoptr (GArray) boxes = NULL;

      draw (&plane, TEXT, 30, y, 2, 240);
      boxes = find (&plane);
      g_assert_true (one_covers (boxes, 30, (gint) y, 30 + 2 * 6 * LETTERS - 2, (gint) y + 14));
      g_assert_cmpuint (boxes->len, ==, 1);
      g_free (plane.levels);
    }
}

static void
test_finds_nothing_where_nothing_is (void)
{
  static const char *const kinds[] = { "flat", "noise", "gradient", "edges",
                                       "grid", "discs", "cut noise" };

  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      Plane plane = plane_new (512, 512, 100);
      g_autoptr (GArray) boxes = NULL;

      for (guint y = 0; y < 512; y++)
        for (guint x = 0; x < 512; x++)
          {
            guint8 *level = &plane.levels[y * 512 + x];
            const gint dx = (gint) (x % 128) - 64, dy = (gint) (y % 128) - 64;

            switch (kind)
              {
              case 2:
                *level = (guint8) (x / 2);
                break;
              case 3:
                *level = x < 200 || y > 300 ? 20 : 220;
                break;
              case 4:
                *level = x % 40 == 0 || y % 40 == 0 ? 220 : 20;
                break;
              case 5:
                *level = dx * dx + dy * dy < 2000 ? 200 : 40;
                break;
              case 6:
                *level = 0;
                break;
              default:
                break;
              }
          }
      if (kind == 1 || kind == 5)
        add_noise (&plane, 25, 7);
      if (kind == 6)
        add_noise (&plane, 6, 1);
      boxes = find (&plane);
      g_test_message ("%s: %u boxes", kinds[kind], boxes->len);
      g_assert_cmpuint (boxes->len, ==, 0);
      g_free (plane.levels);
    }
}

static void
test_odd_sizes (void)
{
  static const guint sizes[][2] = { { 1, 1 },   { 1, 3000 }, { 3000, 1 }, { 2, 2 },    { 7, 9 },
                                    { 31, 33 }, { 513, 17 }, { 897, 40 }, { 64, 4097 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint seed = 0; seed < 3; seed++)
      {
        Plane plane = plane_new (sizes[i][0], sizes[i][1], 128);
        g_autoptr (GArray) boxes = NULL;

        add_noise (&plane, 127, seed);
        boxes = find (&plane);
        g_assert_cmpuint (boxes->len, <=, plane.rows * plane.columns);
        g_free (plane.levels);
      }
}

/* The same boxes each time: a share is made once more to the byte. */
static void
test_same_again (void)
{
  Plane plane = plane_new (400, 500, 100);
  g_autoptr (GArray) first = NULL, second = NULL;

  draw (&plane, TEXT, 40, 50, 3, 180);
  draw (&plane, TEXT, 200, 300, 1, 30);
  add_noise (&plane, 30, 11);
  first = find (&plane);
  second = find (&plane);
  g_assert_cmpuint (first->len, >, 0);
  g_assert_cmpmem (first->data, first->len * sizeof (ReaderTextBox), second->data,
                   second->len * sizeof (ReaderTextBox));
  g_free (plane.levels);
}

static void
test_settle (void)
{
  const ReaderTextBox found[] = {
    { -20, -5, 100, 20, 200 },                            /* over the edge */
    { 10, 0, 130, 21, 200 },                              /* the same line */
    { 300, 300, 340, 318, 60 },                           /* chance */
    { 300, 100, 340, 118, 60 },                           /* twice what would be chance */
    { 302, 101, 342, 119, 60 }, { 10, 25, 130, 45, 200 }, /* the next line */
  };
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (ReaderTextBox));
  const ReaderTextBox *all;

  g_array_append_vals (boxes, found, G_N_ELEMENTS (found));
  reader_text_settle (boxes, 400, 400);
  g_assert_cmpuint (boxes->len, ==, 3);
  all = (const ReaderTextBox *) (gpointer) boxes->data;
  g_assert_cmpint (all[0].x0, ==, 0);
  g_assert_cmpint (all[0].y0, ==, 0);
  g_assert_cmpint (all[0].x1, ==, 130);
  g_assert_cmpint (all[0].y1, ==, 21);
  g_assert_cmpint (all[1].y0, ==, 25);
  g_assert_cmpint (all[1].y1, ==, 45);
  g_assert_cmpint (all[2].x0, ==, 300);
  g_assert_cmpint (all[2].x1, ==, 342);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-find/writing", test_finds_writing);
  g_test_add_func ("/text-find/faint", test_finds_faint_writing);
  g_test_add_func ("/text-find/one-level", test_finds_large_writing_of_one_level_in_noise);
  g_test_add_func ("/text-find/one-level-small", test_finds_small_writing_of_one_level_on_stripes);
  g_test_add_func ("/text-find/rest-of-line", test_finds_the_rest_of_a_line);
  g_test_add_func ("/text-find/tall", test_finds_writing_everywhere_in_a_tall_picture);
  g_test_add_func ("/text-find/nothing", test_finds_nothing_where_nothing_is);
  g_test_add_func ("/text-find/odd-sizes", test_odd_sizes);
  g_test_add_func ("/text-find/same-again", test_same_again);
  g_test_add_func ("/text-find/settle", test_settle);
  return g_test_run ();
}
