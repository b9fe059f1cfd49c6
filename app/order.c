/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order.h"

#include <math.h>
#include <string.h>

#include "arrangement.h"

/* Direction cosines that differ by less are one direction; positions likewise, in mm. */
#define SAME_DIRECTION 0.002
#define SAME_POSITION 0.01

typedef struct
{
  ScanInstance *instance;
  ScanArrangement arrangement;
  guint repeat; /* how many of its position came before it */
} Entry;

/* A stack in the making. */
typedef struct
{
  GPtrArray *entries; /* Entry, borrowed */
  ScanStackKind kind;
  double value;
  gboolean by_position;
} Group;

typedef struct
{
  GArray *entries;   /* Entry */
  GPtrArray *groups; /* Group */
} Order;

static void
group_free (gpointer data)
{
  g_ptr_array_unref (((Group *) data)->entries);
  g_free (data);
}

static Group *
group_new (ScanStackKind kind, double value)
{
  Group *group = g_new0 (Group, 1);

  group->entries = g_ptr_array_new ();
  group->kind = kind;
  group->value = value;
  return group;
}

static Group *
add_group (Order *order, ScanStackKind kind, double value)
{
  Group *group = group_new (kind, value);

  g_ptr_array_add (order->groups, group);
  return group;
}

static const Entry *
entry_at (const GPtrArray *entries, guint i)
{
  return g_ptr_array_index (entries, i);
}

/* Unknown values last. */
static gint
compare_doubles (double left, double right)
{
  if (isnan (left) || isnan (right))
    return (isnan (left) ? 1 : 0) - (isnan (right) ? 1 : 0);
  return left < right ? -1 : left > right;
}

static gint
by_number (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a, *right = *(const Entry *const *) b;
  gint order;

  if (left->instance->number != right->instance->number)
    return left->instance->number < right->instance->number ? -1 : 1;
  order = compare_doubles (left->arrangement.time, right->arrangement.time);
  if (order == 0)
    order = strcmp (left->instance->uid, right->instance->uid);
  return order != 0 ? order : memcmp (left->instance->member, right->instance->member, 32);
}

static gint
by_position (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a, *right = *(const Entry *const *) b;
  const double difference = left->instance->position - right->instance->position;

  if (fabs (difference) >= SAME_POSITION)
    return difference < 0 ? -1 : 1;
  return by_number (a, b);
}

static gint
by_time (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a, *right = *(const Entry *const *) b;
  gint order = 0;

  if (left->arrangement.temporal != right->arrangement.temporal)
    order = left->arrangement.temporal < right->arrangement.temporal ? -1 : 1;
  if (order == 0)
    order = compare_doubles (left->arrangement.trigger, right->arrangement.trigger);
  if (order == 0)
    order = compare_doubles (left->arrangement.time, right->arrangement.time);
  return order != 0 ? order : by_number (a, b);
}

/* What tells pictures at one position apart. NAN where it is unknown. */
static double
value_of (const Entry *entry, ScanStackKind kind)
{
  const ScanArrangement *a = &entry->arrangement;

  switch (kind)
    {
    case SCAN_STACK_B_VALUE:
      return a->b_value;
    case SCAN_STACK_ECHO:
      return a->echo;
    case SCAN_STACK_TYPE:
      return a->type != 0 ? a->type : NAN;
    case SCAN_STACK_TEMPORAL:
      return a->temporal >= 0 ? a->temporal : NAN;
    case SCAN_STACK_MOVING:
      return a->trigger;
    case SCAN_STACK_ACQUISITION:
      return a->acquisition >= 0 ? a->acquisition : NAN;
    case SCAN_STACK_TIME:
      return a->time;
    case SCAN_STACK_REPEAT:
      return entry->repeat + 1;
    case SCAN_STACK_PICTURES:
    case SCAN_STACK_SLICES:
    case SCAN_STACK_LOCALIZER:
    case SCAN_STACK_CLIP:
    case SCAN_STACK_NO_PICTURES:
      break;
    }
  return NAN;
}

