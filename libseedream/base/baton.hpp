// base/baton.hpp - from one thread to the next, where a thread sanitizer can see it.
#pragma once
#include <atomic>

namespace seedream {

// Hands what a task holds from one thread to the next. GLib does so behind locks of its own; a thread
// sanitizer sees only ours, and without them could not tell a race from a hand-over.
class Baton {
 public:
  void pass() noexcept { passed_.fetch_add(1, std::memory_order_release); }
  void take() const noexcept { static_cast<void>(passed_.load(std::memory_order_acquire)); }

 private:
  std::atomic<unsigned> passed_ = 0;
};

}  // namespace seedream
