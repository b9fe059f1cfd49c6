/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connected marks, found by the runs of their rows: the time goes with the runs, not the pixels. */
#include <string.h>

#include "text_private.h"

/* One for so many pixels: noise. Writing that covers a whole page has fewer. */
#define PIXELS_A_RUN 12
#define AREA_MIN 6
#define HEIGHT_MIN 5
#define FLAT 255
#define FLAT_WIDTH_MAX 64

typedef struct
{
  gint x0, x1;
  guint mark;   /* index among the marks of this search */
  guint8 level; /* of all its pixels, if the search is for such */
} Run;

typedef struct
{
  guint parent;
  ReaderTextMark mark;
} Node;

static guint
root_of (GArray *nodes, guint i)
{
  Node *all = (Node *) (gpointer) nodes->data;

  while (all[i].parent != i)
    {
      all[i].parent = all[all[i].parent].parent;
      i = all[i].parent;
    }
  return i;
}

static void
join (GArray *nodes, guint a, guint b)
{
  Node *all = (Node *) (gpointer) nodes->data;

  a = root_of (nodes, a);
  b = root_of (nodes, b);
  /* The older one stays, so that what comes out does not depend on the way. */
  if (a < b)
    all[b].parent = a;
  else
    all[a].parent = b;
}

#define HIGH_BITS G_GUINT64_CONSTANT (0x8080808080808080)
#define ONES G_GUINT64_CONSTANT (0x0101010101010101)

/* Of eight levels, the highest bit of each that is above threshold. */
static inline guint64
above (const guint8 *levels, guint threshold)
{
  guint64 eight, sum;

  memcpy (&eight, levels, sizeof eight);
  eight = GUINT64_FROM_LE (eight);
  /* The lower seven bits carry into the eighth; no sum leaves its byte. */
  sum = (eight & ~HIGH_BITS) + ONES * (threshold < 128 ? 127 - threshold : 255 - threshold);
  return (threshold < 128 ? sum | eight : sum & eight) & HIGH_BITS;
}

typedef struct
{
  Run *all; /* of a row, from left to right */
  guint n;
  gboolean inside; /* the last one has not ended yet */
} Runs;

static inline void
change (Runs *runs, gint x)
{
  Run *run = &runs->all[runs->n];

  if (runs->inside)
    {
      run->x1 = x;
      runs->n++;
    }
  else
    *run = (Run){ x, 0, 0, 0 };
  runs->inside = !runs->inside;
}

/* The changes between above and below in a part of a row. */
static void
find_changes (const guint8 *row, gint x, gint end, guint threshold, Runs *runs)
{
  for (; x + 8 <= end; x += 8)
    {
      const guint64 bits = above (row + x, threshold);
      guint64 changes = bits ^ (bits << 8 | (runs->inside ? 0x80 : 0));

      for (; changes != 0; changes &= changes - 1)
        change (runs, x + __builtin_ctzll (changes) / 8);
    }
  for (; x < end; x++)
    if ((row[x] > threshold) != runs->inside)
      change (runs, x);
}

static void
find_runs (const guint8 *row, const guint8 *peaks, gint columns, guint threshold, Runs *runs)
{
  runs->n = 0;
  runs->inside = FALSE;
  for (gint x = 0; x < columns; x += READER_TEXT_TILE)
    if (*peaks++ > threshold)
      find_changes (row, x, MIN (x + READER_TEXT_TILE, columns), threshold, runs);
    else if (runs->inside)
      change (runs, x);
  if (runs->inside)
    change (runs, columns);
}

static void
note_run (GArray *nodes, const guint8 *row, gint y, Run *run, gboolean is_new)
{
  ReaderTextMark *mark;
  guint64 sum = 0;

  if (is_new)
    {
      const Node node = { .parent = nodes->len,
                          .mark = { run->x0, y, run->x1, y + 1, 0, 0, 0, run->level } };

      run->mark = nodes->len;
      g_array_append_val (nodes, node);
    }
  mark = &g_array_index (nodes, Node, run->mark).mark;
  mark->x0 = MIN (mark->x0, run->x0);
  mark->x1 = MAX (mark->x1, run->x1);
  mark->y1 = y + 1;
  mark->area += (guint) (run->x1 - run->x0);
  mark->runs++;
  for (gint x = run->x0; x < run->x1; x++)
    sum += row[x];
  mark->sum += sum;
}

