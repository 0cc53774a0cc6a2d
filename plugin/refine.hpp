// plugin/refine.hpp - the nearest colours where a space's 8 bits are coarser than sRGB's.
#pragma once
#include "colours.hpp"

namespace seedream::plugin {

// Mends those pixels of an 8-bit buffer in a space other than sRGB that show the answer's colour more than
// one of sRGB's 8-bit codes off, where the space has a better value. All else stays.
void refine(GeglBuffer* answer, const Colours& colours, GeglBuffer* fitted);

}  // namespace seedream::plugin
