/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs share: options, secrets, the vault, items. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "error.h"

#define SECRET_MAX ((gsize) 1024 * 1024)

gboolean
cli_options (Cli *cli, const GOptionEntry *entries, const char *parameters, int min, int max,
             GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) parse_error = NULL;
  /* Option parsing wants a program name in front. */
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  char **parsed;
  int n;

  g_ptr_array_add (arguments, (gpointer) cli->verb);
  for (int i = 0; i < cli->argc; i++)
    g_ptr_array_add (arguments, cli->argv[i]);
  n = (int) arguments->len;
  g_ptr_array_add (arguments, NULL);
  parsed = (char **) arguments->pdata;
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &n, &parsed, &parse_error))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, parse_error->message);
      return FALSE;
    }
  cli->argc = 0;
  for (int i = 1; i < n; i++)
    if (!(g_str_equal (parsed[i], "--") && cli->argc == i - 1))
      cli->argv[cli->argc++] = parsed[i];
  cli->argv[cli->argc] = NULL;
  if (cli->argc < min || (max >= 0 && cli->argc > max))
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_USAGE, "Usage: scanvault-cli %s %s", cli->verb,
                   parameters);
      return FALSE;
    }
  return TRUE;
}

static gssize
read_some (int fd, char *buffer, gsize n)
{
  gssize got;

  do
    got = read (fd, buffer, n);
  while (got < 0 && errno == EINTR);
  return got;
}

char *
cli_secret_file (const char *path, gsize *ret_len, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  char *secret = NULL;
  gsize length = 0, room;
  gssize got = 1;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      scan_error_set_errno (error, errno, "The passphrase file could not be opened");
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  /* A pipe tells no size. */
  room = S_ISREG (info.st_mode) ? MIN ((gsize) info.st_size, SECRET_MAX) + 1 : 4096;
  secret = vault_secure_alloc (room + 1);
  if (secret == NULL)
    {
      close (fd);
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return NULL;
    }
  while (got > 0 && length < room)
    {
      got = read_some (fd, secret + length, room - length);
      if (got > 0)
        length += (gsize) got;
    }
  close (fd);
  if (got < 0 || length == room)
    {
      vault_secure_free (secret);
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The passphrase file could not be read or is too long.");
      return NULL;
    }
  if (length > 0 && secret[length - 1] == '\n')
    secret[--length] = '\0';
  *ret_len = length;
  return secret;
}

/* A line from the terminal without echo, into secure memory. */
static char *
ask (const char *prompt, gsize *ret_len, GError **error)
{
  enum
  {
    ROOM = 4096
  };
  int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  struct termios before, silent;
  char *secret;
  gsize length = 0;
  gssize got = 0;

  if (tty < 0 || tcgetattr (tty, &before) != 0)
    {
      if (tty >= 0)
        close (tty);
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_WRONG_SECRET,
          "There is no terminal to ask for the passphrase; use --passphrase-file.");
      return NULL;
    }
  secret = vault_secure_alloc (ROOM);
  if (secret == NULL)
    {
      close (tty);
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return NULL;
    }
  silent = before;
  silent.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
  tcsetattr (tty, TCSAFLUSH, &silent);
  (void) !write (tty, prompt, strlen (prompt));
  while (length < ROOM - 1 && (got = read_some (tty, secret + length, 1)) == 1 &&
         secret[length] != '\n')
    length++;
  tcsetattr (tty, TCSAFLUSH, &before);
  (void) !write (tty, "\n", 1);
  close (tty);
  secret[length] = '\0';
  *ret_len = length;
  return secret;
}

static char *
ask_twice (const char *prompt, gsize *ret_len, GError **error)
{
  gsize n, again;
  char *first = ask (prompt, &n, error),
       *second = first != NULL ? ask ("Once more: ", &again, error) : NULL;
  gboolean same = second != NULL && n == again && memcmp (first, second, n) == 0;

  if (second != NULL && !same)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                         "The two passphrases are not the same.");
  vault_secure_free (second);
  if (!same)
    {
      vault_secure_free (first);
      return NULL;
    }
  *ret_len = n;
  return first;
}

