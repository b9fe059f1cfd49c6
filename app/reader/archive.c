/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `unpack`: members of an archive or disc image, streamed in the archive's order through
 * libarchive. Names are passed on as they stand; the keeper cleans them. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "archive_password.h"
#include "archive_zip.h"
#include "reader_protocol.h"
#include "sniff.h"

#define BLOCK_FIRST ((gsize) 16 * 1024) /* after a jump: members of a ZIP file may be small */

/* The source as libarchive reads it. */
typedef struct
{
  ReaderSource *source;
  guint64 at;
  gsize step;
  guint8 block[SCAN_RANGE_MAX];
} Input;

typedef struct
{
  const ReaderCall *call;
  struct archive *archive;
  Input input;
  gboolean password_given;
  guint64 deciphered; /* encrypted members that came out whole */
  guint64 skip_above, from, only;
  guint8 chunk[SCAN_RANGE_MAX];
} Unpacking;

static la_ssize_t
read_block (struct archive *archive, void *data, const void **ret_block)
{
  Input *input = data;
  gint64 got = reader_source_read (input->source, input->at, input->block, input->step);

  if (got < 0)
    {
      archive_set_error (archive, EIO, "The source cannot be read");
      return ARCHIVE_FATAL;
    }
  input->at += (guint64) got;
  input->step = MIN (input->step * 2, sizeof input->block);
  *ret_block = input->block;
  return (la_ssize_t) got;
}

static la_int64_t
skip_bytes (struct archive *archive, void *data, la_int64_t n)
{
  Input *input = data;
  guint64 left = input->source->size - MIN (input->at, input->source->size);
  guint64 skipped = n > 0 ? MIN ((guint64) n, left) : 0;

  input->at += skipped;
  return (la_int64_t) skipped;
}

static la_int64_t
seek_to (struct archive *archive, void *data, la_int64_t offset, int whence)
{
  Input *input = data;
  gint64 base =
      whence == SEEK_SET ? 0 : (gint64) (whence == SEEK_CUR ? input->at : input->source->size);
  gint64 place;

  if (__builtin_add_overflow (base, offset, &place) || place < 0)
    return ARCHIVE_FATAL;
  input->at = MIN ((guint64) place, input->source->size);
  input->step = BLOCK_FIRST;
  return (la_int64_t) input->at;
}

