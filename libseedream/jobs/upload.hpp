// jobs/upload.hpp - pixels or files to what goes over the wire, within the service's limits.
#pragma once
#include <gegl.h>

#include <variant>
#include <vector>

#include "providers/provider.hpp"

namespace seedream::jobs {

// A file's bytes, pixels, or an address where the service fetches the picture itself. No pixels: the file is
// gone.
using Input = std::variant<Bytes, Ref<GeglBuffer>, std::string>;

// As 8-bit sRGB. Grown to a least side it reaches it; shrunk to a most it does not pass it.
Ref<GeglBuffer> scaled(GeglBuffer* buffer, double factor);

struct Prepared {
  std::vector<Upload> uploads;
  std::vector<std::string> notes;  // what was changed to fit, for people
};

// The policy: a file that the service takes goes as it is; else PNG where it fits or alpha matters, else JPEG
// at the best quality that fits, else it is scaled down until it fits. Runs in a worker: it encodes. Lets go
// of each input once it is encoded.
Result<Prepared> prepare_uploads(std::vector<Input> inputs, const InputRules& rules) noexcept;

}  // namespace seedream::jobs
