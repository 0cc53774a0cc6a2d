// test-headers-cpp.cpp - the public headers are C++ as well, and their functions have C linkage. That each
// compiles alone is proved by the files that meson generates beside this one from support/header-alone.in.
#include <seedream.h>

#include "support/check.hpp"
#include "support/suite.h"

START_TEST(a_user_in_cpp_links_with_the_library) {
  GError* error = nullptr;
  SeedreamClient* client = seedream_client_new("sandbox", &error);
  ck_assert_ptr_null(error);
  SeedreamRequest* request = seedream_request_new(SEEDREAM_OPERATION_GENERATE, "a pear");
  seedream_client_set_base_url(client, "http://127.0.0.1:1");
  SeedreamJob* job = seedream_client_create_job(client, request, &error);
  ck_assert_ptr_null(error);
  ck_assert(SEEDREAM_IS_JOB(job));
  g_assert_finalize_object(job);
  g_assert_finalize_object(request);
  g_assert_finalize_object(client);
}
END_TEST

START_TEST(autopointers_free_in_cpp) {
  SeedreamRequest* borrowed = nullptr;
  {
    g_autoptr(SeedreamRequest) request = seedream_request_new(SEEDREAM_OPERATION_GENERATE, "a pear");
    borrowed = request;
    g_object_add_weak_pointer(G_OBJECT(request), reinterpret_cast<gpointer*>(&borrowed));
  }
  ck_assert_ptr_null(borrowed);
}
END_TEST

int main() {
  Suite* suite = suite_create("headers-cpp");
  TCase* tcase = tcase_create("cpp");
  tcase_add_test(tcase, a_user_in_cpp_links_with_the_library);
  tcase_add_test(tcase, autopointers_free_in_cpp);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
