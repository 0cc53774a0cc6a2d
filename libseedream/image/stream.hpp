// image/stream.hpp - where a decoder's bytes come from: memory, or a picture that is still arriving.
#pragma once
#include <span>

#include "base/glib-ptr.hpp"

namespace seedream::image {

class Stream {
 public:
  virtual ~Stream() = default;
  // Waits for what comes next; it stays valid until the next call. Empty: there is no more.
  virtual std::span<const guint8> next() noexcept = 0;
  // Whether a PNG's pixels were checked on their way, so that their checksums here mean nothing.
  virtual bool verified() noexcept { return false; }
};

// Borrows the bytes.
class Memory final : public Stream {
 public:
  explicit Memory(const Bytes& bytes) : left_(bytes.data(), bytes.size()) {}
  std::span<const guint8> next() noexcept override { return std::exchange(left_, {}); }

 private:
  std::span<const guint8> left_;
};

}  // namespace seedream::image