char *
cli_passphrase (Cli *cli, gboolean twice, gsize *ret_len, GError **error)
{
  if (cli->global->passphrase_file != NULL)
    return cli_secret_file (cli->global->passphrase_file, ret_len, error);
  return twice ? ask_twice ("Passphrase: ", ret_len, error) : ask ("Passphrase: ", ret_len, error);
}

char *
cli_new_passphrase (const char *file, gsize *ret_len, GError **error)
{
  return file != NULL ? cli_secret_file (file, ret_len, error)
                      : ask_twice ("New passphrase: ", ret_len, error);
}

char *
cli_recovery_key (const char *file, gsize *ret_len, GError **error)
{
  return file != NULL ? cli_secret_file (file, ret_len, error)
                      : ask ("Recovery key: ", ret_len, error);
}

char *
cli_archive_password (const char *name, gboolean wrong, gsize *ret_len)
{
  g_autofree char *prompt =
      g_strdup_printf ("%s%s is locked. Its password (empty: keep it as it is): ",
                       wrong ? "That was not the right one. " : "", name);
  char *password;

  /* The name comes out of a file. */
  for (char *at = prompt; *at != '\0'; at++)
    if ((guchar) *at < ' ' || *at == 0x7f)
      *at = '?';
  password = ask (prompt, ret_len, NULL);
  if (password != NULL && *ret_len == 0)
    g_clear_pointer (&password, vault_secure_free);
  return password;
}

gboolean
cli_ask_yes (const char *text, const char *secret)
{
  int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  char answer = '\0', rest = '\0';

  if (tty < 0)
    return FALSE;
  (void) !write (tty, text, strlen (text));
  (void) !write (tty, secret, strlen (secret));
  (void) !write (tty, "\n[y/N] ", 7);
  if (read_some (tty, &answer, 1) == 1 && answer != '\n')
    while (read_some (tty, &rest, 1) == 1 && rest != '\n')
      ;
  close (tty);
  return answer == 'y' || answer == 'Y';
}

ScanLibrary *
cli_open (Cli *cli, const char *folder, GError **error)
{
  gsize n;
  char *passphrase = cli_passphrase (cli, FALSE, &n, error);
  ScanLibrary *library;

  if (passphrase == NULL)
    return NULL;
  library = scan_library_open (folder, passphrase, n, error);
  vault_secure_free (passphrase);
  if (library != NULL && scan_library_damage (library) > 0)
    g_printerr ("%u records of this vault are damaged; run `scanvault-cli check`.\n",
                scan_library_damage (library));
  return library;
}

GArray *
cli_items (Cli *cli, ScanLibrary *library, char **ids, int n, gboolean allow_all, GError **error)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  ScanCatalog *catalog = scan_library_catalog (library);

  for (int i = 0; i < n; i++)
    {
      ScanItem item;

      if (allow_all && g_str_equal (ids[i], "all"))
        {
          GPtrArray *studies = scan_catalog_studies (catalog),
                    *documents = scan_catalog_documents (catalog);

          for (guint k = 0; k < studies->len; k++)
            {
              item.kind = SCAN_ITEM_STUDY;
              item.study = g_ptr_array_index (studies, k);
              g_array_append_val (items, item);
            }
          for (guint k = 0; k < documents->len; k++)
            {
              item.kind = SCAN_ITEM_DOCUMENT;
              item.document = g_ptr_array_index (documents, k);
              g_array_append_val (items, item);
            }
        }
      else if (scan_catalog_find (catalog, ids[i], &item, error))
        g_array_append_val (items, item);
      else
        {
          g_array_unref (items);
          return NULL;
        }
    }
  return items;
}

int
cli_partial (GPtrArray *failed, guint64 done)
{
  const ScanFailure *first;
  g_autoptr (GError) error = NULL;

  if (failed->len == 0)
    return 0;
  if (done > 0)
    return 1;
  first = g_ptr_array_index (failed, 0);
  /* A file that makes no sense is no failure of the system. */
  if (first->domain == SCAN_ERROR &&
      (first->error_code == SCAN_ERROR_UNREADABLE || first->error_code == SCAN_ERROR_UNSUPPORTED ||
       first->error_code == SCAN_ERROR_READER))
    return 1;
  error = g_error_new_literal (first->domain, first->error_code, first->message);
  return scan_error_exit_code (error);
}
