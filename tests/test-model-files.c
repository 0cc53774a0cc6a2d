/* test-model-files.c - models that users describe themselves: new ones, other words about known ones, and all that may lie
 * in their folder besides. What is known of models is read once, so all of it lies there from the beginning. */
#include <check.h>
#include <fcntl.h>
#include <seedream.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/drawing.h"
#include "support/suite.h"

/* A model's file. @price: what a picture costs at OpenRouter. */
#define FILE_OF(id, name, price) \
  "{\"id\":\"" id "\",\"name\":\"" name "\",\"pixels\":{\"min\":1000,\"max\":4000000}," \
  "\"tiers\":{\"1K\":{\"1:1\":\"1024x1024\"}}," \
  "\"services\":{\"openrouter\":{\"id\":\"mine/" id "\",\"usd_per_picture\":" price ",\"max_count\":2," \
  "\"tiers\":[\"1K\"],\"default_tier\":\"1K\",\"ratios\":[\"1:1\"]}}}"

/* In the user's folder, and in one of the system's, of which the user's word counts for more. */
static const struct
{
  const char *folder, *name, *text;
} files[] = {
  { "home", "a-own.json", FILE_OF ("my-model", "My model", "0.01") },
  { "home", "b-known.json", FILE_OF ("seedream-4.5", "Seedream 4.5, cheaper", "0.02") },
  { "home", "both.json", FILE_OF ("both", "The user's", "0.03") },
  { "system", "both.json", FILE_OF ("both", "The system's", "0.09") },
  { "system", "system.json", FILE_OF ("from-the-system", "From the system", "0.04") },
  { "home", "notes.txt", "This is no model." },
  { "home", "model.json.bak", "{" },
  { "home", "x-cut.json", "{\"id\":\"cut\"" },
  { "home", "x-empty.json", "" },
  { "home", "x-list.json", "[]" },
  { "home", "x-nameless.json", "{\"id\":\"nameless\"}" },
  { "home", "x-html.json", "<html>" },
  { "home", "x-latin1.json", "{\"id\":\"\xe4\"}" },
  { "home", "x-backwards.json",
    "{\"id\":\"b\",\"name\":\"B\",\"pixels\":{\"min\":5,\"max\":4},\"services\":{\"openrouter\":{\"id\":\"b\","
    "\"any_pixels\":true}}}" },
};

static const char *const broken[] = {
  "x-backwards.json", "x-cut.json", "x-device.json", "x-empty.json",    "x-folder.json", "x-gone.json", "x-html.json",
  "x-huge.json",      "x-latin1.json", "x-list.json", "x-nameless.json", "x-pipe.json",
};

static char *top;

static char *
path_of (const char *folder, const char *name)
{
  return g_build_filename (top, folder, "seedream", "models", name, NULL);
}

static void
make_folder (const char *folder)
{
  char *path = path_of (folder, "");
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_free (path);
}

/* What is no file at all: a pipe that nobody writes to, a folder, nothing, a device, and far too much. */
static void
make_strange_things (void)
{
  char *paths[] = { path_of ("home", "x-pipe.json"), path_of ("home", "x-folder.json"), path_of ("home", "x-gone.json"),
                    path_of ("home", "x-device.json"), path_of ("home", "x-huge.json") };
  g_assert_cmpint (mkfifo (paths[0], 0600), ==, 0);
  g_assert_cmpint (mkdir (paths[1], 0700), ==, 0);
  g_assert_cmpint (symlink ("/nonexistent/model.json", paths[2]), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", paths[3]), ==, 0);
  int huge = open (paths[4], O_CREAT | O_WRONLY, 0600);
  g_assert_cmpint (ftruncate (huge, (off_t) 1 << 36), ==, 0); /* 64 GiB, of which the disk keeps none */
  close (huge);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
}

static void
make_files (void)
{
  top = g_dir_make_tmp ("seedream-models-XXXXXX", NULL);
  make_folder ("home");
  make_folder ("system");
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      char *path = path_of (files[i].folder, files[i].name);
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_free (path);
    }
  make_strange_things ();
}

