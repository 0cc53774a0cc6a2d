// test-journal.cpp - what a job writes down of itself when it is not sent after all, asked for in vain or
// cancelled.
#include "jobs/journal.hpp"

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

constexpr const char* root = "https://api.example.org";

ErrorPtr cancellation() {
  return ErrorPtr(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled."));
}

StoredJob new_job(unsigned number) {
  StoredJob job = job_of(number);
  job.created = g_get_real_time();
  job.completed = 0;
  return job;
}

std::shared_ptr<Journal> begun(const std::shared_ptr<Store>& store, unsigned number, double estimate_usd) {
  auto journal = std::make_shared<Journal>(store, new_job(number), Attachments());
  sound(journal->begin(root, "", estimate_usd));
  return journal;
}

// Of a job that another program has left behind.
std::shared_ptr<Journal> taken_up(const std::shared_ptr<Store>& store, unsigned number) {
  StoredJob job = new_job(number);
  job.standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_UNKNOWN};
  job.service_id = "j1";
  sound(store->begin(job, 0.04));
  auto journal = std::make_shared<Journal>(store, job, sound(store->claim(job.id)));
  journal->take_up();
  return journal;
}

Tally tally_of(SeedreamJobState state, SeedreamCharge charged) {
  Tally tally;
  tally.standing = {state, charged};
  tally.service_id = "j1";
  return tally;
}

void sum_up(Journal& journal, SeedreamJobState state, SeedreamCharge charged, const ErrorPtr& error) {
  journal.sum_up(tally_of(state, charged), {}, error.get(), false);
  assert_text_eq(journal.trouble(), "");
}

SeedreamJobState state_of(Store& store, unsigned number) {
  return found(store, id_of(number)).standing.state;
}

double spent(Store& store) {
  return sound(store.spending()).usd;
}

}  // namespace

START_TEST(a_job_that_begins_is_attended_and_reserves_what_it_costs) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  auto journal = begun(store, 1, 0.04);
  ck_assert(found(*store, id_of(1)).attended);
  ck_assert_int_eq(state_of(*store, 1), SEEDREAM_JOB_STATE_QUEUED);
  ck_assert_double_eq_tol(spent(*store), 0.04, 1e-9);
  journal.reset();
  ck_assert(!found(*store, id_of(1)).attended);
}
END_TEST

START_TEST(a_job_that_was_never_sent_leaves_no_trace_and_no_cost) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begun(store, 1, 0.04)->drop();
  ck_assert(ids_in(*store).empty());
  ck_assert_double_eq(spent(*store), 0);
}
END_TEST

START_TEST(a_job_that_was_dropped_does_not_begin) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  Journal journal(store, new_job(1), Attachments());
  journal.drop();
  sound(journal.begin(root, "", 0.04));
  ck_assert(ids_in(*store).empty());
  ck_assert_double_eq(spent(*store), 0);
}
END_TEST

// Whoever takes it up may be cancelled before the service was asked.
START_TEST(a_job_that_was_sent_before_is_never_dropped) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  taken_up(store, 1)->drop();
  ck_assert_int_eq(state_of(*store, 1), SEEDREAM_JOB_STATE_RUNNING);
  ck_assert_double_eq_tol(spent(*store), 0.04, 1e-9);
}
END_TEST

START_TEST(a_job_over_the_budget_does_not_begin) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->set_rules({.budget_usd = 0.1}));
  Journal journal(store, new_job(1), {{"mask", bytes_of(1)}});
  assert_fails(journal.begin(root, "", 0.11), SEEDREAM_ERROR_PAY);
  journal.drop();
  ck_assert(ids_in(*store).empty());
  ck_assert_double_eq(spent(*store), 0);
  assert_text_eq(journal.trouble(), "");
}
END_TEST

