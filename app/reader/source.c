/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transport.h"

#define WINDOW_FIRST ((gsize) 8 * 1024) /* headers are read in small pieces */

void
reader_source_init_memory (ReaderSource *source, const guint8 *data, gsize size)
{
  *source = (ReaderSource){ .size = size, .data = data };
}

/* Asks for n bytes at offset, at most SCAN_RANGE_MAX and not beyond the end, and puts what comes
 * into buf. Returns how many, or -1. */
static gint64
ask (ReaderTransport *transport, guint64 offset, void *buf, gsize n)
{
  g_auto (GVariantDict) range = G_VARIANT_DICT_INIT (NULL);
  gsize got;

  g_variant_dict_insert (&range, "offset", "t", offset);
  g_variant_dict_insert (&range, "size", "t", (guint64) n);
  /* A verb cannot go on without the keeper, and what is left of its work is of no use to anybody.
   */
  if (!scan_packet_send (transport->socket, SCAN_PACKET_RANGE, transport->request.id, "",
                         g_variant_dict_end (&range), NULL, 0) ||
      scan_packet_receive (transport->socket, &transport->bytes, -1) != SCAN_RECEIVED ||
      transport->bytes.kind != SCAN_PACKET_BYTES || transport->bytes.id != transport->request.id ||
      transport->bytes.raw_size > n)
    _exit (EXIT_FAILURE);

  got = transport->bytes.raw_size;
  if (got == 0)
    return -1;
  memcpy (buf, transport->bytes.raw, got);
  return (gint64) got;
}

/* Fills the window from offset on. */
static gboolean
fill_window (ReaderTransport *transport, guint64 offset, guint64 size)
{
  gint64 got;

  /* Steady reading onward gets longer and longer pieces; a jump starts small again. */
  if (transport->window_size > 0 && offset == transport->window_offset + transport->window_size)
    transport->window_step = MIN (transport->window_step * 2, SCAN_RANGE_MAX);
  else
    transport->window_step = WINDOW_FIRST;

  transport->window_size = 0;
  got = ask (transport, offset, transport->window, MIN (transport->window_step, size - offset));
  if (got < 0)
    return FALSE;
  transport->window_offset = offset;
  transport->window_size = (gsize) got;
  return TRUE;
}

static gint64
read_ranged (ReaderSource *source, guint64 offset, void *buf, gsize n)
{
  ReaderTransport *transport = source->priv;
  guint8 *to = buf;
  gsize done = 0;

  while (done < n && offset < source->size)
    {
      gsize want = MIN (n - done, source->size - offset);
      gint64 got;

      if (transport->window_size > 0 && offset >= transport->window_offset &&
          offset - transport->window_offset < transport->window_size)
        {
          gsize skip = (gsize) (offset - transport->window_offset);

          got = (gint64) MIN (want, transport->window_size - skip);
          memcpy (to + done, transport->window + skip, (gsize) got);
        }
      else if (want >= SCAN_RANGE_MAX / 2)
        {
          /* Pixels: straight to where they are wanted. */
          got = ask (transport, offset, to + done, MIN (want, SCAN_RANGE_MAX));
          if (got < 0)
            return -1;
        }
      else
        {
          if (!fill_window (transport, offset, source->size))
            return -1;
          continue;
        }

      done += (gsize) got;
      offset += (guint64) got;
    }
  return (gint64) done;
}

void
reader_source_init_ranged (ReaderSource *source, ReaderTransport *transport, guint64 size)
{
  *source = (ReaderSource){ .size = size, .read = read_ranged, .priv = transport };
  transport->window_size = 0;
  transport->window_step = WINDOW_FIRST;
}

gint64
reader_source_read (ReaderSource *source, guint64 offset, void *buf, gsize n)
{
  gsize got;

  if (source->data == NULL && source->read != NULL)
    return source->read (source, offset, buf, n);
  if (offset >= source->size)
    return 0;
  got = MIN (n, source->size - offset);
  memcpy (buf, source->data + offset, got);
  return (gint64) got;
}
