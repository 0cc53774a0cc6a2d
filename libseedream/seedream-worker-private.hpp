// seedream-worker-private.hpp - an asynchronous call that asks in a worker thread, and its answer.
#pragma once
#include <gio/gio.h>

#include <functional>
#include <memory>

#include "base/baton.hpp"
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

// What is asked: the data of its task.
struct Question {
  Baton baton = {};
  virtual ~Question() = default;
};

template <typename Value>
struct QuestionFor : Question {
  std::function<Result<Value>()> function;
};

inline GTask* new_task(const Caller& caller, Question* question) {
  question->baton.pass();
  GTask* task = g_task_new(caller.self, caller.cancellable, caller.callback, caller.user_data);
  g_task_set_source_tag(task, caller.tag);
  g_task_set_task_data(task, question, [](gpointer p) noexcept {
    auto* held = static_cast<Question*>(p);
    held->baton.take();
    delete held;
  });
  return task;
}

template <typename Value>
void answer(GTask* task, Result<Value> value) {
  auto* told = value ? new Value(std::move(*value)) : nullptr;
  GError* error = told ? nullptr : value.take_error().release();
  static_cast<Question*>(g_task_get_task_data(task))->baton.pass();
  if (told)
    g_task_return_pointer(task, told, [](gpointer p) noexcept { delete static_cast<Value*>(p); });
  else
    g_task_return_error(task, error);
}

// The function must own everything it touches.
template <typename Value>
void ask_in_worker(const Caller& caller, std::function<Result<Value>()> function,
                   bool return_on_cancel = false) {
  auto* own = new QuestionFor<Value>;
  own->function = std::move(function);
  GTask* task = new_task(caller, own);
  g_task_set_return_on_cancel(task, return_on_cancel);
  g_task_run_in_thread(task, [](GTask* self, gpointer, gpointer data, GCancellable*) noexcept {
    if (g_task_return_error_if_cancelled(self))  // a worker runs even then
      return;
    auto* question = static_cast<QuestionFor<Value>*>(static_cast<Question*>(data));
    question->baton.take();
    auto value = question->function();
    question->function = nullptr;  // what it holds goes as early as the work is done
    answer(self, std::move(value));
  });
  g_object_unref(task);
}

// Where no worker need be asked.
template <typename Value>
void answer_at_once(const Caller& caller, Result<Value> value) {
  GTask* task = new_task(caller, new Question);
  answer(task, std::move(value));
  g_object_unref(task);
}

// Nothing, with error set: it failed.
template <typename Value>
std::unique_ptr<Value> answer_of(GAsyncResult* result, GError** error) {
  auto& baton = static_cast<Question*>(g_task_get_task_data(G_TASK(result)))->baton;
  baton.take();
  std::unique_ptr<Value> value(static_cast<Value*>(g_task_propagate_pointer(G_TASK(result), error)));
  baton.pass();  // the worker may be the last to let go of the task
  return value;
}

}  // namespace seedream
