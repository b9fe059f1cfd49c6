/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How DCMTK gets its bytes: through a producer of ours over a ReaderSource, so that nothing is
 * copied and long values are fetched when they are asked for. */
#include "dicom_file.hh"
#include "sniff.h"

#include "dcmtk/dcmdata/dcistrma.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <string.h>
#include <zlib.h>

/* Longer values stay in the source. */
static const Uint32 value_max = 4096;

/* The same in a file that is cut off: what is left of a picture can be read from the source alone,
 * since a value that was cut in two stands in memory that was never written to its end. UIDs are
 * not longer; the aliases are for them. */
static const Uint32 damaged_value_max = 64;

/* The parser recurses for each level of nesting and knows no limit. Its reads all come through the
 * producer, which measures how deep the stack has grown; this many bytes are well above what
 * DICOM_NESTING_MAX levels need and well below the 8 MiB of a main thread's stack. */
static const size_t parse_stack_max = 3 * 1024 * 1024;

/* More than any dataset has at its top. */
static const int elements_max = 10000;

static const gsize inflated_max = (gsize) 512 * 1024 * 1024;

/* Pictures do not shrink to a 200th; bombs do. Small files may, with their empty backgrounds. */
static const gsize suspicious_from = (gsize) 64 * 1024 * 1024;
static const gsize suspicious_ratio = 200;

/* How the parser is shown a source otherwise than it is. */
struct Alias
{
  /* A transfer syntax that DCMTK has never heard of goes under the name of one that it knows to be
   * encapsulated. */
  guint64 at;
  std::string bytes; /* as many as it stands for; empty: none */
  /* What is in nobody's place is left out. */
  guint64 hidden_from, hidden_end; /* the same: nothing */
};

class SourceProducer : public DcmProducer
{
public:
  SourceProducer (ReaderSource *source, guint64 at)
      : source_ (source), at_ (at), status_ (EC_Normal), stack_base_ (NULL), too_deep_ (false),
        alias_ (NULL)
  {
  }

  void
  show_instead (const Alias *alias)
  {
    alias_ = alias;
  }

  void
  guard_stack (const char *base)
  {
    stack_base_ = base;
  }

  bool
  too_deep () const
  {
    return too_deep_;
  }

  guint64
  position () const
  {
    return at_;
  }

  ReaderSource *
  source () const
  {
    return source_;
  }

  OFBool
  good () const override
  {
    return status_.good ();
  }

  OFCondition
  status () const override
  {
    return status_;
  }

  OFBool
  eos () override
  {
    return at_ >= source_->size;
  }

  offile_off_t
  avail () override
  {
    if (at_ >= source_->size)
      return 0;
    return (offile_off_t) (source_->size - at_ - (at_ < hidden_from () ? hidden_size () : 0));
  }

  offile_off_t
  read (void *buf, offile_off_t n) override
  {
    const char here = 0;

    if (stack_base_ != NULL && (size_t) (stack_base_ - &here) > parse_stack_max)
      {
        too_deep_ = true;
        status_ = EC_InvalidStream;
      }
    if (status_.bad () || n <= 0)
      return 0;
    n = MIN (n, avail ());
    if (at_ < hidden_from () && (guint64) n > hidden_from () - at_)
      {
        /* Values do not lie across what is hidden, but buffers may. */
        const offile_off_t before = read (buf, (offile_off_t) (hidden_from () - at_));

        return before + read ((char *) buf + before, n - before);
      }
    gint64 got = reader_source_read (source_, at_, buf, (gsize) n);
    if (got < 0)
      {
        status_ = EC_InvalidStream;
        return 0;
      }
    if (alias_ != NULL)
      for (gsize i = 0; i < alias_->bytes.size (); i++)
        if (alias_->at + i >= at_ && alias_->at + i - at_ < (guint64) got)
          ((char *) buf)[alias_->at + i - at_] = alias_->bytes[i];
    move_on ((guint64) got);
    return (offile_off_t) got;
  }

