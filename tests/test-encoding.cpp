// test-encoding.cpp - pictures written by bands in several threads: the same pixels as the simple way writes.
#include <png.h>

#include <cstdio>

#include <jpeglib.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "image/bands.hpp"
#include "image/picture.hpp"
#include "image/png-write.hpp"
#include "image/sample.hpp"
#include "support/check.hpp"
#include "support/files.h"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::image;
using test::Pixels;

namespace {

void setup() {
  ensure_gegl();
}

Ref<GeglBuffer> decoded(const Bytes& bytes) {
  auto buffer = decode(bytes);
  if (!buffer)
    ck_abort_msg("%s", buffer.take_error()->message);
  return *buffer;
}

Pixels rgba_of(GeglBuffer* buffer) {
  return test::pixels_of(buffer, babl_format("R'G'B'A u8"));
}

// Waves, edges and some noise: a little of what compressors like and of what they do not.
Pixels scene(int width, int height, int channels) {
  Pixels pixels = test::noise(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                              static_cast<std::size_t>(channels));
  std::size_t i = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < channels; ++k, ++i)
        pixels[i] =
            static_cast<guint8>((x / 3 + y / 2 * (k + 1)) % 200 + (x / 50 + y / 70) % 2 * 30 + pixels[i] % 8);
  return pixels;
}

Ref<GeglBuffer> scene_buffer(int width, int height, const char* format) {
  const bool alpha = babl_format_has_alpha(babl_format(format));
  const Babl* bytes = babl_format(alpha ? "R'G'B'A u8" : "R'G'B' u8");
  auto buffer =
      Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(33, -20, width, height), babl_format(format)));
  gegl_buffer_set(buffer.get(), nullptr, 0, bytes, scene(width, height, alpha ? 4 : 3).data(),
                  GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

void make_opaque(GeglBuffer* buffer) {
  Pixels rgba = rgba_of(buffer);
  for (std::size_t i = 3; i < rgba.size(); i += 4)
    rgba[i] = 255;
  gegl_buffer_set(buffer, nullptr, 0, babl_format("R'G'B'A u8"), rgba.data(), GEGL_AUTO_ROWSTRIDE);
}

void make_glassy(GeglBuffer* buffer, int x, int y) {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  const guint8 glass[] = {9, 99, 199, 254};
  gegl_buffer_set(buffer, GEGL_RECTANGLE(all->x + x, all->y + y, 1, 1), 0, babl_format("R'G'B'A u8"), glass,
                  GEGL_AUTO_ROWSTRIDE);
}

Bytes whole(Result<Encoding> encoding) {
  if (!encoding)
    ck_abort_msg("%s", encoding.take_error()->message);
  ck_assert(encoding->ending == Ending::whole);
  return encoding->bytes;
}

// As it was before there were bands: one picture, one thread, no restart marker.
Bytes write_jpeg_simply(const Pixels& rgb, int width, int height, int quality) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &out, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.comp_info[0].h_samp_factor = 1;
  jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    auto* row = const_cast<JSAMPROW>(rgb.data() + y * static_cast<std::size_t>(width) * 3);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return Bytes::adopt(g_bytes_new_with_free_func(out, size, free, out));
}

// One band and several, ends that are no whole block, rows shorter than a vector and longer than a band
// likes.
constexpr struct {
  int width, height;
} extents[] = {{1, 1},     {2, 3},     {5, 40},      {6, 17},    {21, 16},     {700, 127},  {700, 128},
               {700, 129}, {701, 513}, {1024, 1024}, {1, 20000}, {1500, 1001}, {20000, 70}, {33000, 40}};
constexpr int n_extents = std::size(extents);

constexpr const char* formats[] = {"R'G'B' u8",  "R'G'B'A u8", "Y' u8",     "Y'A u8",        "R'G'B'A u16",
                                   "RGBA float", "RGB float",  "RGBA half", "RaGaBaA float", "RGBA u8"};
constexpr int n_formats = std::size(formats);

}  // namespace

START_TEST(every_predictor_of_paeth_is_right) {
  // All of left, up and corner, as far as their differences go; libpng undoes what was done.
  constexpr int width = 256 * 2, height = 33;
  Pixels rgb(width * height * 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < 3; ++k)
        rgb[static_cast<std::size_t>((y * width + x) * 3 + k)] =
            static_cast<guint8>(y % 2 ? x / 2 * (x % 2) + k : (y * 8 + x % 2 * 255) - k);
  const auto buffer = test::buffer_of({0, 0, width, height}, babl_format("R'G'B' u8"), rgb);
  const auto back = decoded(whole(try_png(buffer.get(), G_MAXSIZE)));
  ck_assert(test::pixels_of(back.get(), babl_format("R'G'B' u8")) == rgb);
}
END_TEST

