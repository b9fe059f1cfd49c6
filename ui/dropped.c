/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dropped.h"

GStrv
ui_dropped_paths (const GValue *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (GSList *at = g_value_get_boxed (value); at != NULL; at = at->next)
    if (g_file_peek_path (at->data) != NULL)
      g_strv_builder_add (builder, g_file_peek_path (at->data));
  return g_strv_builder_end (builder);
}
