/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a reader locks itself in. The profile is described in SANDBOX.md. */
#pragma once

#include <glib.h>

typedef struct
{
  gsize address_space;    /* RLIMIT_AS in bytes; ignored in sanitizer builds */
  gboolean skip_landlock; /* as on a kernel without it; only test programs set this */
} ReaderSandbox;

/* Gives up everything that a reader does not need, for good. After this no file can be opened, no
 * process or socket made, and no memory made executable. Returns NULL, or a constant sentence: then
 * the process must end. */
const char *reader_sandbox_enter (const ReaderSandbox *sandbox);
