// plugin/layer-source.cpp - the pixels of a snapshot.
#include "layer-source.hpp"

#include <string>

namespace seedream::plugin {
namespace {

Source read(const Snapshot& snapshot, const GeglRectangle& part, Ref<GeglBuffer> to,
            std::function<void(Ref<GeglBuffer>)> done) {
  auto from = Ref<GeglBuffer>::adopt(gimp_drawable_get_buffer(snapshot.drawable));
  const GeglRectangle area{part.x - snapshot.bounds.x, part.y - snapshot.bounds.y, part.width, part.height};
  return copy_in_slices({.from = from, .area = area, .to = to, .x = part.x, .y = part.y},
                        [to, done = std::move(done), held = snapshot.scratch] { done(to); });
}

}  // namespace

Source read_pixels(const Snapshot& snapshot, const GeglRectangle& frame,
                   std::function<void(Ref<GeglBuffer>)> done) {
  auto pixels = Ref<GeglBuffer>::adopt(gegl_buffer_new(&frame, gimp_drawable_get_format(snapshot.drawable)));
  return read(snapshot, frame, std::move(pixels), std::move(done));
}

Source read_values(const Snapshot& snapshot, const GeglRectangle& frame,
                   std::function<void(Ref<GeglBuffer>)> done) {
  const Babl* type = babl_format_get_type(gimp_drawable_get_format(snapshot.drawable), 0);
  auto values = Ref<GeglBuffer>::adopt(
      gegl_buffer_new(&frame, babl_format((std::string("Y ") + babl_get_name(type)).c_str())));
  GeglRectangle part{};
  gegl_rectangle_intersect(&part, &frame, &snapshot.bounds);
  return read(snapshot, part, std::move(values), std::move(done));
}

}  // namespace seedream::plugin
