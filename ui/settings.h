/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program remembers between two starts. Nothing personal: a time, what
 * a drag does, what kind of copy is proposed, and the vault's place. */
#pragma once

#include <gio/gio.h>

#include "share.h"

/* NULL where the schema is not installed; then the defaults hold and nothing is remembered. */
GSettings *ui_settings (void);

/* Minutes without a key or pointer after which the vault locks; 0: never by itself. */
#define UI_SETTING_LOCK_AFTER "lock-after"
guint ui_settings_lock_minutes (void);

/* Whether dragging in a picture that is not enlarged changes the brightness instead of going
 * through the pictures. */
#define UI_SETTING_DRAG_BRIGHTNESS "drag-brightness"
gboolean ui_settings_drag_is_brightness (void);

/* For whom a copy is proposed to be; never the one with the name. */
#define UI_SETTING_SHARE_PROFILE "share-profile"
ScanProfile ui_settings_share_profile (void);

/* The vault's folder, if its owner chose one; else NULL. Free with g_free. */
char *ui_settings_vault_folder (void);
void ui_settings_set_vault_folder (const char *folder);
