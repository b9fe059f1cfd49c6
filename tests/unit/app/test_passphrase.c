/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal form C, against GLib's own answer and against the examples of UAX #15. */
#include <string.h>

#include "error.h"
#include "passphrase.h"

static void
assert_normal (const char *text, gsize len, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  char *normal = scan_passphrase_normal (text, len, &n, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (normal, n, expected, strlen (expected));
  g_assert_cmpint (normal[n], ==, '\0');
  vault_secure_free (normal);
}

static void
test_examples (void)
{
  assert_normal ("", 0, "");
  assert_normal ("plain", 5, "plain");
  assert_normal ("a\xcc\x88", 3, "\xc3\xa4");                        /* a and diaeresis */
  assert_normal ("\xe2\x84\xab", 3, "\xc3\x85");                     /* the Angstrom sign */
  assert_normal ("\xe1\xb8\x8b\xcc\xa3", 5, "\xe1\xb8\x8d\xcc\x87"); /* dots above and below */
  assert_normal ("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 9, "\xed\x95\x9c"); /* Hangul */
  assert_normal ("\xef\xac\x81", 3, "\xef\xac\x81"); /* a ligature is no canonical equivalent */
  assert_normal ("\xcc\x88\xcc\x81", 4, "\xcc\x88\xcc\x81");
}

/* A NUL is a character like others. */
static void
test_nul (void)
{
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  char *normal = scan_passphrase_normal ("a\xcc\x88\0o\xcc\x88", 7, &n, &error);

  g_assert_cmpmem (normal, n, "\xc3\xa4\0\xc3\xb6", 5);
  vault_secure_free (normal);
}

static void
test_invalid (void)
{
  static const char *const bad[] = { "\xff", "ab\xc3", "\xed\xa0\x80", "\xc0\x80", "x\x80y" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize n = 99;

      g_assert_null (scan_passphrase_normal (bad[i], strlen (bad[i]), &n, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_USAGE);
      g_assert_cmpuint (n, ==, 99);
    }
}

static void
compare (const gunichar *text, glong n)
{
  g_autofree char *utf8 = g_ucs4_to_utf8 (text, n, NULL, NULL, NULL);
  g_autofree char *expected = g_utf8_normalize (utf8, -1, G_NORMALIZE_NFC);

  assert_normal (utf8, strlen (utf8), expected);
}

/* Every character alone and with a mark on it, and strings of starters and marks by chance. */
static void
test_against_glib (void)
{
  static const gunichar pieces[] = { 'a',    'e',    0x301,  0x308,  0x323,  0x327,   0x345,
                                     0x3B1,  0x1100, 0x1161, 0x11A8, 0xAC00, 0x1E0B,  0x9C7,
                                     0x9BE,  0x5D0,  0x5B0,  0x5BF,  0x344,  0x1D158, 0x1D165,
                                     0xF900, 0x212B, 0x3099, 0x304B, 0x200D };
  g_autoptr (GRand) rand = g_rand_new_with_seed (15);

  for (gunichar c = 1; c < 0x30000;)
    {
      g_autoptr (GArray) text = g_array_new (FALSE, FALSE, sizeof (gunichar));

      for (; c < 0x30000 && text->len < 400; c++)
        if (g_unichar_validate (c))
          {
            const gunichar piece[6] = { c, 'x', c, 0x301, 0x323, 'x' };

            g_array_append_vals (text, piece, g_unichar_isdefined (c) ? 6 : 2);
          }
      compare ((const gunichar *) (gpointer) text->data, text->len);
    }
  for (guint i = 0; i < 5000; i++)
    {
      gunichar text[8];
      glong n = g_rand_int_range (rand, 1, 9);

      for (glong k = 0; k < n; k++)
        text[k] = pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))];
      compare (text, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/passphrase/examples", test_examples);
  g_test_add_func ("/app/passphrase/nul", test_nul);
  g_test_add_func ("/app/passphrase/invalid", test_invalid);
  g_test_add_func ("/app/passphrase/against-glib", test_against_glib);
  return g_test_run ();
}
