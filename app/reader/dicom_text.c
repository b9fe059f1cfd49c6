/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_text.h"

#include "dicom_guess.h"

#include <iconv.h>
#include <string.h>

/* How the bytes of a set become bytes that the C library's converters know. */
typedef enum
{
  SHAPE_ASCII,  /* below 128, one byte */
  SHAPE_SINGLE, /* 128 and above, one byte */
  SHAPE_PAIR,   /* two bytes; moved up to 161..254, which makes them EUC */
  SHAPE_PAIR_X, /* the same, behind SS3 (0x8f): JIS X 0212 */
  SHAPE_WHOLE   /* bytes of all values belong to it: UTF-8, GBK, GB18030, and what DICOM has not */
} Shape;

typedef struct
{
  const char *term;     /* defined term, without "ISO_IR " or "ISO 2022 IR " */
  const char *encoding; /* for iconv */
  Shape shape;
  const char
      *escape;  /* that designates it to G0 or G1, without ESC; PS3.3 tables C.12-3 and C.12-4 */
  gboolean low; /* designated to G0: bytes below 128 are meant */
} Set;

/* Index 0 is what everything starts from and returns to. */
static const Set sets[] = {
  { "6", "ASCII", SHAPE_ASCII, "(B", TRUE },
  { "100", "ISO-8859-1", SHAPE_SINGLE, "-A", FALSE },
  { "101", "ISO-8859-2", SHAPE_SINGLE, "-B", FALSE },
  { "109", "ISO-8859-3", SHAPE_SINGLE, "-C", FALSE },
  { "110", "ISO-8859-4", SHAPE_SINGLE, "-D", FALSE },
  { "144", "ISO-8859-5", SHAPE_SINGLE, "-L", FALSE },
  { "127", "ISO-8859-6", SHAPE_SINGLE, "-G", FALSE },
  { "126", "ISO-8859-7", SHAPE_SINGLE, "-F", FALSE },
  { "138", "ISO-8859-8", SHAPE_SINGLE, "-H", FALSE },
  { "148", "ISO-8859-9", SHAPE_SINGLE, "-M", FALSE },
  { "203", "ISO-8859-15", SHAPE_SINGLE, "-b", FALSE },
  { "166", "TIS-620", SHAPE_SINGLE, "-T", FALSE },
  { "13", "SHIFT_JIS", SHAPE_SINGLE, ")I", FALSE },
  { "14", "ASCII", SHAPE_ASCII, "(J", TRUE },
  { "87", "EUC-JP", SHAPE_PAIR, "$B", TRUE },
  { "159", "EUC-JP", SHAPE_PAIR_X, "$(D", TRUE },
  { "149", "EUC-KR", SHAPE_PAIR, "$)C", FALSE },
  { "58", "GB2312", SHAPE_PAIR, "$)A", FALSE },
  { "192", "UTF-8", SHAPE_WHOLE, NULL, FALSE },
  { "GB18030", "GB18030", SHAPE_WHOLE, NULL, FALSE },
  { "GBK", "GBK", SHAPE_WHOLE, NULL, FALSE },
  /* No terms of DICOM, but some write them. */
  { "SHIFT_JIS", "CP932", SHAPE_WHOLE, NULL, FALSE },
  { "SJIS", "CP932", SHAPE_WHOLE, NULL, FALSE },
  { "EUC-KR", "CP949", SHAPE_WHOLE, NULL, FALSE },
  { "GB2312", "GB18030", SHAPE_WHOLE, NULL, FALSE },
  { "BIG5", "BIG5", SHAPE_WHOLE, NULL, FALSE },
  { "UTF-8", "UTF-8", SHAPE_WHOLE, NULL, FALSE },
  { "UTF8", "UTF-8", SHAPE_WHOLE, NULL, FALSE },
  { "ISO-8859-1", "ISO-8859-1", SHAPE_SINGLE, NULL, FALSE },
  { "LATIN1", "ISO-8859-1", SHAPE_SINGLE, NULL, FALSE },
};

#define SET_LATIN1 1

static iconv_t converters[G_N_ELEMENTS (sets)];

const char *
reader_text_preload (void)
{
  /* The C library loads a converter's module at the first use of each direction, so each is used
   * once. */
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      char in[] = "a", out[8];
      char *from = in, *to = out;
      gsize n_in = 1, n_out = sizeof out;

      converters[i] = iconv_open ("UTF-8", sets[i].encoding);
      if (converters[i] == (iconv_t) -1 ||
          iconv (converters[i], &from, &n_in, &to, &n_out) == (gsize) -1)
        return "A character set converter of the C library is missing.";
    }
  return reader_guess_preload ();
}

