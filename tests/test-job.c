/* test-job.c - a job from the request to the picture, against a service inside the test. */
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

static void
assert_image_is_file (SeedreamImage *image, const char *file)
{
  GBytes *bytes = read_test_file (file);
  ck_assert (g_bytes_equal (seedream_image_get_bytes (image), bytes));
  g_bytes_unref (bytes);
}

static void
picture_is_file (const char *path, const char *type, const char *file)
{
  GBytes *bytes = read_test_file (file);
  fake_service_answer_bytes (service, path, type, bytes);
  g_bytes_unref (bytes);
}

static void
service_draws_slowly (void)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"queued\"}");
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
}

START_TEST (a_generated_picture_arrives_to_the_last_byte)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  SeedreamImage *image = seedream_job_get_image (drawing->job, 0);
  assert_image_is_file (image, "photos/chelsea.png");
  ck_assert_int_eq (seedream_image_get_width (image), 451);
  ck_assert_int_eq (seedream_image_get_height (image), 300);
  ck_assert (!seedream_image_get_damaged (image));
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  ck_assert_ptr_null (seedream_job_get_notes (drawing->job)[0]);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "j1");
  drawing_free (drawing);
}
END_TEST

START_TEST (states_and_stages_are_told_in_their_order)
{
  service_draws_slowly ();
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_str_eq (drawing->states->str, "queued running completed");
  ck_assert_str_eq (drawing->stages->str, "uploading queued drawing downloading decoding");
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  ck_assert_uint_eq (fake_service_count (service, JOB), 3);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (the_fraction_grows_to_the_end_of_the_download)
{
  service_draws_slowly ();
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_double_eq (g_array_index (drawing->fractions, Fraction, 0).fraction, 0);
  ck_assert_int_eq (g_array_index (drawing->fractions, Fraction, 0).stage, SEEDREAM_STAGE_UPLOADING);
  ck_assert_double_eq (drawing_last_fraction (drawing, SEEDREAM_STAGE_DOWNLOADING), 1);
  ck_assert_double_eq (drawing_last_fraction (drawing, SEEDREAM_STAGE_DRAWING), -1);
  ck_assert_double_lt (seedream_job_get_fraction (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (properties_and_getters_agree)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  SeedreamJobState state;
  SeedreamStage stage;
  double fraction = 0;
  g_object_get (drawing->job, "state", &state, "stage", &stage, "fraction", &fraction, NULL);
  ck_assert_int_eq (state, seedream_job_get_state (drawing->job));
  ck_assert_int_eq (stage, seedream_job_get_stage (drawing->job));
  ck_assert_double_eq (fraction, seedream_job_get_fraction (drawing->job));
  drawing_free (drawing);
}
END_TEST

START_TEST (imarouter_is_paid_four_cents_and_the_picture_server_gets_no_key)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (service));
  seedream_client_set_api_key (paid, "sk-test-1234");
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (paid);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.04, 1e-9);
  ck_assert_str_eq (fake_service_request (service, GENERATE, 0)->authorization, "Bearer sk-test-1234");
  ck_assert_str_eq (fake_service_request (service, JOB, 0)->authorization, "Bearer sk-test-1234");
  ck_assert_ptr_null (fake_service_request (service, PICTURE, 0)->authorization);
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

START_TEST (only_what_was_asked_for_is_sent)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  const FakeRequest *create = fake_service_request (service, GENERATE, 0);
  ck_assert_str_eq (create->method, "POST");
  ck_assert_str_eq (create->content_type, "application/json");
  ck_assert_str_eq (fake_service_request (service, JOB, 0)->method, "GET");
  ck_assert_int_eq (fake_request_get_integer (create, "numImages"), 1);
  const char *absent[] = { "imageSize", "quality", "outputFormat", "imageUrl", "imageUrls", "seed" };
  for (gsize i = 0; i < G_N_ELEMENTS (absent); i++)
    ck_assert_msg (!fake_request_has (create, absent[i]), "%s was sent", absent[i]);
  drawing_free (drawing);
}
END_TEST

static void
assert_sent (const char *member, const char *value)
{
  char *text = fake_request_get_text (fake_service_request (service, GENERATE, 0), member);
  ck_assert_str_eq (text, value);
  g_free (text);
}

