// test-settle.cpp - what a record means that its program has left behind, as tables.
#include "jobs/settle.hpp"

#include "providers/provider.hpp"
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

constexpr gint64 second = G_USEC_PER_SEC, hour = 3600 * second, day = 24 * hour;
constexpr gint64 now = 1'700'000'000 * second;

// One that keeps jobs, one that keeps pictures for a day, one that keeps nothing, one that nobody knows.
constexpr const char* services[] = {"imarouter", "modelark", "openrouter", "gone"};

// What is known of one picture.
enum Piece { here, damaged, purged, away, nowhere };

StoredPicture picture_as(Piece piece, unsigned number) {
  StoredPicture picture{.number = number};
  if (piece == away || piece == purged)
    picture.url = "https://example.org/1";
  if (piece == here || piece == damaged)
    picture.file = "/somewhere/1.png";
  picture.damaged = piece == damaged;
  picture.purged = piece == purged;
  return picture;
}

StoredJob left(const char* provider, const char* service_id, std::vector<Piece> pieces, unsigned count = 1) {
  StoredJob job = job_of(1);
  job.provider = provider;
  job.service_id = service_id;
  job.count = count;
  job.created = now;
  job.standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_UNKNOWN};
  for (Piece piece : pieces)
    job.pictures.push_back(picture_as(piece, static_cast<unsigned>(job.pictures.size())));
  return job;
}

std::vector<StoredJob> in_every_state(const StoredJob& job) {
  std::vector<StoredJob> all;
  for (int state = 0; state <= SEEDREAM_JOB_STATE_UNKNOWN; ++state)
    for (int charged = 0; charged <= SEEDREAM_CHARGE_UNKNOWN; ++charged) {
      all.push_back(job);
      all.back().standing = {static_cast<SeedreamJobState>(state), static_cast<SeedreamCharge>(charged)};
    }
  return all;
}

}  // namespace

// What each service is here for.
START_TEST(the_services_are_of_the_kinds_that_are_told_apart) {
  ck_assert(find_provider(services[0])->keeps_jobs);
  ck_assert(!find_provider(services[1])->keeps_jobs && !find_provider(services[2])->keeps_jobs);
  ck_assert_int_eq(find_provider(services[1])->keeps_pictures.count(), 24);
  ck_assert_int_eq(find_provider(services[2])->keeps_pictures.count(), 0);
  ck_assert_ptr_null(find_provider(services[3]));
}
END_TEST

START_TEST(whole_pictures_count_and_purged_ones_were_whole) {
  const struct {
    std::vector<Piece> pieces;
    unsigned kept;
  } cases[] = {
      {{}, 0},
      {{here}, 1},
      {{damaged}, 0},
      {{purged}, 1},
      {{away}, 0},
      {{nowhere}, 0},
      {{here, damaged, purged, away, nowhere, here}, 3},
  };
  for (const auto& each : cases)
    ck_assert_uint_eq(kept_pictures(left("imarouter", "", each.pieces, 9)), each.kept);
}
END_TEST

START_TEST(what_lacks_is_asked_for_where_it_may_be) {
  const struct {
    const char *provider, *service_id;
    unsigned count;
    std::vector<Piece> pieces;
    bool can;
  } cases[] = {
      {"imarouter", "j1", 1, {}, true},
      {"imarouter", "", 1, {}, false},
      {"imarouter", "j1", 1, {nowhere}, true},
      {"imarouter", "j1", 1, {away}, true},
      {"imarouter", "", 1, {away}, true},
      {"imarouter", "j1", 1, {damaged}, true},
      {"imarouter", "j1", 1, {here}, false},
      {"imarouter", "j1", 1, {purged}, false},
      {"imarouter", "j1", 2, {here}, true},
      {"imarouter", "j1", 2, {here, away}, true},
      {"imarouter", "j1", 2, {here, purged}, false},
      {"imarouter", "j1", 1, {here, away}, false},
      {"modelark", "id", 1, {}, false},
      {"modelark", "id", 1, {away}, true},
      {"modelark", "id", 2, {here, nowhere}, false},
      {"modelark", "id", 2, {here, away}, true},
      {"modelark", "id", 2, {purged, away}, true},
      {"modelark", "id", 2, {damaged, here}, false},
      {"openrouter", "gen-1", 1, {}, false},
      {"gone", "j1", 1, {}, false},
      {"gone", "j1", 1, {away}, true},
  };
  for (const auto& each : cases)
    ck_assert_msg(can_be_asked_for(left(each.provider, each.service_id, each.pieces, each.count)) == each.can,
                  "%s “%s”, %u wanted", each.provider, each.service_id, each.count);
}
END_TEST

