// test-upload.cpp - what is sent of a picture: itself where it fits, else the best that does, with a note.
#include "jobs/upload.hpp"

#include <png.h>

#include "image/picture.hpp"
#include "support/check.hpp"
#include "support/files.h"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using test::Pixels;

namespace {

constexpr std::size_t limit_bytes = 10'000'000;
constexpr gint64 limit_pixels = 36'000'000;

void setup() {
  image::ensure_gegl();
}

Prepared prepared(const std::vector<Input>& inputs) {
  auto ready = prepare_uploads(inputs);
  if (!ready)
    ck_abort_msg("%s", ready.take_error()->message);
  return std::move(*ready);
}

Ref<GeglBuffer> noisy(int width, int height, const char* format) {
  const Babl* pixels = babl_format(format);
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                    static_cast<std::size_t>(babl_format_get_bytes_per_pixel(pixels));
  return test::buffer_of({100, -50, width, height}, pixels, test::noise(size));
}

// Whatever is sent keeps the service's limits and its own name's promise.
image::Info assert_fits(const Upload& upload) {
  ck_assert_uint_le(upload.bytes.size(), limit_bytes);
  auto info = image::probe(upload.bytes);
  ck_assert(bool(info));
  ck_assert_int_le(gint64(info->width) * info->height, limit_pixels);
  assert_text_eq(upload.media_type, info->codec->media_type);
  return *info;
}

void assert_ratio(const image::Info& info, int width, int height) {
  ck_assert_double_eq_tol(double(info.width) / info.height, double(width) / height, 0.01);
}

}  // namespace

START_TEST(a_small_file_passes_to_the_last_byte) {
  constexpr struct {
    const char *file, *type;
  } files[] = {{"photos/chelsea.png", "image/png"}, {"photos/rocket.jpg", "image/jpeg"}};
  for (const auto& each : files) {
    const Bytes file = Bytes::adopt(read_test_file(each.file));
    const Prepared ready = prepared({file});
    ck_assert_uint_eq(ready.uploads.size(), 1);
    ck_assert(g_bytes_equal(ready.uploads[0].bytes.get(), file.get()));
    assert_text_eq(ready.uploads[0].media_type, each.type);
    ck_assert(ready.notes.empty());
  }
}
END_TEST

START_TEST(a_webp_file_passes_as_webp) {
  const Bytes webp = test::write_webp(20, 10, test::noise(20 * 10 * 4));
  const Prepared ready = prepared({webp});
  ck_assert(g_bytes_equal(ready.uploads[0].bytes.get(), webp.get()));
  assert_text_eq(ready.uploads[0].media_type, "image/webp");
}
END_TEST

START_TEST(a_buffer_becomes_a_png_of_the_same_pixels) {
  const auto buffer = noisy(300, 200, "R'G'B'A u8");
  const Prepared ready = prepared({buffer});
  assert_text_eq(ready.uploads[0].media_type, "image/png");
  ck_assert(ready.notes.empty());
  auto back = image::decode(ready.uploads[0].bytes);
  ck_assert(bool(back));
  ck_assert(test::pixels_of(back->get(), babl_format("R'G'B'A u8")) ==
            test::pixels_of(buffer.get(), babl_format("R'G'B'A u8")));
}
END_TEST

START_TEST(inputs_keep_their_order) {
  const Bytes file = Bytes::adopt(read_test_file("photos/rocket.jpg"));
  const Prepared ready = prepared({noisy(8, 8, "R'G'B' u8"), file, noisy(9, 9, "R'G'B' u8")});
  ck_assert_uint_eq(ready.uploads.size(), 3);
  ck_assert_int_eq(assert_fits(ready.uploads[0]).width, 8);
  ck_assert_int_eq(assert_fits(ready.uploads[1]).width, 640);
  ck_assert_int_eq(assert_fits(ready.uploads[2]).width, 9);
}
END_TEST

START_TEST(nothing_in_is_nothing_out) {
  const Prepared ready = prepared({});
  ck_assert(ready.uploads.empty() && ready.notes.empty());
}
END_TEST

START_TEST(a_large_noisy_buffer_becomes_a_jpeg_with_a_note) {
  const Prepared ready = prepared({noisy(16, 16, "R'G'B' u8"), noisy(1900, 1900, "R'G'B' u8")});
  const image::Info info = assert_fits(ready.uploads[1]);
  assert_text_eq(info.codec->media_type, "image/jpeg");
  ck_assert_int_eq(info.width, 1900);
  ck_assert_int_eq(info.height, 1900);
  ck_assert_uint_eq(ready.notes.size(), 1);
  ck_assert_ptr_nonnull(strstr(ready.notes[0].c_str(), "Image 2"));
  ck_assert_ptr_nonnull(strstr(ready.notes[0].c_str(), "JPEG"));
  assert_text_eq(ready.uploads[0].media_type, "image/png");
}
END_TEST

