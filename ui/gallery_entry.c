/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery_entry.h"

#include <glib/gi18n.h>

#include "plainname.h"
#include "study_card.h"
#include "words.h"

#define FRESH_DAYS 7
#define OPENED "ui-gallery-opened"

static GHashTable *
opened_of (UiSession *session)
{
  GHashTable *opened = g_object_get_data (G_OBJECT (session), OPENED);

  if (opened == NULL)
    {
      opened = g_hash_table_new (NULL, NULL);
      g_object_set_data_full (G_OBJECT (session), OPENED, opened,
                              (GDestroyNotify) g_hash_table_unref);
    }
  return opened;
}

void
ui_gallery_mark_opened (UiSession *session, const ScanItem *item)
{
  g_hash_table_add (opened_of (session), item->study);
}

static UiKind
kind_of (const char *modality)
{
  static const struct
  {
    const char *modality;
    UiKind kind;
  } kinds[] = {
    { "CT", UI_KIND_CT },      { "MR", UI_KIND_MRI },        { "CR", UI_KIND_XRAY },
    { "DX", UI_KIND_XRAY },    { "RG", UI_KIND_XRAY },       { "XA", UI_KIND_XRAY },
    { "RF", UI_KIND_XRAY },    { "MG", UI_KIND_XRAY },       { "PX", UI_KIND_XRAY },
    { "IO", UI_KIND_XRAY },    { "US", UI_KIND_ULTRASOUND }, { "IVUS", UI_KIND_ULTRASOUND },
    { "PT", UI_KIND_NUCLEAR }, { "NM", UI_KIND_NUCLEAR },    { "SR", UI_KIND_REPORT },
    { "DOC", UI_KIND_REPORT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].modality, modality))
      return kinds[i].kind;
  return UI_KIND_OTHER;
}

const char *
ui_kind_name (UiKind kind)
{
  switch (kind)
    {
    case UI_KIND_CT:
      return C_ ("kind of scan", "CT");
    case UI_KIND_MRI:
      return C_ ("kind of scan", "MRI");
    case UI_KIND_XRAY:
      return _ ("X-ray");
    case UI_KIND_ULTRASOUND:
      return _ ("Ultrasound");
    case UI_KIND_NUCLEAR:
      return _ ("Nuclear medicine");
    case UI_KIND_REPORT:
      return _ ("Reports");
    case UI_KIND_OTHER:
      break;
    }
  return C_ ("kind of scan", "Other");
}

static void
fill_study (UiGalleryEntry *entry, const ScanStudy *study)
{
  gboolean report = study->documents->len > 0;

  entry->place = study->institution;
  entry->person = scan_plain_person (study->patient_name);
  entry->pictures = ui_study_pictures (study);
  entry->added = study->added;
  for (guint i = 0; i < study->series->len; i++)
    entry->kinds |= kind_of (((const ScanSeries *) g_ptr_array_index (study->series, i))->modality);
  report = report || (entry->kinds & UI_KIND_REPORT) != 0;
  /* Beside pictures, what else there is, such as marks of measurements, is no kind of its own. */
  if ((entry->kinds & ~(guint) (UI_KIND_OTHER | UI_KIND_REPORT)) != 0)
    entry->kinds &= ~(guint) UI_KIND_OTHER;
  entry->has_report = report && entry->pictures > 0;
  if (report)
    entry->kinds |= UI_KIND_REPORT;
}

static void
fill_document (UiGalleryEntry *entry, const ScanDocument *document)
{
  const ScanStudy *study = document->study;

  entry->place = "";
  entry->person = study != NULL ? scan_plain_person (study->patient_name) : g_strdup ("");
  entry->kinds = UI_KIND_REPORT;
  entry->added = document->added;
}

