/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The independent check reads source and copy, both of them hostile: it must neither crash nor take
 * nonsense for clean. */
#include <string.h>

#include "check_rle.h"
#include "check_walk.h"
#include "reader_verbs.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A frame in RLE, of whatever size the first bytes say. */
static void
unpack (const guint8 *data, gsize size)
{
  static const guint widths[] = { 1, 2, 4 };
  const gsize pixels = size > 4 ? data[0] * 16u + data[1] : 0;
  const guint samples = size > 4 && data[2] % 2 == 0 ? 1 : 3,
              width = widths[data != NULL && size > 4 ? data[3] % 3 : 0];
  g_autofree guint8 *out = g_malloc (pixels * samples * width + 1);

  if (size > 4)
    check_rle_decode (data + 4, size - 4, pixels, samples, width, out);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint8 key[32] = { 0 };
  /* The preamble of the source says how much of the input is the copy, and how much of that
   * samples: no other bytes of a file may be anything. */
  static const char *const colours[] = { "", "RGB", "YBR_FULL", "YBR_PARTIAL" };
  const gsize behind = size > 4 ? data[0] | (gsize) data[1] << 8 : 0,
              samples = size > 4 ? data[2] | (gsize) data[3] << 8 : 0,
              half = behind > 0 && behind < size ? size - behind : size / 2;
  ReaderSource source = { .size = half, .data = data },
               copy = { .size = size - half, .data = data + half };
  g_autoptr (GVariant) arguments = NULL, result = NULL, findings = NULL;
  CheckFile file;
  GVariantDict dict;
  ReaderCall call = { NULL, &source, &copy };
  ReaderAnswer answer = { 0 };

  check_walk (data, size, &file);
  for (guint i = 0; i < file.elements->len; i++)
    {
      const CheckElement *element = &g_array_index (file.elements, CheckElement, i);
      g_autofree char *text = check_text (element);

      g_assert (strlen (text) <= element->size);
    }
  check_file_clear (&file);
  unpack (data, size);

  g_variant_dict_init (&dict, NULL);
  if (samples > 0)
    g_variant_dict_insert (&dict, "samples", "t", (guint64) samples);
  g_variant_dict_insert (&dict, "colour", "s", colours[size > 4 ? data[4] % 4 : 0]);
  g_variant_dict_insert (&dict, "profile", "s", size % 2 == 0 ? "second-opinion" : "public");
  g_variant_dict_insert_value (&dict, "key",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key, sizeof key, 1));
  g_variant_dict_insert (&dict, "date-shift", "i", -364);
  arguments = g_variant_ref_sink (g_variant_dict_end (&dict));
  call.arguments = arguments;
  g_variant_dict_init (&answer.result, NULL);
  reader_verb_verify (&call, &answer);
  result = g_variant_ref_sink (g_variant_dict_end (&answer.result));
  findings = g_variant_lookup_value (result, "findings", G_VARIANT_TYPE ("a(ss)"));
  /* No random bytes are a clean copy: that takes the codes and a pseudonym of this key. */
  g_assert (findings == NULL || g_variant_n_children (findings) > 0);
  return 0;
}
