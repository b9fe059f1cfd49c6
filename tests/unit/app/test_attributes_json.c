/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader that was taken over may answer to `attributes`: a tree of the right type whose
 * values are not. The reader is played by this test; the rest of the library does not matter. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "error.h"
#include "library_private.h"
#include "reader_protocol.h"

static GVariant *answer; /* what the reader says next */

gboolean
scan_reader_call (ScanReaderPool *pool, const char *verb, GVariant *arguments,
                  const ScanSource *source, const ScanSource *copy, ScanCallFlags flags,
                  guint timeout_ms, GCancellable *cancellable, ScanReaderReply *ret_reply,
                  GError **error)
{
  g_assert_cmpstr (verb, ==, "attributes");
  ret_reply->result = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  ret_reply->bulk = g_variant_get_data_as_bytes (answer);
  return TRUE;
}

void
scan_reader_reply_clear (ScanReaderReply *reply)
{
  g_clear_pointer (&reply->result, g_variant_unref);
  g_clear_pointer (&reply->bulk, g_bytes_unref);
}

ScanReaderPool *
scan_library_readers (ScanLibrary *library)
{
  return NULL;
}

gboolean
scan_library_source_open (ScanLibrary *library, const guint8 member[32],
                          ScanMemberSource *ret_source, GError **error)
{
  return TRUE;
}

void
scan_member_source_clear (ScanMemberSource *source)
{
}

static GVariant *
element (const char *vr, GVariant *value)
{
  return g_variant_new ("(qqsv)", 0x0010, 0x1010, vr, value);
}

static char *
ask (GVariant *only, GError **error)
{
  ScanInstance instance = { 0 };
  char *text;

  answer = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(qqsv)"), &only, 1));
  g_assert_true (g_variant_is_of_type (answer, G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE)));
  text = scan_library_attributes_json (NULL, &instance, NULL, error);
  g_clear_pointer (&answer, g_variant_unref);
  return text;
}

static void
test_lists (void)
{
  static const char *const values[] = { "['forty']", "[40.0]", "[@x 40]", "@as []",
                                        "[@a(qqsv) []]" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = ask (element ("LO", g_variant_new_parsed (values[i])), &error);

      g_test_message ("%s", values[i]);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (text, "00101010"));
    }
}

static void
test_no_lists (void)
{
  static const char *const values[] = { "'forty'",   "40.0",        "@x 40",      "@u 40",
                                        "true",      "<'forty'>",   "('a', 'b')", "@ms 'ab'",
                                        "@y 4",      "@ms nothing", "[@u 1]",     "[<1>]",
                                        "{'a': 'b'}" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = ask (element ("LO", g_variant_new_parsed (values[i])), &error);

      g_test_message ("%s", values[i]);
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
      g_assert_null (text);
    }
}

/* Items in items, one level more than anybody reads. */
static void
test_too_deep (void)
{
  GVariant *inner = element ("LO", g_variant_new_parsed ("['x']"));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i <= SCAN_ATTRIBUTES_DEPTH; i++)
    {
      GVariant *item = g_variant_new_array (G_VARIANT_TYPE ("(qqsv)"), &inner, 1);

      inner = element ("SQ", g_variant_new_array (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), &item, 1));
    }
  text = ask (inner, &error);
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  g_assert_null (text);
}

/* Whole powers of ten, which JSON-GLib writes wrong, and what JSON has no word for. */
static void
test_numbers (void)
{
  static const struct
  {
    const char *value, *written;
  } cases[] = {
    { "[1e19]", "1e+19" },
    { "[-1e-30]", "-1.0000000000000001e-30" },
    { "[-1e22]", "-1e+22" },
    { "['1e22']", "1e+22" },
    { "[2.5]", "2.5" },
    { "[1.0]", "1.0" },
    { "['5e-324']", "4.9406564584124654e-324" },
    { "[inf]", "null" },
    { "['e+1.0']", "\"e+1.0\"" },
    { "['\\\\\"e+1.0']", "\"\\\\\\\"e+1.0\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *text = ask (element ("DS", g_variant_new_parsed (cases[i].value)), &error);
      g_autoptr (GString) line = g_string_new ("\n      ");

      g_test_message ("%s: %s", cases[i].value, text);
      g_assert_no_error (error);
      g_string_append_printf (line, "%s\n", cases[i].written);
      g_assert_nonnull (strstr (text, line->str));
      g_assert_true (json_parser_load_from_data (parser, text, -1, &error));
      g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/attributes-json/lists", test_lists);
  g_test_add_func ("/app/attributes-json/no-lists", test_no_lists);
  g_test_add_func ("/app/attributes-json/too-deep", test_too_deep);
  g_test_add_func ("/app/attributes-json/numbers", test_numbers);
  return g_test_run ();
}
