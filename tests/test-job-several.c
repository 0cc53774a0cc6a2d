/* test-job-several.c - jobs of several pictures: one request for each, one for all, or one more for what is missing. */
#include <check.h>
#include <seedream.h>

#include "support/dots.h"
#include "support/drawing.h"
#include "support/fake-modelark.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

static void
setup (void)
{
  serve ("openrouter");
}

static void
setup_modelark (void)
{
  serve ("modelark");
  modelark_keeps (service);
}

static SeedreamRequest *
three_pears (void)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "three pears", NULL);
  seedream_request_set_count (request, 3);
  return request;
}

static Drawing *
draw_three (void)
{
  Drawing *drawing = drawing_new (client, three_pears ());
  drawing_run (drawing);
  return drawing;
}

static gint64
seed_of (guint request)
{
  return fake_request_get_integer (fake_service_request (service, CHAT, request), "seed");
}

static void
refuse (const char *path)
{
  fake_service_answer (service, path, 400, "application/json", "{\"error\":{\"code\":400,\"message\":\"no pears\"}}");
}

/* The requests leave at once and may come in any order, so a dot belongs to the seed that it was the answer to. */
START_TEST (each_picture_is_a_request_with_a_seed_of_its_own)
{
  for (guint i = 0; i < 3; i++)
    openrouter_streams (service, i);
  SeedreamRequest *request = three_pears ();
  seedream_request_set_seed (request, 7);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 3);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 3);
  guint seeds = 0;
  for (guint i = 0; i < 3; i++)
    {
      gint64 number = seed_of (i) - 7;
      ck_assert (number >= 0 && number < 3);
      seeds |= 1u << number;
      assert_is_dot (drawing, (guint) number, i);
    }
  ck_assert_uint_eq (seeds, 7);
  drawing_free (drawing);
}
END_TEST

START_TEST (what_they_cost_is_added)
{
  for (guint i = 0; i < 3; i++)
    openrouter_streams (service, i);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 3 * OPENROUTER_COST, 1e-9);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "gen-1,gen-1,gen-1");
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  drawing_free (drawing);
}
END_TEST

START_TEST (seeds_are_dealt_where_nobody_says_one)
{
  for (guint i = 0; i < 3; i++)
    openrouter_streams (service, i);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  for (guint i = 0; i < 3; i++)
    {
      ck_assert_int_ge (seed_of (i), 0);
      ck_assert_int_le (seed_of (i), G_MAXINT32);
      ck_assert_int_ne (seed_of (i), seed_of ((i + 1) % 3));
    }
  drawing_free (drawing);
}
END_TEST

/* At the end of the numbers, too, the first picture is the one that its seed draws alone. */
static const gint64 large_seeds[] = { G_MAXINT32, G_MAXINT32 - 1, (gint64) G_MAXINT32 + 5, G_MAXINT64 };

