/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "newcomer.h"

#include <string.h>

#include "plainname.h"

static gint
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The words of a name, sorted: clinics write them in any order and case. */
static char *
name_key (const char *dicom_name)
{
  g_autofree char *alphabetic = g_strndup (dicom_name, strcspn (dicom_name, "="));
  g_autofree char *folded = g_utf8_casefold (*alphabetic != '\0' ? alphabetic : dicom_name, -1);
  g_auto (GStrv) split = g_strsplit_set (folded, "^ =.,-", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (char **word = split; *word != NULL; word++)
    if (**word != '\0')
      g_ptr_array_add (words, *word);
  g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **) words->pdata);
}

static gboolean
is_same_person (const ScanStudy *a, const ScanStudy *b)
{
  g_autofree char *left = name_key (a->patient_name), *right = name_key (b->patient_name);

  if (g_str_equal (left, right))
    return TRUE;
  return *a->patient_id != '\0' && *a->birth_date != '\0' &&
         g_str_equal (a->patient_id, b->patient_id) && g_str_equal (a->birth_date, b->birth_date);
}

/* ret_others: whether any study that is not among those added has a name. */
static gboolean
is_known (GPtrArray *all, const GPtrArray *added, const ScanStudy *study, gboolean *ret_others)
{
  for (guint i = 0; i < all->len; i++)
    {
      const ScanStudy *other = g_ptr_array_index (all, i);

      if (*other->patient_name == '\0' || g_ptr_array_find ((GPtrArray *) added, other, NULL))
        continue;
      *ret_others = TRUE;
      if (is_same_person (study, other))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
scan_newcomer_studies (ScanCatalog *catalog, const GPtrArray *added)
{
  GPtrArray *all = scan_catalog_studies (catalog);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < added->len; i++)
    {
      ScanStudy *study = g_ptr_array_index (added, i);
      gboolean others = FALSE;

      if (*study->patient_name == '\0' ||
          (found->len > 0 && !is_same_person (study, g_ptr_array_index (found, 0))))
        continue;
      if (!is_known (all, added, study, &others) && others)
        g_ptr_array_add (found, study);
    }
  return found->len > 0 ? g_steal_pointer (&found) : NULL;
}

char *
scan_short_person (const char *dicom_name)
{
  g_autofree char *alphabetic = g_strndup (dicom_name, strcspn (dicom_name, "="));
  g_auto (GStrv) parts = g_strsplit (alphabetic, "^", 3);
  const char *given = g_strv_length (parts) > 1 ? g_strstrip (parts[1]) : "";
  g_autofree char *initial = NULL;

  if (*given == '\0' || *parts[0] == '\0')
    return scan_plain_person (dicom_name);
  initial = g_utf8_substring (parts[0], 0, 1);
  return g_strdup_printf ("%s %s", given, initial);
}
