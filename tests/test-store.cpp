// test-store.cpp - what is written down of a job is read again, whole, and no more than that.
#include "jobs/store.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

// Nothing in it is what a new one has.
StoredJob full_job() {
  StoredJob job = job_of(7);
  job.operation = SEEDREAM_OPERATION_COMPOSE;
  job.count = 3;
  job.format = "webp";
  job.standing = {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN};
  job.service_id = "service's own “id”; -- '";
  job.cost_usd = 0.125;
  job.cost_is_told = true;
  job.notes = {"second", "first", "", "second"};
  job.error_code = SEEDREAM_ERROR_WAIT;
  job.error_message = "It is too early.";
  job.created = 1;
  job.completed = G_MAXINT64;
  StoredPicture first, third;
  first.url = "https://example.org/first?token=%20";
  first.told = 1'700'000'000'000'000;
  third.number = 2;
  job.pictures = {first, third};
  job.size = "2K";
  job.aspect = "4:3";
  job.quality = "high";
  job.seed = 0;
  job.placement = "somewhere “else”";
  job.late = job.starred = true;
  job.delivered = 5;
  return job;
}

int mode_of(const std::string& path) {
  struct stat found = {};
  ck_assert_int_eq(lstat(path.c_str(), &found), 0);
  return static_cast<int>(found.st_mode & 07777);
}

void begin_asking(Store& store, unsigned number, const std::string& prompt,
                  SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE) {
  StoredJob job = job_of(number);
  job.prompt = prompt;
  job.operation = operation;
  sound(store.begin(job));
}

constexpr gint64 second = G_USEC_PER_SEC;

// Begun and completed so much later.
void complete(Store& store, unsigned number, gint64 duration, const char* model = "seedream-4.5",
              SeedreamJobState state = SEEDREAM_JOB_STATE_COMPLETED) {
  StoredJob job = job_of(number);
  job.model = model;
  job.completed = 0;
  sound(store.begin(job));
  job.standing = {state, SEEDREAM_CHARGE_YES};
  job.completed = job.created + duration;
  sound(store.update(job));
}

// -1: nobody knows.
double usual_duration(Store& store, std::vector<std::string> models = {},
                      const char* provider = "imarouter") {
  return sound(store.usual_duration(provider, models)).value_or(-1);
}

}  // namespace

START_TEST(what_is_begun_is_found_with_every_field) {
  const TempFolder folder;
  sound(opened(folder.path())->begin(full_job()));
  ck_assert(as_written(found(*opened(folder.path()), full_job().id)) == full_job());
}
END_TEST

START_TEST(what_is_updated_is_found_and_the_wish_stays) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob begun = job_of(7);
  begun.notes = {"an old note"};
  sound(store->begin(begun));
  StoredJob later = full_job();
  later.prompt = later.model = later.provider = later.base_url = later.format = "another wish";
  sound(store->update(later));
  StoredJob wanted = full_job();
  wanted.operation = begun.operation;
  wanted.count = begun.count;
  wanted.format = begun.format;
  wanted.created = begun.created;
  wanted.size = wanted.aspect = wanted.quality = wanted.placement = "";
  wanted.seed = -1;
  wanted.starred = false;
  wanted.delivered = 0;
  ck_assert(as_written(found(*opened(folder.path()), wanted.id)) == wanted);
}
END_TEST

START_TEST(every_state_charge_operation_and_error_comes_back) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  unsigned number = 0;
  for (int state = 0; state <= SEEDREAM_JOB_STATE_UNKNOWN; ++state)
    for (int error = StoredJob::was_cancelled; error <= SEEDREAM_ERROR_DEADLINE; ++error) {
      StoredJob job = job_of(++number);
      job.standing = {static_cast<SeedreamJobState>(state), static_cast<SeedreamCharge>(number % 3)};
      job.operation = static_cast<SeedreamOperation>((number + 1) % 3);
      job.error_code = error;
      sound(store->begin(job));
      ck_assert(as_written(found(*store, job.id)) == job);
    }
}
END_TEST

