/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image_turn.h"

#include <math.h>
#include <string.h>

/* Cosines of 3 degrees and less across the main direction are no word worth saying. */
#define LETTER_FROM 0.0523

ScanTurn
scan_turn_then (ScanTurn first, ScanTurn second)
{
  /* Turning a mirrored picture clockwise is turning the picture the other way, then mirroring. */
  const guint quarters = first.mirrored ? 4 - second.quarters % 4 : second.quarters;

  return (ScanTurn){ (first.quarters + quarters) % 4, !first.mirrored != !second.mirrored };
}

ScanTurn
scan_turn_inverse (ScanTurn turn)
{
  if (turn.mirrored)
    return (ScanTurn){ turn.quarters % 4, TRUE };
  return (ScanTurn){ (4 - turn.quarters % 4) % 4, FALSE };
}

gboolean
scan_turn_is_none (ScanTurn turn)
{
  return turn.quarters % 4 == 0 && !turn.mirrored;
}

void
scan_turn_point (ScanTurn turn, double columns, double rows, double *x, double *y)
{
  double px = *x, py = *y, width = columns, height = rows;

  for (guint i = 0; i < turn.quarters % 4; i++)
    {
      const double before = px, side = width;

      px = height - py;
      py = before;
      width = height;
      height = side;
    }
  *x = turn.mirrored ? width - px : px;
  *y = py;
}

ScanPicture *
scan_picture_turn (const ScanPicture *picture, ScanTurn turn)
{
  const gboolean swapped = turn.quarters % 2 != 0;
  const gssize channels = (gssize) picture->channels, stride = channels * (gssize) picture->columns;
  ScanPicture *turned =
      scan_picture_new (swapped ? picture->columns : picture->rows,
                        swapped ? picture->rows : picture->columns, picture->channels);
  const ScanTurn back = scan_turn_inverse (turn);
  double x = 0.5, y = 0.5, right_x = 1.5, right_y = 0.5, down_x = 0.5, down_y = 1.5;
  gssize first, across, down;

  if (turned == NULL)
    return NULL;
  /* Where the turned picture's first pixel, its neighbour and the one below come from. */
  scan_turn_point (back, turned->columns, turned->rows, &x, &y);
  scan_turn_point (back, turned->columns, turned->rows, &right_x, &right_y);
  scan_turn_point (back, turned->columns, turned->rows, &down_x, &down_y);
  first = (gssize) floor (y) * stride + (gssize) floor (x) * channels;
  across = (gssize) lround (right_y - y) * stride + (gssize) lround (right_x - x) * channels;
  down = (gssize) lround (down_y - y) * stride + (gssize) lround (down_x - x) * channels;
  for (guint row = 0; row < turned->rows; row++)
    {
      const guint8 *from = picture->pixels + first + (gssize) row * down;
      guint8 *to = turned->pixels + (gsize) row * turned->columns * picture->channels;

      if (channels == 1)
        for (guint column = 0; column < turned->columns; column++, from += across)
          to[column] = *from;
      else
        for (guint column = 0; column < turned->columns; column++, from += across, to += channels)
          memcpy (to, from, (gsize) channels);
    }
  return turned;
}

/* The letters of a direction of the patient's space: x to the left, y to the back, z to the head.
 */
static void
letters_of (const double direction[3], double sign, char ret_letters[SCAN_LETTERS_SIZE])
{
  static const char *const letters[] = { "RL", "AP", "FH" };
  gboolean used[3] = { FALSE, FALSE, FALSE };
  guint n = 0;

  for (guint k = 0; k < 3; k++)
    {
      int best = -1;

      for (int i = 0; i < 3; i++)
        if (!used[i] && fabs (direction[i]) > LETTER_FROM &&
            (best < 0 || fabs (direction[i]) > fabs (direction[best])))
          best = i;
      if (best < 0)
        break;
      used[best] = TRUE;
      ret_letters[n++] = letters[best][direction[best] * sign > 0 ? 1 : 0];
    }
  ret_letters[n] = '\0';
}

/* PatientOrientation names the ends; the begins are their opposites. */
static void
opposite_of (const char *letters, char ret_letters[SCAN_LETTERS_SIZE])
{
  static const char known[] = "RLAPHF", opposite[] = "LRPAFH";
  guint n = 0;

  for (; letters[n] != '\0' && n + 1 < SCAN_LETTERS_SIZE; n++)
    ret_letters[n] = opposite[strchr (known, letters[n]) - known];
  ret_letters[n] = '\0';
}

void
scan_frame_letters (const ScanFrame *frame, ScanTurn turn,
                    char ret_letters[SCAN_N_EDGES][SCAN_LETTERS_SIZE])
{
  /* Middles of the edges of a square of side 2. */
  static const double middles[SCAN_N_EDGES][2] = { { 0, 1 }, { 2, 1 }, { 1, 0 }, { 1, 2 } };
  char plain[SCAN_N_EDGES][SCAN_LETTERS_SIZE] = { "", "", "", "" };

  if (frame->oriented)
    {
      letters_of (frame->orientation, -1, plain[SCAN_EDGE_LEFT]);
      letters_of (frame->orientation, 1, plain[SCAN_EDGE_RIGHT]);
      letters_of (frame->orientation + 3, -1, plain[SCAN_EDGE_TOP]);
      letters_of (frame->orientation + 3, 1, plain[SCAN_EDGE_BOTTOM]);
    }
  else
    {
      g_strlcpy (plain[SCAN_EDGE_RIGHT], frame->row_letters, SCAN_LETTERS_SIZE);
      g_strlcpy (plain[SCAN_EDGE_BOTTOM], frame->column_letters, SCAN_LETTERS_SIZE);
      opposite_of (frame->row_letters, plain[SCAN_EDGE_LEFT]);
      opposite_of (frame->column_letters, plain[SCAN_EDGE_TOP]);
    }
  for (guint from = 0; from < SCAN_N_EDGES; from++)
    {
      double x = middles[from][0], y = middles[from][1];

      scan_turn_point (turn, 2, 2, &x, &y);
      for (guint to = 0; to < SCAN_N_EDGES; to++)
        if (fabs (middles[to][0] - x) < 0.5 && fabs (middles[to][1] - y) < 0.5)
          memcpy (ret_letters[to], plain[from], SCAN_LETTERS_SIZE);
    }
}
