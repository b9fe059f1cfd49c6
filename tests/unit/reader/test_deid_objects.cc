/* SPDX-License-Identifier: GPL-3.0-or-later */
/* De-identification of objects that DCMTK builds: every attribute of the table in its own VR, and
 * JPEG streams with more in them than a picture. */
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcdicent.h"
#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmjpeg/djencode.h"
#include "dcmtk/dcmjpeg/djrplol.h"
#include "dcmtk/dcmjpeg/djrploss.h"

#include <cstring>
#include <string>
#include <vector>

#include <glib.h> /* brings C++ headers, which may not stand inside the next block */

extern "C"
{
#include "check_kinds.h"
#include "deid_fixture.h"
}
#include "deid_rules.h"

static const guint side = 16;

static std::string
gradient ()
{
  std::string pixels (side * side, '\0');

  for (guint i = 0; i < pixels.size (); i++)
    pixels[i] = (char) (i * 7 % 251);
  return pixels;
}

static void
put (DcmItem *item, const DcmTagKey &key, const char *value)
{
  g_assert_true (item->putAndInsertString (DcmTag (key), value).good ());
}

/* A CT of 8 bits. */
static void
fill (DcmDataset *dataset)
{
  put (dataset, DCM_SOPClassUID, UID_CTImageStorage);
  put (dataset, DCM_SOPInstanceUID, "1.2.826.0.1.3680043.99.8.1");
  put (dataset, DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
  put (dataset, DCM_Modality, "CT");
  put (dataset, DCM_PatientName, "Crimsonberry^Philomena");
  put (dataset, DCM_PatientID, "CB-447190");
  put (dataset, DCM_PhotometricInterpretation, "MONOCHROME2");
  dataset->putAndInsertUint16 (DCM_SamplesPerPixel, 1);
  dataset->putAndInsertUint16 (DCM_Rows, side);
  dataset->putAndInsertUint16 (DCM_Columns, side);
  dataset->putAndInsertUint16 (DCM_BitsAllocated, 8);
  dataset->putAndInsertUint16 (DCM_BitsStored, 8);
  dataset->putAndInsertUint16 (DCM_HighBit, 7);
  dataset->putAndInsertUint16 (DCM_PixelRepresentation, 0);
  const std::string pixels = gradient ();
  dataset->putAndInsertUint8Array (DCM_PixelData, (const Uint8 *) pixels.data (), pixels.size ());
}

static GByteArray *
write (DcmFileFormat &format, E_TransferSyntax syntax)
{
  std::vector<guint8> chunk (1 << 22);
  DcmOutputBufferStream stream (chunk.data (), (offile_off_t) chunk.size ());
  void *bytes = NULL;
  offile_off_t n = 0;

  format.transferInit ();
  g_assert_true (
      format.write (stream, syntax, EET_ExplicitLength, NULL, EGL_withoutGL, EPD_noChange).good ());
  format.transferEnd ();
  stream.flushBuffer (bytes, n);
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) bytes, (guint) n);
}

/* Markers: a value of the VR that no copy may hold. */
static const char text_marker[] = "MRKPLANTED", date_marker[] = "19370611",
                  number_marker[] = "31415926";
static const char uid_marker[] = "1.2.777.31415926.5";

