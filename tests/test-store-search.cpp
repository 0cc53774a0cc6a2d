// test-store-search.cpp - jobs are found by words in any script, in pages without gaps, and by what has
// changed.
#include <sys/wait.h>

#include <map>

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

using Numbers = std::vector<unsigned>;

unsigned number_of(const StoredJob& job) {
  return static_cast<unsigned>(g_ascii_strtoull(job.id.c_str(), nullptr, 16));
}

Numbers numbers_of(const std::vector<StoredJob>& jobs) {
  Numbers numbers;
  for (const StoredJob& job : jobs)
    numbers.push_back(number_of(job));
  return numbers;
}

Numbers search(Store& store, const std::string& words,
               SeedreamHistoryFilter filter = SEEDREAM_HISTORY_FILTER_ALL) {
  return numbers_of(sound(store.query({.words = words, .filter = filter})));
}

void begin_prompt(Store& store, unsigned number, const std::string& prompt) {
  StoredJob job = job_of(number);
  job.prompt = prompt;
  sound(store.begin(job));
}

void begin_many(Store& store, unsigned from, unsigned to) {
  for (unsigned number = from; number < to; ++number)
    sound(store.begin(job_of(number)));
}

// What has changed since, the last change last.
Numbers changed(Store& store, gint64* revision) {
  const auto changes = sound(store.changes(*revision));
  ck_assert_int_ge(changes.revision, *revision);
  *revision = changes.revision;
  return numbers_of(changes.jobs);
}

constexpr const char* prompts[] = {
    "Ein großer Bär auf der Straße",            // 0
    "EIN GROSSER BÄR AUF DER STRASSE",          // 1
    "Медведь идёт по лесу",                     // 2
    "МЕДВЕДЬ ИДЁТ ПО ЛЕСУ",                     // 3
    "赤い車と黒い猫",                           // 4
    "Ein gro\u00dfer Ba\u0308r, zerlegt",       // 5: the umlaut in two parts
    "ＡＢＣ ｶﾞﾗｽ",                              // 6: full and half width
    "100 % “quoted” it's a_b \\ back",          // 7
    "",                                         // 8
    "ÇİĞ KÖFTE and İstanbul ΟΔΥΣΣΕΥΣ Σίσυφος",  // 9
};

}  // namespace

