/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole DICOM objects of many kinds for fuzz targets, which a fuzzer would hardly find by itself. */
#pragma once

#include <glib.h>

/* How many there are, and one of them; owned by the callee. */
guint fuzz_seed_count (void);
GBytes *fuzz_seed (guint i);
