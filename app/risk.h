/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What could still identify the person after a share, by what is known of each series. The numbers
 * are published ones; each risk names its source. They are about fixed lists of candidates or about
 * somebody who holds another scan: nothing here says that a person will be found. */
#pragma once

#include "share.h"

typedef enum
{
  SCAN_RISK_LOW,
  SCAN_RISK_MEDIUM,
  SCAN_RISK_HIGH
} ScanRiskLevel;

/* Texts are constants of ours, in English. */
typedef struct
{
  const char *code; /* kebab-case */
  ScanRiskLevel level;
  GPtrArray *items; /* char *: IDs of series or documents, or paths */
  const char *message, *source, *advice;
} ScanRisk;
void scan_risk_free (ScanRisk *risk);
const char *scan_risk_level_name (ScanRiskLevel level); /* "low" "medium" "high" */

/* Whether a face may be in it. */
typedef enum
{
  SCAN_HEAD_NO,
  SCAN_HEAD_MAYBE, /* no part of the body is recorded, and a head would fit: 150 to 350 mm */
  SCAN_HEAD_YES    /* BodyPartExamined, an anatomic code or a description says so */
} ScanHead;

/* What is known of one series or file. Strings may be NULL. */
typedef struct
{
  const char *item;
  const char *modality;
  const char *body_part;    /* BodyPartExamined */
  const char *descriptions; /* of study, series and protocol, in any order */
  const char *codes;        /* values and meanings of anatomic codes, each between line feeds */
  const char *image_type;
  const char *burned_in;      /* BurnedInAnnotation */
  const char *age;            /* PatientAge */
  double width_mm, height_mm; /* of the picture; 0 = not known */
  gboolean document;          /* no picture */
} ScanRiskFacts;

ScanHead scan_risk_head (const ScanRiskFacts *facts);

/* facts: ScanRiskFacts *. Returns ScanRisk, the gravest first; free with g_ptr_array_unref. */
GPtrArray *scan_risks_of (GPtrArray *facts, ScanProfile profile, gboolean keep_dates);

/* The same for items of the vault: one original of each series is examined. [not the main thread;
 * reads the catalog] Errors: cancelled. */
GPtrArray *scan_library_risks (ScanLibrary *library, const ScanItem *items, guint n_items,
                               ScanProfile profile, gboolean keep_dates, GCancellable *cancellable,
                               GError **error);
