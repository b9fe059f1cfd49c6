/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet goes through the print operation of the product, into a file of the test
 * alone: one page, with every group in its place, and nothing that is not meant for it. */
#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <string.h>

#include "sheet_print.h"

#define KEY "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-A1B2"

static char *
told_by (const char *program, const char *path, const char *last)
{
  const char *const words[] = { program, path, last, NULL };
  char *told = NULL;
  int status = 1;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &told, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return told;
}

static void
print_to (const char *path)
{
  g_autoptr (UiSession) session = ui_session_new (NULL);
  g_autoptr (GtkPrintOperation) operation =
      ui_sheet_print_new (session, KEY, "/home/ottoline/MyScans.vault");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (operation);
  gtk_print_operation_set_export_filename (operation, path);
  gtk_print_operation_set_allow_async (operation, FALSE);
  g_assert_cmpint (
      gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, &error), ==,
      GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_no_error (error);
}

static void
test_sheet (void)
{
  g_autofree char *folder = g_dir_make_tmp ("scanvault-print-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "sheet.pdf", NULL);
  g_autofree char *words = NULL, *facts = NULL;
  g_auto (GStrv) groups = g_strsplit (KEY, "-", -1);
  const char *at;

  print_to (path);
  words = told_by ("pdftotext", path, "-");
  facts = told_by ("pdfinfo", path, NULL);
  g_assert_nonnull (strstr (facts, "Pages:           1\n"));
  at = words;
  for (guint i = 0; groups[i] != NULL; i++)
    {
      at = strstr (at, groups[i]);
      g_assert_nonnull (at);
    }
  g_assert_nonnull (strstr (words, "MyScans.vault"));
  /* Where the vault lies is nobody's business, nor is it in what a PDF file says of itself. */
  g_assert_null (strstr (words, "ottoline"));
  g_assert_null (strstr (facts, "MyScans"));
  g_assert_null (strstr (facts, "0123"));
  g_unlink (path);
  /* And nothing else was written beside it. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  /* As the product's main does: what GTK writes by itself stays in memory. */
  g_setenv ("TMPDIR", "/dev/shm", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/print/sheet", test_sheet);
  return g_test_run ();
}
