/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "markers.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "dicom_writer.h"
#include "phantom.h"

#define CT_IMAGE "1.2.840.10008.5.1.4.1.1.2"
#define TAG(group, element) ((guint32) (group) << 16 | (element))

typedef struct
{
  guint32 tag;
  char vr[3];
} Row;

typedef struct
{
  GArray *rows;
  GString *list;
  guint n;
  char *instance;
} Markers;

/* A data set or item whose elements are sorted by tag when it is closed. */
typedef GTree Elements;

typedef struct
{
  guint32 tag;
  char vr[3]; /* empty: value is the whole element, head and all */
  GBytes *value;
  Dicom *item;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->value, g_bytes_unref);
  g_clear_pointer (&entry->item, g_byte_array_unref);
  g_free (entry);
}

static gint
compare_tags (gconstpointer a, gconstpointer b, gpointer data)
{
  guint32 x = GPOINTER_TO_UINT (a), y = GPOINTER_TO_UINT (b);

  return x < y ? -1 : x > y;
}

static Elements *
elements_new (void)
{
  return g_tree_new_full (compare_tags, NULL, NULL, entry_free);
}

static void
set_entry (Elements *elements, guint32 tag, const char *vr, const void *value, gsize n, Dicom *item)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->tag = tag;
  memcpy (entry->vr, vr, 2);
  entry->item = item;
  if (item == NULL)
    entry->value = g_bytes_new (value, n);
  g_tree_replace (elements, GUINT_TO_POINTER (tag), entry);
}

static void
set_text (Elements *elements, guint32 tag, const char *vr, const char *text)
{
  set_entry (elements, tag, vr, text, strlen (text), NULL);
}

static void
set_us (Elements *elements, guint32 tag, guint16 value)
{
  const guint8 little[2] = { (guint8) value, (guint8) (value >> 8) };

  set_entry (elements, tag, "US", little, sizeof little, NULL);
}

static gboolean
write_entry (gpointer key, gpointer value, gpointer data)
{
  Entry *entry = value;
  Dicom *dicom = data;
  guint16 group = (guint16) (entry->tag >> 16), element = (guint16) entry->tag;

  if (entry->item != NULL)
    dicom_sequence (dicom, group, element, g_steal_pointer (&entry->item));
  else if (entry->vr[0] == '\0')
    g_byte_array_append (dicom, g_bytes_get_data (entry->value, NULL),
                         (guint) g_bytes_get_size (entry->value));
  else
    dicom_bytes (dicom, group, element, entry->vr, g_bytes_get_data (entry->value, NULL),
                 g_bytes_get_size (entry->value));
  return FALSE;
}

static Dicom *
elements_close (Elements *elements)
{
  Dicom *dicom = dicom_new ();

  g_tree_foreach (elements, write_entry, dicom);
  g_tree_unref (elements);
  return dicom;
}

/* A value that stands nowhere else, right for its VR. Dates that a copy may keep in moved form
 * (recent: their number) lie within a week, all others (0) long before: none becomes another by
 * being moved back. */
static char *
next_value (Markers *markers, const char *vr, guint recent)
{
  guint n = ++markers->n;
  char day[16];
  GDate date;

  if (g_str_equal (vr, "DA") || g_str_equal (vr, "DT"))
    {
      g_date_set_dmy (&date, 1, 1, recent != 0 ? 2021 : 1700);
      g_date_add_days (&date, recent != 0 ? recent : n);
      g_date_strftime (day, sizeof day, "%Y%m%d", &date);
    }
  if (g_str_equal (vr, "DA"))
    return g_strdup (day);
  if (g_str_equal (vr, "DT"))
    return g_strdup_printf ("%s101533.%06u", day, n);
  if (g_str_equal (vr, "TM"))
    return g_strdup_printf ("%02u%02u%02u.%06u", n % 24, n % 60, n / 60 % 60, n);
  if (g_str_equal (vr, "UI"))
    return g_strdup_printf ("1.2.826.0.1.3680043.99.8.1%05u", n);
  if (g_str_equal (vr, "IS"))
    return g_strdup_printf ("7710%05u", n);
  if (g_str_equal (vr, "DS"))
    return g_strdup_printf ("7710%05u.25", n);
  return g_strdup_printf ("MARKER%05uX", n);
}

