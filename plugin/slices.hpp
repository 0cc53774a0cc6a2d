// plugin/slices.hpp - moves pixels between a layer and memory in slices, so that no main loop holds still for
// a frame. A layer's tiles come and go through libgimp, which only the main thread may call.
#pragma once
#include <gegl.h>

#include <functional>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

struct Copy {
  Ref<GeglBuffer> from;
  GeglRectangle area{};  // in from's coordinates; what lies outside from repeats its edge
  Ref<GeglBuffer> to;
  int x = 0, y = 0;  // where the area's corner goes in to
};

// Starts the copy in the thread-default main context and calls done after its last slice. Dropping the
// returned source stops it.
Source copy_in_slices(Copy copy, std::function<void()> done);

}  // namespace seedream::plugin
