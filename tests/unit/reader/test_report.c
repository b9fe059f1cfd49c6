/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects without pictures: what is read of them, and recordings as strips. */
#include <string.h>

#include "reader_protocol.h"
#include "report_builder.h"

#define ROOT "1.2.840.10008.5.1.4.1.1."

/* The lines of an answer, "level kind label|text" each. */
static char *
lines_of (const Called *called)
{
  g_autoptr (GBytes) bytes = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
  g_autoptr (GVariant) lines =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_TEXT_TYPE), bytes, FALSE));
  GString *text = g_string_new (NULL);
  GVariantIter iter;
  guint32 level;
  const char *kind, *label, *words;

  g_assert_true (g_variant_is_normal_form (lines));
  g_variant_iter_init (&iter, lines);
  while (g_variant_iter_next (&iter, "(u&s&s&s)", &level, &kind, &label, &words))
    g_string_append_printf (text, "%u %s %s|%s\n", level, kind, label, words);
  return g_string_free (text, FALSE);
}

static void
assert_lines (GBytes *file, const char *expected)
{
  g_autoptr (Called) called = call_verb (reader_verb_text, file, NULL);
  g_autofree char *lines = NULL;

  g_assert_cmpstr (called->answer.error, ==, NULL);
  lines = lines_of (called);
  g_assert_cmpstr (lines, ==, expected);
}

static void
add_number (Build *build, const char *name, const char *number, const char *unit,
            const char *meaning)
{
  build_content (build, "NUM", name);
  build_sequence (build, 0x0040a300);
  build_item_begin (build);
  build_code (build, 0x004008ea, unit, "UCUM", meaning);
  build_text (build, 0x0040a30a, "DS", number);
  build_item_end (build);
  build_sequence_end (build);
  build_item_end (build);
}

static GBytes *
report (const char *charset, const char *finding)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_object (build, ROOT "88.33", "SR", charset);
  build_text (build, 0x0040a040, "CS", "CONTAINER");
  build_code (build, 0x0040a043, "18747-6", "LN", "CT Report");
  build_sequence (build, 0x0040a073);
  build_item_begin (build);
  build_text (build, 0x0040a075, "PN", "Adams^John^^Dr");
  build_item_end (build);
  build_sequence_end (build);
  build_text (build, 0x0040a491, "CS", "PARTIAL");
  build_text (build, 0x0040a493, "CS", "VERIFIED");
  build_sequence (build, 0x0040a730);
  build_content (build, "CONTAINER", "Findings");
  build_sequence (build, 0x0040a730);
  build_content (build, "TEXT", "Finding");
  build_text (build, 0x0040a160, "UT", finding);
  build_item_end (build);
  add_number (build, "Length", "12.50", "mm", "millimeter");
  add_number (build, "Temperature", "98.6", "[degF]", "degrees Fahrenheit");
  add_number (build, "Number", "3", "1", "no units");
  build_content (build, "CODE", "Severity");
  build_code (build, 0x0040a168, "M", "99TEST", "Moderate");
  build_item_end (build);
  build_content (build, "IMAGE", NULL);
  build_reference (build, 0x00081199, "1.2.3.77");
  build_item_end (build);
  build_content (build, "SCOORD", "Outline");
  build_text (build, 0x00700023, "CS", "CIRCLE");
  build_item_end (build);
  build_content (build, "UIDREF", "Tracking");
  build_text (build, 0x0040a124, "UI", "1.2.3.99");
  build_item_end (build);
  build_sequence_end (build);
  build_item_end (build);
  build_content (build, "DATETIME", "Seen at");
  build_text (build, 0x0040a120, "DT", "20240303101500");
  build_item_end (build);
  build_content (build, "PNAME", "Seen by");
  build_text (build, 0x0040a123, "PN", "Bell^Eva");
  build_item_end (build);
  build_sequence_end (build);
  return build_object_file (build);
}

#define REPORT_HEAD                                                          \
  "0 title |CT Report\n0 person Patient|Miller^Anna\n0 date Date|20240303\n" \
  "0 note |This report is not complete.\n0 person Signed by|Adams^John^^Dr\n"
#define REPORT_TAIL                                                                               \
  "1 text Length|12.50 mm\n1 text Temperature|98.6 degrees Fahrenheit\n1 text Number|3\n"         \
  "1 text Severity|Moderate\n1 picture |1.2.3.77\n1 text Outline|A circle drawn in the picture\n" \
  "0 date Seen at|20240303101500\n0 person Seen by|Bell^Eva\n"