/* Parts the entries by a value into groups; equal values together, in the order of values. */
static GPtrArray *
part (const Group *group, ScanStackKind kind)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < group->entries->len; i++)
    {
      const double value = value_of (entry_at (group->entries, i), kind);
      guint low = 0, high = values->len;

      while (low < high)
        {
          const guint middle = (low + high) / 2;

          if (compare_doubles (g_array_index (values, double, middle), value) < 0)
            low = middle + 1;
          else
            high = middle;
        }
      if (low == values->len || compare_doubles (g_array_index (values, double, low), value) != 0)
        {
          g_array_insert_val (values, low, value);
          g_ptr_array_insert (parts, (gint) low, group_new (kind, value));
        }
      g_ptr_array_add (((Group *) g_ptr_array_index (parts, low))->entries,
                       g_ptr_array_index (group->entries, i));
    }
  return parts;
}

/* How many of the entries, which stand in the order of position, lie where the one before lies. */
static guint
count_repeats (GPtrArray *entries)
{
  guint repeats = 0;

  g_ptr_array_sort (entries, by_position);
  for (guint i = 1; i < entries->len; i++)
    repeats +=
        entry_at (entries, i)->instance->position - entry_at (entries, i - 1)->instance->position <
        SAME_POSITION;
  return repeats;
}

static guint
count_all_repeats (const GPtrArray *parts)
{
  guint repeats = 0;

  for (guint i = 0; i < parts->len; i++)
    repeats += count_repeats (((Group *) g_ptr_array_index (parts, i))->entries);
  return repeats;
}

/* Numbers the entries of each position. TRUE if every position has the same number of them. */
static gboolean
number_repeats (GPtrArray *entries)
{
  guint runs = 0, last = 0;
  gboolean even = TRUE;

  for (guint i = 0, length = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);
      gboolean ends = i + 1 == entries->len ||
                      entry_at (entries, i + 1)->instance->position - entry->instance->position >=
                          SAME_POSITION;

      entry->repeat = length++;
      if (!ends)
        continue;
      even = even && (runs == 0 || length == last);
      last = length;
      length = 0;
      runs++;
    }
  return even;
}

/* A slice after another, each in the order of time. */
static void
split_by_position (Order *order, const Group *group)
{
  Group *slice = NULL;

  for (guint i = 0; i < group->entries->len; i++)
    {
      const Entry *entry = entry_at (group->entries, i);

      if (slice == NULL ||
          entry->instance->position - entry_at (group->entries, i - 1)->instance->position >=
              SAME_POSITION)
        slice = add_group (order, SCAN_STACK_MOVING, entry->instance->position);
      g_ptr_array_add (slice->entries, (gpointer) entry);
    }
}

/* Takes group, whose entries all have a position. */
static void
split_slices (Order *order, Group *group, guint from)
{
  static const ScanStackKind kinds[] = { SCAN_STACK_B_VALUE, SCAN_STACK_ECHO,
                                         SCAN_STACK_TYPE,    SCAN_STACK_TEMPORAL,
                                         SCAN_STACK_MOVING,  SCAN_STACK_ACQUISITION,
                                         SCAN_STACK_TIME,    SCAN_STACK_REPEAT };
  const guint n = group->entries->len;
  const guint repeats = count_repeats (group->entries);

  group->by_position = TRUE;
  if (n > 1 && repeats == n - 1)
    group->kind = SCAN_STACK_MOVING;
  for (guint k = from; repeats > 0 && repeats < n - 1 && k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (GPtrArray) parts = NULL;

      if (kinds[k] == SCAN_STACK_REPEAT && !number_repeats (group->entries))
        continue;
      parts = part (group, kinds[k]);
      if (parts->len < 2 || parts->len > n / 2 || count_all_repeats (parts) >= repeats)
        continue;
      if (kinds[k] == SCAN_STACK_MOVING)
        split_by_position (order, group);
      else
        for (guint i = 0; i < parts->len; i++)
          split_slices (order, g_steal_pointer (&parts->pdata[i]), k + 1);
      group_free (group);
      g_ptr_array_set_free_func (parts, kinds[k] == SCAN_STACK_MOVING ? group_free : NULL);
      return;
    }
  g_ptr_array_add (order->groups, group);
}

static gboolean
same_direction (const Entry *left, const Entry *right)
{
  for (guint i = 0; i < 6; i++)
    if (fabs (left->arrangement.orientation[i] - right->arrangement.orientation[i]) >
        SAME_DIRECTION)
      return FALSE;
  return left->instance->rows == right->instance->rows &&
         left->instance->columns == right->instance->columns;
}

