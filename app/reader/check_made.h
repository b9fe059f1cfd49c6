/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that are not the source's byte by byte: what each has to be. */
#pragma once

#include "check.h"

/* What a text of the source says: each value up to its first NUL, without spaces around it (PS3.5
 * 6.2); free with g_free. */
char *check_made_text (const CheckElement *origin);

/* Whether codes (CS) are the source's in their order, without those that had to go: in the types of
 * image and frame, where a place has a meaning, with a term in their place. */
gboolean check_made_codes (const CheckFile *source, const CheckElement *element, const char *text,
                           const char *old, const CheckPlan *plan);

/* Code value, scheme and meaning of an item (PS3.3 Table 8.8-1). */
gboolean check_made_is_code (const CheckElement *element);

/* Whether one of them is what the table says of the source's code, or a part of "Unknown", in an
 * item of the source that has a code; and the other two stand as well. */
gboolean check_made_code (const CheckFile *source, const CheckFile *copy,
                          const CheckElement *element);

/* How the picture is written: colour model, planes, loss. */
gboolean check_made_is_picture_form (const CheckElement *element);

/* Whether one of them is what the form of the source makes it; origin: the source's, or NULL. */
gboolean check_made_picture_form (const CheckFile *source, const CheckElement *element,
                                  const CheckElement *origin);

/* Whether anything of the source was to be covered. */
gboolean check_made_cover (const CheckFile *source, const CheckPlan *plan);
