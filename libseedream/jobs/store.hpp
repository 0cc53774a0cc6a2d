// jobs/store.hpp - the durable record of every job, shared by all programs of a user: jobs.sqlite in a
// folder, and beside it pictures/ with the original bytes. A key is never in it.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "jobs/machine.hpp"
#include "jobs/store-database.hpp"

namespace seedream::jobs {

struct StoredPicture {
  unsigned number = 0;  // its place in the service's order, from 0
  std::string url;      // where the service keeps it; empty: it came with the answer
  std::string file;     // absolute path of the original bytes; empty: they are not there
  std::string media_type;
  int width = 0;         // pixels
  int height = 0;        // pixels
  bool damaged = false;  // the bytes are no picture that can be read
  bool operator==(const StoredPicture&) const = default;
};

struct StoredJob {
  static constexpr int no_error = -1;
  static constexpr int was_cancelled = -2;

  // The wish, which never changes.
  std::string id;  // a UUID in lower case
  std::string provider;
  std::string base_url;
  std::string model;
  std::string prompt;
  SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE;
  unsigned count = 1;
  std::string format;

  // What became of it.
  Standing standing;
  std::string service_id;
  double cost_usd = 0;
  bool cost_is_told = false;  // by the service; else an estimate
  std::vector<std::string> notes;
  int error_code = no_error;  // or was_cancelled, or a SeedreamError
  std::string error_message;
  gint64 created = 0;    // both in microseconds since 1970, UTC, as g_get_real_time() tells
  gint64 completed = 0;  // in the run that sent it; 0: it did not come that far. No later fetch changes it
  std::vector<StoredPicture> pictures;  // by number
  bool operator==(const StoredJob&) const = default;
};

// Any thread may call it, and any call may wait for the disk or for another program: not for main loops. What
// succeeded survives a crash and a power cut; what failed has changed nothing. Only a picture whose bytes got
// to the disk before something failed stays there: it was paid for, and list() and find() show it.
class Store {
 public:
  // Makes the folder where it is missing.
  static Result<std::shared_ptr<Store>> open(const std::string& folder) noexcept;

  // Before the request leaves. Fails where the id is known already.
  Result<Done> begin(const StoredJob& job) noexcept;
  // What became of it, and where its pictures are. No picture, no file and no end is ever taken back by it.
  Result<Done> update(const StoredJob& job) noexcept;
  // Writes the bytes as a file of their own, then the row: all that the picture tells, its file apart.
  // Returns the path. Bytes kept earlier under the same number stay where they are, but are not named any
  // more.
  Result<std::string> keep(const std::string& job_id, const StoredPicture& picture,
                           const Bytes& bytes) noexcept;

  // The last begun first.
  Result<std::vector<StoredJob>> list() noexcept;
  // By its id or the first four or more characters of it. Fails where they may mean several.
  Result<std::optional<StoredJob>> find(const std::string& id) noexcept;

  // The prompts of an operation's jobs, each once, the last used first, no blank ones.
  Result<std::vector<std::string>> prompts(SeedreamOperation operation, std::size_t most) noexcept;

  // How many seconds a job there usually takes; models: as they are written down, none: any. Nothing where
  // none has been completed yet.
  Result<std::optional<double>> usual_duration(const std::string& provider,
                                               const std::vector<std::string>& models) noexcept;

  // Removes the files, then the record. An unknown job is forgotten already.
  Result<Done> forget(const std::string& job_id) noexcept;

 private:
  Store(std::string folder, Database database) : folder_(std::move(folder)), database_(std::move(database)) {}

  const std::string folder_;  // absolute, no links in it
  std::mutex mutex_;          // guards the database
  Database database_;
};

}  // namespace seedream::jobs
