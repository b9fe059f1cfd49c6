/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of what was found, wherever they are: a file, memory, or an archive. A member that is
 * too large for memory is unpacked again each time that it is read from its beginning; between, it
 * is read onward only. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "import_private.h"

#define HEAD_SIZE ((gsize) 1024 * 1024) /* kept, since headers are read more than once */
#define RESTARTS_MAX 64
#define UNPACKERS_MAX 4 /* an archive and one inside, for the feeder and for one worker */

struct ScanMemberStream
{
  ScanImport *import;
  ScanArchive *archive;
  guint64 index;
  ScanContent outer; /* of the archive */
  ScanUnpack *unpack;
  guint64 at;
  guint restarts;
  guint8 *head;
  gsize head_len;
};

/* The readers that unpack, apart from those that inspect, so that none waits for the other. */
ScanReaderPool *
scan_import_unpackers (ScanImport *import, GError **error)
{
  ScanReaderPool *pool;

  g_mutex_lock (&import->lock);
  if (import->unpackers == NULL)
    import->unpackers = scan_reader_pool_new (UNPACKERS_MAX, error);
  pool = import->unpackers;
  g_mutex_unlock (&import->lock);
  return pool;
}

static gboolean
restart (ScanMemberStream *stream, GError **error)
{
  const ScanArchive *archive = stream->archive;
  ScanSource source = scan_content_source (&stream->outer);
  ScanUnpackOptions options = { .one = TRUE,
                                .from = stream->index,
                                .password = archive->password,
                                .password_len = archive->password_len,
                                .bytes_max = archive->bytes_max };
  ScanReaderPool *pool = scan_import_unpackers (stream->import, error);
  ScanMember member;
  ScanUnpackStep step;

  g_clear_pointer (&stream->unpack, scan_unpack_free);
  stream->at = 0;
  if (pool == NULL)
    return FALSE;
  if (stream->restarts++ >= RESTARTS_MAX)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE,
                           "The file in the archive could not be read in any order.");
      return FALSE;
    }
  stream->unpack = scan_unpack_new (pool, &source, &options, stream->import->cancellable, error);
  if (stream->unpack == NULL)
    return FALSE;
  step = scan_unpack_next (stream->unpack, &member, error);
  if (step == SCAN_UNPACK_MEMBER && member.kind == SCAN_MEMBER_FILE)
    return TRUE;
  if (step != SCAN_UNPACK_FAILED)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE,
                         "The archive does not say the same twice.");
  return FALSE;
}

static void
keep_head (ScanMemberStream *stream, guint64 at, const guint8 *bytes, gsize n)
{
  gsize skip;

  if (at > stream->head_len || at + n <= stream->head_len || stream->head_len == HEAD_SIZE)
    return;
  if (stream->head == NULL)
    stream->head = g_malloc (HEAD_SIZE);
  skip = stream->head_len - (gsize) at;
  n = MIN (n - skip, HEAD_SIZE - stream->head_len);
  memcpy (stream->head + stream->head_len, bytes + skip, n);
  stream->head_len += n;
}

/* Up to n bytes where the stream is. */
static gssize
read_on (ScanMemberStream *stream, guint8 *buf, gsize n, GError **error)
{
  gssize got = scan_unpack_read (stream->unpack, buf, n, error);

  if (got > 0)
    {
      keep_head (stream, stream->at, buf, (gsize) got);
      stream->at += (guint64) got;
    }
  return got;
}

static gint64
read_stream (ScanMemberStream *stream, guint64 offset, guint8 *buf, gsize n, GError **error)
{
  guint8 passed[16384];
  gsize done = 0;

  if (offset + n <= stream->head_len)
    {
      memcpy (buf, stream->head + offset, n);
      return (gint64) n;
    }
  if ((stream->unpack == NULL || offset < stream->at) && !restart (stream, error))
    return -1;
  while (stream->at < offset)
    {
      gssize got = read_on (stream, passed, MIN (sizeof passed, offset - stream->at), error);

      if (got <= 0)
        return got;
    }
  while (done < n)
    {
      gssize got = read_on (stream, buf + done, n - done, error);

      if (got < 0)
        return -1;
      if (got == 0)
        break;
      done += (gsize) got;
    }
  return (gint64) done;
}

static gint64
read_fd (int fd, guint64 offset, guint8 *buf, gsize n)
{
  gsize done = 0;

  while (done < n)
    {
      gssize got = pread (fd, buf + done, n - done, (off_t) (offset + done));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      done += (gsize) got;
    }
  return (gint64) done;
}

gint64
scan_content_read (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  ScanContent *content = user_data;
  gint64 got;

  if (content->consumed != NULL)
    content->consumed (content, offset + n);
  if (content->data != NULL)
    {
      gsize left = offset < content->size ? (gsize) (content->size - offset) : 0;

      n = MIN (n, left);
      memcpy (buf, content->data + (n > 0 ? offset : 0), n);
      return (gint64) n;
    }
  if (content->stream == NULL)
    return read_fd (content->fd, offset, buf, n);
  g_clear_error (&content->failed);
  got = read_stream (content->stream, offset, buf, n, &content->failed);
  /* A member that ends early where the archive said more: no caller expects that. */
  return got;
}

ScanSource
scan_content_source (ScanContent *content)
{
  return (ScanSource){ .size = content->size,
                       .data = content->data,
                       .read = content->data == NULL ? scan_content_read : NULL,
                       .user_data = content };
}

static gboolean
open_file (const ScanFound *found, ScanContent *content, GError **error)
{
  struct stat info;

  /* Not to hang where a pipe took the file's place since the search. */
  content->fd = open (found->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (content->fd < 0 || fstat (content->fd, &info) != 0)
    return scan_error_set_errno (error, errno, "The file could not be opened");
  content->regular = S_ISREG (info.st_mode);
  content->size = content->regular ? (guint64) info.st_size : 0;
  content->mtime = info.st_mtime;
  return TRUE;
}

gboolean
scan_content_open (ScanImport *import, ScanFound *found, ScanContent *ret_content, GError **error)
{
  memset (ret_content, 0, sizeof *ret_content);
  ret_content->fd = -1;
  if (found->archive == NULL)
    return open_file (found, ret_content, error);
  ret_content->regular = TRUE;
  ret_content->size = found->size;
  ret_content->mtime = found->mtime;
  ret_content->data = found->data;
  if (found->data != NULL)
    return TRUE;
  ret_content->stream = g_new0 (ScanMemberStream, 1);
  ret_content->stream->import = import;
  ret_content->stream->archive = found->archive;
  ret_content->stream->index = found->index;
  return scan_content_open (import, found->archive->found, &ret_content->stream->outer, error);
}

void
scan_content_close (ScanContent *content)
{
  ScanMemberStream *stream = g_steal_pointer (&content->stream);

  if (stream != NULL)
    {
      scan_unpack_free (stream->unpack);
      scan_content_close (&stream->outer);
      g_free (stream->head);
      g_free (stream);
    }
  if (content->fd >= 0)
    close (content->fd);
  content->fd = -1;
  g_clear_error (&content->failed);
}
