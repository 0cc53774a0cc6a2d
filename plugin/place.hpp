// plugin/place.hpp - where an answer goes, remembered when the job is submitted: what the user does meanwhile
// moves nothing. Pure arithmetic.
#pragma once
#include <gegl.h>

namespace seedream::plugin {

struct Place {
  int image_id = 0;           // GIMP's; 0: a new image
  int above_id = 0;           // the item that the answer goes right above; 0: the top
  int x = 0, y = 0;           // the layer's corner in the image, pixels
  int width = 0, height = 0;  // the layer, pixels; 0: as large as the answer
  GeglRectangle frame{};      // what was sent, in the layer's coordinates: the layer and a margin around it
};

struct Fit {
  double scale = 1;     // the same for both directions: nothing is ever stretched
  double x = 0, y = 0;  // the scaled answer's corner in the layer's coordinates
  bool exact = true;    // pixel for pixel, nothing is resampled
};

// How an answer of that size goes into the frame: evenly scaled until it fits, and in the middle where its
// shape is another one.
Fit fit_answer(const GeglRectangle& frame, int width, int height);

}  // namespace seedream::plugin
