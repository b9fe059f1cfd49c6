/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connected marks, found by the runs of their rows: the time goes with the runs, not the pixels. */
#include <string.h>

#include "text_private.h"

/* One for so many pixels: noise. Writing that covers a whole page has fewer. */
#define PIXELS_A_RUN 12

typedef struct
{
  gint x0, x1;
  guint mark; /* index among the marks of this search */
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

/* The runs of a row, from one change between above and below to the next. */
static void
find_runs (const guint8 *row, gint columns, guint threshold, GArray *runs)
{
  Run run = { 0 };
  gboolean inside = FALSE;
  gint x = 0;

  for (; x + 8 <= columns; x += 8)
    {
      const guint64 bits = above (row + x, threshold);
      guint64 changes = bits ^ (bits << 8 | (inside ? 0x80 : 0));

      for (; changes != 0; changes &= changes - 1)
        {
          const gint at = x + __builtin_ctzll (changes) / 8;

          inside = !inside;
          if (inside)
            run.x0 = at;
          else
            {
              run.x1 = at;
              g_array_append_val (runs, run);
            }
        }
    }
  for (; x < columns; x++)
    if ((row[x] > threshold) != inside)
      {
        inside = !inside;
        run.x0 = inside ? x : run.x0;
        run.x1 = x;
        if (!inside)
          g_array_append_val (runs, run);
      }
  run.x1 = columns;
  if (inside)
    g_array_append_val (runs, run);
}

static void
note_run (GArray *nodes, const guint8 *row, gint y, Run *run, gboolean is_new)
{
  Node node = { .parent = nodes->len, .mark = { run->x0, y, run->x1, y + 1, 0, 0, 0 } };
  ReaderTextMark *mark;

  if (is_new)
    {
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
    mark->sum += row[x];
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

gboolean
reader_text_marks (const ReaderTextPlane *plane, guint threshold, GArray *ret_marks)
{
  g_autoptr (GArray) before = g_array_new (FALSE, FALSE, sizeof (Run)),
                     now = g_array_new (FALSE, FALSE, sizeof (Run)),
                     nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  const guint64 n_max = (guint64) plane->rows * plane->columns / PIXELS_A_RUN + 64;
  guint64 n_runs = 0;

  for (gint y = 0; y < (gint) plane->rows; y++)
    {
      const guint8 *row = plane->levels + (gsize) y * plane->columns;
      GArray *swap = before;
      guint first = 0;

      before = now;
      now = swap;
      g_array_set_size (now, 0);
      find_runs (row, (gint) plane->columns, threshold, now);
      n_runs += now->len;
      if (n_runs > n_max)
        return FALSE;
      for (guint i = 0; i < now->len; i++)
        {
          Run *run = &g_array_index (now, Run, i);
          gboolean is_new = TRUE;

          /* A corner is enough to touch. */
          while (first < before->len && g_array_index (before, Run, first).x1 < run->x0)
            first++;
          for (guint k = first; k < before->len; k++)
            {
              const Run *above = &g_array_index (before, Run, k);

              if (above->x0 > run->x1)
                break;
              if (is_new)
                run->mark = root_of (nodes, above->mark);
              else
                join (nodes, run->mark, above->mark);
              is_new = FALSE;
            }
          note_run (nodes, row, y, run, is_new);
        }
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      const guint root = root_of (nodes, i);

      if (root != i)
        add (&g_array_index (nodes, Node, root).mark, &g_array_index (nodes, Node, i).mark);
    }
  for (guint i = 0; i < nodes->len; i++)
    if (g_array_index (nodes, Node, i).parent == i)
      g_array_append_val (ret_marks, g_array_index (nodes, Node, i).mark);
  return TRUE;
}
