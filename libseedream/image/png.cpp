// image/png.cpp - PNG by libpng. libpng leaves a function by longjmp, so everything that needs a destructor
// lives in a Reading or Writing outside the functions that call setjmp.
#include <vector>

#include "image/picture.hpp"
#include "image/png-failure.hpp"
#include "image/png-number.hpp"

namespace seedream::image {
namespace {

constexpr int band_rows = 128;  // one row of GEGL tiles

struct Reading {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Stream* stream = nullptr;       // borrowed
  std::span<const guint8> piece;  // what is left of the stream's last one
  std::string message;
  Ref<GeglBuffer> buffer;
  std::vector<guint8> pixels;
  std::vector<png_bytep> rows;
  int width = 0, height = 0;
  const Babl* format = nullptr;
  std::size_t row_bytes = 0;
  bool interlaced = false;
  std::size_t packed = 0, max_packed = most_packed(0);  // bytes of IDAT

  ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }
};

constexpr png_uint_32 name_of_pixels = 0x49444154;  // IDAT

void on_read(png_structp png, png_bytep out, png_size_t count) {
  auto* r = static_cast<Reading*>(png_get_io_ptr(png));
  const bool pixels = png_get_io_chunk_type(png) == name_of_pixels &&
                      (png_get_io_state(png) & PNG_IO_MASK_LOC) == PNG_IO_CHUNK_DATA;
  if (pixels && (r->packed += count) > r->max_packed)
    png_error(png, "it holds more than its pixels");
  while (count > 0) {
    if (r->piece.empty())
      r->piece = r->stream->next();
    if (r->piece.empty())
      png_error(png, "the file is cut short");
    const std::size_t part = std::min(count, r->piece.size());
    memcpy(out, r->piece.data(), part);
    r->piece = r->piece.subspan(part);
    out += part;
    count -= part;
  }
}

constexpr png_byte texts[] = "tEXt\0zTXt\0iTXt";  // each with a zero behind it
constexpr int number_of_texts = 3;

void start(Reading* r, Stream* stream) {
  r->stream = stream;
  r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r->message, on_png_error, on_png_warning);
  r->info = png_create_info_struct(r->png);
  png_set_read_fn(r->png, r, on_read);
  // Texts, which nobody here reads, are not even unpacked.
  png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, texts, number_of_texts);
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

// What was checked on its way comes in large pieces, with chunk sums that were left out.
void trust(Reading* r) {
  png_set_crc_action(r->png, PNG_CRC_QUIET_USE, PNG_CRC_NO_CHANGE);
#ifdef PNG_IGNORE_ADLER32  // not every libpng can
  png_set_option(r->png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  png_set_compression_buffer_size(r->png, 1u << 16);
}

// Palettes, few-bit greys and colour keys become plain 8-bit channels.
bool read_layout(Reading* r) {
  if (setjmp(png_jmpbuf(r->png)))
    return false;
  if (r->stream->verified())
    trust(r);
  const std::size_t unpacked = (png_get_rowbytes(r->png, r->info) + 1) * static_cast<std::size_t>(r->height);
  r->max_packed = most_packed(unpacked);
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
  Memory memory(bytes);
  Reading r;
  start(&r, &memory);
  if (!read_header(&r))
    return unreadable(r);
  return Info{&png_codec, r.width, r.height};
}

Result<Decoded> decode_png_stream(Stream& stream) noexcept {
  Reading r;
  start(&r, &stream);
  if (!read_header(&r))
    return unreadable(r);
  if (auto fits = check_size(r.width, r.height); !fits)
    return fits.take_error();
  if (!read_layout(&r))
    return unreadable(r);
  r.buffer = new_buffer(r.width, r.height, r.format);
  if (!read_rows(&r))
    return unreadable(r);
  return Decoded{{&png_codec, r.width, r.height}, r.buffer};
}

Result<Ref<GeglBuffer>> decode_png(const Bytes& bytes) noexcept {
  Memory memory(bytes);
  auto decoded = decode_png_stream(memory);
  return decoded ? Result(decoded->buffer) : decoded.take_error();
}

bool is_png(std::span<const guint8> bytes) noexcept {
  return bytes.size() > 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

}  // namespace

const Codec png_codec = {"image/png", "png", is_png, probe_png, decode_png, decode_png_stream};

}  // namespace seedream::image
