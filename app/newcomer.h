/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what came in belongs to the person whose scans are here already. */
#pragma once

#include "catalog.h"

/* Of the studies that were just added, those of a person whom no other study names: ScanStudy,
 * borrowed, all of the same person (the first such); NULL if there are none, or if nothing else in
 * the vault has a name. One person: the same words in the name, in whatever order, case and with
 * whatever punctuation; or the same recorded number and date of birth. Free with
 * g_ptr_array_unref. On the thread that owns the catalog. */
GPtrArray *scan_newcomer_studies (ScanCatalog *catalog, const GPtrArray *added);

/* What to call the person where others may look on: the given name and the first letter of the
 * family name, "Maria L", from a value of VR PN (PS3.5 6.2.1); the whole name where that is not
 * known apart. "" if there is none. Free with g_free. */
char *scan_short_person (const char *dicom_name);
