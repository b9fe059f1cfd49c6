/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the readers share: a pool that runs the probe build. */
#pragma once

#include <glib.h>

#include "error.h"
#include "reader_pool_private.h"

/* READER_PROBE in the test's environment is the path of the probe build (set by meson). */
static inline ScanReaderPool *
probe_pool_new (const char *const *switches, guint max_readers)
{
  const char *program = g_getenv ("READER_PROBE");

  g_assert_nonnull (program);
  return scan_reader_pool_new_for_program (program, switches, max_readers);
}

/* The arguments of a probe. */
static inline GVariant *
probe_what (const char *what)
{
  return g_variant_new_parsed ("{'what': <%s>}", what);
}

/* How many requests the reader that answers has served, this one included. */
static inline guint
probe_served (ScanReaderPool *pool)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  guint served = 0;

  scan_reader_call (pool, "probe", probe_what ("nothing"), NULL, NULL, SCAN_CALL_DEFAULT, 0, NULL,
                    &reply, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (reply.result, "served", "u", &served));
  return served;
}
