/* test-history.c - jobs are written down before they are sent, and nothing that was paid for is lost. */
#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <seedream.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/dots.h"
#include "support/drawing.h"
#include "support/fake-imarouter.h"
#include "support/fake-openrouter.h"
#include "support/files.h"
#include "support/suite.h"

#define ARK "/api/v3/images/generations"

static char *folder;
static SeedreamHistory *history;

static SeedreamHistory *
open_history (void)
{
  GError *error = NULL;
  SeedreamHistory *opened = seedream_history_new (folder, &error);
  ck_assert_msg (opened && !error, "%s", error ? error->message : "no history");
  return opened;
}

static SeedreamClient *
new_protected_client (const char *provider)
{
  SeedreamClient *made = new_client (provider, fake_service_get_url (service));
  seedream_client_set_api_key (made, "sk-secret");
  seedream_client_set_history (made, history);
  return made;
}

static void
setup (void)
{
  folder = g_dir_make_tmp ("seedream-history-XXXXXX", NULL);
  history = open_history ();
  service = fake_service_new ();
  client = new_protected_client ("sandbox");
}

static void
teardown (void)
{
  g_assert_finalize_object (client);
  g_object_unref (history);
  fake_service_free (service);
  remove_tree (folder);
  g_free (folder);
}

/* What the history has, asked for and waited for. */

typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} Answer;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  (void) source;
  ((Answer *) data)->result = g_object_ref (result);
  g_main_loop_quit (((Answer *) data)->loop);
}

static GAsyncResult *
wait_for (Answer *answer)
{
  g_main_loop_run (answer->loop);
  g_main_loop_unref (answer->loop);
  return answer->result;
}

static GPtrArray *
list (void)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  GError *error = NULL;
  seedream_history_list_async (history, NULL, on_answer, &answer);
  GPtrArray *jobs = seedream_history_list_finish (history, wait_for (&answer), &error);
  g_object_unref (answer.result);
  ck_assert_msg (jobs && !error, "%s", error ? error->message : "no list");
  return jobs;
}

static SeedreamJob *
lookup (const char *id, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_history_lookup_async (history, id, NULL, on_answer, &answer);
  SeedreamJob *job = seedream_history_lookup_finish (history, wait_for (&answer), error);
  g_object_unref (answer.result);
  return job;
}

/* The only job there is. */
static SeedreamJob *
stored_job (void)
{
  GPtrArray *jobs = list ();
  ck_assert_uint_eq (jobs->len, 1);
  SeedreamJob *job = g_object_ref (jobs->pdata[0]);
  g_ptr_array_unref (jobs);
  return job;
}

static gboolean
run (SeedreamJob *job, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_job_run_async (job, NULL, on_answer, &answer);
  const gboolean ran = seedream_job_run_finish (job, wait_for (&answer), error);
  g_object_unref (answer.result);
  return ran;
}

static gboolean
submit (SeedreamJob *job, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_job_submit_async (job, NULL, on_answer, &answer);
  const gboolean sent = seedream_job_submit_finish (job, wait_for (&answer), error);
  g_object_unref (answer.result);
  return sent;
}

static void
assert_keeps (SeedreamJob *job, guint index, const char *file)
{
  SeedreamImage *image = seedream_job_get_image (job, index);
  ck_assert_ptr_nonnull (seedream_image_get_path (image));
  ck_assert (g_str_has_prefix (seedream_image_get_path (image), folder));
  GBytes *expected = read_test_file (file);
  ck_assert (g_bytes_equal (seedream_image_get_bytes (image), expected));
  g_bytes_unref (expected);
}

static void
note_state (gpointer data)
{
  SeedreamJob *job = stored_job ();
  *(SeedreamJobState *) data = seedream_job_get_state (job);
  ck_assert (seedream_job_get_attended (job));
  ck_assert_str_eq (seedream_job_get_prompt (job), "a pear");
  g_object_unref (job);
}

