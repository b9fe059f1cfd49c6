/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card_select.h"

void
ui_card_select_init (UiCardSelect *self)
{
  *self = (UiCardSelect){ .chosen = g_hash_table_new (NULL, NULL) };
}

void
ui_card_select_clear (UiCardSelect *self)
{
  g_clear_pointer (&self->chosen, g_hash_table_unref);
}

void
ui_card_select_forget (UiCardSelect *self)
{
  g_hash_table_remove_all (self->chosen);
  self->anchor = NULL;
  self->cursor = 0;
  self->had_focus = FALSE;
}

gboolean
ui_card_select_has (const UiCardSelect *self, const UiGalleryEntry *entry)
{
  return g_hash_table_contains (self->chosen, entry->item.study);
}

guint
ui_card_select_count (const UiCardSelect *self)
{
  return g_hash_table_size (self->chosen);
}

static gpointer
key_at (GPtrArray *shown, guint index)
{
  return ((const UiGalleryEntry *) g_ptr_array_index (shown, index))->item.study;
}

static guint
anchor_of (const UiCardSelect *self, GPtrArray *shown, guint otherwise)
{
  for (guint i = 0; i < shown->len && self->anchor != NULL; i++)
    if (key_at (shown, i) == self->anchor)
      return i;
  return otherwise;
}

void
ui_card_select_click (UiCardSelect *self, GPtrArray *shown, guint index, GdkModifierType state)
{
  gpointer key = key_at (shown, index);

  self->cursor = index;
  if ((state & GDK_SHIFT_MASK) != 0)
    {
      guint from = anchor_of (self, shown, index);

      if ((state & GDK_CONTROL_MASK) == 0)
        g_hash_table_remove_all (self->chosen);
      for (guint i = MIN (from, index); i <= MAX (from, index); i++)
        g_hash_table_add (self->chosen, key_at (shown, i));
      self->anchor = key_at (shown, from);
      return;
    }
  self->anchor = key;
  if ((state & GDK_CONTROL_MASK) != 0)
    {
      if (!g_hash_table_remove (self->chosen, key))
        g_hash_table_add (self->chosen, key);
      return;
    }
  g_hash_table_remove_all (self->chosen);
  g_hash_table_add (self->chosen, key);
}

void
ui_card_select_all (UiCardSelect *self, GPtrArray *shown)
{
  for (guint i = 0; i < shown->len; i++)
    g_hash_table_add (self->chosen, key_at (shown, i));
}

void
ui_card_select_none (UiCardSelect *self)
{
  g_hash_table_remove_all (self->chosen);
}

gboolean
ui_card_select_keep (UiCardSelect *self, GPtrArray *shown)
{
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key;
  gboolean changed = FALSE;

  for (guint i = 0; i < shown->len; i++)
    g_hash_table_add (there, key_at (shown, i));
  g_hash_table_iter_init (&iter, self->chosen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (there, key))
      {
        g_hash_table_iter_remove (&iter);
        changed = TRUE;
      }
  return changed;
}
