/* test-job-pictures.c - fetching what was paid for: damaged, missing, moved, and where no service may lead us. */
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

/* The job is done, and its picture lies at @url. */
static void
picture_lies_at (const char *url)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, url, NULL);
}

static GBytes *
half_a_picture (void)
{
  GBytes *png = read_test_file ("photos/chelsea.png");
  GBytes *half = g_bytes_new_from_bytes (png, 0, g_bytes_get_size (png) / 2);
  g_bytes_unref (png);
  return half;
}

static const char *const texts[] = { "this is no picture", "" };

START_TEST (what_is_no_picture_is_fetched_three_times_and_kept)
{
  picture_lies_at (PICTURE);
  fake_service_answer (service, PICTURE, 200, "image/png", texts[_i]);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 3);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  SeedreamImage *image = seedream_job_get_image (drawing->job, 0);
  ck_assert (seedream_image_get_damaged (image));
  ck_assert_ptr_null (seedream_image_get_media_type (image));
  ck_assert_int_eq (seedream_image_get_width (image), 0);
  GBytes *bytes = seedream_image_get_bytes (image);
  ck_assert_uint_eq (g_bytes_get_size (bytes), strlen (texts[_i]));
  if (*texts[_i])
    ck_assert_mem_eq (g_bytes_get_data (bytes, NULL), texts[_i], strlen (texts[_i]));
  drawing_free (drawing);
}
END_TEST

START_TEST (half_a_picture_is_kept_as_damaged)
{
  GBytes *half = half_a_picture ();
  picture_lies_at (PICTURE);
  fake_service_answer_bytes (service, PICTURE, "image/png", half);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 3);
  SeedreamImage *image = seedream_job_get_image (drawing->job, 0);
  ck_assert (g_bytes_equal (seedream_image_get_bytes (image), half));
  ck_assert (seedream_image_get_damaged (image));
  drawing_free (drawing);
  g_bytes_unref (half);
}
END_TEST

START_TEST (a_picture_that_is_whole_at_last_is_a_success)
{
  GBytes *half = half_a_picture ();
  picture_lies_at (PICTURE);
  fake_service_answer_bytes (service, PICTURE, "image/png", half);
  fake_service_answer_bytes (service, PICTURE, "image/png", half);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 3);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  drawing_free (drawing);
  g_bytes_unref (half);
}
END_TEST

START_TEST (a_download_that_breaks_off_is_repeated)
{
  picture_lies_at (PICTURE);
  fake_service_cut (service, PICTURE,
                    "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999\r\n\r\n\x89PNG");
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 2);
  ck_assert (!seedream_image_get_damaged (seedream_job_get_image (drawing->job, 0)));
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_server_in_trouble_is_asked_again)
{
  picture_lies_at (PICTURE);
  fake_service_answer_with (service, PICTURE, 503, "Retry-After", "0", "");
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 2);
  drawing_free (drawing);
}
END_TEST

static const guint dead[] = { 403, 404, 410 };

START_TEST (a_dead_address_is_told_and_was_paid_for)
{
  picture_lies_at (PICTURE);
  fake_service_answer (service, PICTURE, dead[_i], "text/html", "<h1>gone</h1>");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 1);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);
  drawing_free (drawing);
}
END_TEST

START_TEST (one_dead_address_does_not_cost_the_other_picture)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "two pears", NULL);
  seedream_request_set_count (request, 2);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, "/dead", PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_that_was_drawn_is_counted_though_its_address_is_dead)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (service));
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "two pears", NULL);
  seedream_client_set_api_key (paid, "sk-test-1234");
  seedream_request_set_count (request, 2);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, "/dead", PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
  Drawing *drawing = drawing_new (paid, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.08, 1e-9);
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

START_TEST (a_deadline_keeps_the_picture_that_is_here)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "two pears", NULL);
  seedream_request_set_count (request, 2);
  seedream_client_set_timeout (client, 2);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, "/r/never.png", NULL);
  imarouter_keeps (service, PICTURE);
  fake_service_stall (service, "/r/never.png");
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_DEADLINE);
  drawing_free (drawing);
}
END_TEST

