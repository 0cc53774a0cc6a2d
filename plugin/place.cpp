// plugin/place.cpp - which pixels are sent and where an answer goes.
#include "place.hpp"

#include <algorithm>
#include <cmath>

namespace seedream::plugin {
namespace {

// Automatic context: a third of the region's longer side all around, and never less of the picture than the
// model needs to know what it is looking at.
constexpr int least_margin = 32;   // pixels
constexpr int least_window = 512;  // pixels

GeglRectangle meet(const GeglRectangle& a, const GeglRectangle& b) {
  GeglRectangle common{};
  gegl_rectangle_intersect(&common, &a, &b);
  return common;
}

// Where a stretch of that length begins if it is to lie around [begin, begin + size) and inside [low, high).
int shifted(int begin, int size, int length, int low, int high) {
  const int start = begin - (length - size) / 2;
  if (length >= high - low)
    return low - (length - (high - low)) / 2;
  return std::clamp(start, low, high - length);
}

}  // namespace

GeglRectangle with_context(const GeglRectangle& region, const GeglRectangle& source, Context context) {
  if (context == Context::whole)
    return source;
  const GeglRectangle inside = meet(region, source);
  if (context == Context::none)
    return inside;
  const int margin = std::max(least_margin, std::max(inside.width, inside.height) / 3);
  const int width = std::max(least_window, inside.width + 2 * margin),
            height = std::max(least_window, inside.height + 2 * margin);
  return meet(frame_around(inside, width, height, source), source);
}

GeglRectangle frame_around(const GeglRectangle& region, int width, int height, const GeglRectangle& source) {
  return {shifted(region.x, region.width, width, source.x, source.x + source.width),
          shifted(region.y, region.height, height, source.y, source.y + source.height), width, height};
}

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

Fit centre_answer(const GeglRectangle& frame, int width, int height) {
  return {.x = frame.x + std::floor((frame.width - width) / 2.0),
          .y = frame.y + std::floor((frame.height - height) / 2.0)};
}

GeglRectangle enlarged(const GeglRectangle& area, const Fit& fit, const Fit& centred) {
  const auto out = [&](double length) { return int(std::lround(length / fit.scale)); };
  return {int(centred.x) + out(area.x - fit.x), int(centred.y) + out(area.y - fit.y), out(area.width),
          out(area.height)};
}

}  // namespace seedream::plugin
