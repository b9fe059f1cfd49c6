/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One verb of the reader, FUZZ_VERB, over hostile DICOM files. The first byte of the input chooses:
 * below 128 one of the files of fuzz_seeds.h, which the rest changes (place u16, what: set a byte,
 * put one in, take one out, cut off); else the rest is the file itself. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_seeds.h"
#include "reader_verbs.h"

#define ARENA_SIZE ((gsize) 4 * 1024 * 1024)
#define STEP 4

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
const char *__asan_default_options (void);

/* As in the reader, whose address space is limited: what a file claims to need is not to be had. */
const char *
__asan_default_options (void)
{
  return "max_allocation_size_mb=400:allocator_may_return_null=1:detect_leaks=0";
}

/* Changes of a seed, STEP bytes each. */
static GByteArray *
changed (GBytes *seed, const guint8 *data, gsize size)
{
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, g_bytes_get_data (seed, NULL), (guint) g_bytes_get_size (seed));
  for (; size >= STEP && file->len > 0; data += STEP, size -= STEP)
    {
      guint at = (data[0] | (guint) data[1] << 8) % file->len;

      switch (data[2] & 7)
        {
        case 0:
          g_byte_array_remove_index (file, at);
          break;
        case 1:
          {
            g_autofree guint8 *tail = g_memdup2 (file->data + at, file->len - at);
            guint n = file->len - at;

            g_byte_array_set_size (file, at);
            g_byte_array_append (file, data + 3, 1);
            g_byte_array_append (file, tail, n);
            break;
          }
        case 2:
          if (data[2] == 2 && data[3] == 0xff)
            g_byte_array_set_size (file, at);
          break;
        default:
          file->data[at] = data[3];
        }
    }
  return file;
}

static GVariant *
arguments_of_verb (void)
{
  guint8 key[32] = "a key of a share";
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "frame", "u", 0u);
  g_variant_dict_insert (&dict, "size", "u", 16u);
  g_variant_dict_insert (&dict, "profile", "s", "second-opinion");
  g_variant_dict_insert (&dict, "date-shift", "i", -364);
  g_variant_dict_insert (&dict, "time-shift", "i", -1);
  g_variant_dict_insert (&dict, "reviewed", "b", TRUE);
  g_variant_dict_insert (&dict, "software", "s", "fuzz");
  g_variant_dict_insert_value (&dict, "key",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key, sizeof key, 1));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint8 *arena;
  static GVariant *arguments;
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GVariant) result = NULL;
  ReaderSource source = { 0 };
  ReaderCall call = { .source = &source };
  ReaderAnswer answer = { .arena_size = ARENA_SIZE };
  gboolean done;

  if (arena == NULL)
    {
      if (reader_dicom_preload () != NULL)
        abort ();
      arena = g_malloc (ARENA_SIZE);
      arguments = arguments_of_verb ();
    }
  if (size == 0)
    return 0;
  if (data[0] < 128)
    file = changed (fuzz_seed (data[0] % fuzz_seed_count ()), data + 1, size - 1);
  else
    file = g_byte_array_append (g_byte_array_new (), data + 1, (guint) size - 1);

  source.data = file->data != NULL ? file->data : (const guint8 *) "";
  source.size = file->len;
  call.arguments = arguments;
  answer.arena = arena;
  g_variant_dict_init (&answer.result, NULL);
  done = FUZZ_VERB (&call, &answer);
  result = g_variant_ref_sink (g_variant_dict_end (&answer.result));
  g_assert (done == (answer.error == NULL));
  g_assert (
      answer.bulk == NULL ||
      (answer.bulk >= arena && answer.bulk_size <= (gsize) (arena + ARENA_SIZE - answer.bulk)));
  return 0;
}
