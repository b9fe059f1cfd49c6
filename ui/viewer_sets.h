/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a study offers to look at: for each of its series one set of pictures, or as many as it has
 * stacks (app/order.h), or a report. */
#pragma once

#include "complete.h"
#include "session.h"

typedef struct
{
  ScanSeries *series;
  GPtrArray *instances; /* ScanInstance, borrowed, in viewing order */
  ScanStackKind kind;
  gboolean alone; /* the only one of its series */
  guint frames;   /* of all instances */
  GArray *gaps;   /* ScanGap: after is a frame of the set, from 0 */
  char *title;    /* "Chest axial", "Diffusion, b = 800" */
  char *count;    /* "120 pictures", "118 of 120 pictures arrived", "Report" */
  char *heading;  /* of the series, for the first of several sets; else NULL */
} UiViewerSet;

/* UiViewerSet, in the order of the series; free with g_ptr_array_unref. */
GPtrArray *ui_viewer_sets_new (UiSession *session, const ScanStudy *study);

/* The one to begin with: the largest of the series that stands for the study. */
UiViewerSet *ui_viewer_sets_first (GPtrArray *sets, const ScanStudy *study);

/* Nothing to look at in the viewer: what it holds opens as a document. */
gboolean ui_viewer_set_is_document (const UiViewerSet *set);

/* Many pictures of one body, one behind the other. */
gboolean ui_viewer_set_is_sliced (const UiViewerSet *set);
gboolean ui_viewer_set_is_clip (const UiViewerSet *set);

/* How many pictures are missing behind that frame. */
guint ui_viewer_set_missing_after (const UiViewerSet *set, guint frame);
