/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stacks of a series, the order within them, and what is missing. */
#include <math.h>
#include <string.h>

#include "arrangement.h"
#include "catalog_private.h"
#include "complete.h"
#include "order.h"

#define MAX_PICTURES 128

/* A series in the making; its pictures stay where they are put. */
typedef struct
{
  ScanStudy study;
  ScanSeries series;
  ScanInstance instances[MAX_PICTURES];
  guint8 arrangements[MAX_PICTURES][SCAN_ARRANGEMENT_MAX];
  guint8 members[MAX_PICTURES][32];
  guint n;
} Series;

static const double axial[] = { 1, 0, 0, 0, 1, 0 };
static const double sagittal[] = { 0, 1, 0, 0, 0, -1 };

static void
series_init (Series *f)
{
  memset (f, 0, sizeof *f);
  f->study.series = g_ptr_array_new ();
  f->series.study = &f->study;
  f->series.modality = (char *) "MR";
  f->series.instances = g_ptr_array_new ();
  g_ptr_array_add (f->study.series, &f->series);
}

static void
series_clear (Series *f)
{
  g_ptr_array_unref (f->study.series);
  g_ptr_array_unref (f->series.instances);
}

static ScanArrangement
directed (const double *orientation)
{
  ScanArrangement arrangement;

  scan_arrangement_init (&arrangement);
  memcpy (arrangement.orientation, orientation, sizeof arrangement.orientation);
  arrangement.oriented = TRUE;
  return arrangement;
}

/* arrangement NULL: a row that does not tell. */
static ScanInstance *
add (Series *f, gint number, double position, const ScanArrangement *arrangement)
{
  ScanInstance *instance = &f->instances[f->n];

  g_assert_cmpuint (f->n, <, MAX_PICTURES);
  instance->series = &f->series;
  instance->member = memset (f->members[f->n], (int) f->n + 1, 32);
  instance->uid = "";
  instance->number = number;
  instance->position = position;
  instance->frames = 1;
  instance->rows = instance->columns = 64;
  if (arrangement != NULL)
    {
      scan_arrangement_pack (arrangement, f->arrangements[f->n]);
      instance->arrangement = f->arrangements[f->n];
    }
  g_ptr_array_add (f->series.instances, instance);
  f->n++;
  return instance;
}

static gint
number_at (const Series *f, guint i)
{
  return ((const ScanInstance *) g_ptr_array_index (f->series.instances, i))->number;
}

/* Sorts, and compares the stacks: kinds and sizes up to 0. */
static void
assert_stacks (Series *f, const ScanStackKind *kinds, const guint *sizes)
{
  g_autoptr (GArray) stacks = scan_series_arrange (f->series.instances);
  guint at = 0, n = 0;

  for (; sizes[n] != 0; n++)
    {
      g_assert_cmpuint (n, <, stacks->len);
      g_assert_cmpint (g_array_index (stacks, ScanStack, n).kind, ==, kinds[n]);
      g_assert_cmpuint (g_array_index (stacks, ScanStack, n).n, ==, sizes[n]);
      g_assert_cmpuint (g_array_index (stacks, ScanStack, n).first, ==, at);
      at += sizes[n];
    }
  g_assert_cmpuint (stacks->len, ==, n);
  g_assert_cmpuint (at, ==, f->n);
}

#define ASSERT_STACKS(f, sizes, ...) \
  assert_stacks (f, (const ScanStackKind[]){ __VA_ARGS__ }, (const guint[]){ sizes, 0 })
#define SIZES(...) __VA_ARGS__

static guint
expected (Series *f, guint *ret_gaps)
{
  ScanCatalog *catalog = scan_catalog_new ();
  g_autoptr (ScanCompleteness) completeness = scan_series_completeness (catalog, &f->series);
  guint n = completeness->expected;

  g_assert_cmpuint (completeness->arrived, ==, f->n);
  if (ret_gaps != NULL)
    *ret_gaps = completeness->gaps->len;
  scan_catalog_free (catalog);
  return n;
}