/* Notes down what to search for. */
static char *
list_value (Markers *markers, const char *vr, const char *place, guint32 tag, guint recent)
{
  char *value = next_value (markers, vr, recent);

  g_string_append_printf (markers->list, "%s\t%s\t%s(%04X,%04X)\n", value, vr, place, tag >> 16,
                          tag & 0xFFFF);
  return value;
}

static void
add_marker (Markers *markers, Elements *elements, guint32 tag, const char *vr, const char *place)
{
  static const guint32 moved[] = { TAG (0x0008, 0x0020), TAG (0x0008, 0x0021), TAG (0x0008, 0x0022),
                                   TAG (0x0008, 0x0023), TAG (0x0008, 0x002A) };
  g_autofree char *value = NULL;
  guint recent = 0;

  if (g_str_equal (vr, "US"))
    {
      set_us (elements, tag, (guint16) (1 + markers->n));
      return;
    }
  if (g_str_equal (vr, "AS"))
    {
      set_text (elements, tag, vr, "071Y");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (moved); i++)
    if (*place == '\0' && tag == moved[i])
      recent = i + 1;
  value = list_value (markers, vr, place, tag, recent);
  if (tag == TAG (0x0008, 0x0018) && *place == '\0')
    markers->instance = g_strdup (value);
  if (g_str_equal (vr, "UR"))
    {
      g_autofree char *address = g_strconcat ("https://", value, ".example/", NULL);

      set_text (elements, tag, vr, address);
    }
  else
    set_text (elements, tag, vr, value);
}

/* Whether an attribute of the table may stand in a data set at all, and does not make another
 * object of it. */
static gboolean
fits (guint32 tag, gboolean at_root)
{
  if (tag >> 16 < 0x0008 ||
      tag == TAG (0x0028, 0x7FE0)) /* command and meta groups; pixels that lie elsewhere */
    return FALSE;
  return at_root || tag != TAG (0xFFFC, 0xFFFC);
}

static void
add_table (Markers *markers, Elements *elements, const char *place)
{
  for (guint i = 0; i < markers->rows->len; i++)
    {
      const Row *row = &g_array_index (markers->rows, Row, i);

      if (!fits (row->tag, *place == '\0') ||
          g_tree_lookup (elements, GUINT_TO_POINTER (row->tag)) != NULL)
        continue;
      if (g_str_equal (row->vr, "SQ"))
        {
          g_autofree char *inside =
              g_strdup_printf ("%s(%04X,%04X)/", place, row->tag >> 16, row->tag & 0xFFFF);
          Elements *item = elements_new ();

          add_marker (markers, item, TAG (0x0040, 0xA123), "PN", inside);
          add_marker (markers, item, TAG (0x0040, 0xA160), "UT", inside);
          set_entry (elements, row->tag, "SQ", NULL, 0, elements_close (item));
        }
      else
        add_marker (markers, elements, row->tag, row->vr, place);
    }
}

/* A sequence that copies keep, one that they may look into, and one that they have to remove. */
static void
add_nested (Markers *markers, Elements *root)
{
  Elements *first = elements_new (), *second = elements_new (), *third = elements_new (),
           *one = elements_new ();

  add_table (markers, third, "(0008,2112)/(0040,A170)/(0008,0121)/");
  set_entry (second, TAG (0x0008, 0x0121), "SQ", NULL, 0, elements_close (third));
  set_entry (first, TAG (0x0040, 0xA170), "SQ", NULL, 0, elements_close (second));
  set_entry (root, TAG (0x0008, 0x2112), "SQ", NULL, 0, elements_close (first));
  add_table (markers, one, "(0018,9346)/");
  set_entry (root, TAG (0x0018, 0x9346), "SQ", NULL, 0, elements_close (one));
  one = elements_new ();
  add_table (markers, one, "(0040,0275)/");
  set_entry (root, TAG (0x0040, 0x0275), "SQ", NULL, 0, elements_close (one));
}

/* A private sequence that passes as bytes of unknown VR: implicit VR, undefined length
 * (PS3.5 6.2.2). */
