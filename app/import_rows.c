/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows for the catalog from what the reader says of a file; keys as app/ROWS.md defines them. */
#include <math.h>
#include <string.h>

#include "import_private.h"
#include "look.h"

static const char *
text_of (GVariantDict *inspected, const char *keyword)
{
  const char *text = "";

  if (inspected != NULL)
    g_variant_dict_lookup (inspected, keyword, "&s", &text);
  return text;
}

static guint
count_of (GVariantDict *inspected, const char *keyword, guint absent)
{
  guint value = absent;

  if (inspected != NULL)
    g_variant_dict_lookup (inspected, keyword, "u", &value);
  return value;
}

static gint
number_of (GVariantDict *inspected, const char *keyword)
{
  gint value = -1;

  if (inspected != NULL)
    g_variant_dict_lookup (inspected, keyword, "i", &value);
  return value;
}

static gboolean
flag_of (GVariantDict *inspected, const char *name)
{
  gboolean value = FALSE;

  if (inspected != NULL)
    g_variant_dict_lookup (inspected, name, "b", &value);
  return value;
}

static gboolean
doubles_of (GVariantDict *inspected, const char *keyword, double *values, gsize n)
{
  g_autoptr (GVariant) array = NULL;
  const double *found;
  gsize length = 0;

  if (inspected != NULL)
    array = g_variant_dict_lookup_value (inspected, keyword, G_VARIANT_TYPE ("ad"));
  if (array == NULL)
    return FALSE;
  found = g_variant_get_fixed_array (array, &length, sizeof (double));
  if (length != n)
    return FALSE;
  memcpy (values, found, n * sizeof (double));
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

/* PS3.3 C.7.6.2.1.1: the normal is the cross product of the row and column directions. */
static double
position_along_normal (GVariantDict *inspected)
{
  double o[6], p[3];

  if (!doubles_of (inspected, "ImageOrientationPatient", o, 6) ||
      !doubles_of (inspected, "ImagePositionPatient", p, 3))
    return NAN;
  return p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) +
         p[2] * (o[0] * o[4] - o[1] * o[3]);
}

static void
derive_key (const ScanImport *import, GByteArray *parts, guint8 ret_key[SCAN_KEY_SIZE])
{
  guint8 id[VAULT_ID_SIZE];

  if (import != NULL)
    vault_hash (import->vault, parts->data, parts->len, id);
  else
    scan_look_hash (parts->data, parts->len, id);
  memcpy (ret_key, id, SCAN_KEY_SIZE);
}

static void
add_part (GByteArray *parts, const char *text)
{
  g_byte_array_append (parts, (const guint8 *) text, (guint) strlen (text) + 1);
}

void
scan_import_place (const ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                   ScanPlace *ret_place)
{
  g_autoptr (GByteArray) study = g_byte_array_new (), series = g_byte_array_new ();
  const char *study_uid = text_of (inspected, "StudyInstanceUID");
  const char *series_uid = text_of (inspected, "SeriesInstanceUID");

  if (*study_uid != '\0')
    {
      add_part (study, "study");
      add_part (study, study_uid);
    }
  else
    {
      g_autofree char *folder = g_path_get_dirname (found->path);
      g_autofree char *whole = g_canonicalize_filename (folder, NULL);

      add_part (study, "folder");
      add_part (study, whole);
    }
  add_part (study, text_of (inspected, "PatientID"));
  derive_key (import, study, ret_place->study);

  add_part (series, "series");
  g_byte_array_append (series, ret_place->study, SCAN_KEY_SIZE);
  add_part (series, series_uid);
  if (*series_uid == '\0')
    add_part (series, text_of (inspected, "Modality"));
  derive_key (import, series, ret_place->series);
}

static const char *
first_date (GVariantDict *inspected)
{
  static const char *const keywords[] = { "StudyDate", "SeriesDate", "AcquisitionDate",
                                          "ContentDate" };

  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    {
      const char *date = text_of (inspected, keywords[i]);

      if (strlen (date) == 8 && strspn (date, "0123456789") == 8)
        return date;
    }
  return "";
}

GByteArray *
scan_import_study_row (GVariantDict *inspected)
{
  ScanStudyRow row = {
    .uid = text_of (inspected, "StudyInstanceUID"),
    .patient_name = text_of (inspected, "PatientName"),
    .patient_id = text_of (inspected, "PatientID"),
    .birth_date = text_of (inspected, "PatientBirthDate"),
    .sex = text_of (inspected, "PatientSex"),
    .date = first_date (inspected),
    .time = text_of (inspected, "StudyTime"),
    .description = text_of (inspected, "StudyDescription"),
    .institution = text_of (inspected, "InstitutionName"),
    .referrer = text_of (inspected, "ReferringPhysicianName"),
  };

  return scan_row_from_study (&row);
}

