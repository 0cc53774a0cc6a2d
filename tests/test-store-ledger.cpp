// test-store-ledger.cpp - what jobs have cost and may cost, what the user rules, and what is kept no longer.
#include <ctime>

#include "jobs/settle.hpp"
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

constexpr double hair = 1e-9;  // by which sums may be off
constexpr gint64 second = G_USEC_PER_SEC, day = 24 * 3600 * second;

// One ahead of everybody, one behind, one that changes its clocks on the first of November.
constexpr const char* zones[] = {"UTC0", "AHEAD-13:45", "BEHIND11", "EST5EDT,M3.2.0,M11.1.0"};

void move_to(const char* zone) {
  g_setenv("TZ", zone, TRUE);
  tzset();
}

gint64 local_time(int year, int month, int of_month, int hour = 0, int minute = 0, int seconds = 0) {
  struct tm parts = {};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = of_month;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = seconds;
  parts.tm_isdst = -1;
  return static_cast<gint64>(mktime(&parts)) * second;
}

gint64 beginning_of_this_month() {
  const time_t now = time(nullptr);
  const struct tm parts = *localtime(&now);
  return local_time(parts.tm_year + 1900, parts.tm_mon + 1, 1);
}

// Sent, at what it will probably cost.
StoredJob begin_at(Store& store, unsigned number, gint64 moment, double estimate) {
  StoredJob job = job_of(number);
  job.created = moment;
  job.completed = 0;
  job.standing = {SEEDREAM_JOB_STATE_QUEUED, SEEDREAM_CHARGE_UNKNOWN};
  sound(store.begin(job, estimate));
  return job;
}

StoredJob begin_now(Store& store, unsigned number, double estimate) {
  return begin_at(store, number, g_get_real_time(), estimate);
}

void end_as(Store& store, StoredJob job, SeedreamJobState state, SeedreamCharge charged, double usd = 0,
            bool told = false) {
  job.standing = {state, charged};
  job.cost_usd = usd;
  job.cost_is_told = told;
  sound(store.update(job));
}

Total all_of(Store& store) {
  const auto totals = sound(store.totals(SEEDREAM_PERIOD_ALL, false));
  ck_assert_uint_le(totals.size(), 1);
  return totals.empty() ? Total() : totals[0];
}

void assert_costs(Store& store, double usd, double estimated, double uncertain) {
  const Total total = all_of(store);
  ck_assert_double_eq_tol(total.usd, usd, hair);
  ck_assert_double_eq_tol(total.estimated_usd, estimated, hair);
  ck_assert_double_eq_tol(total.uncertain_usd, uncertain, hair);
}

void set_budget(Store& store, double usd) {
  sound(store.set_rules({.budget_usd = usd}));
}

// "period provider pictures usd", one after another.
std::string told(const std::vector<Total>& totals) {
  std::string text;
  for (const Total& total : totals)
    text += format("%s%s %s %d %.2f", text.empty() ? "" : ", ", total.period.c_str(), total.provider.c_str(),
                   static_cast<int>(total.pictures), total.usd);
  return text;
}

// Whether some file below the folder has these bytes in it.
bool is_anywhere(const std::string& folder, const std::string& secret) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && content_of(entry.path()).find(secret) != std::string::npos)
      return true;
  return false;
}

constexpr const char* secrets[] = {"a secret wedding cake", "layer of my bride", "the selection of her",
                                   "her small face",        "her large face",    "https://example.org/her",
                                   "a note about her"};

// Everywhere in it is something that nobody else shall read. It has cost five cents.
void complete_secretly(Store& store) {
  StoredJob job = job_of(1);
  job.prompt = secrets[0];
  job.placement = secrets[1];
  job.standing = {SEEDREAM_JOB_STATE_QUEUED, SEEDREAM_CHARGE_UNKNOWN};
  sound(store.begin(job, 0.05, {{"selection", Bytes::of(secrets[2])}}));
  sound(store.keep_thumbnail(job.id, 0, Bytes::of(secrets[3])));
  sound(store.keep(job.id, picture_of(0), Bytes::of(secrets[4])));
  job.pictures = {picture_of(0)};
  job.pictures[0].url = secrets[5];
  job.notes = {secrets[6]};
  end_as(store, job, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.05);
}