START_TEST (the_first_seed_is_the_one_that_was_said)
{
  for (guint i = 0; i < 3; i++)
    openrouter_streams (service, i);
  SeedreamRequest *request = three_pears ();
  seedream_request_set_seed (request, large_seeds[_i]);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  guint said = 0;
  for (guint i = 0; i < 3; i++)
    {
      said += seed_of (i) == large_seeds[_i];
      ck_assert_int_ne (seed_of (i), seed_of ((i + 1) % 3));
      ck_assert_int_ge (seed_of (i), 0);
    }
  ck_assert_uint_eq (said, 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (one_picture_gets_no_seed_that_nobody_said)
{
  openrouter_streams (service, 0);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert (!fake_request_has (fake_service_request (service, CHAT, 0), "seed"));
  drawing_free (drawing);
}
END_TEST

START_TEST (states_of_several_requests_are_told_as_one)
{
  for (guint i = 0; i < 3; i++)
    openrouter_streams (service, i);
  Drawing *drawing = draw_three ();
  ck_assert_str_eq (drawing->states->str, "queued running completed");
  drawing_free (drawing);
}
END_TEST

/* What becomes of one of the three requests. */
typedef enum
{
  REFUSED,
  CUT,
  EMPTY,
  FAILED_INSIDE
} Trouble;

static const struct
{
  Trouble trouble;
  SeedreamError code;
} troubles[] = {
  { REFUSED, SEEDREAM_ERROR_REFUSED },
  { CUT, SEEDREAM_ERROR_UNAVAILABLE },
  { EMPTY, SEEDREAM_ERROR_BAD_ANSWER },
  { FAILED_INSIDE, SEEDREAM_ERROR_UNAVAILABLE },
};

static void
make_trouble (Trouble trouble)
{
  if (trouble == REFUSED)
    refuse (CHAT);
  else if (trouble == CUT)
    fake_service_cut (service, CHAT, "");
  else if (trouble == EMPTY)
    fake_service_answer (service, CHAT, 200, "application/json", "{\"choices\":[]}");
  else
    fake_service_answer (service, CHAT, 200, "application/json", "{\"error\":{\"code\":502,\"message\":\"gone\"}}");
}

START_TEST (one_request_that_fails_does_not_cost_the_other_pictures)
{
  openrouter_streams (service, 0);
  make_trouble (troubles[_i].trouble);
  openrouter_streams (service, 2);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, troubles[_i].code);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 2 * OPENROUTER_COST, 1e-9);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 3);
  drawing_free (drawing);
}
END_TEST

START_TEST (all_requests_that_fail_are_one_failure)
{
  make_trouble (troubles[_i].trouble);
  Drawing *drawing = draw_three ();
  const gboolean refused = troubles[_i].trouble == REFUSED, cut = troubles[_i].trouble == CUT;
  assert_failed (drawing, troubles[_i].code, cut ? SEEDREAM_JOB_STATE_UNKNOWN : SEEDREAM_JOB_STATE_FAILED,
                 refused ? SEEDREAM_CHARGE_NO : SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 3);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (of_several_failures_the_dearest_counts)
{
  refuse (CHAT);
  make_trouble (CUT);
  refuse (CHAT);
  Drawing *drawing = draw_three ();
  ck_assert (!drawing->succeeded);
  assert_ended (drawing, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  drawing_free (drawing);
}
END_TEST

/* The others are done when it is sent again, but the job has not begun anew. */
START_TEST (one_request_that_must_wait_holds_up_only_itself)
{
  fake_service_answer_with (service, CHAT, 429, "Retry-After", "1", "{}");
  openrouter_streams (service, 0);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 3);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 4);
  ck_assert_str_eq (drawing->states->str, "queued running completed");
  drawing_free (drawing);
}
END_TEST

static void
cancel_when_all_are_there (gpointer drawing)
{
  if (fake_service_count (service, CHAT) == 3)
    drawing_cancel (drawing);
}

START_TEST (a_cancel_ends_all_requests)
{
  fake_service_stall (service, CHAT);
  Drawing *drawing = drawing_new (client, three_pears ());
  fake_service_watch (service, CHAT, cancel_when_all_are_there, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_cancel_keeps_the_picture_that_is_here)
{
  openrouter_streams (service, 1);
  fake_service_stall (service, CHAT);
  Drawing *drawing = drawing_new (client, three_pears ());
  drawing->cancel_at = SEEDREAM_JOB_STATE_RUNNING;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_is_dot (drawing, 0, 1);
  ck_assert (!seedream_image_get_damaged (seedream_job_get_image (drawing->job, 0)));
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_keeps_the_pictures_that_are_here)
{
  seedream_client_set_timeout (client, 2);
  openrouter_streams (service, 0);
  openrouter_streams (service, 1);
  fake_service_stall (service, CHAT);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_before_any_picture_ends_all_requests)
{
  seedream_client_set_timeout (client, 1);
  fake_service_stall (service, CHAT);
  Drawing *drawing = draw_three ();
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 3);
  drawing_free (drawing);
}
END_TEST

