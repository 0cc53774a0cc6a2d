// plugin/bounds.cpp - what things take up in their image.
#include "bounds.hpp"

namespace seedream::plugin {

GeglRectangle bounds_of(GimpDrawable* drawable) {
  GeglRectangle bounds{0, 0, gimp_drawable_get_width(drawable), gimp_drawable_get_height(drawable)};
  gimp_drawable_get_offsets(drawable, &bounds.x, &bounds.y);
  return bounds;
}

GeglRectangle canvas_of(GimpImage* image) {
  return {0, 0, gimp_image_get_width(image), gimp_image_get_height(image)};
}

std::optional<GeglRectangle> selection_of(GimpImage* image) {
  gboolean is_there = FALSE;
  int x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  gimp_selection_bounds(image, &is_there, &x1, &y1, &x2, &y2);
  if (!is_there)
    return {};
  return GeglRectangle{x1, y1, x2 - x1, y2 - y1};
}

}  // namespace seedream::plugin
