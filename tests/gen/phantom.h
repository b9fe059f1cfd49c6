/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawn bodies: deterministic pictures for synthetic scans. All coordinates run from -1 to 1. */
#pragma once

#include <glib.h>

/* CT of a chest at height z, in HU + 1024; one 16-bit word a pixel. */
void phantom_chest (guint16 *pixels, guint size, double z, guint32 seed);
/* MR of a knee. */
void phantom_knee (guint16 *pixels, guint size, double z, guint32 seed);
/* Projection of a chest, 12 bit, MONOCHROME1: bone is low. */
void phantom_xray (guint16 *pixels, guint columns, guint rows, guint32 seed);
/* One frame of an ultrasound clip, RGB, with a banner of `banner` rows that holds text. */
void phantom_ultrasound (guint8 *rgb, guint columns, guint rows, guint banner, guint frame,
                         const char *text);
