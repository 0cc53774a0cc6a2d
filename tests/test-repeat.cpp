// test-repeat.cpp - which failed calls are made again, and after how long.
#include "jobs/repeat.hpp"

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::jobs;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr bool creates = true, asks = false;

struct Case {
  const char* what;
  Attempt attempt;
  bool repeated;
};

constexpr Case cases[] = {
    {"a create, refused connection", {.creates = true, .never_sent = true}, true},
    {"a create, 429", {.creates = true, .status = 429}, true},
    {"a create, 503", {.creates = true, .status = 503}, true},
    {"a create, lost answer", {.creates = true, .status = 0}, false},
    {"a create, 400", {.creates = true, .status = 400}, false},
    {"a create, 401", {.creates = true, .status = 401}, false},
    {"a create, 404", {.creates = true, .status = 404, .just_created = true}, false},
    {"a create, 408", {.creates = true, .status = 408}, false},
    {"a create, 409", {.creates = true, .status = 409}, false},
    {"a create, 425", {.creates = true, .status = 425}, false},
    {"a create, 500", {.creates = true, .status = 500}, false},
    {"a create, 502", {.creates = true, .status = 502}, false},
    {"a create, 504", {.creates = true, .status = 504}, false},
    {"a create, 529", {.creates = true, .status = 529}, false},
    {"a create, 500 with Retry-After", {.creates = true, .status = 500, .retry_after = 1s}, false},
    {"a create, lost answer with Retry-After", {.creates = true, .retry_after = 1s}, false},
    {"a create, 302", {.creates = true, .status = 302}, false},
    {"a look, lost answer", {.status = 0}, true},
    {"a look, refused connection", {.never_sent = true}, true},
    {"a look, 408", {.status = 408}, true},
    {"a look, 429", {.status = 429}, true},
    {"a look, 500", {.status = 500}, true},
    {"a look, 502", {.status = 502}, true},
    {"a look, 503", {.status = 503}, true},
    {"a look, 504", {.status = 504}, true},
    {"a look, 529", {.status = 529}, true},
    {"a look, 404 at a new job", {.status = 404, .just_created = true}, true},
    {"a look, 404", {.status = 404}, false},
    {"a look, 400", {.status = 400}, false},
    {"a look, 401", {.status = 401}, false},
    {"a look, 403", {.status = 403}, false},
    {"a look, 410", {.status = 410}, false},
    {"a look, 302", {.status = 302}, false},
};

milliseconds wait(Attempt attempt) {
  const auto wait = wait_before_repeat(attempt);
  ck_assert(wait.has_value());
  return *wait;
}

}  // namespace

START_TEST(a_failed_call_is_made_again_only_where_the_table_says) {
  const Case& c = cases[_i];
  ck_assert_msg(wait_before_repeat(c.attempt).has_value() == c.repeated, "%s", c.what);
}
END_TEST

START_TEST(a_create_is_repeated_after_no_status_but_429_and_503) {
  const auto status = static_cast<unsigned>(_i);
  const bool repeated = wait_before_repeat({.creates = creates, .status = status}).has_value();
  ck_assert_int_eq(repeated, status == 429 || status == 503);
}
END_TEST

START_TEST(a_create_is_repeated_four_times_and_a_look_five_times) {
  for (unsigned repeats = 0; repeats < 12; ++repeats) {
    const auto create = wait_before_repeat({.creates = creates, .status = 429, .repeats = repeats});
    const auto look = wait_before_repeat({.creates = asks, .status = 503, .repeats = repeats});
    ck_assert_int_eq(create.has_value(), repeats < 4);
    ck_assert_int_eq(look.has_value(), repeats < 5);
  }
}
END_TEST

START_TEST(a_wish_for_patience_is_no_permission) {
  ck_assert(!wait_before_repeat({.creates = creates, .status = 429, .retry_after = 1s, .repeats = 4}));
  ck_assert(!wait_before_repeat({.status = 503, .retry_after = 1s, .repeats = 5}));
}
END_TEST

START_TEST(the_wait_doubles) {
  for (unsigned repeats = 0; repeats < 5; ++repeats)
    ck_assert_int_eq(wait({.status = 500, .repeats = repeats}).count(), 1000 << repeats);
}
END_TEST

START_TEST(the_dice_spread_the_wait_by_a_quarter) {
  ck_assert_int_eq(wait({.status = 500, .repeats = 1, .dice = 0}).count(), 1500);
  ck_assert_int_eq(wait({.status = 500, .repeats = 1, .dice = 1}).count(), 2500);
  milliseconds last = 0ms;
  for (int i = 0; i <= 10; ++i) {
    const milliseconds now = wait({.status = 500, .repeats = 1, .dice = i / 10.0});
    ck_assert_int_gt(now.count(), last.count());
    last = now;
  }
}
END_TEST

START_TEST(the_service_s_own_wait_is_kept_up_to_two_minutes) {
  constexpr struct {
    std::chrono::seconds asked, kept;
  } waits[] = {{0s, 0s}, {1s, 1s}, {119s, 119s}, {120s, 120s}, {121s, 120s}, {86400s, 120s}};
  for (const auto& each : waits)
    for (double dice : {0.0, 0.5, 1.0}) {
      ck_assert(wait({.creates = creates, .status = 429, .retry_after = each.asked, .dice = dice}) ==
                each.kept);
      ck_assert(wait({.status = 503, .retry_after = each.asked, .repeats = 4, .dice = dice}) == each.kept);
    }
}
END_TEST

int main() {
  Suite* suite = suite_create("repeat");
  TCase* tcase = tcase_create("repeat");
  tcase_add_loop_test(tcase, a_failed_call_is_made_again_only_where_the_table_says, 0, int(std::size(cases)));
  tcase_add_loop_test(tcase, a_create_is_repeated_after_no_status_but_429_and_503, 100, 600);
  tcase_add_test(tcase, a_create_is_repeated_four_times_and_a_look_five_times);
  tcase_add_test(tcase, a_wish_for_patience_is_no_permission);
  tcase_add_test(tcase, the_wait_doubles);
  tcase_add_test(tcase, the_dice_spread_the_wait_by_a_quarter);
  tcase_add_test(tcase, the_service_s_own_wait_is_kept_up_to_two_minutes);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
