/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `unpack` in the real sandbox, and what the keeper makes of it. */
#include <archive_entry.h>
#include <string.h>

#include "archive_maker.h"
#include "pool.h"
#include "unpack.h"

static const MadeMember plain[] = {
  { "DICOM/A", "first member" },
  { "DICOM/B", "" },
  { "DICOM/deep/er/C", "the third one, somewhat longer" },
  { NULL },
};

static ScanUnpack *
begin (ScanReaderPool *pool, GBytes *bytes, const ScanUnpackOptions *options)
{
  ScanUnpackOptions none = { 0 };
  ScanSource source = { 0 };
  g_autoptr (GError) error = NULL;
  gsize size;
  ScanUnpack *unpack;

  source.data = g_bytes_get_data (bytes, &size);
  source.size = size;
  unpack = scan_unpack_new (pool, &source, options != NULL ? options : &none, NULL, &error);
  g_assert_no_error (error);
  return unpack;
}

/* The member's bytes, to be freed; NULL with error. */
static GBytes *
read_member (ScanUnpack *unpack, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 piece[50000];
  gssize got;

  while ((got = scan_unpack_read (unpack, piece, sizeof piece, error)) > 0)
    g_byte_array_append (bytes, piece, (guint) got);
  return got == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/* The next regular file. */
static ScanUnpackStep
next_file (ScanUnpack *unpack, ScanMember *ret_member, GError **error)
{
  ScanUnpackStep step;

  do
    step = scan_unpack_next (unpack, ret_member, error);
  while (step == SCAN_UNPACK_MEMBER && ret_member->kind == SCAN_MEMBER_FOLDER);
  return step;
}

static void
expect_bytes (ScanUnpack *unpack, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_member (unpack, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
expect_plain (ScanReaderPool *pool, GBytes *bytes)
{
  g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) expected = g_hash_table_new (g_str_hash, g_str_equal);
  ScanMember member;
  ScanUnpackStep step;

  for (const MadeMember *made = plain; made->name != NULL; made++)
    g_hash_table_insert (expected, (gpointer) made->name, (gpointer) made->bytes);
  while ((step = next_file (unpack, &member, &error)) == SCAN_UNPACK_MEMBER)
    {
      const char *text = g_hash_table_lookup (expected, member.name);

      g_assert_cmpint (member.kind, ==, SCAN_MEMBER_FILE);
      g_assert_nonnull (text);
      g_assert_cmpint (member.mtime, ==, 1700000000);
      expect_bytes (unpack, text);
      g_hash_table_remove (expected, member.name);
    }
  g_assert_no_error (error);
  g_assert_cmpint (step, ==, SCAN_UNPACK_END);
  g_assert_cmpuint (g_hash_table_size (expected), ==, 0);
}

static void
test_formats (void)
{
  static const struct
  {
    const char *format, *filter, *options;
  } kinds[] = {
    { "zip", NULL, NULL },
    { "zip", NULL, "zip:compression=store" },
    { "zip", NULL, "zip:zip64" },
    { "7z", NULL, NULL },
    { "7z", NULL, "7zip:compression=deflate" },
    { "tar", NULL, NULL },
    { "tar", "gzip", NULL },
    { "tar", "bzip2", NULL },
    { "tar", "xz", NULL },
    { "tar", "zstd", NULL },
    { "tar", "lz4", NULL },
    { "iso", NULL, NULL },
  };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes =
          archive_make (kinds[i].format, kinds[i].filter, kinds[i].options, NULL, plain);

      g_test_message ("%s %s %s", kinds[i].format, kinds[i].filter, kinds[i].options);
      expect_plain (pool, bytes);
    }
}

/* A file that is compressed alone is a member without a name. */
static void
test_single_file (void)
{
  static const char *const filters[] = { "gzip", "bzip2", "xz", "zstd", "lz4" };
  static const MadeMember one[] = { { "ignored", "compressed alone" }, { NULL } };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (GBytes) bytes = archive_make ("raw", filters[i], NULL, NULL, one);
      g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);
      g_autoptr (GError) error = NULL;
      ScanMember member;

      g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_true (member.unnamed);
      expect_bytes (unpack, "compressed alone");
      g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_END);
    }
}

