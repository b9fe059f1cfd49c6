/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents through scanvault-pages, as it is locked in when people use it. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "../../gen/documents.h"
#include "pool.h"

/* PAGES_PROBE in the test's environment is the path of the probe build (set by meson). */
static ScanReaderPool *
pages_pool (const char *const *switches)
{
  g_assert_nonnull (g_getenv ("PAGES_PROBE"));
  return scan_reader_pool_new_for_program (g_getenv ("PAGES_PROBE"), switches, 1);
}

typedef struct
{
  ScanReaderPool *pool;
  ScanReaderReply reply;
  GError *error;
  guint rows, columns;
  const guint8 *rgb;
} Asked;

static void
ask_clear (Asked *asked)
{
  scan_reader_reply_clear (&asked->reply);
  g_clear_error (&asked->error);
  asked->rgb = NULL;
}

static gboolean
ask (Asked *asked, const char *verb, GBytes *file, guint page, guint size)
{
  ScanSource source = { 0 };
  gsize n;

  ask_clear (asked);
  source.data = g_bytes_get_data (file, &n);
  source.size = n;
  if (!scan_reader_call (asked->pool, verb,
                         g_variant_new_parsed ("{'page': <%u>, 'size': <%u>}", page, size), &source,
                         NULL, SCAN_CALL_DEFAULT, 0, NULL, &asked->reply, &asked->error))
    return FALSE;
  g_variant_lookup (asked->reply.result, "rows", "u", &asked->rows);
  g_variant_lookup (asked->reply.result, "columns", "u", &asked->columns);
  if (asked->reply.bulk != NULL)
    {
      asked->rgb = g_bytes_get_data (asked->reply.bulk, &n);
      g_assert_cmpuint (n, ==, (gsize) asked->rows * asked->columns * 3);
    }
  return TRUE;
}

static void
draw (Asked *asked, GBytes *file, guint page, guint size)
{
  ask (asked, "page", file, page, size);
  g_assert_no_error (asked->error);
  g_assert_nonnull (asked->rgb);
}

static const char *
problem (const Asked *asked)
{
  const char *code = "";

  g_variant_lookup (asked->reply.result, "problem", "&s", &code);
  return code;
}

static guint
dark_pixels (const Asked *asked)
{
  guint n = 0;

  for (gsize i = 0; i < (gsize) asked->rows * asked->columns; i++)
    n += asked->rgb[3 * i] < 128 && asked->rgb[3 * i + 1] < 128 && asked->rgb[3 * i + 2] < 128;
  return n;
}

/* The colours at the middle of the quarters, as letters: R, G, B, W, or ? for any other. */
static const char *
quarters (const Asked *asked)
{
  static char found[5];

  for (guint i = 0; i < 4; i++)
    {
      const guint x = asked->columns / 4 + i % 2 * asked->columns / 2;
      const guint y = asked->rows / 4 + i / 2 * asked->rows / 2;
      const guint8 *p = asked->rgb + 3 * ((gsize) y * asked->columns + x);
      const guint key = (p[0] > 200 ? 4u : 0) + (p[1] > 200 ? 2u : 0) + (p[2] > 200 ? 1u : 0);

      found[i] = "?BG?R??W"[key];
      for (guint c = 0; c < 3; c++)
        if (p[c] > 55 && p[c] < 200)
          found[i] = '?';
    }
  return found;
}

static guint
page_count (Asked *asked, GBytes *file)
{
  g_autoptr (GVariant) sizes = NULL;

  ask (asked, "pages", file, 0, 0);
  g_assert_no_error (asked->error);
  sizes = g_variant_lookup_value (asked->reply.result, "sizes", G_VARIANT_TYPE ("a(uu)"));
  g_assert_nonnull (sizes);
  return (guint) g_variant_n_children (sizes);
}

