/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two computers with a copy of one vault each, and a file-sync tool between them. */
#pragma once

#include "vault_fixture.h"

typedef struct
{
  char *folder;
  char *dir[2], *state[2];
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault[2];  /* NULL while closed */
  GHashTable *last; /* relative paths that both had after the last sync */
} Computers;

void computers_setup (Computers *c, gconstpointer data);
void computers_teardown (Computers *c, gconstpointer data);
#define ADD_COMPUTERS(name, func) \
  g_test_add (name, Computers, NULL, computers_setup, func, computers_teardown)

/* Opens the vault of computer i anew, with what that computer remembers. */
void computers_open (Computers *c, guint i);
void computers_close (Computers *c, guint i);

/* What a two-way sync tool does: new files go over, and what one side removed since the last time
 * goes away on the other. */
void computers_sync (Computers *c);
/* One way, new files alone. */
void computers_carry (Computers *c, guint from, const char *below);
