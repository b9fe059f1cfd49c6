/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clinics and practices that the vault's scans are from. */
#pragma once

#include "session.h"

typedef struct
{
  char *name;
  char oldest[9]; /* YYYYMMDD of the first scan from there, or "" */
} UiProvider;

/* Each once, by name; free with g_ptr_array_unref. */
GPtrArray *ui_providers (UiSession *session);

/* Whose scans these are, if they are all one person's: plain words, else ""; the name as the owner
 * chose it in the settings, if so. Free with g_free. */
void ui_providers_owner (UiSession *session, char **ret_name, char **ret_birth);
