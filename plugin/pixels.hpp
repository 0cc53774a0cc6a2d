// plugin/pixels.hpp - what is done to pixels in memory: masks, transparency, putting an answer into its
// place. Runs in workers, knows no GIMP. Every buffer lies where it lies in the image.
#pragma once
#include <gegl.h>

#include "colours.hpp"
#include "place.hpp"

namespace seedream::plugin {

// The area's transparency, to the value; nothing where all is opaque.
Ref<GeglBuffer> alpha_of(GeglBuffer* pixels, const GeglRectangle& area);

struct Edge {
  int grow = 0;       // pixels by which the selection is made wider
  int feather = 0;    // pixels over which its edge is made soft, as GIMP's own Feather counts them
  bool clip = false;  // nothing outside the selection, whatever the two say
  int reach() const { return grow + feather; }
};

// The mask for an area, from a selection that is known for the area and as far around it as the edge reaches.
Ref<GeglBuffer> shape_mask(GeglBuffer* selection, const Edge& edge, const GeglRectangle& area);

// How large an answer is shown.
enum class SizeRule {
  place,   // as large as its place
  larger,  // likewise, but an answer with more pixels keeps them
  own,     // all of it, pixel for pixel
};

// Where an answer goes, and what of its source it keeps.
struct Setting {
  GeglRectangle frame{};  // what was sent
  GeglRectangle area{};   // what the layer shows of it
  Ref<GeglBuffer> alpha;  // the source's, for the area; nothing: the answer's own
  Ref<GeglBuffer> mask;   // for the area; nothing: no mask
  SizeRule size = SizeRule::place;
  Colours colours;
};

// How an answer of that size goes into it. room: what the new layer takes up.
struct Fitting {
  Fit fit;
  GeglRectangle room{};
};
Fitting fitting_of(const Setting& setting, int width, int height);

// The answer as the layer will hold it, in the layer's format, in the layer's coordinates.
Ref<GeglBuffer> fit_pixels(GeglBuffer* answer, const Setting& setting, const Babl* format);
// Likewise the mask.
Ref<GeglBuffer> fit_mask(const Setting& setting, const Fitting& fitting, const Babl* format);

}  // namespace seedream::plugin
