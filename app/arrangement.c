/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "arrangement.h"

#include <math.h>
#include <string.h>

#define ONE 32767 /* a direction cosine of 1 */

void
scan_arrangement_init (ScanArrangement *arrangement)
{
  *arrangement = (ScanArrangement){
    .b_value = NAN, .trigger = NAN, .echo = NAN, .time = NAN, .temporal = -1, .acquisition = -1
  };
}

/* What follows, in this order. */
enum
{
  HAS_LOCALIZER = 1 << 0, /* nothing: that it is one */
  HAS_AXIAL = 1 << 1,     /* nothing: the directions are those of most slices of a CT */
  HAS_ORIENTATION = 1 << 2,
  HAS_B_VALUE = 1 << 3,
  HAS_TRIGGER = 1 << 4,
  HAS_ECHO = 1 << 5,
  HAS_TIME = 1 << 6,
  HAS_TEMPORAL = 1 << 7,
  HAS_ACQUISITION = 1 << 8,
  HAS_TYPE = 1 << 9,
  HAS_SERIES_TOTAL = 1 << 10,
  HAS_ACQUISITION_TOTAL = 1 << 11
};

static const gint16 axial[] = { ONE, 0, 0, 0, ONE, 0 };

typedef struct
{
  guint8 *at;
  guint mask;
} Packer;

typedef struct
{
  const guint8 *at, *end;
  guint mask;
} Unpacker;

static void
put (Packer *packer, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    *packer->at++ = (guint8) (value >> (8 * i));
}

/* Beyond the end everything is 0. */
static guint64
take (Unpacker *unpacker, guint bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < bytes && unpacker->at < unpacker->end; i++)
    value |= (guint64) *unpacker->at++ << (8 * i);
  return value;
}

static void
put_float (Packer *packer, guint bit, double value)
{
  const float narrow = (float) value;
  guint32 bits;

  if (!isfinite (narrow))
    return;
  packer->mask |= bit;
  memcpy (&bits, &narrow, sizeof bits);
  put (packer, bits, 4);
}