static void
remove_all (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name; name = g_dir_read_name (dir))
    {
      char *inside = g_build_filename (path, name, NULL);
      remove_all (inside);
      g_free (inside);
    }
  g_clear_pointer (&dir, g_dir_close);
  remove (path);
}

static SeedreamModel *
model_of (const char *id)
{
  return seedream_provider_lookup_model (seedream_provider_lookup ("openrouter"), id);
}

START_TEST (a_model_of_the_user_s_own_is_known)
{
  SeedreamModel *model = model_of ("my-model");
  ck_assert_ptr_nonnull (model);
  ck_assert_ptr_eq (model_of ("mine/my-model"), model);
  ck_assert_str_eq (seedream_model_get_name (model), "My model");
  ck_assert_double_eq_tol (seedream_model_get_price (model), 0.01, 1e-9);
  ck_assert_uint_eq (seedream_model_get_max_count (model), 2);
}
END_TEST

START_TEST (requests_are_checked_against_it)
{
  SeedreamClient *asked = new_client ("openrouter", NULL);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  GError *error = NULL;
  seedream_client_set_api_key (asked, TEST_KEY);
  seedream_request_set_model (request, "my-model");
  seedream_request_set_count (request, 3);
  ck_assert_ptr_null (seedream_client_create_job (asked, request, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (error->message, "My model");
  assert_mentions (error->message, "1 to 2");
  g_error_free (error);
  g_object_unref (request);
  g_object_unref (asked);
}
END_TEST

START_TEST (the_user_s_word_about_a_known_model_counts)
{
  SeedreamModel *model = model_of ("seedream-4.5");
  ck_assert_str_eq (seedream_model_get_name (model), "Seedream 4.5, cheaper");
  ck_assert_double_eq_tol (seedream_model_get_price (model), 0.02, 1e-9);
  ck_assert_msg (model_of (NULL) == model, "it is the recommended one still");
}
END_TEST

START_TEST (services_of_which_the_user_says_nothing_are_as_they_were)
{
  SeedreamModel *model = seedream_provider_lookup_model (seedream_provider_lookup ("modelark"), "seedream-4.5");
  ck_assert_str_eq (seedream_model_get_name (model), "Seedream 4.5");
}
END_TEST

START_TEST (the_user_s_word_counts_for_more_than_the_system_s)
{
  ck_assert_str_eq (seedream_model_get_name (model_of ("both")), "The user's");
  ck_assert_str_eq (seedream_model_get_name (model_of ("from-the-system")), "From the system");
}
END_TEST

START_TEST (what_is_wrong_is_left_out_and_told)
{
  const char *const *problems = seedream_model_get_problems ();
  gsize found = 0;
  char *path = path_of ("home", broken[_i]);
  for (gsize i = 0; problems[i]; i++)
    found += g_str_has_prefix (problems[i], path);
  ck_assert_msg (found == 1, "%s is told %zu times", broken[_i], found);
  g_free (path);
}
END_TEST

START_TEST (nothing_else_is_told)
{
  ck_assert_uint_eq (g_strv_length ((char **) seedream_model_get_problems ()), G_N_ELEMENTS (broken));
}
END_TEST

int
main (void)
{
  make_files ();
  char *home = g_build_filename (top, "home", NULL), *system_dir = g_build_filename (top, "system", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_DATA_DIRS", system_dir, TRUE);
  Suite *suite = suite_create ("model-files");
  TCase *tcase = tcase_create ("files");
  tcase_add_test (tcase, a_model_of_the_user_s_own_is_known);
  tcase_add_test (tcase, requests_are_checked_against_it);
  tcase_add_test (tcase, the_user_s_word_about_a_known_model_counts);
  tcase_add_test (tcase, services_of_which_the_user_says_nothing_are_as_they_were);
  tcase_add_test (tcase, the_user_s_word_counts_for_more_than_the_system_s);
  tcase_add_loop_test (tcase, what_is_wrong_is_left_out_and_told, 0, G_N_ELEMENTS (broken));
  tcase_add_test (tcase, nothing_else_is_told);
  suite_add_tcase (suite, tcase);
  int status = run_suite (suite);
  remove_all (top);
  g_free (home);
  g_free (system_dir);
  g_free (top);
  return status;
}
