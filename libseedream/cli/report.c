/* cli/report.c - exit statuses and --json. */
#include "command.h"

#include <json-glib/json-glib.h>

#include <stdio.h>

ExitStatus
status_of (const GError *error)
{
  if (!error)
    return EXIT_DONE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return EXIT_CANCELLED;
  if (error->domain != SEEDREAM_ERROR)
    return EXIT_INTERNAL;
  switch ((SeedreamError) error->code)
    {
    case SEEDREAM_ERROR_FAILED:
      return EXIT_INTERNAL;
    case SEEDREAM_ERROR_INVALID:
      return EXIT_USAGE;
    case SEEDREAM_ERROR_SIGN_IN:
      return EXIT_KEY;
    case SEEDREAM_ERROR_PAY:
      return EXIT_BALANCE;
    case SEEDREAM_ERROR_REFUSED:
    case SEEDREAM_ERROR_SHRINK:
      return EXIT_REFUSED;
    case SEEDREAM_ERROR_WAIT:
    case SEEDREAM_ERROR_UNAVAILABLE:
    case SEEDREAM_ERROR_BAD_ANSWER:
      return EXIT_SERVICE;
    case SEEDREAM_ERROR_DEADLINE:
      return EXIT_DEADLINE;
    }
  return EXIT_INTERNAL;
}

static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *entry = g_enum_get_value (klass, value);
  return entry ? entry->value_nick : "failed";
}

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
add_images (JsonBuilder *json, SeedreamJob *job, char **paths)
{
  json_builder_set_member_name (json, "images");
  json_builder_begin_array (json);
  for (guint i = 0; job && paths && paths[i]; i++)
    {
      SeedreamImage *image = seedream_job_get_image (job, i);
      json_builder_begin_object (json);
      g_autofree char *path = g_utf8_make_valid (paths[i], -1); /* JSON is text, a path need not be */
      add_text (json, "path", path);
      json_builder_set_member_name (json, "width");
      json_builder_add_int_value (json, seedream_image_get_width (image));
      json_builder_set_member_name (json, "height");
      json_builder_add_int_value (json, seedream_image_get_height (image));
      add_text (json, "type", seedream_image_get_media_type (image));
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_notes (JsonBuilder *json, SeedreamJob *job)
{
  json_builder_set_member_name (json, "notes");
  json_builder_begin_array (json);
  const char *const *notes = job ? seedream_job_get_notes (job) : NULL;
  for (; notes && *notes; notes++)
    json_builder_add_string_value (json, *notes);
  json_builder_end_array (json);
}

static void
add_error (JsonBuilder *json, SeedreamJob *job, const GError *error)
{
  json_builder_set_member_name (json, "error");
  if (!error)
    {
      json_builder_add_null_value (json);
      return;
    }
  json_builder_begin_object (json);
  add_text (json, "code",
            g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled"
            : error->domain == SEEDREAM_ERROR ? nick (SEEDREAM_TYPE_ERROR, error->code)
                                              : "failed");
  add_text (json, "message", error->message);
  json_builder_set_member_name (json, "charged");
  switch (job ? seedream_job_get_charged (job) : SEEDREAM_CHARGE_NO)
    {
    case SEEDREAM_CHARGE_NO:
      json_builder_add_boolean_value (json, FALSE);
      break;
    case SEEDREAM_CHARGE_YES:
      json_builder_add_boolean_value (json, TRUE);
      break;
    case SEEDREAM_CHARGE_UNKNOWN:
      json_builder_add_null_value (json);
      break;
    }
  json_builder_end_object (json);
}

void
print_json (const Options *options, SeedreamJob *job, char **paths, const GError *error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const SeedreamProvider *provider = options->provider ? seedream_provider_lookup (options->provider) : NULL;
  SeedreamJobState state = job ? seedream_job_get_state (job) : SEEDREAM_JOB_STATE_FAILED;
  json_builder_begin_object (json);
  add_text (json, "id", job ? seedream_job_get_id (job) : NULL);
  add_text (json, "service_id", job ? seedream_job_get_service_id (job) : NULL);
  add_text (json, "provider", options->provider);
  add_text (json, "model", options->model ? options->model : provider ? seedream_provider_get_model (provider) : NULL);
  /* One that never left is to the outside what one that failed is. */
  add_text (json, "state", nick (SEEDREAM_TYPE_JOB_STATE, state == SEEDREAM_JOB_STATE_NEW ? SEEDREAM_JOB_STATE_FAILED : state));
  json_builder_set_member_name (json, "cost_usd");
  json_builder_add_double_value (json, job ? seedream_job_get_cost (job) : 0);
  add_images (json, job, paths);
  add_notes (json, job);
  add_error (json, job, error);
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, FALSE);
  puts (text);
}