// Ended and delivered, with a picture of so many bytes.
StoredJob complete_with(Store& store, unsigned number, gint64 created, std::size_t size) {
  StoredJob job = job_of(number);
  job.created = created;
  job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
  job.cost_usd = 0.05;
  job.delivered = 1;
  job.service_id = "j1";
  job.pictures = {picture_of(0)};
  job.pictures[0].url = "https://example.org/" + job.id;
  sound(store.begin(job));
  sound(store.keep(job.id, job.pictures[0], bytes_of(number, size)));
  sound(store.keep_thumbnail(job.id, 0, bytes_of(number, 10)));
  return found(store, job.id);
}

bool has_original(Store& store, unsigned number) {
  const StoredPicture picture = found(store, id_of(number)).pictures.at(0);
  ck_assert(picture.purged == picture.file.empty());
  return !picture.file.empty();
}

// The numbers of those whose originals are here.
std::vector<unsigned> originals(Store& store, unsigned jobs) {
  std::vector<unsigned> numbers;
  for (unsigned number = 0; number < jobs; ++number)
    if (has_original(store, number))
      numbers.push_back(number);
  return numbers;
}

using Numbers = std::vector<unsigned>;
constexpr gint64 now = 1'700'000'000 * second;  // for purges
constexpr std::size_t megabyte = 1 << 20;

}  // namespace

START_TEST(what_is_sent_reserves_what_it_will_probably_cost) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  assert_costs(*store, 0, 0, 0);
  begin_now(*store, 1, 0.04);
  begin_now(*store, 2, 0.02);
  assert_costs(*store, 0, 0, 0.06);
  ck_assert_int_eq(all_of(*store).pictures, 0);
  ck_assert_double_eq_tol(sound(store->spending()).usd, 0.06, hair);
}
END_TEST

START_TEST(a_charge_is_what_became_of_its_job) {
  const struct {
    SeedreamJobState state;
    SeedreamCharge charged;
    double cost;
    bool told;
    double usd, estimated, uncertain;
  } ends[] = {
      {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_UNKNOWN, 0, false, 0, 0, 0.04},
      {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_NO, 0, false, 0, 0, 0.04},
      {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES, 0.03, false, 0.03, 0.03, 0},
      {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.03, true, 0.03, 0, 0},
      {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.03, false, 0.03, 0.03, 0},
      {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0, false, 0.04, 0.04, 0},
      {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0, true, 0, 0, 0},
      {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES, 0.05, true, 0.05, 0, 0},
      {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN, 0, false, 0, 0, 0.04},
      {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO, 0, false, 0, 0, 0},
      {SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0, false, 0, 0, 0.04},
      {SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_NO, 0, false, 0, 0, 0},
      {SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, 0, false, 0, 0, 0.04},
  };
  for (const auto& end : ends) {
    const TempFolder folder;
    const auto store = opened(folder.path());
    const StoredJob job = begin_now(*store, 1, 0.04);
    for (int turn = 0; turn < 2; ++turn) {
      end_as(*store, job, end.state, end.charged, end.cost, end.told);
      assert_costs(*store, end.usd, end.estimated, end.uncertain);
    }
  }
}
END_TEST

START_TEST(what_may_have_been_charged_is_known_later) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const StoredJob paid = begin_now(*store, 1, 0.04), free = begin_now(*store, 2, 0.02);
  for (const StoredJob& job : {paid, free})
    end_as(*store, job, SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN);
  assert_costs(*store, 0, 0, 0.06);
  end_as(*store, paid, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.05, true);
  end_as(*store, free, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_costs(*store, 0.05, 0, 0);
}
END_TEST

