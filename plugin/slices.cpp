// plugin/slices.cpp - moves pixels between a layer and memory in slices.
#include "slices.hpp"

#include <algorithm>

namespace seedream::plugin {
namespace {

// A patch is what is moved at once; a slice is as many of them as fit into its time. GIMP draws a group's
// patch only when it is asked for it: 512×64 pixels of three blended layers take it about 10 ms, plain ones
// far below one.
constexpr int patch_width = 512, patch_height = 64;  // pixels; whole tiles, so that none is visited twice
constexpr gint64 slice_time = 4000;                  // microseconds

struct Progress {
  Copy copy;
  std::function<void()> done;
  int x, y;  // of the next patch, in from's coordinates
};

// The next multiple, so that all patches but the first lie on the tiles.
int next_edge(int at, int step) {
  return (at >= 0 ? at / step + 1 : -((-at + step - 1) / step) + 1) * step;
}

bool copy_patch(Progress& p) {
  const GeglRectangle& area = p.copy.area;
  const int right = std::min(next_edge(p.x, patch_width), area.x + area.width),
            bottom = std::min(next_edge(p.y, patch_height), area.y + area.height);
  const GeglRectangle patch{p.x, p.y, right - p.x, bottom - p.y};
  const GeglRectangle target{p.copy.x + p.x - area.x, p.copy.y + p.y - area.y, patch.width, patch.height};
  gegl_buffer_copy(p.copy.from.get(), &patch, GEGL_ABYSS_CLAMP, p.copy.to.get(), &target);
  gegl_buffer_flush(p.copy.to.get());  // counts as part of the patch's time
  p.x = right;
  if (right == area.x + area.width) {
    p.x = area.x;
    p.y = bottom;
  }
  return p.y < area.y + area.height;
}

gboolean copy_slice(gpointer data) noexcept {
  auto* p = static_cast<Progress*>(data);
  const gint64 end = g_get_monotonic_time() + slice_time;
  bool more = true;
  while (more && g_get_monotonic_time() < end)
    more = copy_patch(*p);
  if (more)
    return G_SOURCE_CONTINUE;
  auto done = std::move(p->done);
  p->copy = {};
  done();
  return G_SOURCE_REMOVE;
}

}  // namespace

Source copy_in_slices(Copy copy, std::function<void()> done) {
  const GeglRectangle area = copy.area;
  GSource* source = g_idle_source_new();
  g_source_set_callback(source, copy_slice, new Progress{std::move(copy), std::move(done), area.x, area.y},
                        [](gpointer data) noexcept { delete static_cast<Progress*>(data); });
  g_source_attach(source, g_main_context_get_thread_default());
  return Source(source);
}

}  // namespace seedream::plugin
