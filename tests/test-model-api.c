/* test-model-api.c - what a model tells of itself: names, prices, limits, and the frame around a region. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/suite.h"

static SeedreamModel *
model_of (const char *provider, const char *id)
{
  SeedreamModel *model = seedream_provider_lookup_model (seedream_provider_lookup (provider), id);
  ck_assert_msg (model != NULL, "%s knows no %s", provider, id ? id : "model at all");
  return model;
}

static const struct
{
  const char *provider, *id, *service_id;
  guint max_count, max_images;
  gboolean takes_seed, streams, draws_groups;
  double price;                                 /* of a usual picture; -1: nobody has said */
  const char *sizes, *aspects, *qualities, *formats; /* joined by blanks */
} table[] = {
  { "imarouter", "seedream-4.5", "seedream-4.5", 4, 14, FALSE, FALSE, FALSE, 0.04,
    "square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9", "", "low medium high", "png jpeg webp" },
  { "imarouter-v1", "seedream-4.5", "doubao-seedream-4.5", 4, 14, FALSE, FALSE, FALSE, 0.04, "2K 4K", "", "",
    "png jpeg" },
  { "openrouter", "seedream-4.5", "bytedance-seed/seedream-4.5", 10, 14, TRUE, TRUE, FALSE, 0.04, "1K 2K 4K",
    "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9", "", "" },
  { "openrouter-images", "seedream-4.5", "bytedance-seed/seedream-4.5", 10, 14, TRUE, FALSE, FALSE, 0.04, "1K 2K 4K",
    "1:1 1:2 2:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 9:19.5 19.5:9 9:20 20:9 9:21 21:9", "", "" },
  { "modelark", "seedream-4.5", "seedream-4-5-251128", 15, 14, FALSE, TRUE, TRUE, 0.04, "2K 4K", "", "", "jpeg" },
  { "modelark", "seedream-5.0-lite", "seedream-5-0-260128", 15, 14, FALSE, TRUE, TRUE, -1, "2K 3K", "", "",
    "jpeg png" },
  { "sandbox", "seedream-4.5", "seedream-4.5", 4, 14, FALSE, FALSE, FALSE, 0,
    "square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9", "", "low medium high", "png jpeg webp" },
};

static void
assert_words (const char *const *words, const char *expected)
{
  char *joined = g_strjoinv (" ", (char **) words);
  ck_assert_str_eq (joined, expected);
  g_free (joined);
}

START_TEST (a_model_is_what_the_table_says)
{
  SeedreamModel *model = model_of (table[_i].provider, table[_i].id);
  ck_assert_str_eq (seedream_model_get_id (model), table[_i].id);
  ck_assert_str_eq (seedream_model_get_service_id (model), table[_i].service_id);
  ck_assert (g_str_has_prefix (seedream_model_get_name (model), "Seedream "));
  ck_assert_uint_eq (seedream_model_get_max_count (model), table[_i].max_count);
  ck_assert_uint_eq (seedream_model_get_max_images (model), table[_i].max_images);
  ck_assert_int_eq (seedream_model_get_takes_seed (model), table[_i].takes_seed);
  ck_assert_int_eq (seedream_model_get_streams (model), table[_i].streams);
  ck_assert_int_eq (seedream_model_get_draws_groups (model), table[_i].draws_groups);
  ck_assert_double_eq_tol (seedream_model_get_price (model), table[_i].price, 1e-9);
}
END_TEST

START_TEST (a_model_lists_what_can_be_asked_for)
{
  SeedreamModel *model = model_of (table[_i].provider, table[_i].id);
  assert_words (seedream_model_get_sizes (model), table[_i].sizes);
  assert_words (seedream_model_get_aspects (model), table[_i].aspects);
  assert_words (seedream_model_get_qualities (model), table[_i].qualities);
  assert_words (seedream_model_get_formats (model), table[_i].formats);
}
END_TEST

START_TEST (everything_that_is_listed_is_taken)
{
  SeedreamModel *model = model_of (table[_i].provider, table[_i].id);
  const char *const *sizes = seedream_model_get_sizes (model);
  SeedreamClient *asked = new_client (table[_i].provider, "http://127.0.0.1:1");
  seedream_client_set_api_key (asked, TEST_KEY);
  for (gsize i = 0; sizes[i]; i++)
    {
      SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
      seedream_request_set_model (request, table[_i].id);
      seedream_request_set_size (request, sizes[i]);
      GError *error = NULL;
      SeedreamJob *job = seedream_client_create_job (asked, request, &error);
      ck_assert_msg (job != NULL, "%s: %s", sizes[i], error ? error->message : "");
      g_object_unref (job);
      g_object_unref (request);
    }
  g_object_unref (asked);
}
END_TEST

START_TEST (a_model_tells_how_long_a_prompt_may_be)
{
  ck_assert_uint_eq (seedream_model_get_recommended_words (model_of ("modelark", NULL)), 600);
  ck_assert_uint_eq (seedream_model_get_recommended_words (model_of ("modelark", "seedream-5.0-lite")), 0);
}
END_TEST

