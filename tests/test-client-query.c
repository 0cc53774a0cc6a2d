/* test-client-query.c - what a client asks a service that costs nothing: the balance of an account, and what a model can
 * do. */
#include <check.h>
#include <float.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/elsewhere.h"
#include "support/suite.h"

#define MODEL  "bytedance-seed/seedream-9"
#define ABOUT  "/api/v1/images/models/bytedance-seed/seedream-9/endpoints"

/* Who tells a balance, where, and what the answer looks like. */
static const struct
{
  const char *provider, *path, *answer;
  double balance;
} tellers[] = {
  { "imarouter-v1", "/api/usage/token/user-balance",
    "{\"success\":true,\"message\":\"\",\"data\":{\"object\":\"user_balance\",\"balance_usd\":12.5}}", 12.5 },
  { "openrouter", "/api/v1/key", "{\"data\":{\"label\":\"sk\",\"limit\":100,\"limit_remaining\":74.5}}", 74.5 },
  { "openrouter-images", "/api/v1/key", "{\"data\":{\"label\":\"sk\",\"limit\":100,\"limit_remaining\":0}}", 0 },
  { "openrouter", "/api/v1/key", "{\"data\":{\"label\":\"sk\",\"limit\":null,\"limit_remaining\":null}}", DBL_MAX },
};
#define N_TELLERS ((int) G_N_ELEMENTS (tellers))

/* One question and its answer. */
typedef struct
{
  GCancellable *cancellable;
  GThread *home;
  gboolean answered, strayed;
  double balance;
  SeedreamModel *model;
  GError *error;
  GAsyncResult *kept;
} Question;

static void
on_balance (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *self = data;
  self->strayed = g_thread_self () != self->home;
  gboolean told = seedream_client_query_balance_finish (SEEDREAM_CLIENT (source), result, &self->balance, &self->error);
  ck_assert_msg (told == !self->error, "a balance or an error");
  self->answered = TRUE;
}

static void
on_model (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *self = data;
  self->strayed = g_thread_self () != self->home;
  self->model = seedream_client_discover_model_finish (SEEDREAM_CLIENT (source), result, &self->error);
  ck_assert_msg (!self->model == !!self->error, "a model or an error");
  self->answered = TRUE;
}

