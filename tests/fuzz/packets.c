/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "packets.h"

#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

void
fuzz_send_packets (int socket, const guint8 *data, gsize size, FuzzBuildFunc build)
{
  while (size >= 2)
    {
      const gsize n = MIN (size - 2, (gsize) data[0] | (gsize) (data[1] & 0x7f) << 8);

      if (data[1] & 0x80)
        send (socket, data + 2, n, MSG_DONTWAIT | MSG_NOSIGNAL);
      else
        build (socket, data + 2, n);
      data += 2 + n;
      size -= 2 + n;
    }
}

static struct
{
  int socket;
  const guint8 *data;
  gsize size;
  FuzzBuildFunc build;
} answer = { .socket = -1 };

void
fuzz_answer_next_request (int socket, const guint8 *data, gsize size, FuzzBuildFunc build)
{
  answer.socket = socket;
  answer.data = data;
  answer.size = size;
  answer.build = build;
}

gboolean
fuzz_answered (void)
{
  return answer.socket < 0;
}

ssize_t
getrandom (void *buf, size_t n, unsigned int flags)
{
  memset (buf, 0, n);
  *(guint8 *) buf = 1;
  if (answer.socket >= 0)
    {
      fuzz_send_packets (answer.socket, answer.data, answer.size, answer.build);
      shutdown (answer.socket, SHUT_WR);
      answer.socket = -1;
    }
  return (ssize_t) n;
}
