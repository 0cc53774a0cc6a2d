/* cli/json.c - what --json prints. */
#include "json.h"

#include <stdio.h>

void
json_add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

void
json_add_texts (JsonBuilder *json, const char *name, const char *const *texts)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (; *texts; texts++)
    json_builder_add_string_value (json, *texts);
  json_builder_end_array (json);
}

void
json_add_number (JsonBuilder *json, const char *name, double number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, number);
}

void
json_add_dollars (JsonBuilder *json, const char *name, double usd)
{
  if (usd < 0)
    json_add_text (json, name, NULL);
  else
    json_add_number (json, name, usd);
}

void
json_add_integer (JsonBuilder *json, const char *name, gint64 number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}

void
json_add_truth (JsonBuilder *json, const char *name, gboolean truth)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, truth);
}

static void
add_images (JsonBuilder *json, SeedreamJob *job, char **paths)
{
  json_builder_set_member_name (json, "images");
  json_builder_begin_array (json);
  for (guint i = 0; job && (paths ? paths[i] != NULL : i < seedream_job_get_n_images (job)); i++)
    {
      SeedreamImage *image = seedream_job_get_image (job, i);
      const char *place = paths ? paths[i] : seedream_image_get_path (image);
      if (!place)
        continue;
      json_builder_begin_object (json);
      g_autofree char *path = g_utf8_make_valid (place, -1); /* JSON is text, a path need not be */
      json_add_text (json, "path", path);
      json_add_integer (json, "width", seedream_image_get_width (image));
      json_add_integer (json, "height", seedream_image_get_height (image));
      json_add_text (json, "type", seedream_image_get_media_type (image));
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_notes (JsonBuilder *json, const Options *options, SeedreamJob *job)
{
  json_builder_set_member_name (json, "notes");
  json_builder_begin_array (json);
  if (options && options->note)
    json_builder_add_string_value (json, options->note);
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
  json_add_text (json, "code",
            g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled"
            : error->domain == SEEDREAM_ERROR ? nick_of (SEEDREAM_TYPE_ERROR, error->code)
                                              : "failed");
  json_add_text (json, "message", error->message);
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

static void
add_maker (JsonBuilder *json, const Options *options, SeedreamJob *job)
{
  const char *id = options ? options->provider : NULL;
  SeedreamProvider *provider = job ? seedream_job_get_provider (job) : id ? seedream_provider_lookup (id) : NULL;
  SeedreamModel *model = provider && options ? seedream_provider_lookup_model (provider, options->model) : NULL;
  json_add_text (json, "provider", provider ? seedream_provider_get_id (provider) : id);
  json_add_text (json, "model",
            job       ? seedream_job_get_model (job)
            : model   ? seedream_model_get_service_id (model)
            : options ? options->model
                      : NULL);
}

static void
add_job (JsonBuilder *json, const Options *options, SeedreamJob *job, char **paths, const GError *error)
{
  SeedreamJobState state = job ? seedream_job_get_state (job) : SEEDREAM_JOB_STATE_FAILED;
  json_builder_begin_object (json);
  json_add_text (json, "id", job ? seedream_job_get_id (job) : NULL);
  json_add_text (json, "service_id", job ? seedream_job_get_service_id (job) : NULL);
  add_maker (json, options, job);
  /* One that never left is to the outside what one that failed is. */
  if (state == SEEDREAM_JOB_STATE_NEW)
    state = SEEDREAM_JOB_STATE_FAILED;
  json_add_text (json, "state", nick_of (SEEDREAM_TYPE_JOB_STATE, (int) state));
  json_add_number (json, "cost_usd", job ? seedream_job_get_cost (job) : 0);
  add_images (json, job, paths);
  add_notes (json, options, job);
  add_error (json, job, error);
  json_builder_end_object (json);
}

void
json_print (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, FALSE);
  puts (text);
}

void
print_json (const Options *options, SeedreamJob *job, char **paths, const GError *error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  add_job (json, options, job, paths, error);
  json_print (json);
}

void
print_key_json (SeedreamProvider *provider, SeedreamKeySource source)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_add_text (json, "provider", seedream_provider_get_id (provider));
  json_add_text (json, "source", nick_of (SEEDREAM_TYPE_KEY_SOURCE, (int) source));
  json_builder_end_object (json);
  json_print (json);
}

static const GError *
error_of (SeedreamJob *job)
{
  const GError *error = seedream_job_get_error (job);
  return error ? error : seedream_job_get_missing (job);
}

void
print_jobs_json (GPtrArray *jobs)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_array (json);
  for (guint i = 0; i < jobs->len; i++)
    add_job (json, NULL, jobs->pdata[i], NULL, error_of (jobs->pdata[i]));
  json_builder_end_array (json);
  json_print (json);
}
