/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader_pool_private.h"

#include "error.h"

#define START_ATTEMPTS 3

/* So many readers may break in a row before starts are slowed down: 25 ms between two, twice as
 * much after each further one, at most 200 ms. A start costs about 30 ms of a processor. */
#define BROKEN_FREE 8
#define PAUSE_FIRST ((gint64) 25 * 1000)
#define PAUSE_DOUBLINGS 3

/* Words: a reader is idle or borrowed. A fresh one has served nothing. Beside the readers that
 * serve (at most max_readers at a time) one fresh reader is kept as a spare: it hides the start of
 * a process from whoever needs a fresh reader, and from whoever comes after a crash. A reader with
 * a larger arena than the default is made for one call and ended after it; there is one of them at
 * a time, for the sake of memory. */
struct ScanReaderPool
{
  ScanReaderProgram program;
  guint max_readers;
  GThread *spawner;

  GMutex lock; /* guards all that follows */
  GCond changed;
  GQueue idle;           /* ScanReader, fresh ones last */
  guint busy;            /* borrowed, or about to be */
  guint live;            /* idle, borrowed and being started, with the default arena */
  guint to_start;        /* starts that the spawner owes, with the one that is under way */
  guint waiting;         /* callers in scan_reader_pool_borrow */
  guint waiting_fresh;   /* of them, those that need a fresh one */
  guint failures;        /* starts that failed in a row */
  GError *failed;        /* what callers that wait are told; NULL while there is hope */
  gboolean large_wanted; /* a caller waits for large */
  gboolean large_busy;
  gsize large_size;
  ScanReader *large;
  GError *large_failed;
  guint broken;      /* readers that broke in a row, with none between that did its work */
  guint starts;      /* so far */
  gint64 last_start; /* monotonic, microseconds */
  int last_status;
  int landlock; /* of the reader that started last; -1 = none did */
  gboolean stopping;
};

static void
note_start (ScanReaderPool *pool, ScanReader *reader, GError *error)
{
  pool->to_start--;
  if (reader != NULL)
    {
      pool->failures = 0;
      pool->landlock = (int) reader->landlock;
      g_queue_push_tail (&pool->idle, reader);
      return;
    }

  pool->live--;
  pool->failures++;
  if (pool->failures >= START_ATTEMPTS ||
      g_error_matches (error, SCAN_ERROR, SCAN_ERROR_NO_SANDBOX))
    {
      g_clear_error (&pool->failed);
      pool->failed = error;
    }
  else
    g_error_free (error);
}

/* Waits until the next start may be. Returns with the lock held, as it was. */
static void
pause_before_start (ScanReaderPool *pool)
{
  gint64 until;

  if (pool->broken < BROKEN_FREE)
    return;
  until = pool->last_start + (PAUSE_FIRST << MIN (pool->broken - BROKEN_FREE, PAUSE_DOUBLINGS));
  while (!pool->stopping && g_cond_wait_until (&pool->changed, &pool->lock, until))
    ;
}

/* The thread that is the parent of all readers, since they die with the thread that started them.
 */
static gpointer
spawn_readers (gpointer data)
{
  ScanReaderPool *pool = data;

  g_mutex_lock (&pool->lock);
  while (!pool->stopping)
    {
      gboolean large;
      gsize size;
      ScanReader *reader;
      GError *error = NULL;

      if (!pool->large_wanted && pool->to_start == 0)
        {
          g_cond_wait (&pool->changed, &pool->lock);
          continue;
        }
      pause_before_start (pool);
      if (pool->stopping)
        break;
      large = pool->large_wanted;
      size = large ? pool->large_size : SCAN_ARENA_DEFAULT;
      pool->starts++;
      pool->last_start = g_get_monotonic_time ();

      g_mutex_unlock (&pool->lock);
      reader = scan_reader_spawn (&pool->program, size, &error);
      g_mutex_lock (&pool->lock);

      if (large)
        {
          pool->large_wanted = FALSE;
          pool->large = reader;
          pool->large_failed = error;
        }
      else
        note_start (pool, reader, error);
      g_cond_broadcast (&pool->changed);
    }
  g_mutex_unlock (&pool->lock);
  return NULL;
}

ScanReaderPool *
scan_reader_pool_new_for_program (const char *program, const char *const *switches,
                                  guint max_readers)
{
  ScanReaderPool *pool = g_new0 (ScanReaderPool, 1);

  pool->program.program = g_strdup (program);
  pool->program.switches = g_strdupv ((char **) switches);
  pool->max_readers = max_readers > 0 ? max_readers : g_get_num_processors ();
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->changed);
  g_queue_init (&pool->idle);
  pool->to_start = 1;
  pool->live = 1;
  pool->landlock = -1;
  pool->spawner = g_thread_new ("reader-spawner", spawn_readers, pool);
  return pool;
}

void
scan_reader_pool_free (ScanReaderPool *pool)
{
  ScanReader *reader;

  if (pool == NULL)
    return;
  g_mutex_lock (&pool->lock);
  pool->stopping = TRUE;
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
  g_thread_join (pool->spawner);

  while ((reader = g_queue_pop_head (&pool->idle)) != NULL)
    scan_reader_end (reader);
  g_clear_error (&pool->failed);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->changed);
  g_free (pool->program.program);
  g_strfreev (pool->program.switches);
  g_free (pool);
}