static double
take_float (Unpacker *unpacker, guint bit)
{
  guint32 bits;
  float narrow;

  if ((unpacker->mask & bit) == 0)
    return NAN;
  bits = (guint32) take (unpacker, 4);
  memcpy (&narrow, &bits, sizeof narrow);
  return isfinite (narrow) ? narrow : NAN;
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static void
put_count (Packer *packer, guint bit, guint32 value, gboolean known)
{
  if (!known)
    return;
  packer->mask |= bit;
  for (; value >= 0x80; value >>= 7)
    *packer->at++ = (guint8) (value | 0x80);
  *packer->at++ = (guint8) value;
}

static guint32
take_count (Unpacker *unpacker, guint bit, guint32 absent)
{
  guint32 value = 0;

  if ((unpacker->mask & bit) == 0)
    return absent;
  for (guint shift = 0; shift < 35 && unpacker->at < unpacker->end; shift += 7)
    {
      const guint8 byte = *unpacker->at++;

      value |= (guint32) ((guint64) (byte & 0x7f) << shift);
      if (byte < 0x80)
        break;
    }
  return value;
}

static void
put_orientation (Packer *packer, const ScanArrangement *arrangement)
{
  gint16 whole[6];

  if (!arrangement->oriented)
    return;
  for (guint i = 0; i < 6; i++)
    whole[i] = (gint16) lround (CLAMP (arrangement->orientation[i], -1, 1) * ONE);
  packer->mask |= memcmp (whole, axial, sizeof axial) == 0 ? HAS_AXIAL : HAS_ORIENTATION;
  for (guint i = 0; i < 6 && (packer->mask & HAS_ORIENTATION) != 0; i++)
    put (packer, (guint16) whole[i], 2);
}

static void
take_orientation (Unpacker *unpacker, ScanArrangement *arrangement)
{
  arrangement->oriented = (unpacker->mask & (HAS_AXIAL | HAS_ORIENTATION)) != 0;
  for (guint i = 0; i < 6 && arrangement->oriented; i++)
    arrangement->orientation[i] =
        (double) ((unpacker->mask & HAS_AXIAL) != 0 ? axial[i] : (gint16) take (unpacker, 2)) / ONE;
}

void
scan_arrangement_pack (const ScanArrangement *arrangement, guint8 ret_bytes[SCAN_ARRANGEMENT_MAX])
{
  Packer packer = { ret_bytes + 3, arrangement->localizer ? HAS_LOCALIZER : 0 };
  const double hundredths = arrangement->time * 100;

  put_orientation (&packer, arrangement);
  put_float (&packer, HAS_B_VALUE, arrangement->b_value);
  put_float (&packer, HAS_TRIGGER, arrangement->trigger);
  put_float (&packer, HAS_ECHO, arrangement->echo);
  if (hundredths >= 0 && hundredths < (double) (G_GUINT64_CONSTANT (1) << 40))
    {
      packer.mask |= HAS_TIME;
      put (&packer, (guint64) hundredths, 5);
    }
  put_count (&packer, HAS_TEMPORAL, (guint32) arrangement->temporal, arrangement->temporal >= 0);
  put_count (&packer, HAS_ACQUISITION, (guint32) arrangement->acquisition,
             arrangement->acquisition >= 0);
  if (arrangement->type != 0)
    {
      packer.mask |= HAS_TYPE;
      put (&packer, arrangement->type, 2);
    }
  put_count (&packer, HAS_SERIES_TOTAL, arrangement->series_total, arrangement->series_total > 0);
  put_count (&packer, HAS_ACQUISITION_TOTAL, arrangement->acquisition_total,
             arrangement->acquisition_total > 0);
  ret_bytes[0] = (guint8) (packer.at - ret_bytes - 1);
  ret_bytes[1] = (guint8) packer.mask;
  ret_bytes[2] = (guint8) (packer.mask >> 8);
}

void
scan_arrangement_unpack (const guint8 *bytes, ScanArrangement *ret_arrangement)
{
  Unpacker unpacker;

  scan_arrangement_init (ret_arrangement);
  if (bytes == NULL)
    return;
  unpacker = (Unpacker){ bytes + 1, bytes + 1 + bytes[0], 0 };
  unpacker.mask = (guint) take (&unpacker, 2);
  ret_arrangement->localizer = (unpacker.mask & HAS_LOCALIZER) != 0;
  take_orientation (&unpacker, ret_arrangement);
  ret_arrangement->b_value = take_float (&unpacker, HAS_B_VALUE);
  ret_arrangement->trigger = take_float (&unpacker, HAS_TRIGGER);
  ret_arrangement->echo = take_float (&unpacker, HAS_ECHO);
  if ((unpacker.mask & HAS_TIME) != 0)
    ret_arrangement->time = (double) take (&unpacker, 5) / 100;
  ret_arrangement->temporal = (gint) take_count (&unpacker, HAS_TEMPORAL, G_MAXUINT32);
  ret_arrangement->acquisition = (gint) take_count (&unpacker, HAS_ACQUISITION, G_MAXUINT32);
  if ((unpacker.mask & HAS_TYPE) != 0)
    ret_arrangement->type = (guint16) take (&unpacker, 2);
  ret_arrangement->series_total = take_count (&unpacker, HAS_SERIES_TOTAL, 0);
  ret_arrangement->acquisition_total = take_count (&unpacker, HAS_ACQUISITION_TOTAL, 0);
}

gboolean
scan_arrangement_is_alike (const guint8 *left, const guint8 *right)
{
  static const guint place = HAS_LOCALIZER | HAS_AXIAL | HAS_ORIENTATION;

  if (left == NULL || right == NULL)
    return left == right;
  if (left[0] < 2 || right[0] < 2 || (left[1] & place) != (right[1] & place))
    return FALSE;
  return (left[1] & HAS_ORIENTATION) == 0 ||
         (left[0] >= 14 && right[0] >= 14 && memcmp (left + 3, right + 3, 12) == 0);
}

gboolean
scan_arrangement_is_localizer (const guint8 *bytes)
{
  return bytes != NULL && bytes[0] > 0 && (bytes[1] & HAS_LOCALIZER) != 0;
}
