// sandbox/faults.cpp - what can be made to go wrong, by name.
#include "sandbox/faults.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace seedream::sandbox {
namespace {

using Value = Fault::Value;

constexpr unsigned for_ever = std::numeric_limits<unsigned>::max();

constexpr Fault faults[] = {
    // The way to the service
    {"unreachable", "nobody listens: connections are refused, with a COUNT for so many seconds"},
    {"reset-at", "the connection is reset after VALUE bytes of the answer, its head among them",
     Value::number, "0", true},
    {"cut-at", "the connection ends properly after VALUE bytes of the answer", Value::number, "0", true},
    {"stall-at", "nothing comes any more after VALUE bytes of the answer", Value::number, "0", true},
    {"drip", "VALUE bytes of the answer come in a second", Value::number, "1000", true},
    {"wrong-length", "an answer says that it is VALUE bytes longer than it is", Value::number, "1000", true},
    {"repeated-piece", "the answer's kilobyte that begins at the body's byte VALUE comes twice",
     Value::number, "0", true},
    {"redirect", "the answer is a redirect to the URL VALUE, or to where it comes from", Value::text, "",
     true},
    {"gzip-bomb", "the answer is a megabyte of gzip that becomes a gigabyte", Value::none, "", true},
    {"huge-string", "the answer is JSON with a string of a gigabyte", Value::none, "", true},
    {"chatter", "a create is answered with a stream of millions of events that say nothing"},
    // Refusals
    {"bad-key", "every API call is answered 401"},
    {"no-credit", "a create is refused for want of money"},
    {"refused", "a create is answered 400: against the rules"},
    {"moderated", "a create is answered 403: against the rules"},
    {"too-large", "a create is answered 413"},
    {"busy", "a create is answered 429, to be repeated after a second", Value::none, "", true},
    {"busy-silent", "a create is answered 429, and not told when to come again", Value::none, "", true},
    {"busy-until", "a create is answered 429, to be repeated at a date in VALUE seconds", Value::number, "2",
     true},
    {"busy-for", "a create is answered 429, to be repeated after VALUE, whatever that is", Value::text,
     "31536000", true},
    {"broken", "a create is answered 500", Value::none, "", true},
    {"bad-gateway", "a create is answered 502 with a web page", Value::none, "", true},
    {"unavailable", "a create is answered 503", Value::none, "", true},
    {"gateway-timeout", "a create is answered 504 with a web page", Value::none, "", true},
    // Answers that make no sense
    {"html", "a create is answered 200 with a web page", Value::none, "", true},
    {"not-json", "a create is answered 200 with half a JSON object", Value::none, "", true},
    {"deep-json", "a create is answered 200 with JSON of 10 000 levels", Value::none, "", true},
    {"bad-utf8", "a create is answered 200 with JSON that is no UTF-8", Value::none, "", true},
    {"wrong-type", "the answer to a create claims to be plain text"},
    {"no-type", "the answer to a create does not say what it is"},
    {"no-id", "a create is answered 200 without an id"},
    {"error-in-body", "a create is answered 200 with nothing but an error"},
    {"lost-answer", "a create is heard, and the connection is cut before the answer"},
    // Jobs
    {"job-fails", "the job fails"},
    {"job-sticks", "the job runs for ever, and so does a call that waits for it"},
    {"job-unknown", "a job's first poll is answered 404"},
    {"unknown-state", "a job's first poll tells of a state that nobody knows"},
    {"stepping-back", "a job's first poll says that it runs, the next one that it is queued"},
    {"part-fails", "the last of several pictures fails"},
    {"no-output", "the job is completed without a picture"},
    // Streams
    {"cut-stream", "a stream is cut before its first picture"},
    {"cut-after-picture", "a stream is cut after its first picture"},
    {"double-picture", "the event with a picture comes twice"},
    {"crlf-stream", "a stream's lines end in CR LF, and no space follows their field's name"},
    {"not-streamed", "a chat that asks for a stream is answered whole"},
    {"error-in-choice", "a chat is answered 200 with an error in its choice"},
    {"error-in-chunk", "a chat's stream breaks off with an error"},
    // Pictures
    {"address", "the finished picture is said to be at the URL VALUE, usually one where nobody listens",
     Value::text, "http://127.0.0.1:1/gone"},
    {"gone-picture", "the finished picture is answered 404"},
    {"expired-picture", "the finished picture is answered 403, as storage does after a day"},
    {"not-a-picture", "the finished picture is a line of text"},
    {"cut-picture", "half of the finished picture is missing"},
    {"bad-checksum", "the finished picture is a PNG with a wrong checksum"},
    {"vast-picture", "the finished picture is a PNG that claims to be 65535 pixels wide and high"},
    {"bomb-picture", "the finished picture is a small PNG that holds gigabytes"},
    {"gif-picture", "the finished picture is an animated GIF"},
    {"apng-picture", "the finished picture is an animated PNG"},
    {"animated-webp", "the finished picture is an animated WebP"},
    {"cmyk-picture", "the finished picture is a JPEG for printers"},
    {"deep-picture", "the finished picture is a PNG of 16 bits"},
    {"interlaced-picture", "the finished picture is an interlaced PNG"},
    {"rotated-picture", "the finished picture is a JPEG that is to be turned by what its EXIF says"},
    {"profiled-picture", "the finished picture is a PNG whose embedded profile swaps red and blue"},
};

constexpr std::pair<const char*, Leg> legs[] = {
    {"@create", Leg::create}, {"@poll", Leg::poll}, {"@picture", Leg::picture}};

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
  Number number = 0;
  const char *begin = text.data(), *end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

const Fault* find(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(faults), std::end(faults), [&](const Fault& f) { return name == f.name; });
  return found == std::end(faults) ? nullptr : found;
}

}  // namespace

