/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mallard.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define PLACE "/io/github/scanvault/ScanVault/help/%s.page"

typedef struct
{
  UiHelpPage *page;
  GString *text; /* of the block that is being read, as it stands in the page, or NULL */
  gboolean in_info, in_item, in_steps, in_section;
  gboolean title_alone; /* no more than that is wanted */
  guint steps;
} Reading;

/* The words of a block on their way from Mallard to Pango. */
typedef struct
{
  GString *markup;
  gboolean with_links;
} Showing;

static UiHelpPage *load (const char *id, gboolean title_alone);

static void
block_free (gpointer data)
{
  UiHelpBlock *block = data;

  g_free (block->markup);
  g_free (block);
}

void
ui_help_page_free (UiHelpPage *page)
{
  if (page == NULL)
    return;
  g_free (page->title);
  g_free (page->description);
  g_ptr_array_unref (page->blocks);
  g_free (page);
}

static gboolean
is_inside (const char *element)
{
  return g_str_equal (element, "gui") || g_str_equal (element, "key");
}

/* A link says the title of where it leads to. */
static void
add_link (GString *markup, const char *xref)
{
  g_autoptr (UiHelpPage) page = load (xref, TRUE);

  if (page != NULL)
    g_string_append_printf (markup, "<a href=\"%s\">%s</a>", xref, page->title);
}

static void
show_begin (GMarkupParseContext *context, const char *element, const char **names,
            const char **values, gpointer user_data, GError **error)
{
  Showing *showing = user_data;
  const char *xref = NULL;

  if (is_inside (element))
    g_string_append (showing->markup, "<b>");
  else if (g_str_equal (element, "link") && showing->with_links &&
           g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING,
                                        "xref", &xref, G_MARKUP_COLLECT_INVALID))
    add_link (showing->markup, xref);
}

static void
show_end (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Showing *showing = user_data;

  if (is_inside (element))
    g_string_append (showing->markup, "</b>");
}

static void
show_text (GMarkupParseContext *context, const char *text, gsize n, gpointer user_data,
           GError **error)
{
  Showing *showing = user_data;
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) n);

  g_string_append (showing->markup, escaped);
}

/* Pango's markup for the words of a block in the person's language; in English where a translation
 * is not well formed. */
static char *
show_words (const char *english, gboolean with_links)
{
  static const GMarkupParser parser = { show_begin, show_end, show_text, NULL, NULL };
  const char *tried[] = { *english != '\0' ? _ (english) : english, english };

  for (gsize i = 0; i < G_N_ELEMENTS (tried); i++)
    {
      Showing showing = { g_string_new (NULL), with_links };
      g_autoptr (GMarkupParseContext) context =
          g_markup_parse_context_new (&parser, G_MARKUP_PREFIX_ERROR_POSITION, &showing, NULL);

      if (g_markup_parse_context_parse (context, "<p>", -1, NULL) &&
          g_markup_parse_context_parse (context, tried[i], -1, NULL) &&
          g_markup_parse_context_parse (context, "</p>", -1, NULL) &&
          g_markup_parse_context_end_parse (context, NULL))
        return g_string_free (showing.markup, FALSE);
      g_string_free (showing.markup, TRUE);
    }
  return g_strdup ("");
}

static void
begin (GMarkupParseContext *context, const char *element, const char **names, const char **values,
       gpointer user_data, GError **error)
{
  Reading *reading = user_data;
  const char *xref = NULL;

  if (g_str_equal (element, "section"))
    reading->in_section = TRUE;
  else if (g_str_equal (element, "steps") || g_str_equal (element, "list"))
    {
      reading->in_steps = g_str_equal (element, "steps");
      reading->steps = 0;
    }
  else if (g_str_equal (element, "item"))
    {
      reading->in_item = TRUE;
      reading->steps++;
    }
  else if (g_str_equal (element, "p") || g_str_equal (element, "title") ||
           g_str_equal (element, "desc"))
    reading->text = g_string_new (NULL);
  else if (reading->text != NULL && is_inside (element))
    g_string_append_printf (reading->text, "<%s>", element);
  else if (reading->text != NULL && g_str_equal (element, "link") &&
           g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING,
                                        "xref", &xref, G_MARKUP_COLLECT_INVALID))
    g_string_append_printf (reading->text, "<link xref=\"%s\"/>", xref);
}

