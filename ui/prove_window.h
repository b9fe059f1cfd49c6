/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof that the recovery sheet is on paper, for a vault whose owner put it off. */
#pragma once

#include <adwaita.h>

#include "session.h"

void ui_prove_window_show (GtkWindow *parent, UiSession *session);