  offile_off_t
  skip (offile_off_t n) override
  {
    if (n <= 0)
      return 0;
    n = MIN (n, avail ());
    move_on ((guint64) n);
    return n;
  }

  void
  putback (offile_off_t n) override
  {
    if (n < 0 || (guint64) n > at_)
      status_ = EC_PutbackFailed;
    else if (at_ >= hidden_end () && at_ - (guint64) n < hidden_end ())
      at_ -= MIN ((guint64) n + hidden_size (), at_);
    else
      at_ -= (guint64) n;
  }

private:
  guint64
  hidden_size () const
  {
    return alias_ != NULL ? alias_->hidden_end - alias_->hidden_from : 0;
  }

  guint64
  hidden_from () const
  {
    return hidden_size () > 0 ? alias_->hidden_from : G_MAXUINT64;
  }

  guint64
  hidden_end () const
  {
    return hidden_size () > 0 ? alias_->hidden_end : G_MAXUINT64;
  }

  void
  move_on (guint64 n)
  {
    const bool over = at_ < hidden_from () && at_ + n >= hidden_from ();

    at_ += n + (over ? hidden_size () : 0);
  }

  ReaderSource *source_;
  guint64 at_;
  OFCondition status_;
  const char *stack_base_; /* NULL: not watched */
  bool too_deep_;
  const Alias *alias_; /* not owned, NULL: none */
};

class SourceStream : public DcmInputStream
{
public:
  SourceStream (ReaderSource *source, guint64 at)
      : DcmInputStream (&producer), producer (source, at)
  {
  }

  DcmInputStreamFactory *newFactory () const override;

  SourceProducer producer;
};

class SourceFactory : public DcmInputStreamFactory
{
public:
  SourceFactory (ReaderSource *source, guint64 at) : source_ (source), at_ (at)
  {
  }

  DcmInputStream *
  create () const override
  {
    return new SourceStream (source_, at_);
  }

  DcmInputStreamFactory *
  clone () const override
  {
    return new SourceFactory (*this);
  }

  DcmInputStreamFactoryType
  ident () const override
  {
    return DFT_DcmInputFileStreamFactory;
  }

private:
  ReaderSource *source_;
  guint64 at_;
};

DcmInputStreamFactory *
SourceStream::newFactory () const
{
  if (currentProducer () != &producer)
    return NULL; /* behind a filter there is no way back */
  return new SourceFactory (producer.source (), producer.position ());
}

static guint32
get_u32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

/* Walks the file meta of a Part 10 file (PS3.10 7.1: explicit little endian, group 0002). Returns
 * where the dataset begins, 0 if there is no such header; *ret_uid is the transfer syntax, "" if
 * absent, and where its value stands. */
static guint64
read_meta (ReaderSource *source, std::string *ret_uid, Alias *ret_value)
{
  guint8 head[132];
  guint64 at = 132;

  if (reader_source_read (source, 0, head, sizeof head) != (gint64) sizeof head ||
      memcmp (head + 128, "DICM", 4) != 0)
    return 0;
  for (int i = 0; i < 64; i++)
    {
      guint8 p[12];
      gint64 got = reader_source_read (source, at, p, sizeof p);
      guint32 length, header = 8;

      if (got < 8 || p[0] != 2 || p[1] != 0)
        break;
      if (memcmp (p + 4, "OB", 2) == 0 || memcmp (p + 4, "UN", 2) == 0 ||
          memcmp (p + 4, "OW", 2) == 0)
        {
          if (got < 12)
            break;
          header = 12;
          length = get_u32 (p + 8);
        }
      else
        length = (guint32) p[6] | (guint32) p[7] << 8;
      if (p[2] == 0x10 && p[3] == 0 && length <= 64)
        {
          char uid[65] = "";

          if (reader_source_read (source, at + header, uid, length) != (gint64) length)
            break;
          ret_value->at = at + header;
          ret_value->bytes.assign (uid, length);
          for (guint32 end = length; end > 0 && (uid[end - 1] == '\0' || uid[end - 1] == ' ');)
            uid[--end] = '\0';
          *ret_uid = uid;
        }
      at += header + (guint64) length;
      if (at > source->size)
        break;
    }
  return at;
}

