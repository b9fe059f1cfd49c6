/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "reader_pool_private.h"

#include "image_memory.h"

#define ALIGNED(n) (((n) + SCAN_ARENA_ALIGN - 1) & ~(guint64) (SCAN_ARENA_ALIGN - 1))
#define READ_PIECE ((gsize) 1024 * 1024)

/* One request on its way. */
typedef struct
{
  ScanReader *reader;
  const ScanRequest *request;
  gint64 deadline;     /* monotonic, microseconds */
  guint64 ranges_left; /* a reader that asks for ever is as broken as one that loops */
  gboolean source_failed;
  GPollFD cancelled; /* fd -1: cannot be cancelled */
  guint8 *range;     /* SCAN_RANGE_MAX bytes, made when first needed */
} Exchange;

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
place_sources (Exchange *exchange)
{
  const ScanRequest *request = exchange->request;
  ScanExchange outcome = SCAN_EXCHANGE_DONE;
  gsize used = 0;

  if (request->source != NULL && !request->ranged)
    {
      outcome = place_source (request->source, exchange->reader->arena, request->cancellable);
      used = (gsize) ALIGNED (request->source->size);
    }
  if (outcome == SCAN_EXCHANGE_DONE && request->copy != NULL)
    outcome = place_source (request->copy, exchange->reader->arena + used, request->cancellable);
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

/* Waits for a packet of this request. */
static ScanExchange
await_packet (Exchange *exchange)
{
  ScanReader *reader = exchange->reader;
  struct pollfd waiting[2] = { { .fd = reader->socket, .events = POLLIN },
                               { .fd = exchange->cancelled.fd, .events = POLLIN } };

  for (;;)
    {
      gint64 left = exchange->deadline - g_get_monotonic_time ();
      int ready;

      if (left <= 0)
        return SCAN_EXCHANGE_TIMEOUT;
      /* A descriptor of -1 is passed over by poll. */
      ready = poll (waiting, G_N_ELEMENTS (waiting), (int) MIN (left / 1000 + 1, G_MAXINT));
      if (ready < 0 && errno != EINTR)
        return SCAN_EXCHANGE_BROKEN;
      if (g_cancellable_is_cancelled (exchange->request->cancellable))
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
serve_range (Exchange *exchange)
{
  ScanReader *reader = exchange->reader;
  const ScanRequest *request = exchange->request;
  guint64 offset = 0, size = 0;
  gint64 before = g_get_monotonic_time ();
  const guint8 *bytes = NULL;

  if (!request->ranged || exchange->ranges_left == 0 ||
      !g_variant_lookup (reader->packet.arguments, "offset", "t", &offset) ||
      !g_variant_lookup (reader->packet.arguments, "size", "t", &size) || size == 0 ||
      size > SCAN_RANGE_MAX || offset > request->source->size ||
      size > request->source->size - offset)
    return FALSE;
  exchange->ranges_left--;

  if (request->source->data != NULL)
    bytes = (const guint8 *) request->source->data + offset;
  else
    {
      if (exchange->range == NULL)
        exchange->range = scan_image_alloc (SCAN_RANGE_MAX);
      if (exchange->range != NULL &&
          read_exactly (request->source, offset, exchange->range, (gsize) size))
        bytes = exchange->range;
      else
        exchange->source_failed = TRUE;
    }

  /* The clock is the reader's, not the disk's. */
  exchange->deadline += g_get_monotonic_time () - before;
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

/* Sends the request and serves the reader until it replies. */
static ScanExchange
converse (Exchange *exchange, const guint8 **ret_bulk, gsize *ret_bulk_size)
{
  ScanReader *reader = exchange->reader;
  GVariant *arguments = request_arguments (exchange->request);

  reader->used = TRUE;
  reader->last_id++;
  if (!scan_packet_send (reader->socket, SCAN_PACKET_REQUEST, reader->last_id,
                         exchange->request->verb, arguments, NULL, 0))
    return SCAN_EXCHANGE_BROKEN;

  for (;;)
    {
      ScanExchange outcome = await_packet (exchange);

      if (outcome != SCAN_EXCHANGE_DONE)
        return outcome;
      if (reader->packet.kind == SCAN_PACKET_REPLY)
        break;
      if (reader->packet.kind != SCAN_PACKET_RANGE || !serve_range (exchange))
        return SCAN_EXCHANGE_BROKEN;
    }

  if (!find_bulk (reader, ret_bulk, ret_bulk_size))
    return SCAN_EXCHANGE_BROKEN;
  return exchange->source_failed ? SCAN_EXCHANGE_NO_SOURCE : SCAN_EXCHANGE_DONE;
}

ScanExchange
scan_reader_exchange (ScanReader *reader, const ScanRequest *request, const guint8 **ret_bulk,
                      gsize *ret_bulk_size, gboolean *ret_reusable)
{
  Exchange exchange = { .reader = reader, .request = request, .cancelled = { .fd = -1 } };
  gboolean has_pollfd;
  ScanExchange outcome;

  outcome = place_sources (&exchange);
  if (outcome != SCAN_EXCHANGE_DONE)
    {
      *ret_reusable = TRUE;
      return outcome;
    }

  exchange.deadline = g_get_monotonic_time () + (gint64) request->timeout_ms * 1000;
  if (request->ranged)
    exchange.ranges_left = request->source->size / 8192 * 16 + 10000;
  has_pollfd = g_cancellable_make_pollfd (request->cancellable, &exchange.cancelled);
  if (!has_pollfd)
    exchange.cancelled.fd = -1;

  outcome = converse (&exchange, ret_bulk, ret_bulk_size);

  if (has_pollfd)
    g_cancellable_release_fd (request->cancellable);
  scan_image_free (exchange.range);
  *ret_reusable = outcome == SCAN_EXCHANGE_DONE || outcome == SCAN_EXCHANGE_NO_SOURCE;
  return outcome;
}
