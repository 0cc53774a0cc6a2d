// plugin/layer-source.hpp - a drawable's pixels, straight from its GEGL buffer, as a SeedreamImage.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

#include "place.hpp"
#include "slices.hpp"

namespace seedream::plugin {

// Remembers where the answer to an edit of this layer goes. The frame is the smallest one around the layer
// whose shape the service can draw; size is the name to ask for it with.
Place place_above(GimpImage* image, GimpDrawable* drawable, SeedreamModel* model, std::string* size);

// Remembers where a picture that fills the canvas goes: on top, or above a drawable.
Place place_on_canvas(GimpImage* image, GimpDrawable* above, SeedreamModel* model, std::string* size);

// Reads the frame in slices and hands over an image of its pixels. The margin repeats the layer's edge.
Source read_drawable(GimpDrawable* drawable, const GeglRectangle& frame,
                     std::function<void(Ref<SeedreamImage>)> done);

}  // namespace seedream::plugin
