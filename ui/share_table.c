/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Before and after: what the vault knows of these scans, and what becomes of it in the copy. */
#include <glib/gi18n.h>

#include "plainname.h"
#include "share_parts.h"
#include "share_steps.h"

/* What becomes of a field, by ScanProfile; NULL: it stays. The rules are in app/reader/DEID.md. */
typedef struct
{
  const char *title;
  const char *after[3];
} Field;

static const Field fields[] = {
  { N_ ("Name"), { NULL, N_ ("a made-up name"), N_ ("a made-up name") } },
  { N_ ("Born"), { NULL, N_ ("removed"), N_ ("removed") } },
  { N_ ("Patient number"), { NULL, N_ ("a made-up number"), N_ ("a made-up number") } },
  { N_ ("Sex"), { NULL, NULL, N_ ("removed") } },
  { N_ ("Date of the scan"), { NULL, N_ ("moved by some weeks"), N_ ("removed") } },
  { N_ ("Hospital"), { NULL, N_ ("removed"), N_ ("removed") } },
  { N_ ("Referring doctor"), { NULL, N_ ("removed"), N_ ("removed") } },
  { N_ ("Examination"), { NULL, N_ ("only medical words stay"), N_ ("removed") } },
};

enum
{
  FIELD_DATE = 4
};

static char *
value_of (const ScanStudy *study, guint field)
{
  switch (field)
    {
    case 0:
      return scan_plain_person (study->patient_name);
    case 1:
      return scan_plain_date (study->birth_date);
    case 2:
      return g_strdup (study->patient_id);
    case 3:
      return g_strdup (study->sex);
    case FIELD_DATE:
      return scan_plain_date (study->date);
    case 5:
      return g_strdup (study->institution);
    case 6:
      return scan_plain_person (study->referrer);
    default:
      return g_strdup (study->description);
    }
}

/* The values of all studies of the draft, each once. */
static char *
values_of (UiShareDraft *draft, guint field)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  const ScanStudy *last = NULL;

  for (guint i = 0; i < draft->parts->len; i++)
    {
      const UiSharePart *part = g_ptr_array_index (draft->parts, i);
      const ScanStudy *study = scan_item_study (&part->item);
      g_autofree char *value = NULL;

      if (study == NULL || study == last || !ui_share_draft_has (draft, part))
        continue;
      last = study;
      value = value_of (study, field);
      if (*value != '\0' && !g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
        g_ptr_array_add (values, g_steal_pointer (&value));
    }
  g_ptr_array_add (values, NULL);
  return g_strjoinv (", ", (char **) values->pdata);
}

static const char *
becomes (ScanProfile profile, gboolean keep_dates, guint field)
{
  return field == FIELD_DATE && keep_dates ? NULL : fields[field].after[profile];
}

static const char *
after_of (UiShareDraft *draft, guint field, const char *before)
{
  const char *after = becomes (draft->profile, draft->keep_dates, field);

  return after != NULL ? _ (after) : before;
}

char *
ui_share_fields_kept (ScanProfile profile, gboolean keep_dates)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (becomes (profile, keep_dates, i) == NULL)
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", _ (fields[i].title));
  return g_string_free (words, FALSE);
}

char *
ui_share_fields_changed (ScanProfile profile, gboolean keep_dates)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *after = becomes (profile, keep_dates, i);

      if (after != NULL)
        g_string_append_printf (words, "%s: %s\n", _ (fields[i].title), _ (after));
    }
  if (profile != SCAN_PROFILE_NAMED)
    g_string_append_printf (words, "%s: %s", _ ("Hidden fields"), _ ("removed"));
  return g_string_free (words, FALSE);
}

static void
attach (GtkGrid *grid, const char *words, int column, int row, const char *class)
{
  GtkWidget *label =
      g_object_new (GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                    "xalign", 0.0, "hexpand", column > 0, NULL);

  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

GtkWidget *
ui_share_table_new (UiShareDraft *draft)
{
  GtkWidget *grid = gtk_grid_new ();
  int row = 1;

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_accessible_update_property (GTK_ACCESSIBLE (grid), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Before and after"), -1);
  attach (GTK_GRID (grid), _ ("Before"), 1, 0, "dim-label");
  attach (GTK_GRID (grid), _ ("After"), 2, 0, "dim-label");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *before = values_of (draft, i);

      if (*before == '\0')
        continue;
      attach (GTK_GRID (grid), _ (fields[i].title), 0, row, "dim-label");
      attach (GTK_GRID (grid), before, 1, row, NULL);
      attach (GTK_GRID (grid), after_of (draft, i, before), 2, row, "heading");
      row++;
    }
  if (draft->profile != SCAN_PROFILE_NAMED)
    {
      attach (GTK_GRID (grid), _ ("Hidden fields"), 0, row, "dim-label");
      attach (GTK_GRID (grid), _ ("whatever machines noted"), 1, row, NULL);
      attach (GTK_GRID (grid), _ ("removed"), 2, row, "heading");
    }
  return grid;
}
