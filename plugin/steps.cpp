// plugin/steps.cpp - calls into GIMP one after another.
#include "steps.hpp"

#include <libgimp/gimp.h>

#include <memory>
#include <optional>

namespace seedream::plugin {
namespace {

struct Progress {
  Steps steps;
  std::function<void()> done;
  std::size_t next = 0;
};

gboolean take_step(gpointer data) noexcept {
  auto* p = static_cast<Progress*>(data);
  if (p->next < p->steps.size()) {
    p->steps[p->next++]();
    return G_SOURCE_CONTINUE;
  }
  const auto done = std::move(p->done);
  done();
  return G_SOURCE_REMOVE;
}

// Ends it whatever happens, even where not all steps are taken.
class UndoGroup {
 public:
  explicit UndoGroup(std::vector<int> images) : images_(std::move(images)) {
    for (const int id : images_)
      gimp_image_undo_group_start(gimp_image_get_by_id(id));
  }
  UndoGroup(const UndoGroup&) = delete;
  UndoGroup& operator=(const UndoGroup&) = delete;
  ~UndoGroup() {
    for (const int id : images_)
      if (gimp_image_id_is_valid(id))
        gimp_image_undo_group_end(gimp_image_get_by_id(id));
  }

 private:
  const std::vector<int> images_;
};

}  // namespace

Source take_steps(Steps steps, std::function<void()> done) {
  GSource* source = g_idle_source_new();
  g_source_set_callback(source, take_step, new Progress{std::move(steps), std::move(done)},
                        [](gpointer data) noexcept { delete static_cast<Progress*>(data); });
  g_source_attach(source, g_main_context_get_thread_default());
  return Source(source);
}

Steps in_one_undo_step(std::vector<int> images, Steps steps) {
  const auto group = std::make_shared<std::optional<UndoGroup>>();
  steps.insert(steps.begin(), [group, images = std::move(images)] { group->emplace(images); });
  steps.emplace_back([group] { group->reset(); });
  return steps;
}

}  // namespace seedream::plugin
