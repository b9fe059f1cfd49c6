/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keeper makes of answers of `burned-in`. */
#include "burned_text.h"

static GVariant *
answer (guint rows, guint columns, guint frames, guint until, const guint (*boxes)[5], guint n)
{
  GVariantBuilder builder;
  GVariantDict dict;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uuuuu)"));
  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "(uuuuu)", boxes[i][0], boxes[i][1], boxes[i][2], boxes[i][3],
                           boxes[i][4]);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "rows", "u", rows);
  g_variant_dict_insert (&dict, "columns", "u", columns);
  g_variant_dict_insert (&dict, "frames", "u", frames);
  g_variant_dict_insert (&dict, "until", "u", until);
  g_variant_dict_insert (&dict, "expected", "b", TRUE);
  g_variant_dict_insert (&dict, "SeriesInstanceUID", "s", "1.2.3");
  g_variant_dict_insert_value (&dict, "boxes", g_variant_builder_end (&builder));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static ScanBurnedText *
text_new (void)
{
  ScanBurnedText *text = g_new0 (ScanBurnedText, 1);

  text->boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
  return text;
}

static void
test_good (void)
{
  const guint first[][5] = { { 0, 0, 0, 200, 100 }, { 1, 199, 99, 1, 1 } },
              second[][5] = { { 2, 5, 6, 7, 8 } };
  g_autoptr (ScanBurnedText) text = text_new ();
  g_autoptr (GVariant) one = answer (100, 200, 3, 2, first, 2);
  g_autoptr (GVariant) other = answer (100, 200, 3, 3, second, 1);
  guint until = 0;

  g_assert_true (scan_burned_text_note (text, one, 0, &until));
  g_assert_cmpuint (until, ==, 2);
  g_assert_true (scan_burned_text_note (text, other, 2, &until));
  g_assert_cmpuint (until, ==, 3);
  g_assert_cmpuint (text->boxes->len, ==, 3);
  g_assert_true (text->expected);
  g_assert_cmpstr (text->series, ==, "1.2.3");
  g_assert_cmpint (g_array_index (text->boxes, ScanTextBox, 2).frame, ==, 2);
}

static void
test_lies (void)
{
  static const struct
  {
    guint rows, columns, frames, from, until, box[5];
  } lies[] = {
    { 0, 200, 1, 0, 1, { 0, 0, 0, 1, 1 } },            /* no rows */
    { 100, 70000, 1, 0, 1, { 0, 0, 0, 1, 1 } },        /* no such picture in DICOM */
    { 100, 200, 0, 0, 1, { 0, 0, 0, 1, 1 } },          /* no pictures */
    { 100, 200, 1, 0, 0, { 0, 0, 0, 1, 1 } },          /* it would never end */
    { 100, 200, 1, 0, 2, { 0, 0, 0, 1, 1 } },          /* beyond the end */
    { 100, 200, 1, 0, 1, { 1, 0, 0, 1, 1 } },          /* in a picture that was not searched */
    { 100, 200, 1, 0, 1, { 0, 0, 0, 0, 1 } },          /* nothing in it */
    { 100, 200, 1, 0, 1, { 0, 200, 0, 1, 1 } },        /* outside */
    { 100, 200, 1, 0, 1, { 0, 199, 0, 2, 1 } },        /* partly outside */
    { 100, 200, 1, 0, 1, { 0, 5, 0, 0xffffffff, 1 } }, /* a sum that wraps */
    { 100, 200, 1, 0, 1, { 0, 0, 0xffffffff, 1, 2 } }, /* another */
    { 100, 200, 1, 0, 1, { 0x80000000, 0, 0, 1, 1 } }, /* a frame that is none */
    { 99, 200, 9, 2, 3, { 2, 0, 0, 1, 1 } },           /* another picture than before */
    { 100, 200, 8, 2, 3, { 2, 0, 0, 1, 1 } },          /* other frames than before */
    { 100, 200, 9, 2, 3, { 1, 0, 0, 1, 1 } },          /* a picture that was searched before */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      const guint boxes[1][5] = { { lies[i].box[0], lies[i].box[1], lies[i].box[2], lies[i].box[3],
                                    lies[i].box[4] } };
      g_autoptr (ScanBurnedText) text = text_new ();
      g_autoptr (GVariant) lie =
          answer (lies[i].rows, lies[i].columns, lies[i].frames, lies[i].until, boxes, 1);
      guint until = 77;

      if (lies[i].from > 0)
        {
          g_autoptr (GVariant) before = answer (100, 200, 9, 2, NULL, 0);

          g_assert_true (scan_burned_text_note (text, before, 0, &until));
        }
      until = 77;
      g_test_message ("lie %u", (guint) i);
      g_assert_false (scan_burned_text_note (text, lie, lies[i].from, &until));
      g_assert_cmpuint (until, ==, 77);
    }
}

static void
test_missing (void)
{
  static const char *const names[] = { "rows", "columns", "frames", "until", "expected", "boxes" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ScanBurnedText) text = text_new ();
      g_autoptr (GVariant) whole = answer (100, 200, 1, 1, NULL, 0), part = NULL;
      GVariantDict dict;
      guint until;

      g_variant_dict_init (&dict, whole);
      g_variant_dict_remove (&dict, names[i]);
      part = g_variant_ref_sink (g_variant_dict_end (&dict));
      g_assert_true (scan_burned_text_note (text, whole, 0, &until));
      g_assert_false (scan_burned_text_note (text, part, 0, &until));
    }
}

/* One place on half of the pages is a place on all of them; what was found once stays where it was.
 */
static void
test_join (void)
{
  const ScanTextBox found[] = {
    { 0, 10, 10, 100, 20 }, { 1, 12, 11, 100, 20 }, { 1, 300, 300, 40, 10 },
    { 3, 10, 9, 101, 20 },  { 3, 20, 12, 30, 10 },
  };
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (ScanTextBox));
  const ScanTextBox *all;

  g_array_append_vals (boxes, found, G_N_ELEMENTS (found));
  scan_burned_text_join (boxes, 5);
  all = (const ScanTextBox *) (gpointer) boxes->data;
  g_assert_cmpuint (boxes->len, ==, 2);
  g_assert_cmpint (all[0].frame, ==, -1);
  g_assert_cmpuint (all[0].x, ==, 10);
  g_assert_cmpuint (all[0].y, ==, 9);
  g_assert_cmpuint (all[0].width, ==, 102);
  g_assert_cmpuint (all[0].height, ==, 22);
  g_assert_cmpint (all[1].frame, ==, 1);
  g_assert_cmpuint (all[1].x, ==, 300);

  g_array_set_size (boxes, 0);
  g_array_append_vals (boxes, found, 2);
  scan_burned_text_join (boxes, 5);
  g_assert_cmpuint (boxes->len, ==, 2);
  g_assert_cmpint (g_array_index (boxes, ScanTextBox, 0).frame, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/burned-text/good", test_good);
  g_test_add_func ("/burned-text/lies", test_lies);
  g_test_add_func ("/burned-text/missing", test_missing);
  g_test_add_func ("/burned-text/join", test_join);
  return g_test_run ();
}
