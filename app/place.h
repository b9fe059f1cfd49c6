/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders in which vaults lie or may be made. */
#pragma once

#include <glib.h>

/* Whether a vault lies in folder, be it one that lost files: either copy of vault.id, a computer's
 * journal or a passphrase slot is enough (crypto/FORMAT.md names them). Reads names alone. */
gboolean scan_folder_is_vault (const char *folder);

/* A path in parent at which nothing is: name, or name with a number before its ending, "MyScans
 * 2.vault". from: the first number that is tried, 1 for none. Free with g_free. */
char *scan_free_place (const char *parent, const char *name, guint from);
