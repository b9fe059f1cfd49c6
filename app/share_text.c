/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing inside the pictures of a share: searched in all of them before the first copy is made,
 * since pictures of one series have it in one place. */
#include <string.h>

#include "share_private.h"

static void
search_item (ScanShare *share, ScanShareItem *item)
{
  g_autoptr (GBytes) original = NULL;
  ScanSource source = { 0 };

  if (item->document || g_cancellable_is_cancelled (share->cancellable))
    return;
  original = scan_share_item_read (share, item, NULL);
  if (original == NULL)
    return;
  source.size = g_bytes_get_size (original);
  source.data = g_bytes_get_data (original, NULL);
  item->text = scan_burned_text_search (share->readers, &source, share->cancellable, NULL);
}

static void
run_search (gpointer item, gpointer share)
{
  search_item (share, item);
  scan_share_tell (share);
}

static gboolean
is_one_layout (const ScanBurnedText *a, const ScanBurnedText *b)
{
  return a->rows == b->rows && a->columns == b->columns && *a->series != '\0' &&
         g_str_equal (a->series, b->series);
}

/* What stands in one place of half of the pictures of a series stands there in all of them, found
 * or not. pages: ScanShareItem. */
static void
join_layout (const GPtrArray *pages)
{
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));

  for (guint page = 0; page < pages->len; page++)
    {
      const ScanBurnedText *text = ((ScanShareItem *) g_ptr_array_index (pages, page))->text;

      for (guint i = 0; i < text->boxes->len; i++)
        {
          ScanTextBox box = g_array_index (text->boxes, ScanTextBox, i);

          if (box.frame >= 0)
            continue;
          box.frame = (gint) page;
          g_array_append_val (boxes, box);
        }
    }
  scan_burned_text_join (boxes, pages->len);
  for (guint page = 0; page < pages->len; page++)
    {
      ScanBurnedText *text = ((ScanShareItem *) g_ptr_array_index (pages, page))->text;
      GArray *joined = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));

      for (guint i = 0; i < boxes->len; i++)
        {
          ScanTextBox box = g_array_index (boxes, ScanTextBox, i);

          if (box.frame >= 0 && (guint) box.frame != page)
            continue;
          box.frame = -1;
          g_array_append_val (joined, box);
        }
      for (guint i = 0; i < text->boxes->len; i++)
        if (g_array_index (text->boxes, ScanTextBox, i).frame >= 0)
          g_array_append_val (joined, g_array_index (text->boxes, ScanTextBox, i));
      g_array_unref (text->boxes);
      text->boxes = joined;
    }
}

static gint
compare_layouts (gconstpointer a, gconstpointer b)
{
  const ScanShareItem *one = *(ScanShareItem *const *) a, *other = *(ScanShareItem *const *) b;
  const gint series = g_strcmp0 (one->text->series, other->text->series);

  if (series != 0)
    return series;
  if (one->text->rows != other->text->rows)
    return one->text->rows < other->text->rows ? -1 : 1;
  if (one->text->columns != other->text->columns)
    return one->text->columns < other->text->columns ? -1 : 1;
  return g_strcmp0 (one->item, other->item);
}

static void
join_layouts (GPtrArray *searched)
{
  g_autoptr (GPtrArray) pages = g_ptr_array_new ();

  g_ptr_array_sort (searched, compare_layouts);
  for (guint i = 0; i < searched->len; i++)
    {
      ScanShareItem *item = g_ptr_array_index (searched, i);

      if (pages->len > 0 &&
          !is_one_layout (((ScanShareItem *) g_ptr_array_index (pages, 0))->text, item->text))
        {
          join_layout (pages);
          g_ptr_array_set_size (pages, 0);
        }
      g_ptr_array_add (pages, item);
    }
  if (pages->len > 0)
    join_layout (pages);
}

static gboolean
contains (const ScanBox *box, const ScanTextBox *text)
{
  return box->x <= text->x && box->y <= text->y &&
         (guint64) box->x + box->width >= (guint64) text->x + text->width &&
         (guint64) box->y + box->height >= (guint64) text->y + text->height;
}

/* A proposed box, but for the pictures in which a person wants to keep what is under it. */
static void
add_unless_kept (const ScanShare *share, ScanShareItem *item, const ScanTextBox *text)
{
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL); /* frames */

  for (guint i = 0; share->plan->boxes != NULL && i < share->plan->boxes->len; i++)
    {
      const ScanBox *box = g_ptr_array_index (share->plan->boxes, i);

      if (!box->keep || scan_share_box_target (box, item) == NULL || !contains (box, text))
        continue;
      if (box->frame < 0 || box->frame == text->frame || item->text->frames == 1)
        return;
      if (text->frame < 0)
        g_hash_table_add (kept, GINT_TO_POINTER (box->frame));
    }
  if (g_hash_table_size (kept) == 0)
    g_array_append_val (item->proposed, *text);
  for (guint frame = 0; frame < item->text->frames && g_hash_table_size (kept) > 0; frame++)
    {
      ScanTextBox one = *text;

      one.frame = (gint) frame;
      if (!g_hash_table_contains (kept, GINT_TO_POINTER (one.frame)))
        g_array_append_val (item->proposed, one);
    }
}

