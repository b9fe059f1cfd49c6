/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner writes on scans and documents stays, and goes when they go. */
#include <string.h>

#include "annotation.h"
#include "error.h"
#include "library_fixture.h"
#include "reminder.h"
#include "share_private.h"

static const ScanAnnotation *
of (Library *f, ScanItem item)
{
  return scan_catalog_annotation (scan_library_catalog (f->library), &item);
}

static void
annotate (Library *f, ScanAnnotationChange change)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (scan_library_annotate (f->library, &change, 1, &error));
  g_assert_no_error (error);
}

static void
test_kept (Library *f, gconstpointer unused)
{
  static const char *const tags[] = { "knee", " Dr Adams ", "", "KNEE", "two\nlines", NULL };

  library_add_series (f, "one", "a", 2);
  library_add_document (f, NULL, "letter.pdf");
  g_assert_cmpstr (of (f, library_study (f, "one"))->title, ==, "");
  g_assert_null (of (f, library_study (f, "one"))->tags[0]);
  annotate (f, (ScanAnnotationChange){ library_study (f, "one"), "  Mine\x01\n", "First\nsecond \n",
                                       tags, 1 });
  annotate (f,
            (ScanAnnotationChange){ library_document (f, "letter.pdf"), "Letter", NULL, NULL, -1 });
  for (guint pass = 0; pass < 2; pass++)
    {
      const ScanAnnotation *study = of (f, library_study (f, "one"));
      const ScanAnnotation *document = of (f, library_document (f, "letter.pdf"));

      g_assert_cmpstr (study->title, ==, "Mine");
      g_assert_cmpstr (study->note, ==, "First\nsecond");
      g_assert_cmpstr (study->tags[0], ==, "knee");
      g_assert_cmpstr (study->tags[1], ==, "Dr Adams");
      g_assert_cmpstr (study->tags[2], ==, "two lines");
      g_assert_null (study->tags[3]);
      g_assert_true (study->favourite);
      g_assert_cmpstr (document->title, ==, "Letter");
      g_assert_false (document->favourite);
      library_reopen (f);
    }
}

/* Each field for itself; an empty one is gone, and nothing is written for what is so already. */
static void
test_changed (Library *f, gconstpointer unused)
{
  static const char *const none[] = { NULL };
  const void *value;
  size_t size;
  ScanItem item;
  guint8 entity[32];

  library_add_series (f, "one", "a", 1);
  item = library_study (f, "one");
  annotate (f, (ScanAnnotationChange){ item, "T", "N", (const char *const[]){ "t", NULL }, 1 });
  annotate (f, (ScanAnnotationChange){ item, NULL, "M", NULL, -1 });
  g_assert_cmpstr (of (f, item)->title, ==, "T");
  g_assert_cmpstr (of (f, item)->note, ==, "M");
  annotate (f, (ScanAnnotationChange){ item, "", "", none, 0 });
  library_reopen (f);
  item = library_study (f, "one");
  g_assert_cmpstr (of (f, item)->title, ==, "");
  g_assert_cmpstr (of (f, item)->note, ==, "");
  g_assert_null (of (f, item)->tags[0]);
  g_assert_false (of (f, item)->favourite);
  g_assert_true (vault_get (scan_library_vault (f->library), entity,
                            scan_item_entity (&item, entity), SCAN_FIELD_TITLE, &value,
                            &size) == VAULT_ERROR_NOT_FOUND ||
                 size == 0);
}

