/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person has decided of a share so far. The pages of the assistant change it; nothing of it
 * is written before its last step. Main thread only. */
#pragma once

#include "session.h"
#include "share_pictures.h"

/* A set of pictures or a document of what was chosen. */
typedef struct
{
  ScanItem item;
  char id[SCAN_ID_LENGTH + 1];
  char *title;      /* in plain words */
  char *count;      /* "24 pictures", "PDF document" */
  gboolean include; /* it goes into the copy */
} UiSharePart;

#define UI_TYPE_SHARE_DRAFT (ui_share_draft_get_type ())
G_DECLARE_FINAL_TYPE (UiShareDraft, ui_share_draft, UI, SHARE_DRAFT, GObject)

/* Emits "changed" () when ui_share_draft_changed is called. */
struct _UiShareDraft
{
  GObject parent_instance;
  UiSession *session; /* owned */
  GPtrArray *parts;   /* UiSharePart */
  ScanProfile profile;
  gboolean keep_dates;
  char *to, *purpose;   /* "" = not said */
  guint delete_months;  /* after which the copies should be deleted; 0 = nothing was agreed */
  gboolean zip;         /* locked with five words; else a folder */
  char *place;          /* of the folder or ZIP file that does not exist yet */
  GPtrArray *pictures;  /* UiSharePicture: those that need a look */
  GPtrArray *proposals; /* ScanShareProposal: what was found; never changed, or NULL */
  gboolean leave_out;   /* what is refused is left out, as the person was told */
};

/* items: studies and documents of the open vault. A document can only go along with the name, and
 * is included then if it was chosen itself. */
UiShareDraft *ui_share_draft_new (UiSession *session, const ScanItem *items, guint n_items);

void ui_share_draft_changed (UiShareDraft *self);

/* It goes into a copy of this profile: it was chosen, and is no document that would tell the name.
 */
gboolean ui_share_draft_has (UiShareDraft *self, const UiSharePart *part);
/* ScanItem of the parts that go into the copy; free with g_array_unref. */
GArray *ui_share_draft_items (UiShareDraft *self);
/* NULL if no part has this ID. */
UiSharePart *ui_share_draft_find (UiShareDraft *self, const char *id);

/* A string that is the same as long as the same parts go into the same kind of copy: findings hold
 * until it changes. Free with g_free. */
char *ui_share_draft_key (UiShareDraft *self);

/* A path in the folder that is not taken yet, for the kind of copy that is chosen. Free with
 * g_free. */
char *ui_share_draft_free_place (UiShareDraft *self, const char *folder);

void ui_share_draft_set_text (char **field, const char *text);
