// plugin/bounds.hpp - what things take up in their image, in its coordinates, in pixels.
#pragma once
#include <libgimp/gimp.h>

#include <optional>

namespace seedream::plugin {

GeglRectangle bounds_of(GimpDrawable* drawable);
GeglRectangle canvas_of(GimpImage* image);
// The rectangle around the selection; nothing where nothing is selected.
std::optional<GeglRectangle> selection_of(GimpImage* image);

}  // namespace seedream::plugin
