/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "name_match.h"

static void
test_alike (void)
{
  static const struct
  {
    const char *left, *right;
    ScanAlike alike;
  } cases[] = {
    { "St. Mary's Hospital", "ST MARYS HOSPITAL", SCAN_ALIKE_SAME },
    { "Sankt Märy", "St Mary", SCAN_ALIKE_SAME },
    { "Mary Saint Hospital", "St. Mary Hospital", SCAN_ALIKE_ORDER },
    { "Northwood Clinic", "Northwood Clinic Health Center, Inc.", SCAN_ALIKE_PART },
    { "Northwood Clinic", "Nortwood Clinics", SCAN_ALIKE_CLOSE },
    { "Northwood Clinic", "Eastfield Clinic", SCAN_ALIKE_NOT },
    { "General Hospital", "Medical Hospital", SCAN_ALIKE_NOT },
    { "", "", SCAN_ALIKE_NOT },
    { "...", "---", SCAN_ALIKE_NOT },
    { "Клиника Север", "клиника север", SCAN_ALIKE_SAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint percent, back;
      const ScanAlike alike = scan_name_alike (cases[i].left, cases[i].right, &percent);

      if (alike != cases[i].alike)
        g_error ("%s / %s: %d, %u %%", cases[i].left, cases[i].right, alike, percent);
      g_assert_cmpint (scan_name_alike (cases[i].right, cases[i].left, &back), ==, alike);
      g_assert_cmpuint (percent, <=, 100);
      g_assert_cmpint (alike == SCAN_ALIKE_NOT, ==, percent < SCAN_ALIKE_LEAST);
      if (alike == SCAN_ALIKE_SAME)
        g_assert_cmpuint (percent, ==, 100);
    }
}

/* Whatever a list holds, it takes no time and no memory to speak of. */
static void
test_long (void)
{
  g_autofree char *one = g_strnfill (1 << 20, 'a'), *words = g_strnfill (1 << 20, ' ');

  for (guint i = 0; i < 1 << 20; i += 2)
    words[i] = 'b';
  g_assert_cmpint (scan_name_alike (one, one, NULL), ==, SCAN_ALIKE_SAME);
  g_assert_cmpint (scan_name_alike (one, words, NULL), ==, SCAN_ALIKE_NOT);
  g_assert_cmpint (scan_name_alike (words, words, NULL), !=, SCAN_ALIKE_NOT);
}

static void
test_line (void)
{
  static const char *const cases[][2] = {
    { "St. Mary", "St. Mary" },
    { "  St. Mary \r\n", "St. Mary" },
    { "\"Mary, Inc\",CA,500", "Mary, Inc" },
    { "St. Mary;500", "St. Mary" },
    { "\"open", "open" },
    { "", "" },
    { ",,", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = scan_name_of_line (cases[i][0]);

      g_assert_cmpstr (name, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name-match/alike", test_alike);
  g_test_add_func ("/name-match/long", test_long);
  g_test_add_func ("/name-match/line", test_line);
  return g_test_run ();
}
