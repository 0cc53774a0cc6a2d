/* test-job-cancel.c - a cancel is answered at once, tells the truth about the money and loses no picture. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-imarouter.h"
#include "support/suite.h"

static Drawing *drawing;

static void
setup (void)
{
  serve ("sandbox");
  drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
}

static void
teardown (void)
{
  drawing_free (drawing);
  stop_serving ();
}

START_TEST (a_cancel_before_the_start_sends_nothing)
{
  imarouter_draws (service, GENERATE);
  g_cancellable_cancel (drawing->cancellable);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  ck_assert_str_eq (drawing->states->str, "cancelled");
}
END_TEST

/* The silent service would never answer, so only the cancel can end the job. */
START_TEST (a_cancel_is_answered_while_the_service_is_silent)
{
  fake_service_stall (service, GENERATE);
  fake_service_watch (service, GENERATE, drawing_cancel, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
}
END_TEST

START_TEST (a_cancel_while_the_service_draws_keeps_its_id)
{
  imarouter_takes (service, GENERATE);
  fake_service_stall (service, JOB);
  fake_service_watch (service, JOB, drawing_cancel, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "j1");
  ck_assert_uint_eq (fake_service_count (service, JOB), 1);
}
END_TEST

START_TEST (a_cancel_between_two_looks_is_answered)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  drawing->cancel_at = SEEDREAM_JOB_STATE_RUNNING;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_str_eq (drawing->states->str, "queued running cancelled");
}
END_TEST

START_TEST (a_cancel_during_the_download_says_that_it_was_paid)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  fake_service_stall (service, PICTURE);
  fake_service_watch (service, PICTURE, drawing_cancel, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_YES);
}
END_TEST

START_TEST (a_cancel_during_the_download_tells_the_cost)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (service));
  seedream_client_set_api_key (paid, "sk-test-1234");
  Drawing *costly = drawing_new (paid, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  fake_service_stall (service, PICTURE);
  fake_service_watch (service, PICTURE, drawing_cancel, costly);
  drawing_run (costly);
  assert_cancelled (costly, SEEDREAM_CHARGE_YES);
  ck_assert_double_eq_tol (seedream_job_get_cost (costly->job), 0.04, 1e-9);
  drawing_free (costly);
  g_object_unref (paid);
}
END_TEST

START_TEST (a_cancel_keeps_the_pictures_that_are_here)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, "/r/never.png", NULL);
  imarouter_keeps (service, PICTURE);
  fake_service_stall (service, "/r/never.png");
  fake_service_watch (service, "/r/never.png", drawing_cancel, drawing);
  drawing_run (drawing);
  ck_assert_int_eq (seedream_job_get_state (drawing->job), SEEDREAM_JOB_STATE_CANCELLED);
  ck_assert_int_eq (seedream_job_get_charged (drawing->job), SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
}
END_TEST

START_TEST (a_late_cancel_keeps_the_picture)
{
  imarouter_draws (service, GENERATE);
  drawing->cancel_at = SEEDREAM_JOB_STATE_COMPLETED;
  drawing_run (drawing);
  ck_assert (g_cancellable_is_cancelled (drawing->cancellable));
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
}
END_TEST

START_TEST (a_cancel_after_the_end_changes_nothing)
{
  imarouter_draws (service, GENERATE);
  drawing_run (drawing);
  g_cancellable_cancel (drawing->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_str_eq (drawing->states->str, "queued running completed");
}
END_TEST

START_TEST (a_cancelled_job_asks_no_more)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  drawing->cancel_at = SEEDREAM_JOB_STATE_QUEUED;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ck_assert_uint_eq (fake_service_count (service, JOB), 0);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-cancel");
  TCase *tcase = tcase_create ("cancel");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, a_cancel_before_the_start_sends_nothing);
  tcase_add_test (tcase, a_cancel_is_answered_while_the_service_is_silent);
  tcase_add_test (tcase, a_cancel_while_the_service_draws_keeps_its_id);
  tcase_add_test (tcase, a_cancel_between_two_looks_is_answered);
  tcase_add_test (tcase, a_cancel_during_the_download_says_that_it_was_paid);
  tcase_add_test (tcase, a_cancel_during_the_download_tells_the_cost);
  tcase_add_test (tcase, a_cancel_keeps_the_pictures_that_are_here);
  tcase_add_test (tcase, a_late_cancel_keeps_the_picture);
  tcase_add_test (tcase, a_cancel_after_the_end_changes_nothing);
  tcase_add_test (tcase, a_cancelled_job_asks_no_more);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