static void
plant (DcmItem *item, const DcmTagKey &key)
{
  const DcmTag tag (key);
  DcmElement *element = NULL;

  if (DcmItem::newDicomElement (element, tag).bad () || element == NULL)
    return;
  switch (element->ident ())
    {
    case EVR_DA:
    case EVR_DT:
      element->putString (date_marker);
      break;
    case EVR_TM:
      element->putString ("045937.31415926");
      break;
    case EVR_IS:
    case EVR_DS:
    case EVR_AS:
      element->putString (number_marker);
      break;
    case EVR_UI:
      element->putString (uid_marker);
      break;
    case EVR_US:
      element->putUint16Array ((const Uint16 *) "MRKPLANTED  ", 5);
      break;
    case EVR_FD:
      element->putFloat64 (3.1415926e77);
      break;
    case EVR_OB:
    case EVR_UN:
      element->putUint8Array ((const Uint8 *) text_marker, strlen (text_marker));
      break;
    case EVR_OW:
      element->putUint16Array ((const Uint16 *) "MRKPLANTED  ", 5);
      break;
    case EVR_SQ:
      {
        DcmItem *inner = new DcmItem ();

        put (inner, DCM_PatientName, text_marker);
        put (inner, DCM_StudyDescription, text_marker);
        put (inner, DCM_CodeMeaning, text_marker);
        OFstatic_cast (DcmSequenceOfItems *, element)->append (inner);
        break;
      }
    default:
      element->putString (text_marker);
      break;
    }
  if (item->insert (element, OFFalse).bad ())
    delete element;
}

static guint
plant_all (DcmItem *item)
{
  guint planted = 0;

  for (guint32 tag = 0x00080000; tag < 0x50000000; tag++)
    {
      if ((tag & 0xFFFF) == 0 && (tag >> 16) > 0x0100 && (tag >> 16) % 2 != 0)
        tag += 0xFFFF;
      else if (reader_deid_row ((guint16) (tag >> 16), (guint16) tag) != NULL)
        {
          plant (item, DcmTagKey ((Uint16) (tag >> 16), (Uint16) tag));
          planted++;
        }
    }
  return planted;
}

static void
assert_no_marker (GBytes *copy)
{
  static const char *const markers[] = { text_marker, date_marker, number_marker, uid_marker,
                                         "MRKPLA",    "045937",    "Crimsonberry" };

  for (const char *marker : markers)
    {
      if (fixture_contains (copy, marker))
        g_error ("%s is still there", marker);
    }
}

/* The VR that DCMTK's dictionary gives an attribute as a file names it; "" if it knows none. */
static std::string
vr_in_dictionary (const DcmTagKey &key)
{
  const DcmDataDictionary &dictionary = dcmDataDict.rdlock ();
  const DcmDictEntry *entry = dictionary.findEntry (key, NULL);
  DcmEVR vr = entry != NULL ? entry->getEVR () : EVR_UNKNOWN;

  dcmDataDict.rdunlock ();
  if (entry == NULL)
    return "";
  if (vr == EVR_up)
    vr = EVR_UL;
  else if (vr == EVR_xs)
    vr = EVR_US;
  else if (vr == EVR_lt || vr == EVR_ox || vr == EVR_px)
    vr = EVR_OW;
  return DcmVR (vr).getVRName ();
}

/* What the one keeps, the other knows: else a copy is made only to be refused. Over the whole
 * dictionary, so that its retired and repeating attributes are among them. */
static void
test_check_knows_what_is_kept (void)
{
  static const guint16 groups[] = { 0x0008, 0x0010, 0x0018, 0x0020, 0x0028,
                                    0x0040, 0x0054, 0x2050, 0x5200 };
  static const char *const classes[] = {
    UID_ComputedRadiographyImageStorage,
    UID_DigitalMammographyXRayImageStorageForPresentation,
    UID_CTImageStorage,
    UID_EnhancedCTImageStorage,
    UID_EnhancedMRImageStorage,
    UID_NuclearMedicineImageStorage,
    UID_PositronEmissionTomographyImageStorage,
    UID_UltrasoundMultiframeImageStorage,
    UID_XRayAngiographicImageStorage,
    UID_SecondaryCaptureImageStorage,
    UID_MultiframeTrueColorSecondaryCaptureImageStorage,
  };
  guint kept = 0;

  g_assert_null (reader_dicom_preload ());
  for (guint16 group : groups)
    for (guint32 number = 1; number <= 0xFFFF; number++)
      {
        const guint16 element = (guint16) number;
        const std::string vr = vr_in_dictionary (DcmTagKey (group, element));
        const CheckElement seen = { .group = group, .element = element, .vr = { vr[0], vr[1], 0 } };

        for (const char *sop_class : classes)
          for (guint depth = 0; depth < 2 && !vr.empty (); depth++)
            for (gboolean strict = FALSE; strict <= TRUE; strict++)
              {
                const ReaderDeidScope scope = { reader_deid_kind (sop_class), strict };

                if (reader_deid_action (&scope, group, element, vr.c_str (), depth) ==
                    READER_DEID_DROP)
                  continue;
                kept++;
                if (!check_may_stand (check_kind (sop_class), strict, group, element, depth) ||
                    !check_vr_fits (&seen))
                  g_error ("(%04x,%04x) %s is kept in %s at depth %u, and refused", group, element,
                           vr.c_str (), sop_class, depth);
              }
      }
  g_assert_cmpuint (kept, >, 10000);
}

