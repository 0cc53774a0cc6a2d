// providers/size.hpp - from the size somebody wants to one that a service draws. Pure arithmetic.
#pragma once
#include "providers/provider.hpp"

namespace seedream {

// The name to ask for, empty where the service may choose. Fails, naming the limit, for a size that it cannot
// draw.
Result<std::string> choose_size(const Capabilities& can, const std::string& size, const std::string& aspect);

struct Frame {
  const NamedSize* size;
  int width;   // pixels
  int height;  // pixels
};

// The smallest frame around a region whose shape the service can draw: a picture sent in that frame comes
// back in the same shape, so it fits its place without being stretched or cut.
Frame plan_frame(const Capabilities& can, int width, int height);

}  // namespace seedream
