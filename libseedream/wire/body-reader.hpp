// wire/body-reader.hpp - a call's body as the bytes that go over the wire, one after another. No I/O.
#pragma once
#include <span>

#include "base/body.hpp"

namespace seedream::wire {

// Lets go of each part as soon as it is read.
class BodyReader {
 public:
  explicit BodyReader(const Body& body) : parts_(body.parts()) {}

  // Fills out with the next bytes and returns how many: fewer than it holds only at the body's end.
  std::size_t read(std::span<char> out) noexcept;

 private:
  std::size_t read_part(std::span<char> out) noexcept;
  std::size_t read_base64(std::span<const guint8> bytes, std::span<char> out) noexcept;

  std::vector<Body::Part> parts_;
  std::size_t part_ = 0;  // the one that is read
  std::size_t at_ = 0;    // how many of its bytes on the wire were read
};

}  // namespace seedream::wire
