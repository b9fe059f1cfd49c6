/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may stand in a copy, by kind of image and profile: a list of the check's own. */
#pragma once

#include "check_walk.h"

typedef enum
{
  CHECK_TEXT_NONE,     /* this attribute holds no text */
  CHECK_TEXT_EMPTY,    /* only without a value */
  CHECK_TEXT_CONSTANT, /* "REMOVED" */
  CHECK_TEXT_WORDS,    /* a description of known words, or "REMOVED" */
  CHECK_TEXT_TERM,     /* a defined term */
  CHECK_TEXT_NUMBER,   /* one to three digits */
  CHECK_TEXT_OURS      /* looked at elsewhere: pseudonym, method, codes */
} CheckText;

/* A number for the kind of a SOP class, 0 for what cannot be a copy. */
guint check_kind (const char *sop_class);

/* Whether an attribute may stand at a depth (0 = root) in an image of the kind; codes and the
 * file's head are not asked about here. */
gboolean check_may_stand (guint kind, gboolean strict, guint16 group, guint16 element, guint depth);

/* What a text attribute (LO, SH, ST, LT, UT, UC, PN, …) may say. */
CheckText check_text_rule (guint16 group, guint16 element, gboolean strict);

/* The constant that may stand for the value of an attribute that has to say something (REMOVED,
 * 19000101, 000000, US, 1), or NULL. */
const char *check_constant (guint16 group, guint16 element);

/* The meaning of a code of the table, or NULL. */
const char *check_code_meaning (const char *scheme, const char *value);

/* Whether the VR is one that PS3.6 gives the attribute. */
gboolean check_vr_fits (const CheckElement *element);