/* The image API takes the number of pictures. */
static Drawing *
draw_three_at_once (guint drawn)
{
  char *json = openrouter_images (drawn);
  fake_service_answer (service, IMAGES, 200, "application/json", json);
  SeedreamClient *other = new_client ("openrouter-images", fake_service_get_url (service));
  seedream_client_set_api_key (other, TEST_KEY);
  Drawing *drawing = drawing_new (other, three_pears ());
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), drawn);
  ck_assert_uint_eq (fake_service_count (service, IMAGES), 1);
  ck_assert_int_eq (fake_request_get_integer (fake_service_request (service, IMAGES, 0), "n"), 3);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), OPENROUTER_COST, 1e-9);
  g_object_unref (other);
  g_free (json);
  return drawing;
}

START_TEST (one_request_asks_for_all_where_the_service_counts)
{
  Drawing *drawing = draw_three_at_once (3);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  for (guint i = 0; i < 3; i++)
    assert_is_dot (drawing, i, i);
  drawing_free (drawing);
}
END_TEST

START_TEST (fewer_pictures_than_the_service_was_asked_for_are_told)
{
  Drawing *drawing = draw_three_at_once (2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
  assert_mentions (seedream_job_get_missing (drawing->job)->message, "2 of 3");
  drawing_free (drawing);
}
END_TEST

static void
assert_asks_for_one (guint request)
{
  const FakeRequest *create = fake_service_request (service, ARK, request);
  char *sequence = fake_request_get_text (create, "sequential_image_generation");
  ck_assert_str_eq (sequence, "disabled");
  ck_assert (!fake_request_has (create, "sequential_image_generation_options"));
  g_free (sequence);
}

START_TEST (modelark_is_asked_for_a_group)
{
  modelark_draws (service, "012");
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  const FakeRequest *create = fake_service_request (service, ARK, 0);
  char *sequence = fake_request_get_text (create, "sequential_image_generation");
  ck_assert_str_eq (sequence, "auto");
  ck_assert_int_eq (fake_request_get_integer (create, "sequential_image_generation_options/max_images"), 3);
  for (guint i = 0; i < 3; i++)
    assert_is_dot (drawing, i, i);
  drawing_free (drawing);
  g_free (sequence);
}
END_TEST

/* What a group of three came as, and how many were asked for singly then. */
static const struct
{
  const char *drawn;
  guint asked_again;
} short_groups[] = { { "0", 2 }, { "01", 1 }, { "012", 0 }, { "0121", 0 } };

START_TEST (what_a_group_lacks_is_asked_for_singly)
{
  modelark_draws (service, short_groups[_i].drawn);
  modelark_draws (service, "2");
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  const guint drawn = (guint) strlen (short_groups[_i].drawn), n = drawn + short_groups[_i].asked_again;
  ck_assert_uint_eq (fake_service_count (service, ARK), 1 + short_groups[_i].asked_again);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), n);
  for (guint i = 0; i < n; i++)
    assert_is_dot (drawing, i, i < drawn ? (guint) (short_groups[_i].drawn[i] - '0') : 2);
  for (guint i = 1; i <= short_groups[_i].asked_again; i++)
    assert_asks_for_one (i);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.04 * n, 1e-9);
  drawing_free (drawing);
}
END_TEST

START_TEST (nothing_is_asked_for_again_where_a_picture_failed)
{
  static const char *const drawn[] = { "0-", "-01", "0--" };
  modelark_draws (service, drawn[_i]);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_REFUSED);
  assert_mentions (seedream_job_get_missing (drawing->job)->message, "too sensitive");
  drawing_free (drawing);
}
END_TEST

START_TEST (nothing_is_asked_for_again_where_a_picture_came_damaged)
{
  fake_service_answer (service, "/ark/7.png", 200, "image/png", "this is no picture");
  modelark_draws (service, "07");
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_group_is_as_large_as_the_model_makes_it)
{
  modelark_draws (service, "0");
  SeedreamRequest *request = three_pears ();
  seedream_request_set_group (request, TRUE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  drawing_free (drawing);
}
END_TEST

START_TEST (what_is_asked_for_again_may_fail)
{
  modelark_draws (service, "01");
  refuse (ARK);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, ARK), 2);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_REFUSED);
  drawing_free (drawing);
}
END_TEST

