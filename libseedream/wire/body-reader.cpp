// wire/body-reader.cpp - a call's body as the bytes that go over the wire, one after another.
#include "wire/body-reader.hpp"

#include <algorithm>

#include "wire/base64.hpp"

namespace seedream::wire {

std::size_t BodyReader::read(std::span<char> out) noexcept {
  std::size_t written = 0;
  while (written < out.size() && part_ < parts_.size()) {
    const std::size_t size = read_part(out.subspan(written));
    written += size;
    at_ += size;
    if (at_ < parts_[part_].size())
      continue;
    parts_[part_++].bytes = {};
    at_ = 0;
  }
  return written;
}

std::size_t BodyReader::read_part(std::span<char> out) noexcept {
  const Body::Part& part = parts_[part_];
  if (part.as_base64)
    return read_base64({part.bytes.data(), part.bytes.size()}, out);
  const std::size_t size = std::min(out.size(), part.bytes.size() - at_);
  std::copy_n(part.bytes.data() + at_, size, out.data());
  return size;
}

// Whole groups straight into their place. One that is read in two goes a detour.
std::size_t BodyReader::read_base64(std::span<const guint8> bytes, std::span<char> out) noexcept {
  bytes = bytes.subspan(at_ / 4 * 3);
  const std::size_t begun = at_ % 4;
  if (begun == 0 && out.size() >= 4) {
    bytes = bytes.first(std::min(bytes.size(), out.size() / 4 * 3));
    encode_base64(bytes, out.data());
    return base64_length(bytes.size());
  }
  if (bytes.empty())
    return 0;
  char group[4];
  encode_base64(bytes.first(std::min<std::size_t>(bytes.size(), 3)), group);
  const std::size_t size = std::min(out.size(), 4 - begun);
  std::copy_n(group + begun, size, out.data());
  return size;
}

}  // namespace seedream::wire
