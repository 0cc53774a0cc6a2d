// plugin/place.hpp - which pixels are sent and where an answer goes, remembered when the job is submitted:
// what the user does meanwhile moves nothing. Pure arithmetic, all of it in the image's coordinates, in
// pixels.
#pragma once
#include <gegl.h>

namespace seedream::plugin {

// How much is sent around a selection, for the model to see what it draws into.
enum class Context { automatic, none, whole };

// What is worth sending to change a region of a source: with its context, inside the source.
GeglRectangle with_context(const GeglRectangle& region, const GeglRectangle& source, Context context);

// A frame of that size around a region. It is shifted rather than let out of the source; only where it is
// larger than the source itself it sticks out, evenly at both sides.
GeglRectangle frame_around(const GeglRectangle& region, int width, int height, const GeglRectangle& source);

struct Fit {
  double scale = 1;     // the same for both directions: nothing is ever stretched
  double x = 0, y = 0;  // the scaled answer's corner in the image
  bool exact = true;    // pixel for pixel, nothing is resampled
};

// How an answer of that size goes into the frame: evenly scaled until it fits, and in the middle where its
// shape is another one.
Fit fit_answer(const GeglRectangle& frame, int width, int height);

// Likewise for an answer that keeps its own pixels: scale is 1, and its middle is the frame's.
Fit centre_answer(const GeglRectangle& frame, int width, int height);

// An area of the image as large as the answer draws it. fit: where the answer would go; centred: where it
// goes with its own pixels.
GeglRectangle enlarged(const GeglRectangle& area, const Fit& fit, const Fit& centred);

}  // namespace seedream::plugin
