/* cli/jobs.c - the jobs that were written down: list, show, wait, fetch, forget. */
#include "command.h"

#include <stdio.h>

static GPtrArray *
read_all (SeedreamHistory *history, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_list_async (history, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_list_finish (history, result, error);
}

static SeedreamJob *
read_one (SeedreamHistory *history, const char *id, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_lookup_async (history, id, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_lookup_finish (history, result, error);
}

static const char *
state_of (SeedreamJob *job)
{
  return nick_of (SEEDREAM_TYPE_JOB_STATE, (int) seedream_job_get_state (job));
}

static char *
time_of (SeedreamJob *job)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seedream_job_get_created (job) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  return g_date_time_format (local, "%F %T");
}

static const char *
provider_of (SeedreamJob *job)
{
  SeedreamProvider *provider = seedream_job_get_provider (job);
  return provider ? seedream_provider_get_id (provider) : "?";
}

/* A prompt may be long and have lines; a list has one line per job. */
static char *
in_one_line (const char *prompt)
{
  g_autofree char *start = g_utf8_substring (prompt, 0, MIN (60, g_utf8_strlen (prompt, -1)));
  for (char *p = start; *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return g_steal_pointer (&start);
}

static ExitStatus
list (const Options *o, SeedreamHistory *history, GError **error)
{
  g_autoptr (GPtrArray) jobs = read_all (history, error);
  if (!jobs)
    return EXIT_INTERNAL;
  if (o->json)
    print_jobs_json (jobs);
  for (guint i = 0; !o->json && i < jobs->len; i++)
    {
      SeedreamJob *job = jobs->pdata[i];
      g_autofree char *time = time_of (job);
      g_autofree char *prompt = in_one_line (seedream_job_get_prompt (job));
      printf ("%s\t%s\t%s\t%s\t$%.2f\t%s\n", seedream_job_get_id (job), time, state_of (job), provider_of (job),
              seedream_job_get_cost (job), prompt);
    }
  return EXIT_DONE;
}

static void
print_all (SeedreamJob *job, const GError *wrong)
{
  static const char *const charged[] = { "no", "yes", "unknown" };
  g_autofree char *time = time_of (job);
  g_auto (GStrv) paths = kept_paths (job);
  const char *service_id = seedream_job_get_service_id (job);
  printf ("id\t%s\nmade\t%s\nstate\t%s\n", seedream_job_get_id (job), time, state_of (job));
  printf ("service\t%s\nbase url\t%s\nservice id\t%s\n", provider_of (job), seedream_job_get_base_url (job),
          service_id ? service_id : "");
  printf ("model\t%s\nprompt\t%s\n", seedream_job_get_model (job), seedream_job_get_prompt (job));
  printf ("charged\t%s\ncost\t$%.2f\n", charged[seedream_job_get_charged (job)], seedream_job_get_cost (job));
  if (wrong)
    printf ("error\t%s\n", wrong->message);
  for (char **path = paths; *path; path++)
    puts (*path);
}

static ExitStatus
show (const Options *o, SeedreamJob *job)
{
  const GError *wrong = seedream_job_get_error (job) ? seedream_job_get_error (job) : seedream_job_get_missing (job);
  if (o->json)
    print_json (o, job, NULL, wrong);
  else
    print_all (job, wrong);
  return EXIT_DONE;
}

static gboolean
has_pictures (SeedreamJob *job)
{
  if (seedream_job_get_state (job) != SEEDREAM_JOB_STATE_COMPLETED || seedream_job_get_n_images (job) == 0)
    return FALSE;
  for (guint i = 0; i < seedream_job_get_n_images (job); i++)
    if (!seedream_image_get_bytes (seedream_job_get_image (job, i)))
      return FALSE;
  return TRUE;
}

/* Asks the service for what is not here yet. What cannot be asked for does no harm to the pictures that are here. */
static gboolean
bring (Options *o, SeedreamJob *job, SeedreamHistory *history, GError **error)
{
  const gboolean here = has_pictures (job);
  if (here && !seedream_job_get_missing (job))
    return TRUE;
  g_autoptr (SeedreamClient) client = seedream_client_new (provider_of (job), error);
  if (!client)
    return FALSE;
  if (!find_key (o, client, error))
    return FALSE;
  seedream_client_set_base_url (client, o->base_url ? o->base_url : seedream_job_get_base_url (job));
  seedream_client_set_timeout (client, (guint) seconds_left (o));
  seedream_client_set_history (client, history);
  if (seedream_client_resume_job (client, job, here ? NULL : error))
    return run_job (o, job, FALSE, error);
  return here;
}

static ExitStatus
wait_or_fetch (Options *o, SeedreamJob *job, SeedreamHistory *history)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) paths = NULL;
  if (!o->out || check_place (o->out, &error))
    bring (o, job, history, &error);
  if (!g_error_matches (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID))
    paths = keep_pictures (o, job, &error);
  return report (o, job, paths, error);
}

static ExitStatus
forget (SeedreamHistory *history, SeedreamJob *job, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_forget_async (history, seedream_job_get_id (job), waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_forget_finish (history, result, error) ? EXIT_DONE : EXIT_INTERNAL;
}

ExitStatus
jobs (Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamHistory) history = seedream_history_new (NULL, &error);
  g_autoptr (SeedreamJob) job = NULL;
  ExitStatus status = EXIT_DONE;
  if (history && o->job_verb != JOB_LIST)
    job = read_one (history, o->job_id, &error);
  if (!error)
    switch (o->job_verb)
      {
      case JOB_LIST:
        status = list (o, history, &error);
        break;
      case JOB_SHOW:
        return show (o, job);
      case JOB_WAIT:
      case JOB_FETCH:
        return wait_or_fetch (o, job, history);
      case JOB_FORGET:
        status = forget (history, job, &error);
        break;
      }
  return error ? report (o, NULL, NULL, error) : status;
}
