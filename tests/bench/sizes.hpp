// bench/sizes.hpp - whether larger pictures take more than their pixels' share.
#pragma once
#include "bench/memory.hpp"

namespace bench {

// How many times as long a pixel takes in the largest picture as in one of 2048²: medians over the rounds.
struct Growth {
  double submit = 0, receive = 0;
};

// Prints what a pixel takes from 512² to 8192².
Growth measure_sizes(const Places& places, int rounds);

}  // namespace bench
