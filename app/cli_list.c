/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs list and show. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "complete.h"
#include "error.h"
#include "json_text.h"
#include "plainname.h"

static void
put_document (Cli *cli, ScanCatalog *catalog, ScanDocument *document)
{
  const ScanItem item = { SCAN_ITEM_DOCUMENT, { .document = document } };

  json_builder_begin_object (cli->out);
  cli_put_string (cli, "id", document->id);
  cli_put_string (cli, "name", document->name);
  cli_put_string (cli, "type", document->type);
  cli_put_int (cli, "bytes", (gint64) document->bytes);
  cli_put_string (cli, "shown_as", scan_form_name (scan_document_form (document)));
  cli_put_bool (cli, "renderable", scan_document_form (document) == SCAN_FORM_PAGES);
  cli_put_annotation (cli, catalog, &item);
  json_builder_end_object (cli->out);
  cli_say (cli, "  %.12s  document  %s", document->id, document->name);
}

static void
put_documents (Cli *cli, ScanCatalog *catalog, GPtrArray *documents)
{
  cli_begin_array (cli, "documents");
  for (guint i = 0; i < documents->len; i++)
    put_document (cli, catalog, g_ptr_array_index (documents, i));
  json_builder_end_array (cli->out);
}

static void
put_unique (Cli *cli, const char *name, GHashTable *values)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (values), (GCompareFunc) strcmp);

  cli_begin_array (cli, name);
  for (GList *key = keys; key != NULL; key = key->next)
    json_builder_add_string_value (cli->out, key->data);
  json_builder_end_array (cli->out);
}

