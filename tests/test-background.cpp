// test-background.cpp - work that nobody waits for, but whoever ends the process.
#include "base/background.hpp"

#include <atomic>

#include "support/check.hpp"
#include "support/children.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::test;

namespace {

// Says in which thread the last of it died.
struct Witness {
  explicit Witness(std::atomic<GThread*>* died_in) : died_in_(died_in) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { *died_in_ = g_thread_self(); }

 private:
  std::atomic<GThread*>* died_in_;
};

GThread* wait_for(const std::atomic<GThread*>& thread) {
  while (!thread)
    g_usleep(1000);
  return thread;
}

// It ends in the usual way while its work is still under way.
[[noreturn]] void work_and_end(const Pipe& out) {
  in_background([&out] {
    g_usleep(G_USEC_PER_SEC / 5);
    out.write_number(1);
  });
  exit(0);
}

}  // namespace

START_TEST(it_runs_and_dies_in_another_thread) {
  std::atomic<GThread*> ran_in = nullptr, died_in = nullptr;
  in_background([&ran_in, witness = std::make_shared<Witness>(&died_in)] { ran_in = g_thread_self(); });
  ck_assert_ptr_ne(wait_for(ran_in), g_thread_self());
  ck_assert_ptr_eq(wait_for(died_in), ran_in.load());
}
END_TEST

START_TEST(what_is_let_go_of_dies_in_another_thread) {
  std::atomic<GThread*> died_in = nullptr;
  let_go(std::make_shared<Witness>(&died_in));
  ck_assert_ptr_ne(wait_for(died_in), g_thread_self());
}
END_TEST

START_TEST(a_process_that_ends_waits_for_it) {
  Pipe said;
  const pid_t child = start_child([&] { work_and_end(said); });
  said.close_writer();
  unsigned number = 0;
  ck_assert(said.read_number(&number));
  assert_ended_well(child);
}
END_TEST

int main() {
  Suite* suite = suite_create("background");
  TCase* tcase = tcase_create("all");
  tcase_add_test(tcase, a_process_that_ends_waits_for_it);  // the first: threads do not cross a fork
  tcase_add_test(tcase, it_runs_and_dies_in_another_thread);
  tcase_add_test(tcase, what_is_let_go_of_dies_in_another_thread);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
