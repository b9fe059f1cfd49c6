/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures cut out of a block whose every value tells where it lies. */
#include "volume.h"

#include <math.h>
#include <string.h>

#include "arrangement.h"
#include "image_turn.h"

#define COLUMNS 7
#define ROWS 5
#define SLICES 9
#define STACK_MAX 16

/* A body whose value is 1 + 10 x + 100 y + 1000 z, of places along the axes of the patient, from 0.
 */
static guint16
body (guint x, guint y, guint z)
{
  return (guint16) (1 + 10 * x + 100 * y + 1000 * z);
}

static ScanFrame *
frame_new (const double *orientation, const double origin[3])
{
  ScanFrame *frame = g_new0 (ScanFrame, 1);

  frame->rows = ROWS;
  frame->columns = COLUMNS;
  frame->samples = 1;
  frame->bits = frame->stored = 16;
  frame->slope = 2;
  frame->intercept = -5;
  frame->windows = g_array_new (FALSE, TRUE, sizeof (ScanWindow));
  frame->row_spacing = 2;
  frame->column_spacing = 3;
  frame->aspect_horizontal = frame->aspect_vertical = 1;
  frame->oriented = TRUE;
  memcpy (frame->orientation, orientation, sizeof frame->orientation);
  frame->has_origin = TRUE;
  memcpy (frame->origin, origin, sizeof frame->origin);
  frame->frame_of_reference = g_strdup ("1.2.3");
  return frame;
}

/* Slices 4 mm apart; of the patient's axes along row, column and normal: which, and whether they
 * run against it. */
static ScanVolume *
volume_of (const double *orientation, const guint axes[3], const gboolean against[3])
{
  const double *row = orientation, *column = orientation + 3;
  const guint counts[] = { COLUMNS, ROWS, SLICES };
  ScanVolume *volume = NULL;

  for (guint slice = 0; slice < SLICES; slice++)
    {
      double origin[3];
      g_autoptr (ScanFrame) frame = NULL;
      guint16 *pixels = g_new (guint16, ROWS * COLUMNS);
      ScanVolumeFit fit;

      for (guint k = 0; k < 3; k++)
        origin[k] =
            4.0 * slice *
            (row[(k + 1) % 3] * column[(k + 2) % 3] - row[(k + 2) % 3] * column[(k + 1) % 3]);
      frame = frame_new (orientation, origin);
      for (guint j = 0; j < ROWS; j++)
        for (guint i = 0; i < COLUMNS; i++)
          {
            const guint along[] = { i, j, slice };
            guint place[3] = { 0 };

            for (guint k = 0; k < 3; k++)
              place[axes[k]] = against[k] ? counts[k] - 1 - along[k] : along[k];
            pixels[j * COLUMNS + i] = body (place[0], place[1], place[2]);
          }
      frame->pixels = g_bytes_new_take (pixels, ROWS * COLUMNS * 2);
      if (volume == NULL)
        volume = scan_volume_new (frame, SLICES, 4, &fit);
      g_assert_nonnull (volume);
      g_assert_cmpint (scan_volume_put (volume, slice, frame), ==, SCAN_VOLUME_FINE);
    }
  return volume;
}

static guint
value_at (const ScanFrame *frame, guint x, guint y)
{
  return ((const guint16 *) g_bytes_get_data (frame->pixels, NULL))[y * frame->columns + x];
}

