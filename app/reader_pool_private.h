/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the keeper's side of the reader processes:
 *   reader_budget.c    what a request may cost
 *   reader_spawn.c     starts and ends one process
 *   reader_exchange.c  one request on one process, against the clock
 *   reader_pool.c      which process gets which request, and the thread that starts them
 *   reader_client.c    scan_reader_call: from a caller's source to a reply or a GError
 * Tests use it to run a pool on a program of their own. */
#pragma once

#include <sys/types.h>

#include "reader_client.h"
#include "reader_protocol.h"

#define SCAN_READER_START_MS 10000

/* One process. Used by one thread at a time. */
typedef struct
{
  pid_t pid;
  int socket;
  guint8 *arena;
  gsize arena_size;
  guint32 last_id; /* of the latest request, drawn by lot */
  gboolean used;   /* has served a request */
  guint landlock;  /* its version, 0 = this system has none; said before the first request */
  ScanPacket packet;
} ScanReader;

/* How readers of a pool are started. */
typedef struct
{
  char *program;
  char **switches; /* further arguments; NULL but in tests */
} ScanReaderProgram;

/* Starts a reader with an arena of that size (a multiple of SCAN_ARENA_ALIGN) and waits until it is
 * ready. The reader dies with the calling thread. Errors: NO_SANDBOX (final: another attempt is of
 * no use), READER, NO_MEMORY. */
ScanReader *scan_reader_spawn (const ScanReaderProgram *program, gsize arena_size, GError **error);

/* Kills and reaps the process, frees reader. Returns what waitpid said. */
int scan_reader_end (ScanReader *reader);

typedef enum
{
  SCAN_EXCHANGE_DONE,   /* a reply, which may be an error, is in reader->packet */
  SCAN_EXCHANGE_BROKEN, /* the reader died, or said what no sound reader says */
  SCAN_EXCHANGE_TIMEOUT,
  SCAN_EXCHANGE_CANCELLED,
  SCAN_EXCHANGE_NO_SOURCE /* the source could not be read */
} ScanExchange;

typedef struct
{
  const char *verb;
  GVariant *arguments; /* a{sv} or NULL, not floating */
  const ScanSource *source;
  const ScanSource *copy;
  gboolean ranged;    /* source is served by range */
  guint64 timeout_ms; /* of the clock, while the reader has the word */
  guint64 cpu_ms;     /* of the processor; 0 = the clock alone */
  GCancellable *cancellable;
} ScanRequest;

/* Bytes of the arena that the sources of a request take; G_MAXUINT64 if they are beyond all
 * measure. */
guint64 scan_request_arena (const ScanRequest *request);

/* One request on its way, packet by packet: for answers that are streams. */
typedef struct
{
  ScanReader *reader;
  const ScanRequest *request;
  gint64 deadline;     /* monotonic, microseconds; moved on by the time that the source takes */
  gint64 cpu_end;      /* of the reader's processor time, microseconds; 0 = not looked at */
  guint64 ranges_left; /* a reader that asks for ever is as broken as one that loops */
  guint64 range_bytes_left;
  gboolean source_failed; /* the source could not be read somewhere */
  gboolean reusable;      /* the reader is where it was before the request */
  GPollFD cancelled;      /* fd -1: cannot be cancelled */
  gboolean has_pollfd;
  guint8 *range; /* SCAN_RANGE_MAX bytes, made when first needed */
} ScanConversation;

/* Fills the arena, which must be large enough, and sends the request. reader and request are
 * borrowed until scan_conversation_end, which is to be called whatever came out of it. */
ScanExchange scan_conversation_begin (ScanConversation *conversation, ScanReader *reader,
                                      const ScanRequest *request);
/* Serves the reader's questions for bytes until it says something else; after DONE that stands in
 * reader->packet, of any kind but RANGE. */
ScanExchange scan_conversation_next (ScanConversation *conversation);
void scan_conversation_end (ScanConversation *conversation);

/* One request, from filling the arena (which must be large enough) to the reply. After anything but
 * DONE and NO_SOURCE before the request was sent, the reader is to be ended; ret_reusable says so.
 * After DONE: ret_bulk (may be NULL) points into the arena and was checked against its bounds. */
ScanExchange scan_reader_exchange (ScanReader *reader, const ScanRequest *request,
                                   const guint8 **ret_bulk, gsize *ret_bulk_size,
                                   gboolean *ret_reusable);

/* What an outcome that is not DONE means to a caller. */
void scan_exchange_set_error (GError **error, ScanExchange outcome);

/* A pool that runs program. switches: NULL-terminated or NULL; copied. */
ScanReaderPool *scan_reader_pool_new_for_program (const char *program, const char *const *switches,
                                                  guint max_readers);

/* Borrows a reader with an arena of at least that size. Waits while all are busy.
 * Errors: CANCELLED, NO_SANDBOX, READER, NO_MEMORY. */
ScanReader *scan_reader_pool_borrow (ScanReaderPool *pool, gsize arena_size, ScanCallFlags flags,
                                     GCancellable *cancellable, GError **error);

typedef enum
{
  SCAN_READER_SOUND, /* it is where it was before the request, and serves the next */
  SCAN_READER_SPENT, /* it is ended on purpose */
  SCAN_READER_BROKEN /* it failed and is ended; many of these in a row slow down further starts */
} ScanReaderState;

/* Takes it back. */
void scan_reader_pool_return (ScanReaderPool *pool, ScanReader *reader, ScanReaderState state);

/* The waitpid status of the reader that was ended last; for tests. */
int scan_reader_pool_last_status (ScanReaderPool *pool);

/* How many readers are borrowed; for tests. */
guint scan_reader_pool_busy (ScanReaderPool *pool);

/* How many processes were started, or tried to; for tests. */
guint scan_reader_pool_starts (ScanReaderPool *pool);
