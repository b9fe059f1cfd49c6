/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last few decoded blocks, so that small reads do not decode a block each. Wiped when freed. */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "vault_private.h"

#define N_BLOCKS 16

typedef struct
{
  uint32_t bundle;
  uint64_t block;
  size_t n; /* 0: free */
  uint64_t used;
} Slot;

struct BlockCache
{
  pthread_mutex_t lock;
  uint64_t clock;
  Slot slots[N_BLOCKS];
  uint8_t bytes[N_BLOCKS][VAULT_BLOCK_SIZE];
};

BlockCache *
vault_cache_new (void)
{
  BlockCache *cache =
      mmap (NULL, sizeof *cache, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (cache == MAP_FAILED)
    return NULL;
  madvise (cache, sizeof *cache, MADV_DONTDUMP);
  pthread_mutex_init (&cache->lock, NULL);
  return cache;
}

void
vault_cache_free (BlockCache *cache)
{
  if (cache == NULL)
    return;
  pthread_mutex_destroy (&cache->lock);
  for (size_t i = 0; i < N_BLOCKS; i++)
    if (cache->slots[i].n > 0)
      sodium_memzero (cache->bytes[i], cache->slots[i].n);
  munmap (cache, sizeof *cache);
}

bool
vault_cache_get (BlockCache *cache, uint32_t bundle, uint64_t block, size_t offset, void *buf,
                 size_t n)
{
  bool found = false;

  pthread_mutex_lock (&cache->lock);
  for (size_t i = 0; i < N_BLOCKS && !found; i++)
    {
      Slot *slot = &cache->slots[i];

      if (slot->n >= offset + n && slot->bundle == bundle && slot->block == block)
        {
          memcpy (buf, cache->bytes[i] + offset, n);
          slot->used = ++cache->clock;
          found = true;
        }
    }
  pthread_mutex_unlock (&cache->lock);
  return found;
}

void
vault_cache_put (BlockCache *cache, uint32_t bundle, uint64_t block, const uint8_t *bytes, size_t n)
{
  size_t oldest = 0;

  pthread_mutex_lock (&cache->lock);
  for (size_t i = 1; i < N_BLOCKS; i++)
    if (cache->slots[i].used < cache->slots[oldest].used)
      oldest = i;
  memcpy (cache->bytes[oldest], bytes, n);
  cache->slots[oldest] = (Slot){ bundle, block, n, ++cache->clock };
  pthread_mutex_unlock (&cache->lock);
}
