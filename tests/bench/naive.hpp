// bench/naive.hpp - the way that plug-ins go: a temporary file, and everything whole and one after another.
#pragma once
#include "bench/bench.hpp"

namespace bench {

struct Run {
  gint64 started = 0, finished = 0;  // microseconds; finished: with the pixels in hand
  double longest_gap = 0;            // milliseconds in which the main loop was not heard of; 0: there is none
  Ref<GeglBuffer> picture;
};

// input: nullptr: no picture is sent.
Run run_naive(const std::string& url, GeglBuffer* input);

}  // namespace bench