static void
test_every_row_at_the_root (void)
{
  DcmFileFormat format;

  g_assert_null (reader_dicom_preload ());
  fill (format.getDataset ());
  g_assert_cmpuint (plant_all (format.getDataset ()), >, 900);
  g_autoptr (GByteArray) file = write (format, EXS_LittleEndianExplicit);
  g_auto (Outcome) outcome = fixture_deidentify (file, NULL);
  /* Some rows are themselves a reason to look first. */
  if (!outcome.done)
    {
      g_autoptr (GVariant) reviewed =
          g_variant_ref_sink (g_variant_new_parsed ("{'reviewed': <true>}"));

      g_assert_cmpstr (outcome.code, ==, "needs-review");
      outcome = fixture_deidentify (file, reviewed);
    }
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  assert_no_marker (outcome.copy);
}

static void
test_every_row_in_an_item (void)
{
  DcmFileFormat format;
  DcmItem *item = NULL;

  g_assert_null (reader_dicom_preload ());
  fill (format.getDataset ());
  put (format.getDataset (), DCM_SOPClassUID, UID_EnhancedCTImageStorage);
  g_assert_true (format.getDataset ()
                     ->findOrCreateSequenceItem (DCM_SharedFunctionalGroupsSequence, item, -2)
                     .good ());
  plant_all (item);
  put (item, DCM_SliceThickness, "2.5");
  g_autoptr (GByteArray) file = write (format, EXS_LittleEndianExplicit);
  g_auto (Outcome) outcome = fixture_deidentify (file, NULL);
  g_assert_true (outcome.done);
  assert_no_marker (outcome.copy);
  g_assert_true (fixture_contains (outcome.copy, "2.5"));
}

/* A comment behind the first marker of the stream, and bytes behind its end (ITU-T T.81 B.2.4.5).
 */
static void
hide_in_stream (DcmDataset *dataset)
{
  static const guint8 comment[] = { 0xFF, 0xFE, 0x00, 0x0E, 'M', 'R', 'K', 'C',
                                    'O',  'M',  'M',  'E',  'N', 'T', '!', '!' };
  static const char behind[] = "MRKBEHINDEND";
  DcmElement *element = NULL;
  DcmPixelSequence *sequence = NULL;
  DcmPixelItem *fragment = NULL;
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;
  Uint8 *bytes = NULL;

  g_assert_true (dataset->findAndGetElement (DCM_PixelData, element).good ());
  DcmPixelData *pixels = OFstatic_cast (DcmPixelData *, element);
  pixels->getCurrentRepresentationKey (syntax, parameter);
  g_assert_true (pixels->getEncapsulatedRepresentation (syntax, parameter, sequence).good ());
  g_assert_true (sequence->getItem (fragment, 1).good ());
  g_assert_true (fragment->getUint8Array (bytes).good ());
  std::vector<Uint8> more (bytes, bytes + 2);
  more.insert (more.end (), comment, comment + sizeof comment);
  more.insert (more.end (), bytes + 2, bytes + fragment->getLength ());
  more.insert (more.end (), behind, behind + strlen (behind));
  if (more.size () % 2 != 0)
    more.push_back (0);
  g_assert_true (fragment->putUint8Array (more.data (), more.size ()).good ());
}

