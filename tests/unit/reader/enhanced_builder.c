/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "enhanced_builder.h"

#include "report_builder.h"

static void
begin (Build *build, guint32 sequence)
{
  build_sequence (build, sequence);
  build_item_begin (build);
}

static void
next (Build *build)
{
  build_item_end (build);
  build_item_begin (build);
}

static void
end (Build *build)
{
  build_item_end (build);
  build_sequence_end (build);
}

static void
put_number (Build *build, guint32 tag, guint32 value)
{
  build_bytes (build, tag, "UL", &value, sizeof value);
}

static void
put_content (Build *build, const EnhancedFrame *frame)
{
  const guint32 indices[] = { frame->position, frame->time };

  begin (build, 0x00209111);
  if (frame->stack != NULL)
    build_text (build, 0x00209056, "SH", frame->stack);
  if (frame->position > 0)
    put_number (build, 0x00209057, frame->position);
  if (frame->time > 0)
    build_bytes (build, 0x00209157, "UL", indices, sizeof indices);
  end (build);
}

static void
put_frame (Build *build, const EnhancedFrame *frame)
{
  if (frame->b_value >= 0)
    {
      begin (build, 0x00189117);
      build_bytes (build, 0x00189087, "FD", &frame->b_value, sizeof frame->b_value);
      end (build);
    }
  put_content (build, frame);
  if (frame->place != NULL)
    {
      begin (build, 0x00209113);
      build_text (build, 0x00200032, "DS", frame->place);
      end (build);
    }
  if (frame->orientation != NULL)
    {
      begin (build, 0x00209116);
      build_text (build, 0x00200037, "DS", frame->orientation);
      end (build);
    }
  begin (build, 0x00289145);
  build_text (build, 0x00281052, "DS", frame->intercept);
  build_text (build, 0x00281053, "DS", frame->slope);
  build_text (build, 0x00281054, "LO", "US");
  end (build);
}

/* The dimensions: where in the stack, and when. */
static void
put_dimensions (Build *build)
{
  begin (build, 0x00209222);
  build_words (build, 0x00209165, "AT", (const guint16[]){ 0x0020, 0x9057 }, 2);
  next (build);
  build_words (build, 0x00209165, "AT", (const guint16[]){ 0x0020, 0x9128 }, 2);
  end (build);
}

void
build_enhanced (Build *build, guint side, const char *spacing, const EnhancedFrame *frames, guint n,
                const guint16 *words)
{
  put_dimensions (build);
  build_image (build, &(BuildImage){ side, side, 1, 16, 16, 15, 0, FALSE, n, "MONOCHROME2" });
  begin (build, 0x52009229);
  begin (build, 0x00289110);
  build_text (build, 0x00280030, "DS", spacing);
  end (build);
  end (build);
  begin (build, 0x52009230);
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        next (build);
      put_frame (build, &frames[i]);
    }
  end (build);
  build_words (build, 0x7fe00010, "OW", words, (gsize) side * side * n);
}
