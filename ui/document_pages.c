/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document_pages.h"

#include <glib/gi18n.h>

#include "document_page.h"
#include "task.h"
#include "thumbs.h"

#define SPACE 16      /* around and between pages */
#define KEPT_AROUND 3 /* pages that stay drawn out of sight, on each side */
#define SIDE_MAX 4096 /* pixels of a drawn page */
#define ZOOM_MIN 0.1
#define ZOOM_MAX 8.0
#define FIT_MAX 1.5 /* small pictures are not blown up to fit */
#define POINTS_TO_PIXELS (96.0 / 72.0)
#define BUILT_AT_A_TIME 100

typedef struct
{
  UiDocumentPage *widget;
  guint drawn_side; /* of the texture that it shows; 0 = none */
  const char *problem;
  gboolean failed;
} Page;

struct _UiDocumentPages
{
  AdwBin parent_instance;
  GtkScrolledWindow *scroller;
  GtkBox *box;
  GtkAdjustment *horizontal, *vertical;
  UiSession *session;
  ScanPages *pages; /* owned by the jobs too, see PageJob */
  GArray *built;    /* Page */
  guint building;   /* source */
  guint fitting;    /* source */
  guint looking;    /* source */
  int fitted_width;
  double zoom; /* 0 = fits */
  guint current;
  gboolean asked_for; /* asked_page is the current one, however the window is scrolled */
  guint asked_page;
  gboolean keep, laid_out; /* it is to be scrolled to after the next layout; which has been */
  gboolean drawing;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (UiDocumentPages, ui_document_pages, ADW_TYPE_BIN)

enum
{
  SIGNAL_MOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static Page *
page_at (UiDocumentPages *self, guint i)
{
  return &g_array_index (self->built, Page, i);
}

static double
unit (UiDocumentPages *self)
{
  return g_str_equal (scan_pages_type (self->pages), "pdf") ? POINTS_TO_PIXELS : 1;
}

static double
effective_zoom (UiDocumentPages *self)
{
  const int width = (int) gtk_adjustment_get_page_size (self->horizontal) - 2 * SPACE;
  guint widest = 1;

  if (self->zoom > 0)
    return self->zoom;
  for (guint i = 0; i < self->built->len; i++)
    widest = MAX (widest, scan_pages_size (self->pages, i).columns);
  return CLAMP (MAX (width, 100) / (widest * unit (self)), 0.01, FIT_MAX);
}

/* Where a page stands in the box, in pixels. */
static void
page_span (UiDocumentPages *self, guint i, double *ret_top, double *ret_bottom)
{
  graphene_rect_t bounds;

  *ret_top = *ret_bottom = 0;
  if (!gtk_widget_compute_bounds (GTK_WIDGET (page_at (self, i)->widget), GTK_WIDGET (self->box),
                                  &bounds))
    return;
  *ret_top = bounds.origin.y;
  *ret_bottom = bounds.origin.y + bounds.size.height;
}

static guint
wanted_side (UiDocumentPages *self, guint i)
{
  const ScanPageSize size = scan_pages_size (self->pages, i);
  const double side = MAX (size.columns, size.rows) * unit (self) * effective_zoom (self) *
                      gtk_widget_get_scale_factor (GTK_WIDGET (self));

  return (guint) CLAMP (side, 1, SIDE_MAX);
}

static void
set_sizes (UiDocumentPages *self)
{
  const double scale = unit (self) * effective_zoom (self);

  for (guint i = 0; i < self->built->len; i++)
    {
      const ScanPageSize size = scan_pages_size (self->pages, i);

      ui_document_page_set_size (page_at (self, i)->widget,
                                 (int) CLAMP (size.columns * scale, 1, 30000),
                                 (int) CLAMP (size.rows * scale, 1, 30000));
    }
}

typedef struct
{
  UiDocumentPages *self; /* the owner of the task, which outlives it */
  guint page, side;
  GdkTexture *texture;
  const char *problem;
} PageJob;

static void
page_job_free (gpointer data)
{
  PageJob *job = data;

  g_clear_object (&job->texture);
  g_free (job);
}

static gboolean
page_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  PageJob *job = data;
  g_autoptr (ScanPicture) picture = scan_pages_picture (job->self->pages, job->page, job->side,
                                                        &job->problem, cancellable, error);

  if (picture != NULL)
    job->texture = ui_texture_new (picture);
  return job->texture != NULL;
}

static void draw_what_is_seen (UiDocumentPages *self);

static void
page_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiDocumentPages *self = owner;
  PageJob *job = data;
  Page *page;

  self->drawing = FALSE;
  if (self->box == NULL)
    return;
  page = page_at (self, job->page);
  page->failed = !ok;
  page->problem = ok ? job->problem : N_ ("This page cannot be shown.");
  page->drawn_side = job->side;
  ui_document_page_set_texture (page->widget, job->texture);
  if (job->page == self->current)
    g_signal_emit (self, signals[SIGNAL_MOVED], 0);
  draw_what_is_seen (self);
}

