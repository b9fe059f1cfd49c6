/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "volumes.h"

#include <math.h>

#include "enhanced_builder.h"
#include "report_builder.h"

#define SIDE 64
#define SLICES 24
#define OVERVIEW 3
#define FRAMES (2 * SLICES + OVERVIEW)
#define PET "1.2.840.10008.5.1.4.1.1.128"
#define ENHANCED_MR "1.2.840.10008.5.1.4.1.1.4.1"

static void
begin (Build *build, const char *sop_class, const char *instance, const char *date,
       const char *modality, const char *description)
{
  build_text (build, 0x00080016, "UI", sop_class);
  build_text (build, 0x00080018, "UI", instance);
  build_text (build, 0x00080020, "DA", date);
  build_text (build, 0x00080060, "CS", modality);
  build_text (build, 0x0008103e, "LO", description);
  build_text (build, 0x00100010, "PN", "Miller^Anna");
  build_text (build, 0x00100030, "DA", "19510504");
}

/* A ball of 300, and a smaller one of 900 towards the head, the left and the back, in nothing. */
static double
body (guint x, guint y, guint z)
{
  const double from_middle = hypot (hypot (x - 31.5, y - 31.5), (z - 11.5) * 2);
  const double from_left = hypot (hypot (x - 40.0, y - 38.0), (z - 14.0) * 2);

  return from_left < 7 ? 900 : from_middle < 22 ? 300 : 0;
}

static void
save_pet (const char *folder, VolumeSave save, guint z)
{
  static guint16 words[SIDE * SIDE];
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autofree char *uid = g_strdup_printf ("1.2.3.200.%u", z + 1);
  g_autofree char *name = g_strdup_printf ("pet%02u.dcm", z);
  g_autofree char *place = g_strdup_printf ("0\\0\\%u", 6 * z);
  g_autofree char *number = g_strdup_printf ("%u", z + 1);
  const double slope = 0.03 * (1 + (7 * z) % 5);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  begin (build, PET, uid, "20240304", "PT", "Whole body");
  build_text (build, 0x0020000d, "UI", "1.2.4");
  build_text (build, 0x0020000e, "UI", "1.2.4.1");
  build_text (build, 0x00200013, "IS", number);
  build_text (build, 0x00200032, "DS", place);
  build_text (build, 0x00200037, "DS", "1\\0\\0\\0\\1\\0");
  build_text (build, 0x00200052, "UI", "1.2.4.2");
  build_image (build, &(BuildImage){ SIDE, SIDE, 1, 16, 16, 15, 0, TRUE, 0, "MONOCHROME2" });
  build_text (build, 0x00280030, "DS", "3\\3");
  build_text (build, 0x00281050, "DS", "500");
  build_text (build, 0x00281051, "DS", "1000");
  build_text (build, 0x00281052, "DS", "0");
  build_text (build, 0x00281053, "DS", g_ascii_formatd (digits, sizeof digits, "%.2f", slope));
  for (guint i = 0; i < SIDE * SIDE; i++)
    words[i] = (guint16) lround (body (i % SIDE, i / SIDE, z) / slope);
  build_words (build, 0x7fe00010, "OW", words, SIDE * SIDE);
  save (folder, name, build_object_file (build));
}

/* The overview comes first; then slice by slice, each at both times. */
static void
save_mr (const char *folder, VolumeSave save)
{
  static guint16 words[FRAMES * SIDE * SIDE];
  static char places[FRAMES][32], slopes[FRAMES][8];
  EnhancedFrame frames[FRAMES];
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  begin (build, ENHANCED_MR, "1.2.3.300", "20240305", "MR", "Perfusion");
  build_text (build, 0x0020000d, "UI", "1.2.5");
  build_text (build, 0x0020000e, "UI", "1.2.5.1");
  build_text (build, 0x00200052, "UI", "1.2.5.2");
  for (guint i = 0; i < FRAMES; i++)
    {
      const gboolean front = i < OVERVIEW;
      const guint z = front ? i : (i - OVERVIEW) / 2, time = front ? 0 : 1 + (i - OVERVIEW) % 2;
      const guint step = 1 + (3 * z) % 4;

      g_snprintf (places[i], sizeof places[i], front ? "0\\%u\\130" : "0\\0\\%u",
                  front ? 60 + 30 * z : 6 * z);
      g_snprintf (slopes[i], sizeof slopes[i], "%u", step);
      frames[i] = (EnhancedFrame){ .orientation = front ? "1\\0\\0\\0\\0\\-1" : "1\\0\\0\\0\\1\\0",
                                   .place = places[i],
                                   .slope = slopes[i],
                                   .intercept = "0",
                                   .stack = front ? "overview" : "1",
                                   .position = z + 1,
                                   .time = time,
                                   .b_value = -1 };
      for (guint k = 0; k < SIDE * SIDE; k++)
        {
          const guint x = k % SIDE, y = k / SIDE;
          const double value =
              front ? body (x, 21 + 10 * z, (SIDE - 1 - y) * SLICES / SIDE) : body (x, y, z) / time;

          words[i * SIDE * SIDE + k] = (guint16) (value / step);
        }
    }
  build_enhanced (build, SIDE, "3\\3", frames, FRAMES, words);
  save (folder, "perfusion.dcm", build_object_file (build));
}

void
volumes_write (const char *folder, VolumeSave save)
{
  for (guint z = 0; z < SLICES; z++)
    save_pet (folder, save, z);
  save_mr (folder, save);
}
