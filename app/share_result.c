/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a share came to, added up over its items. */
#include "risk.h"
#include "share_private.h"

static void
refusal_free (gpointer data)
{
  ScanRefusal *refusal = data;

  g_free (refusal->item);
  g_free (refusal->code);
  g_free (refusal->message);
  g_strfreev (refusal->findings);
  g_free (refusal);
}

static void
check_free (gpointer data)
{
  ScanCheck *check = data;

  g_free (check->name);
  g_free (check);
}

ScanShareResult *
scan_share_result_new (void)
{
  ScanShareResult *result = g_new0 (ScanShareResult, 1);

  result->refused = g_ptr_array_new_with_free_func (refusal_free);
  result->checks = g_ptr_array_new_with_free_func (check_free);
  return result;
}

void
scan_share_result_free (ScanShareResult *result)
{
  if (result == NULL)
    return;
  g_free (result->share_id);
  g_ptr_array_unref (result->refused);
  g_ptr_array_unref (result->checks);
  g_clear_pointer (&result->risks, g_ptr_array_unref);
  g_free (result->report);
  vault_secure_free (result->zip_password);
  g_free (result);
}

void
scan_share_result_add_check (ScanShareResult *result, const char *name, gboolean passed,
                             guint64 examined)
{
  ScanCheck *check = NULL;

  for (guint i = 0; i < result->checks->len && check == NULL; i++)
    if (g_str_equal (((ScanCheck *) g_ptr_array_index (result->checks, i))->name, name))
      check = g_ptr_array_index (result->checks, i);
  if (check == NULL)
    {
      check = g_new0 (ScanCheck, 1);
      check->name = g_strdup (name);
      check->passed = TRUE;
      g_ptr_array_add (result->checks, check);
    }
  check->passed = check->passed && passed;
  check->examined += examined;
}

static guint
told_count (const ScanShareItem *item, const char *name)
{
  guint count = 0;

  if (item->told != NULL)
    g_variant_lookup (item->told, name, "u", &count);
  return count;
}

static char **
findings_of (const ScanShareItem *item)
{
  g_autoptr (GVariant) findings = NULL;
  GStrvBuilder *builder;
  GVariantIter iter;
  const char *check, *sentence;
  char **list;

  if (item->verdict == NULL)
    return NULL;
  findings = g_variant_lookup_value (item->verdict, "findings", G_VARIANT_TYPE ("a(ss)"));
  if (findings == NULL)
    return NULL;
  builder = g_strv_builder_new ();
  g_variant_iter_init (&iter, findings);
  while (g_variant_iter_next (&iter, "(&s&s)", &check, &sentence))
    {
      g_autofree char *line = g_strdup_printf ("%s: %s", check, sentence);

      g_strv_builder_add (builder, line);
    }
  list = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return list;
}

void
scan_share_result_add_item (ScanShareResult *result, const ScanShareItem *item)
{
  if (item->refusal != NULL)
    {
      ScanRefusal *refusal = g_new0 (ScanRefusal, 1);

      refusal->item = g_strdup (item->item);
      refusal->code = g_strdup (item->refusal_code);
      refusal->message = g_strdup (item->refusal);
      refusal->findings = findings_of (item);
      g_ptr_array_add (result->refused, refusal);
      return;
    }
  result->files++;
  result->removed_attributes += told_count (item, "removed-attributes");
  result->removed_private += told_count (item, "removed-private");
  result->removed_overlays += told_count (item, "removed-overlays");
  result->text_boxes += told_count (item, "text-boxes");
  if (item->verdict != NULL)
    {
      g_autoptr (GVariant) checks =
          g_variant_lookup_value (item->verdict, "checks", G_VARIANT_TYPE ("a(sbt)"));
      GVariantIter iter;
      const char *name;
      gboolean passed;
      guint64 examined;

      g_variant_iter_init (&iter, checks);
      while (g_variant_iter_next (&iter, "(&sbt)", &name, &passed, &examined))
        scan_share_result_add_check (result, name, passed, examined);
    }
  scan_share_result_add_check (result, "read-back", TRUE, 1);
}
