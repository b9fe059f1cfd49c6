/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word list, suggestions, and what is thought of a passphrase. */
#include <string.h>

#include "passphrase.h"
#include "words_list.h"

static void
test_list (void)
{
  g_assert_cmpuint (ui_n_words_list, >=, 1024);
  for (guint i = 0; i < ui_n_words_list; i++)
    {
      g_assert_cmpuint (strlen (ui_words_list[i]), >=, 3);
      g_assert_cmpuint (strlen (ui_words_list[i]), <=, 8);
      g_assert_cmpuint (strspn (ui_words_list[i], "abcdefghijklmnopqrstuvwxyz"), ==,
                        strlen (ui_words_list[i]));
      /* Sorted without doubles: the search relies on it. */
      if (i > 0)
        g_assert_cmpstr (ui_words_list[i - 1], <, ui_words_list[i]);
    }
}

static void
test_suggestion (void)
{
  g_autofree char *first = ui_passphrase_suggest (), *second = ui_passphrase_suggest ();
  g_auto (GStrv) words = g_strsplit (first, " ", -1);

  g_assert_cmpuint (g_strv_length (words), ==, 6);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpfloat (ui_passphrase_bits ("acorn biscuit candle dolphin ember falcon"), >, 60);
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
  const char *strong[] = { "acorn biscuit candle dolphin ember",
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
  g_test_add_func ("/passphrase/list", test_list);
  g_test_add_func ("/passphrase/suggestion", test_suggestion);
  g_test_add_func ("/passphrase/strength", test_weak_is_told_from_strong);
  return g_test_run ();
}
