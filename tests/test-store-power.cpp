// test-store-power.cpp - what the store has confirmed is there after the power was cut, at whatever moment.
//
// A run of the store is recorded: each thing that it and SQLite do to a file, each sync, and each moment at
// which a call has returned. Then, for every moment, disks are made as they could be after a power cut, and
// the store is opened there. It must show what it showed when the last call before the cut had returned, or
// what it would have shown after the one that the cut came into.
//
// SQLite needs no leniency: it syncs the folder itself, right after a connection's first sync of a log or a
// journal (UNIXFILE_DIRSYNC in its os_unix.c) and before anything relies on it. When the last connection
// closes, it deletes the log without a sync. That log may come back, but all that is in it is in the file
// already; and before anything is written to a new log of that name, the folder is synced.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/power-cut.hpp"
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

using Jobs = std::vector<StoredJob>;

// What may be done in part when a call is cut. Without a job: nothing, it takes effect wholly or not at all.
struct Call {
  std::string job;
  int kept = -1;  // the number of the picture whose file comes; -1: its files go
};

struct Run {
  std::vector<Call> calls;
  std::vector<Jobs> shown;                      // after each of them
  std::map<std::string, std::string> contents;  // of every picture there has been, by file name
  Journal journal;
};

// Below the folder of all deeds, with new folders around it, as in a new home.
constexpr const char* place = "/share/seedream";

// With the files' names instead of their paths, as the folder is another one each time.
Result<Jobs> shown_by(Store& store) {
  auto jobs = store.list();
  if (!jobs)
    return jobs;
  for (StoredJob& job : *jobs)
    for (StoredPicture& picture : job.pictures)
      picture.file = std::filesystem::path(picture.file).filename();
  return jobs;
}

// Calls the store, and notes how each call went.
class Caller {
 public:
  // contents: of the pictures that are there.
  explicit Caller(const std::string& root, std::map<std::string, std::string> contents = {})
      : folder_(root + place), recording_(root) {
    run_.contents = std::move(contents);
    reopen();
  }

  void begin(unsigned number) {
    sound(store_->begin(job_of(number)));
    returned({});
  }
  void send(unsigned number) {
    StoredJob job = found(*store_, id_of(number));
    job.standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES};
    job.service_id = format("task %u", number);
    job.notes = {"sent"};
    job.pictures = {picture_of(0)};
    job.pictures[0].url = "https://example.org/" + job.id;
    sound(store_->update(job));
    returned({});
  }
  void keep(unsigned number, unsigned picture, std::size_t size) {
    const Bytes bytes = bytes_of(number + picture, size);
    const std::string file = sound(store_->keep(id_of(number), picture_of(picture), bytes));
    run_.contents[std::filesystem::path(file).filename()] = text_of(bytes);
    returned({id_of(number), static_cast<int>(picture)});
  }
  void end(unsigned number) {
    StoredJob job = found(*store_, id_of(number));
    job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
    job.notes.push_back("done");
    job.cost_usd = number;
    job.cost_is_told = true;
    job.completed = job.created + 5;
    sound(store_->update(job));
    returned({});
  }
  void draw(unsigned number, std::vector<std::size_t> sizes) {
    begin(number);
    send(number);
    for (unsigned picture = 0; picture < sizes.size(); ++picture)
      keep(number, picture, sizes[picture]);
    end(number);
  }
  void forget(unsigned number) {
    sound(store_->forget(id_of(number)));
    returned({id_of(number)});
  }
  // As SQLite does it at the end of some call, once the log has a thousand pages.
  void checkpoint(const char* how) {
    meddle(folder_, format("PRAGMA wal_checkpoint(%s)", how));
    returned({});
  }
  // The last one out checkpoints and deletes the log.
  void reopen() {
    store_.reset();
    store_ = opened(folder_);
    returned({});
  }
  Run finish() {
    store_.reset();
    run_.journal = recording_.finish();
    return std::move(run_);
  }

 private:
  void returned(Call call) {
    recording_.tell();
    run_.calls.push_back(std::move(call));
    run_.shown.push_back(sound(shown_by(*store_)));
  }

  std::string folder_;
  Recording recording_;
  Run run_;
  std::shared_ptr<Store> store_;
};

