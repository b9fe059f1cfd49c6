/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include <string.h>

#define NAME_DIGITS 16 /* of a computer's journal, and of a slot */
#define ENDING ".vault"

static gboolean
is_name (const char *name, const char *ending)
{
  guint n = 0;

  while (g_ascii_isxdigit (name[n]))
    n++;
  return n == NAME_DIGITS && g_str_equal (name + n, ending);
}

static gboolean
holds (const char *folder, const char *inner, const char *ending)
{
  g_autofree char *path = g_build_filename (folder, inner, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_name (name, ending))
      return TRUE;
  return FALSE;
}

gboolean
scan_folder_is_vault (const char *folder)
{
  g_autofree char *first = g_build_filename (folder, "vault.id", NULL);
  g_autofree char *second = g_build_filename (folder, "vault.id.2", NULL);

  return g_file_test (first, G_FILE_TEST_IS_REGULAR) ||
         g_file_test (second, G_FILE_TEST_IS_REGULAR) || holds (folder, "j", "") ||
         holds (folder, "keys", ".slot") || holds (folder, "j2", "") ||
         holds (folder, "keys2", ".slot");
}

char *
scan_free_place (const char *parent, const char *name, guint from)
{
  gboolean ends = g_str_has_suffix (name, ENDING);
  g_autofree char *stem = g_strndup (name, strlen (name) - (ends ? strlen (ENDING) : 0));

  for (guint i = from;; i++)
    {
      g_autofree char *numbered =
          i > 1 ? g_strdup_printf ("%s %u%s", stem, i, ends ? ENDING : "") : g_strdup (name);
      char *place = g_build_filename (parent, numbered, NULL);

      if (!g_file_test (place, G_FILE_TEST_EXISTS))
        return place;
      g_free (place);
    }
}
