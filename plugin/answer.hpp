// plugin/answer.hpp - answers to asynchronous calls: nobody hears one who does not want it any more.
#pragma once
#include <gio/gio.h>

#include <functional>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

using Answer = std::function<void(GObject* source, GAsyncResult* result)>;

struct Asked {
  Ref<GCancellable> wanted;
  Answer answer;
};

// The last argument of such a call, behind on_answer. wanted: cancelled as soon as whoever asks is no more;
// nullptr: the answer is wanted in any case.
[[nodiscard]] inline gpointer asked(GCancellable* wanted, Answer answer) {
  return new Asked{Ref<GCancellable>::share(wanted), std::move(answer)};
}

inline void on_answer(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Asked> asked(static_cast<Asked*>(data));
  if (!asked->wanted || !g_cancellable_is_cancelled(asked->wanted.get()))
    asked->answer(source, result);
}

}  // namespace seedream::plugin
