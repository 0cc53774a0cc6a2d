// sandbox/misfits.hpp - pictures that are unusual, broken or hostile. Where they can be seen they show four
// quarters: red, green, blue and white.
#pragma once
#include <span>

#include "base/result.hpp"

namespace seedream::sandbox {

struct Misfit {
  const char* fault;
  Bytes (*make)();
};

std::span<const Misfit> all_misfits();

}  // namespace seedream::sandbox
