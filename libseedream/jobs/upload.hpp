// jobs/upload.hpp - pixels or files to what goes over the wire, within the service's limits.
#pragma once
#include <gegl.h>

#include <variant>
#include <vector>

#include "providers/provider.hpp"

namespace seedream::jobs {

using Input = std::variant<Bytes, Ref<GeglBuffer>>;  // a file's bytes, or pixels

struct Prepared {
  std::vector<Upload> uploads;
  std::vector<std::string> notes;  // what was changed to fit, for people
};

// Runs in a worker: it encodes.
Result<Prepared> prepare_uploads(const std::vector<Input>& inputs) noexcept;

}  // namespace seedream::jobs