static int
find_set (const char *term, gsize n)
{
  static const char *const prefixes[] = { "ISO_IR ", "ISO 2022 IR ", "ISO 2022 ",
                                          "ISO-IR-", "ISO_IR_",      "ISO_IR" };

  while (n > 0 && (term[n - 1] == ' ' || term[n - 1] == '\0'))
    n--;
  while (n > 0 && *term == ' ')
    term++, n--;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (n > strlen (prefixes[i]) &&
        g_ascii_strncasecmp (term, prefixes[i], strlen (prefixes[i])) == 0)
      {
        term += strlen (prefixes[i]);
        n -= strlen (prefixes[i]);
        break;
      }
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if (n == strlen (sets[i].term) && g_ascii_strncasecmp (term, sets[i].term, n) == 0)
      return (int) i;
  return -1;
}

ReaderCharset
reader_charset_parse (const char *value, gsize length)
{
  ReaderCharset charset = { 0 };
  gsize start = 0;

  if (value == NULL)
    return charset;
  for (gsize i = 0; i <= length && charset.n < READER_CHARSET_SETS; i++)
    if (i == length || value[i] == '\\')
      {
        int set = find_set (value + start, i - start);
        gboolean first = start == 0;

        /* An empty first value means ASCII (PS3.3 C.12.1.1.2). */
        if (first && set < 0 && i - start == 0 && length > 0)
          set = 0;
        if (first)
          charset.declared = set >= 0;
        if (set >= 0)
          charset.sets[charset.n++] = (guint8) set;
        start = i + 1;
      }
  return charset;
}

/* Text on its way to UTF-8. */
typedef struct
{
  GString *out;
  guint faults; /* bytes that mean nothing where they stand */
} Decoder;

/* Appends run as UTF-8, byte by byte around what cannot be converted. */
static void
append_converted (Decoder *decoder, guint set, const guint8 *run, gsize n)
{
  iconv_t converter = converters[set];
  char *from = (char *) run;
  char buf[256];

  if (converter == NULL) /* preload was never called: better readable than lost */
    converter = converters[set] = iconv_open ("UTF-8", sets[set].encoding);
  iconv (converter, NULL, NULL, NULL, NULL);
  while (n > 0)
    {
      char *to = buf;
      gsize room = sizeof buf;
      gsize done = iconv (converter, &from, &n, &to, &room);

      g_string_append_len (decoder->out, buf, to - buf);
      if (done == (gsize) -1 && room >= 16)
        {
          g_string_append (decoder->out, "\357\277\275");
          decoder->faults++;
          from++;
          n--;
        }
    }
}

static gboolean
is_high (const Set *set)
{
  return set->shape != SHAPE_ASCII && !set->low;
}

/* What escape sequences have designated (PS3.5 6.1.2.5.2). */
typedef struct
{
  guint low, high; /* G0, G1; 0: ASCII, nothing */
  guint spare;     /* for bytes above 127 where nothing is designated: what was last, or could be */
} Designated;

static void
append_high (Decoder *decoder, const guint8 *p, gsize n, const Designated *designated)
{
  if (designated->high != 0)
    {
      /* No ISO 8859 has characters there, though the converters do. */
      for (gsize i = 0; i < n && sets[designated->high].shape == SHAPE_SINGLE; i++)
        if (p[i] < 0xa0)
          decoder->faults++;
      append_converted (decoder, designated->high, p, n);
      return;
    }
  decoder->faults += (guint) n;
  if (g_utf8_validate ((const char *) p, (gssize) n, NULL))
    g_string_append_len (decoder->out, (const char *) p, (gssize) n);
  else
    append_converted (decoder, designated->spare != 0 ? designated->spare : SET_LATIN1, p, n);
}

/* One run of bytes under the sets designated to G0 and G1 (PS3.5 6.1.2.5). */
static void
append_run (Decoder *decoder, const guint8 *p, gsize n, const Designated *designated)
{
  const Set *low = &sets[designated->low];

  if (n == 0)
    return;
  if (low->low && low->shape != SHAPE_ASCII)
    {
      g_autofree guint8 *moved = g_malloc (n * 2 + 2);
      gsize m = 0;

      for (gsize i = 0; i + 1 < n; i += 2)
        {
          if (low->shape == SHAPE_PAIR_X)
            moved[m++] = 0x8f;
          moved[m++] = p[i] | 0x80;
          moved[m++] = p[i + 1] | 0x80;
        }
      append_converted (decoder, designated->low, moved, m);
      return;
    }
  for (gsize i = 0, end; i < n; i = end)
    {
      gboolean up = p[i] >= 0x80;

      for (end = i + 1; end < n && (p[end] >= 0x80) == up; end++)
        ;
      if (up)
        append_high (decoder, p + i, end - i, designated);
      else
        g_string_append_len (decoder->out, (const char *) p + i, (gssize) (end - i));
    }
}