START_TEST(a_budget_is_told_of_from_four_fifths_on) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->set_rules({.budget_usd = 1}));
  for (unsigned number = 1; number <= 10; ++number) {
    Journal journal(store, new_job(number), Attachments());
    const auto remarks = sound(journal.begin(root, "", 0.1));
    ck_assert_msg(remarks.empty() == (number < 8), "%u tenths: %u remarks", number,
                  static_cast<unsigned>(remarks.size()));
  }
}
END_TEST

START_TEST(what_may_go_away_by_itself_leaves_a_job_as_it_was) {
  for (int code = SEEDREAM_ERROR_FAILED; code <= SEEDREAM_ERROR_DEADLINE; ++code) {
    const TempFolder folder;
    const auto store = opened(folder.path());
    const ErrorPtr error = make_error(static_cast<SeedreamError>(code), "%s", "no luck");
    sum_up(*taken_up(store, 1), SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, error);
    ck_assert(state_of(*store, 1) ==
              (is_passing(error.get()) ? SEEDREAM_JOB_STATE_RUNNING : SEEDREAM_JOB_STATE_UNKNOWN));
  }
}
END_TEST

START_TEST(whoever_stops_waiting_leaves_a_job_as_it_was) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sum_up(*taken_up(store, 1), SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, cancellation());
  ck_assert_int_eq(state_of(*store, 1), SEEDREAM_JOB_STATE_RUNNING);
}
END_TEST

START_TEST(a_wish_to_cancel_is_meant_also_of_a_job_that_was_taken_up) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const auto journal = taken_up(store, 1);
  ck_assert(!journal->is_cancel_wanted());
  sound(store->want_cancel(id_of(1), true));
  ck_assert(journal->is_cancel_wanted());
  sum_up(*journal, SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, cancellation());
  ck_assert_int_eq(state_of(*store, 1), SEEDREAM_JOB_STATE_CANCELLED);
}
END_TEST

START_TEST(a_wish_to_cancel_ends_with_the_run_it_was_meant_for) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begun(store, 1, 0);
  sound(store->want_cancel(id_of(1), true));
  Journal journal(store, found(*store, id_of(1)), sound(store->claim(id_of(1))));
  journal.take_up();
  ck_assert(!journal.is_cancel_wanted());
}
END_TEST

START_TEST(where_no_history_is_kept_only_what_cost_nothing_is_dismissed) {
  const struct {
    SeedreamJobState state;
    SeedreamCharge charged;
    bool stays;
  } ends[] = {{SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO, false},
              {SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_NO, false},
              {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES, true},
              {SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, true},
              {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_NO, true}};
  for (const auto& end : ends) {
    const TempFolder folder;
    const auto store = opened(folder.path());
    sound(store->set_rules({.keeps_history = false}));
    sum_up(*begun(store, 1, 0.04), end.state, end.charged, make_error(SEEDREAM_ERROR_REFUSED, "%s", "no"));
    ck_assert(ids_in(*store).size() == (end.stays ? 1 : 0));
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("journal");
  TCase* tcase = tcase_create("journal");
  tcase_add_test(tcase, a_job_that_begins_is_attended_and_reserves_what_it_costs);
  tcase_add_test(tcase, a_job_that_was_never_sent_leaves_no_trace_and_no_cost);
  tcase_add_test(tcase, a_job_that_was_dropped_does_not_begin);
  tcase_add_test(tcase, a_job_that_was_sent_before_is_never_dropped);
  tcase_add_test(tcase, a_job_over_the_budget_does_not_begin);
  tcase_add_test(tcase, a_budget_is_told_of_from_four_fifths_on);
  tcase_add_test(tcase, what_may_go_away_by_itself_leaves_a_job_as_it_was);
  tcase_add_test(tcase, whoever_stops_waiting_leaves_a_job_as_it_was);
  tcase_add_test(tcase, a_wish_to_cancel_is_meant_also_of_a_job_that_was_taken_up);
  tcase_add_test(tcase, a_wish_to_cancel_ends_with_the_run_it_was_meant_for);
  tcase_add_test(tcase, where_no_history_is_kept_only_what_cost_nothing_is_dismissed);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