static GByteArray *
jpeg_file (E_TransferSyntax syntax)
{
  DcmFileFormat format;
  DJ_RPLossy lossy (90);
  DJ_RPLossless lossless;
  const DcmRepresentationParameter *parameter = &lossless;

  g_assert_null (reader_dicom_preload ());
  DJEncoderRegistration::registerCodecs ();
  if (syntax == EXS_JPEGProcess1)
    parameter = &lossy;
  fill (format.getDataset ());
  g_assert_true (format.getDataset ()->chooseRepresentation (syntax, parameter).good ());
  hide_in_stream (format.getDataset ());
  put (format.getDataset (), DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
  GByteArray *file = write (format, syntax);
  DJEncoderRegistration::cleanup ();
  return file;
}

static void
test_jpeg_comment (void)
{
  g_autoptr (GByteArray) file = jpeg_file (EXS_JPEGProcess14SV1);
  g_auto (Outcome) outcome = { 0 };
  const std::string expected = gradient ();

  g_assert_nonnull (memmem (file->data, file->len, "MRKCOMMENT", 10));
  g_assert_nonnull (memmem (file->data, file->len, "MRKBEHINDEND", 12));
  outcome = fixture_deidentify (file, NULL);
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "MRK"));
  gsize n;
  const char *copy = (const char *) g_bytes_get_data (outcome.copy, &n);
  g_assert_cmpmem (copy + n - expected.size (), expected.size (), expected.data (),
                   expected.size ());
}

static void
test_lossy_stays_marked (void)
{
  g_autoptr (GByteArray) file = jpeg_file (EXS_JPEGProcess1);
  g_auto (Outcome) outcome = fixture_deidentify (file, NULL);

  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "MRK"));
  g_assert_true (fixture_contains (outcome.copy, "ISO_10918_1"));
}

/* Colour in which each sample of a place differs; smooth, so that little of it is lost. */
static std::string
colours (bool planes)
{
  std::string pixels (side * side * 3, '\0');

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      for (guint sample = 0; sample < 3; sample++)
        {
          const guint place = y * side + x;
          const guint index = planes ? sample * side * side + place : place * 3 + sample;

          pixels[index] = (char) (sample == 0 ? 40 + 4 * x : sample == 1 ? 200 - 5 * y : 90);
        }
  return pixels;
}

static void
make_coloured (DcmDataset *dataset, bool planes)
{
  const std::string pixels = colours (planes);

  fill (dataset);
  put (dataset, DCM_PhotometricInterpretation, "RGB");
  dataset->putAndInsertUint16 (DCM_SamplesPerPixel, 3);
  dataset->putAndInsertUint16 (DCM_PlanarConfiguration, planes ? 1 : 0);
  dataset->putAndInsertUint8Array (DCM_PixelData, (const Uint8 *) pixels.data (), pixels.size ());
}

static GVariant *
reviewed ()
{
  return g_variant_ref_sink (g_variant_new_parsed ("{'reviewed': <true>}"));
}

/* The check compares uncompressed pictures byte by byte. */
static void
test_planes_stay_planes (void)
{
  DcmFileFormat format;
  g_autoptr (GVariant) extra = reviewed ();

  g_assert_null (reader_dicom_preload ());
  make_coloured (format.getDataset (), true);
  g_autoptr (GByteArray) file = write (format, EXS_LittleEndianExplicit);
  g_auto (Outcome) outcome = fixture_deidentify (file, extra);
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  const std::string expected = colours (true);
  gsize n;
  const char *copy = (const char *) g_bytes_get_data (outcome.copy, &n);
  g_assert_cmpmem (copy + n - expected.size (), expected.size (), expected.data (),
                   expected.size ());
  g_assert_cmpint (fixture_verify (file, copy, n, extra), ==, 0);
}

