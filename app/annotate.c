/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the owner's title, note, tags and star. */
#include <string.h>

#include "annotation.h"
#include "catalog_tree.h"
#include "error.h"

typedef struct
{
  guint8 entity[SCAN_MEMBER_SIZE];
  gsize entity_len;
  guint16 field;
  GByteArray *value; /* NULL: the field goes */
} Change;

struct ScanAnnotateJob
{
  ScanLibrary *library;
  GArray *changes; /* Change */
  gboolean done;
};

static void
change_clear (gpointer data)
{
  g_clear_pointer (&((Change *) data)->value, g_byte_array_unref);
}

static void
job_free (ScanAnnotateJob *job)
{
  g_array_unref (job->changes);
  g_free (job);
}

/* lines: line ends may stay. */
static char *
tidy (const char *text, gboolean lines, glong most)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  GString *out = g_string_new (NULL);
  glong n = 0;

  for (const char *at = normal; *at != '\0' && n < most; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (lines && c == '\n')
        g_string_append_c (out, '\n');
      else if (c == '\t' || c == '\n')
        g_string_append_c (out, ' ');
      else if (g_unichar_iscntrl (c))
        continue;
      else
        g_string_append_unichar (out, c);
      n++;
    }
  return g_strstrip (g_string_free (out, FALSE));
}

/* One a line; none twice. */
static char *
tidy_tags (const char *const *tags)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GString *out = g_string_new (NULL);

  for (guint i = 0; tags[i] != NULL && g_hash_table_size (seen) < SCAN_TAGS_MAX; i++)
    {
      g_autofree char *tag = tidy (tags[i], FALSE, SCAN_TAG_MAX);

      if (*tag == '\0' || !g_hash_table_add (seen, g_utf8_casefold (tag, -1)))
        continue;
      if (out->len > 0)
        g_string_append_c (out, '\n');
      g_string_append (out, tag);
    }
  return g_string_free (out, FALSE);
}

static void
plan (ScanAnnotateJob *job, const ScanItem *item, guint16 field, GByteArray *value)
{
  Change change = { .field = field, .value = value };
  const void *now = NULL;
  gsize size = 0;

  change.entity_len = scan_item_entity (item, change.entity);
  if (vault_get (scan_library_vault (job->library), change.entity, change.entity_len, field, &now,
                 &size) != VAULT_OK)
    size = 0;
  if (size == (value != NULL ? value->len : 0) &&
      (size == 0 || memcmp (now, value->data, size) == 0))
    change_clear (&change);
  else
    g_array_append_val (job->changes, change);
}

static void
plan_text (ScanAnnotateJob *job, const ScanItem *item, guint16 field, const char *text)
{
  const ScanTextRow row = { text };

  plan (job, item, field, *text != '\0' ? scan_row_from_text (&row) : NULL);
}

static gboolean
is_valid (const ScanAnnotationChange *change, GError **error)
{
  gboolean valid = (change->title == NULL || g_utf8_validate (change->title, -1, NULL)) &&
                   (change->note == NULL || g_utf8_validate (change->note, -1, NULL));

  for (guint i = 0; change->tags != NULL && change->tags[i] != NULL; i++)
    valid = valid && g_utf8_validate (change->tags[i], -1, NULL);
  if (change->item.kind != SCAN_ITEM_STUDY && change->item.kind != SCAN_ITEM_DOCUMENT)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                         "Titles, notes and tags belong to a whole scan or a document.");
  else if (!valid)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "The text is not valid UTF-8.");
  else
    return TRUE;
  return FALSE;
}

ScanAnnotateJob *
scan_annotate_new (ScanLibrary *library, const ScanAnnotationChange *changes, guint n_changes,
                   GError **error)
{
  ScanAnnotateJob *job = g_new0 (ScanAnnotateJob, 1);

  job->library = library;
  job->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (job->changes, change_clear);
  for (guint i = 0; i < n_changes; i++)
    {
      const ScanAnnotationChange *change = &changes[i];
      const ScanFavouriteRow favourite = { TRUE };
      g_autofree char *title = NULL, *note = NULL, *tags = NULL;

      if (!is_valid (change, error))
        {
          job_free (job);
          return NULL;
        }
      if (change->title != NULL)
        plan_text (job, &change->item, SCAN_FIELD_TITLE,
                   title = tidy (change->title, FALSE, SCAN_TITLE_MAX));
      if (change->note != NULL)
        plan_text (job, &change->item, SCAN_FIELD_NOTE,
                   note = tidy (change->note, TRUE, SCAN_NOTE_MAX));
      if (change->tags != NULL)
        plan_text (job, &change->item, SCAN_FIELD_TAGS, tags = tidy_tags (change->tags));
      if (change->favourite >= 0)
        plan (job, &change->item, SCAN_FIELD_FAVOURITE,
              change->favourite > 0 ? scan_row_from_favourite (&favourite) : NULL);
    }
  return job;
}

gboolean
scan_annotate_run (ScanAnnotateJob *job, GCancellable *cancellable, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (job->changes->len == 0)
    return job->done = TRUE;
  result = vault_txn_begin (scan_library_vault (job->library), &txn);
  for (guint i = 0; i < job->changes->len && result == VAULT_OK; i++)
    {
      const Change *change = &g_array_index (job->changes, Change, i);

      result = vault_txn_set (txn, change->entity, change->entity_len, change->field,
                              change->value != NULL ? change->value->data : NULL,
                              change->value != NULL ? change->value->len : 0);
    }
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  job->done = result == VAULT_OK;
  return job->done || scan_error_set_vault (error, result, &fault);
}

void
scan_annotate_apply (ScanAnnotateJob *job)
{
  ScanCatalog *catalog = scan_library_catalog (job->library);

  for (guint i = 0; i < job->changes->len && job->done; i++)
    {
      const Change *change = &g_array_index (job->changes, Change, i);

      scan_catalog_annotate (catalog, change->entity, change->field,
                             change->value != NULL ? change->value->data : NULL,
                             change->value != NULL ? change->value->len : 0);
    }
  job_free (job);
}

gboolean
scan_library_annotate (ScanLibrary *library, const ScanAnnotationChange *changes, guint n_changes,
                       GError **error)
{
  ScanAnnotateJob *job = scan_annotate_new (library, changes, n_changes, error);
  gboolean done;

  if (job == NULL)
    return FALSE;
  done = scan_annotate_run (job, NULL, error);
  scan_annotate_apply (job);
  return done;
}
