// plugin/money.hpp - amounts as people write them where they live.
#pragma once
#include <string>

namespace seedream::plugin {

// "$0.04", "0,04 $": US dollars, with a locale's own point.
std::string in_dollars(double usd);

}  // namespace seedream::plugin
