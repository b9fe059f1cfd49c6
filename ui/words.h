/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place that says to a patient what went wrong, or what a code of app/ means. All results
 * are translated constants; an error's own message is never shown. */
#pragma once

#include <gio/gio.h>

#include "catalog.h"

typedef enum
{
  UI_TOPIC_PASSPHRASE, /* opening or making a vault with a passphrase */
  UI_TOPIC_SHEET,      /* opening it with the recovery sheet */
  UI_TOPIC_ADD,
  UI_TOPIC_PICTURE,
  UI_TOPIC_DOCUMENT, /* showing a document or report */
  UI_TOPIC_SHARE,
  UI_TOPIC_COPY, /* copying an original or document out */
  UI_TOPIC_SAVE  /* writing a picture into a file of its own */
} UiTopic;

/* One or two sentences: what happened, and what to do next. */
const char *ui_words_error (const GError *error, UiTopic topic);

/* Why an archive is kept as it is, by a code of ScanImportResult.kept_whole. */
const char *ui_words_kept_whole (const char *code);

/* Of work that is in line behind other work. */
const char *ui_words_waiting (void);

/* Why an item cannot be shared, from the kebab-case code of a ScanRefusal. */
const char *ui_words_refusal (const char *code);

/* What a check looked for, from the name of a ScanCheck; the name itself if it is not known. */
const char *ui_words_check (const char *name);

/* An item in plain words, with its date: "CT of the chest, 3 March 2024". Free with g_free. */
char *ui_words_item (const ScanItem *item);

/* A day in the words of the interface's language: "3 March 2024"; "?" for NULL. Free with g_free.
 */
char *ui_words_day (GDateTime *when);

/* What a document is, from ScanDocument.type: "PDF document". */
const char *ui_words_document_type (const char *type);
/* Its symbolic icon. */
const char *ui_words_document_icon (const char *type);
