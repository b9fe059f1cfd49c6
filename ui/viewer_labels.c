/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_labels.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plainname.h"
#include "viewer_states.h"

void
ui_viewer_say (GtkLabel *label, const char *words)
{
  if (g_strcmp0 (gtk_label_get_label (label), words != NULL ? words : "") != 0)
    gtk_label_set_label (label, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (label), words != NULL);
}

void
ui_viewer_position_words (const UiViewerSet *set, guint index, guint count, char **ret_shown,
                          char **ret_spoken)
{
  const guint missing = ui_viewer_set_missing_after (set, index);
  g_autofree char *shown = NULL;
  g_autofree char *gap = NULL;

  if (ui_viewer_set_is_clip (set))
    {
      shown = g_strdup_printf (_ ("Frame %u of %u"), index + 1, count);
      *ret_spoken = g_strdup_printf (_ ("Scan image, frame %u of %u"), index + 1, count);
    }
  else if (ui_viewer_set_is_sliced (set))
    {
      shown = g_strdup_printf (_ ("Slice %u of %u"), index + 1, count);
      *ret_spoken = g_strdup_printf (_ ("Scan image, slice %u of %u"), index + 1, count);
    }
  else
    {
      shown = g_strdup_printf (_ ("Picture %u of %u"), index + 1, count);
      *ret_spoken = g_strdup_printf (_ ("Scan image, picture %u of %u"), index + 1, count);
    }
  if (missing == 0)
    {
      *ret_shown = g_steal_pointer (&shown);
      return;
    }
  gap = g_strdup_printf (g_dngettext (NULL, "%u picture missing after this one",
                                      "%u pictures missing after this one", missing),
                         missing);
  *ret_shown = g_strdup_printf ("%s\n%s", shown, gap);
}

static void
add_line (GString *lines, const char *words)
{
  if (words == NULL || *words == '\0')
    return;
  if (lines->len > 0)
    g_string_append_c (lines, '\n');
  g_string_append (lines, words);
}

char *
ui_viewer_badge_words (const ScanFrame *frame, const UiLook *look)
{
  static const char *const turned[] = { NULL, N_ ("Turned to the right"), N_ ("Turned upside down"),
                                        N_ ("Turned to the left") };
  const guint quarters = look->turn.quarters % 4;
  GString *lines = g_string_new (NULL);

  if (frame->incomplete)
    add_line (lines, _ ("Part of the picture is missing"));
  if (quarters != 0)
    add_line (lines, _ (turned[quarters]));
  if (look->turn.mirrored)
    add_line (lines, _ ("Mirrored"));
  if (look->brightness.negative)
    add_line (lines, _ ("Negative"));
  if (look->state != NULL)
    {
      g_autofree char *name = ui_viewer_state_words (look->state);
      g_autofree char *words = g_strdup_printf (_ ("With notes: %s"), name);

      add_line (lines, words);
      if (scan_presentation_is_partial (look->state))
        add_line (lines, _ ("Part of these notes cannot be shown."));
    }
  if (lines->len > 0)
    return g_string_free (lines, FALSE);
  g_string_free (lines, TRUE);
  return NULL;
}

static const char *
letter_words (char letter)
{
  switch (letter)
    {
    case 'R':
      return _ ("the patient's right");
    case 'L':
      return _ ("the patient's left");
    case 'A':
      return _ ("the patient's front");
    case 'P':
      return _ ("the patient's back");
    case 'H':
      return _ ("towards the head");
    default:
      return _ ("towards the feet");
    }
}

void
ui_viewer_show_letters (GtkLabel *const labels[SCAN_N_EDGES], const ScanFrame *frame, ScanTurn turn)
{
  static const char *const edges[SCAN_N_EDGES] = { N_ ("Left edge"), N_ ("Right edge"),
                                                   N_ ("Upper edge"), N_ ("Lower edge") };
  char letters[SCAN_N_EDGES][SCAN_LETTERS_SIZE] = { "", "", "", "" };

  if (frame != NULL)
    scan_frame_letters (frame, turn, letters);
  for (guint i = 0; i < SCAN_N_EDGES; i++)
    {
      g_autofree char *spoken = NULL;

      if (g_strcmp0 (gtk_label_get_label (labels[i]), letters[i]) == 0)
        continue;
      gtk_label_set_label (labels[i], letters[i]);
      gtk_widget_set_visible (GTK_WIDGET (labels[i]), letters[i][0] != '\0');
      if (letters[i][0] == '\0')
        continue;
      spoken = g_strdup_printf ("%s: %s", _ (edges[i]), letter_words (letters[i][0]));
      gtk_accessible_update_property (GTK_ACCESSIBLE (labels[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      spoken, -1);
    }
}

static void G_GNUC_PRINTF (2, 3) add_format (GString *lines, const char *format, ...)
{
  va_list arguments;
  g_autofree char *words = NULL;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_line (lines, words);
}

static void
add_person (GString *lines, const ScanStudy *study)
{
  g_autofree char *name = scan_plain_person (study->patient_name);
  g_autofree char *born = scan_plain_date (study->birth_date);
  g_autofree char *date = scan_plain_date (study->date);

  add_line (lines, name);
  if (*born != '\0')
    add_format (lines, _ ("Born %s"), born);
  add_line (lines, date);
  add_line (lines, study->institution);
}

char *
ui_viewer_details (const UiViewerSet *set, const ScanInstance *instance, const UiFrame *frame,
                   const UiLook *look, double scale)
{
  GString *lines = g_string_new (NULL);
  const ScanFrame *decoded = frame->frame;

  add_person (lines, set->series->study);
  add_line (lines, set->series->study->description);
  add_line (lines, set->series->description);
  if (instance->number >= 0)
    add_format (lines, _ ("Picture number %d"), instance->number);
  if (!isnan (instance->position))
    add_format (lines, _ ("Position %.1f mm"), instance->position);
  add_format (lines, _ ("%u × %u pixels"), decoded->columns, decoded->rows);
  if (decoded->row_spacing > 0)
    add_format (lines, _ ("A pixel is %.3g × %.3g mm"), decoded->column_spacing,
                decoded->row_spacing);
  if (look->brightness.use_voi_lut)
    add_line (lines, _ ("Brightness by a recorded table"));
  else
    add_format (lines, _ ("Brightness: centre %.4g, width %.4g"), look->brightness.center,
                look->brightness.width);
  add_format (lines, _ ("Shown at %.0f %%"), scale * 100);
  return g_string_free (lines, FALSE);
}