START_TEST(words_are_found_in_any_case_and_script) {
  const struct {
    const char* words;
    Numbers found;  // the last begun first
  } searches[] = {
      {"bär", {5, 1, 0}},
      {"BÄR", {5, 1, 0}},
      {"ba\u0308r", {5, 1, 0}},
      {"straße", {1, 0}},
      {"STRASSE", {1, 0}},
      {"strasse", {1, 0}},
      {"großer", {5, 1, 0}},
      {"GROSSER", {5, 1, 0}},
      {"медведь", {3, 2}},
      {"МЕДВЕДЬ", {3, 2}},
      {"ЛеСу", {3, 2}},
      {"идёт", {3, 2}},
      {"猫", {4}},
      {"赤い", {4}},
      {"赤い　猫", {4}},
      {"赤い 犬", {}},
      {"abc", {6}},
      {"ＡＢＣ", {6}},
      {"ガラス", {6}},
      {"οδυσσευς", {9}},
      {"köfte", {9}},
      {"auf bär straße", {1, 0}},
      {"straße bär auf", {1, 0}},
      {"bär bär", {5, 1, 0}},
      {"bär лесу", {}},
      {" \t\n bär \r\n ", {5, 1, 0}},
      {"ä", {5, 1, 0}},
      {"%", {7}},
      {"100 %", {7}},
      {"_", {7}},
      {"a_b", {7}},
      {"it's", {7}},
      {"\\", {7}},
      {"“quoted”", {7}},
      {"' OR 1 --", {}},
      {"seedream-4.5", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {"IMAROUTER", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {"00000004-0000", {4}},
      {"bär imarouter 00000005", {5}},
      {"", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {" \t \n ", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {"　", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
  };
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < std::size(prompts); ++number)
    begin_prompt(*store, number, prompts[number]);
  for (const auto& each : searches)
    ck_assert_msg(search(*store, each.words) == each.found, "“%s” finds something else",
                  one_line(each.words).c_str());
}
END_TEST

START_TEST(no_word_is_found_across_what_it_is_looked_for_in) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_prompt(*store, 1, "a pear");
  ck_assert(search(*store, "pearseedream").empty());
  ck_assert(search(*store, "base_url").empty());
  ck_assert(search(*store, "example.org").empty());
}
END_TEST

START_TEST(a_word_at_the_end_of_a_long_prompt_is_found) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::string prompt;
  while (prompt.size() < 1u << 20)
    prompt += "ein Bär 熊 медведь ";
  begin_prompt(*store, 1, prompt + "Fuchs");
  begin_prompt(*store, 2, prompt);
  ck_assert(search(*store, "fuchs") == Numbers{1});
}
END_TEST

START_TEST(a_prompt_that_nobody_can_read_is_not_found_by_everything) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_prompt(*store, 1, "a pear");
  begin_prompt(*store, 2, "a plum");
  meddle(folder.path(),
         "UPDATE job SET prompt = CAST(x'c361207065617220' AS TEXT) WHERE id = '" + id_of(2) + "'");
  ck_assert(search(*store, "plum").empty());
  ck_assert(search(*store, "pear") == (Numbers{2, 1}));
  ck_assert(search(*store, "") == (Numbers{2, 1}));
}
END_TEST

START_TEST(a_filter_shows_what_it_says) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  unsigned number = 0;
  Numbers active, waiting, starred;
  for (int state = 0; state <= SEEDREAM_JOB_STATE_UNKNOWN; ++state)
    for (const bool delivered : {false, true})
      for (const bool star : {false, true})
        for (const int picture : {0, 1, 2}) {  // none, one that is damaged, a whole one
          StoredJob job = job_of(++number);
          job.standing = {static_cast<SeedreamJobState>(state), SEEDREAM_CHARGE_YES};
          job.delivered = delivered ? 1 : 0;
          job.starred = star;
          sound(store->begin(job));
          StoredPicture kept = picture_of(0);
          kept.damaged = picture == 1;
          if (picture > 0)
            sound(store->keep(job.id, kept, bytes_of(number)));
          const bool over = is_final(job.standing.state);
          if (!over)
            active.insert(active.begin(), number);
          if (over && !delivered && picture == 2)
            waiting.insert(waiting.begin(), number);
          if (star)
            starred.insert(starred.begin(), number);
        }
  ck_assert_uint_eq(search(*store, "", SEEDREAM_HISTORY_FILTER_ALL).size(), number);
  ck_assert(search(*store, "", SEEDREAM_HISTORY_FILTER_ACTIVE) == active);
  ck_assert(search(*store, "", SEEDREAM_HISTORY_FILTER_WAITING) == waiting);
  ck_assert(search(*store, "", SEEDREAM_HISTORY_FILTER_STARRED) == starred);
  ck_assert(search(*store, id_of(starred[1]), SEEDREAM_HISTORY_FILTER_STARRED) == Numbers{starred[1]});
  ck_assert(search(*store, id_of(starred[1] - 3), SEEDREAM_HISTORY_FILTER_STARRED).empty());
}
END_TEST

START_TEST(pages_follow_each_other) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_many(*store, 0, 23);
  const auto all = sound(store->list());
  for (const unsigned limit : {1u, 7u, 22u, 23u, 24u, G_MAXUINT}) {
    std::vector<StoredJob> read;
    for (gint64 before = 0; read.size() < all.size();) {
      const auto page = sound(store->query({.before = before, .limit = limit}));
      ck_assert_uint_eq(page.size(), std::min<std::size_t>(limit, all.size() - read.size()));
      read.insert(read.end(), page.begin(), page.end());
      before = read.back().sequence;
    }
    ck_assert(read == all);
    ck_assert(sound(store->query({.before = read.back().sequence, .limit = limit})).empty());
  }
  ck_assert(sound(store->query({.limit = 0})).empty());
}
END_TEST

