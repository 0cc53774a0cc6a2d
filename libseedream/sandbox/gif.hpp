// sandbox/gif.hpp - opens GIF pictures, which some services take and our own codecs do not read.
#pragma once
#include "base/result.hpp"

namespace seedream::sandbox {

bool is_gif(const Bytes& file);
// The first frame; empty: it cannot be read. GEGL must have been started.
Bytes gif_as_png(const Bytes& file);

}  // namespace seedream::sandbox
