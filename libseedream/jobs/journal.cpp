// jobs/journal.cpp - what is written down of one job while it runs.
#include "jobs/journal.hpp"

#include <algorithm>
#include <utility>

namespace seedream::jobs {
namespace {

int code_of(const GError* error) {
  if (!error)
    return StoredJob::no_error;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return StoredJob::was_cancelled;
  return error->domain == SEEDREAM_ERROR ? error->code : SEEDREAM_ERROR_FAILED;
}

}  // namespace

void Journal::check(Result<Done> result) {
  if (!result && trouble_.empty())
    trouble_ = result.take_error()->message;
}

void Journal::begin(const std::string& base_url) noexcept {
  const std::lock_guard lock(mutex_);
  if (over_ || begun_)
    return;
  job_.base_url = base_url;
  // What follows is sending: whoever reads this later cannot tell how far that came.
  job_.standing = advance(job_.standing, Event::sent);
  auto written = store_->begin(job_);
  begun_ = bool(written);
  check(std::move(written));
}

StoredPicture& Journal::picture(unsigned strand, unsigned index) {
  const unsigned number = number_of(strand, index);
  auto& pictures = job_.pictures;
  const auto at = std::find_if(pictures.begin(), pictures.end(),
                               [&](const StoredPicture& each) { return each.number >= number; });
  if (at != pictures.end() && at->number == number)
    return *at;
  return *pictures.insert(at, StoredPicture{.number = number});
}

void Journal::heard(unsigned strand, const Steps& steps) noexcept {
  const std::lock_guard lock(mutex_);
  bool news = false;
  for (const Step& step : steps) {
    if (const auto* accepted = std::get_if<Accepted>(&step)) {
      service_ids_[strand] = accepted->service_id;
      job_.service_id.clear();
      for (const auto& [each, id] : service_ids_)
        job_.service_id += (job_.service_id.empty() ? "" : ",") + id;
      news = true;
    } else if (const auto* at = std::get_if<PictureAt>(&step)) {
      picture(strand, pictures_heard_[strand]++).url = at->url;
      job_.standing = advance(job_.standing, Event::drawn);
      news = true;
    } else if (std::get_if<PictureHere>(&step)) {
      ++pictures_heard_[strand];
    }
  }
  if (news && begun_)
    check(store_->update(job_));
}

std::string Journal::keep(unsigned strand, unsigned index, const Drawn& drawn) noexcept {
  const std::lock_guard lock(mutex_);
  StoredPicture& kept = picture(strand, index);
  kept.media_type = drawn.info.codec ? drawn.info.codec->media_type : "";
  kept.width = drawn.info.width;
  kept.height = drawn.info.height;
  kept.damaged = !drawn.buffer;
  if (!begun_)
    return {};
  auto path = store_->keep(job_.id, kept, drawn.bytes);
  if (path)
    return kept.file = *path;
  check(path.take_error());
  return {};
}

void Journal::sum_up(const Tally& tally, const std::vector<std::string>& notes,
                     const GError* error) noexcept {
  const std::lock_guard lock(mutex_);
  over_ = true;
  if (!begun_)
    return;
  job_.standing = tally.standing;
  job_.service_id = tally.service_id;
  job_.cost_usd = tally.cost_usd;
  job_.cost_is_told = tally.cost_is_told;
  job_.notes = notes;
  job_.error_code = code_of(error);
  job_.error_message = error ? error->message : "";
  // A job that is taken up again has waited for somebody to do so, not for its service.
  if (!known_ && job_.standing.state == SEEDREAM_JOB_STATE_COMPLETED)
    job_.completed = g_get_real_time();
  check(store_->update(job_));
}

void Journal::drop() noexcept {
  const std::lock_guard lock(mutex_);
  over_ = true;
  if (std::exchange(begun_, false))
    check(store_->forget(job_.id));
}

std::string Journal::trouble() const noexcept {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

StoredJob Journal::job() const noexcept {
  const std::lock_guard lock(mutex_);
  return job_;
}

}  // namespace seedream::jobs
