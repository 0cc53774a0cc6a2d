// bench/limits.cpp - how fast it could be: the fastest known stages, each alone, with nothing between them.
// All memory has been touched before, but for the layer's own.
//
// submit, JPEG  (read the pixels + libjpeg-turbo on all of them) / 2 + base64 + socket
// submit, PNG   (filter with Sub + ISA-L's first level) / 2 + read the pixels + base64 + socket.
//               fpnge would take half of ISA-L's time, but nobody packages it.
// receive       (socket + base64 + ISA-L's inflate + unfilter with vectors + set a new buffer) / 2
//
// base64 is counted as memcpy of the text, which is what the fastest code takes.
#include "bench/limits.hpp"

#include <jpeglib.h>

#include <cstring>

#if HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

namespace bench {
namespace {

constexpr int channels = 3;
constexpr std::size_t spare_bytes = 64;  // vectors look beyond the end

// What stands in all IDAT chunks together.
std::vector<guint8> deflated_part(const Bytes& png) {
  std::vector<guint8> all;
  const guint8* data = png.data();
  for (std::size_t at = 8; at + 12 <= png.size();) {
    const std::size_t length = std::size_t(data[at]) << 24 | std::size_t(data[at + 1]) << 16 |
                               std::size_t(data[at + 2]) << 8 | data[at + 3];
    if (std::memcmp(data + at + 4, "IDAT", 4) == 0)
      all.insert(all.end(), data + at + 8, data + at + 8 + length);
    at += length + 12;
  }
  return all;
}

using Eight = short __attribute__((vector_size(16)));
using EightSmall = guint8 __attribute__((vector_size(8)));

// A pixel in the first three lanes; what is in the others is not looked at.
Eight load_pixel(const guint8* at) {
  EightSmall small;
  std::memcpy(&small, at, sizeof small);
  return __builtin_convertvector(small, Eight);
}

Eight store_pixel(guint8* at, Eight value) {
  const EightSmall small = __builtin_convertvector(value, EightSmall);
  std::memcpy(at, &small, channels);
  return value & 255;
}

Eight absolute(Eight value) {
  const Eight negative = value < 0;
  return (value ^ negative) - negative;
}

Eight paeth(Eight left, Eight up, Eight corner) {
  const Eight to_left = absolute(up - corner), to_up = absolute(left - corner);
  const Eight to_corner = absolute(left + up - corner - corner);
  const Eight takes_left = (to_left <= to_up) & (to_left <= to_corner);
  const Eight takes_up = to_up <= to_corner;
  return (takes_left & left) | (~takes_left & ((takes_up & up) | (~takes_up & corner)));
}

template <typename Predict>
void unfilter_pixels(const guint8* in, const guint8* above, guint8* out, std::size_t bytes,
                     Predict&& predict) {
  Eight left{}, corner{};
  for (std::size_t i = 0; i < bytes; i += channels) {
    const Eight up = load_pixel(above + i);
    left = store_pixel(out + i, load_pixel(in + i) + predict(left, up, corner));
    corner = up;
  }
}

void unfilter_row(int filter, const guint8* in, const guint8* above, guint8* out, std::size_t bytes) {
  switch (filter) {
    case 0:
      std::memcpy(out, in, bytes);
      break;
    case 1:
      unfilter_pixels(in, above, out, bytes, [](Eight left, Eight, Eight) { return left; });
      break;
    case 2:
      for (std::size_t i = 0; i < bytes; ++i)
        out[i] = guint8(in[i] + above[i]);
      break;
    case 3:
      unfilter_pixels(in, above, out, bytes, [](Eight left, Eight up, Eight) { return (left + up) >> 1; });
      break;
    default:
      unfilter_pixels(in, above, out, bytes, paeth);
  }
}

}  // namespace

Limits::Limits(const Photograph& photograph, const Bytes& answer)
    : side_(photograph.side),
      row_bytes_(std::size_t(side_) * channels),
      rgb_(row_bytes_ * std::size_t(side_) + spare_bytes),
      deflated_(deflated_part(answer)),
      filtered_((row_bytes_ + 1) * std::size_t(side_) + spare_bytes),
      room_(rgb_.size() + row_bytes_),
      out_(rgb_.size() + rgb_.size() / 4),
      text_(out_.size() / 3 * 4),
      answer_bytes_(answer.size()) {}

double Limits::time_reading(GeglBuffer* buffer) {
  return time_of([&] {
    for (int y = 0; y < side_; y += band_rows)
      gegl_buffer_get(buffer, GEGL_RECTANGLE(0, y, side_, std::min(band_rows, side_ - y)), 1.0,
                      babl_format("R'G'B' u8"), rgb_.data() + std::size_t(y) * row_bytes_,
                      GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  });
}

// As TurboJPEG has it: the faster transform is good enough below quality 96.
double Limits::time_jpeg(int quality) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* out = out_.data();
  unsigned long size = static_cast<unsigned long>(out_.size());
  const double time = time_of([&] {
    jpeg_mem_dest(&jpeg, &out, &size);
    jpeg.image_width = jpeg.image_height = JDIMENSION(side_);
    jpeg.input_components = channels;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg.dct_method = quality < 96 ? JDCT_FASTEST : JDCT_ISLOW;
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
      JSAMPROW row = rgb_.data() + jpeg.next_scanline * row_bytes_;
      jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
  });
  check(out == out_.data(), "the JPEG is larger than its pixels");
  jpeg_bytes_ = size;
  jpeg_destroy_compress(&jpeg);
  return time;
}

#if HAVE_ISAL
double Limits::time_png() {
  static std::vector<guint8> level_room(ISAL_DEF_LVL1_DEFAULT);
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.level = 1;
  stream.level_buf = level_room.data();
  stream.level_buf_size = static_cast<unsigned>(level_room.size());
  stream.gzip_flag = IGZIP_ZLIB;
  stream.next_out = out_.data();
  stream.avail_out = static_cast<unsigned>(out_.size());
  const double time = time_of([&] {
    guint8* to = room_.data();
    for (int y = 0; y < side_; ++y) {
      const guint8* from = rgb_.data() + std::size_t(y) * row_bytes_;
      *to++ = 1;  // Sub
      std::memcpy(to, from, channels);
      for (std::size_t i = channels; i < row_bytes_; ++i)
        to[i] = guint8(from[i] - from[i - channels]);
      to += row_bytes_;
    }
    stream.next_in = room_.data();
    stream.avail_in = static_cast<unsigned>(to - room_.data());
    stream.end_of_stream = 1;
    check(isal_deflate(&stream) == COMP_OK && stream.avail_in == 0, "ISA-L cannot deflate");
  });
  png_bytes_ = stream.total_out;
  return time;
}

double Limits::time_inflating() {
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  state.next_in = deflated_.data();
  state.avail_in = static_cast<unsigned>(deflated_.size());
  state.next_out = filtered_.data();
  state.avail_out = static_cast<unsigned>(filtered_.size());
  const double time = time_of([&] { check(isal_inflate(&state) == ISAL_DECOMP_OK, "ISA-L cannot inflate"); });
  check(state.total_out == filtered_.size() - spare_bytes, "ISA-L did not inflate all of it");
  return time;
}
#else
double Limits::time_png() {
  return 0;
}

double Limits::time_inflating() {
  return 0;
}
#endif

double Limits::time_unfiltering() {
  const std::vector<guint8> nothing(row_bytes_ + spare_bytes);
  const double time = time_of([&] {
    const guint8 *in = filtered_.data(), *above = nothing.data();
    guint8* out = room_.data();
    for (int y = 0; y < side_; ++y) {
      unfilter_row(in[0], in + 1, above, out, row_bytes_);
      above = out;
      out += row_bytes_;
      in += row_bytes_ + 1;
    }
  });
  check(std::memcmp(room_.data(), rgb_.data(), row_bytes_ * std::size_t(side_)) == 0,
        "the unfiltered pixels are wrong");
  return time;
}

double Limits::time_filling() {
  Ref<GeglBuffer> layer;
  return time_of([&] {
    layer =
        Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(0, 0, side_, side_), babl_format("R'G'B' u8")));
    for (int y = 0; y < side_; y += band_rows)
      gegl_buffer_set(layer.get(), GEGL_RECTANGLE(0, y, side_, std::min(band_rows, side_ - y)), 0,
                      babl_format("R'G'B' u8"), rgb_.data() + std::size_t(y) * row_bytes_,
                      GEGL_AUTO_ROWSTRIDE);
  });
}

