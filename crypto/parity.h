/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The erasure code behind parity (FORMAT.md, Parity): of a row of 63 columns, 60 of data and 3 of
 * parity, any 60 give the other 3. Reed-Solomon over GF(2^8) with the polynomial 0x11d and a Cauchy
 * matrix (Blömer et al., "An XOR-based erasure-resilient coding scheme", ICSI TR-95-048, 1995), by
 * ISA-L. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARITY_DATA 60
#define PARITY_CODED 3
#define PARITY_WIDTH (PARITY_DATA + PARITY_CODED)

typedef struct
{
  /* Coefficient of data column j in parity column p: the inverse of (60 + p) xor j. */
  uint8_t factor[PARITY_CODED][PARITY_DATA];
  uint8_t tables[32 * PARITY_CODED * PARITY_DATA];
} ParityCode;

void vault_parity_init (ParityCode *code);

/* n bytes of each column; data is only read. */
void vault_parity_encode (ParityCode *code, uint8_t *const data[PARITY_DATA],
                          uint8_t *const coded[PARITY_CODED], size_t n);

/* Fills the bad columns (data first, then parity) from the others. Returns false and changes
 * nothing when more than 3 are bad. */
bool vault_parity_solve (ParityCode *code, uint8_t *const columns[PARITY_WIDTH],
                         const bool bad[PARITY_WIDTH], size_t n);
