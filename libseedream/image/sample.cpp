// image/sample.cpp - how long a picture's files will be, from a part of its rows.
#include "image/sample.hpp"

#include <vector>

#include "image/bands.hpp"

namespace seedream::image {
namespace {

constexpr int slice_rows = 8;  // a row of JPEG's blocks
constexpr int min_slices = 8, many_rows = 4096;

// One slice out of so many. What is higher has more of them, and larger parts that are alike.
int slices_apart(int height) {
  return height >= many_rows ? 32 : 16;
}

// Now here, now there in its block: what repeats itself down the picture is not met at the same place each
// time.
int slice_top(int block, int apart) {
  return (block * apart + block * 7 % apart) * slice_rows;
}

}  // namespace

Sample::Sample(GeglBuffer* buffer) noexcept {
  const int width = gegl_buffer_get_width(buffer), height = gegl_buffer_get_height(buffer);
  const int apart = slices_apart(height), slices = height / (apart * slice_rows);
  if (slices < min_slices)
    return;
  const bool has_alpha = babl_format_has_alpha(gegl_buffer_get_format(buffer));
  const Babl* format = babl_format(has_alpha ? "R'G'B'A u8" : "R'G'B' u8");
  std::vector<guint8> pixels(static_cast<std::size_t>(width) * 4 * slice_rows);
  rows_ = new_buffer(width, slices * slice_rows, format);
  share_ = double(slices * slice_rows) / height;
  for (int i = 0; i < slices; ++i) {
    read_rows(buffer, slice_top(i, apart), slice_rows, format, pixels.data());
    gegl_buffer_set(rows_.get(), GEGL_RECTANGLE(0, i * slice_rows, width, slice_rows), 0, format,
                    pixels.data(), GEGL_AUTO_ROWSTRIDE);
  }
}

std::optional<std::size_t> Sample::whole_of(Result<Bytes> part) const {
  if (!part)
    return {};
  return static_cast<std::size_t>(double(part->size()) / share_);
}

std::optional<std::size_t> Sample::png_bytes() const noexcept {
  return rows_ ? whole_of(encode_png(rows_.get())) : std::nullopt;
}

std::optional<std::size_t> Sample::jpeg_bytes(int quality) const noexcept {
  return rows_ ? whole_of(encode_jpeg(rows_.get(), quality)) : std::nullopt;
}

}  // namespace seedream::image
