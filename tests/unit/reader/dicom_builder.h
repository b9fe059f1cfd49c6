/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small DICOM files of any encoding, right and wrong ones, byte by byte; and calls of the reader's
 * verbs. */
#pragma once

#include "reader_verbs.h"

typedef enum
{
  BUILD_IMPLICIT,
  BUILD_EXPLICIT,
  BUILD_BIG
} BuildEncoding;

typedef struct
{
  GByteArray *bytes;
  BuildEncoding encoding;
} Build;

Build *build_new (BuildEncoding encoding);
void build_free (Build *build);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Build, build_free)

/* Elements, in the order of the calls. Odd values are padded by a NUL. */
void build_bytes (Build *build, guint32 tag, const char *vr, const void *value, gsize n);
void build_text (Build *build, guint32 tag, const char *vr, const char *text);
void build_us (Build *build, guint32 tag, guint16 value);
/* 16-bit words in the byte order of the encoding. */
void build_words (Build *build, guint32 tag, const char *vr, const guint16 *words, gsize n);
/* The head of an element alone; length G_MAXUINT32 = undefined. */
void build_head (Build *build, guint32 tag, const char *vr, guint32 length);
/* A tag and a length: items and delimiters. */
void build_item (Build *build, guint32 tag, guint32 length);
/* Compressed pixel data: an empty offset table, then fragments. */
void build_fragments (Build *build, const GBytes *const *fragments, guint n);

/* Patient, study, series and UIDs, up to group 0020. */
void build_patient (Build *build, const char *charset, const char *name);

typedef struct
{
  guint rows, columns, samples, allocated, stored, high, planar;
  gboolean is_signed;
  guint frames;
  const char *photometric;
} BuildImage;

/* The Image Pixel module, without the pixel data; frames 0 = 1, not written. */
void build_image (Build *build, const BuildImage *image);

/* The dataset behind a Part 10 header with this transfer syntax; NULL = no header at all. */
GBytes *build_file (const Build *build, const char *transfer_syntax);

/* An answer with its own arena. */
typedef struct
{
  ReaderAnswer answer;
  GVariant *result;
  gboolean success;
} Called;

/* Of each call's arena; a test may set it. */
extern gsize call_arena_size;

/* Calls a verb on a file. arguments: floating or NULL. */
Called *call_verb (ReaderVerb verb, GBytes *file, GVariant *arguments);
void called_free (Called *called);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Called, called_free)

Called *call_frame (GBytes *file, guint frame);

const char *called_string (const Called *called, const char *key); /* "" if absent */
guint called_uint (const Called *called, const char *key);         /* 0 if absent */
gboolean called_boolean (const Called *called, const char *key);
