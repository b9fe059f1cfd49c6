/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader that was taken over sends whatever it likes: the input is cut into packets (two bytes of
 * length before each) that answer one request. The keeper must neither crash nor hand on a header
 * that is not in normal form, nor bulk outside the arena. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reader_pool_private.h"

#define ARENA_SIZE ((gsize) 64 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gint64
read_zeros (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  memset (buf, 0, n);
  return (gint64) n;
}

static void
send_packets (int socket, const guint8 *data, gsize size)
{
  while (size >= 2)
    {
      gsize n = MIN (size - 2, (gsize) data[0] | (gsize) data[1] << 8);

      if (send (socket, data + 2, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
      data += 2 + n;
      size -= 2 + n;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint8 arena[ARENA_SIZE];
  ScanSource source = { .size = SCAN_RANGED_FROM + 1, .read = read_zeros };
  ScanRequest request = {
    .verb = "inspect", .source = &source, .ranged = TRUE, .timeout_ms = 1000
  };
  ScanReader reader = { .arena = arena, .arena_size = ARENA_SIZE };
  const guint8 *bulk = NULL;
  gsize bulk_size = 0;
  gboolean reusable;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return 0;
  fcntl (pair[0], F_SETFL, O_NONBLOCK);
  reader.socket = pair[0];
  send_packets (pair[1], data, size);
  shutdown (pair[1], SHUT_WR);

  if (scan_reader_exchange (&reader, &request, &bulk, &bulk_size, &reusable) == SCAN_EXCHANGE_DONE)
    {
      if (!g_variant_is_normal_form (reader.packet.header) ||
          (bulk != NULL && (bulk < arena || bulk_size > (gsize) (arena + ARENA_SIZE - bulk))))
        abort ();
    }

  scan_packet_free (&reader.packet);
  close (pair[0]);
  close (pair[1]);
  return 0;
}
