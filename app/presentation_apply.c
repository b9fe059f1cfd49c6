/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a presentation state is for, and what it wants of brightness. */
#include "presentation_private.h"

#include <math.h>

#include "image_memory.h"
#include "image_shutter.h"

const char *
scan_presentation_label (const ScanPresentation *presentation)
{
  return presentation->label;
}

const char *
scan_presentation_made (const ScanPresentation *presentation)
{
  return presentation->made;
}

gboolean
scan_presentation_is_partial (const ScanPresentation *presentation)
{
  return presentation->partial;
}

ScanTurn
scan_presentation_turn (const ScanPresentation *presentation)
{
  return presentation->turn;
}

static gboolean
referent_has (const ScanReferent *referent, const char *uid, guint frame)
{
  if (!g_str_equal (referent->uid, uid))
    return FALSE;
  for (guint i = 0; i < referent->n_frames; i++)
    if (referent->frames[i] == frame + 1)
      return TRUE;
  return referent->n_frames == 0;
}

static gboolean
are_for (const ScanPresentation *presentation, const ScanReferents *pictures, const char *uid,
         guint frame)
{
  for (guint i = 0; i < pictures->n; i++)
    if (referent_has (&g_array_index (presentation->referents, ScanReferent, pictures->indices[i]),
                      uid, frame))
      return TRUE;
  return FALSE;
}

gboolean
scan_presentation_is_for (const ScanPresentation *presentation, const char *uid, guint frame)
{
  return are_for (presentation, &presentation->own, uid, frame);
}

gboolean
scan_presentation_names (const ScanPresentation *presentation, const char *uid)
{
  for (guint i = 0; i < presentation->own.n; i++)
    if (g_str_equal (
            g_array_index (presentation->referents, ScanReferent, presentation->own.indices[i]).uid,
            uid))
      return TRUE;
  return FALSE;
}

gboolean
scan_referents_have (const ScanPresentation *presentation, const ScanReferents *pictures,
                     const char *uid, guint frame)
{
  return scan_presentation_is_for (presentation, uid, frame) &&
         (pictures->n == 0 || are_for (presentation, pictures, uid, frame));
}

/* A window over values of the state's own rescale, as one over the frame's. */
static void
take_window (const ScanPresentation *presentation, const ScanFrame *decoded,
             const ScanStateWindow *window, ScanBrightness *brightness)
{
  double center = window->center, width = window->width;

  if (presentation->rescaled && decoded->samples == 1 && decoded->modality_lut.n == 0)
    {
      center = (center - presentation->intercept) / presentation->slope * decoded->slope +
               decoded->intercept;
      width *= fabs (decoded->slope / presentation->slope);
    }
  if (!isfinite (center) || !isfinite (width) || width <= 0)
    return;
  brightness->center = center;
  brightness->width = width;
  brightness->use_voi_lut = FALSE;
}

void
scan_presentation_brighten (const ScanPresentation *presentation, const char *uid, guint frame,
                            const ScanFrame *decoded, ScanBrightness *brightness)
{
  for (guint i = 0; i < presentation->windows->len; i++)
    {
      const ScanStateWindow *window = &g_array_index (presentation->windows, ScanStateWindow, i);

      if (!scan_referents_have (presentation, &window->pictures, uid, frame))
        continue;
      take_window (presentation, decoded, window, brightness);
      break;
    }
  if (presentation->inverse >= 0 && decoded->samples == 1)
    brightness->negative = !decoded->inverse != !presentation->inverse;
}

GBytes *
scan_presentation_shutter (const ScanPresentation *presentation, guint rows, guint columns,
                           guint8 *ret_level)
{
  const ScanShutter shutter = { presentation->rectangle,  presentation->edges[0],
                                presentation->edges[1],   presentation->edges[2],
                                presentation->edges[3],   presentation->circle[0],
                                presentation->circle[1],  presentation->circle[2],
                                presentation->n_vertices, presentation->vertices };
  const gsize size = scan_plane_size (rows, columns);
  guint8 *plane;

  if (!shutter.rectangle && shutter.radius <= 0 && shutter.n_vertices < 3)
    return NULL;
  plane = scan_image_alloc (size);
  if (plane == NULL)
    return NULL;
  scan_shutter_cover (&shutter, rows, columns, plane);
  if (!scan_plane_is_mixed (plane, rows, columns))
    {
      scan_image_free (plane);
      return NULL;
    }
  *ret_level = presentation->level;
  return scan_image_take (plane, size);
}
