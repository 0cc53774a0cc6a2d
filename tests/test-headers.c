/* test-headers.c - the public headers are C11. That each compiles alone is proved by the files that meson generates
 * beside this one from support/header-alone.in, under -pedantic-errors. */
#include <check.h>
#include <seedream.h>

#include "support/suite.h"

START_TEST (the_version_is_the_sum_of_its_parts)
{
  char *version = g_strdup_printf ("%d.%d.%d", SEEDREAM_MAJOR_VERSION, SEEDREAM_MINOR_VERSION, SEEDREAM_MICRO_VERSION);
  ck_assert_str_eq (SEEDREAM_VERSION, version);
  g_free (version);
}
END_TEST

static GType (*const types[]) (void) = {
  seedream_client_get_type,   seedream_image_get_type, seedream_job_get_type, seedream_model_get_type,
  seedream_provider_get_type, seedream_request_get_type,
};

START_TEST (every_public_type_is_final)
{
  GType type = types[_i]();
  GTypeQuery query;
  g_type_query (type, &query);
  ck_assert (G_TYPE_IS_FINAL (type));
  /* Opaque: the parent and one pointer. */
  ck_assert_uint_eq (query.instance_size, sizeof (GObject) + sizeof (gpointer));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("headers");
  TCase *tcase = tcase_create ("c");
  tcase_add_test (tcase, the_version_is_the_sum_of_its_parts);
  tcase_add_loop_test (tcase, every_public_type_is_final, 0, G_N_ELEMENTS (types));
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
