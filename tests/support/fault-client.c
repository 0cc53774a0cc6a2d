/* support/fault-client.c - draws what lines of its standard input say, and tells on lines how that went and what it
 * holds. Nothing but seedream.h, so it is what any program would be.
 *
 * draw NUMBER PROVIDER BASE-URL SECONDS STREAMING PROMPT FOLDER   with tabs; an empty FOLDER: nothing is written down
 * measure
 */
#include <dirent.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <seedream.h>

#define KEY "sk-test-1234"

typedef struct
{
  char *number;
  gint64 begun;
  clock_t busy; /* that the process had been by then */
  SeedreamClient *client;
  SeedreamJob *job;
  char *code, *message;
  double seconds;      /* until its end */
  double busy_seconds; /* likewise, of a processor */
  long peak;           /* KiB, likewise */
} Task;

static GMainLoop *loop;
static GHashTable *histories; /* by folder */
static int living;            /* jobs and clients */

/* KiB */
static long
status_value (const char *name)
{
  char *text = NULL;
  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  const char *line = text ? strstr (text, name) : NULL;
  long value = line ? strtol (line + strlen (name), NULL, 10) : -1;
  g_free (text);
  return value;
}

static void
forget_the_peak (void)
{
  int file = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (file < 0)
    return;
  if (write (file, "5", 1) != 1)
    g_printerr ("the peak stays\n");
  close (file);
}

static int
count_descriptors (void)
{
  int count = -3; /* itself, and two dots */
  DIR *folder = opendir ("/proc/self/fd");
  while (readdir (folder))
    count++;
  closedir (folder);
  return count;
}

/* What was freed and is only kept for later goes first. */
static void
say_measures (void)
{
  malloc_trim (0);
  const struct mallinfo2 memory = mallinfo2 ();
  printf ("measures\t%ld\t%ld\t%zu\t%d\t%d\n", status_value ("VmHWM:"), status_value ("VmRSS:"),
          (memory.uordblks + memory.hblkhd) >> 10, count_descriptors (), living);
}

static void
on_death (gpointer nothing, GObject *where)
{
  (void) nothing;
  (void) where;
  living--;
}

static gpointer
watch_life (gpointer object)
{
  living++;
  g_object_weak_ref (object, on_death, NULL);
  return object;
}

static const char *
nick (GType type, int value)
{
  GEnumClass *klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (klass, value);
  g_type_class_unref (klass);
  return found ? found->value_nick : "?";
}

/* A letter for the colour in the middle of each quarter: red, green, blue, white, black. */
static char *
quarters_of (GeglBuffer *buffer)
{
  char letters[5] = "";
  int width = gegl_buffer_get_width (buffer), height = gegl_buffer_get_height (buffer);
  for (int i = 0; i < 4; i++)
    {
      guint8 c[3];
      gegl_buffer_sample (buffer, width / 4 + i % 2 * width / 2, height / 4 + i / 2 * height / 2, NULL, c,
                          babl_format ("R'G'B' u8"), GEGL_SAMPLER_NEAREST, GEGL_ABYSS_NONE);
      int bright = 0;
      for (int k = 0; k < 3; k++)
        bright = c[k] > 230 ? bright | 1 << k : c[k] > 25 ? 8 : bright;
      letters[i] = "KRG?B??W????????"[bright & 15];
    }
  return g_strdup_printf ("%dx%d %s", width, height, letters);
}

