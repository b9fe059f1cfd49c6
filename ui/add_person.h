/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "These belong to Maria L. Is that you?", asked when a name comes in that the vault did not know. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* A box with the question, or NULL if there is nothing to ask. added: ScanStudy. Whoever says no
 * has the scans moved to the trash, from where they can be restored. */
GtkWidget *ui_add_person_new (UiSession *session, const GPtrArray *added);
