/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares out of a vault, with real readers: what a person has to look at, what came after the look,
 * and the same share once more. */
#include <glib/gstdio.h>
#include <string.h>

#include "../../gen/dicom_writer.h"
#include "error.h"
#include "import.h"
#include "library_fixture.h"
#include "share.h"

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define CAPTURES "1.2.840.10008.5.1.4.1.1.7.2" /* of several frames, 8 bits */
#define SERIES "1.2.826.0.1.3680043.99.6.1"
#define SIDE 128
#define ALL_FRAMES 1000

/* Capitals of five by seven pixels, drawn twice as large. */
static void
draw (guint8 *pixels, const char *text, guint x, guint y)
{
  static const struct
  {
    char letter;
    guint8 rows[7];
  } glyphs[] = { { 'A', { 14, 17, 17, 31, 17, 17, 17 } }, { 'E', { 31, 16, 16, 30, 16, 16, 31 } },
                 { 'H', { 17, 17, 17, 31, 17, 17, 17 } }, { 'L', { 16, 16, 16, 16, 16, 16, 31 } },
                 { 'M', { 17, 27, 21, 21, 17, 17, 17 } }, { 'N', { 17, 25, 21, 19, 17, 17, 17 } } };

  for (; *text != '\0'; text++, x += 12)
    for (gsize g = 0; g < G_N_ELEMENTS (glyphs); g++)
      for (guint row = 0; glyphs[g].letter == *text && row < 14; row++)
        for (guint column = 0; column < 10; column++)
          if ((glyphs[g].rows[row / 2] >> (4 - column / 2) & 1) != 0)
            pixels[(y + row) * SIDE + x + column] = 250;
}

/* A picture of smooth ground; in frame `written` (-1: none) stands a name. */
static void
write_picture (Library *f, const char *name, const char *sop_class, guint number, guint frames,
               gint written)
{
  const gboolean capture = g_str_equal (sop_class, CAPTURES);
  g_autofree char *uid = g_strdup_printf (SERIES ".%u", number),
                  *count = g_strdup_printf ("%u", frames), *nth = g_strdup_printf ("%u", number),
                  *path = g_build_filename (f->folder, "scans", name, NULL),
                  *folder = g_path_get_dirname (path);
  g_autofree guint8 *pixels = g_malloc ((gsize) SIDE * SIDE * frames);
  g_autoptr (GByteArray) d = dicom_new (), file = NULL;

  for (guint i = 0; i < SIDE * SIDE * frames; i++)
    pixels[i] = (guint8) (130 + i % SIDE / 8 + number % 8);
  for (guint i = 0; i < frames; i++)
    if (written == (gint) i || written == ALL_FRAMES)
      draw (pixels + (gsize) SIDE * SIDE * i, "HELENA", 20, 90);
  dicom_text (d, 0x0008, 0x0008, "CS", capture ? "DERIVED\\SECONDARY" : "ORIGINAL\\PRIMARY\\AXIAL");
  dicom_text (d, 0x0008, 0x0016, "UI", sop_class);
  dicom_text (d, 0x0008, 0x0018, "UI", uid);
  dicom_text (d, 0x0008, 0x0020, "DA", "20240303");
  dicom_text (d, 0x0008, 0x0030, "TM", "101533");
  dicom_text (d, 0x0008, 0x0060, "CS", capture ? "OT" : "CT");
  if (capture)
    dicom_text (d, 0x0008, 0x0064, "CS", "WSD");
  dicom_text (d, 0x0010, 0x0010, "PN", "Quillfeather^Helena");
  dicom_text (d, 0x0010, 0x0020, "LO", "QF-118822");
  dicom_text (d, 0x0020, 0x000D, "UI", "1.2.826.0.1.3680043.99.6");
  dicom_text (d, 0x0020, 0x000E, "UI", SERIES);
  dicom_text (d, 0x0020, 0x0011, "IS", "1");
  dicom_text (d, 0x0020, 0x0013, "IS", nth);
  dicom_us (d, 0x0028, 0x0002, 1);
  dicom_text (d, 0x0028, 0x0004, "CS", "MONOCHROME2");
  if (capture)
    dicom_text (d, 0x0028, 0x0008, "IS", count);
  dicom_us (d, 0x0028, 0x0010, SIDE);
  dicom_us (d, 0x0028, 0x0011, SIDE);
  dicom_us (d, 0x0028, 0x0100, 8);
  dicom_us (d, 0x0028, 0x0101, 8);
  dicom_us (d, 0x0028, 0x0102, 7);
  dicom_us (d, 0x0028, 0x0103, 0);
  dicom_bytes (d, 0x7FE0, 0x0010, "OB", pixels, (gsize) SIDE * SIDE * frames);
  file = dicom_file (d, NULL, sop_class, uid);
  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, (const char *) file->data, file->len, NULL));
}

