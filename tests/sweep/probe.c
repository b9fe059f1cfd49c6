/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault library's word on many folders, without a key derivation and without a start each.
 *
 * Reads lines "FOLDER<TAB>SHEET<TAB>MODE" from standard input and answers each with one line of
 * JSON. It opens the vault by its recovery sheet, checks all of it, and reads every member that is
 * there through the interface that the program reads through. The answer:
 *   error    the opening's VaultError (0 fine), fault: the file that is to blame
 *   members, fields  digests of what was read (see digest), n: how many members
 *   bad      ids of members that could not be read, with the error; wrong: ids whose bytes were not
 *            theirs (never allowed)
 *   damages, check, notices  what was reported: [kind, file]
 * MODE "p": SHEET is a passphrase. MODE "w" also commits one field and opens again, to see that the vault can be written to. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vault.h"

#define LINE_MAX_LENGTH 8192
#define WRITTEN_FIELD 65000


typedef struct
{
  char **text;
  size_t n, room;
} Lines;

static void
add_line (Lines *lines, char *text)
{
  if (lines->n == lines->room)
    {
      lines->room = lines->room * 2 + 64;
      lines->text = realloc (lines->text, lines->room * sizeof *lines->text);
    }
  if (text == NULL || lines->text == NULL)
    abort ();
  lines->text[lines->n++] = text;
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* BLAKE2b-256 of the sorted lines, each with its newline; frees them. */
static void
digest (Lines *lines, char ret_hex[65])
{
  crypto_generichash_state state;
  uint8_t hash[32];

  if (lines->n > 0)
    qsort (lines->text, lines->n, sizeof *lines->text, compare);
  crypto_generichash_init (&state, NULL, 0, 32);
  for (size_t i = 0; i < lines->n; i++)
    {
      crypto_generichash_update (&state, (uint8_t *) lines->text[i], strlen (lines->text[i]));
      crypto_generichash_update (&state, (const uint8_t *) "\n", 1);
      free (lines->text[i]);
    }
  crypto_generichash_final (&state, hash, 32);
  sodium_bin2hex (ret_hex, 65, hash, 32);
  free (lines->text);
}

static char *
hex (const void *bytes, size_t n)
{
  char *text = malloc (2 * n + 1);

  if (text == NULL)
    abort ();
  return sodium_bin2hex (text, 2 * n + 1, bytes, n);
}

static bool
on_field (const void *entity, size_t entity_len, uint16_t field, const void *value,
          size_t value_len, uint64_t clock_ms, void *data)
{
  char *name = hex (entity, entity_len), *content = hex (value, value_len), *line = NULL;

  if (value_len > 0 && field != WRITTEN_FIELD &&
      asprintf (&line, "%s %u %s", name, field, content) < 0)
    abort ();
  if (line != NULL)
    add_line (data, line);
  free (name);
  free (content);
  return true;
}

typedef struct
{
  bool any;
} Reported;

static void
print_finding (Reported *reported, int kind, const char *file)
{
  printf ("%s[%d, \"%s\"]", reported->any ? ", " : "", kind, file);
  reported->any = true;
}

static bool
on_finding (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
            uint64_t total, void *data)
{
  if (kind != VAULT_CHECK_OBJECT)
    print_finding (data, (int) kind, fault->file);
  return true;
}

/* Reads a member whole; its line for the digest, or NULL. */
static VaultError
read_member (Vault *vault, const VaultEntry *entry, bool *ret_wrong, char **ret_line)
{
  VaultMember *member = NULL;
  VaultFault fault;
  VaultError error = vault_member_open (vault, entry->id, &member, &fault);
  uint8_t *bytes = NULL, id[VAULT_ID_SIZE];
  size_t size, name_len;

  *ret_wrong = false;
  *ret_line = NULL;
  if (error != VAULT_OK)
    return error;
  size = (size_t) vault_member_size (member);
  bytes = malloc (size + 1);
  if (bytes == NULL)
    abort ();
  error = vault_member_pread (member, 0, bytes, size, &fault);
  if (error == VAULT_OK)
    {
      const char *name = vault_member_name (member, &name_len);
      char *id_hex = hex (entry->id, VAULT_ID_SIZE), *name_hex = hex (name, name_len);

      vault_hash (vault, bytes, size, id);
      *ret_wrong = memcmp (id, entry->id, sizeof id) != 0 || entry->size != size;
      if (asprintf (ret_line, "%s %u %zu %s %" PRIu64, id_hex, entry->role, size, name_hex,
                    vault_member_mtime (member)) < 0)
        abort ();
      free (id_hex);
      free (name_hex);
    }
  free (bytes);
  vault_member_close (member);
  return error;
}

static void
print_members (Vault *vault)
{
  Lines members = { 0 }, wrong = { 0 };
  char sum[65];
  Reported reported = { false };
  size_t n = 0;

  printf (", \"bad\": [");
  for (size_t i = 0; i < vault_entry_count (vault); i++)
    {
      const VaultEntry *entry = vault_entry_at (vault, i);
      bool is_wrong;
      char *line, *id;
      VaultError error;

      if (entry->deleted)
        continue;
      n++;
      error = read_member (vault, entry, &is_wrong, &line);
      if (line != NULL)
        add_line (&members, line);
      id = hex (entry->id, VAULT_ID_SIZE);
      if (error != VAULT_OK)
        print_finding (&reported, (int) error, id);
      if (is_wrong)
        add_line (&wrong, id);
      else
        free (id);
    }
  printf ("], \"wrong\": [");
  for (size_t i = 0; i < wrong.n; i++)
    printf ("%s\"%s\"", i > 0 ? ", " : "", wrong.text[i]);
  digest (&wrong, sum);
  digest (&members, sum);
  printf ("], \"n\": %zu, \"members\": \"%s\"", n, sum);
}

static void
print_vault (Vault *vault)
{
  Lines fields = { 0 };
  Reported damages = { false }, findings = { false }, notices = { false };
  VaultFault fault;
  char sum[65];

  print_members (vault);
  vault_fold (vault, on_field, &fields);
  digest (&fields, sum);
  printf (", \"fields\": \"%s\", \"damages\": [", sum);
  for (size_t i = 0; i < vault_damage_count (vault); i++)
    print_finding (&damages, (int) VAULT_CHECK_DAMAGED, vault_damage_at (vault, i)->file);
  printf ("], \"check\": [");
  vault_check (vault, VAULT_CHECK_FULL, on_finding, &findings, &fault);
  printf ("], \"notices\": [");
  for (size_t i = 0; i < vault_notice_count (vault); i++)
    print_finding (&notices, (int) vault_notice_at (vault, i)->kind,
                   vault_notice_at (vault, i)->file);
  printf ("]");
}

static VaultError
open_vault (const char *folder, const char *secret, const char *mode, Vault **vault,
            VaultFault *fault)
{
  return strchr (mode, 'p') != NULL
             ? vault_open (folder, secret, strlen (secret), vault, fault)
             : vault_open_sheet (folder, secret, strlen (secret), vault, fault);
}

/* One commit of a field, seen again after closing and opening. */
static VaultError
write_and_reopen (Vault **vault, const char *folder, const char *secret, const char *mode)
{
  VaultTxn *txn = NULL;
  VaultFault fault;
  uint8_t value[16];
  const void *read = NULL;
  size_t n = 0;
  VaultError error;

  vault_random (value, sizeof value);
  error = vault_txn_begin (*vault, &txn);
  if (error == VAULT_OK)
    error = vault_txn_set (txn, "sweep", 5, WRITTEN_FIELD, value, sizeof value);
  if (error == VAULT_OK)
    error = vault_txn_commit (txn, NULL, NULL, &fault);
  vault_close (*vault);
  *vault = NULL;
  if (error == VAULT_OK)
    error = open_vault (folder, secret, mode, vault, &fault);
  if (error == VAULT_OK)
    error = vault_get (*vault, "sweep", 5, WRITTEN_FIELD, &read, &n);
  if (error == VAULT_OK && (n != sizeof value || memcmp (read, value, n) != 0))
    error = VAULT_ERROR_DAMAGED;
  return error;
}

static void
answer (const char *folder, const char *secret, const char *mode)
{
  Vault *vault = NULL;
  VaultFault fault = { 0 };
  VaultError error = open_vault (folder, secret, mode, &vault, &fault);

  printf ("{\"error\": %d, \"fault\": \"%s\", \"text\": \"%s\"", (int) error, fault.file,
          vault_error_text (error));
  if (error == VAULT_OK && strchr (mode, 'w') != NULL)
    printf (", \"written\": %d", (int) write_and_reopen (&vault, folder, secret, mode));
  if (vault != NULL)
    print_vault (vault);
  vault_close (vault);
  printf ("}\n");
  fflush (stdout);
}

int
main (void)
{
  char line[LINE_MAX_LENGTH];

  if (vault_init () != VAULT_OK)
    return 1;
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      char *sheet, *mode;

      line[strcspn (line, "\n")] = '\0';
      sheet = strchr (line, '\t');
      mode = sheet != NULL ? strchr (sheet + 1, '\t') : NULL;
      if (mode == NULL)
        return 2;
      *sheet++ = '\0';
      *mode++ = '\0';
      answer (line, sheet, mode);
    }
  return 0;
}
