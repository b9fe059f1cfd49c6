/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices of a body as a block of values, out of which pictures across, from the front and from the
 * side are cut: for stacks of one direction with even distances and no gaps. A stack are pictures
 * of one file each, or frames of one multi-frame object (volume_places.h says which of them).
 *
 * Axes are those of the patient (DICOM PS3.3 C.7.6.2.1.1): x to the left, y to the back, z to the
 * head. Each of them stands for the axis of the stack (along a row, along a column, from slice to
 * slice) that is nearest to it, so that slices at an angle stay what they are: nothing is
 * interpolated, every pixel is a recorded value, brought to one scale where slices have one each
 * (volume_scale.h). Pictures are laid out as radiology does: across as
 * seen from the feet, from the front with the head up, from the side with the face at the left.
 *
 * Memory: 2 bytes a value, which stay out of core dumps and are wiped at the end. */
#pragma once

#include "library.h"

/* 1,024 slices of 512 × 512. What is larger is refused, lest a computer of 4 GB comes to a halt. */
#define SCAN_VOLUME_MAX ((guint64) 512 * 1024 * 1024)

typedef enum
{
  SCAN_VOLUME_FINE,
  SCAN_VOLUME_NO_PLACES, /* its pictures do not tell where they lie */
  SCAN_VOLUME_FEW,       /* fewer than SCAN_VOLUME_SLICES_MIN */
  SCAN_VOLUME_GAPS,      /* slices are missing */
  SCAN_VOLUME_UNEVEN,    /* their distances differ */
  SCAN_VOLUME_REPEATED,  /* several at one place, and nothing tells them apart */
  SCAN_VOLUME_LARGE,     /* above SCAN_VOLUME_MAX */
  SCAN_VOLUME_HIDDEN,    /* a picture that cannot be shown */
  SCAN_VOLUME_LEANING,   /* slices are not behind each other: the scanner was tilted */
  SCAN_VOLUME_COLOUR,
  SCAN_VOLUME_UNLIKE /* slices of several sizes, or whose values do not mean the same */
} ScanVolumeFit;

#define SCAN_VOLUME_SLICES_MIN 8

/* instances: ScanInstance of one stack, in the order of their places, or one multi-frame object.
 * What their rows tell: of the frames of an object hardly anything, and whether slices lean, are in
 * colour or unlike is known only when they are decoded. ret_spacing: mm from slice to slice if it
 * is fine, 0 for an object; may be NULL. */
ScanVolumeFit scan_volume_fit (const GPtrArray *instances, double *ret_spacing);

/* Planes, by the axis along which one goes from picture to picture. */
typedef enum
{
  SCAN_PLANE_SIDE,   /* along x */
  SCAN_PLANE_FRONT,  /* along y */
  SCAN_PLANE_ACROSS, /* along z */
  SCAN_N_PLANES
} ScanPlane;

typedef struct ScanVolume ScanVolume;

/* An empty block for slices like this frame, spacing mm apart (> 0). NULL with ret_fit, or with
 * SCAN_VOLUME_FINE if memory runs out. */
ScanVolume *scan_volume_new (const ScanFrame *like, guint slices, double spacing,
                             ScanVolumeFit *ret_fit);
/* [any thread, each slice once] Puts the slice of that number, from 0, into its place, if it lies
 * where it should. */
ScanVolumeFit scan_volume_put (ScanVolume *volume, guint slice, const ScanFrame *frame);
/* Once all are put, and before any picture is cut: brings them to one scale, in place. Some 300 ms
 * for 150 MB, nothing if they have one. */
void scan_volume_finish (ScanVolume *volume);

/* [any thread] Decodes a stack that fits; of a multi-frame object the frames that belong with the
 * one that is viewed (from 0, all frames of the instances counted). ret_fit: why not, or
 * SCAN_VOLUME_FINE with error. Errors: those of scan_library_frame, NO_MEMORY. */
ScanVolume *scan_library_volume (ScanLibrary *library, const GPtrArray *instances, guint viewed,
                                 ScanProgressFunc progress, gpointer user_data,
                                 GCancellable *cancellable, ScanVolumeFit *ret_fit, GError **error);

ScanVolume *scan_volume_ref (ScanVolume *volume);
void scan_volume_unref (ScanVolume *volume); /* the last one wipes: some 50 ms for 150 MB */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanVolume, scan_volume_unref)

/* Slices that were put together. */
guint scan_volume_slices (const ScanVolume *volume);

/* Pictures of a plane. */
guint scan_volume_count (const ScanVolume *volume, ScanPlane plane);

/* [any thread] One of them, from 0 along the plane's axis, as a frame with its own spacing and
 * directions; NULL if memory runs out. */
ScanFrame *scan_volume_slice (const ScanVolume *volume, ScanPlane plane, guint index);

/* A place in the block, by the index of the picture of each plane that goes through it, and where
 * it lies on the picture of a plane: x to the right and y down in its pixels, in the middle of one;
 * and back, kept within the block, with the index of the plane itself as it is. */
void scan_volume_to_picture (const ScanVolume *volume, ScanPlane plane,
                             const guint at[SCAN_N_PLANES], double ret_point[2]);
void scan_volume_from_picture (const ScanVolume *volume, ScanPlane plane, const double point[2],
                               guint at[SCAN_N_PLANES]);

/* mm from the middle of the block along the plane's axis. */
double scan_volume_place (const ScanVolume *volume, ScanPlane plane, guint index);
