/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalog's rows, as they stand in the journal's fields. The layout is described in
 * app/ROWS.md. Strings in a row end in NUL, so that decoded rows point into the journal's own
 * memory. An empty value stands for no row: the field is gone. */
#pragma once

#include <glib.h>

typedef enum
{
  SCAN_FIELD_STUDY = 1,       /* entity: study id, 16 bytes */
  SCAN_FIELD_SERIES = 2,      /* entity: series id, 16 bytes */
  SCAN_FIELD_THUMBNAIL = 3,   /* entity: series id, 16 bytes; value: member id, 32 bytes */
  SCAN_FIELD_INSTANCE = 4,    /* entity: member id, 32 bytes */
  SCAN_FIELD_DOCUMENT = 5,    /* entity: member id, 32 bytes */
  SCAN_FIELD_SHARE = 6,       /* entity: share id, 16 bytes; written once, never again */
  SCAN_FIELD_TRASH = 7,       /* entity: study or series id, or member id */
  SCAN_FIELD_SLOT = 8,        /* entity: id of a passphrase slot, 8 bytes */
  SCAN_FIELD_BACKUP = 9,      /* entity: "vault" */
  SCAN_FIELD_PARITY = 10,     /* entity: "vault" */
  SCAN_FIELD_SHEET = 11,      /* entity: "vault" */
  SCAN_FIELD_TITLE = 12,      /* entity: study id, or member id of a document */
  SCAN_FIELD_NOTE = 13,       /* the same */
  SCAN_FIELD_TAGS = 14,       /* the same; value: a text with one tag a line */
  SCAN_FIELD_FAVOURITE = 15,  /* the same */
  SCAN_FIELD_SHARE_MADE = 16, /* entity: share id; written with SCAN_FIELD_SHARE */
  SCAN_FIELD_SHARE_VOID = 17, /* entity: share id; value: 1. Recorded, but nothing was handed out */
  SCAN_FIELD_SHARE_AGREED = 18, /* entity: share id; written with SCAN_FIELD_SHARE if at all */
  SCAN_FIELD_SHARE_EVENT = 19,  /* entity: 16 random bytes, so that none ever replaces another */
  SCAN_FIELD_REMINDER = 20,     /* entity: 16 random bytes; of a share its id */
  SCAN_FIELD_LETTER_NAME = 21   /* entity: "vault"; value: a text */
} ScanField;

#define SCAN_SEEN_SIZE 16 /* a computer and how far it was seen */
#define SCAN_KEY_SIZE 16
#define SCAN_SHARE_KEY_SIZE 32
#define SCAN_MEMBER_SIZE 32
#define SCAN_FRAME_SUM_SIZE 16

typedef struct
{
  const char *uid, *patient_name, *patient_id, *birth_date, *sex, *date, *time, *description,
      *institution, *referrer;
} ScanStudyRow;

typedef struct
{
  guint8 study[SCAN_KEY_SIZE];
  gint32 number;
  const char *uid, *modality, *description, *body_part;
} ScanSeriesRow;

typedef struct
{
  guint8 series[SCAN_KEY_SIZE];
  gboolean renderable, conflict;
  guint16 rows, columns;
  guint32 frames;
  gint32 number;
  guint64 bytes;
  double position; /* NAN = unknown */
  const char *uid;
  const char *sop_class, *transfer_syntax; /* without the root "1.2.840.10008." where they begin
                                              with it: see scan_row_uid_text */
  const guint8 *arrangement;               /* packed, as in arrangement.h; NULL: not known */
} ScanInstanceRow;

typedef struct
{
  guint8 study[SCAN_KEY_SIZE]; /* all zero: none */
  guint64 bytes;
  const char *type, *name;
} ScanDocumentRow;

typedef struct
{
  gint64 date;
  guint8 profile;
  gboolean keep_dates;
  gint32 date_shift; /* days */
  gint32 time_shift; /* seconds, -1 = times removed */
  guint64 files;
  const char *to;
  guint n_items;
  const guint8 *items; /* n_items ids of SCAN_KEY_SIZE bytes */
  guint n_hashes;
  const guint8 *hashes; /* n_hashes SHA-256 sums of the files handed out */
  const guint8 *key; /* of the share, if another vault made it (SCAN_SHARE_KEY_SIZE); else NULL */
} ScanShareRow;

typedef enum
{
  SCAN_MADE_FOLDER,
  SCAN_MADE_ZIP_OPEN,
  SCAN_MADE_ZIP_WORDS,   /* the password follows from the share's key */
  SCAN_MADE_ZIP_PASSWORD /* the owner's own */
} ScanMadeAs;

/* How a share was made, so that it can be made once more, and what else a found copy is known by.
 */
typedef struct
{
  gboolean reviewed, leave_out;
  guint8 zip;            /* ScanMadeAs */
  const char *software;  /* what the copies say of the program */
  const char *password;  /* of a package, if the owner chose it; "" else */
  const char *pseudonym; /* PatientID of the copies, "" if they have none */
  guint n_sources;
  const guint8 *sources; /* n_sources members of SCAN_MEMBER_SIZE bytes, in the order of the share,
                          * with those that were left out */
  guint n_frames;
  const guint8 *frames; /* n_frames sums of SCAN_FRAME_SUM_SIZE bytes (reader_protocol.h, `hash`) */
  guint n_boxes;        /* bytes */
  const guint8 *boxes;  /* what the person marked: see share_boxes.c */
  guint n_refusals;     /* bytes */
  const guint8 *refusals; /* what was left out and why: see share_again.c; NULL: not noted */
} ScanShareMadeRow;