static void
assert_size (const Asked *asked, guint page, guint columns, guint rows)
{
  g_autoptr (GVariant) sizes =
      g_variant_lookup_value (asked->reply.result, "sizes", G_VARIANT_TYPE ("a(uu)"));
  guint w, h;

  g_variant_get_child (sizes, page, "(uu)", &w, &h);
  g_assert_cmpuint (w, ==, columns);
  g_assert_cmpuint (h, ==, rows);
}

static void
test_pdf (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) pdf = doc_pdf (3);
  Asked asked = { .pool = pool };

  g_assert_cmpuint (page_count (&asked, pdf), ==, 3);
  assert_size (&asked, 0, 300, 400);
  assert_size (&asked, 2, 400, 300);
  draw (&asked, pdf, 0, 800);
  g_assert_cmpuint (asked.columns, ==, 600);
  g_assert_cmpuint (asked.rows, ==, 800);
  g_assert_cmpuint (dark_pixels (&asked), >, 1000);
  g_assert_cmpstr (problem (&asked), ==, "");
  draw (&asked, pdf, 2, 0);
  g_assert_cmpuint (asked.columns, ==, 833); /* 400 points at 150 dots an inch */
  g_assert_false (ask (&asked, "page", pdf, 3, 100));
  g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_BUG);
  draw (&asked, pdf, 1, 1);
  g_assert_cmpuint (asked.rows * asked.columns, ==, 1);
  ask_clear (&asked);
}

#define WORDS "BT /F 30 Tf 10 40 Td (Nothing found) Tj ET"

/* Fonts of the system are all that the program may read; without Landlock it may read nothing, and
 * says what that costs. */
static void
test_fonts (void)
{
  const char *const closed[] = { "no-landlock", NULL };
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL), without = pages_pool (closed);
  g_autoptr (GBytes) pdf = doc_pdf_by_hand (WORDS, "", ""), embedded = doc_pdf (1);
  g_autoptr (GBytes) japanese = doc_pdf_japanese ();
  Asked asked = { .pool = pool }, shut = { .pool = without };

  draw (&asked, pdf, 0, 400);
  g_test_message ("with fonts: %u dark pixels, problem '%s'", dark_pixels (&asked),
                  problem (&asked));
  /* A kernel without Landlock is the other case. */
  if (*problem (&asked) == '\0')
    g_assert_cmpuint (dark_pixels (&asked), >, 300);
  draw (&shut, pdf, 0, 400);
  g_assert_cmpuint (dark_pixels (&shut), ==, 0);
  g_assert_cmpstr (problem (&shut), ==, "fonts-missing");
  draw (&shut, embedded, 0, 400);
  g_assert_cmpuint (dark_pixels (&shut), >, 300);
  g_assert_cmpstr (problem (&shut), ==, "");
  /* Poppler opens further files for these; whatever fonts there are, the reader lives. */
  draw (&asked, japanese, 0, 400);
  g_test_message ("Japanese: %u dark pixels, problem '%s'", dark_pixels (&asked), problem (&asked));
  draw (&shut, japanese, 0, 400);
  g_assert_cmpstr (problem (&shut), ==, "fonts-missing");
  g_assert_cmpint (scan_reader_pool_last_status (pool), ==, 0);
  g_assert_cmpint (scan_reader_pool_last_status (without), ==, 0);
  ask_clear (&asked);
  ask_clear (&shut);
}

static void
test_pdf_password (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autofree char *nonsense = g_strnfill (64, '5');
  g_autofree char *locked = g_strdup_printf ("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
                                             "/ID[<00><00>]",
                                             nonsense, nonsense);
  g_autoptr (GBytes) pdf = doc_pdf_by_hand (WORDS, "", locked);
  Asked asked = { .pool = pool };

  g_assert_false (ask (&asked, "pages", pdf, 0, 0));
  g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  g_assert_cmpstr (scan_reader_refusal_code (), ==, "password");
  g_assert_false (ask (&asked, "page", pdf, 0, 100));
  g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_REFUSED);
  ask_clear (&asked);
}

