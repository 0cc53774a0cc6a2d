// base/body.hpp - what a call sends, in parts: nobody joins them, and pictures become base64 on their way
// out.
#pragma once
#include <vector>

#include "base/glib-ptr.hpp"

namespace seedream {

class Body {
 public:
  struct Part {
    Bytes bytes;
    bool as_base64 = false;

    // In bytes that go over the wire.
    std::size_t size() const { return as_base64 ? (bytes.size() + 2) / 3 * 4 : bytes.size(); }
  };

  Body() = default;
  Body(Bytes bytes) { add(std::move(bytes)); }
  Body& add(Bytes bytes) { return add(Part{std::move(bytes)}); }
  Body& add_as_base64(Bytes bytes) { return add(Part{std::move(bytes), true}); }

  const std::vector<Part>& parts() const { return parts_; }
  // In bytes that go over the wire.
  std::size_t size() const {
    std::size_t sum = 0;
    for (const Part& part : parts_)
      sum += part.size();
    return sum;
  }
  // Whether there is one at all, be it empty.
  explicit operator bool() const { return !parts_.empty(); }

 private:
  Body& add(Part part) {
    if (part.bytes)
      parts_.push_back(std::move(part));
    return *this;
  }

  std::vector<Part> parts_;
};

}  // namespace seedream
