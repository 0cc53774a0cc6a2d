// sandbox/floods.cpp - answers that are larger than anybody should hold.
#include "sandbox/floods.hpp"

#include "sandbox/packing.hpp"

namespace seedream::sandbox {
namespace {

constexpr std::size_t piece_bytes = 1u << 20;
constexpr unsigned pieces = 1024;

Flood flood(const Repetition& text) {
  return [text, sent = 0u]() mutable -> std::string {
    const unsigned now = sent++;
    return now == 0 ? text.beginning : now <= pieces ? text.piece : now == pieces + 1 ? text.end : "";
  };
}

const Repetition& huge() {
  static const Repetition text{"{\"id\":\"", std::string(piece_bytes, 'a'), "\"}"};
  return text;
}

}  // namespace

Flood huge_string() {
  return flood(huge());
}

Flood gzip_bomb() {
  return flood(pack(huge(), pieces, Wrapping::gzip));
}

Flood chatter() {
  std::string events;
  while (events.size() < piece_bytes)
    events += "data: {}\n\n";
  return flood({": hello\n\n", events, "data: [DONE]\n\n"});
}

}  // namespace seedream::sandbox