/* What a document would do leaves no trace in its picture, and costs no reader its life. */
static void
test_pdf_acts (void)
{
  static const char *const acts[] = {
    "/OpenAction<</S/JavaScript/JS(while(true){};app.launchURL\\('http://example.org'\\))>>",
    "/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)>>>>",
    "/OpenAction<</S/URI/URI(http://example.org/)>>",
    "/OpenAction<</S/GoToR/F(/etc/passwd)/D[0/Fit]>>",
    "/AA<</WC<</S/JavaScript/JS(1)>>>>/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
    "/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(/etc/passwd)/EF<</F 4 0 R>>>>]>>>>",
  };
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) plain = doc_pdf_by_hand ("20 20 60 40 re f", "", "");
  g_autoptr (GBytes) first = NULL;
  Asked asked = { .pool = pool };

  draw (&asked, plain, 0, 200);
  first = g_bytes_ref (asked.reply.bulk);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_autoptr (GBytes) pdf = doc_pdf_by_hand ("20 20 60 40 re f", acts[i], "");

      draw (&asked, pdf, 0, 200);
      g_assert_true (g_bytes_equal (asked.reply.bulk, first));
    }
  g_assert_cmpint (scan_reader_pool_last_status (pool), ==, 0); /* none was ended */
  ask_clear (&asked);
}

static void
test_jpeg (void)
{
  /* Where Exif's eight orientations put the four quarters. */
  static const char *const turned[] = { "RGBW", "RGBW", "GRWB", "WBGR", "BWRG",
                                        "RBGW", "BRWG", "WGBR", "GWRB" };
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  Asked asked = { .pool = pool };

  for (guint orientation = 0; orientation <= 8; orientation++)
    {
      g_autoptr (GBytes) file =
          doc_jpeg (&(DocJpeg){ 120, 80, orientation, FALSE, orientation % 2 != 0 });

      g_test_message ("orientation %u", orientation);
      g_assert_cmpuint (page_count (&asked, file), ==, 1);
      assert_size (&asked, 0, orientation < 5 ? 120 : 80, orientation < 5 ? 80 : 120);
      draw (&asked, file, 0, 0);
      g_assert_cmpuint (asked.columns, ==, orientation < 5 ? 120 : 80);
      g_assert_cmpstr (quarters (&asked), ==, turned[orientation]);
      draw (&asked, file, 0, 37);
      g_assert_cmpuint (MAX (asked.columns, asked.rows), ==, 37);
      g_assert_cmpstr (quarters (&asked), ==, turned[orientation]);
    }
  ask_clear (&asked);
}

static void
test_jpeg_inks (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) file = doc_jpeg (&(DocJpeg){ 64, 64, 0, TRUE, FALSE });
  Asked asked = { .pool = pool };

  draw (&asked, file, 0, 0);
  g_assert_cmpstr (quarters (&asked), ==, "RGBW");
  ask_clear (&asked);
}

static void
test_png (void)
{
  static const DocPng kinds[] = {
    { 50, 40, 8, FALSE, FALSE, FALSE }, { 50, 40, 16, FALSE, FALSE, FALSE },
    { 50, 40, 8, TRUE, FALSE, FALSE },  { 50, 40, 8, FALSE, FALSE, TRUE },
    { 50, 40, 16, FALSE, TRUE, FALSE },
  };
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  Asked asked = { .pool = pool };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) file = doc_png (&kinds[i]);

      g_test_message ("kind %u", i);
      g_assert_cmpuint (page_count (&asked, file), ==, 1);
      draw (&asked, file, 0, 0);
      g_assert_cmpuint (asked.columns, ==, 50);
      g_assert_cmpstr (quarters (&asked), ==, kinds[i].alpha ? "RWBW" : "RGBW");
      draw (&asked, file, 0, 20);
      g_assert_cmpuint (asked.rows, ==, 16);
    }
  ask_clear (&asked);
}

