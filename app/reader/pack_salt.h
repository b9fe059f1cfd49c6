/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The salts of an encrypted ZIP file. WinZip's AES (APPNOTE.TXT appendix, AE-1/AE-2) takes 16
 * random bytes an entry, and libarchive asks arc4random_buf for them. A share that is made once
 * more has to be the same to the byte, so the program has an arc4random_buf of its own: random, but
 * in between reader_pack_salt_begin and _end the output of HMAC-SHA256 under a key that only the
 * owner's vault can make. The counter mode behind it must never see one salt and password with two
 * contents: the sum of the content goes in. */
#pragma once

#include <glib.h>

#define READER_PACK_SALT_KEY 32

/* key: READER_PACK_SALT_KEY bytes, copied. sum: of what is to be encrypted. */
void reader_pack_salt_begin (const guint8 *key, const char *name, const guint8 *sum,
                             gsize sum_size);
void reader_pack_salt_end (void);
/* How many bytes were taken since begin: a libarchive that has another source is noticed. */
gsize reader_pack_salt_taken (void);
