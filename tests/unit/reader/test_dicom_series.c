/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a picture's place in its series, and how long frames are shown. */
#include "dicom_builder.h"

#include <string.h>

#define EXPLICIT "1.2.840.10008.1.2.1"

static double
called_double (const Called *called, const char *key)
{
  double value = -1;

  g_variant_lookup (called->result, key, "d", &value);
  return value;
}

static gint
called_int (const Called *called, const char *key)
{
  gint value = -1;

  g_variant_lookup (called->result, key, "i", &value);
  return value;
}

static Called *
inspect (const Build *build)
{
  g_autoptr (GBytes) file = build_file (build, EXPLICIT);
  Called *called = call_verb (reader_verb_inspect, file, NULL);

  g_assert_null (called->answer.error);
  return called;
}

static void
test_place (void)
{
  const double b = 800;
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (Called) called = NULL;

  build_text (build, 0x00080022, "DA", "20240303");
  build_text (build, 0x00080032, "TM", "101533.25");
  build_text (build, 0x00080060, "CS", "MR");
  build_text (build, 0x00180081, "DS", "12.5");
  build_text (build, 0x00180086, "IS", "2");
  build_text (build, 0x00181060, "DS", "40");
  build_bytes (build, 0x00189087, "FD", &b, sizeof b);
  build_text (build, 0x00200012, "IS", "7");
  build_text (build, 0x00200100, "IS", "3");
  build_text (build, 0x00201002, "IS", "60");
  build_text (build, 0x00201209, "IS", "120");
  called = inspect (build);
  g_assert_cmpstr (called_string (called, "AcquisitionTime"), ==, "101533.25");
  g_assert_cmpfloat (called_double (called, "EchoTime"), ==, 12.5);
  g_assert_cmpfloat (called_double (called, "EchoNumbers"), ==, 2);
  g_assert_cmpfloat (called_double (called, "TriggerTime"), ==, 40);
  g_assert_cmpfloat (called_double (called, "DiffusionBValue"), ==, 800);
  g_assert_cmpint (called_int (called, "AcquisitionNumber"), ==, 7);
  g_assert_cmpint (called_int (called, "TemporalPositionIdentifier"), ==, 3);
  g_assert_cmpuint (called_uint (called, "ImagesInAcquisition"), ==, 60);
  g_assert_cmpuint (called_uint (called, "NumberOfSeriesRelatedInstances"), ==, 120);
}

/* Where makers put the b-value before the standard had a place for it: in whatever block they
 * reserved; never in somebody else's. */
static void
test_private_b_value (void)
{
  static const struct
  {
    guint32 creator_at, value_at;
    const char *creator, *value;
    double b;
  } cases[] = {
    { 0x00190010, 0x0019100c, "SIEMENS MR HEADER", "1000", 1000 },
    { 0x00190011, 0x0019110c, "SIEMENS MR HEADER", "50", 50 },
    { 0x00430010, 0x00431039, "GEMS_PARM_01", "1000000700\\8\\0\\0", 700 },
    { 0x00190010, 0x0019100c, "SOMEBODY ELSE", "1000", -1 },
    { 0x00190010, 0x0019110c, "SIEMENS MR HEADER", "1000", -1 },
    { 0x00190010, 0x0019100c, "SIEMENS MR HEADER", "-5", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (Called) called = NULL;

      build_text (build, 0x00080060, "CS", "MR");
      build_text (build, cases[i].creator_at, "LO", cases[i].creator);
      build_text (build, cases[i].value_at, "IS", cases[i].value);
      called = inspect (build);
      g_assert_cmpfloat (called_double (called, "DiffusionBValue"), ==, cases[i].b);
    }
}

typedef struct
{
  const char *cine_rate, *frame_time, *vector, *recommended;
  double of_first, of_last;
} Times;

static GBytes *
clip (const Times *times)
{
  static const BuildImage image = { 1, 1, 1, 8, 8, 7, 0, FALSE, 3, "MONOCHROME2" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  if (times->recommended != NULL)
    build_text (build, 0x00082144, "IS", times->recommended);
  if (times->cine_rate != NULL)
    build_text (build, 0x00180040, "IS", times->cine_rate);
  if (times->frame_time != NULL)
    build_text (build, 0x00181063, "DS", times->frame_time);
  if (times->vector != NULL)
    build_text (build, 0x00181065, "DS", times->vector);
  build_image (build, &image);
  build_bytes (build, 0x7fe00010, "OB", "\1\2\3", 3);
  return build_file (build, EXPLICIT);
}

static void
test_frame_time (void)
{
  static const Times cases[] = {
    { NULL, NULL, NULL, NULL, -1, -1 },
    { "25", NULL, NULL, NULL, 40, 40 },
    { "25", "33.5", NULL, NULL, 33.5, 33.5 },
    { "25", "33.5", "0\\20\\60", NULL, 20, 40 },
    { "25", "33.5", "0\\20\\60", "10", 100, 100 },
    { "0", "0", "0", "0", -1, -1 },
    { "25", "1e9", "0\\nan", "-5", 40, 40 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) file = clip (&cases[i]);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) first = call_frame (file, 0);
      g_autoptr (Called) last = call_frame (file, 2);

      g_assert_true (inspected->success && first->success && last->success);
      g_assert_cmpfloat (called_double (inspected, "frame-time"), ==, cases[i].of_first);
      g_assert_cmpfloat (called_double (first, "frame-time"), ==, cases[i].of_first);
      g_assert_cmpfloat (called_double (last, "frame-time"), ==, cases[i].of_last);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/series/place", test_place);
  g_test_add_func ("/dicom/series/private-b-value", test_private_b_value);
  g_test_add_func ("/dicom/series/frame-time", test_frame_time);
  return g_test_run ();
}
