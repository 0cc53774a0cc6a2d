/* test-provider.c - which services there are, and what each says of itself. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/suite.h"

/* What is known of each service; the order is the one in which they are recommended. */
static const struct
{
  const char *id, *name, *base_url, *key_variable, *model, *key_page, *base_url_variable;
  const char *regions[4];
  gboolean keeps_jobs, tells_balance, tells_models;
} table[] = {
  { "imarouter", "ImaRouter", "https://api.imarouter.com", "IMAROUTER_API_KEY", "seedream-4.5", "https://imarouter.com",
    "IMAROUTER_BASE_URL", { "global" }, TRUE,
    FALSE, FALSE },
  { "imarouter-v1", "ImaRouter (v1)", "https://api.imarouter.com", "IMAROUTER_API_KEY", "doubao-seedream-4.5",
    "https://imarouter.com", "IMAROUTER_BASE_URL", { "global" }, TRUE, TRUE, FALSE },
  { "openrouter", "OpenRouter", "https://openrouter.ai", "OPENROUTER_API_KEY", "bytedance-seed/seedream-4.5",
    "https://openrouter.ai/settings/keys", "OPENROUTER_BASE_URL", { "global" }, FALSE, TRUE, TRUE },
  { "openrouter-images", "OpenRouter (image API)", "https://openrouter.ai", "OPENROUTER_API_KEY",
    "bytedance-seed/seedream-4.5", "https://openrouter.ai/settings/keys", "OPENROUTER_BASE_URL", { "global" }, FALSE, TRUE, TRUE },
  { "modelark", "ModelArk", "https://ark.ap-southeast.bytepluses.com", "ARK_API_KEY", "seedream-4-5-251128",
    "https://console.byteplus.com/ark/apiKey", "ARK_BASE_URL", { "ap-southeast-1", "eu-west-1", "cn-beijing" }, FALSE, FALSE, FALSE },
  { "sandbox", "Sandbox", NULL, NULL, "seedream-4.5", NULL, "SEEDREAM_SANDBOX_URL", { NULL }, TRUE, FALSE, FALSE },
};

START_TEST (there_are_these_services_in_this_order)
{
  gsize n = 0;
  SeedreamProvider *const *list = seedream_provider_list (&n);
  ck_assert_uint_eq (n, G_N_ELEMENTS (table));
  ck_assert_ptr_null (list[n]);
  for (gsize i = 0; i < n; i++)
    ck_assert_str_eq (seedream_provider_get_id (list[i]), table[i].id);
}
END_TEST

START_TEST (a_service_is_what_the_table_says)
{
  SeedreamProvider *provider = seedream_provider_lookup (table[_i].id);
  ck_assert_str_eq (seedream_provider_get_name (provider), table[_i].name);
  ck_assert_pstr_eq (seedream_provider_get_base_url (provider), table[_i].base_url);
  ck_assert_pstr_eq (seedream_provider_get_key_variable (provider), table[_i].key_variable);
  ck_assert_pstr_eq (seedream_provider_get_key_page (provider), table[_i].key_page);
  ck_assert_pstr_eq (seedream_provider_get_base_url_variable (provider), table[_i].base_url_variable);
  ck_assert_int_eq (seedream_provider_get_keeps_jobs (provider), table[_i].keeps_jobs);
  ck_assert_int_eq (seedream_provider_get_tells_balance (provider), table[_i].tells_balance);
  ck_assert_int_eq (seedream_provider_get_tells_models (provider), table[_i].tells_models);
  ck_assert (g_strv_equal (seedream_provider_get_regions (provider), table[_i].regions));
}
END_TEST

START_TEST (a_service_is_one_object_however_it_is_asked_for)
{
  SeedreamProvider *provider = seedream_provider_lookup (table[_i].id);
  SeedreamClient *named = new_client (table[_i].id, NULL);
  ck_assert_ptr_eq (seedream_client_get_provider (named), provider);
  ck_assert_ptr_eq (seedream_provider_list (&(gsize){ 0 })[_i], provider);
  g_assert_finalize_object (named);
  ck_assert_str_eq (seedream_provider_get_id (provider), table[_i].id);
}
END_TEST

START_TEST (a_service_that_does_not_exist_is_nothing)
{
  ck_assert_ptr_null (seedream_provider_lookup ("nobody"));
  ck_assert_ptr_null (seedream_provider_lookup (""));
  ck_assert_ptr_null (seedream_provider_lookup ("ImaRouter"));
}
END_TEST

START_TEST (its_first_model_is_the_recommended_one)
{
  SeedreamProvider *provider = seedream_provider_lookup (table[_i].id);
  gsize n = 0;
  SeedreamModel *const *models = seedream_provider_list_models (provider, &n);
  ck_assert_uint_ge (n, 1);
  ck_assert_ptr_null (models[n]);
  ck_assert_ptr_eq (seedream_provider_lookup_model (provider, NULL), models[0]);
  ck_assert_str_eq (seedream_model_get_id (models[0]), "seedream-4.5");
  ck_assert_str_eq (seedream_model_get_service_id (models[0]), table[_i].model);
}
END_TEST

START_TEST (each_of_its_models_is_found_by_either_name)
{
  SeedreamProvider *provider = seedream_provider_lookup (table[_i].id);
  gsize n = 0;
  SeedreamModel *const *models = seedream_provider_list_models (provider, &n);
  for (gsize i = 0; i < n; i++)
    {
      ck_assert_ptr_eq (seedream_provider_lookup_model (provider, seedream_model_get_id (models[i])), models[i]);
      ck_assert_ptr_eq (seedream_provider_lookup_model (provider, seedream_model_get_service_id (models[i])), models[i]);
    }
  ck_assert_ptr_null (seedream_provider_lookup_model (provider, "seedream-9"));
}
END_TEST

START_TEST (a_model_is_found_by_its_name_in_another_region)
{
  SeedreamProvider *modelark = seedream_provider_lookup ("modelark");
  ck_assert_ptr_eq (seedream_provider_lookup_model (modelark, "doubao-seedream-4-5-251128"),
                    seedream_provider_lookup_model (modelark, "seedream-4.5"));
}
END_TEST

static gpointer
look_up (gpointer id)
{
  return seedream_provider_lookup (id);
}

START_TEST (threads_that_ask_first_at_once_get_the_same_service)
{
  GThread *threads[8];
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asker", look_up, (gpointer) "modelark");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    ck_assert_ptr_eq (g_thread_join (threads[i]), seedream_provider_lookup ("modelark"));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("provider");
  TCase *tcase = tcase_create ("provider");
  const int n = G_N_ELEMENTS (table);
  tcase_add_test (tcase, threads_that_ask_first_at_once_get_the_same_service);
  tcase_add_test (tcase, there_are_these_services_in_this_order);
  tcase_add_loop_test (tcase, a_service_is_what_the_table_says, 0, n);
  tcase_add_loop_test (tcase, a_service_is_one_object_however_it_is_asked_for, 0, n);
  tcase_add_test (tcase, a_service_that_does_not_exist_is_nothing);
  tcase_add_loop_test (tcase, its_first_model_is_the_recommended_one, 0, n);
  tcase_add_loop_test (tcase, each_of_its_models_is_found_by_either_name, 0, n);
  tcase_add_test (tcase, a_model_is_found_by_its_name_in_another_region);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
