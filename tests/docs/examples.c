/* docs/examples.c - the reference's examples in C as a program: examples NAME OUT [PICTURE…] runs one. */
#include <glib/gstdio.h>
#include <seedream.h>

#include <string.h>

gboolean     start    (GError **error);
SeedreamJob *edit     (SeedreamClient *client, GFile *photo, GError **error);
SeedreamJob *compose  (SeedreamClient *client, GeglBuffer *place, GeglBuffer *guest, GError **error);
gboolean     resume   (SeedreamHistory *history, SeedreamJob *job, GAsyncReadyCallback done, GError **error);
void         on_drawn (GObject *job, GAsyncResult *result, gpointer name);

static void
keep_result (GObject *source, GAsyncResult *result, gpointer kept)
{
  (void) source;
  *(GAsyncResult **) kept = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static GeglBuffer *
read_pixels (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);
  g_autoptr (SeedreamImage) image = bytes ? seedream_image_new_from_bytes (bytes, error) : NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  if (!image)
    return NULL;
  seedream_image_load_async (image, NULL, keep_result, &loaded);
  return seedream_image_load_finish (image, wait_for (&loaded), error);
}

static SeedreamJob *
compose_files (SeedreamClient *client, char **paths, GError **error)
{
  g_autoptr (GeglBuffer) place = read_pixels (paths[0], error);
  g_autoptr (GeglBuffer) guest = place ? read_pixels (paths[1], error) : NULL;
  return guest ? compose (client, place, guest, error) : NULL;
}

/* Leaves a job to the service, as another program may have done, and takes it up. */
static gboolean
submit_and_resume (SeedreamClient *client, GError **error)
{
  g_autoptr (SeedreamHistory) history = seedream_history_new ("jobs", error);
  g_autoptr (SeedreamRequest) request = seedream_request_new (SEEDREAM_OPERATION_GENERATE, "hills");
  g_autoptr (GAsyncResult) submitted = NULL, found = NULL;
  seedream_client_set_history (client, history);
  g_autoptr (SeedreamJob) sent = seedream_client_create_job (client, request, error);
  if (!sent)
    return FALSE;
  seedream_job_submit_async (sent, NULL, keep_result, &submitted);
  if (!seedream_job_submit_finish (sent, wait_for (&submitted), error))
    return FALSE;
  seedream_history_lookup_async (history, seedream_job_get_id (sent), NULL, keep_result, &found);
  g_autoptr (SeedreamJob) job = seedream_history_lookup_finish (history, wait_for (&found), error);
  return job && resume (history, job, on_drawn, error);
}

static gboolean
run (const char *name, char *out, char **pictures, GError **error)
{
  g_autoptr (SeedreamClient) client = seedream_client_new ("sandbox", error);
  g_autoptr (SeedreamJob) job = NULL;
  if (strcmp (name, "start") == 0)
    return start (error);
  if (strcmp (name, "resume") == 0)
    return submit_and_resume (client, error);
  if (strcmp (name, "edit") == 0)
    {
      g_autoptr (GFile) photo = g_file_new_for_path (pictures[0]);
      job = edit (client, photo, error);
    }
  else
    job = compose_files (client, pictures, error);
  if (job)
    seedream_job_run_async (job, NULL, on_drawn, out);
  return job != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc < 3)
    return 2;
  gegl_init (NULL, NULL);
  if (!run (argv[1], argv[2], argv + 3, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  while (!g_file_test (argv[2], G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
