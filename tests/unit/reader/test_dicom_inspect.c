/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is, what the catalog is told of it, and names in any script. */
#include "dicom_builder.h"
#include "dicom_text.h"

#include "reader_protocol.h"

#include <string.h>

#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"

static const BuildImage small = { 1, 2, 1, 8, 8, 7, 0, FALSE, 0, "MONOCHROME2" };

static GBytes *
named (BuildEncoding encoding, const char *charset, const char *name)
{
  g_autoptr (Build) build = build_new (encoding);

  build_patient (build, charset, name);
  build_image (build, &small);
  build_bytes (build, 0x7fe00010, "OB", "\1\2", 2);
  return build_file (build, encoding == BUILD_IMPLICIT ? IMPLICIT : EXPLICIT);
}

static void
test_attributes_of_catalog (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) called = NULL;
  g_autoptr (GVariant) position = NULL;
  gint32 number = 0;
  const double *mm;
  gsize n;

  build_patient (build, NULL, "Doe^Jane");
  build_text (build, 0x00200011, "IS", "3");
  build_text (build, 0x00200032, "DS", "-1.5\\2\\1e2");
  build_image (build, &small);
  build_bytes (build, 0x7fe00010, "OB", "\1\2", 2);
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_inspect, file, NULL);
  g_assert_null (called->answer.error);
  g_assert_cmpstr (called_string (called, "kind"), ==, "dicom");
  g_assert_cmpstr (called_string (called, "PatientName"), ==, "Doe^Jane");
  g_assert_cmpstr (called_string (called, "SOPInstanceUID"), ==, "1.2.3.4");
  g_assert_cmpstr (called_string (called, "StudyInstanceUID"), ==, "1.2.3");
  g_assert_cmpstr (called_string (called, "TransferSyntaxUID"), ==, EXPLICIT);
  g_assert_cmpstr (called_string (called, "SOPClassName"), ==, "SecondaryCaptureImageStorage");
  g_assert_cmpuint (called_uint (called, "Rows"), ==, 1);
  g_assert_cmpuint (called_uint (called, "Columns"), ==, 2);
  g_assert_cmpuint (called_uint (called, "NumberOfFrames"), ==, 1);
  g_assert_true (called_boolean (called, "renderable"));
  g_assert_true (g_variant_lookup (called->result, "SeriesNumber", "i", &number));
  g_assert_cmpint (number, ==, 3);
  position = g_variant_lookup_value (called->result, "ImagePositionPatient", G_VARIANT_TYPE ("ad"));
  mm = g_variant_get_fixed_array (position, &n, sizeof (double));
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat (mm[0], ==, -1.5);
  g_assert_cmpfloat (mm[2], ==, 100);
}

