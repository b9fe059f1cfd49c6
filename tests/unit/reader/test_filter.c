/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of system calls: what is on the list is needed and documented, what is not ends the
 * process; for both programs. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../gen/dicom_writer.h"
#include "../../gen/documents.h"
#include "pool.h"
#include "sandbox_filter.h"

#define NUMBERS 1024 /* above the kernel's last call, with room */
#define DEAD 1000    /* ended by SIGSYS */

typedef struct
{
  const char *name;
  long number;
  long arguments[6];
  int expected; /* errno, 0 = anything that is not of the filter, DEAD */
} Attempt;

#ifndef SCANVAULT_SANITIZED
/* What becomes of a call behind the filter: DEAD, or the errno that it gave, 0 for none. */
static int
try_call (gboolean fonts, const Attempt *attempt)
{
  const long *a = attempt->arguments;
  int status = 0;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      long got;

      if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !reader_filter_load (fonts, NULL))
        _exit (255);
      errno = 0;
      got = syscall (attempt->number, a[0], a[1], a[2], a[3], a[4], a[5]);
      _exit (got == -1 ? MIN (errno, 200) : 0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFSIGNALED (status))
    {
      if (WTERMSIG (status) != SIGSYS)
        g_error ("system call %ld ended by signal %d", attempt->number, WTERMSIG (status));
      return DEAD;
    }
  g_assert_cmpint (WEXITSTATUS (status), !=, 255);
  return WEXITSTATUS (status);
}

/* What the tables say of a number; NULL = nothing. */
static const ReaderCallEntry *
find_entry (gboolean fonts, long number)
{
  gsize n;
  const ReaderCallEntry *entries = reader_filter_font_calls (&n);

  for (gsize i = 0; fonts && i < n; i++)
    if (entries[i].number == number)
      return &entries[i];
  entries = reader_filter_calls (&n);
  for (gsize i = 0; i < n; i++)
    if (entries[i].number == number)
      return &entries[i];
  return NULL;
}

/* Newer kernels show no filter these two, which do nothing outside a probe that the kernel itself
 * put there. */
static gboolean
is_kernels_own (long number)
{
#ifdef __x86_64__
  return number == 335 || number == 336; /* uretprobe, uprobe */
#else
  return FALSE;
#endif
}

/* Every number that the kernel may know: those that no table names end the process, those that are
 * refused are. Arguments of zeros do no harm where a number is let through by mistake. */
static void
check_all_numbers (gboolean fonts)
{
  guint dead = 0, refused = 0;

  for (long number = 0; number < NUMBERS; number++)
    {
      const ReaderCallEntry *entry = find_entry (fonts, number);
      const Attempt attempt = { .number = number };
      int expected;

      if (is_kernels_own (number) || (entry != NULL && entry->rule != READER_CALL_REFUSED))
        continue;
      expected = entry != NULL ? EPERM : DEAD;
      if (try_call (fonts, &attempt) != expected)
        g_error ("the system call %ld (%s) is not treated as it should be", number,
                 entry != NULL ? entry->name : "on no list");
      dead += expected == DEAD;
      refused += expected == EPERM;
    }
  g_test_message ("%u numbers end the process, %u are refused", dead, refused);
  g_assert_cmpuint (dead, >, 900);
  g_assert_cmpuint (refused, >, 30);
}
#endif

static gboolean
skip_sanitized (void)
{
#ifdef SCANVAULT_SANITIZED
  g_test_skip ("sanitizer builds refuse what is not allowed instead of ending the process");
  return TRUE;
#else
  return FALSE;
#endif
}

static void
test_numbers (gconstpointer fonts)
{
  if (skip_sanitized ())
    return;
#ifndef SCANVAULT_SANITIZED
  check_all_numbers (fonts != NULL);
#endif
}

#ifndef SCANVAULT_SANITIZED
static void
check_attempts (gboolean fonts, const Attempt *attempts, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      const int got = try_call (fonts, &attempts[i]);

      g_test_message ("%s: %s", attempts[i].name, got == DEAD ? "ends" : g_strerror (got));
      if (attempts[i].expected == 0 ? got == DEAD || got == EPERM : got != attempts[i].expected)
        g_error ("%s is not treated as it should be", attempts[i].name);
    }
}
#endif