START_TEST(png_by_bands_has_the_pixels_of_the_simple_way) {
  const auto [width, height] = extents[_i];
  for (int kind = 0; kind < 3; ++kind) {
    const auto buffer = scene_buffer(width, height, kind == 0 ? "R'G'B' u8" : "R'G'B'A u8");
    if (kind == 1)
      make_opaque(buffer.get());
    const Bytes fast = whole(try_png(buffer.get(), G_MAXSIZE));
    const Bytes simple = whole(write_png_simply(buffer.get(), G_MAXSIZE));
    ck_assert_int_eq(fast.data()[25], simple.data()[25]);
    ck_assert_int_eq(fast.data()[25], kind == 2 ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB);
    ck_assert(rgba_of(decoded(fast).get()) == rgba_of(buffer.get()));
    ck_assert(rgba_of(decoded(simple).get()) == rgba_of(buffer.get()));
  }
}
END_TEST

START_TEST(png_of_any_format_has_the_pixels_of_the_simple_way) {
  const auto buffer = scene_buffer(300, 260, formats[_i]);
  const Bytes fast = whole(try_png(buffer.get(), G_MAXSIZE));
  const Bytes simple = whole(write_png_simply(buffer.get(), G_MAXSIZE));
  ck_assert(rgba_of(decoded(fast).get()) == rgba_of(decoded(simple).get()));
}
END_TEST

START_TEST(png_says_that_it_is_srgb) {
  const auto buffer = scene_buffer(40, 40, "R'G'B' u8");
  const Bytes png = whole(try_png(buffer.get(), G_MAXSIZE));
  const Bytes simple = whole(write_png_simply(buffer.get(), G_MAXSIZE));
  const std::size_t header = 8 + 25 + 13;  // signature, IHDR and sRGB
  ck_assert_mem_eq(png.data(), simple.data(), header);
}
END_TEST

START_TEST(noise_in_png_grows_by_little) {
  const auto buffer = test::buffer_of({0, 0, 1000, 1000}, babl_format("R'G'B'A u8"), test::noise(4'000'000));
  const Bytes png = whole(try_png(buffer.get(), G_MAXSIZE));
  ck_assert_uint_lt(png.size(), 4'100'000);
  ck_assert(rgba_of(decoded(png).get()) == rgba_of(buffer.get()));
}
END_TEST

START_TEST(jpeg_by_bands_has_the_pixels_of_the_simple_way) {
  const auto [width, height] = extents[_i];
  const Pixels rgb = scene(width, height, 3);
  const auto buffer = test::buffer_of({-5, 7, width, height}, babl_format("R'G'B' u8"), rgb);
  for (int quality : {100, 95, 60}) {
    const auto fast = decoded(whole(try_jpeg(buffer.get(), quality, G_MAXSIZE, Alpha::drop)));
    const auto simple = decoded(write_jpeg_simply(rgb, width, height, quality));
    ck_assert(rgba_of(fast.get()) == rgba_of(simple.get()));
  }
}
END_TEST

START_TEST(jpeg_without_alpha_is_the_same_whether_alpha_was_looked_at_or_not) {
  const auto buffer = scene_buffer(700, 600, "R'G'B'A u8");
  make_opaque(buffer.get());
  const Bytes looked = whole(try_jpeg(buffer.get(), 92, G_MAXSIZE, Alpha::refuse));
  const Bytes dropped = whole(try_jpeg(buffer.get(), 92, G_MAXSIZE, Alpha::drop));
  ck_assert(g_bytes_equal(looked.get(), dropped.get()));
}
END_TEST

START_TEST(jpeg_is_given_up_where_a_pixel_is_transparent) {
  for (auto [x, y] : {std::pair{0, 0}, {699, 0}, {350, 300}, {0, 599}, {699, 599}}) {
    const auto buffer = scene_buffer(700, 600, "R'G'B'A u8");
    make_opaque(buffer.get());
    make_glassy(buffer.get(), x, y);
    auto refused = try_jpeg(buffer.get(), 92, G_MAXSIZE, Alpha::refuse);
    ck_assert(refused && refused->ending == Ending::transparent);
    whole(try_jpeg(buffer.get(), 92, G_MAXSIZE, Alpha::drop));
    ck_assert(has_transparency(buffer.get()));
    const Bytes png = whole(try_png(buffer.get(), G_MAXSIZE));
    ck_assert_int_eq(png.data()[25], PNG_COLOR_TYPE_RGBA);
    ck_assert(rgba_of(decoded(png).get()) == rgba_of(buffer.get()));
  }
}
END_TEST

