/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_walk.h"

#include <string.h>
#include <zlib.h>

#define UNDEFINED 0xFFFFFFFFu
#define ELEMENTS_MAX 4000000
#define INFLATED_MAX ((gsize) 1 << 30)

typedef struct
{
  CheckFile *file;
  const guint8 *bytes;
  gsize end;
  gboolean implicit, big;
} Walk;

typedef struct
{
  guint16 group, element;
  char vr[3];
  guint32 length;
  gsize head; /* bytes of the element's head */
} Head;

static guint16
get16 (const Walk *walk, gsize at)
{
  const guint8 *b = walk->bytes + at;

  return (guint16) (walk->big ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
}

static guint32
get32 (const Walk *walk, gsize at)
{
  return walk->big ? (guint32) get16 (walk, at) << 16 | get16 (walk, at + 2)
                   : (guint32) get16 (walk, at + 2) << 16 | get16 (walk, at);
}

/* PS3.5 7.1.2: these have two reserved bytes and a 32-bit length. */
static gboolean
has_long_head (const char *vr)
{
  static const char list[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";

  for (const char *at = list; *at != '\0'; at += 3)
    if (at[0] == vr[0] && at[1] == vr[1])
      return TRUE;
  return FALSE;
}

static gboolean
read_head (const Walk *walk, gsize at, gsize end, Head *head)
{
  if (end - at < 8)
    return FALSE;
  head->group = get16 (walk, at);
  head->element = get16 (walk, at + 2);
  strcpy (head->vr, "??");
  head->head = 8;
  if (head->group == 0xFFFE || walk->implicit)
    {
      head->length = get32 (walk, at + 4);
      return TRUE;
    }
  memcpy (head->vr, walk->bytes + at + 4, 2);
  if (!g_ascii_isupper (head->vr[0]) || !g_ascii_isupper (head->vr[1]))
    return FALSE;
  if (!has_long_head (head->vr))
    {
      head->length = get16 (walk, at + 6);
      return TRUE;
    }
  if (end - at < 12)
    return FALSE;
  head->length = get32 (walk, at + 8);
  head->head = 12;
  walk->file->is_loose = walk->file->is_loose || get16 (walk, at + 6) != 0;
  return TRUE;
}

static CheckElement *
add_element (Walk *walk, const Head *head, guint depth, guint64 item, const guint8 *value,
             gsize size)
{
  CheckElement element = { .group = head->group,
                           .element = head->element,
                           .depth = (guint16) depth,
                           .place = check_place (item, head->group, head->element),
                           .item = item,
                           .value = value,
                           .size = size };

  memcpy (element.vr, head->vr, sizeof element.vr);
  element.in_meta = head->group == 0x0002 && depth == 0;
  g_array_append_val (walk->file->elements, element);
  return &g_array_index (walk->file->elements, CheckElement, walk->file->elements->len - 1);
}

static CheckElement *
element_at (const Walk *walk, guint index)
{
  return &g_array_index (walk->file->elements, CheckElement, index);
}

static gboolean walk_elements (Walk *walk, gsize *at, gsize end, gboolean until_delimiter,
                               guint depth, guint64 item);

/* Items until the end or the sequence delimiter, of the element of that index. */
static gboolean
walk_items (Walk *walk, gsize *at, gsize end, gboolean until_delimiter, guint index)
{
  const guint64 place = element_at (walk, index)->place;
  const guint depth = element_at (walk, index)->depth;

  element_at (walk, index)->is_parent = TRUE;
  walk->file->is_loose = walk->file->is_loose || until_delimiter;
  for (guint item = 0; *at < end; item++)
    {
      Head head;
      gsize item_end;

      if (!read_head (walk, *at, end, &head) || head.group != 0xFFFE)
        return FALSE;
      *at += 8;
      if (head.element == 0xE0DD)
        return until_delimiter && head.length == 0;
      if (head.element != 0xE000 || (head.length != UNDEFINED && head.length > end - *at))
        return FALSE;
      element_at (walk, index)->n_items++;
      item_end = head.length == UNDEFINED ? end : *at + head.length;
      walk->file->is_loose = walk->file->is_loose || head.length == UNDEFINED;
      if (!walk_elements (walk, at, item_end, head.length == UNDEFINED, depth + 1,
                          check_place_of_item (place, item)) ||
          (head.length != UNDEFINED && *at != item_end))
        return FALSE;
    }
  return !until_delimiter;
}

/* PS3.5 A.4: fragments as items, then a delimiter. Those of an icon (depth > 0) are not counted. */
static gboolean
walk_fragments (Walk *walk, gsize *at, gsize end, guint depth)
{
  while (*at < end)
    {
      Head head;

      if (!read_head (walk, *at, end, &head) || head.group != 0xFFFE)
        return FALSE;
      *at += 8;
      if (head.element == 0xE0DD)
        {
          walk->file->encapsulated = walk->file->encapsulated || depth == 0;
          return TRUE;
        }
      if (head.element != 0xE000 || head.length == UNDEFINED || head.length > end - *at)
        return FALSE;
      if (depth == 0)
        {
          const CheckFragment fragment = { walk->bytes + *at, head.length };

          g_array_append_val (walk->file->fragments, fragment);
        }
      *at += head.length;
    }
  return FALSE;
}

/* A value of a file that does not name its VRs is taken for a sequence if it reads as one to its
 * end. */
static void
try_sequence (Walk *walk, gsize at, gsize end, guint index)
{
  if (end - at < 8 || get16 (walk, at) != 0xFFFE || get16 (walk, at + 2) != 0xE000 ||
      (walk_items (walk, &at, end, FALSE, index) && at == end))
    return;
  g_array_set_size (walk->file->elements, index + 1);
  element_at (walk, index)->is_parent = FALSE;
  element_at (walk, index)->n_items = 0;
}

static gboolean
walk_value (Walk *walk, const Head *head, gsize *at, gsize end, guint depth, guint64 item)
{
  gboolean implicit = walk->implicit;
  gsize value_end;
  guint index = walk->file->elements->len;
  gboolean good = TRUE;

  if (head->length != UNDEFINED && head->length > end - *at)
    return FALSE;
  add_element (walk, head, depth, item, walk->bytes + *at,
               head->length == UNDEFINED ? 0 : head->length);
  if (head->length == UNDEFINED)
    {
      if (head->group == 0x7FE0 && head->element == 0x0010)
        return walk_fragments (walk, at, end, depth);
      /* PS3.5 6.2.2 Note: UN of undefined length holds implicit VR. */
      walk->implicit = implicit || g_str_equal (head->vr, "UN");
      good = walk_items (walk, at, end, TRUE, index);
      walk->implicit = implicit;
      return good;
    }
  value_end = *at + head->length;
  if (g_str_equal (head->vr, "SQ"))
    good = walk_items (walk, at, value_end, FALSE, index) && *at == value_end;
  else if (implicit)
    try_sequence (walk, *at, value_end, index);
  *at = value_end;
  return good;
}

static gboolean
walk_elements (Walk *walk, gsize *at, gsize end, gboolean until_delimiter, guint depth,
               guint64 item)
{
  guint32 before = 0;

  if (depth > CHECK_DEPTH_MAX)
    return FALSE;
  while (*at < end)
    {
      Head head;
      guint32 tag;

      if (walk->file->elements->len > ELEMENTS_MAX || !read_head (walk, *at, end, &head))
        return FALSE;
      *at += head.head;
      if (head.group == 0xFFFE)
        return until_delimiter && head.element == 0xE00D && head.length == 0;
      tag = (guint32) head.group << 16 | head.element;
      walk->file->is_loose = walk->file->is_loose || tag <= before;
      before = tag;
      if (!walk_value (walk, &head, at, end, depth, item))
        return FALSE;
    }
  return !until_delimiter;
}

/* The meta group is explicit little endian whatever follows (PS3.10 7.1). */
static gboolean
walk_meta (Walk *walk, gsize *at)
{
  guint32 before = 0;

  walk->implicit = walk->big = FALSE;
  while (walk->end - *at >= 8 && get16 (walk, *at) == 0x0002)
    {
      Head head;

      if (!read_head (walk, *at, walk->end, &head))
        return FALSE;
      *at += head.head;
      walk->file->is_loose =
          walk->file->is_loose || (before != 0 && head.element <= (before & 0xFFFF));
      before = 0x00020000 | head.element;
      if (!walk_value (walk, &head, at, walk->end, 0, CHECK_PLACE_ROOT))
        return FALSE;
      if (head.element == 0x0010)
        {
          const CheckElement *syntax =
              &g_array_index (walk->file->elements, CheckElement, walk->file->elements->len - 1);
          g_autofree char *text = check_text (syntax);

          g_strlcpy (walk->file->syntax, text, sizeof walk->file->syntax);
        }
    }
  return TRUE;
}

static gboolean
inflate_rest (Walk *walk, gsize at)
{
  z_stream stream = { 0 };
  gsize room = MAX ((walk->end - at) * 4, 65536), done = 0;
  guint8 *out = NULL;
  int result = inflateInit2 (&stream, -MAX_WBITS);

  if (result != Z_OK || walk->end - at > G_MAXUINT / 2)
    return FALSE;
  stream.next_in = (Bytef *) (walk->bytes + at);
  stream.avail_in = (uInt) (walk->end - at);
  while (result == Z_OK)
    {
      guint8 *grown = room <= INFLATED_MAX ? g_try_realloc (out, room) : NULL;

      if (grown == NULL)
        break;
      out = grown;
      stream.next_out = out + done;
      stream.avail_out = (uInt) (room - done);
      result = inflate (&stream, Z_NO_FLUSH);
      done = room - stream.avail_out;
      if (stream.avail_out == 0)
        room *= 2;
      else if (result == Z_OK && stream.avail_in == 0)
        break;
    }
  inflateEnd (&stream);
  walk->file->inflated = out;
  if (result != Z_STREAM_END)
    return FALSE;
  walk->bytes = out;
  walk->end = done;
  return TRUE;
}

static gboolean
names_no_vr (const Walk *walk, gsize at)
{
  return walk->end - at >= 8 &&
         !(g_ascii_isupper (walk->bytes[at + 4]) && g_ascii_isupper (walk->bytes[at + 5]));
}

/* What a file without a meta group is written in, by its first element. */
static void
guess_syntax (Walk *walk, gsize at)
{
  walk->big = walk->end - at >= 8 && walk->bytes[at] == 0 && walk->bytes[at + 1] != 0;
  walk->implicit = names_no_vr (walk, at);
}

gboolean
check_walk (const guint8 *bytes, gsize size, CheckFile *ret_file)
{
  Walk walk = { ret_file, bytes, size, FALSE, FALSE };
  gsize at = 0;
  gboolean good;

  memset (ret_file, 0, sizeof *ret_file);
  ret_file->bytes = bytes;
  ret_file->size = size;
  ret_file->elements = g_array_new (FALSE, FALSE, sizeof (CheckElement));
  ret_file->fragments = g_array_new (FALSE, FALSE, sizeof (CheckFragment));
  ret_file->by_place = g_hash_table_new (g_int64_hash, g_int64_equal);
  ret_file->has_preamble = size >= 132 && memcmp (bytes + 128, "DICM", 4) == 0;
  if (ret_file->has_preamble)
    at = 132;
  good = walk_meta (&walk, &at);
  if (good && g_str_equal (ret_file->syntax, "1.2.840.10008.1.2.1.99"))
    {
      good = inflate_rest (&walk, at);
      at = 0;
    }
  if (*ret_file->syntax == '\0')
    guess_syntax (&walk, at);
  else
    {
      walk.big = g_str_equal (ret_file->syntax, "1.2.840.10008.1.2.2");
      walk.implicit = g_str_equal (ret_file->syntax, "1.2.840.10008.1.2") ||
                      (!walk.big && good && names_no_vr (&walk, at));
    }
  ret_file->big_endian = walk.big;
  good = good && walk_elements (&walk, &at, walk.end, FALSE, 0, CHECK_PLACE_ROOT) && at == walk.end;
  for (guint i = 0; i < ret_file->elements->len; i++)
    {
      CheckElement *element = element_at (&walk, i);

      if (!g_hash_table_contains (ret_file->by_place, &element->place))
        g_hash_table_insert (ret_file->by_place, &element->place, element);
    }
  return good;
}

void
check_file_clear (CheckFile *file)
{
  g_clear_pointer (&file->by_place, g_hash_table_unref);
  g_clear_pointer (&file->elements, g_array_unref);
  g_clear_pointer (&file->fragments, g_array_unref);
  g_clear_pointer (&file->inflated, g_free);
}
