// simple-way.hpp - what probe() and decode() make of a picture, without the large ones: a few bytes may claim
// more pixels than a fuzzer has memory for.
#pragma once
#include <optional>
#include <vector>

#include "image/picture.hpp"

namespace seedream::fuzz {

constexpr gint64 most_pixels = 1 << 17;

// Nothing: it is too large. What is no picture is not.
inline std::optional<Result<image::Info>> probe_small(const Bytes& bytes) {
  auto info = image::probe(bytes);
  if (info && gint64{info->width} * info->height > most_pixels)
    return std::nullopt;
  return info;
}

inline std::vector<guint8> pixels_of(GeglBuffer* buffer, const Babl* format) {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  std::vector<guint8> pixels(static_cast<std::size_t>(all->width) * static_cast<std::size_t>(all->height) *
                             static_cast<std::size_t>(babl_format_get_bytes_per_pixel(format)));
  gegl_buffer_get(buffer, nullptr, 1.0, format, pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return pixels;
}

}  // namespace seedream::fuzz
