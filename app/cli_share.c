/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs share and deidentify. */
#include <string.h>

#include "cli.h"
#include "error.h"
#include "risk.h"
#include "share.h"

typedef struct
{
  char *out, *profile, *to, *purpose, *delete_by, *redact, *zip_password_file, *again;
  gboolean keep_dates, confirm_reviewed, leave_out_refused, zip, zip_words;
  char *zip_password; /* secure memory */
} ShareOptions;

static void
options_clear (ShareOptions *options)
{
  g_free (options->out);
  g_free (options->profile);
  g_free (options->to);
  g_free (options->purpose);
  g_free (options->delete_by);
  g_free (options->redact);
  g_free (options->zip_password_file);
  g_free (options->again);
  vault_secure_free (options->zip_password);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShareOptions, options_clear)

static gboolean
bad_boxes (GError **error)
{
  g_set_error_literal (
      error, SCAN_ERROR, SCAN_ERROR_USAGE,
      "The file of boxes is not in the form {\"boxes\": [{\"item\", \"frame\", \"x\", \"y\", "
      "\"width\", \"height\"}]}.");
  return FALSE;
}

static gboolean
read_pixels (JsonObject *object, const char *name, guint *ret_value)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  value = json_node_get_int (node);
  if (value < 0 || value > G_MAXUINT16 * 16)
    return FALSE;
  *ret_value = (guint) value;
  return TRUE;
}

static ScanBox *
read_box (JsonObject *object)
{
  ScanBox *box = g_new0 (ScanBox, 1);
  JsonNode *item = json_object_get_member (object, "item"),
           *frame = json_object_get_member (object, "frame");
  JsonNode *keep = json_object_get_member (object, "keep");
  gboolean good =
      item != NULL && JSON_NODE_HOLDS_VALUE (item) && json_node_get_string (item) != NULL &&
      read_pixels (object, "x", &box->x) && read_pixels (object, "y", &box->y) &&
      read_pixels (object, "width", &box->width) && read_pixels (object, "height", &box->height);

  box->frame = -1;
  if (frame != NULL && !JSON_NODE_HOLDS_VALUE (frame))
    good = FALSE;
  else if (good && frame != NULL)
    {
      if (json_node_get_value_type (frame) == G_TYPE_INT64)
        {
          /* Frames count from 1 for people. */
          const gint64 number = json_node_get_int (frame);

          good = number >= 1 && number <= G_MAXINT;
          box->frame = good ? (gint) number - 1 : -1;
        }
      else
        good = g_strcmp0 (json_node_get_string (frame), "all") == 0;
    }
  if (keep != NULL && JSON_NODE_HOLDS_VALUE (keep))
    box->keep = json_node_get_boolean (keep);
  if (!good)
    {
      g_free (box);
      return NULL;
    }
  box->item = g_strdup (json_node_get_string (item));
  return box;
}

static GPtrArray *
read_boxes (const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  GPtrArray *boxes;
  JsonArray *array = NULL;
  JsonNode *root;
  gsize n;
  char *text = cli_secret_file (path, &n, error);
  gboolean parsed;

  if (text == NULL)
    return NULL;
  parsed = json_parser_load_from_data (parser, text, (gssize) n, NULL);
  vault_secure_free (text);
  root = parsed ? json_parser_get_root (parser) : NULL;
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    {
      JsonNode *member = json_object_get_member (json_node_get_object (root), "boxes");

      if (member != NULL && JSON_NODE_HOLDS_ARRAY (member))
        array = json_node_get_array (member);
    }
  if (array == NULL)
    {
      bad_boxes (error);
      return NULL;
    }
  boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_box_free);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      ScanBox *box =
          JSON_NODE_HOLDS_OBJECT (element) ? read_box (json_node_get_object (element)) : NULL;

      if (box == NULL)
        {
          g_ptr_array_unref (boxes);
          bad_boxes (error);
          return NULL;
        }
      g_ptr_array_add (boxes, box);
    }
  return boxes;
}

static gboolean
check_again (Cli *cli, const ShareOptions *options, GError **error)
{
  if (cli->argc == 1 && options->out != NULL && options->profile == NULL &&
      options->redact == NULL && !options->zip)
    return TRUE;
  g_set_error_literal (
      error, SCAN_ERROR, SCAN_ERROR_USAGE,
      "share --again SHARE_ID takes the vault and -o OUT; everything else is as it "
      "was.");
  return FALSE;
}

