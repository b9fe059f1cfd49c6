/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verb of the reader looks like from inside: pure functions from a call to an answer. The
 * verbs and their arguments are listed in app/reader_protocol.h. No C++ type and no exception
 * crosses this line. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes to be read. Either data is set, and all size bytes are in memory, or bytes come through
 * reader_source_read alone. data may be changed by nobody. */
typedef struct ReaderSource ReaderSource;
struct ReaderSource
{
  guint64 size;
  const guint8 *data; /* NULL: by range */
  gint64 (*read) (ReaderSource *source, guint64 offset, void *buf, gsize n);
  gpointer priv;
};

/* Reads up to n bytes at offset; returns how many (fewer only at the end), or -1 if they cannot be
 * had. */
gint64 reader_source_read (ReaderSource *source, guint64 offset, void *buf, gsize n);

typedef struct
{
  GVariant *arguments; /* a{sv} */
  ReaderSource *source;
  ReaderSource *copy; /* verify alone, else NULL */
  /* Sends one packet of an answer that is a stream, waiting until the keeper takes it; it does not
   * return if there is no keeper any more. arguments: a{sv}, floating is sunk. */
  void (*stream) (gpointer line, guint32 kind, GVariant *arguments, const void *raw, gsize n);
  /* Asks for the next piece of a request that is a stream (`pack`); it does not return if there is
   * no keeper any more. Returns the packet's kind; what it holds is valid until the next call. */
  guint32 (*take) (gpointer line, GVariant **ret_arguments, const guint8 **ret_raw, gsize *ret_n);
  gpointer line;
} ReaderCall;

typedef struct
{
  GVariantDict result; /* initialised by the caller */
  const char *error;   /* NULL = success; else a name of reader_protocol.h, constant */
  const char *message; /* plain English, constant: never text of the source */
  const char *code;    /* kebab-case, constant; with "refused" */
  guint8 *bulk;        /* from reader_answer_bulk */
  gsize bulk_size;
  guint8 *arena;           /* where bulk may go; set by the caller */
  gsize arena_size;        /* how much of it is free */
  gsize arena_used_before; /* bytes of the arena in front of it, for "need" */
} ReaderAnswer;

/* Room of n bytes for the bulk result, inside the arena. NULL: does not fit, and the answer is
 * already the error "arena-too-small". Call at most once an answer. */
guint8 *reader_answer_bulk (ReaderAnswer *answer, gsize n);

/* Makes the answer an error. Returns FALSE, so that callers may `return reader_answer_fail (…)`. */
gboolean reader_answer_fail (ReaderAnswer *answer, const char *error, const char *message);
gboolean reader_answer_refuse (ReaderAnswer *answer, const char *code, const char *message);

typedef gboolean (*ReaderVerb) (const ReaderCall *call, ReaderAnswer *answer);

/* Loads what the verbs need (dictionary, codecs, character set converters). Before the lock-in,
 * once. Returns NULL, or a constant sentence that says what is missing. */
const char *reader_dicom_preload (void);

gboolean reader_verb_inspect (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_frame (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_hash (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_samples (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_picture (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_attributes (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_deidentify (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_survey (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_burned_in (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_verify (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_unpack (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_pack (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_medium (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_enclosed (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_places (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_presentation (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_text (const ReaderCall *call, ReaderAnswer *answer);
/* scanvault-pages: */
gboolean reader_verb_pages (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_page (const ReaderCall *call, ReaderAnswer *answer);
gboolean reader_verb_probe (const ReaderCall *call, ReaderAnswer *answer);

G_END_DECLS
