/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets as app/reader_protocol.h describes them, and everything that is none. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reader_protocol.h"

typedef struct
{
  int ends[2];
  ScanPacket packet;
} Line;

static void
line_open (Line *line, gconstpointer data)
{
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line->ends));
}

static void
line_close (Line *line, gconstpointer data)
{
  scan_packet_free (&line->packet);
  close (line->ends[0]);
  close (line->ends[1]);
}

static void
test_round_trip (Line *line, gconstpointer data)
{
  const guint8 raw[] = { 1, 2, 3, 4, 5 };
  guint64 offset = 0;

  g_assert_true (scan_packet_send (line->ends[0], SCAN_PACKET_RANGE, 7, "a name",
                                   g_variant_new_parsed ("{'offset': <uint64 99>}"), raw,
                                   sizeof raw));
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==, SCAN_RECEIVED);
  g_assert_cmpuint (line->packet.kind, ==, SCAN_PACKET_RANGE);
  g_assert_cmpuint (line->packet.id, ==, 7);
  g_assert_cmpstr (line->packet.name, ==, "a name");
  g_assert_true (g_variant_lookup (line->packet.arguments, "offset", "t", &offset));
  g_assert_cmpuint (offset, ==, 99);
  g_assert_cmpmem (line->packet.raw, line->packet.raw_size, raw, sizeof raw);

  g_assert_true (scan_packet_send (line->ends[0], SCAN_PACKET_READY, 0, "", NULL, NULL, 0));
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==, SCAN_RECEIVED);
  g_assert_cmpuint (line->packet.kind, ==, SCAN_PACKET_READY);
  g_assert_cmpuint (g_variant_n_children (line->packet.arguments), ==, 0);
  g_assert_cmpuint (line->packet.raw_size, ==, 0);
}

static void
test_largest (Line *line, gconstpointer data)
{
  g_autofree guint8 *raw = g_malloc0 (SCAN_PACKET_MAX);
  guint64 header;
  gsize n;

  /* What is left beside the header of such a packet, which is 8-byte padded. */
  g_assert_true (scan_packet_send (line->ends[0], SCAN_PACKET_BYTES, 1, "", NULL, raw, 0));
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==, SCAN_RECEIVED);
  header = g_variant_get_size (line->packet.header);
  n = SCAN_PACKET_MAX - 8 - ((header + 7) & ~(gsize) 7);
  raw[n - 1] = 42;

  g_assert_true (scan_packet_send (line->ends[0], SCAN_PACKET_BYTES, 1, "", NULL, raw, n));
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==, SCAN_RECEIVED);
  g_assert_cmpmem (line->packet.raw, line->packet.raw_size, raw, n);

  errno = 0;
  g_assert_false (scan_packet_send (line->ends[0], SCAN_PACKET_BYTES, 1, "", NULL, raw, n + 1));
  g_assert_cmpint (errno, ==, EMSGSIZE);
}

/* A sound packet as bytes. */
static GByteArray *
sample_packet (void)
{
  g_autoptr (GVariant) header = g_variant_ref_sink (
      g_variant_new_parsed ("(uint32 5, uint32 3, 'unsupported', {'message': <'A sentence.'>})"));
  GByteArray *bytes = g_byte_array_new ();
  guint64 n = g_variant_get_size (header);
  static const guint8 padding[8];

  g_byte_array_append (bytes, (const guint8 *) &n, sizeof n);
  g_byte_array_append (bytes, g_variant_get_data (header), n);
  g_byte_array_append (bytes, padding, -n & 7);
  return bytes;
}

static ScanReceived
receive_bytes (Line *line, const void *bytes, gsize n)
{
  g_assert_cmpint (send (line->ends[0], bytes, n, 0), ==, n);
  return scan_packet_receive (line->ends[1], &line->packet, 0);
}

