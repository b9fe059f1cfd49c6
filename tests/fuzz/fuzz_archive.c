/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `unpack` and the look at a ZIP file's directory, over any bytes. libarchive itself is
 * not instrumented; what is ours around it is. */
#include <stdlib.h>

#include "archive_zip.h"
#include "reader_protocol.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

gint64
reader_source_read (ReaderSource *source, guint64 offset, void *buf, gsize n)
{
  gsize got;

  if (offset >= source->size)
    return 0;
  got = MIN (n, source->size - offset);
  memcpy (buf, source->data + offset, got);
  return (gint64) got;
}

typedef struct
{
  gboolean inside;
  guint64 bytes;
} Line;

/* Far more than this is the keeper's to stop; here it only costs time. */
#define ENOUGH ((guint64) 64 * 1024 * 1024)

static void
take_packet (gpointer data, guint32 kind, GVariant *arguments, const void *raw, gsize n)
{
  Line *line = data;

  if (arguments != NULL)
    g_variant_unref (g_variant_ref_sink (arguments));
  if ((kind == SCAN_PACKET_MEMBER) == line->inside)
    abort ();
  if (kind == SCAN_PACKET_MEMBER && n > SCAN_MEMBER_NAME_MAX)
    abort ();
  if (kind == SCAN_PACKET_CHUNK && (n == 0 || n > SCAN_RANGE_MAX))
    abort ();
  if (kind != SCAN_PACKET_CHUNK)
    line->inside = kind == SCAN_PACKET_MEMBER;
  line->bytes += n;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ReaderSource source = { .size = size, .data = data };
  Line line = { 0 };
  g_autoptr (GVariant) arguments =
      g_variant_ref_sink (g_variant_new_parsed ("{'skip-above': <%t>}", ENOUGH));
  ReaderCall call = {
    .arguments = arguments, .source = &source, .stream = take_packet, .line = &line
  };
  ReaderAnswer answer = { 0 };

  g_variant_dict_init (&answer.result, NULL);
  reader_zip_overlaps (&source);
  if (size < 256 * 1024)
    reader_verb_unpack (&call, &answer);
  if (line.inside)
    abort ();
  g_variant_dict_clear (&answer.result);
  return 0;
}