static void
add_hidden_sequence (Markers *markers, Elements *root, guint16 group, guint16 element)
{
  const guint8 head[] = { (guint8) group,
                          (guint8) (group >> 8),
                          (guint8) element,
                          (guint8) (element >> 8),
                          'U',
                          'N',
                          0,
                          0,
                          0xFF,
                          0xFF,
                          0xFF,
                          0xFF, /* UN of undefined length */
                          0xFE,
                          0xFF,
                          0x00,
                          0xE0,
                          20,
                          0,
                          0,
                          0, /* an item */
                          0x10,
                          0x00,
                          0x10,
                          0x00,
                          12,
                          0,
                          0,
                          0 }; /* (0010,0010) */
  static const guint8 tail[] = { 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0 };
  g_autofree char *value = list_value (markers, "PN", "hidden in UN/", TAG (group, element), 0);
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  g_byte_array_append (whole, head, sizeof head);
  g_byte_array_append (whole, (const guint8 *) value, 12);
  g_byte_array_append (whole, tail, sizeof tail);
  set_entry (root, TAG (group, element), "\0", whole->data, whole->len, NULL);
}

static void
add_private (Markers *markers, Elements *root)
{
  static const guint16 groups[] = { 0x0009, 0x0011, 0x0019, 0x0029, 0x7FE1 };
  static const char *const vrs[] = { "LO", "PN", "DA", "UI", "OB", "UN", "UT" };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      Elements *item = elements_new ();

      add_marker (markers, root, TAG (groups[i], 0x0010), "LO", "");
      for (guint16 k = 0; k < G_N_ELEMENTS (vrs); k++)
        add_marker (markers, root, TAG (groups[i], 0x1000 + k), vrs[k], "");
      add_marker (markers, item, TAG (0x0010, 0x0010), "PN", "private sequence/");
      set_entry (root, TAG (groups[i], 0x1010), "SQ", NULL, 0, elements_close (item));
    }
  add_hidden_sequence (markers, root, 0x0011, 0x1020);
  /* Known and unknown tags of even groups, of unknown VR. */
  add_marker (markers, root, TAG (0x0010, 0x2180), "UN", "");
  add_marker (markers, root, TAG (0x0018, 0x1030), "UN", "");
  add_marker (markers, root, TAG (0x0018, 0xFFF0), "UN", "");
  add_marker (markers, root, TAG (0x0020, 0xFFF0), "LO", "");
}

static void
add_planes (Markers *markers, Elements *root)
{
  for (guint16 group = 0x5000; group <= 0x5002; group += 2)
    {
      set_us (root, TAG (group, 0x0005), 1);
      add_marker (markers, root, TAG (group, 0x0022), "LO", "");
      add_marker (markers, root, TAG (group, 0x2500), "LO", "");
      add_marker (markers, root, TAG (group, 0x3000), "OB", "");
    }
  for (guint16 group = 0x6000; group <= 0x6002; group += 2)
    {
      set_us (root, TAG (group, 0x0010), 8);
      set_us (root, TAG (group, 0x0011), 12);
      add_marker (markers, root, TAG (group, 0x0022), "LO", "");
      set_text (root, TAG (group, 0x0040), "CS", "G");
      set_entry (root, TAG (group, 0x0050), "SS", "\1\0\1\0", 4, NULL);
      set_us (root, TAG (group, 0x0100), 1);
      set_us (root, TAG (group, 0x0102), 0);
      add_marker (markers, root, TAG (group, 0x1500), "LO", "");
      add_marker (markers, root, TAG (group, 0x3000), "OW", "");
      add_marker (markers, root, TAG (group, 0x4000), "LT", "");
    }
}

