/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the person's vault is, or will be. */
#pragma once

#include "options.h"

/* The folder to begin with. ret_known: a vault was in it before, so that none there means that it
 * is gone. Free with g_free. */
char *ui_vault_place_first (const UiOptions *options, gboolean *ret_known);

/* Where a new vault is made while another is gone: not in its place, since its disk may come back.
 * Free with g_free. */
char *ui_vault_place_new (const char *gone);
