/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain of app/. Messages are plain English sentences without names, values or secrets,
 * good enough for the command line; the window chooses its own words by code. */
#pragma once

#include <gio/gio.h>

#include "vault.h"

#define SCAN_ERROR (scan_error_quark ())
GQuark scan_error_quark (void);

typedef enum
{
  SCAN_ERROR_WRONG_SECRET,    /* wrong passphrase or recovery key */
  SCAN_ERROR_FOREIGN_KEY,     /* a recovery key, but of another vault */
  SCAN_ERROR_SLOTS,           /* the records for passphrases are damaged: the recovery key helps */
  SCAN_ERROR_FOREIGN,         /* the records for passphrases belong to another vault */
  SCAN_ERROR_DAMAGED,         /* damage or tampering in the vault */
  SCAN_ERROR_MISSING,         /* something that the vault names is not there */
  SCAN_ERROR_ARRIVING,        /* the same, but another computer wrote it and it never was here */
  SCAN_ERROR_REMOVED_SECRET,  /* a passphrase that was removed from this vault */
  SCAN_ERROR_DAMAGED_SECRETS, /* a wrong passphrase, or the record of the right one is damaged */
  SCAN_ERROR_REFUSED,         /* refused to protect privacy */
  SCAN_ERROR_LAST_SECRET,     /* the last passphrase stays */
  SCAN_ERROR_MANY_SECRETS,    /* a vault has no more than 64 passphrases */
  SCAN_ERROR_FULL,            /* disk full */
  SCAN_ERROR_PERMISSION,
  SCAN_ERROR_NOT_FOUND, /* no such file or folder */
  SCAN_ERROR_NO_ITEM,   /* no item of that ID in the vault */
  SCAN_ERROR_AMBIGUOUS, /* an ID prefix that fits several items, or is too short */
  SCAN_ERROR_NOT_A_VAULT,
  SCAN_ERROR_NEWER,  /* written by a newer program */
  SCAN_ERROR_BUSY,   /* open elsewhere on this computer */
  SCAN_ERROR_EXISTS, /* something is already there */
  SCAN_ERROR_NO_MEMORY,
  SCAN_ERROR_IO,
  SCAN_ERROR_UNREADABLE,  /* a file that the reader cannot make sense of */
  SCAN_ERROR_UNSUPPORTED, /* a picture in a form that cannot be shown */
  SCAN_ERROR_READER,      /* the reader crashed, hung or ran out of memory over one request */
  SCAN_ERROR_NO_SANDBOX,  /* the reader cannot be locked in on this system, or is not installed */
  SCAN_ERROR_PASSWORD,    /* an archive's password is missing or wrong; never the vault's */
  SCAN_ERROR_LIMIT,       /* an archive that would unpack to more than is reasonable */
  SCAN_ERROR_USAGE,
  SCAN_ERROR_BUG
} ScanErrorCode;

/* Sets error from a VaultError; fault may be NULL. Always returns FALSE. VAULT_ERROR_CANCELLED
 * becomes G_IO_ERROR_CANCELLED. */
gboolean scan_error_set_vault (GError **error, VaultError vault_error, const VaultFault *fault);

/* The same after an attempt to open a vault: a passphrase slot or a recovery key of another vault
 * is told from damage. */
gboolean scan_error_set_unlock (GError **error, VaultError vault_error, const VaultFault *fault,
                                gboolean by_sheet);

/* Of an error that scan_error_set_unlock has set: how many records of passphrases are damaged or
 * another vault's. 0 for all others. */
guint scan_error_damaged_slots (const GError *error);

/* Sets error from errno after a system call on the user's own files (not the vault's); sentence
 * says what was tried, without a path. Always returns FALSE. */
gboolean scan_error_set_errno (GError **error, int saved_errno, const char *sentence);

/* The exit code of shared contract of the command line: 0 for NULL, else 1..6 or 70. */
int scan_error_exit_code (const GError *error);

/* The error's kebab-case name for JSON, constant. */
const char *scan_error_name (const GError *error);