static void
test_tree (void)
{
  g_autoptr (GBytes) plain = report (NULL, "Nothing.\r\nNothing at all.");
  g_autoptr (GBytes) greek = report ("ISO_IR 126", "\xd0\xed\xe5\xfd\xec\xef\xed\xe1\xf2");
  g_autoptr (GBytes) hostile = report (NULL, "a\x1b[31m\x07"
                                             "b");

  assert_lines (plain, REPORT_HEAD "0 heading |Findings\n1 text Finding|Nothing.\n"
                                   "1 text |Nothing at all.\n" REPORT_TAIL);
  assert_lines (greek, REPORT_HEAD "0 heading |Findings\n1 text Finding|Πνεύμονας\n" REPORT_TAIL);
  assert_lines (hostile, REPORT_HEAD "0 heading |Findings\n1 text Finding|a[31mb\n" REPORT_TAIL);
}

static void
test_key_object (void)
{
  g_autoptr (Build) build = build_new (BUILD_IMPLICIT);
  g_autoptr (GBytes) file = NULL;

  build_object (build, ROOT "88.59", "KO", NULL);
  build_text (build, 0x0040a040, "CS", "CONTAINER");
  build_code (build, 0x0040a043, "113000", "DCM", "Of Interest");
  build_sequence (build, 0x0040a730);
  build_content (build, "TEXT", "Key Object Description");
  build_text (build, 0x0040a160, "UT", "Please look here");
  build_item_end (build);
  build_content (build, "IMAGE", NULL);
  build_reference (build, 0x00081199, "1.2.3.78");
  build_item_end (build);
  build_sequence_end (build);
  file = build_file (build, "1.2.840.10008.1.2");
  assert_lines (file, "0 title |Of Interest\n0 person Patient|Miller^Anna\n0 date Date|20240303\n"
                      "0 text Key Object Description|Please look here\n0 picture |1.2.3.78\n");
}

static void
test_state (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;

  build_object (build, ROOT "11.1", "PR", NULL);
  build_sequence (build, 0x00081115);
  build_item_begin (build);
  build_reference (build, 0x00081140, "1.2.3.79");
  build_item_end (build);
  build_sequence_end (build);
  build_us (build, 0x00700042, 90);
  build_text (build, 0x00700080, "CS", "ARROWS");
  build_text (build, 0x00700084, "PN", "Bell^Eva");
  build_sequence (build, 0x00700001);
  build_item_begin (build);
  build_sequence (build, 0x00700008);
  build_item_begin (build);
  build_text (build, 0x00700006, "ST", "Fracture?");
  build_item_end (build);
  build_sequence_end (build);
  build_sequence (build, 0x00700009);
  build_item_begin (build);
  build_text (build, 0x00700023, "CS", "POLYLINE");
  build_item_end (build);
  build_sequence_end (build);
  build_item_end (build);
  build_sequence_end (build);
  build_sequence (build, 0x00283110);
  build_item_begin (build);
  build_text (build, 0x00281050, "DS", "40");
  build_text (build, 0x00281051, "DS", "400");
  build_text (build, 0x00281055, "LO", "Soft tissue");
  build_item_end (build);
  build_sequence_end (build);
  file = build_object_file (build);
  assert_lines (file, "0 title |Display notes\n"
                      "0 note |This says how somebody wanted pictures to be looked at. It holds no "
                      "picture itself.\n"
                      "0 text Name|ARROWS\n0 person Made by|Bell^Eva\n0 heading |Pictures\n"
                      "1 picture |1.2.3.79\n0 heading |Notes on the pictures\n"
                      "1 text Note|Fracture?\n1 text Drawn marks|1\n"
                      "0 heading |How they are shown\n"
                      "1 text Brightness|centre 40, width 400 (Soft tissue)\n"
                      "1 text Turned|90 degrees\n");
}

static void
test_plan (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) inspected = NULL;

  build_object (build, ROOT "481.5", "RTPLAN", NULL);
  build_text (build, 0x300a0002, "SH", "Left breast");
  build_sequence (build, 0x300a00b0);
  build_item_begin (build);
  build_text (build, 0x300a00c2, "LO", "Field 1");
  build_text (build, 0x300a00c6, "CS", "PHOTON");
  build_item_end (build);
  build_sequence_end (build);
  file = build_object_file (build);
  assert_lines (file, "0 title |Radiotherapy plan\n"
                      "0 note |It holds numbers for the treatment machine, no picture.\n"
                      "0 person Patient|Miller^Anna\n0 date Date|20240303\n"
                      "0 text Name|Left breast\n0 heading |Beams\n1 text Field 1|photon\n");
  inspected = call_verb (reader_verb_inspect, file, NULL);
  g_assert_false (called_boolean (inspected, "renderable"));
  g_assert_cmpstr (called_string (inspected, "form"), ==, "text");
  g_assert_cmpstr (called_string (inspected, "problem"), ==,
                   "It holds numbers for the treatment machine, no picture.");
}

