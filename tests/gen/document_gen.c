/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a folder of documents and reports for the tests of the command line and the window.
 *
 * usage: document-gen FOLDER */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "report_builder.h"

#define ROOT "1.2.840.10008.5.1.4.1.1."

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

static GBytes *
text (const char *words)
{
  return g_bytes_new (words, strlen (words));
}

static GBytes *
report (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);

  build_object (build, ROOT "88.33", "SR", NULL);
  build_text (build, 0x0040a040, "CS", "CONTAINER");
  build_code (build, 0x0040a043, "18747-6", "LN", "CT Report");
  build_sequence (build, 0x0040a730);
  build_content (build, "CONTAINER", "Findings");
  build_sequence (build, 0x0040a730);
  build_content (build, "TEXT", "Lungs");
  build_text (build, 0x0040a160, "UT", "The lungs are clear.");
  build_item_end (build);
  build_content (build, "IMAGE", NULL);
  build_reference (build, 0x00081199, "1.2.3.77");
  build_item_end (build);
  build_sequence_end (build);
  build_item_end (build);
  build_sequence_end (build);
  return build_object_file (build);
}

static GBytes *
enclosed (void)
{
  g_autoptr (Build) build = build_new (BUILD_EXPLICIT);
  g_autoptr (GBytes) pdf = doc_pdf (2);
  gsize n;
  const void *data = g_bytes_get_data (pdf, &n);
  const guint32 length = (guint32) n;

  build_text (build, 0x00080016, "UI", ROOT "104.1");
  build_text (build, 0x00080018, "UI", "1.2.9.4");
  build_text (build, 0x00080020, "DA", "20240114");
  build_text (build, 0x00080060, "CS", "DOC");
  build_text (build, 0x0008103e, "LO", "Letter");
  build_text (build, 0x00100010, "PN", "Miller^Anna");
  build_text (build, 0x0020000d, "UI", "1.2.9");
  build_text (build, 0x0020000e, "UI", "1.2.9.5");
  build_bytes (build, 0x00420011, "OB", data, n);
  build_text (build, 0x00420012, "LO", "application/pdf");
  build_bytes (build, 0x00420015, "UL", &length, 4);
  return build_object_file (build);
}

int
main (int argc, char **argv)
{
  static const BuildWave waves[] = { { 12, 5000, 16, 500, "SS", "uV", "RHYTHM" } };
  const char *folder = argv[1];

  if (argc != 2 || g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_printerr ("usage: document-gen FOLDER\n");
      return EXIT_FAILURE;
    }
  save (folder, "letter.pdf", doc_pdf (3));
  save (folder, "photo.jpg", doc_jpeg (&(DocJpeg){ 120, 80, 6, FALSE, FALSE }));
  save (folder, "drawing.png", doc_png (&(DocPng){ 100, 60, 16, FALSE, TRUE, FALSE }));
  save (folder, "fax.tif", doc_tiff (2, 150, 90, 1, FALSE));
  save (folder, "note.txt", text ("Dear Anna,\n\n  all is well.\nYours"));
  save (folder, "letter.rtf", text ("{\\rtf1 Dear Anna}"));
  save (folder, "torn.pdf", text ("%PDF-1.4\nnothing else"));
  save (folder, "report.dcm", report ());
  save (folder, "ecg.dcm", build_ecg (waves, 1));
  save (folder, "enclosed.dcm", enclosed ());
  return EXIT_SUCCESS;
}
