/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every error that app/ can give has a sentence for the person, and none is the error's own
 * message. */
#include <string.h>

#include "error.h"
#include "time_left.h"
#include "words.h"

#define RAW "raw message of the program"

static void
test_every_code_has_a_sentence (void)
{
  for (int topic = UI_TOPIC_PASSPHRASE; topic <= UI_TOPIC_COPY; topic++)
    for (int code = 0; code <= SCAN_ERROR_BUG; code++)
      {
        g_autoptr (GError) error = g_error_new_literal (SCAN_ERROR, code, RAW);
        const char *words = ui_words_error (error, (UiTopic) topic);

        g_assert_nonnull (words);
        g_assert_cmpuint (strlen (words), >, 15);
        g_assert_nonnull (strchr (".?", words[strlen (words) - 1]));
        g_assert_null (strstr (words, RAW));
        if (code != SCAN_ERROR_BUG)
          {
            const GError bug = { SCAN_ERROR, SCAN_ERROR_BUG, NULL };

            g_assert_cmpstr (words, !=, ui_words_error (&bug, (UiTopic) topic));
          }
      }
}

static void
test_foreign_errors (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, RAW);
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, RAW);
  g_autoptr (GError) beyond = g_error_new_literal (SCAN_ERROR, 4711, RAW);

  g_assert_cmpstr (ui_words_error (foreign, UI_TOPIC_ADD), ==,
                   ui_words_error (beyond, UI_TOPIC_ADD));
  g_assert_cmpstr (ui_words_error (NULL, UI_TOPIC_ADD), ==, ui_words_error (beyond, UI_TOPIC_ADD));
  g_assert_cmpstr (ui_words_error (cancelled, UI_TOPIC_ADD), ==, "Stopped.");
}

static void
test_topics_differ (void)
{
  const GError secret = { SCAN_ERROR, SCAN_ERROR_WRONG_SECRET, NULL };

  g_assert_cmpstr (ui_words_error (&secret, UI_TOPIC_PASSPHRASE), ==,
                   "That passphrase did not open the vault.");
  g_assert_cmpstr (ui_words_error (&secret, UI_TOPIC_SHEET), !=,
                   ui_words_error (&secret, UI_TOPIC_PASSPHRASE));
}

static void
test_codes (void)
{
  g_assert_cmpstr (ui_words_document_type ("pdf"), ==, "PDF document");
  g_assert_cmpstr (ui_words_document_type ("something new"), ==, "Document");
  g_assert_nonnull (strchr (ui_words_refusal ("something-new"), ' '));
  g_assert_cmpstr (ui_words_check ("something-new"), ==, "something-new");
}

static void
assert_left (double seconds, double done, const char *words)
{
  g_autofree char *left = ui_time_left (seconds, done);

  g_assert_cmpstr (left, ==, words);
}

/* Nothing is guessed from a beginning; what is said is never more exact than it is known. */
static void
test_time_left (void)
{
  assert_left (1, 0.5, NULL);
  assert_left (30, 0.01, NULL);
  assert_left (30, 1.5, NULL);
  assert_left (90, 0.99, "a few seconds left");
  assert_left (30, 0.5, "less than a minute left");
  assert_left (60, 0.5, "about 1 minute left");
  assert_left (60, 0.1, "about 9 minutes left");
  assert_left (600, 0.05, "about 3 hours left");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/every-code", test_every_code_has_a_sentence);
  g_test_add_func ("/words/foreign", test_foreign_errors);
  g_test_add_func ("/words/topics", test_topics_differ);
  g_test_add_func ("/words/codes", test_codes);
  g_test_add_func ("/words/time-left", test_time_left);
  return g_test_run ();
}
