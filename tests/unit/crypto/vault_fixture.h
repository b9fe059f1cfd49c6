/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault in a temporary folder, and what tests of whole vaults do with it. */
#pragma once

#include <glib.h>

#include "vault.h"

#define PASS "a passphrase"

extern const VaultKdf cheap;

typedef struct
{
  char *folder, *dir;
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault;
} Fixture;

void setup (Fixture *f, gconstpointer data);
void teardown (Fixture *f, gconstpointer data);
void reopen (Fixture *f);
#define ADD(name, func) g_test_add (name, Fixture, NULL, setup, func, teardown)

/* Compresses and appends one member. */
VaultError append (VaultBundle *bundle, Vault *vault, const void *data, gsize n, VaultCodec codec,
                   const char *name, guint8 ret_id[VAULT_ID_SIZE]);

/* One bundle of one member and a field, committed and read back. */
void store (Vault *vault, const void *data, gsize n, VaultCodec codec, const char *name,
            guint8 ret_id[VAULT_ID_SIZE]);

void assert_member (Vault *vault, const guint8 id[VAULT_ID_SIZE], const guint8 *data, gsize n,
                    const char *name);

/* A ramp with steps: compresses, and no two parts are alike. Free with g_free. */
guint8 *make_data (gsize n);

typedef struct
{
  guint objects, damaged, missing, orphans;
} Found;
Found check (Vault *vault, VaultCheckLevel level);

/* All files below a folder; files: NULL or an array to add to. */
GPtrArray *files_below (const char *path, GPtrArray *files);
/* Turns one bit of a file. */
void flip (const char *path, goffset at);
goffset size_of (const char *path);
