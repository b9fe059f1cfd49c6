/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block of slices is given back in a thread. */
#include "planes_cut.h"

static GThread *unref_in; /* where the last call was made */

void __real_scan_volume_unref (ScanVolume *volume);
void __wrap_scan_volume_unref (ScanVolume *volume);

void
__wrap_scan_volume_unref (ScanVolume *volume)
{
  __real_scan_volume_unref (volume);
  g_atomic_pointer_set (&unref_in, g_thread_self ());
}

static ScanVolume *
volume_new (void)
{
  g_autoptr (GArray) windows = g_array_new (FALSE, FALSE, sizeof (ScanWindow));
  const ScanFrame like = { .rows = 4,
                           .columns = 4,
                           .samples = 1,
                           .bits = 16,
                           .slope = 1,
                           .row_spacing = 1,
                           .column_spacing = 1,
                           .windows = windows,
                           .oriented = TRUE,
                           .orientation = { 1, 0, 0, 0, 1, 0 } };
  ScanVolumeFit fit;
  ScanVolume *volume = scan_volume_new (&like, SCAN_VOLUME_SLICES_MIN, 1, &fit);

  g_assert_nonnull (volume);
  return volume;
}

static void
test_forget (void)
{
  g_autoptr (GCancellable) owner = g_cancellable_new ();

  ui_planes_forget (owner, volume_new ());
  g_assert_true (unref_in != g_thread_self ());
  while (g_atomic_pointer_get (&unref_in) == NULL || G_OBJECT (owner)->ref_count > 1)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (unref_in != g_thread_self ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planes-cut/forget", test_forget);
  return g_test_run ();
}
