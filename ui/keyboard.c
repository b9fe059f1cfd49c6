/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyboard.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define SOURCES "org.gnome.desktop.input-sources"

/* XKB names layouts by country (ISO 3166), as people know them by language. */
static const struct
{
  const char *id, *name;
} layouts[] = {
  { "us", N_ ("English (US)") },
  { "gb", N_ ("English (UK)") },
  { "de", N_ ("German") },
  { "at", N_ ("German (Austria)") },
  { "ch", N_ ("German (Switzerland)") },
  { "fr", N_ ("French") },
  { "be", N_ ("Belgian") },
  { "ca", N_ ("French (Canada)") },
  { "es", N_ ("Spanish") },
  { "latam", N_ ("Spanish (Latin America)") },
  { "pt", N_ ("Portuguese") },
  { "br", N_ ("Portuguese (Brazil)") },
  { "it", N_ ("Italian") },
  { "nl", N_ ("Dutch") },
  { "dk", N_ ("Danish") },
  { "no", N_ ("Norwegian") },
  { "se", N_ ("Swedish") },
  { "fi", N_ ("Finnish") },
  { "pl", N_ ("Polish") },
  { "cz", N_ ("Czech") },
  { "hu", N_ ("Hungarian") },
  { "ro", N_ ("Romanian") },
  { "tr", N_ ("Turkish") },
  { "gr", N_ ("Greek") },
  { "ru", N_ ("Russian") },
  { "ua", N_ ("Ukrainian") },
  { "ara", N_ ("Arabic") },
  { "il", N_ ("Hebrew") },
  { "ir", N_ ("Persian") },
  { "jp", N_ ("Japanese") },
  { "kr", N_ ("Korean") },
  { "cn", N_ ("Chinese") },
};

char *
ui_keyboard_layout_name (const char *id)
{
  gsize length = strcspn (id, "+");

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (strlen (layouts[i].id) == length && strncmp (layouts[i].id, id, length) == 0)
      return g_strdup (_ (layouts[i].name));
  return g_strdup (id);
}

/* The first of the sources used last, else of all. */
static char *
first_layout (GSettings *settings, const char *key)
{
  g_autoptr (GVariant) sources = g_settings_get_value (settings, key);
  const char *kind, *id;

  if (!g_variant_is_of_type (sources, G_VARIANT_TYPE ("a(ss)")) ||
      g_variant_n_children (sources) == 0)
    return NULL;
  g_variant_get_child (sources, 0, "(&s&s)", &kind, &id);
  return g_str_equal (kind, "xkb") ? ui_keyboard_layout_name (id) : NULL;
}

static char *
layout_in_use (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source != NULL ? g_settings_schema_source_lookup (source, SOURCES, TRUE) : NULL;
  g_autoptr (GSettings) settings = NULL;
  char *layout;

  if (schema == NULL || !g_settings_schema_has_key (schema, "mru-sources") ||
      !g_settings_schema_has_key (schema, "sources"))
    return NULL;
  settings = g_settings_new_full (schema, NULL, NULL);
  layout = first_layout (settings, "mru-sources");
  return layout != NULL ? layout : first_layout (settings, "sources");
}

GdkDevice *
ui_keyboard_device (GdkDisplay *display)
{
  GdkSeat *seat = gdk_display_get_default_seat (display);

  return seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;
}

static gboolean
caps_lock_is_on (GdkDisplay *display)
{
  GdkDevice *keyboard = ui_keyboard_device (display);

  return keyboard != NULL && gdk_device_get_caps_lock_state (keyboard);
}

char *
ui_keyboard_words (GdkDisplay *display)
{
  g_autofree char *layout = layout_in_use ();
  const char *caps = caps_lock_is_on (display) ? _ ("Caps Lock is on.") : NULL;
  /* Translators: %s is a keyboard layout, such as "German". */
  g_autofree char *types =
      layout != NULL ? g_strdup_printf (_ ("Your keyboard types: %s."), layout) : NULL;

  if (caps != NULL && types != NULL)
    return g_strdup_printf ("%s %s", caps, types);
  return g_strdup (caps != NULL ? caps : types);
}
