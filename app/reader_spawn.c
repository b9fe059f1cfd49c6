/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "reader_budget.h"
#include "reader_pool_private.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif
#define FD_ABOVE 20 /* clear of every descriptor that the reader gets */

/* All of the environment that a reader sees. */
static char *const reader_environment[] = { (char *) "LANG=C.UTF-8", (char *) "TZ=UTC",
                                            (char *) "MALLOC_ARENA_MAX=1", NULL };

/* Makes the arena: a memory file that can neither shrink (reading it would raise SIGBUS) nor grow.
 */
static int
arena_new (gsize size)
{
  int fd = memfd_create ("reader arena", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

  /* Kernels before 6.3 do not know the flag; later ones can be told to want it. */
  if (fd < 0 && errno == EINVAL)
    fd = memfd_create ("reader arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0 && (ftruncate (fd, (off_t) size) != 0 ||
                  fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0))
    {
      close (fd);
      return -1;
    }
  return fd;
}

/* dup2 of a descriptor to itself would leave it close-on-exec, so both are moved out of the way
 * first. */
static gboolean
set_descriptors (posix_spawn_file_actions_t *actions, int socket, int arena)
{
#ifdef SCANVAULT_SANITIZED
  gboolean errors = TRUE; /* of the sanitizer */
#else
  gboolean errors =
      posix_spawn_file_actions_addopen (actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0;
#endif

  return errors &&
         posix_spawn_file_actions_addopen (actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
         posix_spawn_file_actions_addopen (actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
         posix_spawn_file_actions_adddup2 (actions, socket, SCAN_SOCKET_FD) == 0 &&
         posix_spawn_file_actions_adddup2 (actions, arena, SCAN_ARENA_FD) == 0 &&
         posix_spawn_file_actions_addclosefrom_np (actions, SCAN_ARENA_FD + 1) == 0;
}

/* Signals as a new process has them, and a session of its own: Ctrl-C at the terminal is for the
 * keeper, which decides what becomes of its readers. */
static gboolean
set_attributes (posix_spawnattr_t *attributes)
{
  sigset_t none, all;

  sigemptyset (&none);
  sigfillset (&all);
  return posix_spawnattr_setsigmask (attributes, &none) == 0 &&
         posix_spawnattr_setsigdefault (attributes, &all) == 0 &&
         posix_spawnattr_setflags (attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                   POSIX_SPAWN_SETSID) == 0;
}

/* Returns 0 or an errno. */
static int
start_process (const ScanReaderProgram *program, int socket, int arena, gsize address_space,
               pid_t *ret_pid)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *space = g_strdup_printf ("%" G_GSIZE_FORMAT, address_space);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int high_socket, high_arena, failed;
  char **item;

  g_ptr_array_add (arguments, program->program);
  g_ptr_array_add (arguments, space);
  for (item = program->switches; item != NULL && *item != NULL; item++)
    g_ptr_array_add (arguments, *item);
  g_ptr_array_add (arguments, NULL);

  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);
  high_socket = fcntl (socket, F_DUPFD_CLOEXEC, FD_ABOVE);
  high_arena = fcntl (arena, F_DUPFD_CLOEXEC, FD_ABOVE);
  if (high_socket < 0 || high_arena < 0)
    failed = errno;
  else if (!set_descriptors (&actions, high_socket, high_arena) || !set_attributes (&attributes))
    failed = ENOMEM;
  else
    failed = posix_spawn (ret_pid, program->program, &actions, &attributes,
                          (char *const *) arguments->pdata, reader_environment);

  if (high_socket >= 0)
    close (high_socket);
  if (high_arena >= 0)
    close (high_arena);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return failed;
}

static void
set_start_error (GError **error, int status)
{
  if (WIFEXITED (status) && WEXITSTATUS (status) == SCAN_READER_EXIT_NO_SANDBOX)
    g_set_error_literal (
        error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX,
        "Scans are not opened here, because this system does not let the part of the program "
        "that reads them be locked in (seccomp is missing).");
  else if (WIFEXITED (status) && WEXITSTATUS (status) == SCAN_READER_EXIT_NO_PRELOAD)
    g_set_error_literal (
        error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX,
        "The part of the program that reads scans is not completely installed: its DICOM "
        "dictionary is missing.");
  else
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The part of the program that reads scans did not start.");
}

static gboolean
wait_until_ready (ScanReader *reader)
{
  gboolean ready;

  ready = scan_packet_receive (reader->socket, &reader->packet, SCAN_READER_START_MS) ==
              SCAN_RECEIVED &&
          reader->packet.kind == SCAN_PACKET_READY && reader->packet.id == 0 &&
          strcmp (reader->packet.name, SCANVAULT_VERSION) == 0 &&
          g_variant_lookup (reader->packet.arguments, "landlock", "u", &reader->landlock);
  scan_packet_clear (&reader->packet);
  return ready;
}

ScanReader *
scan_reader_spawn (const ScanReaderProgram *program, gsize arena_size, GError **error)
{
  const gsize address_space = scan_budget_address_space (arena_size);
  int pair[2] = { -1, -1 }, arena = -1, failed = 0, status;
  ScanReader *reader = g_new0 (ScanReader, 1);
  void *memory = MAP_FAILED;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 ||
      /* Sending never waits: a reader that does not listen must not stop the clock that watches it.
       */
      fcntl (pair[0], F_SETFL, O_NONBLOCK) != 0 || (arena = arena_new (arena_size)) < 0 ||
      (memory = mmap (NULL, arena_size, PROT_READ | PROT_WRITE, MAP_SHARED, arena, 0)) ==
          MAP_FAILED)
    failed = errno;
  else
    failed = start_process (program, pair[1], arena, address_space, &reader->pid);

  reader->socket = pair[0];
  reader->arena = memory != MAP_FAILED ? memory : NULL;
  reader->arena_size = arena_size;
  if (pair[1] >= 0)
    close (pair[1]);
  if (arena >= 0)
    close (arena);

  if (failed != 0)
    {
      scan_error_set_errno (error, failed,
                            "The part of the program that reads scans did not start.");
      scan_reader_end (reader);
      return NULL;
    }
  if (!wait_until_ready (reader))
    {
      status = scan_reader_end (reader);
      set_start_error (error, status);
      return NULL;
    }
  return reader;
}

int
scan_reader_end (ScanReader *reader)
{
  int status = 0;

  if (reader->pid > 0)
    {
      /* One that ended by itself keeps its own status: it is a zombie until waitpid. */
      kill (reader->pid, SIGKILL);
      while (waitpid (reader->pid, &status, 0) < 0 && errno == EINTR)
        ;
    }
  if (reader->socket >= 0)
    close (reader->socket);
  if (reader->arena != NULL)
    munmap (reader->arena, reader->arena_size);
  scan_packet_free (&reader->packet);
  g_free (reader);
  return status;
}