static void
wait_for_answer (Question *self)
{
  while (!self->answered)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static void
ask_balance (gpointer question)
{
  Question *self = question;
  self->home = g_thread_self ();
  self->balance = -1;
  seedream_client_query_balance_async (client, self->cancellable, on_balance, self);
  wait_for_answer (self);
}

static void
ask_model (gpointer question)
{
  Question *self = question;
  self->home = g_thread_self ();
  seedream_client_discover_model_async (client, MODEL, self->cancellable, on_model, self);
  wait_for_answer (self);
}

static void
question_clear (Question *self)
{
  g_clear_error (&self->error);
  g_clear_object (&self->model);
  g_clear_object (&self->cancellable);
}

START_TEST (a_balance_is_told)
{
  Question question = { 0 };
  serve (tellers[_i].provider);
  fake_service_answer (service, tellers[_i].path, 200, "application/json", tellers[_i].answer);
  ask_balance (&question);
  ck_assert_msg (!question.error, "%s", question.error ? question.error->message : "");
  ck_assert_double_eq (question.balance, tellers[_i].balance);
  const FakeRequest *request = fake_service_request (service, tellers[_i].path, 0);
  ck_assert_str_eq (request->method, "GET");
  ck_assert_str_eq (request->authorization, "Bearer " TEST_KEY);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
}
END_TEST

/* Answers that are no balance, and how often each is asked for. */
static const struct
{
  guint status;
  const char *header, *value, *body;
  SeedreamError code;
  guint asked;
} refusals[] = {
  { 401, NULL, NULL, "{\"error\":\"no such key\"}", SEEDREAM_ERROR_SIGN_IN, 1 },
  { 403, NULL, NULL, "{}", SEEDREAM_ERROR_REFUSED, 1 },
  { 302, "Location", "/elsewhere", "", SEEDREAM_ERROR_BAD_ANSWER, 1 },
  { 503, "Retry-After", "0", "{}", SEEDREAM_ERROR_UNAVAILABLE, 6 },
  { 429, "Retry-After", "0", "{}", SEEDREAM_ERROR_WAIT, 6 },
  { 200, NULL, NULL, "", SEEDREAM_ERROR_BAD_ANSWER, 1 },
  { 200, NULL, NULL, "<html>", SEEDREAM_ERROR_BAD_ANSWER, 1 },
  { 200, NULL, NULL, "{}", SEEDREAM_ERROR_BAD_ANSWER, 1 },
  { 200, NULL, NULL, "[]", SEEDREAM_ERROR_BAD_ANSWER, 1 },
  { 200, NULL, NULL, "{\"data\":\"much\"}", SEEDREAM_ERROR_BAD_ANSWER, 1 },
};
#define N_REFUSALS ((int) G_N_ELEMENTS (refusals))

static void
refuse (const char *path, int which)
{
  GBytes *body = g_bytes_new_static (refusals[which].body, strlen (refusals[which].body));
  fake_service_answer_whole (service, path, refusals[which].status, "application/json", refusals[which].header,
                             refusals[which].value, body);
  g_bytes_unref (body);
}

START_TEST (a_balance_that_is_not_told_is_a_typed_error)
{
  Question question = { 0 };
  const int which = _i % N_REFUSALS;
  serve (tellers[_i / N_REFUSALS].provider);
  refuse (tellers[_i / N_REFUSALS].path, which);
  ask_balance (&question);
  assert_error (question.error, SEEDREAM_ERROR, refusals[which].code);
  ck_assert_double_eq (question.balance, -1);
  ck_assert_uint_eq (fake_service_count_all (service), refusals[which].asked);
  question_clear (&question);
}
END_TEST

START_TEST (a_balance_is_asked_for_again_until_it_is_told)
{
  Question question = { 0 };
  serve (tellers[_i].provider);
  for (int i = 0; i < 5; i++)
    fake_service_answer_with (service, tellers[_i].path, 503, "Retry-After", "0", "{}");
  fake_service_answer (service, tellers[_i].path, 200, "application/json", tellers[_i].answer);
  ask_balance (&question);
  ck_assert_double_eq (question.balance, tellers[_i].balance);
  ck_assert_uint_eq (fake_service_count_all (service), 6);
}
END_TEST

START_TEST (nobody_is_asked_without_a_key)
{
  Question question = { 0 }, other = { 0 };
  serve ("openrouter");
  seedream_client_set_api_key (client, NULL);
  ask_balance (&question);
  assert_error (question.error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  assert_mentions (question.error->message, "OPENROUTER_API_KEY");
  ask_model (&other);
  assert_error (other.error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  question_clear (&question);
  question_clear (&other);
}
END_TEST

START_TEST (nobody_is_asked_at_an_address_that_is_not_safe)
{
  Question question = { 0 };
  serve ("openrouter");
  seedream_client_set_base_url (client, "http://example.org");
  ask_balance (&question);
  assert_error (question.error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  question_clear (&question);
}
END_TEST

static void
answer_everything (void)
{
  fake_service_answer (service, "/api/v1/key", 200, "application/json", "{\"data\":{\"limit_remaining\":1}}");
  fake_service_answer (service, ABOUT, 200, "application/json",
                       "{\"id\":\"" MODEL "\",\"endpoints\":[{\"provider_name\":\"Seed\",\"supported_parameters\":{"
                       "\"resolution\":{\"type\":\"enum\",\"values\":[\"2K\",\"8K\"]},"
                       "\"aspect_ratio\":{\"type\":\"enum\",\"values\":[\"1:1\",\"16:9\",\"auto\"]},"
                       "\"n\":{\"type\":\"range\",\"min\":1,\"max\":2},"
                       "\"input_references\":{\"type\":\"range\",\"min\":0,\"max\":3}},"
                       "\"pricing\":[{\"billable\":\"output_image\",\"unit\":\"image\",\"cost_usd\":0.07}]}]}");
}

static void (*const questions[]) (gpointer) = { ask_balance, ask_model };
static const char *const paths[] = { "/api/v1/key", ABOUT };
#define N_QUESTIONS ((int) G_N_ELEMENTS (questions))

START_TEST (an_answer_is_told_in_the_context_that_asked)
{
  Question question = { 0 };
  serve ("openrouter");
  answer_everything ();
  run_elsewhere (questions[_i], &question);
  ck_assert_msg (!question.error, "%s", question.error ? question.error->message : "");
  ck_assert (question.answered && !question.strayed);
  ck_assert_ptr_ne (question.home, g_thread_self ());
  question_clear (&question);
}
END_TEST

static void
cancel (gpointer question)
{
  g_cancellable_cancel (((Question *) question)->cancellable);
}

/* The service never answers, so only the cancel can. */
START_TEST (a_cancel_is_answered_at_once)
{
  Question question = { .cancellable = g_cancellable_new () };
  serve ("openrouter");
  fake_service_stall (service, paths[_i]);
  fake_service_watch (service, paths[_i], cancel, &question);
  questions[_i](&question);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  question_clear (&question);
}
END_TEST

START_TEST (a_cancel_is_answered_in_the_context_that_asked)
{
  Question question = { .cancellable = g_cancellable_new () };
  serve ("openrouter");
  fake_service_stall (service, paths[_i]);
  fake_service_watch (service, paths[_i], cancel, &question);
  run_elsewhere (questions[_i], &question);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ck_assert (!question.strayed);
  question_clear (&question);
}
END_TEST

START_TEST (a_cancel_before_the_question_keeps_it_from_being_asked)
{
  Question question = { .cancellable = g_cancellable_new () };
  serve ("openrouter");
  answer_everything ();
  cancel (&question);
  questions[_i](&question);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  question_clear (&question);
}
END_TEST

START_TEST (a_cancel_between_two_tries_is_answered)
{
  Question question = { .cancellable = g_cancellable_new () };
  serve ("openrouter");
  fake_service_answer_with (service, paths[_i], 503, "Retry-After", "60", "{}");
  fake_service_watch (service, paths[_i], cancel, &question);
  questions[_i](&question);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  question_clear (&question);
}
END_TEST

static void
on_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Question *) data)->kept = g_object_ref (result);
  on_balance (source, result, data);
}

/* Whoever keeps the result keeps nothing alive that could still come. */
START_TEST (an_answer_behind_a_cancel_is_not_told)
{
  Question question = { .cancellable = g_cancellable_new (), .home = g_thread_self () };
  serve ("openrouter");
  fake_service_begin (service, paths[0], 200, "Content-Type: application/json\r\n");
  fake_service_hold (service, paths[0]);
  fake_service_piece (service, paths[0], "{\"data\":{\"limit_remaining\":1}}");
  fake_service_end (service, paths[0]);
  answer_everything ();
  fake_service_watch (service, paths[0], cancel, &question);
  seedream_client_query_balance_async (client, question.cancellable, on_kept, &question);
  wait_for_answer (&question);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_service_go_on (service);
  /* The way there and back is long enough for the first answer, too. */
  Question other = { 0 };
  ask_model (&other);
  ck_assert_uint_eq (G_OBJECT (question.kept)->ref_count, 1);
  g_object_unref (question.kept);
  question_clear (&other);
  question_clear (&question);
}
END_TEST

START_TEST (two_questions_at_once_do_not_mix)
{
  Question balance = { .home = g_thread_self () }, model = { .home = g_thread_self () };
  serve ("openrouter");
  answer_everything ();
  seedream_client_query_balance_async (client, NULL, on_balance, &balance);
  seedream_client_discover_model_async (client, MODEL, NULL, on_model, &model);
  wait_for_answer (&balance);
  wait_for_answer (&model);
  ck_assert_double_eq (balance.balance, 1);
  ck_assert_str_eq (seedream_model_get_service_id (model.model), MODEL);
  question_clear (&model);
}
END_TEST

START_TEST (a_model_is_what_the_service_says)
{
  Question question = { 0 };
  serve ("openrouter-images");
  answer_everything ();
  ask_model (&question);
  ck_assert_msg (!question.error, "%s", question.error ? question.error->message : "");
  SeedreamModel *model = question.model;
  ck_assert_str_eq (seedream_model_get_id (model), MODEL);
  ck_assert_str_eq (seedream_model_get_service_id (model), MODEL);
  ck_assert_uint_eq (seedream_model_get_max_count (model), 10); /* in several requests */
  ck_assert_uint_eq (seedream_model_get_max_images (model), 3);
  ck_assert (!seedream_model_get_takes_seed (model));
  ck_assert_double_eq_tol (seedream_model_get_price (model), 0.07, 1e-9);
  ck_assert_str_eq (seedream_model_get_sizes (model)[1], "8K");
  ck_assert_str_eq (seedream_model_get_aspects (model)[1], "16:9");
  ck_assert_ptr_null (seedream_model_get_aspects (model)[2]);
  question_clear (&question);
}
END_TEST

static GError *
error_of_request (gint64 seed, guint count)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_request_set_model (request, MODEL);
  seedream_request_set_seed (request, seed);
  seedream_request_set_count (request, count);
  GError *error = NULL;
  SeedreamJob *job = seedream_client_create_job (client, request, &error);
  g_clear_object (&job);
  g_object_unref (request);
  return error;
}