/* What the owner and the recipient agreed. */
typedef struct
{
  gint64 delete_by; /* seconds since 1970: when the copies should be deleted; 0 = nothing is said */
  const char *purpose;
} ScanShareAgreedRow;

/* What became of a share later on. */
typedef struct
{
  gint64 date; /* seconds since 1970: when it was noted */
  guint8 share[SCAN_KEY_SIZE];
  guint8 status; /* ScanShareStatus (share.h) */
} ScanShareEventRow;

typedef struct
{
  gint64 date; /* seconds since 1970: when it was put into the trash */
  guint n_seen;
  const guint8 *seen; /* n_seen × SCAN_SEEN_SIZE bytes: what the one who did it had seen of the
                       * journal (vault_seen); NULL: everything */
} ScanTrashRow;

typedef struct
{
  gint64 date; /* seconds since 1970: when the passphrase was set */
  const char *label;
} ScanSlotRow;

typedef struct
{
  gint64 date;          /* seconds since 1970: when the vault was last copied */
  guint64 files, bytes; /* that were written then */
  const char *place;    /* the folder, as UTF-8 */
} ScanBackupRow;

typedef struct
{
  gboolean on; /* parity is made, as it is where nothing is said */
} ScanParityRow;

typedef struct
{
  gint64 proved; /* seconds since 1970: when the owner showed to have the recovery sheet on paper;
                  * 0: not yet */
} ScanSheetRow;

typedef struct
{
  const char *text; /* the owner's own title or note, or tags */
} ScanTextRow;

typedef struct
{
  gboolean on;
} ScanFavouriteRow;

typedef struct
{
  gint64 due; /* seconds since 1970 */
  guint8 of;  /* ScanRemind (reminder.h) */
  const char *to;
} ScanReminderRow;

/* Each returns a new GByteArray. NULL strings count as "". Strings longer than 65534 bytes are cut
 * at a character. */
GByteArray *scan_row_from_study (const ScanStudyRow *row);
GByteArray *scan_row_from_series (const ScanSeriesRow *row);
GByteArray *scan_row_from_instance (const ScanInstanceRow *row);
GByteArray *scan_row_from_document (const ScanDocumentRow *row);
GByteArray *scan_row_from_share (const ScanShareRow *row);
GByteArray *scan_row_from_share_made (const ScanShareMadeRow *row);
GByteArray *scan_row_from_share_agreed (const ScanShareAgreedRow *row);
GByteArray *scan_row_from_share_event (const ScanShareEventRow *row);
GByteArray *scan_row_from_reminder (const ScanReminderRow *row);
GByteArray *scan_row_from_trash (const ScanTrashRow *row);
GByteArray *scan_row_from_slot (const ScanSlotRow *row);
GByteArray *scan_row_from_backup (const ScanBackupRow *row);
GByteArray *scan_row_from_parity (const ScanParityRow *row);
GByteArray *scan_row_from_sheet (const ScanSheetRow *row);
GByteArray *scan_row_from_text (const ScanTextRow *row);
GByteArray *scan_row_from_favourite (const ScanFavouriteRow *row);

/* Each fills ret_row with pointers into data; FALSE if data is no such row. A row of a newer
 * version that begins with the fields of this one is read; what follows is left alone. */
gboolean scan_row_to_study (const guint8 *data, gsize size, ScanStudyRow *ret_row);
gboolean scan_row_to_series (const guint8 *data, gsize size, ScanSeriesRow *ret_row);
gboolean scan_row_to_instance (const guint8 *data, gsize size, ScanInstanceRow *ret_row);
gboolean scan_row_to_document (const guint8 *data, gsize size, ScanDocumentRow *ret_row);
gboolean scan_row_to_share (const guint8 *data, gsize size, ScanShareRow *ret_row);
gboolean scan_row_to_share_made (const guint8 *data, gsize size, ScanShareMadeRow *ret_row);
gboolean scan_row_to_share_agreed (const guint8 *data, gsize size, ScanShareAgreedRow *ret_row);
gboolean scan_row_to_share_event (const guint8 *data, gsize size, ScanShareEventRow *ret_row);
gboolean scan_row_to_reminder (const guint8 *data, gsize size, ScanReminderRow *ret_row);
gboolean scan_row_to_trash (const guint8 *data, gsize size, ScanTrashRow *ret_row);
gboolean scan_row_to_slot (const guint8 *data, gsize size, ScanSlotRow *ret_row);
gboolean scan_row_to_backup (const guint8 *data, gsize size, ScanBackupRow *ret_row);
gboolean scan_row_to_parity (const guint8 *data, gsize size, ScanParityRow *ret_row);
gboolean scan_row_to_sheet (const guint8 *data, gsize size, ScanSheetRow *ret_row);
gboolean scan_row_to_text (const guint8 *data, gsize size, ScanTextRow *ret_row);
gboolean scan_row_to_favourite (const guint8 *data, gsize size, ScanFavouriteRow *ret_row);

/* The short form of a UID in a row: the root 1.2.840.10008 is left away, what remains begins with a
 * dot. */
const char *scan_row_uid_short (const char *uid);
/* The whole UID again. Interned, never freed. */
const char *scan_row_uid_text (const char *short_form);
