/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for the password of an archive that is being added. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_ARCHIVE_PASSWORD (ui_archive_password_get_type ())
G_DECLARE_FINAL_TYPE (UiArchivePassword, ui_archive_password, UI, ARCHIVE_PASSWORD, AdwWindow)

/* Called once. password: in secure memory, taken; NULL: none is known, also when the vault is
 * locked meanwhile. */
typedef void (*UiArchivePasswordFunc) (char *password, gsize length, gpointer user_data);

/* name: of the archive; wrong: what was typed before did not open it. */
void ui_archive_password_ask (GtkWindow *parent, UiSession *session, const char *name,
                              gboolean wrong, UiArchivePasswordFunc answer, gpointer user_data);
