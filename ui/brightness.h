/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person did to the brightness of a set of pictures. */
#pragma once

#include "frame_store.h"

typedef struct
{
  gboolean own;          /* chosen, not as recorded */
  gboolean negative;     /* over what is recorded */
  ScanBrightness chosen; /* if own: centre and width */
} UiBrightness;

/* What is shown of a frame that recorded shows so. */
void ui_brightness_apply (const UiBrightness *self, const ScanBrightness *recorded,
                          ScanBrightness *ret_shown);

/* The window to begin a change with; one that covers the frame's range where it has none. */
ScanBrightness ui_brightness_begin (const UiBrightness *self, const UiFrame *frame,
                                    const ScanBrightness *recorded);

/* A drag of so many pixels since from. To the right: less contrast; up: brighter. A whole drag goes
 * through the frame's own range, never far beyond. */
void ui_brightness_drag (UiBrightness *self, const UiFrame *frame, const ScanBrightness *from,
                         double dx, double dy);

/* The same as two places from 0 to 100: 50 is the middle of the frame's range, and its whole range.
 */
void ui_brightness_levels (const UiFrame *frame, const ScanBrightness *shown,
                           double *ret_brightness, double *ret_contrast);
void ui_brightness_set_levels (UiBrightness *self, const UiFrame *frame, double brightness,
                               double contrast);

/* Of the words from 2 on: soft tissue, lungs, bones, brain (Hounsfield units); 1 is as recorded.
 * FALSE: there is none of that number. */
gboolean ui_brightness_preset (UiBrightness *self, int number, gboolean hounsfield);
