/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole vaults on a disk: what was committed is there, what is damaged is told, and nothing else is believed. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "vault.h"

static const VaultKdf cheap = { 1, 8192 };
#define PASS "a passphrase"

typedef struct
{
  char *folder, *dir;
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault;
} Fixture;

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_tree (inner);
      else
        g_unlink (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
}

static void
setup (Fixture *f, gconstpointer data)
{
  g_autofree char *state = NULL;

  f->folder = g_dir_make_tmp ("scanvault-store-XXXXXX", NULL);
  state = g_build_filename (f->folder, "state", NULL);
  g_mkdir (state, 0700);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", state, TRUE);
  f->dir = g_build_filename (f->folder, "v", NULL);
  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_assert_cmpint (vault_create (f->dir, PASS, strlen (PASS), &cheap, f->sheet, &f->vault, NULL), ==, VAULT_OK);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  vault_close (f->vault);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->dir);
}

static void
reopen (Fixture *f)
{
  vault_close (f->vault);
  f->vault = NULL;
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
}

static void
make_info (Vault *vault, VaultMemberInfo *info, const void *data, gsize n, VaultCodec codec, const char *name)
{
  memset (info, 0, sizeof *info);
  vault_hash (vault, data, n, info->id);
  info->codec = codec;
  info->size = n;
  info->mtime = 1700000000;
  info->name = name;
  info->name_len = strlen (name);
}

static VaultError
append (VaultBundle *bundle, Vault *vault, const void *data, gsize n, VaultCodec codec, const char *name,
        guint8 ret_id[VAULT_ID_SIZE])
{
  VaultMemberInfo info;
  VaultEncoded *encoded = NULL;
  VaultError error;

  make_info (vault, &info, data, n, codec, name);
  memcpy (ret_id, info.id, VAULT_ID_SIZE);
  g_assert_cmpint (vault_encode (data, n, codec, &encoded), ==, VAULT_OK);
  error = vault_bundle_append (bundle, &info, encoded, NULL);
  vault_encoded_free (encoded);
  return error;
}

/* One bundle of one member and a field, committed. */
static void
store (Vault *vault, const void *data, gsize n, VaultCodec codec, const char *name, guint8 ret_id[VAULT_ID_SIZE])
{
  VaultBundle *bundle;
  VaultTxn *txn;
  guint32 first, count;

  g_assert_cmpint (vault_bundle_begin (vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, vault, data, n, codec, name, ret_id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, ret_id, VAULT_ID_SIZE, 7, name, strlen (name)), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, &first, &count, NULL), ==, VAULT_OK);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (vault_read_back (vault, first, NULL), ==, VAULT_OK);
}

static void
assert_member (Vault *vault, const guint8 id[VAULT_ID_SIZE], const guint8 *data, gsize n, const char *name)
{
  VaultMember *member;
  g_autofree guint8 *back = g_malloc (n + 1);
  gsize name_len;
  const char *found;

  g_assert_cmpint (vault_member_open (vault, id, &member, NULL), ==, VAULT_OK);
  g_assert_cmpuint (vault_member_size (member), ==, n);
  found = vault_member_name (member, &name_len);
  g_assert_cmpmem (found, name_len, name, strlen (name));
  g_assert_cmpuint (vault_member_mtime (member), ==, 1700000000);
  g_assert_cmpint (vault_member_pread (member, 0, back, n, NULL), ==, VAULT_OK);
  g_assert_cmpmem (back, n, data, n);
  for (gsize at = 0; at < n; at += n / 7 + 1)
    {
      gsize step = MIN (n - at, 1000);

      g_assert_cmpint (vault_member_pread (member, at, back, step, NULL), ==, VAULT_OK);
      g_assert_cmpmem (back, step, data + at, step);
    }
  g_assert_cmpint (vault_member_pread (member, n, back, 1, NULL), ==, VAULT_ERROR_ARGUMENT);
  vault_member_close (member);
}

/* A ramp with steps: compresses, and no two parts are alike. */
static guint8 *
make_data (gsize n)
{
  guint8 *data = g_malloc (n + 1);

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) (i / 3 + i / 70000 * 11 + (i % 997 == 0 ? i : 0));
  return data;
}

