/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unpack.h"

#include <string.h>

#include "error.h"
#include "reader_pool_private.h"

/* Time of the reader alone: so much, a second more for each MiB of the archive, and one for each 4
 * MiB that come out. */
#define TIME_BASE ((gint64) 60 * G_USEC_PER_SEC)
#define TIME_PER_SOURCE_MIB ((gint64) G_USEC_PER_SEC)
#define TIME_PER_4_MIB ((gint64) G_USEC_PER_SEC)
#define MIB ((guint64) 1024 * 1024)

typedef enum
{
  BETWEEN, /* members */
  INSIDE,  /* a member, with bytes to come */
  OVER     /* END or FAILED */
} Place;

struct ScanUnpack
{
  ScanReaderPool *pool;
  ScanSource source;
  ScanUnpackOptions options;
  ScanRequest request;
  ScanReader *reader;
  ScanConversation conversation;
  gint64 left; /* microseconds that the reader has */

  Place place;
  ScanMember member;
  char *name;
  guint64 came;         /* bytes of this member */
  const guint8 *unread; /* of the packet */
  gsize n_unread;
  const char *state; /* how the member ended, constant; NULL = it goes on */

  guint64 members, names, bytes; /* so far */
  gint64 last_index;
  const char *stopped; /* why, constant; NULL = goes on */
  GError *failed;
};

typedef struct
{
  const char *code;
  ScanErrorCode error;
  const char *sentence;
} Reason;

/* What a reader may say of a member or of the whole, and what is found here. */
static const Reason reasons[] = {
  { "damaged", SCAN_ERROR_UNREADABLE, "The archive is damaged." },
  { "size", SCAN_ERROR_UNREADABLE,
    "The archive is damaged: a file in it is not as long as the archive says." },
  { "password", SCAN_ERROR_PASSWORD,
    "The archive is locked with a password, and none was given or it is not the right one." },
  { "unsupported", SCAN_ERROR_UNSUPPORTED,
    "The archive is packed or locked in a way that cannot be opened here." },
  { "overlap", SCAN_ERROR_LIMIT,
    "Files in the archive lie over each other, which is made to do harm." },
  { "no-memory", SCAN_ERROR_NO_MEMORY, "The archive needs more memory than it may have." },
  { "bomb", SCAN_ERROR_LIMIT,
    "The archive would unpack to far more than its own size, which is made to do harm." },
  { "members", SCAN_ERROR_LIMIT, "The archive has too many files, or their names are too long." },
};

static const Reason *
find_reason (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (strcmp (reasons[i].code, code) == 0)
      return &reasons[i];
  return NULL;
}

static void
set_reason (GError **error, const char *code)
{
  const Reason *reason = find_reason (code);

  g_set_error_literal (error, SCAN_ERROR, (int) reason->error, reason->sentence);
}

guint64
scan_unpack_bytes_max (guint64 size)
{
  guint64 bytes;

  if (!g_uint64_checked_mul (&bytes, size, SCAN_UNPACK_RATIO_MAX))
    return G_MAXUINT64;
  return MAX (bytes, SCAN_UNPACK_BYTES_FREE);
}

void
scan_unpack_set_too_much (GError **error)
{
  set_reason (error, "bomb");
}

ScanUnpack *
scan_unpack_new (ScanReaderPool *pool, const ScanSource *source, const ScanUnpackOptions *options,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (ScanUnpack) unpack = g_new0 (ScanUnpack, 1);
  g_auto (GVariantDict) arguments = G_VARIANT_DICT_INIT (NULL);
  ScanExchange outcome;

  unpack->pool = pool;
  unpack->source = *source;
  unpack->options = *options;
  unpack->last_index = -1;
  if (unpack->options.bytes_max == 0)
    unpack->options.bytes_max = scan_unpack_bytes_max (source->size);
  unpack->left = TIME_BASE + (gint64) (MIN (source->size / MIB, G_MAXINT32)) * TIME_PER_SOURCE_MIB;

  if (options->password != NULL)
    g_variant_dict_insert_value (&arguments, "password",
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, options->password,
                                                            options->password_len, 1));
  if (options->skip_above > 0)
    g_variant_dict_insert (&arguments, "skip-above", "t", options->skip_above);
  g_variant_dict_insert (&arguments, options->one ? "only" : "from", "t", options->from);
  unpack->request =
      (ScanRequest){ .verb = "unpack",
                     .arguments = g_variant_ref_sink (g_variant_dict_end (&arguments)),
                     .source = &unpack->source,
                     .ranged = TRUE,
                     .cancellable = cancellable };

  unpack->reader =
      scan_reader_pool_borrow (pool, SCAN_ARENA_DEFAULT, SCAN_CALL_FRESH, cancellable, error);
  if (unpack->reader == NULL)
    return NULL;
  outcome = scan_conversation_begin (&unpack->conversation, unpack->reader, &unpack->request);
  if (outcome != SCAN_EXCHANGE_DONE)
    {
      scan_exchange_set_error (error, outcome);
      return NULL;
    }
  return g_steal_pointer (&unpack);
}

