/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader says that was taken over. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "probe.h"
#include "reader_protocol.h"
#include "reader_verbs.h"

#define DESCRIPTORS_MAX 200

gboolean probe_doomed;

static void
send_raw (const void *bytes, gsize n)
{
  struct iovec part = { (void *) bytes, n };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

  while (sendmsg (SCAN_SOCKET_FD, &message, MSG_NOSIGNAL) < 0 && errno == EINTR)
    ;
}

static void
send_range (guint64 offset, guint64 size)
{
  GVariantDict range = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&range, "offset", "t", offset);
  g_variant_dict_insert (&range, "size", "t", size);
  scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_RANGE, probe_request_id, "",
                    g_variant_dict_end (&range), NULL, 0);
}

static void
send_descriptors (int descriptor, guint n)
{
  char control[CMSG_SPACE (sizeof (int) * DESCRIPTORS_MAX)] = { 0 };
  int descriptors[DESCRIPTORS_MAX];
  struct iovec part = { (void *) "x", 1 };
  struct msghdr message = { .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = CMSG_SPACE (sizeof (int) * n) };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  for (guint i = 0; i < n; i++)
    descriptors[i] = descriptor;
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int) * n);
  memcpy (CMSG_DATA (header), descriptors, sizeof (int) * n);
  sendmsg (SCAN_SOCKET_FD, &message, MSG_NOSIGNAL);
}

/* A packet whose header is what text says, in the form of a GVariant but with one byte changed. */
static void
send_changed (const char *from, const char *to)
{
  g_autoptr (GVariant) header = g_variant_ref_sink (
      g_variant_new ("(uus@a{sv})", (guint32) SCAN_PACKET_REPLY, probe_request_id, "",
                     g_variant_new_parsed ("{'word': <'a word'>}")));
  guint8 packet[256] = { 0 };
  guint64 n = g_variant_get_size (header);
  guint8 *at;

  memcpy (packet, &n, sizeof n);
  g_variant_store (header, packet + sizeof n);
  at = memmem (packet, sizeof packet, from, strlen (from));
  if (at != NULL)
    memcpy (at, to, strlen (from));
  send_raw (packet, sizeof n + ((n + 7) & ~(guint64) 7));
}

/* Where the bulk is, in words that are no numbers or numbers that are none. */
static void
insert_bulk (ReaderAnswer *answer, const char *type, gint64 offset, gint64 size)
{
  g_variant_dict_insert (&answer->result, "bulk-offset", type, offset);
  g_variant_dict_insert (&answer->result, "bulk-size", type, size);
}

/* Readers that have something to work with: these want the switch "unlocked". */
static gboolean
take_arena_away (const char *what, ReaderAnswer *answer)
{
  int done;

  if (strcmp (what, "shrink-arena") == 0)
    done = ftruncate (SCAN_ARENA_FD, 0);
  else
    done = fallocate (SCAN_ARENA_FD, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                      (off_t) answer->arena_size);
  g_variant_dict_insert (&answer->result, "errno", "i", done == 0 ? 0 : errno);
  answer->bulk = answer->arena;
  answer->bulk_size = answer->arena_size;
  return TRUE;
}