static gboolean
read_zip (ShareOptions *options, ScanSharePlan *plan, GError **error)
{
  gsize n = 0;

  if ((options->zip_password_file != NULL || options->zip_words) && !options->zip)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "A password needs --zip.");
      return FALSE;
    }
  if (options->zip_password_file != NULL && options->zip_words)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "Please choose one: a password of yours or a new one.");
      return FALSE;
    }
  plan->zip = options->zip;
  plan->zip_words = options->zip_words;
  if (options->zip_password_file == NULL)
    return TRUE;
  options->zip_password = cli_secret_file (options->zip_password_file, &n, error);
  if (options->zip_password == NULL)
    return FALSE;
  if (n == 0 || n > 4096 || memchr (options->zip_password, '\0', n) != NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The password of the package is empty, or longer than 4096 bytes.");
      return FALSE;
    }
  plan->zip_password = options->zip_password;
  plan->zip_password_len = n;
  return TRUE;
}

/* The first moment of that day. */
static gboolean
read_delete_by (const ShareOptions *options, ScanSharePlan *plan, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *moment = g_strdup_printf ("%sT00:00:00Z", options->delete_by);
  g_autoptr (GDateTime) day = NULL;

  if (options->delete_by == NULL)
    return TRUE;
  if (strlen (options->delete_by) == strlen ("YYYY-MM-DD"))
    day = g_date_time_new_from_iso8601 (moment, utc);
  if (day == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The day of --delete-by is written YYYY-MM-DD.");
      return FALSE;
    }
  plan->delete_by = g_date_time_to_unix (day);
  return TRUE;
}

/* Options that share and deidentify have in common, and the plan that they make. */
static gboolean
parse_plan (Cli *cli, ShareOptions *options, const char *parameters, int min, ScanSharePlan *plan,
            GError **error)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Where the copies go", "OUT" },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &options->profile, "named, second-opinion or public",
      "PROFILE" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options->to, "Who gets it", "LABEL" },
    { "purpose", 0, 0, G_OPTION_ARG_STRING, &options->purpose, "What it is for", "TEXT" },
    { "delete-by", 0, 0, G_OPTION_ARG_STRING, &options->delete_by,
      "When they should have deleted it", "YYYY-MM-DD" },
    { "keep-dates", 0, 0, G_OPTION_ARG_NONE, &options->keep_dates, "Leave the real dates", NULL },
    { "redact", 0, 0, G_OPTION_ARG_FILENAME, &options->redact, "Boxes to cover", "FILE.json" },
    { "confirm-reviewed", 0, 0, G_OPTION_ARG_NONE, &options->confirm_reviewed,
      "A person has looked", NULL },
    { "leave-out-refused", 0, 0, G_OPTION_ARG_NONE, &options->leave_out_refused,
      "Go on without what is refused", NULL },
    { "zip", 0, 0, G_OPTION_ARG_NONE, &options->zip, "One ZIP file instead of a folder", NULL },
    { "zip-password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->zip_password_file,
      "Lock it with what stands in FILE", "FILE" },
    { "zip-password-new", 0, 0, G_OPTION_ARG_NONE, &options->zip_words,
      "Lock it with five words, shown once", NULL },
    { "again", 0, 0, G_OPTION_ARG_STRING, &options->again, "Make a share of the ledger once more",
      "SHARE_ID" },
    { NULL },
  };

  memset (plan, 0, sizeof *plan);
  if (!cli_options (cli, entries, parameters, 1, -1, error))
    return FALSE;
  if (options->again != NULL && min > 1)
    return check_again (cli, options, error);
  if (cli->argc < min)
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_USAGE, "%s needs to know what to share.",
                   cli->verb);
      return FALSE;
    }
  if (options->out == NULL || options->profile == NULL ||
      !scan_profile_from_name (options->profile, &plan->profile))
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                   "%s needs -o OUT and --profile named, second-opinion or public.", cli->verb);
      return FALSE;
    }
  plan->to = options->to;
  plan->purpose = options->purpose;
  if (!read_delete_by (options, plan, error))
    return FALSE;
  plan->keep_dates = options->keep_dates;
  plan->confirm_reviewed = options->confirm_reviewed;
  plan->leave_out_refused = options->leave_out_refused;
  if (!read_zip (options, plan, error))
    return FALSE;
  if (options->redact != NULL)
    {
      plan->boxes = read_boxes (options->redact, error);
      return plan->boxes != NULL;
    }
  return TRUE;
}

static void
put_refusals (Cli *cli, const ScanShareResult *result)
{
  cli_begin_array (cli, "refused");
  for (guint i = 0; result != NULL && i < result->refused->len; i++)
    {
      const ScanRefusal *refusal = g_ptr_array_index (result->refused, i);

      json_builder_begin_object (cli->out);
      cli_put_path (cli, "item", refusal->item);
      cli_put_string (cli, "code", refusal->code);
      cli_put_string (cli, "message", refusal->message);
      if (refusal->findings != NULL)
        {
          cli_begin_array (cli, "findings");
          for (char **finding = refusal->findings; *finding != NULL; finding++)
            json_builder_add_string_value (cli->out, *finding);
          json_builder_end_array (cli->out);
        }
      json_builder_end_object (cli->out);
      cli_say (cli, "  left out: %s: %s", refusal->item, refusal->message);
    }
  json_builder_end_array (cli->out);
}

