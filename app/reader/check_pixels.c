/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copy's pixels: stored bits as in the source outside what was to be covered, one flat value
 * inside. */
#include <string.h>

#include "check.h"

typedef struct
{
  guint rows, columns, samples, allocated, stored, frames;
  gboolean is_signed, planar;
  gboolean halved; /* YBR_FULL_422: two pixels have one pair of chroma (PS3.3 C.7.6.3.1.2) */
  gsize bytes;     /* of a sample; 0: single bits */
} Shape;

static gboolean
read_shape (const CheckFile *file, Shape *shape)
{
  const CheckElement *frames = check_find (file, 0x0028, 0x0008),
                     *colour = check_find (file, 0x0028, 0x0004);
  g_autofree char *model = colour != NULL ? check_text (colour) : NULL;
  g_autofree char *text = frames != NULL ? check_text (frames) : NULL;

  shape->rows = check_number (file, check_find (file, 0x0028, 0x0010), 0);
  shape->columns = check_number (file, check_find (file, 0x0028, 0x0011), 0);
  shape->samples = check_number (file, check_find (file, 0x0028, 0x0002), 1);
  shape->allocated = check_number (file, check_find (file, 0x0028, 0x0100), 0);
  shape->stored = check_number (file, check_find (file, 0x0028, 0x0101), shape->allocated);
  shape->is_signed = check_number (file, check_find (file, 0x0028, 0x0103), 0) == 1;
  shape->planar =
      shape->samples > 1 && check_number (file, check_find (file, 0x0028, 0x0006), 0) == 1;
  shape->frames = text != NULL && *text != '\0' ? (guint) g_ascii_strtoull (text, NULL, 10) : 1;
  shape->bytes = shape->allocated / 8;
  shape->halved = g_strcmp0 (model, "YBR_FULL_422") == 0 && shape->samples == 3 &&
                  shape->allocated == 8 && !file->encapsulated;
  return shape->rows > 0 && shape->columns > 0 && shape->samples > 0 &&
         (shape->allocated == 8 || shape->allocated == 16 || shape->allocated == 32 ||
          (shape->allocated == 1 && shape->samples == 1)) &&
         shape->frames > 0 && shape->frames < 1 << 24 && shape->stored > 0 &&
         shape->stored <= shape->allocated && shape->samples <= 3;
}

static guint
number_in (const CheckFile *file, const CheckElement *from, guint16 element)
{
  /* Regions are flat items: the first element of that tag behind `from`, before the next item
   * begins. */
  for (const CheckElement *at = from;
       at < &g_array_index (file->elements, CheckElement, file->elements->len); at++)
    {
      if (at->depth == 0)
        break;
      if (at->depth == 1 && at->group == 0x0018 && at->element == element && at->size >= 4)
        return file->big_endian ? (guint) at->value[0] << 24 | (guint) at->value[1] << 16 |
                                      (guint) at->value[2] << 8 | at->value[3]
                                : (guint) at->value[3] << 24 | (guint) at->value[2] << 16 |
                                      (guint) at->value[1] << 8 | at->value[0];
    }
  return G_MAXUINT;
}

gboolean
check_outside_regions (const CheckFile *source, guint rows, guint columns, guint8 *covered)
{
  gboolean any = FALSE;
  const CheckElement *end = &g_array_index (source->elements, CheckElement, source->elements->len);
  const CheckElement *regions = check_find (source, 0x0018, 0x6011);

  if (regions == NULL)
    return FALSE;
  memset (covered, 1, (gsize) rows * columns);
  /* PS3.3 C.8.5.5: in each item the corners stand in the order of their tags, 6018 first. */
  for (const CheckElement *at = regions + 1; at < end && at->depth > 0; at++)
    if (at->depth == 1 && at->group == 0x0018 && at->element == 0x6018)
      {
        guint left = number_in (source, at, 0x6018), top = number_in (source, at, 0x601A);
        guint right = number_in (source, at, 0x601C), bottom = number_in (source, at, 0x601E);

        if (right == G_MAXUINT || bottom == G_MAXUINT || left >= right || top >= bottom)
          continue;
        any = TRUE;
        for (guint y = top; y <= bottom && y < rows; y++)
          for (guint x = left; x <= right && x < columns; x++)
            covered[(gsize) y * columns + x] = 0;
      }
  if (!any)
    memset (covered, 0, (gsize) rows * columns);
  return any;
}

/* Where samples stand. */
typedef struct
{
  const guint8 *bytes;
  const Shape *shape;
  gboolean big;          /* the bytes of a sample are the other way round */
  gboolean byte_swapped; /* 8-bit samples in big-endian words: pairs are (PS3.5 8.1.1) */
} Stored;

static guint
number_of_bytes (const guint8 *at, gsize n, gboolean big)
{
  guint value = 0;

  for (gsize i = 0; i < n; i++)
    value |= (guint) at[big ? n - 1 - i : i] << (8 * i);
  return value;
}

