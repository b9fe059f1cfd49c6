/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long work tells where it is. */
#pragma once

#include <glib.h>

typedef enum
{
  SCAN_PHASE_LOOKING,  /* finding files; total is not known yet */
  SCAN_PHASE_WORKING,  /* the main work */
  SCAN_PHASE_CHECKING, /* reading back, verifying */
  SCAN_PHASE_FINISHING
} ScanPhase;

typedef struct
{
  ScanPhase phase;
  guint64 done, total;             /* files or items; total 0 = unknown */
  guint64 bytes_done, bytes_total; /* 0 = unknown */
  const char *what; /* plain name of what is being worked on, or NULL; for the person alone */
} ScanProgress;

/* Called from any thread, at most about ten times a second. The struct is valid during the call. */
typedef void (*ScanProgressFunc) (const ScanProgress *progress, gpointer user_data);
