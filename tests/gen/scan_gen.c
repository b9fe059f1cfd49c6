/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the sample study: what a hospital hands over to a patient who does not exist.
 *   scan-gen DIR [--slices N] [--size PIXELS] [--seed N] [--patient NAME]
 *            [--date YYYYMMDD]
 *   scan-gen --markers TABLE.csv DIR
 * The second makes one CT that holds a text to search for in every attribute of a de-identification
 * table (markers.h). The same arguments give the same bytes. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "dicom_writer.h"
#include "markers.h"
#include "phantom.h"

#define ROOT "1.2.826.0.1.3680043.99.7731904"
#define SURNAME "Quillfeather"
#define GIVEN_NAME "Ottoline"

static gint slices = 48, size = 256, seed = 1;
static char *patient, *date, *marker_table;

typedef struct
{
  const char *sop_class, *modality, *date, *time, *study, *series_text, *body_part, *protocol;
  guint study_number, series_number;
} Kind;

static const Kind ct = { "1.2.840.10008.5.1.4.1.1.2",
                         "CT",
                         "20240303",
                         "101533.250000",
                         "CT CHEST ROUTINE",
                         "CHEST AXIAL 2 MM Quillfeather",
                         "CHEST",
                         "Thorax Brackwater",
                         1,
                         2 };
static const Kind mr = { "1.2.840.10008.5.1.4.1.1.4",
                         "MR",
                         "20240112",
                         "083000",
                         "MR KNEE LEFT",
                         "T2 SAGITTAL",
                         "KNEE",
                         "KNEE ROUTINE",
                         2,
                         3 };
static const Kind xr = { "1.2.840.10008.5.1.4.1.1.1.1",
                         "DX",
                         "20230917",
                         "141500",
                         "Thorax pa for Quillfeather",
                         "PA",
                         "CHEST",
                         "CHEST PA",
                         3,
                         1 };
static const Kind us = { "1.2.840.10008.5.1.4.1.1.3.1",
                         "US",
                         "20231205",
                         "092200",
                         "ECHO",
                         "CARDIAC",
                         "HEART",
                         "ECHO",
                         4,
                         1 };

static const char *
date_of (const Kind *kind)
{
  return date != NULL ? date : kind->date;
}

/* The text with the name that --patient chose in place of the usual one. */
static char *
named (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (patient != NULL ? patient : SURNAME "^" GIVEN_NAME, "^", 3);
  GString *result = g_string_new (text);

  g_string_replace (result, SURNAME, parts[0], 0);
  g_string_replace (result, GIVEN_NAME, parts[1] != NULL ? parts[1] : "", 0);
  return g_string_free (result, FALSE);
}

static char *
uid_of (const Kind *kind, guint instance)
{
  return instance == 0
             ? g_strdup_printf (ROOT ".%d.%u.%u", seed, kind->study_number, kind->series_number)
             : g_strdup_printf (ROOT ".%d.%u.%u.%u", seed, kind->study_number, kind->series_number,
                                instance);
}

/* Text with the patient's name in it, of whom --patient chose. */
static void
add_named (Dicom *dicom, guint16 group, guint16 element, const char *vr, const char *text)
{
  g_autofree char *chosen = named (text);

  dicom_text (dicom, group, element, vr, chosen);
}

static void
add_uid (Dicom *dicom, guint16 group, guint16 element, const Kind *kind, guint instance)
{
  g_autofree char *uid = uid_of (kind, instance);

  dicom_text (dicom, group, element, "UI", uid);
}

