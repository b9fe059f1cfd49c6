/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linked.h"

#include <math.h>
#include <string.h>

#include "arrangement.h"

#define N 10

typedef struct
{
  ScanInstance instances[N];
  guint8 arrangement[SCAN_ARRANGEMENT_MAX];
  GPtrArray *all;
} Stack;

static const double axial[] = { 1, 0, 0, 0, 1, 0 }, sagittal[] = { 0, 1, 0, 0, 0, -1 };
/* Lying on the belly: the normal is opposed. */
static const double prone[] = { -1, 0, 0, 0, 1, 0 };
/* Leant by 4 and by 8 degrees. */
static const double leant[] = { 1, 0, 0, 0, 0.99756, 0.06976 };
static const double aslant[] = { 1, 0, 0, 0, 0.99027, 0.13917 };

/* N slices of 5 mm from there on; orientation NULL: none is known. */
static void
stack_init (Stack *stack, const double *orientation, double first)
{
  ScanArrangement arrangement;

  memset (stack, 0, sizeof *stack);
  stack->all = g_ptr_array_new ();
  scan_arrangement_init (&arrangement);
  if (orientation != NULL)
    {
      memcpy (arrangement.orientation, orientation, sizeof arrangement.orientation);
      arrangement.oriented = TRUE;
    }
  scan_arrangement_pack (&arrangement, stack->arrangement);
  for (guint i = 0; i < N; i++)
    {
      stack->instances[i].arrangement = stack->arrangement;
      stack->instances[i].frames = 1;
      stack->instances[i].position = first + 5 * i;
      g_ptr_array_add (stack->all, &stack->instances[i]);
    }
}

static ScanLink
link_of (const double *left, double left_first, const double *right, double right_first)
{
  Stack a, b;
  ScanLink link;

  stack_init (&a, left, left_first);
  stack_init (&b, right, right_first);
  link = scan_link_of (a.all, b.all);
  g_ptr_array_unref (a.all);
  g_ptr_array_unref (b.all);
  return link;
}

static void
test_places (void)
{
  ScanLink link = link_of (axial, 0, axial, 30);

  g_assert_cmpint (link.kind, ==, SCAN_LINK_PLACES);
  g_assert_cmpfloat_with_epsilon (link.middle, 37.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (link.sign, 1, 1e-9);
  g_assert_cmpint (link_of (axial, 0, leant, 0).kind, ==, SCAN_LINK_PLACES);
  g_assert_cmpint (link_of (axial, 0, axial, 46).kind, ==, SCAN_LINK_BY_HAND);
  g_assert_cmpint (link_of (axial, 0, aslant, 0).kind, ==, SCAN_LINK_DIRECTIONS);
  g_assert_cmpint (link_of (axial, 0, sagittal, 0).kind, ==, SCAN_LINK_DIRECTIONS);
}

static void
test_opposed (void)
{
  /* From 0 to 45, and from -45 to 0, which is the same. */
  const ScanLink link = link_of (axial, 0, prone, -45);

  g_assert_cmpint (link.kind, ==, SCAN_LINK_PLACES);
  g_assert_cmpfloat_with_epsilon (link.sign, -1, 1e-9);
  g_assert_cmpfloat_with_epsilon (link.middle, 22.5, 1e-9);
  g_assert_cmpint (link_of (axial, 0, prone, 5).kind, ==, SCAN_LINK_BY_HAND);
}

static void
test_no_places (void)
{
  Stack a, b;

  g_assert_cmpint (link_of (axial, 0, NULL, 0).kind, ==, SCAN_LINK_NO_PLACES);
  stack_init (&a, axial, 0);
  stack_init (&b, axial, 0);
  b.instances[4].position = NAN;
  g_assert_cmpint (scan_link_of (a.all, b.all).kind, ==, SCAN_LINK_NO_PLACES);
  b.instances[4].position = 20;
  b.instances[4].frames = 2;
  g_assert_cmpint (scan_link_of (a.all, b.all).kind, ==, SCAN_LINK_NO_PLACES);
  g_ptr_array_set_size (b.all, 0);
  g_assert_cmpint (scan_link_of (a.all, b.all).kind, ==, SCAN_LINK_NO_PLACES);
  g_ptr_array_unref (a.all);
  g_ptr_array_unref (b.all);
}

static void
test_nearest (void)
{
  Stack a;

  stack_init (&a, axial, 0);
  g_assert_cmpuint (scan_link_nearest (a.all, -100), ==, 0);
  g_assert_cmpuint (scan_link_nearest (a.all, 12.6), ==, 3);
  g_assert_cmpuint (scan_link_nearest (a.all, 12.5), ==, 2);
  g_assert_cmpuint (scan_link_nearest (a.all, 100), ==, N - 1);
  g_ptr_array_unref (a.all);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/linked/places", test_places);
  g_test_add_func ("/linked/opposed", test_opposed);
  g_test_add_func ("/linked/no-places", test_no_places);
  g_test_add_func ("/linked/nearest", test_nearest);
  return g_test_run ();
}
