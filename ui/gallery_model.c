/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery_model.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

static void
section_clear (gpointer data)
{
  g_free (((UiGallerySection *) data)->heading);
}

static void
person_free (gpointer data)
{
  UiGalleryPerson *person = data;

  g_free (person->key);
  g_free (person->name);
  g_free (person);
}

UiGalleryModel *
ui_gallery_model_new (void)
{
  UiGalleryModel *model = g_new0 (UiGalleryModel, 1);

  model->all = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_gallery_entry_free);
  model->shown = g_ptr_array_new ();
  model->sections = g_array_new (FALSE, FALSE, sizeof (UiGallerySection));
  g_array_set_clear_func (model->sections, section_clear);
  model->people = g_ptr_array_new_with_free_func (person_free);
  return model;
}

void
ui_gallery_model_free (UiGalleryModel *model)
{
  g_ptr_array_unref (model->shown);
  g_ptr_array_unref (model->all);
  g_array_unref (model->sections);
  g_ptr_array_unref (model->people);
  g_free (model);
}

static gint
compare_people (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(UiGalleryPerson *const *) a)->name,
                         (*(UiGalleryPerson *const *) b)->name);
}

static void
note_person (UiGalleryModel *model, GHashTable *seen, const UiGalleryEntry *entry)
{
  UiGalleryPerson *person;

  if (*entry->person_key == '\0' || !g_hash_table_add (seen, entry->person_key))
    return;
  person = g_new (UiGalleryPerson, 1);
  *person = (UiGalleryPerson){ g_strdup (entry->person_key), g_strdup (entry->person) };
  g_ptr_array_add (model->people, person);
}

/* Two of one name are told apart by the year of birth. */
static void
name_people (UiGalleryModel *model)
{
  g_ptr_array_sort (model->people, compare_people);
  for (guint i = 1; i < model->people->len; i++)
    {
      UiGalleryPerson *two[] = { g_ptr_array_index (model->people, i - 1),
                                 g_ptr_array_index (model->people, i) };
      const gboolean same = strcspn (two[0]->key, "\n") == strcspn (two[1]->key, "\n") &&
                            strncmp (two[0]->key, two[1]->key, strcspn (two[0]->key, "\n")) == 0;

      for (guint k = 0; same && k < 2; k++)
        {
          const char *birth = strchr (two[k]->key, '\n') + 1;
          g_autofree char *year = g_strndup (birth, 4);
          g_autofree char *name = g_steal_pointer (&two[k]->name);

          two[k]->name = *year == '\0' || strchr (name, '(') != NULL
                             ? g_steal_pointer (&name)
                             : g_strdup_printf (_ ("%s (born %s)"), name, year);
        }
    }
}

static void
add (UiGalleryModel *model, UiSession *session, GHashTable *seen, const ScanItem *item, gint64 now)
{
  UiGalleryEntry *entry = ui_gallery_entry_new (session, item, now);

  g_ptr_array_add (model->all, entry);
  model->kinds |= entry->kinds;
  model->favourites = model->favourites || entry->notes->favourite;
  note_person (model, seen, entry);
}

static void
add_documents (UiGalleryModel *model, UiSession *session, GHashTable *seen, GPtrArray *documents,
               gint64 now)
{
  for (guint i = 0; i < documents->len; i++)
    {
      ScanItem item = { SCAN_ITEM_DOCUMENT, { .document = g_ptr_array_index (documents, i) } };

      add (model, session, seen, &item, now);
    }
}

void
ui_gallery_model_load (UiGalleryModel *model, UiSession *session)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray *studies;

  g_array_set_size (model->sections, 0);
  g_ptr_array_set_size (model->shown, 0);
  g_ptr_array_set_size (model->people, 0);
  g_ptr_array_set_size (model->all, 0);
  model->kinds = 0;
  model->prepared = 0;
  model->favourites = FALSE;
  if (session == NULL)
    return;
  studies = scan_catalog_studies (ui_session_catalog (session));
  for (guint i = 0; i < studies->len; i++)
    {
      ScanItem item = { SCAN_ITEM_STUDY, { .study = g_ptr_array_index (studies, i) } };

      add (model, session, seen, &item, now);
      add_documents (model, session, seen, item.study->documents, now);
    }
  add_documents (model, session, seen, scan_catalog_documents (ui_session_catalog (session)), now);
  name_people (model);
}

gboolean
ui_gallery_model_prepare (UiGalleryModel *model, gint64 until)
{
  while (model->prepared < model->all->len && g_get_monotonic_time () < until)
    ui_gallery_entry_haystack (g_ptr_array_index (model->all, model->prepared++));
  return model->prepared < model->all->len;
}