static void
test_pack (void)
{
  ScanArrangement in = directed (sagittal), out;
  guint8 bytes[SCAN_ARRANGEMENT_MAX];

  in.localizer = TRUE;
  in.b_value = 1000;
  in.trigger = 12.5;
  in.echo = 2;
  in.time = 1709460933.25;
  in.temporal = 7;
  in.acquisition = 0x01020304;
  in.type = 0xfedc;
  in.series_total = 120;
  in.acquisition_total = 0xffffffff;
  scan_arrangement_pack (&in, bytes);
  scan_arrangement_unpack (bytes, &out);
  g_assert_true (out.localizer);
  g_assert_true (out.oriented);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (out.orientation[i], sagittal[i], 1e-4);
  g_assert_cmpfloat (out.b_value, ==, 1000);
  g_assert_cmpfloat (out.trigger, ==, 12.5);
  g_assert_cmpfloat (out.echo, ==, 2);
  g_assert_cmpfloat (out.time, ==, in.time);
  g_assert_cmpint (out.temporal, ==, 7);
  g_assert_cmpint (out.acquisition, ==, 0x01020304);
  g_assert_cmpuint (out.type, ==, 0xfedc);
  g_assert_cmpuint (out.series_total, ==, 120);
  g_assert_cmpuint (out.acquisition_total, ==, 0xffffffff);
  /* As app/ROWS.md has it. */
  g_assert_cmpmem (bytes, 9, "\x2c\xfd\x0f\0\0\xff\x7f\0\0", 9);
  g_assert_cmpmem (bytes + 32, 6, "\7\x84\x86\x88\x08\xdc", 6);

  scan_arrangement_unpack (NULL, &out);
  g_assert_false (out.oriented);
  g_assert_true (isnan (out.b_value) && isnan (out.time));
  /* Whatever stands there. */
  memset (bytes, 0xff, sizeof bytes);
  bytes[0] = sizeof bytes - 1;
  scan_arrangement_unpack (bytes, &out);
  g_assert_true (isnan (out.b_value) && isnan (out.trigger) && isnan (out.echo));
}

/* Cut anywhere, what remains is read, and nothing beyond it. */
static void
test_cut (void)
{
  ScanArrangement in = directed (sagittal), out;
  guint8 bytes[SCAN_ARRANGEMENT_MAX];

  in.series_total = 100000;
  scan_arrangement_pack (&in, bytes);
  for (guint8 n = bytes[0]; n > 0; n--)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, (gsize) n);

      copy[0] = (guint8) (n - 1);
      scan_arrangement_unpack (copy, &out);
      g_assert_cmpuint (out.series_total, !=, 100000);
      scan_arrangement_is_alike (copy, copy);
      scan_arrangement_is_localizer (copy);
    }
}

static void
test_slices (void)
{
  ScanArrangement a = directed (axial);
  Series f;

  series_init (&f);
  for (gint i = 0; i < 6; i++)
    add (&f, (i * 5) % 6, 100 - 2 * ((i * 5) % 6), &a);
  ASSERT_STACKS (&f, SIZES (6), SCAN_STACK_SLICES);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (number_at (&f, i), ==, 5 - (gint) i);
  /* The quick way gives the same. */
  for (guint i = 0; i < 6; i++)
    f.series.instances->pdata[i] = &f.instances[i];
  scan_series_sort (f.series.instances);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (number_at (&f, i), ==, 5 - (gint) i);
  g_assert_cmpuint (expected (&f, NULL), ==, 6);
  series_clear (&f);
}

