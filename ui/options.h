/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the command line asked for. */
#pragma once

#include <glib.h>

typedef struct
{
  char *vault;             /* folder; NULL: the default */
  char *locked;            /* the vault that was locked, after ui_relock; NULL: none was open */
  gboolean adding_stopped; /* by that lock */
  int width, height;       /* of the window before ui_relock, 0: as designed */
  gboolean maximized;
  int idle_seconds;       /* tests: locks after so long without a key or pointer, 0: as set */
  char *sample;           /* folder with scans to try the program with, or NULL */
  char *passphrase_file;  /* tests: opens the vault without asking */
  gboolean kdf_test;      /* tests: new vaults get a cheap key derivation */
  gboolean right_to_left; /* tests: lays everything out as in Arabic, whatever the language */
  int bench_scroll;       /* tests: steps to scroll in the first scan, 0 = none */
  int bench_brightness;   /* tests: steps of its brightness */
  int bench_gallery;      /* tests: steps through the cards */
  int bench_planes;       /* tests: the same for its first set from three sides */
} UiOptions;
