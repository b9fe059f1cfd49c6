/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_kinds.h"

#define STORAGE "1.2.840.10008.5.1.4.1.1."
#define ENH READER_KIND_ENHANCED

static const struct
{
  const char *sop_class;
  guint kind;
} classes[] = {
  { STORAGE "1", READER_KIND_CR },
  { STORAGE "1.1", READER_KIND_DX },
  { STORAGE "1.1.1", READER_KIND_DX },
  { STORAGE "1.2", READER_KIND_MG },
  { STORAGE "1.2.1", READER_KIND_MG },
  { STORAGE "1.3", READER_KIND_DX },
  { STORAGE "1.3.1", READER_KIND_DX },
  { STORAGE "2", READER_KIND_CT },
  { STORAGE "2.1", READER_KIND_CT | ENH },
  { STORAGE "2.2", READER_KIND_CT | ENH },
  { STORAGE "3", READER_KIND_US }, /* retired, as 6 and 5 */
  { STORAGE "3.1", READER_KIND_US },
  { STORAGE "4", READER_KIND_MR },
  { STORAGE "4.1", READER_KIND_MR | ENH },
  { STORAGE "4.3", READER_KIND_MR | ENH },
  { STORAGE "4.4", READER_KIND_MR | ENH },
  { STORAGE "5", READER_KIND_NM },
  { STORAGE "6", READER_KIND_US },
  { STORAGE "6.1", READER_KIND_US },
  { STORAGE "7", READER_KIND_SC },
  { STORAGE "7.1", READER_KIND_SC },
  { STORAGE "7.2", READER_KIND_SC },
  { STORAGE "7.3", READER_KIND_SC },
  { STORAGE "7.4", READER_KIND_SC },
  { STORAGE "12.1", READER_KIND_XA },
  { STORAGE "12.1.1", READER_KIND_XA | ENH },
  { STORAGE "12.2", READER_KIND_XA },
  { STORAGE "12.2.1", READER_KIND_XA | ENH },
  { STORAGE "13.1.1", READER_KIND_XA | ENH },
  { STORAGE "13.1.2", READER_KIND_XA | ENH },
  { STORAGE "13.1.3", READER_KIND_MG | ENH },
  { STORAGE "13.1.4", READER_KIND_MG | ENH },
  { STORAGE "13.1.5", READER_KIND_MG | ENH },
  { STORAGE "20", READER_KIND_NM },
  { STORAGE "128", READER_KIND_PT },
  { STORAGE "128.1", READER_KIND_PT | ENH },
  { STORAGE "130", READER_KIND_PT | ENH },
};

ReaderKind
reader_deid_kind (const char *sop_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_equal (sop_class, classes[i].sop_class))
      return (ReaderKind) classes[i].kind;
  return READER_KIND_NONE;
}

/* Areas of attributes that belong to some kinds alone. */
static const struct
{
  guint32 first, last;
  guint kinds;
} areas[] = {
  { 0x00180020, 0x00180025, READER_KIND_MR },
  { 0x00180080, 0x00180087, READER_KIND_MR },
  { 0x00180089, 0x00180095, READER_KIND_MR },
  { 0x00181310, 0x00181318, READER_KIND_MR },
  { 0x00186011, 0x001860FF, READER_KIND_US },
  { 0x00187000, 0x0018701A,
    READER_KIND_CR | READER_KIND_DX | READER_KIND_MG | READER_KIND_XA | ENH },
  { 0x00189004, 0x00189FFF,
    READER_KIND_CT | READER_KIND_MR | READER_KIND_PT | READER_KIND_XA | READER_KIND_MG |
        READER_KIND_DX | ENH },
  { 0x00286010, 0x00286190,
    READER_KIND_XA | READER_KIND_US | READER_KIND_NM | READER_KIND_MR | READER_KIND_SC | ENH },
  { 0x00540000, 0x0054021F, READER_KIND_NM | READER_KIND_PT | READER_KIND_SC },
  { 0x00540223, 0x0054FFFF, READER_KIND_NM | READER_KIND_PT | READER_KIND_SC },
  { 0x52009229, 0x52009230, ENH | READER_KIND_SC },
};

gboolean
reader_deid_kind_allows (ReaderKind kind, guint16 group, guint16 element)
{
  const guint32 tag = (guint32) group << 16 | element;

  for (gsize i = 0; i < G_N_ELEMENTS (areas); i++)
    if (tag >= areas[i].first && tag <= areas[i].last && (areas[i].kinds & kind) == 0)
      return FALSE;
  return TRUE;
}

