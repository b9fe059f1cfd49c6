/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader_protocol.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define PADDED(n) (((n) + 7) & ~(gsize) 7)

gboolean
scan_packet_send (int socket, ScanPacketKind kind, guint32 id, const char *name,
                  GVariant *arguments, const void *raw, gsize raw_size)
{
  static const guint8 zeros[8];
  g_autoptr (GVariant) header = NULL;
  guint64 header_size;
  gsize padding;
  struct msghdr message = { 0 };
  struct iovec parts[4];
  ssize_t sent;

  if (arguments == NULL)
    arguments = g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
  header = g_variant_ref_sink (g_variant_new ("(uus@a{sv})", (guint32) kind, id, name, arguments));
  header_size = g_variant_get_size (header);
  padding = PADDED (header_size) - header_size;

  if (header_size > SCAN_PACKET_MAX || raw_size > SCAN_PACKET_MAX ||
      sizeof header_size + header_size + padding + raw_size > SCAN_PACKET_MAX)
    {
      errno = EMSGSIZE;
      return FALSE;
    }

  parts[0] = (struct iovec){ &header_size, sizeof header_size };
  parts[1] = (struct iovec){ (void *) g_variant_get_data (header), header_size };
  parts[2] = (struct iovec){ (void *) zeros, padding };
  parts[3] = (struct iovec){ (void *) raw, raw_size };
  message.msg_iov = parts;
  message.msg_iovlen = raw_size > 0 ? 4 : 3;

  do
    sent = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

/* Takes the packet of size bytes in packet->buffer apart. */
static gboolean
packet_parse (ScanPacket *packet, gsize size)
{
  g_autoptr (GVariant) header = NULL;
  guint64 header_size;
  gsize raw_offset;

  if (size < sizeof header_size)
    return FALSE;
  header_size = packet->buffer[0];
  if (header_size > size - sizeof header_size)
    return FALSE;
  raw_offset = sizeof header_size + PADDED (header_size);
  if (raw_offset > size)
    return FALSE;

  header = g_variant_ref_sink (g_variant_new_from_data (
      G_VARIANT_TYPE (SCAN_HEADER_TYPE), packet->buffer + 1, header_size, FALSE, NULL, NULL));
  if (!g_variant_is_normal_form (header))
    return FALSE;

  g_variant_get (header, "(uu&s@a{sv})", &packet->kind, &packet->id, &packet->name,
                 &packet->arguments);
  packet->header = g_steal_pointer (&header);
  packet->raw = (const guint8 *) packet->buffer + raw_offset;
  packet->raw_size = size - raw_offset;
  return TRUE;
}

ScanReceived
scan_packet_receive (int socket, ScanPacket *packet, int timeout_ms)
{
  struct msghdr message = { 0 };
  struct iovec part;
  ssize_t got;

  scan_packet_clear (packet);
  if (packet->buffer == NULL)
    packet->buffer = g_malloc (SCAN_PACKET_MAX);

  if (timeout_ms >= 0)
    {
      struct pollfd waiting = { .fd = socket, .events = POLLIN };
      gint64 deadline = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
      int ready;

      for (;;)
        {
          gint64 left = MAX (0, deadline - g_get_monotonic_time ());

          ready = poll (&waiting, 1, (int) ((left + 999) / 1000));
          if (ready >= 0 || errno != EINTR)
            break;
        }
      if (ready == 0)
        return SCAN_RECEIVE_TIMEOUT;
      if (ready < 0)
        return SCAN_RECEIVE_CLOSED;
    }

  /* There is no room for control data, so descriptors that are sent along are dropped by the
   * kernel, which says so with MSG_CTRUNC. */
  part = (struct iovec){ packet->buffer, SCAN_PACKET_MAX };
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  do
    got = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);

  if (got < 0)
    return SCAN_RECEIVE_CLOSED;
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
    return SCAN_RECEIVE_MALFORMED;
  if (got == 0)
    return SCAN_RECEIVE_CLOSED;
  return packet_parse (packet, (gsize) got) ? SCAN_RECEIVED : SCAN_RECEIVE_MALFORMED;
}

void
scan_packet_clear (ScanPacket *packet)
{
  g_clear_pointer (&packet->arguments, g_variant_unref);
  g_clear_pointer (&packet->header, g_variant_unref);
  packet->kind = 0;
  packet->id = 0;
  packet->name = NULL;
  packet->raw = NULL;
  packet->raw_size = 0;
}

void
scan_packet_free (ScanPacket *packet)
{
  scan_packet_clear (packet);
  g_clear_pointer (&packet->buffer, g_free);
}
