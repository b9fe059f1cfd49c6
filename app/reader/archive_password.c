/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "archive_password.h"

#include <string.h>

gboolean
reader_archive_password (const ReaderCall *call, char password[READER_PASSWORD_MAX + 1],
                         gboolean *ret_given)
{
  g_autoptr (GVariant) value =
      g_variant_lookup_value (call->arguments, "password", G_VARIANT_TYPE_BYTESTRING);
  const char *bytes;
  gsize n = 0;

  *ret_given = value != NULL;
  if (value == NULL)
    return TRUE;
  bytes = g_variant_get_fixed_array (value, &n, 1);
  if (n == 0 || n > READER_PASSWORD_MAX || memchr (bytes, '\0', n) != NULL)
    return FALSE;
  memcpy (password, bytes, n);
  password[n] = '\0';
  return TRUE;
}