static const struct
{
  const char *provider, *model;
  guint count;
  int width, height;
  guint n_images;
  double usd; /* -1: nobody has said */
} estimates[] = {
  { "openrouter", "seedream-4.5", 1, 0, 0, 0, 0.04 },
  { "openrouter", "seedream-4.5", 3, 4096, 4096, 14, 0.12 },
  { "openrouter", "seedream-4.5", 0, 0, 0, 0, 0 },
  { "sandbox", NULL, 4, 2048, 2048, 1, 0 },
  { "modelark", "seedream-5.0-lite", 1, 2048, 2048, 0, -1 },
  /* Large pictures and input pictures cost extra. */
  { "openrouter", "seedream-5.0-pro", 1, 1024, 1024, 0, 0.045 },
  { "openrouter", "seedream-5.0-pro", 2, 2048, 2048, 0, 0.18 },
  { "openrouter", "seedream-5.0-pro", 1, 1024, 1024, 2, 0.051 },
};

START_TEST (an_estimate_is_what_the_table_says)
{
  SeedreamModel *model = model_of (estimates[_i].provider, estimates[_i].model);
  double usd = seedream_model_estimate (model, estimates[_i].count, estimates[_i].width, estimates[_i].height,
                                        estimates[_i].n_images);
  ck_assert_double_eq_tol (usd, estimates[_i].usd, 1e-9);
}
END_TEST

static const struct
{
  int width, height;
} regions[] = { { 301, 200 }, { 1, 1 }, { 1, 4000 }, { 4000, 1 }, { 2048, 2048 }, { 9000, 6000 } };

/* For each model and each region. */
START_TEST (a_planned_frame_holds_its_region_and_its_size_can_be_asked_for)
{
  const gsize which = (gsize) _i / G_N_ELEMENTS (regions), region = (gsize) _i % G_N_ELEMENTS (regions);
  int width = 0, height = 0;
  char *size = seedream_model_plan_frame (model_of (table[which].provider, table[which].id), NULL,
                                          regions[region].width, regions[region].height, &width, &height);
  ck_assert_int_ge (width, regions[region].width);
  ck_assert_int_ge (height, regions[region].height);
  SeedreamClient *asked = new_client (table[which].provider, "http://127.0.0.1:1");
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_client_set_api_key (asked, TEST_KEY);
  seedream_request_set_model (request, table[which].id);
  seedream_request_set_size (request, size);
  GError *error = NULL;
  SeedreamJob *job = seedream_client_create_job (asked, request, &error);
  ck_assert_msg (job != NULL, "%s: %s", size, error ? error->message : "");
  g_object_unref (job);
  g_object_unref (request);
  g_object_unref (asked);
  g_free (size);
}
END_TEST

static const struct
{
  const char *provider, *size;
  int width, height; /* 0: they are not known */
} sizes[] = {
  { "imarouter", "landscape_4_3", 2304, 1728 }, { "imarouter", "5x5", 0, 0 }, { "openrouter", "2496x1664", 2496, 1664 },
  { "modelark", "4096x4096", 4096, 4096 },      { "openrouter", "2K", 2048, 2048 }, { "modelark", "no size", 0, 0 },
};

START_TEST (a_size_has_the_pixels_that_the_table_says)
{
  int width = -1, height = -1;
  SeedreamModel *model = model_of (sizes[_i].provider, NULL);
  ck_assert_int_eq (seedream_model_get_pixels (model, sizes[_i].size, &width, &height), sizes[_i].width > 0);
  ck_assert_int_eq (width, sizes[_i].width);
  ck_assert_int_eq (height, sizes[_i].height);
}
END_TEST

START_TEST (nothing_is_wrong_with_what_came_with_the_library)
{
  ck_assert_ptr_null (seedream_model_get_problems ()[0]);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("model-api");
  TCase *tcase = tcase_create ("model");
  tcase_add_loop_test (tcase, a_model_is_what_the_table_says, 0, G_N_ELEMENTS (table));
  tcase_add_loop_test (tcase, a_model_lists_what_can_be_asked_for, 0, G_N_ELEMENTS (table));
  tcase_add_loop_test (tcase, everything_that_is_listed_is_taken, 0, G_N_ELEMENTS (table));
  tcase_add_test (tcase, a_model_tells_how_long_a_prompt_may_be);
  tcase_add_loop_test (tcase, an_estimate_is_what_the_table_says, 0, G_N_ELEMENTS (estimates));
  tcase_add_loop_test (tcase, a_planned_frame_holds_its_region_and_its_size_can_be_asked_for, 0,
                       G_N_ELEMENTS (table) * G_N_ELEMENTS (regions));
  tcase_add_loop_test (tcase, a_size_has_the_pixels_that_the_table_says, 0, G_N_ELEMENTS (sizes));
  tcase_add_test (tcase, nothing_is_wrong_with_what_came_with_the_library);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
