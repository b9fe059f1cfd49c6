/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "reader_protocol.h"
#include "reader_verbs.h"

guint32 probe_request_id;

static pid_t keeper;
static guint64 open_descriptors; /* one bit each */
static char **environment_before;

gboolean
probe_prepare (int argc, char **argv, ReaderSandbox *sandbox)
{
  gboolean locked = TRUE;
  int i;

  keeper = getppid ();
  for (i = 0; i < 64; i++)
    if (fcntl (i, F_GETFD) >= 0)
      open_descriptors |= (guint64) 1 << i;
  environment_before = environ;

  for (i = 2; i < argc; i++)
    {
      if (strcmp (argv[i], "no-landlock") == 0)
        sandbox->skip_landlock = TRUE;
      else if (g_str_has_prefix (argv[i], "without-"))
        sandbox->left_out = argv[i] + strlen ("without-");
      else if (strcmp (argv[i], "unlocked") == 0)
        locked = FALSE;
      else if (strcmp (argv[i], "sandbox-fails") == 0)
        _exit (SCAN_READER_EXIT_NO_SANDBOX);
      else if (strcmp (argv[i], "dies-at-start") == 0)
        _exit (EXIT_FAILURE);
    }
  return locked;
}

/* What the sandbox must forbid: each returns what the system call returned */

static long
try_read_file (const char *path)
{
  return open (path, O_RDONLY | O_CLOEXEC);
}

static long
try_write_file (const char *path)
{
  return open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static long
try_stat (const char *path)
{
  struct stat status;

  return stat (path, &status);
}

static long
try_mkdir (const char *path)
{
  return mkdir (path, 0700);
}

static long
try_unlink (const char *path)
{
  return unlink (path);
}

static long
try_socket_inet (const char *path)
{
  return socket (AF_INET, SOCK_STREAM, 0);
}

static long
try_socket_unix (const char *path)
{
  return socket (AF_UNIX, SOCK_STREAM, 0);
}

static long
try_socketpair (const char *path)
{
  int pair[2];

  return socketpair (AF_UNIX, SOCK_STREAM, 0, pair);
}

static long
try_execve (const char *path)
{
  char *const arguments[] = { (char *) "/bin/true", NULL };

  return execve (arguments[0], arguments, NULL);
}

static long
try_fork (const char *path)
{
  long child = syscall (SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);

  if (child == 0)
    _exit (0);
  return child;
}

static long
try_ptrace (const char *path)
{
  return ptrace (PTRACE_ATTACH, keeper, NULL, NULL);
}

static long
try_vm_read (const char *path)
{
  char byte;
  struct iovec here = { &byte, 1 }, there = { &byte, 1 };

  return process_vm_readv (keeper, &here, 1, &there, 1, 0);
}

static long
try_kill (const char *path)
{
  return kill (keeper, 0);
}

static long
try_tgkill (const char *path)
{
  return syscall (SYS_tgkill, keeper, keeper, 0);
}

static long
try_mmap_exec (const char *path)
{
  return (long) mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long
try_mmap_arena (const char *path)
{
  return (long) mmap (NULL, 4096, PROT_READ, MAP_SHARED, SCAN_ARENA_FD, 0);
}

static long
try_mprotect_exec (const char *path)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? 0 : mprotect (page, 4096, PROT_READ | PROT_EXEC);
}

static long
try_io_uring (const char *path)
{
  return syscall (SYS_io_uring_setup, 1, NULL);
}

static long
try_memfd (const char *path)
{
  return memfd_create ("probe", 0);
}

static long
try_setrlimit (const char *path)
{
  struct rlimit limit = { 0, 0 };

  return setrlimit (RLIMIT_CORE, &limit);
}

static long
try_send_other (const char *path)
{
  return send (0, "x", 1, MSG_NOSIGNAL);
}

static long
try_sendmsg_other (const char *path)
{
  struct iovec part = { (void *) "x", 1 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

  return sendmsg (SCAN_ARENA_FD, &message, MSG_NOSIGNAL);
}

static long
try_write_stderr (const char *path)
{
  return write (STDERR_FILENO, "x", 1);
}

static long
try_bpf (const char *path)
{
  return syscall (SYS_bpf, 0, NULL, 0);
}

static long
try_unshare (const char *path)
{
  return syscall (SYS_unshare, 0);
}

static long
try_userfaultfd (const char *path)
{
  return syscall (SYS_userfaultfd, 0);
}

#ifdef __x86_64__
static long
try_x32_entry (const char *path)
{
  return syscall (0x40000000 | SYS_getpid);
}
#endif

/* What it must allow, as libraries use it */

static long
use_brk (const char *path)
{
  void *before = sbrk (0);

  return sbrk (65536) == before ? 0 : -1;
}

static long
use_mmap (const char *path)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? -1 : 0;
}

static long
use_munmap (const char *path)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? -1 : munmap (page, 4096);
}

static long
use_mremap (const char *path)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED || mremap (page, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0;
}

static long
use_futex (const char *path)
{
  int word = 0;

  return syscall (SYS_futex, &word, 1 /* wake */, 1, NULL, NULL, 0);
}

/* Past the page that the kernel shares, as on machines whose clock it cannot show there. */
static long
use_clock_gettime (const char *path)
{
  struct timespec now;

  return syscall (SYS_clock_gettime, CLOCK_REALTIME, &now);
}

static long
use_gettimeofday (const char *path)
{
  struct timeval now;

  return syscall (SYS_gettimeofday, &now, NULL);
}

static long
use_getrandom (const char *path)
{
  char byte;

  return syscall (SYS_getrandom, &byte, 1, 0) == 1 ? 0 : -1;
}

