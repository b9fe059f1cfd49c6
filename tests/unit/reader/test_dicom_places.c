/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of multi-frame objects: where they lie, which of them are slices of one body, and the body
 * that they make. */
#include <math.h>
#include <string.h>

#include "enhanced_builder.h"
#include "volume_places.h"

#define EXPLICIT "1.2.840.10008.1.2.1"
#define SIDE 4
#define FRAMES_MAX 64
#define ACROSS "1\\0\\0\\0\\1\\0"
#define FRONT "1\\0\\0\\0\\0\\-1"

typedef struct
{
  EnhancedFrame frames[FRAMES_MAX];
  char places[FRAMES_MAX][40], slopes[FRAMES_MAX][20];
  guint16 words[FRAMES_MAX * SIDE * SIDE];
  guint n;
} Object;

/* Another frame at z mm; its values are 10 * z + time, whatever the slope. */
static EnhancedFrame *
add (Object *object, const char *orientation, double z, guint time, double slope)
{
  EnhancedFrame *frame = &object->frames[object->n];

  g_snprintf (object->places[object->n], 40, "%g\\%g\\%g", 7.0,
              orientation != NULL && strcmp (orientation, FRONT) == 0 ? z : 5.0,
              orientation != NULL && strcmp (orientation, FRONT) == 0 ? 9.0 : z);
  g_snprintf (object->slopes[object->n], 20, "%g", slope);
  *frame = (EnhancedFrame){
    .orientation = orientation,
    .place = object->places[object->n],
    .slope = object->slopes[object->n],
    .intercept = "0",
    .stack = "1",
    .position = object->n + 1,
    .time = time,
    .b_value = -1,
  };
  for (guint i = 0; i < SIDE * SIDE; i++)
    object->words[object->n * SIDE * SIDE + i] = (guint16) lround ((10 * z + time) / slope);
  object->n++;
  return frame;
}

static GBytes *
file_of (const Object *object)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_patient (build, NULL, "Miller^Anna");
  build_enhanced (build, SIDE, "2\\3", object->frames, object->n, object->words);
  return build_file (build, EXPLICIT);
}

static GArray *
places_of (GBytes *file, guint frames)
{
  g_autoptr (Called) called = call_verb (reader_verb_places, file, NULL);
  g_autoptr (GBytes) bulk = NULL;
  GArray *places;

  g_assert_cmpstr (called->answer.error, ==, NULL);
  g_assert_cmpuint (called_uint (called, "frames"), ==, frames);
  bulk = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
  places = scan_places_new (bulk, frames);
  g_assert_nonnull (places);
  return places;
}

/* Chosen frames are those, in this order; a negative number ends them. */
static void
assert_chosen (const Object *object, guint viewed, const gint *expected)
{
  g_autoptr (GBytes) file = file_of (object);
  g_autoptr (GArray) places = places_of (file, object->n), frames = NULL;
  double spacing;
  guint n = 0;

  g_assert_cmpint (scan_places_choose (places, viewed, &frames, &spacing), ==, SCAN_VOLUME_FINE);
  g_assert_cmpfloat_with_epsilon (spacing, 2.5, 1e-9);
  for (; expected[n] >= 0; n++)
    g_assert_cmpuint (g_array_index (frames, guint, n), ==, (guint) expected[n]);
  g_assert_cmpuint (frames->len, ==, n);
}

static ScanVolumeFit
fit_of (const Object *object, guint viewed)
{
  g_autoptr (GBytes) file = file_of (object);
  g_autoptr (GArray) places = places_of (file, object->n), frames = NULL;
  double spacing;
  const ScanVolumeFit fit = scan_places_choose (places, viewed, &frames, &spacing);

  g_assert_true ((fit == SCAN_VOLUME_FINE) == (frames != NULL));
  return fit;
}

