// jobs/store.cpp - the durable record of every job.
#include "jobs/store.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unordered_set>
#include <utility>

#include "image/codec.hpp"
#include "jobs/store-files.hpp"

namespace seedream::jobs {
namespace {

constexpr std::size_t least_prefix = 4;      // shorter ones would soon mean several
constexpr std::size_t jobs_to_judge_by = 9;  // services change: the last few tell more than all
// Who says that a job took longer had the computer asleep or its clock set meanwhile.
constexpr gint64 longest_duration = gint64{60} * 60 * G_USEC_PER_SEC;

// In the order in which read_job() takes them. The column `updated` is StoredJob::completed.
constexpr const char* select_jobs =
    "SELECT id, provider, base_url, model, prompt, operation, count, format, state, charged, service_id,"
    " cost_usd, cost_is_told, error_code, error_message, created, updated FROM job ";

// An id becomes part of file names, so it is nothing else than a UUID.
bool is_id(const std::string& id) {
  return g_uuid_string_is_valid(id.c_str()) &&
         std::none_of(id.begin(), id.end(), [](char c) { return g_ascii_isupper(c); });
}

ErrorPtr unknown_job(const std::string& id) {
  return make_error(SEEDREAM_ERROR_INVALID, _("There is no record of a job “%s”."), id.c_str());
}

constexpr const char* damaged_suffix = "damaged";
constexpr const image::Codec* codecs[] = {&image::png_codec, &image::jpeg_codec, &image::webp_codec};

const char* suffix_of(const StoredPicture& picture) {
  if (picture.damaged)
    return damaged_suffix;
  for (const auto* codec : codecs)
    if (picture.media_type == codec->media_type)
      return codec->suffix;
  return "bin";
}

void write_notes(Change* change, const StoredJob& job) {
  change->run("DELETE FROM note WHERE job = ?", job.id);
  int place = 0;
  for (const std::string& note : job.notes)
    change->run("INSERT INTO note (job, place, text) VALUES (?, ?, ?)", job.id, place++, note);
}

void write_pictures(Change* change, const StoredJob& job) {
  for (const StoredPicture& picture : job.pictures)
    change->run(
        "INSERT INTO picture (job, number, url) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET url = excluded.url WHERE excluded.url NOT IN ('', url)",
        job.id, picture.number, picture.url);
}

// What was written by a later version, or by anybody else, is no reason to hand on what no enum has.
template <typename Enum>
Enum enum_of(gint64 number, Enum last, Enum otherwise) {
  return number >= 0 && number <= last ? static_cast<Enum>(number) : otherwise;
}

template <typename Number>
Number number_of(gint64 number, Number otherwise) {
  return std::in_range<Number>(number) ? static_cast<Number>(number) : otherwise;
}

int error_of(gint64 code) {
  const bool special = code == StoredJob::no_error || code == StoredJob::was_cancelled;
  return special ? static_cast<int>(code) : enum_of(code, SEEDREAM_ERROR_DEADLINE, SEEDREAM_ERROR_FAILED);
}

StoredJob read_job(Statement* row) {
  StoredJob job;
  gint64 operation, count, state, charged, told, error;
  row->read(&job.id, &job.provider, &job.base_url, &job.model, &job.prompt, &operation, &count, &job.format,
            &state, &charged, &job.service_id, &job.cost_usd, &told, &error, &job.error_message, &job.created,
            &job.completed);
  job.operation = enum_of(operation, SEEDREAM_OPERATION_COMPOSE, SEEDREAM_OPERATION_GENERATE);
  job.count = number_of(count, 1u);
  job.standing = {enum_of(state, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_JOB_STATE_UNKNOWN),
                  enum_of(charged, SEEDREAM_CHARGE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN)};
  job.cost_is_told = told != 0;
  job.error_code = error_of(error);
  return job;
}

void read_notes(Statement* rows, StoredJob* job) {
  rows->restart(job->id);
  while (rows->next())
    rows->read(&job->notes.emplace_back());
}

void read_pictures(Statement* rows, StoredJob* job) {
  rows->restart(job->id);
  while (rows->next()) {
    StoredPicture picture;
    gint64 number, width, height, damaged;
    rows->read(&number, &picture.url, &picture.file, &picture.media_type, &width, &height, &damaged);
    picture.number = static_cast<unsigned>(number);
    picture.width = number_of(width, 0);
    picture.height = number_of(height, 0);
    picture.damaged = damaged != 0;
    job->pictures.push_back(std::move(picture));
  }
}

// "<job>-<number>.<suffix>" or "<job>-<number>-<turn>.<suffix>", as keep() names them.
std::optional<StoredPicture> picture_of_name(const std::string& id, const std::string& name) {
  const char* from = name.c_str() + id.size() + 1;
  char* end = nullptr;
  const guint64 number = g_ascii_strtoull(from, &end, 10);
  const auto dot = name.rfind('.');
  if (!g_ascii_isdigit(*from) || number > G_MAXINT || (*end != '.' && *end != '-') ||
      dot == std::string::npos)
    return std::nullopt;
  StoredPicture picture{.number = static_cast<unsigned>(number), .file = name};
  const std::string suffix = name.substr(dot + 1);
  picture.damaged = suffix == damaged_suffix;
  for (const auto* codec : codecs)
    if (suffix == codec->suffix)
      picture.media_type = codec->media_type;
  return picture;
}

void adopt(StoredPicture found, std::vector<StoredPicture>* pictures) {
  auto at = std::lower_bound(pictures->begin(), pictures->end(), found.number,
                             [](const StoredPicture& p, unsigned number) { return p.number < number; });
  if (at == pictures->end() || at->number != found.number)
    at = pictures->insert(at, StoredPicture{.number = found.number});
  if (!at->file.empty())
    return;
  found.url = at->url;
  *at = std::move(found);
}

// The folder tells which files there are, and the rows which of them a picture is. A row that names anything
// else is not followed. A file that no row knows was paid for: a crash came between it and its row.
void match_files(const std::string& store, const std::vector<std::string>& names, StoredJob* job) {
  const std::string prefix = job->id + "-";
  for (StoredPicture& picture : job->pictures)
    if (!picture.file.starts_with(prefix) || !std::binary_search(names.begin(), names.end(), picture.file))
      picture.file.clear();
  for (auto name = std::lower_bound(names.begin(), names.end(), prefix);
       name != names.end() && name->starts_with(prefix); ++name)
    if (auto found = picture_of_name(job->id, *name))
      adopt(std::move(*found), &job->pictures);
  for (StoredPicture& picture : job->pictures)
    if (!picture.file.empty())
      picture.file = PictureFolder::path_of(store, picture.file);
}

// The rows are as they were at one moment: the jobs' stay open while what belongs to each is read. The files
// are looked at afterwards, as they come before their rows.
template <typename... Values>
Result<std::vector<StoredJob>> read_jobs(const Database& database, const std::string& store,
                                         const char* which, const Values&... values) {
  Statement notes(database, "SELECT text FROM note WHERE job = ? ORDER BY place");
  Statement pictures(database,
                     "SELECT number, url, file, media_type, width, height, damaged FROM picture"
                     " WHERE job = ? AND number BETWEEN 0 AND 0x7FFFFFFF ORDER BY number");
  Statement rows(database, (std::string(select_jobs) + which).c_str(), values...);
  std::vector<StoredJob> jobs;
  while (rows.next()) {
    StoredJob job = read_job(&rows);
    if (!is_id(job.id))
      continue;
    read_notes(&notes, &job);
    read_pictures(&pictures, &job);
    jobs.push_back(std::move(job));
  }
  for (Statement* each : {&rows, &notes, &pictures})
    if (each->failed())
      return each->take_error();
  auto folder = PictureFolder::open(store);
  const auto names = folder ? folder->names() : std::vector<std::string>();
  for (StoredJob& job : jobs)
    match_files(store, names, &job);
  return jobs;
}

}  // namespace

Result<std::shared_ptr<Store>> Store::open(const std::string& folder) noexcept {
  const bool made = g_mkdir_with_parents(folder.c_str(), 0700) == 0;
  // Links on the way to the folder are the user's own doing; behind it there shall be none.
  const CharPtr real(made ? realpath(folder.c_str(), nullptr) : nullptr);
  if (!real)
    return unusable_record(folder, g_strerror(errno));
  auto database = Database::open(real.get());
  if (!database)
    return database.take_error();
  return std::shared_ptr<Store>(new Store(real.get(), std::move(*database)));
}

Result<Done> Store::begin(const StoredJob& job) noexcept {
  if (!is_id(job.id))
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no id for a job."), job.id.c_str());
  const std::lock_guard lock(mutex_);
  Change change(database_);
  const int begun = change.run(
      "INSERT INTO job (id, provider, base_url, model, prompt, operation, count, format, state, charged,"
      " service_id, cost_usd, cost_is_told, error_code, error_message, created, updated)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      job.id, job.provider, job.base_url, job.model, job.prompt, job.operation, job.count, job.format,
      job.standing.state, job.standing.charged, job.service_id, job.cost_usd, job.cost_is_told,
      job.error_code, job.error_message, job.created, job.completed);
  if (begun == 0)
    change.fail(make_error(SEEDREAM_ERROR_INVALID, _("There is a job “%s” already."), job.id.c_str()));
  write_notes(&change, job);
  write_pictures(&change, job);
  return change.commit();
}

Result<Done> Store::update(const StoredJob& job) noexcept {
  const std::lock_guard lock(mutex_);
  Change change(database_);
  const int updated = change.run(
      "UPDATE job SET state = ?, charged = ?, service_id = ?, cost_usd = ?, cost_is_told = ?,"
      " error_code = ?, error_message = ?, updated = max(updated, ?) WHERE id = ?",
      job.standing.state, job.standing.charged, job.service_id, job.cost_usd, job.cost_is_told,
      job.error_code, job.error_message, job.completed, job.id);
  if (updated == 0)
    change.fail(unknown_job(job.id));
  write_notes(&change, job);
  write_pictures(&change, job);
  return change.commit();
}

// The file is there before its row. A crash in between leaves a file whose name tells enough.
Result<std::string> Store::keep(const std::string& job_id, const StoredPicture& picture,
                                const Bytes& bytes) noexcept {
  if (!is_id(job_id))
    return unknown_job(job_id);
  auto folder = PictureFolder::make(folder_);
  if (!folder)
    return folder.take_error();
  const std::string stem = format("%s-%u", job_id.c_str(), picture.number);
  auto draft = folder->write(stem, bytes);
  if (!draft)
    return draft.take_error();
  const std::lock_guard lock(mutex_);
  Change change(database_);  // nobody names a file or forgets the job while it is open
  const std::string name = folder->name_for(*draft, stem, suffix_of(picture));
  const int named = change.run(
      "INSERT INTO picture (job, number, url, file, media_type, width, height, damaged)"
      " SELECT ?1, ?, ?, ?, ?, ?, ?, ? FROM job WHERE id = ?1"
      " ON CONFLICT DO UPDATE SET url = CASE excluded.url WHEN '' THEN url ELSE excluded.url END,"
      " file = excluded.file, media_type = excluded.media_type, width = excluded.width,"
      " height = excluded.height, damaged = excluded.damaged",
      job_id, picture.number, picture.url, name, picture.media_type, picture.width, picture.height,
      picture.damaged);
  if (named == 0)
    change.fail(unknown_job(job_id));
  if (auto sound = change.so_far(); !sound)
    return sound.take_error();
  if (auto published = folder->publish(*draft, name); !published)
    return published.take_error();
  if (auto recorded = change.commit(); !recorded)
    return recorded.take_error();
  return PictureFolder::path_of(folder_, name);
}

Result<std::vector<StoredJob>> Store::list() noexcept {
  const std::lock_guard lock(mutex_);
  // Not by time: clocks are set back.
  return read_jobs(database_, folder_, "ORDER BY sequence DESC");
}

Result<std::optional<StoredJob>> Store::find(const std::string& id) noexcept {
  const CharPtr lower(g_ascii_strdown(id.c_str(), -1));
  const std::string prefix = lower.get();
  if (prefix.size() < least_prefix)
    return std::optional<StoredJob>();
  const std::lock_guard lock(mutex_);
  auto found = read_jobs(database_, folder_, "WHERE id >= ?1 AND id < ?1 || '~'", prefix);
  if (!found)
    return found.take_error();
  if (found->size() > 1)
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” may mean several jobs; write more of it."), id.c_str());
  return found->empty() ? std::nullopt : std::optional(std::move(found->front()));
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

Result<Done> Store::forget(const std::string& job_id) noexcept {
  if (!is_id(job_id))
    return unknown_job(job_id);
  auto folder = PictureFolder::make(folder_);
  if (!folder)
    return folder.take_error();
  const std::lock_guard lock(mutex_);
  Change change(database_);
  if (auto sound = change.so_far(); !sound)
    return sound;
  if (auto removed = folder->remove(job_id + "-"); !removed)
    return removed;
  change.run("DELETE FROM job WHERE id = ?", job_id);
  return change.commit();
}

}  // namespace seedream::jobs
