/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks words for the catalogs of translations. Nothing in app/ translates them: whoever shows them
 * does, and a command line does not. */
#pragma once

#define N_(words) (words)
