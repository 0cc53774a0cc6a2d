// image/png.cpp - PNG by libpng. libpng leaves a function by longjmp, so everything that needs a destructor
// lives in a Reading or Writing outside the functions that call setjmp.
#include <png.h>

#include <csetjmp>
#include <vector>

#include "image/picture.hpp"

namespace seedream::image {
namespace {

constexpr int band_rows = 128;  // one row of GEGL tiles

struct Reading {
  png_structp png = nullptr;
  png_infop info = nullptr;
  const guint8* next = nullptr;
  std::size_t left = 0;
  std::string message;
  Ref<GeglBuffer> buffer;
  std::vector<guint8> pixels;
  std::vector<png_bytep> rows;
  int width = 0, height = 0;
  const Babl* format = nullptr;
  std::size_t row_bytes = 0;
  bool interlaced = false;

  ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }
};

void on_error(png_structp png, png_const_charp message) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep out, png_size_t count) {
  auto* r = static_cast<Reading*>(png_get_io_ptr(png));
  if (count > r->left)
    png_error(png, "the file is cut short");
  memcpy(out, r->next, count);
  r->next += count;
  r->left -= count;
}

void start(Reading* r, const Bytes& bytes) {
  r->next = bytes.data();
  r->left = bytes.size();
  r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r->message, on_error, on_warning);
  r->info = png_create_info_struct(r->png);
  png_set_read_fn(r->png, r, on_read);
}

bool read_header(Reading* r) {
  if (setjmp(png_jmpbuf(r->png)))
    return false;
  png_read_info(r->png, r->info);
  r->width = static_cast<int>(png_get_image_width(r->png, r->info));
  r->height = static_cast<int>(png_get_image_height(r->png, r->info));
  return true;
}

const Babl* format_of(Reading* r) {
  png_charp name = nullptr;
  int compression = 0;
  png_bytep profile = nullptr;
  png_uint_32 size = 0;
  png_get_iCCP(r->png, r->info, &name, &compression, &profile, &size);
  const int colour = png_get_color_type(r->png, r->info);
  const bool deep = png_get_bit_depth(r->png, r->info) == 16;
  const bool alpha = colour & PNG_COLOR_MASK_ALPHA;
  if (colour & PNG_COLOR_MASK_COLOR) {
    const char* encoding =
        alpha ? (deep ? "R'G'B'A u16" : "R'G'B'A u8") : (deep ? "R'G'B' u16" : "R'G'B' u8");
    return babl_format_with_space(encoding, space_from_profile(profile, size));
  }
  const char* encoding = alpha ? (deep ? "Y'A u16" : "Y'A u8") : (deep ? "Y' u16" : "Y' u8");
  return babl_format_with_space(encoding, space_from_profile(profile, size));
}

