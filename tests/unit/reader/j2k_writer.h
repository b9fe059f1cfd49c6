/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG 2000 codestreams for tests, made by OpenJPEG. */
#pragma once

#include <glib.h>

typedef struct
{
  guint columns, rows, components, precision;
  gboolean is_signed;
  gboolean jp2;       /* in a file with boxes around it */
  double ratio;       /* 0 = lossless, else compressed to a part so small */
  gboolean transform; /* between the first three components */
} J2kSpec;

/* samples: columns * rows * components, interleaved. */
GBytes *j2k_write (const J2kSpec *spec, const gint32 *samples);