#define READ_WRITE (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static void
test_arguments (gconstpointer fonts)
{
  if (skip_sanitized ())
    return;
#ifndef SCANVAULT_SANITIZED
  const Attempt attempts[] = {
    { "receiving on the line", SYS_recvmsg, { 3, 0, 0 }, 0 },
    { "receiving elsewhere", SYS_recvmsg, { 5, 0, 0 }, DEAD },
    { "sending on the line", SYS_sendmsg, { 3, 0, 0 }, 0 },
    { "sending elsewhere", SYS_sendmsg, { 0, 0, 0 }, DEAD },
    { "memory", SYS_mmap, { 0, 4096, READ_WRITE, ANONYMOUS, -1, 0 }, 0 },
    { "executable memory", SYS_mmap, { 0, 4096, READ_WRITE | PROT_EXEC, ANONYMOUS, -1, 0 }, DEAD },
    { "the arena again", SYS_mmap, { 0, 4096, PROT_READ, MAP_SHARED, 4, 0 }, DEAD },
    { "the arena as a file", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE, 4, 0 }, DEAD },
    { "a file, shared", SYS_mmap, { 0, 4096, PROT_READ, MAP_SHARED, 5, 0 }, DEAD },
    { "a file, writable", SYS_mmap, { 0, 4096, READ_WRITE, MAP_PRIVATE, 5, 0 }, DEAD },
    { "executable afterwards", SYS_mprotect, { 0, 4096, PROT_EXEC }, EPERM },
    { "a signal", SYS_tgkill, { 1, 1, 0 }, EPERM },
#ifdef SYS_open
    { "opening in the old way", SYS_open, { (long) "/etc/passwd", O_RDONLY }, EPERM },
#endif
    { "opening in the new way", SYS_openat2, { AT_FDCWD, (long) "/etc/passwd", 0, 0 }, EPERM },
    { "opening by handle", SYS_open_by_handle_at, { 0, 0, 0 }, DEAD },
    { "x32", 0x40000000 | SYS_getpid, { 0 }, DEAD },
  };
  const Attempt with_fonts[] = {
    { "opening to read", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_RDONLY | O_CLOEXEC }, 0 },
    { "opening to write", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_WRONLY }, DEAD },
    { "opening for both", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_RDWR }, DEAD },
    { "making", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_RDONLY | O_CREAT, 0600 }, DEAD },
    { "cutting", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_RDONLY | O_TRUNC }, DEAD },
    { "appending", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_RDONLY | O_APPEND }, DEAD },
    { "a nameless file", SYS_openat, { AT_FDCWD, (long) "/tmp", O_TMPFILE | O_RDONLY }, DEAD },
    { "a place", SYS_openat, { AT_FDCWD, (long) "/nowhere", O_PATH }, DEAD },
    { "an open file's size", SYS_newfstatat, { 77, (long) "", 0, AT_EMPTY_PATH }, 0 },
    { "a path's size", SYS_newfstatat, { AT_FDCWD, (long) "/etc/passwd", 0, 0 }, EPERM },
    { "closing", SYS_close, { 77 }, 0 },
    { "closing the arena", SYS_close, { 4 }, DEAD },
    { "closing the line", SYS_close, { 3 }, DEAD },
    { "marking", SYS_fcntl, { 77, F_SETFD, FD_CLOEXEC }, 0 },
    { "copying a descriptor", SYS_fcntl, { 3, F_DUPFD, 10 }, DEAD },
    { "changing a descriptor", SYS_fcntl, { 3, F_SETFL, O_NONBLOCK }, DEAD },
    { "sealing", SYS_fcntl, { 4, F_ADD_SEALS, 0 }, DEAD },
    { "a file", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE, 77, 0 }, 0 },
  };
  const Attempt without_fonts[] = {
    { "opening to read", SYS_openat, { AT_FDCWD, (long) "/etc/passwd", O_RDONLY }, EPERM },
    { "an open file's size", SYS_newfstatat, { 0, (long) "", 0, AT_EMPTY_PATH }, EPERM },
    { "closing the line", SYS_close, { 3 }, EPERM },
    { "reading", SYS_read, { 0, 0, 0 }, EPERM },
    { "a file", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE, 77, 0 }, DEAD },
  };

  check_attempts (fonts != NULL, attempts, G_N_ELEMENTS (attempts));
  if (fonts != NULL)
    check_attempts (TRUE, with_fonts, G_N_ELEMENTS (with_fonts));
  else
    check_attempts (FALSE, without_fonts, G_N_ELEMENTS (without_fonts));
#endif
}

/* What the two programs do all day, and how they end. */
typedef struct
{
  const char *program;
  const char *verb, *what; /* what: of the probe */
  GBytes *file;
} Deed;

/* -1: it did not start; 0: it answered; else what waitpid said. */
static int
run_deed (const Deed *deed, const char *without)
{
  g_autofree char *left_out = g_strconcat ("without-", without, NULL);
  char *switches[] = { without != NULL ? left_out : NULL, NULL };
  const ScanReaderProgram program = { .program = (char *) deed->program, .switches = switches };
  g_autoptr (GVariant) arguments =
      g_variant_ref_sink (deed->what != NULL ? probe_what (deed->what)
                                             : g_variant_new_parsed ("{'size': <uint32 200>}"));
  ScanSource source = { 0 };
  ScanRequest request = { .verb = deed->verb, .arguments = arguments, .timeout_ms = 20000 };
  ScanReader *reader = scan_reader_spawn (&program, SCAN_ARENA_DEFAULT, NULL);
  const guint8 *bulk;
  gsize size;
  gboolean reusable;
  ScanExchange outcome;
  int status;

  if (reader == NULL)
    return -1;
  if (deed->file != NULL)
    {
      source.data = g_bytes_get_data (deed->file, &size);
      source.size = size;
      request.source = &source;
    }
  outcome = scan_reader_exchange (reader, &request, &bulk, &size, &reusable);
  if (outcome == SCAN_EXCHANGE_DONE)
    g_assert_cmpstr (reader->packet.name, ==, "");
  status = scan_reader_end (reader);
  return outcome == SCAN_EXCHANGE_DONE ? 0 : status;
}

