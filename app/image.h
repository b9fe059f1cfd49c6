/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From stored values to what a person sees: plain C over arrays of pixels, no DICOM parsing. Also
 * linked into the reader for its `picture` verb.
 *
 * Grayscale pipeline of DICOM PS3.3 C.11.1 (modality LUT), C.11.2 (VOI LUT) and PS3.4 N.2: stored
 * value → modality value → window or VOI LUT → 8-bit gray, inverted for MONOCHROME1 or
 * PresentationLUTShape INVERSE. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SCAN_VOI_LINEAR,       /* PS3.3 C.11.2.1.2.1 */
  SCAN_VOI_LINEAR_EXACT, /* C.11.2.1.3.2 */
  SCAN_VOI_SIGMOID       /* C.11.2.1.3.1 */
} ScanVoiFunction;

typedef struct
{
  double center;     /* modality units (HU for CT) */
  double width;      /* > 0 */
  char *explanation; /* may be NULL */
} ScanWindow;

typedef struct
{
  gint32 first; /* first value mapped */
  guint bits;   /* of an entry, 8..16 */
  guint n;      /* entries */
  guint16 *entries;
} ScanLut;

/* Where the distance between pixels was measured (PS3.3 10.7.1). */
typedef enum
{
  SCAN_SPACING_UNKNOWN,
  SCAN_SPACING_BODY,     /* in the patient: PixelSpacing of slices, or calibrated */
  SCAN_SPACING_DETECTOR, /* ImagerPixelSpacing (C.8.11.4): a projection, larger than the body */
  SCAN_SPACING_FILM      /* NominalScannedPixelSpacing (C.8.6.1): on what was scanned */
} ScanSpacing;

/* One decoded frame. */
typedef struct
{
  guint rows, columns;
  guint samples; /* 1, or 3 = RGB interleaved */
  guint bits;    /* of one stored sample in pixels: 8, 16, 32, 64 */
  guint stored;  /* of those, how many carry the value (BitsStored) */
  gboolean is_signed, is_float;
  GBytes *pixels;   /* rows * columns * samples * bits / 8 bytes, little endian */
  gboolean inverse; /* low values are bright: MONOCHROME1 or INVERSE shape */
  double slope, intercept;
  ScanLut modality_lut; /* n = 0: none */
  ScanVoiFunction voi_function;
  GArray *windows; /* ScanWindow, as recorded; may be empty */
  ScanLut voi_lut; /* n = 0: none; the first of the sequence */
  gboolean has_padding;
  gint64 padding_first, padding_last;       /* stored values that are no picture */
  double row_spacing, column_spacing;       /* mm; 0 = unknown */
  ScanSpacing spacing;                      /* of what these are */
  guint aspect_vertical, aspect_horizontal; /* PixelAspectRatio; 1:1 if unknown */
  guint frames;                             /* of the object */
  double frame_time; /* ms that this frame of a clip is shown, 1 to 60,000; 0 = unknown */
  GBytes *overlay; /* NULL: none; a bit a pixel, row by row, lowest first: what is drawn over it */
  GBytes *shutter; /* NULL: none; likewise: what is covered */
  GBytes *palette; /* NULL: none; RGB of the stored values from palette_first on: not gray */
  gint32 palette_first;
  gboolean incomplete;   /* part of the picture is missing: it is flat or blurred there */
  guint8 shutter_level;  /* the gray that covers it */
  gboolean oriented;     /* ImageOrientationPatient is known */
  double orientation[6]; /* direction of a row and of a column in the patient, each of length 1 */
  gboolean has_origin;
  double origin[3];         /* ImagePositionPatient: the middle of the first pixel, in mm */
  char *frame_of_reference; /* FrameOfReferenceUID: in what these are places; NULL = unknown */
  char row_letters[4], column_letters[4]; /* PatientOrientation: of R L A P H F; "" = unknown */
} ScanFrame;

/* Checks everything a reader may have lied about: sizes against the length of bulk, overflow, LUT
 * sizes, finite numbers. result: the a{sv} of the `frame` verb. NULL if it does not hold. */
ScanFrame *scan_frame_new (GVariant *result, GBytes *bulk);
void scan_frame_free (ScanFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanFrame, scan_frame_free)

/* What the brightness is set to. */
typedef struct
{
  double center, width;
  gboolean negative;                   /* shown inverted on request */
  gboolean use_voi_lut;                /* the recorded VOI LUT instead of the window */
  gboolean hide_overlay, hide_shutter; /* both are shown otherwise */
  GBytes *shutter; /* covers in place of the frame's own, as large as that; borrowed, NULL: none */
  guint8 shutter_level; /* of it */
} ScanBrightness;

/* As recorded: the VOI LUT or first window of the frame; without one, the range of its values (1st
 * to 99th percentile, padding left out). For colour: the identity. */
void scan_frame_default_brightness (const ScanFrame *frame, ScanBrightness *ret_brightness);

/* Smallest and largest modality value, padding left out; lo < hi always. */
void scan_frame_range (const ScanFrame *frame, double *ret_low, double *ret_high);

/* The modality value at a pixel (gray only; 0 outside). */
double scan_frame_value (const ScanFrame *frame, guint row, guint column);

/* Applies brightness to the whole frame: gray8 has rows * columns bytes (gray frames), rgb8 three
 * times as many (colour frames; the window acts on each channel). Fast path: vectorised linear
 * window on 16-bit words. */
void scan_frame_to_gray (const ScanFrame *frame, const ScanBrightness *brightness, guint8 *gray8);
void scan_frame_to_rgb (const ScanFrame *frame, const ScanBrightness *brightness, guint8 *rgb8);

/* An 8-bit picture, 1 (gray) or 3 (RGB) channels. Owns its pixels. */
typedef struct
{
  guint rows, columns, channels;
  guint8 *pixels;
} ScanPicture;

ScanPicture *scan_picture_new (guint rows, guint columns,
                               guint channels); /* zeroed; NULL if too large */
void scan_picture_free (ScanPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanPicture, scan_picture_free)

/* The frame with a brightness applied, gray or RGB, and on it what the brightness does not hide:
 * the shutter, and the overlay in white. */
ScanPicture *scan_frame_render (const ScanFrame *frame, const ScanBrightness *brightness);

/* A smaller (box average) or larger (bilinear) copy; width and height in pixels, both > 0. */
ScanPicture *scan_picture_scale (const ScanPicture *picture, guint columns, guint rows);

/* The size at which a frame is shown so that its longer side is `side` pixels, unequal spacing
 * evened out. */
void scan_frame_display_size (const ScanFrame *frame, guint side, guint *ret_columns,
                              guint *ret_rows);

/* Draws a part of the picture into a viewport of BGRA (premultiplied, native GDK_MEMORY_DEFAULT)
 * pixels, black outside. The source point (x, y) in picture pixels falls on the viewport's centre;
 * sx, sy: viewport pixels a picture pixel. Box average when shrinking below half, else bilinear;
 * nearest above 4 times. */
void scan_picture_draw (const ScanPicture *picture, double x, double y, double sx, double sy,
                        guint8 *bgra, guint width, guint height, gsize stride);

/* The picture as a PNG file (libpng writes; nothing is ever parsed). NULL only if memory runs out.
 */
GBytes *scan_picture_to_png (const ScanPicture *picture);

G_END_DECLS
