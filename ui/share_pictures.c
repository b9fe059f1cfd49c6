/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_pictures.h"

static void
picture_free (gpointer data)
{
  UiSharePicture *picture = data;

  g_ptr_array_unref (picture->items);
  g_array_unref (picture->boxes);
  g_free (picture->seen);
  g_free (picture);
}

static UiSharePicture *
picture_new (const ScanShareProposal *proposal, gint own_frame, UiSharePicture *general)
{
  UiSharePicture *picture = g_new0 (UiSharePicture, 1);

  picture->items =
      general != NULL ? g_ptr_array_ref (general->items) : g_ptr_array_new_with_free_func (g_free);
  picture->rows = proposal->rows;
  picture->columns = proposal->columns;
  picture->frame = own_frame >= 0 ? (guint) own_frame : proposal->frames / 2;
  picture->frames = proposal->frames;
  if (own_frame < 0 && proposal->every_frame)
    {
      picture->seen = g_malloc0 (proposal->frames);
      picture->frame = 0;
    }
  picture->own_frame = own_frame;
  picture->general = general;
  picture->boxes = g_array_new (FALSE, FALSE, sizeof (UiShareBox));
  return picture;
}

/* The picture of that frame, made if there is none. first: the general one among pictures. */
static UiSharePicture *
picture_of (GPtrArray *pictures, guint first, const ScanShareProposal *proposal, gint frame)
{
  UiSharePicture *picture;

  /* Boxes come in order: those of all frames, then frame by frame. */
  picture = g_ptr_array_index (pictures, frame < 0 ? first : pictures->len - 1);
  if (picture->own_frame == frame)
    return picture;
  picture = picture_new (proposal, frame, g_ptr_array_index (pictures, first));
  g_ptr_array_add (pictures, picture);
  return picture;
}

static UiSharePicture *
add_layout (GPtrArray *pictures, const ScanShareProposal *proposal)
{
  const guint first = pictures->len;

  g_ptr_array_add (pictures, picture_new (proposal, -1, NULL));
  for (guint i = 0; i < proposal->boxes->len; i++)
    {
      const ScanTextBox *found = &g_array_index (proposal->boxes, ScanTextBox, i);
      const UiShareBox box = { found->x, found->y, found->width, found->height, FALSE, FALSE };

      g_array_append_val (picture_of (pictures, first, proposal, found->frame)->boxes, box);
    }
  return g_ptr_array_index (pictures, first);
}

GPtrArray *
ui_share_pictures_new (const GPtrArray *proposals)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func (picture_free);
  g_autoptr (GHashTable) layouts = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < proposals->len; i++)
    {
      const ScanShareProposal *proposal = g_ptr_array_index (proposals, i);
      UiSharePicture *general;

      if ((proposal->look & (SCAN_LOOK_TEXT | SCAN_LOOK_KIND)) == 0 || proposal->rows == 0)
        continue;
      general = g_hash_table_lookup (layouts, GUINT_TO_POINTER (proposal->layout));
      if (general == NULL)
        {
          general = add_layout (pictures, proposal);
          g_hash_table_insert (layouts, GUINT_TO_POINTER (proposal->layout), general);
        }
      g_ptr_array_add (general->items, g_strdup (proposal->item));
    }
  return pictures;
}

void
ui_share_picture_see (UiSharePicture *picture)
{
  if (picture->seen != NULL)
    picture->seen[picture->frame] = 1;
}

guint
ui_share_picture_unseen (const UiSharePicture *picture)
{
  guint n = 0;

  for (guint i = 0; picture->seen != NULL && i < picture->frames; i++)
    n += picture->seen[i] == 0;
  return n;
}

guint
ui_share_picture_next (const UiSharePicture *picture, guint from)
{
  for (guint i = 0; picture->seen != NULL && i < picture->frames; i++)
    if (picture->seen[(from + i) % picture->frames] == 0)
      return (from + i) % picture->frames;
  return from;
}

guint
ui_share_pictures_looked (const GPtrArray *pictures)
{
  guint n = 0;

  for (guint i = 0; i < pictures->len; i++)
    n += ((const UiSharePicture *) g_ptr_array_index (pictures, i))->looked ? 1 : 0;
  return n;
}

static void
add_box (GPtrArray *boxes, const UiSharePicture *picture, const UiShareBox *box)
{
  for (guint i = 0; i < picture->items->len; i++)
    {
      ScanBox *made = g_new0 (ScanBox, 1);

      made->item = g_strdup (g_ptr_array_index (picture->items, i));
      made->frame = picture->own_frame;
      made->x = box->x;
      made->y = box->y;
      made->width = box->width;
      made->height = box->height;
      made->keep = box->removed;
      g_ptr_array_add (boxes, made);
    }
}

void
ui_share_pictures_apply (const GPtrArray *pictures, GPtrArray *boxes)
{
  for (guint i = 0; i < pictures->len; i++)
    {
      const UiSharePicture *picture = g_ptr_array_index (pictures, i);

      for (guint k = 0; k < picture->boxes->len; k++)
        {
          const UiShareBox *box = &g_array_index (picture->boxes, UiShareBox, k);

          /* What stays on the screen stays covered, whatever is taken away around it. */
          if (!box->added || !box->removed)
            add_box (boxes, picture, box);
        }
    }
}
