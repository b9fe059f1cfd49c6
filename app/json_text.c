/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_text.h"

#include <math.h>
#include <string.h>

/* Takes the ".0" that follows an exponent out of a text, in place. */
static void
mend_exponents (char *text)
{
  char *to = text;
  gboolean in_string = FALSE, in_exponent = FALSE;

  for (const char *from = text; *from != '\0'; from++)
    {
      if (in_string && from[0] == '\\')
        *to++ = *from++;
      else if (*from == '"')
        in_string = !in_string;
      else if (!in_string && *from == 'e' && (from[1] == '+' || from[1] == '-'))
        in_exponent = TRUE;
      else if (in_exponent && g_str_has_prefix (from, ".0"))
        {
          from++;
          continue;
        }
      else if (in_exponent && !g_ascii_isdigit (*from) && *from != '+' && *from != '-')
        in_exponent = FALSE;
      *to++ = *from;
    }
  *to = '\0';
}

char *
scan_json_text (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  char *text;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  mend_exponents (text);
  return text;
}

void
scan_json_add_number (JsonBuilder *builder, double number)
{
  if (isfinite (number))
    json_builder_add_double_value (builder, number);
  else
    json_builder_add_null_value (builder);
}
