/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keeper derives from the key of one share (crypto/FORMAT.md). Every derivation is
 * HMAC-SHA256 (key, label ‖ 00 ‖ …), as in app/reader/DEID.md, which makes the same UIDs. */
#pragma once

#include <glib.h>

#define SCAN_SHARE_UID 16 /* bytes of a UID that is a UUID (PS3.5 B.2) */

/* Prepared once a share: many UIDs are derived when a found copy is traced. */
typedef struct ScanShareKeys ScanShareKeys;

/* key: 32 bytes, not kept but for what HMAC makes of them. */
ScanShareKeys *scan_share_keys_new (const guint8 key[32]);
void scan_share_keys_free (ScanShareKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanShareKeys, scan_share_keys_free)

/* The number behind "2.25." of the UID that stands in the share for uid. */
void scan_share_keys_uid (const ScanShareKeys *keys, const char *uid,
                          guint8 ret_number[SCAN_SHARE_UID]);
/* The UID of the share's file set: "2.25." and a number. */
char *scan_share_keys_file_set (const guint8 key[32]);

/* The number of a UID that begins with "2.25."; FALSE for any other. */
gboolean scan_share_uid_number (const char *uid, guint8 ret_number[SCAN_SHARE_UID]);

/* A number for one purpose. */
guint32 scan_share_keys_number (const guint8 key[32], const char *label);

/* A whole number of weeks between one and ten years back (PS3.15 E.3.6 asks for moved dates), in
 * days, negative. counter 0 is what the key says; where a shift will not do, the next one, and
 * SCAN_SHARE_DATE_SHIFTS counters give all there are. */
#define SCAN_SHARE_DATE_SHIFTS 469
gint32 scan_share_keys_date_shift (const guint8 key[32], guint counter);

/* 32 bytes for the salts of a package (reader_protocol.h, `pack`). */
void scan_share_keys_salt (const guint8 key[32], guint8 ret_salt[32]);

/* Five words for a package, with dashes between them; 55 bits. The same share has the same words,
 * so nothing of them need be kept. Secure memory, to be freed with vault_secure_free; NULL: there
 * is no memory. */
char *scan_share_keys_words (const guint8 key[32]);