static void
test_not_renderable (void)
{
  g_autoptr (Build) report = build_new (BUILD_EXPLICIT);
  g_autoptr (Build) compressed = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) stream = g_bytes_new_static ("\xff\x4f\xff\x51", 4);
  const GBytes *fragments[] = { stream };
  g_autoptr (GBytes) without = NULL;
  g_autoptr (GBytes) with = NULL;
  g_autoptr (Called) first = NULL;
  g_autoptr (Called) second = NULL;
  g_autoptr (Called) frame = NULL;

  build_patient (report, NULL, "A");
  without = build_file (report, EXPLICIT);
  first = call_verb (reader_verb_inspect, without, NULL);
  g_assert_null (first->answer.error);
  g_assert_false (called_boolean (first, "renderable"));
  g_assert_cmpstr (called_string (first, "problem"), !=, "");

  build_patient (compressed, NULL, "A");
  build_image (compressed, &small);
  build_fragments (compressed, fragments, 1);
  with = build_file (compressed, "1.2.840.10008.1.2.4.102"); /* MPEG-4 */
  second = call_verb (reader_verb_inspect, with, NULL);
  g_assert_null (second->answer.error);
  g_assert_cmpstr (called_string (second, "PatientName"), ==, "A");
  g_assert_false (called_boolean (second, "renderable"));
  frame = call_frame (with, 0);
  g_assert_cmpstr (frame->answer.error, ==, "unsupported");
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *bytes;
    gsize n;
    const char *kind, *type;
  } cases[] = {
    { "", 0, "unknown", "" },
    { "%PDF-1.4\n", 9, "document", "pdf" },
    { "\xff\xd8\xff\xe0 1234", 9, "document", "jpeg" },
    { "PK\3\4xxxx", 8, "archive", "zip" },
    { "7z\xbc\xaf\x27\x1c", 6, "archive", "7z" },
    { "MZ\220\0\3", 5, "program", "" },
    { "\177ELF\2\1\1", 7, "program", "" },
    { "#!/bin/sh\n", 10, "program", "" },
    { "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml", 49,
      "document", "docx" },
    { "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\0\0\0META-INF/MANIFEST.MF", 50,
      "program", "" },
    { "{\\rtf1 x}", 9, "document", "rtf" },
    { "BZh91AY&SY1234", 14, "archive", "bzip2" },
    { "\x04\x22\x4d\x18x", 5, "archive", "lz4" },
    { "MSCF\0\0\0\0", 8, "program", "" },
    { "\r\n[AutoRun]\r\nopen=x.exe", 24, "program", "" },
    { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "unknown", "" },
    { "Befund: gut\n", 12, "document", "text" },
    { "M\xfcller\n", 7, "document", "text" },
    { "\1\2\3\4", 4, "unknown", "" },
    /* Looks like group 0008 but the length reaches far beyond the end. */
    { "\x08\0\x05\0\xff\xff\xff\x7fxxxx", 12, "unknown", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (cases[i].bytes, cases[i].n);
      g_autoptr (Called) called = call_verb (reader_verb_inspect, file, NULL);

      g_assert_null (called->answer.error);
      g_assert_cmpstr (called_string (called, "kind"), ==, cases[i].kind);
      g_assert_cmpstr (called_string (called, "type"), ==, cases[i].type);
    }
}

static void
test_dicom_before_tiff (void)
{
  g_autoptr (GBytes) file = named (BUILD_EXPLICIT, NULL, "A");
  gsize n;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&file), &n);
  g_autoptr (GBytes) both = NULL;
  g_autoptr (Called) called = NULL;

  memcpy (bytes, "II*\0", 4);
  both = g_bytes_new (bytes, n);
  called = call_verb (reader_verb_inspect, both, NULL);
  g_assert_cmpstr (called_string (called, "kind"), ==, "dicom");
}

