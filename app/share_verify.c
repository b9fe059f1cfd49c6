/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The independent check of one copy: three processes, of which none has done the work of another.
 * One made the copy, one unpacks a source that is compressed, and one compares. */
#include <string.h>

#include "reader_protocol.h"
#include "share_private.h"

/* What `samples` said of a source, beside the copy. */
typedef struct
{
  GBytes *copy, *samples; /* samples NULL: not needed */
  char *colour;
} Compared;

static void
compared_clear (Compared *compared)
{
  g_clear_pointer (&compared->samples, g_bytes_unref);
  g_free (compared->colour);
}

/* The copy, and behind it the samples. */
static gint64
read_compared (gpointer data, guint64 offset, void *buf, gsize n)
{
  const Compared *compared = data;
  const gsize copy_size = g_bytes_get_size (compared->copy);
  GBytes *bytes = offset < copy_size ? compared->copy : compared->samples;
  const guint64 from = offset < copy_size ? offset : offset - copy_size;

  if (bytes == NULL || from >= g_bytes_get_size (bytes))
    return 0;
  n = MIN (n, g_bytes_get_size (bytes) - (gsize) from);
  memcpy (buf, (const guint8 *) g_bytes_get_data (bytes, NULL) + from, n);
  return (gint64) n;
}

/* They have seen neither `deidentify` nor `verify`; most shares need none. */
static ScanReaderPool *
decoders_of (ScanShare *share, GError **error)
{
  ScanReaderPool *pool;

  g_mutex_lock (&share->lock);
  if (share->decoders == NULL)
    share->decoders = scan_reader_pool_new (0, error);
  pool = share->decoders;
  g_mutex_unlock (&share->lock);
  return pool;
}

static gboolean
decode_source (ScanShare *share, const ScanSource *source, Compared *compared, GError **error)
{
  g_auto (ScanReaderReply) reply = { 0 };
  ScanReaderPool *decoders = decoders_of (share, error);
  const char *colour = "";

  if (decoders == NULL ||
      !scan_reader_call (decoders, "samples", NULL, source, NULL, SCAN_CALL_DEFAULT, 0,
                         share->cancellable, &reply, error))
    return FALSE;
  g_variant_lookup (reply.result, "colour", "&s", &colour);
  compared->colour = g_strdup (colour);
  /* Without any the check says that it cannot compare. */
  if (reply.bulk != NULL)
    compared->samples = g_bytes_ref (reply.bulk);
  return TRUE;
}

static GVariant *
verify_arguments (ScanShare *share, const ScanShareItem *item, const Compared *compared)
{
  g_autoptr (GVariant) plan = g_variant_ref_sink (scan_share_item_arguments (share, item, FALSE));
  GVariantDict arguments;

  g_variant_dict_init (&arguments, plan);
  if (compared->samples != NULL)
    {
      g_variant_dict_insert (&arguments, "samples", "t",
                             (guint64) g_bytes_get_size (compared->samples));
      g_variant_dict_insert (&arguments, "colour", "s", compared->colour);
    }
  return g_variant_dict_end (&arguments);
}

/* What has to be proved, in this order. */
static gboolean
is_expected (guint place, gboolean directory, const char *name)
{
  static const char *const names[] = { "readable",       "shape",       "origin",
                                       "removed-values", "identifiers", "dates",
                                       "pixels" };
  static const char *const of_directory[] = { "readable", "removed-values" };

  if (directory)
    return place < G_N_ELEMENTS (of_directory) && g_str_equal (name, of_directory[place]);
  return place < G_N_ELEMENTS (names) &&
         (g_str_equal (name, names[place]) ||
          (g_str_equal (names[place], "pixels") && g_str_equal (name, "decoded-pixels")));
}

gboolean
scan_share_verdict_is_clean (GVariant *verdict, gboolean directory)
{
  g_autoptr (GVariant) checks =
      g_variant_lookup_value (verdict, "checks", G_VARIANT_TYPE ("a(sbt)"));
  g_autoptr (GVariant) findings =
      g_variant_lookup_value (verdict, "findings", G_VARIANT_TYPE ("a(ss)"));
  GVariantIter iter;
  const char *name;
  gboolean passed = FALSE, clean = TRUE;
  guint n = 0;

  if (checks == NULL || findings == NULL || g_variant_n_children (findings) > 0)
    return FALSE;
  g_variant_iter_init (&iter, checks);
  while (g_variant_iter_next (&iter, "(&sbt)", &name, &passed, NULL))
    clean = clean && passed && is_expected (n++, directory, name);
  return clean && n == (directory ? 2 : 7);
}

gboolean
scan_share_item_verify (ScanShare *share, ScanShareItem *item, GBytes *original)
{
  g_auto (ScanReaderReply) reply = { 0 };
  const ScanSource source = { .size = g_bytes_get_size (original),
                              .data = g_bytes_get_data (original, NULL) };
  Compared compared = { .copy = item->copy };
  ScanSource copy = { .read = read_compared, .user_data = &compared };
  gboolean needs_samples = FALSE, answered;
  GError *error = NULL;

  /* The word of the process that is checked: without samples that it needs, the check fails. */
  g_variant_lookup (item->told, "needs-samples", "b", &needs_samples);
  answered = !needs_samples || decode_source (share, &source, &compared, &error);
  copy.size = g_bytes_get_size (item->copy) +
              (compared.samples != NULL ? g_bytes_get_size (compared.samples) : 0);
  answered =
      answered &&
      scan_reader_call (share->checkers, "verify", verify_arguments (share, item, &compared),
                        &source, &copy, SCAN_CALL_DEFAULT, 0, share->cancellable, &reply, &error);
  compared_clear (&compared);
  if (!answered)
    {
      scan_share_item_note_error (share, item, error);
      return FALSE;
    }
  item->verdict = g_variant_ref (reply.result);
  if (scan_share_verdict_is_clean (reply.result, FALSE))
    return TRUE;
  scan_share_item_refuse (
      item, "not-proved-clean",
      "The check found something that should have been removed, so no copy was kept.");
  return FALSE;
}
