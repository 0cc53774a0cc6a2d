// support/store.hpp - a job store in a folder that goes with the test, and jobs to fill it with.
#pragma once
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "jobs/store.hpp"
#include "support/check.hpp"
#include "support/children.hpp"

namespace seedream::test {

using jobs::Standing;
using jobs::Store;
using jobs::StoredJob;
using jobs::StoredPicture;

class TempFolder {
 public:
  TempFolder() : path_(CharPtr(g_dir_make_tmp("seedream-store-XXXXXX", nullptr)).get()) {}
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

template <typename T>
T sound(Result<T> result) {
  if (!result)
    ck_abort_msg("%s", one_line(result.take_error()->message).c_str());
  return std::move(*result);
}

// Its message.
template <typename T>
std::string assert_fails(Result<T> result, SeedreamError code) {
  ck_assert_msg(!result, "it did not fail");
  const ErrorPtr error = result.take_error();
  ck_assert_msg(g_error_matches(error.get(), SEEDREAM_ERROR, code), "%s %d: %s",
                g_quark_to_string(error->domain), error->code, one_line(error->message).c_str());
  ck_assert(g_utf8_validate(error->message, -1, nullptr));
  return error->message;
}

inline std::shared_ptr<Store> opened(const std::string& folder) {
  return sound(Store::open(folder));
}

// The same for the same number, another for any other.
inline std::string id_of(unsigned number) {
  return format("%08x-0000-4000-8000-0123456789ab", number);
}

inline StoredJob job_of(unsigned number) {
  StoredJob job;
  job.id = id_of(number);
  job.provider = "imarouter";
  job.base_url = "https://api.example.org";
  job.model = "seedream-4.5";
  job.prompt = format("picture %u", number);
  job.created = job.completed = 1'700'000'000'000'000 + number;
  return job;
}

inline Bytes bytes_of(unsigned number, std::size_t size = 1000) {
  std::string text = format("the bytes of %u ", number);
  text.resize(size, static_cast<char>(number));
  return Bytes::of(std::move(text));
}

inline StoredPicture picture_of(unsigned number) {
  StoredPicture picture;
  picture.number = number;
  picture.media_type = "image/png";
  picture.width = 2048;
  picture.height = 1536;
  return picture;
}

inline std::string content_of(const std::string& path) {
  char* text = nullptr;
  gsize size = 0;
  if (!g_file_get_contents(path.c_str(), &text, &size, nullptr))
    ck_abort_msg("%s cannot be read", path.c_str());
  return {CharPtr(text).get(), size};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  ck_assert_msg(file.good(), "%s cannot be written", path.c_str());
}

// Sorted.
inline std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

// Without what only a reading of it knows.
inline StoredJob as_written(StoredJob job) {
  job.sequence = job.revision = 0;
  job.estimate_usd = 0;
  job.attended = false;
  return job;
}

inline StoredJob found(Store& store, const std::string& id) {
  auto job = sound(store.find(id));
  ck_assert_msg(job.has_value(), "there is no job %s", id.c_str());
  return *job;
}

inline std::vector<std::string> ids_in(Store& store) {
  std::vector<std::string> ids;
  for (const StoredJob& job : sound(store.list()))
    ids.push_back(job.id);
  return ids;
}

// Begins a job, tells what became of it and keeps its picture.
inline void run_job(Store& store, unsigned number) {
  StoredJob job = job_of(number);
  sound(store.begin(job));
  job.standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES};
  job.pictures = {picture_of(0)};
  job.pictures[0].url = "https://example.org/" + job.id;
  sound(store.update(job));
  sound(store.keep(job.id, job.pictures[0], bytes_of(number)));
}

inline void assert_whole(const StoredJob& job, unsigned number) {
  assert_text_eq(job.prompt, job_of(number).prompt);
  ck_assert(job.standing == (Standing{SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES}));
  ck_assert_uint_eq(job.pictures.size(), 1);
  ck_assert(content_of(job.pictures[0].file) == text_of(bytes_of(number)));
}

// A store with some jobs in it, closed.
inline void fill(const std::string& folder, unsigned jobs) {
  const auto store = opened(folder);
  for (unsigned number = 0; number < jobs; ++number)
    run_job(*store, number);
}

// Past the store, as anybody could.
inline void meddle(const std::string& folder, const std::string& sql) {
  sqlite3* database = nullptr;
  ck_assert_int_eq(sqlite3_open((folder + "/jobs.sqlite").c_str(), &database), SQLITE_OK);
  ck_assert_msg(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, "%s: %s",
                sql.c_str(), sqlite3_errmsg(database));
  sqlite3_close(database);
}

// The first column of the first row.
inline std::string answer_of(const std::string& folder, const char* sql) {
  sqlite3* database = nullptr;
  char* answer = nullptr;
  sqlite3_open((folder + "/jobs.sqlite").c_str(), &database);
  sqlite3_exec(
      database, sql,
      [](void* text, int, char** columns, char**) {
        *static_cast<char**>(text) = g_strdup(columns[0]);
        return 1;
      },
      &answer, nullptr);
  sqlite3_close(database);
  ck_assert_ptr_nonnull(answer);
  return CharPtr(answer).get();
}

}  // namespace seedream::test
