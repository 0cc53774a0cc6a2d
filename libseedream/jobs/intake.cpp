// jobs/intake.cpp - takes an answer in while it comes.
#include "jobs/intake.hpp"

#include <algorithm>
#include <optional>

#include "wire/base64.hpp"
#include "wire/sieve.hpp"

namespace seedream::jobs {
namespace {

constexpr unsigned most_pictures = 64;  // in one answer; no model draws more than fifteen

Whole damaged() {
  auto whole = std::make_shared<image::Arriving::Whole>();
  whole->error = wire::damaged_base64();
  return whole;
}

}  // namespace

void Catch::add(std::string name, Whole picture) {
  const std::lock_guard lock(mutex_);
  pictures_.emplace(std::move(name), std::move(picture));
}

Whole Catch::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto at = pictures_.find(name);
  return at == pictures_.end() ? nullptr : at->second;
}

Whole Catch::take(const Bytes& bytes) {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(pictures_.begin(), pictures_.end(),
                               [&](const auto& each) { return each.second->bytes.get() == bytes.get(); });
  if (at == pictures_.end())
    return nullptr;
  Whole whole = std::move(at->second);
  pictures_.erase(at);
  return whole;
}

// What the workers do, one after another.
class Intake::Mill {
 public:
  explicit Mill(std::shared_ptr<Catch> pictures) : pictures_(std::move(pictures)) {
    if (pictures_)
      sieve_.emplace(wire::Sieve::Sink{.begins = [this](unsigned) { begin(); },
                                       .bytes = [this](std::span<const guint8> bytes) { feed(bytes); },
                                       .ends = [this](bool whole) { end(whole); }});
    else
      begin();
  }

  void grind(const Bytes& piece, Ground& ground) {
    if (sieve_)
      ground.text += sieve_->feed(text_of(piece));
    else
      feed({piece.data(), piece.size()});
  }

  void finish(Ground& ground) {
    if (sieve_)
      ground.text += sieve_->end();
    else
      ground.picture = std::make_shared<image::Arriving::Whole>(arriving_->finish());
  }

 private:
  void begin() {
    if (number_ < most_pictures)
      arriving_.emplace();
  }
  void feed(std::span<const guint8> bytes) {
    if (arriving_)
      arriving_->feed(bytes);
  }
  void end(bool whole) {
    pictures_->add(
        sieve_->name_of(number_++),
        whole && arriving_ ? std::make_shared<image::Arriving::Whole>(arriving_->finish()) : damaged());
    arriving_.reset();
  }

  const std::shared_ptr<Catch> pictures_;
  std::optional<wire::Sieve> sieve_;  // none where all is one picture
  std::optional<image::Arriving> arriving_;
  unsigned number_ = 0;
};

Intake::Intake(std::shared_ptr<Catch> pictures, std::function<void(std::string)> text,
               std::function<void()> eased)
    : mill_(std::make_shared<Mill>(std::move(pictures))), text_(std::move(text)), eased_(std::move(eased)) {}

Intake::Intake(std::function<void()> eased)
    : mill_(std::make_shared<Mill>(nullptr)), eased_(std::move(eased)) {}

Intake::~Intake() = default;

void Intake::take(const Bytes& piece) {
  queued_ += piece.size();
  pieces_.push_back(piece);
  work_on();
}

void Intake::end(std::function<void(Whole)> over) {
  over_ = std::move(over);
  work_on();
}

void Intake::work_on() {
  if (works_ || (pieces_.empty() && !over_))
    return;
  works_ = true;
  std::size_t bytes = 0;
  for (const Bytes& piece : pieces_)
    bytes += piece.size();
  const bool last = bool(over_);
  work_ = Work::start<Ground>(
      [mill = mill_, pieces = std::exchange(pieces_, {}), last] {
        Ground ground;
        for (const Bytes& piece : pieces)
          mill->grind(piece, ground);
        if (last)
          mill->finish(ground);
        return ground;
      },
      [this, bytes, last](Ground ground) { worked(std::move(ground), bytes, last); });
}

// Whoever is told something here may drop this: nothing of it is touched afterwards.
void Intake::worked(Ground ground, std::size_t bytes, bool was_last) {
  works_ = false;
  const bool was_full = is_full();
  queued_ -= bytes;
  if (was_last) {
    const auto over = std::exchange(over_, nullptr);
    if (const auto text = text_; text && !ground.text.empty())
      text(std::move(ground.text));
    return over(std::move(ground.picture));
  }
  work_on();
  if (was_full && !is_full())
    eased_();
  if (const auto text = text_; text && !ground.text.empty())
    text(std::move(ground.text));
}

}  // namespace seedream::jobs