START_TEST (every_wish_of_the_request_is_sent)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_request_set_count (request, 3);
  seedream_request_set_size (request, "2304x1728");
  seedream_request_set_quality (request, "high");
  seedream_request_set_format (request, "webp");
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_sent ("imageSize", "landscape_4_3");
  assert_sent ("quality", "high");
  assert_sent ("outputFormat", "webp");
  ck_assert_int_eq (fake_request_get_integer (fake_service_request (service, GENERATE, 0), "numImages"), 3);
  drawing_free (drawing);
}
END_TEST

static const char *const prompts[] = {
  "a pear",
  "  spaces around  ",
  "quotes \" and \\ and /",
  "two\nlines\tand a tab",
  "птица — 鸟 🐦",
  "\001 control",
};

START_TEST (a_prompt_in_any_language_arrives_unchanged)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, prompts[_i], NULL));
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_sent ("prompt", prompts[_i]);
  drawing_free (drawing);
}
END_TEST

START_TEST (several_pictures_keep_their_order)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "two pears", NULL);
  seedream_request_set_count (request, 2);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, "/r/a", "/r/b", NULL);
  picture_is_file ("/r/a", "image/png", "photos/coffee.png");
  picture_is_file ("/r/b", "image/png", "photos/chelsea.png");
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  assert_image_is_file (seedream_job_get_image (drawing->job, 0), "photos/coffee.png");
  assert_image_is_file (seedream_job_get_image (drawing->job, 1), "photos/chelsea.png");
  drawing_free (drawing);
}
END_TEST

START_TEST (more_pictures_than_asked_for_are_kept)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 2);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  drawing_free (drawing);
}
END_TEST

START_TEST (fewer_pictures_than_asked_for_are_told)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "two pears", NULL);
  seedream_request_set_count (request, 2);
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  const GError *missing = seedream_job_get_missing (drawing->job);
  assert_error (missing, SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
  assert_mentions (missing->message, "1 of 2");
  drawing_free (drawing);
}
END_TEST

START_TEST (the_bytes_tell_the_type_and_not_the_server)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  picture_is_file (PICTURE, "image/png", "photos/rocket.jpg");
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_str_eq (seedream_image_get_media_type (seedream_job_get_image (drawing->job, 0)), "image/jpeg");
  ck_assert_str_eq (seedream_image_get_suffix (seedream_job_get_image (drawing->job, 0)), "jpg");
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_inside_the_answer_needs_no_download)
{
  GBytes *png = read_test_file ("photos/chelsea.png");
  char *base64 = g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  char *json = g_strdup_printf ("{\"status\":\"completed\",\"output\":[{\"b64_json\":\"%s\"}]}", base64);
  imarouter_takes (service, GENERATE);
  imarouter_says (service, json);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_image_is_file (seedream_job_get_image (drawing->job, 0), "photos/chelsea.png");
  ck_assert_uint_eq (fake_service_count_all (service), 2);
  drawing_free (drawing);
  g_free (json);
  g_free (base64);
  g_bytes_unref (png);
}
END_TEST

START_TEST (an_id_stays_one_part_of_the_path)
{
  fake_service_answer (service, GENERATE, 200, "application/json", "{\"id\":\"../a b?c#d\"}");
  fake_service_answer (service, "/v1/jobs/..%2Fa%20b%3Fc%23d", 200, "application/json",
                       "{\"status\":\"failed\",\"error\":\"found\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_REFUSED, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "found");
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "../a b?c#d");
  drawing_free (drawing);
}
END_TEST

START_TEST (a_program_that_cannot_be_started_is_told)
{
  g_setenv ("PATH", "/nonexistent", TRUE);
  seedream_client_set_base_url (client, NULL);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "seedream-sandbox");
  drawing_free (drawing);
}
END_TEST

static const char *const roots[] = { "", "/", "/v1", "/v1/", "//" };

START_TEST (a_pasted_prefix_behind_the_base_url_does_no_harm)
{
  char *url = g_strconcat (fake_service_get_url (service), roots[_i], NULL);
  seedream_client_set_base_url (client, url);
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  drawing_free (drawing);
  g_free (url);
}
END_TEST

/* In milliseconds, all but the first are too large for 32 bits. */
static const guint long_timeouts[] = { 600, 1 << 29, G_MAXUINT };

START_TEST (a_long_timeout_is_a_long_one)
{
  seedream_client_set_timeout (client, long_timeouts[_i]);
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  drawing_free (drawing);
}
END_TEST

