/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader says of a presentation state, checked. Needs no library, so that a fuzz target can
 * be made of it. */
#include "presentation_private.h"

#include <math.h>
#include <string.h>

#include "document_private.h"
#include "image_memory.h"
#include "image_shutter.h"
#include "reader_protocol.h"

#define ANSWER_MAX ((gsize) 8 * 1024 * 1024)
#define WORDS_MAX ((gsize) 8 * 1024)
#define UID_MAX 64

static void
clear_referent (gpointer data)
{
  g_free (((ScanReferent *) data)->uid);
  g_free (((ScanReferent *) data)->frames);
}

static void
clear_window (gpointer data)
{
  g_free (((ScanStateWindow *) data)->pictures.indices);
}

static void
clear_area (gpointer data)
{
  g_free (((ScanStateArea *) data)->pictures.indices);
}

static void
clear_drawn (gpointer data)
{
  g_free (((ScanStateDrawn *) data)->pictures.indices);
  g_free (((ScanStateDrawn *) data)->points);
}

static void
clear_text (gpointer data)
{
  g_free (((ScanStateText *) data)->pictures.indices);
  scan_image_free (((ScanStateText *) data)->words);
}

static GArray *
array_new (gsize size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, TRUE, (guint) size);

  g_array_set_clear_func (array, clear);
  return array;
}

static gboolean
sane (const double *numbers, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!(fabs (numbers[i]) <= SCAN_PRESENTATION_NUMBER_MAX))
      return FALSE;
  return TRUE;
}

/* Child i of a tuple, an array of doubles. */
static gboolean
take_doubles (GVariant *tuple, gsize i, gsize most, gsize *ret_n, double **ret_numbers)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (tuple, i);
  const double *numbers = g_variant_get_fixed_array (child, ret_n, sizeof (double));

  *ret_numbers = NULL;
  if (*ret_n > most || !sane (numbers, *ret_n))
    return FALSE;
  *ret_numbers = g_memdup2 (numbers, *ret_n * sizeof (double));
  return TRUE;
}

/* As many as it has, or none. */
static gboolean
take_some (GVariant *tuple, gsize i, gsize wanted, double *ret_numbers, gboolean *ret_there)
{
  g_autofree double *numbers = NULL;
  gsize n;

  if (!take_doubles (tuple, i, wanted, &n, &numbers) || (n != 0 && n != wanted))
    return FALSE;
  *ret_there = n > 0;
  if (n > 0)
    memcpy (ret_numbers, numbers, n * sizeof (double));
  return TRUE;
}

static gboolean
take_pictures (const ScanPresentation *self, GVariant *tuple, gsize i, gsize *budget,
               ScanReferents *ret_pictures)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (tuple, i);
  gsize n;
  const guint32 *indices = g_variant_get_fixed_array (child, &n, sizeof (guint32));
  g_autofree gboolean *seen = g_new0 (gboolean, self->referents->len + 1);

  if (n > *budget)
    return FALSE;
  *budget -= n;
  for (gsize k = 0; k < n; k++)
    if (indices[k] >= self->referents->len)
      return FALSE;
  /* Each once, however often it is named: whoever looks for a picture goes through all. */
  ret_pictures->n = 0;
  ret_pictures->indices = g_new (guint32, MAX (n, 1));
  for (gsize k = 0; k < n; k++)
    if (!seen[indices[k]])
      {
        seen[indices[k]] = TRUE;
        ret_pictures->indices[ret_pictures->n++] = indices[k];
      }
  return TRUE;
}

static gboolean
take_referents (GVariant *all, ScanPresentation *self)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (all, 7);
  const gsize n = g_variant_n_children (list);

  if (n > SCAN_PRESENTATION_PICTURES_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) frames = NULL;
      const guint32 *numbers;
      const char *uid;
      ScanReferent referent;
      gsize n_frames;

      g_variant_get_child (list, i, "(&s@au)", &uid, &frames);
      numbers = g_variant_get_fixed_array (frames, &n_frames, sizeof (guint32));
      if (*uid == '\0' || strlen (uid) > UID_MAX || n_frames > SCAN_PRESENTATION_FRAMES_MAX)
        return FALSE;
      referent.uid = g_strdup (uid);
      referent.n_frames = (guint) n_frames;
      referent.frames = g_memdup2 (numbers, n_frames * sizeof (guint32));
      g_array_append_val (self->referents, referent);
    }
  return TRUE;
}

