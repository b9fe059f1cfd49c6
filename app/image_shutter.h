/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a shutter covers of a picture (PS3.3 C.7.6.11), as a plane of a bit a pixel, row by row, the
 * lowest bit of a byte first. Plain C, as image.h. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SCAN_SHUTTER_VERTICES_MAX 2048

/* Rows and columns count from 1; the edges themselves are seen. What any shape covers is covered.
 */
typedef struct
{
  gboolean rectangle;
  double left, right, upper, lower;
  double row, column, radius; /* of a circle; radius 0: none */
  guint n_vertices;           /* of a polygon, 3 or more; 0: none */
  const double *vertices;     /* row, column of each; borrowed */
} ScanShutter;

/* Bytes of a plane. */
gsize scan_plane_size (guint rows, guint columns);

/* Sets the bits of what is covered; plane: scan_plane_size bytes. */
void scan_shutter_cover (const ScanShutter *shutter, guint rows, guint columns, guint8 *plane);

/* Whether some pixels are set and some are not. */
gboolean scan_plane_is_mixed (const guint8 *plane, guint rows, guint columns);

G_END_DECLS
