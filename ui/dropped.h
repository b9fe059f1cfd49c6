/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a person drops on a window. */
#pragma once

#include <gtk/gtk.h>

/* Paths of a GdkFileList; what has none on this computer is left out. Free with g_strfreev. */
GStrv ui_dropped_paths (const GValue *value);
