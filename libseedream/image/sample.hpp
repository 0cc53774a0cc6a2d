// image/sample.hpp - how long a picture's files will be, from a part of its rows.
#pragma once
#include <optional>

#include "image/picture.hpp"

namespace seedream::image {

class Sample {
 public:
  explicit Sample(GeglBuffer* buffer) noexcept;
  // Nothing: the picture is too low, or the sample cannot be encoded.
  std::optional<std::size_t> png_bytes() const noexcept;
  std::optional<std::size_t> jpeg_bytes(int quality) const noexcept;

 private:
  std::optional<std::size_t> whole_of(Result<Bytes> part) const;

  Ref<GeglBuffer> rows_;  // one below the other
  double share_ = 0;      // of the picture's rows
};

}  // namespace seedream::image
