// image/exif.hpp - which way up a photograph is.
#pragma once
#include <glib.h>

#include <optional>
#include <span>

namespace seedream::image {

// EXIF's orientation, 1 to 8; nothing: these bytes, a JPEG's APP1 segment, do not tell.
std::optional<int> read_orientation(std::span<const guint8> segment) noexcept;

}  // namespace seedream::image
