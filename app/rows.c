/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include <string.h>

#define ROW_VERSION 1
#define DICOM_ROOT "1.2.840.10008"
#define STRING_MAX 65534

static void
put_bytes (GByteArray *row, const void *data, guint n)
{
  if (n > 0)
    g_byte_array_append (row, data, n);
}

static void
put_number (GByteArray *row, guint64 value, guint bytes)
{
  guint8 little[8];

  for (guint i = 0; i < bytes; i++)
    little[i] = (guint8) (value >> (8 * i));
  put_bytes (row, little, bytes);
}

static void
put_double (GByteArray *row, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  put_number (row, bits, 8);
}

static void
put_string (GByteArray *row, const char *text)
{
  gsize n = text != NULL ? strlen (text) : 0;

  if (n > STRING_MAX)
    {
      n = STRING_MAX;
      while (n > 0 && ((guint8) text[n] & 0xC0) == 0x80)
        n--;
    }
  put_number (row, n, 2);
  if (n > 0)
    put_bytes (row, text, (guint) n);
  put_number (row, 0, 1);
}

static GByteArray *
begin_row (void)
{
  GByteArray *row = g_byte_array_sized_new (160);

  put_number (row, ROW_VERSION, 1);
  return row;
}

/* A cursor over a row. After the first step beyond the end everything reads as empty and ok is
 * FALSE. */
typedef struct
{
  const guint8 *data;
  gsize left;
  gboolean ok;
} Cursor;

static const guint8 *
take (Cursor *cursor, gsize n)
{
  const guint8 *here = cursor->data;

  if (!cursor->ok || n > cursor->left)
    {
      cursor->ok = FALSE;
      return NULL;
    }
  cursor->data += n;
  cursor->left -= n;
  return here;
}

static guint64
take_number (Cursor *cursor, guint bytes)
{
  const guint8 *little = take (cursor, bytes);
  guint64 value = 0;

  if (little == NULL)
    return 0;
  for (guint i = 0; i < bytes; i++)
    value |= (guint64) little[i] << (8 * i);
  return value;
}

