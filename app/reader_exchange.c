/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "reader_pool_private.h"

#include "image_memory.h"
#include "reader_budget.h"

#define ALIGNED(n) (((n) + SCAN_ARENA_ALIGN - 1) & ~(guint64) (SCAN_ARENA_ALIGN - 1))
#define READ_PIECE ((gsize) 1024 * 1024)

guint64
scan_request_arena (const ScanRequest *request)
{
  guint64 n = 0;

  if (request->source != NULL && !request->ranged)
    {
      if (request->source->size > SCAN_ARENA_MAX)
        return G_MAXUINT64;
      n += ALIGNED (request->source->size);
    }
  if (request->copy != NULL)
    {
      if (request->copy->size > SCAN_ARENA_MAX)
        return G_MAXUINT64;
      n += ALIGNED (request->copy->size);
    }
  return n;
}

static gboolean
read_exactly (const ScanSource *source, guint64 offset, guint8 *to, gsize n)
{
  gsize done = 0;

  if (source->data != NULL)
    {
      memcpy (to, (const guint8 *) source->data + offset, n);
      return TRUE;
    }
  while (done < n)
    {
      gint64 got = source->read (source->user_data, offset + done, to + done, n - done);

      if (got <= 0 || (guint64) got > n - done)
        return FALSE;
      done += (gsize) got;
    }
  return TRUE;
}

/* Puts a whole source into the arena; there is room. */
static ScanExchange
place_source (const ScanSource *source, guint8 *to, GCancellable *cancellable)
{
  gsize done = 0;

  while (done < source->size)
    {
      gsize n = MIN (READ_PIECE, source->size - done);

      if (g_cancellable_is_cancelled (cancellable))
        return SCAN_EXCHANGE_CANCELLED;
      if (!read_exactly (source, done, to + done, n))
        return SCAN_EXCHANGE_NO_SOURCE;
      done += n;
    }
  return SCAN_EXCHANGE_DONE;
}

static ScanExchange
place_sources (ScanConversation *conversation)
{
  const ScanRequest *request = conversation->request;
  ScanExchange outcome = SCAN_EXCHANGE_DONE;
  gsize used = 0;

  if (request->source != NULL && !request->ranged)
    {
      outcome = place_source (request->source, conversation->reader->arena, request->cancellable);
      used = (gsize) ALIGNED (request->source->size);
    }
  if (outcome == SCAN_EXCHANGE_DONE && request->copy != NULL)
    outcome =
        place_source (request->copy, conversation->reader->arena + used, request->cancellable);
  return outcome;
}

static GVariant *
request_arguments (const ScanRequest *request)
{
  g_auto (GVariantDict) arguments = G_VARIANT_DICT_INIT (request->arguments);

  if (request->source != NULL)
    {
      g_variant_dict_insert (&arguments, "source-size", "t", request->source->size);
      g_variant_dict_insert (&arguments, "source-ranged", "b", request->ranged);
    }
  if (request->copy != NULL)
    g_variant_dict_insert (&arguments, "copy-size", "t", request->copy->size);
  return g_variant_dict_end (&arguments);
}

/* The processor time that the reader has used so far, microseconds; -1 if the kernel does not say.
 */