/* Makes of a deflated file (PS3.5 A.5) an explicit little endian one, in memory. */
static const char *
inflate_file (ReaderSource *source, guint64 dataset_at, DicomFile &file)
{
  static const char explicit_uid[] = "1.2.840.10008.1.2.1";
  std::vector<guint8> &out = file.inflated;
  std::vector<guint8> in (128 * 1024);
  guint64 at = dataset_at;
  z_stream z = {};
  int result = Z_OK;
  const char *error = NULL;

  /* A new meta: group length, transfer syntax. DCMTK needs no more. */
  out.assign (128, 0);
  const guint8 meta[] = { 'D', 'I', 'C', 'M', 2, 0, 0,    0, 'U', 'L', 4,  0,
                          28,  0,   0,   0,   2, 0, 0x10, 0, 'U', 'I', 20, 0 };
  out.insert (out.end (), meta, meta + sizeof meta);
  out.insert (out.end (), explicit_uid, explicit_uid + 20); /* with its NUL: even */

  if (inflateInit2 (&z, -MAX_WBITS) != Z_OK)
    throw std::bad_alloc ();
  while (result == Z_OK && error == NULL)
    {
      if (z.avail_in == 0)
        {
          gint64 got = reader_source_read (source, at, in.data (), in.size ());

          if (got <= 0)
            break;
          at += (guint64) got;
          z.next_in = in.data ();
          z.avail_in = (uInt) got;
        }
      gsize used = out.size ();
      gsize step = MAX ((gsize) 256 * 1024, used / 2);

      if (used >= inflated_max ||
          (used >= suspicious_from && used / suspicious_ratio > at - dataset_at))
        {
          error = "The file unpacks to far more than a scan can be.";
          break;
        }
      out.resize (used + MIN (step, inflated_max - used));
      z.next_out = out.data () + used;
      z.avail_out = (uInt) (out.size () - used);
      result = inflate (&z, Z_NO_FLUSH);
      out.resize (out.size () - z.avail_out);
      if (result == Z_BUF_ERROR && z.avail_in == 0)
        result = Z_OK;
    }
  inflateEnd (&z);
  if (error != NULL)
    return error;
  file.cut_off = result != Z_STREAM_END;
  file.inflated_source.size = out.size ();
  file.inflated_source.data = out.data ();
  return NULL;
}

/* Sequences inside an item; the item itself is level 0. */
static bool
nested_too_deep (DcmItem *item, int level)
{
  if (level > DICOM_NESTING_MAX)
    return true;
  for (DcmObject *object = item->nextInContainer (NULL); object != NULL;
       object = item->nextInContainer (object))
    {
      if (object->ident () != EVR_SQ)
        continue;
      DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, object);
      for (DcmObject *child = sequence->nextInContainer (NULL); child != NULL;
           child = sequence->nextInContainer (child))
        if (child->ident () == EVR_item &&
            nested_too_deep (OFstatic_cast (DcmItem *, child), level + 1))
          return true;
    }
  return false;
}

static void
drop_unread_fragment (DcmElement *element)
{
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, element);
  DcmPixelSequence *sequence = NULL;
  DcmPixelItem *last = NULL;
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;

  data->getOriginalRepresentationKey (syntax, parameter);
  if (data->getEncapsulatedRepresentation (syntax, parameter, sequence).bad () ||
      sequence == NULL || sequence->card () == 0 ||
      sequence->getItem (last, sequence->card () - 1).bad ())
    return;
  if (last->transferState () != ERW_ready && last->getLengthField () <= damaged_value_max &&
      sequence->remove (last).good ())
    delete last;
}