// Palettes, few-bit greys and colour keys become plain 8-bit channels.
bool read_layout(Reading* r) {
  if (setjmp(png_jmpbuf(r->png)))
    return false;
  png_set_expand(r->png);
  if constexpr (G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap(r->png);
  r->interlaced = png_set_interlace_handling(r->png) > 1;
  png_read_update_info(r->png, r->info);
  r->format = format_of(r);
  r->row_bytes = png_get_rowbytes(r->png, r->info);
  return true;
}

bool read_rows(Reading* r) {
  if (setjmp(png_jmpbuf(r->png)))
    return false;
  // Interlaced rows come in seven passes over the whole picture.
  const int step = r->interlaced ? r->height : band_rows;
  r->pixels.resize(r->row_bytes * static_cast<std::size_t>(std::min(step, r->height)));
  r->rows.resize(static_cast<std::size_t>(std::min(step, r->height)));
  for (std::size_t i = 0; i < r->rows.size(); ++i)
    r->rows[i] = r->pixels.data() + i * r->row_bytes;
  for (int y = 0; y < r->height; y += step) {
    const int count = std::min(step, r->height - y);
    if (r->interlaced)
      png_read_image(r->png, r->rows.data());
    else
      png_read_rows(r->png, r->rows.data(), nullptr, static_cast<png_uint_32>(count));
    gegl_buffer_set(r->buffer.get(), GEGL_RECTANGLE(0, y, r->width, count), 0, r->format, r->pixels.data(),
                    static_cast<int>(r->row_bytes));
  }
  png_read_end(r->png, nullptr);
  return true;
}

ErrorPtr unreadable(const Reading& r) {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The PNG picture is damaged: %s.", r.message.c_str());
}

Result<Info> probe_png(const Bytes& bytes) noexcept {
  Reading r;
  start(&r, bytes);
  if (!read_header(&r))
    return unreadable(r);
  return Info{&png_codec, r.width, r.height};
}

Result<Ref<GeglBuffer>> decode_png(const Bytes& bytes) noexcept {
  Reading r;
  start(&r, bytes);
  if (!read_header(&r) || !read_layout(&r))
    return unreadable(r);
  r.buffer = new_buffer(r.width, r.height, r.format);
  if (!read_rows(&r))
    return unreadable(r);
  return r.buffer;
}

bool is_png(std::span<const guint8> bytes) noexcept {
  return bytes.size() > 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

struct Writing {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string message;
  GByteArray* out = g_byte_array_new();
  std::vector<guint8> pixels;
  std::vector<png_bytep> rows;
  GeglBuffer* buffer = nullptr;  // borrowed
  bool alpha = false;

  ~Writing() {
    png_destroy_write_struct(&png, &info);
    if (out)
      g_byte_array_unref(out);
  }
};

void on_write(png_structp png, png_bytep data, png_size_t count) {
  g_byte_array_append(static_cast<Writing*>(png_get_io_ptr(png))->out, data, static_cast<guint>(count));
}

void on_flush(png_structp) {}

bool write_rows(Writing* w) {
  if (setjmp(png_jmpbuf(w->png)))
    return false;
  const GeglRectangle all = *gegl_buffer_get_extent(w->buffer);
  png_set_IHDR(w->png, w->info, static_cast<png_uint_32>(all.width), static_cast<png_uint_32>(all.height), 8,
               w->alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(w->png, w->info, PNG_sRGB_INTENT_PERCEPTUAL);
  // Photographs are noise to a compressor: one filter and run lengths take a twelfth of zlib's usual time
  // and give a smaller file.
  png_set_compression_level(w->png, 1);
  png_set_compression_strategy(w->png, 3 /* Z_RLE */);
  png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
  png_write_info(w->png, w->info);

  const Babl* format = babl_format(w->alpha ? "R'G'B'A u8" : "R'G'B' u8");
  const std::size_t row_bytes = static_cast<std::size_t>(all.width) * (w->alpha ? 4 : 3);
  w->pixels.resize(row_bytes * band_rows);
  w->rows.resize(band_rows);
  for (std::size_t i = 0; i < band_rows; ++i)
    w->rows[i] = w->pixels.data() + i * row_bytes;
  for (int y = 0; y < all.height; y += band_rows) {
    const int count = std::min(band_rows, all.height - y);
    gegl_buffer_get(w->buffer, GEGL_RECTANGLE(all.x, all.y + y, all.width, count), 1.0, format,
                    w->pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    png_write_rows(w->png, w->rows.data(), static_cast<png_uint_32>(count));
  }
  png_write_end(w->png, nullptr);
  return true;
}

}  // namespace

const Codec png_codec = {"image/png", "png", is_png, probe_png, decode_png};

Result<Bytes> encode_png(GeglBuffer* buffer) noexcept {
  Writing w;
  w.buffer = buffer;
  w.alpha = has_transparency(buffer);
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w.message, on_error, on_warning);
  w.info = png_create_info_struct(w.png);
  png_set_write_fn(w.png, &w, on_write, on_flush);
  if (!write_rows(&w))
    return make_error(SEEDREAM_ERROR_FAILED, "The picture could not be written as PNG: %s.",
                      w.message.c_str());
  return Bytes::adopt(g_byte_array_free_to_bytes(std::exchange(w.out, nullptr)));
}

}  // namespace seedream::image
