/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_j2k.h"

#include <openjpeg.h>
#include <string.h>

#define MARKER_SOC 0xff4f
#define MARKER_SIZ 0xff51
#define MARKER_COD 0xff52
#define MARKER_COC 0xff53
#define MARKER_SOT 0xff90
#define BOX_CODESTREAM 0x6a703263 /* jp2c */
#define COMPONENTS_MAX 4
#define TILES_MAX 16384
#define SAMPLES_MAX ((guint64) 1 << 28)
#define HALVINGS_MAX 32

static guint
get_u16 (const guint8 *p)
{
  return (guint) p[0] << 8 | p[1];
}

static guint32
get_u32 (const guint8 *p)
{
  return (guint32) get_u16 (p) << 16 | get_u16 (p + 2);
}

/* Where the first codestream begins; n if there is none. */
static gsize
find_codestream (const guint8 *data, gsize n)
{
  static const guint8 signature[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10 };
  gsize at = 0;

  if (n >= 4 && get_u16 (data) == MARKER_SOC)
    return 0;
  if (n < sizeof signature || memcmp (data, signature, sizeof signature) != 0)
    return n;
  while (n - at >= 8)
    {
      guint64 length = get_u32 (data + at);
      gsize head = 8;

      if (length == 1)
        {
          if (n - at < 16)
            return n;
          length = (guint64) get_u32 (data + at + 8) << 32 | get_u32 (data + at + 12);
          head = 16;
        }
      if (get_u32 (data + at + 4) == BOX_CODESTREAM)
        return at + head;
      if (length < head || length > n - at)
        return n;
      at += (gsize) length;
    }
  return n;
}

static guint32
tiles_along (guint32 from, guint32 end, guint32 tile_from, guint32 tile)
{
  return tile > 0 && tile_from <= from && end > from
             ? (guint32) (((guint64) end - tile_from + tile - 1) / tile)
             : 0;
}

/* p, n: the SIZ segment behind its marker and length. */
static gboolean
read_siz (const guint8 *p, gsize n, ReaderJ2kInfo *info)
{
  guint32 x1, y1, x0, y0;
  guint64 tiles;

  if (n < 36)
    return FALSE;
  x1 = get_u32 (p + 2);
  y1 = get_u32 (p + 6);
  x0 = get_u32 (p + 10);
  y0 = get_u32 (p + 14);
  tiles = (guint64) tiles_along (x0, x1, get_u32 (p + 26), get_u32 (p + 18)) *
          tiles_along (y0, y1, get_u32 (p + 30), get_u32 (p + 22));
  info->components = get_u16 (p + 34);
  if (tiles == 0 || tiles > TILES_MAX || info->components == 0 ||
      info->components > COMPONENTS_MAX || n < 36 + 3 * (gsize) info->components)
    return FALSE;
  info->tiles = (guint) tiles;
  info->width = x1 - x0;
  info->height = y1 - y0;
  info->from_origin = x0 == 0 && y0 == 0;
  info->is_signed = (p[36] & 0x80) != 0;
  info->precision = 0;
  for (guint i = 0; i < info->components; i++)
    {
      const guint8 *component = p + 36 + 3 * i;

      info->precision = MAX (info->precision, (component[0] & 0x7fu) + 1);
      if (component[1] == 0 || component[2] == 0)
        return FALSE;
    }
  return info->precision <= 32 &&
         (guint64) info->width * info->height <= SAMPLES_MAX / info->components;
}

gboolean
reader_j2k_probe (const guint8 *data, gsize n, ReaderJ2kInfo *ret_info)
{
  ReaderJ2kInfo info = { .halvings = HALVINGS_MAX };
  gboolean has_siz = FALSE, has_cod = FALSE;
  gsize at;

  info.start = find_codestream (data, n);
  if (n - info.start < 4 || get_u16 (data + info.start) != MARKER_SOC)
    return FALSE;
  for (at = info.start + 2; n - at >= 4; at += 2 + get_u16 (data + at + 2))
    {
      const guint marker = get_u16 (data + at), length = get_u16 (data + at + 2);
      const guint8 *content = data + at + 4;

      if (marker == MARKER_SOT)
        {
          if (!has_siz || !has_cod)
            return FALSE;
          info.first_tile = at;
          *ret_info = info;
          return TRUE;
        }
      if (marker < 0xff00 || length < 2 || length > n - at - 2)
        return FALSE;
      if (marker == MARKER_SIZ)
        {
          has_siz = !has_siz && read_siz (content, length - 2, &info);
          if (!has_siz)
            return FALSE;
        }
      else if (marker == MARKER_COD && length >= 2 + 6)
        {
          has_cod = TRUE;
          info.halvings = MIN (info.halvings, content[5]);
        }
      else if (marker == MARKER_COC && length >= 2 + 3)
        info.halvings = MIN (info.halvings, content[2]);
    }
  return FALSE;
}

/* Whether a part of every tile begins somewhere: OpenJPEG leaves out those that are missing without
 * a word. Tile parts say where the next one is (T.800 A.4.2). */
