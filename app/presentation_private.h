/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A checked presentation state: every number finite and of a bounded size, every index inside. */
#pragma once

#include "presentation.h"

typedef struct
{
  char *uid;
  guint n_frames;  /* 0: all */
  guint32 *frames; /* from 1 */
} ScanReferent;

/* Which pictures something holds for: indices of referents; none: all of the state. */
typedef struct
{
  guint n;
  guint32 *indices;
} ScanReferents;

typedef struct
{
  ScanReferents pictures;
  double center, width;
} ScanStateWindow;

typedef struct
{
  ScanReferents pictures;
  double corners[4]; /* columns and rows of the corners as shown, top left and bottom right */
} ScanStateArea;

typedef enum
{
  SCAN_DRAWN_POINT,
  SCAN_DRAWN_POLYLINE,
  SCAN_DRAWN_INTERPOLATED,
  SCAN_DRAWN_CIRCLE,
  SCAN_DRAWN_ELLIPSE
} ScanDrawnKind;

typedef struct
{
  ScanReferents pictures;
  ScanDrawnKind kind;
  gboolean filled, by_area;
  guint n; /* points */
  double *points;
} ScanStateDrawn;

typedef struct
{
  ScanReferents pictures;
  char *words;
  gboolean has_box, box_by_area;
  double box[4];
  gboolean has_anchor, anchor_by_area, points;
  double anchor[2];
} ScanStateText;

struct ScanPresentation
{
  gatomicrefcount refs;
  char *label, *made;
  ScanTurn turn;
  gint inverse; /* -1 unknown, 0, 1 */
  gboolean partial;
  gboolean rescaled;
  double slope, intercept;
  GArray *referents; /* ScanReferent */
  ScanReferents own;
  GArray *windows; /* ScanStateWindow */
  GArray *areas;   /* ScanStateArea */
  GArray *drawn;   /* ScanStateDrawn */
  GArray *texts;   /* ScanStateText */
  gboolean rectangle;
  double edges[4];
  double circle[3]; /* row, column, radius; radius 0: none */
  guint n_vertices;
  double *vertices;
  guint8 level;
};

/* Whether something that holds for those pictures holds for this one. frame from 0. */
gboolean scan_referents_have (const ScanPresentation *presentation, const ScanReferents *pictures,
                              const char *uid, guint frame);
