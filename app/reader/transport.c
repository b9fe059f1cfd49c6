/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIGNED(n) (((n) + SCAN_ARENA_ALIGN - 1) & ~(gsize) (SCAN_ARENA_ALIGN - 1))

gboolean
reader_transport_open (ReaderTransport *transport)
{
  struct stat arena;
  void *memory;
  int seals;

  seals = fcntl (SCAN_ARENA_FD, F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || fstat (SCAN_ARENA_FD, &arena) != 0 ||
      arena.st_size < SCAN_ARENA_ALIGN || arena.st_size % SCAN_ARENA_ALIGN != 0)
    return FALSE;
  memory = mmap (NULL, (gsize) arena.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, SCAN_ARENA_FD, 0);
  if (memory == MAP_FAILED)
    return FALSE;

  *transport = (ReaderTransport){
    .socket = SCAN_SOCKET_FD,
    .arena = memory,
    .arena_size = (gsize) arena.st_size,
    .window = g_malloc (SCAN_RANGE_MAX),
  };
  transport->request.buffer = g_malloc (SCAN_PACKET_MAX);
  transport->bytes.buffer = g_malloc (SCAN_PACKET_MAX);
  return TRUE;
}

gboolean
reader_transport_ready (ReaderTransport *transport, guint landlock)
{
  g_auto (GVariantDict) layers = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&layers, "landlock", "u", landlock);
  return scan_packet_send (transport->socket, SCAN_PACKET_READY, 0, SCANVAULT_VERSION,
                           g_variant_dict_end (&layers), NULL, 0);
}

static void
send_streamed (gpointer line, guint32 kind, GVariant *arguments, const void *raw, gsize n)
{
  ReaderTransport *transport = line;

  if (!scan_packet_send (transport->socket, (ScanPacketKind) kind, transport->request.id, "",
                         arguments, raw, n))
    _exit (EXIT_FAILURE);
}

static guint32
take_streamed (gpointer line, GVariant **ret_arguments, const guint8 **ret_raw, gsize *ret_n)
{
  ReaderTransport *transport = line;

  if (!scan_packet_send (transport->socket, SCAN_PACKET_NEXT, transport->request.id, "", NULL, NULL,
                         0) ||
      scan_packet_receive (transport->socket, &transport->bytes, -1) != SCAN_RECEIVED ||
      transport->bytes.id != transport->request.id)
    _exit (EXIT_FAILURE);
  *ret_arguments = transport->bytes.arguments;
  *ret_raw = transport->bytes.raw;
  *ret_n = transport->bytes.raw_size;
  return transport->bytes.kind;
}

/* Finds the sources' places. FALSE: they do not fit into the arena. */
static gboolean
place_sources (ReaderTransport *transport, ReaderCall *call, gsize *ret_used)
{
  GVariant *arguments = transport->request.arguments;
  guint64 size = 0, copy_size = 0;
  gboolean ranged = FALSE, has_copy;
  gsize used = 0;

  g_variant_lookup (arguments, "source-size", "t", &size);
  g_variant_lookup (arguments, "source-ranged", "b", &ranged);
  has_copy = g_variant_lookup (arguments, "copy-size", "t", &copy_size);

  if (ranged)
    reader_source_init_ranged (&transport->source, transport, size);
  else
    {
      if (size > transport->arena_size)
        return FALSE;
      reader_source_init_memory (&transport->source, transport->arena, (gsize) size);
      used = ALIGNED ((gsize) size);
    }

  if (has_copy)
    {
      if (copy_size > transport->arena_size - used)
        return FALSE;
      reader_source_init_memory (&transport->copy, transport->arena + used, (gsize) copy_size);
      used += ALIGNED ((gsize) copy_size);
    }

  call->arguments = arguments;
  call->source = &transport->source;
  call->copy = has_copy ? &transport->copy : NULL;
  call->stream = send_streamed;
  call->take = take_streamed;
  call->line = transport;
  *ret_used = used;
  return TRUE;
}

gboolean
reader_transport_next (ReaderTransport *transport, const char **ret_verb, ReaderCall *ret_call,
                       ReaderAnswer *ret_answer)
{
  gsize used = 0;

  if (scan_packet_receive (transport->socket, &transport->request, -1) != SCAN_RECEIVED ||
      transport->request.kind != SCAN_PACKET_REQUEST)
    return FALSE;

  *ret_verb = transport->request.name;
  *ret_call = (ReaderCall){ 0 };
  *ret_answer = (ReaderAnswer){ 0 };
  g_variant_dict_init (&ret_answer->result, NULL);
  if (!place_sources (transport, ret_call, &used))
    {
      reader_answer_fail (ret_answer, "bad-request", NULL);
      return TRUE;
    }

  ret_answer->arena = transport->arena + used;
  ret_answer->arena_size = transport->arena_size - used;
  ret_answer->arena_used_before = used;
  return TRUE;
}

/* The results as they stand, and where the bulk is. */
static GVariant *
answer_results (ReaderTransport *transport, ReaderAnswer *answer)
{
  if (answer->bulk != NULL)
    {
      g_variant_dict_insert (&answer->result, "bulk-offset", "t",
                             (guint64) (answer->bulk - transport->arena));
      g_variant_dict_insert (&answer->result, "bulk-size", "t", (guint64) answer->bulk_size);
    }
  return g_variant_dict_end (&answer->result);
}

/* Of a failed answer only what explains the failure goes out: half-made results are nobody's
 * business. */
static GVariant *
answer_error (ReaderAnswer *answer)
{
  g_auto (GVariantDict) explained = G_VARIANT_DICT_INIT (NULL);
  guint64 need;

  if (g_variant_dict_lookup (&answer->result, "need", "t", &need))
    g_variant_dict_insert (&explained, "need", "t", need);
  if (answer->message != NULL)
    g_variant_dict_insert (&explained, "message", "s", answer->message);
  if (answer->code != NULL)
    g_variant_dict_insert (&explained, "code", "s", answer->code);
  g_variant_dict_clear (&answer->result);
  return g_variant_dict_end (&explained);
}

gboolean
reader_transport_reply (ReaderTransport *transport, ReaderAnswer *answer)
{
  guint32 id = transport->request.id;
  const char *error = answer->error;
  GVariant *arguments;
  gboolean sent;

  arguments = error == NULL ? answer_results (transport, answer) : answer_error (answer);
  sent = scan_packet_send (transport->socket, SCAN_PACKET_REPLY, id, error != NULL ? error : "",
                           arguments, NULL, 0);
  if (!sent && errno == EMSGSIZE)
    {
      g_auto (GVariantDict) explained = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&explained, "message", "s",
                             "The description in this file is too long.");
      sent = scan_packet_send (transport->socket, SCAN_PACKET_REPLY, id, "unsupported",
                               g_variant_dict_end (&explained), NULL, 0);
    }

  scan_packet_clear (&transport->request);
  scan_packet_clear (&transport->bytes);
  return sent;
}