double Limits::time_text(std::size_t bytes) {
  const std::size_t size = std::min(bytes / 3 * 4, text_.size());
  return time_of([&] { std::memcpy(text_.data(), filtered_.data(), std::min(size, filtered_.size())); });
}

double Limits::time_sending(std::size_t bytes, Service& service) const {
  const std::size_t size = std::min(bytes / 3 * 4, text_.size());
  const gint64 start = g_get_monotonic_time();
  Wire wire(service.port());
  wire.send("POST /v1/image/limit/edit HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  wire.send({reinterpret_cast<const char*>(text_.data()), size});
  return milliseconds(start, service.next().request_last);
}

double Limits::time_taking(Service& service) {
  Wire wire(service.port());
  wire.send("POST /api/v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
  wire.receive(nullptr);
  const gint64 end = g_get_monotonic_time();
  return milliseconds(service.next().answer_first, end);
}

Limit Limits::measure(GeglBuffer* buffer, int jpeg_quality, Service& service) {
  Limit limit;
  const double read = time_reading(buffer), jpeg = time_jpeg(jpeg_quality);
  limit.submit_jpeg = (read + jpeg) / 2 + time_text(jpeg_bytes_) + time_sending(jpeg_bytes_, service);
  if (!HAVE_ISAL)
    return limit;
  const double png = time_png();
  limit.submit_png = png / 2 + read + time_text(png_bytes_) + time_sending(png_bytes_, service);
  const double inflate = time_inflating(), unfilter = time_unfiltering();
  limit.receive = (time_taking(service) + time_text(answer_bytes_) + inflate + unfilter + time_filling()) / 2;
  return limit;
}

}  // namespace bench
