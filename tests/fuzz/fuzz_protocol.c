/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader that was taken over sends whatever it likes: the input is cut into packets (two bytes of
 * length before each; the highest bit of the second: as they are, else built, since few bytes are a
 * sound header) that answer one request. The keeper must neither crash nor hand on a header that is
 * not in normal form, nor bulk outside the arena. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packets.h"
#include "reader_pool_private.h"

#define ARENA_SIZE ((gsize) 64 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gint64
read_zeros (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  memset (buf, 0, n);
  return (gint64) n;
}

/* A number near an end of what it is compared with, or any. */
static guint64
number (const guint8 *data)
{
  static const guint64 ends[] = { 0,          SCAN_RANGE_MAX,    SCAN_RANGED_FROM,
                                  ARENA_SIZE, (guint64) 1 << 32, (guint64) 1 << 63 };
  guint64 any;

  memcpy (&any, data + 1, sizeof any);
  if (data[0] & 0x80)
    return any;
  return ends[data[0] % G_N_ELEMENTS (ends)] + (guint64) (gint64) (gint8) data[1];
}

#define BUILT_SIZE 22

static void
send_built (int socket, const guint8 *data, gsize n)
{
  static const char *const names[] = { "offset", "size", "bulk-offset", "bulk-size", "need" };
  static const char *const errors[] = { "", "", "arena-too-small", "refused" };
  static const char *const types[] = { "t", "t", "t", "x" };
  g_auto (GVariantDict) arguments = G_VARIANT_DICT_INIT (NULL);

  if (n < BUILT_SIZE)
    return;
  g_variant_dict_insert (&arguments, names[data[1] % G_N_ELEMENTS (names)], types[data[2] & 3],
                         number (data + 4));
  g_variant_dict_insert (&arguments, names[data[3] % G_N_ELEMENTS (names)], types[data[2] >> 2 & 3],
                         number (data + 13));
  scan_packet_send (socket, (ScanPacketKind) (data[0] & 15), (data[0] >> 4 & 3) == 3 ? 2 : 1,
                    errors[data[0] >> 6], g_variant_dict_end (&arguments), data + BUILT_SIZE,
                    n - BUILT_SIZE);
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
  fcntl (pair[1], F_SETFL, O_NONBLOCK);
  reader.socket = pair[0];
  fuzz_answer_next_request (pair[1], data, size, send_built);

  if (scan_reader_exchange (&reader, &request, &bulk, &bulk_size, &reusable) == SCAN_EXCHANGE_DONE)
    {
      if (!g_variant_is_normal_form (reader.packet.header) ||
          (bulk != NULL && (bulk < arena || bulk_size > (gsize) (arena + ARENA_SIZE - bulk))))
        abort ();
    }

  /* Nobody may pass over it. */
  if (!fuzz_answered ())
    abort ();
  scan_packet_free (&reader.packet);
  close (pair[0]);
  close (pair[1]);
  return 0;
}
