/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library in a temporary folder, filled without any reader: members and rows by hand. */
#pragma once

#include "catalog_private.h"
#include "library.h"

typedef struct
{
  char *folder, *dir;
  ScanLibrary *library;
} Library;

void library_setup (Library *f, gconstpointer data);
void library_teardown (Library *f, gconstpointer data);
#define ADD_LIBRARY(name, func) \
  g_test_add (name, Library, NULL, library_setup, func, library_teardown)

/* Closes and opens the vault: the catalog is folded anew. */
void library_reopen (Library *f);

/* Writes n instances of 1000 bytes and more, and one thumbnail, with their rows, in one bundle.
 * Names make the keys: one name, one series or study. */
void library_add_series (Library *f, const char *study, const char *series, guint n);
/* study: NULL for a document of none. */
void library_add_document (Library *f, const char *study, const char *name);

/* Looked up by those names, also in the trash; fails the test if it is not there. */
ScanItem library_study (Library *f, const char *study);
ScanItem library_series (Library *f, const char *study, const char *series);
ScanItem library_document (Library *f, const char *name);

/* Living members of a role. */
guint library_members (Library *f, VaultRole role);
ScanTotals library_totals (Library *f);