static void
test_refused (Library *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  ScanAnnotationChange change = { .title = "x", .favourite = -1 };

  library_add_series (f, "one", "a", 1);
  change.item = library_series (f, "one", "a");
  g_assert_false (scan_library_annotate (f->library, &change, 1, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_USAGE);
  g_clear_error (&error);
  change.item = library_study (f, "one");
  change.title = "\xff";
  g_assert_false (scan_library_annotate (f->library, &change, 1, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_USAGE);
}

static void
test_length (Library *f, gconstpointer unused)
{
  g_autofree char *title = g_strnfill (3 * SCAN_TITLE_MAX, 'x');

  library_add_series (f, "one", "a", 1);
  annotate (f, (ScanAnnotationChange){ library_study (f, "one"), title, NULL, NULL, -1 });
  g_assert_cmpuint (strlen (of (f, library_study (f, "one"))->title), ==, SCAN_TITLE_MAX);
}

/* It stays in the trash, and is gone with the last thing below. */
static void
test_purged (Library *f, gconstpointer unused)
{
  ScanItem item, letter;

  library_add_series (f, "one", "a", 1);
  library_add_document (f, NULL, "letter.pdf");
  item = library_study (f, "one");
  letter = library_document (f, "letter.pdf");
  annotate (f, (ScanAnnotationChange){ item, "T", NULL, NULL, 1 });
  annotate (f, (ScanAnnotationChange){ letter, "L", NULL, NULL, 1 });
  g_assert_true (scan_library_trash (f->library, &item, 1, NULL, NULL));
  library_reopen (f);
  item = library_study (f, "one");
  letter = library_document (f, "letter.pdf");
  g_assert_cmpstr (of (f, item)->title, ==, "T");
  g_assert_true (scan_library_purge (f->library, &item, 1, FALSE, NULL, NULL, NULL, NULL, NULL));
  g_assert_true (scan_library_purge (f->library, &letter, 1, FALSE, NULL, NULL, NULL, NULL, NULL));
  for (guint pass = 0; pass < 2; pass++)
    {
      library_add_series (f, "one", "a", 2);
      g_assert_cmpstr (of (f, library_study (f, "one"))->title, ==, "");
      library_reopen (f);
    }
}

/* A row may come before its study, as when that was lost and is read anew. */
static void
test_any_order (void)
{
  static const guint8 key[SCAN_KEY_SIZE] = { 7, 7, 7 };
  ScanCatalog *catalog = scan_catalog_new ();
  g_autoptr (GByteArray) title = scan_row_from_text (&(ScanTextRow){ "Mine" });
  g_autoptr (GByteArray) study = scan_row_from_study (&(ScanStudyRow){ .uid = "1.2" });
  ScanItem item = { .kind = SCAN_ITEM_STUDY };
  g_autofree char *name = NULL;

  scan_catalog_add_field (catalog, key, sizeof key, SCAN_FIELD_TITLE, title->data, title->len);
  scan_catalog_settle (catalog);
  scan_catalog_add_field (catalog, key, sizeof key, SCAN_FIELD_STUDY, study->data, study->len);
  scan_catalog_settle (catalog);
  item.study = g_ptr_array_index (scan_catalog_studies (catalog), 0);
  name = scan_catalog_item_name (catalog, &item);
  g_assert_cmpstr (name, ==, "Mine");
  scan_catalog_free (catalog);
}

static void
test_shared_and_tags (Library *f, gconstpointer unused)
{
  ScanCatalog *catalog;
  ScanItem one, two, series;
  g_auto (GStrv) tags = NULL;

  library_add_series (f, "one", "a", 1);
  library_add_series (f, "two", "a", 1);
  catalog = scan_library_catalog (f->library);
  one = library_study (f, "one");
  two = library_study (f, "two");
  series = library_series (f, "one", "a");
  g_assert_false (scan_catalog_is_shared (catalog, &one));
  scan_catalog_set_shared (catalog, &series, 1);
  g_assert_true (scan_catalog_is_shared (catalog, &one));
  g_assert_false (scan_catalog_is_shared (catalog, &two));
  annotate (f,
            (ScanAnnotationChange){ one, NULL, NULL, (const char *const[]){ "b", "a", NULL }, -1 });
  annotate (f, (ScanAnnotationChange){ two, NULL, NULL, (const char *const[]){ "b", NULL }, -1 });
  tags = scan_catalog_tags (catalog);
  g_assert_cmpuint (g_strv_length (tags), ==, 2);
  g_assert_cmpstr (tags[0], ==, "a");
}

/* Done, it is gone; written again with its id it is back. */
static void
test_reminders (Library *f, gconstpointer data)
{
  ScanReminder late = { NULL, 2000, SCAN_REMIND_ACCESS, (char *) "St. Mary" };
  ScanReminder soon = { NULL, 1000, SCAN_REMIND_DELETION, (char *) "" };
  g_autoptr (GPtrArray) both = NULL, one = NULL, again = NULL;
  const ScanReminder *first;

  g_assert_true (scan_library_set_reminder (f->library, &late, NULL));
  g_assert_true (scan_library_set_reminder (f->library, &soon, NULL));
  both = scan_library_reminders (f->library);
  g_assert_cmpuint (both->len, ==, 2);
  first = g_ptr_array_index (both, 0);
  g_assert_cmpint (first->due, ==, 1000);
  g_assert_cmpuint (first->of, ==, SCAN_REMIND_DELETION);
  soon.id = first->id;
  soon.due = 0;
  g_assert_true (scan_library_set_reminder (f->library, &soon, NULL));
  one = scan_library_reminders (f->library);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpstr (((ScanReminder *) g_ptr_array_index (one, 0))->to, ==, "St. Mary");
  soon.due = 3000;
  g_assert_true (scan_library_set_reminder (f->library, &soon, NULL));
  again = scan_library_reminders (f->library);
  g_assert_cmpuint (again->len, ==, 2);
  g_assert_cmpstr (((ScanReminder *) g_ptr_array_index (again, 1))->id, ==, first->id);
  soon.id = (char *) "nothing";
  g_assert_false (scan_library_set_reminder (f->library, &soon, NULL));
}

static ScanShareRecord *
only_share (GPtrArray *shares)
{
  g_assert_cmpuint (shares->len, ==, 1);
  return g_ptr_array_index (shares, 0);
}

/* Of a share: put off, settled and brought back, while what was agreed stays. */
static void
test_share_reminder (Library *f, gconstpointer data)
{
  const guint8 id[SCAN_KEY_SIZE] = { 1 };
  const ScanShareRow row = { .date = 100, .profile = SCAN_PROFILE_NAMED, .to = "Dr. Brook" };
  const ScanShareMadeRow made = { .pseudonym = "" };
  const ScanShareAgreedRow agreed = { .delete_by = 1000, .purpose = "" };
  const gint64 steps[] = { 3000, 0, 1000 };
  g_autoptr (GPtrArray) first = NULL, asked = NULL;
  ScanReminder reminder = { NULL, 3000, SCAN_REMIND_SHARE, (char *) "" };

  g_assert_true (scan_ledger_add (f->library, id, &row, &made, &agreed, NULL));
  g_assert_false (scan_library_set_reminder (f->library, &reminder, NULL));
  first = scan_library_reminders (f->library);
  g_assert_cmpuint (first->len, ==, 1);
  reminder = *(const ScanReminder *) g_ptr_array_index (first, 0);
  g_assert_cmpint (reminder.due, ==, 1000);
  g_assert_cmpuint (reminder.of, ==, SCAN_REMIND_SHARE);
  g_assert_cmpstr (reminder.to, ==, "Dr. Brook");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GPtrArray) now = NULL, shares = NULL;

      reminder.due = steps[i];
      g_assert_true (scan_library_set_reminder (f->library, &reminder, NULL));
      now = scan_library_reminders (f->library);
      g_assert_cmpuint (now->len, ==, steps[i] != 0 ? 1 : 0);
      if (steps[i] != 0)
        g_assert_cmpint (((ScanReminder *) g_ptr_array_index (now, 0))->due, ==, steps[i]);
      shares = scan_library_shares (f->library);
      g_assert_cmpint (only_share (shares)->delete_by, ==, 1000);
      g_assert_cmpint (only_share (shares)->remind_at, ==, steps[i]);
      g_assert_true (scan_share_record_waits (only_share (shares)));
    }
  g_assert_true (
      scan_library_note_share (f->library, reminder.id, SCAN_SHARE_DELETION_ASKED, NULL));
  asked = scan_library_reminders (f->library);
  g_assert_cmpuint (asked->len, ==, 0);
}

/* How letters are signed; emptied it is as if nothing was ever said. */
static void
test_letter_name (Library *f, gconstpointer data)
{
  const char *const names[] = { "Ottoline Example", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *kept = NULL;

      g_assert_true (scan_library_set_letter_name (f->library, names[i], NULL));
      library_reopen (f);
      kept = scan_library_letter_name (f->library);
      g_assert_cmpstr (kept, ==, names[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_LIBRARY ("/annotate/kept", test_kept);
  ADD_LIBRARY ("/annotate/changed", test_changed);
  ADD_LIBRARY ("/annotate/refused", test_refused);
  ADD_LIBRARY ("/annotate/length", test_length);
  ADD_LIBRARY ("/annotate/purged", test_purged);
  ADD_LIBRARY ("/annotate/shared-and-tags", test_shared_and_tags);
  g_test_add_func ("/annotate/any-order", test_any_order);
  ADD_LIBRARY ("/annotate/reminders", test_reminders);
  ADD_LIBRARY ("/annotate/share-reminder", test_share_reminder);
  ADD_LIBRARY ("/annotate/letter-name", test_letter_name);
  return g_test_run ();
}
