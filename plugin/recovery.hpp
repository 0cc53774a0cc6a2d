// plugin/recovery.hpp - what earlier runs have left behind: taken up while the user does something else.
#pragma once
#include <seedream.h>

#include <functional>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// Asks the services for it. Dropping it leaves the rest for another time.
class Recovery {
 public:
  // told: how many pictures' jobs wait to be inserted, as soon as that is known, and again when some have
  // come.
  Recovery(SeedreamHistory* history, std::function<void(guint waiting)> told);
  ~Recovery();
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;

 private:
  void count();

  const Ref<SeedreamHistory> history_;
  const std::function<void(guint)> told_;
  const Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

}  // namespace seedream::plugin
