/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An archive becomes the files that are in it. It is read once, member by member; what fits into
 * memory goes to the workers as it comes, what does not is read again by one of them. Whatever
 * could not be taken out keeps the archive itself, whole, in the vault. */
#include <string.h>

#include "error.h"
#include "import_private.h"
#include "member_name.h"

#define DEPTH_MAX 2    /* an archive in an archive */
#define NESTED_MAX 256 /* each of them is reached by reading the outer one again */
#define UNSEEN_MIN ((guint64) 32 * 1024 * 1024)

typedef struct
{
  ScanImport *import;
  ScanArchive *archive;
  ScanContent content;
  guint64 from;     /* the first member that was not dealt with */
  guint64 files;    /* members that are files */
  guint64 declared; /* bytes of them, by what the archive says */
} Taking;

void
scan_archive_free (ScanArchive *archive)
{
  g_free (archive->type);
  vault_secure_free (archive->password);
  g_free (archive);
}

gboolean
scan_import_queue_archive (ScanImport *import, ScanFound *found, const char *type,
                           const char **ret_why)
{
  ScanArchive *outer = found->archive, *archive;
  guint depth = outer != NULL ? outer->depth + 1 : 1;
  gboolean room;

  *ret_why = NULL;
  if (strcmp (type, "udf") == 0)
    *ret_why = "Disc images of this kind (UDF) cannot be opened here; it was kept as it is.";
  else if (depth > DEPTH_MAX)
    *ret_why = "This is an archive in an archive in an archive; it was kept as it is.";
  if (*ret_why != NULL)
    return FALSE;

  g_mutex_lock (&import->lock);
  room = outer == NULL || outer->nested < NESTED_MAX;
  if (room)
    {
      archive = g_new0 (ScanArchive, 1);
      archive->found = found;
      archive->depth = depth;
      archive->type = g_strdup (type);
      if (outer != NULL)
        outer->nested++;
      g_ptr_array_add (import->archives, archive);
      g_queue_push_tail (&import->waiting, archive);
    }
  g_mutex_unlock (&import->lock);
  if (!room)
    *ret_why = "There are too many archives in this archive; it was kept as it is.";
  return room;
}

/* A member as a file; booked as found. path_only: what it is told by. */
static ScanFound *
found_new (Taking *taking, const char *raw, const char *clean)
{
  const ScanFound *outer = taking->archive->found;
  ScanFound *found = g_new0 (ScanFound, 1);
  ScanImport *import = taking->import;

  found->path = g_strconcat (outer->path, "!/", raw, NULL);
  found->name = g_build_filename (outer->name, clean, NULL);
  found->archive = taking->archive;
  g_mutex_lock (&import->lock);
  import->result.files++;
  import->files_done++; /* until it is handed out */
  g_ptr_array_add (import->found, found);
  g_mutex_unlock (&import->lock);
  return found;
}

/* The rest of an archive that cannot be read on, as one thing that failed. */
static void
fail_rest (Taking *taking, const GError *error)
{
  scan_import_fail (taking->import, found_new (taking, "", ""), error);
}

static ScanFound *
found_from_member (Taking *taking, const ScanMember *member)
{
  g_autofree char *clean = NULL, *inside = NULL;
  const char *raw = member->name;
  ScanFound *found;
  GError *error = NULL;

  if (member->unnamed)
    raw = inside = scan_member_name_inside (taking->archive->found->name);
  clean = scan_member_name (raw, strlen (raw));
  if (clean == NULL)
    {
      g_autofree char *beginning = g_strndup (raw, 200);

      g_set_error_literal (&error, SCAN_ERROR, SCAN_ERROR_UNREADABLE,
                           "The file's name in the archive is too long.");
      scan_import_fail (taking->import, found_new (taking, beginning, "file"), error);
      g_error_free (error);
      return NULL;
    }
  found = found_new (taking, raw, clean);
  found->index = member->index;
  found->mtime = member->mtime;
  found->size = member->size;
  return found;
}

