/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `inspect` (an a{sv} that becomes rows of the catalog and a
 * line of a DICOMDIR), `attributes` (a tree that becomes JSON) and `picture`; raw or, since few
 * bytes are a sound GVariant, built of them. The first byte says which. Whatever is believed can be
 * read back from its row, and every JSON is JSON. */
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include "dicomdir.h"
#include "import_private.h"
#include "library_private.h"
#include "look.h"
#include "reader_protocol.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* ---- the house around the parsers ---- */

static GBytes *answer_bulk; /* what the reader answers next */

gboolean
scan_reader_call (ScanReaderPool *pool, const char *verb, GVariant *arguments,
                  const ScanSource *source, const ScanSource *copy, ScanCallFlags flags,
                  guint timeout_ms, GCancellable *cancellable, ScanReaderReply *ret_reply,
                  GError **error)
{
  ret_reply->result = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  ret_reply->bulk = g_bytes_ref (answer_bulk);
  return TRUE;
}

void
scan_reader_reply_clear (ScanReaderReply *reply)
{
  g_clear_pointer (&reply->result, g_variant_unref);
  g_clear_pointer (&reply->bulk, g_bytes_unref);
}

ScanReaderPool *
scan_library_readers (ScanLibrary *library)
{
  return NULL;
}

ScanCatalog *
scan_library_catalog (ScanLibrary *library)
{
  return NULL;
}

gboolean
scan_library_source_open (ScanLibrary *library, const guint8 member[32],
                          ScanMemberSource *ret_source, GError **error)
{
  return TRUE;
}

void
scan_member_source_clear (ScanMemberSource *source)
{
}

ScanStudy *
scan_catalog_study_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE])
{
  return NULL;
}

ScanSeries *
scan_catalog_series_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE])
{
  return NULL;
}

void
scan_key_to_id (const guint8 key[SCAN_KEY_SIZE], char ret_id[SCAN_ID_LENGTH + 1])
{
  memset (ret_id, 0, SCAN_ID_LENGTH + 1);
  ret_id[0] = (char) ('a' + key[0] % 16);
}

void
vault_hash (const Vault *vault, const void *data, size_t len, uint8_t ret_id[VAULT_ID_SIZE])
{
  memset (ret_id, 0, VAULT_ID_SIZE);
  for (size_t i = 0; i < len; i++)
    ret_id[i % VAULT_ID_SIZE] ^= ((const uint8_t *) data)[i];
}

/* Of what is looked at without a vault. */
void
scan_look_hash (const void *data, size_t len, guint8 ret_id[VAULT_ID_SIZE])
{
  vault_hash (NULL, data, len, ret_id);
}

static void
want_text (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    abort ();
}

/* The journal takes a row, and the next start reads it. */
void
scan_batch_add_row (ScanBatch *batch, const guint8 *entity, guint entity_len, ScanField field,
                    GByteArray *value)
{
  ScanStudyRow study;
  ScanSeriesRow series;
  ScanInstanceRow instance;
  ScanDocumentRow document;
  gboolean good = FALSE;

  if (field == SCAN_FIELD_STUDY && (good = scan_row_to_study (value->data, value->len, &study)))
    want_text (study.patient_name);
  else if (field == SCAN_FIELD_SERIES &&
           (good = scan_row_to_series (value->data, value->len, &series)))
    want_text (series.description);
  else if (field == SCAN_FIELD_INSTANCE &&
           (good = scan_row_to_instance (value->data, value->len, &instance)))
    want_text (instance.uid);
  else if (field == SCAN_FIELD_DOCUMENT &&
           (good = scan_row_to_document (value->data, value->len, &document)))
    want_text (document.type);
  if (!good)
    abort ();
  g_byte_array_unref (value);
}

/* ---- inspect ---- */

static const char *
text_of (GVariant *result, const char *keyword)
{
  const char *text = NULL;

  g_variant_lookup (result, keyword, "&s", &text);
  return text;
}

static void
use_directory (GVariant *result)
{
  ScanDirectoryEntry entry = {
    .path = "DICOM/P1/S1/R1/I1",
    .sop_class = text_of (result, "SOPClassUID"),
    .sop_instance = text_of (result, "SOPInstanceUID"),
    .transfer_syntax = text_of (result, "TransferSyntaxUID"),
    .patient_name = text_of (result, "PatientName"),
    .patient_id = text_of (result, "PatientID"),
    .study = text_of (result, "StudyInstanceUID"),
    .study_date = text_of (result, "StudyDate"),
    .series = text_of (result, "SeriesInstanceUID"),
    .modality = text_of (result, "Modality"),
  };
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GByteArray) directory = NULL;

  g_variant_lookup (result, "SeriesNumber", "i", &entry.series_number);
  g_ptr_array_add (entries, &entry);
  g_ptr_array_add (entries, &entry);
  directory = scan_dicomdir_build (entries, "1.2.3");
  if (directory == NULL || directory->len < 132)
    abort ();
}

static void
use_inspected (GVariant *result)
{
  g_autoptr (GVariantDict) inspected = g_variant_dict_new (result);
  ScanImport import = { 0 };
  ScanBatch batch = { 0 };
  ScanFound found = { .name = (char *) "folder/name", .size = 1000, .batch = &batch };
  static const guint8 member[VAULT_ID_SIZE] = { 1, 2, 3 };
  ScanPlace place;

  g_mutex_init (&import.lock);
  import.known_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import.known_uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  batch.instances = g_ptr_array_new ();
  scan_import_place (&import, inspected, &found, &place);
  scan_import_add_instance (&import, inspected, &found, member, &place);
  scan_import_add_document (&import, inspected, &found, member);
  for (guint i = 0; i < batch.instances->len; i++)
    {
      ScanNewInstance *fresh = g_ptr_array_index (batch.instances, i);

      g_free (fresh->uid);
      g_free (fresh);
    }
  g_ptr_array_unref (batch.instances);
  g_hash_table_unref (import.known_keys);
  g_hash_table_unref (import.known_uids);
  g_mutex_clear (&import.lock);
  use_directory (result);
}

