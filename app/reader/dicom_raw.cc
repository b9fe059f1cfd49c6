/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pixel data that is not compressed, however its bits are laid out. */
#include "dicom_decode.hh"

#include <string.h>

guint64
dicom_raw_bits (const DicomPixels &pixels)
{
  guint64 samples = (guint64) pixels.rows * pixels.columns * pixels.samples;

  if (pixels.halved)
    samples = samples / 3 * 2;
  return samples * pixels.bits_allocated;
}

/* Samples of any number of bits, packed one after the other, lowest bit first (PS3.5 8.1.1, annex
 * D). */
template <typename Word>
static void
unpack_bits (const guint8 *in, gsize n_in, guint bit, guint width, Word *out, gsize n)
{
  const guint64 mask = width >= 64 ? ~(guint64) 0 : ((guint64) 1 << width) - 1;
  guint64 have = 0;
  guint n_have = 0;
  gsize at = 0;

  if (bit > 0 && n_in > 0)
    {
      have = in[at++] >> bit;
      n_have = 8 - bit;
    }
  for (gsize i = 0; i < n; i++)
    {
      while (n_have < width)
        {
          have |= (guint64) (at < n_in ? in[at] : 0) << n_have;
          at++;
          n_have += 8;
        }
      out[i] = (Word) (have & mask);
      have >>= width;
      n_have -= width;
    }
}

/* Y1 Y2 B R for each two pixels (PS3.3 C.7.6.3.1.2) becomes Y B R for each. */
static void
spread_chroma (const DicomPixels &pixels, const guint8 *in, gsize n_in, guint8 *out)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;

  for (gsize i = 0; i < n; i++)
    {
      guint8 pair[4] = { 0 };
      const gsize at = i / 2 * 4;

      if (at < n_in)
        memcpy (pair, in + at, MIN (n_in - at, sizeof pair));
      out[i * 3] = pair[i & 1];
      out[i * 3 + 1] = pair[2];
      out[i * 3 + 2] = pair[3];
    }
}

void
dicom_raw_unpack (const DicomPixels &pixels, const guint8 *raw, gsize n, guint bit, guint8 *out)
{
  const gsize n_out = pixels.frame_size / (pixels.bits / 8);

  if (pixels.halved)
    spread_chroma (pixels, raw, n, out);
  else if (pixels.bits == pixels.bits_allocated && bit == 0)
    {
      n = MIN (n, pixels.frame_size);
      memcpy (out, raw, n);
      memset (out + n, 0, pixels.frame_size - n);
    }
  else if (pixels.bits == 8)
    unpack_bits (raw, n, bit, pixels.bits_allocated, out, n_out);
  else if (pixels.bits == 16)
    unpack_bits (raw, n, bit, pixels.bits_allocated, (guint16 *) out, n_out);
  else
    unpack_bits (raw, n, bit, pixels.bits_allocated, (guint32 *) out, n_out);
}
/* n bytes of the pixel data. Big endian data is turned by whole words, which a frame need not start
 * at. */
static bool
read_value (DicomFile &file, const DicomPixels &pixels, bool words, guint64 from, gsize n,
            guint8 *out)
{
  const gsize before = words ? from & 1 : 0;
  const guint64 length = pixels.element->getLength ();
  gsize all = before + n;

  if (words && (all & 1) != 0 && from + n < length)
    all++;
  if (all == n)
    return pixels.element->getPartialValue (out, (Uint32) from, (Uint32) n, &file.cache).good ();
  std::vector<guint8> aligned (all);
  if (pixels.element
          ->getPartialValue (aligned.data (), (Uint32) (from - before), (Uint32) all, &file.cache)
          .bad ())
    return false;
  memcpy (out, aligned.data () + before, n);
  return true;
}

/* The longest part from there on that the file still holds; the rest of out is zero. Returns its
 * length. */
static gsize
readable_part (DicomFile &file, const DicomPixels &pixels, bool words, guint64 from, gsize n,
               guint8 *out)
{
  gsize good = 0, bad = n;

  while (bad - good > 2)
    {
      const gsize middle = (good + (bad - good) / 2) & ~(gsize) 1;

      if (middle == good)
        break;
      if (read_value (file, pixels, words, from, middle, out))
        good = middle;
      else
        bad = middle;
    }
  memset (out, 0, n);
  return good > 0 && read_value (file, pixels, words, from, good, out) ? good : 0;
}

const char *
dicom_raw_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
                  const char **ret_problem)
{
  const guint64 bits = dicom_raw_bits (pixels), first_bit = bits * frame;
  const guint64 length = pixels.element->getLength ();
  guint64 from = first_bit / 8, to = (first_bit + bits + 7) / 8;
  const bool direct = pixels.bits == pixels.bits_allocated && !pixels.halved && first_bit % 8 == 0;
  std::vector<guint8> packed;
  guint8 *raw = out;

  if (from >= length)
    return dicom_no_data;
  const gsize want = (gsize) (to - from);
  gsize have = want;
  if (to > length)
    {
      have = (gsize) (length - from);
      *ret_problem = dicom_part_missing;
    }
  if (!direct)
    {
      packed.assign (want, 0);
      raw = packed.data ();
    }
  else if (have < want)
    memset (out, 0, want);

  const DcmEVR vr = pixels.element->getVR ();
  const bool words = vr != EVR_OB && vr != EVR_UN;
  if (!read_value (file, pixels, words, from, have, raw))
    {
      /* The element promises more than the file holds. */
      have = file.cut_off ? readable_part (file, pixels, words, from, have, raw) : 0;
      if (have == 0)
        return file.cut_off ? dicom_no_data : "The picture cannot be read.";
      *ret_problem = dicom_part_missing;
    }

  if (words && pixels.bits_allocated == 32 && vr == EVR_OW &&
      DcmXfer (file.dataset ()->getOriginalXfer ()).getByteOrder () == EBO_BigEndian)
    for (gsize i = 0; i + 3 < have; i += 4)
      {
        guint16 word;

        memcpy (&word, raw + i, 2);
        memcpy (raw + i, raw + i + 2, 2);
        memcpy (raw + i + 2, &word, 2);
      }
  if (!direct)
    dicom_raw_unpack (pixels, raw, want, (guint) (first_bit % 8), out);
  return NULL;
}
