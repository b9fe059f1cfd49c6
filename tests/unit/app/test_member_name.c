/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "member_name.h"

static void
expect (const char *raw, const char *clean)
{
  g_autofree char *name = scan_member_name (raw, strlen (raw));

  g_assert_cmpstr (name, ==, clean);
}

static void
test_paths (void)
{
  expect ("DICOM/A/1", "DICOM/A/1");
  expect ("/etc/passwd", "etc/passwd");
  expect ("//server/share/a", "server/share/a");
  expect ("../../../a", "a");
  expect ("a/../b/./c//d/", "a/b/c/d");
  expect ("..", "file");
  expect ("", "file");
  expect ("/", "file");
  expect ("a\\b\\c", "a/b/c");
  expect ("..\\..\\a", "a");
  expect ("C:\\Windows\\x", "Windows/x");
  expect ("c:x", "x");
  expect ("C:..", "file");
  expect ("a/C:b", "a/C:b");
  expect ("...", "...");
  expect ("a/.hidden", "a/.hidden");
}

static void
test_bytes (void)
{
  g_autofree char *with_nul = scan_member_name ("a\0b", 3);

  g_assert_cmpstr (with_nul, ==, "a_b");
  expect ("line\nbreak\x7f\x1b[31m", "line_break__[31m");
  /* Whatever the encoding is, it stays. */
  expect ("latin-\xe9", "latin-\xe9");
  expect ("日本/語", "日本/語");
}

static void
test_devices (void)
{
  expect ("CON", "_CON");
  expect ("a/nul.txt", "a/_nul.txt");
  expect ("com1", "_com1");
  expect ("Lpt9 .pdf", "_Lpt9 .pdf");
  expect ("com", "com");
  expect ("comA", "comA");
  expect ("console", "console");
  expect ("com12", "com12");
}

static void
test_lengths (void)
{
  g_autofree char *part = g_strnfill (300, 'x'), *cut = g_strnfill (255, 'x');
  g_autofree char *whole = g_strnfill (SCAN_MEMBER_PATH_MAX, 'y'), *cut_y = g_strnfill (255, 'y');
  g_autofree char *longer = g_strnfill (SCAN_MEMBER_PATH_MAX + 1, 'y');
  g_autofree char *two_bytes = g_strnfill (254, 'x');
  g_autofree char *divided = g_strconcat (two_bytes, "é", NULL);

  expect (part, cut);
  expect (divided, two_bytes);
  expect (whole, cut_y);
  g_assert_null (scan_member_name (longer, SCAN_MEMBER_PATH_MAX + 1));
}

static void
test_inside (void)
{
  static const char *const names[][2] = {
    { "a.dcm.gz", "a.dcm" },  { "disc/b.XZ", "b" },     { ".gz", ".gz" },     { "plain", "plain" },
    { "a.b/plain", "plain" }, { "x.tar.zst", "x.tar" }, { "x.pdf", "x.pdf" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *inside = scan_member_name_inside (names[i][0]);

      g_assert_cmpstr (inside, ==, names[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/member-name/paths", test_paths);
  g_test_add_func ("/member-name/bytes", test_bytes);
  g_test_add_func ("/member-name/devices", test_devices);
  g_test_add_func ("/member-name/lengths", test_lengths);
  g_test_add_func ("/member-name/inside", test_inside);
  return g_test_run ();
}
