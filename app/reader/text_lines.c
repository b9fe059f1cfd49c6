/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks the size of letters that stand in a row, and marks that are whole words grown together. */
#include <math.h>

#include "text_private.h"

#define BAND 32           /* pixels: letters are looked up by these */
#define LETTERS_MAX 60000 /* of one search */
#define WORDS_MAX 400
/* Pixels high. Noise that is cut off at black has pieces of one level too, but small ones. */
#define LETTER_LEAST 5
#define FLAT_LEAST 12
/* How many times as much there must be in a line and in a word as around them to be a box. */
#define LINE_LEAST 1.2
#define WORD_LEAST 1.4

typedef struct
{
  gint x0, y0, x1, y1;
  gint height;
  double strength; /* mean level */
  double fill;     /* of the box around it */
  double stroke;   /* mean run, in heights */
  guint8 level;    /* of all its pixels, if it was found by that */
  guint parent;
} Letter;

typedef struct
{
  const ReaderTextPlane *strokes;
  GArray *letters; /* Letter, by band, then from left to right */
  guint *bands;    /* index of the first letter of each band, and the end */
  guint n_bands;
  guint side, numerator, denominator;
  gboolean is_flat; /* the marks are of one level each */
  GArray *boxes;
} Search;

static double
fill_of (const ReaderTextMark *mark)
{
  return (double) mark->area / ((double) (mark->x1 - mark->x0) * (mark->y1 - mark->y0));
}

/* How thick its strokes are, in heights. */
static double
stroke_of (const ReaderTextMark *mark)
{
  return (double) mark->area / mark->runs / (mark->y1 - mark->y0);
}

/* A letter, or a few that touch. limit: the height of the largest. */
static gboolean
is_letter (const ReaderTextMark *mark, guint threshold, gint limit)
{
  const gint width = mark->x1 - mark->x0, height = mark->y1 - mark->y0;

  return height >= (threshold > 0 ? LETTER_LEAST : FLAT_LEAST) && height <= limit &&
         width <= limit + limit / 10 && mark->area >= 6 && fill_of (mark) > 0.12 &&
         (double) mark->sum > 1.15 * threshold * mark->area;
}

/* A word whose letters have all grown together: its rows change from light to dark and back again
 * as often as letters make them. */
static gboolean
is_word (const ReaderTextMark *mark, gint limit)
{
  const double width = mark->x1 - mark->x0, height = mark->y1 - mark->y0;
  const double changes = 2.0 * mark->runs / height;

  return height >= 6 && height <= limit * 0.75 && width > 2.2 * height && width <= 8 * limit &&
         fill_of (mark) > 0.2 && fill_of (mark) < 0.85 && changes >= 4 &&
         changes >= 1.1 * width / height;
}

/* First and last letter of a line are often cut off, and so are the dots of an i. A letter and a
 * half to each side: with one, words of which a good half was found stayed half uncovered. */
static void
put_box (Search *search, gint x0, gint y0, gint x1, gint y1, double height, guint votes,
         gboolean witness)
{
  const double scale = (double) search->denominator / search->numerator;
  const double sides = 1.4 * height, ends = 0.35 * height;
  const ReaderTextBox box = { (gint) floor ((x0 - sides) * scale),
                              (gint) floor ((y0 - ends) * scale),
                              (gint) ceil ((x1 + sides) * scale),
                              (gint) ceil ((y1 + ends) * scale),
                              votes,
                              witness };

  if (votes > 0)
    g_array_append_val (search->boxes, box);
}

static gint
compare_letters (gconstpointer a, gconstpointer b)
{
  const Letter *one = a, *other = b;
  const gint band = one->y0 / BAND - other->y0 / BAND;

  return band != 0              ? band
         : one->x0 != other->x0 ? one->x0 - other->x0
         : one->y0 != other->y0 ? one->y0 - other->y0
                                : one->x1 - other->x1;
}

static void
sort_letters (Search *search)
{
  guint i = 0;

  g_array_sort (search->letters, compare_letters);
  for (guint band = 0; band < search->n_bands; band++)
    {
      while (i < search->letters->len &&
             (guint) g_array_index (search->letters, Letter, i).y0 / BAND < band)
        i++;
      search->bands[band] = i;
    }
  search->bands[search->n_bands] = search->letters->len;
  for (i = 0; i < search->letters->len; i++)
    g_array_index (search->letters, Letter, i).parent = i;
}

