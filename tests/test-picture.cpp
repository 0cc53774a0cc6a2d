// test-picture.cpp - encoded bytes to pixels and back: bit-exact where the format allows, never beyond the
// bytes.
#include "image/picture.hpp"

#include <png.h>

#include <cstring>

#include "support/check.hpp"
#include "support/files.h"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::image;
using test::Pixels;
using test::PngLayout;

namespace {

void setup() {
  ensure_gegl();
}

const Babl* rgba8() {
  return babl_format("R'G'B'A u8");
}

Ref<GeglBuffer> decoded(const Bytes& bytes) {
  auto buffer = decode(bytes);
  if (!buffer)
    ck_abort_msg("%s", buffer.take_error()->message);
  return *buffer;
}

void assert_refused(const Bytes& bytes) {
  auto buffer = decode(bytes);
  ck_assert_msg(!buffer, "%zu bytes were taken", bytes.size());
  ck_assert(g_error_matches(buffer.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}

// Widths and heights around a tile's and a band's edges.
constexpr struct {
  int width, height;
} extents[] = {{1, 1}, {1, 300}, {300, 1}, {127, 128}, {128, 129}, {129, 127}, {256, 256}, {3, 257}};

Ref<GeglBuffer> noisy(int width, int height, bool opaque) {
  Pixels pixels = test::noise(static_cast<std::size_t>(width * height) * 4);
  for (std::size_t i = 3; opaque && i < pixels.size(); i += 4)
    pixels[i] = 255;
  return test::buffer_of({-7, 11, width, height}, rgba8(), pixels);
}

Bytes photograph(const char* name) {
  return Bytes::adopt(read_test_file(name));
}

// One encoded picture per format.
Bytes sample(int index) {
  const Pixels rgba = test::noise(64 * 48 * 4);
  switch (index) {
    case 0:
      return photograph("photos/chelsea.png");
    case 1:
      return photograph("photos/rocket.jpg");
    case 2:
      return test::write_webp(64, 48, rgba);
    default:
      return test::write_png(
          {.width = 64, .height = 48, .colour_type = PNG_COLOR_TYPE_RGBA, .interlaced = true}, rgba);
  }
}
constexpr int n_samples = 4;

}  // namespace

START_TEST(png_keeps_every_bit) {
  for (const auto& extent : extents) {
    const auto buffer = noisy(extent.width, extent.height, false);
    auto png = encode_png(buffer.get());
    ck_assert(bool(png));
    const auto back = decoded(*png);
    ck_assert_int_eq(gegl_buffer_get_width(back.get()), extent.width);
    ck_assert_int_eq(gegl_buffer_get_height(back.get()), extent.height);
    ck_assert(test::pixels_of(back.get(), rgba8()) == test::pixels_of(buffer.get(), rgba8()));
  }
}
END_TEST

START_TEST(png_leaves_out_alpha_that_says_nothing) {
  for (const auto& extent : extents) {
    const auto buffer = noisy(extent.width, extent.height, true);
    ck_assert(!has_transparency(buffer.get()));
    auto png = encode_png(buffer.get());
    ck_assert(bool(png));
    ck_assert_int_eq(png->data()[25], PNG_COLOR_TYPE_RGB);
    ck_assert(test::pixels_of(decoded(*png).get(), rgba8()) == test::pixels_of(buffer.get(), rgba8()));
  }
}
END_TEST

START_TEST(one_pixel_that_shines_through_keeps_the_alpha) {
  for (const auto& extent : extents) {
    const auto buffer = noisy(extent.width, extent.height, true);
    const Pixels glass = {1, 2, 3, 254};
    const GeglRectangle last = {-7 + extent.width - 1, 11 + extent.height - 1, 1, 1};
    gegl_buffer_set(buffer.get(), &last, 0, rgba8(), glass.data(), GEGL_AUTO_ROWSTRIDE);
    ck_assert(has_transparency(buffer.get()));
    auto png = encode_png(buffer.get());
    ck_assert(bool(png));
    ck_assert_int_eq(png->data()[25], PNG_COLOR_TYPE_RGBA);
  }
}
END_TEST

START_TEST(a_buffer_without_alpha_is_opaque) {
  const auto buffer = test::buffer_of({0, 0, 16, 16}, babl_format("R'G'B' u8"), test::noise(16 * 16 * 3));
  ck_assert(!has_transparency(buffer.get()));
}
END_TEST

START_TEST(linear_light_is_written_as_srgb) {
  const float half[] = {0.2140411f, 0.2140411f, 0.2140411f, 1.0f};  // sRGB's middle
  auto buffer = new_buffer(1, 1, babl_format("RGBA float"));
  gegl_buffer_set(buffer.get(), nullptr, 0, babl_format("RGBA float"), half, GEGL_AUTO_ROWSTRIDE);
  auto png = encode_png(buffer.get());
  ck_assert(bool(png));
  const Pixels pixel = test::pixels_of(decoded(*png).get(), rgba8());
  ck_assert_int_ge(pixel[0], 127);
  ck_assert_int_le(pixel[0], 128);
}
END_TEST

// What a layout's pixels are, as 8-bit sRGB with alpha.
struct Sample {
  const char* what;
  PngLayout layout;
  Pixels rows, rgba;
};

static const Sample layouts[] = {
    {"grey", {.width = 2, .height = 1}, {0, 200}, {0, 0, 0, 255, 200, 200, 200, 255}},
    {"grey of 1 bit",
     {.width = 4, .height = 1, .depth = 1},
     {0b10100000},
     {255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255}},
    {"grey of 2 bits",
     {.width = 2, .height = 1, .depth = 2},
     {0b01100000},
     {85, 85, 85, 255, 170, 170, 170, 255}},
    {"grey of 4 bits", {.width = 2, .height = 1, .depth = 4}, {0x1F}, {17, 17, 17, 255, 255, 255, 255, 255}},
    {"grey with a key",
     {.width = 2, .height = 1, .grey_key = 200},
     {100, 200},
     {100, 100, 100, 255, 200, 200, 200, 0}},
    {"grey and alpha",
     {.width = 2, .height = 1, .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA},
     {50, 255, 60, 7},
     {50, 50, 50, 255, 60, 60, 60, 7}},
    {"grey of 16 bits", {.width = 1, .height = 1, .depth = 16}, {0x80, 0x80}, {128, 128, 128, 255}},
    {"colour",
     {.width = 1, .height = 2, .colour_type = PNG_COLOR_TYPE_RGB},
     {1, 2, 3, 4, 5, 6},
     {1, 2, 3, 255, 4, 5, 6, 255}},
    {"colour of 16 bits",
     {.width = 1, .height = 1, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGB},
     {0, 0, 0x80, 0x80, 0xFF, 0xFF},
     {0, 128, 255, 255}},
    {"colour and alpha of 16 bits",
     {.width = 1, .height = 1, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGBA},
     {0x0A, 0x0A, 0x80, 0x80, 0xFF, 0xFF, 0x40, 0x40},
     {10, 128, 255, 64}},
    {"palette",
     {.width = 3, .height = 1, .colour_type = PNG_COLOR_TYPE_PALETTE, .palette = {1, 2, 3, 4, 5, 6}},
     {1, 0, 1},
     {4, 5, 6, 255, 1, 2, 3, 255, 4, 5, 6, 255}},
    {"palette of 1 bit",
     {.width = 2,
      .height = 1,
      .depth = 1,
      .colour_type = PNG_COLOR_TYPE_PALETTE,
      .palette = {1, 2, 3, 4, 5, 6}},
     {0b10000000},
     {4, 5, 6, 255, 1, 2, 3, 255}},
    {"palette and alpha",
     {.width = 2,
      .height = 1,
      .colour_type = PNG_COLOR_TYPE_PALETTE,
      .palette = {1, 2, 3, 4, 5, 6},
      .palette_alpha = {9}},
     {0, 1},
     {1, 2, 3, 9, 4, 5, 6, 255}},
};
constexpr int n_layouts = static_cast<int>(std::size(layouts));

START_TEST(png_of_any_layout_has_the_right_pixels) {
  const Sample& sample = layouts[_i];
  PngLayout layout = sample.layout;
  for (bool interlaced : {false, true}) {
    layout.interlaced = interlaced;
    const auto buffer = decoded(test::write_png(layout, sample.rows));
    ck_assert_msg(test::pixels_of(buffer.get(), rgba8()) == sample.rgba, "%s%s", sample.what,
                  interlaced ? ", interlaced" : "");
  }
}
END_TEST

START_TEST(sixteen_bits_stay_sixteen_bits) {
  const PngLayout layout = {.width = 5, .height = 200, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGBA};
  Pixels rows = test::noise(5 * 200 * 8);
  const auto buffer = decoded(test::write_png(layout, rows));
  for (std::size_t i = 0; i < rows.size(); i += 2)
    std::swap(rows[i], rows[i + 1]);  // PNG stores the big end first
  ck_assert_uint_eq(static_cast<unsigned>(G_BYTE_ORDER), G_LITTLE_ENDIAN);
  ck_assert(test::pixels_of(buffer.get(), babl_format("R'G'B'A u16")) == rows);
}
END_TEST

START_TEST(interlaced_rows_come_in_their_places) {
  for (const auto& extent : extents) {
    const Pixels rgba = test::noise(static_cast<std::size_t>(extent.width * extent.height) * 4);
    const PngLayout layout = {.width = extent.width,
                              .height = extent.height,
                              .colour_type = PNG_COLOR_TYPE_RGBA,
                              .interlaced = true};
    ck_assert(test::pixels_of(decoded(test::write_png(layout, rgba)).get(), rgba8()) == rgba);
  }
}
END_TEST

START_TEST(a_profile_names_the_colour_space) {
  const PngLayout layout = {
      .width = 1, .height = 1, .colour_type = PNG_COLOR_TYPE_RGB, .profile = test::wide_profile()};
  const auto buffer = decoded(test::write_png(layout, {0, 255, 0}));
  ck_assert_ptr_ne(babl_format_get_space(gegl_buffer_get_format(buffer.get())), babl_space("sRGB"));
  // Adobe's green lies outside sRGB: its red is below zero there, and that must not be cut off here.
  float rgb[3];
  gegl_buffer_get(buffer.get(), nullptr, 1, babl_format("RGB float"), rgb, GEGL_AUTO_ROWSTRIDE,
                  GEGL_ABYSS_NONE);
  ck_assert_float_lt(rgb[0], -0.1f);
  ck_assert_float_gt(rgb[1], 0.9f);
}
END_TEST

START_TEST(a_broken_profile_is_srgb) {
  const char* junk = "this is no profile";
  ck_assert_ptr_eq(space_from_profile(reinterpret_cast<const guint8*>(junk), strlen(junk)),
                   babl_space("sRGB"));
  ck_assert_ptr_eq(space_from_profile(nullptr, 0), babl_space("sRGB"));
}
END_TEST

START_TEST(jpeg_comes_close) {
  const auto photo = decoded(photograph("photos/coffee.png"));
  auto jpeg = encode_jpeg(photo.get(), 95);
  ck_assert(bool(jpeg));
  const Pixels before = test::pixels_of(photo.get(), rgba8()),
               after = test::pixels_of(decoded(*jpeg).get(), rgba8());
  ck_assert_uint_eq(before.size(), after.size());
  double difference = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    difference += std::abs(int(before[i]) - int(after[i]));
  ck_assert_double_lt(difference / double(before.size()), 1.5);
}
END_TEST

START_TEST(jpeg_keeps_the_size_of_any_buffer) {
  for (const auto& extent : extents) {
    auto jpeg = encode_jpeg(noisy(extent.width, extent.height, true).get(), 90);
    ck_assert(bool(jpeg));
    const auto back = decoded(*jpeg);
    ck_assert_int_eq(gegl_buffer_get_width(back.get()), extent.width);
    ck_assert_int_eq(gegl_buffer_get_height(back.get()), extent.height);
  }
}
END_TEST

// A JPEG that says which way up it is, in the byte order of either sort of camera.
static Bytes with_orientation(const Bytes& jpeg, char orientation, bool little_endian) {
  using namespace std::string_literals;
  const std::string tiff = little_endian
                               ? "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0"s + orientation + "\0\0\0\0\0\0\0"s
                               : "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0"s + orientation + "\0\0\0\0\0\0"s;
  const std::string segment = "Exif\0\0"s + tiff;
  const std::string_view file(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
  return test::bytes_of(std::string(file.substr(0, 2)) + "\xFF\xE1\0"s + char(segment.size() + 2) + segment +
                        std::string(file.substr(2)));
}

// Where a pixel of the file belongs, by EXIF's number.
static std::size_t upright(int orientation, int x, int y, int width, int height) {
  const int right = width - 1 - x, up = height - 1 - y;
  const int places[][2] = {{x, y}, {right, y}, {right, up}, {x, up},
                           {y, x}, {up, x},    {up, right}, {y, right}};
  const auto& [column, row] = places[orientation - 1];
  return static_cast<std::size_t>(row * (orientation >= 5 ? height : width) + column);
}

// The loop variable is the orientation, in either byte order.
START_TEST(a_photograph_is_turned_the_right_way_up) {
  constexpr int width = 70, height = 300;  // three bands of rows
  const int orientation = _i / 2 + 1;
  auto jpeg = encode_jpeg(noisy(width, height, false).get(), 90);
  ck_assert(bool(jpeg));
  const Pixels lying = test::pixels_of(decoded(*jpeg).get(), rgba8());
  const Bytes told = with_orientation(*jpeg, char(orientation), _i % 2 == 1);
  const auto buffer = decoded(told);
  auto info = probe(told);
  ck_assert(bool(info));
  ck_assert_int_eq(gegl_buffer_get_width(buffer.get()), orientation >= 5 ? height : width);
  ck_assert_int_eq(info->width, gegl_buffer_get_width(buffer.get()));
  ck_assert_int_eq(info->height, gegl_buffer_get_height(buffer.get()));
  Pixels expected(lying.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      memcpy(expected.data() + upright(orientation, x, y, width, height) * 4,
             lying.data() + (y * width + x) * 4, 4);
  ck_assert(test::pixels_of(buffer.get(), rgba8()) == expected);
}
END_TEST

START_TEST(an_orientation_that_is_none_changes_nothing) {
  auto jpeg = encode_jpeg(noisy(40, 30, false).get(), 90);
  ck_assert(bool(jpeg));
  const Pixels upright = test::pixels_of(decoded(*jpeg).get(), rgba8());
  for (const char orientation : {'\0', '\x09', '\x7F'})
    ck_assert(test::pixels_of(decoded(with_orientation(*jpeg, orientation, false)).get(), rgba8()) ==
              upright);
}
END_TEST

START_TEST(webp_without_loss_keeps_every_bit) {
  Pixels rgba = test::noise(70 * 50 * 4);
  for (std::size_t i = 3; i < rgba.size(); i += 4)
    rgba[i] |= 1;  // libwebp drops the colour of what cannot be seen
  const auto buffer = decoded(test::write_webp(70, 50, rgba));
  ck_assert(test::pixels_of(buffer.get(), rgba8()) == rgba);
}
END_TEST

// The loop variable is the format.
START_TEST(a_picture_that_is_cut_anywhere_is_refused) {
  const Bytes whole = sample(_i);
  decoded(whole);
  for (std::size_t size = 0; size < 64; ++size)
    assert_refused(test::cut(whole, size));
  for (std::size_t part = 1; part < 32; ++part)
    assert_refused(test::cut(whole, whole.size() * part / 32));
  assert_refused(test::cut(whole, whole.size() - 20));
}
END_TEST

START_TEST(a_wrong_byte_is_survived) {
  const Bytes whole = sample(_i);
  const std::size_t step = std::max<std::size_t>(1, whole.size() / 100);
  for (std::size_t at = 0; at < whole.size(); at += at < 64 ? 1 : step) {
    auto buffer = decode(test::with_byte(whole, at, static_cast<guint8>(whole.data()[at] ^ 0x55)));
    if (buffer)
      ck_assert_int_gt(gegl_buffer_get_width(buffer->get()), 0);
  }
}
END_TEST

START_TEST(a_picture_that_claims_too_many_pixels_is_refused) {
  ck_assert(bool(check_size(10'000, 10'000)));
  ck_assert(!check_size(10'000, 10'001));
  ck_assert(!check_size(0, 1));
  ck_assert(!check_size(1, -1));
  for (auto [width, height] : {std::pair{65535, 65535}, {100'001, 1000}, {1'000'000, 101}})
    ck_assert(!probe(test::png_header(width, height)));
  assert_refused(test::png_header(65535, 65535));
  // A lossless WebP's header: 14 bits each for width and height less one, all set.
  Bytes webp = sample(2);
  for (std::size_t at = 21; at < 24; ++at)
    webp = test::with_byte(webp, at, 0xFF);
  assert_refused(test::with_byte(webp, 24, webp.data()[24] | 0x0F));
}
END_TEST

START_TEST(a_jpeg_that_claims_too_many_pixels_is_refused) {
  const Bytes jpeg = photograph("photos/rocket.jpg");
  const guint8 frame[] = {0xFF, 0xC0, 0x00, 0x11, 0x08};
  const void* found = memmem(jpeg.data(), jpeg.size(), frame, sizeof frame);
  ck_assert_ptr_nonnull(found);
  const auto at = static_cast<std::size_t>(static_cast<const guint8*>(found) - jpeg.data()) + sizeof frame;
  assert_refused(test::with_byte(test::with_byte(jpeg, at, 0xFD), at + 2, 0xFD));
}
END_TEST

START_TEST(a_file_over_64_mib_is_refused_unseen) {
  const Bytes png = photograph("photos/chelsea.png");
  Pixels padded(png.data(), png.data() + png.size());
  padded.resize(max_encoded_bytes + 1);
  assert_refused(Bytes::adopt(g_bytes_new_static(padded.data(), padded.size())));
}
END_TEST

START_TEST(a_probe_reads_the_size_and_the_format) {
  constexpr const char* types[n_samples] = {"image/png", "image/jpeg", "image/webp", "image/png"};
  auto info = probe(sample(_i));
  ck_assert(bool(info));
  assert_text_eq(info->codec->media_type, types[_i]);
}
END_TEST

START_TEST(nothing_is_no_picture) {
  assert_refused(Bytes());
  assert_refused(test::bytes_of(""));
  assert_refused(test::bytes_of("GIF89a"));
}
END_TEST

static TCase* case_of_writing() {
  TCase* tcase = tcase_create("writing");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_test(tcase, png_keeps_every_bit);
  tcase_add_test(tcase, png_leaves_out_alpha_that_says_nothing);
  tcase_add_test(tcase, one_pixel_that_shines_through_keeps_the_alpha);
  tcase_add_test(tcase, a_buffer_without_alpha_is_opaque);
  tcase_add_test(tcase, linear_light_is_written_as_srgb);
  tcase_add_test(tcase, jpeg_comes_close);
  tcase_add_test(tcase, jpeg_keeps_the_size_of_any_buffer);
  return tcase;
}

static TCase* case_of_reading() {
  TCase* tcase = tcase_create("reading");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_loop_test(tcase, png_of_any_layout_has_the_right_pixels, 0, n_layouts);
  tcase_add_test(tcase, sixteen_bits_stay_sixteen_bits);
  tcase_add_test(tcase, interlaced_rows_come_in_their_places);
  tcase_add_test(tcase, a_profile_names_the_colour_space);
  tcase_add_test(tcase, a_broken_profile_is_srgb);
  tcase_add_loop_test(tcase, a_photograph_is_turned_the_right_way_up, 0, 16);
  tcase_add_test(tcase, an_orientation_that_is_none_changes_nothing);
  tcase_add_test(tcase, webp_without_loss_keeps_every_bit);
  tcase_add_loop_test(tcase, a_probe_reads_the_size_and_the_format, 0, n_samples);
  return tcase;
}

static TCase* case_of_enemies() {
  TCase* tcase = tcase_create("enemies");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_loop_test(tcase, a_picture_that_is_cut_anywhere_is_refused, 0, n_samples);
  tcase_add_loop_test(tcase, a_wrong_byte_is_survived, 0, n_samples);
  tcase_add_test(tcase, a_picture_that_claims_too_many_pixels_is_refused);
  tcase_add_test(tcase, a_jpeg_that_claims_too_many_pixels_is_refused);
  tcase_add_test(tcase, a_file_over_64_mib_is_refused_unseen);
  tcase_add_test(tcase, nothing_is_no_picture);
  return tcase;
}

int main() {
  Suite* suite = suite_create("picture");
  suite_add_tcase(suite, case_of_writing());
  suite_add_tcase(suite, case_of_reading());
  suite_add_tcase(suite, case_of_enemies());
  return run_suite(suite);
}