static void
give_to_workers (Taking *taking, ScanFound *found)
{
  g_mutex_lock (&taking->import->lock);
  taking->import->files_done--;
  g_mutex_unlock (&taking->import->lock);
  scan_import_hand_out (taking->import, found);
}

/* Gives back what was reserved beyond what is held. */
static void
settle_reserved (ScanImport *import, ScanFound *found, guint64 reserved)
{
  g_mutex_lock (&import->lock);
  import->memory -= found->reserved - reserved;
  found->reserved = reserved;
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
}

/* Reads a member of unknown size, or of one that is believed until it proves wrong, into memory;
 * what is larger is measured and left to a worker. FALSE with error. */
static gboolean
read_member (Taking *taking, ScanUnpack *unpack, const ScanMember *member, ScanFound *found,
             GError **error)
{
  gsize room = member->sized ? (gsize) member->size + 1 : 64 * 1024, n = 0;
  guint8 spill[4096];
  gssize got;

  found->reserved = member->sized ? 2 * member->size : 2 * SCAN_WHOLE_MAX;
  scan_import_reserve (taking->import, found->reserved);
  found->data = g_malloc (room);
  while ((got = scan_unpack_read (unpack, found->data + n, room - n, error)) > 0)
    {
      n += (gsize) got;
      if (n < room)
        continue;
      if (member->sized || room > SCAN_WHOLE_MAX)
        break;
      room = MIN (2 * room, SCAN_WHOLE_MAX + 1);
      found->data = g_realloc (found->data, room);
    }
  found->size = n;
  if (got > 0)
    {
      g_clear_pointer (&found->data, g_free);
      while ((got = scan_unpack_read (unpack, spill, sizeof spill, error)) > 0)
        found->size += (guint64) got;
    }
  if (got < 0)
    g_clear_pointer (&found->data, g_free);
  settle_reserved (taking->import, found, found->data != NULL ? 2 * found->size : 0);
  return got == 0;
}

/* Of an archive whose password is missing or wrong nothing more comes. */
static gboolean
ends_archive (const ScanMember *member, const GError *error)
{
  if (g_error_matches (error, SCAN_ERROR, SCAN_ERROR_UNREADABLE))
    return FALSE;
  return !g_error_matches (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED) || member->encrypted;
}

/* One regular file. FALSE with error: the archive ends with it. */
static gboolean
take_file (Taking *taking, ScanUnpack *unpack, const ScanMember *member, GError **error)
{
  ScanImport *import = taking->import;
  g_autoptr (GError) failure = NULL;
  ScanFound *found;

  if (member->encrypted && taking->archive->password == NULL &&
      strcmp (taking->archive->type, "zip") == 0)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_PASSWORD,
                           "The archive is locked with a password.");
      return FALSE;
    }
  /* What is withheld now comes by itself later; together it may be no more than all at once. */
  if (member->withheld && member->size > taking->archive->bytes_max -
                                             MIN (taking->declared, taking->archive->bytes_max))
    {
      scan_unpack_set_too_much (error);
      return FALSE;
    }
  found = found_from_member (taking, member);
  if (found == NULL)
    return TRUE;
  if (!member->withheld && !read_member (taking, unpack, member, found, &failure))
    {
      if (!ends_archive (member, failure))
        {
          scan_import_fail (import, found, failure);
          return TRUE;
        }
      /* It is met again when another password is tried, or told with the rest. */
      g_mutex_lock (&import->lock);
      import->result.files--;
      g_mutex_unlock (&import->lock);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  taking->files++;
  if (!g_uint64_checked_add (&taking->declared, taking->declared, found->size))
    taking->declared = G_MAXUINT64;
  if (found->size == 0)
    scan_import_ignore (import, found, "The file is empty.");
  else
    give_to_workers (taking, found);
  return TRUE;
}

