/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word list, suggestions, and what is thought of a passphrase. */
#include <string.h>

#include "passphrase.h"
#include "word_list.h"

static void
test_lists (void)
{
  guint n_lists;
  const UiWordList *lists = ui_word_lists (&n_lists);

  g_assert_cmpuint (n_lists, ==, 4);
  for (guint k = 0; k < n_lists; k++)
    {
      const char *const *words = lists[k].words;

      g_assert_cmpuint (lists[k].n, >, 1024);
      for (guint i = 0; i < lists[k].n; i++)
        {
          g_assert_cmpuint (strlen (words[i]), >=, 3);
          g_assert_cmpuint (strlen (words[i]), <=, 8);
          g_assert_cmpuint (strspn (words[i], "abcdefghijklmnopqrstuvwxyz"), ==, strlen (words[i]));
          /* Sorted without doubles: the search relies on it. */
          if (i > 0)
            g_assert_cmpstr (words[i - 1], <, words[i]);
        }
    }
}

static void
assert_language (const char *first, const char *second, const char *language)
{
  const char *const languages[] = { first, second, "C", NULL };

  g_assert_cmpstr (ui_word_list_for (languages)->language, ==, language);
}

static void
test_language (void)
{
  assert_language ("de_AT.UTF-8", "de_AT", "de");
  assert_language ("fr", "en", "fr");
  assert_language ("it_IT", "es", "es");
  assert_language ("en_GB.UTF-8", "de", "en");
  assert_language ("fry", "est", "en"); /* Frisian, and another of three letters */
  assert_language ("ja_JP", "ja", "en");
}

static void
test_suggestion (void)
{
  g_autofree char *first = ui_passphrase_suggest (), *second = ui_passphrase_suggest ();
  g_auto (GStrv) words = g_strsplit (first, " ", -1);

  g_assert_cmpuint (g_strv_length (words), ==, 6);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpfloat (ui_passphrase_bits (first), >, 60);
  g_assert_cmpfloat (ui_passphrase_bits ("acorn bistro candle cedar chess falcon"), >, 60);
  g_assert_cmpfloat (ui_passphrase_bits ("abend brezel fuchs kerze sonne wolke"), >, 60);
}

static void
test_weak_is_told_from_strong (void)
{
  const char *weak[] = { "",
                         "a",
                         "password",
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                         "12345678901234567890",
                         "abcdefghijklmnopqrstuvwxyz",
                         "apple apple apple apple apple apple",
                         "Miller1951" };
  const char *strong[] = { "acorn bistro candle cedar falcon",
                           "My aunt Rosa keeps 14 geese & a pony!" };

  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    g_assert_cmpfloat (ui_passphrase_bits (weak[i]), <, UI_PASSPHRASE_ENOUGH);
  for (guint i = 0; i < G_N_ELEMENTS (strong); i++)
    g_assert_cmpfloat (ui_passphrase_bits (strong[i]), >=, UI_PASSPHRASE_ENOUGH);
  g_assert_cmpstr (ui_passphrase_strength (0), ==, "");
  g_assert_true (g_str_has_prefix (ui_passphrase_strength (20), "Too easy"));
  g_assert_true (g_str_has_prefix (ui_passphrase_strength (62), "Very good"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/passphrase/lists", test_lists);
  g_test_add_func ("/passphrase/language", test_language);
  g_test_add_func ("/passphrase/suggestion", test_suggestion);
  g_test_add_func ("/passphrase/strength", test_weak_is_told_from_strong);
  return g_test_run ();
}
