/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "archive_maker.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

static la_ssize_t
collect (struct archive *archive, void *data, const void *bytes, size_t n)
{
  g_byte_array_append (data, bytes, (guint) n);
  return (la_ssize_t) n;
}

static void
set_format (struct archive *archive, const char *format)
{
  if (strcmp (format, "zip") == 0)
    archive_write_set_format_zip (archive);
  else if (strcmp (format, "7z") == 0)
    archive_write_set_format_7zip (archive);
  else if (strcmp (format, "iso") == 0)
    archive_write_set_format_iso9660 (archive);
  else if (strcmp (format, "raw") == 0)
    archive_write_set_format_raw (archive);
  else
    archive_write_set_format_pax_restricted (archive);
}

static void
add_member (struct archive *archive, const MadeMember *member)
{
  struct archive_entry *entry = archive_entry_new ();
  gsize size = member->bytes == NULL ? 0 : member->size > 0 ? member->size : strlen (member->bytes);

  archive_entry_set_pathname (entry, member->name);
  archive_entry_set_mtime (entry, 1700000000, 0);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_size (entry, (la_int64_t) size);
  archive_entry_set_filetype (entry, member->type != 0 ? member->type : AE_IFREG);
  if (member->link != NULL && *member->link == '=')
    archive_entry_set_hardlink (entry, member->link + 1);
  else if (member->link != NULL)
    {
      archive_entry_set_filetype (entry, AE_IFLNK);
      archive_entry_set_symlink (entry, member->link);
    }
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  for (gsize at = 0; at < size;)
    {
      la_ssize_t n = archive_write_data (archive, member->bytes + at, size - at);

      g_assert_cmpint (n, >, 0);
      at += (gsize) n;
    }
  archive_entry_free (entry);
}

GBytes *
archive_make (const char *format, const char *filter, const char *options, const char *password,
              const MadeMember *members)
{
  GByteArray *bytes = g_byte_array_new ();
  struct archive *archive = archive_write_new ();

  set_format (archive, format);
  if (filter != NULL)
    g_assert_cmpint (archive_write_add_filter_by_name (archive, filter), ==, ARCHIVE_OK);
  if (options != NULL)
    g_assert_cmpint (archive_write_set_options (archive, options), ==, ARCHIVE_OK);
  if (password != NULL)
    g_assert_cmpint (archive_write_set_passphrase (archive, password), ==, ARCHIVE_OK);
  archive_write_set_bytes_in_last_block (archive, 1);
  g_assert_cmpint (archive_write_open (archive, bytes, NULL, collect, NULL), ==, ARCHIVE_OK);
  for (; members->name != NULL; members++)
    add_member (archive, members);
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  return g_byte_array_free_to_bytes (bytes);
}

static void
put (GByteArray *bytes, guint32 value, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint8 byte = (guint8) (value >> 8 * i);

      g_byte_array_append (bytes, &byte, 1);
    }
}

/* What a local header and an entry of the directory have in common (APPNOTE.TXT 4.3.7, 4.3.12),
 * from "version needed" to the length of the extra field. CRC-32 of "overlap\n". */
static void
put_common (GByteArray *bytes)
{
  put (bytes, 20, 2);
  put (bytes, 0, 2);
  put (bytes, 0, 2);
  put (bytes, 0, 4);
  put (bytes, 0x5f1e2a5e, 4);
  put (bytes, 8, 4);
  put (bytes, 8, 4);
  put (bytes, 1, 2);
  put (bytes, 0, 2);
}

GBytes *
archive_make_overlapping (guint times)
{
  GByteArray *bytes = g_byte_array_new ();
  guint directory, end;

  g_byte_array_append (bytes, (const guint8 *) "PK\3\4", 4);
  put_common (bytes);
  g_byte_array_append (bytes, (const guint8 *) "aoverlap\n", 9);
  directory = bytes->len;
  for (guint i = 0; i < times; i++)
    {
      guint8 name = (guint8) ('a' + i % 26);

      g_byte_array_append (bytes, (const guint8 *) "PK\1\2", 4);
      put (bytes, 20, 2);
      put_common (bytes);
      put (bytes, 0, 2);
      put (bytes, 0, 2);
      put (bytes, 0, 2);
      put (bytes, 0, 4);
      put (bytes, 0, 4);
      g_byte_array_append (bytes, &name, 1);
    }
  end = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "PK\5\6", 4);
  put (bytes, 0, 4);
  put (bytes, times, 2);
  put (bytes, times, 2);
  put (bytes, end - directory, 4);
  put (bytes, directory, 4);
  put (bytes, 0, 2);
  return g_byte_array_free_to_bytes (bytes);
}
