/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal form C in memory of our own: g_utf8_normalize leaves the characters behind in ordinary
 * memory that it frees without wiping. GLib's tables are used, which need no memory. */
#include "passphrase.h"

#include <string.h>

#include "error.h"

#define UTF8_MAX 4
#define INVALID ((gunichar) -1)

/* The next character; INVALID if the bytes are none. */
static gunichar
next_character (const char *at, gsize left, gsize *ret_n)
{
  gunichar c;

  *ret_n = 1;
  if ((guint8) *at < 0x80)
    return (guint8) *at;
  c = g_utf8_get_char_validated (at, (gssize) MIN (left, UTF8_MAX));
  if (c == (gunichar) -1 || c == (gunichar) -2)
    return INVALID;
  *ret_n = (gsize) (g_utf8_next_char (at) - at);
  return c;
}

/* Canonical decomposition into out (NULL: only counted). Returns how many characters, or -1 if the
 * text is no UTF-8. */
static gssize
decompose (const char *text, gsize len, gunichar *out)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = 0;
  gboolean valid = TRUE;

  for (gsize at = 0, step; at < len && valid; at += step)
    {
      gunichar c = next_character (text + at, len - at, &step);
      gsize m;

      valid = c != INVALID;
      m = valid ? g_unichar_fully_decompose (c, FALSE, parts, G_N_ELEMENTS (parts)) : 0;
      for (gsize i = 0; i < m && out != NULL; i++)
        out[n + i] = parts[i];
      n += m;
    }
  explicit_bzero (parts, sizeof parts);
  return valid ? (gssize) n : -1;
}

/* Canonical ordering: marks behind a starter by their class, those of one class as they stood. */
static void
order (gunichar *text, gsize n)
{
  for (gsize i = 1; i < n; i++)
    {
      gunichar c = text[i];
      gint class = g_unichar_combining_class (c);
      gsize at = i;

      for (; class != 0 && at > 0 && g_unichar_combining_class (text[at - 1]) > class; at--)
        text[at] = text[at - 1];
      text[at] = c;
    }
}

/* Canonical composition in place. Returns the new length. */
static gsize
compose (gunichar *text, gsize n)
{
  gsize kept = 0, starter = 0;
  gboolean has_starter = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      gint class = g_unichar_combining_class (text[i]);
      /* Blocked by another starter, or by a mark of the same or a higher class. */
      gboolean blocked = has_starter && kept > starter + 1 &&
                         (class == 0 || g_unichar_combining_class (text[kept - 1]) >= class);
      gunichar whole;

      if (has_starter && !blocked && g_unichar_compose (text[starter], text[i], &whole))
        {
          text[starter] = whole;
          continue;
        }
      if (class == 0)
        {
          starter = kept;
          has_starter = TRUE;
        }
      text[kept++] = text[i];
    }
  return kept;
}

static char *
encode (const gunichar *text, gsize n, gsize *ret_len)
{
  char *out = vault_secure_alloc (n * UTF8_MAX + 1);
  gsize length = 0;

  for (gsize i = 0; i < n && out != NULL; i++)
    length += (gsize) g_unichar_to_utf8 (text[i], out + length);
  *ret_len = length;
  return out;
}

char *
scan_passphrase_normal (const char *passphrase, gsize len, gsize *ret_len, GError **error)
{
  gssize count = decompose (passphrase, len, NULL);
  gunichar *wide;
  gsize n = 0;
  char *normal = NULL;

  if (count < 0 || len > G_MAXSIZE / (G_UNICHAR_MAX_DECOMPOSITION_LENGTH * sizeof *wide))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The passphrase is not valid UTF-8 text.");
      return NULL;
    }
  wide = vault_secure_alloc ((gsize) count * sizeof *wide);
  if (wide != NULL)
    {
      decompose (passphrase, len, wide);
      order (wide, (gsize) count);
      normal = encode (wide, compose (wide, (gsize) count), &n);
    }
  vault_secure_free (wide);
  if (normal == NULL)
    scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
  else
    *ret_len = n;
  return normal;
}