static void
put_instances (Cli *cli, ScanLibrary *library, const ScanSeries *series)
{
  cli_begin_array (cli, "instances");
  for (guint i = 0; i < series->instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (series->instances, i);
      g_autofree char *path = scan_library_member_name (library, instance->member, NULL);
      char id[SCAN_ID_LENGTH + 1];

      scan_instance_id (instance, id);
      json_builder_begin_object (cli->out);
      cli_put_string (cli, "id", id);
      cli_put_string (cli, "uid", *instance->uid != '\0' ? instance->uid : NULL);
      cli_put_int (cli, "number", instance->number);
      cli_put_int (cli, "frames", instance->frames);
      cli_put_int (cli, "bytes", (gint64) instance->bytes);
      cli_put_path (cli, "path", path != NULL ? path : "");
      cli_put_bool (cli, "renderable", instance->renderable);
      cli_put_string (cli, "shown_as", scan_form_name (scan_instance_form (instance)));
      cli_put_bool (cli, "same_uid_other_bytes", instance->conflict);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

/* How many pictures there are of how many. */
static void
put_expected (Cli *cli, const ScanCompleteness *completeness)
{
  cli_put_int (cli, "expected", completeness->expected);
  if (completeness->expected > completeness->arrived)
    cli_say (cli, "      %u of %u pictures arrived", completeness->arrived, completeness->expected);
}

static void
put_stack (Cli *cli, const ScanCompleteness *completeness, const ScanStack *stack)
{
  const char *plane = scan_stack_plane (completeness->pictures, stack);
  const double spacing = scan_stack_spacing (completeness->pictures, stack);
  char first[SCAN_ID_LENGTH + 1];
  guint frames = 0;

  json_builder_begin_object (cli->out);
  cli_put_string (cli, "kind", scan_stack_kind_name (stack->kind));
  if (!isnan (stack->value))
    {
      json_builder_set_member_name (cli->out, "value");
      scan_json_add_number (cli->out, stack->value);
    }
  scan_instance_id (g_ptr_array_index (completeness->pictures, stack->first), first);
  cli_put_string (cli, "first", first);
  cli_put_int (cli, "instances", stack->n);
  for (guint i = stack->first; i < stack->first + stack->n; i++)
    frames += ((const ScanInstance *) g_ptr_array_index (completeness->pictures, i))->frames;
  cli_put_int (cli, "frames", frames);
  cli_put_int (cli, "expected", stack->n + scan_completeness_missing (completeness, stack));
  cli_put_string (cli, "plane", *plane != '\0' ? plane : NULL);
  if (spacing > 0)
    {
      json_builder_set_member_name (cli->out, "spacing");
      scan_json_add_number (cli->out, spacing);
    }
  json_builder_end_object (cli->out);
}

static void
put_stacks (Cli *cli, const ScanCompleteness *completeness)
{
  cli_begin_array (cli, "stacks");
  for (guint i = 0; i < completeness->stacks->len; i++)
    put_stack (cli, completeness, &g_array_index (completeness->stacks, ScanStack, i));
  json_builder_end_array (cli->out);
  cli_begin_array (cli, "gaps");
  for (guint i = 0; i < completeness->gaps->len; i++)
    {
      const ScanGap *gap = &g_array_index (completeness->gaps, ScanGap, i);
      char id[SCAN_ID_LENGTH + 1];

      scan_instance_id (g_ptr_array_index (completeness->pictures, gap->after), id);
      json_builder_begin_object (cli->out);
      cli_put_string (cli, "after", id);
      cli_put_int (cli, "missing", gap->missing);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

/* instances: every one of them is listed. */
static void
put_series (Cli *cli, const ScanSeries *series, ScanLibrary *library, gboolean instances)
{
  g_autoptr (ScanCompleteness) completeness =
      scan_series_completeness (scan_library_catalog (library), series);
  g_autoptr (GHashTable) syntaxes = g_hash_table_new (g_str_hash, g_str_equal);
  const ScanInstance *middle = scan_series_middle (series, NULL);

  for (guint i = 0; i < series->instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (series->instances, i);

      if (*instance->transfer_syntax != '\0')
        g_hash_table_add (syntaxes, (gpointer) instance->transfer_syntax);
      if (middle == NULL)
        middle = instance;
    }
  json_builder_begin_object (cli->out);
  cli_put_string (cli, "id", series->id);
  cli_put_string (cli, "uid", *series->uid != '\0' ? series->uid : NULL);
  cli_put_string (cli, "modality", series->modality);
  cli_put_int (cli, "number", series->number);
  cli_put_string (cli, "description", series->description);
  cli_put_string (cli, "body_part", series->body_part);
  if (instances)
    put_instances (cli, library, series);
  else
    cli_put_int (cli, "instances", series->instances->len);
  cli_put_int (cli, "frames", scan_series_frames (series));
  cli_put_int (cli, "rows", middle != NULL ? middle->rows : 0);
  cli_put_int (cli, "columns", middle != NULL ? middle->columns : 0);
  put_unique (cli, "transfer_syntaxes", syntaxes);
  cli_put_bool (cli, "renderable", scan_series_renderable (series));
  cli_say (cli, "    %.12s  %s %s, %u pictures", series->id, series->modality, series->description,
           scan_series_frames (series));
  put_expected (cli, completeness);
  json_builder_end_object (cli->out);
}

static void
put_patient (Cli *cli, const ScanStudy *study)
{
  g_autofree char *person = scan_plain_person (study->patient_name);

  json_builder_set_member_name (cli->out, "patient");
  json_builder_begin_object (cli->out);
  cli_put_string (cli, "name", study->patient_name);
  cli_put_string (cli, "plain_name", person);
  cli_put_string (cli, "id", study->patient_id);
  cli_put_string (cli, "birth_date", study->birth_date);
  cli_put_string (cli, "sex", study->sex);
  json_builder_end_object (cli->out);
}

/* Members of a study, the object being open. */
static void
put_study_members (Cli *cli, ScanStudy *study, ScanLibrary *library, gboolean instances)
{
  const ScanItem item = { SCAN_ITEM_STUDY, { .study = study } };
  g_autoptr (GHashTable) modalities = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *name = scan_plain_name (study->title, study->date);
  g_autofree char *person = scan_plain_person (study->patient_name);

  for (guint i = 0; i < study->series->len; i++)
    {
      const ScanSeries *series = g_ptr_array_index (study->series, i);

      if (*series->modality != '\0')
        g_hash_table_add (modalities, series->modality);
    }
  cli_say (cli, "  %.12s  %s%s%s%s%s", study->id, name, *person != '\0' ? ", " : "", person,
           *study->institution != '\0' ? ", " : "", study->institution);
  cli_put_string (cli, "id", study->id);
  cli_put_string (cli, "uid", study->uid);
  put_patient (cli, study);
  cli_put_string (cli, "date", study->date);
  cli_put_string (cli, "title", study->title);
  cli_put_string (cli, "description", study->description);
  put_unique (cli, "modalities", modalities);
  cli_put_string (cli, "institution", study->institution);
  cli_put_string (cli, "referrer", study->referrer);
  cli_begin_array (cli, "series");
  for (guint i = 0; i < study->series->len; i++)
    put_series (cli, g_ptr_array_index (study->series, i), library, instances);
  json_builder_end_array (cli->out);
  put_documents (cli, scan_library_catalog (library), study->documents);
  cli_put_annotation (cli, scan_library_catalog (library), &item);
}

static void
put_trash (Cli *cli, GPtrArray *trash)
{
  static const char *const kinds[] = { "study", "series", "instance", "document" };

  cli_begin_array (cli, "trash");
  for (guint i = 0; i < trash->len; i++)
    {
      const ScanTrashed *trashed = g_ptr_array_index (trash, i);
      const ScanStudy *study = scan_item_study (&trashed->item);
      g_autofree char *title = scan_item_title (&trashed->item);
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (trashed->date);
      g_autofree char *deleted =
          when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ") : NULL;
      char id[SCAN_ID_LENGTH + 1];

      scan_item_id (&trashed->item, id);
      json_builder_begin_object (cli->out);
      cli_put_string (cli, "id", id);
      cli_put_string (cli, "kind", kinds[trashed->item.kind]);
      cli_put_string (cli, "title", title);
      cli_put_string (cli, "date", study != NULL ? study->date : "");
      cli_put_string (cli, "deleted", deleted);
      json_builder_end_object (cli->out);
      cli_say (cli, "  %.12s  in the trash  %s", id, title);
    }
  json_builder_end_array (cli->out);
}

int
cli_list (Cli *cli, GError **error)
{
  g_autoptr (ScanLibrary) library = NULL;
  ScanCatalog *catalog;
  GPtrArray *studies;
  ScanTotals totals;

  if (!cli_options (cli, NULL, "VAULT", 1, 1, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  catalog = scan_library_catalog (library);
  studies = scan_catalog_studies (catalog);
  cli_begin_array (cli, "studies");
  for (guint i = 0; i < studies->len; i++)
    {
      json_builder_begin_object (cli->out);
      put_study_members (cli, g_ptr_array_index (studies, i), library, FALSE);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
  put_documents (cli, catalog, scan_catalog_documents (catalog));
  put_trash (cli, scan_catalog_trash (catalog));
  scan_catalog_totals (catalog, &totals);
  json_builder_set_member_name (cli->out, "totals");
  json_builder_begin_object (cli->out);
  cli_put_int (cli, "studies", totals.studies);
  cli_put_int (cli, "series", totals.series);
  cli_put_int (cli, "instances", totals.instances);
  cli_put_int (cli, "documents", totals.documents);
  cli_put_int (cli, "bytes_original", (gint64) totals.bytes_original);
  cli_put_int (cli, "bytes_stored", (gint64) totals.bytes_stored);
  json_builder_end_object (cli->out);
  cli_say (cli, "%u scans, %u pictures and %u documents.", totals.studies, totals.instances,
           totals.documents);
  return 0;
}

/* Copies the members of a JSON object into the open object of the answer. */
static gboolean
put_object_text (Cli *cli, const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;
  g_autoptr (GList) members = NULL;

  if (!json_parser_load_from_data (parser, text, -1, NULL))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_BUG,
                           "The attributes could not be written.");
      return FALSE;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  members = json_object_get_members (object);
  for (GList *member = members; member != NULL; member = member->next)
    {
      json_builder_set_member_name (cli->out, member->data);
      json_builder_add_value (cli->out,
                              json_node_copy (json_object_get_member (object, member->data)));
    }
  return TRUE;
}

static int
show_instance (Cli *cli, ScanLibrary *library, const ScanInstance *instance, GError **error)
{
  g_autofree char *text =
      scan_library_attributes_json (library, instance, cli_cancellable (), error);

  if (text == NULL)
    return -1;
  g_string_append (cli->text, text);
  g_string_append_c (cli->text, '\n');
  if (!put_object_text (cli, text, error))
    return -1;
  if (scan_instance_form (instance) != SCAN_FORM_PICTURES || scan_instance_has_text (instance))
    cli_put_report (cli, library, instance);
  return 0;
}

static void
show_series (Cli *cli, ScanLibrary *library, const ScanSeries *series, gboolean instances)
{
  g_autoptr (ScanCompleteness) completeness =
      scan_series_completeness (scan_library_catalog (library), series);

  cli_put_string (cli, "id", series->id);
  cli_put_string (cli, "uid", *series->uid != '\0' ? series->uid : NULL);
  cli_put_string (cli, "study", series->study->id);
  cli_put_string (cli, "modality", series->modality);
  cli_put_int (cli, "number", series->number);
  cli_put_string (cli, "description", series->description);
  cli_put_string (cli, "body_part", series->body_part);
  cli_put_int (cli, "frames", scan_series_frames (series));
  cli_put_bool (cli, "renderable", scan_series_renderable (series));
  if (instances)
    put_instances (cli, library, series);
  else
    cli_put_int (cli, "instances", series->instances->len);
  cli_say (cli, "%s  %s %s, %u pictures", series->id, series->modality, series->description,
           scan_series_frames (series));
  cli_put_reports (cli, library, series);
  put_expected (cli, completeness);
  put_stacks (cli, completeness);
}

int
cli_show (Cli *cli, GError **error)
{
  gboolean instances = FALSE;
  const GOptionEntry entries[] = {
    { "instances", 0, 0, G_OPTION_ARG_NONE, &instances, "List every picture", NULL },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  ScanItem item;

  if (!cli_options (cli, entries, "VAULT ITEM", 2, 2, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL ||
      !scan_catalog_find_anywhere (scan_library_catalog (library), cli->argv[1], &item, error))
    return -1;
  switch (item.kind)
    {
    case SCAN_ITEM_STUDY:
      put_study_members (cli, item.study, library, instances);
      break;
    case SCAN_ITEM_SERIES:
      show_series (cli, library, item.series, instances);
      break;
    case SCAN_ITEM_INSTANCE:
      return show_instance (cli, library, item.instance, error);
    case SCAN_ITEM_DOCUMENT:
      cli_put_string (cli, "id", item.document->id);
      cli_put_string (cli, "name", item.document->name);
      cli_put_string (cli, "type", item.document->type);
      cli_put_int (cli, "bytes", (gint64) item.document->bytes);
      cli_put_string (cli, "shown_as", scan_form_name (scan_document_form (item.document)));
      cli_put_annotation (cli, scan_library_catalog (library), &item);
      cli_say (cli, "%s  %s (%s)", item.document->id, item.document->name, item.document->type);
      cli_put_document (cli, library, item.document);
      break;
    }
  return 0;
}
