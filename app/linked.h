/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two stacks of pictures side by side: whether both can go to the same place in the body, and where
 * that is. By ImageOrientationPatient and the position along the normal of the slices (DICOM PS3.3
 * C.7.6.2.1.1); pure functions over the catalog. */
#pragma once

#include "catalog.h"

typedef enum
{
  SCAN_LINK_PLACES,     /* slices of one direction, which have places in common */
  SCAN_LINK_BY_HAND,    /* of one direction, but far apart: another origin, or another part */
  SCAN_LINK_DIRECTIONS, /* of different directions */
  SCAN_LINK_NO_PLACES   /* one of them does not tell where its pictures are */
} ScanLinkKind;

typedef struct
{
  ScanLinkKind kind;
  double sign;   /* a place of the left times this is that of the right: -1 where the normals are
                    opposed */
  double middle; /* of the part that both cover, a place of the left in mm; PLACES alone */
} ScanLink;

/* left, right: ScanInstance in the order of their places, of one frame each. Directions that differ
 * by 5 degrees or less are one: a patient never lies twice in the same way. */
ScanLink scan_link_of (const GPtrArray *left, const GPtrArray *right);

/* The picture whose place (mm) is nearest, the first of several; every place is known, and there is
 * one at least. */
guint scan_link_nearest (const GPtrArray *instances, double place);