/* Whatever the stack, the pictures are those of the body as radiology lays them out. */
static void
assert_body (ScanVolume *volume, const guint counts[3], const double spacings[3])
{
  static const char *const letters[SCAN_N_PLANES] = {
    [SCAN_PLANE_ACROSS] = "RLAP", [SCAN_PLANE_FRONT] = "RLHF", [SCAN_PLANE_SIDE] = "APHF"
  };

  for (guint plane = 0; plane < SCAN_N_PLANES; plane++)
    {
      const guint right = plane == SCAN_PLANE_SIDE ? 1 : 0,
                  down = plane == SCAN_PLANE_ACROSS ? 1 : 2;

      g_assert_cmpuint (scan_volume_count (volume, plane), ==, counts[plane]);
      for (guint index = 0; index < counts[plane]; index++)
        {
          g_autoptr (ScanFrame) frame = scan_volume_slice (volume, plane, index);
          char edges[SCAN_N_EDGES][SCAN_LETTERS_SIZE];

          g_assert_cmpuint (frame->columns, ==, counts[right]);
          g_assert_cmpuint (frame->rows, ==, counts[down]);
          g_assert_cmpfloat (frame->column_spacing, ==, spacings[right]);
          g_assert_cmpfloat (frame->row_spacing, ==, spacings[down]);
          g_assert_cmpfloat (frame->slope, ==, 2);
          g_assert_cmpfloat (frame->intercept, ==, -5);
          scan_frame_letters (frame, (ScanTurn){ 0, FALSE }, edges);
          for (guint i = 0; i < SCAN_N_EDGES; i++)
            g_assert_cmpint (edges[i][0], ==, letters[plane][i]);
          for (guint y = 0; y < frame->rows; y++)
            for (guint x = 0; x < frame->columns; x++)
              {
                guint place[3], back[3];
                double point[2];

                place[plane] = index;
                place[right] = x;
                place[down] = down == 2 ? counts[2] - 1 - y : y;
                g_assert_cmpuint (value_at (frame, x, y), ==, body (place[0], place[1], place[2]));
                scan_volume_to_picture (volume, plane, place, point);
                g_assert_cmpfloat (point[0], ==, x + 0.5);
                g_assert_cmpfloat (point[1], ==, y + 0.5);
                back[plane] = index;
                scan_volume_from_picture (volume, plane, point, back);
                g_assert_cmpmem (back, sizeof back, place, sizeof place);
              }
        }
    }
}

static void
test_axial (void)
{
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 };
  g_autoptr (ScanVolume) volume =
      volume_of (orientation, (const guint[]){ 0, 1, 2 }, (const gboolean[]){ 0, 0, 0 });

  assert_body (volume, (const guint[]){ COLUMNS, ROWS, SLICES }, (const double[]){ 3, 2, 4 });
  g_assert_cmpfloat (scan_volume_place (volume, SCAN_PLANE_ACROSS, 0), ==, -16);
  g_assert_cmpfloat (scan_volume_place (volume, SCAN_PLANE_SIDE, 4), ==, 3);
}

/* On the belly: rows run to the right, and slices towards the feet. */
static void
test_prone (void)
{
  static const double orientation[] = { -1, 0, 0, 0, 1, 0 };
  g_autoptr (ScanVolume) volume =
      volume_of (orientation, (const guint[]){ 0, 1, 2 }, (const gboolean[]){ 1, 0, 1 });

  assert_body (volume, (const guint[]){ COLUMNS, ROWS, SLICES }, (const double[]){ 3, 2, 4 });
}

/* Rows to the back, columns to the feet: slices go to the right. */
static void
test_sagittal (void)
{
  static const double orientation[] = { 0, 1, 0, 0, 0, -1 };
  g_autoptr (ScanVolume) volume =
      volume_of (orientation, (const guint[]){ 1, 2, 0 }, (const gboolean[]){ 0, 1, 1 });

  assert_body (volume, (const guint[]){ SLICES, COLUMNS, ROWS }, (const double[]){ 4, 3, 2 });
}

/* At an angle of 20 degrees the nearest axes stand for the patient's. */
static void
test_coronal_aslant (void)
{
  const double c = cos (G_PI / 9), s = sin (G_PI / 9);
  const double orientation[] = { c, s, 0, 0, 0, -1 };
  g_autoptr (ScanVolume) volume =
      volume_of (orientation, (const guint[]){ 0, 2, 1 }, (const gboolean[]){ 0, 1, 0 });

  assert_body (volume, (const guint[]){ COLUMNS, SLICES, ROWS }, (const double[]){ 3, 4, 2 });
}

static void
test_bytes (void)
{
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 }, origin[3] = { 0 };
  g_autoptr (ScanFrame) frame = frame_new (orientation, origin), cut = NULL;
  g_autoptr (ScanVolume) volume = NULL;
  guint8 *pixels = g_malloc (ROWS * COLUMNS);
  ScanVolumeFit fit;

  for (guint i = 0; i < ROWS * COLUMNS; i++)
    pixels[i] = (guint8) (i - 10);
  frame->bits = frame->stored = 8;
  frame->is_signed = TRUE;
  frame->pixels = g_bytes_new_take (pixels, ROWS * COLUMNS);
  volume = scan_volume_new (frame, 1, 4, &fit);
  g_assert_cmpint (scan_volume_put (volume, 0, frame), ==, SCAN_VOLUME_FINE);
  cut = scan_volume_slice (volume, SCAN_PLANE_ACROSS, 0);
  g_assert_cmpuint (cut->bits, ==, 16);
  for (guint row = 0; row < ROWS; row++)
    for (guint column = 0; column < COLUMNS; column++)
      g_assert_cmpfloat (scan_frame_value (cut, row, column), ==,
                         scan_frame_value (frame, row, column));
}

