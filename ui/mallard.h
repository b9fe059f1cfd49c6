/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own help pages, written in the part of Mallard 1.0 that they need: page, info, desc, link,
 * title, p, list, steps, item, section, gui, key. The pages are English; each title, desc and p is
 * looked up as a whole, with the elements inside, in the program's catalog of translations. They are installed for the desktop's help viewer
 * too; that one is a program of its own, which cannot be started from here, since it would live
 * under this program's restrictions. */
#pragma once

#include <glib.h>

typedef enum
{
  UI_HELP_TITLE,   /* of the page */
  UI_HELP_HEADING, /* of a section */
  UI_HELP_TEXT,
  UI_HELP_ITEM, /* of a list */
  UI_HELP_STEP
} UiHelpKind;

typedef struct
{
  UiHelpKind kind;
  guint number; /* of a step, from 1 */
  char *markup; /* Pango's, with links whose href is the id of a page */
} UiHelpBlock;

typedef struct
{
  char *title, *description; /* plain text */
  GPtrArray *blocks;         /* UiHelpBlock, the title first */
} UiHelpPage;

/* A page of the resources in the person's language, by its id; NULL if there is none or it is not well formed. */
UiHelpPage *ui_help_page_load (const char *id);
void ui_help_page_free (UiHelpPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiHelpPage, ui_help_page_free)