UiGalleryEntry *
ui_gallery_entry_new (UiSession *session, const ScanItem *item, gint64 now)
{
  ScanCatalog *catalog = ui_session_catalog (session);
  UiGalleryEntry *entry = g_new0 (UiGalleryEntry, 1);
  const ScanStudy *study = scan_item_study (item);
  g_autofree char *person = NULL;

  entry->item = *item;
  entry->notes = scan_catalog_annotation (catalog, item);
  entry->title = scan_catalog_item_name (catalog, item);
  entry->shared = scan_catalog_is_shared (catalog, item);
  if (item->kind == SCAN_ITEM_STUDY)
    fill_study (entry, item->study);
  else
    fill_document (entry, item->document);
  person = g_utf8_casefold (entry->person, -1);
  entry->person_key =
      *person != '\0' ? g_strconcat (person, "\n", study->birth_date, NULL) : g_strdup ("");
  entry->fresh = now - entry->added < (gint64) FRESH_DAYS * 24 * 60 * 60 &&
                 !g_hash_table_contains (opened_of (session), item->study);
  return entry;
}

void
ui_gallery_entry_free (UiGalleryEntry *entry)
{
  g_free (entry->title);
  g_free (entry->date_words);
  g_free (entry->person);
  g_free (entry->person_key);
  g_free (entry->haystack);
  g_free (entry);
}

const char *
ui_gallery_entry_day (const UiGalleryEntry *entry)
{
  const ScanStudy *study = scan_item_study (&entry->item);

  return study != NULL ? study->date : "";
}

const char *
ui_gallery_entry_date (UiGalleryEntry *entry)
{
  if (entry->date_words == NULL)
    entry->date_words = scan_plain_date (ui_gallery_entry_day (entry));
  return entry->date_words;
}

static void
append (GString *text, const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append (text, part);
}

char *
ui_gallery_entry_sentence (UiGalleryEntry *entry)
{
  GString *text = g_string_new (entry->title);
  g_autofree char *pictures = entry->pictures > 0 ? ui_pictures_words (entry->pictures) : NULL;

  if (entry->item.kind == SCAN_ITEM_DOCUMENT)
    append (text, ui_words_document_type (entry->item.document->type));
  else
    append (text, ui_gallery_entry_date (entry));
  append (text, entry->place);
  append (text, pictures);
  append (text, entry->has_report ? _ ("with a report") : NULL);
  append (text, entry->notes->favourite ? _ ("favourite") : NULL);
  append (text, entry->shared ? _ ("shared") : NULL);
  append (text, entry->fresh ? _ ("new") : NULL);
  for (guint i = 0; entry->notes->tags[i] != NULL; i++)
    append (text, entry->notes->tags[i]);
  return g_string_free (text, FALSE);
}

char *
ui_gallery_fold (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *apart = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  GString *plain = g_string_new (NULL);

  for (const char *at = apart != NULL ? apart : ""; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_ismark (g_utf8_get_char (at)))
      g_string_append_unichar (plain, g_utf8_get_char (at));
  return g_string_free (plain, FALSE);
}

const char *
ui_gallery_entry_haystack (UiGalleryEntry *entry)
{
  const ScanStudy *study = scan_item_study (&entry->item);
  g_autoptr (GString) text = NULL;

  if (entry->haystack != NULL)
    return entry->haystack;
  text = g_string_new (entry->title);
  append (text, ui_gallery_entry_date (entry));
  append (text, entry->place);
  append (text, entry->person);
  append (text, entry->notes->note);
  for (guint i = 0; entry->notes->tags[i] != NULL; i++)
    append (text, entry->notes->tags[i]);
  if (entry->item.kind == SCAN_ITEM_DOCUMENT)
    append (text, entry->item.document->name);
  else
    {
      append (text, study->title);
      append (text, study->description);
      append (text, study->referrer);
    }
  for (guint i = 0; i < UI_N_KINDS; i++)
    if ((entry->kinds & (1u << i)) != 0 && (1u << i) != UI_KIND_OTHER)
      append (text, ui_kind_name ((UiKind) (1u << i)));
  return entry->haystack = ui_gallery_fold (text->str);
}