/* Nothing that starts a program, and no format that nobody is handed. */
static gboolean
open_archive (Unpacking *unpacking, const char *password)
{
  struct archive *archive = unpacking->archive;
  int failed = 0;

  failed |= archive_read_support_filter_gzip (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_filter_bzip2 (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_filter_xz (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_filter_zstd (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_filter_lz4 (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_zip (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_7zip (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_tar (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_iso9660 (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_rar (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_rar5 (archive) < ARCHIVE_WARN;
  failed |= archive_read_support_format_raw (archive) < ARCHIVE_WARN;
  if (password != NULL)
    failed |= archive_read_add_passphrase (archive, password) != ARCHIVE_OK;
  archive_read_set_read_callback (archive, read_block);
  archive_read_set_skip_callback (archive, skip_bytes);
  archive_read_set_seek_callback (archive, seek_to);
  archive_read_set_callback_data (archive, &unpacking->input);
  return !failed && archive_read_open1 (archive) >= ARCHIVE_WARN;
}

static gboolean
complains_of (struct archive *archive, const char *word)
{
  const char *sentence = archive_error_string (archive);

  return sentence != NULL && strcasestr (sentence, word) != NULL;
}

/* What a failure means. libarchive tells encryption by its sentences alone. */
static const char *
why_failed (const Unpacking *unpacking, gboolean encrypted)
{
  struct archive *archive = unpacking->archive;

  if (archive_errno (archive) == ENOMEM)
    return "no-memory";
  if (complains_of (archive, "passphrase"))
    return "password";
  if (complains_of (archive, "crypt") || complains_of (archive, "support"))
    return "unsupported";
  /* The old ZIP encryption lets one wrong password of 256 pass and then gives rubbish. */
  if (encrypted && unpacking->password_given && unpacking->deciphered == 0)
    return "password";
  return "damaged";
}

static const char *
kind_of (struct archive_entry *entry)
{
  if (archive_entry_hardlink (entry) != NULL || archive_entry_filetype (entry) == AE_IFLNK)
    return "link";
  switch (archive_entry_filetype (entry))
    {
    case AE_IFREG:
    case 0:
      return "file";
    case AE_IFDIR:
      return "folder";
    default:
      return "special";
    }
}

/* The name as it stands; in UTF-8 where the archive has it as characters. Free with g_free. */
static char *
name_of (struct archive_entry *entry)
{
  const char *bytes = archive_entry_pathname (entry);
  const wchar_t *wide;

  if (bytes == NULL)
    bytes = archive_entry_pathname_utf8 (entry);
  if (bytes != NULL)
    return g_strdup (bytes);
  wide = archive_entry_pathname_w (entry);
  return wide != NULL ? g_ucs4_to_utf8 ((const gunichar *) wide, -1, NULL, NULL, NULL) : NULL;
}

static void
send (const Unpacking *unpacking, ScanPacketKind kind, GVariant *arguments, const void *raw,
      gsize n)
{
  unpacking->call->stream (unpacking->call->line, kind, arguments, raw, n);
}

static void
send_member (const Unpacking *unpacking, struct archive_entry *entry, guint64 index,
             const char *kind, gboolean withheld)
{
  g_auto (GVariantDict) member = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *name = name_of (entry);

  g_variant_dict_insert (&member, "index", "t", index);
  g_variant_dict_insert (&member, "kind", "s", kind);
  if (archive_entry_size_is_set (entry) && archive_entry_size (entry) >= 0)
    g_variant_dict_insert (&member, "size", "t", (guint64) archive_entry_size (entry));
  g_variant_dict_insert (&member, "mtime", "x", (gint64) archive_entry_mtime (entry));
  g_variant_dict_insert (&member, "encrypted", "b", archive_entry_is_encrypted (entry) != 0);
  g_variant_dict_insert (&member, "unnamed", "b",
                         archive_format (unpacking->archive) == ARCHIVE_FORMAT_RAW);
  g_variant_dict_insert (&member, "withheld", "b", withheld);
  send (unpacking, SCAN_PACKET_MEMBER, g_variant_dict_end (&member), name,
        name != NULL ? MIN (strlen (name), SCAN_MEMBER_NAME_MAX) : 0);
}

static void
send_end (const Unpacking *unpacking, const char *state)
{
  g_auto (GVariantDict) end = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&end, "state", "s", state);
  send (unpacking, SCAN_PACKET_MEMBER_END, g_variant_dict_end (&end), NULL, 0);
}

/* Returns "whole", or why the member is not. *ret_fatal: nothing more can be read after it. */
static const char *
send_bytes (Unpacking *unpacking, gboolean encrypted, gboolean *ret_fatal)
{
  for (;;)
    {
      la_ssize_t got =
          archive_read_data (unpacking->archive, unpacking->chunk, sizeof unpacking->chunk);

      if (got == 0)
        break;
      if (got == ARCHIVE_RETRY)
        continue;
      if (got < 0)
        {
          const char *why = why_failed (unpacking, encrypted);

          *ret_fatal = got == ARCHIVE_FATAL;
          return strcmp (why, "no-memory") == 0 ? "unsupported" : why;
        }
      send (unpacking, SCAN_PACKET_CHUNK, NULL, unpacking->chunk, (gsize) got);
    }
  unpacking->deciphered += encrypted;
  return "whole";
}

/* One member whose header was read. Returns why all ends with it, or NULL. */
static const char *
unpack_member (Unpacking *unpacking, struct archive_entry *entry, guint64 index)
{
  const char *kind = kind_of (entry), *state = "whole";
  gboolean encrypted = archive_entry_is_encrypted (entry) != 0, fatal = FALSE;
  gboolean withheld = archive_entry_size_is_set (entry) && archive_entry_size (entry) >= 0 &&
                      (guint64) archive_entry_size (entry) > unpacking->skip_above;

  if (index < unpacking->from || (unpacking->only != G_MAXUINT64 && index != unpacking->only))
    return NULL;
  send_member (unpacking, entry, index, kind, withheld);
  if (strcmp (kind, "file") == 0 && !withheld)
    state = send_bytes (unpacking, encrypted, &fatal);
  send_end (unpacking, state);
  return fatal ? state : NULL;
}

/* Returns why it stopped, "" at the end of the archive. */
static const char *
unpack_all (Unpacking *unpacking)
{
  for (guint64 index = 0;; index++)
    {
      struct archive_entry *entry = NULL;
      int result = archive_read_next_header (unpacking->archive, &entry);
      const char *stop;

      if (result == ARCHIVE_EOF ||
          (result >= ARCHIVE_WARN && unpacking->only != G_MAXUINT64 && index > unpacking->only))
        return "";
      if (result == ARCHIVE_RETRY)
        continue;
      if (result < ARCHIVE_WARN)
        return why_failed (unpacking, FALSE);
      /* Any bytes look like a file that is not compressed. */
      if (archive_format (unpacking->archive) == ARCHIVE_FORMAT_RAW &&
          archive_filter_count (unpacking->archive) < 2)
        return "unsupported";
      stop = unpack_member (unpacking, entry, index);
      if (stop != NULL)
        return stop;
      if (index == unpacking->only)
        return "";
    }
}

gboolean
reader_verb_unpack (const ReaderCall *call, ReaderAnswer *answer)
{
  g_autofree Unpacking *unpacking = g_new0 (Unpacking, 1);
  char password[READER_PASSWORD_MAX + 1];
  const char *type, *stopped;

  unpacking->call = call;
  unpacking->input.source = call->source;
  unpacking->input.step = BLOCK_FIRST;
  unpacking->skip_above = unpacking->only = G_MAXUINT64;
  g_variant_lookup (call->arguments, "skip-above", "t", &unpacking->skip_above);
  g_variant_lookup (call->arguments, "from", "t", &unpacking->from);
  g_variant_lookup (call->arguments, "only", "t", &unpacking->only);
  if (!reader_archive_password (call, password, &unpacking->password_given))
    return reader_answer_fail (answer, "bad-request", NULL);

  reader_sniff (call->source, &type);
  if (strcmp (type, "zip") == 0 && reader_zip_overlaps (call->source))
    stopped = "overlap";
  else
    {
      unpacking->archive = archive_read_new ();
      if (unpacking->archive == NULL)
        stopped = "no-memory";
      else if (!open_archive (unpacking, unpacking->password_given ? password : NULL))
        stopped = why_failed (unpacking, FALSE);
      else
        stopped = unpack_all (unpacking);
      archive_read_free (unpacking->archive);
    }
  explicit_bzero (password, sizeof password);
  g_variant_dict_insert (&answer->result, "stopped", "s", stopped);
  return TRUE;
}
