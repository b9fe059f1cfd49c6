/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `text` (the lines) and `pages` (an a{sv}), raw or, since few
 * bytes are a sound GVariant, built of them; the first byte says which. Whatever is believed is
 * clean text and pages that have a size. */
#include "document_private.h"
#include "reader_protocol.h"

#include <stdlib.h>
#include <string.h>

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

/* Lines of a level, a kind, and two texts that end in NUL. */
static void
build_text (const guint8 *data, gsize size)
{
  static const char *const kinds[] = { "title", "heading", "text", "date", "person",
                                       "note",  "picture", "line", "other" };
  g_autoptr (GVariant) lines = NULL;
  GVariantBuilder builder;
  gsize at = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (SCAN_TEXT_TYPE));
  while (at + 2 < size)
    {
      const guint8 level = data[at], kind = data[at + 1];
      char *texts[2] = { NULL, NULL };

      at += 2;
      for (guint i = 0; i < 2; i++)
        {
          const gsize n = strnlen ((const char *) data + at, size - at);

          texts[i] = g_utf8_make_valid ((const char *) data + at, (gssize) n);
          at = MIN (size, at + n + 1);
        }
      /* The last kind seldom: it ends the whole answer. */
      g_variant_builder_add (&builder, "(usss)", (guint32) level, kinds[kind == 255 ? 8 : kind % 8],
                             texts[0], texts[1]);
      g_free (texts[0]);
      g_free (texts[1]);
    }
  lines = g_variant_ref_sink (g_variant_builder_end (&builder));
  use_text (g_variant_get_data (lines), g_variant_get_size (lines));
}

static void
build_pages (const guint8 *data, gsize size)
{
  static const char *const words[] = { "pdf", "jpeg",          "tiff",    "exe",
                                       "",    "fonts-missing", "cut-off", "x" };
  g_autoptr (GVariant) answer = NULL;
  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder sizes;

  g_variant_builder_init (&sizes, G_VARIANT_TYPE ("a(uu)"));
  for (gsize at = 2; at + 8 <= size; at += 8)
    {
      guint32 pair[2];

      memcpy (pair, data + at, sizeof pair);
      g_variant_builder_add (&sizes, "(uu)", pair[0], pair[1]);
    }
  g_variant_dict_insert (&dict, "sizes", "a(uu)", &sizes);
  g_variant_dict_insert (&dict, "type", "s", words[size > 0 ? data[0] % 8 : 0]);
  g_variant_dict_insert (&dict, "problem", "s", words[size > 1 ? data[1] % 8 : 0]);
  answer = g_variant_ref_sink (g_variant_dict_end (&dict));
  use_pages (g_variant_get_data (answer), g_variant_get_size (answer));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static void (*const uses[]) (const guint8 *, gsize) = { use_text, use_pages, build_text,
                                                          build_pages };

  if (size > 0)
    uses[data[0] % G_N_ELEMENTS (uses)](data + 1, size - 1);
  return 0;
}
