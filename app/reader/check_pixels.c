/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copy's pixels: stored bits as in the source outside what was to be covered, one flat value
 * inside. Of a source in RLE they are unpacked here; of one in another compression they come from a
 * process of its own, and the check says so by another name. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "check_covered.h"
#include "check_rle.h"

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

typedef enum
{
  COLOUR_AS_STORED,
  COLOUR_YBR_FULL,   /* the copy has it as RGB */
  COLOUR_YBR_PARTIAL /* likewise */
} Colour;

/* Where samples stand. */
typedef struct
{
  const guint8 *bytes;
  Colour colour;
  double top;  /* the largest value of a sample; of COLOUR_YBR_… alone */
  guint first; /* the frame that they begin with */
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
  gsize index;

  frame -= stored->first;
  index = frame * pixels * shape->samples;
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

/* The source's sample as RGB: the inverse of PS3.3 C.7.6.3.1.2, over values of any depth. */
static double
as_rgb (const Stored *source, guint frame, gsize pixel, guint sample)
{
  const double top = source->top, half = (top + 1) / 2;
  double y = sample_at (source, frame, pixel, 0), b = sample_at (source, frame, pixel, 1) - half,
         r = sample_at (source, frame, pixel, 2) - half, value;

  if (source->colour == COLOUR_YBR_PARTIAL)
    {
      y = (y - (top + 1) / 16) * 255 / 219;
      b = b * 255 / 224;
      r = r * 255 / 224;
    }
  value = sample == 0   ? y + 1.402 * r
          : sample == 1 ? y - (0.114 * 1.772 * b + 0.299 * 1.402 * r) / 0.587
                        : y + 1.772 * b;
  return CLAMP (value, 0, top);
}

/* A copy's sample that is not covered. Converted colour is the nearest value: what lies half-way
 * between two may be either, for the constants are not written alike everywhere. */
static gboolean
is_as_in_source (const Stored *source, guint frame, gsize pixel, guint sample, guint here,
                 const Shape *shape)
{
  if (source->colour == COLOUR_AS_STORED)
    return here == stored_bits (sample_at (source, frame, pixel, sample), shape);
  return fabs (as_rgb (source, frame, pixel, sample) - here) <= 0.5 + 1e-9 * (source->top + 1);
}

/* FALSE if a difference was found. fill: what stands in covered pixels, of each sample. */
static gboolean
compare_frame (const Stored *source, const Stored *copy, guint frame, const guint8 *covered,
               const guint fill[3])
{
  const Shape *shape = copy->shape;

  for (gsize pixel = 0; pixel < (gsize) shape->rows * shape->columns; pixel++)
    for (guint sample = 0; sample < shape->samples; sample++)
      {
        guint here = sample_at (copy, frame, pixel, sample);

        if (covered[pixel] == 0 ? !is_as_in_source (source, frame, pixel, sample, here, shape)
                                : here != fill[sample])
          return FALSE;
      }
  return TRUE;
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

/* PS3.5 A.4.2: a fragment is a frame, behind the offset table. Files in which it is not exist. */
static gboolean
is_plain_rle (const CheckFile *source)
{
  const CheckElement *colour = check_find (source, 0x0028, 0x0004);
  g_autofree char *model = colour != NULL ? check_text (colour) : NULL;
  Shape shape;

  return source->encapsulated && g_str_equal (source->syntax, "1.2.840.10008.1.2.5") &&
         read_shape (source, &shape) && shape.bytes > 0 &&
         (shape.samples == 1 || g_strcmp0 (model, "RGB") == 0 ||
          g_strcmp0 (model, "YBR_FULL") == 0) &&
         source->fragments->len == shape.frames + 1;
}

gboolean
check_needs_samples (const CheckFile *source)
{
  return source->encapsulated && !is_plain_rle (source);
}

static Colour
colour_of (const char *name, const Shape *copy)
{
  if (copy->samples != 3)
    return COLOUR_AS_STORED;
  return g_strcmp0 (name, "YBR_FULL") == 0      ? COLOUR_YBR_FULL
         : g_strcmp0 (name, "YBR_PARTIAL") == 0 ? COLOUR_YBR_PARTIAL
                                                : COLOUR_AS_STORED;
}

typedef struct
{
  const CheckFile *source;
  const CheckPlan *plan;
  Shape before, after; /* before: as its samples stand once it is decoded */
  Stored stored, copied;
  guint8 *unpacked; /* owned: one frame */
  guint8 *outside;  /* owned: what is covered in all frames */
  guint8 *covered;  /* owned: what is covered in one */
  guint fill[3];    /* what stands in covered pixels, of each sample */
} Comparison;

static void
comparison_clear (Comparison *comparison)
{
  g_free (comparison->unpacked);
  g_free (comparison->outside);
  g_free (comparison->covered);
}

/* Finds out where the source's samples are. NULL, or what is wrong. */
static const char *
find_samples (Comparison *comparison, const CheckElement *from)
{
  const CheckFile *source = comparison->source;
  const CheckPlan *plan = comparison->plan;
  Shape *before = &comparison->before;
  Stored *stored = &comparison->stored;
  const CheckElement *colour = check_find (source, 0x0028, 0x0004);
  g_autofree char *model = colour != NULL ? check_text (colour) : NULL;

  stored->shape = before;
  stored->top = ldexp (1, (int) before->stored) - 1;
  if (!source->encapsulated)
    {
      stored->bytes = from->value;
      stored->big = source->big_endian;
      stored->byte_swapped = source->big_endian && before->bytes == 1 &&
                             g_str_equal (from->vr, "OW") && from->size % 2 == 0;
      return from->size < bytes_of (before) ? "the pictures have not the size that they should have"
                                            : NULL;
    }
  before->planar = FALSE;
  if (!check_needs_samples (source))
    {
      stored->colour = colour_of (model, &comparison->after);
      comparison->unpacked = g_try_malloc (bytes_of (before) / before->frames);
      stored->bytes = comparison->unpacked;
      return comparison->unpacked == NULL ? "there was not enough memory to compare the pictures"
                                          : NULL;
    }
  stored->bytes = plan->samples;
  stored->colour = colour_of (plan->colour, &comparison->after);
  return plan->samples == NULL || plan->n_samples != bytes_of (before)
             ? "the pictures of the source were not decoded, so they cannot be compared"
             : NULL;
}

/* The source's frame, where it has to be unpacked. */
static gboolean
unpack_frame (Comparison *comparison, guint frame)
{
  const Shape *before = &comparison->before;
  const CheckFragment *fragment;

  if (comparison->unpacked == NULL)
    return TRUE;
  fragment = &g_array_index (comparison->source->fragments, CheckFragment, frame + 1);
  comparison->stored.first = frame;
  return check_rle_decode (fragment->bytes, fragment->size, (gsize) before->rows * before->columns,
                           before->samples, (guint) before->bytes, comparison->unpacked);
}

/* NULL, or what is wrong. */
static const char *
begin (Comparison *comparison, const CheckElement *from, const CheckElement *to,
       const CheckFile *copy)
{
  const CheckFile *source = comparison->source;
  const CheckElement *modality = check_find (source, 0x0008, 0x0060);
  g_autofree char *kind = modality != NULL ? check_text (modality) : NULL;
  Shape *before = &comparison->before, *after = &comparison->after;
  const char *wrong;

  if (from == NULL || to == NULL || !read_shape (source, before) || !read_shape (copy, after) ||
      !is_same_shape (before, after) ||
      (source->encapsulated ? after->planar : before->planar != after->planar) ||
      (before->halved && before->columns % 2 != 0))
    return "the pictures have not the shape of the source's";
  if (after->halved || to->size != ((bytes_of (after) + 1) & ~(gsize) 1) ||
      (bytes_of (after) % 2 != 0 && to->value[to->size - 1] != 0) ||
      !g_str_equal (to->vr, after->bytes > 1 ? "OW" : "OB"))
    return "the pictures have not the size that they should have";
  wrong = find_samples (comparison, from);
  if (wrong != NULL)
    return wrong;
  comparison->copied = (Stored){ .bytes = to->value, .shape = after };
  comparison->outside = g_try_malloc0 ((gsize) after->rows * after->columns);
  comparison->covered = g_try_malloc ((gsize) after->rows * after->columns);
  if (comparison->outside == NULL || comparison->covered == NULL)
    return "there was not enough memory to compare the pictures";
  for (guint sample = 0; sample < after->samples; sample++)
    comparison->fill[sample] =
        check_fill (copy, after->allocated, after->stored, after->is_signed, sample);
  if (g_strcmp0 (kind, "US") == 0 || g_strcmp0 (kind, "IVUS") == 0)
    check_outside_regions (source, after->rows, after->columns, comparison->outside);
  return NULL;
}

guint64
check_pixels (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
              CheckReport *report)
{
  const CheckElement *to = check_find (copy, 0x7FE0, 0x0010);
  Comparison comparison = { .source = source, .plan = plan };
  const char *wrong = begin (&comparison, check_find (source, 0x7FE0, 0x0010), to, copy);
  const gsize pixels = (gsize) comparison.after.rows * comparison.after.columns;
  guint64 examined = 0;

  for (guint frame = 0; wrong == NULL && frame < comparison.after.frames; frame++)
    {
      memcpy (comparison.covered, comparison.outside, pixels);
      check_add_boxes (plan, comparison.after.rows, comparison.after.columns, frame,
                       comparison.covered);
      if (!unpack_frame (&comparison, frame))
        wrong = "a picture of the source could not be unpacked, so it cannot be compared";
      else if (!compare_frame (&comparison.stored, &comparison.copied, frame, comparison.covered,
                               comparison.fill))
        wrong = "a picture differs from the source where it should not, or shows something where "
                "it should be covered";
      else
        examined++;
    }
  if (wrong != NULL)
    check_found (report, to, wrong);
  comparison_clear (&comparison);
  return examined;
}
