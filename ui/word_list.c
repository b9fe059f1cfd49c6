/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "word_list.h"

#include <string.h>

#include "english_words.h"

static UiWordList
english (void)
{
  const char **words = g_new (const char *, SCAN_ENGLISH_WORDS);

  for (guint i = 0; i < SCAN_ENGLISH_WORDS; i++)
    words[i] = scan_english_word (i);
  return (UiWordList){ "en", words, SCAN_ENGLISH_WORDS };
}

static UiWordList
split (const char *language, const char *text)
{
  char **words = g_strsplit (text, " ", -1);

  return (UiWordList){ language, (const char *const *) words, g_strv_length (words) };
}

const UiWordList *
ui_word_lists (guint *ret_n)
{
  static UiWordList lists[4];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      lists[0] = english ();
      lists[1] = split ("de", ui_word_list_de);
      lists[2] = split ("es", ui_word_list_es);
      lists[3] = split ("fr", ui_word_list_fr);
      g_once_init_leave (&once, 1);
    }
  *ret_n = G_N_ELEMENTS (lists);
  return lists;
}

const UiWordList *
ui_word_list_for (const char *const *languages)
{
  guint n;
  const UiWordList *lists = ui_word_lists (&n);

  for (; *languages != NULL; languages++)
    for (guint i = 0; i < n; i++)
      if (strcspn (*languages, "_.@") == 2 && strncmp (*languages, lists[i].language, 2) == 0)
        return &lists[i];
  return &lists[0];
}
