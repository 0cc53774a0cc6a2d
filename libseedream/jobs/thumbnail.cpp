// jobs/thumbnail.cpp - a picture so small that lists show it at once.
#include "jobs/thumbnail.hpp"

#include <algorithm>

#include "image/picture.hpp"
#include "jobs/upload.hpp"

namespace seedream::jobs {

Result<Bytes> make_thumbnail(GeglBuffer* picture) noexcept {
  constexpr int quality = 80;
  image::ensure_gegl();
  // GEGL scales with the buffer locked, and somebody may be reading the picture: hence a copy, which shares
  // its pixels.
  const auto own = Ref<GeglBuffer>::adopt(gegl_buffer_dup(picture));
  const GeglRectangle* extent = gegl_buffer_get_extent(own.get());
  const double factor = double(thumbnail_size) / std::max(extent->width, extent->height);
  const auto small = factor < 1 ? scaled(own.get(), factor) : own;
  return image::has_transparency(small.get()) ? image::encode_png(small.get())
                                              : image::encode_jpeg(small.get(), quality);
}

}  // namespace seedream::jobs
