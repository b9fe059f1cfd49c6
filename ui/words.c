/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <glib/gi18n.h>

#include "error.h"
#include "plainname.h"

typedef struct
{
  const char *code;
  const char *words;
} Term;

static const char *
document_words (int code)
{
  switch (code)
    {
    case SCAN_ERROR_REFUSED:
      return N_ ("This document asks for a password, so it cannot be shown here. It is kept "
                 "safely, and you can save a copy.");
    case SCAN_ERROR_UNSUPPORTED:
      return N_ ("This kind of document cannot be shown here. It is kept safely, and you can save "
                 "a copy for another program.");
    case SCAN_ERROR_UNREADABLE:
      return N_ ("This document is damaged or not complete. It is kept safely as it is.");
    case SCAN_ERROR_DAMAGED:
      return N_ ("This document is damaged in your vault and cannot be shown.");
    case SCAN_ERROR_MISSING:
      return N_ ("This document is missing from your vault's folder.");
    default:
      return NULL;
    }
}

/* Where a sentence differs by what the person was doing. */
static const char *
topic_words (int code, UiTopic topic)
{
  if (code == SCAN_ERROR_WRONG_SECRET && topic == UI_TOPIC_SHEET)
    return N_ (
        "More than one character is wrong. Please compare it with your paper, group by group.");
  if (code == SCAN_ERROR_FULL && topic == UI_TOPIC_ADD)
    return N_ ("The disk is full. What was added so far is safe. Please make room and add the rest "
               "again.");
  if (code == SCAN_ERROR_FULL && (topic == UI_TOPIC_SHARE || topic == UI_TOPIC_SAVE))
    return N_ ("The disk or stick is full. Nothing was left on it.");
  if (code == SCAN_ERROR_EXISTS && topic == UI_TOPIC_SHARE)
    return N_ (
        "There is something in that folder already. Please choose an empty or a new folder.");
  if (code == SCAN_ERROR_PERMISSION && (topic == UI_TOPIC_SHARE || topic == UI_TOPIC_SAVE))
    return N_ ("This computer does not let you write there. Please choose another folder.");
  if (code == SCAN_ERROR_NOT_FOUND && topic == UI_TOPIC_ADD)
    return N_ ("The file or folder is not there any more. Was the disc taken out?");
  if (code == SCAN_ERROR_DAMAGED && topic == UI_TOPIC_PICTURE)
    return N_ ("This picture is damaged in your vault and cannot be shown.");
  if (code == SCAN_ERROR_MISSING && topic == UI_TOPIC_PICTURE)
    return N_ ("This picture is missing from your vault's folder.");
  if (topic == UI_TOPIC_DOCUMENT)
    return document_words (code);
  return NULL;
}