/* Until it is asked for, a model that nobody knows is taken for the recommended one, which takes seeds. */
START_TEST (requests_are_checked_against_what_the_service_says)
{
  Question question = { 0 };
  serve ("openrouter-images");
  answer_everything ();
  ck_assert_ptr_null (error_of_request (7, 10));
  ask_model (&question);
  GError *error = error_of_request (7, 1);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "no seed");
  g_error_free (error);
  error = error_of_request (-1, 11);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "1 to 10");
  g_error_free (error);
  ck_assert_ptr_null (error_of_request (-1, 10));
  question_clear (&question);
}
END_TEST

START_TEST (a_model_that_is_not_told_changes_nothing)
{
  Question question = { 0 };
  serve ("openrouter-images");
  refuse (ABOUT, _i);
  ask_model (&question);
  assert_error (question.error, SEEDREAM_ERROR, refusals[_i].code);
  ck_assert_ptr_null (error_of_request (7, 10));
  question_clear (&question);
}
END_TEST

static TCase *
case_of_balances (void)
{
  TCase *tcase = tcase_create ("balances");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_loop_test (tcase, a_balance_is_told, 0, N_TELLERS);
  tcase_add_loop_test (tcase, a_balance_that_is_not_told_is_a_typed_error, 0, N_TELLERS * N_REFUSALS);
  tcase_add_loop_test (tcase, a_balance_is_asked_for_again_until_it_is_told, 0, N_TELLERS);
  return tcase;
}