static void
test_names (void)
{
  static const struct
  {
    const char *charset, *bytes, *utf8;
  } cases[] = {
    /* The examples of PS3.5 annexes H, I and K, and one of each simple kind. */
    { "ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme" },
    { "ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος" },
    { "ISO_IR 127", "\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار" },
    { "ISO_IR 144", "\xbb\xee\xda", "Люк" },
    { "ISO_IR 192", "Wang^XiaoDong=王^小東", "Wang^XiaoDong=王^小東" },
    { "GB18030", "Wang=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang=王^小东" },
    { "\\ISO 2022 IR 87",
      "Yamada^Tarou=\33$B;3ED\33(B^\33$BB@O:\33(B=\33$B$d$^$@\33(B^\33$B$?$m$&\33(B",
      "Yamada^Tarou=山田^太郎=やまだ^たろう" },
    { "ISO 2022 IR 13\\ISO 2022 IR 87",
      "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\33$B;3ED\33(J^\33$BB@O:\33(J", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎" },
    { "\\ISO 2022 IR 149",
      "Hong^Gildong=\33$)C\xfb\xf3^\33$)C\xd1\xce\xd4\xd7=\33$)C\xc8\xab^\33$)C\xb1\xe6\xb5\xbf",
      "Hong^Gildong=洪^吉洞=홍^길동" },
    { "\\ISO 2022 IR 58", "Zhang^XiaoDong=\33$)A\xd5\xc5^\33$)A\xd0\xa1\xb6\xab",
      "Zhang^XiaoDong=张^小东" },
    /* No character set at all: what is valid UTF-8 is UTF-8, the rest Latin-1. */
    { NULL, "M\xc3\xbcller", "Müller" },
    { NULL, "M\xfcller", "Müller" },
    { "ISO_IR 9999", "M\xfcller", "Müller" },
    { "ISO_IR 6", "M\xfcller", "Müller" },
    { "ISO_IR 100", "A\1B\177C  ", "ABC" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) file =
          named (i % 2 ? BUILD_IMPLICIT : BUILD_EXPLICIT, cases[i].charset, cases[i].bytes);
      g_autoptr (Called) called = call_verb (reader_verb_inspect, file, NULL);

      g_assert_null (called->answer.error);
      g_assert_true (g_utf8_validate (called_string (called, "PatientName"), -1, NULL));
      g_assert_cmpstr (called_string (called, "PatientName"), ==, cases[i].utf8);
    }
}

/* A backslash is a separator only where it is one: here it is half of a Chinese character. */
static void
test_backslash_inside_character (void)
{
  ReaderCharset charset = reader_charset_parse ("GBK", 3);
  g_autofree char *text = reader_text_to_utf8 ("\x8c\x5c", 2, &charset, 0);

  g_assert_cmpstr (text, ==, "孿");
}

static void
test_attribute_tree (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) bulk = NULL;
  g_autoptr (Called) called = NULL;
  g_autoptr (GVariant) tree = NULL;
  g_autofree char *printed = NULL;

  build_text (build, 0x00080005, "CS", "ISO_IR 100");
  build_text (build, 0x00080008, "CS", "ORIGINAL\\PRIMARY ");
  build_head (build, 0x00081115, "SQ", G_MAXUINT32);
  build_item (build, 0xfffee000, G_MAXUINT32);
  build_text (build, 0x0020000e, "UI", "1.2");
  build_item (build, 0xfffee00d, 0);
  build_item (build, 0xfffee0dd, 0);
  build_text (build, 0x00100010, "PN", "J\xe9r\xf4me");
  build_us (build, 0x00280010, 7);
  build_bytes (build, 0x7fe00010, "OB", "\1\2", 2);
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_attributes, file, NULL);
  g_assert_null (called->answer.error);
  bulk = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
  tree = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), bulk, FALSE));
  g_assert_true (g_variant_is_normal_form (tree));
  printed = g_variant_print (tree, FALSE);
  g_assert_cmpstr (printed, ==,
                   "[(8, 5, 'CS', <['ISO_IR 100']>), (8, 8, 'CS', <['ORIGINAL', 'PRIMARY']>), "
                   "(8, 4373, 'SQ', <[[(uint16 32, uint16 14, 'UI', <['1.2']>)]]>), (16, 16, 'PN', "
                   "<['Jérôme']>), "
                   "(40, 16, 'US', <[int64 7]>), (32736, 16, 'OB', <uint64 2>)]");
}

/* The tree of the deepest file stays within what GVariant takes for normal. */
static void
test_deep_tree (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) bulk = NULL;
  g_autoptr (Called) called = NULL;
  g_autoptr (GVariant) tree = NULL;

  build_patient (build, NULL, "A");
  for (guint i = 0; i < 60; i++)
    {
      build_head (build, 0x0040a730, "SQ", G_MAXUINT32);
      build_item (build, 0xfffee000, G_MAXUINT32);
    }
  for (guint i = 0; i < 60; i++)
    {
      build_item (build, 0xfffee00d, 0);
      build_item (build, 0xfffee0dd, 0);
    }
  file = build_file (build, EXPLICIT);
  called = call_verb (reader_verb_attributes, file, NULL);
  g_assert_null (called->answer.error);
  bulk = g_bytes_new (called->answer.bulk, called->answer.bulk_size);
  tree = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), bulk, FALSE));
  g_assert_true (g_variant_is_normal_form (tree));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/inspect/attributes-of-catalog", test_attributes_of_catalog);
  g_test_add_func ("/dicom/inspect/not-renderable", test_not_renderable);
  g_test_add_func ("/dicom/inspect/kinds", test_kinds);
  g_test_add_func ("/dicom/inspect/dicom-before-tiff", test_dicom_before_tiff);
  g_test_add_func ("/dicom/inspect/names", test_names);
  g_test_add_func ("/dicom/inspect/backslash-inside-character", test_backslash_inside_character);
  g_test_add_func ("/dicom/inspect/attribute-tree", test_attribute_tree);
  g_test_add_func ("/dicom/inspect/deep-tree", test_deep_tree);
  return g_test_run ();
}
