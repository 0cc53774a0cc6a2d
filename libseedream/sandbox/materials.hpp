// sandbox/materials.hpp - the input pictures of an order, fetched and opened.
#pragma once
#include <gegl.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace seedream::sandbox {

// What a service takes as an input picture.
struct InputRules {
  std::size_t max_bytes = 10'000'000;
  gint64 max_pixels = 36'000'000;
  int min_side = 1;        // pixels
  double max_ratio = 1e9;  // of the sides
};

struct Materials {
  enum class Failure { none, not_downloaded, not_a_picture, too_large, too_small, misshapen };
  std::vector<Bytes> files;
  std::vector<Ref<GeglBuffer>> buffers;
  std::string digest;  // of the files
  Failure failure = Failure::none;
  std::string error;  // which picture, and what is wrong with it
};

// Takes data URLs and http URLs on loopback. Runs in a worker.
Materials collect(const std::vector<std::string>& urls, const InputRules& rules) noexcept;

}  // namespace seedream::sandbox