static gboolean
fits (UiGalleryEntry *entry, const UiGalleryFilter *filter, GStrv words)
{
  if ((filter->kind != 0 && (entry->kinds & filter->kind) == 0) ||
      (filter->favourites && !entry->notes->favourite) ||
      (filter->person != NULL && !g_str_equal (filter->person, entry->person_key)))
    return FALSE;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (*words[i] != '\0' && strstr (ui_gallery_entry_haystack (entry), words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gint
compare_added (gconstpointer a, gconstpointer b)
{
  const UiGalleryEntry *left = *(UiGalleryEntry *const *) a, *right = *(UiGalleryEntry *const *) b;

  if (left->added != right->added)
    return left->added > right->added ? -1 : 1;
  return strcmp (ui_gallery_entry_day (right), ui_gallery_entry_day (left));
}

static gint
compare_name (gconstpointer a, gconstpointer b)
{
  const UiGalleryEntry *left = *(UiGalleryEntry *const *) a, *right = *(UiGalleryEntry *const *) b;
  gint order = g_utf8_collate (left->title, right->title);

  return order != 0 ? order : strcmp (ui_gallery_entry_day (right), ui_gallery_entry_day (left));
}

/* YYYYMM of what the cards are put in order by; "" for none. */
static void
month_of (const UiGalleryEntry *entry, UiSort sort, char ret_month[8])
{
  g_autoptr (GDateTime) when = NULL;

  if (sort == UI_SORT_DATE)
    g_strlcpy (ret_month, ui_gallery_entry_day (entry), 7);
  else if ((when = g_date_time_new_from_unix_local (entry->added)) != NULL)
    g_snprintf (ret_month, 8, "%04d%02d", CLAMP (g_date_time_get_year (when), 1, 9999),
                g_date_time_get_month (when));
  else
    ret_month[0] = '\0';
}

static char *
heading_of (const UiGalleryEntry *entry, const char *month, gboolean by_month)
{
  g_autofree char *year = g_strndup (month, 4);
  const int number = strlen (month) == 6 ? atoi (month + 4) : 0;
  g_autoptr (GDateTime) when = NULL;

  if (*month == '\0' && entry->item.kind == SCAN_ITEM_DOCUMENT)
    return g_strdup (_ ("Documents"));
  if (*month == '\0')
    return g_strdup (_ ("Without a date"));
  if (by_month && number >= 1 && number <= 12)
    when = g_date_time_new_local (atoi (year), number, 1, 0, 0, 0);
  /* Translators: a month as the heading of a part of the gallery, as in "March 2024". */
  return when != NULL ? g_date_time_format (when, _ ("%OB %Y")) : g_strdup (year);
}

static void
add_section (UiGalleryModel *model, char *heading, guint first, guint n)
{
  const UiGallerySection section = { heading, first, n };

  g_array_append_val (model->sections, section);
}

/* A run of cards of one year, told as a whole or in months. */
static void
add_year (UiGalleryModel *model, UiSort sort, guint first, guint end)
{
  const gboolean by_month = end - first > UI_GALLERY_YEAR_MOST;
  char month[8], next[8];

  for (guint i = first; i < end;)
    {
      guint from = i;

      month_of (g_ptr_array_index (model->shown, i), sort, month);
      do
        if (++i < end)
          month_of (g_ptr_array_index (model->shown, i), sort, next);
      while (i < end && (!by_month || g_str_equal (month, next)));
      add_section (model, heading_of (g_ptr_array_index (model->shown, from), month, by_month),
                   from, i - from);
    }
}

static void
add_sections (UiGalleryModel *model, UiSort sort)
{
  char month[8], next[8];

  if (sort == UI_SORT_NAME)
    {
      if (model->shown->len > 0)
        add_section (model, NULL, 0, model->shown->len);
      return;
    }
  for (guint i = 0; i < model->shown->len;)
    {
      const UiGalleryEntry *entry = g_ptr_array_index (model->shown, i);
      guint from = i;

      month_of (entry, sort, month);
      do
        if (++i < model->shown->len)
          month_of (g_ptr_array_index (model->shown, i), sort, next);
      while (i < model->shown->len && strncmp (month, next, 4) == 0 &&
             (*month != '\0' ||
              ((const UiGalleryEntry *) g_ptr_array_index (model->shown, i))->item.kind ==
                  entry->item.kind));
      add_year (model, sort, from, i);
    }
}

void
ui_gallery_model_filter (UiGalleryModel *model, const UiGalleryFilter *filter)
{
  g_autofree char *folded = filter->words != NULL ? ui_gallery_fold (filter->words) : NULL;
  g_auto (GStrv) words = folded != NULL ? g_strsplit_set (folded, " ,\t", -1) : NULL;

  g_array_set_size (model->sections, 0);
  g_ptr_array_set_size (model->shown, 0);
  for (guint i = 0; i < model->all->len; i++)
    if (fits (g_ptr_array_index (model->all, i), filter, words))
      g_ptr_array_add (model->shown, g_ptr_array_index (model->all, i));
  if (filter->sort == UI_SORT_ADDED)
    g_ptr_array_sort (model->shown, compare_added);
  else if (filter->sort == UI_SORT_NAME)
    g_ptr_array_sort (model->shown, compare_name);
  add_sections (model, filter->sort);
}