START_TEST (a_job_is_written_down_before_the_service_hears_of_it)
{
  SeedreamJobState seen = SEEDREAM_JOB_STATE_NEW;
  imarouter_draws (service, GENERATE);
  fake_service_watch (service, GENERATE, note_state, &seen);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_int_eq (seen, SEEDREAM_JOB_STATE_QUEUED);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_finished_job_is_found_again_with_its_bytes)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  SeedreamJob *job = stored_job ();
  ck_assert_str_eq (seedream_job_get_id (job), seedream_job_get_id (drawing->job));
  ck_assert_str_eq (seedream_job_get_service_id (job), "j1");
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_COMPLETED);
  ck_assert_int_eq (seedream_job_get_charged (job), SEEDREAM_CHARGE_YES);
  ck_assert_int_eq (seedream_job_get_created (job), seedream_job_get_created (drawing->job));
  ck_assert_ptr_eq (seedream_job_get_provider (job), seedream_provider_lookup ("sandbox"));
  ck_assert_ptr_null (seedream_job_get_error (job));
  ck_assert_uint_eq (seedream_job_get_n_images (job), 1);
  assert_keeps (job, 0, "photos/chelsea.png");
  assert_keeps (drawing->job, 0, "photos/chelsea.png");
  ck_assert_int_eq (seedream_image_get_width (seedream_job_get_image (job, 0)), 451);
  g_object_unref (job);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_refused_job_is_found_again_with_its_reason)
{
  fake_service_answer (service, GENERATE, 400, "application/json", "{\"error\":\"too rude\"}");
  Drawing *drawing = draw (client);
  SeedreamJob *job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_FAILED);
  ck_assert_int_eq (seedream_job_get_charged (job), SEEDREAM_CHARGE_NO);
  assert_error (seedream_job_get_error (job), SEEDREAM_ERROR, SEEDREAM_ERROR_REFUSED);
  ck_assert_str_eq (seedream_job_get_error (job)->message, drawing->error->message);
  g_object_unref (job);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_job_that_was_never_sent_leaves_no_trace)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  g_cancellable_cancel (drawing->cancellable);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_NO);
  GPtrArray *jobs = list ();
  ck_assert_uint_eq (jobs->len, 0);
  g_ptr_array_unref (jobs);
  drawing_free (drawing);
}
END_TEST

static void
on_late (SeedreamJob *job, GParamSpec *pspec, gpointer loop)
{
  (void) pspec;
  if (seedream_job_get_n_images (job) == 1)
    g_main_loop_quit (loop);
}

START_TEST (a_picture_that_comes_after_a_cancel_is_kept)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing->cancel_at = SEEDREAM_JOB_STATE_RUNNING;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);

  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (drawing->job, "notify::n-images", G_CALLBACK (on_late), loop);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  ck_assert_int_eq (seedream_job_get_state (drawing->job), SEEDREAM_JOB_STATE_CANCELLED);
  ck_assert_int_eq (seedream_job_get_charged (drawing->job), SEEDREAM_CHARGE_YES);
  assert_mentions (seedream_job_get_notes (drawing->job)[0], "after the job had been cancelled");
  SeedreamJob *job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_CANCELLED);
  ck_assert_int_eq (seedream_job_get_charged (job), SEEDREAM_CHARGE_YES);
  assert_keeps (job, 0, "photos/chelsea.png");
  g_object_unref (job);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  drawing_free (drawing);
}
END_TEST

/* Its end is written in a worker, and the cancel comes meanwhile. */
START_TEST (a_cancel_while_the_end_is_written_down_leaves_no_error)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing->cancel_at = SEEDREAM_JOB_STATE_COMPLETED;
  drawing_run (drawing);
  assert_succeeded (drawing);
  SeedreamJob *job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_COMPLETED);
  ck_assert_ptr_null (seedream_job_get_error (job));
  ck_assert_ptr_null (seedream_job_get_missing (job));
  assert_keeps (job, 0, "photos/chelsea.png");
  g_object_unref (job);
  drawing_free (drawing);
}
END_TEST

/* n_kept: how many files there are at the first decoding. */
static void
count_files (SeedreamJob *job, GParamSpec *pspec, int *n_kept)
{
  (void) pspec;
  if (seedream_job_get_stage (job) != SEEDREAM_STAGE_DECODING || *n_kept >= 0)
    return;
  char *path = g_build_filename (folder, "pictures", NULL);
  GDir *pictures = g_dir_open (path, 0, NULL);
  *n_kept = 0;
  while (pictures && g_dir_read_name (pictures))
    ++*n_kept;
  g_clear_pointer (&pictures, g_dir_close);
  g_free (path);
}

