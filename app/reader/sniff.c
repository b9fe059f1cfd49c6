/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sniff.h"

#include <string.h>

#define HEAD_SIZE 4096
#define TEXT_MAX ((guint64) 1024 * 1024)

typedef struct
{
  const char *magic;
  guint length;
  guint offset;
  SniffKind kind;
  const char *type;
} Magic;

static const Magic magics[] = {
  { "%PDF-", 5, 0, SNIFF_DOCUMENT, "pdf" },
  { "\xff\xd8\xff", 3, 0, SNIFF_DOCUMENT, "jpeg" },
  { "\x89PNG\r\n\x1a\n", 8, 0, SNIFF_DOCUMENT, "png" },
  { "II*\0", 4, 0, SNIFF_DOCUMENT, "tiff" },
  { "MM\0*", 4, 0, SNIFF_DOCUMENT, "tiff" },
  { "{\\rtf", 5, 0, SNIFF_DOCUMENT, "rtf" },
  { "PK\5\6", 4, 0, SNIFF_ARCHIVE, "zip" },
  { "PK00PK\3\4", 8, 0, SNIFF_ARCHIVE, "zip" }, /* one piece of a split archive that has only one */
  { "7z\xbc\xaf\x27\x1c", 6, 0, SNIFF_ARCHIVE, "7z" },
  { "\x1f\x8b", 2, 0, SNIFF_ARCHIVE, "gzip" },
  { "\xfd"
    "7zXZ\0",
    6, 0, SNIFF_ARCHIVE, "xz" },
  { "\x28\xb5\x2f\xfd", 4, 0, SNIFF_ARCHIVE, "zstd" },
  { "\x04\x22\x4d\x18", 4, 0, SNIFF_ARCHIVE, "lz4" },
  { "1AY&SY", 6, 4, SNIFF_ARCHIVE, "bzip2" },
  { "Rar!\x1a\7", 6, 0, SNIFF_ARCHIVE, "rar" },
  { "ustar", 5, 257, SNIFF_ARCHIVE, "tar" },
  { "MZ", 2, 0, SNIFF_PROGRAM, "" },
  { "\177ELF", 4, 0, SNIFF_PROGRAM, "" },
  { "#!", 2, 0, SNIFF_PROGRAM, "" },
  { "\xfe\xed\xfa\xce", 4, 0, SNIFF_PROGRAM, "" },
  { "\xfe\xed\xfa\xcf", 4, 0, SNIFF_PROGRAM, "" },
  { "\xce\xfa\xed\xfe", 4, 0, SNIFF_PROGRAM, "" },
  { "\xcf\xfa\xed\xfe", 4, 0, SNIFF_PROGRAM, "" },
  { "\xca\xfe\xba\xbe", 4, 0, SNIFF_PROGRAM, "" },  /* Java class, or Mach-O for several machines */
  { "MSCF", 4, 0, SNIFF_PROGRAM, "" },              /* cabinet of an installer */
  { "L\0\0\0\1\x14\2\0", 8, 0, SNIFF_PROGRAM, "" }, /* Windows shortcut */
};

static gboolean
known_vr (const guint8 *p)
{
  static const char vrs[] =
      "AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN "
      "UR US UT UV ";

  for (const char *vr = vrs; *vr != '\0'; vr += 3)
    if (p[0] == (guint8) vr[0] && p[1] == (guint8) vr[1])
      return TRUE;
  return FALSE;
}

static gboolean
long_form_vr (const guint8 *p)
{
  return p[0] == 'O' || memcmp (p, "SQ", 2) == 0 || memcmp (p, "UN", 2) == 0 ||
         memcmp (p, "UT", 2) == 0 || memcmp (p, "UC", 2) == 0 || memcmp (p, "UR", 2) == 0 ||
         memcmp (p, "UV", 2) == 0 || memcmp (p, "SV", 2) == 0;
}

static guint32
get_uint (const guint8 *p, guint n, gboolean big)
{
  guint32 value = 0;

  for (guint i = 0; i < n; i++)
    value |= (guint32) p[i] << 8 * (big ? n - 1 - i : i);
  return value;
}

/* Whether bytes without a Part 10 header begin like a dataset: one or two elements in ascending
 * order, of a group that a dataset begins with, whose lengths fit. */
