/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "error.h"

static void
expect_vault (VaultError vault_error, ScanErrorCode code, int exit_code, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (scan_error_set_vault (&error, vault_error, NULL));
  g_assert_error (error, SCAN_ERROR, (int) code);
  g_assert_cmpint (scan_error_exit_code (error), ==, exit_code);
  g_assert_cmpstr (scan_error_name (error), ==, name);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_vault (void)
{
  expect_vault (VAULT_ERROR_SECRET, SCAN_ERROR_WRONG_SECRET, 3, "wrong-secret");
  expect_vault (VAULT_ERROR_SLOT, SCAN_ERROR_SLOTS, 4, "slots-damaged");
  expect_vault (VAULT_ERROR_DAMAGED, SCAN_ERROR_DAMAGED, 4, "damaged");
  expect_vault (VAULT_ERROR_FOREIGN, SCAN_ERROR_DAMAGED, 4, "damaged");
  expect_vault (VAULT_ERROR_MISSING, SCAN_ERROR_MISSING, 4, "missing");
  expect_vault (VAULT_ERROR_ARRIVING, SCAN_ERROR_ARRIVING, 6, "arriving");
  expect_vault (VAULT_ERROR_NOT_A_VAULT, SCAN_ERROR_NOT_A_VAULT, 6, "not-a-vault");
  expect_vault (VAULT_ERROR_NEWER, SCAN_ERROR_NEWER, 6, "newer");
  expect_vault (VAULT_ERROR_NO_MEMORY, SCAN_ERROR_NO_MEMORY, 6, "no-memory");
  expect_vault (VAULT_ERROR_BUSY, SCAN_ERROR_BUSY, 6, "busy");
  expect_vault (VAULT_ERROR_EXISTS, SCAN_ERROR_EXISTS, 6, "exists");
  expect_vault (VAULT_ERROR_NOT_FOUND, SCAN_ERROR_NOT_FOUND, 6, "not-found");
  expect_vault (VAULT_ERROR_FULL, SCAN_ERROR_FULL, 6, "disk-full");
  expect_vault (VAULT_ERROR_PERMISSION, SCAN_ERROR_PERMISSION, 6, "permission");
  expect_vault (VAULT_ERROR_IO, SCAN_ERROR_IO, 6, "io");
  expect_vault (VAULT_ERROR_CHANGED, SCAN_ERROR_IO, 6, "io");
  expect_vault (VAULT_ERROR_ARGUMENT, SCAN_ERROR_BUG, 70, "bug");
  expect_vault ((VaultError) 1000, SCAN_ERROR_BUG, 70, "bug");
}

/* What opening a vault answers: wrong, damaged, foreign and short of memory are four things. */
static void
test_unlock (void)
{
  static const struct
  {
    VaultError vault_error;
    gboolean by_sheet;
    int exit_code;
    const char *name;
  } cases[] = {
    { VAULT_ERROR_SECRET, FALSE, 3, "wrong-secret" },
    { VAULT_ERROR_SECRET, TRUE, 3, "wrong-secret" },
    { VAULT_ERROR_REMOVED, FALSE, 3, "wrong-secret" },
    { VAULT_ERROR_FOREIGN, TRUE, 3, "foreign-key" },
    { VAULT_ERROR_SLOT, FALSE, 4, "slots-damaged" },
    { VAULT_ERROR_FOREIGN, FALSE, 4, "foreign" },
    { VAULT_ERROR_NO_MEMORY, FALSE, 6, "no-memory" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          scan_error_set_unlock (&error, cases[i].vault_error, NULL, cases[i].by_sheet));
      g_assert_cmpstr (scan_error_name (error), ==, cases[i].name);
      g_assert_cmpint (scan_error_exit_code (error), ==, cases[i].exit_code);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

/* How many records of passphrases are damaged goes along with the error, and changes its words. */
static void
test_damaged_slots (void)
{
  VaultFault fault = { .damaged_slots = 2 };
  g_autoptr (GError) error = NULL, copy = NULL, plain = NULL, none = NULL;

  scan_error_set_unlock (&error, VAULT_ERROR_SECRET, &fault, FALSE);
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_DAMAGED_SECRETS);
  g_assert_cmpint (scan_error_exit_code (error), ==, 3);
  g_assert_cmpstr (scan_error_name (error), ==, "wrong-secret");
  copy = g_error_copy (error);
  g_assert_cmpuint (scan_error_damaged_slots (copy), ==, 2);
  fault.damaged_slots = 0;
  scan_error_set_unlock (&plain, VAULT_ERROR_SECRET, &fault, FALSE);
  g_assert_error (plain, SCAN_ERROR, SCAN_ERROR_WRONG_SECRET);
  g_assert_cmpuint (scan_error_damaged_slots (plain), ==, 0);
  g_assert_cmpuint (scan_error_damaged_slots (NULL), ==, 0);
  scan_error_set_unlock (&none, VAULT_ERROR_SLOT, &fault, FALSE);
  g_assert_error (none, SCAN_ERROR, SCAN_ERROR_SLOTS);
  g_assert_nonnull (strstr (none->message, "No passphrase is left"));
  /* The refusals of passphrases protect nobody's privacy. */
  {
    const GError last = { SCAN_ERROR, SCAN_ERROR_LAST_SECRET, NULL },
                 many = { SCAN_ERROR, SCAN_ERROR_MANY_SECRETS, NULL };

    g_assert_cmpint (scan_error_exit_code (&last), ==, 6);
    g_assert_cmpint (scan_error_exit_code (&many), ==, 6);
  }
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (scan_error_set_vault (&error, VAULT_ERROR_CANCELLED, NULL));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (scan_error_exit_code (error), ==, 6);
  g_assert_cmpstr (scan_error_name (error), ==, "cancelled");
}

/* A fault names a file inside the vault; messages do not. */
static void
test_fault (void)
{
  g_autoptr (GError) error = NULL;
  VaultFault fault = { .file = "bundles/secret-name", .sys_errno = EIO };

  g_assert_false (scan_error_set_vault (&error, VAULT_ERROR_IO, &fault));
  g_assert_nonnull (strstr (error->message, g_strerror (EIO)));
  g_assert_null (strstr (error->message, "secret-name"));
}

static void
test_errno (void)
{
  static const struct
  {
    int saved;
    int code;
  } cases[] = {
    { ENOSPC, SCAN_ERROR_FULL },
    { EDQUOT, SCAN_ERROR_FULL },
    { EACCES, SCAN_ERROR_PERMISSION },
    { EROFS, SCAN_ERROR_PERMISSION },
    { ENOENT, SCAN_ERROR_NOT_FOUND },
    { EEXIST, SCAN_ERROR_EXISTS },
    { ENOTEMPTY, SCAN_ERROR_EXISTS },
    { ENOMEM, SCAN_ERROR_NO_MEMORY },
    { EIO, SCAN_ERROR_IO },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (scan_error_set_errno (&error, cases[i].saved, "It was tried."));
      g_assert_error (error, SCAN_ERROR, cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "It was tried."));
    }
}

/* Every code has a name of its own, but for the ways in which a passphrase can be wrong; and foreign
 * errors are bugs. */
static void
test_faces (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_ACCES, "x");
  int code;

  for (code = 0; code <= SCAN_ERROR_BUG; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (SCAN_ERROR, code, "x");

      if (code == SCAN_ERROR_REMOVED_SECRET || code == SCAN_ERROR_DAMAGED_SECRETS)
        g_assert_cmpstr (scan_error_name (error), ==, "wrong-secret");
      else
        g_assert_true (g_hash_table_add (names, (gpointer) scan_error_name (error)));
      g_assert_cmpint (scan_error_exit_code (error), >=, 2);
    }
  g_assert_cmpint (scan_error_exit_code (NULL), ==, 0);
  g_assert_cmpint (scan_error_exit_code (foreign), ==, 70);
  g_assert_cmpstr (scan_error_name (foreign), ==, "bug");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/error/vault", test_vault);
  g_test_add_func ("/app/error/unlock", test_unlock);
  g_test_add_func ("/app/error/damaged-slots", test_damaged_slots);
  g_test_add_func ("/app/error/cancelled", test_cancelled);
  g_test_add_func ("/app/error/fault", test_fault);
  g_test_add_func ("/app/error/errno", test_errno);
  g_test_add_func ("/app/error/faces", test_faces);
  return g_test_run ();
}