static guint
sample_at (const Stored *stored, guint frame, gsize pixel, guint sample)
{
  const Shape *shape = stored->shape;
  const gsize pixels = (gsize) shape->rows * shape->columns;
  gsize index = frame * pixels * shape->samples;

  if (shape->halved)
    index = frame * pixels * 2 + pixel / 2 * 4 + (sample == 0 ? pixel & 1 : 1 + sample);
  else
    index += shape->planar ? sample * pixels + pixel : pixel * shape->samples + sample;
  if (shape->bytes == 0)
    return stored->bytes[index / 8] >> (index % 8) & 1;
  if (stored->byte_swapped)
    index ^= 1;
  return number_of_bytes (stored->bytes + index * shape->bytes, shape->bytes, stored->big);
}

/* The stored bits alone, with the sign carried up. */
static guint
stored_bits (guint value, const Shape *shape)
{
  guint mask = G_MAXUINT32 >> (32 - shape->stored), all = G_MAXUINT32 >> (32 - shape->allocated);

  value &= mask;
  if (shape->is_signed && (value & (1u << (shape->stored - 1))) != 0)
    value |= all & ~mask;
  return value;
}

/* FALSE if a difference was found. source: bytes NULL if they are not known. */
static gboolean
compare_frame (const Stored *source, const Stored *copy, guint frame, const guint8 *covered)
{
  const Shape *shape = copy->shape;
  guint flat[3] = { 0 };
  gboolean has_flat = FALSE;

  for (gsize pixel = 0; pixel < (gsize) shape->rows * shape->columns; pixel++)
    for (guint sample = 0; sample < shape->samples; sample++)
      {
        guint here = sample_at (copy, frame, pixel, sample);

        if (covered[pixel] == 0)
          {
            if (source->bytes != NULL &&
                here != stored_bits (sample_at (source, frame, pixel, sample), shape))
              return FALSE;
            continue;
          }
        if (!has_flat)
          {
            flat[sample] = here;
            has_flat = sample + 1 == shape->samples;
          }
        else if (here != flat[sample])
          return FALSE;
      }
  return TRUE;
}

static void
add_boxes (const CheckPlan *plan, const Shape *shape, guint frame, guint8 *covered)
{
  for (guint i = 0; i < plan->boxes->len; i++)
    {
      const CheckBox *box = &g_array_index (plan->boxes, CheckBox, i);

      if (box->frame >= 0 && (guint) box->frame != frame)
        continue;
      for (guint64 y = box->y; y < (guint64) box->y + box->height && y < shape->rows; y++)
        for (guint64 x = box->x; x < (guint64) box->x + box->width && x < shape->columns; x++)
          covered[y * shape->columns + x] = 1;
    }
}

static gsize
bytes_of (const Shape *shape)
{
  const gsize samples = (gsize) shape->rows * shape->columns * shape->samples * shape->frames;

  if (shape->halved)
    return samples / 3 * 2;
  return shape->bytes == 0 ? (samples + 7) / 8 : samples * shape->bytes;
}

static gboolean
is_same_shape (const Shape *a, const Shape *b)
{
  return a->rows == b->rows && a->columns == b->columns && a->samples == b->samples &&
         a->allocated == b->allocated && a->stored == b->stored && a->is_signed == b->is_signed &&
         a->frames == b->frames;
}

/* The stored values of a compressed source are not known here; its frames, their size and what is
 * covered are. */
guint64
check_pixels (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
              CheckReport *report)
{
  const CheckElement *from = check_find (source, 0x7FE0, 0x0010),
                     *to = check_find (copy, 0x7FE0, 0x0010);
  const CheckElement *modality = check_find (source, 0x0008, 0x0060);
  g_autofree char *kind = modality != NULL ? check_text (modality) : NULL;
  g_autofree guint8 *outside = NULL, *covered = NULL;
  Shape before, after;
  Stored stored = { .shape = &before, .big = source->big_endian }, copied = { .shape = &after };
  guint64 examined = 0;

  if (from == NULL || to == NULL || !read_shape (source, &before) || !read_shape (copy, &after) ||
      !is_same_shape (&before, &after) || (!source->encapsulated && before.planar != after.planar))
    {
      check_found (report, to, "the pictures have not the shape of the source's");
      return 0;
    }
  if (after.halved || to->size != ((bytes_of (&after) + 1) & ~(gsize) 1) ||
      (!source->encapsulated && from->size < bytes_of (&before)))
    {
      check_found (report, to, "the pictures have not the size that they should have");
      return 0;
    }
  outside = g_try_malloc0 ((gsize) after.rows * after.columns);
  covered = g_try_malloc ((gsize) after.rows * after.columns);
  if (outside == NULL || covered == NULL)
    {
      check_found (report, to, "there was not enough memory to compare the pictures");
      return 0;
    }
  if (g_strcmp0 (kind, "US") == 0 || g_strcmp0 (kind, "IVUS") == 0)
    check_outside_regions (source, after.rows, after.columns, outside);
  stored.bytes = source->encapsulated ? NULL : from->value;
  stored.byte_swapped = source->big_endian && before.bytes == 1 && g_str_equal (from->vr, "OW") &&
                        from->size % 2 == 0;
  copied.bytes = to->value;
  for (guint frame = 0; frame < after.frames; frame++)
    {
      memcpy (covered, outside, (gsize) after.rows * after.columns);
      add_boxes (plan, &after, frame, covered);
      if (!compare_frame (&stored, &copied, frame, covered))
        {
          check_found (report, to,
                       "a picture differs from the source where it should not, or shows something "
                       "where it should be covered");
          break;
        }
      examined += source->encapsulated ? 0 : 1;
    }
  return examined;
}
