/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One item of a share: its bytes, the copy, the independent check, the file. Runs in the workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "reader_protocol.h"
#include "share_private.h"

/* Source and copy must fit into one reader's memory together. */
#define SOURCE_MAX ((guint64) 512 * 1024 * 1024)
#define AHEAD_MAX 16 /* copies that wait for their turn */

void
scan_share_item_free (ScanShareItem *item)
{
  g_free (item->item);
  g_free (item->series);
  g_free (item->study);
  g_free (item->name);
  g_clear_pointer (&item->text, scan_burned_text_free);
  g_clear_pointer (&item->proposed, g_array_unref);
  g_clear_pointer (&item->copy, g_bytes_unref);
  g_clear_pointer (&item->told, g_variant_unref);
  g_clear_pointer (&item->listed, g_variant_unref);
  g_clear_pointer (&item->verdict, g_variant_unref);
  g_clear_pointer (&item->frames, g_bytes_unref);
  g_free (item->refusal_code);
  g_free (item->refusal);
  g_free (item->path);
  g_free (item);
}

void
scan_share_item_refuse (ScanShareItem *item, const char *code, const char *message)
{
  if (item->refusal != NULL)
    return;
  item->refusal_code = g_strdup (code);
  item->refusal = g_strdup (message);
}

void
scan_share_stop (ScanShare *share, GError *error)
{
  g_mutex_lock (&share->lock);
  if (share->fatal == NULL)
    share->fatal = error;
  else
    g_error_free (error);
  g_cond_broadcast (&share->moved);
  g_mutex_unlock (&share->lock);
}

static GBytes *
read_user_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;
  guint8 *data = NULL;
  gsize at = 0;
  gssize got = 1;

  if (fd < 0 || fstat (fd, &info) != 0)
    scan_error_set_errno (error, errno, "The file could not be opened");
  else if (!S_ISREG (info.st_mode) || (guint64) info.st_size > SOURCE_MAX)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                         "This is no file, or it is too large to be checked.");
  else if ((data = g_try_malloc ((gsize) info.st_size + 1)) == NULL)
    scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
  else
    {
      while (at < (gsize) info.st_size && got != 0)
        {
          got = pread (fd, data + at, (gsize) info.st_size - at, (off_t) at);
          if (got < 0 && errno != EINTR)
            break;
          at += (gsize) MAX (got, 0);
        }
      if (at < (gsize) info.st_size)
        {
          scan_error_set_errno (error, got < 0 ? errno : EIO, "The file could not be read whole");
          g_clear_pointer (&data, g_free);
        }
    }
  if (fd >= 0)
    close (fd);
  return data != NULL ? g_bytes_new_take (data, at) : NULL;
}

static GBytes *
read_member (ScanShare *share, const ScanShareItem *item, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  guint8 *data;
  VaultFault fault = { 0 };
  VaultError result;

  if (!scan_library_source_open (share->library, item->member, &source, error))
    return NULL;
  if (source.source.size > SOURCE_MAX)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                           "This item is too large to be checked.");
      return NULL;
    }
  data = g_try_malloc (source.source.size + 1);
  result = data != NULL ? vault_member_pread (source.member, 0, data, source.source.size, &fault)
                        : VAULT_ERROR_NO_MEMORY;
  if (result != VAULT_OK)
    {
      g_free (data);
      scan_error_set_vault (error, result, &fault);
      return NULL;
    }
  return g_bytes_new_take (data, source.source.size);
}

GBytes *
scan_share_item_read (ScanShare *share, const ScanShareItem *item, GError **error)
{
  return item->member != NULL ? read_member (share, item, error)
                              : read_user_file (item->item, error);
}

GVariant *
scan_share_item_arguments (ScanShare *share, const ScanShareItem *item, gboolean directory)
{
  /* The owner's own file names may name the patient; in the vault a scan has none. */
  g_autofree char *base = item->member == NULL ? g_path_get_basename (item->item) : g_strdup ("");
  g_autofree char *name = g_utf8_make_valid (base, -1);
  GVariantDict arguments;

  g_variant_dict_init (&arguments, NULL);
  g_variant_dict_insert (&arguments, "profile", "s", scan_profile_name (share->plan->profile));
  g_variant_dict_insert_value (
      &arguments, "key",
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, share->key, VAULT_KEY_SIZE, 1));
  g_variant_dict_insert (&arguments, "keep-dates", "b", share->plan->keep_dates);
  g_variant_dict_insert (&arguments, "date-shift", "i", share->date_shift);
  g_variant_dict_insert (&arguments, "time-shift", "i", share->time_shift);
  g_variant_dict_insert (&arguments, "name", "s", name);
  g_variant_dict_insert (&arguments, "reviewed", "b", share->plan->confirm_reviewed);
  scan_share_add_boxes (share, item, &arguments);
  g_variant_dict_insert (&arguments, "software", "s", share->software);
  if (directory)
    g_variant_dict_insert (&arguments, "directory", "b", TRUE);
  return g_variant_dict_end (&arguments);
}