static const char *const sentences[] = {
  [SCAN_ERROR_WRONG_SECRET] = N_ ("That passphrase did not open the vault."),
  [SCAN_ERROR_REMOVED_SECRET] = N_ (
      "This passphrase was removed and does not open the vault any more. Please use another one "
      "or the recovery sheet."),
  [SCAN_ERROR_DAMAGED_SECRETS] =
      N_ ("That passphrase did not open the vault, or what the vault keeps of it is damaged. Your "
          "recovery sheet still opens it."),
  [SCAN_ERROR_LAST_SECRET] =
      N_ ("The last passphrase cannot be removed. Please add another one first."),
  [SCAN_ERROR_MANY_SECRETS] =
      N_ ("This vault has as many passphrases as it can have. Please remove one first."),
  [SCAN_ERROR_FOREIGN_KEY] = N_ ("This recovery key belongs to another vault."),
  [SCAN_ERROR_SLOTS] =
      N_ ("What the vault keeps of your passphrase is damaged. Your recovery sheet "
          "still opens it."),
  [SCAN_ERROR_FOREIGN] = N_ ("What this folder keeps of passphrases belongs to another vault. Your "
                             "recovery sheet still opens it."),
  [SCAN_ERROR_ARRIVING] =
      N_ ("Part of this has not arrived on this computer yet. Please wait until "
          "your files are synchronised."),
  [SCAN_ERROR_DAMAGED] = N_ ("Part of your vault is damaged. Your other scans are not affected."),
  [SCAN_ERROR_MISSING] = N_ ("Part of your vault is missing from its folder."),
  [SCAN_ERROR_REFUSED] = N_ ("This was stopped to protect your privacy. Nothing was handed out."),
  [SCAN_ERROR_FULL] = N_ ("The disk is full. Please make room and try again."),
  [SCAN_ERROR_PERMISSION] = N_ ("This computer does not let you write in the vault's folder."),
  [SCAN_ERROR_NOT_FOUND] = N_ ("The file or folder is not there any more."),
  [SCAN_ERROR_NO_ITEM] = N_ ("This scan is not in your vault."),
  [SCAN_ERROR_AMBIGUOUS] = N_ ("It is not clear which scan is meant."),
  [SCAN_ERROR_NOT_A_VAULT] = N_ ("There is no vault in this folder."),
  [SCAN_ERROR_NEWER] =
      N_ ("This vault was written by a newer Scan Vault. Please update the program."),
  [SCAN_ERROR_BUSY] =
      N_ ("Your vault is open in another window or program. Please close it there first."),
  [SCAN_ERROR_EXISTS] =
      N_ ("There is something in that folder already. Please choose another folder."),
  [SCAN_ERROR_NO_MEMORY] =
      N_ ("There is not enough free memory. Please close other programs and try again."),
  [SCAN_ERROR_IO] =
      N_ ("The disk could not be read or written. Please check the disk and try again."),
  [SCAN_ERROR_UNREADABLE] = N_ ("This file cannot be read. It is kept safely as it is."),
  [SCAN_ERROR_UNSUPPORTED] =
      N_ ("This picture uses a format that cannot be shown here. It is kept safely."),
  [SCAN_ERROR_READER] =
      N_ ("This file made the reading program stop, so it is not shown. It is kept safely."),
  [SCAN_ERROR_NO_SANDBOX] = N_ ("The program that reads scans is missing or cannot be locked in on "
                                "this computer. Please reinstall Scan "
                                "Vault."),
  [SCAN_ERROR_PASSWORD] = N_ ("This is locked with a password. It is kept safely as it is."),
  [SCAN_ERROR_LIMIT] = N_ ("This would unpack to far too much, as files made to do harm do."),
  [SCAN_ERROR_USAGE] = N_ ("This cannot be done in this way."),
  [SCAN_ERROR_BUG] = N_ ("Something went wrong inside Scan Vault. Your scans are safe."),
};

const char *
ui_words_error (const GError *error, UiTopic topic)
{
  const char *words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return _ ("Stopped.");
  if (error != NULL && error->domain == SCAN_ERROR)
    {
      words = topic_words (error->code, topic);
      if (words == NULL && error->code >= 0 && error->code < (int) G_N_ELEMENTS (sentences))
        words = sentences[error->code];
    }
  return _ (words != NULL ? words : sentences[SCAN_ERROR_BUG]);
}

const char *
ui_words_waiting (void)
{
  return _ ("Waiting until other work is done, such as adding scans…");
}

static const char *
find_term (const Term *terms, gsize n, const char *code)
{
  for (gsize i = 0; i < n && code != NULL; i++)
    if (g_str_equal (terms[i].code, code))
      return terms[i].words;
  return NULL;
}

char *
ui_words_item (const ScanItem *item)
{
  g_autofree char *title = scan_item_title (item);

  return item->kind == SCAN_ITEM_DOCUMENT ? g_steal_pointer (&title)
                                          : scan_plain_name (title, scan_item_study (item)->date);
}

static const Term document_types[] = {
  { "pdf", N_ ("PDF document") }, { "jpeg", N_ ("Photo") },
  { "png", N_ ("Picture file") }, { "tiff", N_ ("Picture file") },
  { "text", N_ ("Text file") },   { "dicomdir", N_ ("List of the disc") },
  { "rtf", N_ ("Letter") },       { "docx", N_ ("Office document") },
  { "odt", N_ ("Letter") },       { "office", N_ ("Office document") },
  { "zip", N_ ("Archive") },      { "7z", N_ ("Archive") },
  { "tar", N_ ("Archive") },      { "rar", N_ ("Archive") },
  { "gzip", N_ ("Archive") },     { "xz", N_ ("Archive") },
  { "iso", N_ ("Disc image") },   { "udf", N_ ("Disc image") },
};