static void
cancel_when_asked_again (gpointer drawing)
{
  if (fake_service_count (service, ARK) == 2)
    drawing_cancel (drawing);
}

START_TEST (a_cancel_of_what_is_asked_for_again_keeps_the_group)
{
  modelark_draws (service, "01");
  fake_service_stall (service, ARK);
  Drawing *drawing = drawing_new (client, three_pears ());
  fake_service_watch (service, ARK, cancel_when_asked_again, drawing);
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_deadline_for_what_is_asked_for_again_keeps_the_group)
{
  seedream_client_set_timeout (client, 2);
  modelark_draws (service, "01");
  fake_service_stall (service, ARK);
  Drawing *drawing = draw_three ();
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_model_without_groups_is_asked_three_times)
{
  modelark_draws (service, "0");
  SeedreamRequest *request = three_pears ();
  seedream_request_set_model (request, "seedream-5.0-pro");
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, ARK), 3);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 3);
  for (guint i = 0; i < 3; i++)
    ck_assert (!fake_request_has (fake_service_request (service, ARK, i), "sequential_image_generation"));
  ck_assert_double_eq (seedream_job_get_cost (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

static TCase *
case_of_one_each (void)
{
  TCase *tcase = tcase_create ("one each");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, each_picture_is_a_request_with_a_seed_of_its_own);
  tcase_add_test (tcase, what_they_cost_is_added);
  tcase_add_test (tcase, seeds_are_dealt_where_nobody_says_one);
  tcase_add_loop_test (tcase, the_first_seed_is_the_one_that_was_said, 0, G_N_ELEMENTS (large_seeds));
  tcase_add_test (tcase, one_picture_gets_no_seed_that_nobody_said);
  tcase_add_test (tcase, states_of_several_requests_are_told_as_one);
  tcase_add_loop_test (tcase, one_request_that_fails_does_not_cost_the_other_pictures, 0, G_N_ELEMENTS (troubles));
  tcase_add_loop_test (tcase, all_requests_that_fail_are_one_failure, 0, G_N_ELEMENTS (troubles));
  tcase_add_test (tcase, of_several_failures_the_dearest_counts);
  tcase_add_test (tcase, one_request_that_must_wait_holds_up_only_itself);
  tcase_add_test (tcase, a_cancel_ends_all_requests);
  tcase_add_test (tcase, a_cancel_keeps_the_picture_that_is_here);
  tcase_add_test (tcase, a_deadline_keeps_the_pictures_that_are_here);
  tcase_add_test (tcase, a_deadline_before_any_picture_ends_all_requests);
  return tcase;
}

static TCase *
case_of_all_at_once (void)
{
  TCase *tcase = tcase_create ("all at once");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, one_request_asks_for_all_where_the_service_counts);
  tcase_add_test (tcase, fewer_pictures_than_the_service_was_asked_for_are_told);
  return tcase;
}

static TCase *
case_of_groups (void)
{
  TCase *tcase = tcase_create ("groups");
  tcase_add_checked_fixture (tcase, setup_modelark, stop_serving);
  tcase_add_test (tcase, modelark_is_asked_for_a_group);
  tcase_add_loop_test (tcase, what_a_group_lacks_is_asked_for_singly, 0, G_N_ELEMENTS (short_groups));
  tcase_add_loop_test (tcase, nothing_is_asked_for_again_where_a_picture_failed, 0, 3);
  tcase_add_test (tcase, nothing_is_asked_for_again_where_a_picture_came_damaged);
  tcase_add_test (tcase, a_group_is_as_large_as_the_model_makes_it);
  tcase_add_test (tcase, what_is_asked_for_again_may_fail);
  tcase_add_test (tcase, a_cancel_of_what_is_asked_for_again_keeps_the_group);
  tcase_add_test (tcase, a_deadline_for_what_is_asked_for_again_keeps_the_group);
  tcase_add_test (tcase, a_model_without_groups_is_asked_three_times);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("job-several");
  suite_add_tcase (suite, case_of_one_each ());
  suite_add_tcase (suite, case_of_all_at_once ());
  suite_add_tcase (suite, case_of_groups ());
  return run_suite (suite);
}
