/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states of the vault. */
#include "presentation.h"

#include "error.h"
#include "library_private.h"

gboolean
scan_instance_is_presentation (const ScanInstance *instance)
{
  /* PS3.6 annex A. */
  return g_str_has_prefix (instance->sop_class, "1.2.840.10008.5.1.4.1.1.11.");
}

ScanPresentation *
scan_library_presentation (ScanLibrary *library, const guint8 member[32], GCancellable *cancellable,
                           GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  ScanPresentation *presentation;

  if (!scan_library_source_open (library, member, &source, error) ||
      !scan_reader_call (scan_library_readers (library), "presentation", NULL, &source.source, NULL,
                         SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
    return NULL;
  presentation = scan_presentation_new (reply.bulk);
  if (presentation == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return presentation;
}
