/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault_fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

const VaultKdf cheap = { 1, 8192 };
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

void
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
  g_assert_cmpint (vault_create (f->dir, PASS, strlen (PASS), &cheap, f->sheet, &f->vault, NULL),
                   ==, VAULT_OK);
}

void
teardown (Fixture *f, gconstpointer data)
{
  vault_close (f->vault);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->dir);
}

void
reopen (Fixture *f)
{
  vault_close (f->vault);
  f->vault = NULL;
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
}

static void
make_info (Vault *vault, VaultMemberInfo *info, const void *data, gsize n, VaultCodec codec,
           const char *name)
{
  memset (info, 0, sizeof *info);
  vault_hash (vault, data, n, info->id);
  info->codec = codec;
  info->size = n;
  info->mtime = 1700000000;
  info->name = name;
  info->name_len = strlen (name);
}

VaultError
append (VaultBundle *bundle, Vault *vault, const void *data, gsize n, VaultCodec codec,
        const char *name, guint8 ret_id[VAULT_ID_SIZE])
{
  VaultMemberInfo info;
  VaultEncoded *encoded = NULL;
  VaultError error;

  make_info (vault, &info, data, n, codec, name);
  memcpy (ret_id, info.id, VAULT_ID_SIZE);
  g_assert_cmpint (vault_encode (data, n, &info, &encoded), ==, VAULT_OK);
  error = vault_bundle_append (bundle, &info, encoded, NULL);
  vault_encoded_free (encoded);
  return error;
}

/* One bundle of one member and a field, committed. */
void
store (Vault *vault, const void *data, gsize n, VaultCodec codec, const char *name,
       guint8 ret_id[VAULT_ID_SIZE])
{
  VaultBundle *bundle;
  VaultTxn *txn;
  guint32 first, count;

  g_assert_cmpint (vault_bundle_begin (vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, vault, data, n, codec, name, ret_id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, ret_id, VAULT_ID_SIZE, 7, name, strlen (name)), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, &first, &count, NULL), ==, VAULT_OK);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (vault_read_back (vault, first, NULL), ==, VAULT_OK);
}

void
assert_member (Vault *vault, const guint8 id[VAULT_ID_SIZE], const guint8 *data, gsize n,
               const char *name)
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
guint8 *
make_data (gsize n)
{
  guint8 *data = g_malloc (n + 1);

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) (i / 3 + i / 70000 * 11 + (i % 997 == 0 ? i : 0));
  return data;
}

static bool
on_finding (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
            uint64_t total, void *data)
{
  Found *found = data;

  found->objects += kind == VAULT_CHECK_OBJECT;
  found->damaged += kind == VAULT_CHECK_DAMAGED || kind == VAULT_CHECK_LOST;
  found->missing += kind == VAULT_CHECK_MISSING;
  found->orphans += kind == VAULT_CHECK_ORPHAN;
  return true;
}

Found
check (Vault *vault, VaultCheckLevel level)
{
  Found found = { 0 };

  g_assert_cmpint (vault_check (vault, level, on_finding, &found, NULL), ==, VAULT_OK);
  return found;
}

/* All files of the vault below a folder, to be freed. */
GPtrArray *
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

void
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

goffset
size_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}
