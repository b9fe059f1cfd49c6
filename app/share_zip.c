/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keeper's side of `pack`: a ZIP file that a reader makes and that gets its name when all of it
 * was written and read back by another reader. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "reader_budget.h"
#include "reader_pool_private.h"
#include "share_private.h"
#include "unpack.h"

#define STEP_TIME ((gint64) 60 * G_USEC_PER_SEC) /* for one piece */
/* The first moment that a ZIP file can name: an entry without a time. */
#define NO_TIME 315532800

typedef struct
{
  char *name;
  guint64 size;
  guint8 sum[SCAN_SHARE_HASH];
} Entry;

struct ScanShareZip
{
  ScanReaderPool *pool; /* of its own: it must never wait for those that make copies */
  ScanReader *reader;
  ScanRequest request;
  ScanConversation conversation;
  gboolean talking;

  char *out;
  char *named; /* path while it is written, where files without a name are not to be had */
  int fd;
  gboolean published;
  guint64 size;
  GChecksum *sum;
  guint8 hash[SCAN_SHARE_HASH];
  const char *password; /* borrowed, NULL = none */
  gsize password_len;
  GPtrArray *entries;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry);
}

static gboolean
open_file (ScanShareZip *zip, GError **error)
{
  g_autofree char *place = g_path_get_dirname (zip->out);
  struct stat info;

  if (lstat (zip->out, &info) == 0)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_EXISTS,
                           "There is a file of that name already. Please choose another name.");
      return FALSE;
    }
  scan_share_remove_leftovers (place);
  zip->fd = open (place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (zip->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    {
      zip->named = g_build_filename (place, SCAN_SHARE_PART_PREFIX "XXXXXX", NULL);
      zip->fd = mkostemp (zip->named, O_CLOEXEC);
      /* Until it has its name, a later share knows by the lock whether somebody still writes it. */
      if (zip->fd >= 0)
        flock (zip->fd, LOCK_EX | LOCK_NB);
    }
  return zip->fd >= 0 ||
         scan_error_set_errno (error, errno, "The package for the copies could not be made");
}

static GVariant *
arguments (const ScanShareZip *zip, const guint8 salt[32])
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&dict, "salt",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, salt, 32, 1));
  if (zip->password != NULL)
    g_variant_dict_insert_value (
        &dict, "password",
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, zip->password, zip->password_len, 1));
  return g_variant_dict_end (&dict);
}

ScanShareZip *
scan_share_zip_open (const char *out, const char *password, gsize password_len,
                     const guint8 salt[32], GCancellable *cancellable, GError **error)
{
  ScanShareZip *zip = g_new0 (ScanShareZip, 1);
  ScanExchange outcome;

  zip->fd = -1;
  zip->out = scan_share_bare_path (out);
  zip->password = password;
  zip->password_len = password_len;
  zip->entries = g_ptr_array_new_with_free_func (entry_free);
  zip->sum = g_checksum_new (G_CHECKSUM_SHA256);
  if (!open_file (zip, error) || (zip->pool = scan_reader_pool_new (1, error)) == NULL ||
      (zip->reader = scan_reader_pool_borrow (zip->pool, SCAN_ARENA_DEFAULT, SCAN_CALL_FRESH,
                                              cancellable, error)) == NULL)
    {
      scan_share_zip_close (zip);
      return NULL;
    }
  zip->request = (ScanRequest){ .verb = "pack",
                                .arguments = g_variant_ref_sink (arguments (zip, salt)),
                                .cancellable = cancellable,
                                .cpu_ms = scan_budget ("pack", 0).cpu_ms };
  outcome = scan_conversation_begin (&zip->conversation, zip->reader, &zip->request);
  zip->talking = TRUE;
  if (outcome != SCAN_EXCHANGE_DONE)
    {
      scan_exchange_set_error (error, outcome);
      scan_share_zip_close (zip);
      return NULL;
    }
  return zip;
}

