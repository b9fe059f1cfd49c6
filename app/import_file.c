/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file, from its path to a bundle. Runs in the workers. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "import_private.h"

/* All workers together hold so much: a file, and what it is compressed to. A single file may be
 * larger. */
#define MEMORY_MAX ((guint64) 160 * 1024 * 1024)
#define RANGE_MEMORY ((guint64) 2 * 1024 * 1024)

typedef struct
{
  ScanImport *import;
  ScanFound *found;
  ScanContent content;
  guint8 *data;   /* of a file that was read whole */
  guint64 memory; /* reserved */
  guint8 member[VAULT_ID_SIZE];
  gboolean claimed; /* the member is ours to store */
  gboolean stored;
  ScanStanding standing;
  ScanReaderReply reply;   /* what inspect said; result NULL if the reader failed over it */
  GVariantDict *inspected; /* the same, or NULL */
  gboolean queued;         /* an archive, whose time comes later */
} Job;

static int64_t
read_for_vault (void *data, uint64_t offset, void *buf, size_t n)
{
  return scan_content_read (data, offset, buf, n);
}

/* Whether something of the vault went wrong, which ends the import, or only this file. */
static gboolean
is_fatal (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX);
}

static void
fail_file (Job *job, GError *error)
{
  if (is_fatal (error))
    {
      scan_import_stop (job->import, error);
      return;
    }
  scan_import_fail (job->import, job->found, error);
  g_error_free (error);
}

static void
fail_errno (Job *job, int saved_errno, const char *sentence)
{
  GError *error = NULL;

  scan_error_set_errno (&error, saved_errno, sentence);
  fail_file (job, error);
}

static gboolean
open_content (Job *job)
{
  GError *error = NULL;

  if (!scan_content_open (job->import, job->found, &job->content, &error))
    {
      fail_file (job, error);
      return FALSE;
    }
  if (!job->content.regular || job->content.size == 0)
    {
      scan_import_ignore (job->import, job->found,
                          job->content.regular ? "The file is empty."
                                               : "This is no longer a file.");
      return FALSE;
    }
  job->found->size = job->content.size;
  job->found->mtime = job->content.mtime;
  return TRUE;
}

void
scan_import_reserve (ScanImport *import, guint64 bytes)
{
  g_mutex_lock (&import->lock);
  while (import->memory > 0 && import->memory + bytes > MEMORY_MAX)
    g_cond_wait (&import->changed, &import->lock);
  import->memory += bytes;
  g_mutex_unlock (&import->lock);
}

static void
reserve_memory (Job *job)
{
  if (job->found->data != NULL)
    return;
  job->memory = job->content.size <= SCAN_WHOLE_MAX ? job->content.size * 2 : RANGE_MEMORY;
  if (job->content.stream == NULL)
    {
      scan_import_reserve (job->import, job->memory);
      return;
    }
  /* There is one of these at a time, and others wait for it: it must not wait for what they hold.
   */
  g_mutex_lock (&job->import->lock);
  job->import->memory += job->memory;
  g_mutex_unlock (&job->import->lock);
}

/* A stream tells why it could not be read, whoever read it. */
static gboolean
fail_stream (Job *job)
{
  GError *failed = g_steal_pointer (&job->content.failed);

  if (failed == NULL)
    return FALSE;
  fail_file (job, failed);
  return TRUE;
}

static gboolean
read_whole (Job *job)
{
  ScanContent *content = &job->content;
  gint64 got;

  if (content->data != NULL || content->size > SCAN_WHOLE_MAX)
    return TRUE;
  job->data = g_try_malloc (content->size);
  if (job->data == NULL)
    {
      fail_errno (job, ENOMEM, "The file could not be read");
      return FALSE;
    }
  got = scan_content_read (content, 0, job->data, content->size);
  if (got == (gint64) content->size)
    {
      content->data = job->data;
      return TRUE;
    }
  if (!fail_stream (job))
    fail_errno (job, got < 0 ? errno : EIO, "The file could not be read whole");
  return FALSE;
}

/* A member that is longer than its archive says, or whose sum is wrong, shows at its end. */
static gboolean
ends_well (Job *job)
{
  guint8 byte;

  return job->content.data != NULL || job->content.stream == NULL ||
         scan_content_read (&job->content, job->content.size, &byte, 1) == 0;
}

