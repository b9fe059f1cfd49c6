/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check tells what is lost, and only that. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "computers.h"
#include "parity_fixture.h"

typedef struct
{
  GPtrArray *lost; /* hex ids of members, by finding */
  guint files;     /* findings that name no member */
  VaultCheckKind kind;
  guint64 done, total;
} Findings;

static char *
hex (const guint8 id[VAULT_ID_SIZE])
{
  char text[2 * VAULT_ID_SIZE + 1];

  for (guint i = 0; i < VAULT_ID_SIZE; i++)
    g_snprintf (text + 2 * i, 3, "%02x", id[i]);
  return g_strdup (text);
}

static bool
note (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done, uint64_t total,
      void *data)
{
  Findings *findings = data;

  g_assert_cmpuint (done, >=, findings->done);
  g_assert_cmpuint (done, <=, total);
  findings->done = done;
  findings->total = total;
  if (kind == VAULT_CHECK_OBJECT)
    return true;
  findings->kind = kind;
  if (fault->has_member)
    g_ptr_array_add (findings->lost, hex (fault->member));
  else
    findings->files++;
  return true;
}

static Findings
examine (Vault *vault, VaultCheckLevel level)
{
  Findings findings = { .lost = g_ptr_array_new_with_free_func (g_free) };

  g_assert_cmpint (vault_check (vault, level, note, &findings, NULL), ==, VAULT_OK);
  g_assert_cmpuint (findings.done, ==, findings.total);
  return findings;
}

static void
assert_findings (Vault *vault, VaultCheckLevel level, guint lost, guint files, VaultCheckKind kind)
{
  Findings findings = examine (vault, level);

  g_assert_cmpuint (findings.lost->len, ==, lost);
  g_assert_cmpuint (findings.files, ==, files);
  if (lost + files > 0)
    g_assert_cmpint (findings.kind, ==, kind);
  g_ptr_array_unref (findings.lost);
}

/* Two members in one bundle, each of three chunks and more. */
static void
store_two (Fixture *f, guint8 first[VAULT_ID_SIZE], guint8 second[VAULT_ID_SIZE])
{
  g_autofree guint8 *noise = g_malloc (400000);
  VaultBundle *bundle;
  VaultTxn *txn;

  vault_random (noise, 400000);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, noise, 200000, VAULT_CODEC_RAW, "first", first), ==,
                   VAULT_OK);
  g_assert_cmpint (
      append (bundle, f->vault, noise + 200000, 200000, VAULT_CODEC_RAW, "second", second), ==,
      VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static char *
only_bundle (Fixture *f)
{
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = files_below (o, NULL);

  g_assert_cmpuint (files->len, ==, 1);
  return g_strdup (g_ptr_array_index (files, 0));
}

static void
test_levels (Fixture *f, gconstpointer unused)
{
  guint8 first[VAULT_ID_SIZE], second[VAULT_ID_SIZE];
  g_autofree char *path = NULL, *lost = NULL, *bytes = NULL;
  Findings findings;
  gsize n;

  store_two (f, first, second);
  path = only_bundle (f);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (VaultCheckLevel level = VAULT_CHECK_QUICK; level <= VAULT_CHECK_FULL; level++)
    assert_findings (f->vault, level, 0, 0, VAULT_CHECK_OBJECT);
  flip (path, 20000);
  assert_findings (f->vault, VAULT_CHECK_QUICK, 0, 0, VAULT_CHECK_OBJECT);
  for (VaultCheckLevel level = VAULT_CHECK_HASH; level <= VAULT_CHECK_FULL; level++)
    {
      findings = examine (f->vault, level);
      lost = hex (first);
      g_assert_cmpuint (findings.lost->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (findings.lost, 0), ==, lost);
      g_assert_cmpuint (findings.files, ==, 0);
      g_ptr_array_unref (findings.lost);
      g_free (g_steal_pointer (&lost));
    }
  /* The header: nothing of it can be read. */
  flip (path, 20000);
  flip (path, 40);
  assert_findings (f->vault, VAULT_CHECK_HASH, 2, 0, VAULT_CHECK_DAMAGED);
  flip (path, 40);
  g_assert_cmpint (truncate (path, 300000), ==, 0);
  assert_findings (f->vault, VAULT_CHECK_QUICK, 2, 0, VAULT_CHECK_DAMAGED);
  g_unlink (path);
  assert_findings (f->vault, VAULT_CHECK_QUICK, 2, 0, VAULT_CHECK_MISSING);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 0, VAULT_CHECK_OBJECT);
}

