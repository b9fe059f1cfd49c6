/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever three computers add, rely on and delete, and in whatever order their records arrive: the
 * fold is the same, and it is what the rules say, computed here the slow way. */
#include <glib.h>
#include <string.h>

#include "bytes.h"
#include "vault_private.h"

#define WRITERS 3
#define RECORDS 6
#define MEMBERS 5
#define ROUNDS 400

typedef struct
{
  guint64 writer, seq, clock;
  guint64 heads[WRITERS]; /* by writer - 1 */
  OpBuffer ops;
  guint8 *payload;
  gsize size;
} Made;

/* What the model remembers of every operation. */
typedef struct
{
  guint8 type;
  guint member;
  const Made *made;
} Said;

typedef struct
{
  Made made[WRITERS * RECORDS];
  guint n_made;
  GArray *said;
  guint bundles;
} World;

static void
make_id (guint number, guint8 id[32])
{
  memset (id, 0, 32);
  put_le (id, number * 2654435761u + 1, 8);
}

static void
say_add (World *world, Made *made, guint member)
{
  guint8 *body = vault_op_begin (&made->ops, OP_ADD_BUNDLE, 76);
  guint8 name[32];

  memset (name, 0x5A, sizeof name);
  put_le (name, ++world->bundles, 4);
  memset (body, 0, 76);
  memcpy (body, name, 32);
  put_le (body + 72, 1, 4);
  body = vault_op_begin (&made->ops, OP_MEMBERS, 32 + MEMBER_ROW);
  memcpy (body, name, 32);
  make_id (member, body + 32);
  put_le (body + 64, 100 + member, 8);
  body[72] = 0;
}

static void
say (World *world, Made *made, guint8 type, guint member)
{
  Said said = { type, member, made };
  guint8 id[32];

  make_id (member, id);
  if (type == OP_ADD_BUNDLE)
    say_add (world, made, member);
  else
    g_assert_true (vault_op_add_id (&made->ops, type, id));
  g_array_append_val (world->said, said);
}

static void
finish (Made *made)
{
  guint others = 0;
  gsize at = RECORD_HEAD;

  made->size = RECORD_HEAD + 16 * (WRITERS - 1) + made->ops.size + 4;
  made->payload = g_malloc0 (made->size);
  for (guint w = 0; w < WRITERS; w++)
    if (w + 1 != made->writer && made->heads[w] > 0)
      {
        put_le (made->payload + at, w + 1, 8);
        put_le (made->payload + at + 8, made->heads[w], 8);
        at += 16;
        others++;
      }
  put_le (made->payload, made->writer, 8);
  put_le (made->payload + 8, made->seq, 8);
  put_le (made->payload + 48, made->clock, 8);
  put_le (made->payload + 56, others, 2);
  put_le (made->payload + 58, made->ops.n, 4);
  memcpy (made->payload + at, made->ops.bytes, made->ops.size);
  made->size = at + made->ops.size + 4;
  put_le (made->payload + made->size - 4, 0, 4);
}

/* Three computers that write in turns and hear of one another now and then. */
static void
make_world (World *world, GRand *rand)
{
  guint64 known[WRITERS][WRITERS] = { { 0 } };
  static const guint8 types[] = { OP_ADD_BUNDLE, OP_ADD_BUNDLE, OP_KEEP, OP_TOMBSTONE };

  memset (world, 0, sizeof *world);
  world->said = g_array_new (FALSE, FALSE, sizeof (Said));
  for (guint i = 0; i < WRITERS * RECORDS; i++)
    {
      Made *made = &world->made[world->n_made++];
      guint w = (guint) g_rand_int_range (rand, 0, WRITERS);
      guint from = (guint) g_rand_int_range (rand, 0, WRITERS);

      for (guint k = 0; k < WRITERS && g_rand_boolean (rand); k++)
        known[w][k] = MAX (known[w][k], known[from][k]);
      made->writer = w + 1;
      made->seq = ++known[w][w];
      made->clock = 1000 + i;
      memcpy (made->heads, known[w], sizeof made->heads);
      for (guint n = (guint) g_rand_int_range (rand, 1, 4); n > 0; n--)
        say (world, made, types[g_rand_int_range (rand, 0, 4)],
             (guint) g_rand_int_range (rand, 0, MEMBERS));
      finish (made);
    }
}

