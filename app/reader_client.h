/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keeper's side of the reader processes: starts them, hands them one request at a time, watches
 * the clock, replaces those that die. Thread-safe: any thread may call; each call borrows one
 * reader.
 *
 * Readers are started by a thread of the pool that lives as long as the pool, because the kernel's
 * parent-death signal is bound to the thread that started a process. */
#pragma once

#include <gio/gio.h>

typedef struct ScanReaderPool ScanReaderPool;

/* Bytes for a reader. Exactly one of data and read is set. Borrowed for the call. */
typedef struct
{
  guint64 size;
  const void *data;
  gint64 (*read) (gpointer user_data, guint64 offset, void *buf, gsize n); /* -1 = failed */
  gpointer user_data;
} ScanSource;

typedef struct
{
  GVariant *result; /* a{sv} in normal form */
  GBytes *bulk;     /* a copy of the bulk result, NULL if there is none */
} ScanReaderReply;

typedef enum
{
  SCAN_CALL_DEFAULT = 0,
  SCAN_CALL_FRESH = 1 << 0 /* a new process that has served nothing, and that is ended afterwards */
} ScanCallFlags;

/* Finds the reader program (beside /proc/self/exe, in the build tree, or in libexecdir), makes a
 * pool of at most max_readers (0 = one a core). The first reader is started at once in the
 * background. Errors: SCAN_ERROR_NO_SANDBOX if the program is not there. */
ScanReaderPool *scan_reader_pool_new (guint max_readers, GError **error);

/* The same with scanvault-pages, which has the verbs `pages` and `page` alone. */
ScanReaderPool *scan_reader_pool_new_pages (guint max_readers, GError **error);

/* Ends all readers. No call may be running. NULL is fine. */
void scan_reader_pool_free (ScanReaderPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanReaderPool, scan_reader_pool_free)

/* One request. verb and arguments as in reader_protocol.h (arguments: a{sv}, floating is sunk, NULL
 * = none). source, copy: NULL where the verb has none. timeout_ms: 0 = by the verb and the size of
 * the sources (reader_budget.h). A request that fails in a reader that served others is put once
 * more to one that did not, with the same time. A source above SCAN_RANGED_FROM is served by range
 * for inspect, frame, hash, picture, attributes, enclosed, text and presentation. ret_reply is to
 * be cleared with scan_reader_reply_clear. Errors: UNREADABLE, UNSUPPORTED, REFUSED (message is the
 * reader's plain sentence; its kebab-case code can be had with scan_reader_refusal_code),
 * NO_MEMORY, READER, NO_SANDBOX, G_IO_ERROR_CANCELLED. */
gboolean scan_reader_call (ScanReaderPool *pool, const char *verb, GVariant *arguments,
                           const ScanSource *source, const ScanSource *copy, ScanCallFlags flags,
                           guint timeout_ms, GCancellable *cancellable, ScanReaderReply *ret_reply,
                           GError **error);
void scan_reader_reply_clear (ScanReaderReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanReaderReply, scan_reader_reply_clear)

/* Which version of Landlock stands behind the filter of system calls in the readers of pool: 0 =
 * this system has none, -1 = no reader has started yet (so ask after a call). The filter itself is
 * always there, or no reader is. */
int scan_reader_pool_landlock (ScanReaderPool *pool);

/* The kebab-case code of the last refusal that this thread got from scan_reader_call; constant or
 * "refused". */
const char *scan_reader_refusal_code (void);
