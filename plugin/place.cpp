// plugin/place.cpp - where an answer goes.
#include "place.hpp"

#include <algorithm>
#include <cmath>

namespace seedream::plugin {

Fit fit_answer(const GeglRectangle& frame, int width, int height) {
  if (width == frame.width && height == frame.height)
    return {.x = double(frame.x), .y = double(frame.y)};
  const double sx = double(frame.width) / width, sy = double(frame.height) / height;
  // A frame's shape is rounded to whole pixels: less than one pixel of difference is no other shape, and
  // covering it leaves no hairline at the edge.
  const double scale = std::abs(sx - sy) * std::max(width, height) < 1 ? std::max(sx, sy) : std::min(sx, sy);
  const double x = frame.x + (frame.width - width * scale) / 2,
               y = frame.y + (frame.height - height * scale) / 2;
  // A whole-pixel shift needs no resampling; half a pixel is not worth any either.
  if (scale == 1)
    return {.x = std::floor(x), .y = std::floor(y)};
  return {.scale = scale, .x = x, .y = y, .exact = false};
}

}  // namespace seedream::plugin
