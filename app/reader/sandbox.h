/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a reader locks itself in. The profile is described in SANDBOX.md. */
#pragma once

#include <glib.h>

typedef struct
{
  gsize address_space;    /* RLIMIT_AS in bytes; ignored in sanitizer builds */
  gboolean skip_landlock; /* as on a kernel without it; only test programs set this */
  const char *left_out;   /* a system call that is not allowed, to see that it is needed; only test
                             programs set this */
  gboolean fonts;         /* scanvault-pages: the system's fonts stay readable if Landlock can close
                             off everything else */
  gboolean fonts_open;    /* set by reader_sandbox_enter: they are */
  guint landlock;         /* set by reader_sandbox_enter: its version, 0 = it is not there */
} ReaderSandbox;

/* Gives up everything that a reader does not need, for good. After this no file can be opened (but
 * fonts, see above), no process or socket made, and no memory made executable. Returns NULL, or a
 * constant sentence: then the process must end. */
const char *reader_sandbox_enter (ReaderSandbox *sandbox);
