// image/png-write.hpp - the two ways to a PNG. Both leave out alpha where every pixel is opaque.
#pragma once
#include "image/picture.hpp"

namespace seedream::image {

// By libpng, in one thread.
Result<Encoding> write_png_simply(GeglBuffer* buffer, std::size_t max_bytes) noexcept;
// By ISA-L, in several threads: another file of the same pixels. Only in a library that was built with ISA-L.
Result<Encoding> write_png_by_bands(GeglBuffer* buffer, std::size_t max_bytes) noexcept;

}  // namespace seedream::image