/* Where an entry goes among groups of one direction and size each. */
static Group *
group_of_direction (GPtrArray *directions, const Entry *entry)
{
  Group *group;

  /* Neighbours mostly share it. */
  for (guint i = directions->len; i > 0; i--)
    {
      group = g_ptr_array_index (directions, i - 1);
      if (same_direction (entry_at (group->entries, 0), entry))
        return group;
    }
  group = group_new (SCAN_STACK_SLICES, NAN);
  g_ptr_array_add (directions, group);
  return group;
}

static gboolean
is_radial (const GPtrArray *directions, guint n)
{
  return directions->len > 3 && directions->len > n / 2;
}

/* Parts entries that have a direction and a position. */
static void
split_directions (Order *order, const GPtrArray *entries)
{
  g_autoptr (GPtrArray) directions = g_ptr_array_new ();
  Group *radial = NULL;

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (group_of_direction (directions, entry_at (entries, i))->entries,
                     g_ptr_array_index (entries, i));
  if (is_radial (directions, entries->len))
    radial = add_group (order, SCAN_STACK_PICTURES, NAN);
  for (guint i = 0; i < directions->len; i++)
    {
      Group *group = g_ptr_array_index (directions, i);

      if (radial == NULL)
        split_slices (order, group, 0);
      else
        {
          g_ptr_array_extend (radial->entries, group->entries, NULL, NULL);
          group_free (group);
        }
    }
}

static void
add_if_any (Order *order, ScanStackKind kind, GPtrArray *entries)
{
  if (entries->len > 0)
    g_ptr_array_extend (add_group (order, kind, NAN)->entries, entries, NULL, NULL);
}

/* Rows that do not tell what their pictures are: all are one stack. */
static void
leave_together (Order *order, GPtrArray *entries, gboolean placed)
{
  Group *group = add_group (order, SCAN_STACK_PICTURES, NAN);

  g_ptr_array_extend (group->entries, entries, NULL, NULL);
  if (!placed || count_repeats (group->entries) > 0)
    return;
  group->kind = SCAN_STACK_SLICES;
  group->by_position = TRUE;
}

static void
split_series (Order *order)
{
  g_autoptr (GPtrArray) localizers = g_ptr_array_new (), placeless = g_ptr_array_new ();
  g_autoptr (GPtrArray) slices = g_ptr_array_new (), empty = g_ptr_array_new ();
  g_autoptr (GPtrArray) single = g_ptr_array_new ();
  gboolean arranged = TRUE, placed = TRUE;

  for (guint i = 0; i < order->entries->len; i++)
    {
      Entry *entry = &g_array_index (order->entries, Entry, i);
      const ScanInstance *instance = entry->instance;

      if (instance->frames == 0)
        g_ptr_array_add (empty, entry);
      else if (instance->frames > 1)
        g_ptr_array_add (add_group (order, SCAN_STACK_CLIP, NAN)->entries, entry);
      else if (entry->arrangement.localizer)
        g_ptr_array_add (localizers, entry);
      else if (isnan (instance->position))
        g_ptr_array_add (placeless, entry);
      else
        g_ptr_array_add (slices, entry);
      if (instance->frames != 1)
        continue;
      g_ptr_array_add (single, entry);
      arranged = arranged && instance->arrangement != NULL;
      placed = placed && !isnan (instance->position);
    }
  if (!arranged)
    leave_together (order, single, placed);
  else
    {
      add_if_any (order, SCAN_STACK_LOCALIZER, localizers);
      add_if_any (order, SCAN_STACK_PICTURES, placeless);
      split_directions (order, slices);
    }
  add_if_any (order, SCAN_STACK_NO_PICTURES, empty);
}

/* Many pictures at the positions of others that nothing tells apart are easier to follow by number.
 */
static gboolean
is_muddled (Group *group)
{
  return count_repeats (group->entries) > group->entries->len / 4;
}

static void
sort_group (Group *group)
{
  if (group->kind == SCAN_STACK_MOVING)
    g_ptr_array_sort (group->entries, by_time);
  else if (group->by_position && is_muddled (group))
    {
      group->by_position = FALSE;
      g_ptr_array_sort (group->entries, by_number);
    }
  else
    g_ptr_array_sort (group->entries, group->by_position ? by_position : by_number);
}

