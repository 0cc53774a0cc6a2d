// bench/photograph.cpp - a large photograph that is the same on every machine, and whether a picture is that
// one.
#include "bench/photograph.hpp"

#include <jpeglib.h>
#include <png.h>

#include <cmath>
#include <cstring>

namespace bench {
namespace {

constexpr int channels = 3;

struct Source {
  int width = 0, height = 0;
  std::vector<guint8> rgb;
};

Source read_source(const char* path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  check(png_image_begin_read_from_file(&image, path), "the photograph cannot be read");
  image.format = PNG_FORMAT_RGB;
  Source source{int(image.width), int(image.height), std::vector<guint8>(PNG_IMAGE_SIZE(image))};
  check(png_image_finish_read(&image, nullptr, source.rgb.data(), 0, nullptr),
        "the photograph cannot be read");
  return source;
}

// There and back again, so that no edge shows.
int mirrored(int at, int length) {
  const int place = at % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

// A sensor's grain is in the light more than in the colours.
class Grain {
 public:
  explicit Grain(int strength) : strength_(strength) {}
  int next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    const int range = 2 * strength_ + 1;
    return int(state_ >> 40) % range + int((state_ >> 20) & 0xFFFFF) % range - 2 * strength_;
  }

 private:
  guint64 state_ = 0x9E3779B97F4A7C15u;
  int strength_;
};

// Halfway between pixels it is their mean: enlarged like that, a photograph is as soft as one from a camera.
int enlarged(const Source& source, int x, int y, int channel, int times) {
  const auto pixel = [&](int column, int row) {
    const auto at = mirrored(row, source.height) * source.width + mirrored(column, source.width);
    return int(source.rgb[std::size_t(at * channels + channel)]);
  };
  const int left = x / times, top = y / times, right_part = x % times, lower_part = y % times;
  const int upper = pixel(left, top) * (times - right_part) + pixel(left + 1, top) * right_part;
  const int lower = pixel(left, top + 1) * (times - right_part) + pixel(left + 1, top + 1) * right_part;
  return (upper * (times - lower_part) + lower * lower_part) / (times * times);
}

}  // namespace

Photograph take_photograph(int side, bool grainy) {
  const Source source = read_source(BENCH_PHOTOGRAPH);
  const int times = grainy ? 2 : 4;
  Grain light(grainy ? 2 : 0), colour(grainy ? 1 : 0);
  Photograph photograph{side, std::vector<guint8>(std::size_t(side) * std::size_t(side) * 4)};
  guint8* out = photograph.rgba.data();
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x, out += 4) {
      const int grain = light.next();
      for (int channel = 0; channel < channels; ++channel) {
        // A slow shade keeps one copy from being another's equal.
        const int shade = 230 + 25 * (x + 2 * y) / (3 * side);
        const int value = enlarged(source, x, y, channel, times) * shade / 256;
        out[channel] = guint8(std::clamp(value + grain + (channel == 1 ? 0 : colour.next()), 0, 255));
      }
      out[3] = 255;
    }
  return photograph;
}

Ref<GeglBuffer> Photograph::buffer() const {
  auto buffer =
      Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(0, 0, side, side), babl_format("R'G'B'A u8")));
  gegl_buffer_set(buffer.get(), nullptr, 0, babl_format("R'G'B'A u8"), rgba.data(), GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

void save_png(const Photograph& photograph, const std::string& path, int level) {
  FILE* file = std::fopen(path.c_str(), "wb");
  check(file != nullptr, "there is no room for a picture");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto side = png_uint_32(photograph.side);
  png_init_io(png, file);
  png_set_IHDR(png, info, side, side, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, level);
  png_write_info(png, info);
  png_set_filler(png, 0, PNG_FILLER_AFTER);
  for (std::size_t y = 0; y < side; ++y)
    png_write_row(png, photograph.rgba.data() + y * side * 4);
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  check(std::fclose(file) == 0, "there is no room for a picture");
}

void check_same(const Photograph& photograph, GeglBuffer* buffer) {
  const int side = photograph.side;
  check(gegl_buffer_get_width(buffer) == side && gegl_buffer_get_height(buffer) == side,
        "the picture that came has another size");
  std::vector<guint8> band(std::size_t(side) * band_rows * 4);
  for (int y = 0; y < side; y += band_rows) {
    const int rows = std::min(band_rows, side - y);
    gegl_buffer_get(buffer, GEGL_RECTANGLE(0, y, side, rows), 1.0, babl_format("R'G'B'A u8"), band.data(),
                    GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    const std::size_t row_bytes = std::size_t(side) * 4;
    check(std::memcmp(band.data(), photograph.rgba.data() + std::size_t(y) * row_bytes,
                      std::size_t(rows) * row_bytes) == 0,
          "the picture that came is another one");
  }
}

void check_same_png(const Photograph& photograph, const Bytes& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()), "what was sent is no PNG");
  image.format = PNG_FORMAT_RGBA;
  check(PNG_IMAGE_SIZE(image) == photograph.rgba.size(), "the picture that was sent has another size");
  std::vector<guint8> pixels(photograph.rgba.size());
  check(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr), "what was sent is no whole PNG");
  check(pixels == photograph.rgba, "the picture that was sent is another one");
}

namespace {

// Qualities are no more than tables of divisors.
int quality_of(const jpeg_decompress_struct& jpeg) {
  for (int quality = 100; quality > 0; --quality) {
    jpeg_compress_struct other{};
    jpeg_error_mgr errors{};
    other.err = jpeg_std_error(&errors);
    jpeg_create_compress(&other);
    jpeg_set_quality(&other, quality, TRUE);
    const bool same = std::memcmp(other.quant_tbl_ptrs[0]->quantval, jpeg.quant_tbl_ptrs[0]->quantval,
                                  sizeof jpeg.quant_tbl_ptrs[0]->quantval) == 0;
    jpeg_destroy_compress(&other);
    if (same)
      return quality;
  }
  return 0;
}

}  // namespace

// libjpeg ends the program by itself where what it is given is no JPEG.
JpegLook look_at_jpeg(const Photograph& photograph, const Bytes& bytes) {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = JCS_EXT_RGBA;
  jpeg_start_decompress(&jpeg);
  check(jpeg.output_width == JDIMENSION(photograph.side) && jpeg.output_height == JDIMENSION(photograph.side),
        "the picture that was sent has another size");
  const std::size_t row_bytes = std::size_t(photograph.side) * 4;
  std::vector<guint8> row(row_bytes);
  double error = 0;
  while (jpeg.output_scanline < jpeg.output_height) {
    const guint8* wanted = photograph.rgba.data() + jpeg.output_scanline * row_bytes;
    JSAMPROW rows[] = {row.data()};
    jpeg_read_scanlines(&jpeg, rows, 1);
    guint64 sum = 0;
    for (std::size_t i = 0; i < row_bytes; ++i)
      sum += guint64((row[i] - wanted[i]) * (row[i] - wanted[i]));
    error += double(sum);
  }
  const double mean = error / (double(photograph.side) * photograph.side * channels);
  const JpegLook look{10 * std::log10(255.0 * 255.0 / mean), quality_of(jpeg)};
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  return look;
}

}  // namespace bench
