/* test-job-many.c - more jobs than a service is asked for at once. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

static void
setup (void)
{
  serve ("openrouter");
}

#define N_MANY 30
#define N_AT_ONCE 8

typedef struct
{
  GMainLoop *loop;
  guint left;
  guint most; /* that were under way at once */
  GPtrArray *jobs;
} Many;

static void
on_one_of_many (GObject *job, GAsyncResult *result, gpointer data)
{
  Many *many = data;
  GError *error = NULL;
  ck_assert_msg (seedream_job_run_finish (SEEDREAM_JOB (job), result, &error), "%s", error ? error->message : "");
  ck_assert_uint_eq (seedream_job_get_n_images (SEEDREAM_JOB (job)), 1);
  if (--many->left == 0)
    g_main_loop_quit (many->loop);
}

static void
on_many_asked (gpointer data)
{
  Many *many = data;
  guint under_way = 0;
  for (guint i = 0; i < many->jobs->len; i++)
    {
      SeedreamJob *job = g_ptr_array_index (many->jobs, i);
      SeedreamJobState state = seedream_job_get_state (job);
      under_way += state == SEEDREAM_JOB_STATE_QUEUED || state == SEEDREAM_JOB_STATE_RUNNING;
    }
  many->most = MAX (many->most, under_way);
}

START_TEST (many_jobs_wait_for_their_turn)
{
  openrouter_streams (service, 0);
  Many many = { g_main_loop_new (NULL, FALSE), N_MANY, 0, g_ptr_array_new_with_free_func (g_object_unref) };
  fake_service_watch (service, CHAT, on_many_asked, &many);
  for (guint i = 0; i < N_MANY; i++)
    {
      SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
      SeedreamJob *job = seedream_client_create_job (client, request, NULL);
      g_ptr_array_add (many.jobs, job);
      seedream_job_run_async (job, NULL, on_one_of_many, &many);
      ck_assert_int_eq (seedream_job_get_stage (job),
                        i < N_AT_ONCE ? SEEDREAM_STAGE_PREPARING : SEEDREAM_STAGE_QUEUED);
      g_object_unref (request);
    }
  g_main_loop_run (many.loop);
  ck_assert_uint_eq (fake_service_count (service, CHAT), N_MANY);
  ck_assert_uint_ge (many.most, 2);
  ck_assert_uint_le (many.most, N_AT_ONCE);
  g_ptr_array_unref (many.jobs);
  g_main_loop_unref (many.loop);
}
END_TEST

static void
on_one_cancelled (GObject *job, GAsyncResult *result, gpointer data)
{
  guint *left = data;
  ck_assert (!seedream_job_run_finish (SEEDREAM_JOB (job), result, NULL));
  --*left;
}

/* A job that waits for its turn has cost nothing, and its time has not begun. */
START_TEST (a_job_that_waits_can_be_cancelled)
{
  fake_service_stall (service, CHAT);
  Drawing *first[N_AT_ONCE];
  guint left = N_AT_ONCE;
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      first[i] = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
      seedream_job_run_async (first[i]->job, first[i]->cancellable, on_one_cancelled, &left);
    }
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "one pear too many", NULL));
  fake_service_watch (service, CHAT, drawing_cancel, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_NO);
  ck_assert_str_eq (drawing->stages->str, "queued");
  fake_service_watch (service, CHAT, NULL, NULL); /* the others' requests may still arrive */
  drawing_free (drawing);
  for (guint i = 0; i < N_AT_ONCE; i++)
    g_cancellable_cancel (first[i]->cancellable);
  while (left)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N_AT_ONCE; i++)
    drawing_free (first[i]);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-many");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, many_jobs_wait_for_their_turn);
  tcase_add_test (tcase, a_job_that_waits_can_be_cancelled);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
