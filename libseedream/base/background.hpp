// base/background.hpp - work in GLib's worker pool that nobody waits for.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/baton.hpp"
#include "base/glib-ptr.hpp"

namespace seedream {

// What is under way. Whoever ends the process waits for it: the libraries that it uses are torn down then.
class Unattended {
 public:
  // Made by the first work, so that it goes before all that was there by then.
  static Unattended& all() noexcept {
    static Unattended all;
    return all;
  }
  void begin() noexcept {
    const std::lock_guard lock(mutex_);
    ++running_;
  }
  void end() noexcept {
    const std::lock_guard lock(mutex_);
    if (--running_ == 0)
      none_left_.notify_all();
  }
  ~Unattended() {
    std::unique_lock lock(mutex_);
    none_left_.wait_for(lock, longest_wait, [this] { return running_ == 0; });
  }

 private:
  Unattended() = default;
  // In a forked process nobody would ever come to the end.
  static constexpr std::chrono::seconds longest_wait{5};
  std::mutex mutex_;
  std::condition_variable none_left_;
  unsigned running_ = 0;
};

// The function must own everything it touches; it dies in the worker, too.
template <typename Function>
void in_background(Function function) {
  struct Task {
    Function function;
    Baton baton = {};
  };
  auto* own = new Task{std::move(function)};
  own->baton.pass();
  Unattended::all().begin();
  GTask* task = g_task_new(nullptr, nullptr, nullptr, nullptr);
  g_task_set_task_data(task, own, nullptr);
  g_task_run_in_thread(task, [](GTask*, gpointer, gpointer held, GCancellable*) noexcept {
    auto* t = static_cast<Task*>(held);
    t->baton.take();
    t->function();
    delete t;
    Unattended::all().end();
  });
  g_object_unref(task);
}

// Drops something large: to give back a large picture's memory takes longer than a frame.
template <typename T>
void let_go(T value) {
  in_background([value = std::move(value)] { static_cast<void>(value); });
}

}  // namespace seedream
