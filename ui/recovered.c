/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recovered.h"

#include <glib/gi18n.h>

#include "keys_task.h"
#include "new_passphrase.h"
#include "words.h"

static void
on_done (gpointer owner, const GPtrArray *slots, gboolean ok, const GError *error)
{
  ui_new_passphrase_finish (owner, ok ? NULL : ui_words_error (error, UI_TOPIC_PASSPHRASE));
}

static void
on_chosen (gpointer owner, UiNewPassphrase *window, UiSecret *passphrase, const char *label)
{
  UiSession *session = g_object_get_data (G_OBJECT (window), "session");
  const UiOptions *options = g_object_get_data (G_OBJECT (window), "options");
  const UiKeysOrder order = { UI_KEYS_CHANGE, NULL, NULL, passphrase, options->kdf_test };

  ui_keys_run (window, session, order, ui_new_passphrase_cancellable (window), on_done);
}

void
ui_recovered_ask (GtkWindow *parent, UiSession *session, const UiOptions *options)
{
  UiNewPassphrase *window =
      ui_new_passphrase_show (parent, session, _ ("Choose a New Passphrase"),
                              _ ("Your vault is open again. Choose a passphrase for the next time; "
                                 "the recovery sheet stays "
                                 "good, so keep it."),
                              FALSE, _ ("Not now"), on_chosen, parent);

  g_object_set_data_full (G_OBJECT (window), "session", g_object_ref (session), g_object_unref);
  g_object_set_data (G_OBJECT (window), "options", (gpointer) options);
}
