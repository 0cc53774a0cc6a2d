/* test-job-faults.c - what a job makes of refusals, broken answers and broken connections, and of the money. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-imarouter.h"
#include "support/files.h"
#include "support/suite.h"

static void
setup (void)
{
  serve ("sandbox");
}

/* Creates that fail, and whether they may have cost anything. */
static const struct
{
  guint status;
  const char *type, *body;
  SeedreamError code;
  gboolean charged_perhaps;
  const char *words; /* of the service's that must be shown */
} refusals[] = {
  { 400, "application/json", "{\"error\":\"prompt rejected\"}", SEEDREAM_ERROR_REFUSED, FALSE, "prompt rejected" },
  { 400, "application/json", "{\"error\":{\"message\":\"too bright\",\"code\":7}}", SEEDREAM_ERROR_REFUSED, FALSE,
    "too bright" },
  { 422, "application/json", "{\"message\":\"numImages is odd\"}", SEEDREAM_ERROR_REFUSED, FALSE, "numImages is odd" },
  { 400, "text/plain", "no pears today", SEEDREAM_ERROR_REFUSED, FALSE, "no pears today" },
  { 400, "application/json", "{\"error\":\"none of that\"}", SEEDREAM_ERROR_REFUSED, FALSE, "none of that" },
  { 401, "application/json", "{\"error\":\"no such key\"}", SEEDREAM_ERROR_SIGN_IN, FALSE, "no such key" },
  { 402, "application/json", "{\"error\":\"balance is 0\"}", SEEDREAM_ERROR_PAY, FALSE, "balance is 0" },
  { 403, "text/html", "<h1>No</h1>", SEEDREAM_ERROR_REFUSED, FALSE, "403" },
  { 404, "application/json", "", SEEDREAM_ERROR_REFUSED, FALSE, "404" },
  { 413, "text/html", "<h1>Too large</h1>", SEEDREAM_ERROR_SHRINK, FALSE, "413" },
  { 408, "application/json", "{}", SEEDREAM_ERROR_UNAVAILABLE, TRUE, "408" },
  { 500, "application/json", "{\"error\":\"oops\"}", SEEDREAM_ERROR_UNAVAILABLE, TRUE, "oops" },
  { 502, "text/html", "<h1>Bad gateway</h1>", SEEDREAM_ERROR_UNAVAILABLE, TRUE, "502" },
  { 504, "text/html", "", SEEDREAM_ERROR_UNAVAILABLE, TRUE, "504" },
  { 529, "application/json", "{\"error\":\"overloaded\"}", SEEDREAM_ERROR_UNAVAILABLE, TRUE, "overloaded" },
  { 302, "text/html", "", SEEDREAM_ERROR_BAD_ANSWER, TRUE, "302" },
};

