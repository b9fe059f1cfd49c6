/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secret.h"

#include <string.h>

#include "library.h"

UiSecret *
ui_secret_new_empty (gsize length)
{
  char *text = vault_secure_alloc (length + 1);
  UiSecret *secret;

  if (text == NULL)
    return NULL;
  secret = g_new (UiSecret, 1);
  secret->text = text;
  secret->length = length;
  return secret;
}

UiSecret *
ui_secret_new (const char *text)
{
  UiSecret *secret = ui_secret_new_empty (strlen (text));

  if (secret != NULL)
    memcpy (secret->text, text, secret->length);
  return secret;
}

void
ui_secret_free (UiSecret *secret)
{
  if (secret == NULL)
    return;
  vault_secure_free (secret->text);
  g_free (secret);
}

gboolean
ui_drop_focus_on_close (GtkWindow *window, gpointer user_data)
{
  gtk_window_set_focus (window, NULL);
  return GDK_EVENT_PROPAGATE;
}
