/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: one file a group of verbs over a few shared helpers. */
#pragma once

#include <json-glib/json-glib.h>

#include "document.h"
#include "library.h"

typedef struct
{
  char *passphrase_file;
  gboolean json, quiet;
} CliGlobal;

/* What a verb works with. argc, argv: what stands after the verb. out: the members of the answer;
 * the object is open, and is closed and printed by the caller. */
typedef struct
{
  const CliGlobal *global;
  const char *verb;
  int argc;
  char **argv;
  JsonBuilder *out;
  gboolean suggestion; /* the error says that a near recovery key would fit, never which */
  GString
      *text; /* what a person reads, without --json; control characters are stripped when printed */
} Cli;

typedef int (*CliVerb) (Cli *cli, GError **error);

/* Verbs return an exit code when they come to an end, or -1 with error set. */
int cli_create (Cli *cli, GError **error);
int cli_rekey (Cli *cli, GError **error);
int cli_change_passphrase (Cli *cli, GError **error);
int cli_recover (Cli *cli, GError **error);
int cli_slots (Cli *cli, GError **error);
int cli_sheet (Cli *cli, GError **error);
int cli_parity (Cli *cli, GError **error);
int cli_copy (Cli *cli, GError **error);
int cli_check (Cli *cli, GError **error);
int cli_delete (Cli *cli, GError **error);
int cli_restore (Cli *cli, GError **error);
int cli_purge (Cli *cli, GError **error);
int cli_import (Cli *cli, GError **error);
int cli_annotate (Cli *cli, GError **error);
int cli_list (Cli *cli, GError **error);
int cli_show (Cli *cli, GError **error);
int cli_render (Cli *cli, GError **error);
int cli_inspect (Cli *cli, GError **error);
int cli_export (Cli *cli, GError **error);
int cli_share (Cli *cli, GError **error);
int cli_shares (Cli *cli, GError **error);
int cli_trace (Cli *cli, GError **error);
int cli_risk (Cli *cli, GError **error);
int cli_deidentify (Cli *cli, GError **error);

/* Parses options of a verb; entries as for GOptionContext. min, max: number of what remains (max <
 * 0: any). After it cli->argc and argv are what remains. FALSE with SCAN_ERROR_USAGE. */
gboolean cli_options (Cli *cli, const GOptionEntry *entries, const char *parameters, int min,
                      int max, GError **error);

/* The passphrase in secure memory, from the file or the terminal. Free with vault_secure_free. */
char *cli_passphrase (Cli *cli, gboolean twice, gsize *ret_len, GError **error);

/* A new passphrase, from the file (NULL: twice from the terminal); and a recovery key, from the
 * file or the terminal. As cli_passphrase. */
char *cli_new_passphrase (const char *file, gsize *ret_len, GError **error);
char *cli_recovery_key (const char *file, gsize *ret_len, GError **error);

/* The password of an archive from the terminal, in secure memory. NULL: there is no terminal, or
 * nothing was typed. */
char *cli_archive_password (const char *name, gboolean wrong, gsize *ret_len);

/* Shows text and a secret on the terminal, nowhere else, and asks for yes. FALSE without a
 * terminal.
 */
gboolean cli_ask_yes (const char *text, const char *secret);

/* The hidden options of every verb that makes a passphrase slot, and what they come to: ret_chosen
 * is NULL (calibrate) or ret_kdf. */
#define CLI_KDF_ENTRIES(memory, passes)                                              \
  { "kdf-memory", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &memory, NULL, "MiB" }, \
  {                                                                                  \
    "kdf-passes", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &passes, NULL, "N"      \
  }
gboolean cli_kdf (int memory, int passes, VaultKdf *ret_kdf, const VaultKdf **ret_chosen,
                  GError **error);

/* Makes FILE for a recovery key, mode 0600; it must not exist. Writes the key, durably. */
int cli_recovery_file_open (const char *path, GError **error);
gboolean cli_recovery_file_write (int fd, const char *sheet, GError **error);

/* A small text file of the user's (at most 1 MiB); one trailing newline is dropped. In secure
 * memory. */
char *cli_secret_file (const char *path, gsize *ret_len, GError **error);

/* Opens the vault with the passphrase. */
ScanLibrary *cli_open (Cli *cli, const char *folder, GError **error);

/* Upkeep at the end of a verb that wrote. What fails here was not asked for: one line on standard
 * error, no more. */
void cli_maintain (ScanLibrary *library);

/* Members of the answer. A NULL string is null. Raw paths: invalid UTF-8 as U+FFFD, plus
 * `<name>_hex`. */
void cli_put_string (Cli *cli, const char *name, const char *value);
void cli_put_int (Cli *cli, const char *name, gint64 value);
void cli_put_bool (Cli *cli, const char *name, gboolean value);
void cli_put_path (Cli *cli, const char *name, const char *raw);
void cli_begin_array (Cli *cli, const char *name);
void cli_put_failures (Cli *cli, const char *name, GPtrArray *failures, gboolean with_code);

/* The member "risks": ScanRisk, or NULL for none. */
void cli_put_risks (Cli *cli, GPtrArray *risks);

/* Adds a line to the text. */
void cli_say (Cli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Progress on standard error when it is a terminal and not --quiet; user_data: the Cli. */
void cli_progress (const ScanProgress *progress, gpointer user_data);

/* Cancelled by SIGINT and SIGTERM. */
GCancellable *cli_cancellable (void);

/* Looks items up; "all" stands for everything if allowed. Free with g_array_unref. */
GArray *cli_items (Cli *cli, ScanLibrary *library, char **ids, int n, gboolean allow_all,
                   GError **error);

/* 0 if all went well; 1 in part; the code of the first failure if nothing went well. */
int cli_partial (GPtrArray *failed, guint64 done);

/* Members "own_title", "note", "tags", "favourite", "shared" and "added" of a study or document
 * (cli_annotate.c). */
void cli_put_annotation (Cli *cli, ScanCatalog *catalog, const ScanItem *item);

/* ---- documents and reports (cli_document.c) ---- */

/* What of an item is shown as pages or text. */
typedef struct
{
  const guint8 *member;
  ScanForm form;
  gboolean enclosed; /* member is a DICOM object */
} ScanDocumentPlace;

/* FALSE: the item is shown as pictures. */
gboolean cli_document_item (const ScanItem *item, ScanDocumentPlace *ret_place);

/* One page (from 0), side as scan_pages_picture; adds "pages" and "problem" to the answer. */
ScanPicture *cli_document_picture (Cli *cli, ScanLibrary *library, const ScanDocumentPlace *place,
                                   gint64 page, guint side, GError **error);

/* Members of show: "pages" or "text" (an array of lines, two spaces in front for each level), and
 * "problem" if something is in the way. */
void cli_put_document (Cli *cli, ScanLibrary *library, const ScanDocument *document);
void cli_put_report (Cli *cli, ScanLibrary *library, const ScanInstance *instance);
/* The texts of all reports of a series, or the pages of the document that it is. */
void cli_put_reports (Cli *cli, ScanLibrary *library, const ScanSeries *series);