static void
test_tiff (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  Asked asked = { .pool = pool };

  for (guint tiled = 0; tiled < 2; tiled++)
    {
      g_autoptr (GBytes) file = doc_tiff (3, 150, 90, 1, tiled != 0);
      g_autoptr (GBytes) turned = doc_tiff (1, 150, 90, 6, tiled != 0);

      g_assert_cmpuint (page_count (&asked, file), ==, 3);
      assert_size (&asked, 2, 152, 90);
      draw (&asked, file, 2, 0);
      g_assert_cmpuint (asked.columns, ==, 152);
      g_assert_cmpstr (quarters (&asked), ==, "RGBW");
      g_assert_false (ask (&asked, "page", file, 3, 0));
      g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_BUG);
      g_assert_cmpuint (page_count (&asked, turned), ==, 1);
      assert_size (&asked, 0, 90, 150);
      draw (&asked, turned, 0, 100);
      g_assert_cmpuint (asked.rows, ==, 100);
      g_assert_cmpstr (quarters (&asked), ==, "BRWG");
    }
  ask_clear (&asked);
}

static GBytes *
patched (GBytes *file, gsize at, const char *bytes, gsize n)
{
  gsize size;
  guint8 *copy = g_memdup2 (g_bytes_get_data (file, &size), g_bytes_get_size (file));

  g_assert_cmpuint (at + n, <=, size);
  memcpy (copy + at, bytes, n);
  return g_bytes_new_take (copy, size);
}

static gsize
find (GBytes *file, const char *what, gsize n)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  const guint8 *found = memmem (data, size, what, n);

  g_assert_nonnull (found);
  return (gsize) (found - data);
}

/* Pictures that claim to be enormous are refused by what they declare, in no time. */
static void
test_bombs (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) jpeg = doc_jpeg (&(DocJpeg){ 16, 16, 0, FALSE, FALSE });
  g_autoptr (GBytes) png = doc_png (&(DocPng){ 16, 16, 8, FALSE, FALSE, FALSE });
  g_autoptr (GBytes) tiff = doc_tiff (1, 16, 16, 1, FALSE);
  g_autoptr (GBytes) big_jpeg =
      patched (jpeg, find (jpeg, "\xff\xc0", 2) + 5, "\xff\xdc\xff\xdc", 4);
  /* Width and height of a TIFF: the values of tags 256 and 257, shorts or longs. */
  g_autoptr (GBytes) big_tiff =
      patched (tiff, find (tiff, "\0\1\3\0\1\0\0\0\20\0", 10) + 8, "\xff\xff", 2);
  g_autoptr (GBytes) bigger_tiff =
      patched (big_tiff, find (tiff, "\1\1\3\0\1\0\0\0\20\0", 10) + 8, "\xff\xff", 2);
  GBytes *bombs[] = { big_jpeg, bigger_tiff };
  Asked asked = { .pool = pool };

  for (guint i = 0; i < G_N_ELEMENTS (bombs); i++)
    for (guint verb = 0; verb < 2; verb++)
      {
        gint64 before = g_get_monotonic_time ();

        g_test_message ("bomb %u", i);
        g_assert_false (ask (&asked, verb == 0 ? "pages" : "page", bombs[i], 0, 100));
        g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED);
        g_assert_cmpint (g_get_monotonic_time () - before, <, 5 * G_USEC_PER_SEC);
      }
  /* A PNG's header has a checksum, so a lie about its size is damage. */
  {
    g_autoptr (GBytes) big_png = patched (png, 16, "\0\1\x86\xa0\0\1\x86\xa0", 8);

    g_assert_false (ask (&asked, "page", big_png, 0, 100));
    g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_UNREADABLE);
  }
  /* A page as large as a field is small on a screen. */
  {
    g_autoptr (GBytes) pdf = doc_pdf_by_hand ("0 0 50 50 re f", "", "");
    g_autoptr (GBytes) wide = patched (pdf, find (pdf, "[0 0 200 100]", 13), "[0 0 99999 1]", 13);

    draw (&asked, wide, 0, 8192);
    g_assert_cmpuint (asked.columns, ==, 8192);
    g_assert_cmpuint (asked.rows, ==, 1);
  }
  ask_clear (&asked);
}