static gint64
cpu_time (const ScanReader *reader)
{
  struct timespec used;
  clockid_t clock;

  if (reader->pid <= 0 || clock_getcpuclockid (reader->pid, &clock) != 0 ||
      clock_gettime (clock, &used) != 0)
    return -1;
  return (gint64) used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

/* How long the reader may still take, microseconds. It cannot use more of a processor than time
 * passes, so whoever waits that long and asks again misses nothing. */
static gint64
time_left (const ScanConversation *conversation)
{
  gint64 left = conversation->deadline - g_get_monotonic_time ();

  if (left > 0 && conversation->cpu_end > 0)
    left = MIN (left, conversation->cpu_end - cpu_time (conversation->reader));
  return left;
}

/* Waits for a packet of this request. */
static ScanExchange
await_packet (ScanConversation *conversation)
{
  ScanReader *reader = conversation->reader;
  struct pollfd waiting[2] = { { .fd = reader->socket, .events = POLLIN },
                               { .fd = conversation->cancelled.fd, .events = POLLIN } };

  for (;;)
    {
      const gint64 left = time_left (conversation);
      int ready;

      if (left <= 0)
        return SCAN_EXCHANGE_TIMEOUT;
      /* A descriptor of -1 is passed over by poll. */
      ready = poll (waiting, G_N_ELEMENTS (waiting), (int) MIN (left / 1000 + 1, G_MAXINT));
      if (ready < 0 && errno != EINTR)
        return SCAN_EXCHANGE_BROKEN;
      if (g_cancellable_is_cancelled (conversation->request->cancellable))
        return SCAN_EXCHANGE_CANCELLED;
      if (ready > 0 && waiting[0].revents != 0)
        break;
    }

  if (scan_packet_receive (reader->socket, &reader->packet, -1) != SCAN_RECEIVED ||
      reader->packet.id != reader->last_id)
    return SCAN_EXCHANGE_BROKEN;
  return SCAN_EXCHANGE_DONE;
}

/* Answers a RANGE. FALSE: no sound reader asks so. */
static gboolean
serve_range (ScanConversation *conversation)
{
  ScanReader *reader = conversation->reader;
  const ScanRequest *request = conversation->request;
  guint64 offset = 0, size = 0;
  gint64 before = g_get_monotonic_time ();
  const guint8 *bytes = NULL;

  if (!request->ranged || conversation->ranges_left == 0 ||
      !g_variant_lookup (reader->packet.arguments, "offset", "t", &offset) ||
      !g_variant_lookup (reader->packet.arguments, "size", "t", &size) || size == 0 ||
      size > SCAN_RANGE_MAX || offset > request->source->size ||
      size > request->source->size - offset || size > conversation->range_bytes_left)
    return FALSE;
  conversation->ranges_left--;
  conversation->range_bytes_left -= size;

  if (request->source->data != NULL)
    bytes = (const guint8 *) request->source->data + offset;
  else
    {
      if (conversation->range == NULL)
        conversation->range = scan_image_alloc (SCAN_RANGE_MAX);
      if (conversation->range != NULL &&
          read_exactly (request->source, offset, conversation->range, (gsize) size))
        bytes = conversation->range;
      else
        conversation->source_failed = TRUE;
    }

  /* The clock is the reader's, not the disk's. */
  conversation->deadline += g_get_monotonic_time () - before;
  return scan_packet_send (reader->socket, SCAN_PACKET_BYTES, reader->last_id, "", NULL, bytes,
                           bytes != NULL ? (gsize) size : 0);
}

/* Checks where a reply says its bulk is. */
static gboolean
find_bulk (const ScanReader *reader, const guint8 **ret_bulk, gsize *ret_bulk_size)
{
  GVariant *arguments = reader->packet.arguments;
  guint64 offset, size;
  gboolean has_offset = g_variant_lookup (arguments, "bulk-offset", "t", &offset);
  gboolean has_size = g_variant_lookup (arguments, "bulk-size", "t", &size);

  if (has_offset != has_size)
    return FALSE;
  if (!has_offset)
    {
      *ret_bulk = NULL;
      *ret_bulk_size = 0;
      return TRUE;
    }
  if (offset > reader->arena_size || size > reader->arena_size - offset)
    return FALSE;
  *ret_bulk = reader->arena + offset;
  *ret_bulk_size = (gsize) size;
  return TRUE;
}

/* A reader speaks when it is asked. One that has ended, or has an answer ready to a question that
 * nobody put, is not asked. */
static gboolean
is_silent (const ScanReader *reader)
{
  struct pollfd line = { .fd = reader->socket, .events = POLLIN };

  return poll (&line, 1, 0) == 0;
}

/* Nobody can tell it beforehand, so that no answer can be on its way before the question. */
static guint32
new_id (void)
{
  guint32 id = 0;

  while (id == 0)
    if (getrandom (&id, sizeof id, 0) != sizeof id)
      id = g_random_int ();
  return id;
}

ScanExchange
scan_conversation_begin (ScanConversation *conversation, ScanReader *reader,
                         const ScanRequest *request)
{
  ScanExchange outcome;

  *conversation =
      (ScanConversation){ .reader = reader, .request = request, .cancelled = { .fd = -1 } };
  if (!is_silent (reader))
    return SCAN_EXCHANGE_BROKEN;
  outcome = place_sources (conversation);
  if (outcome != SCAN_EXCHANGE_DONE)
    {
      conversation->reusable = TRUE;
      return outcome;
    }

  conversation->deadline = g_get_monotonic_time () + (gint64) request->timeout_ms * 1000;
  if (request->cpu_ms > 0)
    {
      const gint64 used = cpu_time (reader);

      conversation->cpu_end = used >= 0 ? used + (gint64) request->cpu_ms * 1000 : 0;
    }
  if (request->ranged)
    {
      conversation->ranges_left = scan_budget_ranges (request->source->size);
      conversation->range_bytes_left = scan_budget_range_bytes (request->source->size);
    }
  conversation->has_pollfd =
      g_cancellable_make_pollfd (request->cancellable, &conversation->cancelled);
  if (!conversation->has_pollfd)
    conversation->cancelled.fd = -1;

  reader->used = TRUE;
  reader->last_id = new_id ();
  if (!scan_packet_send (reader->socket, SCAN_PACKET_REQUEST, reader->last_id, request->verb,
                         request_arguments (request), NULL, 0))
    return SCAN_EXCHANGE_BROKEN;
  return SCAN_EXCHANGE_DONE;
}

ScanExchange
scan_conversation_next (ScanConversation *conversation)
{
  for (;;)
    {
      ScanExchange outcome = await_packet (conversation);

      if (outcome != SCAN_EXCHANGE_DONE)
        return outcome;
      if (conversation->reader->packet.kind != SCAN_PACKET_RANGE)
        return SCAN_EXCHANGE_DONE;
      if (!serve_range (conversation))
        return SCAN_EXCHANGE_BROKEN;
    }
}

void
scan_conversation_end (ScanConversation *conversation)
{
  if (conversation->has_pollfd)
    g_cancellable_release_fd (conversation->request->cancellable);
  conversation->has_pollfd = FALSE;
  scan_image_free (g_steal_pointer (&conversation->range));
}

/* The reply to a request that is answered at once. */
static ScanExchange
await_reply (ScanConversation *conversation, const guint8 **ret_bulk, gsize *ret_bulk_size)
{
  ScanExchange outcome = scan_conversation_next (conversation);

  if (outcome != SCAN_EXCHANGE_DONE)
    return outcome;
  if (conversation->reader->packet.kind != SCAN_PACKET_REPLY ||
      !find_bulk (conversation->reader, ret_bulk, ret_bulk_size))
    return SCAN_EXCHANGE_BROKEN;
  conversation->reusable = TRUE;
  return conversation->source_failed ? SCAN_EXCHANGE_NO_SOURCE : SCAN_EXCHANGE_DONE;
}

ScanExchange
scan_reader_exchange (ScanReader *reader, const ScanRequest *request, const guint8 **ret_bulk,
                      gsize *ret_bulk_size, gboolean *ret_reusable)
{
  ScanConversation conversation;
  ScanExchange outcome = scan_conversation_begin (&conversation, reader, request);

  if (outcome == SCAN_EXCHANGE_DONE)
    outcome = await_reply (&conversation, ret_bulk, ret_bulk_size);
  scan_conversation_end (&conversation);
  *ret_reusable = conversation.reusable;
  return outcome;
}
