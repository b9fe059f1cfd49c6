/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report_builder.h"

#include <math.h>
#include <string.h>

void
build_sequence (Build *build, guint32 tag)
{
  build_head (build, tag, "SQ", G_MAXUINT32);
}

void
build_sequence_end (Build *build)
{
  build_item (build, 0xfffee0dd, 0);
}

void
build_item_begin (Build *build)
{
  build_item (build, 0xfffee000, G_MAXUINT32);
}

void
build_item_end (Build *build)
{
  build_item (build, 0xfffee00d, 0);
}

void
build_code (Build *build, guint32 tag, const char *value, const char *scheme, const char *meaning)
{
  build_sequence (build, tag);
  build_item_begin (build);
  build_text (build, 0x00080100, "SH", value);
  build_text (build, 0x00080102, "SH", scheme);
  build_text (build, 0x00080104, "LO", meaning);
  build_item_end (build);
  build_sequence_end (build);
}

void
build_content (Build *build, const char *type, const char *name)
{
  build_item_begin (build);
  build_text (build, 0x0040a010, "CS", "CONTAINS");
  build_text (build, 0x0040a040, "CS", type);
  if (name != NULL)
    build_code (build, 0x0040a043, "1", "99TEST", name);
}

void
build_reference (Build *build, guint32 tag, const char *uid)
{
  build_sequence (build, tag);
  build_item_begin (build);
  build_text (build, 0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2");
  build_text (build, 0x00081155, "UI", uid);
  build_item_end (build);
  build_sequence_end (build);
}

void
build_object (Build *build, const char *sop_class, const char *modality, const char *charset)
{
  /* A series of its own for each modality. */
  g_autofree char *series = g_strdup_printf ("1.2.3.5.%u", g_str_hash (modality));
  g_autofree char *instance = g_strdup_printf ("1.2.3.4.%u", g_str_hash (sop_class));

  if (charset != NULL)
    build_text (build, 0x00080005, "CS", charset);
  build_text (build, 0x00080016, "UI", sop_class);
  build_text (build, 0x00080018, "UI", instance);
  build_text (build, 0x00080020, "DA", "20240303");
  build_text (build, 0x00080060, "CS", modality);
  build_text (build, 0x00100010, "PN", "Miller^Anna");
  build_text (build, 0x0020000d, "UI", "1.2.3");
  build_text (build, 0x0020000e, "UI", series);
}

GBytes *
build_object_file (const Build *build)
{
  return build_file (build, "1.2.840.10008.1.2.1");
}

static void
add_channel (Build *build, guint channel, const char *unit)
{
  g_autofree char *name = g_strdup_printf ("Lead V%u", channel + 1);

  build_item_begin (build);
  build_code (build, 0x003a0208, "2:3", "MDC", name);
  if (unit != NULL)
    {
      build_text (build, 0x003a0210, "DS", "5");
      build_code (build, 0x003a0211, unit, "UCUM", "unit");
      build_text (build, 0x003a0212, "DS", "1");
      build_text (build, 0x003a0213, "DS", "0");
    }
  build_item_end (build);
}

static void
add_samples (Build *build, const BuildWave *wave)
{
  const guint width = wave->bits / 8;
  g_autoptr (GByteArray) data = g_byte_array_new ();

  for (guint i = 0; i < wave->samples; i++)
    for (guint c = 0; c < wave->channels; c++)
      {
        const gint32 value =
            (gint32) ((wave->bits == 8 ? 10 : 100) * (c + 1) * sin (i / wave->rate * 2 * G_PI));

        for (guint byte = 0; byte < width; byte++)
          g_byte_array_append (data, &(guint8){ (guint8) ((guint32) value >> 8 * byte) }, 1);
      }
  build_bytes (build, 0x54001010, wave->bits == 8 ? "OB" : "OW", data->data, data->len);
}

static void
add_wave (Build *build, const BuildWave *wave)
{
  g_autofree char *rate = g_strdup_printf ("%g", wave->rate);

  build_item_begin (build);
  build_us (build, 0x003a0005, (guint16) wave->channels);
  build_head (build, 0x003a0010, "UL", 4);
  g_byte_array_append (build->bytes, (const guint8 *) &wave->samples, 4);
  build_text (build, 0x003a001a, "DS", rate);
  build_text (build, 0x003a0020, "SH", wave->label);
  build_sequence (build, 0x003a0200);
  for (guint c = 0; c < wave->channels; c++)
    add_channel (build, c, wave->unit);
  build_sequence_end (build);
  build_us (build, 0x54001004, (guint16) wave->bits);
  build_text (build, 0x54001006, "CS", wave->coding);
  add_samples (build, wave);
  build_item_end (build);
}

GBytes *
build_ecg (const BuildWave *waves, guint n)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_object (build, "1.2.840.10008.5.1.4.1.1.9.1.1", "ECG", NULL);
  build_sequence (build, 0x0040b020);
  build_item_begin (build);
  build_text (build, 0x00700006, "ST", "Sinus rhythm");
  build_item_end (build);
  build_item_begin (build);
  build_code (build, 0x004008ea, "/min", "UCUM", "per minute");
  build_code (build, 0x0040a043, "5", "99TEST", "Heart rate");
  build_text (build, 0x0040a30a, "DS", "61");
  build_item_end (build);
  build_sequence_end (build);
  build_sequence (build, 0x54000100);
  for (guint i = 0; i < n; i++)
    add_wave (build, &waves[i]);
  build_sequence_end (build);
  return build_object_file (build);
}