START_TEST(what_a_forgotten_job_has_cost_stays) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const StoredJob paid = begin_now(*store, 1, 0.04), open = begin_now(*store, 2, 0.02);
  end_as(*store, paid, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.05, true);
  for (int turn = 0; turn < 2; ++turn) {
    sound(store->forget(paid.id));
    sound(store->forget(open.id));
    assert_costs(*store, 0.05, 0, 0.02);
    ck_assert_int_eq(all_of(*store).pictures, 1);
  }
}
END_TEST

START_TEST(pictures_count_as_they_come) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = job_of(1);
  job.count = 4;
  sound(store->begin(job, 0.16));
  end_as(*store, job, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.12);
  ck_assert_int_eq(all_of(*store).pictures, 4);
  job.pictures = {picture_of(0), picture_of(1), picture_of(2)};
  end_as(*store, job, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0.12);
  ck_assert_int_eq(all_of(*store).pictures, 3);
}
END_TEST

// The loop variable is the zone. The last second of a month, the first of the next, and the day's end after
// it.
START_TEST(totals_are_of_local_days_and_months) {
  move_to(zones[_i]);
  const TempFolder folder;
  const auto store = opened(folder.path());
  const gint64 moments[] = {local_time(2026, 10, 31, 23, 59, 59) + second - 1,
                            local_time(2026, 11, 1),
                            local_time(2026, 11, 1, 23, 59, 59),
                            local_time(2026, 11, 2),
                            local_time(2026, 12, 31, 23, 59, 59),
                            local_time(2027, 1, 1)};
  double usd = 1;
  for (unsigned number = 0; number < std::size(moments); ++number, usd *= 2)
    end_as(*store, begin_at(*store, number, moments[number], usd), SEEDREAM_JOB_STATE_COMPLETED,
           SEEDREAM_CHARGE_YES, usd);
  assert_text_eq(told(sound(store->totals(SEEDREAM_PERIOD_DAY, false))),
                 "2027-01-01  1 32.00, 2026-12-31  1 16.00, 2026-11-02  1 8.00, 2026-11-01  2 6.00, "
                 "2026-10-31  1 1.00");
  assert_text_eq(told(sound(store->totals(SEEDREAM_PERIOD_MONTH, false))),
                 "2027-01  1 32.00, 2026-12  1 16.00, 2026-11  3 14.00, 2026-10  1 1.00");
  assert_text_eq(told(sound(store->totals(SEEDREAM_PERIOD_ALL, false))), "  6 63.00");
}
END_TEST

START_TEST(each_service_has_totals_of_its_own) {
  move_to("UTC0");
  const TempFolder folder;
  const auto store = opened(folder.path());
  unsigned number = 0;
  for (const char* provider : {"modelark", "imarouter", "modelark"})
    for (const int month : {5, 6}) {
      StoredJob job = job_of(++number);
      job.provider = provider;
      job.created = local_time(2026, month, 3);
      job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
      job.cost_usd = number;
      sound(store->begin(job));
    }
  assert_text_eq(told(sound(store->totals(SEEDREAM_PERIOD_MONTH, true))),
                 "2026-06 imarouter 1 4.00, 2026-06 modelark 2 8.00, 2026-05 imarouter 1 3.00, "
                 "2026-05 modelark 2 6.00");
  assert_text_eq(told(sound(store->totals(SEEDREAM_PERIOD_ALL, true))),
                 " imarouter 2 7.00,  modelark 4 14.00");
}
END_TEST