static TCase *
case_of_asking (void)
{
  TCase *tcase = tcase_create ("asking");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_test (tcase, nobody_is_asked_without_a_key);
  tcase_add_test (tcase, nobody_is_asked_at_an_address_that_is_not_safe);
  tcase_add_loop_test (tcase, an_answer_is_told_in_the_context_that_asked, 0, N_QUESTIONS);
  tcase_add_loop_test (tcase, a_cancel_is_answered_at_once, 0, N_QUESTIONS);
  tcase_add_loop_test (tcase, a_cancel_is_answered_in_the_context_that_asked, 0, N_QUESTIONS);
  tcase_add_loop_test (tcase, a_cancel_before_the_question_keeps_it_from_being_asked, 0, N_QUESTIONS);
  tcase_add_loop_test (tcase, a_cancel_between_two_tries_is_answered, 0, N_QUESTIONS);
  tcase_add_test (tcase, an_answer_behind_a_cancel_is_not_told);
  tcase_add_test (tcase, two_questions_at_once_do_not_mix);
  return tcase;
}

static TCase *
case_of_models (void)
{
  TCase *tcase = tcase_create ("models");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_test (tcase, a_model_is_what_the_service_says);
  tcase_add_test (tcase, requests_are_checked_against_what_the_service_says);
  tcase_add_loop_test (tcase, a_model_that_is_not_told_changes_nothing, 0, N_REFUSALS);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("client-query");
  suite_add_tcase (suite, case_of_balances ());
  suite_add_tcase (suite, case_of_asking ());
  suite_add_tcase (suite, case_of_models ());
  return run_suite (suite);
}
