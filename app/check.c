/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include <string.h>

#include "adopt.h"
#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "plainname.h"

/* What the vault said, before it is put into words. */
typedef struct
{
  ScanFindingKind kind;
  gboolean has_member;
  guint8 member[VAULT_ID_SIZE];
  char file[sizeof ((VaultFault *) NULL)->file];
  const char *words; /* instead of those of its kind, or NULL */
} RawFinding;

struct ScanCheck
{
  ScanLibrary *library;
  ScanCheckLevel level;
  gboolean repair;
  ScanVaultWatch watch;
  GArray *raw; /* RawFinding */
  ScanImport *adoption;
  ScanCheckReport report;
};

static void
finding_free (gpointer data)
{
  ScanFinding *finding = data;

  g_free (finding->item);
  g_free (finding->message);
  g_ptr_array_unref (finding->members);
  g_free (finding);
}

static ScanFinding *
add_finding (ScanCheckReport *report, ScanFindingKind kind, const char *item)
{
  ScanFinding *finding = g_new0 (ScanFinding, 1);

  finding->item = g_strdup (item);
  finding->members = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (report->findings[kind], finding);
  return finding;
}

void
scan_check_report_clear (ScanCheckReport *report)
{
  for (guint i = 0; i < SCAN_FINDING_KINDS; i++)
    g_clear_pointer (&report->findings[i], g_ptr_array_unref);
}

ScanCheck *
scan_check_new (ScanLibrary *library, ScanCheckLevel level, gboolean repair)
{
  ScanCheck *check = g_new0 (ScanCheck, 1);

  check->library = library;
  check->level = level;
  check->repair = repair;
  check->raw = g_array_new (FALSE, FALSE, sizeof (RawFinding));
  for (guint i = 0; i < SCAN_FINDING_KINDS; i++)
    check->report.findings[i] = g_ptr_array_new_with_free_func (finding_free);
  return check;
}

static void
note (ScanCheck *check, ScanFindingKind kind, const VaultFault *fault, const char *words)
{
  RawFinding raw = { .kind = kind, .has_member = fault->has_member, .words = words };

  memcpy (raw.member, fault->member, sizeof raw.member);
  g_strlcpy (raw.file, fault->file, sizeof raw.file);
  g_array_append_val (check->raw, raw);
}

static bool
on_repair (VaultRepairKind kind, const char *file, uint64_t done, uint64_t total, void *data)
{
  ScanCheck *check = data;
  VaultFault fault = { 0 };

  g_strlcpy (fault.file, file, sizeof fault.file);
  if (kind == VAULT_REPAIR_HEALED)
    note (check, SCAN_FINDING_HEALED, &fault, NULL);
  else if (kind == VAULT_REPAIR_LOST)
    note (
        check, SCAN_FINDING_DAMAGED, &fault,
        "A part of the vault's list was lost for good. What it listed and is still here is listed "
        "again; what is not here any more cannot be named. Compare your scans with your discs.");
  return scan_vault_progress (done, total, &check->watch);
}

static bool
on_check (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
          uint64_t total, void *data)
{
  ScanCheck *check = data;

  switch (kind)
    {
    case VAULT_CHECK_OBJECT:
      check->report.objects++;
      check->report.bytes += bytes;
      break;
    case VAULT_CHECK_DAMAGED:
      note (check, SCAN_FINDING_DAMAGED, fault, NULL);
      break;
    case VAULT_CHECK_MISSING:
      note (check, SCAN_FINDING_MISSING, fault, NULL);
      break;
    case VAULT_CHECK_ARRIVING:
      note (check, SCAN_FINDING_ARRIVING, fault, NULL);
      break;
    case VAULT_CHECK_LOST:
      note (check, SCAN_FINDING_DAMAGED, fault,
            "A part of the vault's list is lost, and scans that it listed may not be shown. "
            "Repairing the vault lists again what is still here.");
      break;
    case VAULT_CHECK_ORPHAN:
      note (check, SCAN_FINDING_ORPHAN, fault, NULL);
      break;
    }
  return scan_vault_progress (done, total, &check->watch);
}