/* A value that the end of the file cut in two goes: a short one stands in memory that was never
 * written, and a long one would have memory taken for all that it promises. What is left of a
 * picture or a recording stays in the source. */
static void
drop_unread (DcmItem *item)
{
  DcmElement *last = item->card () > 0 ? item->getElement (item->card () - 1) : NULL;

  if (last == NULL)
    return;
  if ((last->getTag ().getGroup () == DCM_PixelData.getGroup () ||
       last->getTag () == DCM_WaveformData) &&
      last->getLengthField () > damaged_value_max)
    {
      if (last->ident () == EVR_PixelData)
        drop_unread_fragment (last);
      return;
    }
  if (last->ident () == EVR_SQ)
    {
      DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, last);

      if (sequence->card () > 0)
        drop_unread (sequence->getItem (sequence->card () - 1));
    }
  else if (last->transferState () != ERW_ready)
    delete item->remove (last);
}

static OFCondition
read_format (ReaderSource *source, guint64 from, DicomFile &file, const Alias *alias,
             const char *stack_base, bool *ret_too_deep, Uint32 longest = value_max)
{
  SourceStream stream (source, from);
  OFCondition condition;

  stream.producer.guard_stack (stack_base);
  stream.producer.show_instead (alias);
  file.format.clear ();
  file.format.transferInit ();
  condition = file.format.read (stream, EXS_Unknown, EGL_noChange, longest);
  if (condition.bad ())
    {
      drop_unread (file.format.getMetaInfo ());
      drop_unread (file.dataset ());
    }
  file.format.transferEnd ();
  *ret_too_deep = stream.producer.too_deep ();
  return condition;
}

/* Transfer syntaxes whose dataset is deflated (PS3.5 A.5, A.7, A.12). */
static bool
is_deflated (const std::string &uid)
{
  return uid == UID_DeflatedExplicitVRLittleEndianTransferSyntax ||
         uid == "1.2.840.10008.1.2.4.95" || uid == "1.2.840.10008.1.2.4.205";
}

/* Turns what stands in the file into what DCMTK is to see there; into nothing if it may see it. */
static void
make_alias (const std::string &uid, Alias &alias)
{
  static const char *const unheard[] = { "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1",
                                         "1.2.840.10008.1.2.4.11", "1.2.840.10008.1.2.4.20" };
  static const char known[] = "1.2.840.10008.1.2.4.90";
  bool wanted = false;

  if (DcmXfer (uid.c_str ()).getXfer () == EXS_Unknown)
    for (const char *prefix : unheard)
      wanted = wanted || uid.compare (0, strlen (prefix), prefix) == 0;
  if (!wanted || alias.bytes.size () < sizeof known - 1)
    alias.bytes.clear ();
  else
    alias.bytes.replace (0, alias.bytes.size (),
                         known + std::string (alias.bytes.size () - (sizeof known - 1), '\0'));
}

/* The file meta says again what the file says. */
static void
undo_alias (DicomFile &file, const std::string &uid, const Alias &alias)
{
  if (!alias.bytes.empty ())
    file.format.getMetaInfo ()->putAndInsertString (DCM_TransferSyntaxUID, uid.c_str ());
}

/* Looks for an item at the top of an explicit little endian dataset, left over where somebody took
 * its sequence's own header away. TRUE if there is one that can be left out. */
