/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file below the folder that SCANVAULT_CORPUS names goes through all verbs. What is not known
 * to be broken by its folder's name must, if it is said to be renderable, also decode. */
#include "dicom_builder.h"
#include "image.h"
#include "reader_protocol.h"

#include <string.h>

static guint n_files, n_dicom, n_renderable, n_frames, n_failed;

static gboolean
is_hostile (const char *path)
{
  return strstr (path, "/malicious/") != NULL || strstr (path, "/nonconformant/") != NULL;
}

static void
decode (const char *path, GBytes *file, const Called *inspected)
{
  const guint frames = MIN (called_uint (inspected, "NumberOfFrames"), 1000);
  g_autoptr (Called) picture =
      call_verb (reader_verb_picture, file, g_variant_new_parsed ("{'size': <@u 64>}"));

  n_renderable++;
  for (guint i = 0; i < frames; i++)
    {
      g_autoptr (Called) called = call_frame (file, i);
      g_autoptr (GBytes) bulk = NULL;
      g_autoptr (ScanFrame) frame = NULL;

      /* Frames larger than this test's arena are told to be so, and that is right. */
      if (g_strcmp0 (called->answer.error, "arena-too-small") == 0)
        break;
      if (called->answer.error != NULL)
        {
          n_failed++;
          g_test_message ("%s: frame %u: %s", path, i, called->answer.message);
          if (!is_hostile (path))
            g_test_fail ();
          break;
        }
      /* Whatever the reader says, the other side must believe it. */
      bulk = g_bytes_new_static (called->answer.bulk, called->answer.bulk_size);
      frame = scan_frame_new (called->result, bulk);
      g_assert_nonnull (frame);
      n_frames++;
    }
}

static void
try_file (const char *path)
{
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (Called) inspected = NULL;
  g_autoptr (Called) attributes = NULL;
  g_autoptr (Called) hash = NULL;
  gsize n;

  if (!g_file_get_contents (path, &contents, &n, NULL))
    return;
  n_files++;
  file = g_bytes_new_take (g_steal_pointer (&contents), n);
  inspected = call_verb (reader_verb_inspect, file, NULL);
  attributes = call_verb (reader_verb_attributes, file, NULL);
  if (attributes->answer.error == NULL)
    {
      g_autoptr (GBytes) bulk = g_bytes_new (attributes->answer.bulk, attributes->answer.bulk_size);
      g_autoptr (GVariant) tree = g_variant_ref_sink (
          g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), bulk, FALSE));

      g_assert_true (g_variant_is_normal_form (tree));
    }
  hash = call_verb (reader_verb_hash, file, NULL);
  if (strcmp (called_string (inspected, "kind"), "dicom") == 0)
    n_dicom++;
  if (called_boolean (inspected, "renderable"))
    decode (path, file, inspected);
}

static void
walk (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        walk (path);
      else
        try_file (path);
    }
}

static void
test_corpus (void)
{
  const char *folder = g_getenv ("SCANVAULT_CORPUS");

  if (folder == NULL)
    {
      g_test_skip ("SCANVAULT_CORPUS is not set");
      return;
    }
  walk (folder);
  g_test_message ("%u files, %u DICOM, %u renderable, %u frames decoded, %u files failed", n_files,
                  n_dicom, n_renderable, n_frames, n_failed);
  g_assert_cmpuint (n_dicom, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_null (reader_dicom_preload ());
  g_test_add_func ("/dicom/corpus", test_corpus);
  return g_test_run ();
}
