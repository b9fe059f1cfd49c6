/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "state_builder.h"

#include <string.h>

void
build_state (Build *build, const char *label, const char *const *uids, guint n)
{
  /* Each of its own name. */
  g_autofree char *instance = g_strdup_printf ("1.2.3.6.%u", g_str_hash (label));

  build_text (build, 0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.11.1");
  build_text (build, 0x00080018, "UI", instance);
  build_text (build, 0x00080020, "DA", "20240303");
  build_text (build, 0x00080060, "CS", "PR");
  build_sequence (build, 0x00081115);
  build_item_begin (build);
  build_sequence (build, 0x00081140);
  for (guint i = 0; i < n; i++)
    {
      build_item_begin (build);
      build_text (build, 0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2");
      build_text (build, 0x00081155, "UI", uids[i]);
      build_item_end (build);
    }
  build_sequence_end (build);
  build_item_end (build);
  build_sequence_end (build);
}

static void
put_number (Build *build, guint32 tag, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  build_text (build, tag, "IS", text);
}

void
build_state_shutter (Build *build, const guint edges[4])
{
  build_text (build, 0x00181600, "CS", "RECTANGULAR");
  for (guint i = 0; i < 4; i++)
    put_number (build, 0x00181602 + 2 * i, edges[i]);
  build_us (build, 0x00181622, 0);
}

void
build_state_window (Build *build, const char *center, const char *width)
{
  build_sequence (build, 0x00283110);
  build_item_begin (build);
  build_text (build, 0x00281050, "DS", center);
  build_text (build, 0x00281051, "DS", width);
  build_item_end (build);
  build_sequence_end (build);
}

void
build_marks_begin (Build *build)
{
  build_sequence (build, 0x00700001);
  build_item_begin (build);
  build_text (build, 0x00700002, "CS", "LAYER");
}

void
build_marks_end (Build *build)
{
  build_sequence_end (build);
  build_item_end (build);
  build_sequence_end (build);
}

void
build_mark_texts (Build *build)
{
  build_sequence (build, 0x00700008);
}

void
build_mark_text (Build *build, const char *words, const char *units, const float box[4],
                 const float anchor[2])
{
  build_item_begin (build);
  if (box != NULL)
    build_text (build, 0x00700003, "CS", units);
  if (anchor != NULL)
    build_text (build, 0x00700004, "CS", units);
  build_text (build, 0x00700006, "ST", words);
  if (box != NULL)
    {
      build_bytes (build, 0x00700010, "FL", box, 8);
      build_bytes (build, 0x00700011, "FL", box + 2, 8);
    }
  if (anchor != NULL)
    {
      build_bytes (build, 0x00700014, "FL", anchor, 8);
      build_text (build, 0x00700015, "CS", "Y");
    }
  build_item_end (build);
}

void
build_mark_drawings (Build *build)
{
  build_sequence_end (build);
  build_sequence (build, 0x00700009);
}

void
build_mark_drawing (Build *build, const char *type, const char *units, const float *points, guint n,
                    gboolean filled)
{
  build_item_begin (build);
  build_text (build, 0x00700005, "CS", units);
  build_us (build, 0x00700020, 2);
  build_us (build, 0x00700021, (guint16) n);
  build_bytes (build, 0x00700022, "FL", points, n * 2 * sizeof (float));
  build_text (build, 0x00700023, "CS", type);
  build_text (build, 0x00700024, "CS", filled ? "Y" : "N");
  build_item_end (build);
}

void
build_state_end (Build *build, guint degrees, gboolean mirrored, const char *label)
{
  build_text (build, 0x00700041, "CS", mirrored ? "Y" : "N");
  build_us (build, 0x00700042, (guint16) degrees);
  build_text (build, 0x00700080, "CS", "STATE");
  build_text (build, 0x00700081, "LO", label);
  build_text (build, 0x00700082, "DA", degrees == 90 ? "20240303" : "20240304");
  build_text (build, 0x00700083, "TM", "101500");
}
