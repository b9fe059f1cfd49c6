/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in every character set of DICOM, and in those that it is not said to be in. */
#include "dicom_builder.h"
#include "dicom_guess.h"
#include "dicom_text.h"

#include "reader_protocol.h"

#include <string.h>

#define EXPLICIT "1.2.840.10008.1.2.1"

typedef struct
{
  const char *charset, *bytes, *utf8;
} Case;

static void
check (const Case *cases, guint n, guint flags)
{
  for (guint i = 0; i < n; i++)
    {
      const char *declared = cases[i].charset;
      ReaderCharset charset =
          reader_charset_parse (declared, declared != NULL ? strlen (declared) : 0);
      g_autofree char *text =
          reader_text_to_utf8 (cases[i].bytes, strlen (cases[i].bytes), &charset, flags);

      g_assert_cmpstr (text, ==, cases[i].utf8);
    }
}

/* One character at least of each defined term (PS3.3 tables C.12-2 to C.12-5). */
static void
test_every_set (void)
{
  static const Case cases[] = {
    { "ISO_IR 6", "Doe", "Doe" },
    { "ISO_IR 100", "\xc4neas^R\xfc", "Äneas^Rü" },
    { "ISO_IR 101",
      "\xa3\xf3"
      "d\xbc",
      "Łódź" },
    { "ISO_IR 109", "\xa6\xf8", "Ĥĝ" },
    { "ISO_IR 110", "\xb9\xe0", "šā" },
    { "ISO_IR 126", "\xc4\xe9", "Δι" },
    { "ISO_IR 127", "\xe2\xc8", "قب" },
    { "ISO_IR 138", "\xf9\xf8", "שר" },
    { "ISO_IR 144", "\xbb\xee", "Лю" },
    { "ISO_IR 148", "\xdd\xfe", "İş" },
    { "ISO_IR 203", "\xa4\xbc", "€Œ" },
    { "ISO_IR 166", "\xca\xc1", "สม" },
    { "ISO_IR 13", "\xd4\xcf\xc0\xde", "ﾔﾏﾀﾞ" },
    { "ISO_IR 149", "\xc8\xab", "홍" },
    { "ISO_IR 58", "\xd5\xc5", "张" },
    { "ISO_IR 192", "\xe7\x8e\x8b", "王" },
    { "GB18030", "\xcd\xf5\x81\x39\xef\x30", "王㐁" },
    { "GBK", "\x95\x5c", "昞" },
    { "iso 2022 ir 100", "\xe9", "é" },
  };

  check (cases, G_N_ELEMENTS (cases), READER_TEXT_NAME);
}

/* Every escape sequence, behind ASCII, and back. */
static void
test_every_escape (void)
{
  static const Case cases[] = {
    { "\\ISO 2022 IR 100", "\33-A\xe9 a", "é a" },
    { "\\ISO 2022 IR 101", "\33-B\xa3", "Ł" },
    { "\\ISO 2022 IR 109", "\33-C\xa6", "Ĥ" },
    { "\\ISO 2022 IR 110", "\33-D\xb9", "š" },
    { "\\ISO 2022 IR 126", "\33-F\xc4", "Δ" },
    { "\\ISO 2022 IR 127", "\33-G\xe2", "ق" },
    { "\\ISO 2022 IR 138", "\33-H\xf9", "ש" },
    { "\\ISO 2022 IR 144", "\33-L\xbb", "Л" },
    { "\\ISO 2022 IR 148", "\33-M\xdd", "İ" },
    { "\\ISO 2022 IR 166", "\33-T\xca", "ส" },
    { "\\ISO 2022 IR 13", "\33)I\xd4\33(Ja", "ﾔa" },
    { "\\ISO 2022 IR 87", "a\33$B;3ED\33(Bb", "a山田b" },
    { "\\ISO 2022 IR 159", "\33$(D0!\33(B", "丂" },
    { "\\ISO 2022 IR 149",
      "\33$)C\xc8\xab"
      "a",
      "홍a" },
    { "\\ISO 2022 IR 58", "\33$)A\xd5\xc5", "张" },
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\xe9 \33-L\xbb\33-A\xe9", "é Лé" },
    /* An escape sequence that the file did not announce, and one that nobody knows. */
    { NULL, "\33$B;3\33(B", "山" },
    { "\\ISO 2022 IR 87", "a\33%Gb", "a%Gb" },
  };

  check (cases, G_N_ELEMENTS (cases), READER_TEXT_NAME);
}

