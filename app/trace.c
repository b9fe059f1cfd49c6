/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose copy is this: by what only one share's key makes (UIDs, the pseudonym), by the file to the
 * byte, and by the decoded frames, which survive another encoding. Nothing is stored for the UIDs:
 * they are made anew from the originals of each share. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_private.h"
#include "error.h"
#include "reader_protocol.h"
#include "share_private.h"

#define UIDS_MAX 3

/* What is known of one found file. */
typedef struct
{
  guint8 file[SCAN_SHARE_HASH];
  guint8 uids[UIDS_MAX][SCAN_SHARE_UID];
  guint n_uids;
  char *patient;
  GBytes *frames;
} Found;

static void
found_clear (Found *found)
{
  g_free (found->patient);
  g_clear_pointer (&found->frames, g_bytes_unref);
}

void
scan_trace_match_free (ScanTraceMatch *match)
{
  g_free (match->path);
  g_free (match->share_id);
  g_free (match->to);
  g_free (match);
}

static gint64
read_fd (gpointer data, guint64 offset, void *buf, gsize n)
{
  return pread (GPOINTER_TO_INT (data), buf, n, (off_t) offset);
}

static gboolean
sum_file (int fd, guint8 ret_sum[SCAN_SHARE_HASH])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (256 * 1024);
  off_t at = 0;
  gssize got;
  gsize n = SCAN_SHARE_HASH;

  while ((got = pread (fd, piece, 256 * 1024, at)) > 0)
    {
      g_checksum_update (sum, piece, got);
      at += got;
    }
  g_checksum_get_digest (sum, ret_sum, &n);
  return got == 0;
}

static void
take_uid (Found *found, GVariant *inspected, const char *keyword)
{
  const char *uid = "";

  if (g_variant_lookup (inspected, keyword, "&s", &uid) &&
      scan_share_uid_number (uid, found->uids[found->n_uids]))
    found->n_uids++;
}

/* What a reader says of it; a file that is no scan has its sum alone. */
static void
ask_reader (ScanReaderPool *readers, const ScanSource *source, GCancellable *cancellable,
            Found *found)
{
  g_auto (ScanReaderReply) inspected = { 0 }, hashed = { 0 };
  const char *kind = "", *patient = "";

  if (!scan_reader_call (readers, "inspect", NULL, source, NULL, SCAN_CALL_DEFAULT, 0, cancellable,
                         &inspected, NULL) ||
      !g_variant_lookup (inspected.result, "kind", "&s", &kind) || !g_str_equal (kind, "dicom"))
    return;
  take_uid (found, inspected.result, "SOPInstanceUID");
  take_uid (found, inspected.result, "SeriesInstanceUID");
  take_uid (found, inspected.result, "StudyInstanceUID");
  g_variant_lookup (inspected.result, "PatientID", "&s", &patient);
  found->patient = g_strdup (patient);
  if (scan_reader_call (readers, "hash", NULL, source, NULL, SCAN_CALL_DEFAULT, 0, cancellable,
                        &hashed, NULL) &&
      hashed.bulk != NULL && g_bytes_get_size (hashed.bulk) % SCAN_FRAME_SUM_SIZE == 0)
    found->frames = g_bytes_ref (hashed.bulk);
}

static gboolean
examine (ScanLibrary *library, const char *path, GCancellable *cancellable, Found *found,
         GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  ScanSource source = { .read = read_fd, .user_data = GINT_TO_POINTER (fd) };
  struct stat info;
  gboolean done = FALSE;

  memset (found, 0, sizeof *found);
  if (fd < 0 || fstat (fd, &info) != 0)
    scan_error_set_errno (error, errno, "The file could not be opened");
  else if (!S_ISREG (info.st_mode))
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED, "This is no file.");
  else if (!sum_file (fd, found->file))
    scan_error_set_errno (error, errno, "The file could not be read whole");
  else
    {
      source.size = (guint64) info.st_size;
      ask_reader (scan_library_readers (library), &source, cancellable, found);
      done = TRUE;
    }
  if (fd >= 0)
    close (fd);
  return done;
}

static void
index_instance (const ScanItem *item, gpointer data)
{
  if (item->kind == SCAN_ITEM_INSTANCE)
    g_hash_table_insert (data, (gpointer) item->instance->member, item->instance);
}

/* Members begin with a key, but two may share it. */
static gboolean
member_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, SCAN_MEMBER_SIZE) == 0;
}

static GHashTable *
index_instances (ScanCatalog *catalog)
{
  GHashTable *instances = g_hash_table_new (scan_key_hash, member_equal);

  scan_catalog_visit (catalog, index_instance, instances);
  scan_catalog_visit_trash (catalog, index_instance, instances);
  return instances;
}

static gboolean
is_wanted (const ScanShareKeys *keys, const char *uid, GHashTable *wanted, GHashTable *ret_made)
{
  guint8 number[SCAN_SHARE_UID];
  const guint8 *found;

  if (uid == NULL || *uid == '\0')
    return FALSE;
  scan_share_keys_uid (keys, uid, number);
  found = g_hash_table_lookup (wanted, number);
  if (found != NULL)
    g_hash_table_add (ret_made, (gpointer) found);
  return found != NULL;
}

/* The wanted UIDs that this share's key makes from its originals. Values of the result are keys of
 * wanted. */
