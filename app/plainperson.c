/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of people as people write them. */
#include <string.h>

#include "plainname.h"

enum
{
  FAMILY,
  GIVEN,
  MIDDLE,
  PREFIX,
  SUFFIX,
  COMPONENTS
};

typedef enum
{
  SCRIPT_LETTERS,
  SCRIPT_HANGUL,
  SCRIPT_IDEOGRAPHIC /* Chinese characters and kana */
} Script;

/* By the first character that is clearly of one. */
static Script
script_of (const char *group)
{
  for (const char *p = group; *p != '\0'; p = g_utf8_next_char (p))
    switch (g_unichar_get_script (g_utf8_get_char (p)))
      {
      case G_UNICODE_SCRIPT_HAN:
      case G_UNICODE_SCRIPT_HIRAGANA:
      case G_UNICODE_SCRIPT_KATAKANA:
      case G_UNICODE_SCRIPT_BOPOMOFO:
        return SCRIPT_IDEOGRAPHIC;
      case G_UNICODE_SCRIPT_HANGUL:
        return SCRIPT_HANGUL;
      default:
        break;
      }
  return SCRIPT_LETTERS;
}

static char *
arrange (const char *group, gboolean family_first)
{
  static const guint natural[] = { PREFIX, GIVEN, MIDDLE, FAMILY, SUFFIX };
  static const guint eastern[] = { FAMILY, GIVEN, MIDDLE, PREFIX, SUFFIX };
  const guint *order = family_first ? eastern : natural;
  const gboolean together = script_of (group) == SCRIPT_HANGUL;
  g_auto (GStrv) parts = g_strsplit (group, "^", COMPONENTS);
  guint n = g_strv_length (parts);
  GString *person = g_string_new (NULL);

  for (guint i = 0; i < COMPONENTS; i++)
    {
      const char *part = order[i] < n ? g_strstrip (g_strdelimit (parts[order[i]], "^", ' ')) : "";

      if (*part == '\0')
        continue;
      if (person->len > 0 && !(together && (order[i] == GIVEN || order[i] == MIDDLE)))
        g_string_append_c (person, ' ');
      g_string_append (person, part);
    }
  return g_string_free (person, FALSE);
}

char *
scan_plain_person (const char *dicom_name)
{
  g_auto (GStrv) groups = g_strsplit (dicom_name != NULL ? dicom_name : "", "=", 3);
  const guint n = g_strv_length (groups);
  const char *alphabetic = n > 0 ? groups[0] : "", *ideographic = n > 1 ? groups[1] : "";
  const Script own = script_of (ideographic);
  g_autofree char *plain =
      arrange (alphabetic, own != SCRIPT_LETTERS || script_of (alphabetic) != SCRIPT_LETTERS);
  g_autofree char *written = arrange (ideographic, own != SCRIPT_LETTERS);

  if (*written == '\0' && *plain == '\0')
    return arrange (n > 2 ? groups[2] : "", n > 2 && script_of (groups[2]) != SCRIPT_LETTERS);
  if (*written == '\0')
    return g_steal_pointer (&plain);
  if (*plain == '\0' || script_of (alphabetic) == own)
    return g_steal_pointer (&written);
  return g_strdup_printf ("%s (%s)", written, plain);
}