static gboolean
take_member (Taking *taking, ScanUnpack *unpack, const ScanMember *member, GError **error)
{
  static const char *const reasons[] = {
    [SCAN_MEMBER_LINK] = "This is a link to somewhere else.",
    [SCAN_MEMBER_SPECIAL] = "This is not a file but a device, pipe or socket.",
  };
  ScanFound *found;

  if (member->kind == SCAN_MEMBER_FOLDER)
    return TRUE;
  if (member->kind == SCAN_MEMBER_FILE)
    return take_file (taking, unpack, member, error);
  found = found_from_member (taking, member);
  if (found != NULL)
    scan_import_ignore (taking->import, found, reasons[member->kind]);
  return TRUE;
}

/* How far the archive's own file was read is how far the import is. */
static void
note_position (ScanContent *content, guint64 end)
{
  Taking *taking = content->user_data;
  ScanImport *import = taking->import;

  end = MIN (end, taking->archive->found->size);
  if (taking->archive->depth > 1 || end <= taking->archive->position)
    return;
  g_mutex_lock (&import->lock);
  import->bytes_done += end - taking->archive->position;
  g_mutex_unlock (&import->lock);
  taking->archive->position = end;
}

/* From taking->from to the end. FALSE with error; taking->from is where to go on. */
static gboolean
take_members (Taking *taking, GError **error)
{
  ScanImport *import = taking->import;
  ScanSource source = scan_content_source (&taking->content);
  ScanUnpackOptions options = { .password = taking->archive->password,
                                .password_len = taking->archive->password_len,
                                .skip_above = SCAN_WHOLE_MAX,
                                .from = taking->from,
                                .bytes_max = taking->archive->bytes_max };
  ScanReaderPool *pool = scan_import_unpackers (import, error);
  g_autoptr (ScanUnpack) unpack = NULL;
  ScanMember member;
  ScanUnpackStep step;

  if (pool != NULL)
    unpack = scan_unpack_new (pool, &source, &options, import->cancellable, error);
  if (unpack == NULL)
    return FALSE;
  while ((step = scan_unpack_next (unpack, &member, error)) == SCAN_UNPACK_MEMBER)
    {
      if (scan_import_stopped (import))
        return TRUE;
      if (!take_member (taking, unpack, &member, error))
        return FALSE;
      taking->from = member.index + 1;
      scan_import_tell (import, SCAN_PHASE_WORKING, NULL, FALSE);
    }
  return step == SCAN_UNPACK_END;
}

/* Another password for the archive, by the person. FALSE: there is none. */
static gboolean
ask_password (Taking *taking)
{
  const ScanImportOptions *options = &taking->import->options;
  ScanArchive *archive = taking->archive;
  gboolean wrong = archive->password != NULL;
  g_autofree char *base = g_path_get_basename (archive->found->name);
  g_autofree char *name = g_filename_display_name (base);
  gsize n = 0;
  char *password;

  if (options->ask_password == NULL || scan_import_stopped (taking->import))
    return FALSE;
  password = options->ask_password (name, wrong, &n, options->ask_data);
  if (password == NULL)
    return FALSE;
  vault_secure_free (archive->password);
  archive->password = password;
  archive->password_len = n;
  return TRUE;
}

/* A password that was right is tried first on the next archive. */
static void
remember_password (ScanImport *import, const ScanArchive *archive)
{
  char *copy = archive->password != NULL ? vault_secure_alloc (archive->password_len + 1) : NULL;

  if (copy == NULL)
    return;
  memcpy (copy, archive->password, archive->password_len);
  vault_secure_free (import->password);
  import->password = copy;
  import->password_len = archive->password_len;
}

static void
try_known_password (ScanImport *import, ScanArchive *archive)
{
  if (import->password == NULL || strcmp (archive->type, "zip") != 0)
    return;
  archive->password = vault_secure_alloc (import->password_len + 1);
  if (archive->password == NULL)
    return;
  memcpy (archive->password, import->password, import->password_len);
  archive->password_len = import->password_len;
}

