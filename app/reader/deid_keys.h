/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is derived from the key of one share. Pure, GLib alone.
 *
 * Every derivation is HMAC-SHA256 (key, label || 0x00 || length || value), the length as 32 bits,
 * big-endian, the value without trailing NULs and spaces. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define READER_DEID_KEY_SIZE 32

/* The UID that stands for another: label "uid"; the first 16 bytes, made a version 4 UUID (RFC
 * 4122 4.4), as "2.25." and a decimal number (PS3.5 B.2). ret_uid: at least 65 bytes. */
void reader_deid_uid (const guint8 key[READER_DEID_KEY_SIZE], const char *uid, char ret_uid[65]);

/* The pseudonym: label "pid", value PatientID and, if there is one, 0x00 and the issuer, both as
 * UTF-8; the first 10 bytes as 16 characters of base32 (RFC 4648). */
void reader_deid_patient (const guint8 key[READER_DEID_KEY_SIZE], const char *patient_id,
                          const char *issuer, char ret_id[17]);

G_END_DECLS