static void
test_record (void)
{
  Object object = { .n = 0 };
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GArray) places = NULL;
  const ScanPlaceRecord *record;

  add (&object, ACROSS, 12.5, 1, 1);
  add (&object, FRONT, 3, 1, 1);
  add (&object, ACROSS, 12.5, 2, 1)->stack = "2";
  file = file_of (&object);
  places = places_of (file, 3);
  record = (const ScanPlaceRecord *) (gpointer) places->data;
  g_assert_cmpfloat (record[0].origin[0], ==, 7);
  g_assert_cmpfloat (record[0].origin[2], ==, 12.5);
  g_assert_cmpfloat (record[0].spacing[0], ==, 2);
  g_assert_cmpfloat (record[0].spacing[1], ==, 3);
  g_assert_cmpfloat (record[0].orientation[4], ==, 1);
  g_assert_cmpfloat (record[1].orientation[5], ==, -1);
  g_assert_cmpfloat (record[1].origin[1], ==, 3);
  g_assert_cmpuint (record[0].marks[0], ==, record[1].marks[0]);
  g_assert_cmpuint (record[0].marks[0], !=, record[2].marks[0]);
  /* The dimension that is a place is left out, the one in time is not. */
  for (guint i = 0; i < SCAN_PLACE_DIMENSIONS_MAX; i++)
    g_assert_cmpuint (record[2].marks[SCAN_PLACE_MARKS - SCAN_PLACE_DIMENSIONS_MAX + i], ==,
                      i == 1 ? 2 : 0);
}

/* Frames in any order; one stack of two, and the other direction. */
static void
test_stacks (void)
{
  Object object = { .n = 0 };

  for (guint i = 0; i < 8; i++)
    {
      add (&object, ACROSS, 2.5 * ((5 * i) % 8), 0, 1);
      add (&object, FRONT, 2.5 * i, 0, 1);
      add (&object, ACROSS, 2.5 * i, 0, 1)->stack = "lower";
    }
  assert_chosen (&object, 0, (const gint[]){ 0, 15, 6, 21, 12, 3, 18, 9, -1 });
  /* Rows to the left and columns to the feet: their normal points to the front. */
  assert_chosen (&object, 4, (const gint[]){ 1, 4, 7, 10, 13, 16, 19, 22, -1 });
  assert_chosen (&object, 23, (const gint[]){ 2, 5, 8, 11, 14, 17, 20, 23, -1 });
}

/* Points in time, each with two b-values; the last point in time was broken off. */
static void
test_times (void)
{
  Object object = { .n = 0 };

  for (guint time = 1; time <= 2; time++)
    for (guint z = 0; z < (time == 1 ? 9u : 8u); z++)
      for (guint b = 0; b < 2; b++)
        add (&object, ACROSS, 2.5 * z, time, 1)->b_value = 800 * b;
  assert_chosen (&object, 0, (const gint[]){ 0, 2, 4, 6, 8, 10, 12, 14, 16, -1 });
  assert_chosen (&object, 5, (const gint[]){ 1, 3, 5, 7, 9, 11, 13, 15, 17, -1 });
  assert_chosen (&object, 18, (const gint[]){ 18, 20, 22, 24, 26, 28, 30, 32, -1 });
  assert_chosen (&object, 33, (const gint[]){ 19, 21, 23, 25, 27, 29, 31, 33, -1 });
}

/* Nothing tells them apart but their order. */
static void
test_repeats (void)
{
  Object object = { .n = 0 };

  for (guint time = 0; time < 2; time++)
    for (guint z = 0; z < 8; z++)
      add (&object, ACROSS, 2.5 * z, 0, 1);
  assert_chosen (&object, 3, (const gint[]){ 0, 1, 2, 3, 4, 5, 6, 7, -1 });
  assert_chosen (&object, 8, (const gint[]){ 8, 9, 10, 11, 12, 13, 14, 15, -1 });
  add (&object, ACROSS, 5, 0, 1);
  g_assert_cmpint (fit_of (&object, 3), ==, SCAN_VOLUME_REPEATED);
}

static void
test_refused (void)
{
  Object object = { .n = 0 };
  static const guint8 nothing[sizeof (ScanPlaceRecord)] = { 0 };
  g_autoptr (GBytes) bulk = g_bytes_new (nothing, sizeof nothing);

  for (guint z = 0; z < 7; z++)
    add (&object, ACROSS, 2.5 * z, 0, 1);
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_FEW);
  add (&object, ACROSS, 22.5, 0, 1);
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_GAPS);
  add (&object, ACROSS, 17.5, 0, 1);
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_GAPS);
  add (&object, ACROSS, 20, 0, 1);
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_FINE);
  add (&object, ACROSS, 24, 0, 1);
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_UNEVEN);
  add (&object, NULL, 20, 0, 1);
  g_assert_cmpint (fit_of (&object, 11), ==, SCAN_VOLUME_NO_PLACES);
  object.frames[11].orientation = "1\\0\\0\\1\\0\\0";
  g_assert_cmpint (fit_of (&object, 11), ==, SCAN_VOLUME_NO_PLACES);
  object.frames[0].place = "2e9\\0\\0";
  g_assert_cmpint (fit_of (&object, 0), ==, SCAN_VOLUME_NO_PLACES);
  /* Not an answer. */
  g_assert_null (scan_places_new (bulk, 2));
  g_assert_null (scan_places_new (bulk, 0));
  g_assert_null (scan_places_new (NULL, 1));
}