START_TEST(jpeg_has_its_greatest_height_and_not_more) {
  whole(try_jpeg(scene_buffer(2, 65500, "R'G'B' u8").get(), 90, G_MAXSIZE, Alpha::drop));
  for (auto [width, height] : {std::pair{2, 65501}, {65501, 2}}) {
    auto encoding = try_jpeg(scene_buffer(width, height, "R'G'B' u8").get(), 90, G_MAXSIZE, Alpha::drop);
    ck_assert(!encoding);
    ck_assert(g_error_matches(encoding.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED));
  }
}
END_TEST

// Whichever thread took which band. Such noise takes most of the room that a band's chunk has.
START_TEST(the_same_pixels_give_the_same_bytes) {
  constexpr int width = 700, height = 1300;
  Pixels rgb = test::noise(width * height * 3);
  for (std::size_t i = 0; _i == 0 && i < rgb.size(); ++i)
    rgb[i] = static_cast<guint8>(rgb[i] % 64 + i / 3 % width / 4);
  const auto buffer = test::buffer_of({0, 0, width, height}, babl_format("R'G'B' u8"), rgb);
  const Bytes png = whole(try_png(buffer.get(), G_MAXSIZE));
  const Bytes jpeg = whole(try_jpeg(buffer.get(), 95, G_MAXSIZE, Alpha::drop));
  for (int i = 0; i < 30; ++i) {
    ck_assert(g_bytes_equal(png.get(), whole(try_png(buffer.get(), G_MAXSIZE)).get()));
    ck_assert(g_bytes_equal(jpeg.get(), whole(try_jpeg(buffer.get(), 95, G_MAXSIZE, Alpha::drop)).get()));
  }
}
END_TEST

START_TEST(an_encoding_fits_to_the_byte_or_is_given_up) {
  const auto buffer = scene_buffer(600, 700, "R'G'B' u8");
  const auto png = [&](std::size_t most) { return try_png(buffer.get(), most); };
  const auto simple_png = [&](std::size_t most) { return write_png_simply(buffer.get(), most); };
  const auto jpeg = [&](std::size_t most) { return try_jpeg(buffer.get(), 90, most, Alpha::drop); };
  for (const std::function<Result<Encoding>(std::size_t)>& write :
       {std::function<Result<Encoding>(std::size_t)>(png), {simple_png}, {jpeg}}) {
    const std::size_t size = whole(write(G_MAXSIZE)).size();
    ck_assert_uint_eq(whole(write(size)).size(), size);
    for (std::size_t most : {size - 1, size / 2, std::size_t{10}, std::size_t{0}}) {
      auto given_up = write(most);
      ck_assert(given_up && given_up->ending == Ending::too_long);
      ck_assert(!given_up->bytes);
    }
  }
}
END_TEST

START_TEST(pieces_are_joined_in_their_order) {
  const std::string words[] = {"one ", "two ", "three ", "four"};
  int order[] = {0, 1, 2, 3};
  do {
    Joined joined(4, 5, 100);
    for (int i : order) {
      const std::string& word = words[i];
      ck_assert(joined.add(i, {reinterpret_cast<const guint8*>(word.data()), word.size()}));
    }
    ck_assert(text_of(joined.take()) == "one two three four");
  } while (std::next_permutation(std::begin(order), std::end(order)));
}
END_TEST

START_TEST(every_band_is_shared_out_once) {
  std::vector<std::atomic<int>> seen(100);
  ck_assert(share_out(100, [&] {
    return [&](int band) {
      ++seen[static_cast<std::size_t>(band)];
      return true;
    };
  }));
  for (const auto& times : seen)
    ck_assert_int_eq(times, 1);
  std::atomic<int> done = 0;
  ck_assert(!share_out(1000, [&] { return [&](int band) { return ++done, band != 3; }; }));
  ck_assert_int_lt(done, 1000);
}
END_TEST