static void
test_segments (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;

  build_object (build, ROOT "66.4", "SEG", NULL);
  build_sequence (build, 0x00620002);
  build_item_begin (build);
  build_text (build, 0x00620005, "LO", "Liver");
  build_code (build, 0x0062000f, "10200004", "SCT", "Liver structure");
  build_item_end (build);
  build_sequence_end (build);
  file = build_object_file (build);
  assert_lines (file,
                "0 title |Outlines of organs or findings\n"
                "0 note |It holds outlines over the pictures of another series, no picture of "
                "its own.\n0 person Patient|Miller^Anna\n0 date Date|20240303\n"
                "0 heading |What is outlined\n1 text Liver|Liver structure\n");
}

static void
test_plain_text (void)
{
  g_autoptr (GBytes) utf8 = g_bytes_new_static ("\xef\xbb\xbfGr\xc3\xbc\xc3\x9f"
                                                "e\r\n\n\tx",
                                                15);
  g_autoptr (GBytes) latin = g_bytes_new_static ("\xe9t\xe9\rend", 7);
  g_autoptr (GBytes) rich = g_bytes_new_static ("{\\rtf1 x}", 9);
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\n", 8);
  g_autoptr (Called) refused = call_verb (reader_verb_text, rich, NULL);
  g_autoptr (Called) wrong = call_verb (reader_verb_text, picture, NULL);

  assert_lines (utf8, "0 line |Grüße\n0 line |\n0 line |    x\n");
  assert_lines (latin, "0 line |été\n0 line |end\n");
  g_assert_cmpstr (refused->answer.error, ==, "unsupported");
  g_assert_cmpstr (wrong->answer.error, ==, "unsupported");
}

static void
test_enclosed (void)
{
  static const struct
  {
    const char *class, *mime, *type;
    guint32 length; /* as declared; 0 = not */
  } cases[] = {
    { ROOT "104.1", "application/pdf", "pdf", 7 },    { ROOT "104.1", "application/pdf", "pdf", 0 },
    { ROOT "104.2", "text/XML", "cda", 7 },           { ROOT "104.3", "model/stl", "stl", 900000 },
    { ROOT "104.4", "model/obj", "obj", 0xffffffff },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (Called) called = NULL;
      g_autoptr (Called) inspected = NULL;
      gboolean pages = g_str_equal (cases[i].type, "pdf");

      build_object (build, cases[i].class, "DOC", NULL);
      build_bytes (build, 0x00420011, "OB", "%PDF-17", 7);
      build_text (build, 0x00420012, "LO", cases[i].mime);
      if (cases[i].length > 0)
        build_bytes (build, 0x00420015, "UL", &cases[i].length, 4);
      file = build_object_file (build);
      called = call_verb (reader_verb_enclosed, file, NULL);
      g_assert_cmpstr (called->answer.error, ==, NULL);
      g_assert_cmpstr (called_string (called, "type"), ==, cases[i].type);
      g_assert_cmpmem (called->answer.bulk, called->answer.bulk_size, "%PDF-17\0",
                       cases[i].length == 7 ? 7 : 8);
      inspected = call_verb (reader_verb_inspect, file, NULL);
      g_assert_cmpint (called_boolean (inspected, "renderable"), ==, pages);
      g_assert_cmpstr (called_string (inspected, "form"), ==, pages ? "pages" : "text");
    }
}

static void
test_nothing_enclosed (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;

  build_object (build, ROOT "104.1", "DOC", NULL);
  file = build_object_file (build);
  called = call_verb (reader_verb_enclosed, file, NULL);
  g_assert_cmpstr (called->answer.error, ==, "unsupported");
}

/* How many pixels of a strip are ink, from row to row. */
static guint
ink (const Called *called, guint from, guint to)
{
  const guint columns = called_uint (called, "columns");
  guint n = 0;

  for (gsize i = (gsize) from * columns; i < (gsize) to * columns; i++)
    n += called->answer.bulk[3 * i] < 100;
  return n;
}

