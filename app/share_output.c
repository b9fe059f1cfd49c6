/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the copies of a share go: a folder, or a ZIP file. */
#include <string.h>

#include "error.h"
#include "share_private.h"

gboolean
scan_share_output_open (ScanShareOutput *output, ScanShare *share, const char *out, GError **error)
{
  const ScanSharePlan *plan = share->plan;
  const char *password = plan->zip_password;
  gsize password_len = plan->zip_password_len;
  guint8 salt[32];

  memset (output, 0, sizeof *output);
  output->names = g_ptr_array_new_with_free_func (g_free);
  if (!plan->zip)
    {
      if (scan_share_folder_open (&output->folder, out, error))
        return TRUE;
      g_clear_pointer (&output->names, g_ptr_array_unref);
      return FALSE;
    }
  if (plan->zip_words && (share->words = scan_share_keys_words (share->key)) == NULL)
    {
      g_clear_pointer (&output->names, g_ptr_array_unref);
      return scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
    }
  if (share->words != NULL)
    {
      password = share->words;
      password_len = strlen (share->words);
    }
  scan_share_keys_salt (share->key, salt);
  output->zip = scan_share_zip_open (out, password, password_len, salt, share->cancellable, error);
  explicit_bzero (salt, sizeof salt);
  if (output->zip == NULL)
    g_clear_pointer (&output->names, g_ptr_array_unref);
  return output->zip != NULL;
}

gboolean
scan_share_output_stage (ScanShareOutput *output, ScanShareItem *item, GError **error)
{
  return output->zip != NULL ||
         scan_share_folder_stage (&output->folder, g_bytes_get_data (item->copy, NULL),
                                  g_bytes_get_size (item->copy), &item->slot, error);
}

/* Every name is of upper-case letters and digits of ours, with an extension at most for documents
 * (PS3.10 8.2). */
static gboolean
is_neutral (const char *name)
{
  return g_regex_match_simple ("^(DICOM(/[PSRI][0-9]{1,7}){4}|DOCS/D[0-9]{1,7}(\\.[A-Z0-9]{1,4})?|"
                               "DICOMDIR|(README|REPORT|PATIENT)\\.TXT|INDEX\\.HTM)$",
                               name, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
take_name (ScanShareOutput *output, const char *name, GError **error)
{
  if (!is_neutral (name))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_BUG,
                           "A copy would have got a name that says something. This is a bug.");
      return FALSE;
    }
  g_ptr_array_add (output->names, g_strdup (name));
  return TRUE;
}

gboolean
scan_share_output_place (ScanShareOutput *output, ScanShareItem *item, GError **error)
{
  if (!take_name (output, item->path, error))
    return FALSE;
  if (output->zip != NULL)
    return scan_share_zip_add (output->zip, item->path, g_bytes_get_data (item->copy, NULL),
                               g_bytes_get_size (item->copy), item->hash, error);
  scan_share_folder_name (&output->folder, item->slot, item->path);
  return TRUE;
}

gboolean
scan_share_output_add (ScanShareOutput *output, const char *name, const guint8 *data, gsize n,
                       GError **error)
{
  g_autoptr (GChecksum) checksum = NULL;
  guint8 sum[SCAN_SHARE_HASH];
  gsize size = sizeof sum;
  guint slot;

  if (!take_name (output, name, error))
    return FALSE;
  if (output->zip == NULL)
    {
      if (!scan_share_folder_stage (&output->folder, data, n, &slot, error))
        return FALSE;
      scan_share_folder_name (&output->folder, slot, name);
      return TRUE;
    }
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, data, (gssize) n);
  g_checksum_get_digest (checksum, sum, &size);
  return scan_share_zip_add (output->zip, name, data, n, sum, error);
}

gboolean
scan_share_output_prepare (ScanShareOutput *output, GError **error)
{
  return output->zip != NULL ? scan_share_zip_finish (output->zip, error)
                             : scan_share_folder_prepare (&output->folder, error);
}

gboolean
scan_share_output_publish (ScanShareOutput *output, GError **error)
{
  return output->zip != NULL ? scan_share_zip_publish (output->zip, error)
                             : scan_share_folder_publish (&output->folder, error);
}

void
scan_share_output_close (ScanShareOutput *output)
{
  g_clear_pointer (&output->names, g_ptr_array_unref);
  if (output->zip != NULL)
    scan_share_zip_close (output->zip);
  else
    scan_share_folder_close (&output->folder);
}
