/* test-request.c - what a request may ask, and that a wrong one is told before anything is sent. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/suite.h"

static void
setup (void)
{
  client = new_client ("imarouter", NULL);
  seedream_client_set_api_key (client, "sk-test-1234");
}

static void
teardown (void)
{
  g_assert_finalize_object (client);
}

typedef struct
{
  SeedreamOperation operation;
  const char *prompt; /* NULL: a pear */
  int n_images;
  int count; /* 0: not set; NONE: 0 */
  const char *size, *aspect, *quality, *format, *model;
  gboolean has_seed;
  gint64 seed;
  const char *words; /* what the error must name; NULL: it is no error */
} Wish;

#define EDITING .operation = SEEDREAM_OPERATION_EDIT
#define COMPOSING .operation = SEEDREAM_OPERATION_COMPOSE
#define NONE -1

static const Wish wrong[] = {
  { .prompt = "", .words = "prompt is empty" },
  { .prompt = " \t\r\n ", .words = "prompt is empty" },
  { .prompt = "\xff\xfe", .words = "UTF-8" },
  { .count = NONE, .words = "1 to 4" },
  { .count = 5, .words = "1 to 4" },
  { .count = G_MAXINT, .words = "1 to 4" },
  { .n_images = 1, .words = "takes no pictures" },
  { EDITING, .words = "one picture, not 0" },
  { EDITING, .n_images = 2, .words = "one picture, not 2" },
  { COMPOSING, .words = "two pictures or more, not 0" },
  { COMPOSING, .n_images = 1, .words = "two pictures or more, not 1" },
  { COMPOSING, .n_images = 15, .words = "14 pictures at most, not 15" },
  { .has_seed = TRUE, .seed = 0, .words = "no seed" },
  { .has_seed = TRUE, .seed = G_MAXINT64, .words = "no seed" },
  { .quality = "best", .words = "low, medium, high" },
  { .format = "gif", .words = "png, jpeg or webp" },
  { .format = "PNG", .words = "png, jpeg or webp" },
  { .size = "huge", .words = "square_hd (2048×2048)" },
  { .size = "4K", .words = "square_hd (2048×2048)" },
  { .size = "1K", .words = "square_hd (2048×2048)" },
  { .size = "2048x2049", .words = "square_hd (2048×2048)" },
  { .size = "2048x", .words = "square_hd (2048×2048)" },
  { .size = "-2048x2048", .words = "square_hd (2048×2048)" },
  { .size = "99999999999999999999x1", .words = "square_hd (2048×2048)" },
  { .aspect = "21:9", .words = "landscape_16_9 (2848×1600)" },
  { .aspect = "wide", .words = "4:3" },
  { .aspect = "0:1", .words = "4:3" },
  { .aspect = "4:3:2", .words = "4:3" },
  { .size = "square_hd", .aspect = "4:3", .words = "square_hd (2048×2048)" },
};

static const Wish right[] = {
  { 0 },
  { .count = 1 },
  { .count = 4 },
  { EDITING, .n_images = 1 },
  { COMPOSING, .n_images = 2 },
  { COMPOSING, .n_images = 14 },
  { .model = "seedream-4.5" },
  { .model = "seedream-9" }, /* unknown here: the service's to judge */
  { .quality = "high" },
  { .format = "jpeg" },
  { .size = "auto" },
  { .size = "2K" },
  { .size = "portrait_4_3" },
  { .size = "2848x1600" },
  { .aspect = "16:9" },
  { .aspect = "1:1" },
  { .size = "2K", .aspect = "3:4" },
  { .size = "2848x1600", .aspect = "16:9" },
};

static SeedreamRequest *
request_of (const Wish *wish)
{
  SeedreamRequest *request = seedream_request_new (wish->operation, wish->prompt ? wish->prompt : "a pear");
  for (int i = 0; i < wish->n_images; i++)
    {
      SeedreamImage *image = new_image ("photos/chelsea.png");
      seedream_request_add_image (request, image);
      g_object_unref (image);
    }
  if (wish->count != 0)
    seedream_request_set_count (request, wish->count == NONE ? 0 : (guint) wish->count);
  seedream_request_set_size (request, wish->size);
  seedream_request_set_aspect (request, wish->aspect);
  seedream_request_set_quality (request, wish->quality);
  seedream_request_set_format (request, wish->format);
  seedream_request_set_model (request, wish->model);
  if (wish->has_seed)
    seedream_request_set_seed (request, wish->seed);
  return request;
}

START_TEST (a_wrong_wish_is_refused_and_its_limit_named)
{
  SeedreamRequest *request = request_of (&wrong[_i]);
  GError *error = NULL;
  ck_assert_ptr_null (seedream_client_create_job (client, request, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, wrong[_i].words);
  ck_assert (g_utf8_validate (error->message, -1, NULL));
  g_error_free (error);
  g_assert_finalize_object (request);
}
END_TEST

START_TEST (a_right_wish_becomes_a_job)
{
  SeedreamRequest *request = request_of (&right[_i]);
  GError *error = NULL;
  SeedreamJob *job = seedream_client_create_job (client, request, &error);
  ck_assert_msg (job && !error, "%s", error ? error->message : "no job");
  g_assert_finalize_object (job);
  g_assert_finalize_object (request);
}
END_TEST

START_TEST (an_error_may_be_ignored)
{
  SeedreamRequest *request = request_of (&wrong[_i]);
  ck_assert_ptr_null (seedream_client_create_job (client, request, NULL));
  g_object_unref (request);
}
END_TEST

START_TEST (a_request_tells_what_it_was_told)
{
  SeedreamRequest *request = seedream_request_new (SEEDREAM_OPERATION_COMPOSE, "a pear");
  ck_assert_int_eq (seedream_request_get_operation (request), SEEDREAM_OPERATION_COMPOSE);
  ck_assert_str_eq (seedream_request_get_prompt (request), "a pear");
  ck_assert_uint_eq (seedream_request_get_count (request), 1);
  seedream_request_set_count (request, 3);
  ck_assert_uint_eq (seedream_request_get_count (request), 3);
  g_assert_finalize_object (request);
}
END_TEST

START_TEST (a_wish_can_be_taken_back)
{
  SeedreamRequest *request = request_of (&right[0]);
  seedream_request_set_seed (request, 7);
  seedream_request_set_seed (request, -1);
  seedream_request_set_size (request, "huge");
  seedream_request_set_size (request, NULL);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  ck_assert_ptr_nonnull (job);
  g_object_unref (job);
  g_object_unref (request);
}
END_TEST

START_TEST (a_request_keeps_the_pixels_but_not_the_image)
{
  SeedreamRequest *request = seedream_request_new (SEEDREAM_OPERATION_EDIT, "brighter");
  SeedreamImage *image = new_image ("photos/chelsea.png");
  seedream_request_add_image (request, image);
  g_assert_finalize_object (image);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  ck_assert_ptr_nonnull (job);
  g_object_unref (job);
  g_object_unref (request);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("request");
  TCase *tcase = tcase_create ("wishes");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, a_wrong_wish_is_refused_and_its_limit_named, 0, G_N_ELEMENTS (wrong));
  tcase_add_loop_test (tcase, a_right_wish_becomes_a_job, 0, G_N_ELEMENTS (right));
  tcase_add_loop_test (tcase, an_error_may_be_ignored, 0, 1);
  tcase_add_test (tcase, a_request_tells_what_it_was_told);
  tcase_add_test (tcase, a_wish_can_be_taken_back);
  tcase_add_test (tcase, a_request_keeps_the_pixels_but_not_the_image);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
