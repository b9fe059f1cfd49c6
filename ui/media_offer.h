/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disc or stick with scans, put in while the program runs: it is offered, never added by itself.
 */
#pragma once

#include "offer_bar.h"

typedef void (*UiMediaFunc) (gpointer owner, char **paths);

/* From now on, as long as bar lives, shows an offer in it when something is mounted that has a
 * DICOMDIR at its top (PS3.10 8.6: the list of a disc; what the content type
 * x-content/x-scanvault-disc is told by), and takes it back when that is taken out. add and look
 * are called with the folder when the person says so; owner outlives bar. */
void ui_media_offer_start (UiOfferBar *bar, UiMediaFunc add, UiMediaFunc look, gpointer owner);