static GBytes *
make_picture (void)
{
  static guint16 pixels[256 * 256];
  g_autoptr (GByteArray) dicom = dicom_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (pixels); i++)
    pixels[i] = (guint16) (i & 0xfff);
  dicom_us (dicom, 0x0028, 0x0002, 1);
  dicom_text (dicom, 0x0028, 0x0004, "CS", "MONOCHROME2");
  dicom_us (dicom, 0x0028, 0x0010, 256);
  dicom_us (dicom, 0x0028, 0x0011, 256);
  dicom_us (dicom, 0x0028, 0x0100, 16);
  dicom_us (dicom, 0x0028, 0x0101, 12);
  dicom_us (dicom, 0x0028, 0x0102, 11);
  dicom_us (dicom, 0x0028, 0x0103, 0);
  dicom_bytes (dicom, 0x7fe0, 0x0010, "OW", pixels, sizeof pixels);
  return g_byte_array_free_to_bytes (
      dicom_file (dicom, NULL, "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"));
}

static gboolean
fonts_are_open (void)
{
  const Deed look = { g_getenv ("PAGES_PROBE"), "probe", "open-fonts", NULL };

  return run_deed (&look, NULL) == 0;
}

static void
check_needed (const ReaderCallEntry *entries, gsize n, const Deed *deeds, gsize n_deeds)
{
  for (gsize i = 0; i < n; i++)
    {
      const char *needs = NULL;

      if (entries[i].number < 0 || entries[i].rare || entries[i].rule == READER_CALL_REFUSED)
        continue;
      for (gsize k = 0; k < n_deeds && needs == NULL; k++)
        {
          const int with = run_deed (&deeds[k], NULL),
                    status = run_deed (&deeds[k], entries[i].name);

          g_assert_cmpint (with, !=, -1);
          g_assert_true (with <= 0 || !WIFSIGNALED (with) || WTERMSIG (with) != SIGSYS);
          if (status == -1 || (status > 0 && WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS))
            needs = deeds[k].what != NULL ? deeds[k].what : deeds[k].verb;
        }
      g_test_message ("%s: %s", entries[i].name, needs != NULL ? needs : "nothing needs it");
      if (needs == NULL)
        g_error ("%s is allowed, and nothing needs it", entries[i].name);
    }
}

/* Each call that is allowed is left out in turn: somebody must miss it. */
static void
test_needed (void)
{
  g_autoptr (GBytes) picture = make_picture ();
  const char *program = g_getenv ("READER_PROBE");
  const Deed deeds[] = {
    { program, "picture", NULL, picture },
    { program, "probe", "exit", NULL },
  };
  gsize n;
  const ReaderCallEntry *entries = reader_filter_calls (&n);

  if (skip_sanitized ())
    return;
  check_needed (entries, n, deeds, G_N_ELEMENTS (deeds));
}

static void
test_needed_for_fonts (void)
{
  g_autoptr (GBytes) page = doc_pdf_by_hand ("BT /F 20 Tf 20 40 Td (Letters) Tj ET", "", "");
  const char *program = g_getenv ("PAGES_PROBE");
  const Deed deeds[] = { { program, "page", NULL, page } };
  gsize n;
  const ReaderCallEntry *entries = reader_filter_font_calls (&n);

  if (skip_sanitized ())
    return;
  if (!fonts_are_open ())
    {
      g_test_skip ("there is no Landlock here, so no font is ever opened");
      return;
    }
  check_needed (entries, n, deeds, G_N_ELEMENTS (deeds));
}

/* The table of SANDBOX.md names every call that a table names, and says why. */
static void
test_documented (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize n, n_font;
  const ReaderCallEntry *entries = reader_filter_calls (&n);
  const ReaderCallEntry *font_entries = reader_filter_font_calls (&n_font);

  g_file_get_contents (g_getenv ("SANDBOX_PAGE"), &text, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n + n_font; i++)
    {
      const ReaderCallEntry *entry = i < n ? &entries[i] : &font_entries[i - n];
      g_autofree char *word = g_strdup_printf ("`%s`", entry->name);

      if (strstr (text, word) == NULL)
        g_error ("SANDBOX.md says nothing of %s", entry->name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/reader/filter/numbers", NULL, test_numbers);
  g_test_add_data_func ("/reader/filter/numbers-with-fonts", "", test_numbers);
  g_test_add_data_func ("/reader/filter/arguments", NULL, test_arguments);
  g_test_add_data_func ("/reader/filter/arguments-with-fonts", "", test_arguments);
  g_test_add_func ("/reader/filter/needed", test_needed);
  g_test_add_func ("/reader/filter/needed-for-fonts", test_needed_for_fonts);
  g_test_add_func ("/reader/filter/documented", test_documented);
  return g_test_run ();
}
