/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader_client.h"

#include <string.h>

#include "error.h"
#include "image_memory.h"
#include "reader_budget.h"
#include "reader_pool_private.h"

#define READER_PROGRAM "scanvault-reader"
#define PAGES_PROGRAM "scanvault-pages"
#define RESULT_ROOM ((guint64) 1024 * 1024)
#define MESSAGE_MAX 200
#define REFUSAL_CODES_MAX 100

/* Where the reader may be, from the folder of the running program: installed beside it or, in a
 * build tree, as seen from app/, ui/, tests/bench/ and tests/unit/app/. */
static const char *const reader_places[] = { ".", "reader", "../app/reader", "../../app/reader",
                                             "../../../app/reader" };

static _Thread_local const char *refusal_code = "refused";

/* The program's path, or NULL. */
static char *
find_reader (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *installed = g_build_filename (SCANVAULT_LIBEXECDIR, name, NULL);
  gsize i;

  if (self != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self);

      for (i = 0; i < G_N_ELEMENTS (reader_places); i++)
        {
          g_autofree char *path = g_build_filename (folder, reader_places[i], name, NULL);

          if (g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
              g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer (&path);
        }
    }
  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&installed);
  return NULL;
}

static ScanReaderPool *
pool_of (const char *name, const char *not_installed, guint max_readers, GError **error)
{
  g_autofree char *program = find_reader (name);

  if (program == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX, not_installed);
      return NULL;
    }
  return scan_reader_pool_new_for_program (program, NULL, max_readers);
}

ScanReaderPool *
scan_reader_pool_new (guint max_readers, GError **error)
{
  return pool_of (READER_PROGRAM, "The part of the program that reads scans is not installed.",
                  max_readers, error);
}

ScanReaderPool *
scan_reader_pool_new_pages (guint max_readers, GError **error)
{
  return pool_of (PAGES_PROGRAM, "The part of the program that shows documents is not installed.",
                  max_readers, error);
}

const char *
scan_reader_refusal_code (void)
{
  return refusal_code;
}

/* A code that a reader sent, made constant; "refused" if it does not look like one of ours. A
 * reader that invents codes must not fill the memory of the keeper, so their number is limited. */
static const char *
constant_code (const char *code)
{
  static GMutex lock;
  static GHashTable *codes;
  const char *known = "refused";
  gsize n = strlen (code);

  if (n == 0 || n > 48 || strspn (code, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
    return known;

  g_mutex_lock (&lock);
  if (codes == NULL)
    codes = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_contains (codes, code) || g_hash_table_size (codes) < REFUSAL_CODES_MAX)
    {
      known = g_intern_string (code);
      g_hash_table_add (codes, (gpointer) known);
    }
  g_mutex_unlock (&lock);
  return known;
}

/* Sets error to the reader's sentence if it is one line of reasonable length, else to ours: the
 * reader is not trusted, and its words may reach a terminal. */
static void
set_reader_sentence (GError **error, ScanErrorCode code, GVariant *arguments, const char *otherwise)
{
  const char *sentence = NULL, *p;

  g_variant_lookup (arguments, "message", "&s", &sentence);
  if (sentence == NULL || *sentence == '\0' || strlen (sentence) > MESSAGE_MAX)
    sentence = otherwise;
  for (p = sentence; *p != '\0'; p++)
    if (*p < ' ' || *p > '~')
      {
        sentence = otherwise;
        break;
      }
  g_set_error_literal (error, SCAN_ERROR, code, sentence);
}

/* Turns a reply's error into a GError. */
static void
set_reply_error (GError **error, const char *name, GVariant *arguments)
{
  const char *code = "refused";

  if (strcmp (name, "unreadable") == 0)
    set_reader_sentence (error, SCAN_ERROR_UNREADABLE, arguments,
                         "The file is damaged, or is not what it claims to be.");
  else if (strcmp (name, "unsupported") == 0)
    set_reader_sentence (error, SCAN_ERROR_UNSUPPORTED, arguments,
                         "The file is of a kind that the program cannot show.");
  else if (strcmp (name, "refused") == 0)
    {
      g_variant_lookup (arguments, "code", "&s", &code);
      refusal_code = constant_code (code);
      set_reader_sentence (error, SCAN_ERROR_REFUSED, arguments,
                           "This file cannot be shared without risk to privacy.");
    }
  else if (strcmp (name, "no-memory") == 0)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_MEMORY,
                         "The file needs more memory than it may have.");
  else if (strcmp (name, "bad-request") == 0)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_BUG,
                         "The program asked its reader for something unknown. This is a bug.");
  else
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The part of the program that reads scans gave a senseless answer.");
}

