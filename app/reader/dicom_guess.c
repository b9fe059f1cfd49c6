/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_guess.h"

#include <iconv.h>
#include <string.h>

/* Below this nothing but Latin is believed; above the second, not even a file that says Latin. */
#define CONVINCING 0.45
#define COMPELLING 0.8
#define HINT 0.5
#define FAMILY_NAME 0.3

static const char *const encodings[] = {
  [READER_GUESS_LATIN] = "CP1252",    [READER_GUESS_CYRILLIC] = "CP1251",
  [READER_GUESS_JAPANESE] = "CP932",  [READER_GUESS_KOREAN] = "CP949",
  [READER_GUESS_CHINESE] = "GB18030",
};

static iconv_t converters[G_N_ELEMENTS (encodings)];

const char *
reader_guess_preload (void)
{
  for (guint i = READER_GUESS_LATIN; i < G_N_ELEMENTS (encodings); i++)
    {
      char in[] = "a", out[8];
      char *from = in, *to = out;
      gsize n_in = 1, n_out = sizeof out;

      converters[i] = iconv_open ("UTF-8", encodings[i]);
      if (converters[i] == (iconv_t) -1 ||
          iconv (converters[i], &from, &n_in, &to, &n_out) == (gsize) -1)
        return "A character set converter of the C library is missing.";
    }
  return NULL;
}

/* How many bytes are valid UTF-8, a last character that is cut off counting as such; 0: it is none.
 */
static gsize
utf8_length (const guint8 *bytes, gsize n)
{
  const char *end;
  gsize whole, rest;
  gunichar cut;

  if (g_utf8_validate ((const char *) bytes, (gssize) n, &end))
    return n;
  whole = (gsize) (end - (const char *) bytes);
  rest = n - whole;
  cut = g_utf8_get_char_validated (end, (gssize) rest);
  for (gsize i = 0; i < whole && rest <= 3; i++)
    if (bytes[i] >= 0x80 && cut == (gunichar) -2)
      return whole;
  return 0;
}

gboolean
reader_guess_convert (ReaderGuess guess, const guint8 *bytes, gsize n, GString *out)
{
  const gsize before = out->len;
  char buf[256], *from = (char *) bytes;

  if (guess == READER_GUESS_UTF8)
    {
      const gsize whole = utf8_length (bytes, n);

      g_string_append_len (out, (const char *) bytes, (gssize) whole);
      return whole > 0 || n == 0;
    }
  if (guess < READER_GUESS_LATIN || guess >= (int) G_N_ELEMENTS (encodings))
    return FALSE;
  if (converters[guess] == NULL) /* preload was never called */
    converters[guess] = iconv_open ("UTF-8", encodings[guess]);
  iconv (converters[guess], NULL, NULL, NULL, NULL);
  while (n > 0)
    {
      char *to = buf;
      gsize room = sizeof buf;

      if (iconv (converters[guess], &from, &n, &to, &room) == (gsize) -1 && room >= 16)
        {
          g_string_truncate (out, before);
          return FALSE;
        }
      g_string_append_len (out, buf, to - buf);
    }
  return TRUE;
}

/* What a score is the mean of. */
typedef struct
{
  double sum;
  guint n;
} Mean;

static void
add (Mean *mean, double weight, guint times)
{
  mean->sum += weight * times;
  mean->n += times;
}

static double
weigh_japanese (const guint8 *p, gsize left, guint *ret_bytes)
{
  const guint8 second = left > 1 ? p[1] : 0;

  *ret_bytes = p[0] >= 0xa0 && p[0] <= 0xdf ? 1 : 2;
  if (*ret_bytes == 1)
    return 0.3; /* half-width katakana */
  if (p[0] == 0x83 || (p[0] == 0x82 && second >= 0x9f))
    return 1; /* kana; Greek at the end of row 0x83 is rare */
  if ((p[0] >= 0x88 && p[0] <= 0x97) || (p[0] == 0x98 && second <= 0x72))
    return 0.9; /* level 1 */
  if (p[0] == 0x82)
    return 0.5;
  return (p[0] >= 0x98 && p[0] <= 0x9f) || (p[0] >= 0xe0 && p[0] <= 0xea) ? 0.35 : 0.1;
}

static double
weigh_korean (const guint8 *p, gsize left, guint *ret_bytes)
{
  const guint8 second = left > 1 ? p[1] : 0;

  *ret_bytes = 2;
  if (second < 0xa1 || p[0] < 0xa1)
    return 0.2; /* Hangul outside KS X 1001 */
  if (p[0] >= 0xb0 && p[0] <= 0xc8)
    return 1;
  return p[0] >= 0xca && p[0] <= 0xfd ? 0.35 : 0.15; /* hanja, symbols */
}

static double
weigh_chinese (const guint8 *p, gsize left, guint *ret_bytes)
{
  const guint8 second = left > 1 ? p[1] : 0;

  *ret_bytes = second >= 0x30 && second <= 0x39 ? 4 : 2;
  if (*ret_bytes == 4)
    return 0.05;
  if (second < 0xa1 || p[0] < 0xa1)
    return 0.15; /* outside GB 2312 */
  if (p[0] >= 0xb0 && p[0] <= 0xd7)
    return 0.9; /* level 1 */
  return p[0] >= 0xd8 && p[0] <= 0xf7 ? 0.3 : 0.2;
}

