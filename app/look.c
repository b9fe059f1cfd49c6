/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "import_private.h"

#define DEPTH_MAX 64

/* A file that was found. */
typedef struct
{
  ScanFound found;
  gboolean companion; /* lies beside a file that was named; only its scan comes along */
  gboolean named;
  GVariantDict *inspected; /* NULL: a reader made nothing of it */
  GError *failed;
} LookFile;

typedef struct
{
  ScanLibrary *library;
  ScanProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  GPtrArray *files;  /* LookFile */
  GHashTable *paths; /* of them, so that none comes twice */
  ScanLookResult result;
  gint done;
} Look;

void
scan_look_hash (const void *data, gsize size, guint8 ret_id[VAULT_ID_SIZE])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = VAULT_ID_SIZE;

  g_checksum_update (sum, data, (gssize) size);
  g_checksum_get_digest (sum, ret_id, &n);
}

static void
look_file_free (gpointer data)
{
  LookFile *file = data;

  g_clear_pointer (&file->inspected, g_variant_dict_unref);
  g_clear_error (&file->failed);
  g_free (file->found.path);
  g_free (file->found.name);
  g_free (file);
}

static void
tell (Look *look, ScanPhase phase, guint64 done, guint64 total)
{
  const ScanProgress progress = { .phase = phase, .done = done, .total = total };

  if (look->progress != NULL)
    look->progress (&progress, look->user_data);
}

static LookFile *
find_file (Look *look, const char *path)
{
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  LookFile *file;

  if (g_hash_table_contains (look->paths, whole))
    return NULL;
  look->result.files++;
  if (look->files->len >= SCAN_LOOK_FILES_MAX)
    {
      look->result.passed_over++;
      return NULL;
    }
  file = g_new0 (LookFile, 1);
  file->found.path = g_steal_pointer (&whole);
  file->found.name = g_path_get_basename (file->found.path);
  g_hash_table_add (look->paths, file->found.path);
  g_ptr_array_add (look->files, file);
  if (look->files->len % 100 == 0)
    tell (look, SCAN_PHASE_LOOKING, look->files->len, 0);
  return file;
}

/* deep: also what is in folders below. */
static void
find_in_folder (Look *look, const char *path, guint depth, gboolean deep)
{
  GDir *folder = depth <= DEPTH_MAX ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  if (folder == NULL)
    return;
  while ((name = g_dir_read_name (folder)) != NULL &&
         !g_cancellable_is_cancelled (look->cancellable))
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      struct stat info;

      if (lstat (inner, &info) != 0)
        continue;
      if (S_ISDIR (info.st_mode) && deep)
        find_in_folder (look, inner, depth + 1, TRUE);
      else if (S_ISREG (info.st_mode))
        {
          LookFile *file = find_file (look, inner);

          if (file != NULL)
            file->companion = !deep;
        }
    }
  g_dir_close (folder);
}

static gint64
read_file (gpointer user_data, guint64 offset, void *buf, gsize n)
{
  gssize got;

  do
    got = pread (GPOINTER_TO_INT (user_data), buf, n, (off_t) offset);
  while (got < 0 && errno == EINTR);
  return got;
}

int
scan_look_source (const char *path, ScanSource *ret_source, gint64 *ret_mtime, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      scan_error_set_errno (error, errno, "The file could not be opened");
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NOT_FOUND, "This is not a file.");
      return -1;
    }
  *ret_source = (ScanSource){ .size = (guint64) info.st_size,
                              .read = read_file,
                              .user_data = GINT_TO_POINTER (fd) };
  *ret_mtime = info.st_mtime;
  return fd;
}

static void
inspect (gpointer item, gpointer user_data)
{
  LookFile *file = item;
  Look *look = user_data;
  g_auto (ScanReaderReply) reply = { 0 };
  ScanSource source;
  int fd;

  if (file->inspected != NULL || file->failed != NULL ||
      g_cancellable_is_cancelled (look->cancellable))
    return;
  fd = scan_look_source (file->found.path, &source, &file->found.mtime, &file->failed);
  if (fd < 0)
    return;
  file->found.size = source.size;
  if (scan_reader_call (scan_library_readers (look->library), "inspect", NULL, &source, NULL,
                        SCAN_CALL_DEFAULT, 0, look->cancellable, &reply, &file->failed))
    file->inspected = g_variant_dict_new (reply.result);
  close (fd);
  tell (look, SCAN_PHASE_WORKING, (guint64) g_atomic_int_add (&look->done, 1) + 1,
        look->files->len);
}

static const char *
word_of (const LookFile *file, const char *key)
{
  const char *word = "";

  if (file->inspected != NULL)
    g_variant_dict_lookup (file->inspected, key, "&s", &word);
  return word;
}

static void
inspect_all (Look *look)
{
  scan_import_parallel (g_get_num_processors (), look->files, inspect, look);
}

/* What lies beside the files that were named, and below the lists of discs. */
static void
find_companions (Look *look)
{
  const guint named = look->files->len;

  for (guint i = 0; i < named; i++)
    {
      const LookFile *file = g_ptr_array_index (look->files, i);
      g_autofree char *folder = g_path_get_dirname (file->found.path);

      if (!file->named)
        continue;
      if (g_str_equal (word_of (file, "type"), "dicomdir"))
        find_in_folder (look, folder, 0, TRUE);
      else if (g_str_equal (word_of (file, "kind"), "dicom"))
        find_in_folder (look, folder, 0, FALSE);
    }
}

