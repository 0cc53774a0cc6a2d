/* start.c - speaks to a service. The main loop that the program runs anyway does the rest. */
#include <seedream.h>

SeedreamJob *generate (SeedreamClient *client, GError **error);
void on_drawn (GObject *job, GAsyncResult *result, gpointer name);

gboolean
start (GError **error)
{
  g_autoptr (SeedreamClient) client = seedream_client_new ("sandbox", error);
  g_autoptr (SeedreamJob) job = client ? generate (client, error) : NULL;
  if (job)
    seedream_job_run_async (job, NULL, on_drawn, "hills.png");
  return job != NULL;
}
