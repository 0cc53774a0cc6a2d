// base/timer.hpp - calls a function once, later, in the thread-default main context.
#pragma once
#include <algorithm>
#include <chrono>
#include <functional>

#include "base/glib-ptr.hpp"

namespace seedream {

using Timer = Source;

inline Timer start_timer(std::chrono::milliseconds wait, std::function<void()> what) {
  using Function = std::function<void()>;
  constexpr std::chrono::milliseconds longest(G_MAXUINT);  // 49 days
  GSource* source = g_timeout_source_new(static_cast<guint>(std::min(wait, longest).count()));
  g_source_set_callback(
      source,
      [](gpointer data) noexcept -> gboolean {
        const Function call = *static_cast<Function*>(data);  // it may drop the timer, and itself with it
        call();
        return G_SOURCE_REMOVE;
      },
      new Function(std::move(what)), [](gpointer data) noexcept { delete static_cast<Function*>(data); });
  g_source_attach(source, g_main_context_get_thread_default());
  return Timer(source);
}

}  // namespace seedream
