// test-turns.cpp - who goes on when, where only so many may at once.
#include "jobs/turns.hpp"

#include <glib.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;

namespace {

void settle() {
  while (g_main_context_iteration(nullptr, FALSE))
    ;
}

// Several who ask, by number; what they were told is written down.
struct Queue {
  explicit Queue(unsigned most) : turns(most) {}
  void ask(int number, const void* owner) {
    held.push_back(turns.ask(owner, [this, number] { gone.push_back(number); }));
  }
  std::vector<int> settled() {
    settle();
    return gone;
  }

  Turns turns;
  std::vector<int> gone;
  std::vector<Turns::Turn> held;  // by number
};

using Numbers = std::vector<int>;
constexpr char one = 0, other = 0, third = 0;

}  // namespace

START_TEST(no_more_go_than_may) {
  Queue queue(2);
  for (int i = 0; i < 4; ++i)
    queue.ask(i, &queue.held);
  ck_assert(queue.gone.empty());  // never from within
  ck_assert(queue.settled() == (Numbers{0, 1}));
  ck_assert(!queue.held[1].waits() && queue.held[2].waits());
  queue.held[1] = {};
  ck_assert(queue.settled() == (Numbers{0, 1, 2}));
  queue.held[0] = {};
  ck_assert(queue.settled() == (Numbers{0, 1, 2, 3}));
}
END_TEST

START_TEST(who_has_least_comes_first) {
  Queue queue(2);
  for (int i = 0; i < 3; ++i)
    queue.ask(i, &one);
  queue.ask(3, &other);
  queue.ask(4, &third);
  queue.settled();
  queue.held[0] = {};
  ck_assert(queue.settled() == (Numbers{0, 1, 3}));
  queue.held[1] = {};
  ck_assert(queue.settled() == (Numbers{0, 1, 3, 2}));  // the first has none any more, and waits longer
  queue.held[3] = {};
  ck_assert(queue.settled() == (Numbers{0, 1, 3, 2, 4}));
}
END_TEST

START_TEST(who_goes_away_is_not_waited_for) {
  Queue queue(1);
  for (int i = 0; i < 4; ++i)
    queue.ask(i, &one);
  queue.settled();
  queue.held[1] = {};
  queue.held[0] = {};
  queue.held[2] = {};  // its turn has come, and it has not heard of it yet
  ck_assert(queue.settled() == (Numbers{0, 3}));
}
END_TEST

START_TEST(a_turn_may_be_given_up_where_it_comes) {
  const Turns turns(1);
  Turns::Turn first, second;
  bool done = false;
  first = turns.ask(&one, [&] { first = {}; });
  second = turns.ask(&other, [&] { done = true; });
  settle();
  ck_assert(done);
}
END_TEST

START_TEST(a_turn_outlives_those_who_gave_it) {
  Turns::Turn turn;
  bool came = false;
  {
    const Turns turns(1);
    turn = turns.ask(&one, [&] { came = true; });
  }
  settle();
  ck_assert(came);
  turn = {};
}
END_TEST

START_TEST(turns_at_one_service_are_the_same) {
  auto held = turns_at("a", 1).ask(&one, [] {});
  const auto waiting = turns_at("a", 1).ask(&other, [] {});
  const auto elsewhere = turns_at("b", 1).ask(&third, [] {});
  ck_assert(waiting.waits() && !elsewhere.waits());
  held = {};
  ck_assert(!waiting.waits());
}
END_TEST

START_TEST(each_hears_of_it_in_its_own_context) {
  constexpr int n_threads = 8, n_each = 200;
  const Turns turns(3);
  std::atomic<int> inside = 0, most = 0, went = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < n_threads; ++i)
    threads.emplace_back([&] {
      GMainContext* context = g_main_context_new();
      g_main_context_push_thread_default(context);
      const auto home = std::this_thread::get_id();
      for (int k = 0; k < n_each; ++k) {
        bool mine = false;
        Turns::Turn turn = turns.ask(&home, [&] {
          ck_assert(std::this_thread::get_id() == home);
          mine = true;
        });
        while (!mine)
          g_main_context_iteration(context, TRUE);
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);)
          ;
        ++went;
        --inside;
      }
      g_main_context_pop_thread_default(context);
      g_main_context_unref(context);
    });
  for (std::thread& thread : threads)
    thread.join();
  ck_assert_int_eq(went, n_threads * n_each);
  ck_assert_int_le(most, 3);
}
END_TEST

int main() {
  Suite* suite = suite_create("turns");
  TCase* tcase = tcase_create("all");
  tcase_add_test(tcase, no_more_go_than_may);
  tcase_add_test(tcase, who_has_least_comes_first);
  tcase_add_test(tcase, who_goes_away_is_not_waited_for);
  tcase_add_test(tcase, a_turn_may_be_given_up_where_it_comes);
  tcase_add_test(tcase, a_turn_outlives_those_who_gave_it);
  tcase_add_test(tcase, turns_at_one_service_are_the_same);
  tcase_add_test(tcase, each_hears_of_it_in_its_own_context);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
