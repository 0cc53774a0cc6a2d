// jobs/store-rows.cpp - jobs as rows of the store's database, and back.
#include "jobs/store-rows.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "image/codec.hpp"
#include "jobs/store-files.hpp"

namespace seedream::jobs {
namespace {

// In the order in which read_job() takes them. The column `updated` is StoredJob::completed.
constexpr const char* select_jobs =
    "SELECT id, provider, base_url, model, prompt, operation, count, format, state, charged, service_id,"
    " cost_usd, cost_is_told, error_code, error_message, created, updated, size, aspect, quality, seed,"
    " placement, late, starred, delivered, key_mark, sequence, revision,"
    " coalesce((SELECT usd FROM charge WHERE charge.job = job.id), 0.0) FROM job ";

constexpr const char* damaged_suffix = "damaged";
constexpr const image::Codec* codecs[] = {&image::png_codec, &image::jpeg_codec, &image::webp_codec};

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
  gint64 operation, count, state, charged, told, error, late, starred;
  row->read(&job.id, &job.provider, &job.base_url, &job.model, &job.prompt, &operation, &count, &job.format,
            &state, &charged, &job.service_id, &job.cost_usd, &told, &error, &job.error_message, &job.created,
            &job.completed, &job.size, &job.aspect, &job.quality, &job.seed, &job.placement, &late, &starred,
            &job.delivered, &job.key_mark, &job.sequence, &job.revision, &job.estimate_usd);
  job.operation = enum_of(operation, SEEDREAM_OPERATION_COMPOSE, SEEDREAM_OPERATION_GENERATE);
  job.count = number_of(count, 1u);
  job.standing = {enum_of(state, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_JOB_STATE_UNKNOWN),
                  enum_of(charged, SEEDREAM_CHARGE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN)};
  job.cost_is_told = told != 0;
  job.error_code = error_of(error);
  job.late = late != 0;
  job.starred = starred != 0;
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
    gint64 number, width, height, damaged, purged;
    rows->read(&number, &picture.url, &picture.file, &picture.media_type, &width, &height, &damaged,
               &picture.told, &purged);
    picture.number = static_cast<unsigned>(number);
    picture.width = number_of(width, 0);
    picture.height = number_of(height, 0);
    picture.damaged = damaged != 0;
    picture.purged = purged != 0;
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
  found.told = at->told;
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

}  // namespace

bool is_id(const std::string& id) {
  return g_uuid_string_is_valid(id.c_str()) &&
         std::none_of(id.begin(), id.end(), [](char c) { return g_ascii_isupper(c); });
}

ErrorPtr unknown_job(const std::string& id) {
  return make_error(SEEDREAM_ERROR_INVALID, _("There is no record of a job “%s”."), id.c_str());
}

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
        "INSERT INTO picture (job, number, url, told) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET url = excluded.url, told = excluded.told"
        " WHERE excluded.url NOT IN ('', url)",
        job.id, picture.number, picture.url, picture.told);
}

void touch(Change* change, const std::string& job_id) {
  change->run("UPDATE revision SET last = last + 1");
  change->run("UPDATE job SET revision = (SELECT last FROM revision) WHERE id = ?", job_id);
}

std::string selecting(const std::string& which) {
  return select_jobs + which;
}

Result<std::vector<StoredJob>> read_jobs(const Database& database, const std::string& store,
                                         Statement* rows) {
  Statement notes(database, "SELECT text FROM note WHERE job = ? ORDER BY place");
  Statement pictures(database,
                     "SELECT number, url, file, media_type, width, height, damaged, told, purged FROM picture"
                     " WHERE job = ? AND number BETWEEN 0 AND 0x7FFFFFFF ORDER BY number");
  std::vector<StoredJob> jobs;
  while (rows->next()) {
    StoredJob job = read_job(rows);
    if (!is_id(job.id))
      continue;
    read_notes(&notes, &job);
    read_pictures(&pictures, &job);
    jobs.push_back(std::move(job));
  }
  for (Statement* each : {rows, &notes, &pictures})
    if (each->failed())
      return each->take_error();
  auto folder = PictureFolder::open(store);
  const auto names = folder ? folder->names() : std::vector<std::string>();
  for (StoredJob& job : jobs)
    match_files(store, names, &job);
  return jobs;
}

}  // namespace seedream::jobs
