/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DICOM objects that are no pictures, as lines that people read (the verb `text`).
 *   report_verb.cc     the verbs `text` and `enclosed`
 *   report_lines.cc    lines on their way into the answer, and values in words
 *   report_tree.cc     structured reports and key object selections
 *   report_state.cc    presentation states (presentation.cc has them in a form to be applied)
 *   report_objects.cc  segmentations, radiotherapy, and all that is kept and named alone
 *   report_wave.cc     waveforms: in words, and as samples for report_strip.c, which draws them
 * C++ alone: no C file includes this. */
#pragma once

#include "dicom_frame.hh"
#include "report_strip.h"

class ReportLines
{
public:
  void add (guint level, const char *kind, const std::string &label, const std::string &text);
  /* A value if it is there; its label in front of the first of its lines. */
  void add_value (guint level, const char *kind, const char *label, DcmItem *item,
                  const DcmTagKey &key, const ReaderCharset &charset);
  /* The meaning of a code, if it is there. */
  void add_code (guint level, const char *label, DcmItem *item, const DcmTagKey &sequence,
                 const ReaderCharset &charset);
  /* Each of its lines one, the label in front of the first. */
  void add_lines (guint level, const std::string &label, const std::vector<std::string> &lines);
  bool
  full () const
  {
    return cut_;
  }
  bool
  empty () const
  {
    return count_ == 0;
  }
  gboolean finish (ReaderAnswer *answer);
  ReportLines ();
  ~ReportLines ();

private:
  GVariantBuilder builder_;
  gsize count_, bytes_;
  bool cut_;
};

/* Items of a sequence; 0 if it is not there. */
unsigned long report_items (DcmItem *item, const DcmTagKey &sequence);
/* Code Meaning of the first item, else its code (PS3.3 8.8). */
std::string report_code (DcmItem *item, const DcmTagKey &sequence, const ReaderCharset &charset,
                         unsigned long n = 0);
/* " mm": units as they are written behind a number, from a code sequence; "" for a mere number. */
std::string report_unit (DcmItem *item, const DcmTagKey &sequence, const ReaderCharset &charset);
/* A number as people write it: 12.5, not 12.500000. */
std::string report_number (double number);
/* The pictures that an object's Referenced SOP Sequence or the like names, as lines. */
void report_pictures (ReportLines &lines, guint level, const std::string &label, DcmItem *item,
                      const DcmTagKey &sequence);

/* Each fills lines from an open file. */
void report_tree (DicomFile &file, ReportLines &lines);
void report_state (DicomFile &file, ReportLines &lines);
void report_wave (DicomFile &file, ReportLines &lines);
/* Of what is left: what it is, what it holds, and why there is no picture of it. */
void report_object (DicomFile &file, ReportLines &lines);

/* Why an object of this class has no picture: a constant sentence; NULL if nothing is known of the
 * class. */
const char *report_reason (const std::string &sop_class);

/* How an object is read. */
enum ReportKind
{
  REPORT_OBJECT,
  REPORT_TREE,
  REPORT_STATE,
  REPORT_WAVE
};
ReportKind report_kind (DicomFile &file, const std::string &sop_class);

/* What `inspect` says of an object without a picture of its own: its form, and whether and why it
 * cannot be drawn. problem: why it holds no picture, a constant. Returns TRUE. */
gboolean report_describe (DicomFile &file, const std::string &sop_class, const char *problem,
                          GVariantDict *result);

/* The same of a document that is no DICOM, by its type. */
gboolean report_describe_document (const char *type, GVariantDict *result);

/* Waveforms as frames, each a strip of ten seconds. FALSE: the object holds none that can be drawn.
 * Reads headers alone. */
bool report_strips (DicomFile &file, guint32 &ret_frames, guint32 &ret_rows, guint32 &ret_columns);
/* As dicom_frame_decode. */
bool report_strip_decode (DicomFile &file, guint32 frame, const DicomBuffer &buffer,
                          ReaderAnswer *answer, GVariantDict *result);