static void
expect_stop (ScanReaderPool *pool, GBytes *bytes, int code)
{
  g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);
  g_autoptr (GError) error = NULL;
  ScanMember member;

  while (scan_unpack_next (unpack, &member, &error) == SCAN_UNPACK_MEMBER)
    ;
  g_assert_error (error, SCAN_ERROR, code);
  g_clear_error (&error);
  /* And it stays stopped. */
  g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_FAILED);
  g_assert_error (error, SCAN_ERROR, code);
}

static void
test_no_archive (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) words = g_bytes_new_static ("no archive at all", 17);
  g_autoptr (GBytes) zip = g_bytes_new_static ("PK\3\4 but nothing else follows here", 34);

  expect_stop (pool, words, SCAN_ERROR_UNSUPPORTED);
  expect_stop (pool, zip, SCAN_ERROR_UNREADABLE);
}

/* Members that are passed over, and one member alone. */
static void
test_choice (void)
{
  static const char *const formats[] = { "zip", "tar", "7z" };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 2);

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GBytes) bytes = archive_make (formats[i], NULL, NULL, NULL, plain);
      ScanUnpackOptions withhold = { .skip_above = 20 };
      g_autoptr (ScanUnpack) unpack = begin (pool, bytes, &withhold);
      g_autoptr (ScanUnpack) alone = NULL;
      g_autoptr (GError) error = NULL;
      ScanMember member;
      guint64 large = 0;
      guint withheld = 0, files = 0;

      while (next_file (unpack, &member, &error) == SCAN_UNPACK_MEMBER)
        {
          files++;
          g_assert_true (member.withheld == (member.size > 20));
          if (!member.withheld)
            continue;
          large = member.index;
          withheld++;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (files, ==, 3);
      g_assert_cmpuint (withheld, ==, 1);

      alone = begin (pool, bytes, &(ScanUnpackOptions){ .one = TRUE, .from = large });
      g_assert_cmpint (scan_unpack_next (alone, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_cmpstr (member.name, ==, "DICOM/deep/er/C");
      expect_bytes (alone, plain[2].bytes);
      g_assert_cmpint (scan_unpack_next (alone, &member, &error), ==, SCAN_UNPACK_END);
    }
}

static void
expect_password (ScanReaderPool *pool, GBytes *bytes, const char *password, int code)
{
  ScanUnpackOptions options = { .password = password,
                                .password_len = password != NULL ? strlen (password) : 0 };
  g_autoptr (ScanUnpack) unpack = begin (pool, bytes, &options);
  g_autoptr (GError) error = NULL;
  ScanMember member;

  g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
  g_assert_true (member.encrypted);
  if (code == 0)
    expect_bytes (unpack, plain[0].bytes);
  else
    {
      g_assert_null (read_member (unpack, &error));
      g_assert_error (error, SCAN_ERROR, code);
    }
}

static void
test_passwords (void)
{
  static const char *const kinds[] = { "zip:encryption=zipcrypt", "zip:encryption=aes128",
                                       "zip:encryption=aes256" };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = archive_make ("zip", NULL, kinds[i], "Schlüssel 1", plain);

      expect_password (pool, bytes, "Schlüssel 1", 0);
      expect_password (pool, bytes, NULL, SCAN_ERROR_PASSWORD);
      expect_password (pool, bytes, "Schluessel", SCAN_ERROR_PASSWORD);
    }
}

/* Of wrong passwords the old encryption lets one in 256 pass; what comes out then is told as the
 * wrong password too, never as a member. */
