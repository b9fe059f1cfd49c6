/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out copies: a plan, the copies, the independent check, the ledger. Fails closed: what
 * could not be fully checked leaves no file. */
#pragma once

#include "burned_text.h"
#include "library.h"

typedef enum
{
  SCAN_PROFILE_NAMED,          /* as it is, with the name */
  SCAN_PROFILE_SECOND_OPINION, /* without the name */
  SCAN_PROFILE_PUBLIC          /* strictest */
} ScanProfile;

/* "named", "second-opinion", "public"; FALSE if the name is none of them. */
gboolean scan_profile_from_name (const char *name, ScanProfile *ret_profile);
const char *scan_profile_name (ScanProfile profile);

typedef struct
{
  char *item; /* ID of a study, series or instance, or the path given to deidentify */
  gint frame; /* from 0, or -1 = all */
  guint x, y, width, height;
  gboolean keep; /* a box that is proposed inside this one is not covered (there) */
  enum
  {
    SCAN_BOX_MARKED,   /* by a person */
    SCAN_BOX_PROPOSED, /* in the ledger alone: found, and covered */
    SCAN_BOX_KEPT      /* in the ledger alone: something was found, and a person kept it all */
  } origin;
} ScanBox;

void scan_box_free (ScanBox *box);

typedef struct
{
  ScanProfile profile;
  const char *to;      /* label of the recipient, may be NULL */
  const char *purpose; /* for the ledger alone, may be NULL */
  gint64 delete_by;    /* seconds since 1970: when they should delete it; 0 = nothing was agreed */
  gboolean keep_dates;
  gboolean confirm_reviewed; /* a person has looked at what needs a look */
  gboolean leave_out_refused;
  GPtrArray *boxes;      /* ScanBox, may be NULL: beside those that are proposed */
  gboolean boxes_beyond; /* boxes for what is not in the share are passed over, not refused */
  /* What scan_share_proposals told and a person looked at: nothing is searched again, and what is
   * not among them is refused. NULL: scan_share searches. */
  GPtrArray *proposals;
  /* A ZIP file instead of a folder, locked with AES-256 if there is a password. */
  gboolean zip;
  const char *zip_password; /* zip_password_len bytes, chosen by the person, or NULL; borrowed */
  gsize zip_password_len;
  gboolean zip_words; /* five words of ours are the password */
} ScanSharePlan;

typedef struct
{
  char *item;
  char *code;
  char *message;
  char **findings; /* of the check, naming tags, never values; NULL-terminated or NULL */
} ScanRefusal;

typedef struct
{
  char *name;
  gboolean passed;
  guint64 examined;
} ScanCheck;

typedef struct
{
  char *share_id; /* 32 hexadecimal digits; NULL for scan_share_files */
  guint64 files;
  GPtrArray *refused; /* ScanRefusal */
  guint64 removed_attributes, removed_private, removed_overlays, text_boxes;
  GPtrArray *checks;  /* ScanCheck, summed over all files */
  GPtrArray *risks;   /* ScanRisk (risk.h) */
  char *report;       /* the text of PATIENT.TXT: for the owner */
  char *zip_password; /* the five words, in secure memory, or NULL: to be shown once */
} ScanShareResult;
void scan_share_result_free (ScanShareResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanShareResult, scan_share_result_free)

/* Writes a checked copy of the items into out_dir, a folder that must be absent or empty, or with
 * plan->zip a file that must be absent, and records it in the ledger. [not the main thread; reads
 * the catalog: the owner must not import meanwhile] On failure nothing is left in out_dir;
 * ret_result is set when it tells more (refusals), else NULL. Errors: REFUSED, EXISTS, FULL, … */
gboolean scan_share (ScanLibrary *library, const ScanItem *items, guint n_items,
                     const char *out_dir, const ScanSharePlan *plan, ScanProgressFunc progress,
                     gpointer user_data, GCancellable *cancellable, ScanShareResult **ret_result,
                     GError **error);

/* The engine without a vault, on files of the user: a fresh key each call, nothing is recorded. */
gboolean scan_share_files (ScanReaderPool *readers, char **paths, const char *out_dir,
                           const ScanSharePlan *plan, ScanProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, ScanShareResult **ret_result, GError **error);

/* Makes a share of the ledger once more, with the same bytes; nothing new is recorded. The
 * recipient gets no second line: it is the same share. Errors: NO_ITEM (no such share, or an
 * original is no longer in the vault), UNSUPPORTED (this version makes other copies than the one
 * that made it, or it is of a version that did not note how), and those of scan_share. [not the
 * main thread] */
gboolean scan_share_again (ScanLibrary *library, const char *share_id, const char *out_dir,
                           ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                           ScanShareResult **ret_result, GError **error);

/* ---- before a share: what a person has to look at ---- */

/* Why a picture needs a look before it is shared without the name; 0: it does not. */
typedef enum
{
  SCAN_LOOK_TEXT = 1 << 0, /* something that may be writing was found */
  SCAN_LOOK_KIND = 1 << 1, /* of a kind that often holds writing: ultrasound, captures, results */
  SCAN_LOOK_NOT_SEARCHED = 1 << 2 /* it could not be searched: it will be refused */
} ScanLook;

