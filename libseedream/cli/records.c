/* cli/records.c - what people do with what was written down: star, cancel, forget, make room. */
#include "command.h"
#include "json.h"

#include <stdio.h>

void
star (SeedreamHistory *history, SeedreamJob *job, gboolean starred, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_star_async (history, seedream_job_get_id (job), starred, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  seedream_history_star_finish (history, result, error);
}

void
cancel (SeedreamHistory *history, SeedreamJob *job, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_cancel_async (history, seedream_job_get_id (job), waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  seedream_history_cancel_finish (history, result, error);
}

void
forget (SeedreamHistory *history, SeedreamJob *job, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_forget_async (history, seedream_job_get_id (job), waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  seedream_history_forget_finish (history, result, error);
}

static void
print_purged (const Options *o, guint n, guint64 bytes)
{
  const double megabyte = 1 << 20; /* as the rule counts */
  if (!o->json)
    {
      printf ("%u %s, %.1f MB\n", n, n == 1 ? "picture" : "pictures", (double) bytes / megabyte);
      return;
    }
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_add_integer (json, "pictures", n);
  json_add_integer (json, "bytes", (gint64) bytes);
  json_builder_end_object (json);
  json_print (json);
}

void
purge (const Options *o, SeedreamHistory *history, GError **error)
{
  guint64 bytes = 0;
  g_autoptr (GError) wrong = NULL;
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_purge_async (history, o->dry_run, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  const guint n = seedream_history_purge_finish (history, result, &bytes, &wrong);
  if (wrong)
    g_propagate_error (error, g_steal_pointer (&wrong));
  else
    print_purged (o, n, bytes);
}
