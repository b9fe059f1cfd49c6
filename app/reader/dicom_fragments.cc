/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_fragments.hh"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <string.h>

static void
collect_items (const DicomPixels &pixels, std::vector<DcmPixelItem *> &items)
{
  DcmPixelSequence *sequence = NULL;
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;

  if (pixels.element->ident () != EVR_PixelData)
    return;
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  data->getOriginalRepresentationKey (syntax, parameter);
  if (data->getEncapsulatedRepresentation (syntax, parameter, sequence).bad () || sequence == NULL)
    return;
  for (DcmObject *object = sequence->nextInContainer (NULL); object != NULL;
       object = sequence->nextInContainer (object))
    items.push_back (OFstatic_cast (DcmPixelItem *, object));
}

static bool
read_item (DicomFile &file, DcmPixelItem *item, Uint32 from, Uint32 n, guint8 *out)
{
  return n == 0 || item->getPartialValue (out, from, n, &file.cache).good ();
}

/* As many of the first n bytes of an item as the file still holds. */
static gsize
read_part (DicomFile &file, DcmPixelItem *item, Uint32 n, guint8 *out)
{
  Uint32 good = 0, bad = n;

  if (read_item (file, item, 0, bad, out))
    return bad;
  if (!file.cut_off)
    return 0;
  while (bad - good > 1)
    {
      const Uint32 middle = good + (bad - good) / 2;

      if (read_item (file, item, 0, middle, out))
        good = middle;
      else
        bad = middle;
    }
  return good > 0 && read_item (file, item, 0, good, out) ? good : 0;
}

/* The first items of frames that begin at these offsets, which count from the end of the offset
 * table. All of them must be the beginnings of items, in order. */
static bool
items_at (const std::vector<DcmPixelItem *> &items, const std::vector<guint64> &offsets,
          std::vector<Uint32> &ret_firsts)
{
  std::vector<Uint32> firsts;
  guint64 at = 0;

  for (Uint32 i = 1; i < items.size () && firsts.size () < offsets.size (); i++)
    {
      if (at == offsets[firsts.size ()])
        firsts.push_back (i);
      at += 8 + (guint64) items[i]->getLength ();
    }
  if (firsts.size () != offsets.size ())
    return false;
  ret_firsts = firsts;
  return true;
}

static guint64
get_number (const guint8 *p, guint width)
{
  guint64 number = 0;

  for (guint i = width; i > 0; i--)
    number = number << 8 | p[i - 1];
  return number;
}

/* A table of at least `frames` offsets, width bytes each. */
static std::vector<guint64>
offsets_of (const std::vector<guint8> &table, guint width, guint32 frames)
{
  std::vector<guint64> offsets;

  for (guint32 i = 0; i < frames; i++)
    offsets.push_back (get_number (table.data () + (gsize) i * width, width));
  return offsets;
}

static bool
by_tables (DicomFile &file, const DicomPixels &pixels, const std::vector<DcmPixelItem *> &items,
           std::vector<Uint32> &ret_firsts)
{
  const gsize frames = pixels.frames;
  std::vector<guint8> table (items[0]->getLength ());
  DcmElement *extended = NULL;

  if (table.size () / 4 >= frames &&
      read_item (file, items[0], 0, (Uint32) table.size (), table.data ()) &&
      items_at (items, offsets_of (table, 4, pixels.frames), ret_firsts))
    return true;
  if (file.dataset ()->findAndGetElement (DCM_ExtendedOffsetTable, extended).bad () ||
      extended->getLength () / 8 < frames)
    return false;
  table.resize (extended->getLength ());
  return extended->getPartialValue (table.data (), 0, (Uint32) table.size (), &file.cache)
             .good () &&
         items_at (items, offsets_of (table, 8, pixels.frames), ret_firsts);
}