START_TEST(an_update_takes_no_picture_back) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = job_of(1);
  job.pictures = {picture_of(0), picture_of(1)};
  job.pictures[0].url = "https://example.org/0";
  sound(store->begin(job));
  const std::string file = sound(store->keep(job.id, picture_of(0), bytes_of(1)));
  job.pictures = {picture_of(0)};
  sound(store->update(job));
  const StoredJob after = found(*store, job.id);
  ck_assert_uint_eq(after.pictures.size(), 2);
  assert_text_eq(after.pictures[0].file, file);
  assert_text_eq(after.pictures[0].url, "https://example.org/0");
  ck_assert_int_eq(after.pictures[0].width, 2048);
}
END_TEST

START_TEST(the_last_begun_is_listed_first_whatever_the_clock_says) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number : {3, 1, 2}) {
    StoredJob job = job_of(number);
    job.created = job.completed = 100 - number;
    sound(store->begin(job));
  }
  ck_assert(ids_in(*store) == std::vector({id_of(2), id_of(1), id_of(3)}));
}
END_TEST

START_TEST(a_new_store_lists_nothing) {
  const TempFolder folder;
  ck_assert(sound(opened(folder / "a/b/c")->list()).empty());
}
END_TEST

START_TEST(a_job_begins_once) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(full_job()));
  StoredJob again = job_of(7);
  again.notes = {"more"};
  assert_fails(store->begin(again), SEEDREAM_ERROR_INVALID);
  ck_assert_uint_eq(sound(store->list()).size(), 1);
  ck_assert(as_written(sound(store->list())[0]) == full_job());
}
END_TEST

START_TEST(a_job_that_was_not_begun_takes_nothing) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = full_job();
  assert_fails(store->update(job), SEEDREAM_ERROR_INVALID);
  assert_fails(store->keep(job.id, picture_of(0), bytes_of(1)), SEEDREAM_ERROR_INVALID);
  ck_assert(!sound(store->find(job.id)));
  ck_assert(names_in(folder / "pictures").empty());
  sound(store->begin(job_of(7)));
  ck_assert(as_written(found(*store, job.id)) == job_of(7));
}
END_TEST

START_TEST(a_prompt_may_be_long_and_in_any_script) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = job_of(1);
  job.prompt.clear();
  while (job.prompt.size() < 8u << 20)
    job.prompt += "ein Bär 熊 медведь دب 🐻\n\t\"'%_;";
  sound(store->begin(job));
  ck_assert(found(*store, job.id).prompt == job.prompt);
}
END_TEST

START_TEST(a_kept_picture_is_a_file_of_the_same_bytes) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5} << 20}) {
    const auto number = static_cast<unsigned>(size % 100);
    const Bytes bytes = bytes_of(number, size);
    StoredPicture picture = picture_of(number);
    picture.url = "https://example.org/picture";
    picture.file = "/not/this/one";
    picture.file = sound(store->keep(id_of(1), picture, bytes));
    ck_assert(content_of(picture.file) == text_of(bytes));
    ck_assert(found(*opened(folder.path()), id_of(1)).pictures.back() == picture);
  }
}
END_TEST

START_TEST(a_file_is_named_for_its_job_its_number_and_its_type) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  const struct {
    const char *type, *suffix;
    bool damaged;
  } types[] = {{"image/png", "png", false},   {"image/jpeg", "jpg", false}, {"image/webp", "webp", false},
               {"text/html", "bin", false},   {"../../a/b", "bin", false},  {"", "bin", false},
               {"image/png", "damaged", true}};
  for (unsigned number = 0; number < std::size(types); ++number) {
    StoredPicture picture = picture_of(number);
    picture.media_type = types[number].type;
    picture.damaged = types[number].damaged;
    const CharPtr real(realpath(folder.path().c_str(), nullptr));
    const std::string wanted =
        format("%s/pictures/%s-%u.%s", real.get(), id_of(1).c_str(), number, types[number].suffix);
    assert_text_eq(sound(store->keep(id_of(1), picture, bytes_of(number))), wanted);
    picture.file = wanted;
    ck_assert(found(*store, id_of(1)).pictures.back() == picture);
  }
}
END_TEST