static guint
count_fresh (ScanReaderPool *pool)
{
  guint n = pool->to_start;
  GList *l;

  for (l = pool->idle.tail; l != NULL && !((ScanReader *) l->data)->used; l = l->prev)
    n++;
  return n;
}

/* Orders a start if the spare is gone or more callers want a fresh reader than there are. */
static void
order_starts (ScanReaderPool *pool)
{
  guint wanted = 1 + pool->waiting_fresh;

  while (count_fresh (pool) < wanted && pool->live < 2 * pool->max_readers + 1)
    {
      pool->to_start++;
      pool->live++;
      g_cond_broadcast (&pool->changed);
    }
}

static ScanReader *
take_idle (ScanReaderPool *pool, gboolean fresh)
{
  ScanReader *reader;

  if (pool->busy >= pool->max_readers)
    return NULL;
  reader = fresh ? g_queue_peek_tail (&pool->idle) : g_queue_peek_head (&pool->idle);
  if (reader == NULL || (fresh && reader->used))
    return NULL;
  g_queue_remove (&pool->idle, reader);
  pool->busy++;
  return reader;
}

/* Has a reader made for one call. The spawner's answer is waited for even when cancelled: it is
 * near. */
static ScanReader *
take_large (ScanReaderPool *pool, gsize arena_size, GCancellable *cancellable, GError **error)
{
  ScanReader *reader;

  while (pool->large_busy && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&pool->changed, &pool->lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  pool->large_busy = TRUE;
  pool->large_wanted = TRUE;
  pool->large_size = arena_size;
  g_cond_broadcast (&pool->changed);
  while (pool->large_wanted)
    g_cond_wait (&pool->changed, &pool->lock);

  reader = g_steal_pointer (&pool->large);
  if (reader == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&pool->large_failed));
      pool->large_busy = FALSE;
      g_cond_broadcast (&pool->changed);
    }
  return reader;
}

static ScanReader *
take_ordinary (ScanReaderPool *pool, gboolean fresh, GCancellable *cancellable, GError **error)
{
  ScanReader *reader = NULL;

  if (pool->waiting == 0)
    g_clear_error (&pool->failed);
  pool->waiting++;
  pool->waiting_fresh += fresh;

  while ((reader = take_idle (pool, fresh)) == NULL)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
      if (pool->failed != NULL)
        {
          g_propagate_error (error, g_error_copy (pool->failed));
          break;
        }
      order_starts (pool);
      g_cond_wait (&pool->changed, &pool->lock);
    }

  pool->waiting--;
  pool->waiting_fresh -= fresh;
  if (pool->waiting == 0)
    pool->failures = 0;
  if (reader != NULL)
    order_starts (pool);
  return reader;
}

static void
wake_waiting (GCancellable *cancellable, gpointer data)
{
  ScanReaderPool *pool = data;

  g_mutex_lock (&pool->lock);
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
}

ScanReader *
scan_reader_pool_borrow (ScanReaderPool *pool, gsize arena_size, ScanCallFlags flags,
                         GCancellable *cancellable, GError **error)
{
  ScanReader *reader;
  gulong handler = 0;

  /* Connecting runs the handler at once when it is too late already, so the lock is not held here.
   */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiting), pool, NULL);

  g_mutex_lock (&pool->lock);
  if (arena_size > SCAN_ARENA_DEFAULT)
    reader = take_large (pool, arena_size, cancellable, error);
  else
    reader = take_ordinary (pool, (flags & SCAN_CALL_FRESH) != 0, cancellable, error);
  g_mutex_unlock (&pool->lock);

  g_cancellable_disconnect (cancellable, handler);
  return reader;
}

void
scan_reader_pool_return (ScanReaderPool *pool, ScanReader *reader, ScanReaderState state)
{
  gboolean large = reader->arena_size > SCAN_ARENA_DEFAULT;
  gboolean ended = large || state != SCAN_READER_SOUND;
  int status = ended ? scan_reader_end (reader) : 0;

  g_mutex_lock (&pool->lock);
  if (large)
    pool->large_busy = FALSE;
  else
    pool->busy--;
  pool->broken = state == SCAN_READER_BROKEN ? pool->broken + 1 : 0;
  if (ended)
    pool->last_status = status;
  else
    g_queue_push_head (&pool->idle, reader);
  if (ended && !large)
    {
      pool->live--;
      order_starts (pool);
    }
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);
}

int
scan_reader_pool_landlock (ScanReaderPool *pool)
{
  int landlock;

  g_mutex_lock (&pool->lock);
  landlock = pool->landlock;
  g_mutex_unlock (&pool->lock);
  return landlock;
}

int
scan_reader_pool_last_status (ScanReaderPool *pool)
{
  int status;

  g_mutex_lock (&pool->lock);
  status = pool->last_status;
  g_mutex_unlock (&pool->lock);
  return status;
}

guint
scan_reader_pool_starts (ScanReaderPool *pool)
{
  guint starts;

  g_mutex_lock (&pool->lock);
  starts = pool->starts;
  g_mutex_unlock (&pool->lock);
  return starts;
}

guint
scan_reader_pool_busy (ScanReaderPool *pool)
{
  guint busy;

  g_mutex_lock (&pool->lock);
  busy = pool->busy;
  g_mutex_unlock (&pool->lock);
  return busy;
}