/* What stands whole in another bundle is not lost, but the file is named. */
static void
test_two_places (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *old = NULL;
  VaultMember *member;

  store (f->vault, "one and the same", 16, VAULT_CODEC_RAW, "a", id);
  old = only_bundle (f);
  store (f->vault, "one and the same", 16, VAULT_CODEC_RAW, "a", id);
  /* The older bundle is dead now: it may be anything. */
  flip (old, 120);
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 0, VAULT_CHECK_OBJECT);
  flip (old, 120);
  g_assert_cmpint (vault_member_open (f->vault, id, &member, NULL), ==, VAULT_OK);
  vault_member_close (member);
  {
    g_autofree char *o = g_build_filename (f->dir, "o", NULL);
    g_autoptr (GPtrArray) files = files_below (o, NULL);

    for (guint i = 0; i < files->len; i++)
      if (strcmp (g_ptr_array_index (files, i), old) != 0)
        flip (g_ptr_array_index (files, i), 120);
  }
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 1, VAULT_CHECK_DAMAGED);
  flip (old, 120);
  assert_findings (f->vault, VAULT_CHECK_FULL, 1, 0, VAULT_CHECK_DAMAGED);
}

static void
test_parity_checked (Fixture *f, gconstpointer unused)
{
  guint8 first[VAULT_ID_SIZE], second[VAULT_ID_SIZE];
  g_autofree char *p = g_build_filename (f->dir, "p", NULL), *stray = NULL;
  g_autoptr (GPtrArray) files = NULL;

  store_two (f, first, second);
  protect (f->vault);
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 0, VAULT_CHECK_OBJECT);
  files = files_below (p, NULL);
  flip (g_ptr_array_index (files, 0), 70000);
  assert_findings (f->vault, VAULT_CHECK_QUICK, 0, 0, VAULT_CHECK_OBJECT);
  assert_findings (f->vault, VAULT_CHECK_HASH, 0, 1, VAULT_CHECK_DAMAGED);
  g_unlink (g_ptr_array_index (files, 0));
  assert_findings (f->vault, VAULT_CHECK_QUICK, 0, 1, VAULT_CHECK_MISSING);
}

static void
test_orphans (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *folder = g_build_filename (f->dir, "o", "ab", NULL), *path = NULL, *odd = NULL;

  store_noise (f->vault, 100, "noise", id);
  path = g_build_filename (
      folder, "ab00000000000000000000000000000000000000000000000000000000000000", NULL);
  odd = g_build_filename (folder, "ab.sync-conflict", NULL);
  g_mkdir (folder, 0700);
  g_assert_true (g_file_set_contents (odd, "odd", 3, NULL));
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 0, VAULT_CHECK_OBJECT);
  g_assert_true (g_file_set_contents (path, "what is this?", -1, NULL));
  assert_findings (f->vault, VAULT_CHECK_FULL, 0, 1, VAULT_CHECK_ORPHAN);
}

/* What another computer wrote and is still on its way is not called damaged. */
static void
test_arriving (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  computers_open (c, 1);
  store_noise (c->vault[1], 100, "noise", id);
  computers_close (c, 1);
  computers_sync (c);
  store_noise (c->vault[0], 100, "noise", id);
  protect (c->vault[0]);
  computers_carry (c, 0, "j");
  computers_open (c, 1);
  /* The bundle with its member, and its parity. */
  assert_findings (c->vault[1], VAULT_CHECK_FULL, 1, 1, VAULT_CHECK_ARRIVING);
  g_assert_cmpuint (repair (c->vault[1]).failed, ==, 0);
  computers_close (c, 1);
  computers_carry (c, 0, "o");
  computers_carry (c, 0, "p");
  computers_open (c, 1);
  assert_findings (c->vault[1], VAULT_CHECK_FULL, 0, 0, VAULT_CHECK_OBJECT);
}

static bool
stop_at_once (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
              uint64_t total, void *data)
{
  return ++*(guint *) data < 3;
}

static void
test_stopped (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  guint calls = 0;

  store_noise (f->vault, 100, "noise", id);
  g_assert_cmpint (vault_check (f->vault, VAULT_CHECK_FULL, stop_at_once, &calls, NULL), ==,
                   VAULT_ERROR_CANCELLED);
  g_assert_cmpuint (calls, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/check/levels", test_levels);
  ADD ("/check/two-places", test_two_places);
  ADD ("/check/parity", test_parity_checked);
  ADD ("/check/orphans", test_orphans);
  ADD_COMPUTERS ("/check/arriving", test_arriving);
  ADD ("/check/stopped", test_stopped);
  return g_test_run ();
}
