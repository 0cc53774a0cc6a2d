/* cli/seedream.c - the command: one job per run. Written in C on seedream.h alone, so it proves the ABI. */
#include "command.h"

#include <glib-unix.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

typedef struct
{
  const Options *options;
  GMainLoop     *loop;
  GCancellable  *cancellable;
  GError        *error;
  gboolean       shows_progress; /* on a terminal */
} Run;

static gboolean
on_signal (gpointer data)
{
  g_cancellable_cancel (((Run *) data)->cancellable);
  return G_SOURCE_CONTINUE;
}

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
  (void) pspec;
  g_autoptr (GEnumClass) states = g_type_class_ref (SEEDREAM_TYPE_JOB_STATE);
  if (run->options->verbose)
    fprintf (stderr, "%sjob %s (%s): %s\n", run->shows_progress ? "\r\033[K" : "", seedream_job_get_id (job),
             seedream_job_get_service_id (job) ? seedream_job_get_service_id (job) : "no id of the service's yet",
             g_enum_get_value (states, (int) seedream_job_get_state (job))->value_nick);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;
  seedream_job_run_finish (SEEDREAM_JOB (source), result, &run->error);
  g_main_loop_quit (run->loop);
}

static void
run_job (Run *run, SeedreamJob *job)
{
  run->loop = g_main_loop_new (NULL, FALSE);
  run->cancellable = g_cancellable_new ();
  run->shows_progress = !run->options->quiet && !run->options->json && isatty (STDERR_FILENO);
  const guint interrupt = g_unix_signal_add (SIGINT, on_signal, run);
  const guint terminate = g_unix_signal_add (SIGTERM, on_signal, run);
  g_signal_connect (job, "notify::stage", G_CALLBACK (show_progress), run);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (show_progress), run);
  g_signal_connect (job, "notify::state", G_CALLBACK (show_state), run);
  seedream_job_run_async (job, run->cancellable, on_ready, run);
  g_main_loop_run (run->loop);
  if (run->shows_progress)
    fputs ("\r\033[K", stderr);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_object_unref (run->cancellable);
  g_main_loop_unref (run->loop);
}

static SeedreamRequest *
make_request (const Options *o, GError **error)
{
  g_autoptr (SeedreamRequest) request = seedream_request_new (o->operation, o->prompt);
  seedream_request_set_model (request, o->model);
  seedream_request_set_count (request, (guint) o->count);
  seedream_request_set_size (request, o->size);
  seedream_request_set_aspect (request, o->aspect);
  seedream_request_set_quality (request, o->quality);
  seedream_request_set_format (request, o->format);
  seedream_request_set_seed (request, o->seed);
  for (char **path = o->inputs; *path; path++)
    {
      g_autoptr (SeedreamImage) image = read_picture (*path, error);
      if (!image)
        return NULL;
      seedream_request_add_image (request, image);
    }
  return g_steal_pointer (&request);
}

/* Everything that can be wrong here is found out before anything is sent. */
static SeedreamJob *
make_job (const Options *o, GError **error)
{
  if (!check_place (o->out, error))
    return NULL;
  g_autoptr (SeedreamClient) client = seedream_client_new (o->provider, error);
  if (!client)
    return NULL;
  if (o->base_url)
    seedream_client_set_base_url (client, o->base_url);
  seedream_client_set_timeout (client, (guint) o->timeout_seconds);
  g_autoptr (SeedreamRequest) request = make_request (o, error);
  return request ? seedream_client_create_job (client, request, error) : NULL;
}

static void
print_notes (const Options *o, SeedreamJob *job)
{
  for (const char *const *note = seedream_job_get_notes (job); !o->quiet && *note; note++)
    fprintf (stderr, "seedream: note: %s\n", *note);
}

static ExitStatus
draw (const Options *o)
{
  Run run = { .options = o };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) paths = NULL;
  g_autoptr (SeedreamJob) job = make_job (o, &error);
  if (job)
    {
      run_job (&run, job);
      error = run.error;
      /* What came is kept even if it is damaged: it was paid for. */
      g_autoptr (GError) unwritten = NULL;
      paths = write_pictures (job, o->out, o->count > 1 || seedream_job_get_n_images (job) > 1, &unwritten);
      if (unwritten && !error)
        error = g_steal_pointer (&unwritten);
      print_notes (o, job);
    }
  const GError *shown = error ? error : job ? seedream_job_get_missing (job) : NULL;
  if (shown)
    fprintf (stderr, "seedream: %s\n", shown->message);
  if (o->json)
    print_json (o, job, paths, shown);
  for (char **path = paths; path && *path && !o->json; path++)
    puts (*path);
  return status_of (error);
}

static ExitStatus
list_providers (void)
{
  gsize n = 0;
  const SeedreamProvider *const *all = seedream_provider_list (&n);
  for (gsize i = 0; i < n; i++)
    {
      const char *variable = seedream_provider_get_key_variable (all[i]);
      const char *url = seedream_provider_get_base_url (all[i]);
      printf ("%s\t%s\t%s\t%s\n", seedream_provider_get_id (all[i]), seedream_provider_get_name (all[i]),
              url ? url : "this machine", variable ? variable : "no key");
    }
  return EXIT_DONE;
}

static ExitStatus
list_models (void)
{
  gsize n = 0;
  const SeedreamProvider *const *all = seedream_provider_list (&n);
  for (gsize i = 0; i < n; i++)
    printf ("%s\t%s\t$%.2f per picture\t%u input pictures\n", seedream_provider_get_id (all[i]),
            seedream_provider_get_model (all[i]), seedream_provider_get_price (all[i]),
            seedream_provider_get_max_images (all[i]));
  return EXIT_DONE;
}

int
main (int argc, char **argv)
{
  Options options;
  g_autoptr (GError) error = NULL;
  ExitStatus status = EXIT_DONE;
  setlocale (LC_ALL, "");
  /* The shape of the answer is promised even where the rest of the line cannot be read. */
  const gboolean wants_json = g_strv_contains ((const char *const *) argv, "--json");
  const gboolean parsed = options_parse (&options, &argc, &argv, &error);
  if (!parsed)
    {
      fprintf (stderr, "seedream: %s\n", error->message);
      if (wants_json)
        print_json (&options, NULL, NULL, error);
      status = EXIT_USAGE;
    }
  else if (options.version)
    puts ("seedream " SEEDREAM_VERSION);
  else if (g_str_equal (argv[1], "providers"))
    status = list_providers ();
  else if (g_str_equal (argv[1], "models"))
    status = list_models ();
  else
    status = draw (&options);
  options_clear (&options);
  return (int) status;
}