Run recorded(const std::string& root) {
  Caller store(root);
  store.draw(1, {1000});
  store.draw(2, {1, 150'000});
  store.checkpoint("PASSIVE");
  store.draw(3, {5000});
  store.keep(3, 0, 300);  // other bytes, which get another name
  store.keep(3, 0, 300);
  store.checkpoint("RESTART");
  store.forget(1);
  store.draw(4, {});
  store.checkpoint("TRUNCATE");
  store.draw(5, {700});
  store.reopen();
  store.draw(6, {20'000, 0, 4096});
  store.checkpoint("PASSIVE");
  store.forget(2);
  store.draw(7, {2000});
  return store.finish();
}

// On a disk that a power cut has left.
Run recorded_again(const std::string& root, const Run& before) {
  Caller store(root, before.contents);
  store.draw(21, {10'000});
  store.checkpoint("PASSIVE");
  store.draw(22, {10});
  store.reopen();
  store.forget(21);
  return store.finish();
}

// What a call leaves alone even when it is cut.
Jobs without(Jobs jobs, const Call& call) {
  for (StoredJob& job : jobs) {
    if (job.id != call.job)
      continue;
    if (call.kept >= 0)
      std::erase_if(job.pictures,
                    [&](const StoredPicture& p) { return static_cast<int>(p.number) == call.kept; });
    else
      for (StoredPicture& picture : job.pictures)
        picture.file.clear();
  }
  return jobs;
}

// A row is never there before its file.
bool lacks_file(const Jobs& jobs, const Call& call) {
  return std::any_of(jobs.begin(), jobs.end(), [&call](const StoredJob& job) {
    return job.id == call.job &&
           std::any_of(job.pictures.begin(), job.pictures.end(), [&call](const StoredPicture& p) {
             return static_cast<int>(p.number) == call.kept && p.file.empty();
           });
  });
}

// told: how many calls had returned.
bool may_show(const Run& run, std::size_t told, const Jobs& seen) {
  const Jobs& before = run.shown[std::max<std::size_t>(told, 1) - 1];
  if (seen == before)
    return true;
  if (told == run.calls.size())
    return false;
  const Call& cut = run.calls[told];
  return seen == run.shown[told] || (!lacks_file(seen, cut) && without(seen, cut) == without(before, cut));
}

std::string fault_in_pictures(const Run& run, const std::string& folder, const Jobs& jobs) {
  for (const StoredJob& job : jobs)
    for (const StoredPicture& picture : job.pictures) {
      const auto wanted = run.contents.find(picture.file);
      if (!picture.file.empty() && (wanted == run.contents.end() ||
                                    content_of(folder + "/pictures/" + picture.file) != wanted->second))
        return "the bytes of " + picture.file + " are not those that were kept";
    }
  for (const std::string& name : names_in(folder + "/pictures"))
    if (std::none_of(jobs.begin(), jobs.end(),
                     [&](const StoredJob& job) { return name.starts_with(job.id); }))
      return name + " belongs to no job";
  return {};
}

// Unlike answer_of(), for files that may be damaged.
std::string fault_in_database(const std::string& folder) {
  std::string answer;
  sqlite3* database = nullptr;
  sqlite3_open((folder + "/jobs.sqlite").c_str(), &database);
  sqlite3_exec(
      database, "PRAGMA integrity_check",
      [](void* text, int, char** columns, char**) {
        static_cast<std::string*>(text)->append(columns[0]);
        return 0;
      },
      &answer, nullptr);
  if (answer.empty())
    answer = sqlite3_errmsg(database);
  sqlite3_close(database);
  return answer == "ok" ? "" : answer;
}

// One more job than there were.
std::string fault_in_going_on(Store& store) {
  constexpr unsigned number = 0xffff;
  StoredJob job = job_of(number);
  if (auto begun = store.begin(job); !begun)
    return begun.take_error()->message;
  job.standing = {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
  if (auto updated = store.update(job); !updated)
    return updated.take_error()->message;
  auto kept = store.keep(job.id, picture_of(0), bytes_of(number));
  if (!kept)
    return kept.take_error()->message;
  auto there = store.find(job.id);
  const bool whole = there && *there && (*there)->standing == job.standing &&
                     (*there)->pictures.size() == 1 && (*there)->pictures[0].file == *kept &&
                     content_of(*kept) == text_of(bytes_of(number));
  return whole ? "" : "a further job is not what it should be";
}

// Empty: the store in the folder is what it should be.
std::string fault_of(const Run& run, std::size_t told, const std::string& folder) {
  auto store = Store::open(folder);
  if (!store)
    return store.take_error()->message;
  auto jobs = shown_by(**store);
  if (!jobs)
    return jobs.take_error()->message;
  if (!may_show(run, told, *jobs))
    return "the jobs are not those that there were";
  for (const std::string& fault : {fault_in_pictures(run, folder, *jobs), fault_in_database(folder)})
    if (!fault.empty())
      return fault;
  return fault_in_going_on(**store);
}

struct Figures {
  unsigned cuts = 0;
  unsigned disks = 0;
  unsigned lost = 0;
  std::string first;  // that was lost, and why

  Figures& operator+=(const Figures& more) {
    cuts += more.cuts;
    disks += more.disks;
    lost += more.lost;
    first = first.empty() ? more.first : first;
    return *this;
  }
};

class Cutter {
 public:
  Cutter(
      const Run& run, Whim::Seed seed, Disk::Sync heeds = [](const Node&) { return true; })
      : run_(run), dice_(seed), disk_(run.journal, std::move(heeds)) {}

  // At each moment it tries the worst and the best of all disks, and so many others.
  Figures cut_everywhere(unsigned others, unsigned enough_losses = 100) {
    for (; at_ < run_.journal.deeds.size() && figures_.lost < enough_losses; ++at_) {
      told_ += run_.journal.deeds[at_].kind == Deed::Kind::tell ? 1 : 0;
      disk_.take(run_.journal.deeds[at_]);
      if (at_ + 1 >= run_.journal.begin)
        cut(others);
    }
    return figures_;
  }

 private:
  void cut(unsigned others) {
    ++figures_.cuts;
    try_disk(Whim::drop_all());
    if (disk_.is_settled())
      return;
    try_disk(Whim::keep_all());
    for (unsigned turn = 0; turn < others; ++turn)
      try_disk(Whim::of(dice_()));
  }

  void try_disk(const Whim& whim) {
    const TempFolder folder;
    disk_.write_to(folder.path(), whim);
    ++figures_.disks;
    const std::string fault = fault_of(run_, told_, folder.path() + place);
    if (fault.empty())
      return;
    ++figures_.lost;
    if (figures_.first.empty())
      figures_.first = format("cut %zu, after %zu calls: %s", at_, told_, fault.c_str());
  }

  const Run& run_;
  std::mt19937 dice_;
  Disk disk_;
  std::size_t at_ = 0, told_ = 0;
  Figures figures_;
};

// Another one each time, so that in time many disks are tried.
unsigned seed() {
  const char* wanted = g_getenv("SEEDREAM_SEED");
  const unsigned seed = wanted ? static_cast<unsigned>(strtoul(wanted, nullptr, 10)) : g_random_int();
  printf("# SEEDREAM_SEED=%u\n", seed);
  fflush(stdout);
  return seed;
}

void print(const char* what, const Figures& figures) {
  printf("# %s%u cuts, %u disks, %u lost\n", what, figures.cuts, figures.disks, figures.lost);
  fflush(stdout);
}

void assert_nothing_lost(const Figures& figures) {
  print("", figures);
  ck_assert_msg(figures.lost == 0, "%s", one_line(figures.first).c_str());
}

// By path; a folder has no content.
std::map<std::string, std::string> tree_of(const std::string& root) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (const std::string path = entry.path(); !path.ends_with("-shm"))
      tree[path.substr(root.size())] = entry.is_directory() ? "" : content_of(path);
  return tree;
}

// After so many deeds, to folders too that nobody has synced.
Disk disk_after(const Journal& journal, std::size_t deeds) {
  Disk disk(journal, [](const Node&) { return true; });
  for (std::size_t at = 0; at < deeds; ++at)
    disk.take(journal.deeds[at]);
  return disk;
}

// A disk is to be found out that does nothing when it is told to sync such files, but for the first time it
// is told so.
constexpr struct {
  const char* what;
  bool (*is_deaf)(const std::string& path);
  unsigned heeded = 0;
} deaf_disks[] = {
    {"anything", [](const std::string&) { return true; }},
    {"the log", [](const std::string& path) { return path.ends_with("/jobs.sqlite-wal"); }},
    {"the log once it has begun", [](const std::string& path) { return path.ends_with("/jobs.sqlite-wal"); },
     2},
    // Its first page is synced before there is a log.
    {"the database at a checkpoint", [](const std::string& path) { return path.ends_with("/jobs.sqlite"); },
     1},
    {"a picture", [](const std::string& path) { return path.find("/pictures/") != std::string::npos; }},
    {"the pictures' folder", [](const std::string& path) { return path.ends_with("/pictures"); }},
    {"the store's folder", [](const std::string& path) { return path == place; }},
    {"the folder around it", [](const std::string& path) { return path == "/share"; }},
    {"the folder around that", [](const std::string& path) { return path.empty(); }},
};

}  // namespace

START_TEST(what_was_confirmed_outlives_a_power_cut) {
  const TempFolder root;
  const Run run = recorded(root.path());
  assert_nothing_lost(Cutter(run, seed()).cut_everywhere(4));
}
END_TEST

START_TEST(a_second_power_cut_loses_nothing_either) {
  const TempFolder root;
  const Run first = recorded(root.path());
  std::mt19937 dice(seed());
  Figures all;
  for (unsigned turn = 0; turn < 8; ++turn) {
    const TempFolder left;
    disk_after(first.journal, 1 + dice() % first.journal.deeds.size())
        .write_to(left.path(), Whim::of(dice()));
    const Run second = recorded_again(left.path(), first);
    all += Cutter(second, dice()).cut_everywhere(1);
  }
  assert_nothing_lost(all);
}
END_TEST

START_TEST(nothing_is_done_to_a_file_unheard) {
  const TempFolder root, copy;
  const Run run = recorded(root.path());
  disk_after(run.journal, run.journal.deeds.size()).write_to(copy.path(), Whim::keep_all());
  ck_assert(tree_of(copy.path()) == tree_of(root.path()));
}
END_TEST

START_TEST(a_sync_that_is_left_out_is_found_out) {
  const TempFolder root;
  const Run run = recorded(root.path());
  const auto& disk = deaf_disks[_i];
  const auto heeds = [&disk, heard = 0u](const Node& node) mutable {
    return !disk.is_deaf(node.path) || heard++ < disk.heeded;
  };
  const Figures figures = Cutter(run, 0, heeds).cut_everywhere(0, 1);
  print(format("no sync of %s: %s: ", disk.what, figures.first.c_str()).c_str(), figures);
  ck_assert_uint_gt(figures.lost, 0);
}
END_TEST

START_TEST(a_write_that_is_not_synced_may_be_torn_in_every_way) {
  const std::string before(1000, 'a'), bytes(3000, 'b');
  std::map<std::string, unsigned> seen;
  for (unsigned turn = 0; turn < 1000; ++turn) {
    std::string file = before;
    Whim::of(turn).write(bytes, 500, &file);
    const auto has = [&file](char c) { return file.find(c, 500) != std::string::npos; };
    ck_assert(file.size() <= 3500 && file.compare(0, 500, before, 0, 500) == 0);
    ++seen[has('\xA5') ? "rubbish" : has('\0') ? "zeros" : file == before ? "nothing" : "bytes"];
    ++seen[file.size() == 1000 ? "as short" : file.size() == 3500 ? "as long" : "between"];
  }
  for (const char* kind : {"rubbish", "zeros", "nothing", "bytes", "as short", "as long", "between"})
    ck_assert_msg(seen[kind] >= 20, "%s was left %u times", kind, seen[kind]);
}
END_TEST

int main() {
  // Thousands of folders, none of which has to outlive anything.
  if (access("/dev/shm", W_OK) == 0)
    g_setenv("TMPDIR", "/dev/shm", FALSE);
  Suite* suite = suite_create("store-power");
  TCase* cut = tcase_create("cut");
  tcase_add_test(cut, what_was_confirmed_outlives_a_power_cut);
  tcase_add_test(cut, a_second_power_cut_loses_nothing_either);
  suite_add_tcase(suite, cut);
  TCase* simulation = tcase_create("simulation");
  tcase_add_test(simulation, nothing_is_done_to_a_file_unheard);
  tcase_add_loop_test(simulation, a_sync_that_is_left_out_is_found_out, 0, std::size(deaf_disks));
  tcase_add_test(simulation, a_write_that_is_not_synced_may_be_torn_in_every_way);
  suite_add_tcase(suite, simulation);
  return run_suite(suite);
}