START_TEST(the_same_bytes_are_kept_once) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  const std::string file = sound(store->keep(id_of(1), picture_of(0), bytes_of(5)));
  assert_text_eq(sound(store->keep(id_of(1), picture_of(0), bytes_of(5))), file);
  ck_assert_uint_eq(names_in(folder / "pictures").size(), 1);
}
END_TEST

START_TEST(other_bytes_of_the_same_number_overwrite_nothing) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  std::vector<std::string> files;
  // The first is how the second begins, and the last how both do.
  const Bytes turns[] = {bytes_of(1, 100'000), bytes_of(1, 100'001), bytes_of(2), bytes_of(1, 10)};
  for (const Bytes& bytes : turns)
    files.push_back(sound(store->keep(id_of(1), picture_of(0), bytes)));
  for (std::size_t turn = 0; turn < std::size(turns); ++turn)
    ck_assert(content_of(files[turn]) == text_of(turns[turn]));
  ck_assert_uint_eq(names_in(folder / "pictures").size(), std::size(turns));
  assert_text_eq(found(*store, id_of(1)).pictures[0].file, files.back());
}
END_TEST

START_TEST(a_picture_whose_file_is_gone_counts_as_not_fetched) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  StoredPicture picture = picture_of(0);
  picture.url = "https://example.org/0";
  const std::string file = sound(store->keep(id_of(1), picture, bytes_of(5)));
  ck_assert(std::filesystem::remove(file));
  ck_assert(found(*store, id_of(1)).pictures[0] == picture);
  assert_text_eq(sound(store->keep(id_of(1), picture, bytes_of(6))), file);
}
END_TEST

START_TEST(the_folder_may_move) {
  const TempFolder folder;
  sound(opened(folder / "old")->begin(job_of(1)));
  sound(opened(folder / "old")->keep(id_of(1), picture_of(0), bytes_of(5)));
  std::filesystem::rename(folder / "old", folder / "new");
  const std::string file = found(*opened(folder / "new"), id_of(1)).pictures[0].file;
  ck_assert(content_of(file) == text_of(bytes_of(5)));
}
END_TEST

START_TEST(a_forgotten_job_leaves_neither_rows_nor_files) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number : {7, 8}) {
    StoredJob job = full_job();
    job.id = id_of(number);
    sound(store->begin(job));
    for (unsigned turn = 0; turn < 3; ++turn)
      sound(store->keep(job.id, picture_of(turn / 2), bytes_of(turn)));
  }
  const StoredJob other = found(*store, id_of(8));
  sound(store->forget(id_of(7)));
  ck_assert(sound(store->list()) == std::vector({other}));
  ck_assert_uint_eq(names_in(folder / "pictures").size(), 3);
  sound(store->begin(job_of(7)));
  ck_assert(as_written(found(*store, id_of(7))) == job_of(7));
}
END_TEST

START_TEST(forgetting_twice_is_no_fault) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  sound(store->forget(id_of(1)));
  sound(store->forget(id_of(1)));
  ck_assert(sound(store->list()).empty());
}
END_TEST

START_TEST(what_was_forgotten_cannot_be_read_in_the_file) {
  const TempFolder folder;
  StoredJob job = job_of(1);
  job.prompt = "a secret wedding cake";
  sound(opened(folder.path())->begin(job));
  ck_assert(content_of(folder / "jobs.sqlite").find(job.prompt) != std::string::npos);
  sound(opened(folder.path())->forget(job.id));
  ck_assert(content_of(folder / "jobs.sqlite").find(job.prompt) == std::string::npos);
}
END_TEST