static gboolean
lie_further (const char *what, ReaderAnswer *answer)
{
  if (strcmp (what, "descriptor") == 0)
    send_descriptors (SCAN_ARENA_FD, 1);
  else if (strcmp (what, "descriptors") == 0)
    send_descriptors (SCAN_SOCKET_FD, DESCRIPTORS_MAX);
  else if (strcmp (what, "device") == 0)
    send_descriptors (STDIN_FILENO, 1);
  else if (strcmp (what, "memory-file") == 0)
    send_descriptors (memfd_create ("unsealed", 0), 1);
  else if (strcmp (what, "ready-again") == 0)
    scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_READY, 0, SCANVAULT_VERSION, NULL, NULL, 0);
  else if (strcmp (what, "member") == 0)
    scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_MEMBER, probe_request_id, "", NULL, "x", 1);
  else if (strcmp (what, "no-kind") == 0)
    scan_packet_send (SCAN_SOCKET_FD, (ScanPacketKind) G_MAXUINT32, probe_request_id, "", NULL,
                      NULL, 0);
  else if (strcmp (what, "not-utf8") == 0)
    send_changed ("a word", "a \xff\xfeo");
  else if (strcmp (what, "no-end") == 0)
    send_changed ("a word", "a w\0rd");
  else if (strcmp (what, "no-type") == 0)
    send_changed ("word", "w\377rd");
  else if (strcmp (what, "half") == 0)
    send_raw ("\x40\0\0\0\0\0\0\0half", 12);
  else if (strcmp (what, "silence") == 0)
    for (;;)
      {
        struct msghdr nothing = { 0 };

        recvmsg (SCAN_SOCKET_FD, &nothing, 0);
      }
  else if (strcmp (what, "negative-bulk") == 0)
    insert_bulk (answer, "x", -1, -1);
  else if (strcmp (what, "half-bulk") == 0)
    g_variant_dict_insert (&answer->result, "bulk-offset", "t", (guint64) 0);
  else if (strcmp (what, "huge-bulk") == 0)
    insert_bulk (answer, "t", -1, -1);
  else if (strcmp (what, "twice") == 0)
    scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REPLY, probe_request_id, "", NULL, NULL, 0);
  else if (strcmp (what, "ahead") == 0)
    {
      scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REPLY, probe_request_id, "", NULL, NULL, 0);
      scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REPLY, probe_request_id + 1, "",
                        g_variant_new_parsed ("{'served': <uint32 99>}"), NULL, 0);
    }
  else if (strcmp (what, "dies-later") == 0)
    probe_doomed = TRUE;
  else if (strcmp (what, "dies-after") == 0)
    {
      scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REPLY, probe_request_id, "", NULL, NULL, 0);
      raise (SIGSEGV);
    }
  else if (strcmp (what, "shrink-arena") == 0 || strcmp (what, "punch-arena") == 0)
    return take_arena_away (what, answer);
  else
    return FALSE;
  return TRUE;
}

gboolean
probe_lie (const char *what, ReaderAnswer *answer)
{
  if (strcmp (what, "wrong-id") == 0)
    scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REPLY, probe_request_id + 1, "", NULL, NULL, 0);
  else if (strcmp (what, "gibberish") == 0)
    send_raw ("\xff\xff\xff\xff\xff\xff\xff\xff not a packet", 21);
  else if (strcmp (what, "empty-packet") == 0)
    send_raw ("", 0);
  else if (strcmp (what, "wrong-kind") == 0)
    scan_packet_send (SCAN_SOCKET_FD, SCAN_PACKET_REQUEST, probe_request_id, "inspect", NULL, NULL,
                      0);
  else if (strcmp (what, "lying-bulk") == 0)
    {
      answer->bulk = answer->arena + answer->arena_size;
      answer->bulk_size = 4096;
    }
  else if (strcmp (what, "overflowing-bulk") == 0)
    {
      answer->bulk = answer->arena + 4096;
      answer->bulk_size = G_MAXSIZE;
    }
  else if (strcmp (what, "huge-range") == 0)
    send_range (0, (guint64) SCAN_RANGE_MAX + 1);
  else if (strcmp (what, "range-beyond") == 0)
    send_range (G_MAXUINT64 - 10, 100);
  else if (strcmp (what, "range-flood") == 0)
    for (;;)
      send_range (0, SCAN_RANGE_MAX);
  else if (strcmp (what, "range-again") == 0)
    for (ScanPacket packet = { 0 };;)
      {
        send_range (0, SCAN_RANGE_MAX);
        if (scan_packet_receive (SCAN_SOCKET_FD, &packet, -1) != SCAN_RECEIVED)
          _exit (EXIT_FAILURE);
      }
  else if (strcmp (what, "huge-need") == 0)
    {
      reader_answer_fail (answer, "arena-too-small", NULL);
      g_variant_dict_insert (&answer->result, "need", "t", G_MAXUINT64);
    }
  else if (strcmp (what, "small-need") == 0)
    {
      reader_answer_fail (answer, "arena-too-small", NULL);
      g_variant_dict_insert (&answer->result, "need", "t", (guint64) 1);
    }
  else if (strcmp (what, "odd-words") == 0)
    return reader_answer_refuse (answer, "Not a Code!", "line one\nline two\033[31m");
  else if (strcmp (what, "refuse") == 0)
    return reader_answer_refuse (answer, "probe-refusal", "The probe refuses.");
  else if (strcmp (what, "unknown-error") == 0)
    return reader_answer_fail (answer, "no-such-error", NULL);
  else
    return lie_further (what, answer);
  return TRUE;
}
