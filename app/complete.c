/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"

#include <math.h>
#include <stdlib.h>

#include "arrangement.h"

#define SLICES_MIN 4
#define TOLERANCE 0.1 /* of the distance between slices */

static const ScanInstance *
picture_at (const GPtrArray *pictures, guint i)
{
  return g_ptr_array_index (pictures, i);
}

static gint
compare_values (gconstpointer a, gconstpointer b)
{
  const double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static double
median (GArray *values)
{
  g_array_sort (values, compare_values);
  return g_array_index (values, double, values->len / 2);
}

/* Differences between neighbours that are not 0; numbers: of InstanceNumber, else of position. */
static GArray *
steps_of (const GPtrArray *pictures, const ScanStack *stack, gboolean numbers)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = stack->first + 1; i < stack->first + stack->n; i++)
    {
      const ScanInstance *here = picture_at (pictures, i), *before = picture_at (pictures, i - 1);
      const double step =
          numbers ? abs (here->number - before->number) : fabs (here->position - before->position);

      if (step >= 0.01)
        g_array_append_val (steps, step);
    }
  return steps;
}

/* The median step, and how many of all are that long; 0 if there are too few. */
static double
regular_step (const GPtrArray *pictures, const ScanStack *stack, gboolean numbers,
              double *ret_share)
{
  g_autoptr (GArray) steps = steps_of (pictures, stack, numbers);
  guint regular = 0;
  double step;

  *ret_share = 0;
  if (steps->len + 1 < SLICES_MIN)
    return 0;
  step = median (steps);
  for (guint i = 0; i < steps->len; i++)
    regular += fabs (g_array_index (steps, double, i) - step) <= TOLERANCE * step;
  *ret_share = (double) regular / steps->len;
  return step;
}

static gboolean
numbers_known (const GPtrArray *pictures, const ScanStack *stack)
{
  for (guint i = stack->first; i < stack->first + stack->n; i++)
    if (picture_at (pictures, i)->number < 0)
      return FALSE;
  return TRUE;
}

static void
add_gap (ScanCompleteness *completeness, guint after, double missing)
{
  /* What lies far away is no gap but another part of the body. */
  const ScanGap gap = { after, (guint) missing };

  if (missing >= 1 && missing <= completeness->arrived)
    g_array_append_val (completeness->gaps, gap);
}

static void
find_gaps_by_position (ScanCompleteness *completeness, const ScanStack *stack)
{
  const GPtrArray *pictures = completeness->pictures;
  double share, number_share = 0, number_step = 0;
  const double step = regular_step (pictures, stack, FALSE, &share);

  if (numbers_known (pictures, stack))
    number_step = regular_step (pictures, stack, TRUE, &number_share);
  if (step <= 0 || share < (number_share >= 0.6 ? 0.6 : 0.9))
    return;
  for (guint i = stack->first + 1; i < stack->first + stack->n; i++)
    {
      const ScanInstance *here = picture_at (pictures, i), *before = picture_at (pictures, i - 1);
      const double times = (here->position - before->position) / step;
      double missing = round (times) - 1;

      if (fabs (times - round (times)) > 2 * TOLERANCE || missing < 1)
        continue;
      if (number_share >= 0.6)
        missing = MIN (missing, round (abs (here->number - before->number) / number_step) - 1);
      add_gap (completeness, i - 1, missing);
    }
}

static gboolean
is_numbered_by_slice (const ScanSeries *series)
{
  static const char *const modalities[] = { "CT", "MR", "PT", "NM", NULL };

  return g_strv_contains (modalities, series->modality);
}

static void
find_gaps_by_number (ScanCompleteness *completeness, const ScanStack *stack)
{
  const GPtrArray *pictures = completeness->pictures;
  const ScanInstance *first = picture_at (pictures, stack->first);
  const ScanInstance *last = picture_at (pictures, stack->first + stack->n - 1);
  const gint64 range = (gint64) last->number - first->number + 1;

  if (stack->n < SLICES_MIN || !numbers_known (pictures, stack) || range < stack->n ||
      (range - stack->n) * 4 > range)
    return;
  for (guint i = stack->first + 1; i < stack->first + stack->n; i++)
    add_gap (completeness, i - 1,
             (double) picture_at (pictures, i)->number - picture_at (pictures, i - 1)->number - 1);
}

static void
find_gaps (ScanCompleteness *completeness, const ScanSeries *series)
{
  for (guint i = 0; i < completeness->stacks->len; i++)
    {
      const ScanStack *stack = &g_array_index (completeness->stacks, ScanStack, i);

      if (stack->by_position && stack->kind != SCAN_STACK_MOVING)
        find_gaps_by_position (completeness, stack);
      else if (stack->kind == SCAN_STACK_PICTURES && completeness->stacks->len == 1 &&
               is_numbered_by_slice (series))
        find_gaps_by_number (completeness, stack);
    }
}

/* The size that at least half of all stacks of a kind have, and none exceeds; 0 if there is none.
 */
static guint
usual_size (const ScanCompleteness *completeness, ScanStackKind kind)
{
  guint largest = 0, stacks = 0, full = 0;

  if (kind < SCAN_STACK_B_VALUE || kind == SCAN_STACK_NO_PICTURES)
    return 0;
  for (guint i = 0; i < completeness->stacks->len; i++)
    {
      const ScanStack *stack = &g_array_index (completeness->stacks, ScanStack, i);

      if (stack->kind != kind)
        continue;
      stacks++;
      if (stack->n > largest)
        full = 0;
      largest = MAX (largest, stack->n);
      full += stack->n == largest;
    }
  return stacks >= 3 && full * 2 >= stacks ? largest : 0;
}