/* Where a service has no business to send us. None of these is even tried. */
static const char *const forbidden[] = {
  "http://10.0.0.1/x.png",
  "https://10.0.0.1/x.png",
  "https://192.168.1.1/x.png",
  "http://169.254.169.254/latest/meta-data",
  "http://[fe80::1]/x.png",
  "http://example.org/x.png",
  "file:///etc/passwd",
  "ftp://example.org/x.png",
  "http://",
  "x.png",
  "http://%FF@127.0.0.1:1/x.png",
};

START_TEST (a_forbidden_address_is_never_followed)
{
  picture_lies_at (forbidden[_i]);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_str_eq (drawing->stages->str, "uploading queued");
  ck_assert_uint_eq (fake_service_count_all (service), 2);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_redirect_to_a_forbidden_address_is_not_followed)
{
  picture_lies_at (PICTURE);
  fake_service_answer_with (service, PICTURE, 302, "Location", forbidden[_i], "");
  /* Where a redirect may be relative, this one leads to a path of its own. */
  if (g_str_equal (forbidden[_i], "x.png"))
    fake_service_answer (service, "/r/x.png", 410, "text/plain", "");
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  assert_ended (drawing, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_that_has_moved_is_followed_without_the_key)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (service));
  seedream_client_set_api_key (paid, "sk-test-1234");
  picture_lies_at (PICTURE);
  fake_service_answer_with (service, PICTURE, 302, "Location", "/moved/1.png", "");
  imarouter_keeps (service, "/moved/1.png");
  Drawing *drawing = draw (paid);
  assert_succeeded (drawing);
  ck_assert_ptr_null (fake_service_request (service, PICTURE, 0)->authorization);
  ck_assert_ptr_null (fake_service_request (service, "/moved/1.png", 0)->authorization);
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

START_TEST (a_picture_that_moves_for_ever_is_given_up)
{
  picture_lies_at (PICTURE);
  fake_service_answer_with (service, PICTURE, 302, "Location", PICTURE, "");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 6);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_over_the_limit_is_fetched_once)
{
  gsize size = (64 << 20) + 1;
  GBytes *huge = g_bytes_new_take (g_malloc0 (size), size);
  seedream_client_set_timeout (client, 10);
  picture_lies_at (PICTURE);
  fake_service_answer_bytes (service, PICTURE, "image/png", huge);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  assert_mentions (drawing->error->message, "64 MiB");
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 1);
  drawing_free (drawing);
  g_bytes_unref (huge);
}
END_TEST

static TCase *
case_of_damage (void)
{
  TCase *tcase = tcase_create ("damage");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, what_is_no_picture_is_fetched_three_times_and_kept, 0, G_N_ELEMENTS (texts));
  tcase_add_test (tcase, half_a_picture_is_kept_as_damaged);
  tcase_add_test (tcase, a_picture_that_is_whole_at_last_is_a_success);
  tcase_add_test (tcase, a_download_that_breaks_off_is_repeated);
  tcase_add_test (tcase, a_picture_server_in_trouble_is_asked_again);
  tcase_add_loop_test (tcase, a_dead_address_is_told_and_was_paid_for, 0, G_N_ELEMENTS (dead));
  tcase_add_test (tcase, one_dead_address_does_not_cost_the_other_picture);
  tcase_add_test (tcase, a_picture_that_was_drawn_is_counted_though_its_address_is_dead);
  tcase_add_test (tcase, a_deadline_keeps_the_picture_that_is_here);
  tcase_add_test (tcase, a_picture_over_the_limit_is_fetched_once);
  return tcase;
}

static TCase *
case_of_addresses (void)
{
  TCase *tcase = tcase_create ("addresses");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, a_forbidden_address_is_never_followed, 0, G_N_ELEMENTS (forbidden));
  tcase_add_loop_test (tcase, a_redirect_to_a_forbidden_address_is_not_followed, 0, G_N_ELEMENTS (forbidden));
  tcase_add_test (tcase, a_picture_that_has_moved_is_followed_without_the_key);
  tcase_add_test (tcase, a_picture_that_moves_for_ever_is_given_up);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("job-pictures");
  suite_add_tcase (suite, case_of_damage ());
  suite_add_tcase (suite, case_of_addresses ());
  return run_suite (suite);
}
