/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was walked: where its elements stand, and what they say. */
#include "check_walk.h"

/* FNV-1a. */
static guint64
mix (guint64 place, guint64 value)
{
  for (guint i = 0; i < 8; i++)
    place = (place ^ (value >> (8 * i) & 255)) * G_GUINT64_CONSTANT (0x100000001b3);
  return place;
}

guint64
check_place (guint64 item, guint16 group, guint16 element)
{
  return mix (item, (guint64) 1 << 40 | (guint32) group << 16 | element);
}

guint64
check_place_of_item (guint64 sequence, guint n)
{
  return mix (sequence, n);
}

guint32
check_tag (const CheckElement *element)
{
  return (guint32) element->group << 16 | element->element;
}

gboolean
check_vr_is (const CheckElement *element, const char *list)
{
  for (const char *at = list; *at != '\0'; at += 3)
    if (at[0] == element->vr[0] && at[1] == element->vr[1])
      return TRUE;
  return FALSE;
}

const CheckElement *
check_find (const CheckFile *file, guint16 group, guint16 element)
{
  return check_in (file, CHECK_PLACE_ROOT, group, element);
}

const CheckElement *
check_in (const CheckFile *file, guint64 item, guint16 group, guint16 element)
{
  return check_at (file, check_place (item, group, element));
}

const CheckElement *
check_at (const CheckFile *file, guint64 place)
{
  return g_hash_table_lookup (file->by_place, &place);
}

char *
check_text (const CheckElement *element)
{
  gsize n = element->size;
  char *text;

  while (n > 0 && (element->value[n - 1] == ' ' || element->value[n - 1] == '\0'))
    n--;
  text = g_malloc (n + 1);
  for (gsize i = 0; i < n; i++)
    text[i] = element->value[i] != '\0' ? (char) element->value[i] : ' ';
  text[n] = '\0';
  return text;
}

char *
check_dense_text (const CheckElement *element)
{
  char *text = g_malloc (element->size + 1);
  gsize n = 0;

  for (gsize i = 0; i < element->size; i++)
    if (element->value[i] != '\0')
      text[n++] = (char) element->value[i];
  while (n > 0 && text[n - 1] == ' ')
    n--;
  text[n] = '\0';
  return text;
}

guint
check_number (const CheckFile *file, const CheckElement *element, guint fallback)
{
  if (element == NULL || element->size < 2)
    return fallback;
  return file->big_endian && !element->in_meta ? (guint) element->value[0] << 8 | element->value[1]
                                               : (guint) element->value[1] << 8 | element->value[0];
}

gboolean
check_is_padded_once (const CheckElement *element)
{
  const char pad = g_str_equal (element->vr, "UI") ? '\0' : ' ';
  gsize n = element->size;

  if (n > 0 && element->value[n - 1] == pad)
    n--;
  return n == 0 ? element->size == 0
                : element->value[n - 1] != ' ' && element->value[n - 1] != '\0';
}