#define ANY G_MAXUINT
#define TEXT "REMOVED"
#define DATE "19000101"
#define TIME "000000"

typedef enum
{
  ROOT = 1,
  ITEM = 2,
  BOTH = 3
} Where;

/* PS3.3: C.7.5.2, C.7.6.16, C.8.9.1, C.8.11.7, C.8.13, C.8.15, C.8.19, C.8.22. */
static const struct
{
  guint32 tag;
  guint kinds;
  Where where;
  const char *text;
} replacements[] = {
  { 0x00080021, READER_KIND_PT, ROOT, DATE }, /* Series Date */
  { 0x00080022, READER_KIND_PT, ROOT, "" },   /* Acquisition Date */
  { 0x00080023, ENH, ROOT, DATE },            /* Content Date */
  { 0x0008002A, ENH, ROOT, DATE },            /* Acquisition DateTime */
  { 0x00080031, READER_KIND_PT, ROOT, TIME },
  { 0x00080032, READER_KIND_PT, ROOT, "" },
  { 0x00080033, ENH, ROOT, TIME },
  { 0x00080070, ENH, ROOT, TEXT },            /* Manufacturer */
  { 0x00081090, ENH, ROOT, TEXT },            /* Manufacturer's Model Name */
  { 0x00181000, ENH, ROOT, TEXT },            /* Device Serial Number */
  { 0x00181020, ENH, ROOT, TEXT },            /* Software Versions */
  { 0x00181030, ENH, ROOT, TEXT },            /* Protocol Name */
  { 0x00181078, ENH, ITEM, DATE },            /* Radiopharmaceutical Start DateTime */
  { 0x001811BB, ANY, BOTH, TEXT },            /* Acquisition Field of View Label */
  { 0x00181250, ENH, BOTH, TEXT },            /* Receive Coil Name */
  { 0x00181251, ENH, BOTH, TEXT },            /* Transmit Coil Name */
  { 0x0018700A, READER_KIND_MG, BOTH, TEXT }, /* Detector ID */
  { 0x00189005, ENH, BOTH, TEXT },            /* Pulse Sequence Name */
  { 0x00189041, ANY, ITEM, "" },              /* Receive Coil Manufacturer Name */
  { 0x00189047, ANY, ITEM, TEXT },            /* Multi-Coil Element Name */
  { 0x00189050, ANY, ITEM, "" },              /* Transmit Coil Manufacturer Name */
  { 0x00189080, ANY, ITEM, TEXT },            /* Metabolite Map Description */
  { 0x00189074, ENH, BOTH, DATE },            /* Frame Acquisition DateTime */
  { 0x00189151, ENH, BOTH, DATE },            /* Frame Reference DateTime */
  { 0x00189367, ANY, BOTH, TEXT },            /* X-Ray Source ID */
  { 0x00189369, ANY, BOTH, DATE },            /* Source Start DateTime */
  { 0x0018936A, ANY, BOTH, DATE },            /* Source End DateTime */
  { 0x00189371, ANY, BOTH, TEXT },            /* X-Ray Detector ID */
  { 0x00189516, ENH, BOTH, DATE },            /* Start Acquisition DateTime */
  { 0x00189517, ENH, BOTH, DATE },            /* End Acquisition DateTime */
  { 0x00189701, ENH, BOTH, DATE },            /* Decay Correction DateTime */
  { 0x00189804, ANY, BOTH, DATE },            /* Exclusion Start DateTime */
  { 0x00281054, ANY, BOTH, "US" },            /* Rescale Type: unspecified */
  { 0x00283003, ANY, ITEM, TEXT },            /* LUT Explanation */
  { 0x00283004, ANY, ITEM, "US" },            /* Modality LUT Type */
  { 0x00400555, ANY, ROOT, "" },              /* Acquisition Context Sequence */
  { 0x00409210, ANY, ITEM, TEXT },            /* LUT Label */
};

const char *
reader_deid_replacement (ReaderKind kind, guint16 group, guint16 element, guint depth)
{
  const guint32 tag = (guint32) group << 16 | element;

  for (gsize i = 0; i < G_N_ELEMENTS (replacements); i++)
    if (replacements[i].tag == tag && (replacements[i].kinds & kind) != 0 &&
        (replacements[i].where & (depth == 0 ? ROOT : ITEM)) != 0)
      return replacements[i].text;
  return NULL;
}
