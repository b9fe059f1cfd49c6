/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: command line, windows, about. */
#pragma once

#include <adwaita.h>

#define UI_TYPE_APPLICATION (ui_application_get_type ())
G_DECLARE_FINAL_TYPE (UiApplication, ui_application, UI, APPLICATION, AdwApplication)

UiApplication *ui_application_new (void);
