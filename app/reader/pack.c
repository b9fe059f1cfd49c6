/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `pack`: a ZIP file, streamed through libarchive in both directions. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "archive_password.h"
#include "pack_salt.h"
#include "reader_protocol.h"
#include "reader_verbs.h"

typedef struct
{
  const ReaderCall *call;
  struct archive *archive;
  guint8 salt[READER_PACK_SALT_KEY];
  gboolean encrypted;
  guint32 members;
} Packing;

static la_ssize_t
send_piece (struct archive *archive, void *data, const void *bytes, size_t n)
{
  const Packing *packing = data;

  for (size_t at = 0; at < n; at += SCAN_RANGE_MAX)
    packing->call->stream (packing->call->line, SCAN_PACKET_CHUNK, NULL,
                           (const guint8 *) bytes + at, MIN (n - at, SCAN_RANGE_MAX));
  return (la_ssize_t) n;
}

static gboolean
open_zip (Packing *packing, const char *password)
{
  struct archive *zip = packing->archive = archive_write_new ();

  packing->encrypted = password != NULL;
  return zip != NULL && archive_write_set_format_zip (zip) == ARCHIVE_OK &&
         archive_write_set_options (zip, "zip:compression=deflate") == ARCHIVE_OK &&
         /* Pictures gain little from more, and it takes three times as long. */
         archive_write_set_options (zip, "zip:compression-level=1") == ARCHIVE_OK &&
         (password == NULL ||
          (archive_write_set_options (zip, "zip:encryption=aes256") == ARCHIVE_OK &&
           archive_write_set_passphrase (zip, password) == ARCHIVE_OK)) &&
         archive_write_set_bytes_per_block (zip, SCAN_RANGE_MAX) == ARCHIVE_OK &&
         archive_write_set_bytes_in_last_block (zip, 1) == ARCHIVE_OK &&
         archive_write_open (zip, packing, NULL, send_piece, NULL) == ARCHIVE_OK;
}

static gboolean
write_all (struct archive *zip, const guint8 *bytes, gsize n)
{
  while (n > 0)
    {
      la_ssize_t written = archive_write_data (zip, bytes, n);

      if (written <= 0)
        return FALSE;
      bytes += written;
      n -= (gsize) written;
    }
  return TRUE;
}

/* The bytes of a member whose header was written. FALSE: they are not what was announced. */
static gboolean
take_bytes (Packing *packing, guint64 size)
{
  while (size > 0)
    {
      GVariant *arguments;
      const guint8 *raw;
      gsize n;

      if (packing->call->take (packing->call->line, &arguments, &raw, &n) != SCAN_PACKET_CHUNK ||
          n == 0 || n > size || !write_all (packing->archive, raw, n))
        return FALSE;
      size -= n;
    }
  return archive_write_finish_entry (packing->archive) == ARCHIVE_OK;
}

/* An entry without time, owner and rights. The arguments are gone once bytes are asked for. */
static gboolean
pack_member (Packing *packing, GVariant *arguments, const guint8 *raw, gsize n)
{
  g_autofree char *name = g_strndup ((const char *) raw, n);
  g_autoptr (GVariant) sum = g_variant_lookup_value (arguments, "sum", G_VARIANT_TYPE_BYTESTRING);
  struct archive_entry *entry;
  guint64 size = 0;
  gconstpointer sum_bytes;
  gsize sum_size = 0;
  gboolean done;

  if (sum == NULL || !g_variant_lookup (arguments, "size", "t", &size) || size > SCAN_ARENA_MAX ||
      *name == '\0')
    return FALSE;
  sum_bytes = g_variant_get_fixed_array (sum, &sum_size, 1);
  entry = archive_entry_new ();
  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, (la_int64_t) size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  reader_pack_salt_begin (packing->salt, name, sum_bytes, sum_size);
  done = archive_write_header (packing->archive, entry) == ARCHIVE_OK && take_bytes (packing, size);
  if (packing->encrypted && size > 0 && reader_pack_salt_taken () == 0)
    done = FALSE;
  reader_pack_salt_end ();
  archive_entry_free (entry);
  packing->members++;
  return done;
}

static gboolean
pack_all (Packing *packing)
{
  for (;;)
    {
      GVariant *arguments;
      const guint8 *raw;
      gsize n;
      guint32 kind = packing->call->take (packing->call->line, &arguments, &raw, &n);

      if (kind == SCAN_PACKET_MEMBER_END)
        return archive_write_close (packing->archive) == ARCHIVE_OK;
      if (kind != SCAN_PACKET_MEMBER || !pack_member (packing, arguments, raw, n))
        return FALSE;
    }
}

static gboolean
read_salt (const ReaderCall *call, Packing *packing)
{
  g_autoptr (GVariant) salt =
      g_variant_lookup_value (call->arguments, "salt", G_VARIANT_TYPE_BYTESTRING);
  gconstpointer bytes;
  gsize n = 0;

  if (salt == NULL)
    return FALSE;
  bytes = g_variant_get_fixed_array (salt, &n, 1);
  if (n != sizeof packing->salt)
    return FALSE;
  memcpy (packing->salt, bytes, n);
  return TRUE;
}

gboolean
reader_verb_pack (const ReaderCall *call, ReaderAnswer *answer)
{
  Packing packing = { .call = call };
  char password[READER_PASSWORD_MAX + 1];
  gboolean given, done;

  if (!read_salt (call, &packing) || !reader_archive_password (call, password, &given))
    return reader_answer_fail (answer, "bad-request", NULL);
  done = open_zip (&packing, given ? password : NULL) && pack_all (&packing);
  explicit_bzero (password, sizeof password);
  explicit_bzero (packing.salt, sizeof packing.salt);
  archive_write_free (packing.archive);
  if (!done)
    return reader_answer_fail (answer, "unsupported", "The package could not be made.");
  g_variant_dict_insert (&answer->result, "members", "u", packing.members);
  return TRUE;
}