/* The set whose escape sequence stands at p, behind ESC; -1: none that is known. */
static int
find_escape (const guint8 *p, gsize left, gsize *ret_length)
{
  for (guint k = 0; k < G_N_ELEMENTS (sets); k++)
    {
      gsize length = sets[k].escape != NULL ? strlen (sets[k].escape) : 0;

      if (length > 0 && left >= length && memcmp (p, sets[k].escape, length) == 0)
        {
          *ret_length = length;
          return (int) k;
        }
    }
  return -1;
}

/* Where the sets return to what they are at the beginning of a value: at control characters; at the
 * backslash between values; in names at the delimiters of components and groups (PS3.5 6.1.2.5.3).
 */
static gboolean
is_delimiter (guint8 byte, const Designated *designated, guint flags)
{
  const Set *low = &sets[designated->low];

  if (byte < 0x20)
    return TRUE;
  if (low->low && low->shape != SHAPE_ASCII) /* half of a character */
    return FALSE;
  return (byte == '\\' && (flags & READER_TEXT_SINGLE) == 0) ||
         ((byte == '^' || byte == '=') && (flags & READER_TEXT_NAME) != 0);
}

/* What high bytes without a set could be, by what the file declares at all. */
static guint
spare_set (const ReaderCharset *charset)
{
  for (guint i = 0; i < charset->n; i++)
    if (is_high (&sets[charset->sets[i]]) && sets[charset->sets[i]].shape != SHAPE_WHOLE)
      return charset->sets[i];
  return 0;
}

static void
append_escaped (Decoder *decoder, const guint8 *p, gsize n, const ReaderCharset *charset,
                guint flags)
{
  const guint first = charset->n > 0 ? charset->sets[0] : 0;
  const guint first_high = is_high (&sets[first]) && sets[first].shape != SHAPE_WHOLE ? first : 0;
  Designated now = { 0, first_high, spare_set (charset) };
  gsize start = 0, length = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (p[i] == 0x1b)
        {
          const int set = find_escape (p + i + 1, n - i - 1, &length);

          append_run (decoder, p + start, i - start, &now);
          start = i + 1;
          if (set < 0)
            continue;
          if (sets[set].low)
            now.low = (guint) set;
          else
            now.high = now.spare = (guint) set;
          start += length;
          i += length;
        }
      else if (is_delimiter (p[i], &now, flags))
        {
          append_run (decoder, p + start, i - start, &now);
          g_string_append_c (decoder->out, (char) p[i]);
          start = i + 1;
          now.low = 0;
          now.high = first_high;
        }
    }
  append_run (decoder, p + start, n - start, &now);
}

static gboolean
has_known_escape (const guint8 *p, gsize n)
{
  gsize length;

  for (gsize i = 0; i < n; i++)
    if (p[i] == 0x1b && find_escape (p + i + 1, n - i - 1, &length) >= 0)
      return TRUE;
  return FALSE;
}

/* What a file leads one to expect where its bytes are not what it says: a set of the same language.
 */
static ReaderGuess
hint_of (const ReaderCharset *charset)
{
  static const struct
  {
    const char *term;
    ReaderGuess guess;
  } languages[] = {
    { "13", READER_GUESS_JAPANESE },     { "14", READER_GUESS_JAPANESE },
    { "87", READER_GUESS_JAPANESE },     { "159", READER_GUESS_JAPANESE },
    { "149", READER_GUESS_KOREAN },      { "58", READER_GUESS_CHINESE },
    { "GB18030", READER_GUESS_CHINESE }, { "GBK", READER_GUESS_CHINESE },
    { "144", READER_GUESS_CYRILLIC },
  };

  for (guint i = 0; i < charset->n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (languages); k++)
      if (strcmp (sets[charset->sets[i]].term, languages[k].term) == 0)
        return languages[k].guess;
  return READER_GUESS_NONE;
}

static gboolean
is_latin1 (guint set)
{
  return strcmp (sets[set].encoding, sets[SET_LATIN1].encoding) == 0;
}

