/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parity.h"

#include <isa-l/erasure_code.h>
#include <string.h>

void
vault_parity_init (ParityCode *code)
{
  uint8_t matrix[PARITY_WIDTH * PARITY_DATA];

  gf_gen_cauchy1_matrix (matrix, PARITY_WIDTH, PARITY_DATA);
  memcpy (code->factor, matrix + PARITY_DATA * PARITY_DATA, sizeof code->factor);
  ec_init_tables (PARITY_DATA, PARITY_CODED, code->factor[0], code->tables);
}

void
vault_parity_encode (ParityCode *code, uint8_t *const data[PARITY_DATA],
                     uint8_t *const coded[PARITY_CODED], size_t n)
{
  ec_encode_data ((int) n, PARITY_DATA, PARITY_CODED, code->tables, (unsigned char **) data,
                  (unsigned char **) coded);
}

/* The lost data columns as sums of the good data columns and of as many good parity columns:
 * sum over lost t of factor[p][t] x_t = parity_p + sum over good j of factor[p][j] x_j, for each
 * chosen p, solved for x_t. Column lost[t] of the sources is taken by parity column chosen[t]. */
static bool
solve_factors (const ParityCode *code, const uint8_t *lost, const uint8_t *chosen, uint8_t n_lost,
               uint8_t ret_factors[PARITY_CODED][PARITY_DATA])
{
  uint8_t square[PARITY_CODED * PARITY_CODED], inverse[PARITY_CODED * PARITY_CODED];

  for (uint8_t p = 0; p < n_lost; p++)
    for (uint8_t t = 0; t < n_lost; t++)
      square[p * n_lost + t] = code->factor[chosen[p]][lost[t]];
  if (gf_invert_matrix (square, inverse, n_lost) != 0)
    return false;
  for (uint8_t t = 0; t < n_lost; t++)
    {
      for (uint8_t j = 0; j < PARITY_DATA; j++)
        {
          uint8_t sum = 0;

          for (uint8_t p = 0; p < n_lost; p++)
            sum ^= gf_mul (inverse[t * n_lost + p], code->factor[chosen[p]][j]);
          ret_factors[t][j] = sum;
        }
      for (uint8_t p = 0; p < n_lost; p++)
        ret_factors[t][lost[p]] = inverse[t * n_lost + p];
    }
  return true;
}

bool
vault_parity_solve (ParityCode *code, uint8_t *const columns[PARITY_WIDTH],
                    const bool bad[PARITY_WIDTH], size_t n)
{
  uint8_t lost[PARITY_CODED], chosen[PARITY_CODED], n_lost = 0, n_chosen = 0, n_bad = 0;
  uint8_t factors[PARITY_CODED][PARITY_DATA], tables[32 * PARITY_CODED * PARITY_DATA];
  uint8_t *sources[PARITY_DATA], *targets[PARITY_CODED];

  for (size_t i = 0; i < PARITY_WIDTH; i++)
    n_bad = (uint8_t) (n_bad + bad[i]);
  if (n_bad > PARITY_CODED)
    return false;
  for (uint8_t j = 0; j < PARITY_DATA; j++)
    {
      sources[j] = columns[j];
      if (bad[j])
        lost[n_lost++] = j;
    }
  for (uint8_t p = 0; p < PARITY_CODED && n_chosen < n_lost; p++)
    if (!bad[PARITY_DATA + p])
      chosen[n_chosen++] = p;
  if (n_lost > 0)
    {
      if (!solve_factors (code, lost, chosen, n_lost, factors))
        return false;
      for (uint8_t t = 0; t < n_lost; t++)
        {
          sources[lost[t]] = columns[PARITY_DATA + chosen[t]];
          targets[t] = columns[lost[t]];
        }
      ec_init_tables (PARITY_DATA, n_lost, factors[0], tables);
      ec_encode_data ((int) n, PARITY_DATA, n_lost, tables, sources, targets);
    }
  for (uint8_t p = 0; p < PARITY_CODED; p++)
    if (bad[PARITY_DATA + p])
      {
        uint8_t *target = columns[PARITY_DATA + p];

        ec_init_tables (PARITY_DATA, 1, code->factor[p], tables);
        ec_encode_data ((int) n, PARITY_DATA, 1, tables, (unsigned char **) columns, &target);
      }
  return true;
}
