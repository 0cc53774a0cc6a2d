// jobs/store-purge.cpp - makes room: removes the originals that the rules keep no longer.
#include <glib/gstdio.h>

#include <algorithm>

#include "jobs/store-files.hpp"
#include "jobs/store-ledger.hpp"
#include "jobs/store-rows.hpp"

namespace seedream::jobs {
namespace {

constexpr double microseconds_per_day = 24.0 * 60 * 60 * G_USEC_PER_SEC;
constexpr double bytes_per_megabyte = 1 << 20;

Purged room_of(const StoredJob& job) {
  Purged room;
  for (const StoredPicture& picture : job.pictures) {
    GStatBuf found;
    if (picture.file.empty() || g_stat(picture.file.c_str(), &found) != 0)
      continue;
    ++room.pictures;
    room.bytes += static_cast<guint64>(found.st_size);
  }
  return room;
}

// What nobody has seen yet, what is not over and what was starred stays.
bool may_go(const StoredJob& job) {
  return is_final(job.standing.state) && job.delivered > 0 && !job.starred;
}

}  // namespace

Result<Purged> Store::purge(gint64 moment, bool rehearse) noexcept {
  auto rules = this->rules();
  if (!rules)
    return rules.take_error();
  auto jobs = list();
  if (!jobs)
    return jobs.take_error();
  std::vector<Purged> rooms;
  guint64 room = 0;
  for (const StoredJob& job : *jobs)
    room += rooms.emplace_back(room_of(job)).bytes;
  Purged purged;
  for (auto job = jobs->rbegin(); job != jobs->rend(); ++job, rooms.pop_back()) {
    const Purged own = rooms.back();
    const bool old = rules->keep_days > 0 &&
                     double(moment) - double(job->created) > rules->keep_days * microseconds_per_day;
    const bool crowded =
        rules->keep_megabytes > 0 && double(room) > rules->keep_megabytes * bytes_per_megabyte;
    // Whoever runs it once more fetches what it lacked.
    if (own.pictures == 0 || !may_go(*job) || !(old || crowded) || claims_.is_taken(job->id))
      continue;
    if (!rehearse)
      if (auto removed = remove_originals(*job); !removed)
        return removed.take_error();
    room -= own.bytes;
    purged.pictures += own.pictures;
    purged.bytes += own.bytes;
  }
  return purged;
}

// The rows know of it before the files go: a file too many does no harm, one that is missed would be fetched
// again. What never came may still be fetched. The star is looked at once more, for somebody may just have
// set it.
Result<Done> Store::remove_originals(const StoredJob& job) noexcept {
  auto folder = PictureFolder::make(folder_);
  if (!folder)
    return folder.take_error();
  const std::lock_guard lock(mutex_);
  Change marking(database_);
  if (marking.run("SELECT 1 FROM job WHERE id = ? AND NOT starred", job.id) == 0)
    return marking.so_far();
  marking.run("UPDATE picture SET purged = 1, file = '' WHERE job = ? AND file <> ''", job.id);
  for (const StoredPicture& picture : job.pictures)
    if (!picture.file.empty())  // which its row need not know
      marking.run(
          "INSERT INTO picture (job, number, url, purged) VALUES (?, ?, '', 1)"
          " ON CONFLICT DO UPDATE SET purged = 1",
          job.id, picture.number);
  touch(&marking, job.id);
  if (auto done = marking.commit(); !done)
    return done;
  const Change removing(database_);  // nobody keeps a picture meanwhile
  return folder->remove(job.id + "-");
}

}  // namespace seedream::jobs
