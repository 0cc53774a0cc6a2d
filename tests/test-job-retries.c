/* test-job-retries.c - which requests are sent again, from every service: a create only where it certainly had no
 * effect, and never where the service says that it is of no use. How long a job waits tells test-repeat.cpp; here the
 * services ask for no wait at all. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-contracts.h"
#include "support/fake-imarouter.h"
#include "support/fake-modelark.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

static const Contract *its;

static void
be (gsize which)
{
  its = &contracts[which];
  serve (its->provider);
  set_patience (client, 25);
}

static void
turn_away (const char *path, guint status, const char *body)
{
  fake_service_answer_with (service, path, status, "Retry-After", "0", body);
}

static const guint busy[] = { 429, 503 };

START_TEST (a_create_that_was_turned_away_is_sent_again)
{
  be ((gsize) _i / 2);
  for (int i = 0; i < 4; i++)
    turn_away (its->create, busy[_i % 2], "{}");
  contract_draws (its, service, 0);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  assert_is_dot (drawing, 0, 0);
  ck_assert_uint_eq (fake_service_count (service, its->create), 5);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_create_is_sent_five_times_at_most)
{
  be ((gsize) _i / 2);
  turn_away (its->create, busy[_i % 2], "{}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, busy[_i % 2] == 429 ? SEEDREAM_ERROR_WAIT : SEEDREAM_ERROR_UNAVAILABLE,
                 SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (fake_service_count_all (service), 5);
  drawing_free (drawing);
}
END_TEST

static const guint final_ones[] = { 400, 401, 402, 403, 404, 408, 409, 413, 422, 425, 500, 501, 502, 504, 524, 529 };

START_TEST (no_other_status_is_tried_again)
{
  const guint status = final_ones[(gsize) _i % G_N_ELEMENTS (final_ones)];
  be ((gsize) _i / G_N_ELEMENTS (final_ones));
  turn_away (its->create, status, "{}");
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  const gboolean perhaps = status >= 500 || status == 408;
  assert_ended (drawing, perhaps ? SEEDREAM_JOB_STATE_UNKNOWN : SEEDREAM_JOB_STATE_FAILED,
                perhaps ? SEEDREAM_CHARGE_UNKNOWN : SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

/* Services that say themselves whether it is of any use. */
static const struct
{
  gsize contract;
  guint status;
  const char *body;
  gboolean tried_again;
  SeedreamError code;
} words[] = {
  { 4, 429, "{\"error\":{\"code\":\"QuotaExceeded\",\"message\":\"used up\"}}", FALSE, SEEDREAM_ERROR_PAY },
  { 4, 429, "{\"error\":{\"code\":\"SetLimitExceeded\",\"message\":\"used up\"}}", FALSE, SEEDREAM_ERROR_PAY },
  { 4, 429, "{\"error\":{\"code\":\"ServerOverloaded\",\"message\":\"full\"}}", TRUE, SEEDREAM_ERROR_WAIT },
  { 4, 429, "{\"error\":{\"code\":\"ModelAccountIpmRateLimitExceeded\",\"message\":\"fast\"}}", TRUE,
    SEEDREAM_ERROR_WAIT },
  { 4, 429, "{\"error\":{\"code\":\"SomethingNew\",\"message\":\"?\"}}", TRUE, SEEDREAM_ERROR_WAIT },
  { 2, 429, "{\"error\":{\"code\":429,\"message\":\"no\",\"availability\":{\"retryable\":false}}}", FALSE,
    SEEDREAM_ERROR_REFUSED },
  { 2, 429, "{\"error\":{\"code\":429,\"message\":\"no\",\"availability\":{\"retryable\":true}}}", TRUE,
    SEEDREAM_ERROR_WAIT },
  { 2, 503, "{\"error\":{\"message\":\"no\",\"availability\":{\"retryable\":false}}}", FALSE,
    SEEDREAM_ERROR_REFUSED },
  { 3, 503, "{\"error\":{\"message\":\"no\",\"availability\":{\"retryable\":false}}}", FALSE,
    SEEDREAM_ERROR_REFUSED },
  /* What may have been drawn is not drawn again, whatever the service says. */
  { 2, 502, "{\"error\":{\"code\":502,\"message\":\"no\",\"availability\":{\"retryable\":true}}}", FALSE,
    SEEDREAM_ERROR_UNAVAILABLE },
};

START_TEST (what_the_service_says_itself_counts_for_more_than_its_status)
{
  be (words[_i].contract);
  turn_away (its->create, words[_i].status, words[_i].body);
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  assert_error (drawing->error, SEEDREAM_ERROR, words[_i].code);
  ck_assert_uint_eq (fake_service_count_all (service), words[_i].tried_again ? 5 : 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_lost_answer_is_not_asked_for_again)
{
  be ((gsize) _i);
  fake_service_cut (service, its->create, "");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

/* A picture is paid for, so it is asked for patiently, and without the key. */
static const guint hiccups[] = { 408, 429, 500, 502, 503, 504 };

START_TEST (a_picture_is_asked_for_again)
{
  be ((gsize) _i / G_N_ELEMENTS (hiccups));
  char *url = g_strconcat (fake_service_get_url (service), PICTURE, NULL), *answer = contract_points (its, url);
  contract_takes (its, service);
  fake_service_answer (service, contract_place (its), 200, "application/json", answer);
  for (int i = 0; i < 5; i++)
    turn_away (PICTURE, hiccups[(gsize) _i % G_N_ELEMENTS (hiccups)], "");
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 6);
  for (guint i = 0; i < 6; i++)
    ck_assert_ptr_null (fake_service_request (service, PICTURE, i)->authorization);
  ck_assert_uint_eq (fake_service_count (service, its->create), 1);
  drawing_free (drawing);
  g_free (answer);
  g_free (url);
}
END_TEST

/* The same as a stream, which begins anew with each try. */
START_TEST (a_stream_that_was_turned_away_is_asked_for_again)
{
  be (2);
  turn_away (CHAT, 503, "{\"error\":{\"message\":\"busy\"}}");
  openrouter_streams (service, 1);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_is_dot (drawing, 0, 1);
  ck_assert_str_eq (drawing->states->str, "queued new queued running completed");
  drawing_free (drawing);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-retries");
  TCase *tcase = tcase_create ("retries");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_loop_test (tcase, a_create_that_was_turned_away_is_sent_again, 0, 2 * N_CONTRACTS);
  tcase_add_loop_test (tcase, a_create_is_sent_five_times_at_most, 0, 2 * N_CONTRACTS);
  tcase_add_loop_test (tcase, no_other_status_is_tried_again, 0, N_CONTRACTS * (int) G_N_ELEMENTS (final_ones));
  tcase_add_loop_test (tcase, what_the_service_says_itself_counts_for_more_than_its_status, 0, G_N_ELEMENTS (words));
  tcase_add_loop_test (tcase, a_lost_answer_is_not_asked_for_again, 0, N_CONTRACTS);
  tcase_add_loop_test (tcase, a_picture_is_asked_for_again, 0, N_CONTRACTS * (int) G_N_ELEMENTS (hiccups));
  tcase_add_test (tcase, a_stream_that_was_turned_away_is_asked_for_again);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