static void
test_round_trips (Fixture *f, gconstpointer unused)
{
  static const gsize sizes[] = { 0, 1, 2, 3, 65535, 65536, 65537, 262143, 262144, 262145, 1000001 };
  guint8 ids[G_N_ELEMENTS (sizes) * 3][VAULT_ID_SIZE];

  for (guint codec = 0; codec < 3; codec++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree guint8 *data = make_data (sizes[i] + 1);

        data[0] = (guint8) (codec * 50 + i);
        store (f->vault, data, sizes[i], (VaultCodec) codec, "a/b c.dcm", ids[codec * G_N_ELEMENTS (sizes) + i]);
      }
  reopen (f);
  for (guint codec = 0; codec < 3; codec++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree guint8 *data = make_data (sizes[i] + 1);

        data[0] = (guint8) (codec * 50 + i);
        assert_member (f->vault, ids[codec * G_N_ELEMENTS (sizes) + i], data, sizes[i], "a/b c.dcm");
      }
}

static void
test_wrong_secrets (Fixture *f, gconstpointer unused)
{
  Vault *vault = NULL;
  char sheet[VAULT_SHEET_SIZE];

  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_open (f->dir, "another", 7, &vault, NULL), ==, VAULT_ERROR_SECRET);
  memcpy (sheet, f->sheet, sizeof sheet);
  sheet[2] = sheet[2] == '7' ? '8' : '7';
  g_assert_cmpint (vault_open_sheet (f->dir, sheet, strlen (sheet), &vault, NULL), ==, VAULT_ERROR_SECRET);
  g_assert_null (vault);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL), ==, VAULT_OK);
  vault_sheet (vault, sheet);
  g_assert_cmpstr (sheet, ==, f->sheet);
  vault_close (vault);
}

static void
test_sheet_is_forgiving (Fixture *f, gconstpointer unused)
{
  g_autofree char *lower = g_ascii_strdown (f->sheet, -1);
  g_autofree char *spaced = NULL;
  Vault *vault;

  vault_close (g_steal_pointer (&f->vault));
  for (char *at = lower; *at != '\0'; at++)
    *at = *at == '-' ? ' ' : *at == '0' ? 'o' : *at == '1' ? 'l' : *at;
  spaced = g_strconcat ("  ", lower, "\n", NULL);
  g_assert_cmpint (vault_open_sheet (f->dir, spaced, strlen (spaced), &vault, NULL), ==, VAULT_OK);
  vault_close (vault);
}

static void
test_busy (Fixture *f, gconstpointer unused)
{
  Vault *second = NULL;

  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &second, NULL), ==, VAULT_ERROR_BUSY);
  g_assert_null (second);
}

static void
test_places (Fixture *f, gconstpointer unused)
{
  Vault *vault = NULL;
  char sheet[VAULT_SHEET_SIZE];
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "where", NULL);

  g_assert_cmpint (vault_create (f->dir, PASS, 4, &cheap, sheet, &vault, NULL), ==, VAULT_ERROR_EXISTS);
  g_assert_cmpint (vault_create (nowhere, PASS, 4, &cheap, sheet, &vault, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_open (nowhere, PASS, 4, &vault, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_open (f->folder, PASS, 4, &vault, NULL), ==, VAULT_ERROR_NOT_A_VAULT);
}

static void
test_last_writer_wins (Fixture *f, gconstpointer unused)
{
  VaultTxn *txn;
  const void *value;
  gsize n;

  for (guint i = 0; i < 5; i++)
    {
      char text[8];

      g_snprintf (text, sizeof text, "v%u", i);
      g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_set (txn, "entity", 6, 3, text, 2), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_set (txn, "entity", 6, 4, "", 0), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
    }
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 3, &value, &n), ==, VAULT_OK);
      g_assert_cmpmem (value, n, "v4", 2);
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 4, &value, &n), ==, VAULT_OK);
      g_assert_cmpuint (n, ==, 0);
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 5, &value, &n), ==, VAULT_ERROR_NOT_FOUND);
      reopen (f);
    }
}

static void
test_abort_leaves_nothing (Fixture *f, gconstpointer unused)
{
  VaultBundle *bundle;
  VaultTxn *txn;
  guint8 id[VAULT_ID_SIZE];

  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, "data", 4, VAULT_CODEC_ZSTD, "n", id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  vault_txn_abort (txn);
  g_assert_null (vault_entry_find (f->vault, id));
  reopen (f);
  g_assert_cmpuint (vault_entry_count (f->vault), ==, 0);
}

typedef struct
{
  guint objects, damaged, missing, orphans;
} Found;

static bool
on_finding (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done, uint64_t total, void *data)
{
  Found *found = data;

  found->objects += kind == VAULT_CHECK_OBJECT;
  found->damaged += kind == VAULT_CHECK_DAMAGED;
  found->missing += kind == VAULT_CHECK_MISSING;
  found->orphans += kind == VAULT_CHECK_ORPHAN;
  return true;
}