static void
test_truncations (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) whole = sample_packet ();
  gsize n;

  g_assert_cmpint (receive_bytes (line, whole->data, whole->len), ==, SCAN_RECEIVED);
  for (n = 1; n < whole->len; n++)
    g_assert_cmpint (receive_bytes (line, whole->data, n), ==, SCAN_RECEIVE_MALFORMED);
}

/* The length says one thing, the variant another. */
static void
test_wrong_lengths (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) whole = sample_packet ();
  guint64 *length = (guint64 *) whole->data;
  guint64 right = *length, n;

  for (n = 0; n < right; n++)
    {
      *length = n;
      g_assert_cmpint (receive_bytes (line, whole->data, whole->len), ==, SCAN_RECEIVE_MALFORMED);
    }
  *length = G_MAXUINT64;
  g_assert_cmpint (receive_bytes (line, whole->data, whole->len), ==, SCAN_RECEIVE_MALFORMED);
  *length = G_MAXUINT64 - 6;
  g_assert_cmpint (receive_bytes (line, whole->data, whole->len), ==, SCAN_RECEIVE_MALFORMED);
}

/* No change of a byte may give a header that is not in normal form, and none may crash. */
static void
test_changed_bytes (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) whole = sample_packet ();
  guint refused = 0;
  gsize i;
  int bit;

  for (i = 8; i < whole->len; i++)
    for (bit = 0; bit < 8; bit++)
      {
        whole->data[i] ^= (guint8) (1 << bit);
        if (receive_bytes (line, whole->data, whole->len) == SCAN_RECEIVED)
          {
            g_assert_true (g_variant_is_normal_form (line->packet.header));
            g_assert_true (g_utf8_validate (line->packet.name, -1, NULL));
          }
        else
          refused++;
        whole->data[i] ^= (guint8) (1 << bit);
      }
  g_assert_cmpuint (refused, >, 100);
}

static void
test_oversized (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) whole = sample_packet ();
  int room = 4 * SCAN_PACKET_MAX;

  /* The default room for sending would not let such a packet out. */
  g_assert_no_errno (setsockopt (line->ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room));
  g_byte_array_set_size (whole, SCAN_PACKET_MAX + 1);
  if (send (line->ends[0], whole->data, whole->len, 0) < 0)
    {
      g_test_skip ("the system limits what may be sent");
      return;
    }
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==,
                   SCAN_RECEIVE_MALFORMED);
}

static void
test_descriptor (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) whole = sample_packet ();
  char control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct iovec part = { whole->data, whole->len };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  int next;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &line->ends[0], sizeof (int));

  next = dup (0);
  close (next);
  g_assert_cmpint (sendmsg (line->ends[0], &message, 0), ==, whole->len);
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==,
                   SCAN_RECEIVE_MALFORMED);
  /* And it was not taken in. */
  g_assert_cmpint (dup (0), ==, next);
  close (next);
}

static void
test_silence (Line *line, gconstpointer data)
{
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 0), ==, SCAN_RECEIVE_TIMEOUT);
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 5), ==, SCAN_RECEIVE_TIMEOUT);
  shutdown (line->ends[0], SHUT_RDWR);
  g_assert_cmpint (scan_packet_receive (line->ends[1], &line->packet, 1000), ==,
                   SCAN_RECEIVE_CLOSED);
  /* No SIGPIPE either. */
  g_assert_false (scan_packet_send (line->ends[1], SCAN_PACKET_BYTES, 1, "", NULL, NULL, 0));
}

#define ADD(path, function) g_test_add (path, Line, NULL, line_open, function, line_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/reader/protocol/round-trip", test_round_trip);
  ADD ("/reader/protocol/largest", test_largest);
  ADD ("/reader/protocol/truncations", test_truncations);
  ADD ("/reader/protocol/wrong-lengths", test_wrong_lengths);
  ADD ("/reader/protocol/changed-bytes", test_changed_bytes);
  ADD ("/reader/protocol/oversized", test_oversized);
  ADD ("/reader/protocol/descriptor", test_descriptor);
  ADD ("/reader/protocol/silence", test_silence);
  return g_test_run ();
}
