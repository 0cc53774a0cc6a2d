/* test-client.c - keys and addresses: what a client takes, from where, and what it refuses. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/suite.h"

/* What becomes of a plain request. */
static GError *
error_of (SeedreamClient *client)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  GError *error = NULL;
  SeedreamJob *job = seedream_client_create_job (client, request, &error);
  ck_assert_msg (!job == !!error, "job and error, or neither");
  g_clear_object (&job);
  g_object_unref (request);
  return error;
}

START_TEST (a_provider_that_does_not_exist_is_told)
{
  GError *error = NULL;
  ck_assert_ptr_null (seedream_client_new ("nobody", &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "nobody");
  g_error_free (error);
  ck_assert_ptr_null (seedream_provider_lookup ("nobody"));
}
END_TEST

static const char *const no_keys[] = { NULL, "" };

START_TEST (a_missing_key_is_told_with_the_variable_to_set)
{
  SeedreamClient *client = new_client ("imarouter", NULL);
  seedream_client_set_api_key (client, no_keys[_i]);
  GError *error = error_of (client);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  assert_mentions (error->message, "IMAROUTER_API_KEY");
  g_error_free (error);
  g_assert_finalize_object (client);
}
END_TEST

static const char *const broken_keys[] = { "sk-1\n", "sk-1\r\nX-Evil: 1", "\rsk-1" };

START_TEST (a_key_with_a_line_break_is_refused_and_not_shown)
{
  SeedreamClient *client = new_client ("imarouter", NULL);
  seedream_client_set_api_key (client, broken_keys[_i]);
  GError *error = error_of (client);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  assert_mentions (error->message, "line break");
  assert_not_mentions (error->message, "sk-1");
  g_error_free (error);
  g_object_unref (client);
}
END_TEST

static const char *const bad_urls[] = {
  "http://example.org",
  "http://10.0.0.1",
  "http://127.0.0.1.example.org",
  "http://localhost.example.org:8080",
  "http://127.0.0.1@example.org",
  "ftp://127.0.0.1",
  "file:///tmp",
  "example.org",
  "https://",
  "//example.org",
  "https://example.org?key=1",
  "https://example.org#top",
  "https://example.org:99999",
  "http://%FF@127.0.0.1",
  " ",
  "/",
};

START_TEST (a_base_url_that_is_not_safe_is_refused)
{
  SeedreamClient *client = new_client ("imarouter", bad_urls[_i]);
  seedream_client_set_api_key (client, "sk-test-1234");
  GError *error = error_of (client);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, bad_urls[_i]);
  assert_not_mentions (error->message, "sk-test-1234");
  g_error_free (error);
  g_object_unref (client);
}
END_TEST

static const char *const good_urls[] = {
  NULL,
  "",
  "https://example.org",
  "https://example.org/",
  "https://example.org/v1",
  "https://example.org:8443/proxy/v1/",
  "https://10.0.0.1",
  "http://127.0.0.1:8080",
  "http://127.0.0.2",
  "http://[::1]:8080/v1",
  "http://localhost:8080",
};

START_TEST (a_base_url_that_is_safe_is_taken)
{
  SeedreamClient *client = new_client ("imarouter", good_urls[_i]);
  seedream_client_set_api_key (client, "sk-test-1234");
  GError *error = error_of (client);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  g_object_unref (client);
}
END_TEST

START_TEST (the_sandbox_needs_no_key)
{
  SeedreamClient *client = new_client ("sandbox", "http://127.0.0.1:1");
  ck_assert_ptr_null (error_of (client));
  g_object_unref (client);
}
END_TEST

START_TEST (the_environment_is_read_and_may_be_overruled)
{
  g_setenv ("IMAROUTER_API_KEY", "sk-environment", TRUE);
  g_setenv ("IMAROUTER_BASE_URL", "http://example.org", TRUE);
  SeedreamClient *client = seedream_client_new ("imarouter", NULL);
  GError *error = error_of (client);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "http://example.org");
  g_error_free (error);
  seedream_client_set_base_url (client, NULL);
  ck_assert_ptr_null (error_of (client));
  seedream_client_set_api_key (client, NULL);
  error = error_of (client);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  g_error_free (error);
  g_object_unref (client);
}
END_TEST

