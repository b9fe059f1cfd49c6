/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work behind the window of passphrases: each action is done in a thread, and the list is read
 * again. */
#pragma once

#include "credentials.h"
#include "secret.h"
#include "session.h"

typedef enum
{
  UI_KEYS_LIST,
  UI_KEYS_ADD,    /* passphrase, label */
  UI_KEYS_CHANGE, /* passphrase: instead of the one that opened the vault */
  UI_KEYS_LABEL,  /* slot, label */
  UI_KEYS_REMOVE  /* slot */
} UiKeysAction;

typedef struct
{
  UiKeysAction action;
  char *slot;           /* ID */
  char *label;          /* typed by the person */
  UiSecret *passphrase; /* wiped as soon as it was used */
  gboolean cheap;       /* tests: a cheap key derivation */
} UiKeysOrder;

/* slots: ScanSlot, oldest first, valid during the call; NULL if it could not be read. */
typedef void (*UiKeysDone) (gpointer owner, const GPtrArray *slots, gboolean ok,
                            const GError *error);

/* Takes what order points to. done runs on the main thread, unless the session is closing. owner: a
 * GObject. cancellable (may be NULL): takes it back while it waits for other work. */
void ui_keys_run (gpointer owner, UiSession *session, UiKeysOrder order, GCancellable *cancellable,
                  UiKeysDone done);
