/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_text.h"

#include <iconv.h>
#include <string.h>

/* How the bytes of a set become bytes that the C library's converters know. */
typedef enum
{
  SHAPE_ASCII,  /* below 128, one byte */
  SHAPE_SINGLE, /* 128 and above, one byte */
  SHAPE_PAIR,   /* two bytes; moved up to 161..254, which makes them EUC */
  SHAPE_PAIR_X, /* the same, behind SS3 (0x8f): JIS X 0212 */
  SHAPE_WHOLE   /* bytes of all values belong to it: UTF-8, GBK, GB18030 */
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
};

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
  return NULL;
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
    if (n > strlen (prefixes[i]) && memcmp (term, prefixes[i], strlen (prefixes[i])) == 0)
      {
        term += strlen (prefixes[i]);
        n -= strlen (prefixes[i]);
        break;
      }
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if (n == strlen (sets[i].term) && memcmp (term, sets[i].term, n) == 0)
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

/* Appends run as UTF-8, byte by byte around what cannot be converted. */
static void
append_converted (GString *out, guint set, const guint8 *run, gsize n)
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

      g_string_append_len (out, buf, to - buf);
      if (done == (gsize) -1 && room >= 16)
        {
          g_string_append (out, "\357\277\275");
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

/* One run of bytes under the sets designated to G0 and G1 (PS3.5 6.1.2.5). */
static void
append_run (GString *out, const guint8 *p, gsize n, guint low, guint high)
{
  g_autofree guint8 *moved = g_malloc (n * 2 + 2);
  gsize m = 0;

  if (sets[low].low && sets[low].shape != SHAPE_ASCII)
    {
      for (gsize i = 0; i + 1 < n; i += 2)
        {
          if (sets[low].shape == SHAPE_PAIR_X)
            moved[m++] = 0x8f;
          moved[m++] = p[i] | 0x80;
          moved[m++] = p[i + 1] | 0x80;
        }
      append_converted (out, low, moved, m);
      return;
    }
  for (gsize i = 0, end; i < n; i = end)
    {
      gboolean up = p[i] >= 0x80;

      for (end = i + 1; end < n && (p[end] >= 0x80) == up; end++)
        ;
      if (!up)
        g_string_append_len (out, (const char *) p + i, (gssize) (end - i));
      else if (high != 0)
        append_converted (out, high, p + i, end - i);
      else if (g_utf8_validate ((const char *) p + i, (gssize) (end - i), NULL))
        g_string_append_len (out, (const char *) p + i, (gssize) (end - i));
      else
        append_converted (out, 1, p + i,
                          end - i); /* bytes that its character set does not have: Latin-1 */
    }
}

static void
append_escaped (GString *out, const guint8 *p, gsize n, const ReaderCharset *charset)
{
  guint first_high = charset->n > 0 && is_high (&sets[charset->sets[0]]) ? charset->sets[0] : 0;
  guint low = 0, high = first_high;
  gsize start = 0;

  for (gsize i = 0; i < n; i++)
    {
      gboolean pairs = sets[low].low && sets[low].shape != SHAPE_ASCII;

      if (p[i] == 0x1b)
        {
          append_run (out, p + start, i - start, low, high);
          start = i + 1;
          for (guint k = 0; k < G_N_ELEMENTS (sets); k++)
            {
              gsize length = sets[k].escape != NULL ? strlen (sets[k].escape) : 0;

              if (length == 0 || n - i - 1 < length ||
                  memcmp (p + i + 1, sets[k].escape, length) != 0)
                continue;
              if (sets[k].low)
                low = k;
              else
                high = k;
              start = i + 1 + length;
              i += length;
              break;
            }
        }
      else if (p[i] < 0x20 || (!pairs && (p[i] == '\\' || p[i] == '^' || p[i] == '=')))
        {
          /* Delimiters return to the first character set. */
          append_run (out, p + start, i - start, low, high);
          g_string_append_c (out, (char) p[i]);
          start = i + 1;
          low = 0;
          high = first_high;
        }
    }
  append_run (out, p + start, n - start, low, high);
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

char *
reader_text_to_utf8 (const char *bytes, gsize length, const ReaderCharset *charset,
                     gboolean keep_lines)
{
  g_autoptr (GString) text = g_string_sized_new (length + 16);
  gsize n = 0;
  g_autofree char *clean = g_malloc (length + 1);

  /* NUL is padding wherever it stands, and would end the string. */
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '\0')
      clean[n++] = bytes[i];
  clean[n] = '\0';

  if (charset->n > 0 && charset->declared && sets[charset->sets[0]].shape == SHAPE_WHOLE)
    {
      guint set = charset->sets[0];

      if (strcmp (sets[set].encoding, "UTF-8") == 0)
        g_string_append_len (text, clean, (gssize) n);
      else
        append_converted (text, set, (const guint8 *) clean, n);
    }
  else if (charset->declared || memchr (clean, 0x1b, n) != NULL)
    append_escaped (text, (const guint8 *) clean, n, charset);
  else if (g_utf8_validate (clean, (gssize) n, NULL))
    g_string_append_len (text, clean, (gssize) n);
  else
    append_run (text, (const guint8 *) clean, n, 0, 1);
  return tidy (text, keep_lines);
}
