/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "risk.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_MIN_MM 150
#define HEAD_MAX_MM 350

void
scan_risk_free (ScanRisk *risk)
{
  g_ptr_array_unref (risk->items);
  g_free (risk);
}

const char *
scan_risk_level_name (ScanRiskLevel level)
{
  static const char *const names[] = { "low", "medium", "high" };

  return names[level];
}

/* ---- parts of the body ---- */

/* Terms of PS3.16 annex L for BodyPartExamined, and words of descriptions in several languages. A
 * word that ends in * stands for all that begin so. */
static const char *const head_words[] = {
  "head",      "headneck", "brain",   "skull",   "face",      "facial",    "orbit*",
  "sinus*",    "pns",      "iac",     "iacs",    "pituitar*", "eye",       "eyes",
  "jaw",       "maxill*",  "mandib*", "tmj",     "dental",    "teeth",     "cranial",
  "cranio*",   "cranium",  "cerebr*", "neuro*",  "hypophys*", "encephal*", "kopf*",
  "schaedel*", "schädel*", "hirn*",   "gehirn*", "gesicht*",  "nnh",       "tete",
  "tête",      "cerveau",  "crane",   "crâne",   "encephale", "encéphale", "cabeza",
  "craneo",    "cráneo",   "cerebro", "testa",   "cranio",    "encefalo",  "cabeca",
  "cabeça",    "glowa",    "głowa",   "mozg",    "mózg",      "hoofd",     "hersenen",
  "mprage",    "dementia", "stroke",  "nasal",   "nose",      "temporal",  "petrous",
  "ear",
};
/* SNOMED CT and the older SRT codes of head, head and neck, brain, skull, face, orbit, sinuses,
 * facial bones, jaws (PS3.16 annex L, CID 4031). */
static const char *const head_codes[] = {
  "69536005", "774007",   "12738006", "89546000", "89545001", "363654007",
  "2095001",  "91397008", "661005",   "T-D1100",  "T-D1000",  "T-A0100",
  "T-11100",  "T-D1200",  "T-D1480",  "T-22000",  "T-D1213",  "T-11196",
};
static const char *const chest_words[] = { "chest", "thorax", "thora*", "lung*",   "pulmon*",
                                           "rib",   "ribs",   "torax",  "poumon*", "brust*" };
static const char *const bone_words[] = {
  "knee",   "hand",  "hands",    "wrist",   "pelvis", "hip",    "foot",    "feet",
  "ankle",  "elbow", "shoulder", "finger*", "femur",  "tibia",  "knie",    "becken",
  "huefte", "hüfte", "genou",    "main",    "bassin", "hanche", "rodilla", "mano",
  "cadera", "spine", "cspine",   "lspine",  "tspine",
};
static const char *const implant_words[] = {
  "implant*", "prosthe*", "prothes*",     "protes*", "pacemaker", "schrittmacher",
  "stent*",   "screw*",   "arthroplast*", "tep",     "thr",       "tkr",
  "shunt",    "clip",     "coil",         "icd",     "port",      "catheter",
};

