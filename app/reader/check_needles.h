/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the source is looked for in the copy. */
#pragma once

#include "check.h"
#include "check_kept.h"

#define CHECK_LONG 6 /* a needle of so many bytes is met by no chance */

typedef struct
{
  GHashTable *everywhere; /* lower-case bytes → itself: in any byte of the copy */
  GHashTable *in_words;   /* short ones: whole words of texts */
  GHashTable *whole;      /* short numbers: whole values */
  CheckKept *kept;        /* texts that rightly stand in the copy */
} CheckNeedles;

/* Every value of the source that does not stand in the copy, equal, at its own place. */
void check_needles_collect (CheckNeedles *needles, const CheckFile *source, const CheckFile *copy,
                            const CheckPlan *plan);
void check_needles_clear (CheckNeedles *needles);

/* Whether an element holds what can be read. */
gboolean check_is_text (const CheckElement *element);

/* Its values without spaces around them; free with g_strfreev. */
char **check_values_of (const CheckElement *element);