/* A stream in YCbCr comes out as RGB, and says so. */
static void
test_jpeg_colours (void)
{
  DcmFileFormat format;
  DJ_RPLossy lossy (100);
  g_autoptr (GVariant) extra = reviewed ();

  g_assert_null (reader_dicom_preload ());
  DJEncoderRegistration::registerCodecs ();
  make_coloured (format.getDataset (), false);
  g_assert_true (format.getDataset ()->chooseRepresentation (EXS_JPEGProcess1, &lossy).good ());
  g_autoptr (GByteArray) file = write (format, EXS_JPEGProcess1);
  DJEncoderRegistration::cleanup ();
  g_assert_nonnull (memmem (file->data, file->len, "YBR_FULL", 8));

  g_auto (Outcome) outcome = fixture_deidentify (file, extra);
  g_assert_cmpstr (outcome.code, ==, NULL);
  g_assert_true (outcome.done);
  g_assert_false (fixture_contains (outcome.copy, "YBR_FULL"));
  const std::string expected = colours (false);
  gsize n;
  const guint8 *copy = (const guint8 *) g_bytes_get_data (outcome.copy, &n);
  for (gsize i = 0; i < expected.size (); i++)
    g_assert_cmpint (ABS ((gint) copy[n - expected.size () + i] - (gint) (guint8) expected[i]), <=,
                     12);
}

