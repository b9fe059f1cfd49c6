/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb annotate, and its members of list and show. */
#include "annotation.h"
#include "cli.h"
#include "error.h"

void
cli_put_annotation (Cli *cli, ScanCatalog *catalog, const ScanItem *item)
{
  const ScanAnnotation *annotation = scan_catalog_annotation (catalog, item);
  gint64 added = item->kind == SCAN_ITEM_STUDY ? item->study->added : item->document->added;
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (added);
  g_autofree char *text = when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  cli_put_string (cli, "own_title", *annotation->title != '\0' ? annotation->title : NULL);
  cli_put_string (cli, "note", *annotation->note != '\0' ? annotation->note : NULL);
  cli_begin_array (cli, "tags");
  for (guint i = 0; annotation->tags[i] != NULL; i++)
    json_builder_add_string_value (cli->out, annotation->tags[i]);
  json_builder_end_array (cli->out);
  cli_put_bool (cli, "favourite", annotation->favourite);
  cli_put_bool (cli, "shared", scan_catalog_is_shared (catalog, item));
  cli_put_string (cli, "added", text);
}

/* The tags as they shall be: all anew, or those that are there with some more and some less. */
static GStrv
new_tags (const ScanAnnotation *now, char **more, char **less)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; now->tags[i] != NULL; i++)
    if (less == NULL || !g_strv_contains ((const char *const *) less, now->tags[i]))
      g_strv_builder_add (builder, now->tags[i]);
  if (more != NULL)
    g_strv_builder_addv (builder, (const char **) more);
  return g_strv_builder_end (builder);
}

int
cli_annotate (Cli *cli, GError **error)
{
  char *title = NULL, *note = NULL;
  g_auto (GStrv) more = NULL, less = NULL, tags = NULL;
  gboolean favourite = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, "A title of your own; empty: none", "TEXT" },
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, "A note; empty: none", "TEXT" },
    { "tag", 0, 0, G_OPTION_ARG_STRING_ARRAY, &more, "Adds a tag", "TAG" },
    { "untag", 0, 0, G_OPTION_ARG_STRING_ARRAY, &less, "Takes a tag away", "TAG" },
    { "favourite", 0, 0, G_OPTION_ARG_NONE, &favourite, "Makes it a favourite", NULL },
    { "no-favourite", 0, 0, G_OPTION_ARG_NONE, &plain, "No longer a favourite", NULL },
    { NULL },
  };
  g_autofree char *own_title = NULL, *own_note = NULL;
  g_autoptr (ScanLibrary) library = NULL;
  ScanAnnotationChange change = { .favourite = -1 };
  ScanCatalog *catalog;
  gboolean parsed = cli_options (cli, entries, "VAULT ITEM", 2, 2, error);

  own_title = title;
  own_note = note;
  if (!parsed)
    return -1;
  if (favourite && plain)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "Either --favourite or --no-favourite.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  catalog = scan_library_catalog (library);
  if (!scan_catalog_find (catalog, cli->argv[1], &change.item, error))
    return -1;
  change.title = title;
  change.note = note;
  if (more != NULL || less != NULL)
    {
      tags = new_tags (scan_catalog_annotation (catalog, &change.item), more, less);
      change.tags = (const char *const *) tags;
    }
  if (favourite || plain)
    change.favourite = favourite;
  if (!scan_library_annotate (library, &change, 1, error))
    return -1;
  cli_put_annotation (cli, catalog, &change.item);
  cli_say (cli, "It is written down.");
  return 0;
}
