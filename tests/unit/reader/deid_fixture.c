/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_fixture.h"

#include <string.h>

#define CT_CLASS "1.2.840.10008.5.1.4.1.1.2"
#define INSTANCE "1.2.826.0.1.3680043.99.5.1.1"

void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->copy, g_bytes_unref);
  g_clear_pointer (&outcome->result, g_variant_unref);
}

GVariant *
fixture_arguments (GVariant *extra)
{
  guint8 key[32];
  GVariantDict dict;

  for (guint8 i = 0; i < sizeof key; i++)
    key[i] = (guint8) (i * 7 + 1);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "profile", "s", "second-opinion");
  g_variant_dict_insert_value (&dict, "key",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key, sizeof key, 1));
  g_variant_dict_insert (&dict, "keep-dates", "b", FALSE);
  g_variant_dict_insert (&dict, "date-shift", "i", FIXTURE_SHIFT);
  g_variant_dict_insert (&dict, "time-shift", "i", -1);
  g_variant_dict_insert (&dict, "reviewed", "b", FALSE);
  g_variant_dict_insert_value (&dict, "boxes",
                               g_variant_new_array (G_VARIANT_TYPE ("(iuuuu)"), NULL, 0));
  g_variant_dict_insert (&dict, "software", "s", "Test 1");
  if (extra != NULL)
    {
      GVariantIter iter;
      const char *name;
      GVariant *value;

      g_variant_iter_init (&iter, extra);
      while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
        {
          g_variant_dict_insert_value (&dict, name, value);
          g_variant_unref (value);
        }
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static ReaderSource
source_of (gconstpointer bytes, gsize n)
{
  ReaderSource source = { .size = n, .data = bytes };

  return source;
}

Outcome
fixture_deidentify (GByteArray *file, GVariant *extra)
{
  const gsize room = file->len * 2 + 65536;
  g_autofree guint8 *arena = g_malloc (room);
  g_autoptr (GVariant) arguments = fixture_arguments (extra);
  ReaderSource source = source_of (file->data, file->len);
  ReaderCall call = { arguments, &source, NULL };
  ReaderAnswer answer = { .arena = arena, .arena_size = room };
  Outcome outcome = { 0 };

  g_assert_null (reader_dicom_preload ());
  g_variant_dict_init (&answer.result, NULL);
  outcome.done = reader_verb_deidentify (&call, &answer);
  outcome.error = answer.error;
  outcome.code = answer.code;
  outcome.result = g_variant_ref_sink (g_variant_dict_end (&answer.result));
  if (outcome.done)
    outcome.copy = g_bytes_new (answer.bulk, answer.bulk_size);
  return outcome;
}

/* What `samples` says of a file; NULL if it is not to be decoded. */
static GBytes *
decoded (GByteArray *file, char **ret_colour)
{
  const gsize room = file->len * 8 + 65536;
  g_autofree guint8 *arena = g_malloc (room);
  ReaderSource source = source_of (file->data, file->len);
  ReaderCall call = { NULL, &source, NULL };
  ReaderAnswer answer = { .arena = arena, .arena_size = room };
  g_autoptr (GVariant) result = NULL;
  gboolean done;

  g_assert_null (reader_dicom_preload ());
  g_variant_dict_init (&answer.result, NULL);
  done = reader_verb_samples (&call, &answer);
  result = g_variant_ref_sink (g_variant_dict_end (&answer.result));
  if (!done)
    return NULL;
  g_assert_true (g_variant_lookup (result, "colour", "s", ret_colour));
  return g_bytes_new (answer.bulk, answer.bulk_size);
}

gint
fixture_verify (GByteArray *source_file, gconstpointer copy_bytes, gsize n, GVariant *extra)
{
  g_autofree char *colour = NULL;
  g_autoptr (GBytes) samples = decoded (source_file, &colour);

  return fixture_verify_with (source_file, copy_bytes, n, samples, colour, extra);
}

gint
fixture_verify_with (GByteArray *source_file, gconstpointer copy_bytes, gsize n, GBytes *samples,
                     const char *colour, GVariant *extra)
{
  g_autoptr (GVariant) plain = fixture_arguments (extra), arguments = NULL;
  g_autoptr (GByteArray) both = g_byte_array_append (g_byte_array_new (), copy_bytes, (guint) n);
  GVariantDict dict;
  ReaderSource source = source_of (source_file->data, source_file->len), copy;
  ReaderCall call = { NULL, &source, &copy };
  ReaderAnswer answer = { 0 };
  g_autoptr (GVariant) result = NULL, findings = NULL, checks = NULL;
  GVariantIter iter;
  const char *check, *sentence;
  gboolean done;

  g_variant_dict_init (&dict, plain);
  if (samples != NULL)
    {
      g_byte_array_append (both, g_bytes_get_data (samples, NULL),
                           (guint) g_bytes_get_size (samples));
      g_variant_dict_insert (&dict, "samples", "t", (guint64) g_bytes_get_size (samples));
      g_variant_dict_insert (&dict, "colour", "s", colour);
    }
  call.arguments = arguments = g_variant_ref_sink (g_variant_dict_end (&dict));
  copy = source_of (both->data, both->len);
  g_variant_dict_init (&answer.result, NULL);
  done = reader_verb_verify (&call, &answer);
  result = g_variant_ref_sink (g_variant_dict_end (&answer.result));
  if (!done)
    return -1;
  findings = g_variant_lookup_value (result, "findings", G_VARIANT_TYPE ("a(ss)"));
  checks = g_variant_lookup_value (result, "checks", G_VARIANT_TYPE ("a(sbt)"));
  g_assert_cmpuint (g_variant_n_children (checks), >, 0);
  g_variant_iter_init (&iter, findings);
  while (g_variant_iter_next (&iter, "(&s&s)", &check, &sentence))
    g_test_message ("%s: %s", check, sentence);
  return (gint) g_variant_n_children (findings);
}

Dicom *
fixture_ct_head (void)
{
  Dicom *d = dicom_new ();

  dicom_text (d, 0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL");
  dicom_text (d, 0x0008, 0x0016, "UI", CT_CLASS);
  dicom_text (d, 0x0008, 0x0018, "UI", INSTANCE);
  dicom_text (d, 0x0008, 0x0020, "DA", "20240303");
  dicom_text (d, 0x0008, 0x0030, "TM", "101533.25");
  dicom_text (d, 0x0008, 0x0050, "SH", "ACC5520771");
  dicom_text (d, 0x0008, 0x0060, "CS", "CT");
  dicom_text (d, 0x0008, 0x0070, "LO", "SIEMENS");
  dicom_text (d, 0x0008, 0x0080, "LO", "Marblewood Clinic");
  dicom_text (d, 0x0008, 0x0090, "PN", "Oakenshade^Bertrand");
  dicom_text (d, 0x0008, 0x1030, "LO", "CT CHEST");
  dicom_text (d, 0x0010, 0x0010, "PN", "Crimsonberry^Philomena");
  dicom_text (d, 0x0010, 0x0020, "LO", "CB-447190");
  dicom_text (d, 0x0010, 0x0030, "DA", "19510504");
  dicom_text (d, 0x0010, 0x0040, "CS", "F");
  dicom_text (d, 0x0010, 0x1010, "AS", "072Y");
  return d;
}

#define SIDE 8

void
fixture_ct_tail (Dicom *d)
{
  guint16 pixels[SIDE * SIDE];

  for (guint i = 0; i < SIDE * SIDE; i++)
    pixels[i] = (guint16) (i * 37 % 4096);
  dicom_us (d, 0x0028, 0x0002, 1);
  dicom_text (d, 0x0028, 0x0004, "CS", "MONOCHROME2");
  dicom_us (d, 0x0028, 0x0010, SIDE);
  dicom_us (d, 0x0028, 0x0011, SIDE);
  dicom_us (d, 0x0028, 0x0100, 16);
  dicom_us (d, 0x0028, 0x0101, 12);
  dicom_us (d, 0x0028, 0x0102, 11);
  dicom_us (d, 0x0028, 0x0103, 0);
  dicom_bytes (d, 0x7FE0, 0x0010, "OW", pixels, sizeof pixels);
}

GByteArray *
fixture_file (Dicom *d)
{
  GByteArray *file = dicom_file (d, NULL, CT_CLASS, INSTANCE);

  g_byte_array_unref (d);
  return file;
}

gboolean
fixture_contains (GBytes *bytes, const char *needle)
{
  gsize n;
  const char *data = g_bytes_get_data (bytes, &n);

  return memmem (data, n, needle, strlen (needle)) != NULL;
}