/* Takes in all that was written; returns the one series. */
static ScanItem
take_in (Library *f, guint stored)
{
  g_autofree char *scans = g_build_filename (f->folder, "scans", NULL);
  char *paths[] = { scans, NULL };
  const ScanImportOptions options = { .no_read_back = TRUE };
  ScanImport *import = scan_import_new (f->library, paths, &options);
  ScanImportResult result;
  GError *error = NULL;
  const GPtrArray *studies;

  g_assert_true (scan_import_run (import, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  scan_import_apply (import, &result);
  g_assert_cmpuint (result.stored, ==, stored);
  scan_import_result_clear (&result);
  studies = scan_catalog_studies (scan_library_catalog (f->library));
  g_assert_cmpuint (studies->len, ==, 1);
  return (ScanItem){ .kind = SCAN_ITEM_SERIES,
                     .series = g_ptr_array_index (
                         ((ScanStudy *) g_ptr_array_index (studies, 0))->series, 0) };
}

static GPtrArray *
look (Library *f, const ScanItem *item)
{
  GError *error = NULL;
  GPtrArray *proposals = scan_share_proposals (f->library, item, 1, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return proposals;
}

static const ScanShareProposal *
proposal_at (const GPtrArray *proposals, guint i)
{
  return g_ptr_array_index (proposals, i);
}

static ScanShareResult *
share (Library *f, const ScanItem *item, const ScanSharePlan *plan, const char *out, gboolean done)
{
  g_autofree char *path = g_build_filename (f->folder, out, NULL);
  ScanShareResult *result = NULL;
  GError *error = NULL;

  gboolean shared = scan_share (f->library, item, 1, path, plan, NULL, NULL, NULL, &result, &error);

  for (guint i = 0; result != NULL && i < result->refused->len; i++)
    {
      const ScanRefusal *refusal = g_ptr_array_index (result->refused, i);
      g_autofree char *findings =
          refusal->findings != NULL ? g_strjoinv ("; ", refusal->findings) : NULL;

      g_test_message ("%s: %s", refusal->code, findings != NULL ? findings : "");
    }
  g_assert_cmpint (shared, ==, done);
  if (done)
    g_assert_no_error (error);
  else
    g_assert_error (error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_nonnull (result);
  g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, done);
  return result;
}

static void
assert_refused (const ScanShareResult *result, guint n, const char *code)
{
  g_assert_cmpuint (result->refused->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (((ScanRefusal *) g_ptr_array_index (result->refused, i))->code, ==, code);
}

/* What was found in one place is one layout; where nothing was found each picture is its own. */
static void
test_layouts (Library *f, gconstpointer data)
{
  g_autoptr (GPtrArray) bare = NULL, written = NULL;
  ScanItem item;

  write_picture (f, "a", CAPTURES, 1, 1, -1);
  write_picture (f, "b", CAPTURES, 2, 1, -1);
  item = take_in (f, 2);
  bare = look (f, &item);
  g_assert_cmpuint (bare->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (proposal_at (bare, i)->look, ==, SCAN_LOOK_KIND);
      g_assert_cmpuint (proposal_at (bare, i)->boxes->len, ==, 0);
      g_assert_cmpuint (proposal_at (bare, i)->layout, ==, i + 1);
    }
  for (guint i = 3; i < 9; i++)
    {
      g_autofree char *name = g_strdup_printf ("w%u", i);

      write_picture (f, name, CAPTURES, i, 1, 0);
    }
  item = take_in (f, 6);
  written = look (f, &item);
  g_assert_cmpuint (written->len, ==, 8);
  for (guint i = 0; i < 8; i++)
    {
      g_assert_cmpuint (proposal_at (written, i)->look, ==, SCAN_LOOK_KIND | SCAN_LOOK_TEXT);
      g_assert_cmpuint (proposal_at (written, i)->layout, ==, 1);
    }
}

/* Of a clip every frame is searched, and every frame has to be seen, whatever stands in all of
 * them.
 */
static void
test_frames_of_a_clip (Library *f, gconstpointer data)
{
  static const struct
  {
    guint frames;
    gint written;
    gboolean every_frame;
  } cases[] = { { 1, -1, FALSE }, { 5, -1, TRUE }, { 5, 3, TRUE }, { 5, ALL_FRAMES, TRUE } };
  g_autoptr (GPtrArray) proposals = NULL;
  ScanItem item;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("clip%u", i);

      write_picture (f, name, CAPTURES, i + 1, cases[i].frames, cases[i].written);
    }
  item = take_in (f, G_N_ELEMENTS (cases));
  proposals = look (f, &item);
  g_assert_cmpuint (proposals->len, ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < proposals->len; i++)
    {
      g_assert_cmpuint (proposal_at (proposals, i)->frames, ==, cases[i].frames);
      g_assert_cmpint (proposal_at (proposals, i)->every_frame, ==, cases[i].every_frame);
      g_assert_cmpint (proposal_at (proposals, i)->boxes->len > 0, ==, cases[i].written >= 0);
      for (guint k = 0; k < proposal_at (proposals, i)->boxes->len; k++)
        g_assert_cmpint (g_array_index (proposal_at (proposals, i)->boxes, ScanTextBox, k).frame,
                         ==, cases[i].written == ALL_FRAMES ? -1 : cases[i].written);
    }
}

static void
test_plain_ct_with_a_find_needs_the_look (Library *f, gconstpointer data)
{
  g_autoptr (GPtrArray) proposals = NULL;
  g_autoptr (ScanShareResult) refused = NULL, shared = NULL;
  ScanSharePlan plan = { .profile = SCAN_PROFILE_SECOND_OPINION };
  ScanItem item;

  write_picture (f, "plain", CT, 1, 1, -1);
  write_picture (f, "written", CT, 2, 1, 0);
  write_picture (f, "third", CT, 3, 1, -1);
  item = take_in (f, 3);
  proposals = look (f, &item);
  g_assert_cmpuint (proposals->len, ==, 3);
  g_assert_cmpuint (proposal_at (proposals, 0)->look, ==, 0);
  g_assert_cmpuint (proposal_at (proposals, 1)->look, ==, SCAN_LOOK_TEXT);
  plan.proposals = proposals;
  refused = share (f, &item, &plan, "refused", FALSE);
  assert_refused (refused, 1, "needs-review");
  plan.confirm_reviewed = TRUE;
  shared = share (f, &item, &plan, "shared", TRUE);
  g_assert_cmpuint (shared->files, ==, 3);
  g_assert_cmpuint (shared->text_boxes, >=, 1);
}

static void
assert_same_files (const char *one, const char *other)
{
  g_autoptr (GDir) dir = g_dir_open (one, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *a = g_build_filename (one, name, NULL),
                      *b = g_build_filename (other, name, NULL);

      assert_same_files (a, b);
    }
  if (dir == NULL)
    {
      g_autofree char *a = NULL, *b = NULL;
      gsize n = 0, m = 0;

      g_assert_true (g_file_get_contents (one, &a, &n, NULL));
      g_assert_true (g_file_get_contents (other, &b, &m, NULL));
      g_assert_cmpmem (a, n, b, m);
    }
}

static void
make_again (Library *f, const ScanShareResult *first, const char *was, const char *out)
{
  g_autofree char *path = g_build_filename (f->folder, out, NULL),
                  *before = g_build_filename (f->folder, was, NULL);
  g_autoptr (ScanShareResult) again = NULL;
  GError *error = NULL;

  scan_share_again (f->library, first->share_id, path, NULL, NULL, NULL, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->files, ==, first->files);
  assert_refused (again, 1, "not-searched");
  assert_same_files (before, path);
}

/* What came into the vault after the look is not handed out, and stays at home when the share is
 * made once more. */
static void
test_newcomer_stays_at_home (Library *f, gconstpointer data)
{
  g_autoptr (GPtrArray) proposals = NULL;
  g_autoptr (ScanShareResult) refused = NULL, folder = NULL, zip = NULL;
  ScanSharePlan plan = { .profile = SCAN_PROFILE_SECOND_OPINION };
  ScanItem item;

  write_picture (f, "first", CT, 1, 1, -1);
  write_picture (f, "second", CT, 2, 1, -1);
  item = take_in (f, 2);
  proposals = look (f, &item);
  write_picture (f, "late", CT, 3, 1, 0);
  item = take_in (f, 1);
  plan.proposals = proposals;
  refused = share (f, &item, &plan, "refused", FALSE);
  assert_refused (refused, 1, "not-searched");
  plan.leave_out_refused = TRUE;
  folder = share (f, &item, &plan, "folder", TRUE);
  assert_refused (folder, 1, "not-searched");
  g_assert_cmpuint (folder->files, ==, 2);
  make_again (f, folder, "folder", "folder-again");
  plan.zip = TRUE;
  zip = share (f, &item, &plan, "package.zip", TRUE);
  make_again (f, zip, "package.zip", "again.zip");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_LIBRARY ("/share/layouts", test_layouts);
  ADD_LIBRARY ("/share/clips", test_frames_of_a_clip);
  ADD_LIBRARY ("/share/plain-ct-with-a-find", test_plain_ct_with_a_find_needs_the_look);
  ADD_LIBRARY ("/share/newcomer", test_newcomer_stays_at_home);
  return g_test_run ();
}
