/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the image_*.c files share. */
#pragma once

#include "image.h"

/* The modality value of a stored one: modality LUT, else slope and intercept. */
double scan_frame_modality (const ScanFrame *frame, double stored);

/* Stored sample i of a gray frame, as a number. */
double scan_frame_stored (const ScanFrame *frame, gsize i);

gboolean scan_frame_is_padding (const ScanFrame *frame, double stored);

/* 0..255 for a modality value, before any inversion. */
double scan_brightness_apply (const ScanFrame *frame, const ScanBrightness *brightness,
                              double value);

/* TRUE if the picture is shown with low values bright. */
gboolean scan_frame_shown_inverse (const ScanFrame *frame, const ScanBrightness *brightness);
