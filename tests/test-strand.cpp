// test-strand.cpp - what becomes of a request that is given up or cancelled: what is here already is kept,
// and how the rest stands is told as far as anybody knows.
#include "jobs/strand.hpp"

#include <future>

#include "support/check.hpp"
#include "support/dots.h"
#include "support/fake-service.h"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;

namespace {

constexpr const char* path = "/create";
FakeService* service;

void setup() {
  image::ensure_gegl();
  service = fake_service_new();
}

void teardown() {
  fake_service_free(service);
}

// Makes of every answer what it is told to.
class Reader final : public Exchange {
 public:
  explicit Reader(std::function<Steps()> read) : read_(std::move(read)) {}
  Result<ServiceCall> open(const Request&, const Model&) noexcept override { return ServiceCall{}; }
  Steps hear(const HttpAnswer&) noexcept override { return read_(); }

 private:
  std::function<Steps()> read_;
};

Bytes dot(guint number) {
  return Bytes::adopt(read_dot(number));
}

std::string url(const char* where) {
  return std::string(fake_service_get_url(service)) + where;
}

// One strand and what it told.
struct Run {
  Provider provider{.id = "test", .name = "Test", .keeps_jobs = false};
  Plan plan;
  net::Transport transport;
  std::function<void()> changed = [] {};
  std::optional<Strand> strand;
  ErrorPtr error;
  bool ended = false;

  explicit Run(bool keeps_jobs) {
    provider.keeps_jobs = keeps_jobs;
    plan.provider = &provider;
    plan.model = std::make_shared<Model>();
    plan.base_url = fake_service_get_url(service);
    strand.emplace(
        plan, transport, 0u, [this] { changed(); },
        [this](ErrorPtr why) {
          error = std::move(why);
          ended = true;
        });
  }
  void start(std::function<Steps()> read) {
    fake_service_answer(service, path, 200, "application/json", "{}");
    strand->start({.exchange = std::make_shared<Reader>(std::move(read)),
                   .call = {.method = "POST", .path = path, .creates = true}});
  }
  const Outcome& outcome() const { return strand->outcome(); }
};

void turn_until(const std::function<bool()>& over) {
  while (!over())
    g_main_context_iteration(nullptr, TRUE);
}

ErrorPtr late() {
  return make_error(SEEDREAM_ERROR_DEADLINE, "Too late.");
}

void assert_stands(const Run& run, SeedreamJobState state, SeedreamCharge charged) {
  ck_assert_int_eq(run.outcome().standing.state, state);
  ck_assert_int_eq(run.outcome().standing.charged, charged);
}

void assert_late(const ErrorPtr& error) {
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_DEADLINE));
}

// Each of these takes some steps.
Steps here() {
  Steps steps = just(PictureHere{dot(0)});
  steps.emplace_back(Finished{});
  return steps;
}

Steps here_and_there() {
  Steps steps = just(PictureHere{dot(0)});
  steps.emplace_back(PictureAt{url("/never")});
  steps.emplace_back(Finished{});
  return steps;
}

Steps there() {
  Steps steps = just(Accepted{"j1"});
  steps.emplace_back(PictureAt{url("/never")});
  steps.emplace_back(Finished{});
  return steps;
}

bool stage_is(const Run& run, SeedreamStage stage) {
  return run.outcome().stage.stage == stage;
}

}  // namespace

