/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Palettes and YBR become RGB. */
#include "dicom_pixels.hh"

#include <math.h>
#include <string.h>

/* PS3.3 C.7.6.3.1.2 gives RGB → YBR; these are the inverses, over values of any depth. */
template <typename Word>
static void
ybr_to_rgb (Word *p, gsize n, double top, bool partial)
{
  const double half = (top + 1) / 2, unit = (top + 1) / 256;

  for (gsize i = 0; i < n; i++, p += 3)
    {
      double y = p[0], b = p[1] - half, r = p[2] - half;

      if (partial)
        {
          y = (y - 16 * unit) * 255 / 219;
          b = b * 255 / 224;
          r = r * 255 / 224;
        }
      p[0] = (Word) CLAMP (y + 1.402 * r + 0.5, 0, top);
      p[1] = (Word) CLAMP (y - 0.344136286 * b - 0.714136286 * r + 0.5, 0, top);
      p[2] = (Word) CLAMP (y + 1.772 * b + 0.5, 0, top);
    }
}

void
dicom_colour_to_rgb (const DicomPixels &pixels, DicomPhotometric photometric, guint8 *frame)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;
  const double top = ldexp (1, (int) pixels.bits_stored) - 1;

  if (photometric != DICOM_YBR_FULL && photometric != DICOM_YBR_PARTIAL)
    return;
  if (pixels.bits == 8)
    ybr_to_rgb (frame, n, top, photometric == DICOM_YBR_PARTIAL);
  else if (pixels.bits == 32)
    ybr_to_rgb ((guint32 *) frame, n, top, photometric == DICOM_YBR_PARTIAL);
  else
    ybr_to_rgb ((guint16 *) frame, n, top, photometric == DICOM_YBR_PARTIAL);
}

gsize
dicom_colour_narrow (const DicomPixels &pixels, guint8 *frame)
{
  const gsize n = (gsize) pixels.rows * pixels.columns * 3;
  const guint32 *wide = (const guint32 *) frame;
  guint16 *narrow = (guint16 *) frame;
  const guint shift = pixels.bits_stored > 16 ? pixels.bits_stored - 16 : 0;

  for (gsize i = 0; i < n; i++)
    narrow[i] = (guint16) (wide[i] >> shift);
  return n * 2;
}

/* Segmented palette data (PS3.3 C.7.9.2): runs, ramps, and repetitions of earlier segments. */
static bool
expand_segments (const std::vector<guint16> &data, gsize n_entries, std::vector<guint16> &out)
{
  std::vector<gsize> starts;

  for (gsize at = 0; at + 1 < data.size () && out.size () < n_entries;)
    {
      const guint16 opcode = data[at];
      const gsize length = data[at + 1];

      if (opcode == 0)
        {
          if (at + 2 + length > data.size ())
            return false;
          starts.push_back (at);
          out.insert (out.end (), data.begin () + at + 2, data.begin () + at + 2 + length);
          at += 2 + length;
        }
      else if (opcode == 1)
        {
          if (out.empty () || at + 3 > data.size () || length == 0)
            return false;
          starts.push_back (at);
          const double from = out.back (), to = data[at + 2];
          for (gsize i = 1; i <= length; i++)
            out.push_back ((guint16) lround (from + (to - from) * (double) i / (double) length));
          at += 3;
        }
      else if (opcode == 2)
        {
          if (at + 4 > data.size ())
            return false;
          /* length segments, from a byte offset on; they may not repeat others themselves. */
          gsize from = ((gsize) data[at + 2] | (gsize) data[at + 3] << 16) / 2;
          if (from >= at)
            return false;
          gsize end = from;
          for (gsize i = 0; i < length; i++)
            {
              if (end + 1 >= at || data[end] > 1)
                return false;
              end += data[end] == 0 ? 2 + (gsize) data[end + 1] : 3;
            }
          if (end > at)
            return false;
          std::vector<guint16> part (data.begin () + from, data.begin () + end);
          if (!expand_segments (part, n_entries, out))
            return false;
          at += 4;
        }
      else
        return false;
    }
  return !out.empty ();
}

struct Palette
{
  gint32 first;
  std::vector<guint16> entries;
};