static gboolean
take_windows (GVariant *all, gsize *budget, ScanPresentation *self)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (all, 9);
  const gsize n = g_variant_n_children (list);

  if (n > SCAN_PRESENTATION_WINDOWS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      ScanStateWindow window = { 0 };

      g_variant_get (child, "(@audd)", NULL, &window.center, &window.width);
      if (!sane (&window.center, 1) || !sane (&window.width, 1) || window.width <= 0 ||
          !take_pictures (self, child, 0, budget, &window.pictures))
        return FALSE;
      g_array_append_val (self->windows, window);
    }
  return TRUE;
}

static gboolean
take_areas (GVariant *all, gsize *budget, ScanPresentation *self)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (all, 10);
  const gsize n = g_variant_n_children (list);

  if (n > SCAN_PRESENTATION_WINDOWS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      ScanStateArea area = { 0 };
      gboolean there;

      if (!take_some (child, 1, 4, area.corners, &there) || !there ||
          !take_pictures (self, child, 0, budget, &area.pictures))
        return FALSE;
      g_array_append_val (self->areas, area);
    }
  return TRUE;
}

static gboolean
take_shutter (GVariant *all, ScanPresentation *self)
{
  g_autoptr (GVariant) shutter = g_variant_get_child_value (all, 11);
  gboolean circle;
  guint32 level;
  gsize n;

  g_variant_get_child (shutter, 3, "u", &level);
  if (!take_some (shutter, 0, 4, self->edges, &self->rectangle) ||
      !take_some (shutter, 1, 3, self->circle, &circle) || self->circle[2] < 0 ||
      !take_doubles (shutter, 2, 2 * SCAN_SHUTTER_VERTICES_MAX, &n, &self->vertices) ||
      n % 2 != 0 || level > 65535)
    return FALSE;
  self->n_vertices = (guint) n / 2;
  self->level = (guint8) (level / 257);
  return TRUE;
}

static gboolean
take_drawn (GVariant *all, gsize *budget, ScanPresentation *self)
{
  static const char *const names[] = { "POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE" };
  static const guint fewest[] = { 1, 2, 2, 2, 4 };
  g_autoptr (GVariant) list = g_variant_get_child_value (all, 12);
  const gsize n = g_variant_n_children (list);
  gsize numbers = SCAN_PRESENTATION_NUMBERS_MAX;

  if (n > SCAN_PRESENTATION_MARKS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      ScanStateDrawn drawn = { 0 };
      const char *name;
      guint kind = 0;
      gsize size;

      g_variant_get (child, "(@au&sbb@ad)", NULL, &name, &drawn.filled, &drawn.by_area, NULL);
      while (kind < G_N_ELEMENTS (names) && !g_str_equal (names[kind], name))
        kind++;
      if (kind == G_N_ELEMENTS (names) || !take_doubles (child, 4, numbers, &size, &drawn.points))
        return FALSE;
      drawn.kind = (ScanDrawnKind) kind;
      drawn.n = (guint) size / 2;
      numbers -= size;
      if (size % 2 != 0 || !take_pictures (self, child, 0, budget, &drawn.pictures))
        {
          g_free (drawn.points);
          return FALSE;
        }
      /* Too few points draw nothing; that is no reader's lie but a file's. */
      if (drawn.n < fewest[kind])
        {
          self->partial = TRUE;
          clear_drawn (&drawn);
          continue;
        }
      g_array_append_val (self->drawn, drawn);
    }
  return TRUE;
}

/* Clean lines, parted by newlines. */
static char *
copy_lines (const char *words)
{
  g_auto (GStrv) lines = NULL;
  char *copy, *to;

  if (strlen (words) > WORDS_MAX || (copy = to = scan_image_alloc (strlen (words) + 1)) == NULL)
    return NULL;
  lines = g_strsplit (words, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = scan_text_copy (lines[i]);

      if (i > 0)
        *to++ = '\n';
      if (line != NULL)
        to = g_stpcpy (to, line);
      scan_image_free (line);
      explicit_bzero (lines[i], strlen (lines[i]));
    }
  return copy;
}