static gboolean
repair (ScanCheck *check, GError **error)
{
  VaultRepaired repaired;
  VaultFault fault = { 0 };
  VaultError result;

  scan_library_hold (check->library);
  result = vault_repair (scan_library_vault (check->library), on_repair, check, &repaired, &fault);
  scan_library_release (check->library);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  if (scan_library_unlisted (check->library) == 0)
    return TRUE;
  check->adoption = scan_adopt_new (check->library);
  return scan_adopt_run (check->adoption, check->watch.progress, check->watch.user_data,
                         check->watch.cancellable, error);
}

gboolean
scan_check_run (ScanCheck *check, ScanProgressFunc progress, gpointer user_data,
                GCancellable *cancellable, GError **error)
{
  static const VaultCheckLevel levels[] = { VAULT_CHECK_QUICK, VAULT_CHECK_HASH, VAULT_CHECK_FULL };
  const ScanVaultWatch watch = { progress, user_data, cancellable, SCAN_PHASE_CHECKING };
  VaultFault fault = { 0 };
  VaultError result;

  check->watch = watch;
  if (check->repair && !repair (check, error))
    return FALSE;
  result = vault_check (scan_library_vault (check->library), levels[check->level], on_check, check,
                        &fault);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

/* The members that the findings name, and the items that they are. */
static void
find_item (const ScanItem *item, gpointer user_data)
{
  GHashTable *items = user_data;
  gpointer key, old;
  const guint8 *member = NULL;

  if (item->kind == SCAN_ITEM_INSTANCE)
    member = item->instance->member;
  else if (item->kind == SCAN_ITEM_DOCUMENT)
    member = item->document->member;
  if (member != NULL && g_hash_table_lookup_extended (items, member, &key, &old) && old == NULL)
    g_hash_table_replace (items, key, g_memdup2 (item, sizeof *item));
}

static GHashTable *
items_of (ScanCheck *check)
{
  ScanCatalog *catalog = scan_library_catalog (check->library);
  GHashTable *items = g_hash_table_new_full (scan_key_hash, scan_key_equal, NULL, g_free);

  for (guint i = 0; i < check->raw->len; i++)
    {
      RawFinding *raw = &g_array_index (check->raw, RawFinding, i);

      if (raw->has_member)
        g_hash_table_insert (items, raw->member, NULL);
    }
  if (g_hash_table_size (items) > 0)
    {
      scan_catalog_visit (catalog, find_item, items);
      scan_catalog_visit_trash (catalog, find_item, items);
    }
  return items;
}

static void
count_leaf (const ScanItem *item, gpointer user_data)
{
  if (item->kind == SCAN_ITEM_INSTANCE || item->kind == SCAN_ITEM_DOCUMENT)
    ++*(guint *) user_data;
}

/* "ask St. Mary's for it again" and the like: what helps, by kind of finding. */
static char *
advice (ScanFindingKind kind, const ScanStudy *study)
{
  if (kind == SCAN_FINDING_ARRIVING)
    return g_strdup ("Let the program that synchronises the vault finish its work.");
  if (study != NULL && *study->institution != '\0')
    return g_strdup_printf ("Import it again if you still have it, or ask %s for this scan again.",
                            study->institution);
  return g_strdup ("Import it again if you still have it, or ask for it again where it came from.");
}

static const char *
state_words (ScanFindingKind kind)
{
  if (kind == SCAN_FINDING_ARRIVING)
    return "not here yet";
  return kind == SCAN_FINDING_MISSING ? "missing" : "damaged";
}

static void
describe_study (ScanCheck *check, ScanFindingKind kind, ScanFinding *finding, ScanStudy *study)
{
  const ScanItem item = { .kind = SCAN_ITEM_STUDY, .study = study };
  g_autofree char *name = scan_plain_name (study->title, study->date);
  g_autofree char *help = advice (kind, study);
  guint all = 0;

  scan_catalog_visit_item (scan_library_catalog (check->library), &item, TRUE, count_leaf, &all);
  finding->message = g_strdup_printf (
      "%s%s%s: %u of %u pictures %s %s. %s", name, *study->institution != '\0' ? ", from " : "",
      study->institution, finding->members->len, all, finding->members->len == 1 ? "is" : "are",
      state_words (kind), help);
}

static void
describe_single (ScanFindingKind kind, ScanFinding *finding, const ScanItem *item)
{
  g_autofree char *help = advice (kind, NULL);

  if (item != NULL)
    finding->message = g_strdup_printf ("The document “%s” is %s. %s", item->document->name,
                                        state_words (kind), help);
  else
    finding->message =
        g_strdup_printf ("A file without an entry in the list is %s. %s", state_words (kind), help);
}

static const char *const file_messages[] = {
  [SCAN_FINDING_DAMAGED] = "This file of the vault is damaged, and no picture is lost with it.",
  [SCAN_FINDING_MISSING] = "This file of the vault is missing, and no picture is lost with it.",
  [SCAN_FINDING_ARRIVING] = "This file has not arrived from another computer yet.",
  [SCAN_FINDING_ORPHAN] = "This file belongs to no import that was finished.",
  [SCAN_FINDING_HEALED] = "This file was damaged or missing and is whole again, bit for bit.",
};

static void
put_into_words (ScanCheck *check)
{
  g_autoptr (GHashTable) items = items_of (check);
  /* One a kind: ScanStudy → its ScanFinding. */
  GHashTable *studies[SCAN_FINDING_KINDS];
  char id[SCAN_ID_LENGTH + 1];

  for (guint i = 0; i < SCAN_FINDING_KINDS; i++)
    studies[i] = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < check->raw->len; i++)
    {
      const RawFinding *raw = &g_array_index (check->raw, RawFinding, i);
      const ScanItem *item = raw->has_member ? g_hash_table_lookup (items, raw->member) : NULL;
      ScanStudy *study = item != NULL ? scan_item_study (item) : NULL;
      ScanFinding *finding = NULL;

      if (!raw->has_member)
        {
          finding = add_finding (&check->report, raw->kind, raw->file);
          finding->message = g_strdup (raw->words != NULL ? raw->words : file_messages[raw->kind]);
          continue;
        }
      scan_key_to_id (raw->member, id);
      if (study != NULL)
        finding = g_hash_table_lookup (studies[raw->kind], study);
      if (finding == NULL)
        finding = add_finding (&check->report, raw->kind, study != NULL ? study->id : id);
      if (study != NULL)
        g_hash_table_insert (studies[raw->kind], study, finding);
      else
        describe_single (raw->kind, finding, item);
      g_ptr_array_add (finding->members, g_strdup (id));
    }
  for (guint i = 0; i < SCAN_FINDING_KINDS; i++)
    {
      GHashTableIter iter;
      gpointer study, finding;

      g_hash_table_iter_init (&iter, studies[i]);
      while (g_hash_table_iter_next (&iter, &study, &finding))
        describe_study (check, (ScanFindingKind) i, finding, study);
      g_hash_table_unref (studies[i]);
    }
}

void
scan_check_apply (ScanCheck *check, ScanCheckReport *ret_report)
{
  if (check->adoption != NULL)
    {
      ScanImportResult adopted;

      scan_adopt_apply (check->adoption, &adopted);
      check->report.listed = adopted.stored + adopted.documents;
      scan_import_result_clear (&adopted);
    }
  put_into_words (check);
  *ret_report = check->report;
  g_array_unref (check->raw);
  g_free (check);
}

gboolean
scan_library_check (ScanLibrary *library, ScanCheckLevel level, gboolean repair_too,
                    ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                    ScanCheckReport *ret_report, GError **error)
{
  ScanCheck *check = scan_check_new (library, level, repair_too);
  gboolean ran = scan_check_run (check, progress, user_data, cancellable, error);

  scan_check_apply (check, ret_report);
  return ran;
}
