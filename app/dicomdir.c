/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicomdir.h"

#include <string.h>

#define EXPLICIT_LITTLE_ENDIAN "1.2.840.10008.1.2.1"
#define DIRECTORY_CLASS "1.2.840.10008.1.3.10"

/* A directory record while the tree is built. */
typedef struct Record Record;
struct Record
{
  char *key;           /* of its siblings */
  const char *type;    /* PATIENT STUDY SERIES IMAGE */
  GByteArray *content; /* its own attributes */
  GPtrArray *children; /* Record */
  gsize offset;        /* of its item in the file */
};

static void
record_free (gpointer data)
{
  Record *record = data;

  g_free (record->key);
  g_byte_array_unref (record->content);
  g_ptr_array_unref (record->children);
  g_free (record);
}

static Record *
record_new (const char *key, const char *type)
{
  Record *record = g_new0 (Record, 1);

  record->key = g_strdup (key);
  record->type = type;
  record->content = g_byte_array_new ();
  record->children = g_ptr_array_new_with_free_func (record_free);
  return record;
}

static void
put_number (GByteArray *out, guint64 value, guint bytes)
{
  guint8 little[8];

  for (guint i = 0; i < bytes; i++)
    little[i] = (guint8) (value >> (8 * i));
  g_byte_array_append (out, little, bytes);
}

static void
put_head (GByteArray *out, guint16 group, guint16 element, const char *vr)
{
  put_number (out, group, 2);
  put_number (out, element, 2);
  g_byte_array_append (out, (const guint8 *) vr, 2);
}

static void
put_text (GByteArray *out, guint16 group, guint16 element, const char *vr, const char *text,
          gsize max)
{
  gsize n = text != NULL ? MIN (strlen (text), max) : 0;

  put_head (out, group, element, vr);
  put_number (out, n + n % 2, 2);
  if (n > 0)
    g_byte_array_append (out, (const guint8 *) text, (guint) n);
  if (n % 2 != 0)
    put_number (out, g_str_equal (vr, "UI") ? 0 : ' ', 1);
}

static void
put_uid (GByteArray *out, guint16 group, guint16 element, const char *uid)
{
  put_text (out, group, element, "UI", uid, 64);
}

static void
put_integer (GByteArray *out, guint16 group, guint16 element, gint value)
{
  char text[16];

  g_snprintf (text, sizeof text, "%d", MAX (value, 0));
  put_text (out, group, element, "IS", text, 12);
}

static void
put_long (GByteArray *out, guint16 group, guint16 element, guint32 value)
{
  put_head (out, group, element, "UL");
  put_number (out, 4, 2);
  put_number (out, value, 4);
}

static void
put_short (GByteArray *out, guint16 group, guint16 element, guint16 value)
{
  put_head (out, group, element, "US");
  put_number (out, 2, 2);
  put_number (out, value, 2);
}

static Record *
find_or_add (GPtrArray *siblings, const char *key, const char *type, gboolean *ret_new)
{
  Record *record;

  for (guint i = siblings->len; i > 0; i--)
    {
      record = g_ptr_array_index (siblings, i - 1);
      if (g_str_equal (record->key, key))
        {
          *ret_new = FALSE;
          return record;
        }
    }
  record = record_new (key, type);
  g_ptr_array_add (siblings, record);
  *ret_new = TRUE;
  return record;
}

static const char *
known (const char *text)
{
  return text != NULL ? text : "";
}

/* PS3.3 F.5: the keys of each kind of record. */
static void
add_entry (GPtrArray *patients, const ScanDirectoryEntry *entry)
{
  gboolean fresh;
  Record *patient = find_or_add (patients, known (entry->patient_id), "PATIENT", &fresh), *study,
         *series, *image;
  g_autofree char *file_id = g_strdelimit (g_strdup (entry->path), "/", '\\');

  if (fresh)
    {
      put_text (patient->content, 0x0010, 0x0010, "PN", entry->patient_name, 64);
      put_text (patient->content, 0x0010, 0x0020, "LO", entry->patient_id, 64);
    }
  study = find_or_add (patient->children, known (entry->study), "STUDY", &fresh);
  if (fresh)
    {
      put_text (study->content, 0x0008, 0x0020, "DA", entry->study_date, 8);
      put_text (study->content, 0x0008, 0x0030, "TM", "", 0);
      put_text (study->content, 0x0008, 0x0050, "SH", "", 0);
      put_text (study->content, 0x0008, 0x1030, "LO", "", 0);
      put_uid (study->content, 0x0020, 0x000D, entry->study);
      put_text (study->content, 0x0020, 0x0010, "SH", "", 0);
    }
  series = find_or_add (study->children, known (entry->series), "SERIES", &fresh);
  if (fresh)
    {
      put_text (series->content, 0x0008, 0x0060, "CS", entry->modality, 16);
      put_uid (series->content, 0x0020, 0x000E, entry->series);
      put_integer (series->content, 0x0020, 0x0011, entry->series_number);
    }
  image = record_new (known (entry->sop_instance), "IMAGE");
  g_ptr_array_add (series->children, image);
  put_text (image->content, 0x0004, 0x1500, "CS", file_id, 8 * 9);
  put_uid (image->content, 0x0004, 0x1510, entry->sop_class);
  put_uid (image->content, 0x0004, 0x1511, entry->sop_instance);
  put_uid (image->content, 0x0004, 0x1512, entry->transfer_syntax);
  put_integer (image->content, 0x0020, 0x0013, entry->instance_number);
}