START_TEST (a_refused_create_is_sent_once_and_explained)
{
  fake_service_answer (service, GENERATE, refusals[_i].status, refusals[_i].type, refusals[_i].body);
  Drawing *drawing = draw (client);
  assert_failed (drawing, refusals[_i].code,
                 refusals[_i].charged_perhaps ? SEEDREAM_JOB_STATE_UNKNOWN : SEEDREAM_JOB_STATE_FAILED,
                 refusals[_i].charged_perhaps ? SEEDREAM_CHARGE_UNKNOWN : SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  assert_mentions (drawing->error->message, refusals[_i].words);
  assert_not_mentions (drawing->error->message, "<h1>");
  ck_assert_double_eq (seedream_job_get_cost (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_service_that_repeats_the_key_does_not_get_it_shown)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (service));
  seedream_client_set_api_key (paid, "sk-test-1234");
  fake_service_answer (service, GENERATE, 401, "application/json", "{\"error\":\"sk-test-1234 is unknown\"}");
  Drawing *drawing = draw (paid);
  assert_failed (drawing, SEEDREAM_ERROR_SIGN_IN, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_not_mentions (drawing->error->message, "sk-test-1234");
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

/* Creates that succeed with an answer that nobody can read. */
static const struct
{
  const char *type, *body;
} riddles[] = {
  { "text/html", "<html><h1>Welcome</h1></html>" },
  { "application/json", "" },
  { "application/json", "{\"status\":\"queued\"}" },
  { "application/json", "{\"id\":\"\"}" },
  { "application/json", "{\"id\":null}" },
  { "application/json", "{\"id\":{\"a\":1}}" },
  { "application/json", "{\"id\":\"j1\"" },
  { "application/json", "[1,2]" },
  { "application/json", "\"j1\"" },
  { "application/json", "\xff\xfe" },
};

START_TEST (a_create_answer_that_nobody_can_read_is_not_asked_again)
{
  fake_service_answer (service, GENERATE, 200, riddles[_i].type, riddles[_i].body);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  assert_not_mentions (drawing->error->message, "<h1>");
  drawing_free (drawing);
}
END_TEST

static const guint busy[] = { 429, 503 };

START_TEST (a_busy_service_is_asked_again)
{
  fake_service_answer_with (service, GENERATE, busy[_i], "Retry-After", "0", "{}");
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 2);
  ck_assert_str_eq (drawing->states->str, "queued new queued running completed");
  drawing_free (drawing);
}
END_TEST

/* Were the date not understood, the job would wait for longer than it has. */
START_TEST (a_date_to_come_back_is_understood)
{
  seedream_client_set_timeout (client, 5);
  for (int i = 0; i < 4; i++)
    fake_service_answer_with (service, GENERATE, busy[_i], "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT", "{}");
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 5);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_service_that_stays_busy_is_asked_five_times)
{
  fake_service_answer_with (service, GENERATE, busy[_i], "Retry-After", "0", "{\"error\":\"busy\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, busy[_i] == 429 ? SEEDREAM_ERROR_WAIT : SEEDREAM_ERROR_UNAVAILABLE,
                 SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 5);
  drawing_free (drawing);
}
END_TEST

static const char *const cuts[] = {
  "", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"id\":",
};

START_TEST (a_create_whose_answer_is_lost_is_sent_once)
{
  fake_service_cut (service, GENERATE, cuts[_i]);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

/* Once the job has found nobody at @port, the service opens there. */
static gboolean
opens_at_last (SeedreamJob *job, guint16 port)
{
  if (seedream_job_get_state (job) != SEEDREAM_JOB_STATE_NEW || fake_service_get_port (service) == port)
    return FALSE;
  ck_assert_int_eq (seedream_job_get_charged (job), SEEDREAM_CHARGE_NO);
  fake_service_free (service);
  service = fake_service_new_on_port (port);
  return TRUE;
}

static void
serve_at_last (SeedreamJob *job, GParamSpec *pspec, gpointer port)
{
  (void) pspec;
  if (opens_at_last (job, *(guint16 *) port))
    imarouter_draws (service, GENERATE);
}

static void
be_busy_at_last (SeedreamJob *job, GParamSpec *pspec, gpointer port)
{
  (void) pspec;
  if (opens_at_last (job, *(guint16 *) port))
    fake_service_answer_with (service, GENERATE, 429, "Retry-After", "60", "{}");
}

static Drawing *
drawing_at_port (guint16 port)
{
  char *url = g_strdup_printf ("http://127.0.0.1:%d", port);
  seedream_client_set_base_url (client, url);
  g_free (url);
  return drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
}

START_TEST (a_refused_connection_is_tried_again)
{
  guint16 port = closed_port ();
  Drawing *drawing = drawing_at_port (port);
  g_signal_connect (drawing->job, "notify::state", G_CALLBACK (serve_at_last), &port);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  ck_assert_str_eq (drawing->states->str, "queued new queued running completed");
  drawing_free (drawing);
}
END_TEST

START_TEST (a_refused_connection_costs_nothing)
{
  Drawing *drawing = drawing_at_port (closed_port ());
  drawing->cancel_at = SEEDREAM_JOB_STATE_NEW;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_NO);
  drawing_free (drawing);
}
END_TEST

/* Loads GLib's dice so that the job waits for more than a second before it tries again. */
static void
load_the_dice (void)
{
  for (guint32 seed = 0;; seed++)
    {
      gboolean patient = TRUE;
      g_random_set_seed (seed);
      for (int i = 0; i < 3; i++)
        patient = g_random_double () > 0.7 && patient;
      g_random_set_seed (seed);
      if (patient)
        return;
    }
}

START_TEST (a_deadline_before_anything_was_heard_says_why)
{
  seedream_client_set_timeout (client, 1);
  Drawing *drawing = drawing_at_port (closed_port ());
  load_the_dice ();
  drawing_run (drawing);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "127.0.0.1");
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_tells_the_last_trouble_and_not_the_first)
{
  guint16 port = closed_port ();
  seedream_client_set_timeout (client, 3);
  Drawing *drawing = drawing_at_port (port);
  g_signal_connect (drawing->job, "notify::state", G_CALLBACK (be_busy_at_last), &port);
  drawing_run (drawing);
  ck_assert (!drawing->succeeded);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  assert_not_mentions (drawing->error->message, "Cannot reach");
  ck_assert_int_eq (seedream_job_get_charged (drawing->job), SEEDREAM_CHARGE_NO);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_while_the_service_is_busy_says_so_and_costs_nothing)
{
  seedream_client_set_timeout (client, 1);
  fake_service_answer_with (service, GENERATE, 429, "Retry-After", "60", "{\"error\":\"all painters are busy\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_WAIT, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "all painters are busy");
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_job_that_never_ends_meets_its_deadline)
{
  seedream_client_set_timeout (client, 1);
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_DEADLINE, SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "j1");
  drawing_free (drawing);
}
END_TEST