static gboolean
take_texts (GVariant *all, gsize *budget, ScanPresentation *self)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (all, 13);
  const gsize n = g_variant_n_children (list);

  if (n > SCAN_PRESENTATION_MARKS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      ScanStateText text = { 0 };
      const char *words;

      g_variant_get (child, "(@au&sb@adb@adb)", NULL, &words, &text.box_by_area, NULL,
                     &text.anchor_by_area, NULL, &text.points);
      if (!take_some (child, 3, 4, text.box, &text.has_box) ||
          !take_some (child, 5, 2, text.anchor, &text.has_anchor) ||
          (!text.has_box && !text.has_anchor) ||
          !take_pictures (self, child, 0, budget, &text.pictures))
        return FALSE; /* nothing of text is owned yet */
      text.words = copy_lines (words);
      if (text.words == NULL)
        {
          clear_text (&text);
          return FALSE;
        }
      g_array_append_val (self->texts, text);
    }
  return TRUE;
}

/* A date and a time, or nothing. */
static char *
copy_made (const char *made)
{
  return strspn (made, "0123456789.:") == strlen (made) && strlen (made) <= 32 ? g_strdup (made)
                                                                               : g_strdup ("");
}

static gboolean
take_all (GVariant *all, ScanPresentation *self)
{
  const char *label, *made;
  gsize budget = 16 * SCAN_PRESENTATION_PICTURES_MAX;
  double rescale[2] = { 1, 0 };
  guint32 quarters;

  g_variant_get_child (all, 0, "&s", &label);
  g_variant_get_child (all, 1, "&s", &made);
  g_variant_get_child (all, 2, "u", &quarters);
  g_variant_get_child (all, 3, "b", &self->turn.mirrored);
  g_variant_get_child (all, 4, "i", &self->inverse);
  g_variant_get_child (all, 5, "b", &self->partial);
  self->label = scan_text_copy (label);
  self->made = copy_made (made);
  if (self->label == NULL || quarters > 3 || self->inverse < -1 || self->inverse > 1 ||
      !take_some (all, 6, 2, rescale, &self->rescaled) ||
      fabs (rescale[0]) < 1 / SCAN_PRESENTATION_NUMBER_MAX)
    return FALSE;
  self->turn.quarters = quarters;
  self->slope = rescale[0];
  self->intercept = rescale[1];
  return take_referents (all, self) && take_pictures (self, all, 8, &budget, &self->own) &&
         take_windows (all, &budget, self) && take_areas (all, &budget, self) &&
         take_shutter (all, self) && take_drawn (all, &budget, self) &&
         take_texts (all, &budget, self);
}

ScanPresentation *
scan_presentation_new (GBytes *bulk)
{
  g_autoptr (ScanPresentation) self = NULL;
  g_autoptr (GVariant) all = NULL;

  if (bulk == NULL || g_bytes_get_size (bulk) > ANSWER_MAX)
    return NULL;
  all = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_PRESENTATION_TYPE), bulk, FALSE));
  if (!g_variant_is_normal_form (all))
    return NULL;
  self = g_new0 (ScanPresentation, 1);
  g_atomic_ref_count_init (&self->refs);
  self->referents = array_new (sizeof (ScanReferent), clear_referent);
  self->windows = array_new (sizeof (ScanStateWindow), clear_window);
  self->areas = array_new (sizeof (ScanStateArea), clear_area);
  self->drawn = array_new (sizeof (ScanStateDrawn), clear_drawn);
  self->texts = array_new (sizeof (ScanStateText), clear_text);
  return take_all (all, self) ? g_steal_pointer (&self) : NULL;
}

ScanPresentation *
scan_presentation_ref (ScanPresentation *presentation)
{
  g_atomic_ref_count_inc (&presentation->refs);
  return presentation;
}

void
scan_presentation_unref (ScanPresentation *presentation)
{
  if (presentation == NULL || !g_atomic_ref_count_dec (&presentation->refs))
    return;
  scan_image_free (presentation->label);
  g_free (presentation->made);
  g_array_unref (presentation->referents);
  g_free (presentation->own.indices);
  g_array_unref (presentation->windows);
  g_array_unref (presentation->areas);
  g_array_unref (presentation->drawn);
  g_array_unref (presentation->texts);
  g_free (presentation->vertices);
  g_free (presentation);
}