/* FALSE with error: there is a rest that cannot be taken out. */
static gboolean
take_all (Taking *taking, GError **error)
{
  GError *failure = NULL;

  while (!take_members (taking, &failure))
    {
      if (!g_error_matches (failure, SCAN_ERROR, SCAN_ERROR_PASSWORD) || !ask_password (taking))
        {
          /* A stream tells why it could not be read; the reader only that it could not. */
          if (g_error_matches (failure, SCAN_ERROR, SCAN_ERROR_IO) &&
              taking->content.failed != NULL)
            {
              g_clear_error (&failure);
              failure = g_error_copy (taking->content.failed);
            }
          g_propagate_error (error, failure);
          return FALSE;
        }
      g_clear_error (&failure);
    }
  remember_password (taking->import, taking->archive);
  return TRUE;
}

/* The archive goes to the workers once more, as a document. */
static void
keep_whole (Taking *taking, const char *code, const char *message)
{
  ScanFound *found = taking->archive->found;

  found->keep = g_strdup (taking->archive->type);
  scan_import_note_kept (taking->import, found, code, message);
  scan_import_hand_out (taking->import, found);
}

/* All of it is in the vault with what was handed out so far: it is no file of its own. */
static void
settle_taken (Taking *taking)
{
  ScanImport *import = taking->import;

  g_mutex_lock (&import->lock);
  import->result.files--;
  import->result.archives++;
  import->files_done++;
  g_mutex_unlock (&import->lock);
  scan_import_cover (import, taking->archive->found);
}

/* A disc may hold a second set of files that libarchive does not see (UDF beside a stub of ISO
 * 9660, a later session). */
static gboolean
holds_more (const Taking *taking)
{
  guint64 size = taking->archive->found->size;

  return strcmp (taking->archive->type, "iso") == 0 && size > UNSEEN_MIN &&
         taking->declared < (size - UNSEEN_MIN) / 2;
}

static void
settle (Taking *taking, const GError *error)
{
  if (error != NULL)
    {
      gboolean wrong = g_error_matches (error, SCAN_ERROR, SCAN_ERROR_PASSWORD) &&
                       taking->archive->password != NULL;

      /* What is only of a kind that cannot be opened has lost nothing. */
      if (!g_error_matches (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED))
        fail_rest (taking, error);
      keep_whole (taking, wrong ? "wrong-archive-password" : scan_error_name (error),
                  wrong ? "The password of the archive is not the right one; it was kept as it is."
                        : error->message);
    }
  else if (taking->archive->failed > 0)
    keep_whole (taking, "incomplete",
                "Not every file could be taken out; the archive itself was kept too.");
  else if (taking->files == 0)
    keep_whole (taking, "empty", "No file was found in it; it was kept as it is.");
  else if (holds_more (taking))
    keep_whole (taking, "holds-more",
                "The disc image holds more than could be read; it was kept too.");
  else
    settle_taken (taking);
}

static gboolean
is_fatal (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX);
}

/* Archives in an archive share what the outer one may come to. */
static guint64
budget_of (const ScanArchive *archive)
{
  const ScanArchive *outer = archive->found->archive;

  if (outer == NULL)
    return scan_unpack_bytes_max (archive->found->size);
  return outer->bytes_max > outer->spent ? outer->bytes_max - outer->spent : 1;
}

static void
note_spent (ScanArchive *archive, guint64 bytes)
{
  ScanArchive *payer = archive->found->archive != NULL ? archive->found->archive : archive;

  if (!g_uint64_checked_add (&payer->spent, payer->spent, bytes))
    payer->spent = G_MAXUINT64;
}

void
scan_import_unpack (ScanImport *import, ScanArchive *archive)
{
  Taking taking = { .import = import, .archive = archive };
  GError *error = NULL;

  archive->bytes_max = budget_of (archive);
  try_known_password (import, archive);
  if (scan_content_open (import, archive->found, &taking.content, &error))
    {
      taking.content.consumed = note_position;
      taking.content.user_data = &taking;
      take_all (&taking, &error);
    }
  scan_content_close (&taking.content);
  note_spent (archive, taking.declared);
  /* Whether all was taken is known when the last member was. */
  scan_import_wait_idle (import);
  if (error != NULL && is_fatal (error))
    scan_import_stop (import, g_steal_pointer (&error));
  else if (!scan_import_stopped (import))
    settle (&taking, error);
  g_clear_error (&error);
}
