/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was found, for a person who has to look at it. */
#include <string.h>

#include "share_private.h"

static void
proposal_free (gpointer data)
{
  ScanShareProposal *proposal = data;

  g_free (proposal->item);
  g_array_unref (proposal->boxes);
  g_free (proposal);
}

/* What two proposals of one layout have in common: series, size, reasons and boxes. */
static GBytes *
layout_of (const ScanShareProposal *proposal, const ScanShareItem *item)
{
  const guint numbers[] = { proposal->rows, proposal->columns, proposal->frames, proposal->look };
  GByteArray *key = g_byte_array_new ();
  /* Where nothing was found, a look at one picture says nothing of the next. */
  const char *series =
      item->text != NULL && item->text->boxes->len > 0 ? item->text->series : item->item;

  g_byte_array_append (key, (const guint8 *) numbers, sizeof numbers);
  g_byte_array_append (key, (const guint8 *) proposal->boxes->data,
                       proposal->boxes->len * (guint) sizeof (ScanTextBox));
  g_byte_array_append (key, (const guint8 *) series, (guint) strlen (series));
  return g_byte_array_free_to_bytes (key);
}

static ScanShareProposal *
proposal_of (const ScanShareItem *item)
{
  ScanShareProposal *proposal = g_new0 (ScanShareProposal, 1);
  const ScanBurnedText *text = item->text;

  proposal->item = g_strdup (item->item);
  proposal->boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
  proposal->look = SCAN_LOOK_NOT_SEARCHED;
  if (text == NULL)
    return proposal;
  proposal->rows = text->rows;
  proposal->columns = text->columns;
  proposal->frames = text->frames;
  proposal->look =
      (text->expected ? SCAN_LOOK_KIND : 0) | (text->boxes->len > 0 ? SCAN_LOOK_TEXT : 0);
  proposal->every_frame = text->expected && text->frames > 1;
  g_array_append_vals (proposal->boxes, text->boxes->data, text->boxes->len);
  return proposal;
}

ScanBurnedText *
scan_share_proposal_text (const ScanShareProposal *proposal)
{
  ScanBurnedText *text = g_new0 (ScanBurnedText, 1);

  text->series = g_strdup ("");
  text->rows = proposal->rows;
  text->columns = proposal->columns;
  text->frames = proposal->frames;
  text->expected = (proposal->look & SCAN_LOOK_KIND) != 0;
  text->boxes = g_array_ref (proposal->boxes);
  return text;
}

GPtrArray *
scan_share_collect_proposals (const ScanShare *share)
{
  GPtrArray *proposals = g_ptr_array_new_with_free_func (proposal_free);
  g_autoptr (GHashTable) layouts =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);
      ScanShareProposal *proposal;
      GBytes *layout;

      if (item->document)
        continue;
      proposal = proposal_of (item);
      layout = layout_of (proposal, item);
      proposal->layout = GPOINTER_TO_UINT (g_hash_table_lookup (layouts, layout));
      if (proposal->layout == 0)
        proposal->layout = g_hash_table_size (layouts) + 1;
      g_hash_table_insert (layouts, layout, GUINT_TO_POINTER (proposal->layout));
      g_ptr_array_add (proposals, proposal);
    }
  return proposals;
}
