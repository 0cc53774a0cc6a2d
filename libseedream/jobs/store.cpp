// jobs/store.cpp - the durable record of every job.
#include "jobs/store.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/rights.hpp"
#include "jobs/store-files.hpp"
#include "jobs/store-ledger.hpp"
#include "jobs/store-rows.hpp"

namespace seedream::jobs {
namespace {

// What it costs as far as is known; what costs nothing for certain is not in the ledger.
void write_charge(Change* change, const StoredJob& job) {
  if (is_final(job.standing.state) && job.standing.charged == SEEDREAM_CHARGE_NO) {
    change->run("DELETE FROM charge WHERE job = ?", job.id);
    return;
  }
  change->run(
      "INSERT INTO charge (job, moment, provider, model, pictures, usd, charged, told)"
      " SELECT id, created, provider, model, max(count, ?2), ?3, ?4, ?5 FROM job WHERE id = ?1"
      " ON CONFLICT DO UPDATE SET charged = excluded.charged, told = excluded.told,"
      " pictures = CASE ?2 WHEN 0 THEN pictures ELSE ?2 END,"
      " usd = CASE WHEN ?5 OR ?3 > 0 THEN ?3 ELSE usd END",
      job.id, job.pictures.size(), job.cost_usd, job.standing.charged, job.cost_is_told);
}

}  // namespace

Result<std::shared_ptr<Store>> Store::open(const std::string& folder) noexcept {
  if (has_borrowed_rights())
    return unusable_record(folder, borrowed_rights);
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

Result<std::optional<Claim>> Store::claim(const std::string& job_id) noexcept {
  if (!is_id(job_id))
    return unknown_job(job_id);
  return claims_.take(job_id);
}

// Nobody else begins one while the budget is looked at, so two cannot share what is left of it.
Result<Spending> Store::begin(const StoredJob& job, double estimate_usd,
                              const Attachments& attachments) noexcept {
  if (!is_id(job.id))
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no id for a job."), job.id.c_str());
  const std::lock_guard lock(mutex_);
  Change change(database_);
  const int begun = change.run(
      "INSERT INTO job (id, provider, base_url, model, prompt, operation, count, format, state, charged,"
      " service_id, cost_usd, cost_is_told, error_code, error_message, created, updated, size, aspect,"
      " quality, seed, placement, late, starred, delivered, key_mark)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING",
      job.id, job.provider, job.base_url, job.model, job.prompt, job.operation, job.count, job.format,
      job.standing.state, job.standing.charged, job.service_id, job.cost_usd, job.cost_is_told,
      job.error_code, job.error_message, job.created, job.completed, job.size, job.aspect, job.quality,
      job.seed, job.placement, job.late, job.starred, job.delivered, job.key_mark);
  if (begun == 0)
    change.fail(make_error(SEEDREAM_ERROR_INVALID, _("There is a job “%s” already."), job.id.c_str()));
  write_notes(&change, job);
  write_pictures(&change, job);
  for (const auto& [name, bytes] : attachments)
    change.run("INSERT INTO attachment (job, name, bytes) VALUES (?, ?, ?)", job.id, name, bytes);
  touch(&change, job.id);
  StoredJob estimated = job;
  estimated.cost_usd = std::max(job.cost_usd, estimate_usd);
  write_charge(&change, estimated);
  auto spent = month_so_far(database_);
  if (!spent)
    return spent.take_error();
  if (spent->budget_usd >= 0 && estimate_usd > 0 && spent->usd > spent->budget_usd + a_hair)
    change.fail(over_budget(*spent, estimate_usd));
  if (auto begun_well = change.commit(); !begun_well)
    return begun_well.take_error();
  return *spent;
}

Result<Done> Store::update(const StoredJob& job) noexcept {
  const std::lock_guard lock(mutex_);
  Change change(database_);
  const int updated = change.run(
      "UPDATE job SET state = ?, charged = ?, service_id = ?, cost_usd = ?, cost_is_told = ?,"
      " error_code = ?, error_message = ?, updated = max(updated, ?), late = max(late, ?) WHERE id = ?",
      job.standing.state, job.standing.charged, job.service_id, job.cost_usd, job.cost_is_told,
      job.error_code, job.error_message, job.completed, job.late, job.id);
  if (updated == 0)
    change.fail(unknown_job(job.id));
  write_notes(&change, job);
  write_pictures(&change, job);
  write_charge(&change, job);
  touch(&change, job.id);
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
      " height = excluded.height, damaged = excluded.damaged, purged = 0",
      job_id, picture.number, picture.url, name, picture.media_type, picture.width, picture.height,
      picture.damaged);
  if (named == 0)
    change.fail(unknown_job(job_id));
  touch(&change, job_id);
  if (auto sound = change.so_far(); !sound)
    return sound.take_error();
  if (auto published = folder->publish(*draft, name); !published)
    return published.take_error();
  if (auto recorded = change.commit(); !recorded)
    return recorded.take_error();
  return PictureFolder::path_of(folder_, name);
}

Result<Done> Store::keep_thumbnail(const std::string& job_id, unsigned number, const Bytes& bytes) noexcept {
  return change_job(job_id, "INSERT OR REPLACE INTO thumbnail (job, number, bytes) VALUES (?, ?, ?)", job_id,
                    number, bytes);
}

// One statement about one job.
template <typename... Values>
Result<Done> Store::change_job(const std::string& job_id, const char* sql, const Values&... values) noexcept {
  const std::lock_guard lock(mutex_);
  Change change(database_);
  if (change.run("SELECT 1 FROM job WHERE id = ?", job_id) == 0)
    change.fail(unknown_job(job_id));
  change.run(sql, values...);
  touch(&change, job_id);
  return change.commit();
}

Result<Done> Store::deliver(const std::string& job_id, gint64 moment) noexcept {
  auto delivered = change_job(job_id, "UPDATE job SET delivered = ? WHERE id = ? AND delivered = 0",
                              std::max(moment, gint64{1}), job_id);
  return delivered ? dismiss(job_id) : std::move(delivered);
}

Result<Done> Store::dismiss(const std::string& job_id) noexcept {
  auto found = rules();
  if (!found)
    return found.take_error();
  return found->keeps_history ? Result<Done>(Done{}) : forget(job_id);
}

Result<Done> Store::star(const std::string& job_id, bool starred) noexcept {
  return change_job(job_id, "UPDATE job SET starred = ? WHERE id = ?", starred, job_id);
}

Result<Done> Store::want_cancel(const std::string& job_id, bool wanted) noexcept {
  return change_job(job_id, "UPDATE job SET cancel_wanted = ? WHERE id = ?", wanted, job_id);
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
  touch(&change, job_id);
  auto forgotten = change.commit();
  if (forgotten)
    database_.empty_log();
  return forgotten;
}

}  // namespace seedream::jobs
