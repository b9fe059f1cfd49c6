/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "name_match.h"

#include <string.h>

#define WORDS_MOST 24
#define LIKE_LEAST 0.7 /* of two words, to be a pair */

typedef struct
{
  gunichar *letters;
  glong length;
  double weight;
  gboolean taken;
} Word;

typedef struct
{
  Word words[WORDS_MOST];
  guint n;
  double weight;
} Name;

static gboolean
is_common (const char *word)
{
  static const char *const common[] = {
    "hospital",  "clinic",     "clinics", "center",  "centre",   "medical",     "health", "the",
    "of",        "and",        "for",     "klinik",  "klinikum", "krankenhaus", "praxis", "der",
    "die",       "fur",        "und",     "hopital", "clinique", "centre",      "de",     "la",
    "du",        "des",        "et",      "clinica", "centro",   "medico",      "el",     "del",
    "radiology", "radiologie", "imaging", "inc",     "llc",      "gmbh",        NULL
  };

  return g_strv_contains (common, word);
}

/* Short forms of one word become one. */
static const char *
whole (const char *word)
{
  if (g_str_equal (word, "st") || g_str_equal (word, "sankt") || g_str_equal (word, "sainte"))
    return "saint";
  return g_str_equal (word, "univ") ? "university" : word;
}

static void
add_word (Name *name, const char *word)
{
  Word *added = &name->words[name->n];

  if (*word == '\0' || name->n == WORDS_MOST)
    return;
  word = whole (word);
  added->weight = is_common (word) ? 1.0 / 3 : 1;
  added->letters = g_utf8_to_ucs4_fast (word, -1, &added->length);
  name->weight += added->weight;
  name->n++;
}

static void
name_init (Name *name, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *apart = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  g_autoptr (GString) word = g_string_new (NULL);
  guint left = SCAN_ALIKE_LONGEST;

  memset (name, 0, sizeof *name);
  for (const char *at = apart != NULL ? apart : ""; *at != '\0' && left > 0;
       at = g_utf8_next_char (at), left--)
    {
      const gunichar letter = g_utf8_get_char (at);

      if (g_unichar_isalnum (letter))
        g_string_append_unichar (word, letter);
      else if (!g_unichar_ismark (letter) && letter != '\'' && letter != 0x2019)
        {
          add_word (name, word->str);
          g_string_truncate (word, 0);
        }
    }
  add_word (name, word->str);
}

static void
name_clear (Name *name)
{
  for (guint i = 0; i < name->n; i++)
    g_free (name->words[i].letters);
}

static glong
changes (const Word *left, const Word *right)
{
  g_autofree glong *row = g_new (glong, right->length + 1);

  for (glong j = 0; j <= right->length; j++)
    row[j] = j;
  for (glong i = 1; i <= left->length; i++)
    {
      glong before = row[0];

      row[0] = i;
      for (glong j = 1; j <= right->length; j++)
        {
          const glong above = row[j];
          const glong swap = before + (left->letters[i - 1] != right->letters[j - 1] ? 1 : 0);

          row[j] = MIN (swap, MIN (above, row[j - 1]) + 1);
          before = above;
        }
    }
  return row[right->length];
}

static double
likeness (const Word *left, const Word *right)
{
  return 1 - (double) changes (left, right) / (double) MAX (left->length, right->length);
}

/* The weight of the words of left that have their like in right; each word is paired once. */
static double
pair (Name *left, Name *right, gboolean *ret_exact, gboolean *ret_in_order, guint *ret_pairs)
{
  double sum = 0;

  *ret_exact = TRUE;
  *ret_in_order = TRUE;
  *ret_pairs = 0;
  for (guint i = 0; i < left->n; i++)
    {
      Word *best = NULL;
      double most = LIKE_LEAST;

      for (guint j = 0; j < right->n; j++)
        {
          const double like =
              right->words[j].taken ? 0 : likeness (&left->words[i], &right->words[j]);

          if (like > most || (best == NULL && like >= most))
            {
              most = like;
              best = &right->words[j];
            }
        }
      if (best == NULL)
        continue;
      best->taken = TRUE;
      *ret_exact = *ret_exact && most == 1;
      *ret_in_order = *ret_in_order && best == &right->words[i];
      *ret_pairs += 1;
      sum += most * (left->words[i].weight + best->weight);
    }
  return sum;
}

ScanAlike
scan_name_alike (const char *left, const char *right, guint *ret_percent)
{
  Name a, b;
  gboolean exact, in_order;
  guint pairs, percent = 0;
  ScanAlike alike = SCAN_ALIKE_NOT;

  name_init (&a, left);
  name_init (&b, right);
  if (a.n > 0 && b.n > 0)
    {
      const double sum = pair (&a, &b, &exact, &in_order, &pairs);

      percent = (guint) (100 * sum / (a.weight + b.weight) + 0.5);
      if (percent >= SCAN_ALIKE_LEAST)
        {
          if (exact && pairs == a.n && pairs == b.n)
            alike = in_order ? SCAN_ALIKE_SAME : SCAN_ALIKE_ORDER;
          else
            alike = exact && pairs == MIN (a.n, b.n) ? SCAN_ALIKE_PART : SCAN_ALIKE_CLOSE;
        }
    }
  if (ret_percent != NULL)
    *ret_percent = percent;
  name_clear (&a);
  name_clear (&b);
  return alike;
}

char *
scan_name_of_line (const char *line)
{
  while (g_ascii_isspace (*line))
    line++;
  if (*line == '"')
    return g_strstrip (g_strndup (line + 1, strcspn (line + 1, "\"")));
  return g_strstrip (g_strndup (line, strcspn (line, ",;\t\r\n")));
}