static guint
root_of (Letter *letters, guint i)
{
  while (letters[i].parent != i)
    {
      letters[i].parent = letters[letters[i].parent].parent;
      i = letters[i].parent;
    }
  return i;
}

/* Neighbours of one line: as high, at one height, as strong, no farther than a space. b stands to
 * the right of a. */
static gboolean
are_neighbours (const Letter *a, const Letter *b)
{
  const gint low = MIN (a->height, b->height), high = MAX (a->height, b->height);

  return a->level == b->level && b->x0 - a->x1 <= 1.7 * MAX (high, 8) && low >= 0.45 * high &&
         MIN (a->y1, b->y1) - MAX (a->y0, b->y0) >= 0.45 * low && a->strength < 2.5 * b->strength &&
         b->strength < 2.5 * a->strength;
}

static guint
first_from (const Search *search, guint from, guint to, gint x)
{
  while (from < to)
    {
      const guint middle = from + (to - from) / 2;

      if (g_array_index (search->letters, Letter, middle).x0 < x)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

static void
join_neighbours (Search *search, gint limit)
{
  Letter *letters = (Letter *) (gpointer) search->letters->data;
  const gint reach = limit / BAND + 1;

  for (guint i = 0; i < search->letters->len; i++)
    {
      const Letter *a = &letters[i];
      const gint band = a->y0 / BAND, end = a->x1 + (gint) (1.7 * MAX (a->height / 0.45, 8)) + 1;

      for (gint at = MAX (band - reach, 0); at <= MIN (band + reach, (gint) search->n_bands - 1);
           at++)
        for (guint k = first_from (search, search->bands[at], search->bands[at + 1], a->x0);
             k < search->bands[at + 1] && letters[k].x0 <= end; k++)
          if (k != i && are_neighbours (a, &letters[k]))
            {
              const guint one = root_of (letters, i), other = root_of (letters, k);

              letters[MAX (one, other)].parent = MIN (one, other);
            }
    }
}

typedef struct
{
  gint x0, y0, x1, y1;
  double height;   /* the middle one */
  double strength; /* mean */
  guint8 level;
  double top, bottom;          /* standard deviations of the letters' edges */
  double spread;               /* mean difference from the middle height */
  double aspect, fill, stroke; /* means of the letters' */
  guint n;
} Line;

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  return *(const gint *) a - *(const gint *) b;
}

static double
deviation (double sum, double squares, guint n)
{
  return sqrt (MAX (0, squares / n - sum / n * (sum / n)));
}

static Line
measure (const Letter *letters, const guint *members, guint n)
{
  Line line = { .x0 = G_MAXINT, .y0 = G_MAXINT, .x1 = 0, .y1 = 0, .n = n };
  g_autofree gint *heights = g_new (gint, n);
  double top = 0, top2 = 0, bottom = 0, bottom2 = 0;

  for (guint i = 0; i < n; i++)
    {
      const Letter *letter = &letters[members[i]];

      line.x0 = MIN (line.x0, letter->x0);
      line.y0 = MIN (line.y0, letter->y0);
      line.x1 = MAX (line.x1, letter->x1);
      line.y1 = MAX (line.y1, letter->y1);
      line.strength += letter->strength / n;
      top += letter->y0;
      top2 += (double) letter->y0 * letter->y0;
      bottom += letter->y1;
      bottom2 += (double) letter->y1 * letter->y1;
      line.aspect += (double) (letter->x1 - letter->x0) / letter->height / n;
      line.fill += letter->fill / n;
      line.stroke += letter->stroke / n;
      heights[i] = letter->height;
    }
  line.level = letters[members[0]].level;
  qsort (heights, n, sizeof *heights, compare_numbers);
  line.height = (heights[(n - 1) / 2] + heights[n / 2]) / 2.0;
  for (guint i = 0; i < n; i++)
    line.spread += fabs (heights[i] - line.height) / n;
  line.top = deviation (top, top2, n);
  line.bottom = deviation (bottom, bottom2, n);
  return line;
}

static guint64
sum_within (const ReaderTextPlane *plane, gint x0, gint y0, gint x1, gint y1, guint64 *ret_n)
{
  guint64 sum = 0;

  x0 = MAX (x0, 0);
  y0 = MAX (y0, 0);
  x1 = MIN (x1, (gint) plane->columns);
  y1 = MIN (y1, (gint) plane->rows);
  for (gint y = y0; y < y1; y++)
    {
      const guint8 *row = plane->levels + (gsize) y * plane->columns;
      guint32 here = 0;

      for (gint x = x0; x < x1; x++)
        here += row[x];
      sum += here;
    }
  *ret_n = (guint64) (x1 - x0) * (guint64) (y1 - y0);
  return sum;
}

typedef struct
{
  double within, around; /* mean levels */
} Contrast;

static Contrast
contrast_of (const ReaderTextPlane *strokes, gint x0, gint y0, gint x1, gint y1, double height)
{
  const gint margin = (gint) (2 * height);
  guint64 n_in, n_all;
  const guint64 in = sum_within (strokes, x0, y0, x1, y1, &n_in);
  const guint64 all =
      sum_within (strokes, x0 - margin, y0 - margin, x1 + margin, y1 + margin, &n_all);

  return (Contrast){ (double) in / (double) MAX (1, n_in),
                     (double) (all - in) / (double) MAX (1, n_all - n_in) };
}

/* Around writing there is less than in it; around a piece of texture there is more of the same. */
static gboolean
stands_out (const Contrast *contrast, double least)
{
  return contrast->within + 1 >= least * (contrast->around + 1);
}

static gboolean
is_line (const Search *search, const Line *line, const Contrast *contrast)
{
  return line->n >= 3 && line->y1 - line->y0 <= 2.0 * line->height + 4 &&
         MIN (line->top, line->bottom) <= 0.2 * line->height + 0.8 &&
         (line->x1 - line->x0) <= 2.6 * line->height * line->n &&
         (line->n >= 4 || line->height * search->denominator >= 7.0 * search->numerator) &&
         line->strength >= 2.0 * MAX (1.0, contrast->around);
}

/* Letters beside a line that were too far off or too few to be one: a short word, a mark between
 * words. */
static gboolean
belongs (const Line *line, const Letter *letter)
{
  const double height = letter->height;
  const gint reach = (gint) (3.5 * line->height);

  return letter->level == line->level && letter->x0 <= line->x1 + reach &&
         letter->x1 >= line->x0 - reach && height <= 1.6 * line->height &&
         MIN (line->y1, letter->y1) - MAX (line->y0, letter->y0) >= 0.6 * height &&
         letter->strength < 2.5 * line->strength && line->strength < 2.5 * letter->strength;
}

static void
extend (const Search *search, Line *line)
{
  const gint first = MAX ((line->y0 - (gint) (2 * line->height)) / BAND, 0),
             last = MIN (line->y1 / BAND, (gint) search->n_bands - 1);
  gboolean changed = TRUE;

  for (guint round = 0; changed && round < 3; round++)
    {
      changed = FALSE;
      for (guint i = search->bands[first]; i < search->bands[last + 1]; i++)
        {
          const Letter *letter = &g_array_index (search->letters, Letter, i);

          if ((letter->x0 >= line->x0 && letter->x1 <= line->x1) || !belongs (line, letter))
            continue;
          line->x0 = MIN (line->x0, letter->x0);
          line->x1 = MAX (line->x1, letter->x1);
          changed = TRUE;
        }
    }
}

static guint
votes_of (double score)
{
  return (guint) (100 * CLAMP (score + 1, 0, 2));
}

/* What tells writing from texture, as the logarithm of odds: the weights of a logistic regression
 * over some 50,000 lines that were found in pictures with known writing (tests/burnin makes such).
 * Letters stand on one line, are many, close, of unequal width and height, and thin. */
static guint
line_votes (const Line *line)
{
  const double height = line->height;

  return votes_of (0.86 * log (line->n) - 7.99 * MIN (MIN (line->top, line->bottom) / height, 0.5) -
                   4.11 * MIN (MAX (line->top, line->bottom) / height, 0.6) -
                   0.81 * log ((line->x1 - line->x0) / (line->n * height)) +
                   1.0 * log (line->aspect) + 4.13 * line->spread / height + 1.98 * line->fill -
                   0.42 * log (line->stroke) + 0.27 * log (line->strength) - 3.23);
}

/* The same for a word that is one mark. */
static guint
word_votes (const ReaderTextMark *mark, gboolean is_broad)
{
  return votes_of (1.23 * log ((double) mark->sum / mark->area) +
                   5.1 * log (2.0 * mark->runs / (mark->x1 - mark->x0)) +
                   3.34 * log (stroke_of (mark)) - 0.59 * fill_of (mark) - (is_broad ? 0.75 : 0) -
                   5.79);
}

static void
put_word (Search *search, const ReaderTextMark *mark)
{
  const double height = mark->y1 - mark->y0;
  const Contrast contrast =
      contrast_of (search->strokes, mark->x0, mark->y0, mark->x1, mark->y1, height);

  put_box (search, mark->x0, mark->y0, mark->x1, mark->y1, height,
           word_votes (mark, search->side > 11), !stands_out (&contrast, WORD_LEAST));
}

static void
judge_lines (Search *search)
{
  Letter *letters = (Letter *) (gpointer) search->letters->data;
  const guint n = search->letters->len;
  g_autofree guint *counts = g_new0 (guint, n + 1), *members = g_new (guint, n + 1);

  /* Members of a line one after the other, in the order of their lines' first letters. */
  for (guint i = 0; i < n; i++)
    counts[root_of (letters, i) + 1]++;
  for (guint i = 0; i < n; i++)
    counts[i + 1] += counts[i];
  for (guint i = 0; i < n; i++)
    members[counts[letters[i].parent = root_of (letters, i)]++] = i;
  for (guint i = 0, from = 0; i < n; i++)
    {
      const guint to = counts[i];

      if (to - from >= 3)
        {
          Line line = measure (letters, members + from, to - from);

          const Contrast contrast =
              contrast_of (search->strokes, line.x0, line.y0, line.x1, line.y1, line.height);

          if (is_line (search, &line, &contrast))
            {
              /* Of one level it is found no second time. */
              const guint votes = line_votes (&line) * (search->is_flat ? 2 : 1);

              extend (search, &line);
              put_box (search, line.x0, line.y0, line.x1, line.y1, line.height, votes,
                       !stands_out (&contrast, LINE_LEAST));
            }
        }
      from = to;
    }
}

void
reader_text_lines (const ReaderTextPlane *strokes, GArray *marks, guint threshold, guint side,
                   guint numerator, guint denominator, GArray *ret_boxes)
{
  g_autoptr (GArray) letters = g_array_new (FALSE, FALSE, sizeof (Letter));
  const gint limit = (gint) CLAMP (MIN (strokes->rows, strokes->columns) / 8, 24, 64);
  Search search = { .strokes = strokes,
                    .letters = letters,
                    .n_bands = strokes->rows / BAND + 1,
                    .side = side,
                    .is_flat = threshold == 0,
                    .numerator = numerator,
                    .denominator = denominator,
                    .boxes = ret_boxes };
  g_autofree guint *bands = g_new (guint, search.n_bands + 1);
  guint n_words = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      const ReaderTextMark *mark = &g_array_index (marks, ReaderTextMark, i);
      const gint height = mark->y1 - mark->y0;

      if (threshold > 0 && is_word (mark, limit) && n_words++ < WORDS_MAX)
        put_word (&search, mark);
      if (is_letter (mark, threshold, limit) && letters->len < LETTERS_MAX)
        {
          const Letter letter = { mark->x0,       mark->y0,
                                  mark->x1,       mark->y1,
                                  height,         (double) mark->sum / mark->area,
                                  fill_of (mark), stroke_of (mark),
                                  mark->level,    0 };

          g_array_append_val (letters, letter);
        }
    }
  if (letters->len < 3)
    return;
  search.bands = bands;
  sort_letters (&search);
  join_neighbours (&search, limit);
  judge_lines (&search);
}
