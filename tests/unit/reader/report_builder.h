/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nested DICOM for the tests of reports: sequences, codes, content items and waveforms. */
#pragma once

#include "dicom_builder.h"

void build_sequence (Build *build, guint32 tag);
void build_sequence_end (Build *build);
void build_item_begin (Build *build);
void build_item_end (Build *build);

/* A sequence of one code. */
void build_code (Build *build, guint32 tag, const char *value, const char *scheme,
                 const char *meaning);

/* The begin of a content item: relationship (may be NULL), value type and concept name (may be
 * NULL). To be ended by build_item_end. */
void build_content (Build *build, const char *type, const char *name);
/* A sequence of one reference to a SOP instance. */
void build_reference (Build *build, guint32 tag, const char *uid);

/* Up to group 0020: an object of a class and modality, of Anna Miller on 3 March 2024. */
void build_object (Build *build, const char *sop_class, const char *modality, const char *charset);
/* A file of it. */
GBytes *build_object_file (const Build *build);

typedef struct
{
  guint channels, samples, bits;
  double rate;
  const char *coding; /* Waveform Sample Interpretation */
  const char *unit;   /* UCUM, NULL: no sensitivity */
  const char *label;  /* of the group */
} BuildWave;

/* A whole ECG: channel c is a wave of amplitude 100 × (c + 1) steps (at 8 bits 10), with a
 * sensitivity of 5 units a step. */
GBytes *build_ecg (const BuildWave *waves, guint n);
