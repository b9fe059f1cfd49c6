/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a picture belongs among those of its series, as far as its file tells: the last part of an
 * instance's row (app/ROWS.md). */
#pragma once

#include <glib.h>

#define SCAN_ARRANGEMENT_MAX 64

typedef struct
{
  gboolean localizer;    /* ImageType holds LOCALIZER (PS3.3 C.8.2.1.1.1) */
  gboolean oriented;     /* ImageOrientationPatient is known */
  double orientation[6]; /* row and column direction, each of length 1 */
  double b_value;        /* DiffusionBValue in s/mm², NAN if unknown */
  double trigger;        /* TriggerTime in ms, NAN if unknown */
  double echo;           /* EchoNumbers, else EchoTime in ms; NAN if unknown */
  double
      time; /* of acquisition, seconds since 1970 on its own clock, to hundredths; NAN if unknown */
  gint temporal;      /* TemporalPositionIdentifier, -1 if unknown */
  gint acquisition;   /* AcquisitionNumber, -1 if unknown */
  guint16 type;       /* 16 bits of a hash of ImageType from its third value on; 0 if it has none */
  guint series_total; /* NumberOfSeriesRelatedInstances, 0 if unknown */
  guint acquisition_total; /* ImagesInAcquisition, 0 if unknown */
} ScanArrangement;

/* Nothing is known. */
void scan_arrangement_init (ScanArrangement *arrangement);

/* Packed, an arrangement begins with the number of bytes that follow; a usual one has a dozen. */
void scan_arrangement_pack (const ScanArrangement *arrangement,
                            guint8 ret_bytes[SCAN_ARRANGEMENT_MAX]);

/* bytes: packed, as many as the first of them says, any values; or NULL: nothing is known. */
void scan_arrangement_unpack (const guint8 *bytes, ScanArrangement *ret_arrangement);

/* Both say the same of being a localizer and of direction, or are NULL. Unpacks nothing. */
gboolean scan_arrangement_is_alike (const guint8 *left, const guint8 *right);
gboolean scan_arrangement_is_localizer (const guint8 *bytes);
