// providers/size.hpp - from the size somebody wants to one that a service draws. Pure arithmetic.
#pragma once
#include "providers/provider.hpp"

namespace seedream {

// How a size is asked for. Which of the members is filled tells which way the service has.
struct SizeChoice {
  std::string name;   // of the service's own, or a tier, or "2304x1728"; empty: the service may choose
  std::string ratio;  // beside a tier; empty: none is said
  Pixels pixels;      // what should come; 0×0: nobody knows
};

// From what somebody wants: "auto", a tier, WxH in pixels, or a name of the service's own, and a ratio,
// beside it or behind a tier: "4K 16:9". Fails, naming the limit, for a size that the service cannot draw.
Result<SizeChoice> choose_size(const Model& model, const Request& request);

// Whether it leaves no shape open, to follow the picture that is edited.
bool names_shape(const SizeRules& rules, const Request& request);

// The size nearest to a region: first in shape, then in pixels, rather more than fewer.
SizeChoice nearest_size(const SizeRules& rules, Pixels region);

// Shapes that differ less than this look the same: the tables are rounded to whole blocks.
constexpr double same_shape = 0.01;

// How far two shapes are apart: 0.01 is 1 %.
double shape_distance(Pixels a, Pixels b);

struct Frame {
  SizeChoice size;
  Pixels pixels;
};

// The smallest frame around a region whose shape the service can draw: a picture sent in that frame comes
// back in the same shape, so it fits its place without being stretched or cut. wish: as for choose_size(); a
// tier leaves the shape open, a size does not.
Frame plan_frame(const SizeRules& rules, Pixels region, const std::string& wish = {});

// What to pass to choose_size() to come to this choice again.
std::string text_of(const SizeChoice& choice);

}  // namespace seedream