static gboolean
has_all_tiles (const guint8 *data, gsize n, const ReaderJ2kInfo *info)
{
  guint8 seen[TILES_MAX / 8] = { 0 };
  guint left = info->tiles;

  for (gsize at = info->first_tile; n - at >= 12 && get_u16 (data + at) == MARKER_SOT;)
    {
      const guint tile = get_u16 (data + at + 4);
      const guint32 length = get_u32 (data + at + 6);

      if (tile < info->tiles && (seen[tile / 8] & 1 << tile % 8) == 0)
        {
          seen[tile / 8] |= (guint8) (1 << tile % 8);
          left--;
        }
      if (length < 12 || length > n - at)
        break;
      at += length;
    }
  return left == 0;
}

typedef struct
{
  const guint8 *data;
  gsize size, at;
} Memory;

static OPJ_SIZE_T
memory_read (void *buffer, OPJ_SIZE_T n, void *user)
{
  Memory *memory = user;

  if (memory->at >= memory->size)
    return (OPJ_SIZE_T) -1;
  n = MIN (n, memory->size - memory->at);
  memcpy (buffer, memory->data + memory->at, n);
  memory->at += n;
  return n;
}

static OPJ_OFF_T
memory_skip (OPJ_OFF_T n, void *user)
{
  Memory *memory = user;

  if (n < 0)
    return -1;
  n = (OPJ_OFF_T) MIN ((gsize) n, memory->size - memory->at);
  memory->at += (gsize) n;
  return n;
}

static OPJ_BOOL
memory_seek (OPJ_OFF_T at, void *user)
{
  Memory *memory = user;

  if (at < 0 || (gsize) at > memory->size)
    return OPJ_FALSE;
  memory->at = (gsize) at;
  return OPJ_TRUE;
}

static opj_image_t *
decode (const guint8 *data, gsize n, guint reduce, gboolean strict)
{
  Memory memory = { data, n, 0 };
  opj_dparameters_t parameters;
  opj_codec_t *codec = opj_create_decompress (OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create (64 * 1024, OPJ_TRUE);
  opj_image_t *image = NULL;
  gboolean done = FALSE;

  if (codec != NULL && stream != NULL)
    {
      opj_stream_set_user_data (stream, &memory, NULL);
      opj_stream_set_user_data_length (stream, n);
      opj_stream_set_read_function (stream, memory_read);
      opj_stream_set_skip_function (stream, memory_skip);
      opj_stream_set_seek_function (stream, memory_seek);
      opj_set_default_decoder_parameters (&parameters);
      parameters.cp_reduce = reduce;
      done = opj_setup_decoder (codec, &parameters) &&
             opj_decoder_set_strict_mode (codec, strict) &&
             opj_read_header (stream, codec, &image) && opj_decode (codec, stream, image);
    }
  if (stream != NULL)
    opj_stream_destroy (stream);
  if (codec != NULL)
    opj_destroy_codec (codec);
  if (!done && image != NULL)
    opj_image_destroy (image);
  return done ? image : NULL;
}

static inline void
put (guint8 *out, guint bits, guint32 value)
{
  switch (bits)
    {
    case 8:
      *out = (guint8) value;
      break;
    case 16:
      *(guint16 *) out = GUINT16_TO_LE ((guint16) value);
      break;
    default:
      *(guint32 *) out = GUINT32_TO_LE (value);
    }
}

static void
put_component (const opj_image_comp_t *component, guint32 columns, guint32 rows, guint bits,
               gsize step, guint8 *out)
{
  const gsize width = component->w, height = component->h;

  if (width == columns && height == rows)
    for (gsize i = 0, n = width * height; i < n; i++)
      put (out + i * step, bits, (guint32) component->data[i]);
  else
    for (guint32 y = 0; y < rows; y++)
      {
        const OPJ_INT32 *line = component->data + (guint64) y * height / rows * width;

        for (guint32 x = 0; x < columns; x++)
          put (out + ((gsize) y * columns + x) * step, bits,
               (guint32) line[(guint64) x * width / columns]);
      }
}

ReaderJ2kResult
reader_j2k_decode (const guint8 *data, gsize n, const ReaderJ2kInfo *info, guint reduce,
                   guint samples, guint bits, guint8 *out)
{
  const guint32 grid = 1u << MIN (reduce, 31);
  const guint32 columns = (guint32) (((guint64) info->width + grid - 1) / grid);
  const guint32 rows = (guint32) (((guint64) info->height + grid - 1) / grid);
  ReaderJ2kResult result = READER_J2K_WHOLE;
  opj_image_t *image;

  if (info->start >= n || samples > info->components || info->precision > bits ||
      reduce > info->halvings || (reduce > 0 && !info->from_origin))
    return READER_J2K_DAMAGED;
  if (!has_all_tiles (data, n, info))
    result = READER_J2K_PARTIAL;
  data += info->start;
  n -= info->start;
  image = decode (data, n, reduce, TRUE);
  if (image == NULL)
    {
      image = decode (data, n, reduce, FALSE);
      result = READER_J2K_PARTIAL;
    }
  if (image == NULL)
    return READER_J2K_DAMAGED;
  for (guint i = 0; i < samples; i++)
    {
      const opj_image_comp_t *component = &image->comps[i];

      if (i >= image->numcomps || component->data == NULL || component->w == 0 ||
          component->h == 0 || component->w > columns || component->h > rows)
        {
          result = READER_J2K_DAMAGED;
          break;
        }
      put_component (component, columns, rows, bits, (gsize) samples * (bits / 8),
                     out + i * (bits / 8));
    }
  opj_image_destroy (image);
  return result;
}
