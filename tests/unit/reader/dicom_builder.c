/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_builder.h"

#include <string.h>

gsize call_arena_size = (gsize) 4 * 1024 * 1024;

Build *
build_new (BuildEncoding encoding)
{
  Build *build = g_new0 (Build, 1);

  build->bytes = g_byte_array_new ();
  build->encoding = encoding;
  return build;
}

void
build_free (Build *build)
{
  g_byte_array_unref (build->bytes);
  g_free (build);
}

static void
put (Build *build, guint32 value, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint shift = 8 * (build->encoding == BUILD_BIG ? n - 1 - i : i);
      guint8 byte = (guint8) (value >> shift);

      g_byte_array_append (build->bytes, &byte, 1);
    }
}

void
build_head (Build *build, guint32 tag, const char *vr, guint32 length)
{
  put (build, tag >> 16, 2);
  put (build, tag & 0xffff, 2);
  if (build->encoding == BUILD_IMPLICIT)
    {
      put (build, length, 4);
      return;
    }
  g_byte_array_append (build->bytes, (const guint8 *) vr, 2);
  if (strstr ("OB OD OF OL OV OW SQ UC UN UR UT", vr) != NULL)
    {
      put (build, 0, 2);
      put (build, length, 4);
    }
  else
    put (build, length, 2);
}

void
build_item (Build *build, guint32 tag, guint32 length)
{
  put (build, tag >> 16, 2);
  put (build, tag & 0xffff, 2);
  put (build, length, 4);
}

void
build_bytes (Build *build, guint32 tag, const char *vr, const void *value, gsize n)
{
  build_head (build, tag, vr, (guint32) (n + n % 2));
  g_byte_array_append (build->bytes, value, (guint) n);
  if (n % 2 != 0)
    g_byte_array_append (build->bytes, (const guint8 *) "", 1);
}

void
build_text (Build *build, guint32 tag, const char *vr, const char *text)
{
  build_bytes (build, tag, vr, text, strlen (text));
}

void
build_us (Build *build, guint32 tag, guint16 value)
{
  build_head (build, tag, "US", 2);
  put (build, value, 2);
}

void
build_words (Build *build, guint32 tag, const char *vr, const guint16 *words, gsize n)
{
  build_head (build, tag, vr, (guint32) n * 2);
  for (gsize i = 0; i < n; i++)
    put (build, words[i], 2);
}

void
build_fragments (Build *build, const GBytes *const *fragments, guint n)
{
  build_head (build, 0x7fe00010, "OB", G_MAXUINT32);
  build_item (build, 0xfffee000, 0);
  for (guint i = 0; i < n; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data ((GBytes *) fragments[i], &size);

      build_item (build, 0xfffee000, (guint32) (size + size % 2));
      g_byte_array_append (build->bytes, data, (guint) size);
      if (size % 2 != 0)
        g_byte_array_append (build->bytes, (const guint8 *) "", 1);
    }
  build_item (build, 0xfffee0dd, 0);
}

void
build_patient (Build *build, const char *charset, const char *name)
{
  if (charset != NULL)
    build_text (build, 0x00080005, "CS", charset);
  build_text (build, 0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7");
  build_text (build, 0x00080018, "UI", "1.2.3.4");
  build_text (build, 0x00080060, "CS", "OT");
  build_text (build, 0x00100010, "PN", name);
  build_text (build, 0x0020000d, "UI", "1.2.3");
  build_text (build, 0x0020000e, "UI", "1.2.3.5");
}

void
build_image (Build *build, const BuildImage *image)
{
  build_us (build, 0x00280002, (guint16) image->samples);
  build_text (build, 0x00280004, "CS", image->photometric);
  if (image->samples > 1)
    build_us (build, 0x00280006, (guint16) image->planar);
  if (image->frames > 0)
    {
      g_autofree char *frames = g_strdup_printf ("%u", image->frames);

      build_text (build, 0x00280008, "IS", frames);
    }
  build_us (build, 0x00280010, (guint16) image->rows);
  build_us (build, 0x00280011, (guint16) image->columns);
  build_us (build, 0x00280100, (guint16) image->allocated);
  build_us (build, 0x00280101, (guint16) image->stored);
  build_us (build, 0x00280102, (guint16) image->high);
  build_us (build, 0x00280103, image->is_signed);
}

GBytes *
build_file (const Build *build, const char *transfer_syntax)
{
  static const guint8 preamble[128];
  g_autoptr (Build) meta = build_new (BUILD_EXPLICIT);
  g_autoptr (Build) file = build_new (BUILD_EXPLICIT);

  if (transfer_syntax == NULL)
    return g_bytes_new (build->bytes->data, build->bytes->len);
  build_bytes (meta, 0x00020001, "OB", "\0\1", 2);
  build_text (meta, 0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.7");
  build_text (meta, 0x00020003, "UI", "1.2.3.4");
  build_text (meta, 0x00020010, "UI", transfer_syntax);
  build_text (meta, 0x00020012, "UI", "1.2.3.9");
  g_byte_array_append (file->bytes, preamble, sizeof preamble);
  g_byte_array_append (file->bytes, (const guint8 *) "DICM", 4);
  build_head (file, 0x00020000, "UL", 4);
  put (file, meta->bytes->len, 4);
  g_byte_array_append (file->bytes, meta->bytes->data, meta->bytes->len);
  g_byte_array_append (file->bytes, build->bytes->data, build->bytes->len);
  return g_bytes_new (file->bytes->data, file->bytes->len);
}

Called *
call_verb (ReaderVerb verb, GBytes *file, GVariant *arguments)
{
  Called *called = g_new0 (Called, 1);
  g_autoptr (GVariant) sunk = NULL;
  ReaderSource source = { 0 };
  ReaderCall call = { 0 };
  gsize size;

  source.data = g_bytes_get_data (file, &size);
  source.size = size;
  if (source.data == NULL)
    source.data = (const guint8 *) "";
  sunk = g_variant_ref_sink (arguments != NULL ? arguments : g_variant_new_parsed ("@a{sv} {}"));
  call.arguments = sunk;
  call.source = &source;
  g_variant_dict_init (&called->answer.result, NULL);
  called->answer.arena = g_malloc (call_arena_size);
  called->answer.arena_size = call_arena_size;
  called->success = verb (&call, &called->answer);
  called->result = g_variant_ref_sink (g_variant_dict_end (&called->answer.result));
  g_assert_cmpint (called->success, ==, called->answer.error == NULL);
  return called;
}

void
called_free (Called *called)
{
  g_variant_unref (called->result);
  g_free (called->answer.arena);
  g_free (called);
}

Called *
call_frame (GBytes *file, guint frame)
{
  return call_verb (reader_verb_frame, file, g_variant_new_parsed ("{'frame': <%u>}", frame));
}

const char *
called_string (const Called *called, const char *key)
{
  const char *string = "";

  g_variant_lookup (called->result, key, "&s", &string);
  return string;
}

guint
called_uint (const Called *called, const char *key)
{
  guint32 number = 0;

  g_variant_lookup (called->result, key, "u", &number);
  return number;
}

gboolean
called_boolean (const Called *called, const char *key)
{
  gboolean flag = FALSE;

  g_variant_lookup (called->result, key, "b", &flag);
  return flag;
}