START_TEST(a_budget_allows_what_it_says_and_no_more) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  set_budget(*store, 1);
  // Ten times a tenth is no 1 in binary.
  for (unsigned number = 0; number < 10; ++number)
    begin_now(*store, number, 0.1);
  const auto before = sound(store->changes(0));
  const Spending spent = sound(store->spending());
  ck_assert_double_eq_tol(spent.usd, 1, hair);
  ck_assert_double_eq(spent.budget_usd, 1);
  for (const double estimate : {100.0, 0.1, 0.001}) {
    StoredJob job = job_of(99);
    job.created = g_get_real_time();
    job.notes = {"a note"};
    job.pictures = {picture_of(0)};
    const std::string message =
        assert_fails(store->begin(job, estimate, {{"mask", bytes_of(1)}}), SEEDREAM_ERROR_PAY);
    ck_assert_msg(message.find("$1.00") != std::string::npos, "%s", message.c_str());
    ck_assert(!sound(store->find(id_of(99))));
    ck_assert(!sound(store->attachment(id_of(99), "mask")));
  }
  assert_costs(*store, 0, 0, 1);
  ck_assert(sound(store->changes(0)).jobs == before.jobs);
  ck_assert_int_eq(sound(store->changes(0)).revision, before.revision);
}
END_TEST

START_TEST(what_has_no_price_is_not_held_against_a_budget) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_now(*store, 1, 5);
  set_budget(*store, 0);
  begin_now(*store, 2, 0);
  StoredJob job = job_of(3);
  job.created = g_get_real_time();
  assert_fails(store->begin(job, 0.01), SEEDREAM_ERROR_PAY);
  set_budget(*store, -1);
  sound(store->begin(job, 1000));
}
END_TEST

START_TEST(what_was_not_charged_makes_room_in_the_budget) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  set_budget(*store, 1);
  const StoredJob first = begin_now(*store, 1, 1);
  StoredJob next = job_of(2);
  next.created = g_get_real_time();
  assert_fails(store->begin(next, 1), SEEDREAM_ERROR_PAY);
  end_as(*store, first, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  sound(store->forget(first.id));
  assert_fails(store->begin(next, 1), SEEDREAM_ERROR_PAY);
  const StoredJob other = begin_now(*store, 3, 0);
  end_as(*store, other, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_fails(store->begin(next, 1), SEEDREAM_ERROR_PAY);
  meddle(folder.path(), "DELETE FROM charge");
  sound(store->begin(next, 1));
  end_as(*store, next, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  begin_now(*store, 4, 1);
}
END_TEST

START_TEST(a_budget_is_of_this_month_in_local_time) {
  move_to(zones[_i]);
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_at(*store, 1, beginning_of_this_month() - 1, 4);
  begin_at(*store, 2, 0, 8);
  ck_assert_double_eq(sound(store->spending()).usd, 0);
  begin_at(*store, 3, beginning_of_this_month(), 1);
  ck_assert_double_eq(sound(store->spending()).usd, 1);
  begin_now(*store, 4, 2);
  ck_assert_double_eq(sound(store->spending()).usd, 3);
}
END_TEST

// It was wrong when that was charged, or it is now.
START_TEST(a_clock_that_was_set_makes_no_room_in_a_budget) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_at(*store, 1, g_get_real_time() + second, 1);
  begin_at(*store, 2, g_get_real_time() + 40 * day, 2);
  begin_at(*store, 3, g_get_real_time() + 4000 * day, 4);
  begin_at(*store, 4, g_get_real_time() + 400'000 * day, 8);
  ck_assert_double_eq(sound(store->spending()).usd, 15);
  ck_assert_double_eq(all_of(*store).uncertain_usd, 15);
}
END_TEST

START_TEST(programs_that_race_for_a_budget_do_not_overdraw_it) {
  const unsigned programs = _i % 2 ? 8 : 2;
  const TempFolder folder;
  set_budget(*opened(folder.path()), 0.3);
  begin_now(*opened(folder.path()), 1000, 0.2);
  Pipe told;
  race(programs, [&](unsigned program) {
    const auto store = opened(folder.path());
    StoredJob job = job_of(program);
    job.created = g_get_real_time();
    if (store->begin(job, 0.1))
      told.write_number(program);
    else
      assert_fails(store->begin(job, 0.1), SEEDREAM_ERROR_PAY);
  });
  told.close_writer();
  unsigned winner = 0, another = 0;
  ck_assert(told.read_number(&winner));
  ck_assert(!told.read_number(&another));
  const auto store = opened(folder.path());
  ck_assert(ids_in(*store) == std::vector({id_of(winner), id_of(1000)}));
  assert_costs(*store, 0, 0, 0.3);
}
END_TEST

START_TEST(rules_are_for_all_programs_and_last) {
  const TempFolder folder;
  const auto other = opened(folder.path());
  ck_assert(sound(other->rules()) == (Rules{true, 0, 0, -1}));
  const Rules turns[] = {{false, 30, 500, 12.5}, {true, 0, 1, 0}, {true, 0, 0, -1}};
  for (const Rules& rules : turns) {
    sound(opened(folder.path())->set_rules(rules));
    ck_assert(sound(other->rules()) == rules);
    ck_assert(sound(opened(folder.path())->rules()) == rules);
  }
}
END_TEST

START_TEST(a_rule_of_a_later_version_is_left_alone) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  meddle(folder.path(), "INSERT INTO rule VALUES ('keep-for-the-queen', 7)");
  ck_assert(sound(store->rules()) == Rules());
  sound(store->set_rules({.keep_days = 3}));
  assert_text_eq(answer_of(folder.path(), "SELECT value FROM rule WHERE name = 'keep-for-the-queen'"), "7.0");
}
END_TEST

START_TEST(a_history_that_is_kept_outlives_its_delivery) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete_secretly(*store);
  sound(store->deliver(id_of(1), 77));
  sound(store->deliver(id_of(1), 99));
  sound(store->dismiss(id_of(1)));
  ck_assert_int_eq(found(*store, id_of(1)).delivered, 77);
  for (const char* secret : secrets)
    ck_assert_msg(is_anywhere(folder.path(), secret), "%s is lost", secret);
  ck_assert(text_of(sound(store->attachment(id_of(1), "selection"))) == secrets[2]);
  ck_assert(text_of(sound(store->thumbnail(id_of(1)))) == secrets[3]);
}
END_TEST

