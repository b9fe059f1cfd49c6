/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers.h"

#include <string.h>

#include "plainname.h"

static void
provider_free (gpointer data)
{
  UiProvider *provider = data;

  g_free (provider->name);
  g_free (provider);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(UiProvider *const *) a)->name, (*(UiProvider *const *) b)->name);
}

GPtrArray *
ui_providers (UiSession *session)
{
  GPtrArray *studies = scan_catalog_studies (ui_session_catalog (session));
  GPtrArray *found = g_ptr_array_new_with_free_func (provider_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < studies->len; i++)
    {
      const ScanStudy *study = g_ptr_array_index (studies, i);
      char *key = g_utf8_casefold (study->institution, -1);
      UiProvider *provider = g_hash_table_lookup (seen, key);

      if (*key == '\0' || provider != NULL)
        {
          if (provider != NULL && strlen (study->date) == 8 &&
              (*provider->oldest == '\0' || strcmp (study->date, provider->oldest) < 0))
            g_strlcpy (provider->oldest, study->date, sizeof provider->oldest);
          g_free (key);
          continue;
        }
      provider = g_new0 (UiProvider, 1);
      provider->name = g_strdup (study->institution);
      if (strlen (study->date) == 8)
        g_strlcpy (provider->oldest, study->date, sizeof provider->oldest);
      g_hash_table_insert (seen, key, provider);
      g_ptr_array_add (found, provider);
    }
  g_ptr_array_sort (found, compare);
  return found;
}

void
ui_providers_owner (UiSession *session, char **ret_name, char **ret_birth)
{
  GPtrArray *studies = scan_catalog_studies (ui_session_catalog (session));
  g_autofree char *chosen = scan_library_letter_name (ui_session_library (session));
  const ScanStudy *first = NULL;

  for (guint i = 0; i < studies->len; i++)
    {
      const ScanStudy *study = g_ptr_array_index (studies, i);

      if (*study->patient_name == '\0')
        continue;
      if (first != NULL && (!g_str_equal (first->patient_name, study->patient_name) ||
                            !g_str_equal (first->birth_date, study->birth_date)))
        {
          first = NULL;
          break;
        }
      first = study;
    }
  if (*chosen != '\0')
    *ret_name = g_steal_pointer (&chosen);
  else
    *ret_name = first != NULL ? scan_plain_person (first->patient_name) : g_strdup ("");
  *ret_birth = first != NULL ? scan_plain_date (first->birth_date) : g_strdup ("");
}
