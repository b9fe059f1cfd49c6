/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader's end of the line to the keeper: the arena, requests that come in, answers that go
 * out. */
#pragma once

#include "reader_protocol.h"
#include "reader_verbs.h"

typedef struct
{
  int socket;
  guint8 *arena;
  gsize arena_size;
  ScanPacket request;
  ScanPacket bytes; /* the latest answer to a RANGE */
  guint8 *window;   /* SCAN_RANGE_MAX bytes for the read-ahead of a ranged source */
  ReaderSource source, copy;
  guint64 window_offset; /* what the window holds */
  gsize window_size;
  gsize window_step; /* how much to ask for next */
} ReaderTransport;

/* Maps the arena and takes all the memory that the transport will ever need, so that a request that
 * eats memory cannot take it away. To be called before the lock-in. FALSE: the descriptors are not
 * what the keeper hands over. */
gboolean reader_transport_open (ReaderTransport *transport);

/* Tells the keeper that requests may come, and which version of Landlock took hold (0 = none). */
gboolean reader_transport_ready (ReaderTransport *transport, guint landlock);

/* Waits for the next request and fills ret_call and ret_answer, both valid until
 * reader_transport_reply. FALSE: the keeper is gone or talks nonsense; the process must end. A
 * request whose source has no place gives an answer that is already an error. */
gboolean reader_transport_next (ReaderTransport *transport, const char **ret_verb,
                                ReaderCall *ret_call, ReaderAnswer *ret_answer);

/* Sends the answer and forgets the request. FALSE as above. */
gboolean reader_transport_reply (ReaderTransport *transport, ReaderAnswer *answer);

/* Makes source one whose bytes are asked for by RANGE. */
void reader_source_init_ranged (ReaderSource *source, ReaderTransport *transport, guint64 size);

/* Makes source one whose bytes are in memory. */
void reader_source_init_memory (ReaderSource *source, const guint8 *data, gsize size);
