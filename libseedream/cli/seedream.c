/* cli/seedream.c - the command: one job per run. Written in C on seedream.h alone, so it proves the ABI. */
#include "command.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  const Options *options;
  gboolean       shows_progress; /* on a terminal */
} Run;

static void
show_progress (SeedreamJob *job, GParamSpec *pspec, gpointer data)
{
  static const char *const words[] = { "preparing", "uploading", "queued", "drawing", "downloading", "decoding" };
  const Run *run = data;
  const double fraction = seedream_job_get_fraction (job);
  (void) pspec;
  if (run->shows_progress && fraction >= 0)
    fprintf (stderr, "\r\033[K%s %d %%", words[seedream_job_get_stage (job)], (int) floor (fraction * 100));
  else if (run->shows_progress)
    fprintf (stderr, "\r\033[K%s", words[seedream_job_get_stage (job)]);
}

static void
show_state (SeedreamJob *job, GParamSpec *pspec, gpointer data)
{
  const Run *run = data;
  const char *service_id = seedream_job_get_service_id (job);
  (void) pspec;
  if (run->options->verbose)
    fprintf (stderr, "%sjob %s (%s): %s\n", run->shows_progress ? "\r\033[K" : "", seedream_job_get_id (job),
             service_id ? service_id : "no id of the service's yet",
             nick_of (SEEDREAM_TYPE_JOB_STATE, (int) seedream_job_get_state (job)));
}

gboolean
run_job (const Options *o, SeedreamJob *job, gboolean submit_only, GError **error)
{
  Run run = { .options = o, .shows_progress = !o->quiet && !o->json && isatty (STDERR_FILENO) };
  Waiting waiting = { 0 };
  g_signal_connect (job, "notify::stage", G_CALLBACK (show_progress), &run);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (show_progress), &run);
  g_signal_connect (job, "notify::state", G_CALLBACK (show_state), &run);
  waiting_begin (&waiting, 0);
  if (submit_only)
    seedream_job_submit_async (job, waiting.cancellable, on_answer, &waiting);
  else
    seedream_job_run_async (job, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  g_signal_handlers_disconnect_by_data (job, &run);
  if (run.shows_progress)
    fputs ("\r\033[K", stderr);
  return submit_only ? seedream_job_submit_finish (job, result, error) : seedream_job_run_finish (job, result, error);
}

static SeedreamRequest *
make_request (const Options *o, GError **error)
{
  g_autoptr (SeedreamRequest) request = seedream_request_new (o->operation, o->prompt);
  seedream_request_set_model (request, o->model);
  seedream_request_set_count (request, (guint) o->count);
  seedream_request_set_group (request, o->group);
  seedream_request_set_stream (request, o->stream      ? SEEDREAM_STREAMING_ON
                                        : o->no_stream ? SEEDREAM_STREAMING_OFF
                                                       : SEEDREAM_STREAMING_AUTO);
  seedream_request_set_size (request, o->size);
  seedream_request_set_aspect (request, o->aspect);
  seedream_request_set_quality (request, o->quality);
  seedream_request_set_format (request, o->format);
  seedream_request_set_seed (request, o->seed);
  for (char **word = o->inputs; *word; word++)
    {
      g_autoptr (SeedreamImage) image = read_input (*word, error);
      if (!image)
        return NULL;
      seedream_request_add_image (request, image);
    }
  return g_steal_pointer (&request);
}

SeedreamClient *
make_client (const Options *o, GError **error)
{
  SeedreamClient *client = seedream_client_new (o->provider, error);
  if (!client)
    return NULL;
  if (o->base_url)
    seedream_client_set_base_url (client, o->base_url);
  seedream_client_set_timeout (client, (guint) seconds_left (o));
  return client;
}