static void
end_task (Task *task, const char *shown)
{
  char *words = g_strescape (task->message ? task->message : "", NULL);
  guint n = task->job ? seedream_job_get_n_images (task->job) : 0, whole = 0;
  for (guint i = 0; i < n; i++)
    whole += !seedream_image_get_damaged (seedream_job_get_image (task->job, i));
  printf ("drawn\t%s\t%s\t%s\t%s\t%u\t%u\t%s\t%.3f\t%.3f\t%ld\t%s\n", task->number, task->code,
          task->job ? nick (SEEDREAM_TYPE_CHARGE, (int) seedream_job_get_charged (task->job)) : "no",
          task->job ? nick (SEEDREAM_TYPE_JOB_STATE, (int) seedream_job_get_state (task->job)) : "new", n, whole, shown,
          task->seconds, task->busy_seconds, task->peak, words);
  g_free (words);
  g_clear_object (&task->job);
  g_clear_object (&task->client);
  g_free (task->number);
  g_free (task->code);
  g_free (task->message);
  g_free (task);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer task)
{
  GError *error = NULL;
  GeglBuffer *buffer = seedream_image_load_finish (SEEDREAM_IMAGE (source), result, &error);
  char *shown = buffer ? quarters_of (buffer) : g_strdup ("unreadable");
  end_task (task, shown);
  g_free (shown);
  g_clear_object (&buffer);
  g_clear_error (&error);
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer data)
{
  Task *task = data;
  GError *error = NULL;
  task->seconds = (double) (g_get_monotonic_time () - task->begun) / G_USEC_PER_SEC;
  task->busy_seconds = (double) (clock () - task->busy) / CLOCKS_PER_SEC;
  task->peak = status_value ("VmHWM:");
  gboolean succeeded = seedream_job_run_finish (SEEDREAM_JOB (source), result, &error);
  const GError *missing = seedream_job_get_missing (task->job);
  task->code = g_strdup (succeeded                                             ? "ok"
                         : error->domain == SEEDREAM_ERROR ? nick (SEEDREAM_TYPE_ERROR, error->code)
                                                           : g_quark_to_string (error->domain));
  task->message = g_strdup (error ? error->message : missing ? missing->message : "");
  g_clear_error (&error);
  if (succeeded)
    seedream_image_load_async (seedream_job_get_image (task->job, 0), NULL, on_loaded, task);
  else
    end_task (task, "");
}

static SeedreamHistory *
history_in (const char *folder)
{
  SeedreamHistory *history = g_hash_table_lookup (histories, folder);
  if (history)
    return history;
  GError *error = NULL;
  history = seedream_history_new (folder, &error);
  if (!history)
    g_error ("%s", error->message);
  g_hash_table_insert (histories, g_strdup (folder), history);
  return history;
}

static void
draw (char **words)
{
  Task *task = g_new0 (Task, 1);
  GError *error = NULL;
  task->number = g_strdup (words[1]);
  forget_the_peak ();
  task->begun = g_get_monotonic_time ();
  task->busy = clock ();
  task->client = watch_life (seedream_client_new (words[2], NULL));
  seedream_client_set_base_url (task->client, words[3]);
  seedream_client_set_api_key (task->client, KEY);
  seedream_client_set_timeout (task->client, (guint) strtoul (words[4], NULL, 10));
  if (*words[7])
    seedream_client_set_history (task->client, history_in (words[7]));
  SeedreamRequest *request = seedream_request_new (SEEDREAM_OPERATION_GENERATE, words[6]);
  seedream_request_set_stream (request, g_str_equal (words[5], "yes")  ? SEEDREAM_STREAMING_ON
                                        : g_str_equal (words[5], "no") ? SEEDREAM_STREAMING_OFF
                                                                       : SEEDREAM_STREAMING_AUTO);
  task->job = seedream_client_create_job (task->client, request, &error);
  g_object_unref (request);
  if (!task->job)
    g_error ("%s", error->message);
  watch_life (task->job);
  seedream_job_run_async (task->job, NULL, on_run, task);
}

static void read_next (GDataInputStream *lines);

static void
on_line (GObject *source, GAsyncResult *result, gpointer nothing)
{
  (void) nothing;
  char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (!line)
    {
      g_main_loop_quit (loop);
      return;
    }
  char **words = g_strsplit (line, "\t", -1);
  if (g_str_equal (words[0], "measure"))
    say_measures ();
  else if (g_str_equal (words[0], "draw") && g_strv_length (words) == 8)
    draw (words);
  else
    g_error ("“%s” makes no sense", line);
  g_strfreev (words);
  g_free (line);
  read_next (G_DATA_INPUT_STREAM (source));
}

static void
read_next (GDataInputStream *lines)
{
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (void)
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  histories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  GInputStream *stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  GDataInputStream *lines = g_data_input_stream_new (stream);
  read_next (lines);
  g_main_loop_run (loop);
  g_object_unref (lines);
  g_object_unref (stream);
  g_hash_table_unref (histories);
  g_main_loop_unref (loop);
  return 0;
}
