/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reader_verbs.h"

#define READER_PASSWORD_MAX 4096

/* The optional argument `password` of a call. password: is ended by NUL if there is one; to be
 * wiped by the caller. ret_given: whether there is one. FALSE if no archive can have it. */
gboolean reader_archive_password (const ReaderCall *call, char password[READER_PASSWORD_MAX + 1],
                                  gboolean *ret_given);
