// plugin/stage-text.hpp - what a job is doing just now, for the status bar.
#pragma once
#include <seedream.h>

#include <string>

namespace seedream::plugin {

// fraction: of what has one, 0 to 1; -1: nobody knows. elapsed: seconds since the job was begun. expected:
// how many it takes as a rule; -1: nobody knows.
std::string stage_text(SeedreamStage stage, double fraction, double elapsed, double expected);

// "12 s", "1 min 5 s".
std::string duration_text(double seconds);

}  // namespace seedream::plugin
