/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of a list of clinics, and how alike two of its names are, whatever the text. */
#include "name_match.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
  char *second = strchr (text, '\n');
  g_autofree char *left = NULL, *right = NULL;
  guint percent, again;
  ScanAlike alike;

  if (second != NULL)
    *second++ = '\0';
  left = scan_name_of_line (text);
  right = scan_name_of_line (second != NULL ? second : text);
  if (!g_utf8_validate (left, -1, NULL) || !g_utf8_validate (right, -1, NULL))
    abort ();
  alike = scan_name_alike (left, right, &percent);
  if (percent > 100 || (alike == SCAN_ALIKE_NOT) != (percent < SCAN_ALIKE_LEAST))
    abort ();
  scan_name_alike (left, left, &again);
  if (again != 0 && again != 100)
    abort ();
  return 0;
}