static void
set_too_large (GError **error)
{
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                       "The file is too large to be worked on in memory.");
}

void
scan_exchange_set_error (GError **error, ScanExchange outcome)
{
  switch (outcome)
    {
    case SCAN_EXCHANGE_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped on request.");
      break;
    case SCAN_EXCHANGE_NO_SOURCE:
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_IO, "The file could not be read.");
      break;
    case SCAN_EXCHANGE_TIMEOUT:
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER, "Reading the file took too long.");
      break;
    default:
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                           "The part of the program that reads scans failed over this file.");
      break;
    }
}

/* Copies a sound reply out of the packet and the arena, both of which the next request overwrites.
 */
static gboolean
copy_reply (GVariant *arguments, const guint8 *bulk, gsize bulk_size, ScanReaderReply *ret_reply,
            GError **error)
{
  g_autoptr (GBytes) serialised = NULL;
  guint8 *copy = NULL;

  if (bulk != NULL)
    {
      copy = scan_image_alloc (MAX (bulk_size, 1));
      if (copy == NULL)
        {
          g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_MEMORY,
                               "There is not enough free memory.");
          return FALSE;
        }
      memcpy (copy, bulk, bulk_size);
    }

  serialised = g_bytes_new (g_variant_get_data (arguments), g_variant_get_size (arguments));
  /* Trusted: it is our own copy of what was found to be in normal form. */
  ret_reply->result =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, serialised, TRUE));
  ret_reply->bulk = copy != NULL ? scan_image_take (copy, bulk_size) : NULL;
  return TRUE;
}

typedef enum
{
  ATTEMPT_DONE,
  ATTEMPT_FAILED,
  ATTEMPT_TOO_SMALL,
  ATTEMPT_DOUBTFUL /* failed in a reader that served others before, whose fault it may be */
} Attempt;

/* It said that its memory does not do, which may be what is left of others' files. */
static gboolean
is_full (const ScanReader *reader)
{
  return g_strcmp0 (reader->packet.name, "no-memory") == 0;
}

/* One request in one reader. */
static Attempt
attempt (ScanReaderPool *pool, const ScanRequest *request, guint64 arena_size, ScanCallFlags flags,
         guint64 *ret_need, ScanReaderReply *ret_reply, GError **error)
{
  ScanReader *reader;
  ScanExchange outcome;
  const guint8 *bulk = NULL;
  gsize bulk_size = 0;
  gboolean reusable = FALSE, used;
  ScanReaderState state = SCAN_READER_SPENT;
  Attempt result = ATTEMPT_FAILED;

  reader = scan_reader_pool_borrow (pool, (gsize) arena_size, flags, request->cancellable, error);
  if (reader == NULL)
    return ATTEMPT_FAILED;
  used = reader->used;

  outcome = scan_reader_exchange (reader, request, &bulk, &bulk_size, &reusable);
  if (outcome != SCAN_EXCHANGE_DONE)
    scan_exchange_set_error (error, outcome);
  else if (*reader->packet.name == '\0')
    {
      if (copy_reply (reader->packet.arguments, bulk, bulk_size, ret_reply, error))
        result = ATTEMPT_DONE;
    }
  else if (strcmp (reader->packet.name, "arena-too-small") == 0 &&
           g_variant_lookup (reader->packet.arguments, "need", "t", ret_need) &&
           *ret_need > reader->arena_size)
    result = ATTEMPT_TOO_SMALL;
  else
    set_reply_error (error, reader->packet.name, reader->packet.arguments);

  if (outcome == SCAN_EXCHANGE_BROKEN || outcome == SCAN_EXCHANGE_TIMEOUT)
    state = SCAN_READER_BROKEN;
  else if (reusable && (flags & SCAN_CALL_FRESH) == 0 && !is_full (reader))
    state = SCAN_READER_SOUND;
  if (used && result == ATTEMPT_FAILED && (state == SCAN_READER_BROKEN || is_full (reader)))
    result = ATTEMPT_DOUBTFUL;

  scan_packet_clear (&reader->packet);
  scan_reader_pool_return (pool, reader, state);
  return result;
}

