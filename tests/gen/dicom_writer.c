/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_writer.h"

#include <string.h>

static void
put_le (Dicom *dicom, guint64 value, guint bytes)
{
  guint8 little[8];

  for (guint i = 0; i < bytes; i++)
    little[i] = (guint8) (value >> (8 * i));
  g_byte_array_append (dicom, little, bytes);
}

static gboolean
is_long (const char *vr)
{
  return strstr ("OB OD OF OL OV OW SQ SV UC UN UR UT UV", vr) != NULL;
}

Dicom *
dicom_new (void)
{
  return g_byte_array_new ();
}

void
dicom_bytes (Dicom *dicom, guint16 group, guint16 element, const char *vr, const void *data,
             gsize n)
{
  gsize padded = n + n % 2;

  put_le (dicom, group, 2);
  put_le (dicom, element, 2);
  g_byte_array_append (dicom, (const guint8 *) vr, 2);
  if (is_long (vr))
    put_le (dicom, 0, 2);
  put_le (dicom, padded, is_long (vr) ? 4 : 2);
  if (n > 0)
    g_byte_array_append (dicom, data, (guint) n);
  if (padded != n)
    put_le (dicom, g_str_equal (vr, "UI") || vr[0] == 'O' || g_str_equal (vr, "UN") ? 0 : ' ', 1);
}

void
dicom_text (Dicom *dicom, guint16 group, guint16 element, const char *vr, const char *text)
{
  dicom_bytes (dicom, group, element, vr, text, strlen (text));
}

void
dicom_us (Dicom *dicom, guint16 group, guint16 element, guint16 value)
{
  const guint8 little[2] = { (guint8) value, (guint8) (value >> 8) };

  dicom_bytes (dicom, group, element, "US", little, sizeof little);
}

void
dicom_ul (Dicom *dicom, guint16 group, guint16 element, guint32 value)
{
  const guint8 little[4] = { (guint8) value, (guint8) (value >> 8), (guint8) (value >> 16),
                             (guint8) (value >> 24) };

  dicom_bytes (dicom, group, element, "UL", little, sizeof little);
}

void
dicom_fd (Dicom *dicom, guint16 group, guint16 element, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT64_TO_LE (bits);
  dicom_bytes (dicom, group, element, "FD", &bits, sizeof bits);
}

void
dicom_ds (Dicom *dicom, guint16 group, guint16 element, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  dicom_text (dicom, group, element, "DS", g_ascii_formatd (text, sizeof text, "%.6g", value));
}

void
dicom_sequence (Dicom *dicom, guint16 group, guint16 element, Dicom *item)
{
  Dicom *whole = dicom_new ();

  put_le (whole, 0xFFFE, 2);
  put_le (whole, 0xE000, 2);
  put_le (whole, item->len, 4);
  g_byte_array_append (whole, item->data, item->len);
  dicom_bytes (dicom, group, element, "SQ", whole->data, whole->len);
  g_byte_array_unref (whole);
  g_byte_array_unref (item);
}

GByteArray *
dicom_file_with_meta (const Dicom *dicom, const char *preamble, const char *sop_class,
                      const char *instance, const Dicom *further_meta)
{
  Dicom *meta = dicom_new ();
  GByteArray *file = g_byte_array_new ();
  guint8 head[132] = { 0 };

  dicom_bytes (meta, 0x0002, 0x0001, "OB", "\0\1", 2);
  dicom_text (meta, 0x0002, 0x0002, "UI", sop_class);
  dicom_text (meta, 0x0002, 0x0003, "UI", instance);
  dicom_text (meta, 0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1");
  dicom_text (meta, 0x0002, 0x0012, "UI", "1.2.826.0.1.3680043.99.1");
  g_byte_array_append (meta, further_meta->data, further_meta->len);
  if (preamble != NULL)
    memcpy (head, preamble, MIN (strlen (preamble), 128));
  memcpy (head + 128, "DICM", 4);
  g_byte_array_append (file, head, sizeof head);
  dicom_ul (file, 0x0002, 0x0000, meta->len);
  g_byte_array_append (file, meta->data, meta->len);
  g_byte_array_append (file, dicom->data, dicom->len);
  g_byte_array_unref (meta);
  return file;
}

GByteArray *
dicom_file (const Dicom *dicom, const char *preamble, const char *sop_class, const char *instance)
{
  Dicom *sender = dicom_new ();
  GByteArray *file;

  dicom_text (sender, 0x0002, 0x0016, "AE", "WILGEFORTIS_PACS");
  file = dicom_file_with_meta (dicom, preamble, sop_class, instance, sender);
  g_byte_array_unref (sender);
  return file;
}
