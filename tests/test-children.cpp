// test-children.cpp - a test's own program that fails ends there, and its test fails. Here tests do not fork, as under a
// sanitizer. The suite has to fail, so this is no suite to Meson.
#include "support/children.hpp"

#include <sys/mman.h>

#include <atomic>

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::test;

namespace {

std::atomic<int>* programs_that_went_on;  // shared by all of them

}  // namespace

START_TEST(its_child_fails) {
  in_child([] { ck_abort_msg("as it should"); });
}
END_TEST

START_TEST(the_next_one) {
  ++*programs_that_went_on;
}
END_TEST

int main() {
  void* shared =
      mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED || setenv("CK_FORK", "no", 1) != 0)
    return 1;
  programs_that_went_on = new (shared) std::atomic<int>(0);
  Suite* suite = suite_create("children");
  TCase* tcase = tcase_create("all");
  tcase_add_test(tcase, its_child_fails);
  tcase_add_test(tcase, the_next_one);
  suite_add_tcase(suite, tcase);
  const bool failed = run_suite(suite) != 0;
  return failed && *programs_that_went_on == 1 ? 0 : 1;
}