GByteArray *
scan_import_series_row (GVariantDict *inspected, const guint8 study[SCAN_KEY_SIZE])
{
  ScanSeriesRow row = {
    .number = number_of (inspected, "SeriesNumber"),
    .uid = text_of (inspected, "SeriesInstanceUID"),
    .modality = text_of (inspected, "Modality"),
    .description = text_of (inspected, "SeriesDescription"),
    .body_part = text_of (inspected, "BodyPartExamined"),
  };

  memcpy (row.study, study, SCAN_KEY_SIZE);
  return scan_row_from_series (&row);
}

/* The row of a study or series is still to be set: the vault has none, and no batch sets it that is
 * durable before this one. The lock is held. */
static gboolean
claim_key (ScanImport *import, const ScanBatch *batch, const guint8 key[SCAN_KEY_SIZE])
{
  ScanCatalog *catalog = scan_library_catalog (import->library);
  char id[SCAN_ID_LENGTH + 1];
  gpointer first;

  if (scan_catalog_study_by_key (catalog, key) != NULL ||
      scan_catalog_series_by_key (catalog, key) != NULL)
    return FALSE;
  scan_key_to_id (key, id);
  if (g_hash_table_lookup_extended (import->known_keys, id, NULL, &first) &&
      GPOINTER_TO_UINT (first) <= batch->number)
    return FALSE;
  g_hash_table_insert (import->known_keys, g_strdup (id), GUINT_TO_POINTER (batch->number));
  return TRUE;
}

void
scan_import_instance_row (GVariantDict *inspected, guint64 bytes, ScanInstanceRow *ret_row)
{
  *ret_row = (ScanInstanceRow){
    .renderable = flag_of (inspected, "renderable"),
    .rows = (guint16) count_of (inspected, "Rows", 0),
    .columns = (guint16) count_of (inspected, "Columns", 0),
    .frames = count_of (inspected, "NumberOfFrames", 0),
    .number = number_of (inspected, "InstanceNumber"),
    .bytes = bytes,
    .position = position_along_normal (inspected),
    .uid = text_of (inspected, "SOPInstanceUID"),
    .sop_class = scan_row_uid_short (text_of (inspected, "SOPClassUID")),
    .transfer_syntax = scan_row_uid_short (text_of (inspected, "TransferSyntaxUID")),
  };
  if (ret_row->frames == 0 && ret_row->rows > 0 && ret_row->columns > 0)
    ret_row->frames = 1;
}

void
scan_import_add_instance (ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                          const guint8 member[VAULT_ID_SIZE], const ScanPlace *place)
{
  ScanBatch *batch = found->batch;
  ScanNewInstance *fresh = g_new0 (ScanNewInstance, 1);
  ScanInstanceRow row;

  scan_import_instance_row (inspected, found->size, &row);
  memcpy (row.series, place->series, SCAN_KEY_SIZE);
  memcpy (fresh->member, member, VAULT_ID_SIZE);
  memcpy (fresh->series, place->series, SCAN_KEY_SIZE);
  fresh->position = row.position;
  fresh->number = row.number;
  fresh->frames = row.frames;
  fresh->rows = row.rows;
  fresh->columns = row.columns;
  scan_import_arrangement (inspected, fresh->arrangement);
  row.arrangement = fresh->arrangement;
  fresh->renderable = row.renderable;
  fresh->uid = g_strdup (row.uid);
  fresh->sop_class = scan_row_uid_text (row.sop_class);

  g_mutex_lock (&import->lock);
  if (*row.uid != '\0')
    row.conflict = !g_hash_table_add (import->known_uids, g_strdup (row.uid));
  if (claim_key (import, batch, place->study))
    scan_batch_add_row (batch, place->study, SCAN_KEY_SIZE, SCAN_FIELD_STUDY,
                        scan_import_study_row (inspected));
  if (claim_key (import, batch, place->series))
    scan_batch_add_row (batch, place->series, SCAN_KEY_SIZE, SCAN_FIELD_SERIES,
                        scan_import_series_row (inspected, place->study));
  scan_batch_add_row (batch, member, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE,
                      scan_row_from_instance (&row));
  g_ptr_array_add (batch->instances, fresh);
  g_mutex_unlock (&import->lock);
}

void
scan_import_add_document (ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                          const guint8 member[VAULT_ID_SIZE])
{
  g_autofree char *base = g_path_get_basename (found->name);
  g_autofree char *name = g_filename_display_name (base);
  ScanDocumentRow row = { .bytes = found->size, .type = text_of (inspected, "type"), .name = name };

  g_mutex_lock (&import->lock);
  scan_batch_add_row (found->batch, member, VAULT_ID_SIZE, SCAN_FIELD_DOCUMENT,
                      scan_row_from_document (&row));
  g_mutex_unlock (&import->lock);
}