/* One position twice: by number there. */
static void
test_same_position (void)
{
  ScanArrangement a = directed (axial);
  Series f;

  series_init (&f);
  for (gint i = 0; i < 8; i++)
    add (&f, 8 - i, 8 - i, &a);
  add (&f, 20, 3, &a);
  scan_series_sort (f.series.instances);
  g_assert_cmpint (number_at (&f, 2), ==, 3);
  g_assert_cmpint (number_at (&f, 3), ==, 20);
  g_assert_cmpint (number_at (&f, 4), ==, 4);
  series_clear (&f);
}

static void
test_directions (void)
{
  ScanArrangement a = directed (axial), b = directed (sagittal), scout = directed (sagittal);
  Series f;

  scout.localizer = TRUE;
  series_init (&f);
  for (gint i = 0; i < 4; i++)
    {
      add (&f, 10 + i, i, &a);
      add (&f, 20 + i, i, &b);
    }
  add (&f, 1, 0, &scout);
  add (&f, 2, 0, &scout);
  add (&f, 40, 9, &a)->columns = 32;
  add (&f, 41, 10, &a)->columns = 32;
  add (&f, 3, NAN, NULL)->frames = 0;
  ASSERT_STACKS (&f, SIZES (2, 4, 4, 2, 1), SCAN_STACK_LOCALIZER, SCAN_STACK_SLICES,
                 SCAN_STACK_SLICES, SCAN_STACK_SLICES, SCAN_STACK_NO_PICTURES);
  g_assert_cmpint (number_at (&f, 2), ==, 10);
  g_assert_cmpint (number_at (&f, 6), ==, 20);
  g_assert_cmpuint (expected (&f, NULL), ==, 13);
  series_clear (&f);
}

static void
test_radial (void)
{
  Series f;

  series_init (&f);
  for (gint i = 0; i < 12; i++)
    {
      const double angle = i * G_PI / 12;
      const double o[] = { cos (angle), sin (angle), 0, 0, 0, -1 };
      ScanArrangement a = directed (o);

      add (&f, 12 - i, 0.5 * i, &a);
    }
  ASSERT_STACKS (&f, SIZES (12), SCAN_STACK_PICTURES);
  g_assert_cmpint (number_at (&f, 0), ==, 1);
  series_clear (&f);
}

static void
test_clips_and_placeless (void)
{
  static const gint numbers[] = { 1, 3, 2, 4 };
  ScanArrangement a;
  Series f;

  scan_arrangement_init (&a);
  series_init (&f);
  add (&f, 4, NAN, &a)->frames = 30;
  add (&f, 3, NAN, &a)->rows = 32;
  add (&f, 2, NAN, &a)->frames = 20;
  add (&f, 1, NAN, &a);
  ASSERT_STACKS (&f, SIZES (2, 1, 1), SCAN_STACK_PICTURES, SCAN_STACK_CLIP, SCAN_STACK_CLIP);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (number_at (&f, i), ==, numbers[i]);
  series_clear (&f);
}

/* n volumes of 5 slices; change makes the arrangement of a volume what it is. */
static void
add_volumes (Series *f, guint n, void (*change) (ScanArrangement *, guint volume))
{
  for (guint volume = 0; volume < n; volume++)
    for (guint slice = 0; slice < 5; slice++)
      {
        ScanArrangement a = directed (axial);

        change (&a, volume);
        add (f, (gint) (slice * n + volume), slice * 3.0, &a);
      }
}

static void
change_b (ScanArrangement *a, guint volume)
{
  a->b_value = volume * 500;
}

static void
change_echo (ScanArrangement *a, guint volume)
{
  a->echo = volume + 1;
}

static void
change_type (ScanArrangement *a, guint volume)
{
  a->type = volume + 1;
}

static void
change_temporal (ScanArrangement *a, guint volume)
{
  a->temporal = (gint) volume + 1;
}

static void
change_acquisition (ScanArrangement *a, guint volume)
{
  a->acquisition = (gint) volume;
}

static void
change_time (ScanArrangement *a, guint volume)
{
  a->time = 1000 + volume * 7.5;
}

static void
change_trigger (ScanArrangement *a, guint volume)
{
  a->trigger = volume * 40;
}

