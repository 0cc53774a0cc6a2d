/* cli/recovery.c - pictures that were paid for: what was left behind is taken up again, and what is where it belongs
 * waits for nobody any more. */
#include "command.h"

#include <stdio.h>

void
recovery_begin (Waiting *waiting, SeedreamHistory *history, int seconds, int each)
{
  waiting_begin (waiting, seconds);
  seedream_history_recover_async (history, (guint) each, waiting->cancellable, on_answer, waiting);
}

static GPtrArray *
read_jobs (SeedreamHistory *history, char **ids)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  for (char **id = ids; id && *id; id++)
    {
      SeedreamJob *job = read_job (history, *id, NULL); /* one that was forgotten meanwhile is none */
      if (job)
        g_ptr_array_add (jobs, job);
    }
  return jobs;
}

GPtrArray *
recovery_end (Waiting *waiting, SeedreamHistory *history, GError **error)
{
  g_autoptr (GAsyncResult) result = waiting_end (waiting);
  g_autoptr (GError) wrong = NULL;
  g_auto (GStrv) ids = seedream_history_recover_finish (history, result, &wrong);
  if (waiting->ended && !wrong)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled.");
  /* That the time was over is no trouble: the rest is for another time. */
  else if (wrong && !waiting->late)
    g_propagate_error (error, g_steal_pointer (&wrong));
  return read_jobs (history, ids);
}

char *
tell_what_came (GPtrArray *jobs)
{
  guint n = 0;
  for (guint i = 0; i < jobs->len; i++)
    if (seedream_job_get_state (jobs->pdata[i]) == SEEDREAM_JOB_STATE_COMPLETED)
      n += seedream_job_get_n_images (jobs->pdata[i]);
  return n == 0   ? NULL
         : n == 1 ? g_strdup ("A picture of an earlier job has come: seedream jobs list")
                  : g_strdup_printf ("%u pictures of earlier jobs have come: seedream jobs list", n);
}

/* Of some pictures that came the others may come yet; where the record would go, so would they. */
static gboolean
is_delivered (const Options *o, SeedreamHistory *history, SeedreamJob *job, char **paths)
{
  return o->out && paths && *paths && seedream_job_get_state (job) == SEEDREAM_JOB_STATE_COMPLETED &&
         g_strv_length (paths) == seedream_job_get_n_images (job) &&
         (!seedream_job_get_missing (job) || keeps_history (history));
}

void
deliver (const Options *o, SeedreamHistory *history, SeedreamJob *job, char **paths)
{
  g_autoptr (GError) error = NULL;
  if (!history || !job || !is_delivered (o, history, job, paths))
    return;
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_deliver_async (history, seedream_job_get_id (job), waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  /* One that somebody else has delivered or forgotten meanwhile is invalid. */
  if (!seedream_history_deliver_finish (history, result, &error) && !o->quiet &&
      !g_error_matches (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID))
    fprintf (stderr, "seedream: note: %s\n", error->message);
}