START_TEST(a_job_is_found_by_four_characters_or_more) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (unsigned number : {0xabcd0001u, 0xabcd0012u, 0xabce0001u, 0xabd0ffffu})
    sound(store->begin(job_of(number)));
  assert_text_eq(found(*store, "abce").id, id_of(0xabce0001));
  assert_text_eq(found(*store, "abd0").id, id_of(0xabd0ffff));
  assert_text_eq(found(*store, "abcd0001").id, id_of(0xabcd0001));
  assert_text_eq(found(*store, "ABCD0012-").id, id_of(0xabcd0012));
  assert_text_eq(found(*store, id_of(0xabcd0012)).id, id_of(0xabcd0012));
  assert_fails(store->find("abcd"), SEEDREAM_ERROR_INVALID);
  assert_fails(store->find("abcd00"), SEEDREAM_ERROR_INVALID);
  for (const char* none : {"", "abc", "abcf", "%%%%", "____", "bcd0", "' OR 1 --", "~~~~"})
    ck_assert_msg(!sound(store->find(none)), "“%s” finds something", none);
  ck_assert(!sound(store->find(id_of(0xabce0001) + "0")));
}
END_TEST

START_TEST(nobody_else_may_look_into_it) {
  umask(0);
  const TempFolder folder;
  const auto store = opened(folder / "outer/store");
  sound(store->begin(job_of(1)));
  const std::string file = sound(store->keep(id_of(1), picture_of(0), bytes_of(1)));
  for (const char* name : {"outer", "outer/store", "outer/store/pictures"})
    ck_assert_int_eq(mode_of(folder / name), 0700);
  for (const char* name : {"jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm"})
    ck_assert_int_eq(mode_of(folder / "outer/store/" + name), 0600);
  ck_assert_int_eq(mode_of(file), 0600);
}
END_TEST

START_TEST(two_stores_of_one_folder_see_each_other) {
  const TempFolder folder;
  const auto one = opened(folder.path()), other = opened(folder.path());
  sound(one->begin(job_of(1)));
  sound(other->keep(id_of(1), picture_of(0), bytes_of(1)));
  ck_assert(!found(*one, id_of(1)).pictures[0].file.empty());
}
END_TEST

START_TEST(prompts_come_once_each_the_last_used_first) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  ck_assert(sound(store->prompts(SEEDREAM_OPERATION_GENERATE, 10)).empty());
  unsigned number = 0;
  for (const char* prompt :
       {"a pear", "an apple", "", " \t\r\n ", "a plum", "a pear", " a pear", "A pear", "a plum"})
    begin_asking(*store, ++number, prompt);
  begin_asking(*store, ++number, "a hat", SEEDREAM_OPERATION_EDIT);
  const std::vector<std::string> all = {"a plum", "A pear", " a pear", "a pear", "an apple"};
  for (std::size_t most = 0; most <= all.size() + 1; ++most)
    ck_assert(sound(store->prompts(SEEDREAM_OPERATION_GENERATE, most)) ==
              std::vector(all.begin(), all.begin() + std::min(most, all.size())));
  ck_assert(sound(store->prompts(SEEDREAM_OPERATION_EDIT, 10)) == std::vector<std::string>({"a hat"}));
  ck_assert(sound(store->prompts(SEEDREAM_OPERATION_COMPOSE, 10)).empty());
}
END_TEST

START_TEST(a_forgotten_job_leaves_no_prompt) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_asking(*store, 1, "a pear");
  begin_asking(*store, 2, "a secret wedding cake");
  sound(store->forget(id_of(2)));
  ck_assert(sound(store->prompts(SEEDREAM_OPERATION_GENERATE, 10)) == std::vector<std::string>({"a pear"}));
}
END_TEST

START_TEST(the_usual_duration_is_the_median_of_the_last_nine) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  ck_assert_double_eq(usual_duration(*store), -1);
  const struct {
    gint64 seconds;
    double usual;
  } jobs[] = {{30, 30}, {10, 20}, {20, 20}, {3600, 25}, {1, 20}, {2, 15},
              {3, 10},  {4, 7},   {5, 5},   {6, 5},     {7, 5}};
  unsigned number = 0;
  for (const auto& job : jobs) {
    complete(*store, ++number, job.seconds * second);
    ck_assert_double_eq_tol(usual_duration(*store), job.usual, 1e-9);
  }
}
END_TEST

