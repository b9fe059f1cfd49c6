/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One half of a comparison: which scan it is, which of its sets, and one picture of it. Notes of
 * the clinic about how pictures are to be shown are applied only when the person wants it, so that
 * both halves are shown alike. */
#pragma once

#include <adwaita.h>

#include "brightness.h"
#include "stage.h"
#include "viewer_sets.h"

#define UI_TYPE_COMPARE_SIDE (ui_compare_side_get_type ())
G_DECLARE_FINAL_TYPE (UiCompareSide, ui_compare_side, UI, COMPARE_SIDE, AdwBin)

/* Emits, for what a person did: "moved" () to another picture; "brightened" (); "seen" () another
 * part or size of the picture; "set-changed" ().
 * Emits "pictured" () when another picture is there to be looked at. */
UiCompareSide *ui_compare_side_new (UiSession *session, ScanStudy *study);

/* Sets with pictures: UiViewerSet, borrowed. */
GPtrArray *ui_compare_side_sets (UiCompareSide *self);
/* Shows one of them, from its middle. */
void ui_compare_side_open (UiCompareSide *self, UiViewerSet *set);
/* NULL: the scan has no pictures. */
UiViewerSet *ui_compare_side_set (UiCompareSide *self);

/* Without a signal; beyond the end is the end. */
void ui_compare_side_go (UiCompareSide *self, guint index);
guint ui_compare_side_index (UiCompareSide *self);

/* NULL once it is disposed of. */
UiCanvas *ui_compare_side_canvas (UiCompareSide *self);

/* The decoded picture, borrowed until the next move; NULL: not yet. */
UiFrame *ui_compare_side_frame (UiCompareSide *self);
gboolean ui_compare_side_is_ct (UiCompareSide *self);
UiBrightness ui_compare_side_brightness (UiCompareSide *self);
/* Without a signal. */
void ui_compare_side_set_brightness (UiCompareSide *self, const UiBrightness *brightness);
/* Digits and the menu: as ui_brightness_preset; with a signal. */
void ui_compare_side_preset (UiCompareSide *self, int number);
void ui_compare_side_negative (UiCompareSide *self);

/* Turns further. Without a signal. */
void ui_compare_side_turn (UiCompareSide *self, ScanTurn turn);
/* Whether notes of the clinic are applied, which the picture tells of that has some. At first they
 * are not. */
void ui_compare_side_set_notes (UiCompareSide *self, gboolean notes);
/* The whole picture, not turned, with the brightness as recorded. */
void ui_compare_side_reset (UiCompareSide *self);

/* Decodes nothing any more. */
void ui_compare_side_stop (UiCompareSide *self);
