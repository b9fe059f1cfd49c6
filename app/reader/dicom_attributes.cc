/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `attributes` verb: the whole dataset as a tree. */
#include "dicom_file.hh"

#include "reader_protocol.h"

#include <string.h>

static const Uint32 value_max = 64 * 1024;

static GVariant *attributes_of (DcmItem *item, const ReaderCharset &inherited, int depth);

/* Text of one value only: a backslash in it is a backslash. */
static bool
is_single_text (DcmEVR vr)
{
  return vr == EVR_LT || vr == EVR_ST || vr == EVR_UT || vr == EVR_UR;
}

static GVariant *
text_value (DcmElement *element, const ReaderCharset &charset)
{
  GVariantBuilder builder;
  char *bytes = NULL;
  Uint32 length = 0;
  const bool single = is_single_text (element->ident ());

  if (OFstatic_cast (DcmByteString *, element)->getString (bytes, length).bad () || bytes == NULL)
    length = 0;
  g_autofree char *utf8 = reader_text_to_utf8 (bytes, length, &charset,
                                               single ? READER_TEXT_LINES | READER_TEXT_SINGLE
                                               : element->ident () == EVR_PN ? READER_TEXT_NAME
                                                                             : 0);
  if (*utf8 == '\0')
    return g_variant_new_strv (NULL, 0);
  if (single)
    {
      const char *one[] = { utf8 };

      return g_variant_new_strv (one, 1);
    }
  g_auto (GStrv) parts = g_strsplit (utf8, "\\", -1);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (char **part = parts; *part != NULL; part++)
    g_variant_builder_add (&builder, "s", g_strstrip (*part));
  return g_variant_builder_end (&builder);
}

static GVariant *
sequence_value (DcmSequenceOfItems *sequence, const ReaderCharset &charset, int depth)
{
  GVariantBuilder items;

  g_variant_builder_init (&items, G_VARIANT_TYPE ("aa(qqsv)"));
  for (DcmObject *object = sequence->nextInContainer (NULL);
       object != NULL && depth < SCAN_ATTRIBUTES_DEPTH; object = sequence->nextInContainer (object))
    if (object->ident () == EVR_item)
      g_variant_builder_add_value (
          &items, attributes_of (OFstatic_cast (DcmItem *, object), charset, depth + 1));
  return g_variant_builder_end (&items);
}

/* Whole numbers of any width; FALSE if the value cannot be had. */
static bool
integers (DcmElement *element, std::vector<gint64> &out)
{
  const unsigned long n = element->getVM ();

  for (unsigned long i = 0; i < n; i++)
    {
      Uint16 u16;
      Sint16 s16;
      Uint32 u32;
      Sint32 s32;
      Uint64 u64;
      Sint64 s64;
      DcmTagKey tag;
      bool good = false;

      switch (element->ident ())
        {
        case EVR_US:
          if ((good = element->getUint16 (u16, i).good ()))
            out.push_back (u16);
          break;
        case EVR_SS:
          if ((good = element->getSint16 (s16, i).good ()))
            out.push_back (s16);
          break;
        case EVR_UL:
          if ((good = element->getUint32 (u32, i).good ()))
            out.push_back (u32);
          break;
        case EVR_SL:
          if ((good = element->getSint32 (s32, i).good ()))
            out.push_back (s32);
          break;
        case EVR_UV:
          if ((good = element->getUint64 (u64, i).good ()))
            out.push_back ((gint64) u64);
          break;
        case EVR_SV:
          if ((good = element->getSint64 (s64, i).good ()))
            out.push_back (s64);
          break;
        case EVR_AT:
          if ((good = OFstatic_cast (DcmAttributeTag *, element)->getTagVal (tag, i).good ()))
            out.push_back ((gint64) tag.getGroup () << 16 | tag.getElement ());
          break;
        default:
          break;
        }
      if (!good)
        return false;
    }
  return true;
}

static GVariant *
element_value (DcmElement *element, const ReaderCharset &charset, int depth)
{
  const Uint32 length = element->getLengthField ();
  std::vector<gint64> whole;
  std::vector<double> real;

  switch (element->ident ())
    {
    case EVR_SQ:
      return sequence_value (OFstatic_cast (DcmSequenceOfItems *, element), charset, depth);
    case EVR_FL:
    case EVR_FD:
      if (length > value_max)
        break;
      for (unsigned long i = 0; i < element->getVM (); i++)
        {
          Float32 f32;
          Float64 f64;

          if (element->ident () == EVR_FL && element->getFloat32 (f32, i).good ())
            real.push_back (f32);
          else if (element->ident () == EVR_FD && element->getFloat64 (f64, i).good ())
            real.push_back (f64);
        }
      return g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, real.data (), real.size (),
                                        sizeof (double));
    case EVR_US:
    case EVR_SS:
    case EVR_UL:
    case EVR_SL:
    case EVR_UV:
    case EVR_SV:
    case EVR_AT:
      if (length <= value_max && integers (element, whole))
        return g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, whole.data (), whole.size (),
                                          sizeof (gint64));
      break;
    default:
      if (length <= value_max && element->isaString ())
        return text_value (element, charset);
      break;
    }
  return g_variant_new_uint64 (
      length == DCM_UndefinedLength
          ? element->calcElementLength (EXS_LittleEndianExplicit, EET_ExplicitLength)
          : length);
}

static GVariant *
attributes_of (DcmItem *item, const ReaderCharset &inherited, int depth)
{
  const ReaderCharset charset = dicom_charset (item, inherited);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE));
  for (DcmObject *object = item->nextInContainer (NULL); object != NULL;
       object = item->nextInContainer (object))
    {
      const DcmTagKey tag = object->getTag ();
      DcmElement *element = dynamic_cast<DcmElement *> (object);

      if (element == NULL)
        continue;
      const char *vr = DcmVR (element->getVR ()).getValidVRName ();
      g_variant_builder_add (&builder, "(qqsv)", tag.getGroup (), tag.getElement (), vr,
                             element_value (element, charset, depth));
    }
  return g_variant_builder_end (&builder);
}

gboolean
reader_verb_attributes (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] () -> gboolean {
    DicomFile file;

    if (!dicom_open (call->source, file, answer))
      return FALSE;
    g_autoptr (GVariant) tree =
        g_variant_ref_sink (attributes_of (file.dataset (), ReaderCharset (), 1));
    guint8 *out = reader_answer_bulk (answer, g_variant_get_size (tree));
    if (out == NULL)
      return FALSE;
    g_variant_store (tree, out);
    return TRUE;
  });
}
