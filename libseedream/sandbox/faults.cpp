// sandbox/faults.cpp - what can be made to go wrong, by name.
#include "sandbox/faults.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

namespace seedream::sandbox {
namespace {

constexpr Fault faults[] = {
    {"bad-key", "every API call is answered 401"},
    {"no-credit", "a create is refused for want of money"},
    {"refused", "a create is answered 400: against the rules"},
    {"too-large", "a create is answered 413"},
    {"busy", "a create is answered 429, to be repeated after a second"},
    {"broken", "a create is answered 500"},
    {"html", "a create is answered 200 with a web page"},
    {"not-json", "a create is answered 200 with half a JSON object"},
    {"wrong-type", "the answer to a create claims to be plain text"},
    {"no-id", "a create is answered 200 without an id"},
    {"lost-answer", "a create is heard, and the connection is cut before the answer"},
    {"job-fails", "the job fails"},
    {"job-sticks", "the job runs for ever, and so does a call that waits for it"},
    {"job-unknown", "a job's first poll is answered 404"},
    {"unknown-state", "a job's first poll tells of a state that nobody knows"},
    {"stepping-back", "a job's first poll says that it runs, the next one that it is queued"},
    {"part-fails", "the last of several pictures fails"},
    {"no-output", "the job is completed without a picture"},
    {"not-a-picture", "the finished picture is a line of text"},
    {"cut-picture", "half of the finished picture is missing"},
    {"gone-picture", "the finished picture is answered 404"},
    {"cut-stream", "a stream is cut before its first picture"},
    {"cut-after-picture", "a stream is cut after its first picture"},
    {"crlf-stream", "a stream's lines end in CR LF, and no space follows their field's name"},
    {"not-streamed", "a chat that asks for a stream is answered whole"},
    {"error-in-body", "a create is answered 200 with nothing but an error"},
    {"error-in-choice", "a chat is answered 200 with an error in its choice"},
    {"error-in-chunk", "a chat's stream breaks off with an error"},
};

struct Order {
  std::string name;
  unsigned count = std::numeric_limits<unsigned>::max();
};

std::optional<Order> read(const std::string& option) {
  const auto colon = option.find(':');
  Order order{.name = option.substr(0, colon)};
  if (colon != std::string::npos) {
    const char* end = option.data() + option.size();
    const auto parsed = std::from_chars(option.data() + colon + 1, end, order.count);
    if (parsed.ec != std::errc() || parsed.ptr != end)
      return std::nullopt;
  }
  const bool known =
      std::any_of(std::begin(faults), std::end(faults), [&](const Fault& f) { return order.name == f.name; });
  return known ? std::optional(order) : std::nullopt;
}

}  // namespace

std::span<const Fault> all_faults() {
  return faults;
}

bool is_fault(const std::string& option) {
  return read(option).has_value();
}

Faults::Faults(const std::vector<std::string>& options) {
  for (const std::string& option : options)
    if (const auto order = read(option))
      left_[order->name] = order->count;
}

bool Faults::strikes(const char* name) {
  const auto found = left_.find(name);
  if (found == left_.end() || found->second == 0)
    return false;
  --found->second;
  return true;
}

}  // namespace seedream::sandbox
