/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_sets.h"

#include <glib/gi18n.h>
#include <math.h>

#include "document.h"
#include "plainname.h"
#include "presentation.h"
#include "study_card.h"

static void
set_free (gpointer data)
{
  UiViewerSet *set = data;

  g_ptr_array_unref (set->instances);
  g_array_unref (set->gaps);
  g_free (set->title);
  g_free (set->count);
  g_free (set->heading);
  g_free (set);
}

static char *
series_title (const ScanSeries *series)
{
  return *series->description != '\0'
             ? g_strdup (series->description)
             : scan_plain_title (series->modality, series->body_part, series->description);
}

static const char *
plane_words (const char *plane)
{
  if (g_str_equal (plane, "axial"))
    return _ ("Slices across");
  if (g_str_equal (plane, "coronal"))
    return _ ("Slices from the front");
  if (g_str_equal (plane, "sagittal"))
    return _ ("Slices from the side");
  if (g_str_equal (plane, "oblique"))
    return _ ("Slices at an angle");
  return _ ("Slices");
}

/* number: of its kind in the series, from 1. */
static char *
stack_words (const GPtrArray *pictures, const ScanStack *stack, guint number)
{
  const double value = stack->value;
  const gboolean known = !isnan (value);

  switch (stack->kind)
    {
    case SCAN_STACK_SLICES:
      return g_strdup (plane_words (scan_stack_plane (pictures, stack)));
    case SCAN_STACK_LOCALIZER:
      return g_strdup (_ ("Overview pictures"));
    case SCAN_STACK_CLIP:
      return g_strdup_printf (_ ("Clip %u"), number);
    case SCAN_STACK_MOVING:
      return g_strdup_printf (_ ("Moving pictures %u"), number);
    case SCAN_STACK_B_VALUE:
      return known ? g_strdup_printf (_ ("Diffusion, b = %g"), value)
                   : g_strdup (_ ("Diffusion, unknown b"));
    case SCAN_STACK_ECHO:
      return g_strdup_printf (_ ("Echo %u"), number);
    case SCAN_STACK_TYPE:
      return g_strdup_printf (_ ("Kind %u"), number);
    case SCAN_STACK_TEMPORAL:
    case SCAN_STACK_TIME:
      return g_strdup_printf (_ ("Point in time %u"), number);
    case SCAN_STACK_ACQUISITION:
      return g_strdup_printf (_ ("Run %u"), number);
    case SCAN_STACK_REPEAT:
      return g_strdup_printf (_ ("Repeat %u"), number);
    case SCAN_STACK_NO_PICTURES:
      return g_strdup (_ ("Reports and notes"));
    case SCAN_STACK_PICTURES:
      break;
    }
  return g_strdup (_ ("Pictures"));
}

static char *
arrived_words (guint arrived, guint expected)
{
  return g_strdup_printf (_ ("%u of %u pictures arrived"), arrived, expected);
}

static char *
document_words (const UiViewerSet *set)
{
  const ScanInstance *first =
      set->instances->len > 0 ? g_ptr_array_index (set->instances, 0) : NULL;
  const guint n = set->instances->len;

  if (first != NULL && scan_instance_is_presentation (first))
    return g_strdup_printf (g_dngettext (NULL, "%u note", "%u notes", n), n);
  if (n == 1)
    return g_strdup (_ ("Report"));
  return g_strdup_printf (g_dngettext (NULL, "%u report", "%u reports", n), n);
}

/* Frames that stand before each instance of the set, and which of them lie before a gap. */
static void
take_gaps (UiViewerSet *set, const ScanCompleteness *completeness, const ScanStack *stack)
{
  guint frame = 0;

  for (guint i = 0; i < set->instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (set->instances, i);

      frame += instance->frames;
      for (guint k = 0; k < completeness->gaps->len; k++)
        {
          const ScanGap *gap = &g_array_index (completeness->gaps, ScanGap, k);
          const ScanGap own = { frame - 1, gap->missing };

          if (gap->after >= stack->first && gap->after < stack->first + stack->n && frame > 0 &&
              g_ptr_array_index (completeness->pictures, gap->after) == instance)
            g_array_append_val (set->gaps, own);
        }
    }
}

static guint
number_of (const GArray *stacks, guint i)
{
  const ScanStackKind kind = g_array_index (stacks, ScanStack, i).kind;
  guint number = 0;

  for (guint k = 0; k <= i; k++)
    number += g_array_index (stacks, ScanStack, k).kind == kind;
  return number;
}