static void
free_world (World *world)
{
  for (guint i = 0; i < world->n_made; i++)
    {
      vault_op_clear (&world->made[i].ops);
      g_free (world->made[i].payload);
    }
  g_array_unref (world->said);
}

static gboolean
deletion_saw (const Made *deletion, const Made *add)
{
  if (deletion->writer == add->writer)
    return add->seq < deletion->seq;
  return deletion->heads[add->writer - 1] >= add->seq;
}

static gboolean
should_live (const World *world, guint member)
{
  gboolean living = FALSE, placed = FALSE;

  for (guint i = 0; i < world->said->len; i++)
    {
      const Said *add = &g_array_index (world->said, Said, i);
      gboolean deleted = FALSE;

      if (add->member != member || add->type == OP_TOMBSTONE)
        continue;
      placed = placed || add->type == OP_ADD_BUNDLE;
      for (guint k = 0; k < world->said->len && !deleted; k++)
        {
          const Said *tomb = &g_array_index (world->said, Said, k);

          deleted = tomb->type == OP_TOMBSTONE && tomb->member == member &&
                    deletion_saw (tomb->made, add->made);
        }
      living = living || !deleted;
    }
  return living && placed;
}

static void
fold_in_order (const World *world, Fold *fold, const guint *order, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const Made *made = &world->made[order[i]];
      Record record;
      bool read_only = false;

      g_assert_cmpint (vault_record_parse (made->payload, made->size, false, &record), ==,
                       VAULT_OK);
      g_assert_cmpint (vault_fold_record (fold, &record, &read_only), ==, VAULT_OK);
    }
}

static void
assert_living (const World *world, const Fold *fold)
{
  guint living = 0;

  for (guint m = 0; m < MEMBERS; m++)
    {
      guint8 id[32];
      const EntryRow *row;

      make_id (m, id);
      row = vault_fold_find (fold, id);
      g_assert_cmpint (row != NULL && !row->entry.deleted, ==, should_live (world, m));
      if (row == NULL || row->entry.deleted)
        continue;
      g_assert_cmpuint (row->entry.size, ==, 100 + m);
      g_assert_cmpuint (fold->bundles[row->entry.bundle].living, ==, 1);
      living++;
    }
  for (guint i = 0; i < fold->n_bundles; i++)
    living -= fold->bundles[i].living;
  g_assert_cmpuint (living, ==, 0);
}

static void
test_any_order (void)
{
  GRand *rand = g_rand_new_with_seed (20260301);
  guint lived = 0, died = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      World world;
      Fold first = { 0 };
      guint order[WRITERS * RECORDS];

      make_world (&world, rand);
      for (guint i = 0; i < world.n_made; i++)
        order[i] = i;
      fold_in_order (&world, &first, order, world.n_made);
      assert_living (&world, &first);
      for (guint m = 0; m < MEMBERS; m++)
        should_live (&world, m) ? lived++ : died++;
      for (guint again = 0; again < 4; again++)
        {
          Fold fold = { 0 };

          for (guint i = world.n_made - 1; i > 0; i--)
            {
              guint k = (guint) g_rand_int_range (rand, 0, (gint32) i + 1), kept = order[i];

              order[i] = order[k];
              order[k] = kept;
            }
          fold_in_order (&world, &fold, order, world.n_made);
          /* Some of them twice, as when a snapshot and its records are both there. */
          fold_in_order (&world, &fold, order, world.n_made / 2);
          assert_living (&world, &fold);
          for (guint i = 0; i < first.n_entries; i++)
            {
              const VaultEntry *entry = &vault_fold_entry (&first, i)->entry;
              const EntryRow *other = vault_fold_find (&fold, entry->id);

              if (!entry->deleted)
                g_assert_cmpmem (first.bundles[entry->bundle].name, 32,
                                 fold.bundles[other->entry.bundle].name, 32);
            }
          vault_fold_clear (&fold);
        }
      vault_fold_clear (&first);
      free_world (&world);
    }
  /* The test sees both outcomes often. */
  g_assert_cmpuint (lived, >, ROUNDS / 4);
  g_assert_cmpuint (died, >, ROUNDS / 4);
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fold/any-order", test_any_order);
  return g_test_run ();
}
