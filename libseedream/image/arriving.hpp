// image/arriving.hpp - a picture that is read while it comes.
#pragma once
#include <memory>

#include "image/codec.hpp"

namespace seedream::image {

// feed() and finish() are called by one worker, never by the main loop. It may be dropped at any time.
class Arriving {
 public:
  Arriving();
  ~Arriving();
  Arriving(const Arriving&) = delete;
  Arriving& operator=(const Arriving&) = delete;

  // May wait for the decoder, which is at most 2 MiB of pixels behind.
  void feed(std::span<const guint8> bytes) noexcept;

  struct Whole {
    Bytes bytes;             // all that was fed, whatever became of it; none beyond max_encoded_bytes
    Info info;               // as probe() gives it
    Ref<GeglBuffer> buffer;  // as decode() gives it, or
    ErrorPtr error;          // what they say
  };
  // All has come; once.
  Whole finish() noexcept;

 private:
  struct Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace seedream::image
