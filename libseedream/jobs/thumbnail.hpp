// jobs/thumbnail.hpp - a picture so small that lists show it at once.
#pragma once
#include <gegl.h>

#include "base/result.hpp"

namespace seedream::jobs {

constexpr int thumbnail_size = 192;  // pixels, of its longer side

// JPEG, or PNG where something shines through. Runs in a worker: it scales and encodes.
Result<Bytes> make_thumbnail(GeglBuffer* picture) noexcept;

}  // namespace seedream::jobs
