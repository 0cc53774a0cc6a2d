// image/jpeg.cpp - JPEG by libjpeg-turbo. It leaves a function by longjmp: see png.cpp.
#include <vector>

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
  std::vector<guint8> pixels;
  std::vector<JSAMPROW> rows;
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
  jpeg_read_header(&r->jpeg, TRUE);
  return true;
}

bool start_pixels(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  const bool grey = r->jpeg.jpeg_color_space == JCS_GRAYSCALE;
  r->jpeg.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_read_icc_profile(&r->jpeg, &r->profile, &r->profile_size);
  r->format =
      babl_format_with_space(grey ? "Y' u8" : "R'G'B' u8", space_from_profile(r->profile, r->profile_size));
  jpeg_start_decompress(&r->jpeg);
  const std::size_t row_bytes = static_cast<std::size_t>(r->jpeg.output_width) * (grey ? 1 : 3);
  r->pixels.resize(row_bytes * band_rows);
  r->rows.resize(band_rows);
  for (std::size_t i = 0; i < band_rows; ++i)
    r->rows[i] = r->pixels.data() + i * row_bytes;
  return true;
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
    gegl_buffer_set(r->buffer.get(), GEGL_RECTANGLE(0, top, static_cast<int>(jpeg->output_width), count), 0,
                    r->format, r->pixels.data(), GEGL_AUTO_ROWSTRIDE);
  }
  jpeg_finish_decompress(jpeg);
  return true;
}

ErrorPtr unreadable(const Reading& r) {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The JPEG picture is damaged: %s.", r.failure.message);
}

Info info_of(const Reading& r) {
  return {&jpeg_codec, static_cast<int>(r.jpeg.image_width), static_cast<int>(r.jpeg.image_height)};
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
  r.buffer =
      new_buffer(static_cast<int>(r.jpeg.output_width), static_cast<int>(r.jpeg.output_height), r.format);
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
