/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What takes long to wipe is wiped in a thread. */
#include "task.h"

static GThread *freed_in;

static void
free_data (gpointer data)
{
  g_assert_cmpstr (data, ==, "wiped");
  g_atomic_pointer_set (&freed_in, g_thread_self ());
}

static void
test_forget (void)
{
  GCancellable *owner = g_cancellable_new ();

  ui_task_forget (owner, (gpointer) "wiped", free_data);
  while (g_atomic_pointer_get (&freed_in) == NULL || G_OBJECT (owner)->ref_count > 1)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (freed_in != g_thread_self ());
  g_object_unref (owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task/forget", test_forget);
  return g_test_run ();
}
