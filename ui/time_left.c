/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time_left.h"

#include <glib/gi18n.h>

#define SECONDS_MIN 2.0
#define DONE_MIN 0.02

char *
ui_time_left (double seconds, double done)
{
  double left;
  guint minutes;

  if (seconds < SECONDS_MIN || done < DONE_MIN || done > 1)
    return NULL;
  left = seconds * (1 - done) / done;
  if (left < 10)
    return g_strdup (_ ("a few seconds left"));
  if (left < 50)
    return g_strdup (_ ("less than a minute left"));
  minutes = (guint) (left / 60 + 0.5);
  if (minutes < 90)
    return g_strdup_printf (
        g_dngettext (NULL, "about %u minute left", "about %u minutes left", MAX (minutes, 1)),
        MAX (minutes, 1));
  minutes = (minutes + 30) / 60;
  return g_strdup_printf (g_dngettext (NULL, "about %u hour left", "about %u hours left", minutes),
                          minutes);
}