/* Errors that are about this item alone; the rest ends the share. */
static gboolean
is_about_item (const GError *error)
{
  return error->domain == SCAN_ERROR &&
         (error->code == SCAN_ERROR_REFUSED || error->code == SCAN_ERROR_UNREADABLE ||
          error->code == SCAN_ERROR_UNSUPPORTED || error->code == SCAN_ERROR_READER ||
          error->code == SCAN_ERROR_NO_MEMORY);
}

void
scan_share_item_note_error (ScanShare *share, ScanShareItem *item, GError *error)
{
  if (!is_about_item (error))
    {
      scan_share_stop (share, error);
      return;
    }
  scan_share_item_refuse (item,
                          error->code == SCAN_ERROR_REFUSED ? scan_reader_refusal_code ()
                                                            : scan_error_name (error),
                          error->message);
  g_error_free (error);
}

GVariant *
scan_share_item_survey (ScanShare *share, ScanShareItem *item)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GBytes) original = NULL;
  ScanSource source = { 0 };

  if (item->document || g_cancellable_is_cancelled (share->cancellable))
    return NULL;
  item->not_surveyed = TRUE;
  original = scan_share_item_read (share, item, NULL);
  if (original == NULL)
    return NULL;
  source.size = g_bytes_get_size (original);
  source.data = g_bytes_get_data (original, NULL);
  if (!scan_reader_call (share->readers, "survey", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                         share->cancellable, &reply, NULL))
    return NULL;
  item->not_surveyed = FALSE;
  return g_variant_ref (reply.result);
}

static gboolean
make_copy (ScanShare *share, ScanShareItem *item, GBytes *original)
{
  g_auto (ScanReaderReply) reply = { 0 };
  ScanSource source = { .size = g_bytes_get_size (original),
                        .data = g_bytes_get_data (original, NULL) };
  GError *error = NULL;

  if (!scan_reader_call (share->readers, "deidentify",
                         scan_share_item_arguments (share, item, FALSE), &source, NULL,
                         SCAN_CALL_DEFAULT, 0, share->cancellable, &reply, &error))
    {
      scan_share_item_note_error (share, item, error);
      return FALSE;
    }
  if (reply.bulk == NULL)
    {
      scan_share_item_refuse (item, "reader-failed", "The copy could not be made.");
      return FALSE;
    }
  if (item->hits < 0)
    {
      scan_share_item_refuse (
          item, "not-searched",
          "The pictures could not be searched for writing, so no copy was made.");
      return FALSE;
    }
  if (item->not_surveyed)
    {
      scan_share_item_refuse (
          item, "not-surveyed",
          "The dates in this file could not be collected, so no copy was made.");
      return FALSE;
    }
  item->copy = g_bytes_ref (reply.bulk);
  item->told = g_variant_ref (reply.result);
  return TRUE;
}

/* What the directory says of a copy, as a reader sees it that did not make it. A file that cannot
 * be examined is not listed there. */
static void
examine_copy (ScanShare *share, ScanShareItem *item)
{
  g_auto (ScanReaderReply) reply = { 0 };
  ScanSource source = { .size = g_bytes_get_size (item->copy),
                        .data = g_bytes_get_data (item->copy, NULL) };
  const char *kind = "";

  if (!item->document &&
      scan_reader_call (share->checkers, "inspect", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                        share->cancellable, &reply, NULL) &&
      g_variant_lookup (reply.result, "kind", "&s", &kind) && g_str_equal (kind, "dicom"))
    item->listed = g_variant_ref (reply.result);
}

/* What tells a found copy whatever it was packed in since. A copy that cannot be decoded has none.
 */
static void
sum_frames (ScanShare *share, ScanShareItem *item)
{
  g_auto (ScanReaderReply) reply = { 0 };
  ScanSource source = { .size = g_bytes_get_size (item->copy),
                        .data = g_bytes_get_data (item->copy, NULL) };

  if (item->listed == NULL || share->library == NULL ||
      !scan_reader_call (share->checkers, "hash", NULL, &source, NULL, SCAN_CALL_DEFAULT, 0,
                         share->cancellable, &reply, NULL) ||
      reply.bulk == NULL || g_bytes_get_size (reply.bulk) % SCAN_FRAME_SUM_SIZE != 0)
    return;
  item->frames = g_bytes_ref (reply.bulk);
}

/* The n-th new thing of a name: numbers start at 1 in each parent. The lock is held. */
static guint
number_of (ScanShare *share, const char *parent, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", parent, name);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (share->counters, key));

  if (number == 0)
    {
      number = GPOINTER_TO_UINT (g_hash_table_lookup (share->counters, parent)) + 1;
      g_hash_table_insert (share->counters, g_strdup (parent), GUINT_TO_POINTER (number));
      g_hash_table_insert (share->counters, g_steal_pointer (&key), GUINT_TO_POINTER (number));
    }
  return number;
}

