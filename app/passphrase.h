/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrases as the vault wants them. */
#pragma once

#include <glib.h>

/* The passphrase (UTF-8 in any normal form, len bytes, may hold NUL) in Unicode normal form C, so
 * that the same keys open the vault on every keyboard and system (UAX #15, sections 1.2 and 1.3).
 * No step of it leaves secure memory. Returns secure memory of *ret_len bytes and a NUL, to be
 * freed with vault_secure_free. Errors: SCAN_ERROR_USAGE (no UTF-8), SCAN_ERROR_NO_MEMORY. */
char *scan_passphrase_normal (const char *passphrase, gsize len, gsize *ret_len, GError **error);