static void
change_nothing (ScanArrangement *a, guint volume)
{
}

static void
test_volumes (void)
{
  static const struct
  {
    void (*change) (ScanArrangement *, guint);
    ScanStackKind kind;
  } cases[] = {
    { change_b, SCAN_STACK_B_VALUE },      { change_echo, SCAN_STACK_ECHO },
    { change_type, SCAN_STACK_TYPE },      { change_temporal, SCAN_STACK_TEMPORAL },
    { change_time, SCAN_STACK_TIME },      { change_acquisition, SCAN_STACK_ACQUISITION },
    { change_nothing, SCAN_STACK_REPEAT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Series f;

      series_init (&f);
      add_volumes (&f, 3, cases[i].change);
      ASSERT_STACKS (&f, SIZES (5, 5, 5), cases[i].kind, cases[i].kind, cases[i].kind);
      for (guint k = 0; k < 15; k++)
        g_assert_cmpint (number_at (&f, k), ==, (gint) ((k % 5) * 3 + k / 5));
      g_assert_cmpuint (expected (&f, NULL), ==, 15);
      series_clear (&f);
    }
}

/* A beating heart: a stack a slice, in the order of time. And one slice alone. */
static void
test_moving (void)
{
  Series f;

  series_init (&f);
  add_volumes (&f, 4, change_trigger);
  ASSERT_STACKS (&f, SIZES (4, 4, 4, 4, 4), SCAN_STACK_MOVING, SCAN_STACK_MOVING, SCAN_STACK_MOVING,
                 SCAN_STACK_MOVING, SCAN_STACK_MOVING);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (number_at (&f, i), ==, (gint) i);
  series_clear (&f);

  series_init (&f);
  for (gint i = 0; i < 6; i++)
    {
      ScanArrangement a = directed (axial);

      a.temporal = 6 - i;
      add (&f, i, 0, &a);
    }
  ASSERT_STACKS (&f, SIZES (6), SCAN_STACK_MOVING);
  g_assert_cmpint (number_at (&f, 0), ==, 5);
  series_clear (&f);
}

/* Two b-values, one of them in three directions that nothing names: stacks in stacks. */
static void
test_directions_of_diffusion (void)
{
  Series f;

  series_init (&f);
  for (guint volume = 0; volume < 4; volume++)
    for (guint slice = 0; slice < 4; slice++)
      {
        ScanArrangement a = directed (axial);

        a.b_value = volume == 0 ? 0 : 1000;
        add (&f, (gint) (volume * 4 + slice), slice, &a);
      }
  ASSERT_STACKS (&f, SIZES (4, 4, 4, 4), SCAN_STACK_B_VALUE, SCAN_STACK_REPEAT, SCAN_STACK_REPEAT,
                 SCAN_STACK_REPEAT);
  series_clear (&f);
}

/* Rows of an earlier version: by position if all have one of their own, else by number. */
static void
test_earlier_rows (void)
{
  ScanArrangement a = directed (axial);
  Series f;

  series_init (&f);
  for (gint i = 0; i < 5; i++)
    add (&f, i, -i, NULL);
  add (&f, 9, 3, &a);
  ASSERT_STACKS (&f, SIZES (6), SCAN_STACK_SLICES);
  g_assert_cmpint (number_at (&f, 0), ==, 4);
  add (&f, 7, 3, NULL);
  ASSERT_STACKS (&f, SIZES (7), SCAN_STACK_PICTURES);
  g_assert_cmpint (number_at (&f, 0), ==, 0);
  series_clear (&f);
}

static void
test_gaps (void)
{
  static const gint missing[] = { 4, 11, 12 };
  ScanArrangement a = directed (axial);
  guint gaps;
  Series f;

  series_init (&f);
  for (gint i = 1; i <= 20; i++)
    if (i != missing[0] && i != missing[1] && i != missing[2])
      add (&f, i, i * 2.5, &a);
  g_assert_cmpuint (expected (&f, &gaps), ==, 20);
  g_assert_cmpuint (gaps, ==, 2);
  series_clear (&f);

  /* The same distances, but nobody left a number out: two thicknesses, and nothing missing. */
  series_init (&f);
  for (gint i = 1, number = 1; i <= 20; i++)
    if (i != missing[0] && i != missing[1] && i != missing[2])
      add (&f, number++, i * 2.5, &a);
  g_assert_cmpuint (expected (&f, &gaps), ==, 17);
  g_assert_cmpuint (gaps, ==, 0);
  series_clear (&f);

  /* Without numbers the distances alone tell, if they are very regular. */
  series_init (&f);
  for (gint i = 1; i <= 20; i++)
    if (i != 7)
      add (&f, -1, i * 2.5, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 20);
  series_clear (&f);

  /* Half of the slices twice as far apart, as some scan a head. */
  series_init (&f);
  for (gint i = 0; i < 28; i++)
    add (&f, i, i < 14 ? i * 4 : 52 + (i - 13) * 8, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 28);
  series_clear (&f);
}

static void
test_numbers (void)
{
  ScanArrangement a;
  Series f;

  scan_arrangement_init (&a);
  series_init (&f);
  for (gint i = 1; i <= 12; i++)
    if (i != 5)
      add (&f, i, NAN, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 12);
  /* X-rays are numbered as it comes. */
  f.series.modality = (char *) "DX";
  g_assert_cmpuint (expected (&f, NULL), ==, 11);
  series_clear (&f);
}

static void
test_recorded (void)
{
  ScanArrangement a = directed (axial);
  Series f, other;

  series_init (&f);
  a.series_total = 120;
  for (gint i = 1; i <= 118; i++)
    add (&f, i, i, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 120);
  series_clear (&f);

  a.series_total = 0;
  a.acquisition = 1;
  a.acquisition_total = 10;
  series_init (&f);
  for (gint i = 1; i <= 8; i++)
    add (&f, i, i, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 10);
  /* Another series has the rest of the acquisition. */
  series_init (&other);
  add (&other, 1, 1, &a);
  add (&other, 2, 2, &a);
  g_ptr_array_add (f.study.series, &other.series);
  g_assert_cmpuint (expected (&f, NULL), ==, 8);
  series_clear (&f);
  series_clear (&other);

  /* A lie. */
  series_init (&f);
  a.series_total = 4000000000u;
  add (&f, 1, 1, &a);
  g_assert_cmpuint (expected (&f, NULL), ==, 1);
  series_clear (&f);
}

/* One point in time lacks its last slice. */
static void
test_uneven_volumes (void)
{
  Series f;

  series_init (&f);
  add_volumes (&f, 4, change_temporal);
  g_ptr_array_set_size (f.series.instances, 19);
  f.n = 19;
  g_assert_cmpuint (expected (&f, NULL), ==, 20);
  series_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order/pack", test_pack);
  g_test_add_func ("/order/cut", test_cut);
  g_test_add_func ("/order/slices", test_slices);
  g_test_add_func ("/order/same-position", test_same_position);
  g_test_add_func ("/order/directions", test_directions);
  g_test_add_func ("/order/radial", test_radial);
  g_test_add_func ("/order/clips-and-placeless", test_clips_and_placeless);
  g_test_add_func ("/order/volumes", test_volumes);
  g_test_add_func ("/order/moving", test_moving);
  g_test_add_func ("/order/directions-of-diffusion", test_directions_of_diffusion);
  g_test_add_func ("/order/earlier-rows", test_earlier_rows);
  g_test_add_func ("/complete/gaps", test_gaps);
  g_test_add_func ("/complete/numbers", test_numbers);
  g_test_add_func ("/complete/recorded", test_recorded);
  g_test_add_func ("/complete/uneven-volumes", test_uneven_volumes);
  return g_test_run ();
}