/* What identifies, in the places where hospitals leave it. */
static void
add_general (Dicom *d, const Kind *kind, guint instance, const char *image_type)
{
  Dicom *item;

  dicom_text (d, 0x0008, 0x0005, "CS", "ISO_IR 100");
  dicom_text (d, 0x0008, 0x0008, "CS", image_type);
  dicom_text (d, 0x0008, 0x0012, "DA", date_of (kind));
  dicom_text (d, 0x0008, 0x0013, "TM", kind->time);
  dicom_text (d, 0x0008, 0x0016, "UI", kind->sop_class);
  add_uid (d, 0x0008, 0x0018, kind, instance);
  dicom_text (d, 0x0008, 0x0020, "DA", date_of (kind));
  dicom_text (d, 0x0008, 0x0021, "DA", date_of (kind));
  dicom_text (d, 0x0008, 0x0022, "DA", date_of (kind));
  dicom_text (d, 0x0008, 0x0023, "DA", date_of (kind));
  dicom_text (d, 0x0008, 0x0030, "TM", kind->time);
  dicom_text (d, 0x0008, 0x0031, "TM", kind->time);
  dicom_text (d, 0x0008, 0x0033, "TM", kind->time);
  dicom_text (d, 0x0008, 0x0050, "SH", "ACC5520771");
  dicom_text (d, 0x0008, 0x0060, "CS", kind->modality);
  dicom_text (d, 0x0008, 0x0070, "LO", "SIEMENS");
  dicom_text (d, 0x0008, 0x0080, "LO", "St. Wilgefortis Infirmary");
  dicom_text (d, 0x0008, 0x0081, "ST", "7 Candlewick Lane, Mirefield");
  dicom_text (d, 0x0008, 0x0090, "PN", "Brackwater^Ignatius^^Dr");
  dicom_text (d, 0x0008, 0x1010, "SH", "WILGE_CT_3");
  add_named (d, 0x0008, 0x1030, "LO", kind->study);
  add_named (d, 0x0008, 0x103E, "LO", kind->series_text);
  dicom_text (d, 0x0008, 0x1070, "PN", "Thistlewood^Edda");
  dicom_text (d, 0x0008, 0x1090, "LO", "SPIRAL 3D");
  item = dicom_new ();
  dicom_text (item, 0x0008, 0x1150, "UI", kind->sop_class);
  add_uid (item, 0x0008, 0x1155, kind, 1);
  dicom_sequence (d, 0x0008, 0x1140, item);
  dicom_text (d, 0x0009, 0x0010, "LO", "WILGEFORTIS PRIVATE");
  add_named (d, 0x0009, 0x1001, "LO", "Ottoline Quillfeather, ward 9");
  add_named (d, 0x0010, 0x0010, "PN", SURNAME "^" GIVEN_NAME);
  dicom_text (d, 0x0010, 0x0020, "LO", "QF-7731904");
  dicom_text (d, 0x0010, 0x0021, "LO", "WILGEFORTIS");
  dicom_text (d, 0x0010, 0x0030, "DA", "19510504");
  dicom_text (d, 0x0010, 0x0040, "CS", "F");
  item = dicom_new ();
  dicom_text (item, 0x0010, 0x0020, "LO", "OLD-220417-X");
  dicom_text (item, 0x0010, 0x0022, "CS", "TEXT");
  dicom_sequence (d, 0x0010, 0x1002, item);
  dicom_text (d, 0x0010, 0x1010, "AS", "072Y");
  dicom_text (d, 0x0010, 0x1020, "DS", "1.62");
  dicom_text (d, 0x0010, 0x1030, "DS", "58");
  dicom_text (d, 0x0010, 0x1040, "LO", "3 Heronsgate, Mirefield");
  add_named (d, 0x0010, 0x4000, "LT", "Mrs Quillfeather is afraid of lifts.");
}

static void
add_frame_of_study (Dicom *d, const Kind *kind, guint instance)
{
  char number[12];

  add_uid (d, 0x0020, 0x000D, kind, 0);
  {
    g_autofree char *series =
        g_strdup_printf (ROOT ".%d.%u.%u.0", seed, kind->study_number, kind->series_number);

    dicom_text (d, 0x0020, 0x000E, "UI", series);
  }
  dicom_text (d, 0x0020, 0x0010, "SH", "WILGE-77");
  g_snprintf (number, sizeof number, "%u", kind->series_number);
  dicom_text (d, 0x0020, 0x0011, "IS", number);
  dicom_text (d, 0x0020, 0x0012, "IS", "1");
  g_snprintf (number, sizeof number, "%u", instance);
  dicom_text (d, 0x0020, 0x0013, "IS", number);
}

static void
add_place (Dicom *d, const Kind *kind, double x, double y, double z, const char *orientation)
{
  char text[64];

  g_snprintf (text, sizeof text, "%.1f\\%.1f\\%.1f", x, y, z);
  dicom_text (d, 0x0020, 0x0032, "DS", text);
  dicom_text (d, 0x0020, 0x0037, "DS", orientation);
  add_uid (d, 0x0020, 0x0052, kind, 999999);
  dicom_text (d, 0x0020, 0x1040, "LO", "");
}

