/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures: made by the reader, sealed in the vault (app/ROWS.md), shown in the gallery. */
#include <string.h>

#include "catalog_private.h"
#include "document.h"
#include "error.h"
#include "library_private.h"

#define MAGIC "SVTHUMB1"
#define MAGIC_SIZE 8
#define HEADER_SIZE 12
#define SIDE_MAX 4096

GByteArray *
scan_thumb_pack (const ScanPicture *picture)
{
  gsize n = (gsize) picture->rows * picture->columns * 3;
  GByteArray *packed = g_byte_array_sized_new ((guint) (HEADER_SIZE + n));
  const guint8 size[4] = { picture->columns & 255, picture->columns >> 8, picture->rows & 255,
                           picture->rows >> 8 };

  g_byte_array_append (packed, (const guint8 *) MAGIC, MAGIC_SIZE);
  g_byte_array_append (packed, size, sizeof size);
  g_byte_array_append (packed, picture->pixels, (guint) n);
  return packed;
}

ScanPicture *
scan_thumb_unpack (const guint8 *data, gsize size)
{
  ScanPicture *picture;
  guint rows, columns;

  if (size < HEADER_SIZE || memcmp (data, MAGIC, MAGIC_SIZE) != 0)
    return NULL;
  columns = data[8] | (guint) data[9] << 8;
  rows = data[10] | (guint) data[11] << 8;
  if (rows == 0 || columns == 0 || rows > SIDE_MAX || columns > SIDE_MAX ||
      size != HEADER_SIZE + (gsize) rows * columns * 3)
    return NULL;
  picture = scan_picture_new (rows, columns, 3);
  if (picture != NULL)
    memcpy (picture->pixels, data + HEADER_SIZE, size - HEADER_SIZE);
  return picture;
}

ScanPicture *
scan_picture_from_reply (const ScanReaderReply *reply, guint side, GError **error)
{
  ScanPicture *picture = NULL;
  guint rows = 0, columns = 0;

  g_variant_lookup (reply->result, "rows", "u", &rows);
  g_variant_lookup (reply->result, "columns", "u", &columns);
  if (reply->bulk != NULL && rows > 0 && columns > 0 && rows <= side && columns <= side &&
      g_bytes_get_size (reply->bulk) == (gsize) rows * columns * 3)
    picture = scan_picture_new (rows, columns, 3);
  if (picture == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                           "The reader gave an answer that makes no sense.");
      return NULL;
    }
  memcpy (picture->pixels, g_bytes_get_data (reply->bulk, NULL), (gsize) rows * columns * 3);
  return picture;
}

/* The first page of the document that a DICOM object holds. */
static ScanPicture *
small_page (ScanLibrary *library, const guint8 member[32], guint side, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (ScanPages) pages = scan_library_pages (library, member, TRUE, cancellable, error);

  return pages != NULL ? scan_pages_picture (pages, 0, side, NULL, cancellable, error) : NULL;
}

ScanPicture *
scan_library_small_picture (ScanLibrary *library, const guint8 member[32], guint frame, guint side,
                            GCancellable *cancellable, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) first = NULL;
  GVariantDict arguments;

  if (!scan_library_source_open (library, member, &source, error))
    return NULL;
  g_variant_dict_init (&arguments, NULL);
  g_variant_dict_insert (&arguments, "frame", "u", frame);
  g_variant_dict_insert (&arguments, "size", "u", side);
  if (scan_reader_call (scan_library_readers (library), "picture", g_variant_dict_end (&arguments),
                        &source.source, NULL, SCAN_CALL_DEFAULT, 0, cancellable, &reply, &first))
    return scan_picture_from_reply (&reply, side, error);
  if (g_error_matches (first, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED))
    {
      ScanPicture *page = small_page (library, member, side, cancellable, NULL);

      if (page != NULL)
        return page;
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

static ScanPicture *
read_sealed (ScanLibrary *library, const guint8 member[32], GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_autofree guint8 *data = NULL;
  ScanPicture *picture;
  VaultFault fault = { 0 };
  VaultError result;

  if (!scan_library_source_open (library, member, &source, error))
    return NULL;
  if (source.source.size > HEADER_SIZE + (guint64) SIDE_MAX * SIDE_MAX * 3)
    {
      scan_error_set_vault (error, VAULT_ERROR_DAMAGED, NULL);
      return NULL;
    }
  data = g_malloc (source.source.size);
  result = vault_member_pread (source.member, 0, data, source.source.size, &fault);
  if (result != VAULT_OK)
    {
      scan_error_set_vault (error, result, &fault);
      return NULL;
    }
  picture = scan_thumb_unpack (data, source.source.size);
  if (picture == NULL)
    scan_error_set_vault (error, VAULT_ERROR_DAMAGED, NULL);
  return picture;
}

ScanPicture *
scan_library_thumbnail (ScanLibrary *library, const ScanSeries *series, GError **error)
{
  guint8 key[SCAN_KEY_SIZE];
  const void *value;
  const ScanInstance *middle;
  gsize size;
  guint frame;

  if (scan_library_vault (library) != NULL && scan_key_from_id (series->id, key) &&
      vault_get (scan_library_vault (library), key, sizeof key, SCAN_FIELD_THUMBNAIL, &value,
                 &size) == VAULT_OK &&
      size == VAULT_ID_SIZE)
    {
      ScanPicture *picture = read_sealed (library, value, NULL);

      if (picture != NULL)
        return picture;
    }
  /* An import that was cut short leaves none, and a damaged one can be made again. */
  middle = scan_series_middle (series, &frame);
  if (middle == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                           "This series has no picture to show.");
      return NULL;
    }
  return scan_library_small_picture (library, middle->member, frame, SCAN_THUMB_SIDE, NULL, error);
}

ScanPicture *
scan_library_frame_thumbnail (ScanLibrary *library, const ScanInstance *instance, guint frame,
                              GCancellable *cancellable, GError **error)
{
  return scan_library_small_picture (library, instance->member, frame, SCAN_THUMB_SIDE, cancellable,
                                     error);
}