// The timer goes off before any worker's word can be heard.
START_TEST(a_picture_that_is_being_decoded_at_the_deadline_is_kept) {
  Run run(false);
  Timer deadline;
  run.changed = [&] {
    if (stage_is(run, SEEDREAM_STAGE_DECODING) && !deadline)
      deadline = start_timer(std::chrono::milliseconds(0), [&] { run.strand->give_up(late()); });
  };
  run.start(here);
  turn_until([&] { return run.ended; });
  ck_assert(!run.error);
  assert_stands(run, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq(run.outcome().pictures.size(), 1);
  ck_assert(bool(run.outcome().pictures[0].buffer));
}
END_TEST

START_TEST(an_answer_that_is_being_read_at_the_deadline_is_kept) {
  Run run(false);
  std::promise<void> reading, given_up;
  run.start([&] {
    reading.set_value();
    given_up.get_future().wait();
    return here();
  });
  auto reads = reading.get_future();
  turn_until([&] { return reads.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready; });
  run.strand->give_up(late());
  ck_assert(!run.ended);
  given_up.set_value();
  turn_until([&] { return run.ended; });
  ck_assert(!run.error);
  assert_stands(run, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq(run.outcome().pictures.size(), 1);
}
END_TEST

START_TEST(nothing_more_is_asked_after_the_deadline) {
  Run run(true);
  std::promise<void> reading, given_up;
  run.start([&] {
    reading.set_value();
    given_up.get_future().wait();
    Steps steps = just(Accepted{"j1"});
    steps.emplace_back(Ask{{.path = "/poll"}});
    return steps;
  });
  auto reads = reading.get_future();
  turn_until([&] { return reads.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready; });
  run.strand->give_up(late());
  given_up.set_value();
  turn_until([&] { return run.ended; });
  assert_late(run.error);
  assert_text_eq(run.outcome().service_id, "j1");
  assert_stands(run, SEEDREAM_JOB_STATE_QUEUED, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq(fake_service_count(service, "/poll"), 0);
}
END_TEST

START_TEST(a_deadline_keeps_what_is_here_and_drops_what_is_not) {
  Run run(_i == 1);
  fake_service_stall(service, "/never");
  run.start(here_and_there);
  turn_until([&] { return fake_service_count(service, "/never") > 0; });
  run.strand->give_up(late());
  ck_assert(run.ended && !run.error);
  assert_stands(run, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq(run.outcome().pictures.size(), 1);
  assert_late(run.outcome().missing);
}
END_TEST

// Who keeps the job can be asked for its picture later; else it is paid for and gone.
START_TEST(a_picture_that_was_drawn_but_not_fetched_is_paid_for) {
  Run run(_i == 1);
  fake_service_stall(service, "/never");
  run.start(there);
  turn_until([&] { return fake_service_count(service, "/never") > 0; });
  ck_assert_int_eq(run.strand->resumable(), _i == 1);
  run.strand->give_up(late());
  ck_assert(run.ended);
  assert_late(run.error);
  assert_stands(run, _i == 1 ? SEEDREAM_JOB_STATE_RUNNING : SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES);
}
END_TEST

START_TEST(a_job_that_is_drawn_still_goes_on_where_it_is_kept_and_is_lost_elsewhere) {
  Run run(_i == 1);
  run.start([] {
    Steps steps = just(Accepted{"j1"});
    steps.emplace_back(Underway{SEEDREAM_JOB_STATE_RUNNING});
    return steps;
  });
  turn_until([&] { return stage_is(run, SEEDREAM_STAGE_DRAWING); });
  run.strand->give_up(late());
  ck_assert(run.ended);
  assert_stands(run, _i == 1 ? SEEDREAM_JOB_STATE_RUNNING : SEEDREAM_JOB_STATE_UNKNOWN,
                SEEDREAM_CHARGE_UNKNOWN);
}
END_TEST

START_TEST(a_strand_is_given_up_once) {
  Run run(false);
  fake_service_stall(service, path);
  run.start(here);
  turn_until([&] { return fake_service_count(service, path) > 0; });
  run.strand->give_up(late());
  assert_stands(run, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  run.error.reset();
  run.strand->give_up(late());
  run.strand->cancel();
  ck_assert(!run.error);
  assert_stands(run, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
}
END_TEST

// Nobody waits for it to be decoded, but its bytes are here.
START_TEST(a_picture_that_is_here_when_the_job_is_cancelled_is_kept_undecoded) {
  Run run(false);
  run.changed = [&] {
    if (stage_is(run, SEEDREAM_STAGE_DECODING) && !is_final(run.outcome().standing.state))
      run.strand->cancel();
  };
  run.start(_i == 0 ? here : there);
  if (_i == 1)
    fake_service_answer_bytes(service, "/never", "image/png", dot(0).get());
  turn_until([&] { return is_final(run.outcome().standing.state); });
  assert_stands(run, SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_YES);
  const auto& pictures = run.outcome().pictures;
  ck_assert_uint_eq(pictures.size(), 1);
  ck_assert(g_bytes_equal(pictures[0].bytes.get(), dot(0).get()));
  ck_assert_int_eq(pictures[0].info.width, 16);
}
END_TEST

int main() {
  Suite* suite = suite_create("strand");
  TCase* tcase = tcase_create("end");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_picture_that_is_being_decoded_at_the_deadline_is_kept);
  tcase_add_test(tcase, an_answer_that_is_being_read_at_the_deadline_is_kept);
  tcase_add_test(tcase, nothing_more_is_asked_after_the_deadline);
  tcase_add_loop_test(tcase, a_deadline_keeps_what_is_here_and_drops_what_is_not, 0, 2);
  tcase_add_loop_test(tcase, a_picture_that_was_drawn_but_not_fetched_is_paid_for, 0, 2);
  tcase_add_loop_test(tcase, a_job_that_is_drawn_still_goes_on_where_it_is_kept_and_is_lost_elsewhere, 0, 2);
  tcase_add_test(tcase, a_strand_is_given_up_once);
  tcase_add_loop_test(tcase, a_picture_that_is_here_when_the_job_is_cancelled_is_kept_undecoded, 0, 2);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
