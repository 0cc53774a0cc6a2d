// test-store-claims.cpp - who runs a job: one at a time, for as long as it lives and not a moment longer.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

// Whether somebody could have it just now.
bool is_free(Store& store, unsigned number) {
  return sound(store.claim(id_of(number))).has_value();
}

// A program that has a job in hand until it is killed.
class Holder {
 public:
  Holder(const std::string& folder, unsigned number) {
    Pipe ready;
    child_ = start_child([&] {
      const auto store = opened(folder);
      const auto claim = sound(store->claim(id_of(number)));
      ck_assert(claim.has_value());
      ready.write_number(number);
      for (;;)
        pause();
    });
    ready.close_writer();
    unsigned held = 0;
    ck_assert(ready.read_number(&held));
  }
  Holder(const Holder&) = delete;
  ~Holder() { die(); }
  void die() {
    if (child_ < 0)
      return;
    end_at_once(child_);
    child_ = -1;
  }

 private:
  pid_t child_;
};

// Its end is not written down.
StoredJob begin_orphan(Store& store, unsigned number) {
  StoredJob job = job_of(number);
  job.standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_UNKNOWN};
  sound(store.begin(job));
  return job;
}

// Each claim is an open file.
void allow_open_files(rlim_t files) {
  struct rlimit limit = {};
  ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = std::min(files, limit.rlim_max);
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

std::string lock_in(const std::string& folder) {
  return folder + "/jobs.lock";
}

// What cannot be used: a folder, a link, a link that leads nowhere.
struct Obstacle {
  const char* name;
  void (*put)(const std::string& folder);
};
constexpr Obstacle obstacles[] = {
    {"a folder", [](const std::string& folder) { std::filesystem::create_directory(lock_in(folder)); }},
    {"a link",
     [](const std::string& folder) {
       write_file(folder + "/elsewhere", "mine");
       std::filesystem::create_symlink(folder + "/elsewhere", lock_in(folder));
     }},
    {"a link to nothing",
     [](const std::string& folder) {
       std::filesystem::create_symlink(folder + "/elsewhere", lock_in(folder));
     }},
};

bool is_attended_everywhere(Store& store, unsigned number) {
  const std::string id = id_of(number);
  const auto is_it = [&](const StoredJob& job) { return job.id == id; };
  const auto attended_in = [&](const std::vector<StoredJob>& jobs) {
    const auto at = std::find_if(jobs.begin(), jobs.end(), is_it);
    ck_assert(at != jobs.end());
    return at->attended;
  };
  const bool attended = found(store, id).attended;
  ck_assert(attended_in(sound(store.list())) == attended);
  ck_assert(attended_in(sound(store.query({}))) == attended);
  ck_assert(attended_in(sound(store.changes(0)).jobs) == attended);
  return attended;
}

}  // namespace

START_TEST(a_job_is_claimed_once_in_a_thread) {
  const TempFolder folder;
  const auto one = opened(folder.path()), other = opened(folder.path());
  {
    const auto claim = sound(one->claim(id_of(1)));
    ck_assert(claim.has_value());
    ck_assert(!is_free(*one, 1));
    ck_assert(!is_free(*other, 1));
  }
  ck_assert(is_free(*one, 1));
  ck_assert(is_free(*other, 1));
}
END_TEST

START_TEST(a_claim_that_moves_is_held_on) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::optional<Claim> mine;
  {
    auto claim = sound(store->claim(id_of(1)));
    mine = std::move(claim);
  }
  ck_assert(!is_free(*store, 1));
  mine.reset();
  ck_assert(is_free(*store, 1));
}
END_TEST

START_TEST(a_claim_outlives_its_store) {
  const TempFolder folder;
  auto claim = sound(opened(folder.path())->claim(id_of(1)));
  const auto store = opened(folder.path());
  ck_assert(!is_free(*store, 1));
  claim.reset();
  ck_assert(is_free(*store, 1));
}
END_TEST

START_TEST(threads_exclude_each_other) {
  constexpr unsigned threads = 8, rounds = 200;
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::atomic<unsigned> holders = 0, claimed = 0;
  std::vector<std::thread> all;
  for (unsigned thread = 0; thread < threads; ++thread)
    all.emplace_back([&] {
      for (unsigned round = 0; round < rounds; ++round)
        if (const auto claim = sound(store->claim(id_of(1)))) {
          ck_assert_uint_eq(++holders, 1);
          ++claimed;
          --holders;
        }
    });
  for (std::thread& thread : all)
    thread.join();
  ck_assert_uint_gt(claimed, 0);
  ck_assert(is_free(*store, 1));
}
END_TEST

START_TEST(programs_exclude_each_other) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  const Holder holder(folder.path(), 1);
  ck_assert(!is_free(*store, 1));
  ck_assert(is_free(*store, 2));
}
END_TEST