SeedreamModel *
ask_for_model (const Options *o, SeedreamClient *client, GError **error)
{
  Waiting waiting = { 0 };
  g_autoptr (GError) wrong = NULL;
  waiting_begin (&waiting, seconds_left (o));
  seedream_client_discover_model_async (client, o->model, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  SeedreamModel *model = seedream_client_discover_model_finish (client, result, &wrong);
  waiting_explain (&waiting, o, &wrong);
  if (wrong)
    g_propagate_error (error, g_steal_pointer (&wrong));
  return model;
}

/* A model that nothing is known of is asked about first, where the service tells. It need not: only a signal ends
 * it all. */
static gboolean
discover (const Options *o, SeedreamClient *client, GError **error)
{
  SeedreamProvider *provider = seedream_client_get_provider (client);
  if (!o->model || seedream_provider_lookup_model (provider, o->model) ||
      !seedream_provider_get_tells_models (provider))
    return TRUE;
  g_autoptr (GError) wrong = NULL;
  g_autoptr (SeedreamModel) model = ask_for_model (o, client, &wrong);
  if (!g_error_matches (wrong, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&wrong));
  return FALSE;
}

/* Everything that can be wrong here is found out before anything is sent. */
static SeedreamJob *
make_job (Options *o, SeedreamHistory *history, GError **error)
{
  if (o->out && !check_place (o->out, error))
    return NULL;
  g_autoptr (SeedreamClient) client = make_client (o, error);
  if (!client)
    return NULL;
  seedream_client_set_history (client, history);
  g_autoptr (SeedreamRequest) request = make_request (o, error);
  if (!request || !find_key (o, client, error) || !discover (o, client, error))
    return NULL;
  seedream_client_set_timeout (client, (guint) seconds_left (o));
  return seedream_client_create_job (client, request, error);
}

/* What other runs have left behind comes while this one's job is drawn, and does not keep it waiting. */
static gboolean
run_beside_recovery (Options *o, SeedreamJob *job, SeedreamHistory *history, GError **error)
{
  Waiting recovery = { 0 };
  if (!history)
    return run_job (o, job, o->no_wait, error);
  recovery_begin (&recovery, history, seconds_left (o), seconds_left (o));
  const gboolean done = run_job (o, job, o->no_wait, error);
  g_cancellable_cancel (recovery.cancellable);
  g_autoptr (GPtrArray) recovered = recovery_end (&recovery, history, NULL);
  o->note = tell_what_came (recovered);
  return done;
}

static ExitStatus
draw (Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unprotected = NULL;
  g_auto (GStrv) paths = NULL;
  g_autoptr (SeedreamHistory) history = seedream_history_new (NULL, &unprotected);
  if (unprotected)
    o->note = g_strdup_printf ("This job is not protected against a crash: %s", unprotected->message);
  g_autoptr (SeedreamJob) job = make_job (o, history, &error);
  if (job && run_beside_recovery (o, job, history, &error) && o->no_wait && !o->json)
    puts (seedream_job_get_id (job));
  /* What came is kept even if it is damaged: it was paid for. */
  if (job && !o->no_wait)
    paths = keep_pictures (o, job, &error);
  const ExitStatus status = report (o, job, paths, error);
  deliver (o, history, job, paths);
  return status;
}

/* A core would hold the key, and may be sent to whoever collects crashes. A debugger gets along without one. */
static void
leave_no_core (void)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_CORE, &limit) != 0)
    return;
  limit.rlim_cur = 0;
  setrlimit (RLIMIT_CORE, &limit);
}

int
main (int argc, char **argv)
{
  Options options;
  g_autoptr (GError) error = NULL;
  ExitStatus status = EXIT_DONE;
  leave_no_core ();
  setlocale (LC_ALL, "");
  /* babl would first find out how fast tables of 64 MiB are, which takes longer than all that is converted here. */
  g_setenv ("BABL_LUT", "0", FALSE);
  /* The shape of the answer is promised even where the rest of the line cannot be read. */
  const gboolean wants_json = g_strv_contains ((const char *const *) argv, "--json");
  if (!options_parse (&options, &argc, &argv, &error))
    {
      options.json = wants_json;
      status = report (&options, NULL, NULL, error);
    }
  else if (options.version)
    puts ("seedream " SEEDREAM_VERSION);
  else
    switch (options.verb)
      {
      case VERB_DRAW:
        status = draw (&options);
        break;
      case VERB_JOBS:
        status = jobs (&options);
        break;
      case VERB_PROVIDERS:
        status = list_providers (&options);
        break;
      case VERB_MODELS:
        status = list_models (&options);
        break;
      case VERB_BALANCE:
        status = show_balance (&options);
        break;
      case VERB_KEY:
        status = key (&options);
        break;
      case VERB_RULES:
        status = rules (&options);
        break;
      }
  options_clear (&options);
  return (int) status;
}
