/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which items of encapsulated pixel data belong to which frame (PS3.5 A.4). */
#pragma once

#include "dicom_pixels.hh"

/* The item that a frame begins with, counted from 0 = the offset table, as DCMTK counts; and the
 * one behind its last. By, in this order: one frame alone, one item for each frame, the basic
 * offset table, the extended one (PS3.3 C.7.6.3.1.8), items that begin as a compressed picture
 * does. FALSE if there is nothing for it. */
bool dicom_fragments_find (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                           Uint32 &ret_first, Uint32 &ret_end);

/* Whether there is something for a frame, and the file holds it to its last byte. */
bool dicom_fragments_whole (DicomFile &file, const DicomPixels &pixels, guint32 frame);

/* All bytes of a frame in a row, at most n_max. FALSE if there are none, they cannot be had or are
 * more. */
bool dicom_fragments_join (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint64 n_max,
                           std::vector<guint8> &ret_bytes);

/* Whether n bytes (at least 8) look like the beginning of a frame that pixels.codec takes apart. */
bool dicom_fragments_begins (const DicomPixels &pixels, const guint8 *head, Uint32 n);

/* Bytes of an item; 0 if there is none. */
Uint32 dicom_fragments_length (DicomFile &file, const DicomPixels &pixels, Uint32 item);

/* The first n bytes of an item; FALSE if it is shorter or there is none. */
bool dicom_fragments_peek (DicomFile &file, const DicomPixels &pixels, Uint32 item, guint8 *out,
                           Uint32 n);

/* How many items there are, the offset table among them. */
Uint32 dicom_fragments_count (DicomFile &file, const DicomPixels &pixels);