START_TEST(alpha_is_packed_away_from_any_number_of_pixels) {
  for (std::size_t pixels = 1; pixels < 40; ++pixels) {
    Pixels rgba = test::noise(pixels * 4), rgb;
    for (std::size_t i = 0; i < rgba.size(); ++i)
      i % 4 == 3 ? void(rgba[i] = 255) : rgb.push_back(rgba[i]);
    for (std::size_t i = 3; i < rgba.size(); i += 4) {
      Pixels glassy = rgba;
      glassy[i] = 254;
      ck_assert(!is_opaque(glassy.data(), pixels));
      ck_assert(!pack_opaque(glassy.data(), pixels));
    }
    ck_assert(is_opaque(rgba.data(), pixels));
    ck_assert(pack_opaque(rgba.data(), pixels));
    rgba.resize(rgb.size());
    ck_assert(rgba == rgb);
  }
}
END_TEST

START_TEST(a_sample_comes_close) {
  for (const char* format : {"R'G'B' u8", "R'G'B'A u8"}) {
    const auto buffer = scene_buffer(800, 2000, format);
    const Sample sample(buffer.get());
    const double png = double(whole(try_png(buffer.get(), G_MAXSIZE)).size());
    ck_assert(sample.png_bytes().has_value());
    ck_assert_double_eq_tol(double(*sample.png_bytes()) / png, 1, 0.1);
    for (int quality : {98, 90}) {
      const double jpeg = double(whole(try_jpeg(buffer.get(), quality, G_MAXSIZE, Alpha::drop)).size());
      ck_assert_double_eq_tol(double(*sample.jpeg_bytes(quality)) / jpeg, 1, 0.1);
    }
  }
}
END_TEST

START_TEST(a_low_picture_has_no_sample) {
  const Sample sample(scene_buffer(3000, 1000, "R'G'B' u8").get());
  ck_assert(!sample.png_bytes() && !sample.jpeg_bytes(90));
}
END_TEST

START_TEST(a_way_round_through_floats_changes_no_pixel_by_more_than_rounding) {
  const Pixels profile = test::wide_profile();
  const Babl* wide = space_from_profile(profile.data(), profile.size());
  ck_assert_ptr_ne(wide, babl_space("sRGB"));
  for (const Babl* format :
       {babl_format("RGBA half"), babl_format("R'G'B'A half"), babl_format("R'G'B' half"),
        babl_format_with_space("R'G'B'A u8", wide), babl_format_with_space("R'G'B' u8", wide),
        babl_format_with_space("R'G'B'A u16", wide), babl_format_with_space("RGBA float", wide)}) {
    const auto buffer = new_buffer(90, 60, format);
    gegl_buffer_set(buffer.get(), nullptr, 0, babl_format_with_space("R'G'B'A u8", format),
                    scene(90, 60, 4).data(), GEGL_AUTO_ROWSTRIDE);
    Pixels rows(90 * 60 * 4);
    read_rows(buffer.get(), 0, 60, babl_format("R'G'B'A u8"), rows.data());
    const Pixels straight = rgba_of(buffer.get());
    for (std::size_t i = 0; i < rows.size(); ++i)
      ck_assert_msg(std::abs(rows[i] - straight[i]) <= 1, "%s, byte %zu: %d is not %d", babl_get_name(format),
                    i, rows[i], straight[i]);
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("encoding");
  TCase* tcase = tcase_create("encoding");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_test(tcase, every_predictor_of_paeth_is_right);
  tcase_add_loop_test(tcase, png_by_bands_has_the_pixels_of_the_simple_way, 0, n_extents);
  tcase_add_loop_test(tcase, png_of_any_format_has_the_pixels_of_the_simple_way, 0, n_formats);
  tcase_add_test(tcase, png_says_that_it_is_srgb);
  tcase_add_test(tcase, noise_in_png_grows_by_little);
  tcase_add_loop_test(tcase, jpeg_by_bands_has_the_pixels_of_the_simple_way, 0, n_extents);
  tcase_add_test(tcase, jpeg_without_alpha_is_the_same_whether_alpha_was_looked_at_or_not);
  tcase_add_test(tcase, jpeg_is_given_up_where_a_pixel_is_transparent);
  tcase_add_test(tcase, jpeg_has_its_greatest_height_and_not_more);
  tcase_add_loop_test(tcase, the_same_pixels_give_the_same_bytes, 0, 2);
  tcase_add_test(tcase, an_encoding_fits_to_the_byte_or_is_given_up);
  tcase_add_test(tcase, pieces_are_joined_in_their_order);
  tcase_add_test(tcase, every_band_is_shared_out_once);
  tcase_add_test(tcase, alpha_is_packed_away_from_any_number_of_pixels);
  tcase_add_test(tcase, a_sample_comes_close);
  tcase_add_test(tcase, a_low_picture_has_no_sample);
  tcase_add_test(tcase, a_way_round_through_floats_changes_no_pixel_by_more_than_rounding);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