static Found
check (Vault *vault, VaultCheckLevel level)
{
  Found found = { 0 };

  g_assert_cmpint (vault_check (vault, level, on_finding, &found, NULL), ==, VAULT_OK);
  return found;
}

/* All files of the vault below a folder, to be freed. */
static GPtrArray *
files_below (const char *path, GPtrArray *files)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (files == NULL)
    files = g_ptr_array_new_with_free_func (g_free);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        {
          files_below (inner, files);
          g_free (inner);
        }
      else
        g_ptr_array_add (files, inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  return files;
}

static void
flip (const char *path, goffset at)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  guint8 byte;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
  byte ^= 0x40;
  g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
  close (fd);
}

static goffset
size_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}

/* Every seventh byte of every small file, and some of each bundle: either the check tells, or the copy of the file served and the check tells of the damage, or the vault
 * does not open. Wrong bytes never come out. */
static void
test_tampering (Fixture *f, gconstpointer unused)
{
  g_autofree guint8 *data = make_data (70000);
  guint8 id[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;
  guint sweeps = 0;

  store (f->vault, data, 70000, VAULT_CODEC_DELTA16, "scan", id);
  vault_close (g_steal_pointer (&f->vault));
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      gboolean harmless = strstr (path, "README.txt") != NULL || strstr (path, "/v/tmp/") != NULL;
      /* The second copy is read when the first is gone. */
      gboolean copy = strstr (path, "/j2/") != NULL || strstr (path, "/j/") != NULL;
      gsize step = strstr (path, "/o/") != NULL ? 1499 : 7;

      for (goffset at = 0; at < size_of (path) && !harmless; at += (goffset) step)
        {
          Vault *vault = NULL;
          VaultError error;

          flip (path, at);
          error = vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL);
          if (error == VAULT_OK)
            {
              VaultMember *member = NULL;
              Found found = check (vault, VAULT_CHECK_FULL);

              if (strstr (path, "/keys/") == NULL && !copy)
                g_assert_cmpuint (found.damaged + found.missing, >, 0);
              if (vault_member_open (vault, id, &member, NULL) == VAULT_OK)
                {
                  g_autofree guint8 *back = g_malloc (70000);

                  if (vault_member_pread (member, 0, back, 70000, NULL) == VAULT_OK)
                    g_assert_cmpmem (back, 70000, data, 70000);
                  vault_member_close (member);
                }
              else
                g_assert_false (copy);
              vault_close (vault);
            }
          flip (path, at);
          sweeps++;
        }
    }
  g_assert_cmpuint (sweeps, >, 40);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

static void
test_slot_damage (Fixture *f, gconstpointer unused)
{
  g_autofree char *keys = g_build_filename (f->dir, "keys", NULL);
  g_autoptr (GPtrArray) files = files_below (keys, NULL);
  Vault *vault = NULL;

  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpuint (files->len, ==, 1);
  for (goffset at = 0; at < 144; at += 5)
    {
      flip (g_ptr_array_index (files, 0), at);
      g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_ERROR_SLOT);
      flip (g_ptr_array_index (files, 0), at);
    }
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
}

/* Both copies of one record are damaged: it is told, and what other records say is there. */
static void
test_lost_record (Fixture *f, gconstpointer unused)
{
  guint8 first[VAULT_ID_SIZE], second[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", first);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", second);
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    if (strstr (g_ptr_array_index (files, i), "/0000000001-") != NULL)
      flip (g_ptr_array_index (files, i), 200);
  reopen (f);
  g_assert_cmpuint (vault_damage_count (f->vault), >, 0);
  g_assert_null (vault_entry_find (f->vault, first));
  assert_member (f->vault, second, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).orphans, ==, 1);
}

static void
test_missing_bundle (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = NULL;
  VaultMember *member = NULL;
  VaultFault fault;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  files = files_below (o, NULL);
  g_assert_cmpuint (files->len, ==, 1);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", other);
  g_unlink (g_ptr_array_index (files, 0));
  reopen (f);
  g_assert_cmpint (vault_member_open (f->vault, id, &member, &fault), ==, VAULT_ERROR_MISSING);
  g_assert_true (fault.has_member);
  g_assert_cmpmem (fault.member, VAULT_ID_SIZE, id, VAULT_ID_SIZE);
  assert_member (f->vault, other, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).missing, ==, 1);
}

