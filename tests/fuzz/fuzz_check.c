/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The independent check reads source and copy, both of them hostile: it must neither crash nor take
 * nonsense for clean. */
#include <string.h>

#include "check_walk.h"
#include "reader_verbs.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint8 key[32] = { 0 };
  gsize half = size / 2;
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

  g_variant_dict_init (&dict, NULL);
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