/* Item head; next, in-use flag and lower records of 12, 10 and 12 bytes; the type of 8 bytes and
 * its text. */
static gsize
record_size (const Record *record)
{
  gsize type = strlen (record->type);

  return 8 + 12 + 10 + 12 + 8 + type + type % 2 + record->content->len;
}

static void
place_records (GPtrArray *records, gsize *at)
{
  for (guint i = 0; i < records->len; i++)
    {
      Record *record = g_ptr_array_index (records, i);

      record->offset = *at;
      *at += record_size (record);
      place_records (record->children, at);
    }
}

static guint32
first_offset (GPtrArray *records)
{
  return records->len > 0 ? (guint32) ((Record *) g_ptr_array_index (records, 0))->offset : 0;
}

static void
write_records (GByteArray *out, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    {
      const Record *record = g_ptr_array_index (records, i);

      put_number (out, 0xFFFE, 2);
      put_number (out, 0xE000, 2);
      put_number (out, record_size (record) - 8, 4);
      put_long (out, 0x0004, 0x1400,
                i + 1 < records->len
                    ? (guint32) ((Record *) g_ptr_array_index (records, i + 1))->offset
                    : 0);
      put_short (out, 0x0004, 0x1410, 0xFFFF);
      put_long (out, 0x0004, 0x1420, first_offset (record->children));
      put_text (out, 0x0004, 0x1430, "CS", record->type, 16);
      g_byte_array_append (out, record->content->data, record->content->len);
      write_records (out, record->children);
    }
}

static void
write_head (GByteArray *out, const char *file_set)
{
  g_autoptr (GByteArray) meta = g_byte_array_new ();
  static const guint8 empty[128];

  put_head (meta, 0x0002, 0x0001, "OB");
  put_number (meta, 0, 2);
  put_number (meta, 2, 4);
  put_number (meta, 0x0100, 2);
  put_uid (meta, 0x0002, 0x0002, DIRECTORY_CLASS);
  put_uid (meta, 0x0002, 0x0003, file_set);
  put_uid (meta, 0x0002, 0x0010, EXPLICIT_LITTLE_ENDIAN);
  put_uid (meta, 0x0002, 0x0012, "2.25.193047102847710298374610293847561029384");
  g_byte_array_append (out, empty, sizeof empty);
  g_byte_array_append (out, (const guint8 *) "DICM", 4);
  put_long (out, 0x0002, 0x0000, meta->len);
  g_byte_array_append (out, meta->data, meta->len);
}

/* The tree depth first: every record stands before its children, as PS3.3 F.2.2.2 allows. */
GByteArray *
scan_dicomdir_build (GPtrArray *entries, const char *file_set)
{
  g_autoptr (GPtrArray) patients = g_ptr_array_new_with_free_func (record_free);
  GByteArray *out = g_byte_array_new ();
  const Record *last;
  gsize begin, end;

  for (guint i = 0; i < entries->len; i++)
    add_entry (patients, g_ptr_array_index (entries, i));
  write_head (out, file_set);
  put_text (out, 0x0004, 0x1130, "CS", "SCANVAULT", 16);
  /* Behind two offsets, a flag and the sequence's own head. */
  begin = end = out->len + 12 + 12 + 10 + 12;
  place_records (patients, &end);
  last = patients->len > 0 ? g_ptr_array_index (patients, patients->len - 1) : NULL;
  put_long (out, 0x0004, 0x1200, first_offset (patients));
  put_long (out, 0x0004, 0x1202, last != NULL ? (guint32) last->offset : 0);
  put_short (out, 0x0004, 0x1212, 0);
  put_head (out, 0x0004, 0x1220, "SQ");
  put_number (out, 0, 2);
  put_number (out, end - begin, 4);
  write_records (out, patients);
  g_assert (out->len == end);
  return out;
}