static void
test_strip (void)
{
  static const BuildWave waves[] = {
    { 12, 5000, 16, 500, "SS", "uV", "RHYTHM" },
    { 12, 600, 16, 500, "SS", "uV", "MEDIAN BEAT" },
  };
  g_autoptr (GBytes) file = build_ecg (waves, 2);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
  g_autoptr (Called) rhythm = call_frame (file, 0);
  g_autoptr (Called) beat = call_frame (file, 1);
  g_autoptr (Called) none = call_frame (file, 2);
  g_autoptr (Called) small =
      call_verb (reader_verb_picture, file, g_variant_new_parsed ("{'size': <uint32 256>}"));

  g_assert_cmpstr (called_string (inspected, "form"), ==, "strip");
  g_assert_true (called_boolean (inspected, "renderable"));
  g_assert_cmpuint (called_uint (inspected, "NumberOfFrames"), ==, 2);
  g_assert_cmpuint (called_uint (rhythm, "rows"), ==, called_uint (inspected, "Rows"));
  g_assert_cmpuint (called_uint (rhythm, "columns"), ==, called_uint (inspected, "Columns"));
  /* 10 s at 25 mm/s, and 12 rows of 20 mm, at 6 pixels a millimetre, with what stands around. */
  g_assert_cmpuint (called_uint (rhythm, "columns"), >, 1500);
  g_assert_cmpuint (called_uint (rhythm, "rows"), >, 1440);
  g_assert_cmpuint (called_uint (beat, "columns"), <, 600);
  g_assert_cmpuint (ink (rhythm, 0, called_uint (rhythm, "rows")), >, 12 * 1500);
  g_assert_cmpstr (none->answer.error, ==, "bad-request");
  g_assert_cmpuint (called_uint (small, "columns"), ==, 256);
  assert_lines (file, "0 title |Recording\n0 person Patient|Miller^Anna\n0 heading |RHYTHM\n"
                      "1 text Leads|V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12\n"
                      "1 text Length|10 s\n1 text Samples a second|500\n"
                      "0 heading |MEDIAN BEAT\n"
                      "1 text Leads|V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12\n"
                      "1 text Length|1.2 s\n1 text Samples a second|500\n"
                      "0 heading |Notes of the machine\n1 text |Sinus rhythm\n"
                      "1 text Heart rate|61 /min\n");
}

/* One lead of one millivolt up and down: 10 mm each way, whatever it is stored in. */
static void
test_strip_height (void)
{
  static const BuildWave waves[] = {
    { 1, 2000, 16, 500, "SS", "uV", "" },
    { 1, 2000, 32, 500, "SL", "uV", "" },
    { 1, 2000, 8, 500, "SB", "uV", "" },
  };
  /* 100 steps of 5 µV = 0.5 mV = 5 mm = 30 pixels; 8 bits: a tenth. */
  static const guint heights[] = { 30, 30, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (waves); i++)
    {
      g_autoptr (GBytes) file = build_ecg (&waves[i], 1);
      g_autoptr (Called) strip = call_frame (file, 0);
      const guint middle = (12 + 10) * 6, half = heights[i] + 4;
      const guint columns = called_uint (strip, "columns");
      guint top = 0;

      /* Right of the lead's name and the pulse. */
      for (guint y = middle - 50; y < middle && top == 0; y++)
        for (guint x = 30 * 6; x < columns; x++)
          if (strip->answer.bulk[3 * ((gsize) y * columns + x)] < 100)
            top = y;
      g_assert_cmpuint (top, >=, middle - half);
      g_assert_cmpuint (top, <=, middle - heights[i] + 4);
    }
}

static void
test_strips_of_long_recordings (void)
{
  static const BuildWave wave = { 2, 25 * 100 + 50, 16, 100, "SS", "mV", "LONG" };
  static const BuildWave sound = { 1, 8000, 8, 8000, "MB", NULL, "VOICE" };
  g_autoptr (GBytes) file = build_ecg (&wave, 1);
  g_autoptr (GBytes) voice = build_ecg (&sound, 1);
  g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
  g_autoptr (Called) last = call_frame (file, 2);
  g_autoptr (Called) heard = call_verb (reader_verb_inspect, voice, NULL);
  g_autoptr (Called) drawn = call_frame (voice, 0);

  g_assert_cmpuint (called_uint (inspected, "NumberOfFrames"), ==, 3);
  g_assert_cmpstr (last->answer.error, ==, NULL);
  g_assert_false (called_boolean (heard, "renderable"));
  g_assert_cmpstr (drawn->answer.error, ==, "unsupported");
}

