/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault_place.h"

#include "place.h"
#include "settings.h"

/* In the folder for what programs keep. */
#define VAULTS "Scan Vault"
#define FIRST_VAULT "MyScans.vault"

char *
ui_vault_place_first (const UiOptions *options, gboolean *ret_known)
{
  char *remembered =
      options->vault == NULL && options->locked == NULL ? ui_settings_vault_folder () : NULL;

  *ret_known = options->locked != NULL || remembered != NULL;
  if (remembered != NULL)
    return remembered;
  if (options->vault != NULL)
    return g_canonicalize_filename (options->vault, NULL);
  if (options->locked != NULL)
    return g_strdup (options->locked);
  return g_build_filename (g_get_user_data_dir (), VAULTS, FIRST_VAULT, NULL);
}

char *
ui_vault_place_new (const char *gone)
{
  g_autofree char *parent = g_build_filename (g_get_user_data_dir (), VAULTS, NULL);
  g_autofree char *place = scan_free_place (parent, FIRST_VAULT, 1);

  return g_strcmp0 (place, gone) == 0 ? scan_free_place (parent, FIRST_VAULT, 2)
                                      : g_steal_pointer (&place);
}