static void
draw (UiDocumentPages *self, guint i)
{
  PageJob *job = g_new0 (PageJob, 1);

  job->self = self;
  job->page = i;
  job->side = wanted_side (self, i);
  self->drawing = TRUE;
  ui_task_run (self, self->session, FALSE, page_work, page_done, NULL, job, page_job_free,
               self->cancellable);
}

/* The pages in sight; FALSE: none yet. */
static gboolean
seen_pages (UiDocumentPages *self, guint *ret_first, guint *ret_last)
{
  const double top = gtk_adjustment_get_value (self->vertical);
  const double bottom = top + gtk_adjustment_get_page_size (self->vertical);
  gboolean found = FALSE;

  for (guint i = 0; i < self->built->len; i++)
    {
      double from, to;

      page_span (self, i, &from, &to);
      if (to <= from || to < top)
        continue;
      if (from > bottom)
        break;
      if (!found)
        *ret_first = i;
      *ret_last = i;
      found = TRUE;
    }
  return found;
}

static void
forget_far_pages (UiDocumentPages *self, guint first, guint last)
{
  for (guint i = 0; i < self->built->len; i++)
    if (i + KEPT_AROUND < first || i > last + KEPT_AROUND)
      {
        ui_document_page_set_texture (page_at (self, i)->widget, NULL);
        page_at (self, i)->drawn_side = 0;
      }
}

static gboolean
is_drawn (UiDocumentPages *self, guint i)
{
  return page_at (self, i)->drawn_side == wanted_side (self, i);
}

/* What is seen, then the page below and the one above. One at a time: each is a task for all of a
 * reader, and the next wish is known when it is done. */
static void
draw_what_is_seen (UiDocumentPages *self)
{
  guint first, last;

  if (self->drawing || self->box == NULL || ui_session_is_closing (self->session) ||
      !seen_pages (self, &first, &last))
    return;
  forget_far_pages (self, first, last);
  for (guint i = first; i <= last; i++)
    if (!is_drawn (self, i))
      {
        draw (self, i);
        return;
      }
  if (last + 1 < self->built->len && !is_drawn (self, last + 1))
    draw (self, last + 1);
  else if (first > 0 && !is_drawn (self, first - 1))
    draw (self, first - 1);
}

/* The page that was asked for last, until somebody scrolls; then the one in the upper part of the
 * window. */
static void
find_current (UiDocumentPages *self)
{
  const double line =
      gtk_adjustment_get_value (self->vertical) + gtk_adjustment_get_page_size (self->vertical) / 3;
  guint current = 0;

  if (self->asked_for)
    current = self->asked_page;
  else
    for (guint i = 0; i < self->built->len; i++)
      {
        double from, to;

        page_span (self, i, &from, &to);
        if (from <= line)
          current = i;
      }
  if (current == self->current)
    return;
  self->current = current;
  g_signal_emit (self, signals[SIGNAL_MOVED], 0);
}

static gboolean
look (gpointer data)
{
  UiDocumentPages *self = data;

  self->looking = 0;
  if (self->laid_out && self->keep && self->asked_page < self->built->len)
    {
      self->keep = self->laid_out = FALSE;
      ui_document_pages_go (self, self->asked_page);
      return G_SOURCE_REMOVE;
    }
  find_current (self);
  draw_what_is_seen (self);
  return G_SOURCE_REMOVE;
}

/* Also while sizes are being given out, when nothing may change yet. */
static void
look_soon (UiDocumentPages *self)
{
  if (self->pages != NULL && self->looking == 0)
    self->looking = g_idle_add_full (GTK_PRIORITY_RESIZE + 1, look, self, NULL);
}

static void
on_extent (UiDocumentPages *self)
{
  self->laid_out = TRUE;
  look_soon (self);
}

static void
on_scrolled (UiDocumentPages *self)
{
  self->asked_for = FALSE;
  look_soon (self);
}

static gboolean
fit (gpointer data)
{
  UiDocumentPages *self = data;

  self->fitting = 0;
  set_sizes (self);
  draw_what_is_seen (self);
  return G_SOURCE_REMOVE;
}

/* Sizes must not change while they are being given out. */
static void
on_width (UiDocumentPages *self)
{
  const int width = (int) gtk_adjustment_get_page_size (self->horizontal);

  if (self->pages == NULL || self->zoom > 0 || width == self->fitted_width || self->fitting != 0)
    return;
  self->fitted_width = width;
  self->fitting = g_idle_add_full (GTK_PRIORITY_RESIZE, fit, self, NULL);
}

