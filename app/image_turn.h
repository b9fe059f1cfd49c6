/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures turned by quarters and mirrored: pixels, places on them, and the letters at their edges.
 * Plain C, as image.h. */
#pragma once

#include "image.h"

G_BEGIN_DECLS

/* First turned clockwise, then mirrored left to right (as PS3.3 C.10.6 has it). */
typedef struct
{
  guint quarters; /* 0 to 3 */
  gboolean mirrored;
} ScanTurn;

/* One turn, then another. */
ScanTurn scan_turn_then (ScanTurn first, ScanTurn second);
/* What takes it back. */
ScanTurn scan_turn_inverse (ScanTurn turn);
gboolean scan_turn_is_none (ScanTurn turn);

/* Where a point goes: x to the right and y down, from the corner of a picture of columns × rows
 * (before the turn), in pixels; a pixel's middle lies at a half. */
void scan_turn_point (ScanTurn turn, double columns, double rows, double *x, double *y);

/* A turned copy; NULL if memory runs out. */
ScanPicture *scan_picture_turn (const ScanPicture *picture, ScanTurn turn);

/* The edges of a picture as shown. */
typedef enum
{
  SCAN_EDGE_LEFT,
  SCAN_EDGE_RIGHT,
  SCAN_EDGE_TOP,
  SCAN_EDGE_BOTTOM,
  SCAN_N_EDGES
} ScanEdge;

#define SCAN_LETTERS_SIZE 4

/* Where of the patient an edge of the turned frame lies: up to three of R L A P H F, the main one
 * first (PS3.3 C.7.6.1.1.1), by ImageOrientationPatient, else by PatientOrientation. "" = unknown.
 */
void scan_frame_letters (const ScanFrame *frame, ScanTurn turn,
                         char ret_letters[SCAN_N_EDGES][SCAN_LETTERS_SIZE]);

G_END_DECLS