/* The first n bytes alone, for many n: an answer or an error, and what was there is shown. */
static void
test_cut (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) jpeg = doc_jpeg (&(DocJpeg){ 400, 300, 3, FALSE, FALSE });
  g_autoptr (GBytes) png = doc_png (&(DocPng){ 400, 300, 16, FALSE, TRUE, FALSE });
  g_autoptr (GBytes) tiff = doc_tiff (3, 400, 300, 1, FALSE), pdf = doc_pdf (4);
  GBytes *files[] = { jpeg, png, tiff, pdf };
  Asked asked = { .pool = pool };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const gsize size = g_bytes_get_size (files[i]);
      guint shown = 0;

      for (gsize part = 0; part < 24; part++)
        {
          g_autoptr (GBytes) cut = g_bytes_new_from_bytes (files[i], 0, size * part / 24);

          for (guint verb = 0; verb < 2; verb++)
            if (ask (&asked, verb == 0 ? "pages" : "page", cut, 0, 100))
              shown += verb == 1 && g_str_equal (problem (&asked), "cut-off");
            else
              g_assert_cmpint (asked.error->code, !=, SCAN_ERROR_BUG);
        }
      g_test_message ("file %u: %u parts shown", i, shown);
      /* Poppler mends what it can, and says nothing; a TIFF's directory stands at its end. */
      if (files[i] == jpeg || files[i] == png)
        g_assert_cmpuint (shown, >, 8);
    }
  ask_clear (&asked);
}

/* Bytes changed at random, always in the same way. */
static void
test_damaged (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) jpeg = doc_jpeg (&(DocJpeg){ 90, 70, 6, TRUE, FALSE });
  g_autoptr (GBytes) png = doc_png (&(DocPng){ 90, 70, 8, TRUE, FALSE, TRUE });
  g_autoptr (GBytes) tiff = doc_tiff (2, 90, 70, 1, TRUE), pdf = doc_pdf (2);
  GBytes *files[] = { jpeg, png, tiff, pdf };
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  Asked asked = { .pool = pool };
  guint answers = 0;

  for (guint round = 0; round < 200; round++)
    {
      GBytes *file = files[round % G_N_ELEMENTS (files)];
      gsize n;
      guint8 *copy = g_memdup2 (g_bytes_get_data (file, &n), g_bytes_get_size (file));
      g_autoptr (GBytes) broken = g_bytes_new_take (copy, n);

      for (guint i = 0; i < 1 + round % 20; i++)
        copy[g_rand_int_range (random, 0, (gint32) n)] = (guint8) g_rand_int (random);
      answers += ask (&asked, "page", broken, 0, 300);
    }
  g_test_message ("%u of 200 were drawn", answers);
  g_assert_cmpuint (answers, >, 20);
  ask_clear (&asked);
}

static gboolean
is_forbidden (ScanReaderPool *pool, const char *what, const char *path)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  GVariant *arguments = g_variant_new_parsed ("{'what': <%s>, 'path': <%s>}", what, path);
  gint32 answer = 0;
  int status;

  if (scan_reader_call (pool, "probe", arguments, NULL, NULL, SCAN_CALL_DEFAULT, 0, NULL, &reply,
                        &error))
    {
      g_assert_true (g_variant_lookup (reply.result, "errno", "i", &answer));
      return answer == EPERM || answer == EACCES;
    }
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_READER);
  status = scan_reader_pool_last_status (pool);
  return WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS;
}

