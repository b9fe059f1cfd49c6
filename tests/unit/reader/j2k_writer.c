/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "j2k_writer.h"

#include <openjpeg.h>
#include <string.h>

typedef struct
{
  GByteArray *bytes;
  gsize at;
} Target;

static OPJ_SIZE_T
write_bytes (void *data, OPJ_SIZE_T n, void *user)
{
  Target *target = user;

  if (target->at + n > target->bytes->len)
    g_byte_array_set_size (target->bytes, (guint) (target->at + n));
  memcpy (target->bytes->data + target->at, data, n);
  target->at += n;
  return n;
}

static OPJ_BOOL
seek_to (OPJ_OFF_T at, void *user)
{
  ((Target *) user)->at = (gsize) at;
  return OPJ_TRUE;
}

static OPJ_OFF_T
skip_on (OPJ_OFF_T n, void *user)
{
  ((Target *) user)->at += (gsize) n;
  return n;
}

static opj_image_t *
make_image (const J2kSpec *spec, const gint32 *samples)
{
  opj_image_cmptparm_t components[4] = { 0 };
  opj_image_t *image;

  for (guint c = 0; c < spec->components; c++)
    components[c] = (opj_image_cmptparm_t){ .dx = 1,
                                            .dy = 1,
                                            .w = spec->columns,
                                            .h = spec->rows,
                                            .prec = spec->precision,
                                            .sgnd = spec->is_signed };
  image = opj_image_create (spec->components, components,
                            spec->components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  g_assert_nonnull (image);
  image->x1 = spec->columns;
  image->y1 = spec->rows;
  for (guint c = 0; c < spec->components; c++)
    for (guint i = 0; i < spec->columns * spec->rows; i++)
      image->comps[c].data[i] = samples[i * spec->components + c];
  return image;
}

GBytes *
j2k_write (const J2kSpec *spec, const gint32 *samples)
{
  Target target = { g_byte_array_new (), 0 };
  opj_codec_t *codec = opj_create_compress (spec->jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create (4096, OPJ_FALSE);
  opj_image_t *image = make_image (spec, samples);
  opj_cparameters_t parameters;

  opj_set_default_encoder_parameters (&parameters);
  parameters.tcp_mct = spec->transform;
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = spec->ratio > 0;
  parameters.tcp_rates[0] = (float) spec->ratio;
  parameters.numresolution = 4;
  opj_stream_set_user_data (stream, &target, NULL);
  opj_stream_set_write_function (stream, write_bytes);
  opj_stream_set_seek_function (stream, seek_to);
  opj_stream_set_skip_function (stream, skip_on);
  g_assert_true (opj_setup_encoder (codec, &parameters, image));
  g_assert_true (opj_start_compress (codec, image, stream));
  g_assert_true (opj_encode (codec, stream));
  g_assert_true (opj_end_compress (codec, stream));
  opj_stream_destroy (stream);
  opj_destroy_codec (codec);
  opj_image_destroy (image);
  return g_byte_array_free_to_bytes (target.bytes);
}
