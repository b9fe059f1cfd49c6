/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_draft.h"

#include <glib/gi18n.h>

#include "settings.h"
#include "study_card.h"
#include "words.h"

G_DEFINE_FINAL_TYPE (UiShareDraft, ui_share_draft, G_TYPE_OBJECT)

static guint changed_signal;

static void
part_free (gpointer data)
{
  UiSharePart *part = data;

  g_free (part->title);
  g_free (part->count);
  g_free (part);
}

static void
add_part (UiShareDraft *self, const ScanItem *item, gboolean include)
{
  UiSharePart *part = g_new0 (UiSharePart, 1);
  const ScanStudy *study = scan_item_study (item);

  part->item = *item;
  part->include = include;
  scan_item_id (item, part->id);
  if (item->kind == SCAN_ITEM_DOCUMENT)
    {
      part->title = scan_item_title (item);
      part->count = g_strdup (ui_words_document_type (item->document->type));
    }
  else
    {
      part->title = *item->series->description != '\0' ? g_strdup (item->series->description)
                                                       : g_strdup (study->title);
      part->count = ui_pictures_words (scan_series_frames (item->series));
    }
  g_ptr_array_add (self->parts, part);
}

static void
add_study (UiShareDraft *self, const ScanStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const ScanItem item = { SCAN_ITEM_SERIES,
                              { .series = g_ptr_array_index (study->series, i) } };

      add_part (self, &item, TRUE);
    }
  for (guint i = 0; i < study->documents->len; i++)
    {
      const ScanItem item = { SCAN_ITEM_DOCUMENT,
                              { .document = g_ptr_array_index (study->documents, i) } };

      add_part (self, &item, TRUE);
    }
}

UiShareDraft *
ui_share_draft_new (UiSession *session, const ScanItem *items, guint n_items)
{
  UiShareDraft *self = g_object_new (UI_TYPE_SHARE_DRAFT, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < n_items; i++)
    if (items[i].kind == SCAN_ITEM_STUDY)
      add_study (self, items[i].study);
    else
      add_part (self, &items[i], TRUE);
  return self;
}

void
ui_share_draft_changed (UiShareDraft *self)
{
  g_signal_emit (self, changed_signal, 0);
}

gboolean
ui_share_draft_has (UiShareDraft *self, const UiSharePart *part)
{
  return part->include &&
         (part->item.kind != SCAN_ITEM_DOCUMENT || self->profile == SCAN_PROFILE_NAMED);
}

GArray *
ui_share_draft_items (UiShareDraft *self)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ScanItem));

  for (guint i = 0; i < self->parts->len; i++)
    {
      const UiSharePart *part = g_ptr_array_index (self->parts, i);

      if (ui_share_draft_has (self, part))
        g_array_append_val (items, part->item);
    }
  return items;
}

UiSharePart *
ui_share_draft_find (UiShareDraft *self, const char *id)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      UiSharePart *part = g_ptr_array_index (self->parts, i);

      if (g_str_equal (part->id, id))
        return part;
    }
  return NULL;
}

char *
ui_share_draft_key (UiShareDraft *self)
{
  GString *key = g_string_new (scan_profile_name (self->profile));

  g_string_append (key, self->keep_dates ? " dates" : "");
  for (guint i = 0; i < self->parts->len; i++)
    {
      const UiSharePart *part = g_ptr_array_index (self->parts, i);

      if (ui_share_draft_has (self, part))
        g_string_append_printf (key, " %s", part->id);
    }
  return g_string_free (key, FALSE);
}

char *
ui_share_draft_free_place (UiShareDraft *self, const char *folder)
{
  const char *ending = self->zip ? ".zip" : "";

  for (guint i = 1;; i++)
    {
      g_autofree char *name =
          i == 1 ? g_strdup (_ ("Scans to share")) : g_strdup_printf (_ ("Scans to share (%u)"), i);
      g_autofree char *whole = g_strconcat (name, ending, NULL);
      g_autofree char *path = g_build_filename (folder, whole, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

void
ui_share_draft_set_text (char **field, const char *text)
{
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static void
ui_share_draft_finalize (GObject *object)
{
  UiShareDraft *self = UI_SHARE_DRAFT (object);

  g_object_unref (self->session);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->pictures);
  g_clear_pointer (&self->proposals, g_ptr_array_unref);
  g_free (self->to);
  g_free (self->purpose);
  g_free (self->place);
  G_OBJECT_CLASS (ui_share_draft_parent_class)->finalize (object);
}

static void
ui_share_draft_class_init (UiShareDraftClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_share_draft_finalize;
  changed_signal = g_signal_new ("changed", UI_TYPE_SHARE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
ui_share_draft_init (UiShareDraft *self)
{
  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->pictures = g_ptr_array_new ();
  self->profile = ui_settings_share_profile ();
  self->to = g_strdup ("");
  self->purpose = g_strdup ("");
}
