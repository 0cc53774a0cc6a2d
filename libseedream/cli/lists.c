/* cli/lists.c - what services and models there are, and what a service tells of an account and a model. */
#include "json.h"

#include <stdio.h>

static void
begin_array (const Options *o, JsonBuilder *json)
{
  if (o->json)
    json_builder_begin_array (json);
}

static void
end_array (const Options *o, JsonBuilder *json)
{
  if (!o->json)
    return;
  json_builder_end_array (json);
  json_print (json);
}

static void
show_provider (const Options *o, JsonBuilder *json, SeedreamProvider *provider)
{
  const char *id = seedream_provider_get_id (provider), *name = seedream_provider_get_name (provider);
  const char *variable = seedream_provider_get_key_variable (provider);
  const char *url = seedream_provider_get_base_url (provider);
  if (!o->json)
    {
      printf ("%s\t%s\t%s\t%s\n", id, name, url ? url : "this machine", variable ? variable : "no key");
      return;
    }
  json_builder_begin_object (json);
  json_add_text (json, "id", id);
  json_add_text (json, "name", name);
  json_add_text (json, "base_url", url);
  json_add_texts (json, "regions", seedream_provider_get_regions (provider));
  json_add_text (json, "key_variable", variable);
  json_add_truth (json, "keeps_jobs", seedream_provider_get_keeps_jobs (provider));
  json_builder_end_object (json);
}

ExitStatus
list_providers (const Options *o)
{
  gsize n = 0;
  SeedreamProvider *const *all = seedream_provider_list (&n);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  begin_array (o, json);
  for (gsize i = 0; i < n; i++)
    show_provider (o, json, all[i]);
  end_array (o, json);
  return EXIT_DONE;
}

static void
print_model (SeedreamProvider *provider, SeedreamModel *model)
{
  g_autofree char *sizes = g_strjoinv (" ", (char **) seedream_model_get_sizes (model));
  const double price = seedream_model_get_price (model);
  g_autofree char *priced = price < 0 ? g_strdup ("price unknown") : g_strdup_printf ("$%.3g per picture", price);
  printf ("%s\t%s\t%s\t%s\t%u input pictures\t%s\n", seedream_provider_get_id (provider),
          seedream_model_get_service_id (model), seedream_model_get_name (model), priced,
          seedream_model_get_max_images (model), sizes);
}

static void
show_model (const Options *o, JsonBuilder *json, SeedreamProvider *provider, SeedreamModel *model)
{
  if (!o->json)
    {
      print_model (provider, model);
      return;
    }
  const double price = seedream_model_get_price (model);
  json_builder_begin_object (json);
  json_add_text (json, "provider", seedream_provider_get_id (provider));
  json_add_text (json, "id", seedream_model_get_id (model));
  json_add_text (json, "service_id", seedream_model_get_service_id (model));
  json_add_text (json, "name", seedream_model_get_name (model));
  json_add_dollars (json, "usd_per_picture", price);
  json_add_integer (json, "max_count", seedream_model_get_max_count (model));
  json_add_integer (json, "max_images", seedream_model_get_max_images (model));
  json_add_texts (json, "sizes", seedream_model_get_sizes (model));
  json_add_texts (json, "aspects", seedream_model_get_aspects (model));
  json_add_texts (json, "qualities", seedream_model_get_qualities (model));
  json_add_texts (json, "formats", seedream_model_get_formats (model));
  json_add_truth (json, "takes_seed", seedream_model_get_takes_seed (model));
  json_add_truth (json, "streams", seedream_model_get_streams (model));
  json_builder_end_object (json);
}

/* With --model the service itself is asked. */
static ExitStatus
discover_model (Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamModel) model = NULL;
  g_autoptr (SeedreamClient) client = make_client (o, &error);
  SeedreamProvider *provider = client ? seedream_client_get_provider (client) : NULL;
  if (provider && !seedream_provider_get_tells_models (provider))
    g_set_error (&error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s tells nothing of its models.",
                 seedream_provider_get_name (provider));
  if (!error && find_key (o, client, &error))
    model = ask_for_model (o, client, &error);
  if (!model)
    return report (o, NULL, NULL, error);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  begin_array (o, json);
  show_model (o, json, provider, model);
  end_array (o, json);
  return EXIT_DONE;
}

static void
list_known_models (const Options *o, JsonBuilder *json, SeedreamProvider *provider)
{
  gsize n = 0;
  SeedreamModel *const *models = seedream_provider_list_models (provider, &n);
  for (gsize i = 0; i < n; i++)
    show_model (o, json, provider, models[i]);
}

ExitStatus
list_models (Options *o)
{
  gsize n = 0;
  SeedreamProvider *const *all = seedream_provider_list (&n);
  SeedreamProvider *only = o->names_provider ? seedream_provider_lookup (o->provider) : NULL;
  if (o->model || (o->names_provider && !only))
    return discover_model (o);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  begin_array (o, json);
  for (gsize i = 0; i < n; i++)
    if (!only || only == all[i])
      list_known_models (o, json, all[i]);
  end_array (o, json);
  for (const char *const *problem = seedream_model_get_problems (); *problem; problem++)
    fprintf (stderr, "seedream: left out: %s\n", *problem);
  return EXIT_DONE;
}

static void
print_balance (const Options *o, double balance)
{
  const gboolean limited = balance < G_MAXDOUBLE;
  if (!o->json && limited)
    printf ("$%.2f\n", balance);
  else if (!o->json)
    puts ("no limit");
  if (!o->json)
    return;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_add_text (json, "provider", o->provider);
  if (limited)
    json_add_number (json, "balance_usd", balance);
  else
    json_add_text (json, "balance_usd", NULL);
  json_builder_end_object (json);
  json_print (json);
}

ExitStatus
show_balance (Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamClient) client = make_client (o, &error);
  SeedreamProvider *provider = client ? seedream_client_get_provider (client) : NULL;
  double balance = 0;
  if (provider && !seedream_provider_get_tells_balance (provider))
    g_set_error (&error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s tells no balance.",
                 seedream_provider_get_name (provider));
  if (!error && find_key (o, client, &error))
    {
      Waiting waiting = { 0 };
      waiting_begin (&waiting, seconds_left (o));
      seedream_client_query_balance_async (client, waiting.cancellable, on_answer, &waiting);
      g_autoptr (GAsyncResult) result = waiting_end (&waiting);
      seedream_client_query_balance_finish (client, result, &balance, &error);
      waiting_explain (&waiting, o, &error);
    }
  if (error)
    return report (o, NULL, NULL, error);
  print_balance (o, balance);
  return EXIT_DONE;
}
