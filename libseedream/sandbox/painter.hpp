// sandbox/painter.hpp - paints, with GEGL, pictures that visibly depend on the prompt and on every input.
// Equal orders give equal pictures. Takes a second for a large one, so it runs in workers.
#pragma once
#include <gegl.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace seedream::sandbox {

struct Order {
  std::string prompt;
  std::vector<Ref<GeglBuffer>> inputs;  // none: a new picture; one: an edit; several: a composition
  gint64 seed = 0;
  std::string
      digest;  // of the inputs' files: what differs in them only where it cannot be seen differs all the same
  unsigned index = 0;      // which of several pictures
  int width = 0;           // pixels
  int height = 0;          // pixels
  bool watermark = false;  // "AI generated" at the lower right
};

Ref<GeglBuffer> paint(const Order& order) noexcept;

}  // namespace seedream::sandbox
