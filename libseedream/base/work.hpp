// base/work.hpp - runs a function in GLib's worker pool and brings its value back to the main context that
// asked.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "base/baton.hpp"
#include "base/glib-ptr.hpp"

namespace seedream {

// A handle on work under way. Dropping it silences the answer; the function itself runs to its end, so it
// must own everything it touches.
class Work {
 public:
  Work() = default;

  template <typename T>
  static Work start(std::function<T()> function, std::function<void(T)> done) {
    struct Task {
      std::function<T()> function;
      std::function<void(T)> done;
      std::shared_ptr<bool> wanted;
      std::optional<T> value;
      Baton baton = {};
    };
    Work work;
    work.wanted_ = std::make_shared<bool>(true);
    GTask* task = g_task_new(
        nullptr, nullptr,
        [](GObject*, GAsyncResult* result, gpointer) noexcept {
          auto* t = static_cast<Task*>(g_task_get_task_data(G_TASK(result)));
          t->baton.take();
          // The worker may be the last to let go of the task: what belongs to this thread goes here.
          const auto told = std::move(t->done);
          if (*t->wanted)
            told(std::move(*t->value));
          t->value.reset();
          t->baton.pass();
        },
        nullptr);
    auto* data = new Task{std::move(function), std::move(done), work.wanted_, std::nullopt};
    data->baton.pass();
    g_task_set_task_data(task, data, [](gpointer p) noexcept {
      auto* t = static_cast<Task*>(p);
      t->baton.take();
      delete t;
    });
    g_task_run_in_thread(task, [](GTask* self, gpointer, gpointer p, GCancellable*) noexcept {
      auto* t = static_cast<Task*>(p);
      t->baton.take();
      t->value = t->function();
      t->function = nullptr;  // its copies go as early as the work is done
      t->baton.pass();
      g_task_return_boolean(self, TRUE);
    });
    g_object_unref(task);
    return work;
  }

  Work(Work&&) noexcept = default;
  Work& operator=(Work&& o) noexcept {
    drop();
    wanted_ = std::move(o.wanted_);
    return *this;
  }
  ~Work() { drop(); }

 private:
  void drop() {
    if (wanted_)
      *wanted_ = false;
  }
  std::shared_ptr<bool> wanted_;  // touched in the asking context only
};

}  // namespace seedream
