/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What making and opening a vault share. */
#pragma once

#include "keys.h"

/* A Vault without keys on the folder root, which it takes over and closes; NULL (root is left open)
 * when no memory is left. */
Vault *vault_new (int root);