START_TEST(a_claim_ends_with_its_process) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  begin_orphan(*store, 1);
  for (int turn = 0; turn < 5; ++turn) {
    Holder holder(folder.path(), 1);
    ck_assert(is_attended_everywhere(*store, 1));
    holder.die();
    ck_assert(!is_attended_everywhere(*store, 1));
    ck_assert(is_free(*store, 1));
  }
}
END_TEST

// As a service of this machine, which its program starts and which may outlive it.
START_TEST(a_program_that_is_started_meanwhile_holds_no_claim) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  GPid child = 0;
  {
    const auto claim = sound(store->claim(id_of(1)));
    const char* argv[] = {"sh", "-c", "echo; exec sleep 60", nullptr};
    int out = -1;
    char told;
    ck_assert(
        g_spawn_async_with_pipes(nullptr, const_cast<char**>(argv), nullptr,
                                 static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                                          G_SPAWN_LEAVE_DESCRIPTORS_OPEN),
                                 nullptr, nullptr, &child, nullptr, &out, nullptr, nullptr));
    ck_assert_int_eq(read(out, &told, 1), 1);
    close(out);
  }
  ck_assert(is_free(*store, 1));
  end_at_once(child);
}
END_TEST

START_TEST(many_jobs_are_held_at_once) {
  constexpr unsigned jobs = 1000;
  allow_open_files(2 * jobs);
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::vector<Claim> claims;
  for (unsigned number = 0; number < jobs; ++number) {
    auto claim = sound(store->claim(id_of(number)));
    ck_assert_msg(claim.has_value(), "job %u is held by another's claim", number);
    claims.push_back(std::move(*claim));
  }
  for (unsigned number = 0; number < jobs; number += 2)
    ck_assert(!is_free(*store, number));
  // The last goes first, so that none frees another's.
  while (!claims.empty()) {
    claims.pop_back();
    const auto last = static_cast<unsigned>(claims.size());
    ck_assert(is_free(*store, last));
    ck_assert(last == 0 || !is_free(*store, last - 1));
  }
}
END_TEST

START_TEST(random_ids_do_not_collide) {
  allow_open_files(2000);
  const TempFolder folder;
  const auto store = opened(folder.path());
  std::vector<Claim> claims;
  for (int turn = 0; turn < 1000; ++turn) {
    auto claim = sound(store->claim(CharPtr(g_uuid_string_random()).get()));
    ck_assert(claim.has_value());
    claims.push_back(std::move(*claim));
  }
}
END_TEST

START_TEST(what_is_no_id_is_not_claimed) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  for (const char* id : {"", "abcd", "../../0000", "0000000A-0000-4000-8000-0123456789ab"})
    assert_fails(store->claim(id), SEEDREAM_ERROR_INVALID);
}
END_TEST

START_TEST(who_attends_to_a_job_is_seen_wherever_it_is_read) {
  const TempFolder folder;
  const auto store = opened(folder.path()), other = opened(folder.path());
  begin_orphan(*store, 1);
  begin_orphan(*store, 2);
  ck_assert(!is_attended_everywhere(*store, 1));
  const auto claim = sound(store->claim(id_of(1)));
  for (Store* each : {store.get(), other.get()}) {
    ck_assert(is_attended_everywhere(*each, 1));
    ck_assert(!is_attended_everywhere(*each, 2));
  }
  const auto unsettled = sound(other->unsettled());
  ck_assert_uint_eq(unsettled.size(), 2);
  ck_assert(unsettled[0].attended && !unsettled[1].attended);
}
END_TEST

// Until its pictures are where they belong somebody may be about to put them there.
START_TEST(a_job_that_is_over_is_attended_until_it_is_delivered) {
  const TempFolder folder;
  const auto store = opened(folder.path());
  StoredJob job = begin_orphan(*store, 1);
  const auto claim = sound(store->claim(job.id));
  job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
  sound(store->update(job));
  ck_assert(is_attended_everywhere(*store, 1));
  sound(store->deliver(job.id, 1));
  ck_assert(!is_attended_everywhere(*store, 1));
}
END_TEST

// Its end is written before it is let go, so what looks left behind is looked at again.
START_TEST(a_job_that_ends_while_it_is_read_does_not_look_left_behind) {
  constexpr unsigned jobs = 100;
  const TempFolder folder;
  const auto store = opened(folder.path());
  Pipe done;
  const pid_t child = start_child([&] {
    const auto own = opened(folder.path());
    for (unsigned number = 0; number < jobs; ++number) {
      const auto claim = sound(own->claim(id_of(number)));
      StoredJob job = begin_orphan(*own, number);
      job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
      sound(own->update(job));
    }
  });
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0)
    for (const StoredJob& job : sound(store->list()))
      ck_assert_msg(is_final(job.standing.state) || job.attended, "%s looks left behind", job.id.c_str());
  ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  ck_assert_uint_eq(sound(store->list()).size(), jobs);
}
END_TEST

