// plugin/packed-buffer.hpp - pixels as bytes that can be written down, and back, to the value. Runs in
// workers.
#pragma once
#include <gegl.h>

#include "base/result.hpp"

namespace seedream::plugin {

// Its extent, its format and its pixels, compressed.
Bytes pack(GeglBuffer* buffer);
// Fails for what pack() has not written.
Result<Ref<GeglBuffer>> unpack(const Bytes& bytes);

}  // namespace seedream::plugin
