/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other direction: packets that reach a reader, cut from the input (two bytes of length before
 * each, the highest bit of the second: as they are, else built), are taken in as requests and as
 * bytes of a ranged source. A reader neither crashes nor reads or writes outside its arena, whoever
 * speaks to it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packets.h"
#include "transport.h"

#define ARENA_SIZE ((gsize) 64 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A reader ends where its keeper talks nonsense; here the next input comes. */
static jmp_buf ended;

void __wrap__exit (int status);

void
__wrap__exit (int status)
{
  longjmp (ended, 1);
}

static void
send_built (int socket, const guint8 *data, gsize n)
{
  static const guint64 sizes[] = { 0,
                                   1,
                                   4096,
                                   ARENA_SIZE - 1,
                                   ARENA_SIZE,
                                   ARENA_SIZE + 1,
                                   (guint64) 1 << 40,
                                   G_MAXUINT64,
                                   G_MAXUINT64 - 4095 };
  g_auto (GVariantDict) arguments = G_VARIANT_DICT_INIT (NULL);

  if (n < 5)
    return;
  if (data[1] & 1)
    g_variant_dict_insert (&arguments, "source-size", "t", sizes[data[2] % G_N_ELEMENTS (sizes)]);
  if (data[1] & 2)
    g_variant_dict_insert (&arguments, "source-ranged", "b", (data[1] & 4) != 0);
  if (data[1] & 8)
    g_variant_dict_insert (&arguments, "copy-size", "t", sizes[data[3] % G_N_ELEMENTS (sizes)]);
  if (data[1] & 16)
    g_variant_dict_insert (&arguments, "source-size", "x", (gint64) -1);
  scan_packet_send (socket, data[0] & 1 ? SCAN_PACKET_REQUEST : SCAN_PACKET_BYTES, data[4] & 3,
                    "inspect", g_variant_dict_end (&arguments), data + 5, n - 5);
}

/* What a verb does with its sources. */
static void
use (const ReaderCall *call, ReaderAnswer *answer)
{
  guint8 buf[5000];
  static const guint64 offsets[] = { 0, 7, 8191, 65535, (guint64) 1 << 39, G_MAXUINT64 - 1 };
  guint64 sum = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      const gint64 got = reader_source_read (call->source, offsets[i], buf, sizeof buf);

      if (got > (gint64) sizeof buf)
        abort ();
      for (gint64 k = 0; k < got; k++)
        sum += buf[k];
      if (got < 0)
        break;
    }
  if (call->source->data != NULL)
    for (gsize i = 0; i < call->source->size; i++)
      sum += call->source->data[i];
  if (call->copy != NULL)
    for (gsize i = 0; i < call->copy->size; i++)
      sum += call->copy->data[i];
  if (reader_answer_bulk (answer, answer->arena_size) != NULL)
    memset (answer->bulk, (int) (sum & 0xff), answer->bulk_size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint8 *arena;
  static ReaderTransport transport;
  int pair[2];

  if (arena == NULL)
    {
      arena = g_malloc0 (ARENA_SIZE);
      transport.window = g_malloc (SCAN_RANGE_MAX);
    }
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return 0;
  /* Nobody reads what the reader says, and that is not to stop it. */
  fcntl (pair[0], F_SETFL, O_NONBLOCK);
  fcntl (pair[1], F_SETFL, O_NONBLOCK);
  transport.socket = pair[0];
  transport.arena = arena;
  transport.arena_size = ARENA_SIZE;
  transport.window_size = 0;
  fuzz_send_packets (pair[1], data, size, send_built);
  shutdown (pair[1], SHUT_WR);

  if (setjmp (ended) == 0)
    {
      const char *verb;
      ReaderCall call;
      ReaderAnswer answer;

      while (reader_transport_next (&transport, &verb, &call, &answer))
        {
          if (answer.error == NULL)
            use (&call, &answer);
          if (!reader_transport_reply (&transport, &answer))
            break;
        }
    }
  scan_packet_clear (&transport.request);
  scan_packet_clear (&transport.bytes);
  close (pair[0]);
  close (pair[1]);
  return 0;
}