/* Runs join the marks of those that they touch in the row above: a corner is enough. */
static void
join_rows (GArray *nodes, const Runs *before, Runs *now, const guint8 *row, gint y)
{
  guint first = 0;

  for (guint i = 0; i < now->n; i++)
    {
      Run *run = &now->all[i];
      gboolean is_new = TRUE;

      while (first < before->n && before->all[first].x1 < run->x0)
        first++;
      for (guint k = first; k < before->n && before->all[k].x0 <= run->x1; k++)
        {
          if (before->all[k].level != run->level)
            continue;
          if (is_new)
            run->mark = root_of (nodes, before->all[k].mark);
          else
            join (nodes, run->mark, before->all[k].mark);
          is_new = FALSE;
        }
      note_run (nodes, row, y, run, is_new);
    }
}

static void
add (ReaderTextMark *to, const ReaderTextMark *mark)
{
  to->x0 = MIN (to->x0, mark->x0);
  to->y0 = MIN (to->y0, mark->y0);
  to->x1 = MAX (to->x1, mark->x1);
  to->y1 = MAX (to->y1, mark->y1);
  to->area += mark->area;
  to->runs += mark->runs;
  to->sum += mark->sum;
}

static void
put_marks (GArray *nodes, GArray *ret_marks)
{
  Node *all = (Node *) (gpointer) nodes->data;

  for (guint i = 0; i < nodes->len; i++)
    {
      const guint root = root_of (nodes, i);

      if (root != i)
        add (&all[root].mark, &all[i].mark);
    }
  for (guint i = 0; i < nodes->len; i++)
    if (all[i].parent == i && all[i].mark.area >= AREA_MIN &&
        all[i].mark.y1 - all[i].mark.y0 >= HEIGHT_MIN)
      g_array_append_val (ret_marks, all[i].mark);
}

/* A row of zeros, but for where three pixels of one level begin. */
static void
find_same (const guint8 *row, gint columns, guint8 *restrict same)
{
  for (gint x = 0; x + 2 < columns; x++)
    same[x] = row[x] == row[x + 1] && row[x] == row[x + 2] ? FLAT : 0;
  for (gint x = MAX (columns - 2, 0); x < columns; x++)
    same[x] = 0;
}

/* Runs of one level. Those as short as strokes are FLAT in the row below, the rest of it is 0. */
static void
find_flat_runs (const guint8 *row, gint columns, guint8 *below, Runs *runs)
{
  runs->n = 0;
  runs->inside = FALSE;
  find_same (row, columns, below);
  find_changes (below, 0, columns, 0, runs);
  for (guint i = 0; i < runs->n; i++)
    {
      Run *run = &runs->all[i];

      run->x1 += 2;
      run->level = row[run->x0];
      memset (below + run->x0, run->x1 - run->x0 <= FLAT_WIDTH_MAX ? FLAT : 0,
              (gsize) (run->x1 - run->x0));
    }
}

/* flat: NULL for marks above the threshold. */
static gboolean
find_marks (const ReaderTextPlane *plane, const guint8 *peaks, guint threshold,
            ReaderTextPlane *flat, GArray *ret_marks)
{
  const guint64 n_max = (guint64) plane->rows * plane->columns / PIXELS_A_RUN + 64;
  const gsize a_row = plane->columns / 2 + 1, n_peaks = reader_text_peaks_size (1, plane->columns);
  g_autofree Run *room = g_new (Run, 2 * a_row);
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  Runs before = { room, 0, FALSE }, now = { room + a_row, 0, FALSE };
  guint64 n_runs = 0;

  for (gint y = 0; y < (gint) plane->rows; y++)
    {
      const gsize at = (gsize) y * plane->columns;
      const Runs swap = before;

      before = now;
      now = swap;
      if (flat != NULL)
        find_flat_runs (plane->levels + at, (gint) plane->columns, flat->levels + at, &now);
      else
        find_runs (plane->levels + at, peaks + (gsize) y * n_peaks, (gint) plane->columns,
                   threshold, &now);
      n_runs += now.n;
      if (n_runs > n_max)
        return FALSE;
      join_rows (nodes, &before, &now, (flat != NULL ? flat : plane)->levels + at, y);
    }
  put_marks (nodes, ret_marks);
  return TRUE;
}

gboolean
reader_text_marks (const ReaderTextPlane *plane, const guint8 *peaks, guint threshold,
                   GArray *ret_marks)
{
  return find_marks (plane, peaks, threshold, NULL, ret_marks);
}

gboolean
reader_text_flat_marks (const ReaderTextPlane *plane, ReaderTextPlane *flat, GArray *ret_marks)
{
  return find_marks (plane, NULL, 0, flat, ret_marks);
}