static void
put_checks (Cli *cli, const ScanShareResult *result)
{
  cli_begin_array (cli, "checks");
  for (guint i = 0; result != NULL && i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "name", check->name);
      cli_put_bool (cli, "passed", check->passed);
      cli_put_int (cli, "examined", (gint64) check->examined);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

static int
answer (Cli *cli, const char *profile, const ScanShareResult *result, gboolean done)
{
  if (done && result->share_id != NULL)
    cli_put_string (cli, "share_id", result->share_id);
  cli_put_string (cli, "profile", profile);
  cli_put_int (cli, "files", result != NULL ? (gint64) result->files : 0);
  put_refusals (cli, result);
  json_builder_set_member_name (cli->out, "removed");
  json_builder_begin_object (cli->out);
  cli_put_int (cli, "attributes", result != NULL ? (gint64) result->removed_attributes : 0);
  cli_put_int (cli, "private", result != NULL ? (gint64) result->removed_private : 0);
  cli_put_int (cli, "overlays", result != NULL ? (gint64) result->removed_overlays : 0);
  cli_put_int (cli, "text_boxes", result != NULL ? (gint64) result->text_boxes : 0);
  json_builder_end_object (cli->out);
  put_checks (cli, result);
  cli_put_risks (cli, result != NULL ? result->risks : NULL);
  if (!done)
    return -1;
  g_string_append (cli->text, result->report);
  if (result->zip_password != NULL)
    {
      cli_put_string (cli, "zip_password", result->zip_password);
      cli_say (cli, "\nPassword of the package, shown this once: %s", result->zip_password);
    }
  return result->refused->len > 0 ? 1 : 0;
}

static int
share_again (Cli *cli, const ShareOptions *options, GError **error)
{
  g_autoptr (ScanLibrary) library = cli_open (cli, cli->argv[0], error);
  g_autoptr (ScanShareResult) result = NULL;
  g_autoptr (GPtrArray) shares = NULL;
  const char *profile = "";
  gboolean done;

  if (library == NULL)
    return -1;
  done = scan_share_again (library, options->again, options->out, cli_progress, cli,
                           cli_cancellable (), &result, error);
  shares = scan_library_shares (library);
  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);

      if (g_ascii_strncasecmp (record->share_id, options->again, strlen (options->again)) == 0)
        profile = scan_profile_name (record->profile);
    }
  return answer (cli, profile, result, done);
}

int
cli_share (Cli *cli, GError **error)
{
  g_auto (ShareOptions) options = { 0 };
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GArray) items = NULL;
  g_autoptr (ScanShareResult) result = NULL;
  g_autoptr (GPtrArray) boxes = NULL;
  ScanSharePlan plan;
  gboolean done;
  int code;

  if (!parse_plan (cli, &options, "VAULT ITEM… -o OUT --profile PROFILE", 2, &plan, error))
    return -1;
  if (options.again != NULL)
    return share_again (cli, &options, error);
  boxes = plan.boxes;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  items = cli_items (cli, library, cli->argv + 1, cli->argc - 1, TRUE, error);
  if (items == NULL)
    return -1;
  done = scan_share (library, (const ScanItem *) (gpointer) items->data, items->len, options.out,
                     &plan, cli_progress, cli, cli_cancellable (), &result, error);
  code = answer (cli, scan_profile_name (plan.profile), result, done);
  if (done)
    cli_maintain (library);
  return code;
}

int
cli_deidentify (Cli *cli, GError **error)
{
  g_auto (ShareOptions) options = { 0 };
  g_autoptr (ScanReaderPool) readers = NULL;
  g_autoptr (ScanShareResult) result = NULL;
  g_autoptr (GPtrArray) boxes = NULL;
  ScanSharePlan plan;
  gboolean done;

  if (!parse_plan (cli, &options, "FILE… -o DIR --profile PROFILE", 1, &plan, error))
    return -1;
  boxes = plan.boxes;
  if (vault_init () != VAULT_OK)
    {
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return -1;
    }
  readers = scan_reader_pool_new (0, error);
  if (readers == NULL)
    return -1;
  done = scan_share_files (readers, cli->argv, options.out, &plan, cli_progress, cli,
                           cli_cancellable (), &result, error);
  return answer (cli, scan_profile_name (plan.profile), result, done);
}
