/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The independent check reads source and copy, both of them hostile: it must neither crash nor take
 * nonsense for clean. */
#include <string.h>

#include "../gen/dicom_writer.h"
#include "check_walk.h"
#include "reader_verbs.h"

#define SHAPE 10 /* bytes that say what kind of picture it is */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A picture whose shape the first bytes say; packed: its bytes are one fragment. */
static GByteArray *
picture (const guint8 *shape, gboolean packed, gconstpointer bytes, gsize n)
{
  static const char *const models[] = { "MONOCHROME2", "RGB", "YBR_FULL", "YBR_PARTIAL_420" };
  const guint samples = shape[2] % 2 == 0 ? 1 : 3, bits = shape[3] % 2 == 0 ? 8 : 16;
  const char *model = samples == 1 ? models[0] : packed ? models[1 + shape[4] % 3] : models[1];
  g_autoptr (GByteArray) d = dicom_new ();
  GByteArray *file;

  dicom_us (d, 0x0028, 0x0002, (guint16) samples);
  dicom_text (d, 0x0028, 0x0004, "CS", model);
  dicom_text (d, 0x0028, 0x0008, "IS", shape[5] % 4 == 0 ? "2" : "1");
  dicom_us (d, 0x0028, 0x0010, shape[0] % 16 + 1);
  dicom_us (d, 0x0028, 0x0011, shape[1] % 16 + 1);
  dicom_us (d, 0x0028, 0x0100, (guint16) bits);
  dicom_us (d, 0x0028, 0x0101, (guint16) (shape[6] % 3 == 0 && bits == 16 ? 12 : bits));
  dicom_us (d, 0x0028, 0x0103, shape[7] % 2);
  if (packed)
    {
      const guint8 head[] = { 0xE0, 0x7F, 0x10, 0,    'O', 'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                              0xFE, 0xFF, 0,    0xE0, 0,   0,   0, 0, 0xFE, 0xFF, 0,    0xE0 },
                   end[] = { 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0 };
      const guint32 length = GUINT32_TO_LE ((guint32) n);

      g_byte_array_append (d, head, sizeof head);
      g_byte_array_append (d, (const guint8 *) &length, sizeof length);
      g_byte_array_append (d, bytes, (guint) n);
      g_byte_array_append (d, end, sizeof end);
    }
  else
    dicom_bytes (d, 0x7FE0, 0x0010, bits == 8 ? "OB" : "OW", bytes, n);
  file = dicom_file (d, NULL, "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4");
  if (packed && shape[8] % 2 == 0)
    {
      static const char little[] = "1.2.840.10008.1.2.1";
      guint8 *syntax = memmem (file->data, file->len, little, sizeof little);

      /* RLE; else it stays what only another process can decode. */
      if (syntax != NULL)
        syntax[sizeof little - 2] = '5';
    }
  return file;
}

static void
verify (gconstpointer source_bytes, gsize source_size, gconstpointer copy_bytes, gsize copy_size,
        gboolean strict, gsize samples, const char *colour)
{
  guint8 key[32] = { 0 };
  ReaderSource source = { .size = source_size, .data = source_bytes },
               copy = { .size = copy_size, .data = copy_bytes };
  g_autoptr (GVariant) arguments = NULL, result = NULL, findings = NULL;
  GVariantDict dict;
  ReaderCall call = { NULL, &source, &copy };
  ReaderAnswer answer = { 0 };

  g_variant_dict_init (&dict, NULL);
  if (samples > 0)
    g_variant_dict_insert (&dict, "samples", "t", (guint64) samples);
  g_variant_dict_insert (&dict, "colour", "s", colour);
  g_variant_dict_insert (&dict, "profile", "s", strict ? "public" : "second-opinion");
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
}

/* A source in RLE, or one of which samples are told, and a copy of its shape. */
static void
compare (const guint8 *data, gsize size)
{
  static const char *const colours[] = { "", "RGB", "YBR_FULL", "YBR_PARTIAL" };
  const gsize room = 16 * 16 * 3 * 2 * 2;
  g_autofree guint8 *pixels = g_malloc0 (room);
  g_autoptr (GByteArray) source = NULL, copy = NULL;
  gsize n, samples;

  if (size < SHAPE)
    return;
  n = ((gsize) data[0] % 16 + 1) * (data[1] % 16 + 1) * (data[2] % 2 == 0 ? 1 : 3) *
      (data[3] % 2 == 0 ? 1 : 2) * (data[5] % 4 == 0 ? 2 : 1);
  samples = data[8] % 2 == 0 ? 0 : n;
  source = picture (data, TRUE, data + SHAPE, size - SHAPE);
  memcpy (pixels, data + SHAPE, MIN (n, size - SHAPE));
  copy = picture (data, FALSE, pixels, n);
  g_byte_array_append (copy, pixels, (guint) samples);
  verify (source->data, source->len, copy->data, copy->len, FALSE, samples, colours[data[9] % 4]);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const gsize half = size / 2;
  CheckFile file;

  check_walk (data, size, &file);
  for (guint i = 0; i < file.elements->len; i++)
    {
      const CheckElement *element = &g_array_index (file.elements, CheckElement, i);
      g_autofree char *text = check_text (element);

      g_assert (strlen (text) <= element->size);
    }
  check_file_clear (&file);
  compare (data, size);
  verify (data, half, data + half, size - half, size % 2 == 1, 0, "");
  return 0;
}