void
scan_unpack_free (ScanUnpack *unpack)
{
  if (unpack == NULL)
    return;
  if (unpack->reader != NULL)
    {
      scan_conversation_end (&unpack->conversation);
      scan_packet_clear (&unpack->reader->packet);
      scan_reader_pool_return (unpack->pool, unpack->reader,
                               g_error_matches (unpack->failed, SCAN_ERROR, SCAN_ERROR_READER)
                                   ? SCAN_READER_BROKEN
                                   : SCAN_READER_SPENT);
    }
  g_variant_unref (unpack->request.arguments);
  g_clear_error (&unpack->failed);
  g_free (unpack->name);
  g_free (unpack);
}

/* Takes error. */
static gboolean
fail (ScanUnpack *unpack, GError *error)
{
  unpack->place = OVER;
  unpack->failed = error;
  unpack->n_unread = 0;
  return FALSE;
}

static gboolean
fail_exchange (ScanUnpack *unpack, ScanExchange outcome)
{
  GError *error = NULL;

  scan_exchange_set_error (&error, outcome);
  return fail (unpack, error);
}

static gboolean
fail_reason (ScanUnpack *unpack, const char *code)
{
  GError *error = NULL;

  set_reason (&error, code);
  return fail (unpack, error);
}

static gboolean
next_packet (ScanUnpack *unpack)
{
  ScanConversation *conversation = &unpack->conversation;
  ScanExchange outcome;

  conversation->deadline = g_get_monotonic_time () + unpack->left;
  outcome = scan_conversation_next (conversation);
  unpack->left = conversation->deadline - g_get_monotonic_time ();
  if (outcome == SCAN_EXCHANGE_DONE && conversation->source_failed)
    outcome = SCAN_EXCHANGE_NO_SOURCE;
  return outcome == SCAN_EXCHANGE_DONE || fail_exchange (unpack, outcome);
}

/* The reader's last word. */
static gboolean
take_reply (ScanUnpack *unpack)
{
  const ScanPacket *packet = &unpack->reader->packet;
  const char *stopped = NULL;

  if (*packet->name != '\0' || !g_variant_lookup (packet->arguments, "stopped", "&s", &stopped))
    return fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
  if (*stopped == '\0')
    {
      unpack->place = OVER;
      return TRUE;
    }
  return find_reason (stopped) != NULL ? fail_reason (unpack, stopped)
                                       : fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
}

static gboolean
take_kind (const char *word, ScanMemberKind *ret_kind)
{
  static const char *const words[] = { "file", "folder", "link", "special" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i], word) == 0)
      {
        *ret_kind = (ScanMemberKind) i;
        return TRUE;
      }
  return FALSE;
}

/* FALSE: no sound reader says so. */
static gboolean
read_member (ScanUnpack *unpack)
{
  const ScanPacket *packet = &unpack->reader->packet;
  ScanMember *member = &unpack->member;
  const char *kind = "";

  memset (member, 0, sizeof *member);
  if (!g_variant_lookup (packet->arguments, "index", "t", &member->index) ||
      !g_variant_lookup (packet->arguments, "kind", "&s", &kind) ||
      !take_kind (kind, &member->kind) || member->index > G_MAXINT64 ||
      (gint64) member->index <= unpack->last_index || member->index < unpack->options.from ||
      (unpack->options.one && member->index != unpack->options.from) ||
      packet->raw_size > SCAN_MEMBER_NAME_MAX)
    return FALSE;
  g_variant_lookup (packet->arguments, "mtime", "x", &member->mtime);
  g_variant_lookup (packet->arguments, "encrypted", "b", &member->encrypted);
  g_variant_lookup (packet->arguments, "unnamed", "b", &member->unnamed);
  g_variant_lookup (packet->arguments, "withheld", "b", &member->withheld);
  member->sized = g_variant_lookup (packet->arguments, "size", "t", &member->size);
  return !member->withheld || (member->sized && unpack->options.skip_above > 0 &&
                               member->size > unpack->options.skip_above);
}

