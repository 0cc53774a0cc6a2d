// fuzz-store.cpp - the record of jobs as anybody may have left it: a database file of any bytes, or one that
// SQL of any kind has made, perhaps out of a record of the newest version. All that a program does with it
// comes out well or is reported, no job is lost when it is upgraded, and no file outside is touched.
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "fuzz.hpp"
#include "jobs/store-rows.hpp"
#include "jobs/store.hpp"

using namespace seedream;
using namespace seedream::jobs;
namespace files = std::filesystem;

namespace {

constexpr std::string_view file_mark = "SQLite format 3", newest_mark = "-- newest\n";

// In memory where that can be had: the store waits for the disk.
const std::string& folder() {
  static const std::string path = [] {
    const bool memory = files::is_directory("/dev/shm");
    const CharPtr made(
        g_build_filename(memory ? "/dev/shm" : g_get_tmp_dir(), "seedream-fuzz-XXXXXX", nullptr));
    if (!g_mkdtemp(made.get()))
      g_error("No folder like %s can be made", made.get());
    static const std::string kept = made.get();
    std::atexit([] {
      std::error_code ignored;
      files::remove_all(kept, ignored);
    });
    return kept;
  }();
  return path;
}

const std::string& canary() {
  static const std::string path = folder() + "/canary";
  return path;
}

int allow(void*, int action, const char* name, const char*, const char*, const char*) {
  if (action == SQLITE_ATTACH || action == SQLITE_CREATE_VIEW || action == SQLITE_RECURSIVE)
    return SQLITE_DENY;  // no other files, and nothing without end
  const bool known = action != SQLITE_PRAGMA || g_str_equal(name, "user_version") ||
                     g_str_equal(name, "encoding") || g_str_equal(name, "writable_schema");
  return known ? SQLITE_OK : SQLITE_DENY;
}

void run(const std::string& path, const std::string& sql) {
  sqlite3* connection = nullptr;
  if (sqlite3_open(path.c_str(), &connection) == SQLITE_OK) {
    sqlite3_set_authorizer(connection, allow, nullptr);
    sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_progress_handler(
        connection, 20'000, [](void*) { return 1; }, nullptr);
    sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
  }
  sqlite3_close(connection);
}

// How many jobs there are, as SQLite by itself sees it: what has no job's id is none. Nothing: it sees none,
// or the file is damaged, which whoever sets writable_schema can do as well.
std::optional<std::size_t> jobs_in(const std::string& path, std::string_view text) {
  if (text.starts_with(file_mark) || text.find("schema") != std::string_view::npos)
    return std::nullopt;
  std::size_t count = 0;
  sqlite3* connection = nullptr;
  const bool read = sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
                    sqlite3_exec(
                        connection, "SELECT id FROM job WHERE instr(id, char(0)) = 0",
                        [](void* to, int, char** values, char**) {
                          *static_cast<std::size_t*>(to) += is_id(values[0]);
                          return 0;
                        },
                        &count, nullptr) == SQLITE_OK;
  sqlite3_close(connection);
  return read ? std::optional(count) : std::nullopt;
}

template <typename T>
void heard(Result<T> result) {
  if (result)
    return;
  const ErrorPtr error = result.take_error();
  g_assert(error->domain == SEEDREAM_ERROR && *error->message);
  g_assert(g_utf8_validate(error->message, -1, nullptr));
}

void assert_text(const std::string& text) {
  g_assert(g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr));
}

void assert_jobs(Result<std::vector<StoredJob>> jobs) {
  if (jobs)
    for (const StoredJob& job : *jobs) {
      for (const std::string* text : {&job.id, &job.provider, &job.model, &job.prompt, &job.error_message})
        assert_text(*text);
      for (const StoredPicture& picture : job.pictures)
        g_assert(picture.file.empty() || picture.file.starts_with(folder() + "/store/pictures/"));
    }
  heard(std::move(jobs));
}

StoredJob some_job() {
  StoredJob job;
  job.id = "0f0f0f0f-0000-4000-8000-0123456789ab";
  job.provider = "imarouter";
  job.base_url = "https://api.example.org";
  job.model = "seedream-4.5";
  job.prompt = "a pear";
  job.created = 1'700'000'000'000'000;
  return job;
}

void read(Store& store) {
  assert_jobs(store.list());
  assert_jobs(store.unsettled());
  assert_jobs(store.query({.words = "a pear"}));
  heard(store.changes(0));
  heard(store.find("0000"));
  heard(store.prompts(SEEDREAM_OPERATION_GENERATE, 10));
  heard(store.usual_duration("imarouter", {"seedream-4.5"}));
  heard(store.rules());
  heard(store.spending());
  for (const bool by_provider : {false, true})
    for (const SeedreamPeriod period : {SEEDREAM_PERIOD_ALL, SEEDREAM_PERIOD_MONTH, SEEDREAM_PERIOD_DAY})
      heard(store.totals(period, by_provider));
}

void handle(Store& store, const std::string& id) {
  heard(store.thumbnail(id));
  heard(store.attachment(id, "mask"));
  heard(store.star(id, true));
  heard(store.want_cancel(id, true));
  heard(store.is_cancel_wanted(id));
  heard(store.keep(id, {.number = 0, .media_type = "image/png"}, Bytes::of("bytes")));
  heard(store.deliver(id, 1'700'000'000'000'001));
}

void write(Store& store) {
  heard(store.begin(some_job(), 0.04, {{"mask", Bytes::of("mask")}}));
  heard(store.update(some_job()));
  handle(store, some_job().id);
  std::vector<std::string> ids;
  if (auto jobs = store.list())
    for (const StoredJob& job : *jobs)
      ids.push_back(job.id);
  ids.resize(std::min<std::size_t>(ids.size(), 3));
  for (const std::string& id : ids)
    handle(store, id);
  heard(store.set_rules({.keep_days = 1, .keep_megabytes = 1}));
  heard(store.purge(1'900'000'000'000'000, true));
  heard(store.purge(1'900'000'000'000'000, false));
  for (const std::string& id : ids)
    heard(store.forget(id));
}

void prepare(const std::string& store, std::string_view text) {
  if (text.starts_with(newest_mark))
    if (auto made = Store::open(store))
      heard((*made)->begin(some_job()));
  files::create_directories(store);
  if (text.starts_with(file_mark))
    std::ofstream(store + "/jobs.sqlite", std::ios::binary)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  else
    run(store + "/jobs.sqlite", std::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string path = folder() + "/store";
  files::remove_all(path);
  std::ofstream(canary()) << "sings";
  const std::string_view text = fuzz::text_of(data, size);
  prepare(path, text);
  auto count = jobs_in(path + "/jobs.sqlite", text);
  for (int i = 0; i < 2; ++i) {
    auto store = Store::open(path);
    if (!store) {
      heard(std::move(store));
      break;
    }
    auto jobs = (*store)->list();
    g_assert(!jobs || !count || jobs->size() == *count);
    count.reset();
    read(**store);
    write(**store);
  }
  g_assert(files::exists(canary()));
  return 0;
}
