/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "passphrase.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "word_list.h"

#define SUGGESTED_WORDS 6

/* Below limit, evenly: numbers of the incomplete last round are thrown away. */
static gboolean
random_below (guint limit, guint *ret_number)
{
  guint32 number;
  guint32 top = G_MAXUINT32 - G_MAXUINT32 % limit;

  do
    if (getrandom (&number, sizeof number, 0) != sizeof number)
      return FALSE;
  while (number >= top);
  *ret_number = number % limit;
  return TRUE;
}

char *
ui_passphrase_suggest (void)
{
  const UiWordList *list = ui_word_list_for (g_get_language_names ());
  const char *words[SUGGESTED_WORDS + 1] = { NULL };

  for (guint i = 0; i < SUGGESTED_WORDS; i++)
    {
      guint number;

      if (!random_below (list->n, &number))
        return NULL;
      words[i] = list->words[number];
    }
  return g_strjoinv (" ", (char **) words);
}

static gboolean
is_in (const UiWordList *list, const char *word, gsize length)
{
  guint low = 0, high = list->n;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      int order = strncmp (word, list->words[middle], length);

      if (order == 0 && list->words[middle][length] != '\0')
        order = -1;
      if (order == 0)
        return TRUE;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return FALSE;
}

/* What a word of a list is worth; 0 if it is in none. */
static double
listed_bits (const char *word, gsize length)
{
  guint n;
  const UiWordList *lists = ui_word_lists (&n);

  for (guint i = 0; i < n; i++)
    if (is_in (&lists[i], word, length))
      return log2 (lists[i].n);
  return 0;
}

static double
character_bits (char c, char before)
{
  if (c == before)
    return 0.2;
  if (c == before + 1 || c == before - 1)
    return 0.5;
  if (g_ascii_islower (c))
    return g_ascii_islower (before) ? 2.0 : 3.0;
  if (g_ascii_isdigit (c))
    return g_ascii_isdigit (before) ? 2.0 : 3.0;
  return 4.0;
}

static void
wipe_free (gpointer text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

double
ui_passphrase_bits (const char *passphrase)
{
  double bits = 0;
  const char *at = passphrase;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, wipe_free, NULL);

  while (*at != '\0')
    {
      gsize length = strcspn (at, " -_.,");
      double word = 0, listed;
      char before = '\0';

      if (length == 0)
        {
          at++;
          continue;
        }
      for (gsize i = 0; i < length; i++)
        {
          word += character_bits (at[i], before);
          before = at[i];
        }
      listed = listed_bits (at, length);
      if (listed > 0)
        word = listed;
      if (!g_hash_table_add (seen, g_strndup (at, length)))
        word = 1;
      bits += word;
      at += length;
    }
  return bits;
}

const char *
ui_passphrase_strength (double bits)
{
  /* 100,000 guesses a second: a thousand graphics cards against 256 MiB of Argon2id. */
  double seconds = exp2 (bits - 1) / 1e5;
  const double day = 86400, year = 365 * day;

  if (bits <= 0)
    return "";
  if (seconds < day)
    return _ ("Too easy: could be guessed within a day");
  if (seconds < year)
    return _ ("Too easy: could be guessed within a year");
  if (bits < UI_PASSPHRASE_ENOUGH)
    return _ ("Nearly: add another word");
  if (seconds < 100 * year)
    return _ ("Good: would take many years to guess");
  return _ ("Very good: would take centuries to guess");
}
