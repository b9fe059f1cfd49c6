/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the directory of a medium of DICOM files (PS3.3 Annex F, PS3.10): patient → study → series
 * → image. Only writes; the values come from files that were made or examined by the reader. */
#pragma once

#include <glib.h>

/* One file. Strings may be NULL or ""; they are cut where their VR ends. Borrowed. */
typedef struct
{
  const char *path; /* "DICOM/P1/S1/R1/I1": at most eight components of A-Z 0-9 _ */
  const char *sop_class, *sop_instance, *transfer_syntax;
  const char *patient_name, *patient_id;
  const char *study, *study_date, *series, *modality; /* UIDs and values */
  gint series_number, instance_number;
} ScanDirectoryEntry;

/* entries: ScanDirectoryEntry *; those of one patient, study and series may stand in any order.
 * file_set: its UID. Returns the bytes of a DICOMDIR file. */
GByteArray *scan_dicomdir_build (GPtrArray *entries, const char *file_set);
