/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keeper and a reader process say to each other. Shared by both sides, so it includes GLib
 * alone.
 *
 * Transport: a SOCK_SEQPACKET pair, descriptor 3 in the reader, and one arena, descriptor 4: a
 * memfd that the keeper makes (sealed against growing and shrinking) and both map once. One request
 * at a time.
 *
 * A packet of at most SCAN_PACKET_MAX bytes:
 *     u64 header length (host order) | header, padded to 8 | raw bytes
 * The header is a GVariant of type SCAN_HEADER_TYPE: (kind, id, name, arguments). It is checked for
 * normal form on arrival. Bulk bytes never stand inside the variant, since checking that would
 * visit every byte.
 *
 *   kind     direction  name            arguments                          raw
 *   READY    reader →   reader version  {"landlock": u version, 0 = none}  -
 *   REQUEST  → reader   verb            see below, and the source's place  -
 *   RANGE    reader →   ""              {"offset": t, "size": t}           -        ask for bytes
 * of the source BYTES    → reader   ""              {}                                 bytes    the
 * answer; empty = failed REPLY    reader →   "" or error     results, bulk's place              -
 * MEMBER, CHUNK, MEMBER_END  reader →, of `unpack` alone, before its REPLY: see there
 * NEXT     reader →   ""              {}                                 -        of `pack` alone:
 * the next piece of what is to be packed; answered by MEMBER, CHUNK or MEMBER_END
 *
 * Every packet of one request carries its id; another id means a broken reader, which is killed.
 *
 * The source's place: {"source-size": t, "source-ranged": b}; if not ranged it stands at offset 0
 * of the arena. A second source ({"copy-size": t}, `verify` only) follows at the next multiple of
 * SCAN_ARENA_ALIGN. The rest of the arena, again aligned, is where the reader puts bulk results:
 * {"bulk-offset": t, "bulk-size": t}. If the result does not fit, the reply is the error
 * "arena-too-small" with {"need": t}, the size of the whole arena that the same request needs, and
 * the keeper asks a reader with a larger arena.
 *
 * Errors (names): "unreadable" the bytes are not what they claim to be; "unsupported" they are, but
 * cannot be done (with {"message": s}); "refused" de-identification must not be done (with {"code":
 * s, "message": s}); "no-memory"; "arena-too-small"; "bad-request". A message is a constant of
 * ours: it never quotes the source.
 *
 * Verbs, with arguments → results. All strings are valid UTF-8 without NUL; DICOM attributes that
 * are absent are absent. Multiple string values are joined by a backslash.
 *
 * inspect {} → {"kind": s  one of "dicom" "document" "archive" "program" "unknown",
 *     "type": s  for documents "pdf" "jpeg" "png" "tiff" "text" "dicomdir" "rtf" "docx" (of any
 * office, packed) "odt" "office" (the older ones); for archives "zip" "7z" "tar" "iso" "udf" (no
 * ISO 9660 beside it) "gzip" "bzip2" "xz" "zstd" "lz4" "rar"; for the rest "", and for "dicom"
 * DICOM keywords: s: SOPClassUID SOPInstanceUID TransferSyntaxUID StudyInstanceUID
 * SeriesInstanceUID FrameOfReferenceUID PatientName PatientID PatientBirthDate PatientSex StudyDate
 * StudyTime SeriesDate AcquisitionDate ContentDate AcquisitionTime AcquisitionDateTime ContentTime
 * StudyDescription SeriesDescription ProtocolName InstitutionName ReferringPhysicianName Modality
 * BodyPartExamined Laterality ImageType PhotometricInterpretation BurnedInAnnotation
 * PatientIdentityRemoved AccessionNumber SOPClassName (DCMTK's plain keyword of the class) i:
 * SeriesNumber InstanceNumber TemporalPositionIdentifier AcquisitionNumber; d: DiffusionBValue
 * EchoNumbers EchoTime TriggerTime; u: NumberOfSeriesRelatedInstances ImagesInAcquisition;  u: Rows
 * Columns NumberOfFrames BitsAllocated BitsStored SamplesPerPixel ad: ImagePositionPatient (3)
 * ImageOrientationPatient (6) PixelSpacing (2) "frame-time": d  ms that the first frame of a clip
 * is shown; "renderable": b; "problem": s  why not, or what is odd: a plain English sentence of
 * ours; "form": s  for "dicom" and "document": how it is shown: "pictures", "strip" (frames that
 * are drawn from a recording), "pages" (by the verb `enclosed`), "text" (by the verb `text`),
 * "none"; "raw16": b  the pixel data is uncompressed 16-bit words, for the choice of a codec}
 *
 * frame {"frame": u  from 0, "planes": b  default true} → bulk: stored values row by row, little
 * endian, samples interleaved by pixel (float pixel data as float32/float64), and
 *     {"rows": u, "columns": u, "samples": u 1 or 3, "bits": u 8 16 32 64 allocated in bulk,
 * "stored": u, "signed": b, "float": b, "frames": u, "photometric": s  "MONOCHROME1" "MONOCHROME2"
 * "RGB" (palette and YBR come as RGB), "slope": d, "intercept": d, "units": s RescaleType,
 * "windows": a(dds) centre width explanation, "voi-function": s "LINEAR" "LINEAR_EXACT" "SIGMOID",
 *      "voi-luts": a(iuay) first mapped value, bits of an entry, entries as little-endian u16;
 * explanation apart, "modality-lut": (iuay) optional, "inverse": b PresentationLUTShape INVERSE,
 *      "padding": (ii) optional PixelPaddingValue and range limit, "spacing": ad (row, column; mm)
 * optional, with it "spacing-at": s  where that is true: "body" "detector" "film", "aspect": (uu)
 * optional PixelAspectRatio, "frame-time": d optional, ms that this frame of a clip is shown, 1 to
 * 60,000,
 *
 *      "orientation": ad optional, direction of a row and of a column in the patient (6),
 *      "origin": ad optional, ImagePositionPatient (3, mm),
 *      "frame-of-reference": s optional, FrameOfReferenceUID, 1 to 64 digits and dots,
 * "letters": (ss) optional, without it: PatientOrientation, each 1 to 3 of R L A P H F,
 *
 *      "overlay": b, "shutter": b  whether planes of a bit a pixel (rows * columns + 7) / 8 bytes,
 *      row by row, lowest bit first, follow the pixels: what is drawn over them, what is covered;
 *      "shutter-level": u  gray of what is covered, 0 to 65535, "palette": (iu) optional, behind
 * the planes 3 bytes RGB for each of so many stored values from the first on, "problem": s  part is
 * missing}
 *
 * hash {} → decodes every frame: {"frames": u, "sha256": s  hex, over the stored values of all
 * frames in order, little endian, colour interleaved by pixel, YBR as decoded (palette as indices)}
 * and bulk: SCAN_FRAME_SUM bytes a frame, the beginning of its SHA-256, made in the same way
 *
 * samples {} → bulk: all frames one behind the other, as `hash` sums them; {"frames": u, "colour":
 * s "RGB" "YBR_FULL" "YBR_PARTIAL" as it was coded, "" without colour}. "unsupported" if frames
 * differ in it.
 *
 * places {} → where the frames of a multi-frame object lie: bulk, a ScanPlaceRecord for each of
 * them (host order; what is not known is NAN, and 0 among the marks), {"frames": u}. "unsupported"
 * if they do not tell, or are above SCAN_PLACES_MAX.
 *
 * picture {"frame": u, "size": u, "overlays": b  default true} → bulk: RGB, 3 bytes a pixel,
 * longest side at most size, as a viewer would first show it; {"rows": u, "columns": u}
 *
 * attributes {} → bulk: a serialised GVariant of type SCAN_ATTRIBUTES_TYPE in normal form: elements
 * in order of group, element, VR and value, where value is "as" for text and numbers written as
 * text (PN with its "=" groups), "ad" for FL FD, "ax" for SS SL US UL SV UV AT (AT as group << 16 |
 * element), "aa(qqsv)" for SQ, and "t", the number of bytes, for OB OW OD OF OL OV UN and anything
 * longer than 64 KiB.
 *
 * survey {} → {"dates": au  Julian days of all dates of the file, "first-time": i, "last-time": i
 * seconds of the day of those times that a copy would have; -1: none}
 *
 * burned-in {"from": u  the first picture to be searched, default 0} → {"rows": u, "columns": u,
 * "frames": u of the object, "SeriesInstanceUID": s, "until": u  the first picture that was not
 * searched: to be asked for next, "boxes": a(uuuuu) picture, x, y, width, height in stored pixels:
 * what may be writing, "expected": b  text is to be expected in pictures of this kind: ultrasound,
 * captures, results, colour}
 *
 * deidentify {"profile": s "second-opinion" or "public", "key": ay 32 bytes, the key of this share,
 * "keep-dates": b, "date-shift": i  days, negative = back, "time-shift": i seconds, -86399..86399,
 * or -1 = times are removed, "reviewed": b  a person has looked at the pictures, "text-hits": i how
 * many places `burned-in` found in all pictures, -1 = nobody searched: with hits it is refused
 * unless reviewed, "boxes": a(iuuuu) frame or -1, x, y, width, height, "software": s} → bulk: the
 * new Part 10 file, {"SOPClassUID": s, "SOPInstanceUID": s, "SeriesInstanceUID": s,
 * "StudyInstanceUID": s, "PatientID": s, "Modality": s, "removed-attributes": u, "removed-private":
 * u, "removed-overlays": u, "text-boxes": u, "frames": u, "needs-samples": b  `verify` cannot
 * decode the source itself, "codes": as  of (0012,0064), "SeriesNumber": i, "InstanceNumber": i,
 * "StudyDate": s}
 *
 * verify: as deidentify, with the source and the copy and {"name": s  the source's file name, ""
 * if it has none that people see, "samples": t  the last so many bytes of the copy are no part of
 * it: they are the answer of `samples` to the source, from another process, "colour": s  what that
 * said}; {"directory": b}: the copy is the DICOMDIR of the copies, in which only values of the
 * source are looked for; an empty list of failures is the only success →
 *     {"checks": a(sbt) name, passed, how many were examined,
 *      "findings": a(ss) check name and a sentence that names a tag, never a value}
 *
 * unpack {"password": ay optional, "skip-above": t optional, "from": t optional, "only": t
 * optional} → a stream: for each member in the archive's order MEMBER {"index": t counted from 0,
 * "kind": s "file" "folder" "link" "special", "size": t if known beforehand, "mtime": x,
 * "encrypted": b, "unnamed": b  a compressed file that is no archive, "withheld": b  larger than
 * skip-above: no bytes come} raw: the name, bytes as they stand in the archive, at most
 * SCAN_MEMBER_NAME_MAX CHUNK raw: 1 to SCAN_RANGE_MAX bytes of the member, as often as needed;
 * "file" alone MEMBER_END {"state": s "whole" "damaged" "password" missing or wrong, "unsupported"}
 * Members before "from", or other than "only", are passed over without a word. Whoever reads slowly
 * is waited for. In the end {"stopped": s "" all was read, "damaged" "password" "unsupported"
 * "overlap" members share bytes, "no-memory"}. The source is always served by range. The password
 * reaches this one process, which serves nothing else.
 *
 * pack {"password": ay optional, "salt": ay 32 bytes} → a ZIP file as a stream of CHUNK, deflated,
 * with a password encrypted by AES-256 (WinZip's way). The reader asks by NEXT; the keeper answers
 * MEMBER {"size": t, "sum": ay SHA-256 of its bytes} raw: the name, then CHUNKs until that size is
 * reached, and in the end, instead of a member, MEMBER_END. Entries have no time, owner or comment.
 * The salts of the encryption are made from "salt", the name and the sum, so that the same package
 * comes out twice; another content has another salt. {"members": u}. Has a process of its own.
 *
 * medium {} → bulk: the files that a DICOMDIR names (Referenced File ID, PS3.3 F.3.2.2), each as
 * components joined by "/", ended by NUL; {"listed": u}
 *
 * enclosed {} → the document that a DICOM object holds (PS3.3 C.24), its padding left away: bulk,
 * and
 *     {"type": s  "pdf" "cda" "stl" "obj" "mtl" or ""}. "unsupported" if it holds none.
 *
 * text {} → what can be read of a DICOM object that is no picture, or of a plain text, as lines:
 * bulk is a serialised GVariant of type SCAN_TEXT_TYPE in normal form: level (from 0), kind, label
 * and text; {"cut": b  there was more}. Kinds: "title"; "heading"; "text" with a label or none;
 * "date" a DICOM DA, TM or DT; "person" a DICOM PN; "picture" the SOP Instance UID of a picture,
 * and in its label what is meant of it; "note" what the program says about the object; "line" one
 * line of a plain text, as it stands.
 *
 * presentation {} → how a presentation state (PS3.3 A.33) wants pictures to be shown: bulk is a
 * serialised GVariant of type SCAN_PRESENTATION_TYPE in normal form: s what it is called, s when it
 * was made (DA and TM), u quarter turns clockwise (0 to 3), then b mirrored left to right, i the
 * presentation LUT (-1 unknown, 0 identity, 1 inverse), b something of it is not told here, ad
 * slope and intercept of the stored values (none: by a table), a(sau) pairs of SOP Instance UID and
 * frames from 1 (none: all), au those of the state as a whole, and of each thing below au those
 * that it holds for (none: all of the state): a(audd) windows: centre, width; a(auad) what was
 * displayed: column and row of the corners, top left and bottom right as shown, from 1; (adadadu) a
 * shutter: left, right, upper, lower; row, column, radius; row, column of vertices; its gray;
 * a(ausbbad) drawings: "POINT" "POLYLINE" "INTERPOLATED" "CIRCLE" "ELLIPSE", b filled, b in
 * fractions of what was displayed (else in pixels from the corner, column, row), the points;
 * a(ausbadbadb) texts: words, lines parted by newlines, b and ad (4 or none) a box, b and ad (2 or
 * none) the point that is meant, b it is pointed to.
 *
 * By scanvault-pages, which never gets a source by range:
 *
 * pages {} → {"type": s "pdf" "jpeg" "png" "tiff", "sizes": a(uu)  width and height of each page as
 * shown, in points (PDF) or pixels, "problem": s  absent, or "cut-off" "too-many-pages"}. Error
 * "refused" with code "password" if the document asks for one.
 *
 * page {"page": u from 0, "size": u longest side at most, 0 = natural} → bulk: RGB, 3 bytes a
 * pixel, on white; {"rows": u, "columns": u, "problem": s  absent, or "cut-off" "fonts-missing"}
 *
 * probe {"what": s} → {"errno": i}: only in readers of the test build; tries something that the
 * sandbox forbids.
 */
#pragma once

#include <glib.h>

#define SCAN_PACKET_MAX (200 * 1024) /* a longer packet than the default SO_SNDBUF is EMSGSIZE */
#define SCAN_RANGE_MAX (128 * 1024)  /* largest single RANGE, and largest CHUNK */
#define SCAN_MEMBER_NAME_MAX (64 * 1024)
#define SCAN_FRAME_SUM 16
#define SCAN_ARENA_DEFAULT ((gsize) 64 * 1024 * 1024)
#define SCAN_ARENA_MAX ((gsize) 1536 * 1024 * 1024)
#define SCAN_ARENA_ALIGN 4096
#define SCAN_RANGED_FROM \
  ((guint64) 24 * 1024 * 1024) /* larger sources are served by range where the verb allows */

#define SCAN_SOCKET_FD 3
#define SCAN_ARENA_FD 4

/* How a reader ends when it cannot start to serve. */
#define SCAN_READER_EXIT_NO_SANDBOX 90 /* it could not lock itself in */
#define SCAN_READER_EXIT_NO_PRELOAD 91 /* something that it needs is not installed */

#define SCAN_HEADER_TYPE "(uusa{sv})"
#define SCAN_ATTRIBUTES_TYPE "a(qqsv)"
#define SCAN_TEXT_TYPE "a(usss)"
#define SCAN_PRESENTATION_TYPE "(ssubibada(sau)aua(audd)a(auad)(adadadu)a(ausbbad)a(ausbadbadb))"
#define SCAN_PLACES_MAX 65536
#define SCAN_PLACE_DIMENSIONS_MAX 7
#define SCAN_PLACE_MARKS (9 + SCAN_PLACE_DIMENSIONS_MAX)
#define SCAN_PRESENTATION_PICTURES_MAX \
  8192                                    /* pairs; what holds for them names at most 8 x as many */
#define SCAN_PRESENTATION_FRAMES_MAX 4096 /* of a pair */
#define SCAN_PRESENTATION_WINDOWS_MAX 256
#define SCAN_PRESENTATION_MARKS_MAX 2000
#define SCAN_PRESENTATION_NUMBERS_MAX 40000 /* of all drawings */
#define SCAN_PRESENTATION_NUMBER_MAX 1e9
#define SCAN_TEXT_LINES_MAX 20000
#define SCAN_TEXT_LEVEL_MAX 30
#define SCAN_ATTRIBUTES_DEPTH 30 /* four levels of GVariant each, of the 128 that it allows */

/* Of one frame (PS3.3 C.7.6.16): its plane and the distances of its pixels (row, column; mm), and
 * marks that tell it apart from others at its place. The first mark is that of its stack (StackID);
 * then such as the point in time, b-value, echo and frame type, and the indices of dimensions that
 * are no places (C.7.6.17). A mark means something only beside the same mark of another frame:
 * equal or not. */
typedef struct
{
  double orientation[6], origin[3], spacing[2];
  guint32 marks[SCAN_PLACE_MARKS];
} ScanPlaceRecord;

typedef enum
{
  SCAN_PACKET_READY = 1,
  SCAN_PACKET_REQUEST,
  SCAN_PACKET_RANGE,
  SCAN_PACKET_BYTES,
  SCAN_PACKET_REPLY,
  SCAN_PACKET_MEMBER,
  SCAN_PACKET_CHUNK,
  SCAN_PACKET_MEMBER_END,
  SCAN_PACKET_NEXT
} ScanPacketKind;

typedef struct
{
  guint32 kind;
  guint32 id;
  const char *name;    /* inside header */
  GVariant *arguments; /* a{sv}, owned */
  GVariant *header;    /* owned */
  const guint8 *raw;   /* inside buffer */
  gsize raw_size;
  guint64 *buffer; /* owned, SCAN_PACKET_MAX bytes */
} ScanPacket;

typedef enum
{
  SCAN_RECEIVED,
  SCAN_RECEIVE_TIMEOUT,
  SCAN_RECEIVE_CLOSED,   /* the other side is gone */
  SCAN_RECEIVE_MALFORMED /* what came is no packet */
} ScanReceived;

/* Sends one packet. arguments: a{sv}, floating is sunk; NULL = empty. Returns FALSE with errno set.
 */
gboolean scan_packet_send (int socket, ScanPacketKind kind, guint32 id, const char *name,
                           GVariant *arguments, const void *raw, gsize raw_size);

/* Waits for one packet, timeout_ms < 0 for ever. packet is to be cleared after SCAN_RECEIVED; its
 * buffer is kept for the next call when the same ScanPacket is handed in again. Start with a zeroed
 * one. */
ScanReceived scan_packet_receive (int socket, ScanPacket *packet, int timeout_ms);

/* Drops header and arguments, keeps the buffer. */
void scan_packet_clear (ScanPacket *packet);

/* Frees the buffer too. */
void scan_packet_free (ScanPacket *packet);