START_TEST (every_job_has_an_id_of_its_own)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  SeedreamJob *one = seedream_client_create_job (client, request, NULL);
  SeedreamJob *other = seedream_client_create_job (client, request, NULL);
  ck_assert (g_uuid_string_is_valid (seedream_job_get_id (one)));
  ck_assert_str_ne (seedream_job_get_id (one), seedream_job_get_id (other));
  ck_assert_ptr_null (seedream_job_get_service_id (one));
  ck_assert_int_eq (seedream_job_get_state (one), SEEDREAM_JOB_STATE_NEW);
  ck_assert_int_eq (seedream_job_get_charged (one), SEEDREAM_CHARGE_NO);
  ck_assert_uint_eq (seedream_job_get_n_images (one), 0);
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
  g_assert_finalize_object (request);
}
END_TEST

static void
on_ready (GObject *source, GAsyncResult *result, gpointer loop)
{
  ck_assert (seedream_job_run_finish (SEEDREAM_JOB (source), result, NULL));
  g_main_loop_quit (loop);
}

START_TEST (a_job_that_its_owner_forgets_still_ends)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  imarouter_draws (service, GENERATE);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  g_object_unref (request);
  seedream_job_run_async (job, NULL, on_ready, loop);
  g_object_add_weak_pointer (G_OBJECT (job), (gpointer *) &job);
  g_object_unref (job);
  g_main_loop_run (loop);
  ck_assert_ptr_null (job);
  g_main_loop_unref (loop);
}
END_TEST

static void
on_success (GObject *source, GAsyncResult *result, gpointer ended)
{
  *(gboolean *) ended = seedream_job_run_finish (SEEDREAM_JOB (source), result, NULL);
  ck_assert (*(gboolean *) ended);
}

START_TEST (two_jobs_at_once_do_not_mix)
{
  gboolean ended = FALSE;
  Drawing *first = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  Drawing *second = drawing_new (client, new_request (SEEDREAM_OPERATION_EDIT, "a plum", "photos/coffee.png", NULL));
  imarouter_draws (service, GENERATE);
  fake_service_answer (service, EDIT, 400, "application/json", "{\"error\":\"no plums\"}");
  seedream_job_run_async (first->job, NULL, on_success, &ended);
  drawing_run (second);
  assert_failed (second, SEEDREAM_ERROR_REFUSED, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  assert_ended (first, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (second->job), 0);
  drawing_free (first);
  drawing_free (second);
}
END_TEST

static TCase *
case_of_asking (void)
{
  TCase *tcase = tcase_create ("asking");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, imarouter_is_paid_four_cents_and_the_picture_server_gets_no_key);
  tcase_add_test (tcase, only_what_was_asked_for_is_sent);
  tcase_add_test (tcase, every_wish_of_the_request_is_sent);
  tcase_add_loop_test (tcase, a_prompt_in_any_language_arrives_unchanged, 0, G_N_ELEMENTS (prompts));
  tcase_add_test (tcase, an_id_stays_one_part_of_the_path);
  tcase_add_test (tcase, a_program_that_cannot_be_started_is_told);
  tcase_add_loop_test (tcase, a_pasted_prefix_behind_the_base_url_does_no_harm, 0, G_N_ELEMENTS (roots));
  return tcase;
}

static TCase *
case_of_receiving (void)
{
  TCase *tcase = tcase_create ("receiving");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, a_generated_picture_arrives_to_the_last_byte);
  tcase_add_test (tcase, states_and_stages_are_told_in_their_order);
  tcase_add_test (tcase, the_fraction_grows_to_the_end_of_the_download);
  tcase_add_test (tcase, properties_and_getters_agree);
  tcase_add_test (tcase, several_pictures_keep_their_order);
  tcase_add_test (tcase, more_pictures_than_asked_for_are_kept);
  tcase_add_test (tcase, fewer_pictures_than_asked_for_are_told);
  tcase_add_test (tcase, the_bytes_tell_the_type_and_not_the_server);
  tcase_add_test (tcase, a_picture_inside_the_answer_needs_no_download);
  return tcase;
}

static TCase *
case_of_living (void)
{
  TCase *tcase = tcase_create ("living");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, a_long_timeout_is_a_long_one, 0, G_N_ELEMENTS (long_timeouts));
  tcase_add_test (tcase, every_job_has_an_id_of_its_own);
  tcase_add_test (tcase, a_job_that_its_owner_forgets_still_ends);
  tcase_add_test (tcase, two_jobs_at_once_do_not_mix);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("job");
  suite_add_tcase (suite, case_of_asking ());
  suite_add_tcase (suite, case_of_receiving ());
  suite_add_tcase (suite, case_of_living ());
  return run_suite (suite);
}
