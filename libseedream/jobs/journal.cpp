// jobs/journal.cpp - what is written down of one job while it runs.
#include "jobs/journal.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <utility>

#include "base/background.hpp"
#include "jobs/store-ledger.hpp"
#include "jobs/thumbnail.hpp"

namespace seedream::jobs {
namespace {

constexpr double worth_a_warning = 0.8;  // of a month's budget

int code_of(const GError* error) {
  if (!error)
    return StoredJob::no_error;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return StoredJob::was_cancelled;
  return error->domain == SEEDREAM_ERROR ? error->code : SEEDREAM_ERROR_FAILED;
}

}  // namespace

const char* late_note() {
  return _("The picture came after the job had been cancelled; it is kept.");
}

bool is_passing(const GError* error) {
  return error->domain == G_IO_ERROR || error->code == SEEDREAM_ERROR_UNAVAILABLE ||
         error->code == SEEDREAM_ERROR_DEADLINE || error->code == SEEDREAM_ERROR_WAIT ||
         error->code == SEEDREAM_ERROR_SIGN_IN || error->code == SEEDREAM_ERROR_PAY;
}

void Journal::check(Result<Done> result) {
  if (!result && trouble_.empty())
    trouble_ = result.take_error()->message;
}

void Journal::claim() {
  if (claim_)
    return;
  auto claimed = store_->claim(job_.id);
  if (claimed)
    claim_ = std::move(*claimed);
  else
    check(claimed.take_error());
}

Result<std::vector<std::string>> Journal::begin(const std::string& base_url, const std::string& key_mark,
                                                double estimate_usd) noexcept {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> remarks;
  if (over_ || begun_)
    return remarks;
  job_.base_url = base_url;
  job_.key_mark = key_mark;
  // What follows is sending: whoever reads this later cannot tell how far that came.
  job_.standing = advance(job_.standing, Event::sent);
  claim();
  auto begun = store_->begin(job_, estimate_usd, attachments_);
  if (begun) {
    begun_ = true;
    attachments_.clear();
    if (begun->budget_usd > 0 && begun->usd > begun->budget_usd * worth_a_warning - a_hair)
      remarks.push_back(
          format(_("$%.2f of this month's budget of $%.2f are used."), begun->usd, begun->budget_usd));
    return remarks;
  }
  ErrorPtr error = begun.take_error();
  if (g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_PAY))
    return error;
  check(std::move(error));
  return remarks;
}

void Journal::take_up() noexcept {
  const std::lock_guard lock(mutex_);
  claim();
  check(store_->want_cancel(job_.id, false));
}

bool Journal::is_cancel_wanted() const noexcept {
  auto wanted = store_->is_cancel_wanted(id_);
  return wanted && *wanted;
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
      StoredPicture& told = picture(strand, pictures_heard_[strand]++);
      told.url = at->url;
      told.told = g_get_real_time();
      job_.standing = advance(job_.standing, Event::drawn);
      news = true;
    } else if (const auto* underway = std::get_if<Underway>(&step)) {
      if (underway->state == SEEDREAM_JOB_STATE_RUNNING && job_.standing.state == SEEDREAM_JOB_STATE_QUEUED) {
        job_.standing = advance(job_.standing, Event::running);
        news = true;
      }
    } else if (const auto* here = std::get_if<PictureHere>(&step)) {
      keep_as_it_came(strand, pictures_heard_[strand]++, here->bytes);
    }
  }
  if (news && begun_)
    check(store_->update(job_));
}

// A service that keeps no jobs gives a picture once, and decoding takes a while, that of those before it too.
// What has not even a picture's beginning waits for the verdict.
void Journal::keep_as_it_came(unsigned strand, unsigned index, const Bytes& bytes) {
  auto info = image::probe(bytes);
  if (!begun_ || !info || !info->codec)
    return;
  StoredPicture& came = picture(strand, index);
  came.media_type = info->codec->media_type;
  came.width = info->width;
  came.height = info->height;
  if (auto path = store_->keep(job_.id, came, bytes))
    as_they_came_[came.number] = came.file = *path;
  else
    check(path.take_error());
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
  if (const auto came = as_they_came_.find(kept.number); came != as_they_came_.end() && drawn.buffer)
    return came->second;
  auto path = store_->keep(job_.id, kept, drawn.bytes);
  if (path)
    return kept.file = *path;
  check(path.take_error());
  return {};
}

// The worker has no hold on the job: that is over when it is over.
void Journal::keep_thumbnail(unsigned strand, unsigned index, const Ref<GeglBuffer>& picture) noexcept {
  const std::lock_guard lock(mutex_);
  if (!begun_)
    return;
  in_background([store = store_, id = id_, number = number_of(strand, index), picture] {
    if (auto small = make_thumbnail(picture.get()))
      static_cast<void>(store->keep_thumbnail(id, number, *small));
  });
}

// A job that was asked for in vain is where it was before: it may be asked for again. But whoever wants it
// cancelled means it.
bool Journal::has_learned_nothing(const Tally& tally, const GError* error) const {
  if (!known_ || !error || tally.standing.state == SEEDREAM_JOB_STATE_COMPLETED || !is_passing(error))
    return false;
  return code_of(error) != StoredJob::was_cancelled || !is_cancel_wanted();
}

void Journal::sum_up(const Tally& tally, const std::vector<std::string>& notes, const GError* error,
                     bool late) noexcept {
  const std::lock_guard lock(mutex_);
  over_ = true;
  if (!begun_ || has_learned_nothing(tally, error))
    return;
  const bool came_after_all = job_.standing.state == SEEDREAM_JOB_STATE_CANCELLED &&
                              tally.standing.state == SEEDREAM_JOB_STATE_COMPLETED;
  job_.late = late || came_after_all;
  job_.standing = tally.standing;
  job_.service_id = tally.service_id;
  job_.cost_usd = tally.cost_usd;
  job_.cost_is_told = tally.cost_is_told;
  job_.notes = notes;
  if (came_after_all)
    job_.notes.emplace_back(late_note());
  job_.error_code = code_of(error);
  job_.error_message = error ? error->message : "";
  // A job that is taken up again has waited for somebody to do so, not for its service.
  if (!known_ && job_.standing.state == SEEDREAM_JOB_STATE_COMPLETED)
    job_.completed = g_get_real_time();
  check(store_->update(job_));
  if (is_final(job_.standing.state) && job_.standing.charged == SEEDREAM_CHARGE_NO && job_.pictures.empty())
    check(store_->dismiss(job_.id));
}

void Journal::drop() noexcept {
  const std::lock_guard lock(mutex_);
  over_ = true;
  if (known_ || !std::exchange(begun_, false))
    return;
  // What it would have cost is reckoned with no longer.
  job_.standing = {SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_NO};
  check(store_->update(job_));
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