static gboolean
is_word (const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize length = strlen (list[i]);

      if (list[i][length - 1] == '*' ? strncmp (word, list[i], length - 1) == 0
                                     : strcmp (word, list[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The head of a bone or of the pancreas has no face. */
static gboolean
is_other_head (const char *before, const char *after)
{
  static const char *const bones[] = { "femoral",    "humeral",    "radial",     "femur",
                                       "pancreatic", "metatarsal", "metacarpal", "fibular" };

  return is_word (before, bones, G_N_ELEMENTS (bones)) || (strcmp (after, "of") == 0);
}

static gboolean
says (const char *text, const char *const *list, gsize n)
{
  g_autofree char *lower = text != NULL ? g_utf8_strdown (text, -1) : NULL;
  g_auto (GStrv) words =
      lower != NULL ? g_strsplit_set (lower, " ^=\\,.;:()[]_-/+&\n\r\t", -1) : NULL;
  const char *before = "";

  for (char **word = words; word != NULL && *word != NULL; word++)
    {
      if (is_word (*word, list, n) &&
          !(strcmp (*word, "head") == 0 && is_other_head (before, word[1] != NULL ? word[1] : "")))
        return TRUE;
      before = **word != '\0' ? *word : before;
    }
  return FALSE;
}

#define SAYS(text, list) says (text, list, G_N_ELEMENTS (list))

static gboolean
is_modality (const ScanRiskFacts *facts, const char *list)
{
  g_auto (GStrv) names = g_strsplit (list, " ", -1);

  return facts->modality != NULL && g_strv_contains ((const char *const *) names, facts->modality);
}

static gboolean
has_head_code (const char *codes)
{
  g_auto (GStrv) lines = codes != NULL ? g_strsplit (codes, "\n", -1) : NULL;

  for (char **line = lines; line != NULL && *line != NULL; line++)
    for (gsize i = 0; i < G_N_ELEMENTS (head_codes); i++)
      if (strcmp (*line, head_codes[i]) == 0)
        return TRUE;
  return FALSE;
}

static gboolean
shows (const ScanRiskFacts *facts, const char *const *list, gsize n)
{
  return says (facts->body_part, list, n) || says (facts->descriptions, list, n) ||
         says (facts->codes, list, n);
}

#define SHOWS(facts, list) shows (facts, list, G_N_ELEMENTS (list))

ScanHead
scan_risk_head (const ScanRiskFacts *facts)
{
  double longest = MAX (facts->width_mm, facts->height_mm);

  if (!is_modality (facts, "CT MR PT"))
    return SCAN_HEAD_NO;
  if (has_head_code (facts->codes) || SHOWS (facts, head_words))
    return SCAN_HEAD_YES;
  if ((facts->body_part == NULL || *facts->body_part == '\0') && longest >= HEAD_MIN_MM &&
      longest <= HEAD_MAX_MM)
    return SCAN_HEAD_MAYBE;
  return SCAN_HEAD_NO;
}

static gboolean
is_head (const ScanRiskFacts *facts)
{
  return scan_risk_head (facts) == SCAN_HEAD_YES;
}

static gboolean
is_perhaps_head (const ScanRiskFacts *facts)
{
  return scan_risk_head (facts) == SCAN_HEAD_MAYBE;
}

static gboolean
is_chest_radiograph (const ScanRiskFacts *facts)
{
  return is_modality (facts, "CR DX DR") && SHOWS (facts, chest_words);
}

static gboolean
is_bone_radiograph (const ScanRiskFacts *facts)
{
  return is_modality (facts, "CR DX DR") && !is_chest_radiograph (facts) &&
         (SHOWS (facts, bone_words) || facts->body_part == NULL || *facts->body_part == '\0');
}

static gboolean
is_brain_mr (const ScanRiskFacts *facts)
{
  return is_modality (facts, "MR") && scan_risk_head (facts) != SCAN_HEAD_NO;
}

static gboolean
is_training_material (const ScanRiskFacts *facts)
{
  return is_modality (facts, "CT MR PT CR DX DR MG");
}

static gboolean
is_picture (const ScanRiskFacts *facts)
{
  return !facts->document;
}

static gboolean
is_document (const ScanRiskFacts *facts)
{
  return facts->document || is_modality (facts, "SR KO PR DOC");
}

static gboolean
shows_implants (const ScanRiskFacts *facts)
{
  return is_modality (facts, "CT CR DX DR MG XA RF") || SAYS (facts->descriptions, implant_words);
}

static gboolean
may_hold_text (const ScanRiskFacts *facts)
{
  return is_modality (facts, "US SC OT XA RF XC ES GM DG IVUS") ||
         g_strcmp0 (facts->burned_in, "YES") == 0 ||
         (facts->image_type != NULL && (strstr (facts->image_type, "SECONDARY") != NULL ||
                                        strstr (facts->image_type, "SCREEN") != NULL));
}

static gboolean
is_old (const ScanRiskFacts *facts)
{
  return facts->age != NULL && strlen (facts->age) == 4 && facts->age[3] == 'Y' &&
         atoi (facts->age) >= 85;
}

static gboolean
is_anything (const ScanRiskFacts *facts)
{
  return TRUE;
}

#define NAMED (1 << SCAN_PROFILE_NAMED)
#define OPINION (1 << SCAN_PROFILE_SECOND_OPINION)
#define PUBLIC (1 << SCAN_PROFILE_PUBLIC)

typedef enum
{
  ANY_DATES,
  REAL_DATES,
  MOVED_DATES
} Dates;

/* In what order they are shown among those of one level. */
static const struct
{
  const char *code;
  ScanRiskLevel level;
  guint profiles;
  Dates dates;
  gboolean (*applies) (const ScanRiskFacts *facts);
  const char *message, *source, *advice;
} risks[] = {
  { "name-stays", SCAN_RISK_HIGH, NAMED, ANY_DATES, is_anything,
    N_ ("These are exact copies: name, birth date, numbers and dates are all in them."),
    N_ ("DICOM PS3.15 2026d is not applied in this choice."),
    N_ ("Give them only to somebody who has to know your name.") },
  { "face", SCAN_RISK_HIGH, OPINION | PUBLIC, ANY_DATES, is_head,
    /* xgettext:no-c-format */
    N_ ("A face can be drawn from scans of the head. Software matched the faces of 97 % of 157 "
        "people "
        "to "
        "their photographs (MRI); after the usual removal of the face still 28 to 38 %. With free "
        "software alone it was 58 to 59 % of 182 people; with CT 6 to 61 % among more than 100,000 "
        "photographs. The face is still in these scans."),
    "Schwarz, NeuroImage 2021;231:117845; Mayo, Alzheimer's & Dementia 2024; Parks & Monson, "
    "J Digit Imaging 2017",
    N_ ("Leave scans of the head out, or give them only to a person whom you trust not to pass "
        "them "
        "on.") },
  { "face-maybe", SCAN_RISK_HIGH, OPINION | PUBLIC, ANY_DATES, is_perhaps_head,
    /* xgettext:no-c-format */
    N_ ("No part of the body is recorded, and a head would fit into the picture. If it is a head, "
        "a "
        "face "
        "can be drawn from it: 97 % of 157 people were matched to their photographs."),
    "Schwarz, NeuroImage 2021;231:117845",
    N_ ("Look at the pictures. If they show a head, treat them as scans of a head.") },
  { "burned-in-text", SCAN_RISK_HIGH, OPINION | PUBLIC, ANY_DATES, may_hold_text,
    N_ ("Pictures of this kind often have words drawn into them: names, numbers and dates. Text is "
        "looked for by the program and by you; neither finds all of it for certain."),
    "DICOM PS3.15 2026d E.3.1; RSNA/MIDI-B validation, best published result 99.93 % of "
    "actions",
    N_ ("Look at every picture before you share, and cover what you find.") },
  { "chest-x-ray", SCAN_RISK_MEDIUM, OPINION | PUBLIC, ANY_DATES, is_chest_radiograph,
    /* xgettext:no-c-format */
    N_ ("Whoever has another chest X-ray of you with your name can tell that this is the same "
        "person: "
        "AUC 0.994, 95.55 % right, 99.6 % at the first try, even ten years later."),
    "Packhäuser, Sci Rep 2022;12:14851",
    N_ ("Removing the name does nothing against this. Share with people, not with collections.") },
  { "bones", SCAN_RISK_MEDIUM, OPINION | PUBLIC, ANY_DATES, is_bone_radiograph,
    /* xgettext:no-c-format */
    N_ ("Bones are as personal as a fingerprint. X-rays of chest, knee, pelvis and hand were "
        "matched "
        "to "
        "another of the same person in more than 98 % at 1 in 1000 false."),
    "Comput Biol Med 2025, doi 10.1016/j.compbiomed.2025.111197",
    N_ ("Removing the name does nothing against this. Share with people, not with collections.") },
  { "brain-mri", SCAN_RISK_MEDIUM, OPINION | PUBLIC, ANY_DATES, is_brain_mr,
    N_ ("The folds of the brain are personal too: two MRI scans of one person were linked almost "
        "without fault even with face and skull removed."),
    "Sharma, arXiv:2602.10043 (2026)",
    N_ ("Removing the face does nothing against this. It needs another scan with your name.") },
  { "dates-real", SCAN_RISK_MEDIUM, OPINION, REAL_DATES, is_anything,
    N_ ("The real dates stay. Who knows when you were examined can tell your scans from others'."),
    "DICOM PS3.15 2026d E.3.6",
    N_ ("Let the dates be moved unless the doctor needs the real ones.") },
  { "ai-memorising", SCAN_RISK_MEDIUM, PUBLIC, ANY_DATES, is_training_material,
    /* xgettext:no-c-format */
    N_ ("Programs that learn from scans can keep copies of them: up to 41.7 % of CT, 19.6 % of MRI "
        "and "
        "32.6 % of X-ray pictures used for training were found to be memorised."),
    "Dar, arXiv:2402.01054",
    N_ ("What was public once cannot be called back. Ask whether the pictures train programs.") },
  { "free-text", SCAN_RISK_HIGH, OPINION | PUBLIC, ANY_DATES, is_document,
    N_ ("Reports and documents can name you on any page."), "DICOM PS3.15 2026d E.3.5",
    N_ ("They are left out. Black out a paper copy yourself if the text is needed.") },
  { "implants", SCAN_RISK_LOW, OPINION | PUBLIC, ANY_DATES, shows_implants,
    N_ ("Implants, clips and devices can be seen, sometimes with a serial number, and registers "
        "know "
        "who has them."),
    N_ ("No match rate is published."),
    N_ ("If you have a rare implant, tell the person whom you give the pictures.") },
  { "rare-findings", SCAN_RISK_LOW, OPINION | PUBLIC, ANY_DATES, is_picture,
    N_ ("A rare illness, operation or shape of the body can point to you, whatever was removed."),
    N_ ("No match rate is published."),
    N_ ("Think of who could know you by what the pictures show.") },
  { "small-population", SCAN_RISK_MEDIUM, OPINION, ANY_DATES, is_old,
    N_ ("Age, sex, height and weight stay. At a great age few people share them."),
    "45 CFR 164.514(b)(2)(i)(C): ages over 89 have to be removed or joined into 90 and older",
    N_ ("Choose the strictest copy if the doctor does not need them.") },
  { "small-population", SCAN_RISK_LOW, OPINION, ANY_DATES, is_picture,
    N_ ("Age, sex, height and weight stay, since doctors need them. In a small town or with a rare "
        "examination they can be enough to guess."),
    "El Emam et al., PLoS ONE 2011;6(12):e28071, corrected in 2015;10(4):e0126772; DICOM PS3.15 "
    "2026d E.3.7",
    N_ ("Choose the strictest copy if the doctor does not need them.") },
  { "dates-moved", SCAN_RISK_LOW, OPINION, MOVED_DATES, is_picture,
    N_ ("All dates are moved by the same number of weeks. The time between examinations stays true "
        "and "
        "can be compared with what somebody else knows."),
    "DICOM PS3.15 2026d E.3.6",
    N_ ("Share single examinations if the course of time is not needed.") },
  { "descriptions", SCAN_RISK_LOW, OPINION, ANY_DATES, is_picture,
    N_ ("Names of examinations stay where every word of them is a known medical one."),
    "DICOM PS3.15 2026d E.3.5", N_ ("Nothing to do: any other text is removed.") },
  { "ai-memorising", SCAN_RISK_LOW, OPINION, ANY_DATES, is_training_material,
    /* xgettext:no-c-format */
    N_ ("If the pictures are passed on to train programs, up to 41.7 % of CT, 19.6 % of MRI and "
        "32.6 % "
        "of X-ray pictures were found to be memorised."),
    N_ ("Dar, arXiv:2402.01054"), N_ ("Say that they are for your treatment alone.") },
};

static gboolean
was_told (GPtrArray *found, const char *code)
{
  for (guint i = 0; i < found->len; i++)
    if (strcmp (((ScanRisk *) g_ptr_array_index (found, i))->code, code) == 0)
      return TRUE;
  return FALSE;
}

static gint
gravest_first (gconstpointer a, gconstpointer b)
{
  const ScanRisk *left = *(ScanRisk *const *) a, *right = *(ScanRisk *const *) b;

  return (gint) right->level - (gint) left->level;
}

GPtrArray *
scan_risks_of (GPtrArray *facts, ScanProfile profile, gboolean keep_dates)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_risk_free);

  for (gsize i = 0; i < G_N_ELEMENTS (risks); i++)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
      ScanRisk *risk;

      if ((risks[i].profiles & 1u << profile) == 0 || was_told (found, risks[i].code) ||
          (risks[i].dates == REAL_DATES && !keep_dates) ||
          (risks[i].dates == MOVED_DATES && keep_dates))
        continue;
      for (guint k = 0; k < facts->len; k++)
        {
          const ScanRiskFacts *one = g_ptr_array_index (facts, k);

          if (risks[i].applies (one))
            g_ptr_array_add (items, g_strdup (one->item));
        }
      if (items->len == 0)
        continue;
      risk = g_new0 (ScanRisk, 1);
      risk->code = risks[i].code;
      risk->level = risks[i].level;
      risk->items = g_steal_pointer (&items);
      risk->message = risks[i].message;
      risk->source = risks[i].source;
      risk->advice = risks[i].advice;
      g_ptr_array_add (found, risk);
    }
  g_ptr_array_sort (found, gravest_first);
  return found;
}