static gboolean
hash_file (Job *job)
{
  ScanContent *content = &job->content;
  VaultError result = VAULT_OK;
  GError *error = NULL;

  if (content->data != NULL)
    vault_hash (job->import->vault, content->data, content->size, job->member);
  else
    result =
        vault_hash_source (job->import->vault, read_for_vault, content, content->size, job->member);
  if (result == VAULT_OK && ends_well (job))
    return TRUE;
  if (!fail_stream (job))
    {
      scan_error_set_vault (&error, result != VAULT_OK ? result : VAULT_ERROR_CHANGED, NULL);
      fail_file (job, error);
    }
  return FALSE;
}

/* The vault has it, and it was made sure of. */
static void
count_duplicate (Job *job)
{
  ScanBatch *batch = job->found->batch;

  scan_import_restore_member (job->import, batch, job->member);
  g_mutex_lock (&job->import->lock);
  scan_batch_keep (batch, job->member);
  batch->duplicates++;
  g_ptr_array_add (batch->covered, job->found);
  g_mutex_unlock (&job->import->lock);
  job->stored = TRUE;
}

/* An archive that was kept as it is, perhaps for want of a password, is tried anew. */
static gboolean
is_kept_archive (Job *job)
{
  const void *value;
  gsize size;
  ScanDocumentRow document;

  return vault_get (job->import->vault, job->member, VAULT_ID_SIZE, SCAN_FIELD_DOCUMENT, &value,
                    &size) == VAULT_OK &&
         scan_row_to_document (value, size, &document) &&
         scan_import_is_archive_type (document.type);
}

/* FALSE: nothing is left to do for this file. */
static gboolean
identify_file (Job *job)
{
  if (!hash_file (job) || !scan_import_claim (job->import, job->found, job->member))
    return FALSE;
  job->claimed = TRUE;
  if (!scan_import_look_up (job->import, job->member, &job->standing))
    return FALSE;
  if (!job->standing.sound || !job->standing.rows ||
      (job->found->keep == NULL && is_kept_archive (job)))
    return TRUE;
  count_duplicate (job);
  return FALSE;
}

/* FALSE: the import stops. A reader that fails over the file leaves reply.result NULL. */
static gboolean
inspect_file (Job *job)
{
  ScanSource source = scan_content_source (&job->content);
  GError *error = NULL;

  if (scan_reader_call (scan_library_readers (job->import->library), "inspect", NULL, &source, NULL,
                        SCAN_CALL_DEFAULT, 0, job->import->cancellable, &job->reply, &error))
    return TRUE;
  if (is_fatal (error))
    {
      scan_import_stop (job->import, error);
      return FALSE;
    }
  g_error_free (error);
  return TRUE;
}

static VaultCodec
codec_for (Job *job, const char *type)
{
  gboolean raw16 = FALSE;

  if (job->inspected != NULL)
    g_variant_dict_lookup (job->inspected, "raw16", "b", &raw16);
  if (raw16)
    return VAULT_CODEC_PIXELS16;
  if (g_str_equal (type, "jpeg") || g_str_equal (type, "png"))
    return VAULT_CODEC_RAW;
  return VAULT_CODEC_ZSTD;
}

/* The pixels stand at the end of nearly every file, row behind row. */
static void
note_raster (Job *job, VaultMemberInfo *info)
{
  guint32 rows = 0, columns = 0, frames = 0, samples = 1;
  guint64 pixels;

  g_variant_dict_lookup (job->inspected, "Rows", "u", &rows);
  g_variant_dict_lookup (job->inspected, "Columns", "u", &columns);
  g_variant_dict_lookup (job->inspected, "NumberOfFrames", "u", &frames);
  g_variant_dict_lookup (job->inspected, "SamplesPerPixel", "u", &samples);
  if (rows > 65535 || columns == 0 || samples == 0 || samples > 4 || columns > 65535 / samples)
    return;
  pixels = (guint64) rows * columns * samples * 2 * frames;
  info->columns = (guint16) (columns * samples);
  info->pixels_at = job->content.size > pixels ? job->content.size - pixels : 0;
}

