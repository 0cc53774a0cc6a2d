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

const InputRules rules = {.max_count = 14,
                          .max_bytes = 10'000'000,
                          .max_pixels = 36'000'000,
                          .min_side = 15,
                          .media_types = {"image/png", "image/jpeg", "image/webp"}};

void setup() {
  image::ensure_gegl();
}

Prepared prepared(const std::vector<Input>& inputs, const InputRules& limits = rules) {
  auto ready = prepare_uploads(inputs, limits);
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
  ck_assert_uint_le(upload.bytes.size(), rules.max_bytes);
  auto info = image::probe(upload.bytes);
  ck_assert(bool(info));
  ck_assert_int_le(gint64(info->width) * info->height, rules.max_pixels);
  assert_text_eq(upload.media_type, info->codec->media_type);
  return *info;
}

InputRules with(std::vector<std::string> types) {
  InputRules changed = rules;
  changed.media_types = std::move(types);
  return changed;
}

InputRules with(std::size_t max_bytes, gint64 max_pixels, int min_side) {
  InputRules changed = rules;
  changed.max_bytes = max_bytes;
  changed.max_pixels = max_pixels;
  changed.min_side = min_side;
  return changed;
}

bool says(const Prepared& ready, const char* words) {
  return ready.notes.size() == 1 && ready.notes[0].find(words) != std::string::npos;
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
  const Bytes webp = test::write_webp(40, 20, test::noise(40 * 20 * 4));
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
  const Prepared ready = prepared({noisy(18, 18, "R'G'B' u8"), file, noisy(19, 19, "R'G'B' u8")});
  ck_assert_uint_eq(ready.uploads.size(), 3);
  ck_assert_int_eq(assert_fits(ready.uploads[0]).width, 18);
  ck_assert_int_eq(assert_fits(ready.uploads[1]).width, 640);
  ck_assert_int_eq(assert_fits(ready.uploads[2]).width, 19);
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
  ck_assert_uint_gt(file.size(), rules.max_bytes);
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

constexpr struct {
  int width, height, min_side;
  int sent_width, sent_height;
  const char* note;  // nullptr: none
} small_ones[] = {
    {15, 15, 15, 15, 15, nullptr},
    {10, 20, 15, 15, 30, "10×20 pixels were scaled to 15×30"},
    {20, 10, 15, 30, 15, "20×10 pixels were scaled to 30×15"},
    {1, 1, 15, 15, 15, "1×1 pixels were scaled to 15×15"},
    {7, 100, 15, 15, 215, "scaled"},
    {14, 224, 15, 15, 240, "scaled"},
    {1, 16, 1, 1, 16, nullptr},
};

// Pixels, and a file of them.
START_TEST(a_small_picture_is_enlarged_to_the_least_side) {
  const auto& each = small_ones[_i];
  const auto buffer = noisy(each.width, each.height, "R'G'B'A u8");
  auto file = image::encode_png(buffer.get());
  ck_assert(bool(file));
  for (const Input& input : {Input(buffer), Input(*file)}) {
    const Prepared ready = prepared({input}, with(rules.max_bytes, rules.max_pixels, each.min_side));
    const image::Info info = assert_fits(ready.uploads[0]);
    ck_assert_int_eq(info.width, each.sent_width);
    ck_assert_int_eq(info.height, each.sent_height);
    ck_assert(each.note ? says(ready, each.note) : ready.notes.empty());
  }
}
END_TEST

START_TEST(a_picture_of_many_pixels_is_shrunk_to_the_limit_and_not_below_its_half) {
  const Prepared ready = prepared({noisy(300, 200, "R'G'B' u8")}, with(rules.max_bytes, 20'000, 15));
  const image::Info info = assert_fits(ready.uploads[0]);
  ck_assert_int_le(info.width * info.height, 20'000);
  ck_assert_int_gt(info.width * info.height, 10'000);
  ck_assert(says(ready, "300×200 pixels were scaled to 173×115"));
}
END_TEST

// What every encoding in full would have come to.
std::string expected_name(GeglBuffer* buffer, std::size_t max_bytes) {
  if (image::encode_png(buffer)->size() <= max_bytes)
    return "PNG";
  for (int quality : {95, 92, 90})
    if (image::encode_jpeg(buffer, quality)->size() <= max_bytes)
      return "JPEG of quality " + std::to_string(quality);
  return "scaled";
}

// Even noise, and noise in the lower part of a flat picture alone.
START_TEST(guessing_chooses_what_trying_everything_would) {
  constexpr int width = 700, height = 1300;
  test::Pixels pixels = test::noise(width * height * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] =
        _i == 1 && i < pixels.size() * 2 / 3 ? 90 : static_cast<guint8>(pixels[i] % 64 + i / 3 % width / 4);
  const auto buffer = test::buffer_of({0, 0, width, height}, babl_format("R'G'B' u8"), pixels);
  std::vector<std::size_t> sizes = {image::encode_png(buffer.get())->size()};
  for (int quality : {95, 92, 90})
    sizes.push_back(image::encode_jpeg(buffer.get(), quality)->size());
  for (std::size_t size : sizes)
    for (std::size_t max_bytes : {size * 9 / 10, size - 1, size, size * 11 / 10}) {
      const Prepared ready = prepared({buffer}, with(max_bytes, rules.max_pixels, 15));
      const std::string expected = expected_name(buffer.get(), max_bytes);
      ck_assert_uint_le(ready.uploads[0].bytes.size(), max_bytes);
      ck_assert_msg(expected == "PNG" ? ready.notes.empty() : says(ready, expected.c_str()),
                    "%zu bytes: not %s", max_bytes, expected.c_str());
    }
}
END_TEST

START_TEST(scaling_by_bands_is_scaling) {
  const auto buffer = noisy(300, 700, "R'G'B'A u8");  // at 100, -50
  for (double factor : {0.31, 0.5, 0.8, 1.7}) {
    const auto sized = scaled(buffer.get(), factor);
    const GeglRectangle all = *gegl_buffer_get_extent(sized.get());
    const test::Pixels bands = test::pixels_of(sized.get(), babl_format("R'G'B'A u8"));
    test::Pixels whole(bands.size());
    gegl_buffer_get(buffer.get(), GEGL_RECTANGLE(int(100 * factor), int(-50 * factor), all.width, all.height),
                    factor, babl_format("R'G'B'A u8"), whole.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_CLAMP);
    for (std::size_t i = 0; i < whole.size(); ++i)
      ck_assert_int_le(std::abs(whole[i] - bands[i]), 1);
  }
}
END_TEST

START_TEST(an_input_is_let_go_of_once_it_is_encoded) {
  auto buffer = noisy(20, 20, "R'G'B' u8");
  bool is_gone = false;
  g_object_weak_ref(
      G_OBJECT(buffer.get()), [](gpointer gone, GObject*) { *static_cast<bool*>(gone) = true; }, &is_gone);
  std::vector<Input> inputs = {std::move(buffer)};
  auto ready = prepare_uploads(std::move(inputs), rules);
  ck_assert(ready && is_gone);
}
END_TEST

START_TEST(an_address_is_passed_on_and_nothing_is_known_of_it) {
  const Prepared ready = prepared({std::string("https://example.org/cat.png"), noisy(20, 20, "R'G'B' u8")});
  ck_assert_uint_eq(ready.uploads.size(), 2);
  assert_text_eq(ready.uploads[0].url, "https://example.org/cat.png");
  ck_assert(!ready.uploads[0].bytes && ready.uploads[0].media_type.empty());
  assert_text_eq(ready.uploads[1].url, "");
  ck_assert(ready.notes.empty());
}
END_TEST

START_TEST(a_file_of_a_type_that_is_not_taken_is_sent_as_png_with_a_note) {
  const test::Pixels pixels = test::noise(40 * 20 * 4);
  const Prepared ready = prepared({test::write_webp(40, 20, pixels)}, with({"image/png", "image/jpeg"}));
  assert_text_eq(ready.uploads[0].media_type, "image/png");
  ck_assert_msg(says(ready, "Image 1: sent as PNG"), "%zu notes", ready.notes.size());
  auto back = image::decode(ready.uploads[0].bytes);
  ck_assert(bool(back));
  ck_assert_int_eq(gegl_buffer_get_width(back->get()), 40);
}
END_TEST

START_TEST(where_only_jpeg_is_taken_everything_is_jpeg) {
  const Bytes png = Bytes::adopt(read_test_file("photos/chelsea.png"));
  const Bytes jpeg = Bytes::adopt(read_test_file("photos/rocket.jpg"));
  const Prepared ready = prepared({png, jpeg, noisy(30, 30, "R'G'B' u8")}, with({"image/jpeg"}));
  for (const Upload& upload : ready.uploads)
    assert_text_eq(upload.media_type, "image/jpeg");
  ck_assert(g_bytes_equal(ready.uploads[1].bytes.get(), jpeg.get()));
  ck_assert_uint_eq(ready.notes.size(), 2);
}
END_TEST

START_TEST(where_only_jpeg_is_taken_transparency_is_given_up_with_a_note) {
  const Prepared ready = prepared({noisy(30, 20, "R'G'B'A u8")}, with({"image/jpeg"}));
  const image::Info info = assert_fits(ready.uploads[0]);
  assert_text_eq(info.codec->media_type, "image/jpeg");
  ck_assert_int_eq(info.width, 30);
  ck_assert(says(ready, "without its transparency"));
}
END_TEST

START_TEST(where_neither_png_nor_jpeg_is_taken_pixels_cannot_be_sent) {
  auto ready = prepare_uploads({noisy(30, 20, "R'G'B' u8")}, with({"image/webp"}));
  ck_assert(!ready);
  const ErrorPtr error = ready.take_error();
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
  ck_assert_ptr_nonnull(strstr(error->message, "image/webp"));
  const Bytes webp = test::write_webp(40, 20, test::noise(40 * 20 * 4));
  ck_assert(g_bytes_equal(prepared({webp}, with({"image/webp"})).uploads[0].bytes.get(), webp.get()));
}
END_TEST

// An opaque and a transparent one: the first could be JPEG, the second only smaller.
START_TEST(a_picture_that_cannot_be_made_to_fit_is_refused) {
  const auto buffer = noisy(40, 40, _i == 0 ? "R'G'B' u8" : "R'G'B'A u8");
  auto ready = prepare_uploads({buffer}, with(60, rules.max_pixels, 15));
  ck_assert(!ready);
  const ErrorPtr error = ready.take_error();
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
  ck_assert_ptr_nonnull(strstr(error->message, "60 bytes"));
}
END_TEST

START_TEST(alpha_that_hides_nothing_is_no_transparency) {
  auto opaque = noisy(1900, 1900, "R'G'B'A u8");
  test::Pixels pixels = test::pixels_of(opaque.get(), babl_format("R'G'B'A u8"));
  for (std::size_t i = 3; i < pixels.size(); i += 4)
    pixels[i] = 255;
  opaque = test::buffer_of({0, 0, 1900, 1900}, babl_format("R'G'B'A u8"), pixels);
  const Prepared ready = prepared({opaque});
  const image::Info info = assert_fits(ready.uploads[0]);
  assert_text_eq(info.codec->media_type, "image/jpeg");
  ck_assert_int_eq(info.width, 1900);
}
END_TEST

START_TEST(a_file_that_is_no_picture_is_refused) {
  const Bytes png = Bytes::adopt(read_test_file("photos/chelsea.png"));
  auto text = prepare_uploads({png, test::bytes_of("this is no picture")}, rules);
  ck_assert(!text);
  ck_assert(g_error_matches(text.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
}
END_TEST

START_TEST(a_file_that_is_gone_is_refused) {
  auto gone = prepare_uploads({Ref<GeglBuffer>()}, rules);
  ck_assert(!gone);
  ck_assert(g_error_matches(gone.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
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
  tcase_add_loop_test(tcase, a_small_picture_is_enlarged_to_the_least_side, 0, int(std::size(small_ones)));
  tcase_add_test(tcase, a_picture_of_many_pixels_is_shrunk_to_the_limit_and_not_below_its_half);
  tcase_add_loop_test(tcase, guessing_chooses_what_trying_everything_would, 0, 2);
  tcase_add_test(tcase, scaling_by_bands_is_scaling);
  tcase_add_test(tcase, an_input_is_let_go_of_once_it_is_encoded);
  tcase_add_test(tcase, an_address_is_passed_on_and_nothing_is_known_of_it);
  tcase_add_test(tcase, a_file_of_a_type_that_is_not_taken_is_sent_as_png_with_a_note);
  tcase_add_test(tcase, where_only_jpeg_is_taken_everything_is_jpeg);
  tcase_add_test(tcase, where_only_jpeg_is_taken_transparency_is_given_up_with_a_note);
  tcase_add_test(tcase, where_neither_png_nor_jpeg_is_taken_pixels_cannot_be_sent);
  tcase_add_loop_test(tcase, a_picture_that_cannot_be_made_to_fit_is_refused, 0, 2);
  tcase_add_test(tcase, alpha_that_hides_nothing_is_no_transparency);
  tcase_add_test(tcase, a_file_that_is_no_picture_is_refused);
  tcase_add_test(tcase, a_file_that_is_gone_is_refused);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
