/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stroke detector over any levels, in planes of any shape. */
#include "text_find.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint rows = size > 2 ? 1 + data[0] + (data[1] & 3) * 256u : 0;
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (ReaderTextBox));
  g_autofree guint8 *gray = NULL;
  guint columns;

  if (rows == 0)
    return 0;
  /* A short input is a pattern that goes on. */
  columns = (guint) CLAMP ((size - 2) / rows, 1 + data[1] / 4u, 600);
  gray = g_malloc ((gsize) rows * columns);
  for (gsize i = 0; i < (gsize) rows * columns; i++)
    gray[i] = data[2 + i % (size - 2)];
  if (!reader_text_find (gray, rows, columns, boxes))
    return 0;
  reader_text_settle (boxes, rows, columns);
  for (guint i = 0; i < boxes->len; i++)
    {
      const ReaderTextBox *box = &g_array_index (boxes, ReaderTextBox, i);

      if (box->x0 < 0 || box->y0 < 0 || box->x0 >= box->x1 || box->y0 >= box->y1 ||
          box->x1 > (gint) columns || box->y1 > (gint) rows)
        __builtin_trap ();
    }
  return 0;
}
