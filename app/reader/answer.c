/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader_verbs.h"

guint8 *
reader_answer_bulk (ReaderAnswer *answer, gsize n)
{
  if (n > answer->arena_size)
    {
      guint64 need;

      reader_answer_fail (answer, "arena-too-small", NULL);
      if (!g_uint64_checked_add (&need, answer->arena_used_before, n))
        need = G_MAXUINT64;
      g_variant_dict_insert (&answer->result, "need", "t", need);
      return NULL;
    }

  answer->bulk = answer->arena;
  answer->bulk_size = n;
  return answer->bulk;
}

gboolean
reader_answer_fail (ReaderAnswer *answer, const char *error, const char *message)
{
  answer->error = error;
  answer->message = message;
  answer->code = NULL;
  return FALSE;
}

gboolean
reader_answer_refuse (ReaderAnswer *answer, const char *code, const char *message)
{
  reader_answer_fail (answer, "refused", message);
  answer->code = code;
  return FALSE;
}
