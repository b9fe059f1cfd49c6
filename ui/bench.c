/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdio.h>
#include <time.h>

typedef struct
{
  const UiBenchTarget *target;
  guint steps, done, index, not_ready;
  int direction;
  gint64 began, cpu_began;
  GArray *times, *cpu; /* gint64, microseconds */
} Bench;

/* Of this thread, µs: what other programs take from it does not count. */
static gint64
cpu_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->began = g_get_monotonic_time ();
  bench->cpu_began = cpu_time ();
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  gint64 time = g_get_monotonic_time () - bench->began, cpu = cpu_time () - bench->cpu_began;

  /* The clock was in the middle of a frame when the bench began to listen. */
  if (bench->began == 0)
    return;
  g_array_append_val (bench->times, time);
  g_array_append_val (bench->cpu, cpu);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
percentile_ms (GArray *times, guint percent)
{
  return times->len == 0
             ? 0
             : (double) g_array_index (times, gint64, (times->len - 1) * percent / 100) / 1000;
}

static void
bench_free (gpointer data)
{
  Bench *bench = data;

  g_array_unref (bench->times);
  g_array_unref (bench->cpu);
  g_free (bench);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;
  guint count = bench->target->count (widget);

  if (bench->done == 0 && !bench->target->is_ready (widget) && count > 0)
    return G_SOURCE_CONTINUE;
  if (bench->done == 0)
    {
      g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), bench);
      g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), bench);
    }
  if (bench->done == bench->steps || count == 0)
    {
      g_signal_handlers_disconnect_by_data (clock, bench);
      g_array_sort (bench->times, compare);
      g_array_sort (bench->cpu, compare);
      printf ("{\"frames\": %u, \"not_ready\": %u, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": "
              "%.2f, \"cpu_p50_ms\": %.2f, \"cpu_p99_ms\": %.2f, \"cpu_max_ms\": %.2f}\n",
              bench->times->len, bench->not_ready, percentile_ms (bench->times, 50),
              percentile_ms (bench->times, 99), percentile_ms (bench->times, 100),
              percentile_ms (bench->cpu, 50), percentile_ms (bench->cpu, 99),
              percentile_ms (bench->cpu, 100));
      fflush (stdout);
      g_application_quit (g_application_get_default ());
      return G_SOURCE_REMOVE;
    }
  if (bench->done > 0 && !bench->target->is_ready (widget))
    bench->not_ready++;
  if ((bench->index == 0 && bench->direction < 0) ||
      (bench->index + 1 >= count && bench->direction > 0))
    bench->direction = -bench->direction;
  if (count > 1)
    bench->index = (guint) ((int) bench->index + bench->direction);
  bench->target->go (widget, bench->index);
  bench->done++;
  return G_SOURCE_CONTINUE;
}

void
ui_bench_run (GtkWidget *window, const UiBenchTarget *target, guint steps)
{
  Bench *bench = g_new0 (Bench, 1);

  bench->target = target;
  bench->steps = steps;
  bench->direction = 1;
  bench->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench->cpu = g_array_new (FALSE, FALSE, sizeof (gint64));
  target->go (window, 0);
  gtk_widget_add_tick_callback (window, on_tick, bench, bench_free);
}
