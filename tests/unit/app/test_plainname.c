/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plainname.h"

static void
assert_title (const char *modality, const char *part, const char *description, const char *expected)
{
  g_autofree char *title = scan_plain_title (modality, part, description);

  g_assert_cmpstr (title, ==, expected);
}

static void
test_title (void)
{
  assert_title ("CT", "CHEST", "CT THX W/O", "CT of the chest");
  assert_title ("MR", "", "MRI left KNEE without contrast", "MRI of the knee");
  assert_title ("DX", NULL, NULL, "X-ray");
  assert_title ("CT", "", "", "CT scan");
  assert_title ("XYZ", "", "", "Scan");
  assert_title (NULL, NULL, NULL, "Scan");
  assert_title ("CR", "HAND", "", "X-ray of the hand");
  /* A word inside another is no body part. */
  assert_title ("US", "", "SHIPPED", "Ultrasound");
}

static void
assert_date (const char *in, const char *expected)
{
  g_autofree char *date = scan_plain_date (in);

  g_assert_cmpstr (date, ==, expected);
}

static void
test_date (void)
{
  assert_date ("20240303", "3 March 2024");
  assert_date ("19991231", "31 December 1999");
  assert_date ("20240230", "");
  assert_date ("2024", "");
  assert_date ("2024-3-3", "");
  assert_date ("", "");
  assert_date (NULL, "");
}

static void
test_name (void)
{
  g_autofree char *dated = scan_plain_name ("CT of the chest", "20240303");
  g_autofree char *undated = scan_plain_name ("CT of the chest", "");

  g_assert_cmpstr (dated, ==, "CT of the chest, 3 March 2024");
  g_assert_cmpstr (undated, ==, "CT of the chest");
}

static void
assert_person (const char *in, const char *expected)
{
  g_autofree char *person = scan_plain_person (in);

  g_assert_cmpstr (person, ==, expected);
}

static void
test_person (void)
{
  assert_person ("Miller^Anna^^Dr", "Dr Anna Miller");
  assert_person ("Yamada^Tarou=\xe5\xb1\xb1\xe7\x94\xb0^\xe5\xa4\xaa\xe9\x83\x8e", "Tarou Yamada");
  assert_person ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.",
                 "Rev. John Robert Quincy Adams B.A. M.Div.");
  assert_person ("", "");
  assert_person (NULL, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plainname/title", test_title);
  g_test_add_func ("/plainname/date", test_date);
  g_test_add_func ("/plainname/name", test_name);
  g_test_add_func ("/plainname/person", test_person);
  return g_test_run ();
}