/* PS3.5 6.1.2.5.3: what a value begins with holds again behind a delimiter, which depends on what
 * the value is. */
static void
test_delimiters (void)
{
  static const Case names[] = {
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\33-L\xbb^\xe9=\xe9", "Л^é=é" },
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\33-L\xbb\\\xe9", "Л\\é" },
  };
  static const Case texts[] = {
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\33-L\xbb^\xbb=\xbb", "Л^Л=Л" },
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\33-L\xbb\\\xe9", "Л\\é" },
  };
  static const Case paragraphs[] = {
    { "ISO 2022 IR 100\\ISO 2022 IR 144", "\33-L\xbb\\\xbb\r\n\xe9", "Л\\Л\r\né" },
  };

  check (names, G_N_ELEMENTS (names), READER_TEXT_NAME);
  check (texts, G_N_ELEMENTS (texts), 0);
  check (paragraphs, G_N_ELEMENTS (paragraphs), READER_TEXT_SINGLE | READER_TEXT_LINES);
}

static void
test_repairs (void)
{
  static const Case cases[] = {
    /* Nothing declared: UTF-8, also cut off; Latin; the scripts that can be told apart. */
    { NULL, "M\xc3\xbcller", "Müller" },
    { NULL, "\xe7\x8e\x8b\xe5\xb0", "王" },
    { NULL, "M\xfcller", "Müller" },
    { NULL,
      "Gr\xf6\xdf"
      "e",
      "Größe" },
    { NULL, "\x8ekoda", "Žkoda" },
    { NULL, "\x8e\x52\x93\x63^\x91\xbe\x98\x59", "山田^太郎" },
    { NULL, "\x83\x84\x83\x7d\x83\x5f", "ヤマダ" },
    { NULL, "\xb1\xe8^\xc8\xf1\xc1\xdf", "김^희중" },
    { NULL, "\xc8\xab^\xb1\xe6\xb5\xbf", "홍^길동" },
    { NULL, "\xcd\xf5^\xd0\xa1\xb6\xab", "王^小东" },
    { NULL, "\xc0\xee^\xc3\xf7", "李^明" },
    { NULL, "\xc8\xe2\xe0\xed\xee\xe2^\xc8\xe2\xe0\xed", "Иванов^Иван" },
    /* Terms that are none. */
    { "ISO_IR 9999", "M\xfcller", "Müller" },
    { "UTF-8", "M\xc3\xbcller", "Müller" },
    { "SHIFT_JIS", "\x8e\x52", "山" },
    { "BIG5", "\xa4\xfd", "王" },
    /* Another encoding than declared. */
    { "ISO_IR 6", "M\xfcller", "Müller" },
    { "ISO_IR 192", "M\xfcller", "Müller" },
    { "ISO_IR 100", "M\xc3\xbcller", "Müller" },
    { "ISO_IR 100", "\x8ekoda", "Žkoda" },
    { "ISO_IR 100", "\xc8\xab^\xb1\xe6\xb5\xbf", "홍^길동" },
    { "ISO_IR 144", "\xd0\x9b\xd1\x8e\xd0\xba", "Люк" },
    { "ISO_IR 144", "\xc2\xb0", "ТА" }, /* may be Cyrillic: as declared */
    { "ISO_IR 13", "\x8e\x52\x93\x63", "山田" },
    { "\\ISO 2022 IR 87", "\x8e\x52\x93\x63", "山田" },
    { "\\ISO 2022 IR 149", "\xfb\xf3^\xd1\xce", "洪^吉" },
    { "\\ISO 2022 IR 58", "\xb1\xe8", "辫" },
    /* The escape sequence is there once, not once a component. */
    { "\\ISO 2022 IR 149", "\33$)C\xc8\xab^\xb1\xe6", "홍^길" },
    /* What is lost stays visible. */
    { "\\ISO 2022 IR 149", "\33$)C\xc8\xab\xff", "홍\357\277\275" },
    { "ISO_IR 100", "A\1B\177C  ", "ABC" },
    /* As declared, although it could be something else. */
    { "ISO_IR 100", "\xc9t\xe9 \xab\xc0\xbb", "Été «À»" },
  };

  check (cases, G_N_ELEMENTS (cases), READER_TEXT_NAME);
}