/* A colour or gray picture in a compressed form. model: what the samples are said to be. */
static GByteArray *
packed_file (E_TransferSyntax syntax, const char *model)
{
  DcmFileFormat format;
  DJ_RPLossy lossy (100);
  DJ_RPLossless lossless;

  g_assert_null (reader_dicom_preload ());
  DJEncoderRegistration::registerCodecs ();
  DcmRLEEncoderRegistration::registerCodecs ();
  if (g_str_equal (model, "MONOCHROME2"))
    fill (format.getDataset ());
  else
    make_coloured (format.getDataset (), false);
  put (format.getDataset (), DCM_PhotometricInterpretation, model);
  g_assert_true (format.getDataset ()
                     ->chooseRepresentation (syntax, syntax == EXS_JPEGProcess1
                                                         ? (DcmRepresentationParameter *) &lossy
                                                     : syntax == EXS_JPEGProcess14SV1
                                                         ? (DcmRepresentationParameter *) &lossless
                                                         : NULL)
                     .good ());
  /* Compression marks a picture as derived, and that needs a look. */
  put (format.getDataset (), DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
  GByteArray *file = write (format, syntax);
  DJEncoderRegistration::cleanup ();
  DcmRLEEncoderRegistration::cleanup ();
  return file;
}

/* What is too large for the arena is told before anything is decoded. */
static void
test_arena_for_packed_pictures ()
{
  DcmFileFormat format;
  const std::vector<Uint8> flat (1000 * 1000, 77);

  g_assert_null (reader_dicom_preload ());
  fill (format.getDataset ());
  format.getDataset ()->putAndInsertUint16 (DCM_Rows, 1000);
  format.getDataset ()->putAndInsertUint16 (DCM_Columns, 1000);
  format.getDataset ()->putAndInsertUint8Array (DCM_PixelData, flat.data (), flat.size ());
  DcmRLEEncoderRegistration::registerCodecs ();
  g_assert_true (format.getDataset ()->chooseRepresentation (EXS_RLELossless, NULL).good ());
  g_autoptr (GByteArray) file = write (format, EXS_RLELossless);
  DcmRLEEncoderRegistration::cleanup ();
  g_auto (Outcome) outcome = fixture_deidentify (file, NULL);
  guint64 need = 0;

  g_assert_false (outcome.done);
  g_assert_cmpstr (outcome.error, ==, "arena-too-small");
  g_assert_true (g_variant_lookup (outcome.result, "need", "t", &need));
  g_assert_cmpuint (need, >, flat.size ());
}

/* The check follows compressed sources sample by sample, and fails where it cannot. */
static void
test_compressed_sources_are_compared ()
{
  static const struct
  {
    E_TransferSyntax syntax;
    const char *model;
    bool by_itself; /* the check unpacks it */
  } cases[] = {
    { EXS_RLELossless, "MONOCHROME2", true },
    { EXS_RLELossless, "RGB", true },
    { EXS_RLELossless, "YBR_FULL", true },
    { EXS_JPEGProcess14SV1, "MONOCHROME2", false },
    { EXS_JPEGProcess14SV1, "RGB", false },
    { EXS_JPEGProcess1, "RGB", false }, /* the stream is YCbCr */
  };
  g_autoptr (GVariant) extra = g_variant_ref_sink (
      g_variant_new_parsed ("{'reviewed': <true>, 'text-hits': <1>, 'boxes': <[(-1, uint32 2, "
                            "uint32 3, uint32 5, uint32 4)]>}"));

  for (const auto &one : cases)
    {
      g_autoptr (GByteArray) file = packed_file (one.syntax, one.model);
      g_auto (Outcome) outcome = fixture_deidentify (file, extra);
      const gsize samples = g_str_equal (one.model, "MONOCHROME2") ? 1 : 3,
                  pixels = side * side * samples;
      gboolean needs = -1;
      gsize n;

      g_test_message ("%s in %s", one.model, DcmXfer (one.syntax).getXferID ());
      g_assert_cmpstr (outcome.code, ==, NULL);
      g_assert_true (outcome.done);
      g_assert_true (g_variant_lookup (outcome.result, "needs-samples", "b", &needs));
      g_assert_cmpint (needs, ==, !one.by_itself);
      const guint8 *bytes = (const guint8 *) g_bytes_get_data (outcome.copy, &n);
      g_assert_cmpint (fixture_verify (file, bytes, n, extra), ==, 0);
      if (one.by_itself)
        g_assert_cmpint (fixture_verify_with (file, bytes, n, NULL, NULL, extra), ==, 0);
      else
        {
          g_autoptr (GBytes) few = g_bytes_new (bytes, pixels - 1);

          g_assert_cmpint (fixture_verify_with (file, bytes, n, NULL, NULL, extra), ==, 1);
          g_assert_cmpint (fixture_verify_with (file, bytes, n, few, "", extra), ==, 1);
        }
      /* Outside the box, and inside it. */
      for (gsize place : { (gsize) (side * 12 + 12), (gsize) (side * 4 + 4) })
        {
          std::vector<guint8> wrong (bytes, bytes + n);

          wrong[n - pixels + place * samples] ^= 4;
          g_assert_cmpint (fixture_verify (file, wrong.data (), n, extra), ==, 1);
        }
    }
}

/* Numbers of the picture's form that contradict each other. */
static void
test_impossible_bits (void)
{
  static const Uint16 stored[] = { 0, 9, 16 };

  g_assert_null (reader_dicom_preload ());
  for (Uint16 bits : stored)
    {
      DcmFileFormat format;

      fill (format.getDataset ());
      format.getDataset ()->putAndInsertUint16 (DCM_BitsStored, bits);
      g_autoptr (GByteArray) file = write (format, EXS_LittleEndianExplicit);
      g_auto (Outcome) outcome = fixture_deidentify (file, NULL);
      g_assert_false (outcome.done);
      g_assert_cmpstr (outcome.code, ==, "pixels-not-decodable");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deid/check-knows-what-is-kept", test_check_knows_what_is_kept);
  g_test_add_func ("/deid/every-row-at-the-root", test_every_row_at_the_root);
  g_test_add_func ("/deid/every-row-in-an-item", test_every_row_in_an_item);
  g_test_add_func ("/deid/jpeg-comment", test_jpeg_comment);
  g_test_add_func ("/deid/lossy-stays-marked", test_lossy_stays_marked);
  g_test_add_func ("/deid/planes-stay-planes", test_planes_stay_planes);
  g_test_add_func ("/deid/jpeg-colours", test_jpeg_colours);
  g_test_add_func ("/deid/compressed-sources-are-compared", test_compressed_sources_are_compared);
  g_test_add_func ("/deid/arena-for-packed-pictures", test_arena_for_packed_pictures);
  g_test_add_func ("/deid/impossible-bits", test_impossible_bits);
  return g_test_run ();
}