static gboolean
take_member (ScanUnpack *unpack)
{
  const ScanPacket *packet = &unpack->reader->packet;

  if (!read_member (unpack))
    return fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
  unpack->last_index = (gint64) unpack->member.index;
  unpack->names += packet->raw_size;
  if (++unpack->members > SCAN_UNPACK_MEMBERS_MAX || unpack->names > SCAN_UNPACK_NAMES_MAX)
    return fail_reason (unpack, "members");
  g_free (unpack->name);
  unpack->name = g_strndup ((const char *) packet->raw, packet->raw_size);
  unpack->member.name = unpack->name;
  unpack->member.name_len = strlen (unpack->name);
  unpack->place = INSIDE;
  unpack->came = 0;
  unpack->n_unread = 0;
  unpack->state = NULL;
  return TRUE;
}

static gboolean
take_chunk (ScanUnpack *unpack)
{
  const ScanPacket *packet = &unpack->reader->packet;

  if (unpack->member.kind != SCAN_MEMBER_FILE || unpack->member.withheld || packet->raw_size == 0 ||
      packet->raw_size > SCAN_RANGE_MAX)
    return fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
  unpack->came += packet->raw_size;
  unpack->bytes += packet->raw_size;
  unpack->left += (gint64) packet->raw_size * TIME_PER_4_MIB / (gint64) (4 * MIB);
  if (unpack->bytes > unpack->options.bytes_max)
    return fail_reason (unpack, "bomb");
  unpack->unread = packet->raw;
  unpack->n_unread = packet->raw_size;
  return TRUE;
}

static gboolean
take_end (ScanUnpack *unpack)
{
  const ScanMember *member = &unpack->member;
  const char *state = "";

  g_variant_lookup (unpack->reader->packet.arguments, "state", "&s", &state);
  unpack->place = BETWEEN;
  if (strcmp (state, "whole") == 0)
    {
      gboolean wrong_size = member->kind == SCAN_MEMBER_FILE && !member->withheld &&
                            member->sized && unpack->came != member->size;

      unpack->state = wrong_size ? "size" : "whole";
      return TRUE;
    }
  if (find_reason (state) == NULL)
    return fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
  unpack->state = find_reason (state)->code;
  return TRUE;
}

/* One packet on. FALSE: unpack->failed says why. */
static gboolean
advance (ScanUnpack *unpack)
{
  ScanPacketKind kind;

  if (!next_packet (unpack))
    return FALSE;
  kind = (ScanPacketKind) unpack->reader->packet.kind;
  if (kind == SCAN_PACKET_MEMBER && unpack->place == BETWEEN)
    return take_member (unpack);
  if (kind == SCAN_PACKET_REPLY && unpack->place == BETWEEN)
    return take_reply (unpack);
  if (kind == SCAN_PACKET_CHUNK && unpack->place == INSIDE)
    return take_chunk (unpack);
  if (kind == SCAN_PACKET_MEMBER_END && unpack->place == INSIDE)
    return take_end (unpack);
  return fail_exchange (unpack, SCAN_EXCHANGE_BROKEN);
}

static ScanUnpackStep
give_failure (ScanUnpack *unpack, GError **error)
{
  g_propagate_error (error, g_error_copy (unpack->failed));
  return SCAN_UNPACK_FAILED;
}

ScanUnpackStep
scan_unpack_next (ScanUnpack *unpack, ScanMember *ret_member, GError **error)
{
  while (unpack->place == INSIDE)
    if (!advance (unpack))
      return give_failure (unpack, error);
  unpack->n_unread = 0;
  if (unpack->place == BETWEEN && !advance (unpack))
    return give_failure (unpack, error);
  if (unpack->failed != NULL)
    return give_failure (unpack, error);
  if (unpack->place == OVER)
    return SCAN_UNPACK_END;
  *ret_member = unpack->member;
  return SCAN_UNPACK_MEMBER;
}

gssize
scan_unpack_read (ScanUnpack *unpack, void *buf, gsize n, GError **error)
{
  gsize got;

  while (unpack->n_unread == 0 && unpack->place == INSIDE)
    if (!advance (unpack))
      break;
  if (unpack->failed != NULL)
    {
      give_failure (unpack, error);
      return -1;
    }
  if (unpack->n_unread == 0)
    {
      if (unpack->state != NULL && strcmp (unpack->state, "whole") == 0)
        return 0;
      set_reason (error, unpack->state != NULL ? unpack->state : "damaged");
      return -1;
    }
  got = MIN (n, unpack->n_unread);
  memcpy (buf, unpack->unread, got);
  unpack->unread += got;
  unpack->n_unread -= got;
  return (gssize) got;
}