static gboolean
store_whole (Job *job, const VaultMemberInfo *info, const guint8 bundle_key[SCAN_KEY_SIZE])
{
  VaultEncoded *encoded = NULL;
  VaultError result = vault_encode (job->content.data, job->content.size, info, &encoded);
  GError *error = NULL;
  gboolean done;

  if (result != VAULT_OK)
    {
      scan_error_set_vault (&error, result, NULL);
      scan_import_stop (job->import, error);
      return FALSE;
    }
  done = scan_import_pack (job->import, job->found->batch, bundle_key, job->found, info, encoded,
                           &error);
  vault_encoded_free (encoded);
  if (!done)
    scan_import_stop (job->import, error);
  return done;
}

/* A large file is a bundle of its own, so that a file that changes while it is read costs nothing
 * else. */
static gboolean
store_by_range (Job *job, const VaultMemberInfo *info)
{
  VaultBundle *bundle = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_bundle_begin (job->import->vault, &bundle, &fault);
  gboolean source_failed = FALSE;
  GError *error = NULL;

  if (result == VAULT_OK)
    {
      result = vault_bundle_append_source (bundle, info, read_for_vault, &job->content, &fault);
      source_failed = result == VAULT_ERROR_CHANGED;
    }
  if (result == VAULT_OK)
    {
      scan_import_pack_alone (job->import, job->found->batch, bundle, job->found);
      return TRUE;
    }
  vault_bundle_discard (bundle);
  if (fail_stream (job))
    return FALSE;
  scan_error_set_vault (&error, result, &fault);
  if (source_failed)
    fail_file (job, error);
  else
    scan_import_stop (job->import, error);
  return FALSE;
}

static gboolean
store_file (Job *job, const char *type, const guint8 bundle_key[SCAN_KEY_SIZE])
{
  VaultMemberInfo info = {
    .role = VAULT_ROLE_ORIGINAL,
    .codec = codec_for (job, type),
    .size = job->content.size,
    .mtime = (uint64_t) MAX (job->found->mtime, 0),
    .name = job->found->name,
    .name_len = MIN (strlen (job->found->name), 65535),
  };

  if (job->standing.sound)
    return TRUE;
  if (info.codec == VAULT_CODEC_PIXELS16)
    note_raster (job, &info);
  memcpy (info.id, job->member, VAULT_ID_SIZE);
  return job->content.data != NULL ? store_whole (job, &info, bundle_key)
                                   : store_by_range (job, &info);
}

static void
count_stored (Job *job, gboolean document)
{
  ScanImport *import = job->import;
  ScanBatch *batch = job->found->batch;

  if (job->standing.sound)
    {
      count_duplicate (job);
      return;
    }
  g_mutex_lock (&import->lock);
  if (document)
    batch->documents++;
  else
    batch->stored++;
  if (job->standing.known && !job->standing.theirs)
    batch->healed++;
  import->result.bytes_read += job->content.size;
  g_ptr_array_add (batch->covered, job->found);
  g_mutex_unlock (&import->lock);
  job->stored = TRUE;
}

/* The file says itself that it is DICOM (PS3.10 7.1): all that is looked at when the reader died
 * over it. */
static gboolean
has_dicom_prefix (Job *job)
{
  guint8 prefix[4];

  return scan_content_read (&job->content, 128, prefix, sizeof prefix) == sizeof prefix &&
         memcmp (prefix, "DICM", sizeof prefix) == 0;
}

static void
store_instance (Job *job)
{
  ScanBatch *batch = job->found->batch;
  ScanPlace place;
  char id[SCAN_ID_LENGTH + 1];

  scan_import_place (job->import, job->inspected, job->found, &place);
  if (!store_file (job, "", place.study))
    return;
  /* Rows that are there may be a person's choice by now. */
  if (!job->standing.rows)
    scan_import_add_instance (job->import, job->inspected, job->found, job->member, &place);
  scan_import_restore (job->import, batch, job->member, VAULT_ID_SIZE);
  scan_import_restore (job->import, batch, place.series, SCAN_KEY_SIZE);
  scan_import_restore (job->import, batch, place.study, SCAN_KEY_SIZE);
  scan_key_to_id (place.series, id);
  g_mutex_lock (&job->import->lock);
  g_hash_table_add (job->import->touched, g_strdup (id));
  g_mutex_unlock (&job->import->lock);
  count_stored (job, FALSE);
}

