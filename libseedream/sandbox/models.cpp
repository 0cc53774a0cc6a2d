// sandbox/models.cpp - what each Seedream model draws, as ModelArk has it.
#include "sandbox/models.hpp"

#include <algorithm>

namespace seedream::sandbox {
namespace {

constexpr gint64 max_ratio = 16;

constexpr Model models[] = {
    {.ids = {"seedream-4-5-251128", "doubao-seedream-4-5-251128"},
     .tiers = {"2K", "4K"},
     .min_pixels = 3'686'400,
     .max_pixels = 16'777'216,
     .max_inputs = 14,
     .draws_groups = true,
     .streams = true,
     .usual_format = "jpeg"},
    {.ids = {"seedream-4-0-250828", "doubao-seedream-4-0-250828"},
     .tiers = {"1K", "2K", "4K"},
     .min_pixels = 921'600,
     .max_pixels = 16'777'216,
     .max_inputs = 14,
     .draws_groups = true,
     .streams = true,
     .usual_format = "jpeg",
     .optimizes_fast = true},
    {.ids = {"seedream-5-0-260128", "doubao-seedream-5-0-260128", "doubao-seedream-5-0-lite-260128"},
     .tiers = {"2K", "3K", "4K"},
     .min_pixels = 3'686'400,
     .max_pixels = 16'777'216,
     .max_inputs = 14,
     .draws_groups = true,
     .streams = true,
     .usual_format = "jpeg",
     .picks_format = true,
     .searches_web = true},
    {.ids = {"dola-seedream-5-0-pro-260628", "doubao-seedream-5-0-pro-260628"},
     .tiers = {"1K", "1.5K", "2K"},
     .min_pixels = 921'600,
     .max_pixels = 4'624'220,
     .max_inputs = 10,
     .usual_format = "jpeg",
     .picks_format = true,
     .optimizes_fast = true,
     .counts_inputs = true},
    {.ids = {"dola-seedream-5-0-flash-260915", "doubao-seedream-5-0-flash-260915"},
     .tiers = {"1K", "1.5K", "2K"},
     .min_pixels = 921'600,
     .max_pixels = 4'624'220,
     .max_inputs = 10,
     .usual_format = "jpeg",
     .picks_format = true,
     .counts_inputs = true},
    {.ids = {"dola-seedream-5-5-261028", "seedream-5-5-261028"},
     .tiers = {"1K", "1.5K", "2K"},
     .min_pixels = 921'600,
     .max_pixels = 4'624'220,
     .max_inputs = 10,
     .usual_format = "png",
     .picks_format = true,
     .counts_inputs = true},
};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return !name.empty() && std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

bool Model::has_tier(std::string_view tier) const {
  return contains(tiers, tier);
}

bool Model::draws(Size size) const {
  const gint64 width = size.width, height = size.height, pixels = width * height;
  return pixels >= min_pixels && pixels <= max_pixels && width <= max_ratio * height &&
         height <= max_ratio * width;
}

const Model* find_model(std::string_view id) {
  const auto* found =
      std::find_if(std::begin(models), std::end(models), [&](const Model& m) { return contains(m.ids, id); });
  return found == std::end(models) ? nullptr : found;
}

}  // namespace seedream::sandbox