// The loop variable is the number of programs. Who gets the job writes so in a line of its own.
START_TEST(one_of_all_programs_gets_what_was_left_behind) {
  constexpr unsigned rounds = 40;
  const TempFolder folder;
  {
    const auto store = opened(folder.path());
    for (unsigned round = 0; round < rounds; ++round)
      begin_orphan(*store, round);
  }
  race(static_cast<unsigned>(_i), [&](unsigned) {
    const auto store = opened(folder.path());
    for (unsigned round = 0; round < rounds; ++round) {
      const auto claim = sound(store->claim(id_of(round)));
      StoredJob job = found(*store, id_of(round));
      if (!claim || is_final(job.standing.state))
        continue;
      job.standing = {SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN};
      sound(store->update(job));
      const Fd log(::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
      const std::string line = id_of(round) + "\n";
      ck_assert_int_eq(write(log.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }
  });
  const std::string log = content_of(folder / "log");
  for (unsigned round = 0; round < rounds; ++round) {
    const auto first = log.find(id_of(round));
    ck_assert_msg(first != std::string::npos, "nobody got job %u", round);
    ck_assert_msg(log.find(id_of(round), first + 1) == std::string::npos, "two got job %u", round);
  }
}
END_TEST

START_TEST(the_lock_file_is_empty_and_the_users_own) {
  umask(0);
  const TempFolder folder;
  const auto store = opened(folder.path());
  const auto claim = sound(store->claim(id_of(1)));
  struct stat about = {};
  ck_assert_int_eq(lstat(lock_in(folder.path()).c_str(), &about), 0);
  ck_assert(S_ISREG(about.st_mode));
  ck_assert_int_eq(static_cast<int>(about.st_mode & 07777), 0600);
  ck_assert_int_eq(about.st_size, 0);
}
END_TEST

START_TEST(a_lock_that_cannot_be_used_is_told_and_keeps_nothing_from_running) {
  const TempFolder folder;
  obstacles[_i].put(folder.path());
  const auto store = opened(folder.path());
  const std::string message = assert_fails(store->claim(id_of(1)), SEEDREAM_ERROR_FAILED);
  ck_assert_msg(message.find("jobs.lock") != std::string::npos, "%s", message.c_str());
  run_job(*store, 1);
  assert_whole(found(*store, id_of(1)), 1);
  ck_assert(!is_attended_everywhere(*store, 1));
  if (std::filesystem::exists(folder / "elsewhere"))
    assert_text_eq(content_of(folder / "elsewhere"), "mine");
  std::filesystem::remove(lock_in(folder.path()));
  ck_assert(is_free(*store, 1));
}
END_TEST

START_TEST(a_lock_that_may_not_be_opened_is_told_and_keeps_nothing_from_running) {
  const TempFolder folder;
  write_file(lock_in(folder.path()), "");
  std::filesystem::permissions(lock_in(folder.path()), std::filesystem::perms::none);
  in_child([&] {
    // Root may open anything.
    ck_assert(geteuid() != 0 || (chown(folder.path().c_str(), 65534, 65534) == 0 && seteuid(65534) == 0));
    const auto store = opened(folder.path());
    assert_fails(store->claim(id_of(1)), SEEDREAM_ERROR_FAILED);
    run_job(*store, 1);
    assert_whole(found(*store, id_of(1)), 1);
  });
}
END_TEST

int main() {
  Suite* suite = suite_create("store-claims");
  TCase* tcase = tcase_create("store-claims");
  tcase_add_test(tcase, a_job_is_claimed_once_in_a_thread);
  tcase_add_test(tcase, a_claim_that_moves_is_held_on);
  tcase_add_test(tcase, a_claim_outlives_its_store);
  tcase_add_test(tcase, threads_exclude_each_other);
  tcase_add_test(tcase, programs_exclude_each_other);
  tcase_add_test(tcase, a_claim_ends_with_its_process);
  tcase_add_test(tcase, a_program_that_is_started_meanwhile_holds_no_claim);
  tcase_add_test(tcase, many_jobs_are_held_at_once);
  tcase_add_test(tcase, random_ids_do_not_collide);
  tcase_add_test(tcase, what_is_no_id_is_not_claimed);
  tcase_add_test(tcase, who_attends_to_a_job_is_seen_wherever_it_is_read);
  tcase_add_test(tcase, a_job_that_is_over_is_attended_until_it_is_delivered);
  tcase_add_test(tcase, a_job_that_ends_while_it_is_read_does_not_look_left_behind);
  tcase_add_loop_test(tcase, one_of_all_programs_gets_what_was_left_behind, 2, 3);
  tcase_add_loop_test(tcase, one_of_all_programs_gets_what_was_left_behind, 8, 9);
  tcase_add_test(tcase, the_lock_file_is_empty_and_the_users_own);
  tcase_add_loop_test(tcase, a_lock_that_cannot_be_used_is_told_and_keeps_nothing_from_running, 0,
                      std::size(obstacles));
  tcase_add_test(tcase, a_lock_that_may_not_be_opened_is_told_and_keeps_nothing_from_running);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
