/* resume.c - takes up a job that was sent before, by this program or another. */
#include <seedream.h>

gboolean
resume (SeedreamHistory *history, SeedreamJob *job, GAsyncReadyCallback on_drawn, GError **error)
{
  SeedreamProvider *service = seedream_job_get_provider (job);
  g_autoptr (SeedreamClient) client = seedream_client_new (seedream_provider_get_id (service), error);
  if (!client)
    return FALSE;
  seedream_client_set_history (client, history);
  if (!seedream_client_resume_job (client, job, error))
    return FALSE;
  seedream_job_run_async (job, NULL, on_drawn, "resumed.png");
  return TRUE;
}
