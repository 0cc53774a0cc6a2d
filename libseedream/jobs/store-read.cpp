// jobs/store-read.cpp - what the record of jobs tells.
#include <glib/gi18n-lib.h>

#include <algorithm>
#include <unordered_set>

#include "jobs/store-files.hpp"
#include "jobs/store-rows.hpp"

namespace seedream::jobs {
namespace {

constexpr std::size_t least_prefix = 4;      // shorter ones would soon mean several
constexpr std::size_t jobs_to_judge_by = 9;  // services change: the last few tell more than all
// Who says that a job took longer had the computer asleep or its clock set meanwhile.
constexpr gint64 longest_duration = gint64{60} * 60 * G_USEC_PER_SEC;

const char* condition_of(SeedreamHistoryFilter filter) {
  switch (filter) {
    case SEEDREAM_HISTORY_FILTER_ACTIVE:
      return "state < 3";
    case SEEDREAM_HISTORY_FILTER_WAITING:
      return "state >= 3 AND delivered = 0"
             " AND EXISTS (SELECT 1 FROM picture WHERE job = id AND file <> '' AND damaged = 0)";
    case SEEDREAM_HISTORY_FILTER_STARRED:
      return "starred";
    default:
      return "TRUE";
  }
}

}  // namespace

// To be called with the mutex held. Who runs or delivers what is looked at last, as a job's end is written
// before it is let go: what has not ended and is nobody's was left behind.
template <typename... Values>
Result<std::vector<StoredJob>> Store::select(const std::string& which, const Values&... values) noexcept {
  std::unordered_set<std::string> left;  // what was nobody's at some look
  for (;;) {
    Statement rows(database_, selecting(which).c_str(), values...);
    auto jobs = read_jobs(database_, folder_, &rows);
    if (!jobs)
      return jobs;
    bool may_have_ended = false;
    for (StoredJob& job : *jobs) {
      const bool over = is_final(job.standing.state);
      if (over && job.delivered > 0)
        continue;
      job.attended = claims_.is_taken(job.id);
      // Whoever held it may have ended it between the two looks.
      if (!over && !job.attended && left.insert(job.id).second)
        may_have_ended = true;
    }
    if (!may_have_ended)
      return jobs;
  }
}

Result<std::vector<StoredJob>> Store::list() noexcept {
  const std::lock_guard lock(mutex_);
  // Not by time: clocks are set back.
  return select("ORDER BY sequence DESC");
}

Result<std::vector<StoredJob>> Store::query(const Search& search) noexcept {
  const std::lock_guard lock(mutex_);
  return select(std::string("WHERE sequence < ? AND ") + condition_of(search.filter) +
                    " AND has_words(prompt || ' ' || model || ' ' || provider || ' ' || id, ?)"
                    " ORDER BY sequence DESC LIMIT ?",
                search.before > 0 ? search.before : G_MAXINT64, comparable(search.words.c_str()),
                search.limit);
}

Result<Changes> Store::changes(gint64 revision) noexcept {
  const std::lock_guard lock(mutex_);
  Changes changes;
  // The number first: what changes after it was read is seen the next time once more.
  Statement now(database_, "SELECT last, (SELECT count(*) FROM job) FROM revision");
  if (now.next())
    now.read(&changes.revision, &changes.total);
  if (now.failed())
    return now.take_error();
  auto jobs = select("WHERE revision > ? ORDER BY revision", revision);
  if (!jobs)
    return jobs.take_error();
  changes.jobs = std::move(*jobs);
  return changes;
}

Result<std::optional<StoredJob>> Store::find(const std::string& id) noexcept {
  const CharPtr lower(g_ascii_strdown(id.c_str(), -1));
  const std::string prefix = lower.get();
  if (prefix.size() < least_prefix)
    return std::optional<StoredJob>();
  const std::lock_guard lock(mutex_);
  auto found = select("WHERE id >= ?1 AND id < ?1 || '~'", prefix);
  if (!found)
    return found.take_error();
  if (found->size() > 1)
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” may mean several jobs; write more of it."), id.c_str());
  return found->empty() ? std::nullopt : std::optional(std::move(found->front()));
}

Result<std::vector<StoredJob>> Store::unsettled() noexcept {
  const std::lock_guard lock(mutex_);
  return select(
      "WHERE state < 3 OR (state IN (?, ?) AND charged <> ? AND (service_id <> '' OR"
      " EXISTS (SELECT 1 FROM picture WHERE job = id AND url <> '' AND file = '' AND purged = 0)))"
      " ORDER BY sequence",
      SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_NO);
}

// The first column of the first row.
template <typename... Values>
Result<Bytes> Store::blob(const char* sql, const Values&... values) noexcept {
  const std::lock_guard lock(mutex_);
  Statement row(database_, sql, values...);
  Bytes bytes;
  if (row.next())
    row.read(&bytes);
  if (row.failed())
    return row.take_error();
  return bytes;
}

Result<Bytes> Store::thumbnail(const std::string& job_id) noexcept {
  return blob("SELECT bytes FROM thumbnail WHERE job = ? ORDER BY number", job_id);
}

Result<Bytes> Store::attachment(const std::string& job_id, const std::string& name) noexcept {
  return blob("SELECT bytes FROM attachment WHERE job = ? AND name = ?", job_id, name);
}

Result<bool> Store::is_cancel_wanted(const std::string& job_id) noexcept {
  const std::lock_guard lock(mutex_);
  Statement row(database_, "SELECT cancel_wanted FROM job WHERE id = ?", job_id);
  gint64 wanted = 0;
  if (row.next())
    row.read(&wanted);
  if (row.failed())
    return row.take_error();
  return wanted != 0;
}

// From the last job back, and no further than is needed: mostly some dozens of rows, in no index's order.
Result<std::vector<std::string>> Store::prompts(SeedreamOperation operation, std::size_t most) noexcept {
  const std::lock_guard lock(mutex_);
  Statement rows(database_,
                 "SELECT prompt FROM job WHERE operation = ? AND trim(prompt, char(9, 10, 13, 32)) <> ''"
                 " ORDER BY sequence DESC",
                 operation);
  std::unordered_set<std::string> known;
  std::vector<std::string> prompts;
  std::string prompt;
  while (prompts.size() < most && rows.next()) {
    rows.read(&prompt);
    if (known.insert(prompt).second)
      prompts.push_back(prompt);
  }
  if (rows.failed())
    return rows.take_error();
  return prompts;
}

Result<std::optional<double>> Store::usual_duration(const std::string& provider,
                                                    const std::vector<std::string>& models) noexcept {
  const std::lock_guard lock(mutex_);
  Statement rows(database_,
                 "SELECT model, updated - created AS duration FROM job WHERE provider = ? AND state = ?"
                 " AND duration > 0 AND duration <= ? ORDER BY sequence DESC",
                 provider, SEEDREAM_JOB_STATE_COMPLETED, longest_duration);
  std::vector<gint64> durations;
  while (durations.size() < jobs_to_judge_by && rows.next()) {
    std::string model;
    gint64 duration;
    rows.read(&model, &duration);
    if (models.empty() || std::find(models.begin(), models.end(), model) != models.end())
      durations.push_back(duration);
  }
  if (rows.failed())
    return rows.take_error();
  if (durations.empty())
    return std::optional<double>();
  std::sort(durations.begin(), durations.end());
  const std::size_t last = durations.size() - 1;  // of an even number, the middle is between two
  return std::optional(double(durations[last / 2] + durations[last - last / 2]) / 2 / G_USEC_PER_SEC);
}

}  // namespace seedream::jobs
