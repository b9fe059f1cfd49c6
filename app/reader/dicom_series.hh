/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tells where a picture belongs among those of its series, and when its frames are shown. */
#pragma once

#include "dicom_file.hh"

/* Puts TemporalPositionIdentifier, AcquisitionNumber, DiffusionBValue, EchoNumbers, EchoTime,
 * TriggerTime, NumberOfSeriesRelatedInstances and ImagesInAcquisition into result, as far as they
 * are there. The b-value also from where Siemens, GE and Philips wrote it before it had a place in
 * the standard. */
void dicom_insert_series_place (GVariantDict *result, DcmDataset *dataset);

/* How long frame (from 0) of so many is shown, in ms; 0 if nothing tells. By
 * RecommendedDisplayFrameRate, else FrameTimeVector, FrameTime or CineRate (PS3.3 C.7.6.5). */
double dicom_frame_time (DcmDataset *dataset, guint32 frame, guint32 frames);
