// test-work.cpp - work in another thread: what it brings back, and where everything dies.
#include "base/work.hpp"

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;

namespace {

constexpr int many = 3000;  // in one of a hundred the worker lets go of the task last

// Says in which thread it died.
struct Witness {
  explicit Witness(int* elsewhere) : elsewhere_(elsewhere) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() {
    if (g_thread_self() != home_)
      g_atomic_int_inc(elsewhere_);
  }

 private:
  GThread* home_ = g_thread_self();
  int* elsewhere_;
};

}  // namespace

START_TEST(a_value_comes_back_to_the_thread_that_asked) {
  std::string got;
  const GThread* home = g_thread_self();
  const GThread* told_in = nullptr;
  const Work work = Work::start<std::string>([] { return std::string(100, 'x'); },
                                             [&](std::string text) {
                                               got = std::move(text);
                                               told_in = g_thread_self();
                                             });
  while (got.empty())
    g_main_context_iteration(nullptr, TRUE);
  assert_text_eq(got, std::string(100, 'x'));
  ck_assert_ptr_eq(told_in, home);
}
END_TEST

START_TEST(what_a_callback_holds_dies_in_the_thread_that_asked) {
  int elsewhere = 0, told = 0;
  for (int i = 0; i < many; ++i) {
    auto witness = std::make_shared<Witness>(&elsewhere);
    const Work work = Work::start<int>([i] { return i; }, [witness, &told](int) { ++told; });
    witness.reset();
    while (told == i)
      g_main_context_iteration(nullptr, TRUE);
  }
  ck_assert_int_eq(elsewhere, 0);
}
END_TEST

START_TEST(dropped_work_is_silent_and_its_callback_dies_in_the_thread_that_asked) {
  int elsewhere = 0, told = 0;
  for (int i = 0; i < many; ++i) {
    auto witness = std::make_shared<Witness>(&elsewhere);
    const std::weak_ptr<Witness> alive = witness;
    {
      const Work work = Work::start<int>([i] { return i; }, [witness, &told](int) { ++told; });
    }
    witness.reset();
    while (!alive.expired())
      g_main_context_iteration(nullptr, FALSE);
  }
  ck_assert_int_eq(told, 0);
  ck_assert_int_eq(elsewhere, 0);
}
END_TEST

int main() {
  Suite* suite = suite_create("work");
  TCase* tcase = tcase_create("work");
  tcase_add_test(tcase, a_value_comes_back_to_the_thread_that_asked);
  tcase_add_test(tcase, what_a_callback_holds_dies_in_the_thread_that_asked);
  tcase_add_test(tcase, dropped_work_is_silent_and_its_callback_dies_in_the_thread_that_asked);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
