/* test-client.c - keys and addresses: what a client takes, from where, and what it refuses. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/no-names.h"
#include "support/suite.h"

/* What becomes of a plain request. */
static GError *
error_of (SeedreamClient *asked)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  GError *error = NULL;
  SeedreamJob *job = seedream_client_create_job (asked, request, &error);
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

/* Which host is asked: @base_url may name a region. */
static const struct
{
  const char *provider, *base_url, *host;
} hosts[] = {
  { "imarouter", NULL, "api.imarouter.com" },
  { "imarouter-v1", NULL, "api.imarouter.com" },
  { "openrouter", NULL, "openrouter.ai" },
  { "openrouter-images", "global", "openrouter.ai" },
  { "modelark", NULL, "ark.ap-southeast.bytepluses.com" },
  { "modelark", "ap-southeast-1", "ark.ap-southeast.bytepluses.com" },
  { "modelark", "eu-west-1", "ark.eu-west.bytepluses.com" },
  { "modelark", "cn-beijing", "ark.cn-beijing.volces.com" },
  { "modelark", "https://ark.example.org/api/v3/", "ark.example.org" },
};

START_TEST (a_region_or_an_address_says_who_is_asked)
{
  SeedreamClient *asked = new_client (hosts[_i].provider, hosts[_i].base_url);
  seedream_client_set_api_key (asked, TEST_KEY);
  know_no_names ();
  Drawing *drawing = drawing_new (asked, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing->cancel_at = SEEDREAM_JOB_STATE_NEW;
  drawing_run (drawing);
  ck_assert_str_eq (last_wanted_name (), hosts[_i].host);
  assert_cancelled (drawing, SEEDREAM_CHARGE_NO);
  drawing_free (drawing);
  g_object_unref (asked);
}
END_TEST

START_TEST (another_service_s_region_is_no_address)
{
  static const char *const regions[] = { "eu-west-1", "EU-WEST-1", "modelark" };
  SeedreamClient *asked = new_client (_i == 0 ? "openrouter" : "modelark", regions[_i]);
  seedream_client_set_api_key (asked, TEST_KEY);
  GError *error = error_of (asked);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, regions[_i]);
  g_error_free (error);
  g_object_unref (asked);
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
  tcase_add_loop_test (tcase, a_region_or_an_address_says_who_is_asked, 0, G_N_ELEMENTS (hosts));
  tcase_add_loop_test (tcase, another_service_s_region_is_no_address, 0, 3);
  tcase_add_test (tcase, a_job_outlives_its_client);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