/* What must not be put together. */
static void
test_refused (void)
{
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 }, origin[3] = { 0 };
  static const double aslant[] = { 1, 0, 0, 0, 0.99, -0.141 };
  g_autoptr (ScanFrame) frame = frame_new (orientation, origin);
  g_autoptr (ScanVolume) volume = NULL;
  ScanVolumeFit fit;

  frame->pixels = g_bytes_new_take (g_malloc0 (ROWS * COLUMNS * 2), ROWS * COLUMNS * 2);
  volume = scan_volume_new (frame, 100, 4, &fit);
  g_assert_cmpint (scan_volume_put (volume, 0, frame), ==, SCAN_VOLUME_FINE);
  frame->origin[2] = 200;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_FINE);
  /* Ten degrees. */
  frame->origin[1] = 35;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_LEANING);
  frame->origin[1] = 0;
  frame->has_origin = FALSE;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_NO_PLACES);
  frame->has_origin = TRUE;
  memcpy (frame->orientation, aslant, sizeof aslant);
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_LEANING);
  memcpy (frame->orientation, orientation, sizeof orientation);
  frame->row_spacing = 2.1;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_UNLIKE);
  frame->row_spacing = 2;
  frame->inverse = TRUE;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_UNLIKE);
  frame->inverse = FALSE;
  frame->rows--;
  g_assert_cmpint (scan_volume_put (volume, 50, frame), ==, SCAN_VOLUME_UNLIKE);
  frame->rows++;
  g_assert_cmpint (scan_volume_put (volume, 100, frame), ==, SCAN_VOLUME_UNLIKE);
  g_assert_null (
      scan_volume_new (frame, (guint) (SCAN_VOLUME_MAX / (ROWS * COLUMNS * 2)) + 1, 4, &fit));
  g_assert_cmpint (fit, ==, SCAN_VOLUME_LARGE);
  frame->samples = 3;
  g_assert_null (scan_volume_new (frame, 9, 4, &fit));
  g_assert_cmpint (fit, ==, SCAN_VOLUME_COLOUR);
  frame->samples = 1;
  frame->oriented = FALSE;
  g_assert_null (scan_volume_new (frame, 9, 4, &fit));
  g_assert_cmpint (fit, ==, SCAN_VOLUME_NO_PLACES);
}

/* ---- slices with a scale each ---- */

typedef struct
{
  guint bits;
  gboolean is_signed, is_float;
  double slope, intercept;
} Stored;

static double
value_of (guint slice, guint pixel)
{
  return 40.0 * slice + 7 * (double) pixel - 100;
}

/* A slice that stores those values in its own way, pixel 3 as padding if it has one. */
static ScanFrame *
stored_slice (const Stored *stored, guint slice, gboolean padded)
{
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 };
  ScanFrame *frame = frame_new (orientation, (const double[]){ 0, 0, 4.0 * slice });
  GByteArray *bytes = g_byte_array_new ();

  frame->bits = frame->stored = stored->bits;
  frame->is_signed = stored->is_signed;
  frame->is_float = stored->is_float;
  frame->slope = stored->slope;
  frame->intercept = stored->intercept;
  frame->has_padding = padded;
  frame->padding_first = frame->padding_last = 30000;
  for (guint i = 0; i < ROWS * COLUMNS; i++)
    {
      const double number =
          padded && i == 3 ? 30000 : (value_of (slice, i) - stored->intercept) / stored->slope;
      const gint64 whole = (gint64) lround (number);
      const float single = (float) number;

      g_byte_array_append (bytes,
                           stored->is_float ? (gconstpointer) &single : (gconstpointer) &whole,
                           stored->bits / 8);
    }
  frame->pixels = g_byte_array_free_to_bytes (bytes);
  return frame;
}

