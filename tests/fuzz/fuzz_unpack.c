/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader that unpacks says whatever it likes: the input is cut into packets (two bytes of length
 * before each) that answer one `unpack`, and its names are cleaned. The keeper must neither crash
 * nor hand on more bytes than it bargained for, a member out of order, or a name that leads away.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "member_name.h"
#include "packets.h"
#include "reader_pool_private.h"
#include "unpack.h"

#define BYTES_MAX SCAN_UNPACK_BYTES_FREE

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static ScanReader *the_reader;

ScanReader *
scan_reader_pool_borrow (ScanReaderPool *pool, gsize arena_size, ScanCallFlags flags,
                         GCancellable *cancellable, GError **error)
{
  return the_reader;
}

void
scan_reader_pool_return (ScanReaderPool *pool, ScanReader *reader, ScanReaderState state)
{
}

void
scan_exchange_set_error (GError **error, ScanExchange outcome)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "failed");
}

/* Packets in the form that passes the transport, since that has a target of its own: a kind, then
 * the name's or member's bytes. The other half goes through as it is. */
static void
send_built (int socket, const guint8 *data, gsize n)
{
  static const char *const kinds[] = { "file", "folder", "link", "special", "other" };
  static const char *const states[] = { "whole", "damaged", "password", "rubbish", "" };
  g_auto (GVariantDict) arguments = G_VARIANT_DICT_INIT (NULL);
  guint32 kind = n > 0 ? data[0] % 16 : 0;

  if (n < 8 || kind > SCAN_PACKET_MEMBER_END)
    {
      send (socket, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
      return;
    }
  g_variant_dict_insert (&arguments, "index", "t", (guint64) data[1]);
  g_variant_dict_insert (&arguments, "kind", "s", kinds[data[2] % 5]);
  g_variant_dict_insert (&arguments, "state", "s", states[data[3] % 5]);
  g_variant_dict_insert (&arguments, "stopped", "s", states[data[4] % 5]);
  if (data[5] & 1)
    g_variant_dict_insert (&arguments, "size", "t", (guint64) data[6]);
  g_variant_dict_insert (&arguments, "withheld", "b", (data[5] & 2) != 0);
  g_variant_dict_insert (&arguments, "mtime", "x", (gint64) ((guint64) data[7] << 56));
  scan_packet_send (socket, (ScanPacketKind) kind, 1, "", g_variant_dict_end (&arguments), data + 8,
                    n - 8);
}

static void
check_name (const char *raw, gsize n)
{
  g_autofree char *name = scan_member_name (raw, n);
  g_auto (GStrv) parts = name != NULL ? g_strsplit (name, "/", -1) : NULL;

  if (name != NULL && (*name == '/' || *name == '\0' || strchr (name, '\\') != NULL))
    abort ();
  for (char **part = parts; part != NULL && *part != NULL; part++)
    if (**part == '\0' || strcmp (*part, ".") == 0 || strcmp (*part, "..") == 0 ||
        strlen (*part) > 256)
      abort ();
}

static void
take_all (ScanUnpack *unpack)
{
  ScanMember member;
  gint64 last = -1;
  guint64 bytes = 0;
  guint8 buf[1000];

  while (scan_unpack_next (unpack, &member, NULL) == SCAN_UNPACK_MEMBER)
    {
      gssize got;
      guint64 came = 0;

      if ((gint64) member.index <= last || member.name_len != strlen (member.name))
        abort ();
      last = (gint64) member.index;
      check_name (member.name, member.name_len);
      while ((got = scan_unpack_read (unpack, buf, sizeof buf, NULL)) > 0)
        came += (guint64) got;
      bytes += came;
      if (bytes > BYTES_MAX || (got == 0 && member.kind == SCAN_MEMBER_FILE && member.sized &&
                                !member.withheld && came != member.size))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint8 arena[SCAN_ARENA_ALIGN];
  static const guint8 zeros[4096];
  ScanSource source = { .size = sizeof zeros, .data = zeros };
  ScanUnpackOptions options = { .skip_above = 100 };
  ScanReader reader = { .arena = arena, .arena_size = sizeof arena };
  int pair[2];

  check_name ((const char *) data, size);
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return 0;
  fcntl (pair[0], F_SETFL, O_NONBLOCK);
  fcntl (pair[1], F_SETFL, O_NONBLOCK);
  reader.socket = pair[0];
  the_reader = &reader;
  fuzz_answer_next_request (pair[1], data, size, send_built);
  {
    g_autoptr (ScanUnpack) unpack = scan_unpack_new (NULL, &source, &options, NULL, NULL);

    if (unpack != NULL)
      take_all (unpack);
  }
  /* Nobody may pass over it. */
  if (!fuzz_answered ())
    abort ();
  scan_packet_free (&reader.packet);
  close (pair[0]);
  close (pair[1]);
  return 0;
}