bool
dicom_fragments_begins (const DicomPixels &pixels, const guint8 *head, Uint32 n)
{
  static const guint8 jp2[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ' };
  static const guint8 jxl[] = { 0, 0, 0, 12, 'J', 'X', 'L', ' ' };

  if (n < 8)
    return false;
  switch (pixels.codec)
    {
    case DICOM_CODEC_RLE:
      /* So many segments, the first one right behind the header (PS3.5 G.5). */
      return get_number (head, 4) == pixels.samples * ((pixels.bits_allocated + 7) / 8) &&
             get_number (head + 4, 4) == 64;
    case DICOM_CODEC_DCMTK:
      return head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff;
    case DICOM_CODEC_J2K:
      return memcmp (head, "\xff\x4f\xff\x51", 4) == 0 || memcmp (head, jp2, sizeof jp2) == 0;
    case DICOM_CODEC_JXL:
      return memcmp (head, "\xff\x0a", 2) == 0 || memcmp (head, jxl, sizeof jxl) == 0;
    default:
      return false;
    }
}

static void
by_beginnings (DicomFile &file, const DicomPixels &pixels, const std::vector<DcmPixelItem *> &items,
               std::vector<Uint32> &firsts)
{
  for (Uint32 i = 1; i < items.size () && firsts.size () < pixels.frames; i++)
    {
      guint8 head[8] = { 0 };
      const Uint32 n = MIN (items[i]->getLength (), (Uint32) sizeof head);

      if (read_item (file, items[i], 0, n, head) && dicom_fragments_begins (pixels, head, n))
        firsts.push_back (i);
    }
}

static const DicomFragmentIndex &
index_of (DicomFile &file, const DicomPixels &pixels)
{
  DicomFragmentIndex &index = file.fragments;

  if (index.element == pixels.element)
    return index;
  index.element = pixels.element;
  index.items.clear ();
  index.firsts.clear ();
  collect_items (pixels, index.items);
  const gsize n = index.items.size ();
  if (n < 2)
    return index;
  if (pixels.frames == 1)
    index.firsts.push_back (1);
  else if (n - 1 == pixels.frames)
    for (Uint32 i = 1; i < n; i++)
      index.firsts.push_back (i);
  else if (!by_tables (file, pixels, index.items, index.firsts))
    {
      by_beginnings (file, pixels, index.items, index.firsts);
      /* Fewer items than frames: then one each, as far as they go. */
      if (index.firsts.empty () && n - 1 < pixels.frames)
        for (Uint32 i = 1; i < n; i++)
          index.firsts.push_back (i);
    }
  return index;
}

bool
dicom_fragments_find (DicomFile &file, const DicomPixels &pixels, guint32 frame, Uint32 &ret_first,
                      Uint32 &ret_end)
{
  const DicomFragmentIndex &index = index_of (file, pixels);

  if (frame >= index.firsts.size ())
    return false;
  ret_first = index.firsts[frame];
  ret_end =
      frame + 1 < index.firsts.size () ? index.firsts[frame + 1] : (Uint32) index.items.size ();
  return true;
}

bool
dicom_fragments_whole (DicomFile &file, const DicomPixels &pixels, guint32 frame)
{
  const DicomFragmentIndex &index = index_of (file, pixels);
  Uint32 first, end;
  guint8 last;

  if (!dicom_fragments_find (file, pixels, frame, first, end))
    return false;
  for (Uint32 i = first; i < end; i++)
    {
      const Uint32 n = index.items[i]->getLength ();

      if (n > 0 && !read_item (file, index.items[i], n - 1, 1, &last))
        return false;
    }
  return true;
}

bool
dicom_fragments_join (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint64 n_max,
                      std::vector<guint8> &ret_bytes)
{
  const DicomFragmentIndex &index = index_of (file, pixels);
  Uint32 first, end;
  guint64 n = 0;
  gsize at = 0;

  if (!dicom_fragments_find (file, pixels, frame, first, end))
    return false;
  /* No item is longer than the file that it stands in, whatever it says. */
  const auto length_of = [&] (Uint32 i) {
    return (Uint32) MIN ((guint64) index.items[i]->getLength (), file.source->size);
  };
  for (Uint32 i = first; i < end; i++)
    n += length_of (i);
  if (n == 0 || n > n_max)
    return false;
  ret_bytes.resize ((gsize) n);
  for (Uint32 i = first; i < end; i++)
    {
      const gsize got = read_part (file, index.items[i], length_of (i), ret_bytes.data () + at);

      at += got;
      if (got < index.items[i]->getLength ())
        break;
    }
  ret_bytes.resize (at);
  return at > 0;
}

Uint32
dicom_fragments_length (DicomFile &file, const DicomPixels &pixels, Uint32 item)
{
  const DicomFragmentIndex &index = index_of (file, pixels);

  return item < index.items.size () ? index.items[item]->getLength () : 0;
}

bool
dicom_fragments_peek (DicomFile &file, const DicomPixels &pixels, Uint32 item, guint8 *out,
                      Uint32 n)
{
  const DicomFragmentIndex &index = index_of (file, pixels);

  return item < index.items.size () && index.items[item]->getLength () >= n &&
         read_item (file, index.items[item], 0, n, out);
}

Uint32
dicom_fragments_count (DicomFile &file, const DicomPixels &pixels)
{
  return (Uint32) index_of (file, pixels).items.size ();
}