static const char *
told_text (const ScanShareItem *item, const char *keyword, const char *otherwise)
{
  const char *text = otherwise;

  if (item->told != NULL)
    g_variant_lookup (item->told, keyword, "&s", &text);
  return text;
}

/* Neutral names of 8.3 upper-case letters (PS3.10 8.2), numbered anew. */
static void
name_item (ScanShare *share, ScanShareItem *item)
{
  const char *study = told_text (item, "StudyInstanceUID", item->study != NULL ? item->study : "");
  const char *series =
      told_text (item, "SeriesInstanceUID", item->series != NULL ? item->series : "");
  g_autofree char *inside = NULL;
  guint s, r, i;

  if (item->document)
    {
      const char *dot = strrchr (item->name, '.');
      guint number = number_of (share, "documents", item->item);
      gboolean plain = dot != NULL && strlen (dot) <= 5;
      g_autofree char *ending = NULL;

      for (const char *at = plain ? dot + 1 : ""; *at != '\0'; at++)
        plain = plain && g_ascii_isalnum (*at);
      ending = plain && dot[1] != '\0' ? g_ascii_strup (dot, -1) : g_strdup ("");
      item->path = g_strdup_printf ("DOCS/D%u%s", number, ending);
      return;
    }
  s = number_of (share, "studies", study);
  r = number_of (share, study, series);
  inside = g_strdup_printf ("%s\n%s\n", study, series);
  i = number_of (share, inside, item->item);
  item->path = g_strdup_printf ("DICOM/P1/S%u/R%u/I%u", s, r, i);
}

void
scan_share_tell (ScanShare *share)
{
  ScanProgress progress = { .phase = SCAN_PHASE_WORKING, .total = share->steps };

  g_mutex_lock (&share->lock);
  progress.done = ++share->done;
  g_mutex_unlock (&share->lock);
  if (share->progress != NULL)
    share->progress (&progress, share->progress_data);
}

static void
hash_copy (ScanShareItem *item)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = SCAN_SHARE_HASH;

  g_checksum_update (sum, g_bytes_get_data (item->copy, NULL),
                     (gssize) g_bytes_get_size (item->copy));
  g_checksum_get_digest (sum, item->hash, &n);
}

/* Whether the copy was made and may be handed out. */
static gboolean
make_checked_copy (ScanShare *share, ScanShareItem *item)
{
  g_autoptr (GBytes) original = NULL;
  GError *error = NULL;

  original = scan_share_item_read (share, item, &error);
  if (original == NULL)
    {
      scan_share_item_note_error (share, item, error);
      return FALSE;
    }
  if (share->plan->profile == SCAN_PROFILE_NAMED)
    {
      item->copy = g_steal_pointer (&original);
      return TRUE;
    }
  if (item->document)
    {
      scan_share_item_refuse (
          item, "document",
          "A document can name you on any page and cannot be cleaned here; it was left out.");
      return FALSE;
    }
  return make_copy (share, item, original) && scan_share_item_verify (share, item, original);
}

/* Not too far ahead of those before it, whose copies wait in memory for their turn. */
static gboolean
wait_for_room (ScanShare *share, const ScanShareItem *item)
{
  gboolean go;

  g_mutex_lock (&share->lock);
  while (share->fatal == NULL && item->index >= share->delivered + AHEAD_MAX)
    g_cond_wait (&share->moved, &share->lock);
  go = share->fatal == NULL && !g_cancellable_is_cancelled (share->cancellable);
  g_mutex_unlock (&share->lock);
  return go;
}

/* Copies get their names in the order of the items, so that the same share has the same names. The
 * lock is held. */
static GError *
deliver (ScanShare *share)
{
  GError *error = NULL;

  while (share->delivered < share->items->len && error == NULL)
    {
      ScanShareItem *item = g_ptr_array_index (share->items, share->delivered);

      if (!item->ready)
        break;
      if (item->copy != NULL && item->refusal == NULL && share->fatal == NULL)
        {
          name_item (share, item);
          scan_share_output_place (share->output, item, &error);
        }
      /* Only the numbers are needed from here on. */
      g_clear_pointer (&item->copy, g_bytes_unref);
      share->delivered++;
    }
  return error;
}

void
scan_share_item_run (ScanShare *share, ScanShareItem *item)
{
  GError *error = NULL;

  if (wait_for_room (share, item) && item->refusal == NULL && make_checked_copy (share, item))
    {
      hash_copy (item);
      examine_copy (share, item);
      sum_frames (share, item);
      if (!scan_share_output_stage (share->output, item, &error))
        scan_share_stop (share, g_steal_pointer (&error));
    }
  if (item->refusal != NULL)
    g_clear_pointer (&item->copy, g_bytes_unref);
  g_mutex_lock (&share->lock);
  item->ready = TRUE;
  error = deliver (share);
  if (error != NULL && share->fatal == NULL)
    share->fatal = g_steal_pointer (&error);
  g_cond_broadcast (&share->moved);
  g_mutex_unlock (&share->lock);
  g_clear_error (&error);
  scan_share_tell (share);
}