/* The service does not give them a second time. */
START_TEST (pictures_that_come_with_the_answer_are_kept_before_any_is_decoded)
{
  int n_kept = -1;
  char *json = openrouter_images (N_DOTS);
  SeedreamClient *images = new_protected_client ("openrouter-images");
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "three pears", NULL);
  seedream_request_set_count (request, N_DOTS);
  fake_service_answer (service, IMAGES, 200, "application/json", json);
  Drawing *drawing = drawing_new (images, request);
  g_signal_connect (drawing->job, "notify::stage", G_CALLBACK (count_files), &n_kept);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_int_eq (n_kept, N_DOTS);
  SeedreamJob *job = stored_job ();
  ck_assert_uint_eq (seedream_job_get_n_images (job), N_DOTS);
  ck_assert_int_eq (seedream_image_get_width (seedream_job_get_image (job, N_DOTS - 1)), 16);
  g_object_unref (job);
  drawing_free (drawing);
  g_object_unref (images);
  g_free (json);
}
END_TEST

START_TEST (a_submitted_job_is_fetched_by_another_client)
{
  GError *error = NULL;
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  ck_assert_msg (submit (drawing->job, &error), "%s", error ? error->message : "");
  ck_assert_int_eq (seedream_job_get_state (drawing->job), SEEDREAM_JOB_STATE_QUEUED);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);

  SeedreamClient *another = new_protected_client ("sandbox");
  SeedreamJob *job = lookup (seedream_job_get_id (drawing->job), &error);
  ck_assert (seedream_client_resume_job (another, job, &error));
  ck_assert_msg (run (job, &error), "%s", error ? error->message : "");
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_COMPLETED);
  assert_keeps (job, 0, "photos/chelsea.png");
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  g_object_unref (job);
  g_object_unref (another);
  drawing_free (drawing);
}
END_TEST

