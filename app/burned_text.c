/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "burned_text.h"

#include <string.h>

#include "error.h"

#define FRAMES_MAX (1u << 24)
#define BOXES_MAX 20000 /* of one object */
#define UID_MAX 64

void
scan_burned_text_free (ScanBurnedText *text)
{
  g_free (text->series);
  g_array_unref (text->boxes);
  g_free (text);
}

static gboolean
note_object (ScanBurnedText *text, GVariant *answer, gboolean first)
{
  guint rows = 0, columns = 0, frames = 0;
  gboolean expected = FALSE;
  const char *series = "";

  if (!g_variant_lookup (answer, "rows", "u", &rows) ||
      !g_variant_lookup (answer, "columns", "u", &columns) ||
      !g_variant_lookup (answer, "frames", "u", &frames) ||
      !g_variant_lookup (answer, "expected", "b", &expected) || rows == 0 || columns == 0 ||
      rows > G_MAXUINT16 || columns > G_MAXUINT16 || frames == 0 || frames > FRAMES_MAX)
    return FALSE;
  g_variant_lookup (answer, "SeriesInstanceUID", "&s", &series);
  if (!first)
    return rows == text->rows && columns == text->columns && frames == text->frames;
  text->rows = rows;
  text->columns = columns;
  text->frames = frames;
  text->expected = expected;
  g_free (text->series);
  text->series = g_strdup (strlen (series) <= UID_MAX ? series : "");
  return TRUE;
}

static gboolean
note (ScanBurnedText *text, GVariant *answer, guint from, gboolean first, guint *ret_until)
{
  g_autoptr (GVariant) boxes =
      g_variant_lookup_value (answer, "boxes", G_VARIANT_TYPE ("a(uuuuu)"));
  guint until = 0, before = from;

  if (boxes == NULL || !note_object (text, answer, first) ||
      !g_variant_lookup (answer, "until", "u", &until) || until <= from || until > text->frames ||
      g_variant_n_children (boxes) > BOXES_MAX - MIN (text->boxes->len, BOXES_MAX))
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (boxes); i++)
    {
      ScanTextBox box;
      guint frame;

      g_variant_get_child (boxes, i, "(uuuuu)", &frame, &box.x, &box.y, &box.width, &box.height);
      if (frame < before || frame >= until || box.width == 0 || box.height == 0 ||
          box.x >= text->columns || box.width > text->columns - box.x || box.y >= text->rows ||
          box.height > text->rows - box.y)
        return FALSE;
      before = frame;
      box.frame = (gint) frame;
      g_array_append_val (text->boxes, box);
    }
  *ret_until = until;
  return TRUE;
}

gboolean
scan_burned_text_note (ScanBurnedText *text, GVariant *answer, guint from, guint *ret_until)
{
  return note (text, answer, from, from == 0, ret_until);
}

gboolean
scan_burned_text_note_from (ScanBurnedText *text, GVariant *answer, guint from, guint *ret_until)
{
  return note (text, answer, from, TRUE, ret_until);
}

/* A place on the page. */
typedef struct
{
  ScanTextBox box; /* around all that was found there; frame: the page that was seen last */
  guint pages;
} Place;

static guint64
common_area (const ScanTextBox *a, const ScanTextBox *b)
{
  const gint64 width = MIN ((gint64) a->x + a->width, (gint64) b->x + b->width) - MAX (a->x, b->x),
               height =
                   MIN ((gint64) a->y + a->height, (gint64) b->y + b->height) - MAX (a->y, b->y);

  return width > 0 && height > 0 ? (guint64) (width * height) : 0;
}

static guint64
area_of (const ScanTextBox *box)
{
  return (guint64) box->width * box->height;
}

static void
grow (ScanTextBox *box, const ScanTextBox *by)
{
  const guint right = MAX (box->x + box->width, by->x + by->width),
              bottom = MAX (box->y + box->height, by->y + by->height);

  box->x = MIN (box->x, by->x);
  box->y = MIN (box->y, by->y);
  box->width = right - box->x;
  box->height = bottom - box->y;
}

/* The place of a box: half of what both cover is common to them. */
static Place *
place_of (GArray *places, const ScanTextBox *box)
{
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);
      const guint64 common = common_area (&place->box, box);

      if (3 * common >= area_of (&place->box) + area_of (box))
        return place;
    }
  return NULL;
}

static gboolean
is_within (const GArray *places, const ScanTextBox *box)
{
  for (guint i = 0; i < places->len; i++)
    if (common_area (&g_array_index (places, Place, i).box, box) == area_of (box))
      return TRUE;
  return FALSE;
}

void
scan_burned_text_join (GArray *boxes, guint n_pages)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place)),
                     found = g_array_sized_new (FALSE, FALSE, sizeof (ScanTextBox), boxes->len);
  guint n = 0;

  for (guint i = 0; i < boxes->len; i++)
    {
      const ScanTextBox *box = &g_array_index (boxes, ScanTextBox, i);
      Place *place = place_of (places, box);
      const Place fresh = { *box, 1 };

      if (place == NULL)
        {
          g_array_append_val (places, fresh);
          continue;
        }
      grow (&place->box, box);
      place->pages += place->box.frame != box->frame ? 1 : 0;
      place->box.frame = box->frame;
    }
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      if (2 * (guint64) place->pages < n_pages)
        continue;
      place->box.frame = -1;
      g_array_append_val (found, place->box);
      g_array_index (places, Place, n++) = *place;
    }
  g_array_set_size (places, n);
  for (guint i = 0; i < boxes->len; i++)
    if (!is_within (places, &g_array_index (boxes, ScanTextBox, i)))
      g_array_append_val (found, g_array_index (boxes, ScanTextBox, i));
  g_array_set_size (boxes, 0);
  g_array_append_vals (boxes, found->data, found->len);
}

ScanBurnedText *
scan_burned_text_search (ScanReaderPool *readers, const ScanSource *source,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (ScanBurnedText) text = g_new0 (ScanBurnedText, 1);
  guint from = 0;

  text->boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
  do
    {
      g_auto (ScanReaderReply) reply = { 0 };
      GVariantDict arguments;

      g_variant_dict_init (&arguments, NULL);
      g_variant_dict_insert (&arguments, "from", "u", from);
      if (!scan_reader_call (readers, "burned-in", g_variant_dict_end (&arguments), source, NULL,
                             SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
        return NULL;
      if (!scan_burned_text_note (text, reply.result, from, &from))
        {
          g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                               "What was found in the pictures makes no sense.");
          return NULL;
        }
    }
  while (from < text->frames);
  scan_burned_text_join (text->boxes, text->frames);
  return g_steal_pointer (&text);
}