static void
test_guess (void)
{
  g_assert_cmpint (reader_guess ((const guint8 *) "abc", 3, READER_GUESS_CHINESE), ==,
                   READER_GUESS_NONE);
  g_assert_cmpint (reader_guess ((const guint8 *) "\xc3\xbc", 2, READER_GUESS_NONE), ==,
                   READER_GUESS_UTF8);
  /* The same two bytes, by what the file leads one to expect. */
  g_assert_cmpint (reader_guess ((const guint8 *) "\xb4\xeb", 2, READER_GUESS_KOREAN), ==,
                   READER_GUESS_KOREAN);
  g_assert_cmpint (reader_guess ((const guint8 *) "\xb4\xeb", 2, READER_GUESS_CHINESE), ==,
                   READER_GUESS_CHINESE);
}

/* A short word is read as the rest of its file: by itself it would be taken for Korean. */
static void
test_file_decides (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;

  build_text (build, 0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7");
  build_text (build, 0x00080018, "UI", "1.2.3.4");
  build_text (build, 0x0008103e, "LO", "\xb4\xeb");
  build_text (build, 0x00100010, "PN", "\xcd\xf5^\xd0\xa1\xb6\xab");
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_inspect, file, NULL);
  g_assert_null (called->answer.error);
  g_assert_cmpstr (called_string (called, "PatientName"), ==, "王^小东");
  g_assert_cmpstr (called_string (called, "SeriesDescription"), ==, "措");
}

/* An item has a character set of its own, and hands it down; its neighbour has the file's. */
static void
test_items (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) bulk = NULL;
  g_autoptr (Called) called = NULL;
  g_autoptr (GVariant) tree = NULL;
  g_autofree char *printed = NULL;

  build_text (build, 0x00080005, "CS", "ISO_IR 100");
  build_head (build, 0x00081115, "SQ", G_MAXUINT32);
  build_item (build, 0xfffee000, G_MAXUINT32);
  build_text (build, 0x00080005, "CS", "ISO_IR 144");
  build_head (build, 0x00081199, "SQ", G_MAXUINT32);
  build_item (build, 0xfffee000, G_MAXUINT32);
  build_text (build, 0x00100010, "PN", "\xbb\xee\xda");
  build_item (build, 0xfffee00d, 0);
  build_item (build, 0xfffee0dd, 0);
  build_item (build, 0xfffee00d, 0);
  build_item (build, 0xfffee000, G_MAXUINT32);
  build_text (build, 0x00100010, "PN", "Ren\xe9");
  build_item (build, 0xfffee00d, 0);
  build_item (build, 0xfffee0dd, 0);
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_attributes, file, NULL);
  g_assert_null (called->answer.error);
  bulk = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
  tree = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), bulk, FALSE));
  printed = g_variant_print (tree, FALSE);
  g_assert_nonnull (strstr (printed, "'Люк'"));
  g_assert_nonnull (strstr (printed, "'René'"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/text/every-set", test_every_set);
  g_test_add_func ("/dicom/text/every-escape", test_every_escape);
  g_test_add_func ("/dicom/text/delimiters", test_delimiters);
  g_test_add_func ("/dicom/text/repairs", test_repairs);
  g_test_add_func ("/dicom/text/guess", test_guess);
  g_test_add_func ("/dicom/text/file-decides", test_file_decides);
  g_test_add_func ("/dicom/text/items", test_items);
  return g_test_run ();
}