static double
take_double (Cursor *cursor)
{
  guint64 bits = take_number (cursor, 8);
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static const char *
take_string (Cursor *cursor)
{
  gsize n = take_number (cursor, 2);
  const char *text = (const char *) take (cursor, n + 1);

  if (text == NULL || text[n] != '\0' || memchr (text, '\0', n) != NULL)
    {
      cursor->ok = FALSE;
      return "";
    }
  return text;
}

static void
take_key (Cursor *cursor, guint8 key[SCAN_KEY_SIZE])
{
  const guint8 *here = take (cursor, SCAN_KEY_SIZE);

  if (here != NULL)
    memcpy (key, here, SCAN_KEY_SIZE);
}

static Cursor
open_row (const guint8 *data, gsize size)
{
  Cursor cursor = { data, size, TRUE };

  if (take_number (&cursor, 1) < ROW_VERSION)
    cursor.ok = FALSE;
  return cursor;
}

GByteArray *
scan_row_from_study (const ScanStudyRow *row)
{
  GByteArray *out = begin_row ();

  put_string (out, row->uid);
  put_string (out, row->patient_name);
  put_string (out, row->patient_id);
  put_string (out, row->birth_date);
  put_string (out, row->sex);
  put_string (out, row->date);
  put_string (out, row->time);
  put_string (out, row->description);
  put_string (out, row->institution);
  put_string (out, row->referrer);
  return out;
}

gboolean
scan_row_to_study (const guint8 *data, gsize size, ScanStudyRow *ret_row)
{
  Cursor cursor = open_row (data, size);
  ScanStudyRow row = { 0 };

  row.uid = take_string (&cursor);
  row.patient_name = take_string (&cursor);
  row.patient_id = take_string (&cursor);
  row.birth_date = take_string (&cursor);
  row.sex = take_string (&cursor);
  row.date = take_string (&cursor);
  row.time = take_string (&cursor);
  row.description = take_string (&cursor);
  row.institution = take_string (&cursor);
  row.referrer = take_string (&cursor);
  if (cursor.ok)
    *ret_row = row;
  return cursor.ok;
}

GByteArray *
scan_row_from_series (const ScanSeriesRow *row)
{
  GByteArray *out = begin_row ();

  put_bytes (out, row->study, SCAN_KEY_SIZE);
  put_number (out, (guint32) row->number, 4);
  put_string (out, row->uid);
  put_string (out, row->modality);
  put_string (out, row->description);
  put_string (out, row->body_part);
  return out;
}

gboolean
scan_row_to_series (const guint8 *data, gsize size, ScanSeriesRow *ret_row)
{
  Cursor cursor = open_row (data, size);
  ScanSeriesRow row = { 0 };

  take_key (&cursor, row.study);
  row.number = (gint32) take_number (&cursor, 4);
  row.uid = take_string (&cursor);
  row.modality = take_string (&cursor);
  row.description = take_string (&cursor);
  row.body_part = take_string (&cursor);
  if (cursor.ok)
    *ret_row = row;
  return cursor.ok;
}

enum
{
  INSTANCE_RENDERABLE = 1 << 0,
  INSTANCE_CONFLICT = 1 << 1
};

GByteArray *
scan_row_from_instance (const ScanInstanceRow *row)
{
  GByteArray *out = begin_row ();

  put_number (
      out, (row->renderable ? INSTANCE_RENDERABLE : 0u) | (row->conflict ? INSTANCE_CONFLICT : 0u),
      1);
  put_bytes (out, row->series, SCAN_KEY_SIZE);
  put_number (out, row->rows, 2);
  put_number (out, row->columns, 2);
  put_number (out, row->frames, 4);
  put_number (out, (guint32) row->number, 4);
  put_number (out, row->bytes, 8);
  put_double (out, row->position);
  put_string (out, row->uid);
  put_string (out, row->sop_class);
  put_string (out, row->transfer_syntax);
  return out;
}

gboolean
scan_row_to_instance (const guint8 *data, gsize size, ScanInstanceRow *ret_row)
{
  Cursor cursor = open_row (data, size);
  ScanInstanceRow row = { 0 };
  guint flags = (guint) take_number (&cursor, 1);

  row.renderable = (flags & INSTANCE_RENDERABLE) != 0;
  row.conflict = (flags & INSTANCE_CONFLICT) != 0;
  take_key (&cursor, row.series);
  row.rows = (guint16) take_number (&cursor, 2);
  row.columns = (guint16) take_number (&cursor, 2);
  row.frames = (guint32) take_number (&cursor, 4);
  row.number = (gint32) take_number (&cursor, 4);
  row.bytes = take_number (&cursor, 8);
  row.position = take_double (&cursor);
  row.uid = take_string (&cursor);
  row.sop_class = take_string (&cursor);
  row.transfer_syntax = take_string (&cursor);
  if (cursor.ok)
    *ret_row = row;
  return cursor.ok;
}

GByteArray *
scan_row_from_document (const ScanDocumentRow *row)
{
  GByteArray *out = begin_row ();

  put_bytes (out, row->study, SCAN_KEY_SIZE);
  put_number (out, row->bytes, 8);
  put_string (out, row->type);
  put_string (out, row->name);
  return out;
}

gboolean
scan_row_to_document (const guint8 *data, gsize size, ScanDocumentRow *ret_row)
{
  Cursor cursor = open_row (data, size);
  ScanDocumentRow row = { 0 };

  take_key (&cursor, row.study);
  row.bytes = take_number (&cursor, 8);
  row.type = take_string (&cursor);
  row.name = take_string (&cursor);
  if (cursor.ok)
    *ret_row = row;
  return cursor.ok;
}

#define HASH_SIZE 32

GByteArray *
scan_row_from_share (const ScanShareRow *row)
{
  GByteArray *out = begin_row ();

  put_number (out, (guint64) row->date, 8);
  put_number (out, row->profile, 1);
  put_number (out, row->keep_dates ? 1 : 0, 1);
  put_number (out, (guint32) row->date_shift, 4);
  put_number (out, (guint32) row->time_shift, 4);
  put_number (out, row->files, 8);
  put_string (out, row->to);
  put_number (out, row->n_items, 4);
  put_bytes (out, row->items, row->n_items * SCAN_KEY_SIZE);
  put_number (out, row->n_hashes, 4);
  put_bytes (out, row->hashes, row->n_hashes * HASH_SIZE);
  return out;
}

gboolean
scan_row_to_share (const guint8 *data, gsize size, ScanShareRow *ret_row)
{
  Cursor cursor = open_row (data, size);
  ScanShareRow row = { 0 };

  row.date = (gint64) take_number (&cursor, 8);
  row.profile = (guint8) take_number (&cursor, 1);
  row.keep_dates = take_number (&cursor, 1) != 0;
  row.date_shift = (gint32) take_number (&cursor, 4);
  row.time_shift = (gint32) take_number (&cursor, 4);
  row.files = take_number (&cursor, 8);
  row.to = take_string (&cursor);
  row.n_items = (guint) take_number (&cursor, 4);
  row.items = take (&cursor, (gsize) row.n_items * SCAN_KEY_SIZE);
  row.n_hashes = (guint) take_number (&cursor, 4);
  row.hashes = take (&cursor, (gsize) row.n_hashes * HASH_SIZE);
  if (cursor.ok)
    *ret_row = row;
  return cursor.ok;
}

const char *
scan_row_uid_short (const char *uid)
{
  if (uid != NULL && g_str_has_prefix (uid, DICOM_ROOT "."))
    return uid + strlen (DICOM_ROOT);
  return uid;
}

const char *
scan_row_uid_text (const char *short_form)
{
  if (short_form[0] == '.')
    {
      char text[160];

      if (g_snprintf (text, sizeof text, "%s%s", DICOM_ROOT, short_form) < (gint) sizeof text)
        return g_intern_string (text);
    }
  return g_intern_string (short_form);
}