static void
add_image (Elements *root)
{
  enum
  {
    SIDE = 64
  };
  g_autofree guint16 *pixels = g_new (guint16, SIDE * SIDE);

  set_text (root, TAG (0x0008, 0x0005), "CS", "ISO_IR 100");
  set_text (root, TAG (0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\AXIAL");
  set_text (root, TAG (0x0008, 0x0016), "UI", CT_IMAGE);
  set_text (root, TAG (0x0008, 0x0060), "CS", "CT");
  set_text (root, TAG (0x0018, 0x0050), "DS", "2");
  set_text (root, TAG (0x0020, 0x0011), "IS", "1");
  set_text (root, TAG (0x0020, 0x0013), "IS", "1");
  set_text (root, TAG (0x0020, 0x0032), "DS", "-180\\-180\\0");
  set_text (root, TAG (0x0020, 0x0037), "DS", "1\\0\\0\\0\\1\\0");
  set_us (root, TAG (0x0028, 0x0002), 1);
  set_text (root, TAG (0x0028, 0x0004), "CS", "MONOCHROME2");
  set_us (root, TAG (0x0028, 0x0010), SIDE);
  set_us (root, TAG (0x0028, 0x0011), SIDE);
  set_text (root, TAG (0x0028, 0x0030), "DS", "5.625\\5.625");
  set_us (root, TAG (0x0028, 0x0100), 16);
  set_us (root, TAG (0x0028, 0x0101), 12);
  set_us (root, TAG (0x0028, 0x0102), 11);
  set_us (root, TAG (0x0028, 0x0103), 0);
  set_text (root, TAG (0x0028, 0x1052), "DS", "-1024");
  set_text (root, TAG (0x0028, 0x1053), "DS", "1");
  phantom_chest (pixels, SIDE, 0, 1);
  set_entry (root, TAG (0x7FE0, 0x0010), "OW", pixels, SIDE * SIDE * 2, NULL);
}

static GByteArray *
make_file (Markers *markers)
{
  static const struct
  {
    guint16 element;
    const char *vr;
  } meta_elements[] = {
    { 0x0013, "SH" }, { 0x0016, "AE" }, { 0x0017, "AE" }, { 0x0018, "AE" }, { 0x0026, "UR" },
    { 0x0027, "UR" }, { 0x0028, "UR" }, { 0x0100, "UI" }, { 0x0102, "OB" },
  };
  Elements *root = elements_new (), *further = elements_new ();
  g_autofree char *preamble = NULL;
  Dicom *dicom, *meta;
  GByteArray *file;

  add_image (root);
  add_nested (markers, root);
  add_private (markers, root);
  add_planes (markers, root);
  add_table (markers, root, "");
  dicom = elements_close (root);
  for (gsize i = 0; i < G_N_ELEMENTS (meta_elements); i++)
    add_marker (markers, further, TAG (0x0002, meta_elements[i].element), meta_elements[i].vr,
                "meta group ");
  meta = elements_close (further);
  preamble = list_value (markers, "OB", "preamble ", 0, 0);
  file = dicom_file_with_meta (dicom, preamble, CT_IMAGE, markers->instance, meta);
  g_byte_array_unref (dicom);
  g_byte_array_unref (meta);
  return file;
}

static GArray *
read_table (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GArray *rows;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  rows = g_array_new (FALSE, TRUE, sizeof (Row));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint group, element;
      Row row = { 0 };

      /* Whole groups (50xx, 60xx, private) do not match: they have code of their own. */
      if (sscanf (lines[i], "\"(%4x,%4x)\",%*[^,],%2[A-Z],", &group, &element, row.vr) != 3)
        continue;
      row.tag = TAG (group, element);
      g_array_append_val (rows, row);
    }
  return rows;
}

gboolean
markers_write (const char *table, const char *folder, GError **error)
{
  Markers markers = { 0 };
  g_autofree char *scan = g_build_filename (folder, "markers.dcm", NULL);
  g_autofree char *list = g_build_filename (folder, "markers.txt", NULL);
  g_autoptr (GByteArray) file = NULL;
  gboolean done;

  markers.rows = read_table (table, error);
  if (markers.rows == NULL)
    return FALSE;
  if (markers.rows->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s lists no attribute", table);
      g_array_unref (markers.rows);
      return FALSE;
    }
  markers.list = g_string_new (NULL);
  file = make_file (&markers);
  g_mkdir_with_parents (folder, 0755);
  done = g_file_set_contents (scan, (const char *) file->data, file->len, error) &&
         g_file_set_contents (list, markers.list->str, (gssize) markers.list->len, error);
  g_string_free (markers.list, TRUE);
  g_array_unref (markers.rows);
  g_free (markers.instance);
  return done;
}
