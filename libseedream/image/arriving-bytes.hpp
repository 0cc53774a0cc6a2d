// image/arriving-bytes.hpp - the bytes of a picture as they come, in a place where they never move.
#pragma once
#include "image/codec.hpp"

namespace seedream::image {

class ArrivingBytes {
 public:
  ArrivingBytes() = default;
  ~ArrivingBytes();
  ArrivingBytes(const ArrivingBytes&) = delete;
  ArrivingBytes& operator=(const ArrivingBytes&) = delete;

  // What goes beyond max_encoded_bytes is only counted.
  void append(std::span<const guint8> bytes) noexcept;
  std::size_t size() const { return size_; }
  bool too_many() const { return size_ > max_encoded_bytes; }
  // Stays where it is until take() or the end. Empty when there were too many.
  std::span<const guint8> all() const { return {memory_, too_many() ? 0 : size_}; }
  Bytes take() noexcept;

 private:
  guint8* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace seedream::image
