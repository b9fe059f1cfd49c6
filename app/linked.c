/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linked.h"

#include <math.h>

#include "arrangement.h"

#define SAME_DIRECTION 0.9962 /* cosine of 5 degrees */

static const ScanInstance *
instance_at (const GPtrArray *instances, guint i)
{
  return g_ptr_array_index (instances, i);
}

/* All have a place, and the first a direction, which is that of a stack. */
static gboolean
normal_of (const GPtrArray *instances, double ret_normal[3])
{
  ScanArrangement arrangement;
  const double *row = arrangement.orientation, *column = row + 3;

  if (instances->len == 0)
    return FALSE;
  for (guint i = 0; i < instances->len; i++)
    if (isnan (instance_at (instances, i)->position) || instance_at (instances, i)->frames != 1)
      return FALSE;
  scan_arrangement_unpack (instance_at (instances, 0)->arrangement, &arrangement);
  if (!arrangement.oriented)
    return FALSE;
  for (guint k = 0; k < 3; k++)
    ret_normal[k] = row[(k + 1) % 3] * column[(k + 2) % 3] - row[(k + 2) % 3] * column[(k + 1) % 3];
  return TRUE;
}

static void
range_of (const GPtrArray *instances, double sign, double *ret_low, double *ret_high)
{
  *ret_low = G_MAXDOUBLE;
  *ret_high = -G_MAXDOUBLE;
  for (guint i = 0; i < instances->len; i++)
    {
      const double place = sign * instance_at (instances, i)->position;

      *ret_low = MIN (*ret_low, place);
      *ret_high = MAX (*ret_high, place);
    }
}

ScanLink
scan_link_of (const GPtrArray *left, const GPtrArray *right)
{
  ScanLink link = { SCAN_LINK_NO_PLACES, 1, 0 };
  double a[3], b[3], cosine, low[2], high[2];

  if (!normal_of (left, a) || !normal_of (right, b))
    return link;
  cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  link.sign = cosine < 0 ? -1 : 1;
  if (fabs (cosine) < SAME_DIRECTION)
    {
      link.kind = SCAN_LINK_DIRECTIONS;
      return link;
    }
  range_of (left, 1, &low[0], &high[0]);
  range_of (right, link.sign, &low[1], &high[1]);
  low[0] = MAX (low[0], low[1]);
  high[0] = MIN (high[0], high[1]);
  link.kind = low[0] <= high[0] ? SCAN_LINK_PLACES : SCAN_LINK_BY_HAND;
  link.middle = (low[0] + high[0]) / 2;
  return link;
}

guint
scan_link_nearest (const GPtrArray *instances, double place)
{
  guint best = 0;

  for (guint i = 1; i < instances->len; i++)
    if (fabs (instance_at (instances, i)->position - place) <
        fabs (instance_at (instances, best)->position - place))
      best = i;
  return best;
}