static void
describe (UiViewerSet *set, const ScanCompleteness *completeness, guint i)
{
  const ScanStack *stack = &g_array_index (completeness->stacks, ScanStack, i);
  guint missing = scan_completeness_missing (completeness, stack);

  if (set->alone)
    missing = completeness->expected - completeness->arrived;
  set->title =
      set->alone ? series_title (set->series)
                 : stack_words (completeness->pictures, stack, number_of (completeness->stacks, i));
  if (ui_viewer_set_is_document (set))
    set->count = document_words (set);
  else if (missing > 0)
    set->count = arrived_words (stack->n, stack->n + missing);
  else
    set->count = ui_pictures_words (set->frames);
}

/* Of a series that falls into several sets: what it is called, and what it lacks as a whole. */
static char *
heading_words (const ScanSeries *series, const ScanCompleteness *completeness)
{
  g_autofree char *title = series_title (series);
  g_autofree char *arrived = NULL;

  if (completeness->expected <= completeness->arrived)
    return g_steal_pointer (&title);
  arrived = arrived_words (completeness->arrived, completeness->expected);
  return g_strdup_printf ("%s\n%s", title, arrived);
}

static void
add_series (GPtrArray *sets, UiSession *session, ScanSeries *series)
{
  g_autoptr (ScanCompleteness) completeness =
      scan_series_completeness (ui_session_catalog (session), series);
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
  const guint first = sets->len;

  /* What is in the trash has arrived, but is not shown. */
  for (guint i = 0; i < series->instances->len; i++)
    g_hash_table_add (shown, g_ptr_array_index (series->instances, i));
  for (guint i = 0; i < completeness->stacks->len; i++)
    {
      const ScanStack *stack = &g_array_index (completeness->stacks, ScanStack, i);
      UiViewerSet *set = g_new0 (UiViewerSet, 1);

      set->series = series;
      set->kind = stack->kind;
      set->alone = completeness->stacks->len == 1;
      set->instances = g_ptr_array_new ();
      set->gaps = g_array_new (FALSE, FALSE, sizeof (ScanGap));
      for (guint k = stack->first; k < stack->first + stack->n; k++)
        {
          ScanInstance *instance = g_ptr_array_index (completeness->pictures, k);

          if (!g_hash_table_contains (shown, instance))
            continue;
          g_ptr_array_add (set->instances, instance);
          set->frames += instance->frames;
        }
      if (set->instances->len == 0)
        {
          set_free (set);
          continue;
        }
      take_gaps (set, completeness, stack);
      describe (set, completeness, i);
      g_ptr_array_add (sets, set);
    }
  if (sets->len > first + 1)
    ((UiViewerSet *) g_ptr_array_index (sets, first))->heading =
        heading_words (series, completeness);
}

GPtrArray *
ui_viewer_sets_new (UiSession *session, const ScanStudy *study)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func (set_free);

  for (guint i = 0; i < study->series->len; i++)
    add_series (sets, session, g_ptr_array_index (study->series, i));
  return sets;
}

UiViewerSet *
ui_viewer_sets_first (GPtrArray *sets, const ScanStudy *study)
{
  const ScanSeries *key = scan_study_key_series (study);
  UiViewerSet *best = NULL;

  for (guint i = 0; i < sets->len; i++)
    {
      UiViewerSet *set = g_ptr_array_index (sets, i);

      if (set->series == key && (best == NULL || set->frames > best->frames))
        best = set;
    }
  return best != NULL || sets->len == 0 ? best : g_ptr_array_index (sets, 0);
}

gboolean
ui_viewer_set_is_document (const UiViewerSet *set)
{
  return set->frames == 0 && set->instances->len > 0 &&
         scan_instance_form (g_ptr_array_index (set->instances, 0)) != SCAN_FORM_PICTURES;
}

gboolean
ui_viewer_set_is_sliced (const UiViewerSet *set)
{
  static const char *const modalities[] = { "CT", "MR", "PT", "NM", NULL };

  return g_strv_contains (modalities, set->series->modality);
}

gboolean
ui_viewer_set_is_clip (const UiViewerSet *set)
{
  for (guint i = 0; i < set->instances->len; i++)
    if (((ScanInstance *) g_ptr_array_index (set->instances, i))->frames > 1)
      return TRUE;
  return FALSE;
}

guint
ui_viewer_set_missing_after (const UiViewerSet *set, guint frame)
{
  for (guint i = 0; i < set->gaps->len; i++)
    if (g_array_index (set->gaps, ScanGap, i).after == frame)
      return g_array_index (set->gaps, ScanGap, i).missing;
  return 0;
}
