// jobs/store.hpp - the durable record of every job, shared by all programs of a user: jobs.sqlite in a
// folder, and beside it pictures/ with the original bytes. A key is never in it.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobs/claim.hpp"
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
  gint64 told = 0;       // when the service said where it keeps it, in microseconds since 1970; 0: not known
  bool purged = false;   // the bytes were removed to save room; nobody lacks them
  bool operator==(const StoredPicture&) const = default;
};

struct StoredJob {
  static constexpr int no_error = -1;
  static constexpr int was_cancelled = -2;

  // The wish, which never changes.
  std::string id;  // a UUID in lower case
  std::string provider;
  std::string base_url;
  std::string key_mark;  // of the key that went there: mark_of(); empty: none
  std::string model;
  std::string prompt;
  SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE;
  unsigned count = 1;
  std::string size, aspect, quality, format;
  gint64 seed = -1;       // -1: none
  std::string placement;  // where the pictures go; only whoever wrote it understands it

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
  bool late = false;     // its pictures came after it had been cancelled
  std::vector<StoredPicture> pictures;  // by number

  // What people did with it.
  bool starred = false;
  gint64 delivered = 0;  // when its pictures were put where they belong, as above; 0: they wait for that

  // What this reading of it saw; no call writes it.
  gint64 sequence = 0;      // the later begun, the larger
  gint64 revision = 0;      // the later changed, the larger
  double estimate_usd = 0;  // what it has probably cost, or will: by the ledger
  bool attended = false;    // some program runs it, or delivers its pictures, just now
  bool operator==(const StoredJob&) const = default;
};

// What a caller wants to find again with its job, by name.
using Attachments = std::vector<std::pair<std::string, Bytes>>;

// What the user rules for all programs that share the store.
struct Rules {
  bool keeps_history = true;  // else a record is forgotten as soon as its pictures are delivered
  double keep_days = 0;       // how long originals are kept; 0: for ever
  double keep_megabytes = 0;  // how much room they may take, in 2²⁰ bytes; 0: any
  double budget_usd = -1;     // what a month may cost; below 0: anything
  bool operator==(const Rules&) const = default;
};

// What a month has cost, with what is still on its way.
struct Spending {
  double usd = 0;
  double budget_usd = -1;  // as above
};

struct Total {
  std::string period;    // "2026-11" or "2026-11-21", in local time; empty: all of it
  std::string provider;  // empty: all of them
  gint64 pictures = 0;
  double usd = 0;            // what was charged
  double estimated_usd = 0;  // how much of that no service has told
  double uncertain_usd = 0;  // what may have been charged besides, or may be yet
  bool operator==(const Total&) const = default;
};

struct Search {
  std::string words;  // each must be found, in any case; empty: all jobs
  SeedreamHistoryFilter filter = SEEDREAM_HISTORY_FILTER_ALL;
  gint64 before = 0;  // only what was begun before the job of that sequence; 0: from the last on
  unsigned limit = 100;
};

struct Changes {
  std::vector<StoredJob> jobs;
  gint64 revision = 0;  // of the last change of any job, a forgotten one too
  gint64 total = 0;     // how many jobs there are
};

struct Purged {
  unsigned pictures = 0;
  guint64 bytes = 0;
};

// Any thread may call it, and any call may wait for the disk or for another program: not for main loops. What
// succeeded survives a crash and a power cut; what failed has changed nothing. Only a picture whose bytes got
// to the disk before something failed stays there: it was paid for, and list() and find() show it.
class Store {
 public:
  // Makes the folder where it is missing.
  static Result<std::shared_ptr<Store>> open(const std::string& folder) noexcept;

  // Absolute.
  const std::string& folder() const { return folder_; }

  // Whoever runs a job holds it, so that nobody else takes it for left behind. Nothing: somebody does.
  Result<std::optional<Claim>> claim(const std::string& job_id) noexcept;