static bool
read_palette (DicomFile &file, const DicomPixels &pixels, const DcmTagKey &descriptor_key,
              const DcmTagKey &data_key, const DcmTagKey &segmented_key, Palette &ret_palette)
{
  DcmDataset *dataset = file.dataset ();
  bool is_signed = false;
  std::vector<guint16> descriptor = dicom_words (dataset, descriptor_key, &is_signed);
  std::vector<guint16> data = dicom_words (dataset, data_key);

  if (descriptor.size () < 3)
    return false;
  const gsize n = descriptor[0] == 0 ? 65536 : descriptor[0];
  ret_palette.first = is_signed || pixels.is_signed ? (gint16) descriptor[1] : descriptor[1];
  if (data.empty ())
    {
      std::vector<guint16> segments = dicom_words (dataset, segmented_key);

      if (!expand_segments (segments, n, data))
        return false;
    }
  else if (descriptor[2] <= 8 && data.size () <= (n + 1) / 2)
    {
      /* Two 8-bit entries a word. */
      std::vector<guint16> bytes;

      for (guint16 word : data)
        {
          bytes.push_back (word & 0xff);
          bytes.push_back (word >> 8);
        }
      data = bytes;
    }
  if (data.empty ())
    return false;
  data.resize (MIN (data.size (), n));

  ret_palette.entries = data;
  return true;
}

/* The three tables of an object; FALSE if they cannot be used. *ret_shift: how far an entry is to
 * be moved down to 8 bits. */
static bool
read_palettes (DicomFile &file, const DicomPixels &pixels, Palette palettes[3], int *ret_shift)
{
  if (!read_palette (file, pixels, DCM_RedPaletteColorLookupTableDescriptor,
                     DCM_RedPaletteColorLookupTableData,
                     DCM_SegmentedRedPaletteColorLookupTableData, palettes[0]) ||
      !read_palette (file, pixels, DCM_GreenPaletteColorLookupTableDescriptor,
                     DCM_GreenPaletteColorLookupTableData,
                     DCM_SegmentedGreenPaletteColorLookupTableData, palettes[1]) ||
      !read_palette (file, pixels, DCM_BluePaletteColorLookupTableDescriptor,
                     DCM_BluePaletteColorLookupTableData,
                     DCM_SegmentedBluePaletteColorLookupTableData, palettes[2]))
    return false;
  /* Some say 16 bits and write 8, others the other way round. */
  bool wide = false;
  for (int s = 0; s < 3; s++)
    for (guint16 word : palettes[s].entries)
      wide = wide || word > 255;
  *ret_shift = wide ? 8 : 0;
  return true;
}

static guint8
palette_entry (const Palette &palette, gint64 value, int shift)
{
  const gint64 index = CLAMP (value - palette.first, 0, (gint64) palette.entries.size () - 1);

  return (guint8) (palette.entries[(gsize) index] >> shift);
}

bool
dicom_supplemental_palette (DicomFile &file, const DicomPixels &pixels, gint32 *ret_first,
                            std::vector<guint8> &ret_rgb)
{
  DcmDataset *dataset = file.dataset ();
  Palette palettes[3];
  int shift;

  if (pixels.photometric != DICOM_MONOCHROME2 || pixels.samples != 1 || pixels.is_float ||
      !dataset->tagExists (DCM_RedPaletteColorLookupTableDescriptor))
    return false;
  const std::string presentation = dicom_text (dataset, DCM_PixelPresentation, ReaderCharset ());
  if ((presentation != "COLOR" && presentation != "MIXED") ||
      !read_palettes (file, pixels, palettes, &shift))
    return false;
  const gsize n = palettes[0].entries.size ();
  *ret_first = palettes[0].first;
  ret_rgb.resize (n * 3);
  for (gsize i = 0; i < n * 3; i++)
    ret_rgb[i] = palette_entry (palettes[i % 3], palettes[0].first + (gint64) (i / 3), shift);
  return true;
}

const char *
dicom_palette_to_rgb (DicomFile &file, const DicomPixels &pixels, const guint8 *frame, guint8 *out)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;
  Palette palettes[3];
  int shift;

  if (!read_palettes (file, pixels, palettes, &shift))
    return "The table of its colours is damaged.";
  for (gsize i = 0; i < n; i++)
    {
      gint64 value;

      if (pixels.bits == 8)
        value = pixels.is_signed ? (gint8) frame[i] : frame[i];
      else if (pixels.bits == 16)
        value = pixels.is_signed ? ((const gint16 *) frame)[i] : ((const guint16 *) frame)[i];
      else
        value = ((const guint32 *) frame)[i];
      for (gsize s = 0; s < 3; s++)
        out[i * 3 + s] = palette_entry (palettes[s], value, shift);
    }
  return NULL;
}
