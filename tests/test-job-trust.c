/* test-job-trust.c - what a job makes of services that cannot be trusted, and of addresses that lead elsewhere. */
#include <check.h>
#include <gio/gio.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-imarouter.h"
#include "support/files.h"
#include "support/no-names.h"
#include "support/suite.h"

#define KEY "sk-trust-0123456789abcdef"

static void
setup (void)
{
  serve ("sandbox");
  know_no_names ();
}

/* As if the system's store held the authority. */
static void
trust_the_authority (void)
{
  GError *error = NULL;
  char *path = test_file_path ("fixtures/tls/authority.pem");
  GTlsDatabase *database = g_tls_file_database_new (path, &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
  g_object_unref (database);
  g_free (path);
}

static FakeService *
secure_service (const char *certificate)
{
  char *name = g_strdup_printf ("fixtures/tls/%s.pem", certificate), *path = test_file_path (name);
  FakeService *secure = fake_service_new_secure (path);
  g_free (path);
  g_free (name);
  return secure;
}

static SeedreamClient *
paid_client (FakeService *of)
{
  SeedreamClient *paid = new_client ("imarouter", fake_service_get_url (of));
  seedream_client_set_api_key (paid, KEY);
  return paid;
}

START_TEST (a_job_is_drawn_over_tls)
{
  trust_the_authority ();
  FakeService *secure = secure_service ("good");
  SeedreamClient *paid = paid_client (secure);
  imarouter_draws (secure, GENERATE);
  Drawing *drawing = draw (paid);
  assert_succeeded (drawing);
  ck_assert_str_eq (fake_service_request (secure, GENERATE, 0)->authorization, "Bearer " KEY);
  ck_assert_ptr_null (fake_service_request (secure, PICTURE, 0)->authorization);
  drawing_free (drawing);
  g_object_unref (paid);
  fake_service_free (secure);
}
END_TEST

static const char *const distrusted[] = { "self-signed", "other-name", "expired", "not-yet" };

/* It is not even tried again: a job whose repeats all fail takes eleven seconds at least. */
START_TEST (a_service_that_cannot_be_trusted_is_told_nothing_and_costs_nothing)
{
  trust_the_authority ();
  FakeService *secure = secure_service (distrusted[_i]);
  SeedreamClient *paid = paid_client (secure);
  imarouter_draws (secure, GENERATE);
  const gint64 begun = g_get_monotonic_time ();
  Drawing *drawing = draw (paid);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "No secure connection to 127.0.0.1: ");
  assert_mentions (drawing->error->message, "its certificate");
  ck_assert_uint_eq (fake_service_count_all (secure), 0);
  ck_assert_int_lt (g_get_monotonic_time () - begun, 10 * G_USEC_PER_SEC);
  drawing_free (drawing);
  g_object_unref (paid);
  fake_service_free (secure);
}
END_TEST

static const char *const inside[] = {
  "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1 10.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.1",
};

static void
assert_not_followed (Drawing *drawing)
{
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  assert_mentions (drawing->error->message, "inside your own network");
  ck_assert_str_eq (last_wanted_name (), "pictures.example");
  drawing_free (drawing);
}

START_TEST (a_name_that_leads_into_the_users_own_network_is_not_followed)
{
  know_name ("pictures.example", inside[_i]);
  char *url = g_strdup_printf ("https://pictures.example:%d" PICTURE, fake_service_get_port (service));
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, url, NULL);
  assert_not_followed (draw (client));
  ck_assert_uint_eq (fake_service_count_all (service), 2);
  g_free (url);
}
END_TEST

START_TEST (a_redirect_to_such_a_name_is_not_followed)
{
  know_name ("pictures.example", inside[_i]);
  char *url = g_strdup_printf ("https://pictures.example:%d/moved.png", fake_service_get_port (service));
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  fake_service_answer_with (service, PICTURE, 302, "Location", url, "");
  assert_not_followed (draw (client));
  ck_assert_uint_eq (fake_service_count_all (service), 3);
  g_free (url);
}
END_TEST

/* To follow it would tell the key to whoever serves there. The last one is the service itself. */
static const char *const telling[] = {
  "https://pictures.example/1.png?key=" KEY,
  "https://" KEY ".pictures.example/1.png",
  "https://pictures.example/c2stdHJ1c3QtMDEyMzQ1Njc4OWFiY2RlZg==/1.png",
  "/1.png?key=" KEY,
};

START_TEST (an_address_that_holds_the_key_is_not_followed)
{
  SeedreamClient *paid = paid_client (service);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, telling[_i], NULL);
  Drawing *drawing = draw (paid);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  assert_not_mentions (drawing->error->message, KEY);
  ck_assert_ptr_null (last_wanted_name ());
  ck_assert_uint_eq (fake_service_count_all (service), 2);
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

START_TEST (a_redirect_that_holds_the_key_is_not_followed)
{
  SeedreamClient *paid = paid_client (service);
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  fake_service_answer_with (service, PICTURE, 302, "Location", telling[_i], "");
  Drawing *drawing = draw (paid);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
  ck_assert_ptr_null (last_wanted_name ());
  ck_assert_uint_eq (fake_service_count_all (service), 3);
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

/* The service finds its own job by the id that it gave. */
START_TEST (a_jobs_id_that_holds_the_key_is_not_told)
{
  SeedreamClient *paid = paid_client (service);
  fake_service_answer (service, GENERATE, 200, "application/json", "{\"id\":\"j-" KEY "\",\"status\":\"queued\"}");
  fake_service_answer (service, "/v1/jobs/j-" KEY, 200, "application/json",
                       "{\"id\":\"j-" KEY "\",\"status\":\"failed\",\"error\":\"no pears for " KEY "\"}");
  Drawing *drawing = draw (paid);
  ck_assert (!drawing->succeeded);
  ck_assert_uint_eq (fake_service_count (service, "/v1/jobs/j-" KEY), 1);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "j-…");
  assert_mentions (drawing->error->message, "no pears for …");
  drawing_free (drawing);
  g_object_unref (paid);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-trust");
  TCase *tcase = tcase_create ("job-trust");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, a_job_is_drawn_over_tls);
  tcase_add_loop_test (tcase, a_service_that_cannot_be_trusted_is_told_nothing_and_costs_nothing, 0,
                       G_N_ELEMENTS (distrusted));
  tcase_add_loop_test (tcase, a_name_that_leads_into_the_users_own_network_is_not_followed, 0, G_N_ELEMENTS (inside));
  tcase_add_loop_test (tcase, a_redirect_to_such_a_name_is_not_followed, 0, G_N_ELEMENTS (inside));
  tcase_add_loop_test (tcase, an_address_that_holds_the_key_is_not_followed, 0, G_N_ELEMENTS (telling));
  tcase_add_loop_test (tcase, a_redirect_that_holds_the_key_is_not_followed, 0, G_N_ELEMENTS (telling));
  tcase_add_test (tcase, a_jobs_id_that_holds_the_key_is_not_told);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
