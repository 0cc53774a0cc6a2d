// jobs/repeat.cpp - whether a call that failed is made again, and when.
#include "jobs/repeat.hpp"

#include <algorithm>

#include "seedream-error.h"

namespace seedream::jobs {
namespace {

using std::chrono::milliseconds;

constexpr unsigned max_create_repeats = 4;
constexpr unsigned max_get_repeats = 5;
constexpr milliseconds first_wait{1000};
constexpr milliseconds longest_wait{30'000};
constexpr std::chrono::seconds longest_retry_after{120};  // no user waits longer without being told

bool may_repeat(const Attempt& a) {
  const bool busy = a.status == 429 || a.status == 503;
  // Anything else may have begun to draw: sent again it would be paid for twice.
  if (a.creates)
    return a.repeats < max_create_repeats && (busy || (a.status == 0 && a.never_sent));
  if (a.repeats >= max_get_repeats)
    return false;
  return a.status == 0 || busy || a.status == 408 || a.status >= 500 || (a.status == 404 && a.just_created);
}

}  // namespace

bool makes_no_sense(const HttpFailure& failure) {
  return g_error_matches(failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
}

std::optional<milliseconds> wait_before_repeat(const Attempt& attempt) {
  if (!may_repeat(attempt))
    return std::nullopt;
  if (attempt.retry_after)
    return std::min(*attempt.retry_after, longest_retry_after);
  const milliseconds doubled = std::min(first_wait * (1 << std::min(attempt.repeats, 10u)), longest_wait);
  return milliseconds(static_cast<long>(static_cast<double>(doubled.count()) * (0.75 + attempt.dice / 2)));
}

}  // namespace seedream::jobs
