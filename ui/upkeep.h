/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vault needs now and then, done quietly: a while after unlocking, and after scans were
 * added. */
#pragma once

#include "session.h"

/* Lasts as long as the session; work that runs is cancelled when it closes. */
void ui_upkeep_start (UiSession *session);
