/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states from the file to what is drawn over a picture, and what the keeper believes
 * of a reader that hands one out. */
#include <string.h>

#include "presentation.h"
#include "reader_protocol.h"
#include "state_builder.h"

static const char *const uids[] = { "1.2.3.10", "1.2.3.11" };

static GBytes *
state_bytes (Build *build)
{
  g_autoptr (GBytes) file = build_object_file (build);
  g_autoptr (Called) called = call_verb (reader_verb_presentation, file, NULL);

  g_assert_cmpstr (called->answer.error, ==, NULL);
  return g_bytes_new (called->answer.bulk, called->answer.bulk_size);
}

static ScanPresentation *
state_of (Build *build)
{
  g_autoptr (GBytes) bytes = state_bytes (build);
  ScanPresentation *state = scan_presentation_new (bytes);

  g_assert_nonnull (state);
  return state;
}

static Build *
begin (void)
{
  Build *build = build_new (BUILD_EXPLICIT);

  build_state (build, "A", uids, 2);
  return build;
}

static const ScanMark *
mark_at (GPtrArray *marks, guint i, ScanMarkKind kind, guint n)
{
  const ScanMark *mark;

  g_assert_cmpuint (i, <, marks->len);
  mark = g_ptr_array_index (marks, i);
  g_assert_cmpint (mark->kind, ==, kind);
  g_assert_cmpuint (mark->n, ==, n);
  return mark;
}

static void
assert_point (const ScanMark *mark, guint i, double x, double y)
{
  g_assert_cmpfloat_with_epsilon (mark->points[2 * i], x, 1e-4);
  g_assert_cmpfloat_with_epsilon (mark->points[2 * i + 1], y, 1e-4);
}

static void
test_words_and_window (void)
{
  g_autoptr (Build) build = begin ();
  g_autoptr (ScanPresentation) state = NULL;
  ScanFrame frame = { .samples = 1, .slope = 1, .intercept = -1024, .inverse = TRUE };
  ScanBrightness brightness = { .center = 1, .width = 2, .use_voi_lut = TRUE };

  build_text (build, 0x00281052, "DS", "-1024");
  build_text (build, 0x00281053, "DS", "1");
  build_state_window (build, "40", "400");
  build_state_end (build, 270, TRUE, "For Dr Adams");
  build_text (build, 0x20500020, "CS", "INVERSE");
  state = state_of (build);
  g_assert_cmpstr (scan_presentation_label (state), ==, "For Dr Adams");
  g_assert_cmpstr (scan_presentation_made (state), ==, "20240304101500");
  g_assert_false (scan_presentation_is_partial (state));
  g_assert_cmpuint (scan_presentation_turn (state).quarters, ==, 3);
  g_assert_true (scan_presentation_turn (state).mirrored);
  g_assert_true (scan_presentation_is_for (state, "1.2.3.11", 7));
  g_assert_false (scan_presentation_is_for (state, "1.2.3.12", 0));
  scan_presentation_brighten (state, "1.2.3.10", 0, &frame, &brightness);
  g_assert_cmpfloat (brightness.center, ==, 40);
  g_assert_cmpfloat (brightness.width, ==, 400);
  g_assert_false (brightness.use_voi_lut);
  /* It is shown inverse, as the frame is by itself. */
  g_assert_false (brightness.negative);
  frame.inverse = FALSE;
  /* Twice the slope: the same window over other values. */
  frame.slope = 2;
  scan_presentation_brighten (state, "1.2.3.10", 0, &frame, &brightness);
  g_assert_true (brightness.negative);
  g_assert_cmpfloat (brightness.width, ==, 800);
  g_assert_cmpfloat (brightness.center, ==, (40 + 1024) * 2 - 1024);
  /* A picture that it is not for. */
  brightness.center = 5;
  scan_presentation_brighten (state, "1.2.3.12", 0, &frame, &brightness);
  g_assert_cmpfloat (brightness.center, ==, 5);
}

