/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `text` (first byte even: the lines) and `pages` (odd: an
 * a{sv}). Whatever is believed is clean text and pages that have a size. */
#include "document_private.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
use_text (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) result = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_autoptr (ScanText) text = scan_text_new (result, bytes);

  for (guint i = 0; text != NULL && i < text->lines->len; i++)
    {
      const ScanLine *line = g_ptr_array_index (text->lines, i);

      if (line->level > 30 || !g_utf8_validate (line->text, -1, NULL) ||
          !g_utf8_validate (line->label, -1, NULL))
        abort ();
      for (const char *p = line->text; *p != '\0'; p++)
        if (*p > 0 && *p < ' ')
          abort ();
    }
}

static void
use_pages (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) result =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (ScanPageSize));
  const char *type;

  /* The transport lets nothing else through. */
  if (!g_variant_is_normal_form (result))
    return;
  scan_page_sentence (result);
  if (!scan_page_sizes (result, sizes, &type))
    return;
  if (sizes->len == 0 || type == NULL)
    abort ();
  for (guint i = 0; i < sizes->len; i++)
    if (g_array_index (sizes, ScanPageSize, i).columns == 0 ||
        g_array_index (sizes, ScanPageSize, i).rows == 0)
      abort ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;
  if (data[0] % 2 == 0)
    use_text (data + 1, size - 1);
  else
    use_pages (data + 1, size - 1);
  return 0;
}
