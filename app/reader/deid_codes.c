/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_codes.h"

#include <string.h>

#include "deid_codes_data.h"

const char *
reader_deid_code_meaning (const char *scheme, const char *value, const char **ret_scheme)
{
  gsize low = 0, high = G_N_ELEMENTS (code_rows);

  if (g_str_equal (scheme, "SNM3") || g_str_equal (scheme, "99SDM"))
    scheme = "SRT";
  while (low < high)
    {
      gsize middle = (low + high) / 2;
      int order = strcmp (scheme, code_rows[middle].scheme);

      if (order == 0)
        order = strcmp (value, code_rows[middle].value);
      if (order == 0)
        {
          *ret_scheme = code_rows[middle].scheme;
          return code_rows[middle].meaning;
        }
      if (order > 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}