/* The base URL is the job's own where the client has none. */
START_TEST (a_job_that_ran_out_of_time_goes_on_later)
{
  GError *error = NULL;
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  set_patience (client, 1);
  Drawing *drawing = draw (client);
  assert_error (drawing->error, SEEDREAM_ERROR, SEEDREAM_ERROR_DEADLINE);
  fake_service_free (service);
  GUri *uri = g_uri_parse (seedream_job_get_base_url (drawing->job), 0, NULL);
  const guint16 port = (guint16) g_uri_get_port (uri);
  g_uri_unref (uri);
  service = fake_service_new_on_port (port);
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);

  SeedreamClient *another = new_client ("sandbox", NULL);
  SeedreamJob *job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_RUNNING);
  ck_assert (seedream_client_resume_job (another, job, &error));
  ck_assert_msg (run (job, &error), "%s", error ? error->message : "");
  assert_keeps (job, 0, "photos/chelsea.png");
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 0);
  g_object_unref (job);
  g_object_unref (another);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_lost_answer_of_a_service_without_jobs_is_not_asked_for_again)
{
  GError *error = NULL;
  SeedreamClient *chat = new_protected_client ("openrouter");
  fake_service_cut (service, CHAT, "");
  Drawing *drawing = draw (chat);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  SeedreamJob *job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_UNKNOWN);
  ck_assert (!seedream_client_resume_job (chat, job, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  assert_mentions (error->message, "may have been charged");
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  g_clear_error (&error);
  g_object_unref (job);
  drawing_free (drawing);
  g_object_unref (chat);
}
END_TEST

static void
modelark_draws_two (void)
{
  char *json = g_strdup_printf ("{\"data\":[{\"url\":\"%s/one.png\"},{\"url\":\"%s/two.png\"}]}",
                                fake_service_get_url (service), fake_service_get_url (service));
  fake_service_answer (service, ARK, 200, "application/json", json);
  imarouter_keeps (service, "/one.png");
  g_free (json);
}

/* The addresses outlive the answer that named them. */
START_TEST (a_picture_that_could_not_be_fetched_is_fetched_later)
{
  GError *error = NULL;
  SeedreamClient *ark = new_protected_client ("modelark");
  modelark_draws_two ();
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_request_set_count (request, 2);
  Drawing *drawing = drawing_new (ark, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);

  imarouter_keeps (service, "/two.png");
  SeedreamJob *job = stored_job ();
  ck_assert_uint_eq (seedream_job_get_n_images (job), 1);
  ck_assert_ptr_nonnull (seedream_job_get_missing (job));
  ck_assert (seedream_client_resume_job (ark, job, &error));
  ck_assert_msg (run (job, &error), "%s", error ? error->message : "");
  ck_assert_uint_eq (seedream_job_get_n_images (job), 2);
  assert_keeps (job, 1, "photos/chelsea.png");
  ck_assert_msg (!seedream_job_get_missing (job), "%s", seedream_job_get_missing (job)->message);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  g_object_unref (job);
  job = stored_job ();
  ck_assert_uint_eq (seedream_job_get_n_images (job), 2);
  g_object_unref (job);
  drawing_free (drawing);
  g_object_unref (ark);
}
END_TEST

START_TEST (only_what_is_kept_somewhere_is_submitted)
{
  GError *error = NULL;
  SeedreamClient *chat = new_protected_client ("openrouter");
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  SeedreamJob *job = seedream_client_create_job (chat, request, NULL);
  ck_assert (!submit (job, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "keeps no jobs");
  g_clear_error (&error);
  g_object_unref (job);

  seedream_client_set_history (client, NULL);
  job = seedream_client_create_job (client, request, NULL);
  ck_assert (!submit (job, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  g_clear_error (&error);
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  g_object_unref (job);
  g_object_unref (request);
  g_object_unref (chat);
}
END_TEST

START_TEST (a_forgotten_job_is_gone_with_its_file)
{
  GError *error = NULL;
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  const char *path = seedream_image_get_path (seedream_job_get_image (drawing->job, 0));
  ck_assert (g_file_test (path, G_FILE_TEST_EXISTS));
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_history_forget_async (history, seedream_job_get_id (drawing->job), NULL, on_answer, &answer);
  ck_assert (seedream_history_forget_finish (history, wait_for (&answer), &error));
  g_object_unref (answer.result);
  ck_assert (!g_file_test (path, G_FILE_TEST_EXISTS));
  ck_assert_ptr_null (lookup (seedream_job_get_id (drawing->job), &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  g_clear_error (&error);
  drawing_free (drawing);
}
END_TEST

START_TEST (an_id_may_be_cut_short)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  char *beginning = g_strndup (seedream_job_get_id (drawing->job), 8);
  SeedreamJob *job = lookup (beginning, NULL);
  ck_assert_str_eq (seedream_job_get_id (job), seedream_job_get_id (drawing->job));
  g_object_unref (job);
  g_free (beginning);
  drawing_free (drawing);
}
END_TEST

static SeedreamHistory *
open_later (const char *path, GCancellable *cancellable, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_history_open_async (path, cancellable, on_answer, &answer);
  SeedreamHistory *opened = seedream_history_open_finish (wait_for (&answer), error);
  g_object_unref (answer.result);
  return opened;
}

START_TEST (a_folder_that_is_none_is_reported)
{
  GError *error = NULL;
  ck_assert_ptr_null (seedream_history_new ("/dev/null/history", &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED);
  assert_mentions (error->message, "/dev/null/history");
  g_clear_error (&error);
  ck_assert_ptr_null (open_later ("/dev/null/history", NULL, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED);
  assert_mentions (error->message, "/dev/null/history");
  g_clear_error (&error);
}
END_TEST

START_TEST (a_history_that_is_opened_in_a_worker_is_the_same)
{
  GError *error = NULL;
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  g_object_unref (history);
  history = open_later (folder, NULL, &error);
  ck_assert_msg (history && !error, "%s", error ? error->message : "no history");
  SeedreamJob *job = stored_job ();
  ck_assert_str_eq (seedream_job_get_id (job), seedream_job_get_id (drawing->job));
  g_object_unref (job);
  drawing_free (drawing);
}
END_TEST

/* Another program that has all of SQLite's locks, as one may that writes. */
static pid_t
lock_elsewhere (const char *file)
{
  int locked[2];
  char told;
  ck_assert_int_eq (pipe (locked), 0);
  const pid_t child = fork ();
  ck_assert_int_ge (child, 0);
  if (child == 0)
    {
      const struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000000, .l_len = 512 };
      const int fd = open (file, O_RDWR);
      if (fcntl (fd, F_SETLK, &all) == 0 && write (locked[1], "", 1) == 1)
        pause ();
      _exit (1);
    }
  close (locked[1]);
  ck_assert_int_eq (read (locked[0], &told, 1), 1);
  close (locked[0]);
  return child;
}

START_TEST (who_opens_a_history_in_a_worker_does_not_wait_for_another_program)
{
  GError *error = NULL;
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  char *busy = g_build_filename (folder, "busy", NULL), *file = g_build_filename (busy, "jobs.sqlite", NULL);
  ck_assert_int_eq (g_mkdir (busy, 0700), 0);
  ck_assert (g_file_set_contents (file, "", 0, NULL));
  const pid_t child = lock_elsewhere (file);

  seedream_history_open_async (busy, NULL, on_answer, &answer);
  ck_assert_ptr_null (answer.result);
  ck_assert_int_eq (kill (child, SIGKILL), 0);
  ck_assert_int_eq (waitpid (child, NULL, 0), child);
  SeedreamHistory *opened = seedream_history_open_finish (wait_for (&answer), &error);
  ck_assert_msg (opened && !error, "%s", error ? error->message : "no history");
  g_object_unref (opened);
  g_object_unref (answer.result);
  g_free (file);
  g_free (busy);
}
END_TEST

START_TEST (an_opening_that_is_cancelled_makes_nothing)
{
  GError *error = NULL;
  char *path = g_build_filename (folder, "other", NULL);
  GCancellable *cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (open_later (path, cancellable, &error));
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ck_assert (!g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_object_unref (cancellable);
  g_free (path);
}
END_TEST

/* Draws what each prompt says; a "+" before it makes it an edit. */
static void
draw_each (const char *const *prompts)
{
  imarouter_draws (service, GENERATE);
  imarouter_takes (service, EDIT);
  for (; *prompts; prompts++)
    {
      const gboolean edit = **prompts == '+';
      Drawing *drawing = drawing_new (client, edit ? new_request (SEEDREAM_OPERATION_EDIT, *prompts + 1,
                                                                  "photos/astronaut.png", NULL)
                                                   : new_request (SEEDREAM_OPERATION_GENERATE, *prompts, NULL));
      drawing_run (drawing);
      assert_succeeded (drawing);
      drawing_free (drawing);
    }
}

/* Joined by bars. */
static char *
prompts_of (SeedreamOperation operation, guint limit, GCancellable *cancellable, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_history_list_prompts_async (history, operation, limit, cancellable, on_answer, &answer);
  char **prompts = seedream_history_list_prompts_finish (history, wait_for (&answer), error);
  char *joined = prompts ? g_strjoinv ("|", prompts) : NULL;
  g_object_unref (answer.result);
  g_strfreev (prompts);
  return joined;
}

static void
assert_prompts (SeedreamOperation operation, guint limit, const char *expected)
{
  GError *error = NULL;
  char *prompts = prompts_of (operation, limit, NULL, &error);
  ck_assert_msg (prompts && !error, "%s", error ? error->message : "no prompts");
  ck_assert_str_eq (prompts, expected);
  g_free (prompts);
}

START_TEST (what_was_asked_for_is_listed_once_the_last_used_first)
{
  const char *const prompts[] = { "a pear", "an apple", "+a hat", "a plum", "a pear", "+a scarf", NULL };
  assert_prompts (SEEDREAM_OPERATION_GENERATE, 10, "");
  draw_each (prompts);
  assert_prompts (SEEDREAM_OPERATION_GENERATE, 10, "a pear|a plum|an apple");
  assert_prompts (SEEDREAM_OPERATION_GENERATE, G_MAXUINT, "a pear|a plum|an apple");
  assert_prompts (SEEDREAM_OPERATION_GENERATE, 2, "a pear|a plum");
  assert_prompts (SEEDREAM_OPERATION_GENERATE, 1, "a pear");
  assert_prompts (SEEDREAM_OPERATION_GENERATE, 0, "");
  assert_prompts (SEEDREAM_OPERATION_EDIT, 10, "a scarf|a hat");
  assert_prompts (SEEDREAM_OPERATION_COMPOSE, 10, "");
}
END_TEST

/* All but its header, which is read when it is opened. */
static void
damage_record (void)
{
  char *file = g_build_filename (folder, "jobs.sqlite", NULL), rubbish[4096];
  GStatBuf about;
  ck_assert_int_eq (g_stat (file, &about), 0);
  memset (rubbish, 0xFF, sizeof rubbish);
  const int fd = g_open (file, O_WRONLY, 0);
  for (off_t at = sizeof rubbish; at < about.st_size; at += (off_t) sizeof rubbish)
    ck_assert_int_eq (pwrite (fd, rubbish, sizeof rubbish, at), sizeof rubbish);
  close (fd);
  g_free (file);
}

/* A history that is open already. */
static void
reopen_damaged (void)
{
  g_assert_finalize_object (client);
  g_object_unref (history);
  damage_record ();
  history = open_history ();
  client = new_protected_client ("sandbox");
}

START_TEST (a_damaged_record_tells_no_prompts_but_why)
{
  GError *error = NULL;
  reopen_damaged ();
  ck_assert_ptr_null (prompts_of (SEEDREAM_OPERATION_GENERATE, 10, NULL, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED);
  assert_mentions (error->message, "damaged");
  g_clear_error (&error);
}
END_TEST

START_TEST (who_cancels_is_told_no_prompts)
{
  GError *error = NULL;
  GCancellable *cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (prompts_of (SEEDREAM_OPERATION_GENERATE, 10, cancellable, &error));
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (cancellable);
}
END_TEST

static double
try_estimate (const char *provider, const char *model, GCancellable *cancellable, GError **error)
{
  Answer answer = { g_main_loop_new (NULL, FALSE), NULL };
  seedream_history_estimate_duration_async (history, seedream_provider_lookup (provider), model, cancellable, on_answer,
                                            &answer);
  const double seconds = seedream_history_estimate_duration_finish (history, wait_for (&answer), error);
  g_object_unref (answer.result);
  return seconds;
}

static double
estimate (const char *provider, const char *model)
{
  GError *error = NULL;
  const double seconds = try_estimate (provider, model, NULL, &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  return seconds;
}

START_TEST (how_long_a_job_took_is_known_by_its_service_and_model)
{
  ck_assert_double_eq (estimate ("sandbox", NULL), -1);
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  const double most = (double) (g_get_real_time () - seedream_job_get_created (drawing->job)) / G_USEC_PER_SEC;
  const double seconds = estimate ("sandbox", NULL);
  ck_assert_double_gt (seconds, 0);
  ck_assert_double_le (seconds, most);
  ck_assert_double_eq (estimate ("sandbox", "seedream-4.5"), seconds);
  ck_assert_double_eq (estimate ("sandbox", seedream_job_get_model (drawing->job)), seconds);
  ck_assert_double_eq (estimate ("sandbox", "seedream-0"), -1);
  ck_assert_double_eq (estimate ("imarouter", NULL), -1);
  drawing_free (drawing);
}
END_TEST

/* Its own ids differ from ours, and from region to region. */
START_TEST (a_duration_is_found_by_any_of_its_models_ids)
{
  SeedreamClient *ark = new_protected_client ("modelark");
  char *json = g_strdup_printf ("{\"data\":[{\"url\":\"%s/one.png\"}]}", fake_service_get_url (service));
  fake_service_answer (service, ARK, 200, "application/json", json);
  imarouter_keeps (service, "/one.png");
  Drawing *drawing = draw (ark);
  assert_succeeded (drawing);
  ck_assert_str_ne (seedream_job_get_model (drawing->job), "seedream-4.5");
  ck_assert_double_gt (estimate ("modelark", "seedream-4.5"), 0);
  ck_assert_double_gt (estimate ("modelark", seedream_job_get_model (drawing->job)), 0);
  ck_assert_double_eq (estimate ("modelark", "seedream-4.0"), -1);
  drawing_free (drawing);
  g_object_unref (ark);
  g_free (json);
}
END_TEST

START_TEST (a_job_that_failed_tells_no_duration)
{
  fake_service_answer (service, GENERATE, 400, "application/json", "{\"error\":\"too rude\"}");
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  ck_assert_double_eq (estimate ("sandbox", NULL), -1);
  drawing_free (drawing);
}
END_TEST

/* It lay there until somebody asked for it. */
START_TEST (a_job_that_was_taken_up_again_tells_no_duration)
{
  GError *error = NULL;
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  ck_assert_msg (submit (drawing->job, &error), "%s", error ? error->message : "");
  ck_assert_double_eq (estimate ("sandbox", NULL), -1);
  SeedreamJob *job = stored_job ();
  ck_assert (seedream_client_resume_job (client, job, &error));
  ck_assert_msg (run (job, &error), "%s", error ? error->message : "");
  g_object_unref (job);
  job = stored_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_COMPLETED);
  ck_assert_double_eq (estimate ("sandbox", NULL), -1);
  g_object_unref (job);
  drawing_free (drawing);
}
END_TEST

START_TEST (what_is_fetched_later_does_not_make_a_job_longer)
{
  GError *error = NULL;
  SeedreamClient *ark = new_protected_client ("modelark");
  modelark_draws_two ();
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_request_set_count (request, 2);
  Drawing *drawing = drawing_new (ark, request);
  drawing_run (drawing);
  const double seconds = estimate ("modelark", NULL);
  ck_assert_double_gt (seconds, 0);

  imarouter_keeps (service, "/two.png");
  SeedreamJob *job = stored_job ();
  ck_assert (seedream_client_resume_job (ark, job, &error));
  ck_assert_msg (run (job, &error), "%s", error ? error->message : "");
  ck_assert_uint_eq (seedream_job_get_n_images (job), 2);
  ck_assert_double_eq (estimate ("modelark", NULL), seconds);
  g_object_unref (job);
  drawing_free (drawing);
  g_object_unref (ark);
}
END_TEST

START_TEST (a_damaged_record_tells_no_duration_but_why)
{
  GError *error = NULL;
  reopen_damaged ();
  ck_assert_double_eq (try_estimate ("sandbox", NULL, NULL, &error), -1);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED);
  assert_mentions (error->message, "damaged");
  g_clear_error (&error);
}
END_TEST

START_TEST (who_cancels_is_told_no_duration)
{
  GError *error = NULL;
  GCancellable *cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  ck_assert_double_eq (try_estimate ("sandbox", NULL, cancellable, &error), -1);
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (cancellable);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("history");
  TCase *tcase = tcase_create ("history");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, a_job_is_written_down_before_the_service_hears_of_it);
  tcase_add_test (tcase, a_finished_job_is_found_again_with_its_bytes);
  tcase_add_test (tcase, a_refused_job_is_found_again_with_its_reason);
  tcase_add_test (tcase, a_job_that_was_never_sent_leaves_no_trace);
  tcase_add_test (tcase, a_picture_that_comes_after_a_cancel_is_kept);
  tcase_add_test (tcase, a_cancel_while_the_end_is_written_down_leaves_no_error);
  tcase_add_test (tcase, pictures_that_come_with_the_answer_are_kept_before_any_is_decoded);
  tcase_add_test (tcase, a_submitted_job_is_fetched_by_another_client);
  tcase_add_test (tcase, a_job_that_ran_out_of_time_goes_on_later);
  tcase_add_test (tcase, a_lost_answer_of_a_service_without_jobs_is_not_asked_for_again);
  tcase_add_test (tcase, a_picture_that_could_not_be_fetched_is_fetched_later);
  tcase_add_test (tcase, only_what_is_kept_somewhere_is_submitted);
  tcase_add_test (tcase, a_forgotten_job_is_gone_with_its_file);
  tcase_add_test (tcase, an_id_may_be_cut_short);
  tcase_add_test (tcase, a_folder_that_is_none_is_reported);
  tcase_add_test (tcase, a_history_that_is_opened_in_a_worker_is_the_same);
  tcase_add_test (tcase, who_opens_a_history_in_a_worker_does_not_wait_for_another_program);
  tcase_add_test (tcase, an_opening_that_is_cancelled_makes_nothing);
  tcase_add_test (tcase, what_was_asked_for_is_listed_once_the_last_used_first);
  tcase_add_test (tcase, a_damaged_record_tells_no_prompts_but_why);
  tcase_add_test (tcase, who_cancels_is_told_no_prompts);
  tcase_add_test (tcase, how_long_a_job_took_is_known_by_its_service_and_model);
  tcase_add_test (tcase, a_duration_is_found_by_any_of_its_models_ids);
  tcase_add_test (tcase, a_job_that_failed_tells_no_duration);
  tcase_add_test (tcase, a_job_that_was_taken_up_again_tells_no_duration);
  tcase_add_test (tcase, what_is_fetched_later_does_not_make_a_job_longer);
  tcase_add_test (tcase, a_damaged_record_tells_no_duration_but_why);
  tcase_add_test (tcase, who_cancels_is_told_no_duration);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
