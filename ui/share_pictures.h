/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures that a person looks at before a share without the name: one of each layout, and one
 * more for each frame that has boxes of its own. Main thread only. */
#pragma once

#include "share.h"

/* In stored pixels of the picture. */
typedef struct
{
  guint x, y, width, height;
  gboolean added;   /* by the person; else it was proposed */
  gboolean removed; /* by the person: what is under it stays */
} UiShareBox;

typedef struct UiSharePicture
{
  GPtrArray
      *items; /* char *: instances that have the boxes in the same places; the first is shown */
  guint rows, columns;
  guint frame, frames;            /* from 0: the one that is shown; how many there are */
  guint8 *seen;                   /* frames: 1 = it was shown; NULL: one look serves all of them */
  gint own_frame;                 /* the boxes are of this frame alone; -1: of all */
  struct UiSharePicture *general; /* has boxes that are in this frame too; NULL: none, it is it */
  GArray *boxes;                  /* UiShareBox */
  gboolean looked;                /* a person has said that all is covered */
} UiSharePicture;

/* What needs a look of proposals (ScanShareProposal); free with g_ptr_array_unref. */
GPtrArray *ui_share_pictures_new (const GPtrArray *proposals);

/* Its frame that is shown was seen. */
void ui_share_picture_see (UiSharePicture *picture);
/* Frames that have to be seen before a person can say that all is covered. */
guint ui_share_picture_unseen (const UiSharePicture *picture);
/* From frame `from` on, round the end, the first that has to be seen; `from` if there is none. */
guint ui_share_picture_next (const UiSharePicture *picture, guint from);

guint ui_share_pictures_looked (const GPtrArray *pictures);

/* Adds to boxes (ScanBox) what a person made of the proposed ones: those to keep, and new ones. */
void ui_share_pictures_apply (const GPtrArray *pictures, GPtrArray *boxes);
