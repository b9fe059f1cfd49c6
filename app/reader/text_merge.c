/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text_find.h"

/* Of all that finds one place; 100 is as likely writing as chance. Measured: at 50 there are more
 * than twice as many false boxes, and in 500 pictures one or two fewer have a word that is not
 * wholly found. What is large is chance more often. */
#define VOTES 110
#define VOTES_LARGE 350

static gint
compare_boxes (gconstpointer a, gconstpointer b)
{
  const ReaderTextBox *one = a, *other = b;

  return one->x0 != other->x0   ? one->x0 - other->x0
         : one->y0 != other->y0 ? one->y0 - other->y0
         : one->x1 != other->x1 ? one->x1 - other->x1
                                : one->y1 - other->y1;
}

static gint64
area_of (const ReaderTextBox *box)
{
  return (gint64) (box->x1 - box->x0) * (box->y1 - box->y0);
}

/* They lie over each other by a third of the smaller, and one box around both covers hardly more
 * than the two do: it does not grow over what neither found. */
static gboolean
is_one (const ReaderTextBox *a, const ReaderTextBox *b)
{
  const ReaderTextBox around = {
    MIN (a->x0, b->x0), MIN (a->y0, b->y0), MAX (a->x1, b->x1), MAX (a->y1, b->y1), 0, FALSE
  };
  const gint64 width = MIN (a->x1, b->x1) - MAX (a->x0, b->x0),
               height = MIN (a->y1, b->y1) - MAX (a->y0, b->y0);
  const gint64 smaller = MIN (area_of (a), area_of (b)), common = width * height;

  return width > 0 && height > 0 && 10 * common >= 3 * smaller &&
         4 * area_of (&around) <= 5 * (area_of (a) + area_of (b) - common);
}

static gboolean
overlap (const ReaderTextBox *a, const ReaderTextBox *b)
{
  const gint64 width = MIN (a->x1, b->x1) - MAX (a->x0, b->x0),
               height = MIN (a->y1, b->y1) - MAX (a->y0, b->y0);

  return width > 0 && height > 0 && 10 * width * height >= 3 * MIN (area_of (a), area_of (b));
}

enum
{
  KEPT = 1,
  CERTAIN
};

static guint
votes_needed (const ReaderTextBox *box)
{
  return (guint) CLAMP (VOTES + 6 * (box->y1 - box->y0 - 20), VOTES, VOTES_LARGE);
}

/* One goes on where the other ends, or nearly so, at its height. */
static gboolean
are_of_one_line (const ReaderTextBox *a, const ReaderTextBox *b)
{
  const gint gap = MAX (a->x0, b->x0) - MIN (a->x1, b->x1),
             common = MIN (a->y1, b->y1) - MAX (a->y0, b->y0),
             both = MAX (a->y1, b->y1) - MIN (a->y0, b->y0);

  return 2 * common >= both && gap < MIN (a->y1 - a->y0, b->y1 - b->y0);
}

/* What stands in one line with what is certain needs a tenth of the votes. */
static void
keep_rest_of_lines (const ReaderTextBox *all, const guint *votes, guint8 *kept, guint n)
{
  for (guint i = 0; i < n; i++)
    if (kept[i] == CERTAIN)
      for (guint k = 0; k < n && all[k].x0 < all[i].x1 + (all[i].y1 - all[i].y0); k++)
        if (kept[k] == 0 && 10 * votes[k] >= votes_needed (&all[k]) &&
            are_of_one_line (&all[i], &all[k]))
          kept[k] = KEPT;
}

/* Writing is found again and again, at many strengths and scales; chance is not. */
static void
drop_chance (GArray *boxes)
{
  ReaderTextBox *all = (ReaderTextBox *) (gpointer) boxes->data;
  g_autofree guint *votes = g_new0 (guint, boxes->len + 1);
  g_autofree guint8 *kept = g_new0 (guint8, boxes->len + 1);
  guint n = 0;

  g_array_sort (boxes, compare_boxes);
  for (guint i = 0; i < boxes->len; i++)
    {
      votes[i] += all[i].votes;
      for (guint k = i + 1; k < boxes->len && all[k].x0 < all[i].x1; k++)
        if (overlap (&all[i], &all[k]))
          {
            votes[i] += all[k].votes;
            votes[k] += all[i].votes;
          }
    }
  for (guint i = 0; i < boxes->len; i++)
    if (!all[i].witness && votes[i] >= votes_needed (&all[i]))
      kept[i] = votes[i] >= 4 * votes_needed (&all[i]) ? CERTAIN : KEPT;
  keep_rest_of_lines (all, votes, kept, boxes->len);
  for (guint i = 0; i < boxes->len; i++)
    if (kept[i] != 0)
      {
        all[n] = all[i];
        all[n++].votes = votes[i];
      }
  g_array_set_size (boxes, n);
}

static void
cut (GArray *boxes, gint rows, gint columns)
{
  guint n = 0;

  for (guint i = 0; i < boxes->len; i++)
    {
      ReaderTextBox box = g_array_index (boxes, ReaderTextBox, i);

      box.x0 = CLAMP (box.x0, 0, columns);
      box.x1 = CLAMP (box.x1, 0, columns);
      box.y0 = CLAMP (box.y0, 0, rows);
      box.y1 = CLAMP (box.y1, 0, rows);
      if (area_of (&box) > 0)
        g_array_index (boxes, ReaderTextBox, n++) = box;
    }
  g_array_set_size (boxes, n);
}

static void
merge (GArray *boxes)
{
  gboolean changed = TRUE;

  while (changed)
    {
      guint n = 0;

      changed = FALSE;
      g_array_sort (boxes, compare_boxes);
      for (guint i = 0; i < boxes->len; i++)
        {
          const ReaderTextBox box = g_array_index (boxes, ReaderTextBox, i);
          gboolean taken = FALSE;

          for (guint k = 0; k < n && !taken; k++)
            {
              ReaderTextBox *other = &g_array_index (boxes, ReaderTextBox, k);

              if (!is_one (other, &box))
                continue;
              other->x0 = MIN (other->x0, box.x0);
              other->y0 = MIN (other->y0, box.y0);
              other->x1 = MAX (other->x1, box.x1);
              other->y1 = MAX (other->y1, box.y1);
              other->votes = MAX (other->votes, box.votes);
              taken = changed = TRUE;
            }
          if (!taken)
            g_array_index (boxes, ReaderTextBox, n++) = box;
        }
      g_array_set_size (boxes, n);
    }
}

void
reader_text_settle (GArray *boxes, guint rows, guint columns)
{
  cut (boxes, (gint) rows, (gint) columns);
  drop_chance (boxes);
  merge (boxes);
}
