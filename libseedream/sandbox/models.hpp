// sandbox/models.hpp - what each Seedream model draws, as ModelArk has it.
#pragma once
#include <array>
#include <string_view>

#include "base/glib-ptr.hpp"
#include "sandbox/sizes.hpp"

namespace seedream::sandbox {

struct Model {
  std::array<std::string_view, 3> ids;  // of each region and plan; the rest is empty
  std::array<std::string_view, 3> tiers;
  gint64 min_pixels, max_pixels;
  std::size_t max_inputs;
  bool draws_groups, streams;
  std::string_view usual_format;  // "jpeg" or "png"
  bool picks_format;              // takes output_format
  bool optimizes_fast, searches_web;
  bool counts_inputs;  // in its usage

  bool has_tier(std::string_view tier) const;
  bool draws(Size size) const;
};

// Nothing: there is no such model.
const Model* find_model(std::string_view id);

}  // namespace seedream::sandbox
