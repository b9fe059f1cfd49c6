/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving what is seen of one picture as a PNG file, after a question that says whether a name may
 * stand in it. */
#pragma once

#include <adwaita.h>

#include "canvas.h"
#include "session.h"

typedef struct
{
  UiSession *session;
  UiCanvas *canvas;
  GtkWidget *stage; /* the canvas with what lies over it */
  AdwToastOverlay *toasts;
  const ScanInstance *instance;
  guint frame;           /* of the instance, from 0 */
  guint number;          /* of the picture for the person, from 1 */
  gboolean tells_person; /* what lies over the picture may hold a name */
} UiSaveWhat;

/* Everything is borrowed for the call; without a picture on the canvas nothing happens. */
void ui_viewer_save (GtkWindow *parent, const UiSaveWhat *what);