static void
test_shutter (void)
{
  g_autoptr (Build) build = begin ();
  g_autoptr (ScanPresentation) state = NULL;
  g_autoptr (GBytes) plane = NULL;
  const guint8 *bits;
  guint8 level = 7;

  build_state_shutter (build, (const guint[]){ 2, 3, 1, 2 });
  build_state_end (build, 0, FALSE, "A");
  state = state_of (build);
  plane = scan_presentation_shutter (state, 4, 4, &level);
  g_assert_nonnull (plane);
  bits = g_bytes_get_data (plane, NULL);
  g_assert_cmpuint (bits[0], ==, 0x99);
  g_assert_cmpuint (bits[1], ==, 0xff);
  g_assert_cmpuint (level, ==, 0);
  /* All of a picture is seen through it. */
  g_assert_null (scan_presentation_shutter (state, 1, 1, &level));
}

static void
test_marks (void)
{
  g_autoptr (Build) build = begin ();
  g_autoptr (ScanPresentation) state = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  g_autoptr (GPtrArray) none = NULL;
  const ScanMark *mark;

  build_marks_begin (build);
  build_mark_texts (build);
  build_mark_text (build, "Fracture?\r\nSee \x1b[31mhere", "PIXEL", (const float[]){ 4, 5, 20, 9 },
                   (const float[]){ 30, 31 });
  build_mark_text (build, "Anchor", "PIXEL", NULL, (const float[]){ 1, 2 });
  build_mark_drawings (build);
  build_mark_drawing (build, "POLYLINE", "PIXEL", (const float[]){ 0, 0, 10, 20, 64, 32 }, 3,
                      FALSE);
  build_mark_drawing (build, "CIRCLE", "PIXEL", (const float[]){ 10, 10, 13, 14 }, 2, TRUE);
  build_mark_drawing (build, "ELLIPSE", "PIXEL", (const float[]){ 0, 5, 20, 5, 10, 2, 10, 8 }, 4,
                      FALSE);
  build_mark_drawing (build, "POINT", "PIXEL", (const float[]){ 3, 4 }, 1, FALSE);
  build_mark_drawing (build, "INTERPOLATED", "PIXEL", (const float[]){ 0, 0, 8, 8, 16, 0 }, 3,
                      FALSE);
  build_mark_drawing (build, "SPIRAL", "PIXEL", (const float[]){ 0, 0 }, 1, FALSE);
  build_marks_end (build);
  build_state_end (build, 0, FALSE, "A");
  state = state_of (build);
  g_assert_true (scan_presentation_is_partial (state));
  none = scan_presentation_marks (state, "1.2.3.12", 0, 32, 64);
  g_assert_cmpuint (none->len, ==, 0);
  marks = scan_presentation_marks (state, "1.2.3.10", 0, 32, 64);
  g_assert_cmpuint (marks->len, ==, 7);
  mark = mark_at (marks, 0, SCAN_MARK_LINE, 3);
  assert_point (mark, 1, 10, 20);
  assert_point (mark, 2, 64, 32);
  mark = mark_at (marks, 1, SCAN_MARK_AREA, 73);
  assert_point (mark, 0, 15, 10);
  assert_point (mark, 18, 10, 15);
  assert_point (mark, 72, 15, 10);
  mark = mark_at (marks, 2, SCAN_MARK_LINE, 73);
  assert_point (mark, 0, 20, 5);
  assert_point (mark, 18, 10, 8);
  assert_point (mark_at (marks, 3, SCAN_MARK_POINT, 1), 0, 3, 4);
  mark = mark_at (marks, 4, SCAN_MARK_LINE, 17);
  assert_point (mark, 8, 8, 8);
  assert_point (mark, 16, 16, 0);
  mark = mark_at (marks, 5, SCAN_MARK_TEXT, 2);
  g_assert_cmpstr (mark->text, ==, "Fracture?\nSee [31mhere");
  assert_point (mark, 0, 4, 5);
  assert_point (mark, 1, 30, 31);
  mark = mark_at (marks, 6, SCAN_MARK_TEXT, 1);
  g_assert_cmpstr (mark->text, ==, "Anchor");
  assert_point (mark, 0, 1, 2);
}