/* Puts slices together, each stored in its own way; no value is off by more than off. */
static ScanVolume *
assert_values (const Stored *stored, guint n, gboolean padded, double off)
{
  ScanVolume *volume = NULL;
  ScanVolumeFit fit;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ScanFrame) frame = stored_slice (&stored[i], i, padded);

      if (volume == NULL)
        volume = scan_volume_new (frame, n, 4, &fit);
      g_assert_nonnull (volume);
      g_assert_cmpint (scan_volume_put (volume, i, frame), ==, SCAN_VOLUME_FINE);
    }
  scan_volume_finish (volume);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ScanFrame) cut = scan_volume_slice (volume, SCAN_PLANE_ACROSS, i);

      for (guint k = 0; k < ROWS * COLUMNS; k++)
        if (!padded || k != 3)
          g_assert_cmpfloat_with_epsilon (scan_frame_value (cut, k / COLUMNS, k % COLUMNS),
                                          value_of (i, k), off + 1e-9);
    }
  return volume;
}

/* Values from -100 to 258, of a step each; the block's steps are 1/65,535 of that. */
static void
test_slopes (void)
{
  static const Stored stored[] = { { 16, FALSE, FALSE, 0.01, -100 },
                                   { 16, TRUE, FALSE, 0.0125, 3 },
                                   { 16, FALSE, FALSE, 0.02, -200 },
                                   { 8, TRUE, FALSE, 3, 140 } };
  g_autoptr (ScanVolume) volume = assert_values (stored, 3, FALSE, 0.01 + 358 / 131070.0);
  g_autoptr (ScanVolume) bytes = assert_values (stored, 4, FALSE, 1.5 + 0.01);
  g_autoptr (ScanFrame) cut = scan_volume_slice (volume, SCAN_PLANE_FRONT, 0);
  double low, high;

  g_assert_false (cut->is_signed);
  scan_frame_range (cut, &low, &high);
  g_assert_cmpfloat_with_epsilon (low, -100, 0.01);
  g_assert_cmpfloat_with_epsilon (high, value_of (2, COLUMNS - 1), 0.01);
}

/* Where slices share a slope nothing is lost. */
static void
test_intercepts (void)
{
  static const Stored stored[] = { { 16, FALSE, FALSE, 1, -1024 },
                                   { 16, TRUE, FALSE, 1, 0 },
                                   { 16, FALSE, FALSE, 1, -500 } };
  g_autoptr (ScanVolume) volume = assert_values (stored, 3, FALSE, 0);
  g_autoptr (ScanFrame) cut = scan_volume_slice (volume, SCAN_PLANE_SIDE, 0);

  g_assert_cmpfloat (cut->slope, ==, 1);
}

/* What is no picture stays without meaning, whatever its number was. */
static void
test_padding (void)
{
  static const Stored stored[] = { { 16, FALSE, FALSE, 0.01, -100 },
                                   { 16, TRUE, FALSE, 0.0125, 3 } };
  g_autoptr (ScanVolume) volume = assert_values (stored, 2, TRUE, 0.01 + 358 / 131070.0);
  g_autoptr (ScanFrame) cut = scan_volume_slice (volume, SCAN_PLANE_ACROSS, 0);
  double low, high;

  g_assert_true (cut->has_padding);
  g_assert_cmpuint (value_at (cut, 3, 0), ==, (guint) cut->padding_first);
  scan_frame_range (cut, &low, &high);
  g_assert_cmpfloat_with_epsilon (low, -100, 0.01);
  g_assert_cmpfloat_with_epsilon (high, value_of (0, ROWS * COLUMNS - 1), 0.01);
}

static void
test_wide (void)
{
  static const Stored stored[] = { { 32, FALSE, TRUE, 1, 0 },
                                   { 32, TRUE, FALSE, 0.001, 0 },
                                   { 16, TRUE, FALSE, 1, 0 } };
  g_autoptr (ScanVolume) volume = assert_values (stored, 3, FALSE, 0.01);
}

/* Two tables are two meanings, even of the same size. */
static void
test_tables (void)
{
  static const Stored stored = { 16, FALSE, FALSE, 1, -100 };
  g_autoptr (ScanFrame) first = stored_slice (&stored, 0, FALSE);
  g_autoptr (ScanFrame) second = stored_slice (&stored, 1, FALSE);
  g_autoptr (ScanVolume) volume = NULL;
  ScanVolumeFit fit;

  first->modality_lut = (ScanLut){ 0, 16, 2, g_memdup2 ((const guint16[]){ 3, 9 }, 4) };
  second->modality_lut = (ScanLut){ 0, 16, 2, g_memdup2 ((const guint16[]){ 3, 9 }, 4) };
  volume = scan_volume_new (first, 2, 4, &fit);
  g_assert_cmpint (scan_volume_put (volume, 0, first), ==, SCAN_VOLUME_FINE);
  g_assert_cmpint (scan_volume_put (volume, 1, second), ==, SCAN_VOLUME_FINE);
  second->modality_lut.entries[1] = 10;
  g_assert_cmpint (scan_volume_put (volume, 1, second), ==, SCAN_VOLUME_UNLIKE);
}

