/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every attribute of an instance as DICOM JSON (PS3.18 Annex F). The reader sends a tree; the text
 * is written here, because a hostile reader must not write to our output. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "error.h"
#include "json_text.h"
#include "library_private.h"
#include "reader_protocol.h"

/* What is longer would take gigabytes as text. */
#define ANSWER_MAX ((gsize) 16 * 1024 * 1024)

#define ITEMS_TYPE "a" SCAN_ATTRIBUTES_TYPE

static gboolean add_elements (JsonBuilder *builder, GVariant *elements, guint depth);

static void
add_number_text (JsonBuilder *builder, const char *text)
{
  char *end;
  double number = g_ascii_strtod (text, &end);

  while (g_ascii_isspace (*end))
    end++;
  if (*text != '\0' && *end == '\0' && isfinite (number))
    json_builder_add_double_value (builder, number);
  else
    json_builder_add_string_value (builder, text);
}

/* F.2.2: a person's name is an object of its component groups. */
static void
add_person (JsonBuilder *builder, const char *text)
{
  static const char *const groups[] = { "Alphabetic", "Ideographic", "Phonetic" };
  g_auto (GStrv) parts = g_strsplit (text, "=", 3);

  json_builder_begin_object (builder);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      {
        json_builder_set_member_name (builder, groups[i]);
        json_builder_add_string_value (builder, parts[i]);
      }
  json_builder_end_object (builder);
}

static void
add_texts (JsonBuilder *builder, const char *vr, GVariant *value)
{
  gboolean numeric = g_str_equal (vr, "DS") || g_str_equal (vr, "IS");
  GVariantIter iter;
  const char *text;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "&s", &text))
    {
      if (*text == '\0')
        json_builder_add_null_value (builder);
      else if (numeric)
        add_number_text (builder, text);
      else if (g_str_equal (vr, "PN"))
        add_person (builder, text);
      else
        json_builder_add_string_value (builder, text);
    }
}

static void
add_reals (JsonBuilder *builder, GVariant *value)
{
  gsize n;
  const double *numbers = g_variant_get_fixed_array (value, &n, sizeof (double));

  for (gsize i = 0; i < n; i++)
    scan_json_add_number (builder, numbers[i]);
}

static void
add_integers (JsonBuilder *builder, const char *vr, GVariant *value)
{
  gsize n;
  const gint64 *numbers = g_variant_get_fixed_array (value, &n, sizeof (gint64));

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (vr, "AT"))
      {
        char tag[9];

        g_snprintf (tag, sizeof tag, "%08X", (guint32) numbers[i]);
        json_builder_add_string_value (builder, tag);
      }
    else
      json_builder_add_int_value (builder, numbers[i]);
}

static gboolean
add_items (JsonBuilder *builder, GVariant *items, guint depth)
{
  GVariantIter iter;
  GVariant *item;
  gboolean good = TRUE;

  g_variant_iter_init (&iter, items);
  while (good && (item = g_variant_iter_next_value (&iter)) != NULL)
    {
      json_builder_begin_object (builder);
      good = add_elements (builder, item, depth + 1);
      json_builder_end_object (builder);
      g_variant_unref (item);
    }
  return good;
}

/* One of the lists that a value may be. Others are not even counted: GLib ends the program that
 * counts the children of a number. */
static gboolean
is_list (GVariant *value)
{
  static const char *const types[] = { "as", "ad", "ax", ITEMS_TYPE };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_variant_is_of_type (value, G_VARIANT_TYPE (types[i])))
      return TRUE;
  return FALSE;
}

static gboolean
add_element (JsonBuilder *builder, guint16 group, guint16 number, const char *vr, GVariant *value,
             guint depth)
{
  char tag[9];
  gboolean good = TRUE;

  g_snprintf (tag, sizeof tag, "%04X%04X", group, number);
  json_builder_set_member_name (builder, tag);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "vr");
  json_builder_add_string_value (builder, vr);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("t")))
    {
      json_builder_set_member_name (builder, "bytes");
      json_builder_add_int_value (builder, (gint64) g_variant_get_uint64 (value));
    }
  else if (!is_list (value))
    good = FALSE;
  else if (g_variant_n_children (value) > 0)
    {
      json_builder_set_member_name (builder, "Value");
      json_builder_begin_array (builder);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("as")))
        add_texts (builder, vr, value);
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("ad")))
        add_reals (builder, value);
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("ax")))
        add_integers (builder, vr, value);
      else
        good = add_items (builder, value, depth);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  return good;
}

static gboolean
add_elements (JsonBuilder *builder, GVariant *elements, guint depth)
{
  GVariantIter iter;
  guint16 group, number;
  const char *vr;
  GVariant *value;
  gboolean good = depth <= SCAN_ATTRIBUTES_DEPTH;

  g_variant_iter_init (&iter, elements);
  while (good && g_variant_iter_next (&iter, "(qq&sv)", &group, &number, &vr, &value))
    {
      good = add_element (builder, group, number, vr, value, depth);
      g_variant_unref (value);
    }
  return good;
}

static char *
write_json (GVariant *elements)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gboolean good;

  json_builder_begin_object (builder);
  good = add_elements (builder, elements, 0);
  json_builder_end_object (builder);
  return good ? scan_json_text (builder) : NULL;
}

char *
scan_library_attributes_json (ScanLibrary *library, const ScanInstance *instance,
                              GCancellable *cancellable, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GVariant) elements = NULL;
  char *text = NULL;

  if (!scan_library_source_open (library, instance->member, &source, error) ||
      !scan_reader_call (scan_library_readers (library), "attributes", NULL, &source.source, NULL,
                         SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
    return NULL;
  if (reply.bulk != NULL && g_bytes_get_size (reply.bulk) > ANSWER_MAX)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                           "This file says too much of itself to be shown.");
      return NULL;
    }
  if (reply.bulk != NULL)
    elements = g_variant_ref_sink (
        g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_ATTRIBUTES_TYPE), reply.bulk, FALSE));
  if (elements != NULL && g_variant_is_normal_form (elements))
    text = write_json (elements);
  if (text == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return text;
}
