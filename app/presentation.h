/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states (PS3.3 A.33): how somebody wanted pictures to be shown, as it is applied to
 * them: brightness, turn, shutter, and what is drawn over them. What a reader says is hostile until
 * it has been checked. [any thread] but where it is said; never changed once made. */
#pragma once

#include "image_turn.h"
#include "library.h"

typedef struct ScanPresentation ScanPresentation;

gboolean scan_instance_is_presentation (const ScanInstance *instance);

/* Reads one. Errors: MISSING, DAMAGED, UNREADABLE, UNSUPPORTED, READER, G_IO_ERROR_CANCELLED. */
ScanPresentation *scan_library_presentation (ScanLibrary *library, const guint8 member[32],
                                             GCancellable *cancellable, GError **error);

/* Checks an answer of the verb `presentation`; NULL if it does not hold. */
ScanPresentation *scan_presentation_new (GBytes *bulk);
ScanPresentation *scan_presentation_ref (ScanPresentation *presentation);
/* Wiped with the last reference. NULL is fine. */
void scan_presentation_unref (ScanPresentation *presentation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanPresentation, scan_presentation_unref)

/* What somebody called it, clean text; may be "". */
const char *scan_presentation_label (const ScanPresentation *presentation);
/* YYYYMMDD and a time behind it, as recorded: later ones sort behind; may be "". */
const char *scan_presentation_made (const ScanPresentation *presentation);
/* Something of it cannot be applied. */
gboolean scan_presentation_is_partial (const ScanPresentation *presentation);

/* Whether it is meant for a picture: its SOPInstanceUID, frame from 0. */
gboolean scan_presentation_is_for (const ScanPresentation *presentation, const char *uid,
                                   guint frame);
/* Whether it is meant for any frame of an instance. */
gboolean scan_presentation_names (const ScanPresentation *presentation, const char *uid);

ScanTurn scan_presentation_turn (const ScanPresentation *presentation);

/* Changes brightness to what it wants for a frame (PS3.4 N.2: what the frame says of the same is
 * replaced). brightness: as recorded. Its shutter is not touched. */
void scan_presentation_brighten (const ScanPresentation *presentation, const char *uid, guint frame,
                                 const ScanFrame *decoded, ScanBrightness *brightness);

/* What it covers of a picture of that size, as ScanBrightness.shutter; NULL: nothing, or
 * everything. Free with g_bytes_unref. */
GBytes *scan_presentation_shutter (const ScanPresentation *presentation, guint rows, guint columns,
                                   guint8 *ret_level);

typedef enum
{
  SCAN_MARK_LINE,
  SCAN_MARK_AREA, /* filled */
  SCAN_MARK_POINT,
  SCAN_MARK_TEXT /* at its first point; the second, if there is one, is what it points to */
} ScanMarkKind;

/* Something that is drawn over a picture. Points: x, y in pixels from the corner of the picture
 * before any turn, finite. */
typedef struct
{
  ScanMarkKind kind;
  guint n; /* points */
  double *points;
  char *text; /* lines parted by newlines; NULL but for TEXT */
} ScanMark;

/* What is drawn over a picture of that size: ScanMark, curves as lines of short steps; none for
 * one that it is not meant for. Free with g_ptr_array_unref. */
GPtrArray *scan_presentation_marks (const ScanPresentation *presentation, const char *uid,
                                    guint frame, guint rows, guint columns);
