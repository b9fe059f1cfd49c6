/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a study for the tests of the viewer: a CT from which two slices are missing, with an
 * overview of another direction in the same series, an overlay, and two presentation states; half
 * of the last slice is missing; three enclosed letters in one series. With --volumes, the studies
 * of volumes.h instead.
 *
 * usage: viewer-gen [--volumes] FOLDER */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "documents.h"
#include "state_builder.h"
#include "volumes.h"

#define SIDE 128
#define CUT_SLICE 12
#define CT "1.2.840.10008.5.1.4.1.1.2"
#define PDF "1.2.840.10008.5.1.4.1.1.104.1"

static void
save (const char *folder, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  gsize n;
  const char *data = g_bytes_get_data (bytes, &n);

  if (!g_file_set_contents (path, data, (gssize) n, &error))
    g_error ("%s", error->message);
  g_bytes_unref (bytes);
}

static void
begin (Build *build, const char *sop_class, const char *instance, const char *modality,
       const char *description)
{
  build_text (build, 0x00080016, "UI", sop_class);
  build_text (build, 0x00080018, "UI", instance);
  build_text (build, 0x00080020, "DA", "20240303");
  build_text (build, 0x00080060, "CS", modality);
  build_text (build, 0x0008103e, "LO", description);
  build_text (build, 0x00100010, "PN", "Miller^Anna");
  build_text (build, 0x00100030, "DA", "19510504");
}

static void
put_place (Build *build, const char *series, guint number, double x, double y, double z,
           const char *orientation)
{
  g_autofree char *digits = g_strdup_printf ("%u", number);
  g_autofree char *place = g_strdup_printf ("%.1f\\%.1f\\%.1f", x, y, z);

  build_text (build, 0x0020000d, "UI", "1.2.3");
  build_text (build, 0x0020000e, "UI", series);
  build_text (build, 0x00200013, "IS", digits);
  build_text (build, 0x00200032, "DS", place);
  build_text (build, 0x00200037, "DS", orientation);
  build_text (build, 0x00200052, "UI", "1.2.3.104");
}

/* Bright at the upper left, so that a turn is seen. */
static void
put_pixels (Build *build, guint number)
{
  static guint16 words[SIDE * SIDE];

  build_image (build, &(BuildImage){ SIDE, SIDE, 1, 16, 12, 11, 0, FALSE, 0, "MONOCHROME2" });
  build_text (build, 0x00280030, "DS", "2\\2");
  build_text (build, 0x00281050, "DS", "2000");
  build_text (build, 0x00281051, "DS", "4000");
  build_us (build, 0x60000010, 8);
  build_us (build, 0x60000011, 16);
  build_words (build, 0x60000050, "SS", (const guint16[]){ 100, 100 }, 2);
  build_us (build, 0x60000100, 1);
  build_us (build, 0x60000102, 0);
  build_words (build, 0x60003000, "OW",
               (const guint16[]){ 0xffff, 0x8001, 0x8001, 0x8001, 0x8001, 0x8001, 0x8001, 0xffff },
               8);
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      words[y * SIDE + x] =
          (guint16) (x < 48 && y < 24 ? 3800 : (x + 2 * y) * 3000 / (3 * SIDE) + number * 20);
  build_words (build, 0x7fe00010, "OW", words, number == CUT_SLICE ? SIDE * SIDE / 2 : SIDE * SIDE);
}

static void
save_slices (const char *folder)
{
  for (guint i = 1; i <= 14; i++)
    {
      g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
      g_autofree char *uid = g_strdup_printf ("1.2.3.100.%u", i);
      g_autofree char *name = g_strdup_printf ("slice%02u.dcm", i);
      const gboolean front = i > 12;

      if (i == 6 || i == 7)
        continue;
      begin (build, CT, uid, "CT", "Chest");
      put_place (build, "1.2.3.100", i, 0, front ? i * 10 : 0, front ? 100 : i * 5,
                 front ? "1\\0\\0\\0\\0\\-1" : "1\\0\\0\\0\\1\\0");
      put_pixels (build, i);
      save (folder, name, build_object_file (build));
    }
}

/* For the slices that arrived. */
static void
save_state (const char *folder, gboolean turned)
{
  static const char *const uids[] = { "1.2.3.100.1", "1.2.3.100.2", "1.2.3.100.3", "1.2.3.100.4",
                                      "1.2.3.100.5" };
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_state (build, turned ? "turned" : "marks", uids, G_N_ELEMENTS (uids));
  build_text (build, 0x00100010, "PN", "Miller^Anna");
  build_state_shutter (build, (const guint[]){ 8, 120, 8, 120 });
  build_text (build, 0x0020000d, "UI", "1.2.3");
  build_text (build, 0x0020000e, "UI", "1.2.3.101");
  build_state_window (build, "1500", "3000");
  build_marks_begin (build);
  build_mark_texts (build);
  build_mark_text (build, "Please compare", "PIXEL", (const float[]){ 66, 20, 110, 30 },
                   (const float[]){ 52, 52 });
  build_mark_drawings (build);
  build_mark_drawing (build, "CIRCLE", "PIXEL", (const float[]){ 48, 60, 60, 60 }, 2, FALSE);
  build_marks_end (build);
  build_state_end (build, turned ? 90 : 0, FALSE, turned ? "Turned by Dr Bell" : "Dr Adams");
  save (folder, turned ? "state2.dcm" : "state1.dcm", build_object_file (build));
}

static void
save_letter (const char *folder, guint number)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) pdf = doc_pdf (number);
  g_autofree char *uid = g_strdup_printf ("1.2.3.102.%u", number);
  g_autofree char *name = g_strdup_printf ("letter%u.dcm", number);
  g_autofree char *digits = g_strdup_printf ("%u", number);
  gsize n;
  const void *data = g_bytes_get_data (pdf, &n);
  const guint32 length = (guint32) n;

  begin (build, PDF, uid, "DOC", "Letters");
  build_text (build, 0x0020000d, "UI", "1.2.3");
  build_text (build, 0x0020000e, "UI", "1.2.3.102");
  build_text (build, 0x00200013, "IS", digits);
  build_bytes (build, 0x00420011, "OB", data, n);
  build_text (build, 0x00420012, "LO", "application/pdf");
  build_bytes (build, 0x00420015, "UL", &length, 4);
  save (folder, name, build_object_file (build));
}

int
main (int argc, char **argv)
{
  const gboolean volumes = argc == 3 && g_str_equal (argv[1], "--volumes");

  if (argc != (volumes ? 3 : 2) || g_mkdir_with_parents (argv[argc - 1], 0755) != 0)
    {
      g_printerr ("usage: viewer-gen [--volumes] FOLDER\n");
      return EXIT_FAILURE;
    }
  if (volumes)
    {
      volumes_write (argv[2], save);
      return EXIT_SUCCESS;
    }
  save_slices (argv[1]);
  save_state (argv[1], FALSE);
  save_state (argv[1], TRUE);
  for (guint i = 1; i <= 3; i++)
    save_letter (argv[1], i);
  return EXIT_SUCCESS;
}