typedef struct
{
  char *item;          /* ID of the instance, as in ScanBox */
  guint rows, columns; /* stored pixels; 0 if it was not searched */
  guint frames;
  guint look;           /* of ScanLook */
  gboolean every_frame; /* a clip of a kind that often holds writing: a look at one frame says
                         * nothing of the others, even if something was found in all of them */
  GArray *boxes; /* ScanTextBox: what scan_share covers unless a ScanBox with keep contains it */
  guint layout;  /* from 1: those of one layout have the same boxes in pictures of one size and
                  * one series, so one look at any of them serves all */
} ScanShareProposal;

/* Searches the pictures of the items for writing, as scan_share does, in the order of the items:
 * ScanShareProposal for each that is no document. For a page on which a person looks at one picture
 * of each layout, moves boxes (keep the old one, add the new one), adds some, and confirms; what it
 * makes of that goes into ScanSharePlan: boxes and confirm_reviewed. [not the main thread; reads
 * the catalog] Free with g_ptr_array_unref; NULL with the error cancelled or NO_MEMORY. */
GPtrArray *scan_share_proposals (ScanLibrary *library, const ScanItem *items, guint n_items,
                                 ScanProgressFunc progress, gpointer user_data,
                                 GCancellable *cancellable, GError **error);

/* What became of a share; the numbers stand in the ledger (app/ROWS.md, field 19). */
typedef enum
{
  SCAN_SHARE_SENT,     /* also: what was noted before was a mistake */
  SCAN_SHARE_RECEIVED, /* they confirmed it */
  SCAN_SHARE_DELETION_ASKED,
  SCAN_SHARE_DELETION_CONFIRMED,
  SCAN_N_SHARE_STATUSES
} ScanShareStatus;

/* "sent", "received", "deletion-asked", "deletion-confirmed" */
const char *scan_share_status_name (ScanShareStatus status);
gboolean scan_share_status_from_name (const char *name, ScanShareStatus *ret_status);

typedef struct
{
  gint64 date; /* seconds since 1970 */
  ScanShareStatus status;
} ScanShareEvent;

#define SCAN_FINGERPRINT_LENGTH 64

/* One line of the ledger. */
typedef struct
{
  char *share_id;
  gint64 date; /* seconds since 1970 */
  char *to;
  ScanProfile profile;
  char **items; /* IDs, NULL-terminated */
  guint64 files;
  char *purpose;       /* "" = not said */
  gint64 delete_by;    /* seconds since 1970: when the copies should be deleted; 0 = not said */
  gint64 remind_at;    /* when to think of that: delete_by, or what it was put off to (reminder.h);
                        * 0 = not said, or settled */
  gboolean zip;        /* one ZIP file; else a folder, or made by a version that did not note it */
  gboolean keep_dates; /* the real dates are in the copies */
  char *pseudonym;     /* the patient number in the copies; "": theirs, none, or not noted */
  guint64 pictures;    /* single frames whose sums were noted; 0: not noted, or documents alone */
  /* SHA-256 in hexadecimal: of the ZIP file, as sha256sum tells it; of a folder, over the SHA-256
   * sums of its pictures and documents in the order of the share. "": nothing was noted. */
  char fingerprint[SCAN_FINGERPRINT_LENGTH + 1];
  GArray *events; /* ScanShareEvent, oldest first, beginning with that it was sent; the last one is
                   * the status */
} ScanShareRecord;
void scan_share_record_free (ScanShareRecord *record);

/* The ledger, newest first. Free with g_ptr_array_unref. */
GPtrArray *scan_library_shares (ScanLibrary *library);

/* The last of events. */
const ScanShareEvent *scan_share_record_status (const ScanShareRecord *record);

/* A day was agreed by which they should delete it, and they were not asked to yet. */
gboolean scan_share_record_waits (const ScanShareRecord *record);

/* Notes what became of a share, now. Nothing that is noted is ever changed or taken away. Errors:
 * NO_ITEM (no such share, by its whole ID), FULL, IO. [any thread, but no other transaction beside]
 */
gboolean scan_library_note_share (ScanLibrary *library, const char *share_id,
                                  ScanShareStatus status, GError **error);

/* ---- where a found copy came from ---- */

typedef enum
{
  SCAN_EVIDENCE_UID = 1 << 0,       /* a UID of it is one that the share's key makes */
  SCAN_EVIDENCE_PSEUDONYM = 1 << 1, /* its PatientID is the share's */
  SCAN_EVIDENCE_FILE = 1 << 2,      /* it is a file of the share to the byte */
  SCAN_EVIDENCE_FRAME = 1 << 3      /* a frame of it is one of the share's: says which scan, and
                                       names every share of it if there is no better evidence */
} ScanEvidence;

typedef struct
{
  char *path;
  char *share_id;
  char *to;
  ScanEvidence evidence;
} ScanTraceMatch;
void scan_trace_match_free (ScanTraceMatch *match);

/* Looks each file up in the ledger. ret_matches: ScanTraceMatch, may be empty; ret_failed:
 * ScanFailure of files that could not be read at all. [not the main thread] Errors: cancelled. */
gboolean scan_trace (ScanLibrary *library, char **paths, ScanProgressFunc progress,
                     gpointer user_data, GCancellable *cancellable, GPtrArray **ret_matches,
                     GPtrArray **ret_failed, GError **error);