/* What a file may claim, and what it holds. */
static void
test_strip_lies (void)
{
  static const BuildWave lies[] = {
    { 0, 100, 16, 500, "SS", "uV", "" },  { 1, 0, 16, 500, "SS", "uV", "" },
    { 1, 100, 16, 0, "SS", "uV", "" },    { 1, 100, 16, -5, "SS", "uV", "" },
    { 1, 100, 24, 500, "SS", "uV", "" },  { 1, 100, 16, 1e300, "SS", "uV", "" },
    { 300, 50, 16, 500, "??", NULL, "" }, { 1, 2, 16, 0.001, "US", "V", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (GBytes) file = build_ecg (&lies[i], 1);
      g_autoptr (Called) inspected = call_verb (reader_verb_inspect, file, NULL);
      g_autoptr (Called) strip = call_frame (file, 0);

      g_assert_cmpint (called_boolean (inspected, "renderable"), ==, i >= 6);
      g_assert_cmpstr (strip->answer.error, ==, i >= 6 ? NULL : "unsupported");
    }
}

/* A report nested without end, and one of very many lines. */
static void
test_tree_bombs (void)
{
  g_autoptr (Build) deep = build_new (BUILD_EXPLICIT), wide = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) deep_file = NULL;
  g_autoptr (GBytes) wide_file = NULL;
  g_autoptr (Called) deep_called = NULL;
  g_autoptr (Called) wide_called = NULL;
  g_autofree char *lines = NULL;

  build_object (deep, ROOT "88.33", "SR", NULL);
  for (guint i = 0; i < 400; i++)
    {
      build_sequence (deep, 0x0040a730);
      build_content (deep, "CONTAINER", "Deeper");
    }
  for (guint i = 0; i < 400; i++)
    {
      build_item_end (deep);
      build_sequence_end (deep);
    }
  deep_file = build_object_file (deep);
  deep_called = call_verb (reader_verb_text, deep_file, NULL);
  g_assert_cmpstr (deep_called->answer.error, ==, NULL);
  lines = lines_of (deep_called);
  g_assert_nonnull (strstr (lines, "30 heading |Deeper\n"));
  g_assert_null (strstr (lines, "31 heading"));

  build_object (wide, ROOT "88.33", "SR", NULL);
  build_sequence (wide, 0x0040a730);
  for (guint i = 0; i < 25000; i++)
    {
      build_content (wide, "TEXT", NULL);
      build_text (wide, 0x0040a160, "UT", "x");
      build_item_end (wide);
    }
  build_sequence_end (wide);
  wide_file = build_object_file (wide);
  wide_called = call_verb (reader_verb_text, wide_file, NULL);
  g_assert_cmpstr (wide_called->answer.error, ==, NULL);
  g_assert_true (called_boolean (wide_called, "cut"));
}

/* Every beginning of a report and of an ECG: an answer or an error. */
static void
test_cut (void)
{
  static const BuildWave wave = { 3, 400, 16, 100, "SS", "uV", "CUT" };
  g_autoptr (GBytes) sr = report (NULL, "Nothing."), ecg = build_ecg (&wave, 1);
  GBytes *files[] = { sr, ecg };
  guint answers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    for (gsize n = 0; n < g_bytes_get_size (files[i]); n += 7)
      {
        g_autoptr (GBytes) part = g_bytes_new_from_bytes (files[i], 0, n);
        g_autoptr (Called) text = call_verb (reader_verb_text, part, NULL);
        g_autoptr (Called) strip = call_frame (part, 0);

        answers += text->success + strip->success;
      }
  g_assert_cmpuint (answers, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  call_arena_size = (gsize) 16 * 1024 * 1024; /* a strip of twelve leads has 7 */
  g_test_add_func ("/report/tree", test_tree);
  g_test_add_func ("/report/key-object", test_key_object);
  g_test_add_func ("/report/state", test_state);
  g_test_add_func ("/report/plan", test_plan);
  g_test_add_func ("/report/segments", test_segments);
  g_test_add_func ("/report/plain-text", test_plain_text);
  g_test_add_func ("/report/enclosed", test_enclosed);
  g_test_add_func ("/report/nothing-enclosed", test_nothing_enclosed);
  g_test_add_func ("/report/strip", test_strip);
  g_test_add_func ("/report/strip-height", test_strip_height);
  g_test_add_func ("/report/long-recordings", test_strips_of_long_recordings);
  g_test_add_func ("/report/strip-lies", test_strip_lies);
  g_test_add_func ("/report/tree-bombs", test_tree_bombs);
  g_test_add_func ("/report/cut", test_cut);
  return g_test_run ();
}
