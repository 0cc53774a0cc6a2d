// image/jpeg.cpp - JPEG by libjpeg-turbo. It leaves a function by longjmp: see png.cpp.
#include <vector>

#include "image/exif.hpp"
#include "image/jpeg-failure.hpp"
#include "image/picture.hpp"

namespace seedream::image {
namespace {

constexpr int band_rows = 128;

// A warning means that pixels are missing or made up ("premature end of file", "corrupt data"): not a whole
// picture.
void on_message(j_common_ptr common, int level) {
  if (level < 0)
    on_jpeg_error(common);
}

struct Reading {
  jpeg_decompress_struct jpeg{};
  JpegFailure failure{};
  jpeg_source_mgr source{};
  Stream* stream = nullptr;  // borrowed
  std::vector<guint8> pixels, turned;
  std::vector<JSAMPROW> rows;
  int orientation = 1;  // as EXIF numbers it: 1 is upright, and from 5 on width and height change places
  Ref<GeglBuffer> buffer;
  const Babl* format = nullptr;
  JOCTET* profile = nullptr;
  unsigned profile_size = 0;

  ~Reading() {
    jpeg_destroy_decompress(&jpeg);
    free(profile);
  }
};

void on_source(j_decompress_ptr) {}

boolean on_empty(j_decompress_ptr jpeg) {
  const auto piece = static_cast<Reading*>(jpeg->client_data)->stream->next();
  if (piece.empty())
    WARNMS(jpeg, JWRN_JPEG_EOF);  // on_message() does not come back
  jpeg->src->next_input_byte = piece.data();
  jpeg->src->bytes_in_buffer = piece.size();
  return TRUE;
}

void on_skip(j_decompress_ptr jpeg, long count) {
  auto left = static_cast<std::size_t>(std::max(count, 0L));
  while (left > jpeg->src->bytes_in_buffer) {
    left -= jpeg->src->bytes_in_buffer;
    on_empty(jpeg);
  }
  jpeg->src->next_input_byte += left;
  jpeg->src->bytes_in_buffer -= left;
}

void start(Reading* r, Stream* stream) {
  r->jpeg.err = report_to(&r->failure, on_message);
  r->stream = stream;
  r->source.init_source = on_source;
  r->source.fill_input_buffer = on_empty;
  r->source.skip_input_data = on_skip;
  r->source.resync_to_restart = jpeg_resync_to_restart;
  r->source.term_source = on_source;
}

bool read_header(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  jpeg_create_decompress(&r->jpeg);
  jpeg_save_markers(&r->jpeg, JPEG_APP0 + 2, 0xFFFF);  // where the ICC profile is
  r->jpeg.client_data = r;
  r->jpeg.src = &r->source;
  jpeg_save_markers(&r->jpeg, JPEG_APP0 + 1, 0xFFFF);  // and where EXIF is
  jpeg_read_header(&r->jpeg, TRUE);
  for (const jpeg_marker_struct* marker = r->jpeg.marker_list; marker; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1)
      r->orientation = read_orientation({marker->data, marker->data_length}).value_or(r->orientation);
  return true;
}

bool is_for_printers(const Reading& r) {
  return r.jpeg.jpeg_color_space == JCS_CMYK || r.jpeg.jpeg_color_space == JCS_YCCK;
}

bool start_pixels(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  const bool grey = r->jpeg.jpeg_color_space == JCS_GRAYSCALE;
  r->jpeg.out_color_space = grey ? JCS_GRAYSCALE : is_for_printers(*r) ? JCS_CMYK : JCS_RGB;
  if (!is_for_printers(*r))  // such a profile is of inks, and what becomes of them here is sRGB
    jpeg_read_icc_profile(&r->jpeg, &r->profile, &r->profile_size);
  r->format =
      babl_format_with_space(grey ? "Y' u8" : "R'G'B' u8", space_from_profile(r->profile, r->profile_size));
  jpeg_start_decompress(&r->jpeg);
  const std::size_t row_bytes =
      static_cast<std::size_t>(r->jpeg.output_width) * static_cast<std::size_t>(r->jpeg.output_components);
  r->pixels.resize(row_bytes * band_rows);
  r->rows.resize(band_rows);
  for (std::size_t i = 0; i < band_rows; ++i)
    r->rows[i] = r->pixels.data() + i * row_bytes;
  return true;
}

// Four inks become three lights. Adobe's programs, and all that follow them, write how much paper is left
// bare.
void mix_inks(guint8* pixels, std::size_t count, bool inverted) {
  const guint8 bare = inverted ? 0 : 0xFF;
  for (std::size_t i = 0; i < count; ++i) {
    const guint8* ink = pixels + i * 4;
    const int black = ink[3] ^ bare;
    const guint8 light[3] = {static_cast<guint8>((ink[0] ^ bare) * black / 255),
                             static_cast<guint8>((ink[1] ^ bare) * black / 255),
                             static_cast<guint8>((ink[2] ^ bare) * black / 255)};
    memcpy(pixels + i * 3, light, sizeof light);
  }
}

// Where a band of rows belongs in the upright picture; its pixels are put in order for that.
GeglRectangle turn(Reading* r, int top, int count) {
  const int width = static_cast<int>(r->jpeg.output_width), height = static_cast<int>(r->jpeg.output_height);
  const int o = r->orientation;
  const bool lies = o >= 5, from_behind = o == 3 || o == 4 || o == 6 || o == 7;
  const bool mirrored = o == 2 || o == 3 || o == 7 || o == 8;  // each row
  const int at = from_behind ? height - top - count : top;
  const GeglRectangle place = lies ? GeglRectangle{at, 0, count, width} : GeglRectangle{0, at, width, count};
  const std::ptrdiff_t bytes = babl_format_get_bytes_per_pixel(r->format);
  r->turned.resize(r->pixels.size());
  for (int y = 0; y < count; ++y)
    for (int x = 0; x < width; ++x) {
      const int along = mirrored ? width - 1 - x : x, across = from_behind ? count - 1 - y : y;
      const auto to =
          std::ptrdiff_t{lies ? along : across} * (lies ? count : width) + (lies ? across : along);
      const auto from = std::ptrdiff_t{y} * width + x;
      memcpy(r->turned.data() + to * bytes, r->pixels.data() + from * bytes, bytes);
    }
  return place;
}

void put_rows(Reading* r, int top, int count) {
  const auto pixels = static_cast<std::size_t>(r->jpeg.output_width) * static_cast<std::size_t>(count);
  if (is_for_printers(*r))
    mix_inks(r->pixels.data(), pixels, r->jpeg.saw_Adobe_marker);
  if (r->orientation == 1) {
    gegl_buffer_set(r->buffer.get(), GEGL_RECTANGLE(0, top, static_cast<int>(r->jpeg.output_width), count), 0,
                    r->format, r->pixels.data(), GEGL_AUTO_ROWSTRIDE);
    return;
  }
  const GeglRectangle place = turn(r, top, count);
  gegl_buffer_set(r->buffer.get(), &place, 0, r->format, r->turned.data(), GEGL_AUTO_ROWSTRIDE);
}

bool read_rows(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  jpeg_decompress_struct* jpeg = &r->jpeg;
  while (jpeg->output_scanline < jpeg->output_height) {
    const int top = static_cast<int>(jpeg->output_scanline);
    const int count = std::min(band_rows, static_cast<int>(jpeg->output_height) - top);
    while (static_cast<int>(jpeg->output_scanline) < top + count)
      jpeg_read_scanlines(jpeg, &r->rows[jpeg->output_scanline - static_cast<unsigned>(top)],
                          static_cast<unsigned>(top + count) - jpeg->output_scanline);
    put_rows(r, top, count);
  }
  jpeg_finish_decompress(jpeg);
  return true;
}

ErrorPtr unreadable(const Reading& r) {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The JPEG picture is damaged: %s.", r.failure.message);
}

Info info_of(const Reading& r) {
  Info info{&jpeg_codec, static_cast<int>(r.jpeg.image_width), static_cast<int>(r.jpeg.image_height)};
  if (r.orientation >= 5)
    std::swap(info.width, info.height);
  return info;
}

Result<Info> probe_jpeg(const Bytes& bytes) noexcept {
  Memory memory(bytes);
  Reading r;
  start(&r, &memory);
  if (!read_header(&r))
    return unreadable(r);
  return info_of(r);
}

Result<Decoded> decode_jpeg_stream(Stream& stream) noexcept {
  Reading r;
  start(&r, &stream);
  if (!read_header(&r))
    return unreadable(r);
  const Info info = info_of(r);
  if (auto fits = check_size(info.width, info.height); !fits)
    return fits.take_error();
  if (!start_pixels(&r))
    return unreadable(r);
  r.buffer = new_buffer(info.width, info.height, r.format);
  if (!read_rows(&r))
    return unreadable(r);
  return Decoded{info, r.buffer};
}

Result<Ref<GeglBuffer>> decode_jpeg(const Bytes& bytes) noexcept {
  Memory memory(bytes);
  auto decoded = decode_jpeg_stream(memory);
  return decoded ? Result(decoded->buffer) : decoded.take_error();
}

bool is_jpeg(std::span<const guint8> bytes) noexcept {
  return bytes.size() > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

}  // namespace

const Codec jpeg_codec = {"image/jpeg", "jpg", is_jpeg, probe_jpeg, decode_jpeg, decode_jpeg_stream};

}  // namespace seedream::image
