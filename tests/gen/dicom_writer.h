/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes DICOM Part 10 files for tests: explicit VR little endian, no library. The caller adds
 * elements in order. */
#pragma once

#include <glib.h>

typedef GByteArray Dicom;

/* A data set or item without head. Free with g_byte_array_unref. */
Dicom *dicom_new (void);

/* Text of any short or long VR; padded as its VR wants. */
void dicom_text (Dicom *dicom, guint16 group, guint16 element, const char *vr, const char *text);
void dicom_us (Dicom *dicom, guint16 group, guint16 element, guint16 value);
void dicom_ul (Dicom *dicom, guint16 group, guint16 element, guint32 value);
void dicom_fd (Dicom *dicom, guint16 group, guint16 element, double value);
void dicom_ds (Dicom *dicom, guint16 group, guint16 element, double value);
void dicom_bytes (Dicom *dicom, guint16 group, guint16 element, const char *vr, const void *data,
                  gsize n);

/* A sequence of one item; takes the item. */
void dicom_sequence (Dicom *dicom, guint16 group, guint16 element, Dicom *item);

/* The whole file: preamble (NULL: empty), meta group, data set. */
GByteArray *dicom_file (const Dicom *dicom, const char *preamble, const char *sop_class,
                        const char *instance);
/* The same with further elements of group 0002, whose tags come after (0002,0012). */
GByteArray *dicom_file_with_meta (const Dicom *dicom, const char *preamble, const char *sop_class,
                                  const char *instance, const Dicom *further_meta);