/* The bytes are valid UTF-8 although one of the 8-bit sets is declared, and not by chance: a byte
 * from 0x80 to 0x9f has no meaning there; in Latin-1 neither has a letter that is always followed
 * by a symbol. (In the other sets such pairs may be two letters.) */
static gboolean
is_utf8_after_all (const guint8 *p, gsize n, guint set)
{
  if (sets[set].shape == SHAPE_WHOLE || !g_utf8_validate ((const char *) p, (gssize) n, NULL))
    return FALSE;
  if (is_latin1 (set))
    return TRUE;
  for (gsize i = 0; i < n; i++)
    if (p[i] >= 0x80 && p[i] <= 0x9f)
      return sets[set].shape == SHAPE_SINGLE;
  return FALSE;
}

/* As the file says. The number of bytes that have no meaning then. */
static guint
decode_as_declared (const guint8 *p, gsize n, const ReaderCharset *charset, guint flags,
                    GString *out)
{
  const guint first = charset->n > 0 ? charset->sets[0] : 0;
  Decoder decoder = { out, 0 };

  if (sets[first].shape == SHAPE_WHOLE && charset->declared && !has_known_escape (p, n))
    append_converted (&decoder, first, p, n);
  else
    append_escaped (&decoder, p, n, charset, flags);
  return decoder.faults;
}

/* In another encoding than the file says; FALSE if what it says will do. */
static gboolean
repair (const guint8 *p, gsize n, const ReaderCharset *charset, guint faults, GString *out)
{
  const guint first = charset->n > 0 ? charset->sets[0] : 0;
  ReaderGuess guess = READER_GUESS_NONE;

  if (faults > 0 && charset->guess > READER_GUESS_UTF8 &&
      !g_utf8_validate ((const char *) p, (gssize) n, NULL) &&
      reader_guess_convert ((ReaderGuess) charset->guess, p, n, out))
    return TRUE;
  if (faults > 0)
    guess = reader_guess (p, n, hint_of (charset));
  else if (is_utf8_after_all (p, n, first))
    guess = READER_GUESS_UTF8;
  else if (is_latin1 (first))
    guess = reader_guess_against_latin (p, n);
  return guess != READER_GUESS_NONE && reader_guess_convert (guess, p, n, out);
}

void
reader_charset_learn (ReaderCharset *charset, const char *sample, gsize n)
{
  const guint first = charset->n > 0 ? charset->sets[0] : 0;

  if (!charset->declared || sets[first].shape == SHAPE_ASCII)
    charset->guess = (guint8) reader_guess ((const guint8 *) sample, n, hint_of (charset));
}

static char *
tidy (GString *text, gboolean keep_lines)
{
  char *from, *to;
  g_autofree char *valid = g_utf8_make_valid (text->str, (gssize) text->len);

  for (from = to = valid; *from != '\0';)
    {
      gunichar c = g_utf8_get_char (from);
      char *next = g_utf8_next_char (from);

      if (c == '\n' || c == '\r' || c == '\t' || c == '\f')
        *to++ = keep_lines && c != '\f' ? (char) c : ' ';
      else if (c >= 0x20 && (c < 0x7f || c >= 0xa0))
        while (from < next)
          *to++ = *from++;
      from = next;
    }
  *to = '\0';
  g_strchomp (valid);
  return g_strdup (g_strchug (valid));
}

/* Nothing to convert: no escape, no byte above 127. */
static gboolean
is_plain (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if ((guint8) text[i] >= 0x80 || text[i] == 0x1b)
      return FALSE;
  return TRUE;
}

char *
reader_text_to_utf8 (const char *bytes, gsize length, const ReaderCharset *charset, guint flags)
{
  g_autoptr (GString) text = g_string_sized_new (length + 16);
  g_autofree char *clean = g_malloc (length + 1);
  const guint8 *p = (const guint8 *) clean;
  gsize n = 0;

  /* NUL is padding wherever it stands, and would end the string. */
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '\0')
      clean[n++] = bytes[i];
  clean[n] = '\0';

  if (is_plain (clean, n))
    g_string_append_len (text, clean, (gssize) n);
  else
    {
      g_autoptr (GString) repaired = g_string_new (NULL);
      const guint faults = decode_as_declared (p, n, charset, flags, text);

      /* Who writes escape sequences knows what he does; else nobody could tell. */
      if (!has_known_escape (p, n) && repair (p, n, charset, faults, repaired))
        g_string_assign (text, repaired->str);
    }
  return tidy (text, (flags & READER_TEXT_LINES) != 0);
}
