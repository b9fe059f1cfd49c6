/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs on what opens a vault: passphrase, recover, slots, sheet. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "credentials.h"
#include "error.h"

#define NEW_PASSPHRASE_ENTRY(file)                                                          \
  {                                                                                         \
    "new-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &file, "The new passphrase", "FILE" \
  }

int
cli_change_passphrase (Cli *cli, GError **error)
{
  g_autofree char *file = NULL;
  int kdf_memory = 0, kdf_passes = 0;
  const GOptionEntry entries[] = {
    NEW_PASSPHRASE_ENTRY (file),
    CLI_KDF_ENTRIES (kdf_memory, kdf_passes),
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  VaultKdf kdf;
  const VaultKdf *chosen;
  char *passphrase;
  gboolean done;
  gsize n;

  if (!cli_options (cli, entries, "VAULT", 1, 1, error) ||
      !cli_kdf (kdf_memory, kdf_passes, &kdf, &chosen, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  passphrase = cli_new_passphrase (file, &n, error);
  if (passphrase == NULL)
    return -1;
  done = scan_keys_change (library, passphrase, n, chosen, error);
  vault_secure_free (passphrase);
  if (done)
    cli_say (cli, "The passphrase is changed. Copies of the vault that were made before still open "
                  "with the old one.");
  return done ? 0 : -1;
}

/* Offers the recovery key that was probably meant, on the terminal alone. TRUE: sheet holds it. */
static gboolean
offer_suggestion (Cli *cli, char **sheet, gsize *n)
{
  char *mended = vault_secure_alloc (VAULT_SHEET_SIZE);
  gboolean taken = FALSE;

  if (mended != NULL && scan_keys_sheet_suggest (cli->argv[0], *sheet, *n, mended))
    {
      cli->suggestion = TRUE;
      taken = !cli->global->json && cli_ask_yes ("One character is wrong. Is this what stands on "
                                                 "your sheet?\n    ",
                                                 mended);
    }
  if (taken)
    {
      vault_secure_free (*sheet);
      *sheet = g_steal_pointer (&mended);
      *n = strlen (*sheet);
    }
  vault_secure_free (mended);
  return taken;
}

int
cli_recover (Cli *cli, GError **error)
{
  g_autofree char *recovery_file = NULL, *passphrase_file = NULL;
  int kdf_memory = 0, kdf_passes = 0;
  const GOptionEntry entries[] = {
    { "recovery-file", 0, 0, G_OPTION_ARG_FILENAME, &recovery_file, "The recovery key", "FILE" },
    NEW_PASSPHRASE_ENTRY (passphrase_file),
    CLI_KDF_ENTRIES (kdf_memory, kdf_passes),
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GError) first = NULL;
  VaultKdf kdf;
  const VaultKdf *chosen;
  char *sheet, *passphrase;
  gsize sheet_n, n;

  if (!cli_options (cli, entries, "VAULT", 1, 1, error) ||
      !cli_kdf (kdf_memory, kdf_passes, &kdf, &chosen, error))
    return -1;
  sheet = cli_recovery_key (recovery_file, &sheet_n, error);
  if (sheet == NULL)
    return -1;
  passphrase = cli_new_passphrase (passphrase_file, &n, error);
  if (passphrase != NULL)
    {
      library = scan_keys_recover (cli->argv[0], sheet, sheet_n, passphrase, n, chosen, &first);
      if (library == NULL && g_error_matches (first, SCAN_ERROR, SCAN_ERROR_WRONG_SECRET) &&
          offer_suggestion (cli, &sheet, &sheet_n))
        {
          g_clear_error (&first);
          library = scan_keys_recover (cli->argv[0], sheet, sheet_n, passphrase, n, chosen, &first);
        }
      if (library == NULL)
        g_propagate_error (error, g_steal_pointer (&first));
    }
  vault_secure_free (sheet);
  vault_secure_free (passphrase);
  if (library == NULL)
    return -1;
  cli_say (cli, "The vault opens with the new passphrase. Older ones still open it too: see "
                "`scanvault-cli slots`.");
  return 0;
}

static const char *
state_word (VaultSlotState state)
{
  switch (state)
    {
    case VAULT_SLOT_WHOLE:
      return "whole";
    case VAULT_SLOT_DAMAGED:
      return "damaged";
    case VAULT_SLOT_FOREIGN:
      return "foreign";
    case VAULT_SLOT_UNKNOWN:
      return "unknown";
    case VAULT_SLOT_REMOVED:
      return "removed";
    }
  return "unknown";
}

static gboolean
put_slots (Cli *cli, ScanLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) slots = scan_keys_list (library, error);

  if (slots == NULL)
    return FALSE;
  cli_begin_array (cli, "slots");
  for (guint i = 0; i < slots->len; i++)
    {
      const ScanSlot *slot = g_ptr_array_index (slots, i);

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "id", slot->id);
      cli_put_string (cli, "label", slot->label);
      cli_put_int (cli, "date", slot->date);
      cli_put_string (cli, "state", state_word (slot->state));
      cli_put_int (cli, "memory_mib", slot->memory_mib);
      cli_put_int (cli, "passes", slot->passes);
      cli_put_bool (cli, "opened", slot->opened);
      json_builder_end_object (cli->out);
      cli_say (cli, "%s  %-8s %4u MiB × %-2u %s%s", slot->id, state_word (slot->state),
               slot->memory_mib, slot->passes, slot->label, slot->opened ? " (this one)" : "");
    }
  json_builder_end_array (cli->out);
  return TRUE;
}

static gboolean
add_slot (ScanLibrary *library, const char *file, const char *label, const VaultKdf *kdf,
          GError **error)
{
  gsize n;
  char *passphrase = cli_secret_file (file, &n, error);
  gboolean done =
      passphrase != NULL && scan_keys_add (library, passphrase, n, kdf, label, NULL, error);

  vault_secure_free (passphrase);
  return done;
}

int
cli_slots (Cli *cli, GError **error)
{
  g_autofree char *add = NULL, *label = NULL, *drop = NULL, *relabel = NULL;
  int kdf_memory = 0, kdf_passes = 0;
  const GOptionEntry entries[] = {
    { "add-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &add, "One passphrase more", "FILE" },
    { "label", 0, 0, G_OPTION_ARG_STRING, &label, "What to call it", "TEXT" },
    { "set-label", 0, 0, G_OPTION_ARG_STRING, &relabel, "Give --label to this one", "ID" },
    { "remove", 0, 0, G_OPTION_ARG_STRING, &drop, "Take a passphrase away", "ID" },
    CLI_KDF_ENTRIES (kdf_memory, kdf_passes),
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  VaultKdf kdf;
  const VaultKdf *chosen;
  gboolean done = TRUE;

  if (!cli_options (cli, entries, "VAULT", 1, 1, error) ||
      !cli_kdf (kdf_memory, kdf_passes, &kdf, &chosen, error))
    return -1;
  if ((add != NULL) + (drop != NULL) + (relabel != NULL) > 1 ||
      (label == NULL ? relabel != NULL : add == NULL && relabel == NULL))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "slots takes one of --add-passphrase-file FILE [--label TEXT], "
                           "--set-label ID --label TEXT, --remove ID.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  if (add != NULL)
    done = add_slot (library, add, label, chosen, error);
  else if (drop != NULL)
    done = scan_keys_remove (library, drop, error);
  else if (relabel != NULL)
    done = scan_keys_set_label (library, relabel, label, error);
  return done && put_slots (cli, library, error) ? 0 : -1;
}

int
cli_sheet (Cli *cli, GError **error)
{
  g_autofree char *recovery_file = NULL;
  const GOptionEntry entries[] = {
    { "recovery-file", 0, 0, G_OPTION_ARG_FILENAME, &recovery_file, "Where the recovery key goes",
      "FILE" },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  char *sheet;
  gboolean done = TRUE;
  int fd = -1;

  if (!cli_options (cli, entries, "VAULT", 1, 1, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  if (recovery_file != NULL && (fd = cli_recovery_file_open (recovery_file, error)) < 0)
    return -1;
  sheet = vault_secure_alloc (VAULT_SHEET_SIZE);
  if (sheet == NULL)
    done = scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
  else
    {
      scan_keys_sheet (library, sheet);
      if (fd >= 0)
        done = cli_recovery_file_write (fd, sheet, error);
      else
        {
          cli_put_string (cli, "recovery_key", sheet);
          cli_say (cli, "%s", sheet);
        }
    }
  vault_secure_free (sheet);
  if (fd >= 0)
    {
      close (fd);
      if (!done)
        unlink (recovery_file);
    }
  return done ? 0 : -1;
}
