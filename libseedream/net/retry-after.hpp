// net/retry-after.hpp - how long a server asks its callers to wait. No I/O.
#pragma once
#include <glib.h>

#include <chrono>
#include <optional>
#include <string>

namespace seedream::net {

// What a Retry-After header says: seconds, or a date. now: seconds since 1970. What is over means at once;
// nothing: it says neither.
std::optional<std::chrono::seconds> read_retry_after(const std::string& text, gint64 now);

}  // namespace seedream::net
