/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every letter for every country: whole sentences of its own, that name the law where there is one.
 */
#include <string.h>

#include "letter_text.h"

static void
test_all (void)
{
  for (guint letter = 0; letter < UI_N_LETTERS; letter++)
    for (guint country = 0; country < UI_N_COUNTRIES; country++)
      {
        g_autofree char *right = ui_letter_right (letter, country);
        g_autofree char *text =
            ui_letter_text (letter, country, "Harbour Clinic", "Philomena Example", "4 May 1951",
                            letter == UI_LETTER_DELETE ? "The copy of last spring." : NULL);

        g_assert_null (strchr (text, '%'));
        g_assert_nonnull (strstr (text, "Harbour Clinic"));
        g_assert_nonnull (strstr (text, "Philomena Example"));
        g_assert_nonnull (strstr (text, "4 May 1951"));
        g_assert_true ((strstr (text, "The copy of last spring.") != NULL) ==
                       (letter == UI_LETTER_DELETE));
        g_assert_true (right == NULL || strstr (text, right) != NULL);
        if (country == UI_COUNTRY_EU)
          g_assert_nonnull (strstr (text, "(EU) 2016/679"));
        if (country == UI_COUNTRY_UK)
          g_assert_nonnull (strstr (text, "UK General Data Protection Regulation"));
        if (country == UI_COUNTRY_OTHER)
          g_assert_null (right);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/letter/all", test_all);
  return g_test_run ();
}