/* Fractions of what was displayed, which was turned: the left of the upper edge as shown. */
static void
test_display_units (void)
{
  g_autoptr (Build) build = begin ();
  g_autoptr (ScanPresentation) state = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  const ScanMark *mark;

  build_marks_begin (build);
  build_mark_texts (build);
  build_mark_drawings (build);
  build_mark_drawing (build, "POLYLINE", "DISPLAY", (const float[]){ 0, 0, 0.25f, 0, 1, 1 }, 3,
                      FALSE);
  build_marks_end (build);
  build_state_end (build, 90, FALSE, "A");
  state = state_of (build);
  marks = scan_presentation_marks (state, "1.2.3.10", 0, 40, 80);
  mark = mark_at (marks, 0, SCAN_MARK_LINE, 3);
  /* Clockwise by a quarter, the lower left corner comes to the upper left. */
  assert_point (mark, 0, 0, 40);
  assert_point (mark, 1, 0, 30);
  assert_point (mark, 2, 80, 0);
}

static void
test_no_state (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;

  build_object (build, "1.2.840.10008.5.1.4.1.1.88.33", "SR", NULL);
  file = build_object_file (build);
  called = call_verb (reader_verb_presentation, file, NULL);
  g_assert_cmpstr (called->answer.error, ==, "unsupported");
}

/* label, quarters, inverse, rescale, referents, own, windows, drawn: the rest is harmless. */
static ScanPresentation *
claimed (const char *quarters, const char *inverse, const char *rescale, const char *referents,
         const char *own, const char *windows, const char *shutter, const char *drawn,
         const char *texts)
{
  g_autofree char *words =
      g_strdup_printf ("('a', '', uint32 %s, false, %s, false, %s, %s, %s, %s, [], %s, %s, %s)",
                       quarters, inverse, rescale, referents, own, windows, shutter, drawn, texts);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) all =
      g_variant_parse (G_VARIANT_TYPE (SCAN_PRESENTATION_TYPE), words, NULL, NULL, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = g_bytes_new (g_variant_get_data (all), g_variant_get_size (all));
  return scan_presentation_new (bytes);
}

#define NOTHING "([], [], [], 0)"

static void
test_hostile (void)
{
  g_autoptr (ScanPresentation) sound = claimed (
      "3", "-1", "[2, 0]", "[('1.2', [1, 2])]", "[0]", "[([0], 40, 400)]", NOTHING,
      "[([0], 'POINT', false, false, [1, 2])]", "[([], 'x', false, [], false, [1, 2], true)]");
  ScanPresentation *lies[] = {
    claimed ("4", "0", "[]", "[]", "[]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "2", "[]", "[]", "[]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[0, 0]", "[]", "[]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[1, 2, 3]", "[]", "[]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[('', [])]", "[]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[('1.2', [])]", "[1]", "[]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[([0], 1, 1)]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[([], 1, 0)]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[([], nan, 1)]", NOTHING, "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", "([1, 2], [], [], 0)", "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", "([], [1, 2, -3], [], 0)", "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", "([], [], [1, 2, 3], 0)", "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", "([], [], [], 65536)", "[]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[([], 'X', false, false, [1, 2])]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[([], 'POINT', false, false, [1])]", "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[([], 'POINT', false, false, [1, inf])]",
             "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[([], 'POINT', false, false, [1, 2e9])]",
             "[]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[]",
             "[([], 'x', false, [], false, [], true)]"),
    claimed ("0", "0", "[]", "[]", "[]", "[]", NOTHING, "[]",
             "[([], 'x', false, [1, 2, 3], false, [1, 2], true)]"),
  };
  g_autoptr (GBytes) noise = g_bytes_new_static ("\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9);

  g_assert_nonnull (sound);
  g_assert_true (scan_presentation_is_for (sound, "1.2", 1));
  g_assert_false (scan_presentation_is_for (sound, "1.2", 2));
  g_assert_true (scan_presentation_names (sound, "1.2"));
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    g_assert_null (lies[i]);
  g_assert_null (scan_presentation_new (noise));
  g_assert_null (scan_presentation_new (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/presentation/words-and-window", test_words_and_window);
  g_test_add_func ("/presentation/shutter", test_shutter);
  g_test_add_func ("/presentation/marks", test_marks);
  g_test_add_func ("/presentation/display-units", test_display_units);
  g_test_add_func ("/presentation/no-state", test_no_state);
  g_test_add_func ("/presentation/hostile", test_hostile);
  return g_test_run ();
}
