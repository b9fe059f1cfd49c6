/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no reader may do, tried in one that does as it is told. */
#pragma once

#include "reader_client.h"

/* TRUE if the kernel refused what the probe tried, by an error or by ending the reader. path: of a
 * file, for the attempts that take one. */
gboolean is_forbidden (ScanReaderPool *pool, const char *what, const char *path);

/* Tries everything; ends the test if something is possible. */
void check_all_forbidden (ScanReaderPool *pool);
