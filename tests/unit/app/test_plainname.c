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
  assert_person ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.",
                 "Rev. John Robert Quincy Adams B.A. M.Div.");
  assert_person ("Müller^Anna^Maria^Dr.", "Dr. Anna Maria Müller");
  assert_person ("Doe", "Doe");
  assert_person (" Doe ^ Jane^^^ ", "Jane Doe");
  assert_person ("A^B^C^D^E^F", "D B C A E F");
  assert_person ("Иванов^Иван", "Иван Иванов");
  assert_person ("", "");
  assert_person ("^^^^==", "");
  assert_person (NULL, "");
}

static void
test_person_groups (void)
{
  assert_person ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田 太郎 (Yamada Tarou)");
  assert_person ("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "山田 太郎");
  assert_person ("Hong^Gildong=洪^吉洞=홍^길동", "洪 吉洞 (Hong Gildong)");
  assert_person ("Hong^Gildong=홍^길동", "홍길동 (Hong Gildong)");
  assert_person ("김^희중^^교수", "김희중 교수");
  assert_person ("Wang^XiaoDong=王^小东=", "王 小东 (Wang XiaoDong)");
  assert_person ("=王^小东", "王 小东");
  assert_person ("==やまだ^たろう", "やまだ たろう");
  assert_person ("Miller^Anna=Miller^Anna", "Anna Miller");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plainname/title", test_title);
  g_test_add_func ("/plainname/date", test_date);
  g_test_add_func ("/plainname/name", test_name);
  g_test_add_func ("/plainname/person", test_person);
  g_test_add_func ("/plainname/person-groups", test_person_groups);
  return g_test_run ();
}
