// bench/bench.hpp - what all parts of the pipeline's benchmark share.
#pragma once
#include <gegl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/glib-ptr.hpp"

namespace bench {

using seedream::Bytes;
using seedream::CharPtr;
using seedream::ErrorPtr;
using seedream::Ref;

// A benchmark that cannot measure, or has measured the wrong thing, says so and ends.
[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

inline void check(bool good, const char* what) {
  if (!good)
    give_up(what);
}

inline double median(std::vector<double> values) {
  check(!values.empty(), "a median of nothing");
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

inline double milliseconds(gint64 from, gint64 to) {
  return double(to - from) / 1000;
}

// How long it takes, in milliseconds.
template <typename Function>
double time_of(Function&& function) {
  const gint64 start = g_get_monotonic_time();
  function();
  return milliseconds(start, g_get_monotonic_time());
}

constexpr int band_rows = 128;  // GEGL's tiles are that high, so each is visited once

}  // namespace bench
