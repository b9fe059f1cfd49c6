/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keeper believes of a reader that hands out text and pages. */
#include <string.h>

#include "document_private.h"
#include "reader_protocol.h"

static ScanText *
text_of_bytes (const void *data, gsize n)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n);
  g_autoptr (GVariant) result = g_variant_ref_sink (g_variant_new_parsed ("{'cut': <true>}"));

  return scan_text_new (result, bytes);
}

/* lines: a(usss) as GVariant writes it. */
static ScanText *
text_of (const char *lines)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed =
      g_variant_parse (G_VARIANT_TYPE (SCAN_TEXT_TYPE), lines, NULL, NULL, &error);

  g_assert_no_error (error);
  return text_of_bytes (g_variant_get_data (parsed), g_variant_get_size (parsed));
}

static void
assert_line (const ScanText *text, guint i, guint level, ScanLineKind kind, const char *words)
{
  const ScanLine *line;
  g_autofree char *found = NULL;

  g_assert_cmpuint (i, <, text->lines->len);
  line = g_ptr_array_index (text->lines, i);
  found = scan_line_words (line);
  g_assert_cmpuint (line->level, ==, level);
  g_assert_cmpint (line->kind, ==, kind);
  g_assert_cmpstr (found, ==, words);
}

static void
test_words (void)
{
  g_autoptr (ScanText) text =
      text_of ("[(0, 'title', '', 'CT Report'), (0, 'person', 'Patient', 'Miller^Anna^^Dr'),"
               " (1, 'date', 'Date', '20240303'), (1, 'date', 'Seen', '20240303101512.5+0100'),"
               " (1, 'date', 'At', '1015'), (1, 'date', 'Odd', 'yesterday'),"
               " (1, 'date', 'Wrong', '20241399'), (2, 'text', '', 'just text'),"
               " (2, 'text', 'Label', ''), (0, 'heading', '', 'Findings'), (0, 'note', '', 'n'),"
               " (0, 'line', '', '  indented')]");

  g_assert_nonnull (text);
  g_assert_true (text->cut);
  assert_line (text, 0, 0, SCAN_LINE_TITLE, "CT Report");
  assert_line (text, 1, 0, SCAN_LINE_TEXT, "Patient: Dr Anna Miller");
  assert_line (text, 2, 1, SCAN_LINE_TEXT, "Date: 3 March 2024");
  assert_line (text, 3, 1, SCAN_LINE_TEXT, "Seen: 3 March 2024, 10:15");
  assert_line (text, 4, 1, SCAN_LINE_TEXT, "At: 10:15");
  assert_line (text, 5, 1, SCAN_LINE_TEXT, "Odd: yesterday");
  assert_line (text, 6, 1, SCAN_LINE_TEXT, "Wrong: 20241399");
  assert_line (text, 7, 2, SCAN_LINE_TEXT, "just text");
  assert_line (text, 8, 2, SCAN_LINE_TEXT, "Label");
  assert_line (text, 9, 0, SCAN_LINE_HEADING, "Findings");
  assert_line (text, 10, 0, SCAN_LINE_NOTE, "n");
  assert_line (text, 11, 0, SCAN_LINE_PLAIN, "  indented");
}

static void
test_hostile_text (void)
{
  g_autoptr (ScanText) clean =
      text_of ("[(4000000000, 'text', 'a\\u001b[31mb', 'c\\nd\\u202ee\\u2066f\\u0085g')]");
  g_autoptr (GString) many = g_string_new ("[");
  g_autofree char *long_word = g_strnfill (200000, 'x');
  g_autofree char *long_line = g_strdup_printf ("[(0, 'text', '', '%s')]", long_word);
  g_autoptr (ScanText) bounded = text_of (long_line);

  assert_line (clean, 0, SCAN_TEXT_LEVEL_MAX, SCAN_LINE_TEXT, "a[31mb: cdefg");
  g_assert_cmpuint (strlen (((ScanLine *) g_ptr_array_index (bounded->lines, 0))->text), ==, 65536);
  g_assert_null (text_of ("[(0, 'markup', '', 'x')]"));
  for (guint i = 0; i <= SCAN_TEXT_LINES_MAX; i++)
    g_string_append_printf (many, "%s(0, 'line', '', 'x')", i > 0 ? "," : "");
  g_string_append_c (many, ']');
  g_assert_null (text_of (many->str));
  g_assert_null (text_of_bytes ("\1\2\3\4\5", 5));
  g_assert_null (text_of_bytes ("\xff\xff\xff\xff\xff\xff\xff\xff", 8));
  {
    g_autoptr (GVariant) result = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));

    g_assert_null (scan_text_new (result, NULL));
  }
}

