/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_rules.h"

#include <string.h>

#include "deid_table_data.h"

const ReaderDeidRow *
reader_deid_row (guint16 group, guint16 element)
{
  gsize low = 0, high = G_N_ELEMENTS (deid_rows);
  guint32 tag = (guint32) group << 16 | element;

  while (low < high)
    {
      gsize middle = (low + high) / 2;
      guint32 here = (guint32) deid_rows[middle].group << 16 | deid_rows[middle].element;

      if (here == tag)
        return &deid_rows[middle];
      if (here < tag)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

void
reader_deid_row_counts (guint *ret_standard, guint *ret_beyond)
{
  *ret_standard = *ret_beyond = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (deid_rows); i++)
    if (deid_rows[i].source == 'E')
      ++*ret_standard;
    else
      ++*ret_beyond;
  *ret_standard += DEID_PATTERNS;
}

static gboolean
is_one_of (const char *vr, const char *list)
{
  for (const char *at = list; *at != '\0'; at += 3)
    if (at[0] == vr[0] && at[1] == vr[1])
      return TRUE;
  return FALSE;
}

/* Whole groups that never stay, at any depth: private, command, curves, overlays, signatures,
 * padding. */
static gboolean
is_group_out (guint16 group)
{
  return group % 2 != 0 || group < 8 || (group & 0xFF00) == 0x5000 || (group & 0xFF00) == 0x6000 ||
         group == 0x0400 || group == 0xFFFC;
}

typedef struct
{
  guint16 group, element;
  ReaderDeidAction action;
} Special;

/* Attributes of groups that otherwise stay out, and those whose rule differs from what their VR
 * would say. */
static const Special specials[] = {
  { 0x0008, 0x0008, READER_DEID_CODE },
  { 0x0008, 0x0016, READER_DEID_UID },
  { 0x0008, 0x0018, READER_DEID_UID },
  { 0x0008, 0x0020, READER_DEID_DATE },
  { 0x0008, 0x0021, READER_DEID_DATE },
  { 0x0008, 0x0022, READER_DEID_DATE },
  { 0x0008, 0x0023, READER_DEID_DATE },
  { 0x0008, 0x002A, READER_DEID_DATE },
  { 0x0008, 0x0030, READER_DEID_DATE },
  { 0x0008, 0x0031, READER_DEID_DATE },
  { 0x0008, 0x0032, READER_DEID_DATE },
  { 0x0008, 0x0033, READER_DEID_DATE },
  { 0x0008, 0x0050, READER_DEID_EMPTY },
  { 0x0008, 0x0060, READER_DEID_CODE },
  { 0x0008, 0x0064, READER_DEID_CODE },
  { 0x0008, 0x0068, READER_DEID_CODE },
  { 0x0008, 0x0070, READER_DEID_DESCRIPTION },
  { 0x0008, 0x0090, READER_DEID_EMPTY },
  { 0x0008, 0x1030, READER_DEID_DESCRIPTION },
  { 0x0008, 0x103E, READER_DEID_DESCRIPTION },
  { 0x0008, 0x1090, READER_DEID_DESCRIPTION },
  { 0x0008, 0x1115, READER_DEID_SEQUENCE },
  { 0x0008, 0x1140, READER_DEID_SEQUENCE },
  { 0x0008, 0x114A, READER_DEID_SEQUENCE },
  { 0x0008, 0x1150, READER_DEID_UID },
  { 0x0008, 0x1155, READER_DEID_UID },
  { 0x0008, 0x1160, READER_DEID_NUMBER },
  { 0x0008, 0x1199, READER_DEID_SEQUENCE },
  { 0x0008, 0x2112, READER_DEID_SEQUENCE },
  { 0x0008, 0x2142, READER_DEID_NUMBER },
  { 0x0008, 0x2143, READER_DEID_NUMBER },
  { 0x0008, 0x2144, READER_DEID_NUMBER },
  { 0x0008, 0x2218, READER_DEID_SEQUENCE },
  { 0x0008, 0x2220, READER_DEID_SEQUENCE },
  { 0x0008, 0x2228, READER_DEID_SEQUENCE },
  { 0x0008, 0x2230, READER_DEID_SEQUENCE },
  { 0x0008, 0x3010, READER_DEID_UID },
  { 0x0008, 0x9007, READER_DEID_CODE },
  { 0x0008, 0x9092, READER_DEID_SEQUENCE },
  { 0x0008, 0x9124, READER_DEID_SEQUENCE },
  { 0x0008, 0x9154, READER_DEID_SEQUENCE },
  { 0x0008, 0x9205, READER_DEID_CODE },
  { 0x0008, 0x9206, READER_DEID_CODE },
  { 0x0008, 0x9207, READER_DEID_CODE },
  { 0x0008, 0x9208, READER_DEID_CODE },
  { 0x0008, 0x9209, READER_DEID_CODE },
  { 0x0008, 0x9215, READER_DEID_SEQUENCE },
  { 0x0010, 0x0030, READER_DEID_EMPTY },
  { 0x0010, 0x0040, READER_DEID_CHARACTERISTIC },
  { 0x0010, 0x1010, READER_DEID_CHARACTERISTIC },
  { 0x0010, 0x1020, READER_DEID_CHARACTERISTIC },
  { 0x0010, 0x1030, READER_DEID_CHARACTERISTIC },
  { 0x0010, 0x21A0, READER_DEID_CHARACTERISTIC },
  { 0x0010, 0x21C0, READER_DEID_BINARY },
  { 0x0010, 0x2203, READER_DEID_CHARACTERISTIC },
  { 0x0018, 0x0010, READER_DEID_EMPTY },
  { 0x0018, 0x0024, READER_DEID_DESCRIPTION },
  { 0x0018, 0x1030, READER_DEID_DESCRIPTION },
  { 0x0018, 0xA001, READER_DEID_DROP },
  { 0x0020, 0x0010, READER_DEID_EMPTY },
  { 0x0020, 0x1040, READER_DEID_EMPTY },
  { 0x0020, 0x9056, READER_DEID_STACK },
  { 0x0028, 0x0301, READER_DEID_DROP },
  { 0x0028, 0x0302, READER_DEID_DROP },
  { 0x0028, 0x0303, READER_DEID_DROP },
  { 0x0028, 0x1054, READER_DEID_TERM },
  { 0x0028, 0x1055, READER_DEID_DESCRIPTION },
  { 0x0028, 0x3003, READER_DEID_DESCRIPTION },
  { 0x0028, 0x3004, READER_DEID_TERM },
  { 0x0040, 0x0302, READER_DEID_BINARY },
  { 0x0040, 0x0303, READER_DEID_BINARY },
  { 0x0040, 0x0306, READER_DEID_NUMBER },
  { 0x0040, 0x0312, READER_DEID_NUMBER },
  { 0x0040, 0x0314, READER_DEID_NUMBER },
  { 0x0040, 0x0316, READER_DEID_NUMBER },
  { 0x0040, 0x0318, READER_DEID_CODE },
  { 0x0040, 0x08EA, READER_DEID_SEQUENCE },
  { 0x0040, 0x8302, READER_DEID_NUMBER },
  { 0x0040, 0x9096, READER_DEID_SEQUENCE },
  { 0x0040, 0x9211, READER_DEID_BINARY },
  { 0x0040, 0x9212, READER_DEID_BINARY },
  { 0x0040, 0x9213, READER_DEID_BINARY },
  { 0x0040, 0x9214, READER_DEID_BINARY },
  { 0x0040, 0x9216, READER_DEID_BINARY },
  { 0x0040, 0x9224, READER_DEID_BINARY },
  { 0x0040, 0x9225, READER_DEID_BINARY },
  { 0x0040, 0xA170, READER_DEID_SEQUENCE },
  { 0x2050, 0x0020, READER_DEID_CODE },
  { 0x5200, 0x9229, READER_DEID_SEQUENCE },
  { 0x5200, 0x9230, READER_DEID_SEQUENCE },
  { 0x7FE0, 0x0010, READER_DEID_PIXELS },
};

/* Look-up tables: the only byte strings that stay beside the pixels. */
static gboolean
is_lookup_table (guint16 group, guint16 element)
{
  return group == 0x0028 && (element == 0x3006 || (element >= 0x1201 && element <= 0x1204) ||
                             (element >= 0x1221 && element <= 0x1224));
}

/* Groups of technical attributes of images. */
static gboolean
is_technical (guint16 group)
{
  return group == 0x0018 || group == 0x0020 || group == 0x0028 || group == 0x0054;
}

/* How images were compressed and named by ACR-NEMA, in groups of attributes that repeat:
 * (0028,04xx) to (0028,08xx), (0020,31xx). Retired; no picture of today needs them. */
static gboolean
is_retired (guint16 group, guint16 element)
{
  return (group == 0x0028 && element >= 0x0400 && element <= 0x08FF) ||
         (group == 0x0020 && element >= 0x3100 && element <= 0x31FF);
}

static ReaderDeidAction
by_vr (guint16 group, guint16 element, const char *vr)
{
  if (is_lookup_table (group, element))
    return is_one_of (vr, "US SS OW OB ") ? READER_DEID_BINARY : READER_DEID_DROP;
  if (is_one_of (vr, "US SS UL SL FL FD AT "))
    return READER_DEID_BINARY;
  if (is_one_of (vr, "DS IS "))
    return READER_DEID_NUMBER;
  if (is_one_of (vr, "CS "))
    return READER_DEID_CODE;
  if (is_one_of (vr, "UI "))
    return READER_DEID_UID;
  if (is_one_of (vr, "SQ "))
    return READER_DEID_SEQUENCE;
  return READER_DEID_DROP;
}

/* The VR must be the one for which an action was meant: a text in a number's place is no number. */
static gboolean
vr_fits (ReaderDeidAction action, const char *vr)
{
  switch (action)
    {
    case READER_DEID_UID:
      return is_one_of (vr, "UI ");
    case READER_DEID_DATE:
      return is_one_of (vr, "DA TM DT ");
    case READER_DEID_DESCRIPTION:
    case READER_DEID_TERM:
    case READER_DEID_STACK:
      return is_one_of (vr, "LO SH ");
    case READER_DEID_CODE:
      return is_one_of (vr, "CS ");
    case READER_DEID_NUMBER:
      return is_one_of (vr, "DS IS ");
    case READER_DEID_BINARY:
      return is_one_of (vr, "US SS UL SL FL FD AT OW OB ");
    case READER_DEID_SEQUENCE:
      return is_one_of (vr, "SQ ");
    case READER_DEID_CHARACTERISTIC:
      return is_one_of (vr, "CS AS DS ");
    case READER_DEID_DROP:
    case READER_DEID_EMPTY:
    case READER_DEID_PIXELS:
      break;
    }
  return TRUE;
}

/* What the row, the list or the VR says, whatever the profile. */
static ReaderDeidAction
plain_action (guint16 group, guint16 element, const char *vr, guint depth)
{
  const ReaderDeidRow *row;
  ReaderDeidAction action = READER_DEID_DROP;

  for (gsize i = 0; i < G_N_ELEMENTS (specials); i++)
    if (specials[i].group == group && specials[i].element == element)
      {
        action = specials[i].action;
        if (!vr_fits (action, vr))
          action = action == READER_DEID_EMPTY ? READER_DEID_EMPTY : READER_DEID_DROP;
        /* What describes the person stands at the root alone. */
        if (depth > 0 && (group == 0x0010 || action == READER_DEID_PIXELS))
          action = READER_DEID_DROP;
        return action;
      }
  if (!is_technical (group) || is_retired (group, element))
    return READER_DEID_DROP;
  row = reader_deid_row (group, element);
  if (row == NULL)
    return by_vr (group, element, vr);
  if (is_one_of (vr, "UI ") && strchr (row->basic, 'U') != NULL)
    return READER_DEID_UID;
  if (is_one_of (vr, "DA TM DT ") && row->modified_dates == 'C')
    return READER_DEID_DATE;
  return READER_DEID_DROP;
}

ReaderDeidAction
reader_deid_action (const ReaderDeidScope *scope, guint16 group, guint16 element, const char *vr,
                    guint depth)
{
  ReaderDeidAction action;

  if (is_group_out (group) || element == 0x0000 ||
      !reader_deid_kind_allows (scope->kind, group, element))
    return READER_DEID_DROP;
  action = plain_action (group, element, vr, depth);
  if (scope->strict &&
      (action == READER_DEID_DATE || action == READER_DEID_DESCRIPTION ||
       action == READER_DEID_CHARACTERISTIC || (group == 0x0010 && action != READER_DEID_EMPTY)))
    return READER_DEID_DROP;
  return action;
}

static const guint32 required[] = {
  0x00080020, 0x00080030, 0x00080050, 0x00080060, 0x00080070, 0x00080090, 0x00100010,
  0x00100020, 0x00100030, 0x00100040, 0x0020000D, 0x0020000E, 0x00200010, 0x00200011,
  0x00200013, 0x00080016, 0x00080018, 0x00080023, 0x00080033, 0x00280010, 0x00280011,
  0x00280002, 0x00280004, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
};

gboolean
reader_deid_is_required (guint16 group, guint16 element)
{
  guint32 tag = (guint32) group << 16 | element;

  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    if (required[i] == tag)
      return TRUE;
  return FALSE;
}
