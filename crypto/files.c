/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

VaultError
vault_fail (VaultFault *fault, const char *file, VaultError error)
{
  if (fault != NULL)
    {
      memset (fault, 0, sizeof *fault);
      fault->chunk = UINT64_MAX;
      snprintf (fault->file, sizeof fault->file, "%s", file);
    }
  return error;
}

VaultError
vault_fail_errno (VaultFault *fault, const char *file, int saved_errno)
{
  VaultError error = VAULT_ERROR_IO;

  if (saved_errno == ENOSPC || saved_errno == EDQUOT)
    error = VAULT_ERROR_FULL;
  else if (saved_errno == EACCES || saved_errno == EPERM || saved_errno == EROFS)
    error = VAULT_ERROR_PERMISSION;
  else if (saved_errno == ENOENT || saved_errno == ENOTDIR)
    error = VAULT_ERROR_NOT_FOUND;
  else if (saved_errno == EEXIST || saved_errno == ENOTEMPTY)
    error = VAULT_ERROR_EXISTS;
  else if (saved_errno == ENOMEM)
    error = VAULT_ERROR_NO_MEMORY;
  else if (saved_errno == ELOOP || saved_errno == EISDIR || saved_errno == ENXIO)
    /* A link, a folder or a pipe where a file was: a vault is made of none of these. */
    error = VAULT_ERROR_DAMAGED;
  vault_fail (fault, file, error);
  if (fault != NULL)
    fault->sys_errno = saved_errno;
  return error;
}

int
vault_write_all (int fd, const void *data, size_t n)
{
  const uint8_t *at = data;

  while (n > 0)
    {
      ssize_t written = write (fd, at, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return errno;
      at += written;
      n -= (size_t) written;
    }
  return 0;
}

int
vault_read_all (int fd, void *data, size_t n, uint64_t offset)
{
  uint8_t *at = data;

  while (n > 0)
    {
      ssize_t got = pread (fd, at, n, (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return errno;
      if (got == 0)
        return -1;
      at += got;
      offset += (uint64_t) got;
      n -= (size_t) got;
    }
  return 0;
}

VaultError
vault_file_read (int root, const char *file, size_t max, uint8_t **ret_data, size_t *ret_size,
                 VaultFault *fault)
{
  int fd = openat (root, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info;
  uint8_t *data = NULL;
  VaultError error = VAULT_OK;
  int failed;

  if (fd < 0 || fstat (fd, &info) != 0)
    error = vault_fail_errno (fault, file, errno);
  else if (!S_ISREG (info.st_mode) || info.st_size < 0 || (uint64_t) info.st_size > max)
    error = vault_fail (fault, file, VAULT_ERROR_DAMAGED);
  else if ((data = malloc ((size_t) info.st_size + 1)) == NULL)
    error = vault_fail (fault, file, VAULT_ERROR_NO_MEMORY);
  else if ((failed = vault_read_all (fd, data, (size_t) info.st_size, 0)) != 0)
    error = failed < 0 ? vault_fail (fault, file, VAULT_ERROR_DAMAGED)
                       : vault_fail_errno (fault, file, failed);
  if (fd >= 0)
    close (fd);
  if (error != VAULT_OK)
    {
      free (data);
      return error;
    }
  *ret_data = data;
  *ret_size = (size_t) info.st_size;
  return VAULT_OK;
}

void
vault_to_hex (const uint8_t *bytes, size_t n, char *ret_text)
{
  static const char digits[] = "0123456789abcdef";

  for (size_t i = 0; i < n; i++)
    {
      ret_text[2 * i] = digits[bytes[i] >> 4];
      ret_text[2 * i + 1] = digits[bytes[i] & 15];
    }
  ret_text[2 * n] = '\0';
}

static int
hex_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
vault_from_hex (const char *text, size_t n, uint8_t *ret_bytes)
{
  for (size_t i = 0; i < n; i++)
    {
      int high = hex_value (text[2 * i]), low = high < 0 ? -1 : hex_value (text[2 * i + 1]);

      if (low < 0)
        return false;
      ret_bytes[i] = (uint8_t) (high << 4 | low);
    }
  return true;
}

VaultError
vault_temp_create (int root, char ret_name[32], int *ret_fd, VaultFault *fault)
{
  uint8_t random[8];
  char text[17];
  int fd;

  vault_random (random, sizeof random);
  vault_to_hex (random, sizeof random, text);
  snprintf (ret_name, 32, "tmp/%s", text);
  fd = openat (root, ret_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && errno == ENOENT && vault_folder_make (root, "tmp", NULL) == VAULT_OK)
    fd = openat (root, ret_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return vault_fail_errno (fault, "tmp", errno);
  *ret_fd = fd;
  return VAULT_OK;
}

VaultError
vault_fd_sync (int fd, const char *file, VaultFault *fault)
{
  return fsync (fd) == 0 ? VAULT_OK : vault_fail_errno (fault, file, errno);
}

VaultError
vault_folder_sync (int root, const char *folder, VaultFault *fault)
{
  int fd = openat (root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  VaultError error = VAULT_OK;

  if (fd < 0)
    return vault_fail_errno (fault, folder, errno);
  if (fsync (fd) != 0 && errno != EINVAL && errno != ENOSYS)
    error = vault_fail_errno (fault, folder, errno);
  close (fd);
  return error;
}

VaultError
vault_folder_make (int root, const char *folder, VaultFault *fault)
{
  char parent[64];
  const char *slash = strrchr (folder, '/');
  VaultError error;

  snprintf (parent, sizeof parent, "%.*s", slash != NULL ? (int) (slash - folder) : 1,
            slash != NULL ? folder : ".");
  if (mkdirat (root, folder, 0700) != 0)
    {
      if (errno == EEXIST)
        return VAULT_OK;
      if (errno != ENOENT || slash == NULL)
        return vault_fail_errno (fault, folder, errno);
      /* Sync tools carry no empty folders. */
      error = vault_folder_make (root, parent, fault);
      if (error != VAULT_OK)
        return error;
      if (mkdirat (root, folder, 0700) != 0)
        return vault_fail_errno (fault, folder, errno);
    }
  return vault_folder_sync (root, parent, fault);
}

VaultError
vault_publish (int root, const char *temp, const char *final, VaultFault *fault)
{
  return renameat (root, temp, root, final) == 0 ? VAULT_OK
                                                 : vault_fail_errno (fault, final, errno);
}

VaultError
vault_file_write (int root, const char *file, const void *data, size_t n, VaultFault *fault)
{
  char temp[32];
  int fd, failed;
  VaultError error = vault_temp_create (root, temp, &fd, fault);

  if (error != VAULT_OK)
    return error;
  failed = vault_write_all (fd, data, n);
  if (failed != 0)
    error = vault_fail_errno (fault, file, failed);
  if (error == VAULT_OK)
    error = vault_fd_sync (fd, file, fault);
  if (close (fd) != 0 && error == VAULT_OK)
    error = vault_fail_errno (fault, file, errno);
  if (error == VAULT_OK)
    error = vault_publish (root, temp, file, fault);
  if (error != VAULT_OK)
    unlinkat (root, temp, 0);
  return error;
}