static const struct
{
  const char *what;
  long (*run) (const char *path);
} attempts[] = {
  { "read-file", try_read_file },
  { "write-file", try_write_file },
  { "stat", try_stat },
  { "mkdir", try_mkdir },
  { "unlink", try_unlink },
  { "socket-inet", try_socket_inet },
  { "socket-unix", try_socket_unix },
  { "socketpair", try_socketpair },
  { "execve", try_execve },
  { "fork", try_fork },
  { "ptrace", try_ptrace },
  { "vm-read", try_vm_read },
  { "kill", try_kill },
  { "tgkill", try_tgkill },
  { "mmap-exec", try_mmap_exec },
  { "mmap-arena", try_mmap_arena },
  { "mprotect-exec", try_mprotect_exec },
  { "io-uring", try_io_uring },
  { "memfd", try_memfd },
  { "setrlimit", try_setrlimit },
  { "send-other", try_send_other },
  { "sendmsg-other", try_sendmsg_other },
  { "write-stderr", try_write_stderr },
  { "bpf", try_bpf },
  { "unshare", try_unshare },
  { "userfaultfd", try_userfaultfd },
#ifdef __x86_64__
  { "x32-entry", try_x32_entry },
#endif
  { "use-brk", use_brk },
  { "use-mmap", use_mmap },
  { "use-munmap", use_munmap },
  { "use-mremap", use_mremap },
  { "use-futex", use_futex },
  { "use-clock_gettime", use_clock_gettime },
  { "use-gettimeofday", use_gettimeofday },
  { "use-getrandom", use_getrandom },
};

/* What a reader does that was taken over or that fails */

static gboolean
crash (const char *what, ReaderAnswer *answer)
{
  /* raise () is refused. */
  volatile char *volatile nowhere = NULL;

  if (strcmp (what, "segv") == 0)
    *nowhere = 0;
  else if (strcmp (what, "abort") == 0)
    abort ();
  else if (strcmp (what, "loop") == 0)
    for (volatile int i = 0; i < 1; i = 0)
      ;
  else if (strcmp (what, "exit") == 0)
    _exit (EXIT_SUCCESS);
  else if (strcmp (what, "malloc-bomb") == 0)
    {
      gsize step = (gsize) 16 * 1024 * 1024;
      void *piece;

      while ((piece = malloc (step)) != NULL)
        memset (piece, 1, step);
      return reader_answer_fail (answer, "no-memory", NULL);
    }
  else
    return FALSE;
  return reader_answer_fail (answer, "bad-request", "The reader survived.");
}

/* Honest answers that tests measure with */

static gboolean
echo (const ReaderCall *call, ReaderAnswer *answer)
{
  guint64 n = 0;
  guint8 *bulk;
  gsize i;

  g_variant_lookup (call->arguments, "n", "t", &n);
  bulk = reader_answer_bulk (answer, (gsize) n);
  if (bulk == NULL)
    return FALSE;
  for (i = 0; i < n; i++)
    bulk[i] = (guint8) (i * 31 >> 3);
  return TRUE;
}

/* A checksum over the source, read in the pieces that the caller names. */
static gboolean
sum (const ReaderCall *call, ReaderAnswer *answer)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 piece = 65536, offset = 0;
  g_autofree guint8 *buf = NULL;

  g_variant_lookup (call->arguments, "piece", "t", &piece);
  g_variant_lookup (call->arguments, "offset", "t", &offset);
  buf = g_malloc (piece);
  for (;;)
    {
      gint64 got = reader_source_read (call->source, offset, buf, piece);

      if (got < 0)
        return reader_answer_fail (answer, "unreadable", NULL);
      if (got == 0)
        break;
      g_checksum_update (checksum, buf, got);
      offset += (guint64) got;
    }
  if (call->copy != NULL)
    g_checksum_update (checksum, call->copy->data, (gssize) call->copy->size);
  g_variant_dict_insert (&answer->result, "sha256", "s", g_checksum_get_string (checksum));
  g_variant_dict_insert (&answer->result, "ranged", "b", call->source->data == NULL);
  return TRUE;
}

gboolean
reader_verb_probe (const ReaderCall *call, ReaderAnswer *answer)
{
  static guint served;
  const char *what = "", *path = "/etc/passwd";
  gsize i;

  served++;
  if (probe_doomed)
    raise (SIGSEGV);
  g_variant_lookup (call->arguments, "what", "&s", &what);
  g_variant_lookup (call->arguments, "path", "&s", &path);

  for (i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (strcmp (attempts[i].what, what) == 0)
      {
        long result = attempts[i].run (path);

        g_variant_dict_insert (&answer->result, "errno", "i", result == -1 ? errno : 0);
        return TRUE;
      }

  if (strcmp (what, "open-fonts") == 0)
    return try_read_file ("/usr/share/fonts") >= 0 || reader_answer_fail (answer, "refused", NULL);
  if (strcmp (what, "nothing") == 0)
    {
      g_variant_dict_insert (&answer->result, "served", "u", served);
      g_variant_dict_insert (&answer->result, "descriptors", "t", open_descriptors);
      g_variant_dict_insert (&answer->result, "environment", "^as", environment_before);
      return TRUE;
    }
  if (strcmp (what, "echo") == 0)
    return echo (call, answer);
  if (strcmp (what, "sum") == 0)
    return sum (call, answer);
  if (probe_lie (what, answer))
    return TRUE;
  if (answer->error != NULL || crash (what, answer) || answer->error != NULL)
    return FALSE;
  return reader_answer_fail (answer, "bad-request", "There is no such probe.");
}