static gboolean
broken (GError **error)
{
  scan_exchange_set_error (error, SCAN_EXCHANGE_BROKEN);
  return FALSE;
}

static gboolean
keep_piece (ScanShareZip *zip, const guint8 *data, gsize n, GError **error)
{
  g_checksum_update (zip->sum, data, (gssize) n);
  zip->size += n;
  while (n > 0)
    {
      gssize written = write (zip->fd, data, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return scan_error_set_errno (error, errno, "The package could not be written");
      data += written;
      n -= (gsize) written;
    }
  return TRUE;
}

/* Writes what the reader gives until it says something else, which has to be of that kind. */
static gboolean
pump (ScanShareZip *zip, ScanPacketKind kind, GError **error)
{
  for (;;)
    {
      const ScanPacket *packet = &zip->reader->packet;
      ScanExchange outcome;

      zip->conversation.deadline = g_get_monotonic_time () + STEP_TIME;
      outcome = scan_conversation_next (&zip->conversation);
      if (outcome != SCAN_EXCHANGE_DONE)
        {
          scan_exchange_set_error (error, outcome);
          return FALSE;
        }
      if (packet->kind == kind)
        return kind != SCAN_PACKET_REPLY || *packet->name == '\0' || broken (error);
      if (packet->kind != SCAN_PACKET_CHUNK || packet->raw_size > SCAN_RANGE_MAX)
        return broken (error);
      if (!keep_piece (zip, packet->raw, packet->raw_size, error))
        return FALSE;
    }
}

static gboolean
say (ScanShareZip *zip, ScanPacketKind kind, GVariant *given, const void *raw, gsize n,
     GError **error)
{
  return scan_packet_send (zip->reader->socket, kind, zip->reader->last_id, "", given, raw, n) ||
         broken (error);
}

gboolean
scan_share_zip_add (ScanShareZip *zip, const char *name, const guint8 *data, gsize n,
                    const guint8 sum[SCAN_SHARE_HASH], GError **error)
{
  g_auto (GVariantDict) member = G_VARIANT_DICT_INIT (NULL);
  Entry *entry = g_new0 (Entry, 1);

  entry->name = g_strdup (name);
  entry->size = n;
  memcpy (entry->sum, sum, SCAN_SHARE_HASH);
  g_ptr_array_add (zip->entries, entry);
  /* 0: the kernel does not tell how much was used. */
  if (zip->conversation.cpu_end > 0)
    zip->conversation.cpu_end += (gint64) scan_budget ("pack", n).cpu_ms * 1000;
  g_variant_dict_insert (&member, "size", "t", (guint64) n);
  g_variant_dict_insert_value (
      &member, "sum", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, sum, SCAN_SHARE_HASH, 1));
  if (!pump (zip, SCAN_PACKET_NEXT, error) ||
      !say (zip, SCAN_PACKET_MEMBER, g_variant_dict_end (&member), name, strlen (name), error))
    return FALSE;
  for (gsize at = 0; at < n; at += SCAN_RANGE_MAX)
    if (!pump (zip, SCAN_PACKET_NEXT, error) ||
        !say (zip, SCAN_PACKET_CHUNK, NULL, data + at, MIN (n - at, SCAN_RANGE_MAX), error))
      return FALSE;
  return TRUE;
}

static gint64
read_package (gpointer data, guint64 offset, void *buf, gsize n)
{
  return pread (((ScanShareZip *) data)->fd, buf, n, (off_t) offset);
}

static gboolean
is_entry (ScanUnpack *unpack, const ScanMember *member, const Entry *entry, const ScanShareZip *zip,
          GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 piece[64 * 1024], found[SCAN_SHARE_HASH];
  gsize n = sizeof found;
  guint64 size = 0;
  gssize got;

  while ((got = scan_unpack_read (unpack, piece, sizeof piece, error)) > 0)
    {
      g_checksum_update (sum, piece, got);
      size += (guint64) got;
    }
  g_checksum_get_digest (sum, found, &n);
  return got == 0 && member->kind == SCAN_MEMBER_FILE && strcmp (member->name, entry->name) == 0 &&
         size == entry->size && memcmp (found, entry->sum, sizeof found) == 0 &&
         member->mtime == NO_TIME && member->encrypted == (zip->password != NULL);
}