std::span<const Fault> all_faults() {
  return faults;
}

long number_of(const std::string& value) {
  return read_number<long>(value).value_or(0);
}

// From its end: a value may hold colons and at signs of its own.
std::optional<Faults::Order> Faults::read(const std::string& option) {
  std::string_view rest = option;
  const std::string_view name = rest.substr(0, rest.find_first_of("=@:"));
  Order order{.fault = find(name), .value = {}, .leg = Leg::create, .left = for_ever};
  if (!order.fault)
    return std::nullopt;
  if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    const auto count = read_number<unsigned>(rest.substr(colon + 1));
    if (count) {
      order.left = *count;
      rest = rest.substr(0, colon);
    }
  }
  for (const auto& [word, leg] : legs)
    if (rest.ends_with(word)) {
      order.leg = leg;
      rest.remove_suffix(std::string_view(word).size());
      break;
    }
  if (order.leg != Leg::create && !order.fault->anywhere)
    return std::nullopt;
  rest.remove_prefix(name.size());
  order.value = rest.empty() ? order.fault->usual : rest.substr(1);
  if (rest.empty())
    return order;
  const bool fits = order.fault->value == Value::text ||
                    (order.fault->value == Value::number && read_number<long>(order.value));
  return rest.starts_with('=') && fits ? std::optional(order) : std::nullopt;
}

bool is_fault(const std::string& option) {
  return Faults::read(option).has_value();
}

Faults::Faults(const std::vector<std::string>& options) {
  for (const std::string& option : options)
    if (const auto order = read(option))
      orders_.push_back(*order);
}

std::optional<std::string> Faults::strike(const char* name, Leg leg) {
  for (Order& order : orders_)
    if (order.fault == find(name) && order.leg == leg && order.left > 0) {
      if (order.left != for_ever)
        --order.left;
      return order.value;
    }
  return std::nullopt;
}

std::optional<unsigned> Faults::left(const char* name) const {
  unsigned sum = 0;
  for (const Order& order : orders_) {
    if (order.fault != find(name))
      continue;
    if (order.left == for_ever)
      return std::nullopt;
    sum += order.left;
  }
  return sum;
}

}  // namespace seedream::sandbox
