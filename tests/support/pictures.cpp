// support/pictures.cpp - makes encoded pictures of every layout, and looks into decoded ones.
#include "support/pictures.hpp"

#include <png.h>
#include <webp/encode.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <random>

namespace seedream::test {
namespace {

void on_write(png_structp png, png_bytep data, png_size_t count) {
  g_byte_array_append(static_cast<GByteArray*>(png_get_io_ptr(png)), data, static_cast<guint>(count));
}

void on_flush(png_structp) {}

void write_palette(png_structp png, png_infop info, const PngLayout& layout) {
  std::vector<png_color> colours;
  for (std::size_t i = 0; i + 2 < layout.palette.size(); i += 3)
    colours.push_back({layout.palette[i], layout.palette[i + 1], layout.palette[i + 2]});
  if (!colours.empty())
    png_set_PLTE(png, info, colours.data(), static_cast<int>(colours.size()));
  if (!layout.palette_alpha.empty())
    png_set_tRNS(png, info, layout.palette_alpha.data(), static_cast<int>(layout.palette_alpha.size()),
                 nullptr);
}

void write_chunks(png_structp png, png_infop info, const PngLayout& layout) {
  write_palette(png, info, layout);
  if (layout.grey_key >= 0) {
    png_color_16 key{};
    key.gray = static_cast<png_uint_16>(layout.grey_key);
    png_set_tRNS(png, info, nullptr, 0, &key);
  }
  if (!layout.profile.empty())
    png_set_iCCP(png, info, "profile", 0, layout.profile.data(),
                 static_cast<png_uint_32>(layout.profile.size()));
}

// rows: nullptr for a header alone.
Bytes encode(const PngLayout& layout, const Pixels* rows) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  GByteArray* out = g_byte_array_new();
  png_set_write_fn(png, out, on_write, on_flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(layout.width), static_cast<png_uint_32>(layout.height),
               layout.depth, layout.colour_type, layout.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  write_chunks(png, info, layout);
  png_write_info(png, info);
  if (rows) {
    std::vector<png_bytep> pointers;
    for (std::size_t y = 0; y < static_cast<std::size_t>(layout.height); ++y)
      pointers.push_back(const_cast<png_bytep>(rows->data()) + y * png_get_rowbytes(png, info));
    png_write_image(png, pointers.data());
    png_write_end(png, nullptr);
  }
  png_destroy_write_struct(&png, &info);
  return Bytes::adopt(g_byte_array_free_to_bytes(out));
}

void put(Pixels* profile, guint32 number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    profile->push_back(static_cast<guint8>(number >> shift));
}

void put_word(Pixels* profile, const char* word) {
  for (int i = 0; i < 4; ++i)
    profile->push_back(static_cast<guint8>(word[i]));
}

// A profile's fixed-point numbers.
guint32 s15_16(double number) {
  return static_cast<guint32>(static_cast<gint32>(std::lround(number * 65536)));
}

struct Tag {
  const char* name;
  Pixels data;
};

Tag colour(const char* name, double x, double y, double z) {
  Tag tag{name, {}};
  put_word(&tag.data, "XYZ ");
  for (guint32 number : {0u, s15_16(x), s15_16(y), s15_16(z)})
    put(&tag.data, number);
  return tag;
}

Tag gamma(const char* name) {
  Tag tag{name, {}};
  put_word(&tag.data, "curv");
  put(&tag.data, 0);
  put(&tag.data, 1);
  for (const int byte : {2, 51, 0, 0})  // 2.2 with eight bits behind the point, padded
    tag.data.push_back(static_cast<guint8>(byte));
  return tag;
}

}  // namespace

// https://www.color.org/specification/ICC1v43_2010-12.pdf, 7.2 and 7.3.
Pixels wide_profile() {
  const Tag tags[] = {colour("wtpt", 0.9642, 1.0, 0.8249),
                      colour("rXYZ", 0.60974, 0.31111, 0.01947),
                      colour("gXYZ", 0.20528, 0.62567, 0.06087),
                      colour("bXYZ", 0.14919, 0.06322, 0.74457),
                      gamma("rTRC"),
                      gamma("gTRC"),
                      gamma("bTRC")};
  Pixels profile, data;
  const auto start = static_cast<guint32>(128 + 4 + 12 * std::size(tags));
  for (const char* word : {"size", "none", "\2\20\0\0", "mntr", "RGB ", "XYZ "})
    put_word(&profile, word);
  profile.resize(36);
  put_word(&profile, "acsp");
  profile.resize(68);
  for (double number : {0.9642, 1.0, 0.8249})
    put(&profile, s15_16(number));
  profile.resize(128);
  put(&profile, static_cast<guint32>(std::size(tags)));
  for (const Tag& tag : tags) {
    put_word(&profile, tag.name);
    put(&profile, start + static_cast<guint32>(data.size()));
    put(&profile, static_cast<guint32>(tag.data.size()));
    data.insert(data.end(), tag.data.begin(), tag.data.end());
  }
  std::copy(data.begin(), data.end(), std::back_inserter(profile));
  const guint32 size = GUINT32_TO_BE(static_cast<guint32>(profile.size()));
  memcpy(profile.data(), &size, sizeof size);
  return profile;
}

Pixels noise(std::size_t bytes, unsigned seed) {
  std::minstd_rand random(seed);
  Pixels pixels(bytes);
  std::generate(pixels.begin(), pixels.end(), [&] { return static_cast<guint8>(random() >> 8); });
  return pixels;
}

Ref<GeglBuffer> buffer_of(const GeglRectangle& place, const Babl* format, const Pixels& pixels) {
  auto buffer = Ref<GeglBuffer>::adopt(gegl_buffer_new(&place, format));
  gegl_buffer_set(buffer.get(), nullptr, 0, format, pixels.data(), GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

Pixels pixels_of(GeglBuffer* buffer, const Babl* format) {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  Pixels pixels(static_cast<std::size_t>(all->width) * static_cast<std::size_t>(all->height) *
                static_cast<std::size_t>(babl_format_get_bytes_per_pixel(format)));
  gegl_buffer_get(buffer, nullptr, 1.0, format, pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return pixels;
}

Bytes write_png(const PngLayout& layout, const Pixels& rows) {
  return encode(layout, &rows);
}

Bytes png_header(int width, int height) {
  return encode({.width = width, .height = height, .colour_type = PNG_COLOR_TYPE_RGB}, nullptr);
}

Bytes write_webp(int width, int height, const Pixels& rgba) {
  guint8* out = nullptr;
  const std::size_t size = WebPEncodeLosslessRGBA(rgba.data(), width, height, width * 4, &out);
  return Bytes::adopt(g_bytes_new_with_free_func(out, size, WebPFree, out));
}

Bytes cut(const Bytes& bytes, std::size_t size) {
  return Bytes::adopt(g_bytes_new(bytes.data(), std::min(size, bytes.size())));
}

Bytes with_byte(const Bytes& bytes, std::size_t at, guint8 value) {
  Pixels copy(bytes.data(), bytes.data() + bytes.size());
  copy[at] = value;
  return Bytes::adopt(g_bytes_new(copy.data(), copy.size()));
}

Bytes bytes_of(const std::string& text) {
  return Bytes::adopt(g_bytes_new(text.data(), text.size()));
}

}  // namespace seedream::test