static gboolean
begins_like_dataset (const guint8 *p, gsize n, guint64 size, gboolean big)
{
  guint32 previous = 0;
  guint64 at = 0;
  int elements;

  for (elements = 0; elements < 3 && at + 8 <= n; elements++)
    {
      const guint8 *e = p + at;
      guint32 group = get_uint (e, 2, big), element = get_uint (e + 2, 2, big);
      guint32 tag = group << 16 | element, length;
      guint header = 8;

      if (elements == 0 && group != 2 && group != 8)
        return FALSE;
      if (elements > 0 && (tag <= previous || group > 0x7fe0))
        return FALSE;
      previous = tag;
      if (known_vr (e + 4))
        {
          if (long_form_vr (e + 4))
            {
              if (at + 12 > n)
                break;
              header = 12;
              length = get_uint (e + 8, 4, big);
            }
          else
            length = get_uint (e + 6, 2, big);
        }
      else if (big)
        return FALSE; /* implicit VR is little endian (PS3.5 annex A) */
      else
        length = get_uint (e + 4, 4, FALSE);
      if (length == G_MAXUINT32)
        return elements > 0; /* a sequence: what follows are its items */
      if (length > size - at - header || size < at + header ||
          (elements == 0 && length > 64 * 1024))
        return FALSE;
      at += header + (guint64) length;
    }
  /* One element alone is believed only if it names its VR: eight bytes are no proof. */
  return elements >= 2 || (elements == 1 && known_vr (p + 4));
}

static gboolean
is_dicom (const guint8 *head, gsize n, guint64 size)
{
  if (n >= 132 && memcmp (head + 128, "DICM", 4) == 0)
    return TRUE;
  return begins_like_dataset (head, n, size, FALSE) || begins_like_dataset (head, n, size, TRUE);
}

/* A dataset that names its VRs: what could be one by chance does not. */
static gboolean
begins_explicit (const guint8 *head, gsize n, guint64 size, gsize at)
{
  return at + 8 <= n && known_vr (head + at + 4) &&
         begins_like_dataset (head + at, n - at, size - at, FALSE);
}

static guint64
displaced (const guint8 *head, gsize n, guint64 size)
{
  gsize zeros = 0;

  if (is_dicom (head, n, size))
    return 0;
  for (gsize at = 0; at + 12 <= n && at <= 1024; at++)
    if (memcmp (head + at, "DICM", 4) == 0)
      {
        gsize behind = at + 4;

        while (behind < n && head[behind] == 0)
          behind++;
        if (begins_explicit (head, n, size, behind))
          return behind;
      }
  while (zeros < n && head[zeros] == 0)
    zeros++;
  for (gsize at = 1; at <= 8; at++)
    if (begins_explicit (head, n, size, at))
      return at;
  if (zeros >= 128 && begins_explicit (head, n, size, 128))
    return 128;
  return zeros >= 128 && begins_explicit (head, n, size, 132) ? 132 : 0;
}

static gsize
read_head (ReaderSource *source, guint8 head[HEAD_SIZE])
{
  gint64 got = reader_source_read (source, 0, head, MIN (HEAD_SIZE, source->size));

  return got > 0 ? (gsize) got : 0;
}

guint64
reader_sniff_displaced (ReaderSource *source)
{
  guint8 head[HEAD_SIZE];
  gsize n = read_head (source, head);

  return displaced (head, n, source->size);
}

guint64
reader_sniff_dataset (ReaderSource *source)
{
  guint8 head[HEAD_SIZE];
  gsize n = read_head (source, head);

  for (gsize at = 1; at + 8 <= n; at++)
    if (head[at] == 8 && head[at + 1] == 0 && begins_explicit (head, n, source->size, at))
      return at;
  return 0;
}

/* ISO 9660 and UDF announce themselves 32 KiB in (ECMA-119 8.1, ECMA-167 2/9.1). */
static gboolean
is_iso (ReaderSource *source)
{
  guint8 descriptor[6];

  if (source->size < 0x8006 ||
      reader_source_read (source, 0x8000, descriptor, sizeof descriptor) != sizeof descriptor)
    return FALSE;
  return memcmp (descriptor + 1, "CD001", 5) == 0 || memcmp (descriptor + 1, "BEA01", 5) == 0;
}

/* Of a pure UDF image libarchive reads nothing. */
static const char *
image_type (ReaderSource *source)
{
  guint8 descriptor[6];

  return reader_source_read (source, 0x8000, descriptor, sizeof descriptor) == sizeof descriptor &&
                 memcmp (descriptor + 1, "CD001", 5) == 0
             ? "iso"
             : "udf";
}

/* A tar file of before POSIX has no word to know it by, but a sum over its first block, in which
 * the sum's own place counts as blanks. */
static gboolean
is_old_tar (const guint8 *head, gsize n)
{
  guint64 sum = 0, said;
  char digits[9] = { 0 }, *end;

  if (n < 512 || head[0] == '\0')
    return FALSE;
  memcpy (digits, head + 148, 8);
  said = g_ascii_strtoull (g_strstrip (digits), &end, 8);
  for (guint i = 0; i < 512; i++)
    sum += i >= 148 && i < 156 ? ' ' : head[i];
  return end != digits && *end == '\0' && sum == said;
}