START_TEST(a_duration_is_its_services_and_its_models_own) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete(*store, 1, 10 * second, "first");
  complete(*store, 2, 20 * second, "second");
  complete(*store, 3, 90 * second, "third");
  ck_assert_double_eq(usual_duration(*store, {"first"}), 10);
  ck_assert_double_eq(usual_duration(*store, {"none", "second"}), 20);
  ck_assert_double_eq(usual_duration(*store, {"first", "second"}), 15);
  ck_assert_double_eq(usual_duration(*store), 20);
  ck_assert_double_eq(usual_duration(*store, {"none"}), -1);
  ck_assert_double_eq(usual_duration(*store, {}, "openrouter"), -1);
}
END_TEST

START_TEST(only_what_was_completed_in_its_time_tells_a_duration) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  unsigned number = 0;
  for (int state = 0; state <= SEEDREAM_JOB_STATE_UNKNOWN; ++state)
    if (state != SEEDREAM_JOB_STATE_COMPLETED)
      complete(*store, ++number, 10 * second, "seedream-4.5", static_cast<SeedreamJobState>(state));
  for (gint64 duration : {3600 * second + 1, gint64{0}, -second, -job_of(0).created, G_MAXINT64 / 2})
    complete(*store, ++number, duration);
  ck_assert_double_eq(usual_duration(*store), -1);
  complete(*store, ++number, second);
  ck_assert_double_eq(usual_duration(*store), 1);
}
END_TEST

// Another program may have had the job in its hands before it was completed here.
START_TEST(an_update_takes_no_end_back) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  complete(*store, 1, second);
  StoredJob late = found(*store, id_of(1));
  late.completed = 0;
  sound(store->update(late));
  ck_assert_double_eq(usual_duration(*store), 1);
}
END_TEST

int main() {
  Suite* suite = suite_create("store");
  TCase* tcase = tcase_create("store");
  tcase_add_test(tcase, what_is_begun_is_found_with_every_field);
  tcase_add_test(tcase, what_is_updated_is_found_and_the_wish_stays);
  tcase_add_test(tcase, every_state_charge_operation_and_error_comes_back);
  tcase_add_test(tcase, an_update_takes_no_picture_back);
  tcase_add_test(tcase, the_last_begun_is_listed_first_whatever_the_clock_says);
  tcase_add_test(tcase, a_new_store_lists_nothing);
  tcase_add_test(tcase, a_job_begins_once);
  tcase_add_test(tcase, a_job_that_was_not_begun_takes_nothing);
  tcase_add_test(tcase, a_prompt_may_be_long_and_in_any_script);
  tcase_add_test(tcase, a_kept_picture_is_a_file_of_the_same_bytes);
  tcase_add_test(tcase, a_file_is_named_for_its_job_its_number_and_its_type);
  tcase_add_test(tcase, the_same_bytes_are_kept_once);
  tcase_add_test(tcase, other_bytes_of_the_same_number_overwrite_nothing);
  tcase_add_test(tcase, a_picture_whose_file_is_gone_counts_as_not_fetched);
  tcase_add_test(tcase, the_folder_may_move);
  tcase_add_test(tcase, a_forgotten_job_leaves_neither_rows_nor_files);
  tcase_add_test(tcase, forgetting_twice_is_no_fault);
  tcase_add_test(tcase, what_was_forgotten_cannot_be_read_in_the_file);
  tcase_add_test(tcase, a_job_is_found_by_four_characters_or_more);
  tcase_add_test(tcase, nobody_else_may_look_into_it);
  tcase_add_test(tcase, two_stores_of_one_folder_see_each_other);
  tcase_add_test(tcase, prompts_come_once_each_the_last_used_first);
  tcase_add_test(tcase, a_forgotten_job_leaves_no_prompt);
  tcase_add_test(tcase, the_usual_duration_is_the_median_of_the_last_nine);
  tcase_add_test(tcase, a_duration_is_its_services_and_its_models_own);
  tcase_add_test(tcase, only_what_was_completed_in_its_time_tells_a_duration);
  tcase_add_test(tcase, an_update_takes_no_end_back);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