// While this program and another have it open, as one that shows the history has it for hours.
START_TEST(where_no_history_is_kept_nothing_stays_but_what_it_cost) {
  const TempFolder folder;
  const auto store = opened(folder.path()), other = opened(folder.path());
  sound(store->set_rules({.keeps_history = false}));
  complete_secretly(*store);
  ck_assert_uint_eq(ids_in(*other).size(), 1);
  sound(store->deliver(id_of(1), 77));
  ck_assert(ids_in(*other).empty());
  ck_assert(names_in(folder / "pictures").empty());
  for (const char* secret : secrets)
    ck_assert_msg(!is_anywhere(folder.path(), secret), "%s can be read", secret);
  ck_assert(!sound(store->attachment(id_of(1), "selection")));
  ck_assert(!sound(store->thumbnail(id_of(1))));
  assert_costs(*store, 0.05, 0.05, 0);
}
END_TEST

START_TEST(where_no_history_is_kept_what_brought_nothing_is_dismissed) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const StoredJob job = begin_now(*store, 1, 0.05), other = begin_now(*store, 2, 0.05);
  end_as(*store, job, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  sound(store->dismiss(job.id));
  ck_assert_uint_eq(ids_in(*store).size(), 2);
  sound(store->set_rules({.keeps_history = false}));
  sound(store->dismiss(job.id));
  ck_assert(ids_in(*store) == std::vector({other.id}));
  sound(store->dismiss(job.id));
}
END_TEST

START_TEST(what_was_never_begun_is_not_delivered) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  assert_fails(store->deliver(id_of(1), 77), SEEDREAM_ERROR_INVALID);
  assert_fails(store->star(id_of(1), true), SEEDREAM_ERROR_INVALID);
  assert_fails(store->want_cancel(id_of(1), true), SEEDREAM_ERROR_INVALID);
  assert_fails(store->keep_thumbnail(id_of(1), 0, bytes_of(1)), SEEDREAM_ERROR_INVALID);
  ck_assert(!sound(store->is_cancel_wanted(id_of(1))));
}
END_TEST