START_TEST(pages_of_a_search_hold_only_what_it_finds) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number = 0; number < 30; ++number)
    begin_prompt(*store, number, number % 3 ? "a plum" : "a pear");
  const auto first = sound(store->query({.words = "PEAR", .limit = 4}));
  ck_assert(numbers_of(first) == (Numbers{27, 24, 21, 18}));
  ck_assert(numbers_of(sound(store->query({.words = "PEAR", .before = first.back().sequence}))) ==
            (Numbers{15, 12, 9, 6, 3, 0}));
}
END_TEST

// Another program begins jobs and forgets some while somebody turns the pages.
START_TEST(pages_neither_repeat_nor_skip_a_job_whatever_happens_between) {
  constexpr unsigned jobs = 40;
  const TempFolder folder;
  const auto store = opened(folder.path()), other = opened(folder.path());
  begin_many(*store, 0, jobs);
  std::map<unsigned, int> read;
  gint64 before = 0;
  unsigned next = 1000;
  for (unsigned turn = 0;; ++turn) {
    const auto page = sound(store->query({.before = before, .limit = 3}));
    for (const StoredJob& job : page)
      ++read[number_of(job)];
    if (page.empty())
      break;
    before = page.back().sequence;
    begin_many(*other, next, next + 2);
    sound(other->forget(id_of(next + 1)));  // the newest
    sound(other->forget(page.back().id));   // where the next page begins
    sound(other->forget(id_of(turn)));      // one that comes much later, or came
    begin_many(*other, next + 2, next + 3);
    next += 3;
  }
  for (const auto& [number, times] : read)
    ck_assert_msg(times == 1, "job %u came %d times", number, times);
  for (const StoredJob& job : sound(store->list()))
    if (number_of(job) < jobs)
      ck_assert_msg(read.count(number_of(job)) == 1, "job %u was skipped", number_of(job));
}
END_TEST

START_TEST(every_change_is_told_once_and_in_its_order) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  gint64 revision = 0;
  begin_many(*store, 1, 4);
  ck_assert(changed(*store, &revision) == (Numbers{1, 2, 3}));
  ck_assert(changed(*store, &revision).empty());
  sound(store->update(job_of(2)));
  ck_assert(changed(*store, &revision) == Numbers{2});
  sound(store->keep(id_of(3), picture_of(0), bytes_of(1)));
  ck_assert(changed(*store, &revision) == Numbers{3});
  sound(store->keep_thumbnail(id_of(1), 0, bytes_of(1)));
  ck_assert(changed(*store, &revision) == Numbers{1});
  sound(store->star(id_of(2), true));
  ck_assert(changed(*store, &revision) == Numbers{2});
  sound(store->deliver(id_of(3), 5));
  ck_assert(changed(*store, &revision) == Numbers{3});
  sound(store->want_cancel(id_of(1), true));
  ck_assert(changed(*store, &revision) == Numbers{1});
  for (unsigned number : {3, 1, 2, 3})
    sound(store->star(id_of(number), false));
  ck_assert(changed(*store, &revision) == (Numbers{1, 2, 3}));
  ck_assert(changed(*store, &revision).empty());
}
END_TEST

// Its last number is told even though there is no job that bears it.
START_TEST(a_forgotten_job_is_a_change) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  gint64 revision = 0;
  begin_many(*store, 1, 4);
  changed(*store, &revision);
  for (unsigned number : {3, 1}) {
    const gint64 before = revision;
    sound(store->forget(id_of(number)));
    const auto changes = sound(opened(folder.path())->changes(revision));
    ck_assert(changes.jobs.empty());
    ck_assert_int_gt(changes.revision, before);
    revision = changes.revision;
  }
  ck_assert_int_eq(sound(store->changes(revision)).total, 1);
  begin_many(*store, 3, 4);
  ck_assert(changed(*store, &revision) == Numbers{3});
}
END_TEST

