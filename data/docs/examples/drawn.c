/* drawn.c - writes what came into a file, whose name it was given. */
#include <seedream.h>

void
on_drawn (GObject *job, GAsyncResult *result, gpointer name)
{
  g_autoptr (GError) error = NULL;
  if (seedream_job_run_finish (SEEDREAM_JOB (job), result, &error))
    {
      GBytes *bytes = seedream_image_get_bytes (seedream_job_get_image (SEEDREAM_JOB (job), 0));
      g_file_set_contents (name, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
    }
  if (error)
    g_printerr ("%s\n", error->message);
}
