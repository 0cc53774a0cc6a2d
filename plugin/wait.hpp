// plugin/wait.hpp - waits for one answer while everything else goes on.
#pragma once
#include <functional>
#include <optional>

#include <gio/gio.h>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// start is given what to call with the answer, now or later.
template <typename Answer>
Answer wait_for(const std::function<void(std::function<void(Answer)>)>& start) {
  const std::unique_ptr<GMainLoop, Deleter<g_main_loop_unref>> loop(g_main_loop_new(nullptr, FALSE));
  std::optional<Answer> answer;
  start([&](Answer given) {
    answer = std::move(given);
    g_main_loop_quit(loop.get());
  });
  while (!answer)
    g_main_loop_run(loop.get());
  return std::move(*answer);
}

// Likewise for a call of GIO's kind: start is given the callback and its data.
inline Ref<GAsyncResult> wait_for_result(const std::function<void(GAsyncReadyCallback, gpointer)>& start) {
  return wait_for<Ref<GAsyncResult>>([&](std::function<void(Ref<GAsyncResult>)> told) {
    using Tell = std::function<void(Ref<GAsyncResult>)>;
    start(
        [](GObject*, GAsyncResult* result, gpointer data) noexcept {
          const std::unique_ptr<Tell> tell(static_cast<Tell*>(data));
          (*tell)(Ref<GAsyncResult>::share(result));
        },
        new Tell(std::move(told)));
  });
}

}  // namespace seedream::plugin
