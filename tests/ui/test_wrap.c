/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buttons that find no room in one line stand in the next, and none is cut. */
#include "wrap_box.h"

#define WIDE 100
#define HIGH 40

static int
measured (GtkWidget *box, GtkOrientation orientation, int for_size, gboolean natural)
{
  int least, wish;

  gtk_widget_measure (box, orientation, for_size, &least, &wish, NULL, NULL);
  return natural ? wish : least;
}

static void
test_lines (void)
{
  GtkWidget *box = g_object_ref_sink (ui_wrap_box_new ()), *children[4];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i] = gtk_label_new (NULL);
      gtk_widget_set_size_request (children[i], WIDE, HIGH);
      ui_wrap_box_append (UI_WRAP_BOX (box), children[i]);
    }
  gtk_widget_hide (children[1]);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_HORIZONTAL, -1, FALSE), ==, WIDE);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_HORIZONTAL, -1, TRUE), >=, 3 * WIDE);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_VERTICAL, 4 * WIDE, FALSE), ==, HIGH);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_VERTICAL, 5 * WIDE / 2, FALSE), >=, 2 * HIGH);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_VERTICAL, 5 * WIDE / 2, FALSE), <, 3 * HIGH);
  g_assert_cmpint (measured (box, GTK_ORIENTATION_VERTICAL, WIDE, FALSE), >=, 3 * HIGH);
  gtk_widget_allocate (box, 5 * WIDE / 2, 3 * HIGH, -1, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      graphene_rect_t place;

      if (i == 1)
        continue;
      g_assert_true (gtk_widget_compute_bounds (children[i], box, &place));
      g_assert_cmpfloat (place.size.width, ==, WIDE);
      g_assert_cmpfloat (place.origin.x, >=, 0);
      g_assert_cmpfloat (place.origin.x + WIDE, <=, 5 * WIDE / 2);
      g_assert_cmpint (place.origin.y >= HIGH, ==, i == 3);
    }
  g_assert_finalize_object (box);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wrap/lines", test_lines);
  return g_test_run ();
}