START_TEST (a_job_outlives_its_client)
{
  SeedreamClient *client = new_client ("sandbox", "http://127.0.0.1:1");
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  g_assert_finalize_object (client);
  g_assert_finalize_object (request);
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_NEW);
  g_assert_finalize_object (job);
}
END_TEST

START_TEST (every_provider_can_be_named_and_asked)
{
  gsize n = 0;
  const SeedreamProvider *const *list = seedream_provider_list (&n);
  ck_assert_uint_gt (n, 0);
  for (gsize i = 0; i < n; i++)
    {
      SeedreamClient *client = new_client (seedream_provider_get_id (list[i]), NULL);
      ck_assert_ptr_eq (seedream_client_get_provider (client), list[i]);
      ck_assert_ptr_eq (seedream_provider_lookup (seedream_provider_get_id (list[i])), list[i]);
      ck_assert_str_ne (seedream_provider_get_name (list[i]), "");
      ck_assert_str_ne (seedream_provider_get_model (list[i]), "");
      ck_assert_uint_ge (seedream_provider_get_max_count (list[i]), 1);
      ck_assert_uint_ge (seedream_provider_get_max_images (list[i]), 2);
      ck_assert_double_ge (seedream_provider_get_price (list[i]), 0);
      g_object_unref (client);
    }
}
END_TEST

START_TEST (imarouter_is_what_its_page_says)
{
  const SeedreamProvider *imarouter = seedream_provider_lookup ("imarouter");
  ck_assert_str_eq (seedream_provider_get_name (imarouter), "ImaRouter");
  ck_assert_str_eq (seedream_provider_get_base_url (imarouter), "https://api.imarouter.com");
  ck_assert_str_eq (seedream_provider_get_key_variable (imarouter), "IMAROUTER_API_KEY");
  ck_assert_double_eq_tol (seedream_provider_get_price (imarouter), 0.04, 1e-9);
  ck_assert_ptr_null (seedream_provider_get_key_variable (seedream_provider_lookup ("sandbox")));
  ck_assert_ptr_null (seedream_provider_get_base_url (seedream_provider_lookup ("sandbox")));
}
END_TEST

START_TEST (a_planned_frame_holds_its_region_and_its_size_can_be_asked_for)
{
  const SeedreamProvider *imarouter = seedream_provider_lookup ("imarouter");
  int width = 0, height = 0;
  const char *size = seedream_provider_plan_frame (imarouter, 301, 200, &width, &height);
  ck_assert_int_ge (width, 301);
  ck_assert_int_ge (height, 200);
  SeedreamClient *client = new_client ("imarouter", NULL);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_client_set_api_key (client, "sk-test-1234");
  seedream_request_set_size (request, size);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  ck_assert_ptr_nonnull (job);
  g_object_unref (job);
  g_object_unref (request);
  g_object_unref (client);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("client");
  TCase *tcase = tcase_create ("client");
  tcase_add_test (tcase, a_provider_that_does_not_exist_is_told);
  tcase_add_loop_test (tcase, a_missing_key_is_told_with_the_variable_to_set, 0, G_N_ELEMENTS (no_keys));
  tcase_add_loop_test (tcase, a_key_with_a_line_break_is_refused_and_not_shown, 0, G_N_ELEMENTS (broken_keys));
  tcase_add_loop_test (tcase, a_base_url_that_is_not_safe_is_refused, 0, G_N_ELEMENTS (bad_urls));
  tcase_add_loop_test (tcase, a_base_url_that_is_safe_is_taken, 0, G_N_ELEMENTS (good_urls));
  tcase_add_test (tcase, the_sandbox_needs_no_key);
  tcase_add_test (tcase, the_environment_is_read_and_may_be_overruled);
  tcase_add_test (tcase, a_job_outlives_its_client);
  tcase_add_test (tcase, every_provider_can_be_named_and_asked);
  tcase_add_test (tcase, imarouter_is_what_its_page_says);
  tcase_add_test (tcase, a_planned_frame_holds_its_region_and_its_size_can_be_asked_for);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
