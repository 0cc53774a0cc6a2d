// seedream-worker-private.hpp - an asynchronous call that asks in a worker thread, and its answer.
#pragma once
#include <gio/gio.h>

#include <functional>
#include <memory>

#include "base/result.hpp"

namespace seedream {

// Whoever called, and what that call's tag is.
struct Caller {
  gpointer self;  // a GObject, or nullptr
  GCancellable* cancellable;
  GAsyncReadyCallback callback;
  gpointer user_data;
  gpointer tag;
};

template <typename Value>
void ask_in_worker(const Caller& caller, std::function<Result<Value>()> work, bool return_on_cancel = false) {
  using Function = std::function<Result<Value>()>;
  GTask* task = g_task_new(caller.self, caller.cancellable, caller.callback, caller.user_data);
  g_task_set_source_tag(task, caller.tag);
  g_task_set_return_on_cancel(task, return_on_cancel);
  g_task_set_task_data(task, new Function(std::move(work)),
                       [](gpointer p) noexcept { delete static_cast<Function*>(p); });
  g_task_run_in_thread(task, [](GTask* self, gpointer, gpointer data, GCancellable*) noexcept {
    if (g_task_return_error_if_cancelled(self))  // a worker runs even then
      return;
    auto value = (*static_cast<Function*>(data))();
    if (value)
      g_task_return_pointer(self, new Value(std::move(*value)),
                            [](gpointer p) noexcept { delete static_cast<Value*>(p); });
    else
      g_task_return_error(self, value.take_error().release());
  });
  g_object_unref(task);
}

// Nothing, with error set: it failed.
template <typename Value>
std::unique_ptr<Value> answer_of(GAsyncResult* result, GError** error) {
  return std::unique_ptr<Value>(static_cast<Value*>(g_task_propagate_pointer(G_TASK(result), error)));
}

}  // namespace seedream
