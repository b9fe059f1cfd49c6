/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that make a vault and hand out its recovery key: create, rekey. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_private.h"
#include "cli.h"
#include "credentials.h"
#include "error.h"

gboolean
cli_kdf (int memory, int passes, VaultKdf *ret_kdf, const VaultKdf **ret_chosen, GError **error)
{
  VaultKdf kdf = vault_kdf_default;

  *ret_chosen = NULL;
  if (memory == 0 && passes == 0)
    return TRUE;
  if (memory != 0)
    kdf.mem_kib = memory > 0 && memory <= 1024 ? (guint32) memory * 1024 : 0;
  if (passes != 0)
    kdf.ops = passes > 0 ? (guint32) passes : 0;
  if (kdf.mem_kib < 8192 || kdf.ops < 1 || kdf.ops > 16)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The key derivation takes 8 to 1024 MiB and 1 to 16 passes.");
      return FALSE;
    }
  *ret_kdf = kdf;
  *ret_chosen = ret_kdf;
  return TRUE;
}

/* What an interrupted attempt left: a file without content, for nobody else to read. */
static int
reopen_empty (const char *path)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info;

  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size == 0 &&
      info.st_uid == geteuid () && (info.st_mode & 077) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  errno = EEXIST;
  return -1;
}

int
cli_recovery_file_open (const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0 && errno == EEXIST)
    fd = reopen_empty (path);
  if (fd < 0)
    scan_error_set_errno (error, errno, "The file for the recovery key could not be made");
  return fd;
}

gboolean
cli_recovery_file_write (int fd, const char *sheet, GError **error)
{
  gsize n = strlen (sheet);

  if (write (fd, sheet, n) != (gssize) n || write (fd, "\n", 1) != 1 || fsync (fd) != 0)
    return scan_error_set_errno (error, errno, "The recovery key could not be written");
  return TRUE;
}

static void
say_recovery_key (Cli *cli, const char *sheet)
{
  cli_say (cli, "The vault is made. Its recovery key, shown this once:");
  cli_say (cli, "    %s", sheet);
  cli_say (cli, "Write it on paper. Whoever has it can open the vault; without it and the "
                "passphrase nobody can.");
}

/* The new vault's key, in FILE or in the answer. */
static gboolean
hand_out (Cli *cli, int fd, const char *sheet, GError **error)
{
  if (fd >= 0)
    {
      cli_say (cli, "The vault is made. Its recovery key stands in the file that you named; print "
                    "it and keep it safe.");
      return cli_recovery_file_write (fd, sheet, error);
    }
  cli_put_string (cli, "recovery_key", sheet);
  say_recovery_key (cli, sheet);
  return TRUE;
}

int
cli_create (Cli *cli, GError **error)
{
  g_autofree char *recovery_file = NULL;
  char *passphrase, *sheet, uuid[2 * 16 + 1];
  int kdf_memory = 0, kdf_passes = 0, fd = -1, code = -1;
  const GOptionEntry entries[] = {
    { "recovery-file", 0, 0, G_OPTION_ARG_FILENAME, &recovery_file, "Where the recovery key goes",
      "FILE" },
    CLI_KDF_ENTRIES (kdf_memory, kdf_passes),
    { NULL },
  };
  VaultKdf kdf;
  const VaultKdf *chosen;
  g_autoptr (ScanLibrary) library = NULL;
  gsize n;

  if (!cli_options (cli, entries, "VAULT", 1, 1, error) ||
      !cli_kdf (kdf_memory, kdf_passes, &kdf, &chosen, error))
    return -1;
  passphrase = cli_passphrase (cli, TRUE, &n, error);
  if (passphrase == NULL)
    return -1;
  if (n == 0)
    {
      vault_secure_free (passphrase);
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "The passphrase is empty.");
      return -1;
    }
  sheet = vault_secure_alloc (VAULT_SHEET_SIZE);
  /* FILE comes before the vault, so that a place that cannot be written costs nothing. */
  if (sheet != NULL &&
      (recovery_file == NULL || (fd = cli_recovery_file_open (recovery_file, error)) >= 0))
    library = scan_library_create (cli->argv[0], passphrase, n, chosen, sheet, error);
  if (library != NULL)
    {
      scan_key_to_id (vault_uuid (scan_library_vault (library)), uuid);
      cli_put_string (cli, "vault_id", uuid);
      if (hand_out (cli, fd, sheet, error))
        code = 0;
    }
  if (fd >= 0)
    {
      close (fd);
      if (library == NULL)
        unlink (recovery_file);
    }
  vault_secure_free (passphrase);
  vault_secure_free (sheet);
  return code;
}

static void
say_carried_over (Cli *cli, const ScanRekeyResult *result)
{
  cli_say (cli, "%" G_GUINT64_FORMAT " files were carried over and checked.", result->members);
  if (result->left->len == 0)
    {
      cli_say (cli, "The old vault is as it was; remove it when you no longer want it, and its "
                    "copies too.");
      return;
    }
  for (guint i = 0; i < result->left->len; i++)
    {
      const ScanFailure *failure = g_ptr_array_index (result->left, i);

      cli_say (cli, "left behind: %s  %s", failure->path, failure->message);
    }
  cli_say (cli, "Keep the old vault: not everything is in the new one.");
}

int
cli_rekey (Cli *cli, GError **error)
{
  g_autofree char *recovery_file = NULL, *passphrase_file = NULL;
  char *passphrase, *sheet;
  int kdf_memory = 0, kdf_passes = 0, fd = -1;
  gboolean leave_behind = FALSE;
  const GOptionEntry entries[] = {
    { "new-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
      "The new vault's passphrase", "FILE" },
    { "recovery-file", 0, 0, G_OPTION_ARG_FILENAME, &recovery_file,
      "Where the new recovery key goes", "FILE" },
    { "leave-behind", 0, 0, G_OPTION_ARG_NONE, &leave_behind,
      "Go on without what is damaged or not there", NULL },
    CLI_KDF_ENTRIES (kdf_memory, kdf_passes),
    { NULL },
  };
  VaultKdf kdf;
  const VaultKdf *chosen;
  g_autoptr (ScanLibrary) library = NULL;
  g_auto (ScanRekeyResult) result = { 0 };
  gboolean done = FALSE;
  gsize n;

  if (!cli_options (cli, entries, "VAULT NEW", 2, 2, error) ||
      !cli_kdf (kdf_memory, kdf_passes, &kdf, &chosen, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  passphrase = cli_new_passphrase (passphrase_file, &n, error);
  if (passphrase == NULL)
    return -1;
  sheet = vault_secure_alloc (VAULT_SHEET_SIZE);
  if (sheet == NULL)
    scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
  else if (recovery_file == NULL || (fd = cli_recovery_file_open (recovery_file, error)) >= 0)
    done = scan_library_rekey (library, cli->argv[1], passphrase, n, chosen, leave_behind,
                               cli_progress, cli, cli_cancellable (), sheet, &result, error);
  if (done)
    {
      cli_put_int (cli, "members", (gint64) result.members);
      cli_put_int (cli, "bytes", (gint64) result.bytes);
      cli_put_int (cli, "fields", (gint64) result.fields);
      cli_put_failures (cli, "left_behind", result.left, TRUE);
      say_carried_over (cli, &result);
    }
  if (fd >= 0 && !done)
    unlink (recovery_file);
  done = done && hand_out (cli, fd, sheet, error);
  if (fd >= 0)
    close (fd);
  vault_secure_free (passphrase);
  vault_secure_free (sheet);
  if (!done)
    return -1;
  return result.left->len > 0 ? 1 : 0;
}
