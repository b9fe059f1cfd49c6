/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "member_name.h"

#include <string.h>

#define PART_MAX 255

static gboolean
is_device (const char *part, gsize n)
{
  static const char *const names[] = { "CON", "PRN", "AUX", "NUL" };
  static const char *const numbered[] = { "COM", "LPT" };
  gsize stem = 0;

  while (stem < n && part[stem] != '.')
    stem++;
  while (stem > 0 && part[stem - 1] == ' ')
    stem--;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (stem == 3 && g_ascii_strncasecmp (part, names[i], 3) == 0)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (numbered); i++)
    if (stem == 4 && g_ascii_strncasecmp (part, numbered[i], 3) == 0 && g_ascii_isdigit (part[3]))
      return TRUE;
  return FALSE;
}

/* How much of a part that is too long can stay without cutting a character of UTF-8. */
static gsize
cut (const char *part, gsize n)
{
  if (n <= PART_MAX)
    return n;
  n = PART_MAX;
  while (n > PART_MAX - 4 && ((guint8) part[n] & 0xc0) == 0x80)
    n--;
  return n;
}

static void
add_part (GString *name, const char *part, gsize n)
{
  if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
    return;
  if (name->len == 0 && n >= 2 && part[1] == ':' && g_ascii_isalpha (part[0]))
    {
      add_part (name, part + 2, n - 2);
      return;
    }
  if (name->len > 0)
    g_string_append_c (name, '/');
  if (is_device (part, n))
    g_string_append_c (name, '_');
  n = cut (part, n);
  for (gsize i = 0; i < n; i++)
    g_string_append_c (name, (guint8) part[i] < 0x20 || part[i] == 0x7f ? '_' : part[i]);
}

char *
scan_member_name (const char *raw, gsize n)
{
  GString *name;
  gsize begin = 0;

  if (n > SCAN_MEMBER_PATH_MAX)
    return NULL;
  name = g_string_new (NULL);
  for (gsize i = 0; i <= n; i++)
    if (i == n || raw[i] == '/' || raw[i] == '\\')
      {
        add_part (name, raw + begin, i - begin);
        begin = i + 1;
      }
  if (name->len == 0)
    g_string_append (name, "file");
  return g_string_free (name, FALSE);
}

char *
scan_member_name_inside (const char *name)
{
  static const char *const endings[] = { ".gz", ".bz2", ".xz", ".zst", ".lz4", ".z" };
  const char *slash = strrchr (name, '/');
  const char *base = slash != NULL ? slash + 1 : name;
  const char *dot = strrchr (base, '.');

  for (gsize i = 0; dot != NULL && dot != base && i < G_N_ELEMENTS (endings); i++)
    if (g_ascii_strcasecmp (dot, endings[i]) == 0)
      return g_strndup (base, (gsize) (dot - base));
  return g_strdup (*base != '\0' ? base : "file");
}
