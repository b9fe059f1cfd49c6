/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture_save.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "burned_text.h"
#include "error.h"
#include "library_private.h"

gboolean
scan_library_frame_text (ScanLibrary *library, const ScanInstance *instance, guint frame,
                         GCancellable *cancellable, ScanFrameText *ret_text, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  ScanBurnedText *text;
  GVariantDict arguments;
  guint until;
  gboolean sense;

  *ret_text = (ScanFrameText){ FALSE, FALSE };
  if (!scan_library_source_open (library, instance->member, &source, error))
    return FALSE;
  g_variant_dict_init (&arguments, NULL);
  g_variant_dict_insert (&arguments, "from", "u", frame);
  if (!scan_reader_call (scan_library_readers (library), "burned-in",
                         g_variant_dict_end (&arguments), &source.source, NULL, SCAN_CALL_DEFAULT,
                         0, cancellable, &reply, error))
    return FALSE;
  text = g_new0 (ScanBurnedText, 1);
  text->boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
  /* As the answer to a first question, in which alone the size and the kind are told. */
  sense = scan_burned_text_note_from (text, reply.result, frame, &until);
  ret_text->expected = text->expected;
  for (guint i = 0; i < text->boxes->len; i++)
    if (g_array_index (text->boxes, ScanTextBox, i).frame == (gint) frame)
      ret_text->found = TRUE;
  scan_burned_text_free (text);
  if (!sense)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return sense;
}

static gboolean
write_all (int fd, const guint8 *data, gsize n)
{
  while (n > 0)
    {
      const gssize written = write (fd, data, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      data += written;
      n -= (gsize) written;
    }
  return TRUE;
}

/* Room first, so that a full disk costs nothing that was there. */
static gboolean
write_png (int fd, GBytes *png)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (png, &n);
  struct stat before;
  int failed;

  if (fstat (fd, &before) != 0)
    return FALSE;
  if (S_ISREG (before.st_mode))
    {
      failed = posix_fallocate (fd, 0, (off_t) n);
      if (failed == ENOSPC || failed == EDQUOT || failed == EFBIG)
        {
          if (ftruncate (fd, before.st_size) != 0)
            return FALSE;
          errno = failed;
          return FALSE;
        }
    }
  return write_all (fd, data, n) &&
         (!S_ISREG (before.st_mode) || (ftruncate (fd, (off_t) n) == 0 && fsync (fd) == 0));
}

gboolean
scan_picture_save (const ScanPicture *picture, const char *path, GError **error)
{
  g_autoptr (GBytes) png = scan_picture_to_png (picture);
  gboolean made = TRUE, written;
  int fd, failed;

  if (png == NULL)
    return scan_error_set_errno (error, ENOMEM, "There is not enough memory for the picture.");
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    {
      made = FALSE;
      fd = open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    }
  if (fd < 0)
    return scan_error_set_errno (error, errno, "The picture could not be written.");
  written = write_png (fd, png);
  failed = errno;
  if (close (fd) != 0 && written)
    {
      written = FALSE;
      failed = errno;
    }
  if (written)
    return TRUE;
  if (made)
    unlink (path);
  return scan_error_set_errno (error, failed, "The picture could not be written.");
}