static double
score_pairs (const guint8 *bytes, gsize n, double (*weigh) (const guint8 *, gsize, guint *))
{
  Mean mean = { 0, 0 };
  guint length;

  for (gsize i = 0; i < n; i += length)
    {
      length = 1;
      if (bytes[i] < 0x80)
        continue;
      add (&mean, weigh (bytes + i, n - i, &length), 1);
    }
  return mean.n > 0 ? mean.sum / mean.n : 0;
}

static gboolean
is_latin_letter (guint8 byte)
{
  return (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7) || byte == 0xdf ||
         memchr ("\x8a\x8c\x8e\x9a\x9c\x9e\x9f", byte, 7) != NULL;
}

static double
weigh_latin_run (const guint8 *run, gsize n, gboolean touches)
{
  Mean mean = { 0, 0 };

  for (gsize i = 0; i < n; i++)
    if (!is_latin_letter (run[i]))
      add (&mean, memchr ("\xa0\xaa\xab\xb0\xb4\xb5\xba\xbb", run[i], 8) != NULL ? 0.3 : 0.1, 1);
    else if (touches)
      add (&mean, n <= 2 ? 0.9 : n == 3 ? 0.5 : 0.2, 1);
    else
      add (&mean, n == 1 ? 0.5 : 0.2, 1);
  return mean.sum / mean.n;
}

/* Words as they are written: a capital letter and small ones. */
static double
weigh_cyrillic_run (const guint8 *run, gsize n, gboolean touches)
{
  gsize small = 0, capital = 0;

  for (gsize i = 0; i < n; i++)
    if (run[i] >= 0xe0 || run[i] == 0xb8)
      small++;
    else if (run[i] >= 0xc0 || run[i] == 0xa8)
      capital++;
  if (touches || n < 3 || small + capital < n)
    return 0.1;
  if (capital == 0 || (capital == 1 && (run[0] < 0xe0 && run[0] != 0xb8)))
    return 0.97;
  return small == 0 && n >= 4 ? 0.6 : 0.1;
}

static double
score_runs (const guint8 *bytes, gsize n, double (*weigh) (const guint8 *, gsize, gboolean))
{
  Mean mean = { 0, 0 };

  for (gsize i = 0, end; i < n; i = end)
    {
      gboolean touches;

      for (end = i; end < n && bytes[end] >= 0x80; end++)
        ;
      if (end == i)
        {
          end++;
          continue;
        }
      touches =
          (i > 0 && g_ascii_isalpha (bytes[i - 1])) || (end < n && g_ascii_isalpha (bytes[end]));
      add (&mean, weigh (bytes + i, end - i, touches), (guint) (end - i));
    }
  return mean.n > 0 ? mean.sum / mean.n : 0;
}

/* The most frequent family names of both countries, each a single character. */
static const char korean_names[] =
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방"
    "공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국";
static const char chinese_names[] =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常"
    "武"
    "乔贺赖龚文";

static gboolean
begins_with_name (const char *utf8, const char *names)
{
  while (*utf8 > 0)
    utf8++;
  for (const char *p = names; *p != '\0'; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) == g_utf8_get_char (utf8))
      return TRUE;
  return FALSE;
}

static double
score (ReaderGuess guess, const guint8 *bytes, gsize n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!reader_guess_convert (guess, bytes, n, text))
    return -1;
  switch (guess)
    {
    case READER_GUESS_LATIN:
      return score_runs (bytes, n, weigh_latin_run);
    case READER_GUESS_CYRILLIC:
      return score_runs (bytes, n, weigh_cyrillic_run);
    case READER_GUESS_JAPANESE:
      return score_pairs (bytes, n, weigh_japanese);
    case READER_GUESS_KOREAN:
      return score_pairs (bytes, n, weigh_korean) +
             (begins_with_name (text->str, korean_names) ? FAMILY_NAME : 0);
    case READER_GUESS_CHINESE:
      return score_pairs (bytes, n, weigh_chinese) +
             (begins_with_name (text->str, chinese_names) ? FAMILY_NAME : 0);
    case READER_GUESS_NONE:
    case READER_GUESS_UTF8:
      break;
    }
  return -1;
}

static gboolean
has_high (const guint8 *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (bytes[i] >= 0x80)
      return TRUE;
  return FALSE;
}

/* The best of all but Latin and UTF-8. */
static ReaderGuess
best_of_others (const guint8 *bytes, gsize n, ReaderGuess hint, double *ret_score)
{
  ReaderGuess best = READER_GUESS_NONE;

  *ret_score = 0;
  for (int i = READER_GUESS_CYRILLIC; i <= READER_GUESS_CHINESE; i++)
    {
      const double points = score ((ReaderGuess) i, bytes, n);
      const double all = points + (points >= 0 && (int) hint == i ? HINT : 0);

      if (all > *ret_score)
        {
          *ret_score = all;
          best = (ReaderGuess) i;
        }
    }
  return best;
}

ReaderGuess
reader_guess (const guint8 *bytes, gsize n, ReaderGuess hint)
{
  ReaderGuess best;
  double points;

  if (!has_high (bytes, n))
    return READER_GUESS_NONE;
  if (utf8_length (bytes, n) > 0)
    return READER_GUESS_UTF8;
  best = best_of_others (bytes, n, hint, &points);
  return points > CONVINCING && points > score (READER_GUESS_LATIN, bytes, n) ? best
                                                                              : READER_GUESS_LATIN;
}

ReaderGuess
reader_guess_against_latin (const guint8 *bytes, gsize n)
{
  double points;
  const ReaderGuess best = best_of_others (bytes, n, READER_GUESS_NONE, &points);

  return points > COMPELLING && score (READER_GUESS_LATIN, bytes, n) < 0.25 ? best
                                                                            : READER_GUESS_NONE;
}
