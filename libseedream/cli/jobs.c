/* cli/jobs.c - the jobs that were written down: list, show, wait, fetch, recover; records.c does the rest. */
#include "command.h"

#include <stdio.h>
#include <unistd.h>

static GPtrArray *
read_some (SeedreamHistory *history, const char *words, SeedreamJob *before, guint limit, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_query_async (history, words, SEEDREAM_HISTORY_FILTER_ALL, before, limit, waiting.cancellable,
                                on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_query_finish (history, result, error);
}

/* words: each must be found; NULL: all jobs. They are read a part at a time, so that nobody who begins a job has to wait
 * for a long list. */
static GPtrArray *
read_all (SeedreamHistory *history, const char *words, GError **error)
{
  const guint part = 500;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint n = part; n == part;)
    {
      SeedreamJob *last = all->len > 0 ? all->pdata[all->len - 1] : NULL;
      GPtrArray *more = read_some (history, words, last, part, error);
      if (!more)
        return NULL;
      n = more->len;
      g_ptr_array_extend_and_steal (all, more);
    }
  return g_steal_pointer (&all);
}

SeedreamJob *
read_job (SeedreamHistory *history, const char *id, GError **error)
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
in_local_time (gint64 microseconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);
  g_autoptr(GDateTime) local = utc ? g_date_time_to_local(utc) : NULL;
  /* A clock may say what no calendar has. */
  return local ? g_date_time_format(local, "%F %T") : g_strdup("?");
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

static void
print_jobs (const Options *o, GPtrArray *jobs)
{
  if (o->json)
    print_jobs_json (jobs);
  for (guint i = 0; !o->json && i < jobs->len; i++)
    {
      SeedreamJob *job = jobs->pdata[i];
      g_autofree char *time = in_local_time (seedream_job_get_created (job));
      g_autofree char *prompt = in_one_line (seedream_job_get_prompt (job));
      printf ("%s\t%s\t%s\t%s\t$%.2f\t%s\n", seedream_job_get_id (job), time, state_of (job), provider_of (job),
              seedream_job_get_cost (job), prompt);
    }
}

static gboolean
on_silence (gpointer shown)
{
  fputs ("\r\033[Kasking for what was left behind", stderr);
  *(gboolean *) shown = TRUE;
  return G_SOURCE_REMOVE;
}

static GPtrArray *
recover (const Options *o, SeedreamHistory *history, int seconds, int each, GError **error)
{
  const guint soon_ms = 300; /* mostly there is nothing, and that takes no time */
  Waiting waiting = { 0 };
  gboolean shown = FALSE;
  guint timer = 0;
  recovery_begin (&waiting, history, seconds, each);
  if (!o->quiet && !o->json && isatty (STDERR_FILENO))
    timer = g_timeout_add (soon_ms, on_silence, &shown);
  GPtrArray *recovered = recovery_end (&waiting, history, error);
  if (shown)
    fputs ("\r\033[K", stderr);
  else if (timer)
    g_source_remove (timer);
  return recovered;
}

static void
list (Options *o, SeedreamHistory *history, GError **error)
{
  /* As long as somebody looks at an empty screen; what is still being drawn is listed as that. */
  const int patience = 5, patience_with_one = 3;
  g_autoptr (GPtrArray) recovered =
    o->no_wait ? NULL : recover (o, history, MIN (patience, seconds_left (o)), patience_with_one, error);
  /* What cannot be had now can be listed all the same. */
  if (*error && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (error);
  g_autoptr (GPtrArray) jobs = *error ? NULL : read_all (history, o->search, error);
  if (!jobs)
    return;
  g_autofree char *note = recovered ? tell_what_came (recovered) : NULL;
  if (note && !o->quiet)
    fprintf (stderr, "seedream: note: %s\n", note);
  print_jobs (o, jobs);
}

static void
list_recovered (const Options *o, SeedreamHistory *history, GError **error)
{
  g_autoptr (GPtrArray) recovered = recover (o, history, seconds_left (o), seconds_left (o), error);
  if (!*error)
    print_jobs (o, recovered);
}

static gboolean
is_left_behind (SeedreamJob *job)
{
  const SeedreamJobState state = seedream_job_get_state (job);
  return (state == SEEDREAM_JOB_STATE_QUEUED || state == SEEDREAM_JOB_STATE_RUNNING) &&
         !seedream_job_get_attended (job);
}

/* What becomes of its pictures. */
static void
print_whereabouts (SeedreamJob *job)
{
  const gint64 expires = seedream_job_get_expires (job), delivered = seedream_job_get_delivered (job);
  g_autofree char *end = expires ? in_local_time (expires) : NULL;
  g_autofree char *time = delivered ? in_local_time (delivered) : g_strdup ("not yet");
  if (is_left_behind (job))
    puts ("left behind\tyes");
  if (end)
    printf ("fetch before\t%s\n", end);
  if (seedream_job_get_late (job))
    puts ("arrived\tlate");
  if (delivered || seedream_job_get_n_images (job) > 0)
    printf ("delivered\t%s\n", time);
  if (seedream_job_get_starred (job))
    puts ("starred\tyes");
}

static void
print_all (SeedreamJob *job, const GError *wrong)
{
  static const char *const charged[] = { "no", "yes", "unknown" };
  const double cost = seedream_job_get_cost (job);
  g_autofree char *time = in_local_time (seedream_job_get_created (job));
  g_auto (GStrv) paths = kept_paths (job);
  const char *service_id = seedream_job_get_service_id (job);
  printf ("id\t%s\nmade\t%s\nstate\t%s\n", seedream_job_get_id (job), time, state_of (job));
  printf ("service\t%s\nbase url\t%s\nservice id\t%s\n", provider_of (job), seedream_job_get_base_url (job),
          service_id ? service_id : "");
  printf ("model\t%s\nprompt\t%s\n", seedream_job_get_model (job), seedream_job_get_prompt (job));
  printf ("charged\t%s\ncost\t$%.2f%s\n", charged[seedream_job_get_charged (job)], cost,
          cost > 0 && !seedream_job_get_cost_is_told (job) ? " (estimated)" : "");
  print_whereabouts (job);
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
  if (o->base_url)
    seedream_client_set_base_url (client, o->base_url);
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
  const ExitStatus status = report (o, job, paths, error);
  deliver (o, history, job, paths);
  return status;
}

ExitStatus
jobs (Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamHistory) history = seedream_history_new (NULL, &error);
  g_autoptr (SeedreamJob) job = NULL;
  if (history && o->job_id)
    job = read_job (history, o->job_id, &error);
  if (!error)
    switch (o->job_verb)
      {
      case JOB_LIST:
        if (o->summary)
          summarize (o, history, &error);
        else
          list (o, history, &error);
        break;
      case JOB_SHOW:
        return show (o, job);
      case JOB_WAIT:
      case JOB_FETCH:
        return wait_or_fetch (o, job, history);
      case JOB_FORGET:
        forget (history, job, &error);
        break;
      case JOB_CANCEL:
        cancel (history, job, &error);
        break;
      case JOB_STAR:
      case JOB_UNSTAR:
        star (history, job, o->job_verb == JOB_STAR, &error);
        break;
      case JOB_PURGE:
        purge (o, history, &error);
        break;
      case JOB_RECOVER:
        list_recovered (o, history, &error);
        break;
      }
  return error ? report (o, NULL, NULL, error) : EXIT_DONE;
}