static void
add_image (Dicom *d, guint samples, const char *photometric, guint frames, guint rows,
           guint columns, double spacing, guint allocated, guint stored)
{
  char text[48];

  dicom_us (d, 0x0028, 0x0002, (guint16) samples);
  dicom_text (d, 0x0028, 0x0004, "CS", photometric);
  if (samples > 1)
    dicom_us (d, 0x0028, 0x0006, 0);
  if (frames > 1)
    {
      g_snprintf (text, sizeof text, "%u", frames);
      dicom_text (d, 0x0028, 0x0008, "IS", text);
      dicom_bytes (d, 0x0028, 0x0009, "AT", "\x18\x00\x63\x10", 4);
    }
  dicom_us (d, 0x0028, 0x0010, (guint16) rows);
  dicom_us (d, 0x0028, 0x0011, (guint16) columns);
  if (spacing > 0)
    {
      g_snprintf (text, sizeof text, "%.4f\\%.4f", spacing, spacing);
      dicom_text (d, 0x0028, 0x0030, "DS", text);
    }
  dicom_us (d, 0x0028, 0x0100, (guint16) allocated);
  dicom_us (d, 0x0028, 0x0101, (guint16) stored);
  dicom_us (d, 0x0028, 0x0102, (guint16) (stored - 1));
  dicom_us (d, 0x0028, 0x0103, 0);
}

/* The name, three sequences down. */
static void
add_request (Dicom *d)
{
  Dicom *inner = dicom_new (), *middle = dicom_new (), *outer = dicom_new ();

  dicom_text (inner, 0x0008, 0x0104, "LO", "ordered by Brackwater");
  add_named (inner, 0x0040, 0xA123, "PN", "Quillfeather^Ottoline");
  dicom_sequence (middle, 0x0040, 0x0008, inner);
  add_named (outer, 0x0032, 0x1060, "LO", "CT for Mrs Quillfeather");
  dicom_sequence (outer, 0x0040, 0x0100, middle);
  dicom_text (outer, 0x0040, 0x1001, "SH", "ACC5520771-1");
  dicom_sequence (d, 0x0040, 0x0275, outer);
}

static void
save (const char *folder, const char *name, GByteArray *file)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (parent, 0755);
  if (!g_file_set_contents_full (path, (const char *) file->data, file->len,
                                 G_FILE_SET_CONTENTS_NONE, 0644, &error))
    {
      g_printerr ("scan-gen: %s\n", error->message);
      exit (1);
    }
  g_byte_array_unref (file);
}

static void
save_text (const char *folder, const char *name, const char *text, gsize n)
{
  save (folder, name, g_byte_array_append (g_byte_array_new (), (const guint8 *) text, (guint) n));
}

static GByteArray *
finish (Dicom *d, const Kind *kind, guint instance)
{
  g_autofree char *uid = uid_of (kind, instance);
  GByteArray *file = dicom_file (d, NULL, kind->sop_class, uid);

  g_byte_array_unref (d);
  return file;
}

static GByteArray *
make_ct (guint slice)
{
  g_autofree guint16 *pixels = g_new (guint16, (gsize) size * size);
  double z = slices > 1 ? 2.0 * slice / (slices - 1) - 1 : 0, spacing = 360.0 / size;
  Dicom *d = dicom_new ();

  add_general (d, &ct, slice + 1, "ORIGINAL\\PRIMARY\\AXIAL");
  dicom_text (d, 0x0018, 0x0015, "CS", ct.body_part);
  dicom_text (d, 0x0018, 0x0050, "DS", "2");
  dicom_text (d, 0x0018, 0x0060, "DS", "120");
  dicom_text (d, 0x0018, 0x1000, "LO", "SN-99-55107");
  dicom_text (d, 0x0018, 0x1030, "LO", ct.protocol);
  dicom_text (d, 0x0018, 0x5100, "CS", "HFS");
  add_frame_of_study (d, &ct, slice + 1);
  add_place (d, &ct, -180, -180, -2.0 * slices + 2.0 * slice, "1\\0\\0\\0\\1\\0");
  add_image (d, 1, "MONOCHROME2", 1, (guint) size, (guint) size, spacing, 16, 12);
  dicom_text (d, 0x0028, 0x1050, "DS", "40\\-600");
  dicom_text (d, 0x0028, 0x1051, "DS", "400\\1500");
  dicom_text (d, 0x0028, 0x1052, "DS", "-1024");
  dicom_text (d, 0x0028, 0x1053, "DS", "1");
  add_request (d);
  phantom_chest (pixels, (guint) size, z, (guint32) (slice + (guint) seed * 1000));
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, (gsize) size * size * 2);
  return finish (d, &ct, slice + 1);
}

