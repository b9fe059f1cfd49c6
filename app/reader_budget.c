/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader_budget.h"

#include <string.h>

#include "reader_protocol.h"

#define MIB ((guint64) 1024 * 1024)
#define SPACE ((gsize) 400 * 1024 * 1024)

/* A result may always be this large: a page or picture of 8192 × 8192 in colour is 192 MiB. Above
 * it, only so many times the source: what a few bytes declare is no reason to fill the memory. */
#define ARENA_FLOOR (256 * MIB)
#define ARENA_RATIO 64

/* Asking for a source again and again costs the keeper more than the reader. */
#define RANGES_FLOOR 10000
#define RANGES_PER_PIECE 16 /* of 8 KiB */
#define RANGE_BYTES_FLOOR (64 * MIB)
#define RANGE_BYTES_RATIO 16

typedef struct
{
  const char *verb;
  guint base_s;
  guint per_64_mib_s;
  guint max_s;
} Times;

/* The four before the last two decode every frame, or walk every byte twice. A request of
 * `burned-in` searches 16 million pixels, which took 3 s where all was noise, and decodes them.
 * `pack` took 17 ms for a MiB, by member. */
static const Times times[] = {
  { "frame", 20, 16, 180 },  { "picture", 20, 16, 180 },      { "page", 20, 16, 180 },
  { "pages", 20, 16, 180 },  { "inspect", 10, 16, 120 },      { "attributes", 10, 16, 120 },
  { "text", 10, 16, 120 },   { "enclosed", 10, 16, 120 },     { "medium", 10, 16, 120 },
  { "survey", 10, 16, 120 }, { "presentation", 10, 16, 120 }, { "places", 10, 16, 120 },
  { "hash", 30, 64, 900 },   { "samples", 30, 64, 900 },      { "deidentify", 30, 64, 900 },
  { "verify", 30, 64, 900 }, { "burned-in", 40, 16, 180 },    { "pack", 10, 64, 900 },
};

static guint64
multiplied (guint64 a, guint64 b)
{
  guint64 product;

  return g_uint64_checked_mul (&product, a, b) ? product : G_MAXUINT64;
}

static guint64
added (guint64 a, guint64 b)
{
  guint64 sum;

  return g_uint64_checked_add (&sum, a, b) ? sum : G_MAXUINT64;
}

ScanBudget
scan_budget (const char *verb, guint64 bytes)
{
  const Times *found = &times[0];
  guint64 cpu_ms;

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    if (strcmp (times[i].verb, verb) == 0)
      found = &times[i];

  cpu_ms = added ((guint64) found->base_s * 1000,
                  multiplied (bytes, (guint64) found->per_64_mib_s * 1000) / (64 * MIB));
  cpu_ms = MIN (cpu_ms, (guint64) found->max_s * 1000);
  return (ScanBudget){
    .cpu_ms = cpu_ms,
    .wall_ms = 2 * cpu_ms,
    .arena_max = MIN (MAX (ARENA_FLOOR, multiplied (bytes, ARENA_RATIO)), SCAN_ARENA_MAX),
  };
}

gsize
scan_budget_address_space (gsize arena_size)
{
  return SPACE + arena_size + (arena_size > SCAN_ARENA_DEFAULT ? 2 * arena_size : 0);
}

guint64
scan_budget_ranges (guint64 size)
{
  return added (multiplied (size / 8192, RANGES_PER_PIECE), RANGES_FLOOR);
}

guint64
scan_budget_range_bytes (guint64 size)
{
  return added (multiplied (size, RANGE_BYTES_RATIO), RANGE_BYTES_FLOOR);
}