/* An object of fewer frames than groups, and one without groups. */
static void
test_unsupported (void)
{
  Object object = { .n = 0 };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT), bare = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL, plain = NULL;
  g_autoptr (Called) called = NULL, none = NULL;
  gsize at = 0;

  add (&object, ACROSS, 0, 0, 1);
  add (&object, ACROSS, 1, 0, 1);
  build_patient (build, NULL, "Miller^Anna");
  build_enhanced (build, SIDE, "2\\3", object.frames, 2, object.words);
  for (gsize i = 0; i + 10 < build->bytes->len; i++)
    if (memcmp (build->bytes->data + i,
                "\x28\0\x08\0IS\2\0"
                "2",
                9) == 0)
      at = i + 8;
  g_assert_cmpuint (at, >, 0);
  build->bytes->data[at] = '1';
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_places, file, NULL);
  g_assert_cmpstr (called->answer.error, ==, "unsupported");
  build_patient (bare, NULL, "Miller^Anna");
  build_image (bare, &(BuildImage){ SIDE, SIDE, 1, 16, 16, 15, 0, FALSE, 2, "MONOCHROME2" });
  build_words (bare, 0x7fe00010, "OW", object.words, SIDE * SIDE * 2);
  plain = build_file (bare, EXPLICIT);
  none = call_verb (reader_verb_places, plain, NULL);
  g_assert_cmpstr (none->answer.error, ==, "unsupported");
}

/* Every frame has a slope of its own; the block has the values of all. */
static void
test_block (void)
{
  Object object = { .n = 0 };
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GArray) places = NULL, frames = NULL;
  g_autoptr (ScanVolume) volume = NULL;
  ScanVolumeFit fit;
  double spacing;

  for (guint time = 1; time <= 2; time++)
    for (guint z = 0; z < 8; z++)
      add (&object, ACROSS, 2.5 * z, time, 0.01 * (z + 1));
  file = file_of (&object);
  places = places_of (file, object.n);
  g_assert_cmpint (scan_places_choose (places, 9, &frames, &spacing), ==, SCAN_VOLUME_FINE);
  for (guint i = 0; i < frames->len; i++)
    {
      g_autoptr (Called) called = call_frame (file, g_array_index (frames, guint, i));
      g_autoptr (GBytes) bulk = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
      g_autoptr (ScanFrame) frame = scan_frame_new (called->result, bulk);

      if (volume == NULL)
        volume = scan_volume_new (frame, frames->len, spacing, &fit);
      g_assert_nonnull (volume);
      g_assert_cmpint (scan_volume_put (volume, i, frame), ==, SCAN_VOLUME_FINE);
    }
  scan_volume_finish (volume);
  for (guint z = 0; z < 8; z++)
    {
      g_autoptr (ScanFrame) across = scan_volume_slice (volume, SCAN_PLANE_ACROSS, z);
      g_autoptr (ScanFrame) front = scan_volume_slice (volume, SCAN_PLANE_FRONT, 1);

      g_assert_cmpfloat_with_epsilon (scan_frame_value (across, 2, 2), 25 * z + 2, 0.05);
      g_assert_cmpfloat_with_epsilon (scan_frame_value (front, 7 - z, 2), 25 * z + 2, 0.05);
      g_assert_cmpfloat (front->row_spacing, ==, 2.5);
      g_assert_cmpfloat (front->column_spacing, ==, 3);
      g_assert_cmpfloat (across->row_spacing, ==, 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/places/record", test_record);
  g_test_add_func ("/places/stacks", test_stacks);
  g_test_add_func ("/places/times", test_times);
  g_test_add_func ("/places/repeats", test_repeats);
  g_test_add_func ("/places/refused", test_refused);
  g_test_add_func ("/places/unsupported", test_unsupported);
  g_test_add_func ("/places/block", test_block);
  return g_test_run ();
}