static gint
smallest_number (const Group *group)
{
  gint smallest = G_MAXINT;

  for (guint i = 0; i < group->entries->len; i++)
    smallest = MIN (smallest, entry_at (group->entries, i)->instance->number);
  return smallest;
}

/* Without pictures last; equal ones as they were made. */
static gint
by_first_number (gconstpointer a, gconstpointer b)
{
  const Group *left = *(const Group *const *) a, *right = *(const Group *const *) b;
  const gint empty =
      (left->kind == SCAN_STACK_NO_PICTURES) - (right->kind == SCAN_STACK_NO_PICTURES);
  const gint l = smallest_number (left), r = smallest_number (right);

  if (empty != 0)
    return empty;
  return l < r ? -1 : l > r;
}

GArray *
scan_series_arrange (GPtrArray *instances)
{
  GArray *stacks = g_array_new (FALSE, FALSE, sizeof (ScanStack));
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GArray) entries = g_array_sized_new (FALSE, TRUE, sizeof (Entry), instances->len);
  Order order = { entries, groups };
  guint at = 0;

  for (guint i = 0; i < instances->len; i++)
    {
      Entry entry = { .instance = g_ptr_array_index (instances, i) };

      scan_arrangement_unpack (entry.instance->arrangement, &entry.arrangement);
      g_array_append_val (entries, entry);
    }
  split_series (&order);
  for (guint i = 0; i < groups->len; i++)
    sort_group (g_ptr_array_index (groups, i));
  g_ptr_array_sort (groups, by_first_number);
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = g_ptr_array_index (groups, i);
      const ScanStack stack = { group->kind, group->kind == SCAN_STACK_TYPE ? NAN : group->value,
                                at, group->entries->len, group->by_position };

      g_array_append_val (stacks, stack);
      for (guint k = 0; k < group->entries->len; k++)
        instances->pdata[at++] = entry_at (group->entries, k)->instance;
    }
  return stacks;
}

/* All are slices of one direction and size, each at a position of its own: the case of nearly every
 * series of a CT. They are sorted by position then. */
static gint
compare_position (gconstpointer a, gconstpointer b)
{
  const ScanInstance *left = *(ScanInstance *const *) a, *right = *(ScanInstance *const *) b;

  return left->position < right->position ? -1 : left->position > right->position;
}

static gboolean
sort_plain (GPtrArray *instances)
{
  const ScanInstance *first = instances->len > 0 ? g_ptr_array_index (instances, 0) : NULL;

  for (guint i = 0; i < instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (instances, i);

      if (instance->frames != 1 || isnan (instance->position) || instance->rows != first->rows ||
          instance->columns != first->columns ||
          scan_arrangement_is_localizer (instance->arrangement) ||
          !scan_arrangement_is_alike (instance->arrangement, first->arrangement))
        return FALSE;
    }
  g_ptr_array_sort (instances, compare_position);
  for (guint i = 1; i < instances->len; i++)
    if (((ScanInstance *) instances->pdata[i])->position -
            ((ScanInstance *) instances->pdata[i - 1])->position <
        SAME_POSITION)
      return FALSE;
  return TRUE;
}

void
scan_series_sort (GPtrArray *instances)
{
  if (!sort_plain (instances))
    g_array_unref (scan_series_arrange (instances));
}

const char *
scan_stack_kind_name (ScanStackKind kind)
{
  static const char *const names[] = {
    [SCAN_STACK_PICTURES] = "pictures",
    [SCAN_STACK_SLICES] = "slices",
    [SCAN_STACK_LOCALIZER] = "localizer",
    [SCAN_STACK_CLIP] = "clip",
    [SCAN_STACK_MOVING] = "moving",
    [SCAN_STACK_B_VALUE] = "b-value",
    [SCAN_STACK_ECHO] = "echo",
    [SCAN_STACK_TYPE] = "type",
    [SCAN_STACK_TEMPORAL] = "temporal",
    [SCAN_STACK_ACQUISITION] = "acquisition",
    [SCAN_STACK_TIME] = "time",
    [SCAN_STACK_REPEAT] = "repeat",
    [SCAN_STACK_NO_PICTURES] = "no-pictures",
  };

  return names[kind];
}
