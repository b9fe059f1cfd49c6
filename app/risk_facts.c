/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the series of a share, from one original of each. */
#include <string.h>

#include "error.h"
#include "reader_protocol.h"
#include "risk.h"
#include "share_private.h"

#define CODES_DEPTH 4

/* Facts whose strings are their own. */
typedef struct
{
  ScanRiskFacts facts; /* first */
  char *item, *descriptions;
  GString *codes;
  char *age;
  GVariant *inspected;
} OwnFacts;

static void
own_facts_free (gpointer data)
{
  OwnFacts *own = data;

  g_free (own->item);
  g_free (own->descriptions);
  g_free (own->age);
  if (own->codes != NULL)
    g_string_free (own->codes, TRUE);
  g_clear_pointer (&own->inspected, g_variant_unref);
  g_free (own);
}

/* Anatomic regions and structures at any place (PS3.3 10.5, C.8): their codes and meanings. */
static void
collect_codes (GVariant *elements, gboolean anatomic, guint depth, OwnFacts *own)
{
  GVariantIter iter;
  guint16 group, element;
  const char *vr;
  GVariant *value;

  g_variant_iter_init (&iter, elements);
  while (g_variant_iter_next (&iter, "(qq&sv)", &group, &element, &vr, &value))
    {
      const guint32 tag = (guint32) group << 16 | element;
      gboolean inner = anatomic || tag == 0x00082218 || tag == 0x00082228 || tag == 0x00082220 ||
                       tag == 0x00082230;

      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("aa(qqsv)")))
        {
          for (gsize i = 0; i < g_variant_n_children (value) && depth < CODES_DEPTH; i++)
            {
              g_autoptr (GVariant) item = g_variant_get_child_value (value, i);

              collect_codes (item, inner, depth + 1, own);
            }
        }
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("as")) &&
               g_variant_n_children (value) > 0)
        {
          const char *text;

          g_variant_get_child (value, 0, "&s", &text);
          if (anatomic && (tag == 0x00080100 || tag == 0x00080104))
            g_string_append_printf (own->codes, "%s\n", text);
          else if (depth == 0 && tag == 0x00101010)
            own->age = g_strdup (text);
        }
      g_variant_unref (value);
    }
}

static const char *
text_of (GVariant *inspected, const char *keyword)
{
  const char *text = NULL;

  g_variant_lookup (inspected, keyword, "&s", &text);
  return text;
}

static void
take_inspected (OwnFacts *own)
{
  g_autoptr (GVariant) spacing =
      g_variant_lookup_value (own->inspected, "PixelSpacing", G_VARIANT_TYPE ("ad"));
  guint rows = 0, columns = 0;

  own->descriptions = g_strjoin ("\n", text_of (own->inspected, "StudyDescription") ?: "",
                                 text_of (own->inspected, "SeriesDescription") ?: "",
                                 text_of (own->inspected, "ProtocolName") ?: "", NULL);
  own->facts.modality = text_of (own->inspected, "Modality");
  own->facts.body_part = text_of (own->inspected, "BodyPartExamined");
  own->facts.image_type = text_of (own->inspected, "ImageType");
  own->facts.burned_in = text_of (own->inspected, "BurnedInAnnotation");
  own->facts.descriptions = own->descriptions;
  g_variant_lookup (own->inspected, "Rows", "u", &rows);
  g_variant_lookup (own->inspected, "Columns", "u", &columns);
  if (spacing != NULL && g_variant_n_children (spacing) == 2)
    {
      double row, column;

      g_variant_get_child (spacing, 0, "d", &row);
      g_variant_get_child (spacing, 1, "d", &column);
      own->facts.height_mm = rows * row;
      own->facts.width_mm = columns * column;
    }
}

static void
examine (ScanShare *share, const ScanShareItem *item, OwnFacts *own)
{
  g_autoptr (GBytes) original = scan_share_item_read (share, item, NULL);
  g_auto (ScanReaderReply) inspected = { 0 }, attributes = { 0 };
  const char *kind = "";
  ScanSource source;

  if (original == NULL)
    return;
  source = (ScanSource){ .size = g_bytes_get_size (original),
                         .data = g_bytes_get_data (original, NULL) };
  if (!scan_reader_call (share->readers, "inspect", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                         share->cancellable, &inspected, NULL))
    return;
  own->inspected = g_variant_ref (inspected.result);
  own->facts.document =
      !g_variant_lookup (own->inspected, "kind", "&s", &kind) || strcmp (kind, "dicom") != 0;
  take_inspected (own);
  if (!own->facts.document &&
      scan_reader_call (share->readers, "attributes", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                        share->cancellable, &attributes, NULL) &&
      attributes.bulk != NULL)
    {
      g_autoptr (GVariant) tree = g_variant_ref_sink (
          g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), attributes.bulk, FALSE));

      if (g_variant_is_normal_form (tree))
        collect_codes (tree, FALSE, 0, own);
    }
  own->facts.codes = own->codes->str;
  own->facts.age = own->age;
}

GPtrArray *
scan_share_risks (ScanShare *share)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func (own_facts_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < share->items->len && !g_cancellable_is_cancelled (share->cancellable); i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);
      const char *name = item->series != NULL ? item->series : item->item;
      OwnFacts *own;

      if (item->refusal != NULL || !g_hash_table_add (seen, (gpointer) name))
        continue;
      own = g_new0 (OwnFacts, 1);
      own->item = g_strdup (name);
      own->facts.item = own->item;
      own->codes = g_string_new (NULL);
      own->facts.document = item->document;
      if (!item->document)
        examine (share, item, own);
      g_ptr_array_add (facts, own);
    }
  return scan_risks_of (facts, share->plan->profile, share->plan->keep_dates);
}

GPtrArray *
scan_library_risks (ScanLibrary *library, const ScanItem *items, guint n_items, ScanProfile profile,
                    gboolean keep_dates, GCancellable *cancellable, GError **error)
{
  const ScanSharePlan plan = { .profile = profile, .keep_dates = keep_dates };
  ScanShare share = { .library = library,
                      .readers = scan_library_readers (library),
                      .plan = &plan,
                      .cancellable = cancellable };
  GPtrArray *risks;

  share.items = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_share_item_free);
  scan_share_collect (share.items, items, n_items);
  scan_share_collect_end (share.items);
  risks = scan_share_risks (&share);
  g_ptr_array_unref (share.items);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_ptr_array_unref (risks);
      return NULL;
    }
  return risks;
}
