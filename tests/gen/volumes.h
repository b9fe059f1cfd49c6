/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two studies of one patient whose slices are put together: a PET whose slices have a slope each,
 * and an MRI in one multi-frame object, with two points in time and an overview of another
 * direction. In each a ball of one brightness in a body, so that a wrong scale shows as stripes. */
#pragma once

#include <glib.h>

typedef void (*VolumeSave) (const char *folder, const char *name, GBytes *bytes);

/* save takes the bytes. */
void volumes_write (const char *folder, VolumeSave save);
