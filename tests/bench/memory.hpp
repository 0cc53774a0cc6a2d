// bench/memory.hpp - how much memory a case takes at its height: each in a process of its own.
#pragma once
#include "bench/bench.hpp"

namespace bench {

// Where programs and pictures are.
struct Places {
  std::string self, server, command;  // programs
  std::string folder;                 // for pictures, and for the user's data of the library
  int side = 0;                       // of the photograph, in pixels

  std::string answer(int of_side) const { return folder + "/answer-" + std::to_string(of_side) + ".png"; }
  std::string smooth_answer(int of_side) const {
    return folder + "/smooth-" + std::to_string(of_side) + ".png";
  }
};

constexpr int small_side = 256, crowd_side = 2048;  // pixels

// In bytes above what the process had at its start. what: "naive", "jpeg", "png", or how many jobs at once.
double peak_memory(const Places& places, const std::string& what);
// What the process that peak_memory() has started does.
int measure_memory(const Places& places, const std::string& what);

// What people do before: libraries find out about the machine when they are used first.
void warm_up(const Places& places);

}  // namespace bench