static GHashTable *
made_uids (ScanLibrary *library, const ScanLedgerEntry *entry, GHashTable *instances,
           GHashTable *wanted)
{
  GHashTable *made = g_hash_table_new (scan_key_hash, scan_key_equal);
  g_autoptr (ScanShareKeys) keys = NULL;
  const ScanSeries *series = NULL;
  guint8 key[32];

  if (g_hash_table_size (wanted) == 0 || entry->row.profile == SCAN_PROFILE_NAMED)
    return made;
  scan_ledger_key (library, entry, key);
  keys = scan_share_keys_new (key);
  explicit_bzero (key, sizeof key);
  for (guint i = 0; i < entry->made.n_sources; i++)
    {
      const ScanInstance *instance =
          g_hash_table_lookup (instances, entry->made.sources + (gsize) i * SCAN_MEMBER_SIZE);

      if (instance == NULL)
        continue;
      is_wanted (keys, instance->uid, wanted, made);
      if (instance->series != series)
        {
          series = instance->series;
          is_wanted (keys, series->uid, wanted, made);
          is_wanted (keys, series->study->uid, wanted, made);
        }
    }
  return made;
}

static gboolean
holds (const guint8 *sums, guint n, gsize size, const guint8 *sum)
{
  for (guint i = 0; i < n; i++)
    if (memcmp (sums + i * size, sum, size) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
shares_a_frame (const ScanLedgerEntry *entry, const Found *found)
{
  gsize size = 0;
  const guint8 *sums = found->frames != NULL ? g_bytes_get_data (found->frames, &size) : NULL;

  for (gsize at = 0; at + SCAN_FRAME_SUM_SIZE <= size; at += SCAN_FRAME_SUM_SIZE)
    if (holds (entry->made.frames, entry->made.n_frames, SCAN_FRAME_SUM_SIZE, sums + at))
      return TRUE;
  return FALSE;
}

static ScanEvidence
evidence_of (const ScanLedgerEntry *entry, const Found *found, GHashTable *made)
{
  guint evidence = 0;

  for (guint i = 0; i < found->n_uids; i++)
    if (g_hash_table_contains (made, found->uids[i]))
      evidence |= SCAN_EVIDENCE_UID;
  if (found->patient != NULL && *found->patient != '\0' && entry->made.pseudonym != NULL &&
      g_str_equal (found->patient, entry->made.pseudonym))
    evidence |= SCAN_EVIDENCE_PSEUDONYM;
  if (holds (entry->row.hashes, entry->row.n_hashes, SCAN_SHARE_HASH, found->file))
    evidence |= SCAN_EVIDENCE_FILE;
  if (shares_a_frame (entry, found))
    evidence |= SCAN_EVIDENCE_FRAME;
  return (ScanEvidence) evidence;
}

/* Frames alone say which scan it is, not which share: they count where nothing better is found. */
static void
add_matches (GPtrArray *matches, const char *path, GArray *entries, const ScanEvidence *evidence)
{
  gboolean certain = FALSE;

  for (guint i = 0; i < entries->len; i++)
    certain = certain || (evidence[i] & ~SCAN_EVIDENCE_FRAME) != 0;
  for (guint i = 0; i < entries->len; i++)
    {
      const ScanLedgerEntry *entry = &g_array_index (entries, ScanLedgerEntry, i);
      ScanTraceMatch *match;
      char id[SCAN_ID_LENGTH + 1];

      if (evidence[i] == 0 || (certain && evidence[i] == SCAN_EVIDENCE_FRAME))
        continue;
      match = g_new0 (ScanTraceMatch, 1);
      scan_key_to_id (entry->id, id);
      match->path = g_strdup (path);
      match->share_id = g_strdup (id);
      match->to = g_strdup (entry->row.to);
      match->evidence = evidence[i];
      g_ptr_array_add (matches, match);
    }
}

/* Each share's UIDs are made once, for all files together. */
static void
match_all (ScanLibrary *library, char **paths, const Found *found, guint n, GPtrArray *matches)
{
  g_autoptr (GArray) entries = scan_ledger_entries (library);
  g_autoptr (GHashTable) wanted = g_hash_table_new (scan_key_hash, scan_key_equal);
  g_autoptr (GHashTable) instances = index_instances (scan_library_catalog (library));
  g_autofree ScanEvidence *evidence = g_new0 (ScanEvidence, (gsize) n * entries->len + 1);

  for (guint f = 0; f < n; f++)
    for (guint u = 0; u < found[f].n_uids; u++)
      g_hash_table_add (wanted, (gpointer) found[f].uids[u]);
  for (guint i = 0; i < entries->len; i++)
    {
      const ScanLedgerEntry *entry = &g_array_index (entries, ScanLedgerEntry, i);
      g_autoptr (GHashTable) made = made_uids (library, entry, instances, wanted);

      for (guint f = 0; f < n; f++)
        evidence[(gsize) f * entries->len + i] = evidence_of (entry, &found[f], made);
    }
  for (guint f = 0; f < n; f++)
    add_matches (matches, paths[f], entries, evidence + (gsize) f * entries->len);
}

gboolean
scan_trace (ScanLibrary *library, char **paths, ScanProgressFunc progress, gpointer user_data,
            GCancellable *cancellable, GPtrArray **ret_matches, GPtrArray **ret_failed,
            GError **error)
{
  guint n = g_strv_length (paths);
  g_autofree Found *found = g_new0 (Found, n + 1);
  ScanProgress told = { .phase = SCAN_PHASE_WORKING, .total = n };

  *ret_matches = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_trace_match_free);
  *ret_failed = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  for (guint i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GError) failed = NULL;

      if (!examine (library, paths[i], cancellable, &found[i], &failed))
        scan_failure_add (*ret_failed, paths[i], failed);
      told.done = i + 1;
      if (progress != NULL)
        progress (&told, user_data);
    }
  if (!g_cancellable_is_cancelled (cancellable))
    match_all (library, paths, found, n, *ret_matches);
  for (guint i = 0; i < n; i++)
    found_clear (&found[i]);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