START_TEST(a_large_transparent_buffer_is_scaled_and_keeps_its_alpha) {
  const Prepared ready = prepared({noisy(2000, 1500, "R'G'B'A u8")});
  const image::Info info = assert_fits(ready.uploads[0]);
  assert_text_eq(info.codec->media_type, "image/png");
  ck_assert_int_lt(info.width, 2000);
  assert_ratio(info, 2000, 1500);
  ck_assert_int_eq(ready.uploads[0].bytes.data()[25], PNG_COLOR_TYPE_RGBA);
  ck_assert_uint_eq(ready.notes.size(), 1);
  ck_assert_ptr_nonnull(strstr(ready.notes[0].c_str(), "2000×1500"));
  ck_assert_ptr_nonnull(strstr(ready.notes[0].c_str(), "scaled"));
}
END_TEST

START_TEST(a_file_over_the_limit_is_encoded_anew) {
  const Bytes file = test::write_png({.width = 1900, .height = 1900, .colour_type = PNG_COLOR_TYPE_RGB},
                                     test::noise(1900 * 1900 * 3));
  ck_assert_uint_gt(file.size(), limit_bytes);
  const Prepared ready = prepared({file});
  assert_text_eq(assert_fits(ready.uploads[0]).codec->media_type, "image/jpeg");
  ck_assert_uint_eq(ready.notes.size(), 1);
}
END_TEST

START_TEST(too_many_pixels_are_scaled_however_few_bytes_they_take) {
  const Babl* grey = babl_format("Y' u8");
  auto wide = Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(0, 0, 9000, 4500), grey));
  const Prepared ready = prepared({wide});
  assert_ratio(assert_fits(ready.uploads[0]), 9000, 4500);
  ck_assert_uint_eq(ready.notes.size(), 1);
  ck_assert_ptr_nonnull(strstr(ready.notes[0].c_str(), "9000×4500"));
}
END_TEST

START_TEST(a_scaled_picture_shows_the_whole_of_it) {
  // Left black, right white, a corner far from the origin.
  const Babl* grey = babl_format("Y' u8");
  auto buffer = Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(-4000, 3000, 8000, 5000), grey));
  GeglColor* white = gegl_color_new("white");
  gegl_buffer_set_color(buffer.get(), GEGL_RECTANGLE(0, 3000, 4000, 5000), white);
  g_object_unref(white);
  auto back = image::decode(prepared({buffer}).uploads[0].bytes);
  ck_assert(bool(back));
  const int width = gegl_buffer_get_width(back->get()), height = gegl_buffer_get_height(back->get());
  const struct {
    int x, y, grey;
  } points[] = {{0, 0, 0},
                {0, height - 1, 0},
                {width / 2 - 5, height / 2, 0},
                {width / 2 + 5, height / 2, 255},
                {width - 1, 0, 255},
                {width - 1, height - 1, 255}};
  for (const auto& point : points) {
    guint8 found = 1;
    gegl_buffer_get(back->get(), GEGL_RECTANGLE(point.x, point.y, 1, 1), 1, grey, &found, GEGL_AUTO_ROWSTRIDE,
                    GEGL_ABYSS_NONE);
    ck_assert_msg(found == point.grey, "%d,%d is %d", point.x, point.y, found);
  }
}
END_TEST

START_TEST(a_file_that_is_no_picture_is_refused) {
  const Bytes png = Bytes::adopt(read_test_file("photos/chelsea.png"));
  auto text = prepare_uploads({png, test::bytes_of("this is no picture")});
  ck_assert(!text);
  ck_assert_ptr_nonnull(text.take_error()->message);
}
END_TEST

int main() {
  Suite* suite = suite_create("upload");
  TCase* tcase = tcase_create("upload");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_test(tcase, a_small_file_passes_to_the_last_byte);
  tcase_add_test(tcase, a_webp_file_passes_as_webp);
  tcase_add_test(tcase, a_buffer_becomes_a_png_of_the_same_pixels);
  tcase_add_test(tcase, inputs_keep_their_order);
  tcase_add_test(tcase, nothing_in_is_nothing_out);
  tcase_add_test(tcase, a_large_noisy_buffer_becomes_a_jpeg_with_a_note);
  tcase_add_test(tcase, a_large_transparent_buffer_is_scaled_and_keeps_its_alpha);
  tcase_add_test(tcase, a_file_over_the_limit_is_encoded_anew);
  tcase_add_test(tcase, too_many_pixels_are_scaled_however_few_bytes_they_take);
  tcase_add_test(tcase, a_scaled_picture_shows_the_whole_of_it);
  tcase_add_test(tcase, a_file_that_is_no_picture_is_refused);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
