/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as a proof that a copy is clean. */
#include "share_private.h"

#define COPY                                                                 \
  "('readable', true, 9), ('shape', true, 9), ('origin', true, 9), "         \
  "('removed-values', true, 9), "                                            \
  "('identifiers', true, 9), ('dates', true, 9)"

static gboolean
is_clean (const char *checks, const char *findings, gboolean directory)
{
  g_autofree char *text =
      g_strdup_printf ("{'checks': <@a(sbt) [%s]>, 'findings': <@a(ss) [%s]>}", checks, findings);
  g_autoptr (GVariant) verdict = g_variant_ref_sink (g_variant_new_parsed (text));

  g_test_message ("%s", text);
  return scan_share_verdict_is_clean (verdict, directory);
}

static void
test_clean (void)
{
  g_assert_true (is_clean (COPY ", ('pixels', true, 9)", "", FALSE));
  g_assert_true (is_clean (COPY ", ('decoded-pixels', true, 9)", "", FALSE));
  g_assert_true (is_clean ("('readable', true, 9), ('removed-values', true, 9)", "", TRUE));
}

static void
test_not_clean (void)
{
  static const char *const checks[] = {
    "",
    "('readable', true, 9)",
    COPY,
    COPY ", ('pixels', false, 9)",
    COPY ", ('pixels', true, 9), ('pixels', true, 9)",
    COPY ", ('dates', true, 9)",
    "('readable', true, 9), ('removed-values', true, 9)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    g_assert_false (is_clean (checks[i], "", FALSE));
  g_assert_false (is_clean (COPY ", ('pixels', true, 9)", "('dates', 'a date')", FALSE));
  g_assert_false (is_clean (COPY ", ('pixels', true, 9)", "", TRUE));
  g_assert_false (is_clean ("('readable', true, 9)", "", TRUE));
}

static void
test_no_verdict (void)
{
  g_autoptr (GVariant) nothing = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_autoptr (GVariant) other =
      g_variant_ref_sink (g_variant_new_parsed ("{'checks': <'all'>, 'findings': <@a(ss) []>}"));

  g_assert_false (scan_share_verdict_is_clean (nothing, FALSE));
  g_assert_false (scan_share_verdict_is_clean (other, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/verdict/clean", test_clean);
  g_test_add_func ("/app/verdict/not-clean", test_not_clean);
  g_test_add_func ("/app/verdict/none", test_no_verdict);
  return g_test_run ();
}
