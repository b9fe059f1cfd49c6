/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pixels of a copy are covered, and what stands in them. check_outside_regions is in check.h.
 */
#pragma once

#include "check.h"

/* Adds the boxes of a frame (from 0) to covered (rows * columns). */
void check_add_boxes (const CheckPlan *plan, guint rows, guint columns, guint frame,
                      guint8 *covered);

/* The one value of all covered pixels of all frames, as the bits of a whole sample: the darkest
 * that the copy's colour model has (PS3.3 C.7.6.3.1.2), of a palette the first of the darkest
 * entries. allocated, stored: bits. */
guint check_fill (const CheckFile *copy, guint allocated, guint stored, gboolean is_signed,
                  guint sample);
