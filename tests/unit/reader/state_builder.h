/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states for tests. */
#pragma once

#include "report_builder.h"

/* The beginning of one: for pictures of these UIDs, up to group 0008. */
void build_state (Build *build, const char *label, const char *const *uids, guint n);

/* Corners of a shutter: left, right, upper, lower. */
void build_state_shutter (Build *build, const guint edges[4]);

/* A window for all of them. */
void build_state_window (Build *build, const char *center, const char *width);

/* Text and drawings stand in one annotation: begin, any number of both, texts first; end. */
void build_marks_begin (Build *build);
void build_marks_end (Build *build);
void build_mark_texts (Build *build);
void build_mark_text (Build *build, const char *words, const char *units, const float box[4],
                      const float anchor[2]);
void build_mark_drawings (Build *build);
void build_mark_drawing (Build *build, const char *type, const char *units, const float *points,
                         guint n, gboolean filled);

/* Turn, and the name. */
void build_state_end (Build *build, guint degrees, gboolean mirrored, const char *label);