static void
test_wrong_passwords (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("zip", NULL, "zip:encryption=zipcrypt", "right", plain);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *wrong = g_strdup_printf ("wrong %u", i);

      expect_password (pool, bytes, wrong, SCAN_ERROR_PASSWORD);
    }
}

static void
test_kinds (void)
{
  static const MadeMember odd[] = {
    { "file", "bytes" },
    { "link", NULL, 0, "/etc/passwd" },
    { "hard", NULL, 0, "=file" },
    { "pipe", NULL, 0, NULL, AE_IFIFO },
    { "disk", NULL, 0, NULL, AE_IFBLK },
    { "tty", NULL, 0, NULL, AE_IFCHR },
    { "folder", NULL, 0, NULL, AE_IFDIR },
    { NULL },
  };
  static const ScanMemberKind kinds[] = {
    SCAN_MEMBER_FILE,    SCAN_MEMBER_LINK,    SCAN_MEMBER_LINK,   SCAN_MEMBER_SPECIAL,
    SCAN_MEMBER_SPECIAL, SCAN_MEMBER_SPECIAL, SCAN_MEMBER_FOLDER,
  };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("tar", NULL, NULL, NULL, odd);
  g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);
  g_autoptr (GError) error = NULL;
  ScanMember member;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_cmpint (member.kind, ==, kinds[i]);
    }
  g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_END);
}

/* Names come as they stand. */
static void
test_names (void)
{
  static const MadeMember odd[] = { { "/absolute", "a" },
                                    { "../../up", "b" },
                                    { "latin-\xe9", "c" },
                                    { "C:\\Bilder\\eins", "d" },
                                    { NULL } };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("tar", NULL, "hdrcharset=BINARY", NULL, odd);
  g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);
  g_autoptr (GError) error = NULL;
  ScanMember member;

  for (const MadeMember *made = odd; made->name != NULL; made++)
    {
      g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_cmpstr (member.name, ==, made->name);
      expect_bytes (unpack, made->bytes);
    }
}

static void
test_damage (void)
{
  static const char *const filters[] = { NULL, "gzip", "xz" };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autofree char *noise = g_malloc (300000);
  MadeMember members[] = { { "noise", noise, 300000 }, { NULL } };

  for (gsize i = 0; i < 300000; i++)
    noise[i] = (char) g_random_int ();
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (GBytes) whole = archive_make ("tar", filters[i], NULL, NULL, members);
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, 200000);
      g_autoptr (ScanUnpack) unpack = begin (pool, cut, NULL);
      g_autoptr (GError) error = NULL;
      ScanMember member;

      g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_null (read_member (unpack, &error));
      g_assert_error (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE);
      g_clear_error (&error);
      g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_FAILED);
    }
}

/* One byte of a stored member of a ZIP file is another one: its checksum tells, and the members
 * after it are there. */
static void
test_checksum (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) whole = archive_make ("zip", NULL, "zip:compression=store", NULL, plain);
  gsize size;
  g_autofree char *bytes = g_memdup2 (g_bytes_get_data (whole, &size), g_bytes_get_size (whole));
  g_autoptr (GBytes) changed = NULL;
  g_autoptr (ScanUnpack) unpack = NULL;
  g_autoptr (GError) error = NULL;
  ScanMember member;

  *(char *) memmem (bytes, size, "first", 5) = 'F';
  changed = g_bytes_new (bytes, size);
  unpack = begin (pool, changed, NULL);
  g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
  g_assert_null (read_member (unpack, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE);
  g_clear_error (&error);
  g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
  g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
  expect_bytes (unpack, plain[2].bytes);
}

static void
test_overlap (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make_overlapping (20);

  expect_stop (pool, bytes, SCAN_ERROR_LIMIT);
}

