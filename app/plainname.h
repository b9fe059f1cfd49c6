/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain names: "CT of the chest" instead of "CT THX W/O". English here; the window translates by
 * way of gettext. */
#pragma once

#include <glib.h>

/* A study's title from the first modality, BodyPartExamined and description; never guesses a side.
 * Any argument may be NULL or "". Free with g_free. Examples: "CT of the chest", "X-ray", "Scan".
 */
char *scan_plain_title (const char *modality, const char *body_part, const char *description);

/* "3 March 2024" from "20240303"; "" (a copy) if it is no date. Free with g_free. */
char *scan_plain_date (const char *dicom_date);

/* "CT of the chest, 3 March 2024"; without a date only the title. Free with g_free. */
char *scan_plain_name (const char *title, const char *dicom_date);

/* A person's name in natural order: "Miller^Anna^^Dr" → "Dr Anna Miller"; the first component group
 * alone. Free with g_free. */
char *scan_plain_person (const char *dicom_name);
