/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include <stddef.h>
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

/* Numbers of 1, 2, 4 or 8 bytes as they stand in memory. */
static guint64
load_number (const void *at, guint bytes)
{
  guint64 value = 0;

  memcpy ((guint8 *) &value + (G_BYTE_ORDER == G_BIG_ENDIAN ? 8 - bytes : 0), at, bytes);
  return value;
}

static void
store_number (void *at, guint64 value, guint bytes)
{
  memcpy (at, (guint8 *) &value + (G_BYTE_ORDER == G_BIG_ENDIAN ? 8 - bytes : 0), bytes);
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

/* One part of a row: what it is and where it stands in the decoded row. */
typedef enum
{
  PART_STRING,
  PART_KEY,
  PART_BOOL,           /* gboolean, one byte */
  PART_FLAGS,          /* two gbooleans that stand beside each other, one byte */
  PART_NUMBER,         /* of `bytes` bytes, in memory as in the row but for the order of bytes */
  PART_OPTIONAL,       /* pointer to `bytes` bytes, NULL: absent; nothing may stand behind it */
  PART_OPTIONAL_BLOCK, /* the same; its first byte says how many follow */
  PART_ARRAY, /* guint number of elements of `bytes` bytes, and the pointer to them at `elements` */
  PART_OPTIONAL_ARRAY /* the same; pointer NULL: absent; nothing may stand behind it */
} PartKind;

typedef struct
{
  PartKind kind;
  guint16 offset, bytes, elements;
} Part;

typedef struct
{
  const Part *parts;
  guint n_parts;
  gsize size; /* of the decoded row */
} Layout;

#define STRING(row, name)                   \
  {                                         \
    PART_STRING, offsetof (row, name), 0, 0 \
  }
#define KEY(row, name)                   \
  {                                      \
    PART_KEY, offsetof (row, name), 0, 0 \
  }
#define BOOL(row, name)                   \
  {                                       \
    PART_BOOL, offsetof (row, name), 1, 0 \
  }
#define NUMBER(row, name)                                               \
  {                                                                     \
    PART_NUMBER, offsetof (row, name), sizeof (((row *) NULL)->name), 0 \
  }
#define LAYOUT(row, parts)                    \
  {                                           \
    parts, G_N_ELEMENTS (parts), sizeof (row) \
  }

static const Part study_parts[] = {
  STRING (ScanStudyRow, uid),         STRING (ScanStudyRow, patient_name),
  STRING (ScanStudyRow, patient_id),  STRING (ScanStudyRow, birth_date),
  STRING (ScanStudyRow, sex),         STRING (ScanStudyRow, date),
  STRING (ScanStudyRow, time),        STRING (ScanStudyRow, description),
  STRING (ScanStudyRow, institution), STRING (ScanStudyRow, referrer),
};

static const Part series_parts[] = {
  KEY (ScanSeriesRow, study),          NUMBER (ScanSeriesRow, number),
  STRING (ScanSeriesRow, uid),         STRING (ScanSeriesRow, modality),
  STRING (ScanSeriesRow, description), STRING (ScanSeriesRow, body_part),
};

G_STATIC_ASSERT (offsetof (ScanInstanceRow, conflict) ==
                 offsetof (ScanInstanceRow, renderable) + sizeof (gboolean));
static const Part instance_parts[] = {
  { PART_FLAGS, offsetof (ScanInstanceRow, renderable), 1, 0 },
  KEY (ScanInstanceRow, series),
  NUMBER (ScanInstanceRow, rows),
  NUMBER (ScanInstanceRow, columns),
  NUMBER (ScanInstanceRow, frames),
  NUMBER (ScanInstanceRow, number),
  NUMBER (ScanInstanceRow, bytes),
  NUMBER (ScanInstanceRow, position),
  STRING (ScanInstanceRow, uid),
  STRING (ScanInstanceRow, sop_class),
  STRING (ScanInstanceRow, transfer_syntax),
  { PART_OPTIONAL_BLOCK, offsetof (ScanInstanceRow, arrangement), 0, 0 },
};

static const Part document_parts[] = {
  KEY (ScanDocumentRow, study),
  NUMBER (ScanDocumentRow, bytes),
  STRING (ScanDocumentRow, type),
  STRING (ScanDocumentRow, name),
};

#define HASH_SIZE 32
static const Part share_parts[] = {
  NUMBER (ScanShareRow, date),
  NUMBER (ScanShareRow, profile),
  BOOL (ScanShareRow, keep_dates),
  NUMBER (ScanShareRow, date_shift),
  NUMBER (ScanShareRow, time_shift),
  NUMBER (ScanShareRow, files),
  STRING (ScanShareRow, to),
  { PART_ARRAY, offsetof (ScanShareRow, n_items), SCAN_KEY_SIZE, offsetof (ScanShareRow, items) },
  { PART_ARRAY, offsetof (ScanShareRow, n_hashes), HASH_SIZE, offsetof (ScanShareRow, hashes) },
  { PART_OPTIONAL, offsetof (ScanShareRow, key), SCAN_SHARE_KEY_SIZE, 0 },
};

static const Part share_made_parts[] = {
  BOOL (ScanShareMadeRow, reviewed),
  BOOL (ScanShareMadeRow, leave_out),
  NUMBER (ScanShareMadeRow, zip),
  STRING (ScanShareMadeRow, software),
  STRING (ScanShareMadeRow, password),
  STRING (ScanShareMadeRow, pseudonym),
  { PART_ARRAY, offsetof (ScanShareMadeRow, n_sources), SCAN_MEMBER_SIZE,
    offsetof (ScanShareMadeRow, sources) },
  { PART_ARRAY, offsetof (ScanShareMadeRow, n_frames), SCAN_FRAME_SUM_SIZE,
    offsetof (ScanShareMadeRow, frames) },
  { PART_ARRAY, offsetof (ScanShareMadeRow, n_boxes), 1, offsetof (ScanShareMadeRow, boxes) },
  { PART_OPTIONAL_ARRAY, offsetof (ScanShareMadeRow, n_refusals), 1,
    offsetof (ScanShareMadeRow, refusals) },
};

static const Part share_agreed_parts[] = { NUMBER (ScanShareAgreedRow, delete_by),
                                           STRING (ScanShareAgreedRow, purpose) };

static const Part share_event_parts[] = { NUMBER (ScanShareEventRow, date),
                                          KEY (ScanShareEventRow, share),
                                          NUMBER (ScanShareEventRow, status) };

static const Part reminder_parts[] = { NUMBER (ScanReminderRow, due), NUMBER (ScanReminderRow, of),
                                       STRING (ScanReminderRow, to) };

static const Part trash_parts[] = {
  NUMBER (ScanTrashRow, date),
  { PART_OPTIONAL_ARRAY, offsetof (ScanTrashRow, n_seen), SCAN_SEEN_SIZE,
    offsetof (ScanTrashRow, seen) },
};
static const Part slot_parts[] = { NUMBER (ScanSlotRow, date), STRING (ScanSlotRow, label) };

static const Part backup_parts[] = { NUMBER (ScanBackupRow, date), NUMBER (ScanBackupRow, files),
                                     NUMBER (ScanBackupRow, bytes), STRING (ScanBackupRow, place) };

static const Part parity_parts[] = { BOOL (ScanParityRow, on) };

static const Part sheet_parts[] = { NUMBER (ScanSheetRow, proved) };

static const Part text_parts[] = { STRING (ScanTextRow, text) };

static const Part favourite_parts[] = { BOOL (ScanFavouriteRow, on) };

static const Layout study_layout = LAYOUT (ScanStudyRow, study_parts);
static const Layout series_layout = LAYOUT (ScanSeriesRow, series_parts);
static const Layout instance_layout = LAYOUT (ScanInstanceRow, instance_parts);
static const Layout document_layout = LAYOUT (ScanDocumentRow, document_parts);
static const Layout share_layout = LAYOUT (ScanShareRow, share_parts);
static const Layout share_made_layout = LAYOUT (ScanShareMadeRow, share_made_parts);
static const Layout share_agreed_layout = LAYOUT (ScanShareAgreedRow, share_agreed_parts);
static const Layout share_event_layout = LAYOUT (ScanShareEventRow, share_event_parts);
static const Layout reminder_layout = LAYOUT (ScanReminderRow, reminder_parts);
static const Layout trash_layout = LAYOUT (ScanTrashRow, trash_parts);
static const Layout slot_layout = LAYOUT (ScanSlotRow, slot_parts);
static const Layout backup_layout = LAYOUT (ScanBackupRow, backup_parts);
static const Layout parity_layout = LAYOUT (ScanParityRow, parity_parts);
static const Layout sheet_layout = LAYOUT (ScanSheetRow, sheet_parts);
static const Layout text_layout = LAYOUT (ScanTextRow, text_parts);
static const Layout favourite_layout = LAYOUT (ScanFavouriteRow, favourite_parts);

#define ROW_MAX 128
G_STATIC_ASSERT (sizeof (ScanStudyRow) <= ROW_MAX && sizeof (ScanInstanceRow) <= ROW_MAX &&
                 sizeof (ScanShareRow) <= ROW_MAX && sizeof (ScanShareMadeRow) <= ROW_MAX &&
                 sizeof (ScanSeriesRow) <= ROW_MAX);

static GByteArray *
encode (const Layout *layout, const void *row)
{
  GByteArray *out = g_byte_array_sized_new (160);

  put_number (out, ROW_VERSION, 1);
  for (guint i = 0; i < layout->n_parts; i++)
    {
      const Part *part = &layout->parts[i];
      const guint8 *at = (const guint8 *) row + part->offset;

      switch (part->kind)
        {
        case PART_STRING:
          put_string (out, *(const char *const *) at);
          break;
        case PART_KEY:
          put_bytes (out, at, SCAN_KEY_SIZE);
          break;
        case PART_BOOL:
          put_number (out, *(const gboolean *) at ? 1 : 0, 1);
          break;
        case PART_FLAGS:
          put_number (
              out, (((const gboolean *) at)[0] ? 1u : 0u) | (((const gboolean *) at)[1] ? 2u : 0u),
              1);
          break;
        case PART_NUMBER:
          put_number (out, load_number (at, part->bytes), part->bytes);
          break;
        case PART_OPTIONAL:
          if (*(const guint8 *const *) at != NULL)
            put_bytes (out, *(const guint8 *const *) at, part->bytes);
          break;
        case PART_OPTIONAL_BLOCK:
          if (*(const guint8 *const *) at != NULL)
            put_bytes (out, *(const guint8 *const *) at, 1u + **(const guint8 *const *) at);
          break;
        case PART_OPTIONAL_ARRAY:
          if (*(const guint8 *const *) ((const guint8 *) row + part->elements) == NULL)
            break;
          G_GNUC_FALLTHROUGH;
        case PART_ARRAY:
          put_number (out, *(const guint *) at, 4);
          put_bytes (out, *(const guint8 *const *) ((const guint8 *) row + part->elements),
                     *(const guint *) at * part->bytes);
          break;
        }
    }
  return out;
}

static gboolean
decode (const Layout *layout, const guint8 *data, gsize size, void *ret_row)
{
  Cursor cursor = { data, size, TRUE };
  guint8 row[ROW_MAX] __attribute__ ((aligned (8))) = { 0 };

  if (take_number (&cursor, 1) < ROW_VERSION)
    return FALSE;
  for (guint i = 0; i < layout->n_parts && cursor.ok; i++)
    {
      const Part *part = &layout->parts[i];
      guint8 *at = row + part->offset;
      guint value;

      switch (part->kind)
        {
        case PART_STRING:
          *(const char **) (gpointer) at = take_string (&cursor);
          break;
        case PART_KEY:
          take_key (&cursor, at);
          break;
        case PART_BOOL:
          *(gboolean *) (gpointer) at = take_number (&cursor, 1) != 0;
          break;
        case PART_FLAGS:
          value = (guint) take_number (&cursor, 1);
          ((gboolean *) (gpointer) at)[0] = (value & 1) != 0;
          ((gboolean *) (gpointer) at)[1] = (value & 2) != 0;
          break;
        case PART_NUMBER:
          store_number (at, take_number (&cursor, part->bytes), part->bytes);
          break;
        case PART_OPTIONAL:
          if (cursor.left >= part->bytes)
            *(const guint8 **) (gpointer) at = take (&cursor, part->bytes);
          break;
        case PART_OPTIONAL_BLOCK:
          if (cursor.left > 0 && cursor.left > cursor.data[0])
            *(const guint8 **) (gpointer) at = take (&cursor, 1u + cursor.data[0]);
          break;
        case PART_OPTIONAL_ARRAY:
          if (cursor.left == 0)
            break;
          G_GNUC_FALLTHROUGH;
        case PART_ARRAY:
          value = (guint) take_number (&cursor, 4);
          *(guint *) (gpointer) at = value;
          *(const guint8 **) (gpointer) (row + part->elements) =
              take (&cursor, (gsize) value * part->bytes);
          break;
        }
    }
  if (cursor.ok)
    memcpy (ret_row, row, layout->size);
  return cursor.ok;
}

GByteArray *
scan_row_from_study (const ScanStudyRow *row)
{
  return encode (&study_layout, row);
}

gboolean
scan_row_to_study (const guint8 *data, gsize size, ScanStudyRow *ret_row)
{
  return decode (&study_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_series (const ScanSeriesRow *row)
{
  return encode (&series_layout, row);
}

gboolean
scan_row_to_series (const guint8 *data, gsize size, ScanSeriesRow *ret_row)
{
  return decode (&series_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_instance (const ScanInstanceRow *row)
{
  return encode (&instance_layout, row);
}

gboolean
scan_row_to_instance (const guint8 *data, gsize size, ScanInstanceRow *ret_row)
{
  return decode (&instance_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_document (const ScanDocumentRow *row)
{
  return encode (&document_layout, row);
}

gboolean
scan_row_to_document (const guint8 *data, gsize size, ScanDocumentRow *ret_row)
{
  return decode (&document_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_share (const ScanShareRow *row)
{
  return encode (&share_layout, row);
}

gboolean
scan_row_to_share (const guint8 *data, gsize size, ScanShareRow *ret_row)
{
  return decode (&share_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_share_made (const ScanShareMadeRow *row)
{
  return encode (&share_made_layout, row);
}

gboolean
scan_row_to_share_made (const guint8 *data, gsize size, ScanShareMadeRow *ret_row)
{
  return decode (&share_made_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_share_agreed (const ScanShareAgreedRow *row)
{
  return encode (&share_agreed_layout, row);
}

gboolean
scan_row_to_share_agreed (const guint8 *data, gsize size, ScanShareAgreedRow *ret_row)
{
  return decode (&share_agreed_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_share_event (const ScanShareEventRow *row)
{
  return encode (&share_event_layout, row);
}

gboolean
scan_row_to_share_event (const guint8 *data, gsize size, ScanShareEventRow *ret_row)
{
  return decode (&share_event_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_reminder (const ScanReminderRow *row)
{
  return encode (&reminder_layout, row);
}

gboolean
scan_row_to_reminder (const guint8 *data, gsize size, ScanReminderRow *ret_row)
{
  return decode (&reminder_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_trash (const ScanTrashRow *row)
{
  return encode (&trash_layout, row);
}

gboolean
scan_row_to_trash (const guint8 *data, gsize size, ScanTrashRow *ret_row)
{
  return decode (&trash_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_slot (const ScanSlotRow *row)
{
  return encode (&slot_layout, row);
}

gboolean
scan_row_to_slot (const guint8 *data, gsize size, ScanSlotRow *ret_row)
{
  return decode (&slot_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_backup (const ScanBackupRow *row)
{
  return encode (&backup_layout, row);
}

gboolean
scan_row_to_backup (const guint8 *data, gsize size, ScanBackupRow *ret_row)
{
  return decode (&backup_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_parity (const ScanParityRow *row)
{
  return encode (&parity_layout, row);
}

gboolean
scan_row_to_parity (const guint8 *data, gsize size, ScanParityRow *ret_row)
{
  return decode (&parity_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_sheet (const ScanSheetRow *row)
{
  return encode (&sheet_layout, row);
}

gboolean
scan_row_to_sheet (const guint8 *data, gsize size, ScanSheetRow *ret_row)
{
  return decode (&sheet_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_text (const ScanTextRow *row)
{
  return encode (&text_layout, row);
}

gboolean
scan_row_to_text (const guint8 *data, gsize size, ScanTextRow *ret_row)
{
  return decode (&text_layout, data, size, ret_row);
}

GByteArray *
scan_row_from_favourite (const ScanFavouriteRow *row)
{
  return encode (&favourite_layout, row);
}

gboolean
scan_row_to_favourite (const guint8 *data, gsize size, ScanFavouriteRow *ret_row)
{
  return decode (&favourite_layout, data, size, ret_row);
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
