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

// As many pixels as the patch, in tiles like those of whom they are for, if the patch holds whole ones of
// them.
Ref<GeglBuffer> tiles_for(GeglBuffer* to, const GeglRectangle& patch) {
  int tile_width = 0, tile_height = 0;
  g_object_get(to, "tile-width", &tile_width, "tile-height", &tile_height, nullptr);
  if (patch_width % tile_width != 0 || patch_height % tile_height != 0)
    return {};
  return Ref<GeglBuffer>::adopt(GEGL_BUFFER(g_object_new(
      GEGL_TYPE_BUFFER, "format", gegl_buffer_get_format(to), "x", patch.x, "y", patch.y, "width",
      patch.width, "height", patch.height, "tile-width", tile_width, "tile-height", tile_height, nullptr)));
}

// GEGL asks GIMP for each tile before it writes into it, and waits for the answer. A tile that is there as a
// whole is handed over without.
void copy_pixels(GeglBuffer* from, const GeglRectangle& patch, GeglBuffer* to, const GeglRectangle& target) {
  if (const auto tiles = tiles_for(to, target)) {
    gegl_buffer_copy(from, &patch, GEGL_ABYSS_CLAMP, tiles.get(), &target);
    return gegl_buffer_copy(tiles.get(), &target, GEGL_ABYSS_NONE, to, &target);
  }
  gegl_buffer_copy(from, &patch, GEGL_ABYSS_CLAMP, to, &target);
}

bool copy_patch(Progress& p) {
  const GeglRectangle& area = p.copy.area;
  const int right = std::min(next_edge(p.x, patch_width), area.x + area.width),
            bottom = std::min(next_edge(p.y, patch_height), area.y + area.height);
  const GeglRectangle patch{p.x, p.y, right - p.x, bottom - p.y};
  const GeglRectangle target{p.copy.x + p.x - area.x, p.copy.y + p.y - area.y, patch.width, patch.height};
  copy_pixels(p.copy.from.get(), patch, p.copy.to.get(), target);
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
