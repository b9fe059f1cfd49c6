/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The orientation that a camera wrote down: 1 to 8 whatever the bytes. */
#include "pages.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint orientation = reader_exif_orientation (data, size);

  if (orientation < 1 || orientation > 8)
    abort ();
  return 0;
}