static void
raw_inspected (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) result =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));

  /* The transport lets nothing else through. */
  if (g_variant_is_normal_form (result))
    use_inspected (result);
}

/* Entries of a keyword, a type, and a value of as many bytes as the third byte says. */
static void
built_inspected (const guint8 *data, gsize size)
{
  static const char *const keywords[] = {
    "SOPClassUID",
    "SOPInstanceUID",
    "TransferSyntaxUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "ContentDate",
    "ContentTime",
    "Modality",
    "SeriesNumber",
    "InstanceNumber",
    "TemporalPositionIdentifier",
    "AcquisitionNumber",
    "DiffusionBValue",
    "EchoNumbers",
    "EchoTime",
    "TriggerTime",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "renderable",
    "type",
    "ImageType",
    "SeriesDescription",
    "StudyDescription",
    "SeriesDate",
    "FrameOfReferenceUID",
    "BodyPartExamined",
    "InstitutionName",
    "ReferringPhysicianName",
  };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) result = NULL;

  while (size >= 3)
    {
      const char *keyword = keywords[data[0] % G_N_ELEMENTS (keywords)];
      const guint type = data[1] % 6;
      const gsize n = MIN (data[2], size - 3);
      g_autofree char *text = g_utf8_make_valid ((const char *) data + 3,
                                                 (gssize) strnlen ((const char *) data + 3, n));
      double numbers[32] = { 0 };
      gint64 number = 0;

      memcpy (numbers, data + 3, MIN (n, sizeof numbers));
      memcpy (&number, data + 3, MIN (n, sizeof number));
      if (type == 0)
        g_variant_dict_insert (&dict, keyword, "s", text);
      else if (type == 1)
        g_variant_dict_insert (&dict, keyword, "u", (guint32) number);
      else if (type == 2)
        g_variant_dict_insert (&dict, keyword, "i", (gint32) number);
      else if (type == 3)
        g_variant_dict_insert (&dict, keyword, "d", numbers[0]);
      else if (type == 4)
        g_variant_dict_insert (&dict, keyword, "b", (number & 1) != 0);
      else
        g_variant_dict_insert_value (&dict, keyword,
                                     g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, numbers,
                                                                MIN (n / 8, 32), sizeof (double)));
      data += 3 + n;
      size -= 3 + n;
    }
  result = g_variant_ref_sink (g_variant_dict_end (&dict));
  use_inspected (result);
}

/* ---- attributes ---- */

static void
use_attributes (GBytes *bulk)
{
  ScanInstance instance = { 0 };
  g_autofree char *text = NULL;

  answer_bulk = bulk;
  text = scan_library_attributes_json (NULL, &instance, NULL, NULL);
  if (text != NULL)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (!json_parser_load_from_data (parser, text, -1, NULL))
        abort ();
    }
}

static void
raw_attributes (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  use_attributes (bytes);
}

static GVariant *value_of (const guint8 **data, gsize *size, guint depth);

/* Elements up to a byte of 0. */
static GVariant *
elements_of (const guint8 **data, gsize *size, guint depth)
{
  static const char *const vrs[] = { "DS", "IS", "PN", "AT", "SQ", "OW", "LO", "odd \" one" };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE));
  while (*size >= 3 && **data != 0)
    {
      const guint8 group = (*data)[0], vr = (*data)[1];

      *data += 2;
      *size -= 2;
      g_variant_builder_add (&builder, "(qqsv)", (guint16) (group << 8), (guint16) vr, vrs[vr % 8],
                             value_of (data, size, depth + 1));
    }
  if (*size > 0)
    {
      ++*data;
      --*size;
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
value_of (const guint8 **data, gsize *size, guint depth)
{
  const guint8 type = **data;
  const gsize n = MIN ((gsize) (type >> 3), *size - 1);
  const guint8 *bytes = *data + 1;
  double numbers[32] = { 0 };
  g_autofree char *text =
      g_utf8_make_valid ((const char *) bytes, (gssize) strnlen ((const char *) bytes, n));
  const char *texts[] = { text, "", text, NULL };

  *data += 1;
  *size -= 1;
  if (type % 8 == 0 && depth < 40)
    {
      GVariant *item = elements_of (data, size, depth);

      return g_variant_new_array (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), &item, 1);
    }
  memcpy (numbers, bytes, MIN (n, sizeof numbers));
  *data += n;
  *size -= n;
  switch (type % 8)
    {
    case 1:
      return g_variant_new_strv (texts, 1 + type % 3);
    case 2:
      return g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, numbers, n / 8, sizeof (double));
    case 3:
      return g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, n / 8, sizeof (gint64));
    case 4:
      return g_variant_new_uint64 ((guint64) (numbers[0] > 1e18 ? G_MAXUINT64 : n));
    case 5:
      return g_variant_new_string (text);
    case 6:
      return g_variant_new_variant (g_variant_new_uint32 (type));
    default:
      return g_variant_new_strv (texts, 0);
    }
}

static void
built_attributes (const guint8 *data, gsize size)
{
  g_autoptr (GVariant) elements = g_variant_ref_sink (elements_of (&data, &size, 0));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (elements);

  use_attributes (bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static void (*const uses[]) (const guint8 *, gsize) = { raw_inspected, built_inspected,
                                                          raw_attributes, built_attributes };

  if (size > 0)
    uses[data[0] % G_N_ELEMENTS (uses)](data + 1, size - 1);
  return 0;
}