static void
search_all (ScanShare *share)
{
  GThreadPool *workers = g_thread_pool_new (
      run_search, share, (gint) CLAMP (g_get_num_processors (), 1, 4), FALSE, NULL);
  g_autoptr (GPtrArray) searched = g_ptr_array_new ();

  for (guint i = 0; i < share->items->len; i++)
    g_thread_pool_push (workers, g_ptr_array_index (share->items, i), NULL);
  g_thread_pool_free (workers, FALSE, TRUE);
  for (guint i = 0; i < share->items->len; i++)
    if (((ScanShareItem *) g_ptr_array_index (share->items, i))->text != NULL)
      g_ptr_array_add (searched, g_ptr_array_index (share->items, i));
  join_layouts (searched);
}

static void
take_proposals (ScanShare *share)
{
  g_autoptr (GHashTable) proposals = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < share->plan->proposals->len; i++)
    {
      ScanShareProposal *proposal = g_ptr_array_index (share->plan->proposals, i);

      if ((proposal->look & SCAN_LOOK_NOT_SEARCHED) == 0)
        g_hash_table_insert (proposals, proposal->item, proposal);
    }
  for (guint i = 0; i < share->items->len; i++)
    {
      ScanShareItem *item = g_ptr_array_index (share->items, i);
      const ScanShareProposal *proposal = g_hash_table_lookup (proposals, item->item);

      if (proposal != NULL)
        item->text = scan_share_proposal_text (proposal);
      scan_share_tell (share);
    }
}

void
scan_share_find_text (ScanShare *share)
{
  if (share->plan->proposals != NULL)
    take_proposals (share);
  else
    search_all (share);
  for (guint i = 0; i < share->items->len; i++)
    {
      ScanShareItem *item = g_ptr_array_index (share->items, i);

      item->hits = item->text != NULL ? (gint) item->text->boxes->len : -1;
      if (item->text == NULL)
        continue;
      item->proposed = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
      for (guint k = 0; k < item->text->boxes->len; k++)
        add_unless_kept (share, item, &g_array_index (item->text->boxes, ScanTextBox, k));
    }
}

void
scan_share_recall_text (ScanShare *share)
{
  g_autoptr (GHashTable) items = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < share->items->len; i++)
    {
      ScanShareItem *item = g_ptr_array_index (share->items, i);

      item->proposed = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
      g_hash_table_insert (items, item->item, item);
      scan_share_tell (share);
    }
  for (guint i = 0; share->plan->boxes != NULL && i < share->plan->boxes->len; i++)
    {
      const ScanBox *box = g_ptr_array_index (share->plan->boxes, i);
      ScanShareItem *item = g_hash_table_lookup (items, box->item);
      const ScanTextBox text = { box->frame, box->x, box->y, box->width, box->height };

      if (item == NULL || box->origin == SCAN_BOX_MARKED)
        continue;
      item->hits++;
      if (box->origin == SCAN_BOX_PROPOSED)
        g_array_append_val (item->proposed, text);
    }
}

static void
add_used (GPtrArray *used, const ScanShareItem *item, const ScanTextBox *text, int origin)
{
  ScanBox *box = g_new0 (ScanBox, 1);

  box->item = g_strdup (item->item);
  box->frame = text->frame;
  box->x = text->x;
  box->y = text->y;
  box->width = text->width;
  box->height = text->height;
  box->origin = origin;
  g_ptr_array_add (used, box);
}

GPtrArray *
scan_share_boxes_used (const ScanShare *share)
{
  GPtrArray *used = scan_share_boxes_resolve (share->plan->boxes, share->items);

  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);

      for (guint k = 0; item->proposed != NULL && k < item->proposed->len; k++)
        add_used (used, item, &g_array_index (item->proposed, ScanTextBox, k), SCAN_BOX_PROPOSED);
      if (item->hits > 0 && item->proposed->len == 0)
        add_used (used, item, &g_array_index (item->text->boxes, ScanTextBox, 0), SCAN_BOX_KEPT);
    }
  return used;
}

static gboolean
is_proposed (const ScanShareItem *item, const ScanBox *box)
{
  for (guint i = 0; item->proposed != NULL && i < item->proposed->len; i++)
    {
      const ScanTextBox *text = &g_array_index (item->proposed, ScanTextBox, i);

      if (text->frame == box->frame && text->x == box->x && text->y == box->y &&
          text->width == box->width && text->height == box->height)
        return TRUE;
    }
  return FALSE;
}

void
scan_share_add_boxes (const ScanShare *share, const ScanShareItem *item, GVariantDict *arguments)
{
  GVariantBuilder boxes;

  g_variant_builder_init (&boxes, G_VARIANT_TYPE ("a(iuuuu)"));
  for (guint i = 0; item->proposed != NULL && i < item->proposed->len; i++)
    {
      const ScanTextBox *box = &g_array_index (item->proposed, ScanTextBox, i);

      g_variant_builder_add (&boxes, "(iuuuu)", box->frame, box->x, box->y, box->width,
                             box->height);
    }
  for (guint i = 0; share->plan->boxes != NULL && i < share->plan->boxes->len; i++)
    {
      const ScanBox *box = g_ptr_array_index (share->plan->boxes, i);

      if (!box->keep && box->origin == SCAN_BOX_MARKED &&
          scan_share_box_target (box, item) != NULL && !is_proposed (item, box))
        g_variant_builder_add (&boxes, "(iuuuu)", box->frame, box->x, box->y, box->width,
                               box->height);
    }
  g_variant_dict_insert_value (arguments, "boxes", g_variant_builder_end (&boxes));
  g_variant_dict_insert (arguments, "text-hits", "i", item->hits);
}