/* Another reader opens the package from the disk: the entries are what was put in, by name, time
 * and content, and no more. */
static gboolean
check_package (ScanShareZip *zip, GError **error)
{
  const ScanSource source = { .size = zip->size, .read = read_package, .user_data = zip };
  const ScanUnpackOptions options = { .password = zip->password,
                                      .password_len = zip->password_len,
                                      .bytes_max = G_MAXUINT64 };
  g_autoptr (ScanUnpack) unpack =
      scan_unpack_new (zip->pool, &source, &options, zip->request.cancellable, error);
  ScanMember member;
  ScanUnpackStep step = SCAN_UNPACK_FAILED;
  guint n = 0;
  gboolean same = unpack != NULL;

  while (same && (step = scan_unpack_next (unpack, &member, error)) == SCAN_UNPACK_MEMBER)
    {
      same = n < zip->entries->len &&
             is_entry (unpack, &member, g_ptr_array_index (zip->entries, n), zip, error);
      n++;
    }
  if (same && step == SCAN_UNPACK_END && n == zip->entries->len)
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_REFUSED,
                         "The package did not come back as it was made, so it was not kept.");
  return FALSE;
}

static void
end_reader (ScanShareZip *zip)
{
  if (zip->talking)
    scan_conversation_end (&zip->conversation);
  zip->talking = FALSE;
  if (zip->reader != NULL)
    {
      scan_packet_clear (&zip->reader->packet);
      scan_reader_pool_return (zip->pool, zip->reader, SCAN_READER_SPENT);
    }
  zip->reader = NULL;
}

gboolean
scan_share_zip_finish (ScanShareZip *zip, GError **error)
{
  gsize n = SCAN_SHARE_HASH;

  if (!pump (zip, SCAN_PACKET_NEXT, error) ||
      !say (zip, SCAN_PACKET_MEMBER_END, NULL, NULL, 0, error) ||
      !pump (zip, SCAN_PACKET_REPLY, error))
    return FALSE;
  end_reader (zip);
  g_checksum_get_digest (zip->sum, zip->hash, &n);
  if (fsync (zip->fd) != 0 && errno != EINVAL && errno != ENOSYS)
    return scan_error_set_errno (error, errno, "The package could not be written");
  return check_package (zip, error);
}

const guint8 *
scan_share_zip_hash (const ScanShareZip *zip)
{
  return zip->hash;
}

gboolean
scan_share_zip_publish (ScanShareZip *zip, GError **error)
{
  g_autofree char *place = g_path_get_dirname (zip->out);
  gboolean done = zip->named == NULL
                      ? scan_share_link (zip->fd, zip->out)
                      : renameat2 (AT_FDCWD, zip->named, AT_FDCWD, zip->out, RENAME_NOREPLACE) == 0;
  int fd;

  /* Some file systems of sticks do not know the flag. */
  if (!done && zip->named != NULL && errno == EINVAL && access (zip->out, F_OK) != 0)
    done = rename (zip->named, zip->out) == 0;
  if (!done)
    return scan_error_set_errno (error, errno, "The package could not be put in place");
  zip->published = TRUE;
  fd = open (place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return TRUE;
}

void
scan_share_zip_close (ScanShareZip *zip)
{
  if (zip == NULL)
    return;
  end_reader (zip);
  scan_reader_pool_free (zip->pool);
  if (zip->request.arguments != NULL)
    g_variant_unref (zip->request.arguments);
  if (zip->fd >= 0)
    close (zip->fd);
  if (zip->named != NULL && !zip->published)
    unlink (zip->named);
  g_checksum_free (zip->sum);
  g_ptr_array_unref (zip->entries);
  g_free (zip->named);
  g_free (zip->out);
  g_free (zip);
}
