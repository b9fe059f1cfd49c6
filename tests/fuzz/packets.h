/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets of the protocol between keeper and reader, cut from a fuzzer's input. */
#pragma once

#include <glib.h>

/* Makes a packet of n bytes of the input, and sends it. */
typedef void (*FuzzBuildFunc) (int socket, const guint8 *data, gsize n);

/* Two bytes of length stand before each packet (little endian); with the highest bit of the second
 * the bytes are sent as they are, else build makes a packet of them, since few bytes are a sound
 * header. */
void fuzz_send_packets (int socket, const guint8 *data, gsize size, FuzzBuildFunc build);

/* Sends the packets and closes the sending end when the keeper draws the id of its next request
 * (getrandom; it gets 1): an answer that is there before is none. */
void fuzz_answer_next_request (int socket, const guint8 *data, gsize size, FuzzBuildFunc build);
/* The answer has been sent. */
gboolean fuzz_answered (void);
