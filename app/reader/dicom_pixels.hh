/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored values out of any form of pixel data. */
#pragma once

#include "dicom_file.hh"

enum DicomPhotometric
{
  DICOM_MONOCHROME1,
  DICOM_MONOCHROME2,
  DICOM_PALETTE,
  DICOM_RGB,
  DICOM_YBR_FULL,    /* also 422, once decoded */
  DICOM_YBR_PARTIAL, /* also 422, once decoded */
};

/* What takes the pixel data apart. */
enum DicomCodec
{
  DICOM_CODEC_NONE,    /* uncompressed, as it stands */
  DICOM_CODEC_WRAPPED, /* uncompressed, in fragments (PS3.5 A.4.11) */
  DICOM_CODEC_DEFLATE, /* deflated frame by frame (PS3.5 A.4.13) */
  DICOM_CODEC_RLE,
  DICOM_CODEC_DCMTK, /* JPEG and JPEG-LS */
  DICOM_CODEC_J2K,
  DICOM_CODEC_JXL,
};

/* Image Pixel module (PS3.3 C.7.6.3), checked. */
struct DicomPixels
{
  guint32 rows, columns, samples, frames;
  guint32 bits_allocated; /* in the file: 1..32, or 64 for double */
  guint32 bits_stored, high_bit;
  guint32 bits; /* of a decoded sample: 8, 16, 32, 64 */
  bool is_signed, is_float, planar;
  bool halved;     /* uncompressed and every second chroma sample left out (…_422) */
  bool compressed; /* encapsulated */
  DicomCodec codec;
  guint32 reduced; /* how often the picture is halved while it is decoded */
  DicomPhotometric photometric;
  gsize frame_size; /* bytes of a decoded frame */
  DcmElement *element;
};

/* Says what the pixels are. Returns NULL, or a constant sentence that says why frame 0 cannot be
 * shown. Reads no more than the first bytes of the pixel data. */
const char *dicom_pixels_describe (DicomFile &file, DicomPixels &ret_pixels);

/* Decodes one frame into out (frame_size bytes): stored values, little endian, colour interleaved
 * by pixel, unused bits cleared or filled with the sign; colour as it was coded. *ret_photometric
 * is what came out. *ret_problem is set to a constant sentence if part of the frame is missing
 * (zeros). Returns NULL, or a constant sentence. */
const char *dicom_pixels_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                                 guint8 *out, DicomPhotometric *ret_photometric,
                                 const char **ret_problem);

/* Makes pixels those of a smaller picture, if the compressed frame can be decoded to one whose
 * longer side is still at least `side`: rows, columns, reduced and frame_size change. */
void dicom_pixels_reduce (DicomFile &file, DicomPixels &pixels, guint32 frame, guint32 side);

/* How a transfer syntax loses detail, as Lossy Image Compression Method (0028,2114) has it (PS3.3
 * C.7.6.1.1.5.1); NULL if it does not, or is not known to. */
const char *dicom_lossy_method (const std::string &transfer_syntax);

/* What a look at the pixel data from outside tells: NULL, or a constant sentence if it is too short
 * for all frames. */
const char *dicom_pixels_missing (DicomFile &file, const DicomPixels &pixels);

/* Whether the pixel data is uncompressed 16-bit words. */
bool dicom_pixels_raw16 (const DicomPixels &pixels);

/* Turns a decoded colour frame into RGB, in place (3 samples a pixel). */
void dicom_colour_to_rgb (const DicomPixels &pixels, DicomPhotometric photometric, guint8 *frame);

/* Halves colour of 32 bits a sample to the 16 highest, in place. Returns the new size of the frame.
 */
gsize dicom_colour_narrow (const DicomPixels &pixels, guint8 *frame);

/* Turns a decoded frame of palette indices into 8-bit RGB; out has 3 bytes a pixel. Returns NULL,
 * or a constant sentence. */
const char *dicom_palette_to_rgb (DicomFile &file, const DicomPixels &pixels, const guint8 *frame,
                                  guint8 *out);

/* The colours of those stored values of a gray picture that are shown in colour (Supplemental
 * Palette Color Lookup Table, PS3.3 C.7.6.19): *ret_first is the first value, ret_rgb has 3 bytes
 * for it and each one after it. FALSE if there are none. */
bool dicom_supplemental_palette (DicomFile &file, const DicomPixels &pixels, gint32 *ret_first,
                                 std::vector<guint8> &ret_rgb);