START_TEST(originals_go_by_their_days) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const gint64 ages[] = {31 * day, 30 * day + 1, 30 * day, 29 * day, 0};
  for (unsigned number = 0; number < std::size(ages); ++number)
    complete_with(*store, number, now - ages[number], 1000);
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 0);
  sound(store->set_rules({.keep_days = 30}));
  const Purged purged = sound(store->purge(now, false));
  ck_assert_uint_eq(purged.pictures, 2);
  ck_assert_uint_eq(purged.bytes, 2000);
  ck_assert(originals(*store, 5) == (Numbers{2, 3, 4}));
  ck_assert_uint_eq(names_in(folder / "pictures").size(), 3);
}
END_TEST

START_TEST(originals_go_by_the_room_they_take_the_oldest_first) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < 4; ++number)
    complete_with(*store, number, now - number, megabyte / 2);  // the last begun has the earliest date
  sound(store->set_rules({.keep_megabytes = 2}));
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 0);
  complete_with(*store, 4, now, 1);
  const Purged purged = sound(store->purge(now, false));
  ck_assert_uint_eq(purged.pictures, 1);
  ck_assert_uint_eq(purged.bytes, megabyte / 2);
  ck_assert(originals(*store, 5) == (Numbers{1, 2, 3, 4}));
  sound(store->set_rules({.keep_megabytes = 1}));
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 2);
  ck_assert(originals(*store, 5) == (Numbers{3, 4}));
}
END_TEST

START_TEST(originals_go_by_either_rule) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < 4; ++number)
    complete_with(*store, number, number == 3 ? now - 9 * day : now, megabyte);
  sound(store->set_rules({.keep_days = 7, .keep_megabytes = 3}));
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 2);
  ck_assert(originals(*store, 4) == (Numbers{1, 2}));
}
END_TEST

START_TEST(a_rehearsal_removes_nothing_and_tells_the_same) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < 4; ++number)
    complete_with(*store, number, now - 9 * day * (number % 2), megabyte);
  sound(store->set_rules({.keep_days = 7, .keep_megabytes = 2}));
  const auto before = sound(store->changes(0));
  const Purged rehearsed = sound(store->purge(now, true));
  ck_assert(sound(store->changes(0)).jobs == before.jobs);
  ck_assert(originals(*store, 4) == (Numbers{0, 1, 2, 3}));
  const Purged purged = sound(store->purge(now, false));
  ck_assert_uint_eq(purged.pictures, rehearsed.pictures);
  ck_assert_uint_eq(purged.bytes, rehearsed.bytes);
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 0);
}
END_TEST

// Each would go by both rules.
START_TEST(what_is_starred_unseen_or_under_way_is_never_purged) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < 5; ++number)
    complete_with(*store, number, 0, megabyte);
  sound(store->star(id_of(0), true));
  meddle(folder.path(), "UPDATE job SET delivered = 0 WHERE id = '" + id_of(1) + "'");
  StoredJob running = found(*store, id_of(2));
  running.standing.state = SEEDREAM_JOB_STATE_RUNNING;
  sound(store->update(running));
  const auto claim = sound(store->claim(id_of(3)));
  sound(store->set_rules({.keep_days = 1, .keep_megabytes = 1}));
  for (const bool rehearse : {true, false})
    ck_assert_uint_eq(sound(store->purge(now, rehearse)).pictures, 1);
  ck_assert(originals(*store, 5) == (Numbers{0, 1, 2, 3}));
}
END_TEST

START_TEST(records_thumbnails_and_costs_outlive_a_purge) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob before = complete_with(*store, 1, 0, 1000);
  sound(store->set_rules({.keep_days = 1}));
  sound(store->purge(now, false));
  StoredJob after = found(*store, id_of(1));
  ck_assert_int_gt(after.revision, before.revision);
  before.pictures[0].file.clear();
  before.pictures[0].purged = true;
  ck_assert(as_written(after) == as_written(before));
  ck_assert(text_of(sound(store->thumbnail(id_of(1)))) == text_of(bytes_of(1, 10)));
  assert_costs(*store, 0.05, 0.05, 0);
}
END_TEST