guint
scan_completeness_missing (const ScanCompleteness *completeness, const ScanStack *stack)
{
  const guint usual = usual_size (completeness, stack->kind);
  guint missing = 0;

  for (guint i = 0; i < completeness->gaps->len; i++)
    {
      const ScanGap *gap = &g_array_index (completeness->gaps, ScanGap, i);

      if (gap->after >= stack->first && gap->after < stack->first + stack->n)
        missing += gap->missing;
    }
  return MAX (missing, usual > stack->n ? usual - stack->n : 0);
}

/* Pictures of an acquisition in the whole scan. */
static guint
count_acquisition (const ScanStudy *study, gint acquisition, guint total)
{
  guint n = 0;

  for (guint i = 0; i < study->series->len; i++)
    {
      const ScanSeries *series = g_ptr_array_index (study->series, i);

      for (guint k = 0; k < series->instances->len; k++)
        {
          const ScanInstance *instance = g_ptr_array_index (series->instances, k);
          ScanArrangement arrangement;

          scan_arrangement_unpack (instance->arrangement, &arrangement);
          n += arrangement.acquisition == acquisition && arrangement.acquisition_total == total;
        }
    }
  return n;
}

typedef struct
{
  guint total, n;
} Acquisition;

/* How many pictures the series lacks by what its pictures say of the whole. */
static guint
lacks_by_record (const ScanCompleteness *completeness, const ScanSeries *series)
{
  g_autoptr (GHashTable) acquisitions = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  guint total = 0, lacking = 0, distinct = 0;
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < completeness->pictures->len; i++)
    {
      ScanArrangement arrangement;
      Acquisition *acquisition;

      scan_arrangement_unpack (picture_at (completeness->pictures, i)->arrangement, &arrangement);
      distinct += !picture_at (completeness->pictures, i)->conflict;
      total = MAX (total, arrangement.series_total);
      if (arrangement.acquisition_total == 0)
        continue;
      key = GINT_TO_POINTER (arrangement.acquisition);
      acquisition = g_hash_table_lookup (acquisitions, key);
      if (acquisition == NULL)
        {
          acquisition = g_new0 (Acquisition, 1);
          g_hash_table_insert (acquisitions, key, acquisition);
        }
      acquisition->total = MAX (acquisition->total, arrangement.acquisition_total);
      acquisition->n++;
    }
  g_hash_table_iter_init (&iter, acquisitions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Acquisition *acquisition = value;

      /* A series with less than half of it was made of a part. */
      if (acquisition->n < acquisition->total && acquisition->n * 2 >= acquisition->total &&
          count_acquisition (series->study, GPOINTER_TO_INT (key), acquisition->total) <=
              acquisition->n)
        lacking += acquisition->total - acquisition->n;
    }
  /* A number without any proportion is a lie. */
  return MAX (total <= (guint64) distinct * 100 && total > distinct ? total - distinct : 0,
              lacking);
}

static void
take_picture (const ScanItem *item, gpointer user_data)
{
  if (item->kind == SCAN_ITEM_INSTANCE)
    g_ptr_array_add (user_data, item->instance);
}

ScanCompleteness *
scan_series_completeness (ScanCatalog *catalog, const ScanSeries *series)
{
  ScanCompleteness *completeness = g_new0 (ScanCompleteness, 1);
  const ScanItem item = { .kind = SCAN_ITEM_SERIES, .series = (ScanSeries *) series };
  guint missing = 0;

  completeness->pictures = g_ptr_array_new ();
  completeness->gaps = g_array_new (FALSE, FALSE, sizeof (ScanGap));
  scan_catalog_visit_item (catalog, &item, TRUE, take_picture, completeness->pictures);
  completeness->stacks = scan_series_arrange (completeness->pictures);
  completeness->arrived = completeness->pictures->len;
  find_gaps (completeness, series);
  for (guint i = 0; i < completeness->stacks->len; i++)
    missing += scan_completeness_missing (completeness,
                                          &g_array_index (completeness->stacks, ScanStack, i));
  completeness->expected =
      completeness->arrived + MAX (missing, lacks_by_record (completeness, series));
  return completeness;
}

void
scan_completeness_free (ScanCompleteness *completeness)
{
  g_array_unref (completeness->stacks);
  g_array_unref (completeness->gaps);
  g_ptr_array_unref (completeness->pictures);
  g_free (completeness);
}

double
scan_stack_spacing (const GPtrArray *pictures, const ScanStack *stack)
{
  g_autoptr (GArray) steps = NULL;

  if (!stack->by_position || stack->n < 2)
    return 0;
  steps = steps_of (pictures, stack, FALSE);
  return steps->len > 0 ? median (steps) : 0;
}

const char *
scan_stack_plane (const GPtrArray *pictures, const ScanStack *stack)
{
  static const char *const planes[] = { "sagittal", "coronal", "axial" };
  ScanArrangement arrangement;
  const double *o = arrangement.orientation;

  if (stack->kind < SCAN_STACK_SLICES || stack->kind == SCAN_STACK_NO_PICTURES ||
      stack->kind == SCAN_STACK_LOCALIZER)
    return "";
  scan_arrangement_unpack (picture_at (pictures, stack->first)->arrangement, &arrangement);
  if (!arrangement.oriented)
    return "";
  {
    const double normal[] = { o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                              o[0] * o[4] - o[1] * o[3] };

    for (guint i = 0; i < G_N_ELEMENTS (planes); i++)
      if (fabs (normal[i]) > sqrt (3) / 2)
        return planes[i];
  }
  return "oblique";
}
