// sandbox/sizes.hpp - how many pixels a service's words for sizes mean.
#pragma once
#include <optional>
#include <string_view>

namespace seedream::sandbox {

struct Size {
  int width = 2048, height = 2048;  // pixels; what is drawn if nothing is asked
};

// A tier ("1K", "1.5K", "2K", "3K", "4K") in a ratio ("16:9"; empty or "auto": 1:1). As the services' tables
// have it; a ratio that is in no table has about the tier's area. Nothing: there is no such tier or ratio.
std::optional<Size> size_of_tier(std::string_view tier, std::string_view ratio = {});
// "2304x1728"
std::optional<Size> size_of_pixels(std::string_view text);

}  // namespace seedream::sandbox