static void
store_document (Job *job, const char *type)
{
  static const guint8 documents_bundle[SCAN_KEY_SIZE];

  if (!store_file (job, type, documents_bundle))
    return;
  if (!job->standing.rows)
    scan_import_add_document (job->import, job->inspected, job->found, job->member);
  scan_import_restore (job->import, job->found->batch, job->member, VAULT_ID_SIZE);
  count_stored (job, TRUE);
  if (g_str_equal (type, "dicomdir"))
    {
      ScanSource source = scan_content_source (&job->content);

      scan_import_read_medium (job->import, job->found, &source);
    }
}

/* Tells whether the archive will be taken apart; if not, it is a document, and why is noted. */
static gboolean
queue_archive (Job *job, const char *type)
{
  const char *why;

  job->queued = scan_import_queue_archive (job->import, job->found, type, &why);
  if (!job->queued)
    scan_import_note_kept (job->import, job->found, "not-opened", why);
  return job->queued;
}

/* What the reader said it is. FALSE: there is nothing to store now. */
static gboolean
take_kind (Job *job, const char **ret_kind, const char **ret_type)
{
  const char *kind = "unknown", *type = "", *why;

  if (job->reply.result != NULL)
    {
      job->inspected = g_variant_dict_new (job->reply.result);
      g_variant_dict_lookup (job->inspected, "kind", "&s", &kind);
      g_variant_dict_lookup (job->inspected, "type", "&s", &type);
    }
  else if (has_dicom_prefix (job))
    kind = "dicom";
  else
    {
      if (!fail_stream (job))
        fail_file (job, g_error_new_literal (SCAN_ERROR, SCAN_ERROR_UNREADABLE,
                                             "The file could not be examined; it may be damaged."));
      return FALSE;
    }
  why = scan_import_why_left_out (job->found, kind, type);
  if (why != NULL)
    {
      scan_import_ignore (job->import, job->found, why);
      return FALSE;
    }
  if (g_str_equal (kind, "archive") && queue_archive (job, type))
    return FALSE;
  *ret_kind = kind;
  *ret_type = type;
  return TRUE;
}

/* An archive that was not taken apart needs no second look. */
static void
keep_archive (Job *job)
{
  if (!identify_file (job))
    return;
  job->inspected = g_variant_dict_new (NULL);
  g_variant_dict_insert (job->inspected, "type", "s", job->found->keep);
  store_document (job, job->found->keep);
}

/* What is held in memory is known by its hash before a reader is troubled; a larger file is read
 * for it only when it is to be kept. */
static void
import_file (Job *job)
{
  const char *kind, *type;

  reserve_memory (job);
  if (!read_whole (job))
    return;
  if (job->found->keep != NULL)
    {
      keep_archive (job);
      return;
    }
  if (job->content.data != NULL && !identify_file (job))
    return;
  if (!inspect_file (job) || !take_kind (job, &kind, &type))
    return;
  if (job->content.data == NULL && !identify_file (job))
    return;
  if (g_str_equal (kind, "dicom"))
    store_instance (job);
  else
    store_document (job, type);
}

/* Gives back all that the file held. */
static void
close_job (Job *job)
{
  ScanImport *import = job->import;
  ScanFound *found = job->found;

  scan_content_close (&job->content);
  g_free (job->data);
  g_clear_pointer (&found->data, g_free);
  g_clear_pointer (&job->inspected, g_variant_dict_unref);
  scan_reader_reply_clear (&job->reply);
  g_mutex_lock (&import->lock);
  import->memory -= job->memory + found->reserved;
  found->reserved = 0;
  if (!job->queued)
    {
      import->files_done++;
      /* How far archives were read is counted as they are. */
      if (found->archive == NULL && found->keep == NULL)
        import->bytes_done += found->size;
    }
  g_mutex_unlock (&import->lock);
}

void
scan_import_file (ScanImport *import, ScanFound *found)
{
  Job job = { .import = import, .found = found, .content = { .fd = -1 } };
  gboolean one_stream = found->archive != NULL && found->data == NULL;

  if (one_stream)
    g_mutex_lock (&import->one_stream);
  if (!scan_import_stopped (import) && open_content (&job))
    import_file (&job);
  if (job.claimed)
    scan_import_settle (import, job.member, job.stored);
  close_job (&job);
  if (one_stream)
    g_mutex_unlock (&import->one_stream);
  scan_import_tell (import, SCAN_PHASE_WORKING, NULL, FALSE);
}
