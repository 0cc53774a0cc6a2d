/* test-job-contexts.c - a job that was started in a thread's own main context tells everything there and nowhere else,
 * whatever its service is like. The service runs in the main thread. */
#include <check.h>
#include <seedream.h>

#include "support/dots.h"
#include "support/drawing.h"
#include "support/elsewhere.h"
#include "support/fake-contracts.h"
#include "support/fake-imarouter.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

/* The ways to a picture. */
static void
inside_the_answer (const Contract *its)
{
  contract_draws (its, service, 0);
}

static void
at_an_address (const Contract *its)
{
  char *url = g_strconcat (fake_service_get_url (service), PICTURE, NULL), *answer = contract_points (its, url);
  GBytes *dot = read_dot (0);
  contract_takes (its, service);
  fake_service_answer (service, contract_place (its), 200, "application/json", answer);
  fake_service_answer_bytes (service, PICTURE, "image/png", dot);
  g_bytes_unref (dot);
  g_free (answer);
  g_free (url);
}

static void
after_a_while (const Contract *its)
{
  contract_takes (its, service);
  fake_service_answer (service, contract_place (its), 200, "application/json", "{\"id\":\"j1\",\"status\":\"queued\"}");
  at_an_address (its);
}

static void
at_the_second_try (const Contract *its)
{
  fake_service_answer_with (service, its->create, 503, "Retry-After", "0", "{}");
  at_an_address (its);
}

static void
in_a_stream (const Contract *its)
{
  (void) its;
  openrouter_streams (service, 0);
}

static void (*const ways[]) (const Contract *) = { inside_the_answer, at_an_address, at_the_second_try };

static void
draw_elsewhere (gpointer drawing)
{
  *(Drawing **) drawing = draw (client);
}

static void
assert_told_at_home (const Contract *its, void (*way) (const Contract *))
{
  Drawing *drawing = NULL;
  serve (its->provider);
  way (its);
  run_elsewhere (draw_elsewhere, &drawing);
  assert_succeeded (drawing);
  assert_is_dot (drawing, 0, 0);
  ck_assert_ptr_ne (drawing->home, g_thread_self ());
  ck_assert_uint_eq (drawing->strays, 0);
  assert_mentions (drawing->states->str, "completed");
  drawing_free (drawing);
}

START_TEST (a_job_tells_everything_in_the_context_that_started_it)
{
  assert_told_at_home (&contracts[(gsize) _i / G_N_ELEMENTS (ways)], ways[(gsize) _i % G_N_ELEMENTS (ways)]);
}
END_TEST

START_TEST (a_job_that_is_polled_tells_everything_in_the_context_that_started_it)
{
  assert_told_at_home (&contracts[_i], after_a_while);
}
END_TEST

START_TEST (a_job_that_streams_tells_everything_in_the_context_that_started_it)
{
  assert_told_at_home (&contracts[2], in_a_stream);
}
END_TEST

static void
draw_and_cancel_elsewhere (gpointer data)
{
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing->cancel_at = SEEDREAM_JOB_STATE_QUEUED;
  drawing_run (drawing);
  *(Drawing **) data = drawing;
}

START_TEST (a_cancel_is_answered_in_the_context_that_started_the_job)
{
  Drawing *drawing = NULL;
  serve (contracts[_i].provider);
  fake_service_stall (service, contracts[_i].create);
  run_elsewhere (draw_and_cancel_elsewhere, &drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (drawing->strays, 0);
  drawing_free (drawing);
}
END_TEST

static void
run (gpointer drawing)
{
  drawing_run (drawing);
}

/* The cancel comes from the main thread, while the job runs in another. */
START_TEST (a_cancel_may_come_from_any_thread)
{
  serve (contracts[_i].provider);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  fake_service_stall (service, contracts[_i].create);
  fake_service_watch (service, contracts[_i].create, drawing_cancel, drawing);
  run_elsewhere (run, drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_is_told_in_the_context_that_started_the_job)
{
  Drawing *drawing = NULL;
  serve (contracts[_i].provider);
  seedream_client_set_timeout (client, 1);
  fake_service_stall (service, contracts[_i].create);
  run_elsewhere (draw_elsewhere, &drawing);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (drawing->strays, 0);
  drawing_free (drawing);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-contexts");
  TCase *tcase = tcase_create ("contexts");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_loop_test (tcase, a_job_tells_everything_in_the_context_that_started_it, 0,
                       N_CONTRACTS * (int) G_N_ELEMENTS (ways));
  tcase_add_loop_test (tcase, a_job_that_is_polled_tells_everything_in_the_context_that_started_it, 0, N_POLLED);
  tcase_add_test (tcase, a_job_that_streams_tells_everything_in_the_context_that_started_it);
  tcase_add_loop_test (tcase, a_cancel_is_answered_in_the_context_that_started_the_job, 0, N_CONTRACTS);
  tcase_add_loop_test (tcase, a_cancel_may_come_from_any_thread, 0, N_CONTRACTS);
  tcase_add_loop_test (tcase, a_deadline_is_told_in_the_context_that_started_the_job, 0, N_CONTRACTS);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