/* The last slice is a bare data set without preamble and meta group, as old machines write them. */
static GByteArray *
make_mr (guint slice, guint count)
{
  const guint side = 192;
  g_autofree guint16 *pixels = g_new (guint16, side * side);
  Dicom *d = dicom_new ();

  add_general (d, &mr, slice + 1, "ORIGINAL\\PRIMARY\\M");
  dicom_text (d, 0x0018, 0x0015, "CS", mr.body_part);
  dicom_text (d, 0x0018, 0x0020, "CS", "SE");
  dicom_text (d, 0x0018, 0x0050, "DS", "4");
  dicom_text (d, 0x0018, 0x0080, "DS", "3200");
  dicom_text (d, 0x0018, 0x0081, "DS", "85");
  dicom_text (d, 0x0018, 0x1030, "LO", mr.protocol);
  dicom_text (d, 0x0018, 0x5100, "CS", "FFS");
  add_frame_of_study (d, &mr, slice + 1);
  add_place (d, &mr, -4.0 * slice, -80, 80, "0\\1\\0\\0\\0\\-1");
  add_image (d, 1, "MONOCHROME2", 1, side, side, 0.8, 16, 12);
  phantom_knee (pixels, side, 2.0 * slice / (count - 1) - 1, slice);
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, side * side * 2);
  return slice + 1 == count ? d : finish (d, &mr, slice + 1);
}

static GByteArray *
make_xray (void)
{
  const guint rows = 640, columns = 512;
  g_autofree guint16 *pixels = g_new (guint16, rows * columns);
  Dicom *d = dicom_new ();

  add_general (d, &xr, 1, "ORIGINAL\\PRIMARY");
  dicom_text (d, 0x0018, 0x0015, "CS", xr.body_part);
  dicom_text (d, 0x0018, 0x5101, "CS", "PA");
  add_frame_of_study (d, &xr, 1);
  dicom_text (d, 0x0020, 0x0020, "CS", "L\\F");
  add_image (d, 1, "MONOCHROME1", 1, rows, columns, 0.6, 16, 12);
  dicom_text (d, 0x0028, 0x0301, "CS", "NO");
  dicom_text (d, 0x0028, 0x1050, "DS", "2048");
  dicom_text (d, 0x0028, 0x1051, "DS", "3600");
  dicom_text (d, 0x2050, 0x0020, "CS", "INVERSE");
  phantom_xray (pixels, columns, rows, (guint32) seed);
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, rows * columns * 2);
  return finish (d, &xr, 1);
}

static GByteArray *
make_clip (void)
{
  const guint rows = 120, columns = 160, frames = 24, banner = 16;
  const gsize frame_size = rows * columns * 3;
  g_autofree guint8 *pixels = g_malloc (frame_size * frames);
  g_autofree char *banner_text = named (SURNAME " " GIVEN_NAME);
  Dicom *d = dicom_new (), *region = dicom_new ();

  add_general (d, &us, 1, "ORIGINAL\\PRIMARY");
  dicom_text (d, 0x0018, 0x1063, "DS", "40");
  dicom_us (region, 0x0018, 0x6012, 1);
  dicom_us (region, 0x0018, 0x6014, 1);
  dicom_ul (region, 0x0018, 0x6016, 0);
  dicom_ul (region, 0x0018, 0x6018, 0);
  dicom_ul (region, 0x0018, 0x601A, banner);
  dicom_ul (region, 0x0018, 0x601C, columns - 1);
  dicom_ul (region, 0x0018, 0x601E, rows - 1);
  dicom_us (region, 0x0018, 0x6024, 3);
  dicom_us (region, 0x0018, 0x6026, 3);
  dicom_fd (region, 0x0018, 0x602C, 0.05);
  dicom_fd (region, 0x0018, 0x602E, 0.05);
  dicom_sequence (d, 0x0018, 0x6011, region);
  add_frame_of_study (d, &us, 1);
  add_image (d, 3, "RGB", frames, rows, columns, 0, 8, 8);
  for (guint frame = 0; frame < frames; frame++)
    phantom_ultrasound (pixels + frame * frame_size, columns, rows, banner, frame, banner_text);
  dicom_bytes (d, 0x7FE0, 0x0010, "OB", pixels, frame_size * frames);
  return finish (d, &us, 1);
}

