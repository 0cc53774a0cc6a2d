// test-store-rivals.cpp - the record of jobs among threads and programs that share it and die at any moment.
#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

START_TEST(programs_share_a_store_from_its_first_moment) {
  constexpr unsigned programs = 6, jobs = 1;
  const TempFolder folder;
  race(programs, [&](unsigned program) {
    const auto store = opened(folder.path());
    for (unsigned job = 0; job < jobs; ++job)
      run_job(*store, program * 100 + job);
  });
  const auto store = opened(folder.path());
  ck_assert_uint_eq(sound(store->list()).size(), programs * jobs);
  for (unsigned program = 0; program < programs; ++program)
    for (unsigned job = 0; job < jobs; ++job)
      assert_whole(found(*store, id_of(program * 100 + job)), program * 100 + job);
  assert_text_eq(answer_of(folder.path(), "PRAGMA integrity_check"), "ok");
}
END_TEST

START_TEST(programs_that_keep_the_same_number_lose_no_bytes) {
  constexpr unsigned programs = 4, pictures = 5;
  const TempFolder folder;
  sound(opened(folder.path())->begin(job_of(1)));
  std::vector<pid_t> children;
  for (unsigned program = 0; program < programs; ++program)
    children.push_back(start_child([&] {
      const auto store = opened(folder.path());
      for (unsigned turn = 0; turn < pictures; ++turn)
        sound(store->keep(id_of(1), picture_of(turn), bytes_of(program)));
    }));
  for (pid_t child : children)
    assert_ended_well(child);
  for (const StoredPicture& picture : found(*opened(folder.path()), id_of(1)).pictures)
    ck_assert(!picture.file.empty());
  std::vector<unsigned> copies(programs);
  for (const std::string& name : names_in(folder / "pictures"))
    for (unsigned program = 0; program < programs; ++program)
      copies[program] += content_of(folder / "pictures/" + name) == text_of(bytes_of(program)) ? 1 : 0;
  ck_assert(copies == std::vector(programs, pictures));
}
END_TEST

START_TEST(threads_share_a_store) {
  constexpr unsigned writers = 3, jobs = 10;
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::atomic<unsigned> writing = writers;
  std::vector<std::thread> threads;
  for (unsigned writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      for (unsigned job = 0; job < jobs; ++job)
        run_job(*store, writer * 100 + job);
      --writing;
    });
  for (int reader = 0; reader < 2; ++reader)
    threads.emplace_back([&] {
      while (writing > 0)
        for (const StoredJob& job : sound(store->list()))
          ck_assert(found(*store, job.id).prompt == job.prompt);
    });
  for (std::thread& thread : threads)
    thread.join();
  for (unsigned writer = 0; writer < writers; ++writer)
    for (unsigned job = 0; job < jobs; ++job)
      assert_whole(found(*store, id_of(writer * 100 + job)), writer * 100 + job);
}
END_TEST

START_TEST(a_picture_that_comes_while_its_job_is_forgotten_leaves_no_file) {
  const TempFolder folder;
  const auto one = opened(folder.path()), other = opened(folder.path());
  sound(one->begin(job_of(1)));
  std::atomic<unsigned> kept = 0;
  std::thread worker([&] {
    while (auto file = one->keep(id_of(1), picture_of(kept), bytes_of(kept)))
      ++kept;
    ++kept;  // so that nobody waits for a worker that failed
  });
  while (kept < 1u + static_cast<unsigned>(_i) % 4)
    std::this_thread::yield();
  sound(other->forget(id_of(1)));
  worker.join();
  const auto left = names_in(folder / "pictures");
  ck_assert_msg(left.empty(), "%s is left", left[0].c_str());
}
END_TEST

START_TEST(what_was_confirmed_outlives_a_sudden_death) {
  const TempFolder folder;
  Pipe confirmed;
  const pid_t child = start_child([&] {
    const auto store = opened(folder.path());
    for (unsigned number = 0;; ++number) {
      run_job(*store, number);
      confirmed.write_number(number);
    }
  });
  confirmed.close_writer();
  unsigned last = 0;
  while (last < 2u + static_cast<unsigned>(_i))
    ck_assert(confirmed.read_number(&last));
  // Somewhere within the next job, or the one after.
  g_usleep(static_cast<gulong>(g_random_int_range(0, 10'000)));
  end_at_once(child);
  while (confirmed.read_number(&last)) {
  }
  const auto store = opened(folder.path());
  for (unsigned number = 0; number <= last; ++number)
    assert_whole(found(*store, id_of(number)), number);
  const std::size_t jobs = sound(store->list()).size();
  ck_assert_uint_le(jobs, last + 2u);
  run_job(*store, 1'000'000);
  assert_text_eq(answer_of(folder.path(), "PRAGMA integrity_check"), "ok");
}
END_TEST

START_TEST(a_picture_whose_row_was_lost_is_known_by_its_name) {
  const TempFolder folder;
  const std::string pictures = folder / "pictures/";
  const auto store = opened(folder.path());
  sound(store->begin(job_of(0)));
  std::filesystem::create_directory(pictures);
  const char* names[] = {"0.jpg", "12-1.damaged", "2147483647.png"};
  const char* strange[] = {".png", "x.png",  "-1.png",     "4294967301.png", "3",
                           "3-4",  "3_.png", "3.f00.part", "+4.png"};
  for (const char* name : names)
    write_file(pictures + id_of(0) + "-" + name, name);
  for (const char* name : strange)
    write_file(pictures + id_of(0) + "-" + name, name);
  const auto found_ones = found(*store, id_of(0)).pictures;
  ck_assert_uint_eq(found_ones.size(), 3);
  for (std::size_t i = 0; i < std::size(names); ++i)
    assert_text_eq(content_of(found_ones[i].file), names[i]);
  assert_text_eq(found_ones[0].media_type, "image/jpeg");
  ck_assert(!found_ones[0].damaged && found_ones[1].damaged);
  ck_assert_uint_eq(found_ones[1].number, 12);
  sound(store->forget(id_of(0)));
  ck_assert(names_in(pictures).empty());
}
END_TEST

START_TEST(a_row_without_its_file_keeps_its_address_when_the_file_is_found) {
  const TempFolder folder;
  fill(folder.path(), 1);
  meddle(folder.path(), "UPDATE picture SET file = '', media_type = '', damaged = 1");
  const auto store = opened(folder.path());
  assert_whole(found(*store, id_of(0)), 0);
  const StoredPicture picture = found(*store, id_of(0)).pictures[0];
  assert_text_eq(picture.url, "https://example.org/" + id_of(0));
  assert_text_eq(picture.media_type, "image/png");
  ck_assert(!picture.damaged);
}
END_TEST

int main() {
  Suite* suite = suite_create("store-rivals");
  TCase* rivals = tcase_create("rivals");
  tcase_add_loop_test(rivals, programs_share_a_store_from_its_first_moment, 0, 12);
  tcase_add_test(rivals, programs_that_keep_the_same_number_lose_no_bytes);
  tcase_add_test(rivals, threads_share_a_store);
  tcase_add_loop_test(rivals, a_picture_that_comes_while_its_job_is_forgotten_leaves_no_file, 0, 4);
  suite_add_tcase(suite, rivals);
  TCase* death = tcase_create("death");
  tcase_add_loop_test(death, what_was_confirmed_outlives_a_sudden_death, 0, 10);
  tcase_add_test(death, a_picture_whose_row_was_lost_is_known_by_its_name);
  tcase_add_test(death, a_row_without_its_file_keeps_its_address_when_the_file_is_found);
  suite_add_tcase(suite, death);
  return run_suite(suite);
}