static gboolean
build_some (gpointer data)
{
  UiDocumentPages *self = data;
  const guint count = scan_pages_count (self->pages);

  for (guint n = 0; n < BUILT_AT_A_TIME && self->built->len < count; n++)
    {
      g_autofree char *label = g_strdup_printf (_ ("Page %u of %u"), self->built->len + 1, count);
      Page page = { .widget = UI_DOCUMENT_PAGE (ui_document_page_new (label)) };

      gtk_box_append (self->box, GTK_WIDGET (page.widget));
      g_array_append_val (self->built, page);
    }
  set_sizes (self);
  if (self->built->len < count)
    return G_SOURCE_CONTINUE;
  self->building = 0;
  return G_SOURCE_REMOVE;
}

void
ui_document_pages_show (UiDocumentPages *self, UiSession *session, ScanPages *pages)
{
  g_return_if_fail (self->pages == NULL);
  self->session = g_object_ref (session);
  self->pages = pages;
  if (build_some (self))
    self->building = g_idle_add (build_some, self);
}

guint
ui_document_pages_count (UiDocumentPages *self)
{
  return self->pages != NULL ? scan_pages_count (self->pages) : 0;
}

guint
ui_document_pages_current (UiDocumentPages *self)
{
  return self->current;
}

const char *
ui_document_pages_problem (UiDocumentPages *self)
{
  return self->current < self->built->len ? page_at (self, self->current)->problem : NULL;
}

void
ui_document_pages_go (UiDocumentPages *self, guint page)
{
  double from, to;

  if (self->pages == NULL || page >= self->built->len)
    return;
  page_span (self, page, &from, &to);
  gtk_adjustment_set_value (self->vertical, MAX (from - SPACE, 0));
  self->asked_for = TRUE;
  self->asked_page = page;
  look_soon (self);
}

void
ui_document_pages_zoom (UiDocumentPages *self, double factor)
{
  if (self->pages == NULL)
    return;
  self->zoom = factor > 0 ? CLAMP (effective_zoom (self) * factor, ZOOM_MIN, ZOOM_MAX) : 0;
  set_sizes (self);
  /* Where the page that was looked at comes to stand is known after the next layout. */
  self->asked_for = TRUE;
  self->asked_page = self->current;
  self->keep = TRUE;
  self->laid_out = FALSE;
  look_soon (self);
}

static void
ui_document_pages_dispose (GObject *object)
{
  UiDocumentPages *self = UI_DOCUMENT_PAGES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->building, g_source_remove);
  g_clear_handle_id (&self->fitting, g_source_remove);
  g_clear_handle_id (&self->looking, g_source_remove);
  if (self->vertical != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->vertical, self);
      g_signal_handlers_disconnect_by_data (self->horizontal, self);
    }
  g_clear_object (&self->vertical);
  g_clear_object (&self->horizontal);
  self->box = NULL;
  G_OBJECT_CLASS (ui_document_pages_parent_class)->dispose (object);
}

/* The last reference is that of the last task, so no thread works on pages any more. */
static void
ui_document_pages_finalize (GObject *object)
{
  UiDocumentPages *self = UI_DOCUMENT_PAGES (object);

  scan_pages_free (self->pages);
  g_array_unref (self->built);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_document_pages_parent_class)->finalize (object);
}

static void
ui_document_pages_class_init (UiDocumentPagesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_document_pages_dispose;
  G_OBJECT_CLASS (class)->finalize = ui_document_pages_finalize;
  signals[SIGNAL_MOVED] = g_signal_new ("moved", UI_TYPE_DOCUMENT_PAGES, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_document_pages_init (UiDocumentPages *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACE);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->built = g_array_new (FALSE, TRUE, sizeof (Page));
  self->cancellable = g_cancellable_new ();
  self->box = GTK_BOX (box);
  self->scroller = GTK_SCROLLED_WINDOW (scroller);
  gtk_widget_set_margin_top (box, SPACE);
  gtk_widget_set_margin_bottom (box, SPACE);
  gtk_widget_set_margin_start (box, SPACE);
  gtk_widget_set_margin_end (box, SPACE);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  gtk_scrolled_window_set_child (self->scroller, box);
  gtk_widget_add_css_class (scroller, "desk");
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Pages of the document"), -1);
  adw_bin_set_child (ADW_BIN (self), scroller);
  self->vertical = g_object_ref (gtk_scrolled_window_get_vadjustment (self->scroller));
  self->horizontal = g_object_ref (gtk_scrolled_window_get_hadjustment (self->scroller));
  g_signal_connect_swapped (self->horizontal, "changed", G_CALLBACK (on_width), self);
  g_signal_connect_swapped (self->vertical, "value-changed", G_CALLBACK (on_scrolled), self);
  g_signal_connect_swapped (self->vertical, "changed", G_CALLBACK (on_extent), self);
}