START_TEST(nobody_lacks_what_was_purged) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete_with(*store, 1, 0, 1000);
  sound(store->set_rules({.keep_days = 1}));
  sound(store->purge(now, false));
  const StoredJob job = found(*store, id_of(1));
  ck_assert_uint_eq(kept_pictures(job), 1);
  ck_assert(!can_be_asked_for(job));
  ck_assert_int_eq(expiry_of(job), 0);
  ck_assert(sound(store->unsettled()).empty());
  sound(store->keep(job.id, picture_of(0), bytes_of(2)));
  ck_assert(has_original(*store, 1));
}
END_TEST

START_TEST(a_picture_that_never_came_is_not_purged) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = complete_with(*store, 1, 0, 1000);
  meddle(folder.path(), "UPDATE job SET count = 2, service_id = ''");
  StoredPicture away;
  away.number = 1;
  away.url = "https://example.org/away";
  job.pictures.push_back(away);
  sound(store->update(job));
  sound(store->set_rules({.keep_days = 1}));
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 1);
  job = found(*store, id_of(1));
  ck_assert(job.pictures[0].purged);
  ck_assert(!job.pictures[1].purged);
  ck_assert_uint_eq(kept_pictures(job), 1);
  ck_assert(can_be_asked_for(job));
}
END_TEST

// A crash came between it and its row.
START_TEST(a_file_that_no_row_knows_is_purged_for_good) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete_with(*store, 1, 0, 1000);
  meddle(folder.path(), "UPDATE picture SET file = ''; UPDATE job SET count = 2");
  write_file(folder / "pictures/" + id_of(1) + "-1.png", "of the second");
  sound(store->set_rules({.keep_days = 1}));
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, 2);
  const StoredJob job = found(*store, id_of(1));
  ck_assert_uint_eq(kept_pictures(job), 2);
  ck_assert(!can_be_asked_for(job));
  ck_assert(names_in(folder / "pictures").empty());
}
END_TEST

START_TEST(a_clock_that_was_set_back_purges_nothing) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete_with(*store, 0, now + 9000 * day, 1000);
  complete_with(*store, 1, G_MAXINT64, 1000);
  complete_with(*store, 2, now - 2 * day, 1000);
  sound(store->set_rules({.keep_days = 7}));
  for (const gint64 moment : {now, gint64{0}})
    ck_assert_uint_eq(sound(store->purge(moment, false)).pictures, 0);
  ck_assert(originals(*store, 3) == (Numbers{0, 1, 2}));
}
END_TEST

