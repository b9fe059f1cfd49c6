/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same share once more. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "share_private.h"

static gboolean
find_entry (ScanLibrary *library, const char *share_id, ScanLedgerEntry *ret_entry, GError **error)
{
  g_autoptr (GArray) entries = scan_ledger_entries (library);
  g_autofree char *wanted = g_ascii_strdown (share_id, -1);
  guint found = 0;

  for (guint i = 0; i < entries->len && strlen (wanted) >= 6; i++)
    {
      const ScanLedgerEntry *entry = &g_array_index (entries, ScanLedgerEntry, i);
      char id[SCAN_ID_LENGTH + 1];

      scan_key_to_id (entry->id, id);
      if (g_str_has_prefix (id, wanted))
        {
          *ret_entry = *entry;
          found++;
        }
    }
  if (found == 1)
    return TRUE;
  g_set_error_literal (error, SCAN_ERROR, found > 1 ? SCAN_ERROR_AMBIGUOUS : SCAN_ERROR_NO_ITEM,
                       found > 1 ? "Several shares begin with that ID."
                                 : "There is no share of that ID in the vault.");
  return FALSE;
}

static gboolean
is_refused_alike (const ScanShareItem *a, const ScanShareItem *b)
{
  return g_strcmp0 (a->refusal, b->refusal) == 0 &&
         g_strcmp0 (a->refusal_code, b->refusal_code) == 0;
}

/* code, sentence, and which items it is about */
#define REFUSALS_TYPE "a(ssau)"

GBytes *
scan_share_refusals_pack (const ScanShare *share)
{
  g_autoptr (GVariant) packed = NULL, little = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (REFUSALS_TYPE));
  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *first = g_ptr_array_index (share->items, i);
      GVariantBuilder which;
      gboolean told = first->refusal == NULL;

      for (guint k = 0; k < i && !told; k++)
        told = is_refused_alike (g_ptr_array_index (share->items, k), first);
      if (told)
        continue;
      g_variant_builder_init (&which, G_VARIANT_TYPE ("au"));
      for (guint k = i; k < share->items->len; k++)
        if (is_refused_alike (g_ptr_array_index (share->items, k), first))
          g_variant_builder_add (&which, "u", k);
      g_variant_builder_add (&builder, "(ssau)", first->refusal_code, first->refusal, &which);
    }
  packed = g_variant_ref_sink (g_variant_builder_end (&builder));
  little = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (packed) : g_variant_ref (packed);
  return g_variant_get_data_as_bytes (little);
}

/* Items that were left out stay at home, whatever would be said of them now. */
static void
recall_refusals (ScanShare *share, const ScanShareMadeRow *made)
{
  g_autoptr (GBytes) bytes = g_bytes_new (made->refusals, made->n_refusals);
  g_autoptr (GVariant) packed =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (REFUSALS_TYPE), bytes, FALSE));
  g_autoptr (GVariant) normal = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (packed)
                                                             : g_variant_get_normal_form (packed);
  const char *code, *sentence;
  GVariantIter iter, *which;

  g_variant_iter_init (&iter, normal);
  while (g_variant_iter_next (&iter, "(&s&sau)", &code, &sentence, &which))
    {
      guint index;

      while (g_variant_iter_next (which, "u", &index))
        if (index < share->items->len)
          scan_share_item_refuse (g_ptr_array_index (share->items, index), code, sentence);
      g_variant_iter_free (which);
    }
}

static gboolean
collect_sources (ScanShare *share, const ScanShareMadeRow *made, GError **error)
{
  for (guint i = 0; i < made->n_sources; i++)
    if (!scan_share_collect_member (share->items, scan_library_catalog (share->library),
                                    made->sources + (gsize) i * SCAN_MEMBER_SIZE))
      {
        g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                             "Some of what was shared is no longer in the vault.");
        return FALSE;
      }
  scan_share_collect_end (share->items);
  return TRUE;
}

gboolean
scan_share_again (ScanLibrary *library, const char *share_id, const char *out_dir,
                  ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                  ScanShareResult **ret_result, GError **error)
{
  g_autoptr (GPtrArray) boxes = NULL;
  ScanLedgerEntry entry;
  ScanSharePlan plan = { 0 };
  ScanShare *share;
  gboolean done;

  *ret_result = NULL;
  if (!find_entry (library, share_id, &entry, error))
    return FALSE;
  if (!entry.has_made)
    {
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
          "An earlier version of the program made this share and did not note how. "
          "Please share the scans anew.");
      return FALSE;
    }
  boxes = scan_share_boxes_unpack (entry.made.boxes, entry.made.n_boxes);
  plan.profile = (ScanProfile) entry.row.profile;
  plan.to = entry.row.to;
  plan.keep_dates = entry.row.keep_dates;
  plan.confirm_reviewed = entry.made.reviewed;
  plan.leave_out_refused = entry.made.leave_out;
  plan.boxes = boxes->len > 0 ? boxes : NULL;
  plan.zip = entry.made.zip != SCAN_MADE_FOLDER;
  plan.zip_words = entry.made.zip == SCAN_MADE_ZIP_WORDS;
  if (entry.made.zip == SCAN_MADE_ZIP_PASSWORD)
    {
      plan.zip_password = entry.made.password;
      plan.zip_password_len = strlen (entry.made.password);
    }
  share = scan_share_new (library, scan_library_readers (library), &plan, progress, user_data,
                          cancellable, error);
  if (share == NULL)
    return FALSE;
  share->software = entry.made.software;
  scan_ledger_key (library, &entry, share->key);
  share->date_shift =
      entry.row.date_shift != 0 ? entry.row.date_shift : scan_share_keys_date_shift (share->key, 0);
  share->time_shift = entry.row.time_shift;
  done = collect_sources (share, &entry.made, error);
  if (done)
    recall_refusals (share, &entry.made);
  done =
      done && scan_share_carry_out (share, out_dir, entry.id, NULL, 0, &entry, ret_result, error);
  scan_share_free (share);
  return done;
}
