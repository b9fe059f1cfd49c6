/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"

#define SCHEMA "io.github.scanvault.ScanVault"
#define VAULT_FOLDER "vault-folder"
#define LOCK_MINUTES 15

/* In a build tree the compiled schema stands beside the program. */
static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  GSettingsSchema *schema =
      installed != NULL ? g_settings_schema_source_lookup (installed, SCHEMA, TRUE) : NULL;
  g_autofree char *program = NULL, *folder = NULL;
  GSettingsSchemaSource *source;

  if (schema != NULL)
    return schema;
  program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return NULL;
  folder = g_path_get_dirname (program);
  source = g_settings_schema_source_new_from_directory (folder, installed, TRUE, NULL);
  if (source == NULL)
    return NULL;
  schema = g_settings_schema_source_lookup (source, SCHEMA, FALSE);
  g_settings_schema_source_unref (source);
  return schema;
}

GSettings *
ui_settings (void)
{
  static GSettings *settings;
  static gboolean looked;

  if (!looked)
    {
      GSettingsSchema *schema = find_schema ();

      looked = TRUE;
      if (schema != NULL)
        {
          settings = g_settings_new_full (schema, NULL, NULL);
          g_settings_schema_unref (schema);
        }
    }
  return settings;
}

guint
ui_settings_lock_minutes (void)
{
  return ui_settings () != NULL ? g_settings_get_uint (ui_settings (), UI_SETTING_LOCK_AFTER)
                                : LOCK_MINUTES;
}

gboolean
ui_settings_drag_is_brightness (void)
{
  return ui_settings () != NULL &&
         g_settings_get_boolean (ui_settings (), UI_SETTING_DRAG_BRIGHTNESS);
}

ScanProfile
ui_settings_share_profile (void)
{
  g_autofree char *name = ui_settings () != NULL
                              ? g_settings_get_string (ui_settings (), UI_SETTING_SHARE_PROFILE)
                              : NULL;

  return g_strcmp0 (name, scan_profile_name (SCAN_PROFILE_PUBLIC)) == 0
             ? SCAN_PROFILE_PUBLIC
             : SCAN_PROFILE_SECOND_OPINION;
}

char *
ui_settings_vault_folder (void)
{
  g_autofree char *folder =
      ui_settings () != NULL ? g_settings_get_string (ui_settings (), VAULT_FOLDER) : NULL;

  return folder != NULL && g_path_is_absolute (folder) ? g_steal_pointer (&folder) : NULL;
}

void
ui_settings_set_vault_folder (const char *folder)
{
  if (ui_settings () != NULL && g_utf8_validate (folder, -1, NULL))
    g_settings_set_string (ui_settings (), VAULT_FOLDER, folder);
}