START_TEST(what_cannot_be_asked_for_is_not_worth_it) {
  for (const char* service : services)
    for (const StoredJob& job : in_every_state(left(service, "", {here, nowhere}, 2)))
      ck_assert(!is_worth_asking_for(job, now));
}
END_TEST

START_TEST(what_has_not_ended_is_always_worth_asking_for) {
  for (const StoredJob& job : in_every_state(left("imarouter", "j1", {})))
    for (const gint64 moment : {gint64{0}, now, now + 10'000 * day, G_MAXINT64})
      if (!is_final(job.standing.state))
        ck_assert(is_worth_asking_for(job, moment));
}
END_TEST

// Unless the service had the last word, for a week in either direction.
START_TEST(what_ended_without_its_picture_is_worth_asking_for_a_while) {
  const struct {
    gint64 age;
    int error;
    bool worth;
  } cases[] = {
      {0, StoredJob::was_cancelled, true},
      {0, StoredJob::no_error, true},
      {0, SEEDREAM_ERROR_UNAVAILABLE, true},
      {0, SEEDREAM_ERROR_DEADLINE, true},
      {0, SEEDREAM_ERROR_REFUSED, false},
      {0, SEEDREAM_ERROR_INVALID, false},
      {7 * day - 1, StoredJob::was_cancelled, true},
      {7 * day, StoredJob::was_cancelled, false},
      {1 - 7 * day, StoredJob::was_cancelled, true},
      {-7 * day, StoredJob::was_cancelled, false},
  };
  for (const auto& each : cases)
    for (StoredJob job : in_every_state(left("imarouter", "j1", {}))) {
      if (!is_final(job.standing.state))
        continue;
      job.error_code = each.error;
      const bool is_open = job.standing.state == SEEDREAM_JOB_STATE_CANCELLED ||
                           job.standing.state == SEEDREAM_JOB_STATE_UNKNOWN;
      const bool may_be_paid = job.standing.charged != SEEDREAM_CHARGE_NO;
      ck_assert_msg(is_worth_asking_for(job, now + each.age) == (each.worth && is_open && may_be_paid),
                    "state %d, charged %d, error %d", job.standing.state, job.standing.charged, each.error);
    }
}
END_TEST

// A damaged record, or a clock that is.
START_TEST(dates_at_the_ends_of_time_are_dates) {
  for (const gint64 date : {G_MININT64, gint64{0}, G_MAXINT64}) {
    StoredJob job = left("imarouter", "j1", {});
    job.standing = {SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN};
    job.created = date;
    ck_assert(!is_worth_asking_for(job, now));
  }
  StoredJob job = left("modelark", "", {away});
  job.pictures[0].told = G_MAXINT64;
  ck_assert_int_eq(expiry_of(job), G_MAXINT64);
}
END_TEST

START_TEST(the_first_address_to_end_is_the_one_that_counts) {
  struct Told {
    Piece piece;
    gint64 told;
  };
  const struct {
    const char* provider;
    std::vector<Told> pictures;
    gint64 expiry;
  } cases[] = {
      {"modelark", {}, 0},
      {"modelark", {{away, now}}, now + day},
      {"modelark", {{away, 0}}, 0},
      {"modelark", {{here, now}}, 0},
      {"modelark", {{purged, now}}, 0},
      {"modelark", {{nowhere, now}}, 0},
      {"modelark", {{away, now}, {away, now - hour}, {away, now + hour}}, now + 23 * hour},
      {"modelark", {{here, now - hour}, {away, 0}, {away, now}}, now + day},
      {"imarouter", {{away, now}}, 0},
      {"openrouter", {{away, now}}, 0},
      {"gone", {{away, now}}, 0},
  };
  for (const auto& each : cases) {
    StoredJob job = left(each.provider, "", {}, 9);
    for (const Told& told : each.pictures) {
      job.pictures.push_back(picture_as(told.piece, static_cast<unsigned>(job.pictures.size())));
      job.pictures.back().told = told.told;
    }
    ck_assert_int_eq(expiry_of(job), each.expiry);
  }
}
END_TEST

START_TEST(what_is_over_attended_or_can_be_asked_for_stays_as_it_is) {
  for (const char* service : services)
    for (StoredJob job : in_every_state(left(service, "j1", {here, away}, 3))) {
      ck_assert(settled(job) == job);
      job.pictures.clear();
      job.attended = true;
      ck_assert(settled(job) == job);
      job.attended = false;
      if (is_final(job.standing.state))
        ck_assert(settled(job) == job);
    }
}
END_TEST

START_TEST(what_is_all_here_is_completed) {
  for (const auto& pieces : {std::vector{here}, std::vector{purged}, std::vector{here, damaged}})
    for (const StoredJob& job : in_every_state(left("openrouter", "", pieces))) {
      if (is_final(job.standing.state))
        continue;
      StoredJob completed = job;
      completed.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
      ck_assert(settled(job) == completed);
      ck_assert(settled(settled(job)) == completed);
    }
}
END_TEST

START_TEST(what_is_partly_here_is_completed_and_tells_what_lacks) {
  const StoredJob job = settled(left("openrouter", "", {here, damaged, here}, 4));
  ck_assert(job.standing == (Standing{SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES}));
  ck_assert_int_eq(job.error_code, SEEDREAM_ERROR_UNAVAILABLE);
  ck_assert_msg(job.error_message.find("2 of 4") != std::string::npos, "%s", job.error_message.c_str());
}
END_TEST

START_TEST(of_what_is_not_here_nobody_knows_whether_it_was_charged) {
  for (const char* service : services)
    for (const auto& pieces : {std::vector<Piece>(), std::vector{nowhere}, std::vector{damaged}})
      for (const StoredJob& job : in_every_state(left(service, "", pieces))) {
        if (is_final(job.standing.state))
          continue;
        const StoredJob lost = settled(job);
        ck_assert(lost.standing == (Standing{SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN}));
        ck_assert_int_eq(lost.error_code, SEEDREAM_ERROR_UNAVAILABLE);
        ck_assert(lost.error_message.find("may have been charged") != std::string::npos);
        ck_assert(lost.pictures == job.pictures);
        ck_assert(settled(lost) == lost);
      }
}
END_TEST

START_TEST(what_is_kept_costs_its_share_of_the_estimate_until_somebody_tells) {
  StoredJob job = left("openrouter", "", {here, here}, 3);
  job.estimate_usd = 0.12;
  ck_assert_double_eq_tol(settled(job).cost_usd, 0.08, 1e-9);
  job.cost_usd = 0.05;
  ck_assert_double_eq_tol(settled(job).cost_usd, 0.05, 1e-9);
  job.cost_usd = 0;
  job.cost_is_told = true;
  ck_assert_double_eq_tol(settled(job).cost_usd, 0, 1e-9);
}
END_TEST

int main() {
  Suite* suite = suite_create("settle");
  TCase* tcase = tcase_create("settle");
  tcase_add_test(tcase, the_services_are_of_the_kinds_that_are_told_apart);
  tcase_add_test(tcase, whole_pictures_count_and_purged_ones_were_whole);
  tcase_add_test(tcase, what_lacks_is_asked_for_where_it_may_be);
  tcase_add_test(tcase, what_cannot_be_asked_for_is_not_worth_it);
  tcase_add_test(tcase, what_has_not_ended_is_always_worth_asking_for);
  tcase_add_test(tcase, what_ended_without_its_picture_is_worth_asking_for_a_while);
  tcase_add_test(tcase, dates_at_the_ends_of_time_are_dates);
  tcase_add_test(tcase, the_first_address_to_end_is_the_one_that_counts);
  tcase_add_test(tcase, what_is_over_attended_or_can_be_asked_for_stays_as_it_is);
  tcase_add_test(tcase, what_is_all_here_is_completed);
  tcase_add_test(tcase, what_is_partly_here_is_completed_and_tells_what_lacks);
  tcase_add_test(tcase, what_is_kept_costs_its_share_of_the_estimate_until_somebody_tells);
  tcase_add_test(tcase, of_what_is_not_here_nobody_knows_whether_it_was_charged);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
