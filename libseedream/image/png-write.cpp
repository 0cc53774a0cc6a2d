// image/png-write.cpp - PNG by libpng, the other way round: see png.cpp.
#include "image/png-write.hpp"

#include <vector>

#include "image/bands.hpp"
#include "image/png-failure.hpp"

namespace seedream::image {
namespace {

constexpr int band_rows = 128;  // one row of GEGL tiles

struct Writing {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string message;
  GByteArray* out = g_byte_array_new();
  std::size_t max_bytes = 0;
  bool too_long = false;
  std::vector<guint8> pixels;
  std::vector<png_bytep> rows;
  GeglBuffer* buffer = nullptr;  // borrowed
  bool alpha = false;            // is written
  bool is_found_transparent = false;

  ~Writing() {
    png_destroy_write_struct(&png, &info);
    if (out)
      g_byte_array_unref(out);
  }
};

void on_write(png_structp png, png_bytep data, png_size_t count) {
  auto* w = static_cast<Writing*>(png_get_io_ptr(png));
  w->too_long = count > w->max_bytes - w->out->len;
  if (w->too_long)
    png_error(png, "it is too long");
  g_byte_array_append(w->out, data, static_cast<guint>(count));
}

void on_flush(png_structp) {}

// False: a pixel is transparent and alpha was not to be written.
bool read_band(Writing* w, int top, int count) {
  const bool has_alpha = babl_format_has_alpha(gegl_buffer_get_format(w->buffer));
  read_rows(w->buffer, top, count, babl_format(has_alpha ? "R'G'B'A u8" : "R'G'B' u8"), w->pixels.data());
  const auto pixels =
      static_cast<std::size_t>(gegl_buffer_get_width(w->buffer)) * static_cast<std::size_t>(count);
  return !has_alpha || w->alpha || pack_opaque(w->pixels.data(), pixels);
}

bool write_rows(Writing* w) {
  if (setjmp(png_jmpbuf(w->png)))
    return false;
  const int width = gegl_buffer_get_width(w->buffer), height = gegl_buffer_get_height(w->buffer);
  png_set_IHDR(w->png, w->info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
               w->alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(w->png, w->info, PNG_sRGB_INTENT_PERCEPTUAL);
  // Photographs are noise to a compressor: one filter and run lengths take a twelfth of zlib's usual time
  // and give a smaller file.
  png_set_compression_level(w->png, 1);
  png_set_compression_strategy(w->png, 3 /* Z_RLE */);
  png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
  png_write_info(w->png, w->info);

  w->pixels.resize(static_cast<std::size_t>(width) * 4 * band_rows);
  w->rows.resize(band_rows);
  for (std::size_t i = 0; i < band_rows; ++i)
    w->rows[i] = w->pixels.data() + i * static_cast<std::size_t>(width) * (w->alpha ? 4 : 3);
  for (int y = 0; y < height; y += band_rows) {
    const int count = std::min(band_rows, height - y);
    w->is_found_transparent = !read_band(w, y, count);
    if (w->is_found_transparent)
      return false;
    png_write_rows(w->png, w->rows.data(), static_cast<png_uint_32>(count));
  }
  png_write_end(w->png, nullptr);
  return true;
}

Result<Encoding> write_by_libpng(GeglBuffer* buffer, bool alpha, std::size_t max_bytes) {
  Writing w;
  w.buffer = buffer;
  w.alpha = alpha;
  w.max_bytes = max_bytes;
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w.message, on_png_error, on_png_warning);
  w.info = png_create_info_struct(w.png);
  png_set_write_fn(w.png, &w, on_write, on_flush);
  if (write_rows(&w))
    return Encoding{Ending::whole, Bytes::adopt(g_byte_array_free_to_bytes(std::exchange(w.out, nullptr)))};
  if (w.is_found_transparent || w.too_long)
    return Encoding{w.too_long ? Ending::too_long : Ending::transparent, {}};
  return make_error(SEEDREAM_ERROR_FAILED, "The picture could not be written as PNG: %s.", w.message.c_str());
}

}  // namespace

Result<Encoding> write_png_simply(GeglBuffer* buffer, std::size_t max_bytes) noexcept {
  auto opaque = write_by_libpng(buffer, false, max_bytes);
  if (!opaque || opaque->ending != Ending::transparent)
    return opaque;
  return write_by_libpng(buffer, true, max_bytes);
}

Result<Encoding> try_png(GeglBuffer* buffer, std::size_t max_bytes) noexcept {
#if HAVE_ISAL
  return write_png_by_bands(buffer, max_bytes);
#else
  return write_png_simply(buffer, max_bytes);
#endif
}

Result<Bytes> encode_png(GeglBuffer* buffer) noexcept {
  auto written = try_png(buffer, G_MAXSIZE);
  if (!written)
    return written.take_error();
  return written->bytes;
}

}  // namespace seedream::image