static int64_t
read_pattern (void *data, uint64_t offset, void *buf, size_t n)
{
  const guint64 *lie_at = data;

  for (size_t i = 0; i < n; i++)
    ((guint8 *) buf)[i] = (guint8) ((offset + i) / 5 + (offset + i) / 300000);
  if (*lie_at >= offset && *lie_at < offset + n)
    ((guint8 *) buf)[*lie_at - offset] ^= 1;
  return (int64_t) n;
}

#define BIG ((guint64) 40 * 1024 * 1024 + 12345)

static void
test_big_source (Fixture *f, gconstpointer unused)
{
  guint64 no_lie = G_MAXUINT64, lie = BIG / 2;
  VaultMemberInfo info = { .codec = VAULT_CODEC_ZSTD, .size = BIG, .name = "big", .name_len = 3 };
  VaultBundle *bundle;
  VaultTxn *txn;
  VaultMember *member;
  guint8 here[700], there[700];

  g_assert_cmpint (vault_hash_source (f->vault, read_pattern, &no_lie, BIG, info.id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_append_source (bundle, &info, read_pattern, &lie, NULL), ==, VAULT_ERROR_CHANGED);
  vault_bundle_discard (bundle);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_append_source (bundle, &info, read_pattern, &no_lie, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_member_open (f->vault, info.id, &member, NULL), ==, VAULT_OK);
  for (guint64 at = 0; at + sizeof here < BIG; at += 262144 * 3 - 350)
    {
      g_assert_cmpint (vault_member_pread (member, at, here, sizeof here, NULL), ==, VAULT_OK);
      read_pattern (&no_lie, at, there, sizeof there);
      g_assert_cmpmem (here, sizeof here, there, sizeof there);
    }
  vault_member_close (member);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

typedef struct
{
  Vault *vault;
  guint seed;
  VaultBundle *bundle;
  guint8 ids[40][VAULT_ID_SIZE];
} Filler;

static gpointer
fill (gpointer data)
{
  Filler *filler = data;

  for (guint i = 0; i < G_N_ELEMENTS (filler->ids); i++)
    {
      g_autofree guint8 *bytes = make_data (100000);

      bytes[1] = (guint8) filler->seed;
      bytes[2] = (guint8) i;
      g_assert_cmpint (append (filler->bundle, filler->vault, bytes, 100000, VAULT_CODEC_DELTA16, "t", filler->ids[i]), ==,
                       VAULT_OK);
    }
  g_assert_cmpint (vault_bundle_finish (filler->bundle, NULL), ==, VAULT_OK);
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer unused)
{
  Filler fillers[3] = { { .seed = 10 }, { .seed = 20 }, { .seed = 30 } };
  GThread *threads[3];
  guint8 read_id[VAULT_ID_SIZE];
  g_autofree guint8 *read_data = make_data (300000);
  VaultTxn *txn;

  store (f->vault, read_data, 300000, VAULT_CODEC_ZSTD, "r", read_id);
  for (guint i = 0; i < 3; i++)
    {
      fillers[i].vault = f->vault;
      g_assert_cmpint (vault_bundle_begin (f->vault, &fillers[i].bundle, NULL), ==, VAULT_OK);
      threads[i] = g_thread_new ("fill", fill, &fillers[i]);
    }
  for (guint i = 0; i < 20; i++)
    assert_member (f->vault, read_id, read_data, 300000, "r");
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  for (guint i = 0; i < 3; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpint (vault_txn_add_bundle (txn, fillers[i].bundle, NULL), ==, VAULT_OK);
    }
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpuint (vault_entry_count (f->vault), ==, 121);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* A vault that was copied must not go on as the same writer. */
static void
test_copied_vault (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];
  g_autofree char *copy = g_build_filename (f->folder, "copy", NULL);
  g_autofree char *command = g_strdup_printf ("cp -a '%s' '%s'", f->dir, copy);
  g_autofree char *journal = g_build_filename (copy, "j", NULL);
  Vault *vault;
  GDir *dir;
  guint writers = 0;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_assert_cmpint (vault_open (copy, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  store (vault, "two", 3, VAULT_CODEC_RAW, "two", other);
  vault_close (vault);
  dir = g_dir_open (journal, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    writers++;
  g_dir_close (dir);
  g_assert_cmpuint (writers, ==, 2);
  g_assert_cmpint (vault_open (copy, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  assert_member (vault, id, (const guint8 *) "one", 3, "one");
  assert_member (vault, other, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (vault_damage_count (vault), ==, 0);
  vault_close (vault);
}

static void
test_foreign_bundle (Fixture *f, gconstpointer unused)
{
  g_autofree char *other_dir = g_build_filename (f->folder, "w", NULL);
  g_autofree char *mine = g_build_filename (f->dir, "o", NULL), *theirs = g_build_filename (other_dir, "o", NULL);
  g_autoptr (GPtrArray) my_files = NULL, their_files = NULL;
  g_autofree char *bytes = NULL;
  char sheet[VAULT_SHEET_SIZE];
  guint8 id[VAULT_ID_SIZE], other_id[VAULT_ID_SIZE];
  Vault *other;
  VaultMember *member = NULL;
  gsize n;

  g_assert_cmpint (vault_create (other_dir, PASS, strlen (PASS), &cheap, sheet, &other, NULL), ==, VAULT_OK);
  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  store (other, "one", 3, VAULT_CODEC_RAW, "one", other_id);
  vault_close (other);
  /* Equal bytes have other ids in another vault. */
  g_assert_cmpint (memcmp (id, other_id, sizeof id), !=, 0);
  my_files = files_below (mine, NULL);
  their_files = files_below (theirs, NULL);
  g_assert_true (g_file_get_contents (g_ptr_array_index (their_files, 0), &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (g_ptr_array_index (my_files, 0), bytes, (gssize) n, NULL));
  g_assert_cmpint (vault_member_open (f->vault, id, &member, NULL), ==, VAULT_ERROR_FOREIGN);
}

static void
test_full_disk (Fixture *f, gconstpointer unused)
{
  g_autofree char *disk = g_build_filename (f->folder, "disk", NULL);
  g_autofree char *dir = g_build_filename (disk, "v", NULL);
  g_autofree guint8 *noise = g_malloc (6 * 1024 * 1024);
  guint8 id[VAULT_ID_SIZE], lost[VAULT_ID_SIZE];
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault;
  VaultBundle *bundle;
  VaultError error;

  g_mkdir (disk, 0700);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=6m") != 0)
    {
      g_test_skip ("only root may mount");
      return;
    }
  g_assert_cmpint (vault_create (dir, PASS, strlen (PASS), &cheap, sheet, &vault, NULL), ==, VAULT_OK);
  store (vault, "kept", 4, VAULT_CODEC_RAW, "kept", id);
  vault_random (noise, 6 * 1024 * 1024);
  g_assert_cmpint (vault_bundle_begin (vault, &bundle, NULL), ==, VAULT_OK);
  error = append (bundle, vault, noise, 6 * 1024 * 1024, VAULT_CODEC_ZSTD, "lost", lost);
  if (error == VAULT_OK)
    error = vault_bundle_finish (bundle, NULL);
  g_assert_cmpint (error, ==, VAULT_ERROR_FULL);
  vault_bundle_discard (bundle);
  vault_close (vault);
  g_assert_cmpint (vault_open (dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  assert_member (vault, id, (const guint8 *) "kept", 4, "kept");
  g_assert_cmpuint (check (vault, VAULT_CHECK_FULL).damaged, ==, 0);
  vault_close (vault);
  g_assert_cmpint (umount (disk), ==, 0);
}

static void
test_share_keys (Fixture *f, gconstpointer unused)
{
  const guint8 one[16] = { 1 }, two[16] = { 2 };
  guint8 a[VAULT_KEY_SIZE], b[VAULT_KEY_SIZE], again[VAULT_KEY_SIZE];

  vault_share_key (f->vault, one, a);
  vault_share_key (f->vault, two, b);
  reopen (f);
  vault_share_key (f->vault, one, again);
  g_assert_cmpmem (a, sizeof a, again, sizeof again);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, setup, func, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/store/round-trips", test_round_trips);
  ADD ("/store/wrong-secrets", test_wrong_secrets);
  ADD ("/store/sheet-is-forgiving", test_sheet_is_forgiving);
  ADD ("/store/busy", test_busy);
  ADD ("/store/places", test_places);
  ADD ("/store/last-writer-wins", test_last_writer_wins);
  ADD ("/store/abort-leaves-nothing", test_abort_leaves_nothing);
  ADD ("/store/tampering", test_tampering);
  ADD ("/store/slot-damage", test_slot_damage);
  ADD ("/store/lost-record", test_lost_record);
  ADD ("/store/missing-bundle", test_missing_bundle);
  ADD ("/store/big-source", test_big_source);
  ADD ("/store/threads", test_threads);
  ADD ("/store/copied-vault", test_copied_vault);
  ADD ("/store/foreign-bundle", test_foreign_bundle);
  ADD ("/store/full-disk", test_full_disk);
  ADD ("/store/share-keys", test_share_keys);
  return g_test_run ();
}