/* ZIP files that are something else, by their first member: office documents, and Java programs. */
static SniffKind
sniff_zip (const guint8 *head, gsize n, const char **ret_type)
{
  static const struct
  {
    const char *name;
    SniffKind kind;
    const char *type;
  } firsts[] = {
    { "[Content_Types].xml", SNIFF_DOCUMENT, "docx" },
    { "_rels/", SNIFF_DOCUMENT, "docx" },
    { "docProps/", SNIFF_DOCUMENT, "docx" },
    { "mimetypeapplication/", SNIFF_DOCUMENT, "odt" },
    { "META-INF/", SNIFF_PROGRAM, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      gsize length = strlen (firsts[i].name);

      /* APPNOTE.TXT 4.3.7: the name begins 30 bytes in. */
      if (30 + length <= n && memcmp (head + 30, firsts[i].name, length) == 0)
        {
          *ret_type = firsts[i].type;
          return firsts[i].kind;
        }
    }
  *ret_type = "zip";
  return SNIFF_ARCHIVE;
}

/* A compound file is a document of an old office, or an installer, which the class of its root
 * storage tells ([MS-CFB] 2.2, 2.6.1; Windows Installer's own class). */
static SniffKind
sniff_compound (ReaderSource *source, const guint8 *head, gsize n, const char **ret_type)
{
  static const guint8 installer[16] = { 0x84, 0x10, 0x0c, 0, 0, 0, 0, 0,
                                        0xc0, 0,    0,    0, 0, 0, 0, 0x46 };
  guint8 class_id[16];
  guint shift;
  guint64 directory;

  if (n < 512)
    return SNIFF_UNKNOWN;
  shift = get_uint (head + 30, 2, FALSE);
  if (shift != 9 && shift != 12)
    return SNIFF_UNKNOWN;
  directory = ((guint64) get_uint (head + 48, 4, FALSE) + 1) << shift;
  if (reader_source_read (source, directory + 80, class_id, sizeof class_id) != sizeof class_id)
    return SNIFF_UNKNOWN;
  if (memcmp (class_id, installer, sizeof installer) == 0)
    return SNIFF_PROGRAM;
  *ret_type = "office";
  return SNIFF_DOCUMENT;
}

/* The trailer of a disk image of macOS. */
static gboolean
is_apple_image (ReaderSource *source)
{
  guint8 trailer[4];

  return source->size >= 512 &&
         reader_source_read (source, source->size - 512, trailer, sizeof trailer) == 4 &&
         memcmp (trailer, "koly", 4) == 0;
}

/* What starts a program when a disc is put in. */
static gboolean
is_autorun (const guint8 *head, gsize n)
{
  static const char word[] = "[autorun";

  for (gsize i = 0; i + sizeof word - 1 <= MIN (n, 64); i++)
    if (g_ascii_strncasecmp ((const char *) head + i, word, sizeof word - 1) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_text (ReaderSource *source)
{
  g_autofree guint8 *text = NULL;
  gsize n = (gsize) source->size;

  if (source->size > TEXT_MAX)
    return FALSE;
  text = g_malloc (n + 1);
  if (reader_source_read (source, 0, text, n) != (gint64) n)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if ((text[i] < 0x20 && text[i] != '\n' && text[i] != '\r' && text[i] != '\t' &&
         text[i] != '\f') ||
        text[i] == 0x7f)
      return FALSE;
  if (g_utf8_validate ((const char *) text, (gssize) n, NULL))
    return TRUE;
  for (gsize i = 0; i < n; i++)
    if (text[i] >= 0x80 && text[i] < 0xa0)
      return FALSE; /* no Latin-1 */
  return TRUE;
}

SniffKind
reader_sniff (ReaderSource *source, const char **ret_type)
{
  guint8 head[HEAD_SIZE];
  gsize n = read_head (source, head);

  *ret_type = "";
  if (n == 0)
    return SNIFF_UNKNOWN;
  /* First, since the preamble of a DICOM file may itself look like a TIFF file (PS3.10 7.1). */
  if (is_dicom (head, n, source->size))
    return SNIFF_DICOM;
  if (n >= 4 && memcmp (head, "PK\3\4", 4) == 0)
    return sniff_zip (head, n, ret_type);
  if (n >= 8 && memcmp (head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    return sniff_compound (source, head, n, ret_type);
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    {
      const Magic *magic = &magics[i];

      if (magic->offset + magic->length <= n &&
          memcmp (head + magic->offset, magic->magic, magic->length) == 0)
        {
          *ret_type = magic->type;
          return magic->kind;
        }
    }
  if (is_iso (source))
    {
      *ret_type = image_type (source);
      return SNIFF_ARCHIVE;
    }
  if (is_old_tar (head, n))
    {
      *ret_type = "tar";
      return SNIFF_ARCHIVE;
    }
  if (is_apple_image (source) || is_autorun (head, n))
    return SNIFF_PROGRAM;
  if (displaced (head, n, source->size) > 0)
    return SNIFF_DICOM;
  if (is_text (source))
    {
      *ret_type = "text";
      return SNIFF_DOCUMENT;
    }
  return SNIFF_UNKNOWN;
}

const char *
reader_sniff_kind_name (SniffKind kind)
{
  static const char *const names[] = { "unknown", "dicom", "document", "archive", "program" };

  return names[kind];
}