static bool
find_stray_item (ReaderSource *source, guint64 at, Alias &alias)
{
  guint8 p[12];

  for (int i = 0;
       i < elements_max && reader_source_read (source, at, p, sizeof p) == (gint64) sizeof p; i++)
    {
      const bool is_item = memcmp (p, "\xfe\xff\x00\xe0", 4) == 0;
      const bool is_long = strstr ("OB OD OF OL OV OW SQ SV UC UN UR UT UV",
                                   std::string ((const char *) p + 4, 2).c_str ()) != NULL;
      const guint64 header = is_item || !is_long ? 8 : 12;
      const guint32 length = is_item   ? get_u32 (p + 4)
                             : is_long ? get_u32 (p + 8)
                                       : (guint32) p[6] | (guint32) p[7] << 8;

      if (length == 0xffffffff || header + length > source->size - at ||
          (!is_item && (!g_ascii_isupper (p[4]) || !g_ascii_isupper (p[5]))))
        return false;
      if (is_item)
        {
          alias.hidden_from = at;
          alias.hidden_end = at + header + length;
          return true;
        }
      at += header + length;
    }
  return false;
}

static gboolean
parse (ReaderSource *source, DicomFile &file, ReaderAnswer *answer)
{
  const char here = 0;
  const char *type;
  std::string uid;

  if (reader_sniff (source, &type) != SNIFF_DICOM)
    return reader_answer_fail (answer, "unreadable", "This is no DICOM file.");
  Alias alias = {};
  guint64 dataset_at = read_meta (source, &uid, &alias);
  Alias inflated_value = {};
  std::string inflated_uid;

  file.cut_off = false;
  if (is_deflated (uid))
    {
      const char *error = inflate_file (source, dataset_at, file);

      if (error != NULL)
        return reader_answer_fail (answer, "unreadable", error);
      source = &file.inflated_source;
      alias.bytes.clear ();
      dataset_at = read_meta (source, &inflated_uid, &inflated_value);
    }
  file.source = source;
  make_alias (uid, alias);

  bool too_deep = false;
  guint64 from = reader_sniff_displaced (source);
  bool displaced = from > 0;
  OFCondition condition = read_format (source, from, file, &alias, &here, &too_deep);
  if (condition.bad () && !too_deep)
    {
      /* Some announce explicit VRs and write none. */
      dcmAcceptUnexpectedImplicitEncoding.set (OFTrue);
      OFCondition second = read_format (source, from, file, &alias, &here, &too_deep);
      dcmAcceptUnexpectedImplicitEncoding.set (OFFalse);
      if (second.good ())
        condition = second;
      else
        read_format (source, from, file, &alias, &here, &too_deep);
    }

  if (condition.bad () && !too_deep && find_stray_item (source, dataset_at, alias))
    condition = read_format (source, from, file, &alias, &here, &too_deep);

  if (condition.bad () && !too_deep && file.dataset ()->card () == 0)
    {
      /* The meta says nothing that could be understood; the dataset may. */
      from = reader_sniff_dataset (source);
      displaced = from > 0;
      if (displaced)
        condition = read_format (source, from, file, &alias, &here, &too_deep);
    }

  DcmDataset *dataset = file.dataset ();
  file.cut_off = file.cut_off || displaced;
  if (too_deep)
    return reader_answer_fail (answer, "unreadable",
                               "The file is damaged: its parts are nested too deeply.");
  if (condition.bad ())
    {
      /* Whatever came before the damage is worth having. */
      if (dataset->card () > 0)
        read_format (source, from, file, &alias, &here, &too_deep, damaged_value_max);
      dataset = file.dataset ();
      if (dataset->card () == 0)
        return reader_answer_fail (answer, "unreadable", "The file is damaged.");
      file.cut_off = true;
    }
  if (nested_too_deep (dataset, 0))
    return reader_answer_fail (answer, "unreadable",
                               "The file is damaged: its parts are nested too deeply.");

  if (uid.empty ())
    {
      const char *guess = DcmXfer (dataset->getOriginalXfer ()).getXferID ();
      uid = guess != NULL ? guess : "";
    }
  undo_alias (file, uid, alias);
  file.transfer_syntax = uid;
  file.charset = dicom_charset (dataset, ReaderCharset ());
  dicom_charset_learn (dataset, file.charset);
  return TRUE;
}

bool
dicom_open (ReaderSource *source, DicomFile &file, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return parse (source, file, answer); });
}