static void
test_pictures (void)
{
  g_autoptr (ScanText) text = text_of ("[(0, 'picture', 'Key', '1.2.3'), (0, 'picture', '', '9'),"
                                       " (0, 'picture', '', '1.2.4'), (0, 'text', '', '1.2.3')]");
  g_autoptr (GPtrArray) all = g_ptr_array_new (), instances = g_ptr_array_new ();
  ScanStudy study = { .series = all };
  ScanSeries series = { .study = &study,
                        .description = (char *) "Chest",
                        .modality = (char *) "CT",
                        .instances = instances };
  ScanInstance picture = { .series = &series,
                           .uid = "1.2.3",
                           .sop_class = "1.2.840.10008.5.1.4.1.1.2",
                           .number = 12,
                           .frames = 1,
                           .renderable = 1 };
  ScanInstance report = { .series = &series,
                          .uid = "1.2.4",
                          .sop_class = "1.2.840.10008.5.1.4.1.1.88.33" };

  g_ptr_array_add (all, &series);
  g_ptr_array_add (instances, &picture);
  g_ptr_array_add (instances, &report);
  scan_text_name_pictures (text, &study);
  assert_line (text, 0, 0, SCAN_LINE_PICTURE, "Key: See picture 12 of “Chest”");
  assert_line (text, 1, 0, SCAN_LINE_PICTURE, "See a picture that is not in this vault");
  assert_line (text, 2, 0, SCAN_LINE_PICTURE, "See the report “Chest”");
  assert_line (text, 3, 0, SCAN_LINE_TEXT, "1.2.3");
  g_assert_true (scan_series_document (&series) == &report);
}

static gboolean
sizes_of (const char *answer, GArray *sizes)
{
  g_autoptr (GVariant) parsed = g_variant_parse (G_VARIANT_TYPE_VARDICT, answer, NULL, NULL, NULL);
  const char *type;

  g_assert_nonnull (parsed);
  return scan_page_sizes (parsed, sizes, &type) && type != NULL;
}

static void
test_sizes (void)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (ScanPageSize));
  g_autoptr (GString) many = g_string_new ("{'type': <'pdf'>, 'sizes': <[");

  g_assert_true (sizes_of (
      "{'type': <'pdf'>, 'sizes': <[(uint32 595, uint32 842), (0, 4294967295)]>}", sizes));
  g_assert_cmpuint (sizes->len, ==, 2);
  g_assert_cmpuint (g_array_index (sizes, ScanPageSize, 1).columns, ==, 1);
  g_assert_cmpuint (g_array_index (sizes, ScanPageSize, 1).rows, ==, G_MAXINT32);
  g_assert_false (sizes_of ("{'type': <'pdf'>, 'sizes': <@a(uu) []>}", sizes));
  g_assert_false (sizes_of ("{'type': <'exe'>, 'sizes': <[(uint32 1, uint32 1)]>}", sizes));
  g_assert_false (sizes_of ("{'sizes': <[(uint32 1, uint32 1)]>}", sizes));
  g_assert_false (sizes_of ("{'type': <'pdf'>, 'sizes': <'many'>}", sizes));
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "%s(uint32 1, uint32 1)", i > 0 ? "," : "");
  g_string_append (many, "]>}");
  g_assert_false (sizes_of (many->str, sizes));
}

static void
test_sentences (void)
{
  g_autoptr (GVariant) known =
      g_variant_ref_sink (g_variant_new_parsed ("{'problem': <'fonts-missing'>}"));
  g_autoptr (GVariant) unknown =
      g_variant_ref_sink (g_variant_new_parsed ("{'problem': <'<b>call 555</b>'>}"));

  g_assert_nonnull (strstr (scan_page_sentence (known), "text may be missing"));
  g_assert_null (scan_page_sentence (unknown));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/words", test_words);
  g_test_add_func ("/document/hostile-text", test_hostile_text);
  g_test_add_func ("/document/pictures", test_pictures);
  g_test_add_func ("/document/sizes", test_sizes);
  g_test_add_func ("/document/sentences", test_sentences);
  return g_test_run ();
}