/* 700 MiB of zeros in less than 1 MiB. */
static void
test_bomb (void)
{
  gsize size = (gsize) 700 * 1024 * 1024;
  g_autofree char *zeros = g_malloc0 (size);
  MadeMember members[] = { { "zeros", zeros, size }, { NULL } };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("zip", NULL, NULL, NULL, members);

  g_assert_cmpuint (g_bytes_get_size (bytes), <, 1024 * 1024);
  expect_stop (pool, bytes, SCAN_ERROR_LIMIT);
}

/* The reader waits for a keeper that takes its time, and a session that is left in the middle ends
 * its process. */
static void
test_left_in_the_middle (void)
{
  gsize size = (gsize) 8 * 1024 * 1024;
  g_autofree char *zeros = g_malloc0 (size);
  MadeMember members[] = { { "zeros", zeros, size }, { NULL } };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("tar", "gzip", NULL, NULL, members);
  g_autoptr (GError) error = NULL;
  ScanMember member;
  guint8 some[100];

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ScanUnpack) unpack = begin (pool, bytes, NULL);

      g_assert_cmpint (next_file (unpack, &member, &error), ==, SCAN_UNPACK_MEMBER);
      g_assert_cmpint (scan_unpack_read (unpack, some, sizeof some, &error), ==, sizeof some);
      g_assert_cmpuint (scan_reader_pool_busy (pool), ==, 1);
    }
  g_assert_cmpuint (scan_reader_pool_busy (pool), ==, 0);
}

static gint64
read_short (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (user_data, &size);

  if (offset + n > 4096)
    return -1;
  memcpy (buf, bytes + offset, n);
  return (gint64) n;
}

static void
test_source_fails (void)
{
  g_autofree char *noise = g_malloc (300000);
  MadeMember members[] = { { "noise", noise, 300000 }, { NULL } };
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("tar", NULL, NULL, NULL, members);
  ScanSource source = { .size = g_bytes_get_size (bytes), .read = read_short, .user_data = bytes };
  ScanUnpackOptions none = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanUnpack) unpack = scan_unpack_new (pool, &source, &none, NULL, &error);
  ScanMember member;

  g_assert_no_error (error);
  while (scan_unpack_next (unpack, &member, &error) == SCAN_UNPACK_MEMBER)
    ;
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_IO);
}

static void
test_cancelled (void)
{
  g_autoptr (ScanReaderPool) pool = probe_pool_new (NULL, 1);
  g_autoptr (GBytes) bytes = archive_make ("tar", NULL, NULL, NULL, plain);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  ScanSource source = { .size = g_bytes_get_size (bytes) };
  ScanUnpackOptions none = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanUnpack) unpack = NULL;
  ScanMember member;

  source.data = g_bytes_get_data (bytes, NULL);
  unpack = scan_unpack_new (pool, &source, &none, cancellable, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (scan_unpack_next (unpack, &member, &error), ==, SCAN_UNPACK_FAILED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/unpack/formats", test_formats);
  g_test_add_func ("/reader/unpack/single-file", test_single_file);
  g_test_add_func ("/reader/unpack/no-archive", test_no_archive);
  g_test_add_func ("/reader/unpack/choice", test_choice);
  g_test_add_func ("/reader/unpack/passwords", test_passwords);
  g_test_add_func ("/reader/unpack/wrong-passwords", test_wrong_passwords);
  g_test_add_func ("/reader/unpack/kinds", test_kinds);
  g_test_add_func ("/reader/unpack/names", test_names);
  g_test_add_func ("/reader/unpack/damage", test_damage);
  g_test_add_func ("/reader/unpack/checksum", test_checksum);
  g_test_add_func ("/reader/unpack/overlap", test_overlap);
  g_test_add_func ("/reader/unpack/bomb", test_bomb);
  g_test_add_func ("/reader/unpack/left-in-the-middle", test_left_in_the_middle);
  g_test_add_func ("/reader/unpack/source-fails", test_source_fails);
  g_test_add_func ("/reader/unpack/cancelled", test_cancelled);
  return g_test_run ();
}