START_TEST(what_changed_nothing_is_no_change) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_many(*store, 1, 2);
  gint64 revision = 0;
  changed(*store, &revision);
  const gint64 before = revision;
  assert_fails(store->begin(job_of(1)), SEEDREAM_ERROR_INVALID);
  assert_fails(store->update(job_of(2)), SEEDREAM_ERROR_INVALID);
  assert_fails(store->star(id_of(2), true), SEEDREAM_ERROR_INVALID);
  assert_fails(store->keep(id_of(2), picture_of(0), bytes_of(1)), SEEDREAM_ERROR_INVALID);
  const auto claim = sound(store->claim(id_of(1)));
  sound(store->list());
  sound(store->set_rules({.keep_days = 1}));
  ck_assert(changed(*store, &revision).empty());
  ck_assert_int_eq(revision, before);
}
END_TEST

START_TEST(who_begins_to_look_is_told_only_of_what_comes) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const auto none = sound(store->changes(G_MAXINT64));
  ck_assert(none.jobs.empty());
  ck_assert_int_eq(none.total, 0);
  begin_many(*store, 1, 9);
  auto now = sound(store->changes(G_MAXINT64));
  ck_assert(now.jobs.empty());
  ck_assert_int_eq(now.total, 8);
  begin_many(*store, 9, 10);
  ck_assert(changed(*store, &now.revision) == Numbers{9});
}
END_TEST

// The last that is told of each job is how it ended.
START_TEST(no_change_of_another_program_is_missed) {
  constexpr unsigned jobs = 60;
  const TempFolder folder;
  const auto store = opened(folder.path());
  const pid_t child = start_child([&] {
    const auto own = opened(folder.path());
    for (unsigned number = 0; number < jobs; ++number) {
      StoredJob job = job_of(number);
      sound(own->begin(job));
      job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
      sound(own->update(job));
    }
  });
  std::map<std::string, SeedreamJobState> told;
  gint64 revision = 0, total = 0;
  int status = -1;
  for (bool alive = true; alive;) {
    alive = waitpid(child, &status, WNOHANG) == 0;
    const auto changes = sound(store->changes(revision));
    ck_assert_int_ge(changes.revision, revision);
    ck_assert_int_ge(changes.total, total);
    revision = changes.revision;
    total = changes.total;
    for (const StoredJob& job : changes.jobs)
      told[job.id] = job.standing.state;
  }
  ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  ck_assert_int_eq(total, jobs);
  ck_assert_uint_eq(told.size(), jobs);
  for (const auto& [id, state] : told)
    ck_assert_msg(state == SEEDREAM_JOB_STATE_COMPLETED, "%s was last told as %d", id.c_str(), state);
}
END_TEST

int main() {
  Suite* suite = suite_create("store-search");
  TCase* words = tcase_create("words");
  tcase_add_test(words, words_are_found_in_any_case_and_script);
  tcase_add_test(words, no_word_is_found_across_what_it_is_looked_for_in);
  tcase_add_test(words, a_word_at_the_end_of_a_long_prompt_is_found);
  tcase_add_test(words, a_prompt_that_nobody_can_read_is_not_found_by_everything);
  tcase_add_test(words, a_filter_shows_what_it_says);
  suite_add_tcase(suite, words);
  TCase* pages = tcase_create("pages");
  tcase_add_test(pages, pages_follow_each_other);
  tcase_add_test(pages, pages_of_a_search_hold_only_what_it_finds);
  tcase_add_test(pages, pages_neither_repeat_nor_skip_a_job_whatever_happens_between);
  suite_add_tcase(suite, pages);
  TCase* changes = tcase_create("changes");
  tcase_add_test(changes, every_change_is_told_once_and_in_its_order);
  tcase_add_test(changes, a_forgotten_job_is_a_change);
  tcase_add_test(changes, what_changed_nothing_is_no_change);
  tcase_add_test(changes, who_begins_to_look_is_told_only_of_what_comes);
  tcase_add_test(changes, no_change_of_another_program_is_missed);
  suite_add_tcase(suite, changes);
  return run_suite(suite);
}