static void
save_pdf (const char *folder)
{
  g_autofree char *page =
      named ("BT /F1 18 Tf 72 760 Td (St. Wilgefortis Infirmary) Tj 0 -40 Td (Report for Ottoline "
             "Quillfeather) Tj 0 -30 Td (CT of the chest: nothing to worry about.) Tj ET");
  GString *pdf = g_string_new ("%PDF-1.4\n");
  gsize places[6];

  places[1] = pdf->len;
  g_string_append (pdf, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
  places[2] = pdf->len;
  g_string_append (pdf, "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
  places[3] = pdf->len;
  g_string_append (
      pdf,
      "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << "
      "/Font << /F1 5 0 R >> >> >>\nendobj\n");
  places[4] = pdf->len;
  g_string_append_printf (pdf, "4 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n",
                          strlen (page), page);
  places[5] = pdf->len;
  g_string_append (pdf,
                   "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n");
  {
    gsize table = pdf->len;

    g_string_append (pdf, "xref\n0 6\n0000000000 65535 f \n");
    for (guint i = 1; i <= 5; i++)
      g_string_append_printf (pdf, "%010zu 00000 n \n", places[i]);
    g_string_append_printf (pdf, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
                            table);
  }
  save_text (folder, "REPORT.PDF", pdf->str, pdf->len);
  g_string_free (pdf, TRUE);
}

static const char note[] =
    "Your pictures are in the folder DICOM. Start AUTORUN.EXE to see them.\r\n";

static void
make_all (const char *folder)
{
  static const char program[] = "MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0 this is no program";
  char name[64];

  /* Handed over in another order than that of the body. */
  for (guint i = 0; i < (guint) slices; i++)
    {
      guint slice = (i * 17 + 5) % (guint) slices;

      if (slices % 17 == 0)
        slice = i;
      g_snprintf (name, sizeof name, "DICOM/ST000001/SE000001/IM%06u", i + 1);
      save (folder, name, make_ct (slice));
    }
  for (guint slice = 0; slice < 20; slice++)
    {
      g_snprintf (name, sizeof name, "DICOM/ST000002/SE000001/IM%06u", slice + 1);
      save (folder, name, make_mr (slice, 20));
    }
  save (folder, "DICOM/ST000003/SE000001/IM000001.dcm", make_xray ());
  save (folder, "DICOM/ST000004/SE000001/CLIP", make_clip ());
  save (folder, "DICOM/COPY OF IM000001", make_ct ((slices % 17 == 0 ? 0 : 5) % (guint) slices));
  save_pdf (folder);
  save_text (folder, "README.TXT", note, sizeof note - 1);
  save_text (folder, "AUTORUN.EXE", program, sizeof program);
  save_text (folder, "EMPTY", "", 0);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        remove_tree (inner);
      else
        g_unlink (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
}

/* Nothing is there, or what an earlier run made. */
static gboolean
may_be_replaced (const char *folder)
{
  g_autofree char *mark = g_build_filename (folder, "README.TXT", NULL);
  g_autofree char *text = NULL;
  GDir *dir = g_dir_open (folder, 0, NULL);
  gboolean empty = dir == NULL || g_dir_read_name (dir) == NULL;

  if (dir != NULL)
    g_dir_close (dir);
  return empty || (g_file_get_contents (mark, &text, NULL, NULL) && g_str_equal (text, note));
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "slices", 0, 0, G_OPTION_ARG_INT, &slices, "Slices of the CT", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &size, "Its rows and columns", "PIXELS" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Another noise, other identifiers", "N" },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, "Another name", "SURNAME^GIVEN" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, "One date for all", "YYYYMMDD" },
    { "markers", 0, 0, G_OPTION_ARG_FILENAME, &marker_table,
      "Only the CT with every attribute of this table", "CSV" },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("DIR");
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || slices < 1 ||
      size < 16 || size > 4096)
    {
      g_printerr ("usage: scan-gen DIR [--slices N] [--size PIXELS] [--seed N] [--patient NAME]\n"
                  "                    [--date YYYYMMDD]\n"
                  "       scan-gen --markers TABLE.csv DIR\n");
      return 2;
    }
  if (marker_table != NULL)
    {
      if (markers_write (marker_table, argv[1], &error))
        return 0;
      g_printerr ("scan-gen: %s\n", error->message);
      return 1;
    }
  if (!may_be_replaced (argv[1]))
    {
      g_printerr ("scan-gen: %s holds something else\n", argv[1]);
      return 1;
    }
  remove_tree (argv[1]);
  make_all (argv[1]);
  return 0;
}
