/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `verify`: is the copy clean of the source? */
#include <string.h>

#include "check.h"
#include "reader_verbs.h"

#define FINDINGS_MAX 200

void
check_found (CheckReport *report, const CheckElement *where, const char *what)
{
  g_autofree char *sentence = where != NULL
                                  ? g_strdup_printf ("(%04x,%04x) at depth %u: %s", where->group,
                                                     where->element, where->depth, what)
                                  : g_strdup (what);

  if (report->n_findings++ < FINDINGS_MAX)
    g_variant_builder_add (&report->findings, "(ss)", report->check, sentence);
}

static gboolean
read_plan (GVariant *arguments, CheckPlan *plan)
{
  g_autoptr (GVariant) key = g_variant_lookup_value (arguments, "key", G_VARIANT_TYPE ("ay"));
  g_autoptr (GVariant) boxes =
      g_variant_lookup_value (arguments, "boxes", G_VARIANT_TYPE ("a(iuuuu)"));
  const char *profile = "";
  gconstpointer bytes;
  gsize n = 0;

  g_variant_lookup (arguments, "profile", "&s", &profile);
  plan->strict = g_str_equal (profile, "public");
  if (key == NULL || (!plan->strict && !g_str_equal (profile, "second-opinion")))
    return FALSE;
  bytes = g_variant_get_fixed_array (key, &n, 1);
  if (n != sizeof plan->key)
    return FALSE;
  memcpy (plan->key, bytes, n);
  plan->time_shift = CHECK_NO_TIMES;
  plan->text_hits = -1;
  plan->software = plan->name = plan->colour = "";
  g_variant_lookup (arguments, "software", "&s", &plan->software);
  g_variant_lookup (arguments, "name", "&s", &plan->name);
  g_variant_lookup (arguments, "keep-dates", "b", &plan->keep_dates);
  g_variant_lookup (arguments, "reviewed", "b", &plan->reviewed);
  g_variant_lookup (arguments, "date-shift", "i", &plan->date_shift);
  g_variant_lookup (arguments, "time-shift", "i", &plan->time_shift);
  g_variant_lookup (arguments, "text-hits", "i", &plan->text_hits);
  g_variant_lookup (arguments, "colour", "&s", &plan->colour);
  plan->boxes = g_array_new (FALSE, FALSE, sizeof (CheckBox));
  for (gsize i = 0; boxes != NULL && i < g_variant_n_children (boxes); i++)
    {
      CheckBox box;

      g_variant_get_child (boxes, i, "(iuuuu)", &box.frame, &box.x, &box.y, &box.width,
                           &box.height);
      g_array_append_val (plan->boxes, box);
    }
  return TRUE;
}

/* Parts the copy from the samples that were put behind it. FALSE: there are not so many bytes. */
static gboolean
part_samples (const ReaderCall *call, CheckPlan *plan, gsize *ret_copy_size)
{
  guint64 n = 0;

  *ret_copy_size = (gsize) call->copy->size;
  if (!g_variant_lookup (call->arguments, "samples", "t", &n))
    return TRUE;
  if (n > call->copy->size)
    return FALSE;
  *ret_copy_size -= (gsize) n;
  plan->samples = call->copy->data + *ret_copy_size;
  plan->n_samples = (gsize) n;
  return TRUE;
}

static const struct
{
  const char *name;
  guint64 (*run) (const CheckFile *, const CheckFile *, const CheckPlan *, CheckReport *);
} checks[] = {
  { "shape", check_shape },      { "origin", check_origin }, { "removed-values", check_values },
  { "identifiers", check_uids }, { "dates", check_dates },   { "pixels", check_pixels },
};

gboolean
reader_verb_verify (const ReaderCall *call, ReaderAnswer *answer)
{
  CheckFile source = { 0 }, copy = { 0 };
  CheckPlan plan = { 0 };
  CheckReport report = { .check = "readable" };
  GVariantBuilder results;
  gboolean readable, directory = FALSE;
  gsize copy_size = 0;

  if (call->copy == NULL || call->copy->data == NULL || call->source->data == NULL ||
      !part_samples (call, &plan, &copy_size) || !read_plan (call->arguments, &plan))
    return reader_answer_fail (answer, "bad-request", "The request makes no sense.");
  g_variant_builder_init (&report.findings, G_VARIANT_TYPE ("a(ss)"));
  g_variant_builder_init (&results, G_VARIANT_TYPE ("a(sbt)"));

  readable = check_walk (call->source->data, (gsize) call->source->size, &source);
  if (!readable)
    check_found (&report, NULL, "The source could not be followed to its end.");
  if (!check_walk (call->copy->data, copy_size, &copy))
    {
      check_found (&report, NULL, "The copy could not be followed to its end.");
      readable = FALSE;
    }
  g_variant_builder_add (&results, "(sbt)", "readable", readable, (guint64) copy.elements->len);
  g_variant_lookup (call->arguments, "directory", "b", &directory);
  for (gsize i = 0; i < G_N_ELEMENTS (checks) && readable; i++)
    {
      /* A list of copies has the shape of no copy: only what must not stand in it is looked for. */
      if (directory && checks[i].run != check_values)
        continue;
      guint before = report.n_findings;
      guint64 examined;

      report.check = checks[i].name;
      /* What it proves is another thing then. */
      if (checks[i].run == check_pixels && check_needs_samples (&source))
        report.check = "decoded-pixels";
      examined = checks[i].run (&source, &copy, &plan, &report);
      g_variant_builder_add (&results, "(sbt)", report.check, report.n_findings == before,
                             examined);
    }
  g_variant_dict_insert_value (&answer->result, "checks", g_variant_builder_end (&results));
  g_variant_dict_insert_value (&answer->result, "findings",
                               g_variant_builder_end (&report.findings));
  check_file_clear (&source);
  check_file_clear (&copy);
  g_array_unref (plan.boxes);
  return TRUE;
}
