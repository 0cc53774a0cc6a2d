// image/arriving-pipe.cpp - bytes on their way from one thread to another.
#include "image/arriving-pipe.hpp"

namespace seedream::image {

void Pipe::put(std::span<const guint8> bytes) noexcept {
  if (bytes.empty())
    return;
  const std::lock_guard lock(mutex_);
  // Pictures that come a few bytes at a time are no long list.
  if (!pieces_.empty() && !pieces_.back().frees_block &&
      pieces_.back().bytes.data() + pieces_.back().bytes.size() == bytes.data())
    pieces_.back().bytes = {pieces_.back().bytes.data(), pieces_.back().bytes.size() + bytes.size()};
  else
    pieces_.push_back({bytes});
  for_reader_.notify_one();
}

guint8* Pipe::block() noexcept {
  std::unique_lock lock(mutex_);
  if (blocks_.empty())
    blocks_.resize(n_blocks * block_size);
  // Half of them at once, or the threads would wake each other for every block.
  if (written_ - freed_ == n_blocks)
    for_writer_.wait(lock, [this] { return stopped_ || written_ - freed_ <= n_blocks / 2; });
  return stopped_ ? nullptr : blocks_.data() + written_ % n_blocks * block_size;
}

void Pipe::put_block(std::span<const std::span<const guint8>> pieces) noexcept {
  const std::lock_guard lock(mutex_);
  for (const auto& piece : pieces)
    pieces_.push_back({piece});
  pieces_.back().frees_block = true;
  ++written_;
  for_reader_.notify_one();
}

void Pipe::set_verified() noexcept {
  const std::lock_guard lock(mutex_);
  verified_ = true;
}

void Pipe::end() noexcept {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for_reader_.notify_one();
}

void Pipe::stop() noexcept {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for_reader_.notify_one();
  for_writer_.notify_one();
}

std::span<const guint8> Pipe::next() noexcept {
  std::unique_lock lock(mutex_);
  if (std::exchange(reading_last_, false)) {
    ++freed_;
    if (written_ - freed_ <= n_blocks / 2)
      for_writer_.notify_one();
  }
  for_reader_.wait(lock, [this] { return stopped_ || ended_ || !pieces_.empty(); });
  if (stopped_ || pieces_.empty())
    return {};
  const Piece piece = pieces_.front();
  pieces_.pop_front();
  reading_last_ = piece.frees_block;
  return piece.bytes;
}

bool Pipe::verified() noexcept {
  const std::lock_guard lock(mutex_);
  return verified_;
}

}  // namespace seedream::image
