// jobs/repeat.hpp - whether a call that failed is made again, and when. Pure: the dice are an argument.
#pragma once
#include <chrono>
#include <optional>

#include "base/http.hpp"

namespace seedream::jobs {

struct Attempt {
  bool creates = false;       // the call costs money if it is heard
  bool never_sent = false;    // no answer, and the service cannot have seen the call
  unsigned status = 0;        // HTTP; 0: no answer
  bool just_created = false;  // the job is so new that the service may not know it everywhere yet
  std::optional<std::chrono::seconds> retry_after;  // what the service asks for
  unsigned repeats = 0;                             // made so far
  double dice = 0.5;                                // 0–1: spreads the waits of many clients
};

// Something came, and nobody can use it: it will be no better the next time.
bool makes_no_sense(const HttpFailure& failure);

// How long to wait before the call is made again; nothing: it is not.
std::optional<std::chrono::milliseconds> wait_before_repeat(const Attempt& attempt);

}  // namespace seedream::jobs
