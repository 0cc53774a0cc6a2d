// support/pictures.hpp - makes encoded pictures of every layout, and looks into decoded ones.
#pragma once
#include <gegl.h>

#include <string>
#include <vector>

#include "base/glib-ptr.hpp"

namespace seedream::test {

using Pixels = std::vector<guint8>;

// The same noise each time.
Pixels noise(std::size_t bytes, unsigned seed = 1);

Ref<GeglBuffer> buffer_of(const GeglRectangle& place, const Babl* format, const Pixels& pixels);
// All of a buffer, converted to a format of babl's.
Pixels pixels_of(GeglBuffer* buffer, const Babl* format);

// How a PNG lays out its pixels.
struct PngLayout {
  int width = 0, height = 0;
  int depth = 8;
  int colour_type = 0;  // libpng's PNG_COLOR_TYPE_…
  bool interlaced = false;
  std::vector<guint8> palette{};  // red, green, blue, …
  std::vector<guint8> palette_alpha{};
  int grey_key = -1;  // the grey that is transparent; -1: none
  Pixels profile{};   // an ICC profile
};

// An ICC profile with the primaries of Adobe RGB and a gamma of 2.2.
Pixels wide_profile();

// rows: packed as libpng wants them, big end first.
Bytes write_png(const PngLayout& layout, const Pixels& rows);
// A PNG that claims a size and has no pixels.
Bytes png_header(int width, int height);
Bytes write_webp(int width, int height, const Pixels& rgba);

// The first bytes of some.
Bytes cut(const Bytes& bytes, std::size_t size);
// A copy with one byte changed.
Bytes with_byte(const Bytes& bytes, std::size_t at, guint8 value);
Bytes bytes_of(const std::string& text);

}  // namespace seedream::test