static UiHelpKind
kind_of (const Reading *reading, const char *element)
{
  if (g_str_equal (element, "title"))
    return reading->in_section ? UI_HELP_HEADING : UI_HELP_TITLE;
  if (!reading->in_item)
    return UI_HELP_TEXT;
  return reading->in_steps ? UI_HELP_STEP : UI_HELP_ITEM;
}

static void
end_text (Reading *reading, const char *element)
{
  g_autofree char *words = g_string_free (g_steal_pointer (&reading->text), FALSE);
  char *markup = show_words (words, !reading->title_alone);
  UiHelpBlock *block;

  if (g_str_equal (element, "desc"))
    {
      g_free (reading->page->description);
      reading->page->description = markup;
      return;
    }
  if (kind_of (reading, element) == UI_HELP_TITLE)
    {
      g_free (reading->page->title);
      reading->page->title = g_strdup (markup);
    }
  block = g_new0 (UiHelpBlock, 1);
  block->kind = kind_of (reading, element);
  block->number = reading->steps;
  block->markup = markup;
  g_ptr_array_add (reading->page->blocks, block);
}

static void
end (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Reading *reading = user_data;

  if (g_str_equal (element, "section"))
    reading->in_section = FALSE;
  else if (g_str_equal (element, "item"))
    reading->in_item = FALSE;
  else if (reading->text != NULL && is_inside (element))
    g_string_append_printf (reading->text, "</%s>", element);
  else if (reading->text != NULL && (g_str_equal (element, "p") || g_str_equal (element, "title") ||
                                     g_str_equal (element, "desc")))
    end_text (reading, element);
}

/* Escaped as the translators' catalogs have it, and no further. */
static void
add_text (GMarkupParseContext *context, const char *text, gsize n, gpointer user_data,
          GError **error)
{
  Reading *reading = user_data;

  for (gsize i = 0; i < n && reading->text != NULL; i++)
    if (text[i] == '&')
      g_string_append (reading->text, "&amp;");
    else if (text[i] == '<')
      g_string_append (reading->text, "&lt;");
    else if (text[i] == '>')
      g_string_append (reading->text, "&gt;");
    else
      g_string_append_c (reading->text, text[i]);
}

static UiHelpPage *
load (const char *id, gboolean title_alone)
{
  static const GMarkupParser parser = { begin, end, add_text, NULL, NULL };
  g_autofree char *place = g_strdup_printf (PLACE, id);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (place, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (UiHelpPage) page = NULL;
  g_autoptr (GMarkupParseContext) context = NULL;
  Reading reading = { .title_alone = title_alone };
  gboolean done;

  if (bytes == NULL)
    return NULL;
  page = g_new0 (UiHelpPage, 1);
  page->title = g_strdup ("");
  page->description = g_strdup ("");
  page->blocks = g_ptr_array_new_with_free_func (block_free);
  reading.page = page;
  context = g_markup_parse_context_new (&parser, G_MARKUP_PREFIX_ERROR_POSITION, &reading, NULL);
  done = g_markup_parse_context_parse (context, g_bytes_get_data (bytes, NULL),
                                       (gssize) g_bytes_get_size (bytes), NULL) &&
         g_markup_parse_context_end_parse (context, NULL);
  if (reading.text != NULL)
    g_string_free (reading.text, TRUE);
  return done ? g_steal_pointer (&page) : NULL;
}

UiHelpPage *
ui_help_page_load (const char *id)
{
  return load (id, FALSE);
}
