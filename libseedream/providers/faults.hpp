// providers/faults.hpp - what an HTTP status other than success means to the user. Shared by all services.
#pragma once
#include "providers/provider.hpp"

namespace seedream {

// The service's own words, made safe to show: one line, no control characters, at most 300 characters.
std::string presentable(std::string_view text);

// words: the service's own explanation, may be empty. created: whether the answer is to a call that costs
// money.
Failed failure_of_status(unsigned status, std::string_view words, bool created);

}  // namespace seedream