START_TEST (a_create_that_is_never_answered_is_lost)
{
  seedream_client_set_timeout (client, 1);
  fake_service_stall (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  drawing_free (drawing);
}
END_TEST

/* What a look at the job may bring instead of a picture. */
static const struct
{
  const char *body;
  SeedreamError code;
  SeedreamCharge charged;
  const char *words;
} ends[] = {
  { "{\"id\":\"j1\",\"status\":\"failed\",\"error\":\"prompt rejected\"}", SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO,
    "prompt rejected" },
  { "{\"status\":\"failed\",\"error\":{\"code\":3,\"message\":\"not a pear\"}}", SEEDREAM_ERROR_REFUSED,
    SEEDREAM_CHARGE_NO, "not a pear" },
  { "{\"status\":\"failed\",\"failReason\":\"tired\"}", SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO, "tired" },
  { "{\"status\":\"failed\",\"error\":null}", SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO, "could not draw" },
  { "{\"status\":\"failed\",\"error\":\"a\\u0007\\nb\"}", SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO, "a  b" },
  { "{\"status\":\"completed\",\"output\":[]}", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "no picture" },
  { "{\"status\":\"completed\"}", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "no picture" },
  { "{\"status\":\"completed\",\"output\":\"\"}", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "no picture" },
  { "{\"status\":\"completed\",\"output\":[{}]}", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "no picture" },
  { "<html>", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "not JSON" },
  { "", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "not JSON" },
};

START_TEST (a_job_without_a_picture_says_why)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, ends[_i].body);
  Drawing *drawing = draw (client);
  assert_failed (drawing, ends[_i].code, SEEDREAM_JOB_STATE_FAILED, ends[_i].charged);
  assert_mentions (drawing->error->message, ends[_i].words);
  ck_assert_uint_eq (fake_service_count_all (service), 2);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_status_that_nobody_knows_means_that_the_job_goes_on)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"pondering\"}");
  imarouter_says (service, "{\"id\":\"j1\"}");
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, JOB), 3);
  drawing_free (drawing);
}
END_TEST

static const guint hiccups[] = { 404, 408, 429, 500, 502, 503, 504 };

START_TEST (a_look_at_the_job_that_fails_is_repeated)
{
  imarouter_takes (service, GENERATE);
  for (int i = 0; i < 2; i++)
    fake_service_answer_with (service, JOB, hiccups[_i], "Retry-After", "0", "{}");
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, JOB), 3);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_look_at_the_job_whose_answer_is_lost_is_repeated)
{
  imarouter_takes (service, GENERATE);
  fake_service_cut (service, JOB, "");
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_job_that_cannot_be_looked_at_may_still_cost)
{
  imarouter_takes (service, GENERATE);
  fake_service_answer_with (service, JOB, 500, "Retry-After", "0", "{}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, JOB), 6);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_key_that_dies_while_the_job_runs_is_told)
{
  imarouter_takes (service, GENERATE);
  fake_service_answer (service, JOB, 401, "application/json", "{\"error\":\"key revoked\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_SIGN_IN, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  assert_mentions (drawing->error->message, "key revoked");
  drawing_free (drawing);
}
END_TEST

static TCase *
case_of_creating (void)
{
  TCase *tcase = tcase_create ("creating");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, a_refused_create_is_sent_once_and_explained, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, a_service_that_repeats_the_key_does_not_get_it_shown);
  tcase_add_loop_test (tcase, a_create_answer_that_nobody_can_read_is_not_asked_again, 0, G_N_ELEMENTS (riddles));
  tcase_add_loop_test (tcase, a_busy_service_is_asked_again, 0, G_N_ELEMENTS (busy));
  tcase_add_loop_test (tcase, a_date_to_come_back_is_understood, 0, G_N_ELEMENTS (busy));
  tcase_add_loop_test (tcase, a_service_that_stays_busy_is_asked_five_times, 0, G_N_ELEMENTS (busy));
  tcase_add_loop_test (tcase, a_create_whose_answer_is_lost_is_sent_once, 0, G_N_ELEMENTS (cuts));
  tcase_add_test (tcase, a_refused_connection_is_tried_again);
  tcase_add_test (tcase, a_refused_connection_costs_nothing);
  tcase_add_test (tcase, a_deadline_before_anything_was_heard_says_why);
  tcase_add_test (tcase, a_deadline_tells_the_last_trouble_and_not_the_first);
  tcase_add_test (tcase, a_deadline_while_the_service_is_busy_says_so_and_costs_nothing);
  tcase_add_test (tcase, a_create_that_is_never_answered_is_lost);
  return tcase;
}

static TCase *
case_of_waiting (void)
{
  TCase *tcase = tcase_create ("waiting");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, a_job_that_never_ends_meets_its_deadline);
  tcase_add_loop_test (tcase, a_job_without_a_picture_says_why, 0, G_N_ELEMENTS (ends));
  tcase_add_test (tcase, a_status_that_nobody_knows_means_that_the_job_goes_on);
  tcase_add_loop_test (tcase, a_look_at_the_job_that_fails_is_repeated, 0, G_N_ELEMENTS (hiccups));
  tcase_add_test (tcase, a_look_at_the_job_whose_answer_is_lost_is_repeated);
  tcase_add_test (tcase, a_job_that_cannot_be_looked_at_may_still_cost);
  tcase_add_test (tcase, a_key_that_dies_while_the_job_runs_is_told);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("job-faults");
  suite_add_tcase (suite, case_of_creating ());
  suite_add_tcase (suite, case_of_waiting ());
  return run_suite (suite);
}