const char *
ui_words_document_type (const char *type)
{
  const char *words = find_term (document_types, G_N_ELEMENTS (document_types), type);

  return _ (words != NULL ? words : N_ ("Document"));
}

const char *
ui_words_document_icon (const char *type)
{
  if (g_strcmp0 (type, "jpeg") == 0 || g_strcmp0 (type, "png") == 0 ||
      g_strcmp0 (type, "tiff") == 0)
    return "image-x-generic-symbolic";
  if (g_strcmp0 (type, "dicomdir") == 0)
    return "media-optical-symbolic";
  return "text-x-generic-symbolic";
}

static const Term kept_whole[] = {
  { "archive-password", N_ ("Locked with a password. Add it again to try one.") },
  { "wrong-archive-password", N_ ("The password was not right. Add it again to try another one.") },
  { "beyond-limits", N_ ("It would unpack to far too much, as files made to do harm do.") },
  { "unsupported", N_ ("It is packed or locked in a way that cannot be opened here.") },
  { "not-opened", N_ ("It is of a kind that cannot be opened here.") },
  { "empty", N_ ("No file was found in it.") },
};

const char *
ui_words_kept_whole (const char *code)
{
  const char *words = find_term (kept_whole, G_N_ELEMENTS (kept_whole), code);

  return _ (words != NULL ? words : N_ ("Not everything in it could be taken out."));
}

static const Term refusals[] = {
  { "needs-review", N_ ("Somebody has to look through these pictures for names first: go back and "
                        "look at them.") },
  { "face", N_ ("A face can be drawn from these pictures of a head, so they cannot be made "
                "public.") },
  { "needs-boxes",
    N_ ("These pictures have text written in them that would have to be covered first.") },
  { "document", N_ ("A letter or report can name you on any page, so it is left out.") },
  { "no-picture", N_ ("This part of the scan holds no picture that can be cleaned.") },
  { "kind-not-supported", N_ ("This kind of file cannot be cleaned of names yet.") },
  { "pixels-not-decodable", N_ ("The pictures are stored in a form that could not be checked.") },
  { "not-proved-clean", N_ ("The copy could not be proved clean, so it was thrown away.") },
  { "unreadable", N_ ("This file could not be read.") },
  { "unsupported", N_ ("The pictures are stored in a form that could not be checked.") },
  { "damaged", N_ ("This file is not complete, so it cannot be proved clean.") },
  { "missing", N_ ("This file is missing from your vault.") },
  { "reader-failed", N_ ("The copy could not be made.") },
  { "not-writable", N_ ("The copy could not be written.") },
};

const char *
ui_words_refusal (const char *code)
{
  const char *words = find_term (refusals, G_N_ELEMENTS (refusals), code);

  return _ (words != NULL
                ? words
                : N_ ("This could not be proved free of your name, so it was not copied."));
}

static const Term checks[] = {
  { "readable", N_ ("Files can be read again") },
  { "shape", N_ ("Nothing hidden before, between or after the fields") },
  { "origin", N_ ("Every value as in the original, or changed as it should be") },
  { "removed-values", N_ ("Your name, numbers and places, searched everywhere") },
  { "identifiers", N_ ("Numbers by which a hospital could find the scan") },
  { "dates", N_ ("Dates moved or kept as asked") },
  { "pixels", N_ ("Pictures unchanged but for covered boxes") },
  { "decoded-pixels", N_ ("Compressed pictures, unpacked a second time to compare them") },
  { "read-back", N_ ("Read back from the disk") },
  { "package", N_ ("A list of contents that names only the copies") },
};

const char *
ui_words_check (const char *name)
{
  const char *words = find_term (checks, G_N_ELEMENTS (checks), name);

  return words != NULL ? _ (words) : name;
}

char *
ui_words_day (GDateTime *when)
{
  g_autofree char *digits = when != NULL ? g_date_time_format (when, "%Y%m%d") : NULL;

  return digits != NULL ? scan_plain_date (digits) : g_strdup ("?");
}