static void
assert_locked_in (ScanReaderPool *pool)
{
  static const char *const attempts[] = {
    "socket-inet",  "socket-unix",   "socketpair", "execve",  "fork",
    "ptrace",       "vm-read",       "kill",       "tgkill",  "mmap-exec",
    "mmap-arena",   "mprotect-exec", "io-uring",   "memfd",   "setrlimit",
    "send-other",   "sendmsg-other", "bpf",        "unshare", "userfaultfd",
#ifndef SCANVAULT_SANITIZED
    "write-stderr",
#endif
  };
  static const char *const closed[] = { "/etc/passwd",     "/etc/shadow",
                                        "/proc/self/maps", "/dev/null",
                                        "/usr/share/doc",  "/root",
                                        "/home",           "/tmp" };
  g_autofree char *folder = g_dir_make_tmp ("scanvault-test-XXXXXX", NULL);
  g_autofree char *mine = g_build_filename (folder, "mine", NULL);

  g_assert_true (g_file_set_contents (mine, "a person's file", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (!is_forbidden (pool, attempts[i], mine))
      g_error ("scanvault-pages may do this: %s", attempts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    g_assert_true (is_forbidden (pool, "read-file", closed[i]));
  g_assert_true (is_forbidden (pool, "read-file", mine));
  g_assert_true (is_forbidden (pool, "write-file", mine));
  g_assert_true (is_forbidden (pool, "stat", mine));
  g_assert_true (is_forbidden (pool, "unlink", mine));
  g_assert_true (is_forbidden (pool, "mkdir", "/usr/share/fonts/made"));
  g_assert_true (is_forbidden (pool, "write-file", "/usr/share/fonts/made"));
  g_assert_false (g_file_test ("/usr/share/fonts/made", G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));
  g_remove (mine);
  g_rmdir (folder);
}

static void
test_sandbox (void)
{
  const char *const closed[] = { "no-landlock", NULL };
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL), without = pages_pool (closed);

  assert_locked_in (pool);
  assert_locked_in (without);
  /* What is left, and only where Landlock stands behind it. */
  g_assert_true (is_forbidden (without, "read-file", "/usr/share/fonts"));
  g_test_message ("fonts can be read here: %s",
                  is_forbidden (pool, "read-file", "/usr/share/fonts") ? "no" : "yes");
}

static void
test_strangers (void)
{
  g_autoptr (ScanReaderPool) pool = pages_pool (NULL);
  g_autoptr (GBytes) text = g_bytes_new_static ("just words", 10);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  Asked asked = { .pool = pool };

  g_assert_false (ask (&asked, "pages", text, 0, 0));
  g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED);
  g_assert_false (ask (&asked, "page", nothing, 0, 0));
  g_assert_nonnull (asked.error);
  /* It knows nothing of scans. */
  g_assert_false (ask (&asked, "inspect", text, 0, 0));
  g_assert_error (asked.error, SCAN_ERROR, SCAN_ERROR_BUG);
  ask_clear (&asked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/pdf", test_pdf);
  g_test_add_func ("/pages/fonts", test_fonts);
  g_test_add_func ("/pages/password", test_pdf_password);
  g_test_add_func ("/pages/acts", test_pdf_acts);
  g_test_add_func ("/pages/jpeg", test_jpeg);
  g_test_add_func ("/pages/jpeg-inks", test_jpeg_inks);
  g_test_add_func ("/pages/png", test_png);
  g_test_add_func ("/pages/tiff", test_tiff);
  g_test_add_func ("/pages/bombs", test_bombs);
  g_test_add_func ("/pages/cut", test_cut);
  g_test_add_func ("/pages/damaged", test_damaged);
  g_test_add_func ("/pages/sandbox", test_sandbox);
  g_test_add_func ("/pages/strangers", test_strangers);
  return g_test_run ();
}