static gboolean
may_be_ranged (const char *verb)
{
  static const char *const verbs[] = { "inspect",      "frame",  "hash",     "picture",
                                       "attributes",   "probe",  "enclosed", "text",
                                       "presentation", "places", NULL };

  return g_strv_contains (verbs, verb);
}

/* The arena that a request is likely to need. */
static guint64
expected_arena (const ScanRequest *request)
{
  guint64 n = scan_request_arena (request);

  if (n > SCAN_ARENA_MAX)
    return n;
  /* The new file is about as long as the old one. */
  if (strcmp (request->verb, "deidentify") == 0)
    n += n + RESULT_ROOM;
  return MAX (n, SCAN_ARENA_DEFAULT);
}

/* A file must not pay for the one before it, whose harm shows late: what fails in a reader that
 * served others is asked once more of one that did not. */
static Attempt
attempt_fairly (ScanReaderPool *pool, const ScanRequest *request, guint64 arena_size,
                ScanCallFlags flags, guint64 *ret_need, ScanReaderReply *ret_reply, GError **error)
{
  g_autoptr (GError) failure = NULL;
  Attempt result = attempt (pool, request, arena_size, flags, ret_need, ret_reply, &failure);

  if (result == ATTEMPT_DOUBTFUL)
    {
      g_clear_error (&failure);
      result = attempt (pool, request, arena_size, flags | SCAN_CALL_FRESH, ret_need, ret_reply,
                        &failure);
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return result;
}

gboolean
scan_reader_call (ScanReaderPool *pool, const char *verb, GVariant *arguments,
                  const ScanSource *source, const ScanSource *copy, ScanCallFlags flags,
                  guint timeout_ms, GCancellable *cancellable, ScanReaderReply *ret_reply,
                  GError **error)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  ScanRequest request = { .verb = verb,
                          .arguments = owned,
                          .source = source,
                          .copy = copy,
                          .timeout_ms = timeout_ms,
                          .cancellable = cancellable };
  const ScanBudget budget =
      scan_budget (verb, (source != NULL ? source->size : 0) + (copy != NULL ? copy->size : 0));
  guint64 arena_size, need = 0;
  Attempt result;

  refusal_code = "refused";
  request.ranged = source != NULL && source->size > SCAN_RANGED_FROM && may_be_ranged (verb);
  if (timeout_ms == 0)
    {
      request.timeout_ms = budget.wall_ms;
      request.cpu_ms = budget.cpu_ms;
    }

  arena_size = expected_arena (&request);
  if (arena_size > SCAN_ARENA_MAX)
    {
      set_too_large (error);
      return FALSE;
    }

  result = attempt_fairly (pool, &request, arena_size, flags, &need, ret_reply, error);
  if (result == ATTEMPT_TOO_SMALL && need <= budget.arena_max)
    {
      arena_size = (need + SCAN_ARENA_ALIGN - 1) & ~(guint64) (SCAN_ARENA_ALIGN - 1);
      result = attempt_fairly (pool, &request, arena_size, flags, &need, ret_reply, error);
    }
  if (result == ATTEMPT_TOO_SMALL)
    set_too_large (error);
  return result == ATTEMPT_DONE;
}

void
scan_reader_reply_clear (ScanReaderReply *reply)
{
  g_clear_pointer (&reply->result, g_variant_unref);
  g_clear_pointer (&reply->bulk, g_bytes_unref);
}
