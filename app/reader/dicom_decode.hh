/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the decoders of pixel data share. Each decodes one frame into out: samples of pixels.bits,
 * in the order and with the unused bits that the data has. They return NULL or a constant sentence,
 * and set *ret_problem to one if part of the frame is missing. */
#pragma once

#include "dicom_pixels.hh"

extern const char dicom_damaged[], dicom_part_missing[], dicom_no_data[];

static const gsize dicom_frame_size_max = (gsize) 1024 * 1024 * 1024;

/* Bits of an uncompressed frame. */
guint64 dicom_raw_bits (const DicomPixels &pixels);

/* Makes samples of pixels.bits of n bytes as they stand in a file, little endian, the first one
 * `bit` bits into them. What n does not reach to is zero. */
void dicom_raw_unpack (const DicomPixels &pixels, const guint8 *raw, gsize n, guint bit,
                       guint8 *out);

const char *dicom_raw_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                              guint8 *out, const char **ret_problem);

/* All encapsulated forms. *photometric is changed if the compressed data knows better. */
const char *dicom_compressed_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                                     guint8 *out, DicomPhotometric *photometric,
                                     const char **ret_problem);

/* Looks at the first bytes of the first frame: NULL, or a constant sentence that says why it is no
 * picture. May correct pixels by what the compressed data says of itself. */
const char *dicom_compressed_check (DicomFile &file, DicomPixels &pixels);