static gboolean
is_shown (const LookFile *file, GHashTable *named_studies)
{
  if (!g_str_equal (word_of (file, "kind"), "dicom"))
    return !file->companion && g_str_equal (word_of (file, "kind"), "document") &&
           !g_str_equal (word_of (file, "type"), "dicomdir");
  return !file->companion ||
         g_hash_table_contains (named_studies, word_of (file, "StudyInstanceUID"));
}

/* Entity and value live as long as the catalog. */
static void
add_row (ScanCatalog *catalog, const guint8 *entity, gsize size, ScanField field, GByteArray *value)
{
  g_autoptr (GByteArray) taken = value;

  scan_catalog_add_field (catalog, scan_catalog_keep (catalog, entity, size), size, field,
                          scan_catalog_keep (catalog, taken->data, taken->len), taken->len);
}

static void
add_instance (Look *look, const LookFile *file, const guint8 member[VAULT_ID_SIZE],
              GHashTable *known)
{
  ScanCatalog *catalog = scan_library_catalog (look->library);
  guint8 arrangement[SCAN_ARRANGEMENT_MAX];
  char id[SCAN_ID_LENGTH + 1];
  ScanInstanceRow row;
  ScanPlace place;

  scan_import_place (NULL, file->inspected, &file->found, &place);
  scan_key_to_id (place.study, id);
  if (g_hash_table_add (known, g_strdup (id)))
    add_row (catalog, place.study, SCAN_KEY_SIZE, SCAN_FIELD_STUDY,
             scan_import_study_row (file->inspected));
  scan_key_to_id (place.series, id);
  if (g_hash_table_add (known, g_strdup (id)))
    add_row (catalog, place.series, SCAN_KEY_SIZE, SCAN_FIELD_SERIES,
             scan_import_series_row (file->inspected, place.study));
  scan_import_instance_row (file->inspected, file->found.size, &row);
  memcpy (row.series, place.series, SCAN_KEY_SIZE);
  scan_import_arrangement (file->inspected, arrangement);
  row.arrangement = arrangement;
  add_row (catalog, member, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE, scan_row_from_instance (&row));
}

static void
add_document (Look *look, const LookFile *file, const guint8 member[VAULT_ID_SIZE])
{
  g_autofree char *name = g_filename_display_name (file->found.name);
  const ScanDocumentRow row = { .bytes = file->found.size,
                                .type = word_of (file, "type"),
                                .name = name };

  add_row (scan_library_catalog (look->library), member, VAULT_ID_SIZE, SCAN_FIELD_DOCUMENT,
           scan_row_from_document (&row));
}

/* Returns how many files are shown. */
static guint
fill_catalog (Look *look)
{
  g_autoptr (GHashTable) named_studies = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint shown = 0;

  for (guint i = 0; i < look->files->len; i++)
    {
      const LookFile *file = g_ptr_array_index (look->files, i);

      if (file->named && *word_of (file, "StudyInstanceUID") != '\0')
        g_hash_table_add (named_studies, (gpointer) word_of (file, "StudyInstanceUID"));
    }
  for (guint i = 0; i < look->files->len; i++)
    {
      const LookFile *file = g_ptr_array_index (look->files, i);
      guint8 member[VAULT_ID_SIZE];

      if (!is_shown (file, named_studies))
        {
          if (file->companion)
            look->result.files--;
          else if (g_str_equal (word_of (file, "kind"), "archive"))
            look->result.archives++;
          else if (file->failed != NULL)
            look->result.failed++;
          else if (!g_str_equal (word_of (file, "type"), "dicomdir"))
            look->result.passed_over++;
          continue;
        }
      shown++;
      scan_look_hash (file->found.path, strlen (file->found.path), member);
      scan_library_add_looked_at (look->library, member, file->found.path);
      if (g_str_equal (word_of (file, "kind"), "dicom"))
        add_instance (look, file, member, known);
      else
        add_document (look, file, member);
    }
  scan_catalog_settle (scan_library_catalog (look->library));
  return shown;
}

/* Why nothing is shown: of a single file, what is wrong with that. */
static void
set_nothing_shown (Look *look, GError **error)
{
  const LookFile *only = look->files->len == 1 ? g_ptr_array_index (look->files, 0) : NULL;

  if (only != NULL && only->failed != NULL)
    g_propagate_error (error, g_error_copy (only->failed));
  else
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                         "Nothing in here is a scan or a document that can be shown.");
}

ScanLibrary *
scan_look_open (char **paths, ScanProgressFunc progress, gpointer user_data,
                GCancellable *cancellable, ScanLookResult *ret_result, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (look_file_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ScanLibrary) library = scan_library_new_look (error);
  Look look = { library, progress, user_data, cancellable, files, known, { 0 }, 0 };
  guint shown;

  *ret_result = look.result;
  if (library == NULL)
    return NULL;
  for (char **path = paths; *path != NULL; path++)
    {
      LookFile *file = NULL;

      if (g_file_test (*path, G_FILE_TEST_IS_DIR))
        find_in_folder (&look, *path, 0, TRUE);
      else
        file = find_file (&look, *path);
      if (file != NULL)
        file->named = TRUE;
    }
  inspect_all (&look);
  find_companions (&look);
  inspect_all (&look);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  shown = fill_catalog (&look);
  *ret_result = look.result;
  if (shown > 0)
    return g_steal_pointer (&library);
  set_nothing_shown (&look, error);
  return NULL;
}