  // Before the request leaves. Fails where the id is known already, and with SEEDREAM_ERROR_PAY where the
  // month's budget does not allow for what it may cost.
  Result<Spending> begin(const StoredJob& job, double estimate_usd = 0,
                         const Attachments& attachments = {}) noexcept;
  // What became of it, and where its pictures are. No picture, no file and no end is ever taken back by it.
  Result<Done> update(const StoredJob& job) noexcept;
  // Writes the bytes as a file of their own, then the row: all that the picture tells, its file apart.
  // Returns the path. Bytes kept earlier under the same number stay where they are, but are not named any
  // more.
  Result<std::string> keep(const std::string& job_id, const StoredPicture& picture,
                           const Bytes& bytes) noexcept;
  // A small likeness of a picture, encoded.
  Result<Done> keep_thumbnail(const std::string& job_id, unsigned number, const Bytes& bytes) noexcept;

  // Its pictures are where they belong. Where no history is kept the record goes.
  Result<Done> deliver(const std::string& job_id, gint64 moment) noexcept;
  // It has ended and brought nothing: where no history is kept the record goes.
  Result<Done> dismiss(const std::string& job_id) noexcept;
  Result<Done> star(const std::string& job_id, bool starred) noexcept;
  // Whoever runs it asks from time to time.
  Result<Done> want_cancel(const std::string& job_id, bool wanted) noexcept;
  Result<bool> is_cancel_wanted(const std::string& job_id) noexcept;

  // The last begun first.
  Result<std::vector<StoredJob>> list() noexcept;
  Result<std::vector<StoredJob>> query(const Search& search) noexcept;
  // What was changed after that revision, in the order of the changes.
  Result<Changes> changes(gint64 revision) noexcept;
  // By its id or the first four or more characters of it. Fails where they may mean several.
  Result<std::optional<StoredJob>> find(const std::string& id) noexcept;
  // What has not ended, or ended so that there may be more to have.
  Result<std::vector<StoredJob>> unsettled() noexcept;
  // Nothing: there is none.
  Result<Bytes> thumbnail(const std::string& job_id) noexcept;
  Result<Bytes> attachment(const std::string& job_id, const std::string& name) noexcept;

  // The prompts of an operation's jobs, each once, the last used first, no blank ones.
  Result<std::vector<std::string>> prompts(SeedreamOperation operation, std::size_t most) noexcept;

  // How many seconds a job there usually takes; models: as they are written down, none: any. Nothing where
  // none has been completed yet.
  Result<std::optional<double>> usual_duration(const std::string& provider,
                                               const std::vector<std::string>& models) noexcept;

  Result<Rules> rules() noexcept;
  Result<Done> set_rules(const Rules& rules) noexcept;
  // The latest first; what forgotten jobs have cost counts too.
  Result<std::vector<Total>> totals(SeedreamPeriod period, bool by_provider) noexcept;
  Result<Spending> spending() noexcept;

  // Removes the files, then the record. An unknown job is forgotten already.
  Result<Done> forget(const std::string& job_id) noexcept;
  // Removes the originals that the rules keep no longer: of ended, delivered jobs without a star that nobody
  // runs, the oldest first. Their records stay. rehearse: nothing is removed.
  Result<Purged> purge(gint64 moment, bool rehearse) noexcept;

 private:
  Store(std::string folder, Database database)
      : folder_(std::move(folder)), database_(std::move(database)), claims_(folder_) {}

  template <typename... Values>
  Result<Done> change_job(const std::string& job_id, const char* sql, const Values&... values) noexcept;
  template <typename... Values>
  Result<std::vector<StoredJob>> select(const std::string& which, const Values&... values) noexcept;
  Result<Done> remove_originals(const StoredJob& job) noexcept;
  template <typename... Values>
  Result<Bytes> blob(const char* sql, const Values&... values) noexcept;

  const std::string folder_;  // absolute, no links in it
  std::mutex mutex_;          // guards the database
  Database database_;
  const Claims claims_;
};

}  // namespace seedream::jobs
