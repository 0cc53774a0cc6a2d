// plugin/bands.hpp - a buffer from its top down, a row of tiles at a time: what is done to pixels needs
// memory for one.
#pragma once
#include <gegl.h>

#include <algorithm>

namespace seedream::plugin {

constexpr int band = 64;  // rows

// Calls for each band of an area.
template <typename Each>
void for_bands(const GeglRectangle& area, Each each) {
  for (int y = area.y; y < area.y + area.height; y += band)
    each(GeglRectangle{area.x, y, area.width, std::min(band, area.y + area.height - y)});
}

}  // namespace seedream::plugin
