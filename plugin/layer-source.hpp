// plugin/layer-source.hpp - the pixels of a snapshot, straight from GIMP's tiles. Every buffer lies where its
// pixels lie in the image.
#pragma once
#include "scratch.hpp"
#include "slices.hpp"

namespace seedream::plugin {

// Reads a frame in slices. What lies outside the drawable repeats its edge.
Source read_pixels(const Snapshot& snapshot, const GeglRectangle& frame,
                   std::function<void(Ref<GeglBuffer>)> done);

// Reads a channel's values, to the value. What lies outside it is 0.
Source read_values(const Snapshot& snapshot, const GeglRectangle& frame,
                   std::function<void(Ref<GeglBuffer>)> done);

}  // namespace seedream::plugin