/* ---- what rows tell ---- */

typedef struct
{
  ScanInstance instances[STACK_MAX];
  guint8 arrangement[SCAN_ARRANGEMENT_MAX];
  GPtrArray *all;
} Stack;

static void
stack_init (Stack *stack, double spacing)
{
  ScanArrangement arrangement;
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 };

  memset (stack, 0, sizeof *stack);
  stack->all = g_ptr_array_new ();
  scan_arrangement_init (&arrangement);
  memcpy (arrangement.orientation, orientation, sizeof orientation);
  arrangement.oriented = TRUE;
  scan_arrangement_pack (&arrangement, stack->arrangement);
  for (guint i = 0; i < STACK_MAX; i++)
    {
      ScanInstance *instance = &stack->instances[i];

      instance->arrangement = stack->arrangement;
      instance->frames = instance->renderable = 1;
      instance->rows = instance->columns = 512;
      /* As files have it, with one digit. */
      instance->position = round (spacing * i * 10) / 10;
      g_ptr_array_add (stack->all, instance);
    }
}

static void
test_fit (void)
{
  Stack s;
  double spacing;

  stack_init (&s, 1.25);
  g_assert_cmpint (scan_volume_fit (s.all, &spacing), ==, SCAN_VOLUME_FINE);
  g_assert_cmpfloat_with_epsilon (spacing, 1.25, 0.01);
  s.instances[7].position += 0.4;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_UNEVEN);
  s.instances[7].position -= 0.4;
  for (guint i = 9; i < STACK_MAX; i++)
    s.instances[i].position += 1.25;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_GAPS);
  g_ptr_array_set_size (s.all, 7);
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_FEW);
  g_ptr_array_set_size (s.all, 0);
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_NO_PLACES);
  g_ptr_array_unref (s.all);
  stack_init (&s, 5);
  s.instances[3].renderable = 0;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_HIDDEN);
  s.instances[3].renderable = 1;
  s.instances[3].frames = 2;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_NO_PLACES);
  s.instances[3].frames = 1;
  s.instances[3].position = s.instances[2].position;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_REPEATED);
  s.instances[3].position = NAN;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_NO_PLACES);
  g_ptr_array_unref (s.all);
  stack_init (&s, 5);
  for (guint i = 0; i < STACK_MAX; i++)
    s.instances[i].rows = s.instances[i].columns = 4096;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_FINE);
  s.instances[0].rows = 4097;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_UNLIKE);
  for (guint i = 0; i < STACK_MAX; i++)
    s.instances[i].rows = 4097;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_LARGE);
  g_ptr_array_unref (s.all);
}

/* Of a multi-frame object little is known before it is read. */
static void
test_object (void)
{
  Stack s;
  double spacing = 1;

  stack_init (&s, 1);
  g_ptr_array_set_size (s.all, 1);
  s.instances[0].frames = 12;
  g_assert_cmpint (scan_volume_fit (s.all, &spacing), ==, SCAN_VOLUME_FINE);
  g_assert_cmpfloat (spacing, ==, 0);
  s.instances[0].frames = 7;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_FEW);
  s.instances[0].renderable = 0;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_HIDDEN);
  s.instances[0].arrangement = NULL;
  g_assert_cmpint (scan_volume_fit (s.all, NULL), ==, SCAN_VOLUME_NO_PLACES);
  g_ptr_array_unref (s.all);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volume/axial", test_axial);
  g_test_add_func ("/volume/prone", test_prone);
  g_test_add_func ("/volume/sagittal", test_sagittal);
  g_test_add_func ("/volume/coronal-aslant", test_coronal_aslant);
  g_test_add_func ("/volume/bytes", test_bytes);
  g_test_add_func ("/volume/slopes", test_slopes);
  g_test_add_func ("/volume/intercepts", test_intercepts);
  g_test_add_func ("/volume/padding", test_padding);
  g_test_add_func ("/volume/wide", test_wide);
  g_test_add_func ("/volume/tables", test_tables);
  g_test_add_func ("/volume/refused", test_refused);
  g_test_add_func ("/volume/fit", test_fit);
  g_test_add_func ("/volume/object", test_object);
  return g_test_run ();
}
