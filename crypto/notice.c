/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was noticed while opening: damage, and what is only worth a word. */
#include <stdio.h>
#include <stdlib.h>

#include "vault_private.h"

void
vault_note_damage (Vault *vault, const VaultFault *fault)
{
  VaultFault *grown = realloc (vault->damages, sizeof *grown * (vault->n_damages + 1));

  if (grown == NULL)
    return;
  vault->damages = grown;
  grown[vault->n_damages++] = *fault;
}

size_t
vault_damage_count (const Vault *vault)
{
  return vault->n_damages;
}

const VaultFault *
vault_damage_at (const Vault *vault, size_t i)
{
  return i < vault->n_damages ? &vault->damages[i] : NULL;
}

void
vault_note (Vault *vault, VaultNoticeKind kind, const char *file, uint64_t writer, uint64_t seq)
{
  VaultNotice *grown = realloc (vault->notices, sizeof *grown * (vault->n_notices + 1));

  if (grown == NULL)
    return;
  vault->notices = grown;
  grown += vault->n_notices++;
  grown->kind = kind;
  grown->writer = writer;
  grown->seq = seq;
  snprintf (grown->file, sizeof grown->file, "%s", file);
}

size_t
vault_notice_count (const Vault *vault)
{
  return vault->n_notices;
}

const VaultNotice *
vault_notice_at (const Vault *vault, size_t i)
{
  return i < vault->n_notices ? &vault->notices[i] : NULL;
}