START_TEST(a_clock_that_is_far_ahead_purges_only_what_may_go) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete_with(*store, 0, now, 1000);
  complete_with(*store, 1, G_MININT64 + 1, 1000);
  complete_with(*store, 2, now, 1000);
  sound(store->star(id_of(2), true));
  sound(store->set_rules({.keep_days = 7}));
  ck_assert_uint_eq(sound(store->purge(now + 90'000 * day, false)).pictures, 2);
  ck_assert(originals(*store, 3) == (Numbers{2}));
}
END_TEST

START_TEST(a_purge_that_is_killed_leaves_a_sound_record) {
  constexpr unsigned jobs = 12;
  const TempFolder folder;
  {
    const auto store = opened(folder.path());
    for (unsigned number = 0; number < jobs; ++number)
      complete_with(*store, number, 0, 1000);
    sound(store->set_rules({.keep_days = 1}));
  }
  Pipe begins;
  const pid_t child = start_child([&] {
    const auto store = opened(folder.path());
    begins.write_number(0);
    sound(store->purge(now, false));
  });
  unsigned ignored = 0;
  ck_assert(begins.read_number(&ignored));
  g_usleep(static_cast<gulong>(g_random_int_range(0, 20'000)));
  end_at_once(child);

  const auto store = opened(folder.path());
  const Numbers left = originals(*store, jobs);
  for (unsigned number : left)
    ck_assert(content_of(found(*store, id_of(number)).pictures[0].file) == text_of(bytes_of(number)));
  ck_assert_uint_eq(names_in(folder / "pictures").size(), left.size());
  ck_assert_uint_eq(sound(store->purge(now, false)).pictures, left.size());
  ck_assert(originals(*store, jobs).empty());
  ck_assert(names_in(folder / "pictures").empty());
  assert_text_eq(answer_of(folder.path(), "PRAGMA integrity_check"), "ok");
}
END_TEST

int main() {
  Suite* suite = suite_create("store-ledger");
  TCase* ledger = tcase_create("ledger");
  tcase_add_test(ledger, what_is_sent_reserves_what_it_will_probably_cost);
  tcase_add_test(ledger, a_charge_is_what_became_of_its_job);
  tcase_add_test(ledger, what_may_have_been_charged_is_known_later);
  tcase_add_test(ledger, what_a_forgotten_job_has_cost_stays);
  tcase_add_test(ledger, pictures_count_as_they_come);
  tcase_add_loop_test(ledger, totals_are_of_local_days_and_months, 0, std::size(zones));
  tcase_add_test(ledger, each_service_has_totals_of_its_own);
  suite_add_tcase(suite, ledger);
  TCase* budget = tcase_create("budget");
  tcase_add_test(budget, a_budget_allows_what_it_says_and_no_more);
  tcase_add_test(budget, what_has_no_price_is_not_held_against_a_budget);
  tcase_add_test(budget, what_was_not_charged_makes_room_in_the_budget);
  tcase_add_loop_test(budget, a_budget_is_of_this_month_in_local_time, 0, std::size(zones));
  tcase_add_test(budget, a_clock_that_was_set_makes_no_room_in_a_budget);
  tcase_add_loop_test(budget, programs_that_race_for_a_budget_do_not_overdraw_it, 0, 8);
  suite_add_tcase(suite, budget);
  TCase* rules = tcase_create("rules");
  tcase_add_test(rules, rules_are_for_all_programs_and_last);
  tcase_add_test(rules, a_rule_of_a_later_version_is_left_alone);
  tcase_add_test(rules, a_history_that_is_kept_outlives_its_delivery);
  tcase_add_test(rules, where_no_history_is_kept_nothing_stays_but_what_it_cost);
  tcase_add_test(rules, where_no_history_is_kept_what_brought_nothing_is_dismissed);
  tcase_add_test(rules, what_was_never_begun_is_not_delivered);
  suite_add_tcase(suite, rules);
  TCase* purge = tcase_create("purge");
  tcase_add_test(purge, originals_go_by_their_days);
  tcase_add_test(purge, originals_go_by_the_room_they_take_the_oldest_first);
  tcase_add_test(purge, originals_go_by_either_rule);
  tcase_add_test(purge, a_rehearsal_removes_nothing_and_tells_the_same);
  tcase_add_test(purge, what_is_starred_unseen_or_under_way_is_never_purged);
  tcase_add_test(purge, records_thumbnails_and_costs_outlive_a_purge);
  tcase_add_test(purge, nobody_lacks_what_was_purged);
  tcase_add_test(purge, a_picture_that_never_came_is_not_purged);
  tcase_add_test(purge, a_file_that_no_row_knows_is_purged_for_good);
  tcase_add_test(purge, a_clock_that_was_set_back_purges_nothing);
  tcase_add_test(purge, a_clock_that_is_far_ahead_purges_only_what_may_go);
  tcase_add_loop_test(purge, a_purge_that_is_killed_leaves_a_sound_record, 0, 6);
  suite_add_tcase(suite, purge);
  return run_suite(suite);
}
